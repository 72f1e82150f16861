//! What leads to a sequence and where it leads, with the places that do.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod desk;

use desk::{Desk, name, uri};
use insta::assert_snapshot;
use serde_json::{Value, json};

const SHOP: &str = r#"== shop.flow
on start {
  goto menu
}
on wo$rds "menu", "help" {
  call menu
}
sequence menu {
  text "Order: <<sta$tus>>."
  buttons "And now?" {
    "Track" -> track
    "Sale" -> sale
    <<picks>>
  }
  if visits(menu) > 2 {
    goto offers
  } else {
    call off$ers
    goto nowhere
  }
}
test "tests are no part of the flow" {
  start offers
  ...
}
== more.flow
api picks: buttons {
  get "https://shop.example/picks"
  leads to offers, track
}
api status: text {
  get "https://shop.example/status"
}
sequence offers was "sale" {
  gallery {
    card "Gift" {
      button "Buy" -> tr$ack
    }
  }
}
sequence track {
  call status
  call <<status>>
}
"#;

/// The shop with the cursor in a word; `at` is the word with its `$`.
fn shop(at: &str) -> Desk {
    let marked = SHOP.replace(at, &at.replace('$', "\u{0}"));
    Desk::of(&marked.replace('$', "").replace('\u{0}', "$0"))
}

fn draw_item(desk: &Desk, item: &Value) -> String {
    let file = name(item["uri"].as_str().unwrap());
    desk.draw(&file, &item["selectionRange"], item["name"].as_str().unwrap())
}

fn draw_ranges(desk: &Desk, file: &str, ranges: &Value) -> String {
    let ranges = ranges.as_array().unwrap().iter();
    ranges.map(|range| desk.draw(file, range, "")).collect()
}

/// The item at the cursor, who leads to it and where it leads.
fn hierarchy(at: &str) -> String {
    let mut desk = shop(at);
    let prepared = desk
        .ask_at_cursor("textDocument/prepareCallHierarchy", json!({}))
        .unwrap();
    let item = prepared[0].clone();
    let mut drawn = format!("# {}", draw_item(&desk, &item));
    let incoming = desk.ask("callHierarchy/incomingCalls", json!({"item": item}));
    for call in incoming.as_array().unwrap() {
        let file = name(call["from"]["uri"].as_str().unwrap());
        drawn += &format!("\nfrom {}", draw_item(&desk, &call["from"]));
        drawn += &draw_ranges(&desk, &file, &call["fromRanges"]);
    }
    let outgoing = desk.ask("callHierarchy/outgoingCalls", json!({"item": item}));
    for call in outgoing.as_array().unwrap() {
        drawn += &format!("\nto {}", draw_item(&desk, &call["to"]));
        let file = name(item["uri"].as_str().unwrap());
        drawn += &draw_ranges(&desk, &file, &call["fromRanges"]);
    }
    drawn
}

#[test]
fn a_sequence_under_its_names() {
    assert_snapshot!(hierarchy("off$ers"));
}

#[test]
fn a_sequence_that_an_api_leads_to() {
    assert_snapshot!(hierarchy("tr$ack"));
}

#[test]
fn an_api_and_who_asks_it() {
    assert_snapshot!(hierarchy("sta$tus"));
}

#[test]
fn a_handler_only_leads() {
    assert_snapshot!(hierarchy("wo$rds"));
}

#[test]
fn an_item_is_the_same_after_an_edit_above_it() {
    let mut desk = shop("wo$rds");
    let prepared = desk
        .ask_at_cursor("textDocument/prepareCallHierarchy", json!({}))
        .unwrap();
    let start = json!({"line": 0, "character": 0});
    let change = json!({"range": {"start": start, "end": start}, "text": "// One line more.\n"});
    let document = json!({"uri": uri("shop.flow"), "version": 2});
    desk.tell(
        "textDocument/didChange",
        json!({"textDocument": document, "contentChanges": [change]}),
    );
    let outgoing = desk.ask("callHierarchy/outgoingCalls", json!({"item": prepared[0]}));
    assert_eq!(outgoing[0]["to"]["name"], "menu");
    assert_eq!(
        outgoing[0]["fromRanges"][0]["start"],
        json!({"line": 5, "character": 7})
    );
}

#[test]
fn elsewhere_there_is_no_item() {
    let mut desk = Desk::of("attribute po$0ints: number\non start {\n  set points = 1\n}\n");
    let prepared = desk
        .ask_at_cursor("textDocument/prepareCallHierarchy", json!({}))
        .unwrap();
    assert_eq!(prepared, Value::Null);
    let made_up = json!({
        "name": "x", "kind": 2, "uri": "file:///none.flow", "data": {"kind": "sequence"},
        "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}},
        "selectionRange": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}},
    });
    for method in ["callHierarchy/incomingCalls", "callHierarchy/outgoingCalls"] {
        assert_eq!(desk.ask(method, json!({"item": made_up})), json!([]));
    }
}
