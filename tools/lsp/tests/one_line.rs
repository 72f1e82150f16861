//! Blocks may stand on one line, and an action leaves them so: every flow of the tables is put on few lines, and
//! what is offered anywhere in it is made.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod desk;
mod tables;

use std::collections::BTreeSet;

use desk::{Desk, apply, uri};
use sayflow::syntax::parse;
use sayflow::{Severity, Source, check};
use serde_json::{Value, json};
use tables::{Files, cases};

/// Each item on one line up to its last brace, but for those with a comment in a line or a text of several lines.
fn joined(text: &str) -> String {
    let (file, _) = parse(&Source::new("", text));
    let starts: Vec<usize> = file.nodes().map(|item| item.span.start as usize).collect();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let mut joined = text[..starts.first().copied().unwrap_or(text.len())].to_owned();
    for (start, end) in starts.iter().copied().zip(ends) {
        let brace = text[start..end].rfind('}').map_or(start, |at| start + at + 1);
        let lines = text[start..brace].lines().map(str::trim);
        let code: Vec<&str> = lines
            .filter(|line| !line.is_empty() && !line.starts_with("//"))
            .collect();
        let code = code.join(" ");
        let stays = ["// ", "\"\"\""].iter().any(|mark| code.contains(mark));
        joined += if stays { &text[start..brace] } else { &code };
        joined += &text[brace..end];
    }
    joined
}

/// The errors in a flow, by code and words.
fn errors(files: &Files) -> BTreeSet<String> {
    let sources = files
        .iter()
        .map(|(name, text)| Source::new(name.as_str(), text.as_str()));
    let found = check(sources).1;
    let errors = found
        .iter()
        .filter(|finding| finding.severity() == Severity::Error);
    errors
        .map(|error| format!("{} {}", error.code(), error.message()))
        .collect()
}

/// Whether every line can be read.
fn reads(errors: &BTreeSet<String>) -> bool {
    !errors.iter().any(|error| error.starts_with("syntax::"))
}

/// Where each word of a text begins.
fn words(text: &str) -> impl Iterator<Item = Value> {
    text.lines().enumerate().flat_map(|(number, line)| {
        let begins = |at: usize| {
            let before = line[..at].chars().next_back();
            let is_of_word = |letter: char| letter.is_alphanumeric() || letter == '_';
            line[at..].starts_with(is_of_word) && !before.is_some_and(is_of_word)
        };
        let columns = line
            .char_indices()
            .map(|(at, _)| at)
            .filter(move |at| begins(*at));
        let columns: Vec<usize> = columns.collect();
        columns
            .into_iter()
            .map(move |column| json!({"line": number, "character": column}))
    })
}

/// The files after the edits of an action.
fn edited(files: &Files, action: &Value) -> Files {
    let changes = &action["edit"]["changes"];
    let edited = files.iter().map(|(name, text)| match &changes[uri(name)] {
        Value::Null => (name.clone(), text.clone()),
        edits => (name.clone(), apply(text, edits)),
    });
    edited.collect()
}

#[test]
fn blocks_on_one_line_still_read() {
    let (mut flows, mut made) = (0, BTreeSet::new());
    let tables = ["check", "syntax", "turns", "counters"];
    for (case, files) in tables.into_iter().flat_map(cases) {
        let lines = files.iter().map(|(name, text)| (name.clone(), joined(text)));
        let lines: Files = lines.collect();
        let found = errors(&lines);
        if found != errors(&files) || !reads(&found) {
            continue;
        }
        flows += 1;
        let mut desk = Desk::new();
        for (name, text) in &lines {
            desk.open(name, text);
        }
        let mut seen = BTreeSet::new();
        for (name, text) in &lines {
            for at in words(text) {
                let params = json!({
                    "textDocument": {"uri": uri(name)}, "range": {"start": at, "end": at},
                    "context": {"diagnostics": []},
                });
                for action in desk.ask("textDocument/codeAction", params).as_array().unwrap() {
                    let title = action["title"].as_str().unwrap();
                    if !seen.insert(action["edit"].to_string()) {
                        continue;
                    }
                    let edited = edited(&lines, action);
                    assert!(reads(&errors(&edited)), "{case}: {title}: {edited:?}");
                    // The names of the cases are theirs.
                    made.insert(title.split('`').step_by(2).collect::<Vec<_>>().join("`…`"));
                }
            }
        }
    }
    assert!(flows > 250 && made.len() > 40, "{flows} flows, {made:?}");
}

/// A flow with a cursor on one line, and the line after the action with a title.
fn made(title: &str, flow: &str) -> String {
    let mut desk = Desk::of(flow);
    desk.settle();
    let (drawn, action) = desk.menu(title);
    assert!(action["edit"].is_object(), "{drawn}");
    let text = desk.edited(&action["edit"]);
    let line = desk.cursors[0].1["line"].as_u64().unwrap() as usize;
    text.lines().nth(line + 1).unwrap().to_owned()
}

#[test]
fn what_comes_in_stands_on_the_line() {
    let used = "on start { text \"<<x>>\" else \"n\" }\n";
    let asks = "action send { to: text n: number }\n";
    let get = "get \"https://x.example/a\"";
    let header = "header \"X-Flow-Token\" = secret X_TOKEN";
    let server = "server s \"https://s.example\"\n";
    assert_eq!(
        made(
            "add a secret header",
            &format!("api $0x: text {{ {get} timeout 2s }}\n{used}")
        ),
        format!("api x: text {{ {get} {header} timeout 2s }}")
    );
    assert_eq!(
        made("add a secret header", &format!("api $0x: text {{{get}}}\n{used}")),
        format!("api x: text {{{get} {header} }}")
    );
    assert_eq!(
        made(
            "add a request",
            &format!("api $0x: text {{timeout 2s }}\n{used}{server}")
        ),
        "api x: text { get s \"/x\" timeout 2s }"
    );
    assert_eq!(
        made("add a request", &format!("api $0x: text {{}}\n{used}{server}")),
        "api x: text { get s \"/x\" }"
    );
    assert_eq!(
        made(
            "give it",
            &format!("on start {{ do $0send {{ to = \"x\" }} text \"z\" }}\n{asks}")
        ),
        "on start { do send { to = \"x\" n = 0 } text \"z\" }"
    );
    assert_eq!(
        made("give it", &format!("on start {{ do $0send text \"z\" }}\n{asks}")),
        "on start { do send { to = \"…\" n = 0 } text \"z\" }"
    );
}

#[test]
fn an_else_stands_on_the_line_where_code_goes_on() {
    let apis = "== apis.flow\napi x: text { get \"https://x.example/a\" header \"K\" = secret T }\napi g: gallery { get \"https://x.example/g\" header \"K\" = secret T }\napi c: nothing { get \"https://x.example/c\" header \"K\" = secret T }\n";
    let made = |title: &str, line: &str| made(title, &format!("on start {{ {line} }}\n{apis}"));
    assert_eq!(
        made("add a failure branch", "text \"<<$0x>>\" text \"b\""),
        "on start { text \"<<x>>\" else { text \"…\" } text \"b\" }"
    );
    assert_eq!(
        made("add an `else`", "$0gallery { <<g>> } text \"b\""),
        "on start { gallery { <<g>> } else { text \"This is not available right now.\" } text \"b\" }"
    );
    assert_eq!(
        made("add an `else`", "call <<$0c>> text \"b\""),
        "on start { call <<c>> else {} text \"b\" }"
    );
}
