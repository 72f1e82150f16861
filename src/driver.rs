//! The synchronous driver: runs the step machine until the turn ends.

#[cfg(feature = "http")]
mod http;

use std::time::Duration;

use indexmap::IndexMap;
use serde::Serialize;

use crate::effects::{Answer, Effect, Event, Failure, Request, Wait};
use crate::error::Error;
use crate::interpreter::Steps;
use crate::output::Block;
use crate::value::Value;

#[cfg(feature = "http")]
pub use http::HttpClient;

/// Performs the calls of a block.
///
/// # Examples
///
/// A client that answers every call alike, for a test:
///
/// ```
/// use std::time::Duration;
/// use sayflow::{Answer, Client, Reply, Request};
///
/// struct Canned(&'static str);
///
/// impl Client for Canned {
///     fn call(&self, requests: &[Request]) -> Vec<Answer> {
///         let reply = Reply { status: 200, location: None, body: self.0.into() };
///         let answer = Answer { result: Ok(reply), elapsed: Duration::ZERO };
///         vec![answer; requests.len()]
///     }
/// }
/// ```
pub trait Client {
    /// Performs all requests at once and answers them in order. Each has a timeout of its own,
    /// which counts from the moment of this call.
    fn call(&self, requests: &[Request]) -> Vec<Answer>;
}

/// A client that sends nothing: every call is blocked.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoCalls;

impl Client for NoCalls {
    fn call(&self, requests: &[Request]) -> Vec<Answer> {
        let blocked = Failure::Blocked("this host makes no calls".to_owned());
        vec![
            Answer {
                result: Err(blocked),
                elapsed: Duration::ZERO
            };
            requests.len()
        ]
    }
}

/// What came of one input.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Turn {
    /// What to show, in order.
    pub blocks: Vec<Block>,
    /// What to know and do, in order.
    pub events: Vec<Event>,
    /// The attributes and fields of the record that changed; `None` for one that was cleared.
    pub attributes: IndexMap<String, Option<Value>>,
    /// What the conversation waits for now.
    pub wait: Wait,
}

/// Drives a turn to its end.
pub(crate) fn run_turn(mut steps: Steps<'_>, client: &dyn Client) -> Result<Turn, Error> {
    let mut turn = Turn::default();
    loop {
        match steps.advance()? {
            Effect::Calls(requests) => steps.answer(client.call(&requests))?,
            Effect::Block(block) => turn.blocks.push(block),
            Effect::Event(event) => turn.events.push(event),
            Effect::Wait(wait) => {
                turn.wait = wait;
                turn.attributes = steps.into_changes();
                return Ok(turn);
            }
        }
    }
}
