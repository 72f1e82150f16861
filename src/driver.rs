//! The synchronous driver: runs the step machine until the turn ends.

#[cfg(feature = "http")]
mod http;

use std::time::Duration;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::effects::{Answer, Effect, Event, Failure, Request, Wait};
use crate::error::Error;
use crate::interpreter::Steps;
use crate::output::Block;
use crate::value::Value;

#[cfg(feature = "http")]
pub use http::{HttpClient, Phases};

/// Performs the calls of a block.
///
/// With the feature `http`, `HttpClient` is one; [`NoCalls`] sends nothing.
///
/// # Examples
///
/// A client that answers every call alike, for the test of a flow:
///
/// ```
/// use std::time::Duration;
/// # use sayflow::{Block, Customer, Engine, Input, Program, Session, Source};
/// use sayflow::{Answer, Client, Reply, Request};
///
/// struct Canned(&'static str);
///
/// impl Client for Canned {
///     fn call(&self, requests: &[Request]) -> Vec<Answer> {
///         let reply = Reply { status: 200, location: None, body: self.0.into() };
///         vec![Answer { result: Ok(reply), elapsed: Duration::ZERO }; requests.len()]
///     }
/// }
///
/// # let flow = r#"
/// # api order: text {
/// #   get "https://api.shop.example/order"
/// # }
/// # on start {
/// #   text "Your order: <<order>>." else "I cannot see your order."
/// # }
/// # "#;
/// # let engine = Engine::new(Program::load([Source::new("order.flow", flow)])?);
/// # let (mut session, mut customer) = (Session::new(), Customer::new(7));
/// let shop = Canned(r#"{"success": true, "data": "packed"}"#);
/// let turn = engine.turn(&mut session, &mut customer, &Input::start(), &shop)?;
/// assert_eq!(turn.blocks, [Block::Text { text: "Your order: packed.".to_owned() }]);
/// # Ok::<(), sayflow::Error>(())
/// ```
pub trait Client {
    /// Performs all requests at once and gives one answer for each, in their order. Each has a
    /// timeout of its own, which counts from the moment of this call.
    ///
    /// Whatever goes wrong is a [`Failure`] in its answer: one call does not spoil another.
    fn call(&self, requests: &[Request]) -> Vec<Answer>;
}

/// A client that sends nothing: every call is blocked.
///
/// For flows without APIs, and to see what customers read on the day when nothing works.
///
/// # Examples
///
/// ```
/// use sayflow::{Block, Customer, Engine, Input, NoCalls, Program, Session, Source};
///
/// let flow = r#"
/// api stock: text {
///   get "https://api.shop.example/stock"
/// }
/// on start {
///   text "<<stock>>" else "Call us: +1 555 0100."
/// }
/// "#;
/// let engine = Engine::new(Program::load([Source::new("stock.flow", flow)])?);
/// let turn = engine.turn(&mut Session::new(), &mut Customer::new(7), &Input::start(), &NoCalls)?;
/// assert_eq!(turn.blocks, [Block::Text { text: "Call us: +1 555 0100.".to_owned() }]);
/// # Ok::<(), sayflow::Error>(())
/// ```
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

/// What came of one input. Its JSON form is one object with these keys.
///
/// # Examples
///
/// The changes alone go to the shop's records, instead of the whole customer. A turn that was repeated tells the changes
/// that it made then, which later turns may have changed again:
///
/// ```
/// use sayflow::{Customer, Engine, Input, NoCalls, Program, Session, Source, Value};
///
/// let flow = r#"
/// attribute city: text
/// attribute draft: text
/// on start {
///   set city = "Dhaka"
///   clear draft
///   text "We deliver in {{city}}. {{draft|}}"
/// }
/// "#;
/// let engine = Engine::new(Program::load([Source::new("city.flow", flow)])?);
/// let mut customer = Customer::new(7);
/// customer.set_attribute("draft", "To whom it may concern");
/// let turn = engine.turn(&mut Session::new(), &mut customer, &Input::start(), &NoCalls)?;
/// assert!(!turn.is_repeated);
/// assert_eq!(turn.attributes["city"], Some(Value::from("Dhaka")));
/// assert_eq!(turn.attributes["draft"], None);
/// # Ok::<(), sayflow::Error>(())
/// ```
///
/// A channel delivers a message twice, and the customer reads the same answer, not the next one:
///
/// ```
/// use sayflow::{Customer, Engine, Input, NoCalls, Program, Session, Source};
///
/// let flow = r#"
/// attribute name: text
/// attribute city: text
/// on start {
///   ask "Your name?" save name
///   ask "Your city?" save city
/// }
/// "#;
/// let engine = Engine::new(Program::load([Source::new("form.flow", flow)])?);
/// let (mut session, mut customer) = (Session::new(), Customer::new(7));
/// engine.turn(&mut session, &mut customer, &Input::start().with_id("m-1"), &NoCalls)?;
///
/// let answer = Input::text("Asha").with_id("m-2");
/// let first = engine.turn(&mut session, &mut customer, &answer, &NoCalls)?;
/// let again = engine.turn(&mut session, &mut customer, &answer, &NoCalls)?;
/// assert!(again.is_repeated && again.blocks == first.blocks);
/// assert_eq!(customer.attribute("city"), None);
/// # Ok::<(), sayflow::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Turn {
    /// What to show, in order.
    pub blocks: Vec<Block>,
    /// What to know and do, in order.
    pub events: Vec<Event>,
    /// The attributes and fields of the record that changed, under their keys; `None` for one that was
    /// cleared. `last_message_text` and `last_message_time` are not among them.
    pub attributes: IndexMap<String, Option<Value>>,
    /// What the conversation waits for now.
    pub wait: Wait,
    /// Whether the session has taken this very input before, by its id. Blocks and attributes are those of the first
    /// time, and so are the events that ask the host for something ([`Event::Action`], [`Event::Handover`],
    /// [`Event::BotDisabled`]), for the host may have died before it did anything; reports are not given twice. No
    /// call was made, and session and customer are as they were.
    #[serde(default, rename = "repeated", skip_serializing_if = "std::ops::Not::not")]
    pub is_repeated: bool,
}

/// Drives a turn to its end. Blocks are lent where there is somebody to lend them to.
pub(crate) fn run_turn(
    steps: &mut Steps<'_>,
    client: &dyn Client,
    mut show: Option<&mut dyn FnMut(&Block)>,
) -> Result<Turn, Error> {
    let mut turn = Turn::default();
    loop {
        match steps.advance()? {
            Effect::Calls(requests) => {
                let answers = steps.in_span(|| client.call(&requests));
                steps.answer(answers)?;
            }
            Effect::Block(block) => match &mut show {
                Some(show) => {
                    show(&block);
                    steps.take_back(block);
                }
                None => turn.blocks.push(block),
            },
            Effect::Event(event) => turn.events.push(event),
            Effect::Wait(wait) => {
                turn.wait = wait;
                turn.is_repeated = steps.is_repeated();
                turn.attributes = steps.take_attributes();
                return Ok(turn);
            }
        }
    }
}
