//! Traces that a host has written, played again.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

use std::time::Duration;

use sayflow::{
    Answer, Block, Client, Customer, Engine, Event, Failure, Input, Limits, Outcome, Program, Reply, Request,
    Session, Source,
};
use sayflow_test::{Replayer, Scope, Trace, Traced};

const FLOW: &str = r#"
attribute order_no: text
server shop "https://api.shop.example" {
  header "X-Shop-Token" = secret TOKEN
}
api status: text {
  get shop "/status"
  timeout 2s
}
api leak: text {
  get "https://elsewhere.example/"
  header "X-Shop-Token" = secret TOKEN
}
on start {
  text "<<leak>>" else blocked "Blocked."
  text "<<status>>" else timeout "Late." else "No."
  buttons "More?" {
    "Once more, with a name that is too long for an id" -> once_more_with_a_name_that_is_too_long
    "Ask" -> asks
  }
}
sequence once_more_with_a_name_that_is_too_long {
  text "<<status>>" else timeout "Late." else "No."
}
sequence asks {
  ask "Which order?" save order_no {
    quick replies {
      "The newest" extra "AB-1"
    }
    no reply 10m {
      text "Still there?"
    }
  }
  text "Order {{order_no}}."
}
"#;

fn reply(status: u16, body: &str) -> Result<Reply, Failure> {
    Ok(Reply {
        status,
        location: None,
        body: body.into(),
    })
}

/// Answers with what is there, slowly, in turn.
struct Slow(std::sync::Mutex<Vec<Answer>>);

impl Client for Slow {
    fn call(&self, requests: &[Request]) -> Vec<Answer> {
        requests
            .iter()
            .map(|_| self.0.lock().unwrap().remove(0))
            .collect()
    }
}

/// A host with a key for option ids, a secret and less time than is usual.
fn host() -> Engine {
    let program = Program::load([Source::new("shop.flow", FLOW)]).expect("the flow is good");
    Engine::new(program)
        .with_secret("TOKEN", "s3cret", ["https://api.shop.example"])
        .with_option_key(*b"sixteen byte key")
}

fn answer(result: Result<Reply, Failure>, milliseconds: u64) -> Answer {
    Answer {
        result,
        elapsed: Duration::from_millis(milliseconds),
    }
}

/// The lines that a host writes for a conversation.
fn traced(engine: &Engine) -> Vec<String> {
    let client = Slow(std::sync::Mutex::new(vec![
        answer(
            reply(200, r#"{"success": true, "data": "your token is s3cret"}"#),
            40,
        ),
        answer(reply(200, r#"{"success": true, "data": "late"}"#), 2_001),
        answer(
            Ok(Reply {
                status: 200,
                location: None,
                body: b"\"\xff s3cret\"".to_vec(),
            }),
            1,
        ),
    ]));
    let (mut session, mut customer) = (Session::new(), Customer::new(7));
    let mut lines = Vec::new();
    let mut options = Vec::new();
    let mut now = "2026-11-20T10:00:00Z".parse().unwrap();
    for step in ["start", "0", "0", "1", "silence", "2", "start again"] {
        let input = match step {
            "start" => Input::start(),
            "silence" => {
                now = session.wait().due.unwrap();
                Input::no_reply()
            }
            "start again" => Input::start_at("asks"),
            index => Input::tap(String::clone(&options[index.parse::<usize>().unwrap()])),
        };
        let input = input.at(now);
        let before = (session.clone(), customer.clone());
        let traced = Traced::new(&client);
        let turn = engine.turn(&mut session, &mut customer, &input, &traced).unwrap();
        for block in &turn.blocks {
            if let Block::Buttons { options: shown, .. } | Block::QuickReplies { options: shown, .. } = block
            {
                options.extend(
                    shown
                        .iter()
                        .filter_map(|option| Some(option.id.as_ref()?.to_string())),
                );
            }
        }
        let trace = Trace::of(engine, before, &input, traced.answers(), &turn);
        lines.push(serde_json::to_string(&trace).unwrap());
    }
    lines
}

#[test]
fn a_trace_of_production_gives_the_same_turns() {
    let engine = host();
    let lines = traced(&engine);
    let mut replayer = Replayer::new(engine.program(), Scope::Everything);
    for line in &lines {
        assert!(!line.contains("s3cret"), "{line}");
        let trace: Trace = serde_json::from_str(line).unwrap();
        assert_eq!(serde_json::to_string(&trace).unwrap(), *line);
        let replayed = replayer.play(&trace);
        assert_eq!(replayed.deviation, None, "{line}");
        assert!(replayed.missing.is_empty());
    }
    let outcome = |line: usize, call: usize| {
        let trace: Trace = serde_json::from_str(&lines[line]).unwrap();
        trace.events[call]["outcome"].clone()
    };
    assert_eq!(outcome(0, 0), Outcome::Blocked.as_str());
    assert_eq!(outcome(0, 1), Outcome::Ok.as_str());
    assert_eq!(outcome(1, 0), Outcome::Timeout.as_str());
    assert_eq!(outcome(2, 0), Outcome::NotJson.as_str());
}

#[test]
fn a_trace_may_leave_the_state_to_the_one_before() {
    let engine = host();
    let mut replayer = Replayer::new(engine.program(), Scope::Everything);
    for (index, line) in traced(&engine).iter().enumerate() {
        let mut trace: Trace = serde_json::from_str(line).unwrap();
        if index > 0 {
            (trace.session, trace.customer) = (None, None);
        }
        assert_eq!(replayer.play(&trace).deviation, None, "{line}");
    }
}

#[test]
fn keys_of_the_host_are_passed_over_and_other_formats_refused() {
    let good = r#"{"format":1,"input":{"start":true},"blocks":[],"conversation":"c-1"}"#;
    assert!(serde_json::from_str::<Trace>(good).is_ok());
    for bad in [
        r#"{"format":2,"input":{"start":true},"blocks":[]}"#,
        r#"{"format":1,"input":{"begin":true},"blocks":[]}"#,
        r#"{"format":1,"input":{"start":true}}"#,
    ] {
        assert!(serde_json::from_str::<Trace>(bad).is_err(), "{bad}");
    }
}

/// Time that calls took counts in the replay as well.
#[test]
fn the_time_of_a_turn_is_over_again() {
    let flow = "api slow: text {\n  get \"https://api.shop.example/\"\n}\non start {\n  goto again\n}\nsequence again {\n  \
                text \"<<slow>>\" else \"Late.\"\n  goto again\n}\n";
    let engine =
        Engine::new(Program::load([Source::new("slow.flow", flow)]).unwrap()).with_limits(Limits::default());
    let good = || answer(reply(200, r#"{"success": true, "data": "x"}"#), 4_000);
    let client = Slow(std::sync::Mutex::new((0..99).map(|_| good()).collect()));
    let (mut session, mut customer) = (Session::new(), Customer::new(7));
    let before = (session.clone(), customer.clone());
    let traced = Traced::new(&client);
    let turn = engine
        .turn(&mut session, &mut customer, &Input::start(), &traced)
        .unwrap();
    let is_time = |event: &Event| matches!(event, Event::LimitReached { limit, .. } if limit == "time");
    assert!(turn.events.iter().any(is_time));
    let trace = Trace::of(&engine, before, &Input::start(), traced.answers(), &turn);
    let replayed = Replayer::new(engine.program(), Scope::Everything).play(&trace);
    assert_eq!(replayed.deviation, None);
}

#[test]
fn what_the_other_flow_asks_for_and_nobody_answered_is_told() {
    let engine = host();
    let other = FLOW.replace("<<leak>>", "<<news>>").replace(
        "api leak: text {",
        "api news: text {\n  get shop \"/news\"\n}\napi leak: text {",
    );
    let program = Program::load([Source::new(
        "shop.flow",
        other.replace("Which order", "Which one"),
    )])
    .unwrap();
    let mut replayer = Replayer::new(&program, Scope::Said);
    let told: Vec<String> = traced(&engine)
        .iter()
        .map(|line| {
            let replayed = replayer.play(&serde_json::from_str(line).unwrap());
            let diff = replayed
                .deviation
                .map_or_else(|| "the same".to_owned(), |it| format!("{}: {}", it.at, it.diff));
            format!("{}: {diff} {:?}", replayed.place, replayed.missing)
        })
        .collect();
    insta::with_settings!({prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!("replay@another_flow", told.join("\n"));
    });
}

/// The line that docs/testing.md shows to hosts.
#[test]
fn the_line_of_the_page_is_a_trace() {
    let page = include_str!("../../../docs/testing.md");
    let block = page
        .split("```json\n")
        .find(|block| block.starts_with("{ \"format\": 1"))
        .unwrap();
    let line = block.split("```").next().unwrap();
    let trace: Trace = serde_json::from_str(line).unwrap();
    let answers: Vec<Answer> = trace.calls.iter().map(sayflow_test::TracedCall::answer).collect();
    let body = r#"{"success":true,"data":"packed"}"#;
    assert_eq!(
        answers,
        [
            Answer {
                result: reply(200, body),
                elapsed: Duration::from_micros(41_250),
            },
            answer(Err(Failure::Timeout), 5_000),
        ]
    );
}
