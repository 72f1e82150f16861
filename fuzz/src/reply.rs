//! Reading a reply.

use std::sync::OnceLock;
use std::time::Duration;

use sayflow::{
    Answer, Block, CallReport, Customer, Effect, Engine, Event, Failure, Limits, PROBLEMS_KEPT, Program,
    Reply, Session, Source,
};

use crate::bytes::{self, Bytes};
use crate::spans;

const FLOW: &str = include_str!("../flows/reply.flow");

/// The secret that every request carries, and how it stands in a JSON pointer.
const SECRET: &str = "s3cr/t-key";
const SECRET_IN_A_POINTER: &str = "s3cr~1t-key";

const LIMITS: (usize, usize) = (300, 4_000);

/// The API that asks, one for each output.
const APIS: [&str; 6] = ["said", "picture", "cards", "choices", "answers", "record"];

/// Any bytes are what an endpoint sends back: the first says which API asked, the second with what status, or how it
/// failed; the rest is the body. A call that failed changes no attribute; what is said of it lies in the reply,
/// and never shows a secret; a text is within the limit, and the same reply is read the same again.
///
/// # Panics
///
/// Where that does not hold.
pub fn holds(bytes: &[u8]) {
    let mut bytes = Bytes::new(bytes);
    let api = bytes.word(&APIS);
    let answer = Answer {
        result: result(&mut bytes),
        elapsed: Duration::from_millis(100),
    };

    let before = customer();
    let mut after = before.clone();
    let effects = ask(api, &answer, &mut after);
    let report = the_report(&effects);
    assert!(
        !report.outcome.is_failure() || after == before,
        "{report:?} changed {after:?}"
    );
    is_said_of(report, &answer);
    effects.iter().for_each(is_within_limits);
    is_saved(&after);

    let mut again = before;
    assert_eq!(ask(api, &answer, &mut again), effects);
    assert_eq!(again, after);
}

fn result(bytes: &mut Bytes<'_>) -> Result<Reply, Failure> {
    let kind = bytes.below(12);
    let rest = bytes.rest();
    let reply = |status| Reply {
        status,
        location: (300..400).contains(&status).then(|| bytes::text(rest)),
        body: rest.to_vec(),
    };
    match kind {
        9 => Err(Failure::Timeout),
        10 => Err(Failure::Unreachable(bytes::text(rest))),
        11 => Err(Failure::Blocked(bytes::text(rest))),
        _ => Ok(reply(
            *[200, 201, 204, 299, 199, 302, 404, 500, 0]
                .get(kind)
                .unwrap_or(&200),
        )),
    }
}

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let (text_bytes, reply_bytes) = LIMITS;
        Engine::new(Program::load([Source::new("reply.flow", FLOW)]).unwrap())
            .with_secret("SHOP_TOKEN", SECRET, ["https://api.shop.example"])
            .with_limits(Limits {
                text_bytes,
                reply_bytes,
                ..Limits::default()
            })
    })
}

fn customer() -> Customer {
    let mut customer = Customer::new(7);
    customer.first_name = "Asha".to_owned();
    customer.set_attribute("order_no", "AB-123456");
    customer.set_attribute("vip", true);
    customer
}

/// Asks one API; everything that came of it.
fn ask(api: &str, answer: &Answer, customer: &mut Customer) -> Vec<Effect> {
    let mut session = Session::new();
    let mut steps = engine().api_steps(api, &mut session, customer).unwrap();
    let mut effects = Vec::new();
    loop {
        let effect = steps.advance().unwrap();
        if let Effect::Calls(requests) = &effect {
            steps.answer(vec![answer.clone(); requests.len()]).unwrap();
        }
        let is_over = matches!(effect, Effect::Wait(_));
        effects.push(effect);
        if is_over {
            return effects;
        }
    }
}

fn the_report(effects: &[Effect]) -> &CallReport {
    let reports = effects.iter().find_map(|effect| match effect {
        Effect::Event(Event::Call(report)) => Some(report),
        _ => None,
    });
    reports.unwrap()
}

/// What is said of a reply lies in it and shows no secret, in any form of the report.
fn is_said_of(report: &CallReport, answer: &Answer) {
    let json = serde_json::to_string(report).unwrap();
    for shown in [&json, &format!("{report:?}")] {
        assert!(
            !shown.contains(SECRET) && !shown.contains(SECRET_IN_A_POINTER),
            "{shown}"
        );
    }
    let read: CallReport = serde_json::from_str(&json).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), json);

    assert!(report.problems().len() <= 2 * PROBLEMS_KEPT);
    let Ok(reply) = &answer.result else {
        return assert!(report.problems().is_empty());
    };
    let source = Source::new("reply.json", bytes::text(&reply.body));
    let found: Vec<_> = report
        .problems()
        .iter()
        .map(|problem| problem.to_diagnostic(&source))
        .collect();
    spans::lie_in_their_files(&found, &[source]);
}

fn is_within_limits(effect: &Effect) {
    if let Effect::Block(Block::Text { text }) = effect {
        assert!(text.len() <= LIMITS.0, "{text}");
    }
}

/// A customer is what they were when they come back from the store.
fn is_saved(customer: &Customer) {
    let json = serde_json::to_string(customer).unwrap();
    assert_eq!(
        serde_json::from_str::<Customer>(&json).unwrap(),
        *customer,
        "{json}"
    );
}
