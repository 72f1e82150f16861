//! What is counted, and whether a collector can read it.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

#[path = "counters/grammar.rs"]
mod grammar;

use std::time::Duration;

use sayflow::{
    Answer, Client, Counters, Customer, Engine, Event, Failure, Input, Limits, Outcome, Program, Reply,
    Request, Restored, Session, Source, Turn,
};

const FLOW: &str = r#"
action send_email {
  to: text
}

attribute age: number
attribute told_age: any

api stock: text {
  post "https://api.shop.example/stock"
}

api মূল্য: text {
  post "https://api.shop.example/price"
}

on start {
  text "<<stock>> at <<মূল্য>>" else "Ask in the shop."
  set age = told_age
  do send_email {
    to = "care@shop.example"
  }
  text "{{age|}} One more."
  handover "Care"
}
"#;

/// Answers every call alike.
struct Canned(Result<&'static str, Failure>, Duration);

impl Client for Canned {
    fn call(&self, requests: &[Request]) -> Vec<Answer> {
        let result = self.0.clone().map(|body| Reply {
            status: 200,
            location: None,
            body: body.into(),
        });
        let elapsed = self.1;
        vec![Answer { result, elapsed }; requests.len()]
    }
}

fn canned(body: &'static str, milliseconds: u64) -> Canned {
    Canned(Ok(body), Duration::from_millis(milliseconds))
}

/// Counts a first turn, the one behind its handover, and an input that is refused.
fn played(engine: &Engine, uid: i64, client: &Canned) -> Counters {
    let (mut session, mut customer) = (Session::new(), Customer::new(uid));
    customer.first_name = "Asha".to_owned();
    customer.set_attribute("told_age", "old enough");
    let mut counters = Counters::default();
    for input in [Input::start(), Input::text("Hello?")] {
        let turn = engine.turn(&mut session, &mut customer, &input, client).unwrap();
        counters.record(&turn);
    }
    let refused = engine.turn(&mut session, &mut customer, &too_long(), client);
    counters.record_refusal(&refused.unwrap_err());
    counters
}

fn too_long() -> Input {
    Input::text("a".repeat(Limits::default().input_bytes + 1))
}

fn engine(limits: Limits) -> Engine {
    let program = Program::load([Source::new("shop.flow", FLOW)]).unwrap();
    Engine::new(program).with_limits(limits)
}

const GOOD: &str = r#"{"success": true, "data": "12"}"#;

#[test]
fn everything_that_happens_is_counted() {
    let engine = engine(Limits::default());
    let mut counters = played(&engine, 1, &canned(GOOD, 120));
    counters.merge(&played(&engine, 2, &canned("<h1>Oops</h1>", 10)));
    counters.merge(&played(
        &engine,
        3,
        &Canned(Err(Failure::Timeout), Duration::from_millis(5001)),
    ));
    counters.merge(&played(
        &engine,
        4,
        &Canned(Err(Failure::Blocked(String::new())), Duration::ZERO),
    ));
    let limits = Limits {
        blocks: 1,
        ..Limits::default()
    };
    counters.merge(&played(&self::engine(limits), 5, &canned(GOOD, 4999)));
    assert_eq!((counters.turns(), counters.blocks()), (10, 10));
    assert_eq!(counters.calls("stock", Outcome::Ok), 2);
    assert_eq!(counters.calls("stock", Outcome::Declined), 0);
    assert_eq!(counters.calls("no such api", Outcome::Ok), 0);
    let text = counters.to_prometheus();
    grammar::read(&text).unwrap();
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("counters@everything", text);
    });
}

#[test]
fn places_that_an_edit_took_away_are_counted_by_what_became_of_them() {
    let from = "on start@order_no".to_owned();
    let lost = Restored::Lost { from: from.clone() };
    let restarted = Restored::Restarted {
        from,
        sequence: "track".to_owned(),
    };
    let mut turn = Turn::default();
    turn.events = [&lost, &restarted, &restarted]
        .map(|event| Event::Restored(event.clone()))
        .to_vec();
    let mut counters = Counters::default();
    counters.record(&turn);
    let samples = grammar::read(&counters.to_prometheus()).unwrap();
    let found = samples["sayflow_restored_total"]
        .iter()
        .map(|(labels, count)| (labels["how"].as_str(), *count));
    assert_eq!(found.collect::<Vec<_>>(), [("restarted", 2.0), ("lost", 1.0)]);
}

#[test]
fn an_input_that_is_delivered_again_is_counted_as_that_and_nothing_else() {
    let engine = engine(Limits::default());
    let (mut session, mut customer, mut counters) = (Session::new(), Customer::new(7), Counters::default());
    for _ in 0..3 {
        let (input, client) = (Input::start().with_id("m-1"), canned(GOOD, 120));
        let turn = engine.turn(&mut session, &mut customer, &input, &client).unwrap();
        counters.record(&turn);
    }
    assert_eq!((counters.turns(), counters.blocks()), (1, 2));
    assert_eq!(counters.calls("stock", Outcome::Ok), 1);
    let samples = grammar::read(&counters.to_prometheus()).unwrap();
    assert_eq!(samples["sayflow_repeats_total"][0].1, 2.0);
    assert_eq!(samples["sayflow_handovers_total"][0].1, 1.0);
}

#[test]
fn nothing_counted_is_readable_too() {
    let samples = grammar::read(&Counters::default().to_prometheus()).unwrap();
    assert!(samples.values().flatten().all(|(_, value)| *value == 0.0));
    assert_eq!(samples["sayflow_limits_reached_total"].len(), 8);
}

#[test]
fn counting_apart_and_adding_up_is_counting_together() {
    let engine = engine(Limits::default());
    let clients = [
        canned(GOOD, 20),
        canned("{}", 300),
        Canned(Err(Failure::TooLarge), Duration::from_secs(60)),
    ];
    let parts = clients.each_ref().map(|client| played(&engine, 1, client));
    let mut forwards = Counters::default();
    let mut backwards = Counters::default();
    parts.iter().for_each(|part| forwards.merge(part));
    parts.iter().rev().for_each(|part| backwards.merge(part));
    let mut together = Counters::default();
    for client in &clients {
        let (mut session, mut customer) = (Session::new(), Customer::new(1));
        customer.set_attribute("told_age", "old enough");
        for input in [Input::start(), Input::text("Hello?")] {
            let turn = engine.turn(&mut session, &mut customer, &input, client).unwrap();
            together.record(&turn);
        }
        let refused = engine.turn(&mut session, &mut customer, &too_long(), client);
        together.record_refusal(&refused.unwrap_err());
    }
    assert_eq!(forwards, backwards);
    assert_eq!(forwards, together);
}

#[test]
fn counters_travel_as_json() {
    let counters = played(&engine(Limits::default()), 1, &canned(GOOD, 120));
    let json = serde_json::to_string(&counters).unwrap();
    assert_eq!(serde_json::from_str::<Counters>(&json).unwrap(), counters);
    assert_eq!(
        serde_json::from_str::<Counters>("{}").unwrap(),
        Counters::default()
    );
}

#[test]
fn a_name_from_elsewhere_cannot_break_the_text() {
    let json = r#"{"calls": {"a\"} 1\nb\\": {"outcomes": {"too large": 2}}}}"#;
    let counters: Counters = serde_json::from_str(json).unwrap();
    let samples = grammar::read(&counters.to_prometheus()).unwrap();
    let calls = &samples["sayflow_calls_total"];
    let found = calls.iter().find(|(labels, _)| labels["outcome"] == "too large");
    assert_eq!(found.unwrap().0["api"], "a\"} 1\nb\\");
}

#[test]
fn a_full_counter_stays_full() {
    let full: Counters = serde_json::from_value(serde_json::json!({ "turns": u64::MAX })).unwrap();
    let mut counters = full.clone();
    counters.merge(&full);
    counters.record(&Turn::default());
    assert_eq!(counters.turns(), u64::MAX);
}

#[test]
fn many_customers_make_no_more_lines() {
    let engine = engine(Limits::default());
    let lines = |customers: i64| {
        let mut counters = Counters::default();
        (0..customers).for_each(|uid| counters.merge(&played(&engine, uid, &canned(GOOD, 1))));
        let text = counters.to_prometheus();
        assert!(!text.contains("Asha"));
        text.lines().count()
    };
    assert_eq!(lines(1), lines(200));
}

#[test]
fn the_reader_of_these_tests_refuses_what_is_wrong() {
    let head = "# HELP a_total All.\n# TYPE a_total counter\n";
    let wrong = [
        "a_total 1".to_owned(),
        "a_total 1\n".to_owned(),
        format!("{head}a_total 1\na_total 1\n"),
        format!("{head}a_total -1\n"),
        format!("{head}a_total one\n"),
        format!("{head}b_total 1\n"),
        format!("{head}a_total{{b=\"\\q\"}} 1\n"),
        format!("{head}a_total{{b=\"c}} 1\n"),
        format!("{head}{head}"),
        "# HELP h All.\n# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n".to_owned(),
    ];
    for text in wrong {
        assert!(grammar::read(&text).is_err(), "{text}");
    }
    assert!(grammar::read(&format!("{head}a_total{{b=\"\\\"\"}} 1\n")).is_ok());
}
