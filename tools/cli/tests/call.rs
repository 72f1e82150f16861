//! `sayflow call` against a server on loopback, and `sayflow reply`.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot prepare its server has failed"
)]

mod binary;
mod server;

use binary::sayflow;
use server::serve;
use snapbox::cmd::Command;
use snapbox::{file, str};

const SECRET: &str = "s3cr/t &";

/// `sayflow call endpoints` with both origins at a server, and the secret in the environment.
fn call(arguments: &str, url: &str) -> Command {
    sayflow("call endpoints")
        .args(arguments.split_whitespace())
        .arg(format!("--server=shop={url}/v1"))
        .arg(format!("--server=https://cdn.shop.example={url}"))
        .env("SHOP_TOKEN", SECRET)
}

const PICKS: &str = r#"{
  "success": true,
  "data": [
    {"title": "Shawl", "subtitle": "Soft.", "image": "", "buttons": [
      {"title": "Buy", "type": "sequence", "value": "160", "extra": "shawl"},
      {"title": "Look", "type": "url", "value": "https://shop.example/shawl"}
    ]}
  ],
  "attributes": {"points": 12, "first_name": "Asha"},
  "message": "two of s3cr%2Ft+%26"
}
"#;

const BAD_PICKS: &str = r#"{
  "success": "true",
  "data": [
    {"titel": "s3cr/t &", "image": "shawl.png", "buttons": {"title": "Buy", "type": "sequense", "value": 160}},
  ],
  "attributes": {"uid": 3, "points": "s3cr/t & points"}
}
"#;

#[test]
fn a_good_reply() {
    let server = serve([("200 OK", PICKS)]);
    call("picks", &server.url)
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/call_good.txt"]);
    let received = server.received();
    assert!(
        received[0].starts_with("GET /picks?n=3 HTTP/1.1\r\n"),
        "{received:?}"
    );
}

#[test]
fn every_problem_in_the_text_of_the_reply() {
    let server = serve([("200 OK", BAD_PICKS)]);
    call("picks", &server.url)
        .assert()
        .code(1)
        .stdout_eq(file!["snapshots/call_problems.txt"]);
}

#[test]
fn a_call_in_json() {
    let server = serve([("200 OK", PICKS), ("200 OK", BAD_PICKS), ("503 Busy", "s3cr/t &")]);
    call("picks --json", &server.url)
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/call_good_json.txt"]);
    call("picks --json", &server.url)
        .assert()
        .code(1)
        .stdout_eq(file!["snapshots/call_problems_json.txt"]);
    call("picks --json", &server.url)
        .assert()
        .code(1)
        .stdout_eq(str![[r#"
{"api":"picks","outcome":"status","status":503,"block":null,"attributes":{},"problems":[],"message":"HTTP 503","limit":null,"elapsed_ms":[..],"request":{"method":"GET","url":"http://127.0.0.1:[..]/picks?n=3","headers":{"Accept":"application/json"},"body":null}}

"#]])
        .stderr_eq(str![[r#"
picks: HTTP 503

"#]]);
}

#[test]
fn the_customer_of_a_call() {
    let server = serve([("200 OK", r#"{"success": true, "data": "Packed."}"#); 2]);
    call(
        "order_status --attribute order_no=AB/12 --attribute language=bn",
        &server.url,
    )
    .assert()
    .code(0);
    call(
        "place_order --attribute points=12 --attribute first_name=Asha",
        &server.url,
    )
    .assert()
    .code(0)
    .stdout_eq(file!["snapshots/call_post.txt"]);
    let received = server.received();
    assert!(
        received[0].starts_with("GET /v1/orders/AB%2F12?lang=bn HTTP/1.1\r\n"),
        "{received:?}"
    );
    assert!(received[0].contains("s3cr/t &"));
    assert!(
        received[1].ends_with(r#""points":12,"note":"it's for Asha"}"#),
        "{received:?}"
    );
}

#[test]
fn what_would_be_sent() {
    let nowhere = "http://127.0.0.1:1";
    call("place_order --dry-run", nowhere)
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/call_dry_run.txt"].raw());
    // Without a path the request cannot be made.
    call("order_status --dry-run", nowhere)
        .assert()
        .code(1)
        .stdout_eq("")
        .stderr_eq(str![[r#"
order_status: attribute `order_no` is unset and would leave a part of the path empty

"#]]);
}

#[test]
fn a_request_for_a_shell() {
    let server = serve([("200 OK", "{}")]);
    let command = call("place_order --curl", &server.url)
        .env_remove("SHOP_TOKEN")
        .output()
        .expect("the binary runs");
    let command = String::from_utf8_lossy(&command.stdout).into_owned();
    assert!(command.contains("\"$SHOP_TOKEN\""), "{command}");
    let is_sent = std::process::Command::new("sh")
        .args(["-c", &command.replace("curl ", "curl --silent ")])
        .env("SHOP_TOKEN", SECRET)
        .status();
    // A machine without curl has shown the command, and that is all that is asked of it.
    if is_sent.is_ok_and(|status| status.success()) {
        let received = server.received();
        assert!(received[0].contains("X-Shop-Token: s3cr/t &\r\n"), "{received:?}");
        assert!(received[0].ends_with(r#""note":"it's for me"}"#), "{received:?}");
    }
}

/// A server that gets the secret, and another that gets what the customer is called.
const TWO_SERVERS: &str = r#"
api own: text {
  get "https://api.shop.example"
  header "X-Shop-Token" = secret SHOP_TOKEN
}

api alien: text {
  post "https://alien.example/{{first_name}}"
  header "X-Name" = "{{first_name}}"
  field "name" = first_name
}

on start {
  text "<<own>> <<alien>>" else "Later."
}
"#;

#[test]
fn no_text_of_a_customer_becomes_a_secret_for_a_shell() {
    let flow = tempfile::Builder::new()
        .suffix(".flow")
        .tempfile()
        .expect("a file");
    std::fs::write(flow.path(), TWO_SERVERS).expect("a file");
    for name in ["sayflow-SHOP_TOKEN-stand-in", "SHOP_TOKEN"] {
        let output = sayflow("call")
            .arg(flow.path())
            .args(["alien", "--curl", "--attribute"])
            .arg(format!("first_name={name}"))
            .output()
            .expect("the binary runs");
        let command = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(command.contains(&format!("-H 'X-Name: {name}'")), "{command}");
        assert!(!command.contains('$'), "{command}");
        assert!(output.stderr.is_empty(), "{output:?}");
    }
}

#[test]
fn misuse() {
    for (arguments, words) in [
        (
            "call endpoints ordr_status",
            "the flow has no API `ordr_status`: did you mean `order_status`?",
        ),
        (
            "call endpoints picks --server=shp=http://127.0.0.1:1",
            "the flow has no server `shp`: did you mean `shop`?",
        ),
        (
            "call endpoints picks --attribute points=many",
            "attribute `points` is declared number: `\"many\"` is not a number",
        ),
        (
            "call endpoints picks --attribute uid=x",
            "error: `uid` must be a whole number\n",
        ),
        (
            "reply endpoints/shop.flow --for galery",
            "did you mean `gallery`?",
        ),
        ("reply nowhere.json --for gallery", "cannot read `nowhere.json`"),
    ] {
        let output = sayflow(arguments).output().expect("the binary runs");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(words), "{told}");
    }
}

#[test]
fn a_call_that_is_blocked() {
    call("order_status --attribute order_no=1", "http://127.0.0.1:1")
        .env_remove("SHOP_TOKEN")
        .assert()
        .code(1)
        .stdout_eq(file!["snapshots/call_blocked.txt"].raw())
        .stderr_eq(str![[r#"
the environment has no SHOP_TOKEN: calls that need it are blocked

"#]]);
}

#[test]
fn a_saved_reply() {
    sayflow("reply - --for gallery")
        .stdin(BAD_PICKS)
        .assert()
        .code(1)
        .stdout_eq(file!["snapshots/reply_problems.txt"].raw());
    sayflow("reply - --flow endpoints --api picks --json")
        .stdin(PICKS.replace("\"160\"", "\"nowhere\""))
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/reply_unknown_sequence_json.txt"].raw());
    // Which sequences there are, nobody can say without the flow.
    sayflow("reply - --for gallery --json")
        .stdin(PICKS.replace("\"160\"", "\"nowhere\""))
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/reply_without_flow_json.txt"].raw());
}

/// What is told without a flow, of the outcome, the titles that are shown and the codes of the problems.
fn buttons_of(data: &str, rest: &str) -> (i32, Vec<String>, Vec<String>) {
    let output = sayflow("reply - --for buttons --json")
        .stdin(format!(r#"{{"success": true, "data": [{data}]{rest}}}"#))
        .output()
        .expect("the binary runs");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(told, "", "{data}");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let texts = |list: &str, key: &str| {
        let list = json.pointer(list).and_then(|list| list.as_array().cloned());
        let list = list.unwrap_or_default();
        let texts = list.iter().map(|item| {
            item.get(key)
                .and_then(|text| text.as_str())
                .unwrap_or_default()
                .to_owned()
        });
        texts.collect::<Vec<String>>()
    };
    let titles = texts("/block/options", "title");
    (
        output.status.code().unwrap_or_default(),
        titles,
        texts("/problems", "code"),
    )
}

#[test]
fn without_a_flow_every_sequence_is_there_that_one_can_have() {
    let option = |(index, value): (usize, &&str)| {
        format!(r#"{{"title": "{index}", "type": "sequence", "value": {value}}}"#)
    };
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let long = format!("\"{}\"", "x".repeat(70_000));
    for (values, titles, problems) in [
        (
            &[r#""a""#, r#""160""#, r#""a""#][..],
            &["0", "1", "2"][..],
            &[][..],
        ),
        (&[r#""\u00e9""#, r#""e\u0301""#], &["0", "1"], &[]),
        (&[r#""reply_target_1""#, r#""b""#], &["0", "1"], &[]),
        (&[r#""{x} <a>""#, &long], &["0", "1"], &[]),
        (&[r#""\u2060""#, r#""b""#], &[], &["reply::empty_text"]),
        (&[r#""\u3164""#, r#""b""#], &[], &["reply::empty_text"]),
        (&[r#""\u115f""#, r#""b""#], &[], &["reply::empty_text"]),
    ] {
        let data: Vec<String> = values.iter().enumerate().map(option).collect();
        let (code, shown, found) = buttons_of(&data.join(", "), "");
        assert_eq!((shown, found), (owned(titles), owned(problems)), "{values:?}");
        assert_eq!(code, i32::from(!problems.is_empty()), "{values:?}");
    }
    // What needs an escape is shown or told, as with a flow.
    for value in [r#""say \"hi\"""#, r#""a\\b""#, r#""a\nb""#, r#""{{x}} <<a>>""#] {
        let (code, shown, found) = buttons_of(&option((0, &value)), "");
        assert_eq!(
            (code, shown.len() + found.len()),
            (0, 1),
            "{value}: {shown:?} {found:?}"
        );
    }
    // What no option is made of is nobody's sequence.
    let objects = vec![r#"{"type":"sequence","value":"abc"}"#; 27_000];
    let rest = format!(r#", "more": [{}]"#, objects.join(", "));
    let (code, titles, problems) = buttons_of(&option((0, &r#""a""#)), &rest);
    assert_eq!((code, titles, problems), (0, vec!["0".to_owned()], vec![]));
}

/// What a request would need, nobody has given: none is sent.
#[test]
fn a_saved_reply_of_any_api() {
    let order = r#"{"title": "Order it", "type": "sequence", "value": "order"}"#;
    let picture = r#"{"type": "image", "url": "https://a.example/a.png"}"#;
    for (api, data, told) in [
        ("order_status", r#""Packed.""#, r#""outcome":"ok""#),
        ("banner", picture, r#""outcome":"ok""#),
        (
            "picks",
            &format!(r#"[{{"title": "Shawl", "buttons": [{order}]}}]"#),
            r#""title":"Order it""#,
        ),
        ("loyalty", "null", r#""outcome":"ok""#),
        (
            "shortcuts",
            &format!("[{order}]"),
            "is not in `leads to` of this API",
        ),
    ] {
        let output = sayflow("reply - --json --flow ../../../../examples/shop --api")
            .arg(api)
            .stdin(format!(r#"{{"success": true, "data": {data}}}"#))
            .output()
            .expect("the binary runs");
        assert_eq!(output.status.code(), Some(0), "{api}");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains(told), "{said}");
    }
}

#[test]
fn more_problems_than_are_drawn() {
    let zeros = |count: usize| vec!["0"; count].join(", ");
    // Of a list two hundred are looked at; a card has a list of its own.
    let card = format!(r#"{{"title": "Shawl", "buttons": [{}]}}"#, zeros(200));
    for (cards, words) in [
        (
            zeros(150),
            [
                "… and 50 more (`--json` lists them all)\n",
                "contract: 150 errors in",
            ],
        ),
        (
            vec![card; 25].join(", "),
            [
                "… and at least 900 more (`--json` lists 1000 of a kind)\n",
                "contract: at least 1000 errors in",
            ],
        ),
    ] {
        let output = sayflow("reply - --for gallery")
            .stdin(format!(r#"{{"success": true, "data": [{cards}]}}"#))
            .output()
            .expect("the binary runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        for words in words {
            assert!(said.contains(words), "{words}");
        }
    }
}

#[test]
fn a_good_reply_that_no_conversation_shows_says_why() {
    let long = format!(r#"{{"success": true, "data": "{}"}}"#, "x".repeat(70_000));
    let option = format!(
        r#"{{"title": "{}", "type": "url", "value": "https://shop.example"}}"#,
        "x".repeat(9_000)
    );
    let wide = format!(
        r#"{{"success": true, "data": [{}]}}"#,
        vec![option; 100].join(",")
    );
    for (output, reply, reason) in [
        ("text", long, "a text that is too long"),
        ("buttons", wide, "too much said in one turn"),
    ] {
        let run = |json: &str| {
            let output = sayflow(&format!("reply - --for {output} {json}"))
                .stdin(reply.as_str())
                .output()
                .expect("the binary runs");
            assert_eq!(output.status.code(), Some(1), "{json}");
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        let said = run("");
        assert!(
            said.contains(&format!("limit reached: {reason}")),
            "{}",
            &said[said.len() - 300..]
        );
        let said = run("--json");
        assert!(said.contains(&format!(r#""limit":"{reason}""#)), "{said}");
    }
}

#[test]
fn a_good_reply_is_shown_as_it_came() {
    let notes: String = (1..=40).map(|note| format!(",\n\"note {note}\": 1")).collect();
    let reply = format!(
        "{{\"success\": true,\n\"data\": \"{}\"{notes}}}",
        "packed and on its way ".repeat(20),
    );
    let output = sayflow("reply - --for text")
        .stdin(reply.as_str())
        .output()
        .expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.starts_with(&reply), "{said}");
}
