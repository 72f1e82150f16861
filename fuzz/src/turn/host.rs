//! A host that drives turns itself, and notes everything.

use indexmap::IndexMap;
use sayflow::{
    Answer, Block, CallReport, Customer, Effect, Engine, Error, ErrorKind, Event, Input, Request, Session,
    Steps, Value, Wait,
};

use crate::endpoint;

/// What a host stores of a customer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) session: Session,
    pub(super) customer: Customer,
}

impl Place {
    /// The same, read from what a store was given.
    pub(super) fn saved_and_restored(&self) -> Self {
        let session = serde_json::to_string(&self.session).unwrap();
        let customer = serde_json::to_string(&self.customer).unwrap();
        Self {
            session: serde_json::from_str(&session).unwrap(),
            customer: serde_json::from_str(&customer).unwrap(),
        }
    }

    /// Whether the session still knows the input, as its limits say.
    pub(super) fn has_taken(&self, input: &Input) -> bool {
        let mut ids = self
            .kept("inputs")
            .into_iter()
            .filter_map(|taken| Some(taken.get("id")?.as_str()?.to_owned()));
        ids.any(|id| input.id.as_ref() == Some(&id))
    }

    /// The same without a list of its session.
    pub(super) fn without(&self, list: &str) -> Self {
        let mut session = serde_json::to_value(&self.session).unwrap();
        session.as_object_mut().unwrap().remove(list);
        Self {
            session: serde_json::from_value(session).unwrap(),
            customer: self.customer.clone(),
        }
    }

    /// The number of the option that is made next.
    pub(super) fn next_option(&self) -> u64 {
        let json = serde_json::to_value(&self.session).unwrap();
        json.get("next").and_then(serde_json::Value::as_u64).unwrap_or(0)
    }

    /// A list of the session, as it is stored.
    pub(super) fn kept(&self, list: &str) -> Vec<serde_json::Value> {
        let mut json = serde_json::to_value(&self.session).unwrap();
        match json.get_mut(list).map(serde_json::Value::take) {
            Some(serde_json::Value::Array(kept)) => kept,
            _ => Vec::new(),
        }
    }
}

/// A call that was answered.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Call {
    api: String,
    answer: Answer,
    report: Option<CallReport>,
}

impl Call {
    pub(super) fn has_failed(&self) -> bool {
        self.plain() != self.answer
    }

    /// The answer, or where the call failed the plainest that fails so.
    pub(super) fn plain(&self) -> Answer {
        let outcome = self.report.as_ref().map(|report| report.outcome);
        Answer {
            result: outcome
                .and_then(endpoint::plain)
                .unwrap_or_else(|| self.answer.result.clone()),
            elapsed: self.answer.elapsed,
        }
    }
}

/// Everything that came of an input.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Played {
    pub(super) blocks: Vec<Block>,
    pub(super) events: Vec<Event>,
    pub(super) requests: Vec<Request>,
    /// The calls that were answered.
    pub(super) calls: Vec<Call>,
    pub(super) attributes: IndexMap<String, Option<Value>>,
    pub(super) wait: Wait,
    pub(super) is_repeated: bool,
}

impl Played {
    /// Whether every call that was answered was reported.
    pub(super) fn has_every_report(&self) -> bool {
        self.calls.iter().all(|call| call.report.is_some())
    }

    /// Notes how a call ended; one that was never sent has no answer to belong to.
    fn report(&mut self, report: &CallReport) {
        let mut open = self.calls.iter_mut().filter(|call| call.report.is_none());
        if let Some(call) = open.find(|call| call.api == report.api) {
            call.report = Some(report.clone());
        }
    }
}

/// Plays a turn to its end. Where it asks, it is given too many answers first, which it must refuse.
pub(super) fn play(
    engine: &Engine,
    place: &mut Place,
    input: &Input,
    answers: &mut dyn Iterator<Item = Answer>,
) -> Result<Played, Error> {
    let mut steps = engine.steps(&mut place.session, &mut place.customer, input)?;
    let mut played = Played {
        is_repeated: steps.is_repeated(),
        ..Played::default()
    };
    loop {
        match steps.advance()? {
            Effect::Calls(requests) => give(&mut steps, requests, answers, &mut played)?,
            Effect::Block(block) => played.blocks.push(block),
            Effect::Event(event) => {
                if let Event::Call(report) = &event {
                    played.report(report);
                }
                played.events.push(event);
            }
            Effect::Wait(wait) => {
                played.wait = wait;
                let over = steps.advance().map_err(|error| error.kind());
                assert_eq!(over, Err(ErrorKind::Protocol));
                played.attributes = steps.into_attributes();
                return Ok(played);
            }
            _ => {}
        }
    }
}

/// Answers what a turn asks.
fn give(
    steps: &mut Steps<'_>,
    requests: Vec<Request>,
    answers: &mut dyn Iterator<Item = Answer>,
    played: &mut Played,
) -> Result<(), Error> {
    let given: Vec<Answer> = answers.take(requests.len()).collect();
    let too_many = given.iter().chain(&given).cloned().collect();
    let refused = steps.answer(too_many).map_err(|error| error.kind());
    assert_eq!(refused, Err(ErrorKind::Protocol));
    let call = |(request, answer): (&Request, &Answer)| Call {
        api: request.api.clone(),
        answer: answer.clone(),
        report: None,
    };
    played.calls.extend(requests.iter().zip(&given).map(call));
    played.requests.extend(requests);
    steps.answer(given)
}

/// Plays the same turn up to its end, which it does not reach.
pub(super) fn begin(engine: &Engine, place: &mut Place, input: &Input, played: &Played) {
    let mut steps = engine
        .steps(&mut place.session, &mut place.customer, input)
        .unwrap();
    let mut answers = played.calls.iter().map(|call| call.answer.clone());
    for _ in 0..played.blocks.len() + played.events.len() {
        while let Effect::Calls(requests) = steps.advance().unwrap() {
            steps
                .answer(answers.by_ref().take(requests.len()).collect())
                .unwrap();
        }
    }
}
