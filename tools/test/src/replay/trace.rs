//! One turn of production as a line of JSON.

use std::time::Duration;

use indexmap::IndexMap;
use sayflow::{Answer, Customer, Engine, Failure, Input, Outcome, Reply, Request, Session, Turn};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

use super::tag::{remove_tags, untagged_input, untagged_session};
use crate::masking;
use crate::scene::{Called, Played, Said};

/// A turn with all that it takes to play it again: what came in, the state before, what the endpoints answered,
/// and what came of it. Secrets are masked, and option ids are without the tag of the host's key.
///
/// Its JSON form is one object. Keys that are not known are for the host's own use.
///
/// # Examples
///
/// A host that lets the engine run whole turns has [`Traced`] gather the answers:
///
/// ```
/// use sayflow::{Customer, Engine, Input, NoCalls, Program, Session, Source};
/// use sayflow_test::{Trace, Traced};
///
/// let flow = "on start {\n  text \"Hello {{first_name|there}}!\"\n}\n";
/// let engine = Engine::new(Program::load([Source::new("hi.flow", flow)])?);
/// # let (mut session, mut customer, client) = (Session::new(), Customer::new(7), NoCalls);
/// let before = (session.clone(), customer.clone());
/// let input = Input::start().at("2026-11-20T10:00:00Z".parse()?);
///
/// let traced = Traced::new(&client);
/// let turn = engine.turn(&mut session, &mut customer, &input, &traced)?;
/// let trace = Trace::of(&engine, before, &input, traced.answers(), &turn);
/// let line = serde_json::to_string(&trace)?;
/// assert_eq!(line, concat!(
///     r#"{"format":1,"session":{"format":3},"customer":{"uid":7},"#,
///     r#""input":{"start":true,"now":"2026-11-20 10:00:00.000000+00:00"},"#,
///     r#""blocks":[{"text":"Hello there!","type":"text"}]}"#,
/// ));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    format: Format,
    /// The session before the turn. Where it is absent the one stands that the trace before left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<Session>,
    /// The customer before the turn. Where it is absent the one stands that the trace before left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<Customer>,
    /// What came in, with its moment.
    pub input: Input,
    /// The calls, in the order in which they were reported.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<TracedCall>,
    /// What was shown.
    pub blocks: Vec<Json>,
    /// What the host was told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Json>,
    /// What changed on the customer; `null` for what was cleared.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub attributes: IndexMap<String, Json>,
    /// What the conversation waited for then.
    #[serde(default, skip_serializing_if = "waits_for_nothing")]
    pub wait: Json,
}

/// A call of a traced turn, and its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TracedCall {
    /// The API's name.
    pub api: String,
    /// How long it took, in microseconds.
    #[serde(default)]
    pub elapsed_us: u64,
    /// The status of the reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Where a redirect leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Why there is no reply: `blocked`, `timeout`, `unreachable` or `too large`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Outcome>,
    /// More about the failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The version of the JSON form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Format;

impl Format {
    const VERSION: u32 = 1;
}

impl Serialize for Format {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(Self::VERSION)
    }
}

impl<'de> Deserialize<'de> for Format {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            Self::VERSION => Ok(Self),
            other => Err(serde::de::Error::custom(format_args!(
                "trace format {other} is not known: this version reads format {}",
                Self::VERSION
            ))),
        }
    }
}

impl Trace {
    /// The trace of a turn that the engine has run: the state before, the input, each API that the client was
    /// asked for with its answer, in order, and what came of it.
    #[must_use]
    pub fn of(
        engine: &Engine,
        before: (Session, Customer),
        input: &Input,
        answers: Vec<(String, Answer)>,
        turn: &Turn,
    ) -> Self {
        let mut played = Played::new(input.clone());
        played.whole(turn, answers);
        Self::of_played(engine, before, played)
    }

    /// The trace of a turn that was noted step by step.
    #[must_use]
    pub fn of_played(engine: &Engine, (session, customer): (Session, Customer), played: Played) -> Self {
        let played = played.masked(engine);
        let (mut blocks, mut events) = (Vec::new(), Vec::new());
        for said in &played.said {
            match said {
                Said::Block(block) => {
                    let mut block = json(block);
                    remove_tags(&mut block);
                    blocks.push(block);
                }
                Said::Event(event) => events.push(json(event)),
            }
        }
        Self {
            format: Format,
            session: masked_session(engine, &session),
            customer: Some(masking::customer(engine, &customer)),
            input: untagged_input(played.input),
            calls: played.calls.iter().map(TracedCall::of).collect(),
            blocks,
            events,
            attributes: played
                .attributes
                .iter()
                .map(|(key, value)| (key.clone(), json(value)))
                .collect(),
            wait: json(&played.wait),
        }
    }
}

impl TracedCall {
    fn of(called: &Called) -> Self {
        let Answer { result, elapsed } = &called.answer;
        let call = Self {
            api: called.api.clone(),
            elapsed_us: u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
            status: None,
            location: None,
            body: None,
            failure: None,
            reason: None,
        };
        match result {
            Ok(reply) => Self {
                status: Some(reply.status),
                location: reply.location.clone(),
                // Masked answers are text.
                body: Some(String::from_utf8_lossy(&reply.body).into_owned()),
                ..call
            },
            Err(failure) => {
                let (outcome, reason) = match failure {
                    Failure::Blocked(why) => (Outcome::Blocked, why.as_str()),
                    Failure::Timeout => (Outcome::Timeout, ""),
                    Failure::Unreachable(how) => (Outcome::Unreachable, how.as_str()),
                    Failure::TooLarge => (Outcome::TooLarge, ""),
                    _ => (Outcome::Unreachable, "a failure of a later version"),
                };
                Self {
                    failure: Some(outcome),
                    reason: Some(reason.to_owned()).filter(|reason| !reason.is_empty()),
                    ..call
                }
            }
        }
    }

    /// The answer as the client gave it.
    #[must_use]
    pub fn answer(&self) -> Answer {
        let reason = self.reason.clone().unwrap_or_default();
        let result = match self.failure {
            None => Ok(Reply {
                status: self.status.unwrap_or(200),
                location: self.location.clone(),
                body: self.body.clone().unwrap_or_default().into_bytes(),
            }),
            Some(Outcome::Timeout) => Err(Failure::Timeout),
            Some(Outcome::TooLarge) => Err(Failure::TooLarge),
            Some(Outcome::Blocked) => Err(Failure::Blocked(reason)),
            Some(_) => Err(Failure::Unreachable(reason)),
        };
        Answer {
            result,
            elapsed: Duration::from_micros(self.elapsed_us),
        }
    }
}

/// A client that remembers what another one answered.
#[derive(Debug)]
pub struct Traced<'c, C: ?Sized> {
    client: &'c C,
    answers: std::sync::Mutex<Vec<(String, Answer)>>,
}

impl<'c, C: sayflow::Client + ?Sized> Traced<'c, C> {
    /// A client that asks another one and remembers what it answers.
    #[must_use]
    pub fn new(client: &'c C) -> Self {
        Self {
            client,
            answers: std::sync::Mutex::default(),
        }
    }

    /// Each API that was asked, with its answer, in order.
    #[must_use]
    pub fn answers(self) -> Vec<(String, Answer)> {
        self.answers
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl<C: sayflow::Client + ?Sized> sayflow::Client for Traced<'_, C> {
    fn call(&self, requests: &[Request]) -> Vec<Answer> {
        let answers = self.client.call(requests);
        let apis = requests.iter().map(|request| request.api.clone());
        self.answers
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .extend(apis.zip(answers.iter().cloned()));
        answers
    }
}

/// What is JSON by its nature.
pub(super) fn json(value: &impl Serialize) -> Json {
    serde_json::to_value(value).unwrap_or_default()
}

/// A session without what an endpoint may have echoed into its options; `None` where masking it breaks it.
fn masked_session(engine: &Engine, session: &Session) -> Option<Session> {
    let session = untagged_session(session);
    let text = serde_json::to_string(&session).ok()?;
    match engine.masked(&text) {
        masked if masked.is_secret() => serde_json::from_str(&masked.to_string()).ok(),
        _ => Some(session),
    }
}

fn waits_for_nothing(wait: &Json) -> bool {
    wait.as_object().is_none_or(serde_json::Map::is_empty)
}
