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
  copies: number
}
on words "price*", "cost" {
  buttons "What would you like?" {
    "Opening hours" -> hours
    "Today's \"offers\"" -> offers
  }
}
on intent "greeting" {
  gallery {
    card "Gift card" {
      button "Buy" -> offers
    }
  }
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
fn names_of_headers_and_secrets() {
    assert_snapshot!(offered(
        r#"server other "https://other.example" {
  header "$0
}
---
api x: text {
  get "https://a.example"
  header "X-Fl$0" = secret TOKEN
}
---
api x: text {
  post shop "/x"
  field "$0
}
---
server other "https://other.example" {
  header "X-Token" = secret $0
}
---
server other "https://other.example" {
  header "X-Token" = $0
}
---
api x: text {
  get $0
}
"#
    ));
}

#[test]
fn keys_of_an_action() {
    assert_snapshot!(offered(
        r#"on start {
  do send_email {
    $0
  }
}
---
on start {
  do send_email {
    to = email
    co$0
  }
---
on start {
  do send_email {
    t$0 = "sales@shop.example"
  }
}
---
on start {
  do send_email {
    to = $0
  }
}
---
on start {
  do $0
}
---
action x {
  to: $0
}
"#
    ));
}

#[test]
fn what_follows_within_a_line() {
    assert_snapshot!(offered(
        r#"on start {
  text "It is <<order_status>>." $0
}
---
on start {
  text "It is." $0
}
---
on start {
  if points > 3 {
    end
  } $0
}
---
on start {
  if points $0
}
---
on start {
  handover "Support" $0
}
---
on start {
  handover "Support" priority $0
}
---
on start {
  ask "Who?" $0
}
---
on start {
  buttons {
    "Hours" -> hours $0
  }
}
---
on start {
  quick replies {
    "Hours" -> $0
  }
}
---
sequence x $0
---
api x: text {
  timeout $0
}
---
on start {
  ask "Who?" {
    no reply $0
  }
}
---
on start {
  wait $0
}
"#
    ));
}

#[test]
fn words_and_names_of_tests() {
    assert_snapshot!(offered(
        r#"test "t" {
  mock $0
}
---
test "t" {
  mock order_status = $0
}
---
test "t" {
  mock order_status = "Shipped", then $0
}
---
test "t" {
  mock loyalty = ok sets $0
}
---
test "t" {
  tap "$0
}
---
test "t" {
  tap "Buy" $0
}
---
test "t" {
  tap "Buy" of "$0"
}
---
test "t" {
  customer "$0
}
---
test "t" {
  customer $0
}
---
test "t" {
  intent "$0
}
---
test "t" {
  not $0
}
---
test "t" {
  called order_status $0
}
---
test "t" {
  called order_status with $0
}
---
test "t" {
  called loyalty 2 times with points = 3, $0
}
---
test "t" {
  event $0
}
---
test "t" {
  expect points = 3, $0
}
---
test "t" {
  buttons "What would you like?" {
    "$0
  }
}
---
test "t" {
  do send_email {
    $0
  }
}
"#
    ));
}

/// The line of each cursor, and what it becomes when the first offer is taken that begins so.
fn taken(lines: &str) -> String {
    let mut drawn = String::new();
    for fixture in lines.split("\n---\n") {
        let (choice, fixture) = fixture.split_once('\n').unwrap();
        let mut desk = Desk::of(&format!("{fixture}{NAMES}"));
        let answer = desk.ask_at_cursor("textDocument/completion", json!({})).unwrap();
        drawn += &desk.draw_cursor();
        let mut items = answer.as_array().unwrap().iter();
        let item = items.find(|item| item["label"].as_str().unwrap().starts_with(choice));
        let text = desk::apply(&desk.texts["shop.flow"], &json!([item.unwrap()["textEdit"]]));
        let line = desk.cursors[0].1["line"].as_u64().unwrap() as usize;
        drawn += &format!("  {}\n", text.lines().nth(line).unwrap());
    }
    drawn
}

#[test]
fn a_word_is_replaced_as_a_whole() {
    assert_snapshot!(taken(
        r#"order
on start {
  text "<<or$0der_status>>."
}
---
points
on start {
  text "{{po$0ints}} points"
}
---
points
on start {
  text "{{$0order_no}}"
}
---
points
on start {
  text "{{ po$0 }}"
}
---
points
on start {
  text "{{or$0der_no|none}}"
}
---
points
on start {
  text "{{po$0}"
}
---
points
on start {
  text "{{po$0 and {{order_no}}"
}
---
offers
on start {
  goto ho$0urs
}
---
vip
attribute vip: yes/no = no
on start {
  if $0points > 3 {
}
---
What
test "t" {
  tap "Buy" of "What$0 is it?" 
}
---
X-Token
api x: text {
  header "X-T$0emp" = "a"
}
---
too large
on start {
  text "<<order_status>>" else too l$0
}
---
yes/no
attribute vip: yes/n$0
"#
    ));
}

#[test]
fn nothing_where_nothing_can_stand() {
    assert_snapshot!(offered(
        r#"sequence a {$0
---
on start {
  if points > 3 {$0
---
on start {
  ask "Who?" {$0
  }
}
---
api x: text {$0
}
---
on start {
  text """
    te$0
    """
}
---
on start {
  text """
    set $0
    """
}
---
on start {
  text """
    goto $0
---
on start {
  end // <<$0
}
---
// {{$0
---
on start {
  text "1 \<<$0"
}
---
on start {
  text "\{{$0"
}
---
on start {
  text "a" else $0
}
"#
    ));
}

#[test]
fn what_stands_there_already_is_no_offer() {
    assert_snapshot!(offered(
        r#"api x: text {
  header "X-Token" = secret S$0
}
---
api x: buttons {
  post shop "/x"
  leads to $0, hours
}
---
api x: nothing {
  post shop "/x"
  sets points, or$0
}
"#
    ));
}

#[test]
fn second_words_of_two() {
    assert_snapshot!(offered(
        r#"on start {
  text "<<order_status>>" else too $0
}
---
on start {
  text "<<order_status>>" else not j$0
}
---
attribute x: yes/$0
---
attribute x: one $0
---
on start {
  ask "Which?" {
    accept one o$0
  }
}
---
api x: quick $0
---
on api $0
---
on start {
  quick $0
}
---
on start {
  ask "Who?" {
    no $0
  }
}
---
on start {
  if order_no starts $0
}
---
test "t" {
  event bot $0
}
"#
    ));
}

#[test]
fn a_choice_lists_its_values() {
    assert_snapshot!(offered(
        r#"attribute size: one of "S", "M", "L"
on start {
  if size is $0
}
---
attribute size: one of "S", "M", "L"
on start {
  if points > 3 and (size is not "$0
}
---
attribute size: one of "S", "M", "L"
on start {
  set size = $0
}
---
attribute size: one of "S", "M", "L"
on start {
  set size = "$0"
}
---
attribute size: one of "S", "M", "L" = $0
---
attribute vip: yes/no = $0
---
attribute vip: yes/no = no
on start {
  if vip == $0
}
---
attribute size: one of "S", "M", "L"
test "t" {
  given size = $0
}
"#
    ));
}

#[test]
fn items_of_lists() {
    assert_snapshot!(offered(
        r#"api deals: buttons {
  post shop "/deals"
}
on start {
  buttons {
    $0
  }
}
---
on start {
  ask "Which?" {
    quick replies {
      $0
    }
  }
}
---
on start {
  gallery {
    $0
  }
}
---
on start {
  text """
    Order {{ $0
    """
}
---
on start {
  text """
    <<order_status>>
    """ $0
}
"#
    ));
}

#[test]
fn snippets_are_whole_blocks_that_can_be_read() {
    let places = [
        "$0\n",
        "on start {\n  $0\n}\n",
        "on start {\n  ask \"?\" save order_no {\n    $0\n  }\n}\n",
        "on start {\n  gallery {\n    $0\n  }\n}\n",
        "on start {\n  buttons \"?\" {\n    $0\n  }\n}\n",
    ];
    for place in places {
        let mut desk = Desk::of(&format!("{place}{NAMES}"));
        let answer = desk.ask_at_cursor("textDocument/completion", json!({})).unwrap();
        let before = desk.texts["shop.flow"].clone();
        let snippets = answer
            .as_array()
            .unwrap()
            .iter()
            .filter(|item| item["insertTextFormat"] == 2);
        for snippet in snippets {
            let plain = without_places(snippet["textEdit"]["newText"].as_str().unwrap());
            let mut edit = snippet["textEdit"].clone();
            edit["newText"] = json!(plain);
            let text = desk::apply(&before, &json!([edit]));
            desk.make(&json!({"changes": {desk::uri("shop.flow"): [edit]}}));
            let broken = desk.found(true);
            let unread = broken.iter().filter(|line| line.contains("syntax::"));
            assert_eq!(unread.collect::<Vec<_>>(), [] as [&String; 0], "{text}");
            let whole = json!({"start": {"line": 0, "character": 0}, "end": {"line": 999, "character": 0}});
            desk.make(&json!({"changes": {desk::uri("shop.flow"): [{"range": whole, "newText": before}]}}));
        }
    }
}

/// A snippet with the first of what it offers at each place, and nothing at the last.
fn without_places(snippet: &str) -> String {
    let mut plain = String::new();
    let mut rest = snippet;
    while let Some((before, place)) = rest.split_once("${") {
        plain += before;
        let (place, behind) = place.split_once('}').unwrap();
        let choice = place.trim_start_matches(|letter: char| letter.is_ascii_digit());
        let choice = choice.trim_start_matches([':', '|']);
        plain += choice.split([',', '|']).next().unwrap();
        rest = behind;
    }
    (plain + rest).replace("$0", "")
}

#[test]
fn a_blank_opens_no_list_of_words() {
    let mut desk = Desk::of("on start {\n  $0\n}\n");
    let context = json!({"context": {"triggerKind": 2, "triggerCharacter": " "}});
    let answer = desk.ask_at_cursor("textDocument/completion", context);
    assert_eq!(answer, Ok(json!([])));
}

#[test]
fn of_very_many_names_those_that_fit_best_are_listed() {
    let many: String = (0..600)
        .map(|at| format!("sequence page_{at} {{\n  end\n}}\n"))
        .collect();
    let mut desk = Desk::of(&format!("on start {{\n  goto pg_59$0\n}}\n{many}"));
    let answer = desk.ask_at_cursor("textDocument/completion", json!({})).unwrap();
    let labels: Vec<&str> = answer["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["label"].as_str().unwrap())
        .collect();
    assert_eq!(answer["isIncomplete"], true);
    assert_eq!(labels[..4], ["page_159", "page_259", "page_359", "page_459"]);
    assert!(labels.contains(&"page_599"), "{labels:?}");
    assert!(labels.len() < 30, "{labels:?}");
}
