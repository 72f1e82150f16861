//! Scenes as tests: every block, every input, every outcome.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod scripted;

use sayflow::{Customer, Failure, Input};
use scripted::{Script, Talk, reply};

/// The test of a scene, which passes.
fn snapshot(name: &str, talk: Talk) {
    let (test, failures) = talk.test();
    assert!(failures.is_empty(), "{test}\n{}", failures.join("\n"));
    shown(name, &test);
}

fn shown(name: &str, test: &str) {
    insta::with_settings!({prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!(format!("scene@{name}"), test);
    });
}

const BLOCKS: &str = r#"
attribute points key "loyalty-points": number = 0
attribute note: text
attribute cart: any
action send_email {
  to: text
  urgent: yes/no
  copies: number
}
on start {
  text "She said \"yes\": \{\{points\}\} \\ \<\<x\>\> a < b"
  text """
    Dear {{first_name|friend}},

    thank you. This text is long enough to have "lines" of its own.
    """
  text "Short\nand sweet"
  image "https://cdn.shop.example/winter.png"
  audio "https://cdn.shop.example/jingle.mp3"
  video "https://cdn.shop.example/winter.mp4"
  wait 90s
  wait 2m
  gallery {
    card "Nakshi shawl" {
      subtitle "৳2450"
      image "https://cdn.shop.example/shawl.png"
      url "https://shop.example/shawl"
      button "Buy" -> buy extra "SHAWL"
      button "Photos" -> url "https://shop.example/shawl/photos"
    }
    card "Gift card"
  }
  buttons "Or:" {
    "Call us" -> phone "+8801700000000"
    "Visit us" -> buy
  }
  buttons {
    "Alone" -> buy
  }
  quick replies "Not sure?" {
    "Help me" -> buy
    "The shop" -> url "https://shop.example"
  }
  set points = 12
  set note = "line\nbreak"
  do send_email {
    to = "care@shop.example"
    urgent = yes
    copies = 2.5
  }
  text "An e-mail is on its way."
  goto buy
}
sequence buy {
  clear note
  ask "Which size?" {
    quick replies {
      "S" extra "small"
      "M"
    }
  }
  handover "Sales" priority high
}
sequence again id "7" {
  handover "Support"
}
sequence circle {
  text "round"
  goto circle
}
sequence odd {
  set points = points / 0
}
on words "circle" {
  goto circle
}
on words "odd" {
  goto odd
}
"#;

#[test]
fn an_extra_that_no_test_can_write_is_not_asked_for() {
    let flow = "on start {\n  quick replies \"Pick\" {\n    \"A\" -> done extra \"e\\\"x\\n\u{1}\"\n  }\n}\n\
        sequence done {\n  text \"Done\"\n}\n";
    let mut talk = Talk::new("an extra", flow, Script::default());
    talk.say(Input::start());
    talk.tap(0, "A");
    let (test, failures) = talk.test();
    assert!(failures.is_empty(), "{test}\n{}", failures.join("\n"));
}

#[test]
fn every_block() {
    let mut talk = Talk::new("every block", BLOCKS, Script::default());
    talk.say(Input::start());
    talk.tap(0, "Buy");
    talk.tap(1, "M");
    talk.say(Input::text("Hello?"));
    talk.give(|customer| customer.bot_enabled = true);
    talk.say(Input::start_at("7"));
    talk.give(|customer| customer.bot_enabled = true);
    talk.say(Input::text("circle"));
    talk.say(Input::text("odd"));
    snapshot("every_block", talk);
}

const INPUTS: &str = r#"
attribute order_no: text
attribute seen: yes/no
on start {
  buttons "First menu" {
    "Track" -> track
    "Other" -> other
  }
  buttons "Second menu" {
    "Track" -> track
  }
}
sequence track {
  ask "Which order?" save order_no {
    accept pattern "AA-######"
    no reply 10m {
      text "Still there?"
    }
  }
  text "Order {{order_no}}."
}
sequence other {
  text "Other."
}
on intent "greeting" {
  text "Hello {{first_name|there}}!"
}
on unmatched {
  text "Pardon?"
}
"#;

#[test]
fn every_input() {
    let mut asha = Customer::new(1);
    asha.first_name = "Asha".to_owned();
    asha.timezone = Some(6.0);
    asha.set_attribute("order_no", "AA-000001");
    asha.set_attribute("of another flow", 7);
    let mut talk = Talk::with("every \"input\"", INPUTS, Script::default(), asha);
    talk.wait(30);
    talk.say(Input::start());
    talk.wait(59);
    talk.tap(0, "Other");
    talk.wait(7_200);
    talk.say(Input::start());
    talk.tap(2, "Track");
    talk.silence();
    talk.say(Input::text("12"));
    talk.say(Input::text("AB-123456").with_id("m-1"));
    talk.say(Input::text("AB-123456").with_id("m-1"));
    talk.restart();
    talk.give(|customer| {
        customer.first_name.clear();
        customer.set_attribute("seen", true);
        customer.clear_attribute("order_no");
    });
    talk.say(Input::intent("greeting"));
    let url = "https://cdn.channel.example/1";
    for input in [
        Input::image(url),
        Input::audio(url),
        Input::video(url),
        Input::file(url),
    ] {
        talk.say(input);
    }
    talk.say(Input::location(23.8, -90.45));
    talk.say(Input::start_at("track"));
    talk.wait(300);
    talk.say(Input::text("what?"));
    talk.tap(0, "Track");
    snapshot("every_input", talk);
}

const OUTCOMES: &str = r#"
server shop "https://api.shop.example" {
  header "X-Shop-Token" = secret TOKEN
}
api status: text {
  get shop "/status"
}
on start {
  text "<<status>>" else {
    text "No."
  }
}
on unmatched {
  goto more
}
sequence more {
  text "<<status>>" else empty {
    text "Nothing."
  } else {
    text "No."
  }
}
"#;

#[test]
fn all_ten_outcomes() {
    let script = Script::default()
        .body("status", r#"{"success": true, "data": "packed"}"#)
        .body("status", r#"{"success": true, "data": ""}"#)
        .body("status", r#"{"success": false, "message": "not `today`"}"#)
        .then("status", Err(Failure::Timeout))
        .then(
            "status",
            Err(Failure::Unreachable("connection refused".to_owned())),
        )
        .then(
            "status",
            Err(Failure::Blocked("127.0.0.1 is not public".to_owned())),
        )
        .then("status", Err(Failure::TooLarge))
        .body("status", "<html>")
        .body("status", r#"{"success": true, "data": {"text": "a `tick`"}}"#)
        .then("status", reply(503, "{}"))
        .body("status", r#"{"success": true, "data": "sent"}"#);
    let mut talk = Talk::new("all ten outcomes", OUTCOMES, script);
    for _ in 0..13 {
        talk.say(Input::text("and now?"));
    }
    snapshot("all_ten_outcomes", talk);
}

const OUTPUTS: &str = r#"
attribute points: number = 0
attribute vip: yes/no = no
attribute cart: any
server shop "https://api.shop.example" {
  header "X-Shop-Token" = secret TOKEN
}
api hours: text {
  get shop "/hours"
}
api banner: image {
  get shop "/banner"
}
api picks: gallery {
  get shop "/picks"
}
api shortcuts: buttons {
  get shop "/shortcuts"
}
api topics: quick replies {
  get shop "/topics"
}
api loyalty: nothing {
  get shop "/loyalty"
  sets points, vip, cart
}
on start {
  goto offers
}
sequence offers id "42" {
  call <<loyalty>> else {
    text "No points."
  }
  text "<<hours>>" else "No hours."
  image <<banner>> else "https://cdn.shop.example/banner.png"
  gallery {
    <<picks>>
    card "Gift card"
  } else "Nothing."
  buttons "What next?" {
    <<shortcuts>>
    "Offers" -> offers
  }
  quick replies "More:" {
    <<topics>>
  } else empty "That is all." else "No more."
}
"#;

#[test]
fn every_output() {
    let script = Script::default()
        .body("loyalty", r#"{"success": true, "attributes": {"points": 240, "vip": true}}"#)
        .body("loyalty", r#"{"success": true, "message": "noted", "status": 200}"#)
        .body("loyalty", r#"{"success": true, "attributes": {"cart": [1, 2], "points": null}}"#)
        .body("hours", r#"{"success": true, "data": "From ten\nto \"eight\"", "attributes": {"points": 1}}"#)
        .body("hours", r#"{"success": true, "data": "From ten", "message": "noted", "status": 200, "more": 1}"#)
        .body("banner", r#"{"success": true, "data": {"type": "image", "url": "https://cdn.shop.example/1.png"}}"#)
        .body("banner", r#"{"success": true, "data": {"type": "audio", "url": "https://cdn.shop.example/1.mp3"}}"#)
        .body("banner", r#"{"success": true, "data": {"type": "video", "url": "https://cdn.shop.example/1.mp4"}}"#)
        .body("picks", r#"{"success": true, "data": [
            {"title": "Shawl", "subtitle": "৳2450", "image": "https://cdn.shop.example/s.png", "url": "https://shop.example/s",
             "buttons": [{"title": "Buy", "type": "sequence", "value": "offers", "extra": "S"},
                         {"title": "See", "type": "url", "value": "https://shop.example/s"}]},
            {"title": "Plain", "subtitle": ""}]}"#)
        .body("picks", r#"{"success": true, "data": []}"#)
        .body("shortcuts", r#"{"success": true, "data": [
            {"title": "Call", "type": "phone", "value": "+880 1700 000000"},
            {"title": "Shop", "type": "url", "value": "https://shop.example"},
            {"title": "Sale", "type": "sequence", "value": "offers"}]}"#)
        .body("shortcuts", r#"{"success": true, "data": [{"title": "By id", "type": "sequence", "value": "42", "extra": "a note that makes the line rather long"}]}"#)
        .then("shortcuts", Err(Failure::Timeout))
        .body("topics", r#"{"success": true, "data": [{"title": "Help", "type": "sequence", "value": "offers"}]}"#);
    let mut talk = Talk::new("every output", OUTPUTS, script);
    for _ in 0..3 {
        talk.say(Input::start());
    }
    snapshot("every_output", talk);
}

#[test]
fn a_secret_that_is_echoed_is_masked() {
    let script = Script::default()
        .body("status", r#"{"success": true, "data": "bad token s3cret"}"#)
        .body("status", r#"{"success": true, "data": "fine", "more": "s3cret"}"#);
    let mut talk = Talk::new("an echo", OUTCOMES, script);
    talk.say(Input::start());
    talk.say(Input::text("s3cret?"));
    let (test, failures) = talk.test();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(!test.contains("s3cret"), "{test}");
    shown("a_secret_that_is_echoed_is_masked", &test);
}

/// A key is masked as a value is, and a list with a secret in it stays a list: played again, the test sees the same.
#[test]
fn a_secret_in_a_key_or_in_a_list_is_masked() {
    let flow = format!("attribute cart: any\n{OUTCOMES}");
    let script = Script::default().body(
        "status",
        r#"{"success": true, "data": "hi", "attributes": {"s3cret": 1, "cart": {"s3cret": ["s3cret"]}}}"#,
    );
    let mut customer = Customer::new(1);
    customer.set_attribute("s3cret", "s3cret");
    let mut talk = Talk::with("keys", &flow, script, customer);
    talk.say(Input::start());
    let (test, failures) = talk.test();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(!test.contains("s3cret"), "{test}");
    shown("a_secret_in_a_key_or_in_a_list_is_masked", &test);
}

/// A number stays one, so that the test has the types of the flow.
#[test]
fn a_secret_that_is_echoed_as_a_number_is_masked() {
    let flow = OUTCOMES.replace(
        "api status: text {",
        "attribute account: number\napi status: text {",
    );
    let script = Script::default().body(
        "status",
        r#"{"success": true, "data": "hi", "attributes": {"account": 8812345}}"#,
    );
    let mut talk = Talk::new("a number", &flow, script);
    talk.engine = talk
        .engine
        .with_secret("TOKEN", "8812345", ["https://api.shop.example"]);
    talk.say(Input::start());
    let (test, failures) = talk.test();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(!test.contains("12345"), "{test}");
    shown("a_secret_that_is_echoed_as_a_number_is_masked", &test);
}

/// A text of a reply, cut by a mask, may be another value to the flow: the test says so.
#[test]
fn what_a_mask_changes_is_noted() {
    let flow = OUTCOMES.replace("api status: text {", "attribute token: text\napi status: text {").replace(
        "on start {",
        "on words \"token\" {\n  call sets_token\n  if token starts with \"s3\" {\n    text \"A token.\"\n  }\n}\n\
         sequence sets_token {\n  text \"<<status>>\" else \"No.\"\n}\non start {",
    );
    let script = Script::default().body(
        "status",
        r#"{"success": true, "data": "-", "attributes": {"token": "s3cret"}}"#,
    );
    let mut talk = Talk::new("a mask changes the way", &flow, script);
    talk.say(Input::text("token"));
    let (test, failures) = talk.test();
    assert!(!failures.is_empty());
    shown("what_a_mask_changes_is_noted", &test);
}

/// A flow that shows when a message came is given each moment exactly.
#[test]
fn moments_that_are_shown_are_exact() {
    let flow = "on start {\n  text \"{{last_message_time}}\"\n}\non unmatched {\n  text \"{{last_message_time}}\"\n}\n";
    let mut talk = Talk::new("moments", flow, Script::default());
    talk.wait(12);
    talk.say(Input::start());
    talk.wait(5);
    talk.say(Input::text("Hi"));
    snapshot("moments_that_are_shown_are_exact", talk);
}

#[test]
fn a_conversation_that_had_begun_is_noted() {
    let mut talk = Talk::new("begun before", INPUTS, Script::default());
    talk.say(Input::start());
    talk.record_anew("gone on");
    talk.tap(0, "Track");
    let (test, failures) = talk.test();
    assert!(!failures.is_empty());
    shown("a_conversation_that_had_begun_is_noted", &test);
}

/// Texts that the language can only write with escapes, and some for which it has none.
#[test]
fn odd_texts_pass() {
    let texts = [
        "a\r\nb",
        "\u{7} a/b (c) \u{1b}[31m",
        "  spaced  ",
        "<status> {points} }} << >> {{status}} {{{ \\{{ \\n",
        "one\n  two  \n\n three, which is long enough to be a block of lines of its own\n",
        "\"\"\" and \"\"\"\nmore than sixty characters, so that it stands on lines of its own: \"\"\"",
        "\ttab",
        "\u{200f}\u{202e}“curly” → `tick` ``` // no comment",
        "\u{2028}\u{85}\u{feff}\u{a0}x",
        "...",
        "]]} [[{ $1 \\d",
    ];
    for text in texts {
        let data = serde_json::to_string(text).unwrap();
        let body = format!("{{\"success\": true, \"data\": {data}}}");
        let script = Script::default()
            .body("status", &body)
            .body("status", r#"{"success": true, "data": "and on"}"#);
        let mut talk = Talk::new(text, OUTCOMES, script);
        talk.say(Input::text(text));
        talk.say(Input::text("and now?"));
        let (test, failures) = talk.test();
        assert!(failures.is_empty(), "{text:?}\n{test}\n{}", failures.join("\n"));
    }
}

/// Titles, prompts, links and values are texts like any other.
#[test]
fn odd_titles_pass() {
    for text in [
        "\"q\" {{x}} <<y>> \\",
        "one\ntwo",
        "tick ` and // and ...",
        "ends with \\\\",
    ] {
        let title = serde_json::to_string(text).unwrap();
        let option =
            format!(r#"{{"title": {title}, "type": "sequence", "value": "offers", "extra": {title}}}"#);
        let script = Script::default()
            .body("loyalty", r#"{"success": true}"#)
            .body("hours", r#"{"success": true, "data": "x"}"#)
            .body("banner", r#"{"success": true, "data": {"type": "image", "url": "https://shop.example/?q=%7B"}}"#)
            .body(
                "picks",
                &format!(r#"{{"success": true, "data": [{{"title": {title}, "subtitle": {title}, "buttons": [{option}]}}]}}"#),
            )
            .body("shortcuts", &format!(r#"{{"success": true, "data": [{option}]}}"#))
            .body("topics", &format!(r#"{{"success": true, "data": [{option}]}}"#));
        let mut talk = Talk::new("titles", OUTPUTS, script);
        talk.say(Input::start());
        talk.tap(0, text);
        let (test, failures) = talk.test();
        assert!(failures.is_empty(), "{text:?}\n{test}\n{}", failures.join("\n"));
    }
}

const STATUS: &str = r#"
attribute raw: text
attribute note: text
api status: text {
  get "https://api.shop.example/status"
  sets raw
}
on start {
  text "<<status>>" else "Later."
}
on unmatched {
  set note = last_message_text
  text "Noted."
}
"#;

#[test]
fn a_byte_order_mark_and_an_odd_status_are_mocked() {
    let script = Script::default()
        .body("status", "\u{feff}{\"success\": true, \"data\": \"packed\"}")
        .body(
            "status",
            "\u{feff}{\"success\": true, \"data\": \"sent\", \"more\": \"\u{7f}\"}",
        )
        .body("status", "\u{feff}{\"success\": false, \"message\": \"closed\"}")
        .then("status", reply(999, "no"));
    let mut talk = Talk::new("odd replies", STATUS, script);
    for _ in 0..4 {
        talk.say(Input::start());
    }
    let (test, failures) = talk.test();
    assert!(failures.is_empty(), "{test}\n{}", failures.join("\n"));
    assert!(!test.contains("NOTE:"), "{test}");
    assert!(
        test.contains("\"packed\", then reply") && test.contains("status 999"),
        "{test}"
    );
}

/// A file has 1 MiB at most.
#[test]
fn a_reply_that_is_too_large_for_a_test_is_left_out() {
    let long = |reply: &str| reply.replace("LONG", &"[1,".repeat(30).repeat(800).replace('[', "x"));
    for reply in [
        r#"{"success": true, "data": "LONG"}"#,
        r#"{"success": true, "data": "short", "more": "LONG"}"#,
        r#"{"success": false, "message": "LONG"}"#,
    ] {
        let script = Script::default()
            .body("status", &long(reply))
            .body("status", r#"{"success": true, "data": "packed"}"#);
        let mut talk = Talk::new("a large reply", STATUS, script);
        talk.say(Input::start());
        talk.say(Input::start());
        let (test, failures) = talk.test();
        let is_declined = reply.contains("false");
        assert_eq!(failures.is_empty(), is_declined, "{failures:?}");
        let note = "// NOTE: the reply of status is too large for a test";
        assert_eq!(test.contains(note), !is_declined, "{test}");
        let mock = if is_declined { "declined" } else { "too large" };
        assert!(
            test.contains(&format!("mock status = {mock}, then \"packed\"")),
            "{test}"
        );
    }
}

#[test]
fn a_note_is_read_from_left_to_right() {
    let script = Script::default().body(
        "status",
        "{\"success\": true, \"data\": \"packed\", \"attributes\": {\"\u{202e}a\u{2067}\": \"x\"}}",
    );
    let mut talk = Talk::new("directions", STATUS, script);
    talk.give(|customer| customer.set_attribute("\u{202e}b\u{7}c\u{2028}", "x"));
    talk.say(Input::start());
    let (test, failures) = talk.test();
    assert!(failures.is_empty(), "{test}\n{}", failures.join("\n"));
    let notes: Vec<_> = test.lines().filter(|line| line.contains("NOTE:")).collect();
    assert_eq!(
        notes,
        [
            "  // NOTE: \"\u{fffd}b\u{fffd}c\u{fffd}\" was given, which a test cannot write",
            "  // NOTE: \"\u{fffd}a\u{fffd}\" changed, which the flow does not declare",
        ]
    );
}

/// What cannot be written is never written as something else.
#[test]
fn a_control_character_in_a_value_is_noted() {
    let script = Script::default().body(
        "status",
        r#"{"success": true, "data": "packed", "attributes": {"raw": "\u0007bell"}}"#,
    );
    let mut talk = Talk::new("bells", STATUS, script);
    talk.give(|customer| customer.set_attribute("note", "a\u{1}b"));
    talk.say(Input::start());
    talk.say(Input::text("a\u{1}b"));
    let (test, failures) = talk.test();
    shown("control_characters", &test);
    assert!(failures.is_empty(), "{test}\n{}", failures.join("\n"));
}
