//! What is offered at a cursor, under the line it stands in.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod desk;

use desk::Desk;
use insta::assert_snapshot;
use serde_json::json;

/// What every fixture knows.
const NAMES: &str = r#"
== names.flow
attribute order_no: text
attribute points: number = 0
server shop "https://api.shop.example/bot" {
  header "X-Token" = secret SHOP_TOKEN
}
api order_status: text {
  get shop "/orders/{{order_no}}"
}
api banner: image {
  get "https://cdn.shop.example/banner"
}
api picks: gallery {
  post shop "/picks"
}
api topics: quick replies {
  post shop "/topics"
}
api loyalty: nothing {
  post shop "/loyalty"
}
action send_email {
  to: text
}
sequence hours {
  text "From ten to eight."
}
sequence offers {
  goto hours
}
"#;

/// The offers at each cursor; of many, the first eight.
fn offered(lines: &str) -> String {
    let mut drawn = String::new();
    for fixture in lines.split("\n---\n") {
        let mut desk = Desk::of(&format!("{fixture}{NAMES}"));
        let answer = desk.ask_at_cursor("textDocument/completion", json!({})).unwrap();
        drawn += &desk.draw_cursor();
        let items = answer.as_array().unwrap();
        for item in items.iter().take(8) {
            let insert = item["textEdit"]["newText"].as_str().unwrap();
            let detail = item["detail"].as_str().unwrap_or_default();
            drawn += format!("    {insert:20} {detail}").trim_end();
            drawn.push('\n');
        }
        if items.len() > 8 {
            drawn += &format!("    … {} in all\n", items.len());
        }
    }
    drawn
}

#[test]
fn behind_angles_the_apis_that_fit() {
    assert_snapshot!(offered(
        r#"on start {
  text "Your order: <<$0
}
---
on start {
  text "Your order: <<or$0>>"
}
---
on start {
  image <<$0
}
---
on start {
  call <<$0
}
---
on start {
  gallery {
    <<$0
  }
}
---
on start {
  quick replies "More:" {
    <<$0
  }
}
---
on start {
  text """
    Order <<$0
    """
}
"#
    ));
}

#[test]
fn behind_braces_the_attributes() {
    assert_snapshot!(offered(
        r#"on start {
  text "You have {{$0
}
---
on start {
  text "You have {{po$0}} points"
}
---
on start {
  text "You have {{points|$0}}"
}
"#
    ));
}

#[test]
fn behind_arrows_and_jumps_the_sequences() {
    assert_snapshot!(offered(
        r#"on start {
  buttons {
    "Hours" -> $0
  }
}
---
on start {
  goto $0
}
---
on start {
  call ho$0
}
---
api x: buttons {
  get "https://a.example"
  leads to hours, $0
}
---
on start {
  if visits($0
}
---
test "t" {
  start $0
}
"#
    ));
}

#[test]
fn the_words_of_a_place() {
    assert_snapshot!(offered(
        "$0\n---\non start {\n  $0\n}\n---\non start {\n  ask \"Who?\" {\n    $0\n  }\n}\n---\n\
         on start {\n  gallery {\n    card \"One\" {\n      $0\n    }\n  }\n}\n---\n\
         api x: text {\n  $0\n}\n---\ntest \"t\" {\n  $0\n}\n---\n\
         on start {\n  if points > 3 {\n    te$0\n---\non start {\n  ask \"Who?\" save $0\n}\n---\n\
         on start {\n  set points = $0\n}\n---\non $0\n---\nattribute x: $0\n---\napi x: $0\n"
    ));
}

#[test]
fn outcomes_behind_else() {
    assert_snapshot!(offered(
        r#"on start {
  text "<<order_status>>" else $0
}
---
on start {
  text "<<order_status>>" else timeout, $0
}
---
on start {
  if points > 3 {
    end
  } else $0
}
"#
    ));
}

#[test]
fn a_blank_opens_no_list_of_words() {
    let mut desk = Desk::of("on start {\n  $0\n}\n");
    let context = json!({"context": {"triggerKind": 2, "triggerCharacter": " "}});
    let answer = desk.ask_at_cursor("textDocument/completion", context);
    assert_eq!(answer, Ok(json!([])));
}
