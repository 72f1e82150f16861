//! Files beside a flow, edited while the fake runs, and what is said of mistakes in them.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot prepare its files has failed"
)]

mod shop;

use std::fs;
use std::path::Path;
use std::time::Duration;

use sayflow::{Outcome, Output, Program, Source};
use sayflow_fake::{Fake, Report, Settings, check};
use shop::{FLOW, Shop, folder, program, settings, status};

const GOOD: &str = r#"{ "success": true, "data": "packed" }"#;

#[test]
fn entries_serve_in_their_order_and_the_last_goes_on() {
    let script = r#"[{ "times": 2 }, { "status": 500 }, { "outcome": "declined" }]"#;
    let shop = Shop::new(&[("status.json", script)]);
    let outcomes: Vec<&str> = (0..6)
        .map(|_| shop.call("status", "AB-1").outcome.as_str())
        .collect();
    assert_eq!(
        outcomes,
        ["ok", "ok", "status", "declined", "declined", "declined"]
    );
    let sources: Vec<String> = shop.served().into_iter().map(|served| served.source).collect();
    assert_eq!(sources[2], "entry 2 of fake/status.json");
}

#[test]
fn an_edited_script_begins_anew() {
    let shop = Shop::new(&[("status.json", "[{}, { \"status\": 500 }]")]);
    shop.call("status", "AB-1");
    assert_eq!(shop.call("status", "AB-1").outcome, Outcome::Status);
    shop.write("status.json", "[{}, { \"status\": 501 }]");
    assert_eq!(shop.call("status", "AB-1").outcome, Outcome::Ok);
    shop.write("status.json", GOOD);
    shop.call("status", "AB-1");
    assert_eq!(shop.last_source(), "fake/status.json");
}

#[test]
fn an_entry_fits_by_path_query_and_body() {
    let by_path = r#"[
      { "when": { "order_no": "AB-1", "lang": "en" }, "outcome": "declined" },
      { "when": { "order_no": "AB/2 ß" }, "status": 500 },
      { "when": { "lang": "bn" } }
    ]"#;
    let by_body = r#"[
      { "when": { "limit": "5", "uid": 7, "order_no": "AB-1" }, "outcome": "empty" },
      { "when": { "limit": 5 } }
    ]"#;
    let shop = Shop::new(&[("status.json", by_path), ("picks.json", by_body)]);
    assert_eq!(shop.call("status", "AB-1").outcome, Outcome::Declined);
    assert_eq!(shop.call("status", "AB/2 ß").status, Some(500));
    let unfit = shop.call("status", "AB-3");
    assert_eq!((unfit.outcome, unfit.status), (Outcome::Status, Some(404)));
    let problem = shop.served().pop().and_then(|served| served.problem);
    assert_eq!(
        problem.as_deref(),
        Some("no entry of fake/status.json fits this request")
    );
    assert_eq!(shop.call("picks", "AB-1").outcome, Outcome::Empty);
    assert_eq!(shop.call("picks", "AB-2").outcome, Outcome::Ok);
}

#[test]
fn a_reply_may_take_its_time() {
    let shop = Shop::new(&[("status.json", r#"[{ "delay_ms": 300 }]"#)]);
    let report = shop.call("status", "AB-1");
    assert_eq!(report.outcome, Outcome::Ok);
    let served = shop.served().pop().expect("a request");
    let expected = 300..1_300;
    assert!(expected.contains(&served.held_ms), "{served:?}");
    assert!(report.elapsed >= Duration::from_millis(300), "{report:?}");
}

#[test]
fn a_reply_is_sent_as_it_is_written() {
    let reply = "{ \"success\" : true,\n  \"data\":\"é\\u00e9\" ,\"a\":1.0}";
    let shop = Shop::new(&[("status.json", &format!("[{{ \"reply\": {reply} }}]"))]);
    assert!(shop.get("/orders/1").ends_with(&format!("\r\n\r\n{reply}")));
}

#[test]
fn a_mistake_made_meanwhile_is_told_in_the_reply_and_in_the_log() {
    let shop = Shop::new(&[("status.json", GOOD)]);
    shop.write("status.json", "[\n  { \"repli\": {} }\n]");
    let reply = shop.get("/orders/1");
    let mistake = "fake/status.json:2: /0/repli: unknown key `repli`: did you mean `reply`?";
    assert_eq!(status(&reply), "HTTP/1.1 500 Internal Server Error");
    assert!(reply.contains(mistake), "{reply}");
    let served = shop.served().pop().expect("a request");
    assert_eq!(served.problem.as_deref(), Some(mistake));
}

#[test]
fn all_mistakes_are_told_at_once() {
    let folder = folder(&[
        (
            "status.json",
            r#"[{ "when": { "order": 1 } }, { "outcome": "late" }]"#,
        ),
        ("banner.json", r#"[{ "outcome": "empty" }]"#),
        ("pics.json", GOOD),
        ("slots.json", "<h1>Not yet</h1>"),
        ("notes.txt", "for no API"),
    ]);
    let outcomes = [("pick", Outcome::Ok), ("shortcuts", Outcome::Blocked)];
    let report = check(&program(FLOW), &settings(&folder, &outcomes));
    assert_eq!(
        report.errors,
        [
            "no server can give the outcome `blocked`: such a call is never sent",
            "the flow has no API `pick`: did you mean `picks`?",
            "fake/status.json:1: /0/when: no request says `order`: its names are order_no, lang",
            "fake/status.json:1: /1/outcome: no call ends in `late`: its outcomes are blocked, timeout, unreachable, \
             status, too large, not json, declined, contract, empty, ok",
            "fake/banner.json:1: /0/outcome: a reply for `image` is never `empty`",
        ]
    );
    assert_eq!(
        report.notes,
        [
            "fake/slots.json: it is no JSON (expected value at line 1 column 1): it is sent as it stands",
            "the replies of picks, loyalty are made up: no file in fake/",
            "fake/pics.json: the flow has no API `pics`: did you mean `picks`?",
        ]
    );
}

#[test]
fn what_cannot_be_told_apart_is_noted() {
    let flow = r#"
attribute one: text
attribute two: text
api first: text {
  get "https://shop.example/{{one}}"
}
api second: text {
  get "https://shop.example/{{two}}"
}
on start {
  text "<<first>> <<second>>" else "-"
}
"#;
    let report = check(&program(flow), &settings(&folder(&[]), &[]));
    let note = "requests for first and second look alike: all of them go to first";
    assert_eq!(report.notes.last().map(String::as_str), Some(note));
}

#[test]
fn another_program_has_other_routes() {
    let shop = Shop::new(&[]);
    assert!(status(&shop.get("/shop/orders/1")).contains("200"));
    shop.fake.reload(&program(
        &FLOW
            .replace("/orders/", "/parcels/")
            .replace("server shop", "server post_office")
            .replace("get shop", "get post_office")
            .replace("post shop", "post post_office"),
    ));
    assert!(status(&shop.get("/shop/orders/1")).contains("404"));
    assert!(status(&shop.get("/post_office/parcels/1")).contains("200"));
}

#[test]
fn the_apis_are_listed_with_their_files() {
    let shop = Shop::with(
        &[("status.json", "[{}, {}]"), ("picks.json", GOOD)],
        &[("slots", Outcome::Ok)],
    );
    let listed: Vec<String> = shop
        .fake
        .apis()
        .iter()
        .map(|faked| format!("{} {} {}: {}", faked.method, faked.path, faked.api, faked.source))
        .collect();
    assert_eq!(
        listed,
        [
            "GET /orders/{{order_no}} status: fake/status.json, 2 entries",
            "GET /banner banner: made up",
            "POST /picks picks: fake/picks.json",
            "POST /shortcuts shortcuts: made up",
            "GET /slots slots: told to be `ok`",
            "GET /loyalty loyalty: made up",
        ]
    );
}

/// The shop that people try first: a file for each API, and nothing to say about them.
#[test]
fn the_files_of_the_example_are_right() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/shop");
    let files = fs::read_dir(&folder)
        .expect("a folder")
        .flatten()
        .map(|entry| entry.path());
    let flows = files.filter(|path| path.extension().is_some_and(|it| it == "flow"));
    let sources = flows.map(|path| {
        let text = fs::read_to_string(&path).expect("a file");
        Source::new(path.to_string_lossy(), text)
    });
    let program = Program::load(sources.collect::<Vec<_>>()).expect("a flow");
    let settings = Settings {
        folder,
        ..Settings::default()
    };
    assert_eq!(check(&program, &settings), Report::default());
}

/// The examples of the page for authors are files as the fake reads them.
#[test]
fn the_examples_of_the_page_are_right() {
    let page = include_str!("../../../docs/fake.md");
    let flow = program(FLOW);
    let status_api = flow.apis().next().map(|api| (api.name(), api.output()));
    assert_eq!(status_api, Some(("status", Output::Text)));
    let examples: Vec<&str> = page
        .split("```json\n")
        .skip(1)
        .filter_map(|it| it.split("```").next())
        .collect();
    assert!(examples.len() >= 4, "{}", examples.len());
    for example in examples {
        let folder = folder(&[("status.json", example)]);
        let settings = settings(&folder, &[]);
        let report = check(&flow, &settings);
        assert_eq!(report.errors, [""; 0], "{example}");
        assert!(
            report.notes.iter().all(|note| !note.contains("status.json")),
            "{example} {report:?}"
        );
        Fake::start(&flow, settings).expect("a port");
    }
}
