//! What an editor shows in and around a file: links, symbols, selections, lenses.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod desk;

use std::fs;

use desk::{Desk, uri};
use insta::assert_snapshot;
use serde_json::{Value, json};

const SHOP: &str = r#"== shop.flow
attribute order_no: text
server shop "https://api.shop.example/bot" {
  header "X-Token" = secret TOKEN
}
api banner: image {
  get shop "/banner?size=2"
}
api order_status: text {
  get shop "/orders/{{order_no}}"
}
api picks: gallery {
  post "https://picks.shop.example/all"
  leads to offers
}
on start {
  text "Read https://shop.example/faq, (https://shop.example/terms). Or http:// nothing."
  text "https://shop.example/{{order_no}} is yours, https://shop.example/a\nb is not."
  image <<banner>> else "https://cdn.shop.example/বাংলা.png"
  goto offers
}
on words "help", "agent" {
  goto offers
}
sequence offers was "sale" {
  gallery {
    <<picks>>
    card "Gift card" {
      url "https://shop.example/gift"
    }
  }
  text "Status of {{order_no|none}}: <<order_status>>." else "None."
}
== shop.test.flow
test "an order" {
  start offers
  ...
}
"#;

fn document(name: &str) -> Value {
    json!({"textDocument": {"uri": uri(name)}})
}

#[test]
fn addresses_that_are_written_out_are_links() {
    let mut desk = Desk::of(SHOP);
    let links = desk.ask("textDocument/documentLink", document("shop.flow"));
    let mut drawn = String::new();
    for link in links.as_array().unwrap() {
        let words = format!(
            "{}: {}",
            link["target"].as_str().unwrap(),
            link["tooltip"].as_str().unwrap()
        );
        drawn += &desk.draw("shop.flow", &link["range"], &words);
    }
    assert_snapshot!(drawn);
}

#[test]
fn files_that_a_test_names_are_links() {
    let folder = std::env::temp_dir().join(format!("sayflow-lsp-links-{}", std::process::id()));
    fs::create_dir_all(folder.join("fake")).unwrap();
    fs::create_dir_all(folder.join("edited")).unwrap();
    fs::write(folder.join("fake/picks 1.json"), "{}").unwrap();
    fs::write(folder.join("edited/b.flow"), "").unwrap();
    fs::write(folder.join("edited/a.flow"), "").unwrap();
    let root = format!("file://{}", folder.display());
    let mut desk = Desk::with(json!({
        "capabilities": {}, "workspaceFolders": [{"uri": root, "name": "shop"}],
    }));
    let address = format!("{root}/shop.test.flow");
    let text = "test \"x\" {\n  mock picks = file \"fake/picks 1.json\", then file \"none.json\"\n  flow \"edited\"\n  start\n  ...\n}\n";
    let open = json!({"uri": address, "languageId": "sayflow", "version": 1, "text": text});
    desk.tell("textDocument/didOpen", json!({"textDocument": open}));
    desk.texts.insert(address.clone(), text.to_owned());
    let links = desk.ask(
        "textDocument/documentLink",
        json!({"textDocument": {"uri": address}}),
    );
    let mut drawn = String::new();
    for link in links.as_array().unwrap() {
        let target = link["target"].as_str().unwrap().replace(&root, "…");
        drawn += &desk.draw(&address, &link["range"], &target).replace(&root, "…");
    }
    fs::remove_dir_all(&folder).unwrap();
    assert_snapshot!(drawn);
}

#[test]
fn symbols_of_all_files_by_some_of_their_letters() {
    let mut desk = Desk::of(SHOP);
    let mut drawn = String::new();
    for query in ["", "OFF", "ordr", "start", "xyz"] {
        drawn += &format!("? {query}\n");
        let symbols = desk.ask("workspace/symbol", json!({"query": query}));
        for symbol in symbols.as_array().unwrap() {
            let range = &symbol["location"]["range"];
            let name = desk::name(symbol["location"]["uri"].as_str().unwrap());
            let (shown, container) = (
                symbol["name"].as_str().unwrap(),
                symbol["containerName"].as_str().unwrap(),
            );
            drawn += &format!("{shown} in {container}, kind {}\n", symbol["kind"]);
            if !query.is_empty() {
                drawn += &desk.draw(&name, range, "");
            }
        }
    }
    assert_snapshot!(drawn);
}

fn selections(fixture: &str) -> String {
    let mut desk = Desk::of(fixture);
    let mut drawn = String::new();
    for (name, position) in desk.cursors.clone() {
        drawn += &desk.draw(&name, &json!({"start": position, "end": position}), "cursor");
        let params = json!({"textDocument": {"uri": uri(&name)}, "positions": [position]});
        let answer = desk.ask("textDocument/selectionRange", params);
        let mut selection = &answer[0];
        while !selection.is_null() {
            drawn += &desk.draw(&name, &selection["range"], "");
            selection = &selection["parent"];
        }
        drawn.push('\n');
    }
    drawn
}

#[test]
fn a_selection_grows_from_the_word_to_the_file() {
    assert_snapshot!(selections(
        "// A comment.\non start {\n  if points > 3 and (pri$0ce + 1) < 4 {\n    text \"Hello {{first$0_name|dear}}, ho$0w are you?\" else \"a\"\n  } else {\n    goto of$0fers\n  }\n}\n\nsequence offers {\n  buttons {\n    \"More\" -> url \"https://sh$0op.example\" if vip\n  }\n}\n"
    ));
}

#[test]
fn a_selection_in_any_script_and_in_a_broken_line() {
    assert_snapshot!(selections(
        "on start {\n  text \"অর্ডা$0রের খবর\"\n  text \"open $0{{\n  goto goto x$0\n"
    ));
}

fn lenses(desk: &mut Desk) -> String {
    let mut drawn = String::new();
    for file in ["shop.flow", "shop.test.flow"] {
        let lenses = desk.ask("textDocument/codeLens", document(file));
        for lens in lenses.as_array().unwrap() {
            let is_lazy = lens["command"].is_null();
            let lens = match is_lazy {
                true => desk.ask("codeLens/resolve", lens.clone()),
                false => lens.clone(),
            };
            let command = &lens["command"];
            let count = command["arguments"].as_array().map_or(0, Vec::len);
            let first = command["arguments"][1].as_str().unwrap_or_default();
            let words = format!(
                "{} ({:?} of {count} {first:?}{})",
                command["title"].as_str().unwrap(),
                command["command"].as_str().unwrap(),
                if is_lazy { ", counted late" } else { "" },
            );
            drawn += &desk.draw(file, &lens["range"], &words);
        }
    }
    drawn
}

#[test]
fn a_declaration_tells_how_often_it_is_used_and_what_runs_it() {
    assert_snapshot!(lenses(&mut Desk::of(SHOP)));
}

#[test]
fn a_client_that_lists_places_is_given_them() {
    let mut desk = Desk::with(json!({
        "capabilities": {"general": {"positionEncodings": ["utf-8"]}},
        "initializationOptions": {"showReferences": true},
        "workspaceFolders": [{"uri": "file:///flows/shop", "name": "shop"}],
    }));
    desk.open(
        "a.flow",
        "on start {\n  goto offers\n}\nsequence offers {\n  end\n}\nsequence unused {\n  end\n}\n",
    );
    let lenses = desk.ask("textDocument/codeLens", document("a.flow"));
    let used = desk.ask("codeLens/resolve", lenses[0].clone());
    assert_eq!(used["command"]["command"], "editor.action.showReferences");
    let arguments = &used["command"]["arguments"];
    assert_eq!(arguments[0], uri("a.flow"));
    assert_eq!(arguments[1], used["range"]["start"]);
    assert_eq!(
        desk.draw_locations(&arguments[2]),
        "a.flow:2\n    goto offers\n         ^^^^^^ \n"
    );
    let unused = desk.ask("codeLens/resolve", lenses[1].clone());
    assert_eq!(unused["command"]["title"], "0 references");
    assert_eq!(unused["command"]["command"], "");
}

#[test]
fn a_lens_above_what_is_gone_counts_nothing() {
    let mut desk = Desk::of("on start {\n  goto offers\n}\nsequence offers {\n  end\n}\n");
    let lenses = desk.ask("textDocument/codeLens", document("shop.flow"));
    let change = json!({"text": "on start {\n  end\n}\n"});
    let document = json!({"uri": uri("shop.flow"), "version": 2});
    desk.tell(
        "textDocument/didChange",
        json!({"textDocument": document, "contentChanges": [change]}),
    );
    let lens = desk.ask("codeLens/resolve", lenses[0].clone());
    assert_eq!(lens["command"]["title"], "0 references");
}
