//! One end of a call: what the engine sends to an API of a flow, and what it makes of a reply.

#![allow(dead_code, reason = "each test file uses its part")]

use std::time::Duration;

use sayflow::{
    Answer, CallReport, Customer, Effect, Engine, Event, Outcome, Program, Reply, Request, Session, Severity,
    Source, Steps,
};

/// A flow of the folder `tests/contract`, its secrets granted.
pub(crate) fn engine(flow: &str) -> Engine {
    let path = format!("{}/tests/contract/{flow}.flow", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let program = Program::load([Source::new(flow, text)]).unwrap();
    let secrets = program.secrets();
    let mut engine = Engine::new(program);
    for (name, origins) in secrets {
        engine = engine.with_secret(name, "s3cret", origins);
    }
    engine
}

/// What the engine sends to an API; `None` where the call is blocked.
pub(crate) fn request(engine: &Engine, api: &str, customer: &mut Customer) -> Option<Request> {
    let mut session = Session::new();
    let mut steps = engine.api_steps(api, &mut session, customer).unwrap();
    next_request(&mut steps)
}

fn next_request(steps: &mut Steps<'_>) -> Option<Request> {
    loop {
        match steps.advance().unwrap() {
            Effect::Calls(mut requests) => return requests.pop(),
            Effect::Wait(_) => return None,
            _ => {}
        }
    }
}

/// What the engine makes of a reply.
pub(crate) fn report(engine: &Engine, api: &str, reply: &str) -> CallReport {
    let (mut session, mut customer) = (Session::new(), Customer::new(7));
    let mut steps = engine.api_steps(api, &mut session, &mut customer).unwrap();
    next_request(&mut steps).unwrap();
    let reply = Reply {
        status: 200,
        location: None,
        body: reply.into(),
    };
    let answer = Answer {
        result: Ok(reply),
        elapsed: Duration::ZERO,
    };
    steps.answer(vec![answer]).unwrap();
    loop {
        if let Effect::Event(Event::Call(report)) = steps.advance().unwrap() {
            return report;
        }
    }
}

/// Whether the engine took a reply, with or without warnings.
pub(crate) fn is_taken(report: &CallReport) -> bool {
    let is_taken = matches!(report.outcome, Outcome::Ok | Outcome::Empty | Outcome::Declined);
    let has_error = report
        .problems()
        .iter()
        .any(|problem| problem.severity() == Severity::Error);
    assert_ne!(is_taken, has_error, "{report:?}");
    is_taken
}
