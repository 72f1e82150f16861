//! Coverage of a small shop, after a few conversations with canned answers.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::fs;
use std::time::Duration;

use sayflow::syntax::parse;
use sayflow::{Answer, Customer, Effect, Engine, Event, Failure, Input, Program, Reply, Session, Source};
use sayflow_test::Coverage;

/// What the endpoints answer: the end of a URL, and the body of the reply; none in time for any other.
type Canned = [(&'static str, &'static str)];

const GOOD: &Canned = &[
    ("AB-123456", r#"{"success": true, "data": "packed"}"#),
    ("picks", r#"{"success": true, "data": [{"title": "Shawl"}]}"#),
    ("topics", r#"{"success": true, "data": []}"#),
    ("loyalty", r#"{"success": true}"#),
];

const LATE: &Canned = &[("picks", r#"{"success": true, "data": []}"#)];

const HOURS: &Canned = &[
    ("hours", r#"{"success": true, "data": "ten to eight"}"#),
    (
        "picture",
        r#"{"success": true, "data": {"type": "image", "url": "https://cdn.shop.example/a.png"}}"#,
    ),
];

const SHOP: &[&str] = &["shop.flow", "other.flow"];

fn sources(names: &[&str]) -> Vec<Source> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/coverage");
    let source = |name: &&str| Source::new(*name, fs::read_to_string(format!("{folder}/{name}")).unwrap());
    names.iter().map(source).collect()
}

/// The coverage of a flow that nobody talked to, and the engine to talk to it.
fn fresh(flow: &[&str]) -> (Coverage, Engine) {
    let sources = sources(flow);
    let files: Vec<_> = sources.iter().map(|source| parse(source).0).collect();
    (
        Coverage::new(&files),
        Engine::new(Program::load(sources).unwrap()),
    )
}

/// One conversation of a new customer.
fn talk(coverage: &mut Coverage, engine: &Engine, canned: &Canned, inputs: &[Input]) {
    let (mut session, mut customer) = (Session::new(), Customer::new(7));
    for input in inputs {
        let mut steps = engine.steps(&mut session, &mut customer, input).unwrap();
        let mut reports = Vec::new();
        loop {
            match steps.advance().unwrap() {
                Effect::Calls(requests) => {
                    let urls = requests.iter().map(|request| request.url.to_string());
                    steps
                        .answer(urls.map(|url| answer(canned, &url)).collect())
                        .unwrap();
                }
                Effect::Event(Event::Call(report)) => reports.push(report),
                Effect::Wait(_) => break,
                _ => {}
            }
        }
        coverage.add(steps.trace(), &reports);
    }
}

fn answer(canned: &Canned, url: &str) -> Answer {
    let body = canned
        .iter()
        .find(|(end, _)| url.ends_with(end))
        .map(|(_, body)| body);
    let reply = |body: &&str| Reply {
        status: 200,
        location: None,
        body: body.as_bytes().to_vec(),
    };
    Answer {
        result: body.map(reply).ok_or(Failure::Timeout),
        elapsed: Duration::ZERO,
    }
}

/// Two conversations: one in which all goes well, one in which little does.
fn talked() -> Coverage {
    let (mut coverage, engine) = fresh(SHOP);
    let mut other = coverage.clone();
    let well = [
        Input::start(),
        Input::start_at("track"),
        Input::text("AB-123456"),
        Input::text("S"),
    ];
    talk(&mut coverage, &engine, GOOD, &well);
    let badly = [
        Input::start_at("track"),
        Input::text("hm"),
        Input::text("AB-000000"),
    ];
    talk(&mut other, &engine, LATE, &badly);
    coverage.merge(&other);
    coverage
}

fn snapshot(name: &str, shown: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_suffix(name);
    settings.bind(|| insta::assert_snapshot!("coverage", shown));
}

#[test]
fn text() {
    snapshot("text", &talked().to_text());
}

#[test]
fn lcov() {
    snapshot("lcov", &talked().to_lcov());
}

#[test]
fn html() {
    let page = talked().to_html();
    // The look changes without the page.
    let (before, rest) = page.split_once("<style>").unwrap();
    let (_, behind) = rest.split_once("</style>").unwrap();
    snapshot("html", &format!("{before}<style>…</style>{behind}"));
}

#[test]
fn nothing_was_run() {
    snapshot("nothing", &fresh(SHOP).0.to_text());
}

#[test]
fn every_way_not_taken_has_a_sentence() {
    let (mut coverage, engine) = fresh(&["ways.flow"]);
    let inputs = [Input::start(), Input::text("sizes"), Input::text("S")];
    talk(&mut coverage, &engine, HOURS, &inputs);
    talk(
        &mut coverage,
        &engine,
        HOURS,
        &[Input::text("sizes"), Input::text("help")],
    );
    snapshot("ways", &coverage.to_text());
}

#[test]
fn lines_of_an_edited_flow_are_passed_over() {
    let (mut coverage, _) = fresh(SHOP);
    let edited = sources(SHOP)
        .iter()
        .map(|source| Source::new(source.name(), source.text().replace("Welcome", "Hello")))
        .collect::<Vec<_>>();
    let engine = Engine::new(Program::load(edited).unwrap());
    talk(
        &mut coverage,
        &engine,
        GOOD,
        &[Input::start(), Input::start_at("track"), Input::text("AB-123456")],
    );
    let totals = coverage.totals();
    assert_eq!(
        (totals.lines.run, totals.branches.run, totals.outcomes.run),
        (0, 0, 0)
    );
}
