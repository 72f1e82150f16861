//! What is offered in a block on one line, behind its second statement as behind its first.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod desk;

use desk::Desk;
use serde_json::json;

const NAMES: &str = "== names.flow
attribute points: number = 0
server shop \"https://api.shop.example\"
sequence menu { end }
action send { to: text n: number }
";

/// What would be written, at the cursor of a line.
fn offered(line: &str) -> Vec<String> {
    let mut desk = Desk::of(&format!("{line}\n{NAMES}"));
    let answer = desk.ask_at_cursor("textDocument/completion", json!({})).unwrap();
    let items = answer.as_array().unwrap().iter();
    items
        .map(|item| item["textEdit"]["newText"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn names_behind_the_second_statement() {
    assert_eq!(
        offered("api a: text { get \"https://a.example\" leads to m$0 }"),
        ["menu"]
    );
    assert_eq!(
        offered("api a: text { get \"https://a.example\" leads to $0 }"),
        ["menu"]
    );
    assert_eq!(offered("api a: text { timeout 2s get $0 }"), ["shop"]);
    assert!(offered("api a: text { get \"https://a.example\" sets p$0 }").contains(&"points".to_owned()));
    assert!(
        offered("api a: text { get \"https://a.example\" param \"a\" = $0 }").contains(&"points".to_owned())
    );
    assert_eq!(offered("on start { text \"x\" goto m$0 }"), ["menu"]);
    assert_eq!(
        offered("on start { if points > 1 { end } text \"x\" goto m$0 }"),
        ["menu"]
    );
    assert_eq!(offered("on start { text \"x\" do $0 }"), ["send"]);
    assert!(offered("on start { text \"x\" set p$0 }").contains(&"points".to_owned()));
}

#[test]
fn what_a_list_names_is_no_offer_again() {
    assert_eq!(offered("api a: text { leads to menu, $0 }"), Vec::<String>::new());
}

#[test]
fn words_of_the_next_statement() {
    assert!(offered("on start { text \"x\" go$0 }").contains(&"goto".to_owned()));
    assert!(offered("api a: text { get \"https://a.example\" le$0 }").contains(&"leads to".to_owned()));
    assert_eq!(offered("on start { do send { to = \"x\" n$0 } }"), ["n = "]);
    // On lines of their own, nothing begins behind a statement.
    assert!(!offered("on start {\n  text \"x\" go$0\n}").contains(&"goto".to_owned()));
}
