//! Quick fixes and formatting: what the text is afterwards.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod desk;

use desk::{Desk, apply, uri};
use insta::assert_snapshot;
use serde_json::{Value, json};

/// Each action between the cursors, with the files as it leaves them.
fn actions(fixture: &str) -> String {
    let mut desk = Desk::of(fixture);
    let (name, start) = desk.cursors.first().unwrap().clone();
    let (_, end) = desk.cursors.last().unwrap().clone();
    let range = json!({"start": start, "end": end});
    let params = json!({
        "textDocument": {"uri": uri(&name)}, "range": range, "context": {"diagnostics": []},
    });
    let answer = desk.ask("textDocument/codeAction", params);
    let drawn = answer.as_array().unwrap().iter().map(|action| {
        let preferred = match action["isPreferred"].as_bool() {
            Some(true) => ", preferred",
            _ => "",
        };
        let kind = action["kind"].as_str().unwrap();
        let title = action["title"].as_str().unwrap();
        format!("{title} ({kind}{preferred})\n{}", desk.edited(&action["edit"]))
    });
    let drawn: Vec<String> = drawn.collect();
    format!("{}\n{}", desk.draw(&name, &range, ""), drawn.join("\n"))
}

#[test]
fn the_fix_of_the_finding_under_the_cursor() {
    assert_snapshot!(actions(
        "on start {\n  goto ho$0urss\n  goto ofers\n}\nsequence hours {\n  end\n}\nsequence offers {\n  end\n}\n"
    ));
}

#[test]
fn ids_where_none_stand() {
    assert_snapshot!(actions(
        "on start {$0\n  text \"Hello there!\"\n  once {\n    end\n  }\n}\n"
    ));
}

#[test]
fn only_what_was_asked_for() {
    let mut desk = Desk::of("on start {\n  text \"Hi\"$0\n}\n");
    let (name, at) = desk.cursors.first().unwrap().clone();
    let params = json!({
        "textDocument": {"uri": uri(&name)}, "range": {"start": at, "end": at},
        "context": {"diagnostics": [], "only": ["quickfix"]},
    });
    assert_eq!(desk.ask("textDocument/codeAction", params), json!([]));
}

/// Whoever selects a whole file with thousands of findings is not kept waiting; what mends a file minds them all.
#[test]
fn as_many_offers_as_anybody_chooses_among() {
    let lines = "  goto nowhere\n  text \"Hi\";\n".repeat(300);
    let mut desk = Desk::of(&format!("on start {{\n$0{lines}$0}}\n"));
    let [(name, start), (_, end)] = desk.cursors.clone().try_into().unwrap();
    let params = json!({
        "textDocument": {"uri": uri(&name)}, "range": {"start": start, "end": end},
        "context": {"diagnostics": [], "only": ["quickfix", "source.fixAll"]},
    });
    let answer = desk.ask("textDocument/codeAction", params);
    let (all, each): (Vec<&Value>, Vec<&Value>) = answer
        .as_array()
        .unwrap()
        .iter()
        .partition(|action| action["kind"] == "source.fixAll");
    assert_eq!(each.len(), 100);
    assert_eq!(
        desk.edited(&all.first().unwrap()["edit"])
            .matches("text \"Hi\"")
            .count(),
        300
    );
}

/// Whole lines, as a range.
fn line(from: u32, to: u32) -> Value {
    json!({"start": {"line": from, "character": 0}, "end": {"line": to, "character": 0}})
}

fn formatted(fixture: &str, range: Option<Value>) -> (Value, String) {
    let mut desk = Desk::of(fixture);
    let mut params = json!({
        "textDocument": {"uri": uri("shop.flow")}, "options": {"tabSize": 4, "insertSpaces": false},
    });
    let method = match range {
        Some(range) => {
            params.as_object_mut().unwrap().insert("range".to_owned(), range);
            "textDocument/rangeFormatting"
        }
        None => "textDocument/formatting",
    };
    let edits = desk.ask(method, params);
    let text = apply(desk.texts.get("shop.flow").unwrap(), &edits);
    (edits, text)
}

#[test]
fn a_document_in_its_form() {
    let (edits, text) = formatted(
        "on start {\n    text  \"Hi\"\n  text \"there\"\n   goto   x\n}\nsequence x {\n  end\n}",
        None,
    );
    assert_snapshot!(text);
    assert_eq!(edits.as_array().unwrap().len(), 4, "only lines that change");
}

#[test]
fn a_document_keeps_its_line_breaks() {
    let (edits, text) = formatted("on start {\r\n   text \"Hi\"\r\n  end\r\n}\r\n", None);
    assert_eq!(text, "on start {\r\n  text \"Hi\"\r\n  end\r\n}\r\n");
    assert_eq!(edits.as_array().unwrap().len(), 1);
    let (edits, _) = formatted(&text, None);
    assert_eq!(edits, json!([]));
}

/// For editors a CR alone ends a line, for a flow it is a blank: nothing but positions counts it.
#[test]
fn a_carriage_return_alone_is_a_blank() {
    let text = "on start {\n  text \"Mind the \rgap\"\n   end\n}\n";
    let mut desk = Desk::of(text);
    desk.settle();
    assert_eq!(desk.found(false), Vec::<String>::new());
    let params = json!({
        "textDocument": {"uri": uri("shop.flow")}, "options": {"tabSize": 2, "insertSpaces": true},
    });
    let edit = json!({"range": line(3, 4), "newText": "  end\n"});
    assert_eq!(desk.ask("textDocument/formatting", params.clone()), json!([edit]));
    let of_lines = |from: u32, to: u32| {
        let mut params = params.clone();
        params
            .as_object_mut()
            .unwrap()
            .insert("range".to_owned(), line(from, to));
        params
    };
    let asked = |desk: &mut Desk, from, to| desk.ask("textDocument/rangeFormatting", of_lines(from, to));
    assert_eq!(asked(&mut desk, 3, 4), json!([edit]));
    assert_eq!(asked(&mut desk, 1, 3), json!([]));
}

#[test]
fn a_file_that_ends_its_lines_in_carriage_returns_is_read_as_it_is() {
    let mut desk = Desk::of("on start {\r  text \"Hi\"\r}\r");
    desk.settle();
    let found = ["shop.flow: syntax::malformed: the lines of this file end in CR alone"];
    assert_eq!(desk.found(true), found);
    let params = json!({
        "textDocument": {"uri": uri("shop.flow")}, "options": {"tabSize": 2, "insertSpaces": true},
    });
    let edit = json!({"range": line(0, 3), "newText": "on start {\n  text \"Hi\"\n}\n"});
    assert_eq!(desk.ask("textDocument/formatting", params), json!([edit]));
}

#[test]
fn a_broken_block_keeps_its_line_breaks() {
    let heads = [
        "otherwise",
        "when start",
        "menu",
        "button \"x\"",
        "quick reply \"x\"",
    ];
    for head in heads {
        let flow = format!("on start {{\r\n  {head} {{\r\n    text \"x\"\r\n  }}\r\n}}\r\n");
        let (edits, _) = formatted(&flow, None);
        assert_eq!(edits, json!([]), "{head}");
    }
}

#[test]
fn lines_in_their_form() {
    let (_, text) = formatted(
        "on start {\n    text  \"Hi\"\n  text \"there\"\n   goto   x\n}\n",
        Some(line(1, 3)),
    );
    assert_snapshot!(text);
}

#[test]
fn a_document_that_is_not_there_has_no_edits() {
    let mut desk = Desk::new();
    let params = json!({
        "textDocument": {"uri": uri("none.flow")}, "options": {"tabSize": 4, "insertSpaces": true},
    });
    assert_eq!(desk.ask("textDocument/formatting", params), Value::Null);
    let refused = desk.try_ask("textDocument/formatting", json!({"nonsense": 1}));
    assert!(refused.is_err());
}
