//! Reading what a host has stored.

use std::sync::OnceLock;

use sayflow::{Customer, Engine, Input, Limits, Restored, Session};

use crate::bytes::Bytes;
use crate::endpoint::Endpoint;
use crate::flows;

/// Any bytes are a session and, behind a NUL, a customer; the first byte says in which flow they go on.
///
/// What is accepted is written and read as the same again. The flow finds its places or says that they are gone,
/// and goes on either way: each of a few inputs ends in a turn, after which the session is in a place that the flow
/// has, or in an error that changed nothing.
///
/// # Panics
///
/// Where that does not hold.
pub fn holds(bytes: &[u8]) {
    let mut bytes = Bytes::new(bytes);
    let engine = bytes.pick(engines()).unwrap();
    let session = bytes.part();
    let customer = read::<Customer>(bytes.rest()).unwrap_or_else(|| Customer::new(7));
    let Some(session) = read::<Session>(session) else {
        return;
    };
    for input in inputs(&session) {
        goes_on(engine, session.clone(), customer.clone(), &input);
    }
}

/// Reads something, and writes and reads it again.
fn read<T>(bytes: &[u8]) -> Option<T>
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let read: T = serde_json::from_slice(bytes).ok()?;
    assert_eq!(is_saved(&read), read);
    Some(read)
}

fn is_saved<T>(value: &T) -> T
where
    T: serde::Serialize + serde::de::DeserializeOwned,
{
    let json = serde_json::to_string(value).unwrap();
    let read = serde_json::from_str(&json).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), json);
    read
}

fn engines() -> &'static [Engine] {
    static ENGINES: OnceLock<Vec<Engine>> = OnceLock::new();
    ENGINES.get_or_init(|| {
        let limits = Limits {
            steps: 200,
            ..Limits::default()
        };
        let engine = |program| Engine::new(program).with_limits(limits.clone());
        flows::written().iter().cloned().map(engine).collect()
    })
}

/// What a customer may do next, whatever they were asked.
fn inputs(session: &Session) -> Vec<Input> {
    let json = serde_json::to_value(session).unwrap();
    let text = |place| json.pointer(place).and_then(|found| found.as_str());
    let kept = json.pointer("/options/0/0").and_then(|number| number.as_u64());
    let option = text("/question/shown/0/options/0/id");
    let option = option.map_or_else(|| format!("{:x}.", kept.unwrap_or(0)), str::to_owned);
    let silence = session
        .wait()
        .due
        .map_or_else(Input::no_reply, |due| Input::no_reply().at(due));
    vec![
        Input::text("AB-123456").with_id(text("/inputs/0/id").unwrap_or("m-1")),
        Input::tap(option),
        Input::text("help"),
        silence,
    ]
}

fn goes_on(engine: &Engine, mut session: Session, mut customer: Customer, input: &Input) {
    let program = engine.program();
    let before = (session.clone(), customer.clone());
    let found = program.restore(&session);
    match engine.turn(&mut session, &mut customer, input, &Endpoint(b"")) {
        Err(_) => assert_eq!((session, customer), before),
        Ok(turn) if turn.is_repeated => assert_eq!((session, customer), before),
        Ok(turn) => {
            assert_eq!(turn.wait, session.wait());
            assert_eq!(is_saved(&session), session);
            assert_eq!(is_saved(&customer), customer);
            assert_eq!(serde_json::to_string(&turn).map(drop).ok(), Some(()));
            if found == Restored::Exact {
                assert_eq!(program.restore(&session), Restored::Exact, "{session:?}");
            }
        }
    }
}
