//! Makes a scene of a conversation while it goes on.

use indexmap::IndexMap;
use sayflow::{
    Answer, CallReport, Client, Customer, Effect, Engine, Error, Event, Failure, Input, Outcome, Request,
    Session, Turn, Value, Wait,
};

use super::{Act, Called, Played, Said, Scene};
use crate::masking::{self, Changes};

/// Sees every turn of a conversation and makes a [`Scene`] of them, without secrets.
///
/// A host that lets the engine run whole turns has them run by [`Recorder::turn`]. One that drives the step
/// machine itself notes each turn in a [`Played`] and gives it to [`Recorder::keep`].
#[derive(Clone, Debug)]
pub struct Recorder {
    scene: Scene,
}

impl Recorder {
    /// A recorder of a conversation at its present place.
    #[must_use]
    pub fn new(name: impl Into<String>, session: &Session, customer: &Customer) -> Self {
        Self {
            scene: Scene {
                name: name.into(),
                session: session.clone(),
                customer: customer.clone(),
                acts: Vec::new(),
            },
        }
    }

    /// Runs a turn as [`Engine::turn`] does, and records it.
    ///
    /// # Errors
    ///
    /// Those of [`Engine::turn`]. Nothing is recorded then, as nothing has happened.
    pub fn turn(
        &mut self,
        engine: &Engine,
        (session, customer): (&mut Session, &mut Customer),
        input: &Input,
        client: &dyn Client,
    ) -> Result<Turn, Error> {
        let mut steps = engine.steps(session, customer, input)?;
        let mut played = Played::new(input.clone());
        let mut turn = Turn::default();
        loop {
            match steps.advance()? {
                Effect::Calls(requests) => {
                    let answers = client.call(&requests);
                    played.answered(&requests, &answers);
                    steps.answer(answers)?;
                }
                Effect::Block(block) => {
                    played.said.push(Said::Block(block.clone()));
                    turn.blocks.push(block);
                }
                Effect::Event(event) => {
                    turn.events.push(event.clone());
                    played.event(event);
                }
                Effect::Wait(wait) => {
                    turn.wait = wait.clone();
                    turn.attributes = steps.into_attributes();
                    played.wait = wait;
                    played.attributes = turn.attributes.clone();
                    self.keep(engine, played);
                    return Ok(turn);
                }
                _ => {}
            }
        }
    }

    /// Records a turn that has ended.
    pub fn keep(&mut self, engine: &Engine, played: Played) {
        if self.is_empty() {
            // An earlier conversation may have saved what was echoed.
            self.scene.customer = masking::customer(engine, &self.scene.customer);
        }
        self.scene.acts.push(Act::Turn(Box::new(played.masked(engine))));
    }

    /// Records that the host changed the customer.
    pub fn customer_changed(&mut self, engine: &Engine, before: &Customer, after: &Customer) {
        let changes = masking::changes(engine, changes(before, after));
        if !changes.is_empty() {
            self.scene.acts.push(Act::Given(changes));
        }
    }

    /// Records that session and customer were saved and read back.
    pub fn restarted(&mut self) {
        self.scene.acts.push(Act::Restart);
    }

    /// Whether no turn was recorded yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.scene.turns().next().is_none()
    }

    /// What was recorded so far.
    #[must_use]
    pub fn scene(&self) -> &Scene {
        &self.scene
    }

    /// The scene.
    #[must_use]
    pub fn finish(self) -> Scene {
        self.scene
    }
}

impl Played {
    /// A turn of which only the input is known yet.
    #[must_use]
    pub fn new(input: Input) -> Self {
        Self {
            input,
            calls: Vec::new(),
            said: Vec::new(),
            attributes: IndexMap::new(),
            wait: Wait::default(),
            asked: Vec::new(),
        }
    }

    /// Notes what the client answered to the requests of a block.
    pub fn answered(&mut self, requests: &[Request], answers: &[Answer]) {
        let apis = requests.iter().map(|request| request.api.clone());
        self.asked = apis.zip(answers.iter().cloned()).collect();
    }

    /// Notes an event; the report of a call takes its answer from those that were given for the block.
    pub fn event(&mut self, event: Event) {
        if let Event::Call(report) = &event {
            let is_of = |(api, answer): &(String, Answer)| *api == report.api && is_answer(answer, report);
            let place = self.asked.iter().position(is_of);
            let answer = place.map(|place| self.asked.remove(place).1);
            self.calls.push(Called {
                api: report.api.clone(),
                is_sent: answer.is_some(),
                answer: answer.unwrap_or_else(|| unsent(report)),
                outcome: report.outcome,
            });
        }
        self.said.push(Said::Event(event));
    }

    /// Notes a whole turn, with each API that was asked and its answer, in order. What the events and blocks of a
    /// turn were among each other is not known then: the blocks come first.
    pub(crate) fn whole(&mut self, turn: &Turn, answers: Vec<(String, Answer)>) {
        self.asked = answers;
        self.said.extend(turn.blocks.iter().cloned().map(Said::Block));
        turn.events.iter().cloned().for_each(|event| self.event(event));
        self.attributes = turn.attributes.clone();
        self.wait = turn.wait.clone();
    }

    /// The same turn with its secrets masked.
    #[must_use]
    pub fn masked(self, engine: &Engine) -> Self {
        let calls = self.calls.into_iter().map(|called| Called {
            answer: masking::answer(engine, called.answer),
            ..called
        });
        let said = self.said.into_iter().map(|said| match said {
            Said::Block(block) => Said::Block(masking::block(engine, block)),
            Said::Event(event) => Said::Event(masking::event(engine, event)),
        });
        Self {
            input: masking::input(engine, self.input),
            calls: calls.collect(),
            said: said.collect(),
            attributes: masking::changes(engine, self.attributes),
            wait: self.wait,
            asked: Vec::new(),
        }
    }
}

/// Whether a report may be of this answer. A call that the engine blocked was never asked for.
fn is_answer(answer: &Answer, report: &CallReport) -> bool {
    let is_blocked = matches!(answer.result, Err(Failure::Blocked(_)));
    answer.elapsed == report.elapsed && (report.outcome != Outcome::Blocked || is_blocked)
}

/// Why a call was not sent, as the answer of nobody.
fn unsent(report: &CallReport) -> Answer {
    let failure = match report.outcome {
        Outcome::Timeout => Failure::Timeout,
        _ => Failure::Blocked(report.message.clone().unwrap_or_default()),
    };
    Answer {
        result: Err(failure),
        elapsed: report.elapsed,
    }
}

/// What is different between two states of a customer.
fn changes(before: &Customer, after: &Customer) -> Changes {
    let (before, after) = (values(before), values(after));
    let set = after
        .iter()
        .filter(|(key, value)| before.get(*key) != Some(value))
        .map(|(key, value)| (key.clone(), Some(value.clone())));
    let cleared = before.keys().filter(|key| !after.contains_key(*key));
    let cleared = cleared.map(|key| match key.as_str() {
        // The record leaves out what is as usual.
        "bot_enabled" => (key.clone(), Some(Value::YesNo(true))),
        _ => (key.clone(), None),
    });
    set.chain(cleared).collect()
}

/// The fields that are known and the attributes, under their keys.
pub(crate) fn values(customer: &Customer) -> IndexMap<String, Value> {
    let json = serde_json::to_string(customer).unwrap_or_default();
    serde_json::from_str(&json).unwrap_or_default()
}

/// The customer with other values; `None` clears one.
pub(crate) fn changed(customer: &Customer, changes: &Changes) -> Option<Customer> {
    let mut values = values(customer);
    for (key, value) in changes {
        match value {
            Some(value) => drop(values.insert(key.clone(), value.clone())),
            None => drop(values.shift_remove(key)),
        }
    }
    serde_json::from_str(&serde_json::to_string(&values).ok()?).ok()
}
