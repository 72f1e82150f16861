//! Replies over real sockets: every outcome, every fault of a reply in each field of each output, and what
//! is left of session and customer when a call has failed.

#![cfg(feature = "http")]
#![expect(clippy::unwrap_used, reason = "a test may fail")]
#![expect(clippy::disallowed_methods, reason = "tests of HTTP need a server")]

#[path = "endpoints/server.rs"]
mod server;

use std::fmt::Write as _;

use sayflow::{
    Block, CallReport, Customer, Engine, Event, HttpClient, Input, NoCalls, Outcome, Output, Program,
    Session, Severity, Source, Turn, Value,
};
use serde_json::{Value as Json, json};
use server::{Server, answer_together};

/// A flow that shows what an API of each output gives, and says so where it fails.
const FLOW: &str = r#"
server shop "https://api.shop.example"
attribute points: number = 0
attribute size: one of "S", "M"
attribute cart: any
api text: text {
  get shop "/"
  timeout 1s
}
api image: image {
  get shop "/"
  timeout 1s
}
api gallery: gallery {
  get shop "/"
  timeout 1s
}
api buttons: buttons {
  get shop "/"
  timeout 1s
}
api quick_replies: quick replies {
  get shop "/"
  timeout 1s
}
api nothing: nothing {
  get shop "/"
  timeout 1s
}
sequence text {
  text "<<text>>" else "failed"
}
sequence image {
  image <<image>> else {
    text "failed"
  }
}
sequence gallery {
  gallery {
    <<gallery>>
  } else "failed"
}
sequence buttons {
  buttons {
    <<buttons>>
  } else "failed"
}
sequence quick_replies {
  quick replies {
    <<quick_replies>>
  } else "failed"
}
sequence nothing {
  call <<nothing>> else "failed"
}
on start {
  text "{{points}} {{size|}} {{cart|}}"
}
"#;

/// An engine, a client that keeps its connections, and the server that both talk to.
struct Shop {
    engine: Engine,
    // Dropped before the server, which ends when its connections are closed.
    client: HttpClient,
    server: Server,
}

/// What came of one call.
struct Called {
    turn: Turn,
    report: CallReport,
    session: Session,
    customer: Customer,
}

impl Shop {
    fn open() -> Self {
        let server = Server::start();
        let program = Program::load([Source::new("shop.flow", FLOW)]).unwrap();
        Self {
            engine: Engine::new(program).with_server("shop", server.url()),
            client: HttpClient::new().with_allowed_host("127.0.0.1"),
            server,
        }
    }

    fn call(&self, output: Output) -> Called {
        let (mut session, mut customer) = (Session::new(), customer());
        let input = Input::start_at(name(output));
        let turn = self
            .engine
            .turn(&mut session, &mut customer, &input, &self.client)
            .unwrap();
        let report = turn.events.iter().find_map(|event| match event {
            Event::Call(report) => Some(report.clone()),
            _ => None,
        });
        Called {
            turn,
            report: report.unwrap(),
            session,
            customer,
        }
    }

    /// Calls, and sees to it that a failure leaves what a call that was never made leaves.
    fn call_in_order(&self, output: Output) -> Called {
        let called = self.call(output);
        if called.report.outcome.is_failure() {
            let (mut session, mut customer) = (Session::new(), customer());
            let input = Input::start_at(name(output));
            self.engine
                .turn(&mut session, &mut customer, &input, &NoCalls)
                .unwrap();
            assert_eq!((&called.session, &called.customer), (&session, &customer));
            assert!(called.turn.attributes.is_empty(), "{:?}", called.turn);
        }
        called
    }
}

fn name(output: Output) -> String {
    output.as_str().replace(' ', "_")
}

fn customer() -> Customer {
    let mut customer = Customer::new(7);
    customer.first_name = "Asha".to_owned();
    customer.set_attribute("points", 5);
    customer
}

/// A good reply with every field that it may have.
fn good(output: Output) -> Json {
    let options = json!([
        {"title": "More", "type": "sequence", "value": "text", "extra": "x"},
        {"title": "Site", "type": "url", "value": "https://shop.example/"},
    ]);
    let data = match output {
        Output::Text => json!("Packed."),
        Output::Image => json!({"type": "audio", "url": "https://cdn.shop.example/a.mp3"}),
        Output::Gallery => json!([{
            "title": "Shawl",
            "subtitle": "Soft.",
            "image": "https://cdn.shop.example/a.png",
            "url": "https://shop.example/a",
            "buttons": options,
        }]),
        Output::Buttons => json!([
            {"title": "Call", "type": "phone", "value": "+8801700000000", "extra": "x"},
            {"title": "More", "type": "sequence", "value": "text"},
        ]),
        Output::QuickReplies => options,
        _ => Json::Null,
    };
    json!({
        "success": true,
        "data": data,
        "message": "done",
        "attributes": {"points": 6, "size": "M", "first_name": "Mina", "note": "new"},
        "status": 200,
    })
}

/// Every place of a JSON value, as a pointer.
fn pointers(json: &Json, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match json {
        Json::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            // Whatever order serde_json keeps them in.
            fields.sort_by_key(|(key, _)| *key);
            for (key, value) in fields {
                pointers(value, &format!("{at}/{key}"), found);
            }
        }
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointers(item, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// The reply without what stands at a pointer.
fn without(reply: &Json, pointer: &str) -> Option<Json> {
    let (parent, key) = pointer.rsplit_once('/')?;
    let mut reply = reply.clone();
    reply.pointer_mut(parent)?.as_object_mut()?.remove(key)?;
    Some(reply)
}

fn with(reply: &Json, pointer: &str, value: Json) -> Json {
    let mut reply = reply.clone();
    *reply.pointer_mut(pointer).unwrap() = value;
    reply
}

#[test]
fn every_fault_in_each_field_of_each_output() {
    let shop = Shop::open();
    for output in Output::ALL {
        let reply = good(output);
        let mut places = Vec::new();
        pointers(&reply, "", &mut places);
        let mut table = String::new();
        for place in places {
            let values = [
                json!(null),
                json!(true),
                json!(7),
                json!(""),
                json!("x"),
                json!([]),
                json!({}),
                json!(["x"]),
            ];
            let mut changed: Vec<(String, Json)> = values
                .into_iter()
                .map(|value| (value.to_string(), with(&reply, &place, value)))
                .collect();
            changed.extend(without(&reply, &place).map(|reply| ("nothing".to_owned(), reply)));
            for (value, reply) in changed {
                shop.server.reply(reply.to_string());
                let line = fault(&shop.call_in_order(output), &place);
                writeln!(table, "{place} = {value}: {line}").unwrap();
            }
        }
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(format!("faults.{}", name(output)), table));
    }
}

/// The outcome and the problems of a reply that was changed at one place.
fn fault(called: &Called, place: &str) -> String {
    let (outcome, problems) = (called.report.outcome, called.report.problems());
    for problem in problems {
        let is_near = problem.pointer.starts_with(place) || place.starts_with(&problem.pointer);
        assert!(is_near, "{place}: {problem:?}");
    }
    let has_errors = problems
        .iter()
        .any(|problem| problem.severity() == Severity::Error);
    assert_eq!(has_errors, outcome == Outcome::Contract, "{place}: {problems:?}");
    let problems: Vec<String> = problems
        .iter()
        .map(|problem| format!("{} at {}", problem.code, problem.pointer))
        .collect();
    match problems.as_slice() {
        [] => outcome.to_string(),
        problems => format!("{outcome}, {}", problems.join(", ")),
    }
}

#[test]
fn every_outcome() {
    let shop = Shop::open();
    for outcome in Outcome::ALL {
        shop.answer_with(outcome);
        let called = match outcome {
            Outcome::Blocked => Shop::closed().call_in_order(Output::Text),
            _ => shop.call_in_order(Output::Text),
        };
        assert_eq!(called.report.outcome, outcome, "{:?}", called.report);
        let said = match outcome {
            Outcome::Ok => "[Text { text: \"Hi.\" }]",
            Outcome::Empty => "[]",
            _ => "[Text { text: \"failed\" }]",
        };
        assert_eq!(format!("{:?}", called.turn.blocks), said, "{outcome}");
    }
}

impl Shop {
    /// A shop that calls nobody.
    fn closed() -> Self {
        let shop = Self::open();
        let program = shop.engine.program().clone();
        Self {
            engine: Engine::new(program).with_calls_enabled(false),
            ..shop
        }
    }

    /// Has the server do what ends in an outcome.
    fn answer_with(&self, outcome: Outcome) {
        let Self { server, .. } = self;
        match outcome {
            Outcome::Ok => server.reply(r#"{"success": true, "data": "Hi."}"#),
            Outcome::Empty => server.reply(r#"{"success": true, "data": " "}"#),
            Outcome::Declined => server.reply(r#"{"success": false, "attributes": {"points": 9}}"#),
            Outcome::Contract => server.reply(r#"{"success": true, "attributes": {"points": 9}}"#),
            Outcome::NotJson => server.reply(r#"{"success": true, "data": "Hi.","#),
            Outcome::TooLarge => server.reply(format!(r#"{{"data": "{}"}}"#, "x".repeat(1 << 20))),
            Outcome::Status => server.reply_with("503 Busy", r#"{"success": true, "data": "Hi."}"#),
            Outcome::Unreachable => server.send_and_close("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"),
            // Half a head.
            Outcome::Timeout => server.send("HTTP/1.1 200 OK\r\nContent-"),
            Outcome::Blocked => {}
        }
    }
}

/// Where several outcomes would fit, the first in the contract's order counts.
#[test]
fn the_first_of_several_outcomes() {
    let shop = Shop::open();
    let too_large = "x".repeat((1 << 20) + 1);
    shop.server.reply_with("500 Broken", &too_large);
    assert_eq!(shop.call_in_order(Output::Text).report.outcome, Outcome::Status);
    shop.server.reply(&too_large);
    assert_eq!(shop.call_in_order(Output::Text).report.outcome, Outcome::TooLarge);
    // Declined, though neither data nor attributes are as the contract says.
    shop.server
        .reply(r#"{"success": false, "data": 5, "attributes": [], "message": 7}"#);
    assert_eq!(shop.call_in_order(Output::Text).report.outcome, Outcome::Declined);
    // Attributes that may not be written spoil a reply whose data is empty.
    shop.server
        .reply(r#"{"success": true, "data": "", "attributes": {"points": 1, "uid": 1}}"#);
    assert_eq!(shop.call_in_order(Output::Text).report.outcome, Outcome::Contract);
}

#[test]
fn texts_that_are_hardly_json() {
    let shop = Shop::open();
    let text = |data: &str| format!(r#"{{"success": true, "data": {data}}}"#).into_bytes();
    let mut latin = text(r#""caf?""#);
    for byte in &mut latin {
        if *byte == b'?' {
            *byte = 0xe9;
        }
    }
    let utf_16: Vec<u8> = String::from_utf8(text("\"Hi.\""))
        .unwrap()
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let deep = |depth: usize| text(&format!("{}{}", "[".repeat(depth), "]".repeat(depth)));
    let table: [(&str, Vec<u8>); 11] = [
        ("invalid UTF-8", latin),
        ("UTF-16", [&[0xff, 0xfe], utf_16.as_slice()].concat()),
        (
            "byte order mark",
            ["\u{feff}".as_bytes(), &text("\"Hi.\"")].concat(),
        ),
        ("lone surrogate", text(r#""\ud83d""#)),
        ("a pair of surrogates", text(r#""\ud83d\ude00""#)),
        ("depth 100,000", deep(100_000)),
        ("depth 100,000 and no end", text(&"[".repeat(100_000))),
        ("1e400", text(r#""Hi.", "attributes": {"points": 1e400}"#)),
        (
            "1e400 of any type",
            text(r#""Hi.", "attributes": {"cart": [1e400]}"#),
        ),
        (
            "duplicate keys",
            text(r#""Hi.", "success": false, "data": "Ho.", "success": true"#),
        ),
        ("nothing", Vec::new()),
    ];
    let lines: Vec<String> = table
        .into_iter()
        .map(|(what, body)| {
            shop.server.reply(body);
            let Called { report, turn, .. } = shop.call_in_order(Output::Text);
            let problems: Vec<&str> = report
                .problems()
                .iter()
                .map(|problem| problem.message.as_str())
                .collect();
            format!("{what}: {} {problems:?} {:?}", report.outcome, turn.blocks)
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r###"
invalid UTF-8: not json ["the reply is not UTF-8: bytes of another encoding"] [Text { text: "failed" }]
UTF-16: not json ["the reply is not UTF-8: UTF-16"] [Text { text: "failed" }]
byte order mark: ok [] [Text { text: "Hi." }]
lone surrogate: not json ["the reply is not JSON: half of a character"] [Text { text: "failed" }]
a pair of surrogates: ok [] [Text { text: "😀" }]
depth 100,000: not json ["the reply is not JSON: more than 64 lists and objects in each other"] [Text { text: "failed" }]
depth 100,000 and no end: not json ["the reply is not JSON: more than 64 lists and objects in each other"] [Text { text: "failed" }]
1e400: not json ["the reply is not JSON: a number too large to be read"] [Text { text: "failed" }]
1e400 of any type: not json ["the reply is not JSON: a number too large to be read"] [Text { text: "failed" }]
duplicate keys: ok ["`success` is lost, as the same key comes again behind it", "`data` is lost, as the same key comes again behind it", "`success` is lost, as the same key comes again behind it"] [Text { text: "Ho." }]
nothing: not json ["the reply is not JSON: nothing"] [Text { text: "failed" }]
"###);
}

#[test]
fn attributes_apply_together_or_not_at_all() {
    let shop = Shop::open();
    let reply = |attributes: &str| {
        shop.server.reply(format!(
            r#"{{"success": true, "data": "", "attributes": {attributes}}}"#
        ));
        shop.call_in_order(Output::Text)
    };
    let called =
        reply(r#"{"points": null, "size": "S", "first_name": "Mina", "timezone": 5.5, "cart": {"n": [1]}}"#);
    assert_eq!(called.report.outcome, Outcome::Empty);
    assert_eq!(called.customer.attribute("points"), None);
    assert_eq!(called.customer.attribute("size"), Some(&Value::from("S")));
    assert_eq!(
        (called.customer.first_name.as_str(), called.customer.timezone),
        ("Mina", Some(5.5))
    );
    assert_eq!(called.turn.attributes.len(), 5);
    // One that does not fit spoils all.
    for spoilt in [
        r#"{"size": "S", "points": "5"}"#,
        r#"{"size": "XL"}"#,
        r#"{"size": "S", "note": [1]}"#,
    ] {
        assert_eq!(reply(spoilt).report.outcome, Outcome::Contract, "{spoilt}");
    }
}

#[test]
fn a_gallery_of_six_apis_takes_as_long_as_one() {
    let apis = ["a", "b", "c", "d", "e", "f"];
    let mut flow = "server shop \"https://api.shop.example\"\n".to_owned();
    for api in apis {
        writeln!(flow, "api {api}: gallery {{\n  get shop \"/{api}\"\n}}").unwrap();
    }
    let items = apis.map(|api| format!("    <<{api}>>\n")).concat();
    writeln!(flow, "on start {{\n  gallery {{\n{items}  }} else \"failed\"\n}}").unwrap();
    // One call after the other would wait for the second for ever.
    let (url, server) = answer_together(apis.len(), |path| {
        json!({"success": true, "data": [{"title": path}], "attributes": {"last": path}}).to_string()
    });
    let program = Program::load([Source::new("gallery.flow", flow)]).unwrap();
    let engine = Engine::new(program).with_server("shop", url);
    let client = HttpClient::new().with_allowed_host("127.0.0.1");
    let (mut session, mut customer) = (Session::new(), customer());
    let turn = engine
        .turn(&mut session, &mut customer, &Input::start(), &client)
        .unwrap();
    let [Block::Gallery { cards }] = turn.blocks.as_slice() else {
        panic!("{:?}", turn.events);
    };
    // In the order of the flow, whoever answered first.
    let titles: Vec<&str> = cards.iter().map(|card| card.title.as_str()).collect();
    assert_eq!(titles, ["/a", "/b", "/c", "/d", "/e", "/f"]);
    assert_eq!(customer.attribute("last"), Some(&Value::from("/f")));
    server.join().unwrap();
}
