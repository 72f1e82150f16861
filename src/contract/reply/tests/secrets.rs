//! Secrets that a reply echoes.

use super::{answer, decode_alone};
use crate::effects::{Failure, Reply};
use crate::program::Output;

#[test]
fn secrets_are_masked_wherever_a_reply_is_quoted() {
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzaG9wIn0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";
    let secrets = [token, "s3cr/t &", "s3cr", "880170099", "dat4"];
    let shown = |output, body: &str| {
        let decoded = decode_alone(&answer(body.as_bytes()), output, &secrets);
        let message = decoded.message.unwrap_or_default();
        let problems = decoded.problems.into_iter().map(|found| {
            format!(
                "{} `{}`\n  {}\n  {}\n  {}",
                found.code,
                found.pointer,
                found.message,
                found.found,
                found.help.unwrap_or_default()
            )
        });
        let problems: Vec<String> = problems.collect();
        format!("{} ({message})\n{}", decoded.outcome, problems.join("\n"))
    };
    let options = |value: &str| format!(r#"{{"success": true, "data": [{value}]}}"#);
    let lines = [
        // Longer than what is quoted of a text, and across the place where it is cut.
        shown(
            Output::Gallery,
            &format!(r#"{{"success": true, "data": "{token}"}}"#),
        ),
        shown(
            Output::Gallery,
            &format!(r#"{{"success": true, "data": "{}{token}"}}"#, "a".repeat(50)),
        ),
        shown(Output::Text, r#"{"success": true, "data": 880170099}"#),
        shown(
            Output::Text,
            r#"{"success": false, "message": "bad s3cr%2ft+%26, bad s3cr/t &", "status": 880170099}"#,
        ),
        // In keys.
        shown(
            Output::Nothing,
            &format!(r#"{{"success": true, "attributes": {{"{token}": [], "s3cr/t &~": []}}}}"#),
        ),
        shown(Output::Buttons, r#"{"success": true, "data": {"s3cr/t &": [1]}}"#),
        shown(Output::Text, r#"{"success": true, "dat4": "Hi"}"#),
        // In addresses, whose scheme and whole text are quoted.
        shown(
            Output::Buttons,
            &options(r#"{"title": "A", "type": "url", "value": "shop.example/s3cr%2Ft%20%26"}"#),
        ),
        shown(
            Output::Buttons,
            &options(r#"{"title": "A", "type": "url", "value": "https://s3cr/t &"}"#),
        ),
        shown(
            Output::Buttons,
            &options(r#"{"title": "A", "type": "url", "value": "s3cr:a"}"#),
        ),
        shown(
            Output::Buttons,
            &options(r#"{"title": "A", "type": "phone", "value": "s3cr"}"#),
        ),
        // In what is no JSON.
        shown(Output::Text, "<title>Denied: s3cr/t &</title>"),
        shown(Output::Text, r#"{s3cr: {"a": 880170099x}}"#),
        shown(Output::Text, &format!("{{{token}: 1}}")),
    ];
    insta::assert_snapshot!(lines.join("\n"), @r###"
contract ()
reply::wrong_type `/data`
  `data` is the text `***`, not a list of cards
  the text `***`
  send a list: `[{…}]`
contract ()
reply::wrong_type `/data`
  `data` is the text `aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa***`, not a list of cards
  the text `aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa***`
  send a list: `[{…}]`
contract ()
reply::wrong_type `/data`
  `data` is the number `***`, not a text
  the number `***`
  put it into quotes: `"***"`
declined (bad ***, bad ***)
reply::ignored_field `/status`
  `status` says *** where HTTP says 200
  the number `***`
  send the status of the reply itself, or leave `status` out
contract ()
reply::attribute_type `/attributes/***`
  `***` is an empty list, not a text, a number, `true` or `false`
  an empty list
  declare it in the flow to save it whole: `attribute … key "***": any`
reply::attribute_type `/attributes/***~0`
  `***~` is an empty list, not a text, a number, `true` or `false`
  an empty list
  declare it in the flow to save it whole: `attribute … key "***~": any`
contract ()
reply::wrong_type `/data`
  `data` is an object, not a list of buttons
  an object
  send the list of `***` itself
contract ()
reply::missing_field `/data`
  `data` is missing
  nothing
  rename `***` to `data`
contract ()
reply::bad_url `/data/0/value`
  `value` has no scheme
  the text `shop.example/***`
  write `https://shop.example/***`
contract ()
reply::bad_url `/data/0/value`
  `value` has a host that cannot be one
  the text `https://***`
  write a whole address: `https://…`
contract ()
reply::bad_url `/data/0/value`
  `value` has no scheme
  the text `***:a`
  write `https://…`
contract ()
reply::bad_phone `/data/0/value`
  `value` is the text `***`, not a phone number
  the text `***`
  write it with country code: `+8801700000000`
not json ()
reply::not_json ``
  the reply is not JSON: an HTML page, `Denied: ***`
  an HTML page, `Denied: ***`
  send JSON; pages come from a wrong path, a login or an error of the server
not json ()
reply::missing_field `/success`
  `success` is missing
  nothing
  say how it went: `"success": true` beside the other fields
reply::missing_field `/data`
  `data` is missing
  nothing
  add `"data": "…"`, or say `"success": false`
reply::not_json ``
  the reply is not JSON: the key `***` without quotes
  the key `***` without quotes
  write `"***"`
reply::not_json `/***/a`
  the reply is not JSON: `***`, which is no number
  `***`, which is no number
  write numbers as `12` or `0.5`, and anything else in quotes
not json ()
reply::not_json ``
  the reply is not JSON: the key `***` without quotes
  the key `***` without quotes
  write `"***"`
reply::not_json ``
  the reply is not JSON: no colon
  no colon
  write a colon between key and value
reply::not_json ``
  the reply is not JSON: `***`, which is no number
  `***`, which is no number
  write numbers as `12` or `0.5`, and anything else in quotes
reply::not_json ``
  the reply is not JSON: `:`
  `:`
  build the reply with a JSON encoder rather than by hand
"###);
}

#[test]
fn secrets_are_masked_where_no_reply_came() {
    let message = |result: &Result<Reply, Failure>| {
        decode_alone(result, Output::Text, &["s3cr/t &"])
            .message
            .unwrap_or_default()
    };
    let moved = Ok(Reply {
        status: 302,
        location: Some("https://shop.example/login?key=s3cr%2ft%20%26&from=/s3cr/t+%26".to_owned()),
        body: Vec::new(),
    });
    let lines = [
        message(&moved),
        message(&Err(Failure::Unreachable("no host s3cr/t &".to_owned()))),
        message(&Err(Failure::Blocked("not to ?key=s3cr%2Ft%20%26".to_owned()))),
    ];
    insta::assert_snapshot!(lines.join("\n"), @r###"
HTTP 302 to https://shop.example/login?key=***&from=/***: redirects are not followed, so call that address
no host ***
not to ?key=***
"###);
}

/// A word is hidden where a secret reaches into it, and nowhere else.
#[test]
fn a_word_beside_a_secret_is_shown() {
    let said = |secret: &str| {
        let decoded = decode_alone(
            &answer(br#"{"x":01,"success":true,"data":""}"#),
            Output::Text,
            &[secret],
        );
        let [problem, ..] = decoded.problems.as_slice() else {
            panic!("a problem")
        };
        problem.message.clone()
    };
    let shown = said("elsewhere");
    assert!(shown.contains("`01`"), "{shown}");
    for beside in [r#"{"x":"#, r#","success""#, r#""data":"#] {
        assert_eq!(said(beside), shown, "{beside}");
    }
    for within in [r#"{"x":0"#, r#"1,"success""#, r#"01"#, r#":01,"#] {
        assert!(!said(within).contains("01"), "{within}");
    }
}

#[test]
fn a_secret_number_that_is_rounded_is_not_shown() {
    let secret = "9988776655443322110099887";
    let body = format!(
        r#"{{"success": true, "attributes": {{"a": {secret}, "b": 1{secret}, "c": 99887766554433221100998}}}}"#
    );
    let decoded = decode_alone(&answer(body.as_bytes()), Output::Nothing, &[secret]);
    let said: Vec<&str> = decoded.problems.iter().map(|problem| &*problem.message).collect();
    assert_eq!(
        said,
        [
            "`a` has more digits than are kept, and becomes ***",
            "`b` has more digits than are kept, and becomes ***",
            "`c` has more digits than are kept, and becomes 99887766554433230000000",
        ]
    );
}
