//! From a name to its places and its meaning, and to another name.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod desk;

use desk::{Desk, uri};
use insta::assert_snapshot;
use serde_json::{Value, json};

const SHOP: &str = r#"== shop.flow
attribute points: number = 0

on start {
  ask "How many?" save points
  call loy$alty
  text "<<order_$status>>" else timeout, declined "Later." else "Sorry."
  goto off$ers
}

test "offers" {
  given points = 3
  mock order_status = "Shipped"
  start offers
  called order_status
  expect points = 3
}
== offers.flow
sequence offers was "sale" {
  text "You have {{po$ints|no}} points, {{first_$name}}."
  if points > 3 and visits(offers) == 1 {
    goto sale
  }
  buttons {
    "More" -> offers
  }
}
sequence loyalty {
  end
}
== apis.flow
server shop "https://api.shop.example/bot" {
  header "X-Token" = secret TO$KEN
}
api order_status: text {
  get sh$op "/orders/{{points}}"
  leads to offers
}
"#;

/// The shop with the cursor in a word; `at` is the word with its `$`.
fn shop(at: &str) -> Desk {
    let marked = SHOP.replace(at, &at.replace('$', "\u{0}"));
    Desk::of(&marked.replace('$', "").replace('\u{0}', "$0"))
}

fn places(at: &str, method: &str) -> String {
    let mut desk = shop(at);
    let more = json!({"context": {"includeDeclaration": true}});
    let answer = desk.ask_at_cursor(method, more).unwrap();
    format!("{}\n{}", desk.draw_cursor(), desk.draw_locations(&answer))
}

#[test]
fn a_use_leads_to_its_declaration() {
    let places =
        ["off$ers", "order_$status", "sh$op", "po$ints"].map(|at| places(at, "textDocument/definition"));
    assert_snapshot!(places.join("\n"));
}

#[test]
fn every_place_of_a_sequence() {
    assert_snapshot!(places("off$ers", "textDocument/references"));
}

#[test]
fn every_place_of_an_attribute() {
    assert_snapshot!(places("po$ints", "textDocument/references"));
}

#[test]
fn what_names_mean() {
    let mut drawn = String::new();
    for at in [
        "order_$status",
        "po$ints",
        "first_$name",
        "off$ers",
        "sh$op",
        "TO$KEN",
    ] {
        let mut desk = shop(at);
        let answer = desk.ask_at_cursor("textDocument/hover", json!({})).unwrap();
        let (name, _) = desk.cursors[0].clone();
        drawn += &desk.draw(&name, &answer["range"], "");
        drawn += answer["contents"]["value"].as_str().unwrap();
        drawn += "\n----\n";
    }
    assert_snapshot!(drawn);
}

fn rename(at: &str, new: &str) -> Result<String, String> {
    let mut desk = shop(at);
    let answer = desk.ask_at_cursor("textDocument/rename", json!({"newName": new}));
    answer.map(|edit| desk.edited(&edit))
}

#[test]
fn a_new_name_in_every_file() {
    assert_snapshot!(rename("off$ers", "angebote").unwrap());
    assert_snapshot!(rename("po$ints", "punkte").unwrap());
}

#[test]
fn names_that_are_refused() {
    let refused = [
        ("off$ers", "loyalty"),
        ("loy$alty", "sale"),
        ("off$ers", "url"),
        ("off$ers", "two words"),
        ("off$ers", ""),
        ("off$ers", "a {\n}\nsequence b"),
        ("po$ints", "first_name"),
        ("first_$name", "name"),
        ("TO$KEN", "OTHER"),
    ];
    let reasons = refused.map(|(at, new)| {
        let reason = rename(at, new).unwrap_err();
        format!("{} -> {new:?}: {reason}", at.replace('$', ""))
    });
    assert_snapshot!(reasons.join("\n"));
}

#[test]
fn items_of_a_file() {
    let mut desk = shop("po$ints");
    let mut drawn = String::new();
    for file in ["shop.flow", "offers.flow", "apis.flow"] {
        let document = json!({"textDocument": {"uri": uri(file)}});
        let symbols = desk.ask("textDocument/documentSymbol", document.clone());
        for symbol in symbols.as_array().unwrap() {
            let words = format!("{} {}", symbol["detail"], symbol["name"]);
            drawn += &desk.draw(file, &symbol["selectionRange"], &words);
        }
        let folds = desk.ask("textDocument/foldingRange", document);
        let folds = folds.as_array().unwrap().iter();
        let lines = |fold: &Value| format!("{}..{}", fold["startLine"], fold["endLine"]);
        let folds: Vec<String> = folds.map(lines).collect();
        drawn += &format!("folds {}\n\n", folds.join(" "));
    }
    assert_snapshot!(drawn);
}

#[test]
fn names_have_the_colour_of_their_kind() {
    const TYPES: [&str; 6] = ["sequence", "api", "server", "attribute", "action", "secret"];
    const ROLES: [&str; 3] = ["", ", declared", ", written"];
    let mut desk = shop("po$ints");
    let mut drawn = String::new();
    for file in ["shop.flow", "apis.flow"] {
        let document = json!({"textDocument": {"uri": uri(file)}});
        let tokens = desk.ask("textDocument/semanticTokens/full", document);
        let numbers: Vec<u64> = tokens["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|number| number.as_u64().unwrap())
            .collect();
        let (mut line, mut column) = (0, 0);
        for token in numbers.chunks(5) {
            column = if token[0] == 0 {
                column + token[1]
            } else {
                token[1]
            };
            line += token[0];
            let range = json!({
                "start": {"line": line, "character": column},
                "end": {"line": line, "character": column + token[2]},
            });
            let kind = TYPES[token[3] as usize];
            drawn += &desk.draw(file, &range, &format!("{kind}{}", ROLES[token[4] as usize]));
        }
    }
    assert_snapshot!(drawn);
}
