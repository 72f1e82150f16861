//! Turns of production, played again on the step machine with the answers of then.
//!
//! A [`Trace`] is one turn: a host writes it as a line of JSON, a [`Replayer`] plays it with a flow, the same or
//! another one, and says the first [`Deviation`]. No call is sent: one whose answer is not in the trace is told.

mod deviation;
mod tag;
mod trace;
mod word_diff;

use sayflow::{Answer, Customer, Effect, Engine, Failure, Input, InputKind, Program, Session};
use serde_json::Value as Json;

use crate::stand_in;
use tag::{untagged_input, untagged_session};
use trace::json;

pub use deviation::Deviation;
pub use trace::{Trace, Traced, TracedCall};

/// Plays traces with a flow.
#[derive(Debug)]
pub struct Replayer {
    engine: Engine,
    scope: Scope,
    session: Session,
    customer: Customer,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everything, as it must be with the flow of then: blocks, events, attributes, the wait.
    Everything,
    /// What reaches the customer and the host's people: blocks, actions, handovers.
    Said,
}

/// What came of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// Where in the conversation it was: the sequence that an option or a start opened, the one whose
    /// question was open, or `no question`.
    pub place: String,
    /// The first thing that is not as it was.
    pub deviation: Option<Deviation>,
    /// The APIs that were called and whose answers are not in the trace; each ended in `blocked`.
    pub missing: Vec<String>,
}

/// What the flow made of a turn.
#[derive(Debug, Default)]
struct Again {
    blocks: Vec<Json>,
    events: Vec<Json>,
    attributes: Json,
    wait: Json,
    missing: Vec<String>,
}

impl Replayer {
    /// A player for traces of one conversation after the other, with stand-ins for the flow's secrets.
    #[must_use]
    pub fn new(program: &Program, scope: Scope) -> Self {
        Self {
            engine: stand_in::engine(program),
            scope,
            session: Session::new(),
            customer: Customer::new(1),
        }
    }

    /// Plays a turn. Where its trace says no state, the conversation goes on from the trace before.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::{Program, Source};
    /// use sayflow_test::{Replayer, Scope, Trace};
    ///
    /// let line = r#"{"format":1,"input":{"text":"hi"},"blocks":[{"type":"text","text":"Hello there!"}]}"#;
    /// let trace: Trace = serde_json::from_str(line)?;
    /// let flow = "on start {\n  text \"Hello everybody!\"\n}\n";
    /// let program = Program::load([Source::new("hi.flow", flow)])?;
    ///
    /// let replayed = Replayer::new(&program, Scope::Said).play(&trace);
    /// assert_eq!(replayed.deviation.ok_or("the same")?.diff, "text: Hello [-there-]{+everybody+}!");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn play(&mut self, trace: &Trace) -> Replayed {
        if let Some(session) = &trace.session {
            self.session = untagged_session(session);
        }
        if let Some(customer) = &trace.customer {
            self.customer = customer.clone();
        }
        let input = untagged_input(trace.input.clone());
        let place = self.place(&input);
        match self.turn(trace, &input) {
            Ok(again) => Replayed {
                place,
                deviation: self.deviation(trace, &again),
                missing: again.missing,
            },
            Err(error) => Replayed {
                place,
                deviation: Some(Deviation::refused(error.to_string())),
                missing: Vec::new(),
            },
        }
    }

    fn place(&self, input: &Input) -> String {
        let open = || match self.session.wait().ask {
            // `sequence@id`
            Some(ask) => ask
                .rsplit_once('@')
                .map_or_else(|| ask.clone(), |(body, _)| body.to_owned()),
            None => "no question".to_owned(),
        };
        match &input.kind {
            InputKind::Start(None) => "on start".to_owned(),
            InputKind::Start(Some(sequence)) => sequence.clone(),
            InputKind::Tap(id) => self
                .engine
                .sequence_of_option(id)
                .map_or_else(open, str::to_owned),
            InputKind::Intent(name) => format!("on intent {name:?}"),
            _ => open(),
        }
    }

    fn turn(&mut self, trace: &Trace, input: &Input) -> Result<Again, sayflow::Error> {
        let mut again = Again::default();
        let mut reported: Vec<String> = Vec::new();
        let mut steps = self.engine.steps(&mut self.session, &mut self.customer, input)?;
        loop {
            match steps.advance()? {
                Effect::Calls(requests) => {
                    let answers = requests.iter().map(|request| {
                        recorded(trace, &reported, &request.api)
                            .unwrap_or_else(|| missing(&mut again.missing, &request.api))
                    });
                    let answers = answers.collect();
                    steps.answer(answers)?;
                }
                Effect::Block(block) => again.blocks.push(json(&block)),
                Effect::Event(event) => {
                    if let sayflow::Event::Call(report) = &event {
                        reported.push(report.api.clone());
                    }
                    again.events.push(json(&event));
                }
                Effect::Wait(wait) => {
                    again.wait = json(&wait);
                    again.attributes = json(&steps.into_attributes());
                    return Ok(again);
                }
                _ => {}
            }
        }
    }

    fn deviation(&self, trace: &Trace, again: &Again) -> Option<Deviation> {
        let events = |events: &[Json]| -> Vec<Json> {
            let told = events.iter().filter(|event| self.is_compared(event));
            told.cloned().collect()
        };
        Deviation::of_lists("block", &trace.blocks, &again.blocks)
            .or_else(|| Deviation::of_lists("event", &events(&trace.events), &events(&again.events)))
            .or_else(|| match self.scope {
                Scope::Everything => state_deviation(trace, again),
                Scope::Said => None,
            })
    }

    /// The report of a call says how long it took and where it stands in a file: it is not compared.
    fn is_compared(&self, event: &Json) -> bool {
        match event.get("event").and_then(Json::as_str) {
            Some("call") => false,
            Some("action" | "handover") => true,
            _ => self.scope == Scope::Everything,
        }
    }
}

/// What is different of what the turn left behind.
fn state_deviation(trace: &Trace, again: &Again) -> Option<Deviation> {
    let keys = trace.attributes.keys().map(String::as_str);
    let now = again.attributes.as_object();
    let new_keys = now.into_iter().flat_map(|now| now.keys().map(String::as_str));
    let attribute = keys.chain(new_keys).find_map(|key| {
        let (was, is) = (trace.attributes.get(key), again.attributes.get(key));
        Deviation::of_values(&format!("attribute {key}"), was, is)
    });
    let nothing = Json::Object(serde_json::Map::new());
    let was = if trace.wait.is_null() {
        &nothing
    } else {
        &trace.wait
    };
    attribute.or_else(|| Deviation::of_values("wait", Some(was), Some(&again.wait)))
}

/// The answer of then: of the calls of an API each report, of one that was sent or not, stands for one.
fn recorded(trace: &Trace, reported: &[String], api: &str) -> Option<Answer> {
    let told = reported.iter().filter(|told| *told == api).count();
    let mut calls = trace.calls.iter().filter(|call| call.api == api);
    calls.nth(told).map(TracedCall::answer)
}

fn missing(missing: &mut Vec<String>, api: &str) -> Answer {
    if !missing.iter().any(|known| known == api) {
        missing.push(api.to_owned());
    }
    Answer {
        result: Err(Failure::Blocked("the trace has no answer".to_owned())),
        elapsed: std::time::Duration::ZERO,
    }
}
