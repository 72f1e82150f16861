//! What goes into a store and comes out of it: plain data.

use std::time::Duration;

use sayflow::{Block, Customer, Event, Input, InputKind, Session, Timestamp, Turn};
use serde::{Deserialize, Serialize};

/// A conversation as it is stored: the session, its customer, and how often they were written.
///
/// # Examples
///
/// ```
/// use sayflow::{Customer, Session};
/// use sayflow_store::Record;
///
/// let record = Record::new(Customer::new(7));
/// assert_eq!((record.version, record.session), (0, Session::new()));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// One more with each write; 0 for a conversation that was never written.
    pub version: u64,
    /// The place in the flow.
    pub session: Session,
    /// Who it is.
    pub customer: Customer,
}

impl Record {
    /// A conversation that has not begun.
    #[must_use]
    pub fn new(customer: Customer) -> Self {
        Self {
            version: 0,
            session: Session::new(),
            customer,
        }
    }

    /// The input of a timer that rings: the silence that the session waits for, at this moment of the store's clock.
    #[must_use]
    pub fn timer(&self, now: Timestamp) -> Input {
        let due = self.session.wait().due;
        let id = due.map_or_else(|| "no-reply".to_owned(), |due| format!("no-reply {due}"));
        let input = due.map_or_else(Input::no_reply, Input::no_reply_until);
        input.at(now).with_id(id)
    }

    /// Whether this record, saved over the stored one, leaves the timer of that as it is: it waits for the same moment.
    pub(crate) fn keeps_timer_of(&self, stored: Option<&Self>) -> bool {
        stored.is_some_and(|stored| {
            stored.version == self.version && stored.session.wait().due == self.session.wait().due
        })
    }
}

/// Whether a write took place.
///
/// # Examples
///
/// A name in the customer's profile has changed. Whoever was in the way has written: load and try again.
///
/// ```
/// use sayflow::Customer;
/// use sayflow_store::{Memory, Record, Saved, Store};
///
/// let store = Memory::new();
/// loop {
///     let record = store.load("telegram:7")?;
///     let mut record = record.unwrap_or_else(|| Record::new(Customer::new(7)));
///     record.customer.first_name = "Asha".to_owned();
///     if store.save("telegram:7", &record)? != Saved::Conflict {
///         break;
///     }
/// }
/// # Ok::<(), sayflow_store::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a conflict means that nothing was written"]
pub enum Saved {
    /// Everything was written; the record has this version now.
    Version(u64),
    /// Nothing was written: somebody else wrote first, or claimed the conversation since. Load again.
    Conflict,
}

/// What became of an input that was received.
///
/// # Examples
///
/// ```
/// use sayflow::Input;
/// use sayflow_store::{Memory, Received, Store};
///
/// let store = Memory::new();
/// let input = Input::text("Hello").with_id("m-1");
/// assert_eq!(store.receive("telegram:7", &input)?, Received::New);
/// assert_eq!(store.receive("telegram:7", &input)?, Received::Repeated);
/// // The id of a message is known in its conversation only.
/// assert_eq!(store.receive("telegram:8", &input)?, Received::New);
/// # Ok::<(), sayflow_store::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// It waits for its turn.
    New,
    /// The conversation has had an input of this id: nothing was changed.
    Repeated,
}

/// A conversation that has something to do, handed to one worker until its lease ends.
///
/// [`Worker`](crate::Worker) takes and commits claims by itself; [`changes`](Self::changes) shows a host that does.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// The conversation.
    pub conversation: String,
    /// What distinguishes this claim from every other of the conversation: larger than all before.
    pub fence: u64,
    /// The conversation as it is stored; `None` before its first turn.
    pub record: Option<Record>,
    /// What is to be done. It carries the moment of its arrival and always an id: where the channel gave none,
    /// one of the store, the same at each attempt. For a timer it is
    /// [`InputKind::NoReply`](sayflow::InputKind::NoReply) with the moment that the session waits for.
    pub input: Input,
    /// The store's number of the input; `None` for a timer.
    pub entry: Option<u64>,
    /// When the timer rings that is set, or when the one rang that this is; `None` where none is set.
    pub ring: Option<Timestamp>,
    /// How often this input was claimed since the conversation was last saved, this time included: above 1 after a worker
    /// that did not come back, or came after its lease had ended.
    pub attempt: u32,
    /// The store's clock when it was claimed.
    pub now: Timestamp,
}

impl Claim {
    /// What a turn changes, for [`Store::commit`](crate::Store::commit).
    ///
    /// Blocks go into the outbox, and behind them the events that ask the host to do something: actions and
    /// handovers, and the input itself where it was [left alone](Outgoing::LeftAlone). A turn that is only [repeated](Turn::is_repeated) has none: they are in the outbox since the
    /// first time. `now` is the [store's clock](crate::Store::now) when the turn is over: the timer rings as much later
    /// than the session's own moment as the input waited and its turn took, so that the customer is given the whole time
    /// from when the question goes out. A turn that leaves the session waiting as before, because a person has the customer or
    /// because it is repeated, leaves the timer as it was set. One that has rung does not ring again, whatever its turn left in
    /// the session.
    ///
    /// # Examples
    ///
    /// A host that drives the turn itself, with a client or a runtime of its own:
    ///
    /// ```
    /// use std::time::Duration;
    /// use sayflow::{Customer, Engine, Input, NoCalls, Program, Source};
    /// use sayflow_store::{Memory, Record, Saved, Store};
    ///
    /// let source = Source::new("hi.flow", "on start {\n  text \"Hi!\"\n}\n");
    /// let engine = Engine::new(Program::load([source])?);
    /// let store = Memory::new();
    /// store.receive("telegram:7", &Input::start())?;
    ///
    /// let claim = store.claim(None, Duration::from_secs(60))?.ok_or("an input waits")?;
    /// let Record { mut session, mut customer, .. } =
    ///     claim.record.clone().unwrap_or_else(|| Record::new(Customer::new(7)));
    /// let turn = engine.turn(&mut session, &mut customer, &claim.input, &NoCalls)?;
    /// let changes = claim.changes(session, customer, &turn, store.now()?);
    /// let saved = store.commit(&claim, &changes)?;
    /// assert_eq!(saved, Saved::Version(1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn changes(&self, session: Session, customer: Customer, turn: &Turn, now: Timestamp) -> Changes {
        let mut outbox = Vec::new();
        if !turn.is_repeated {
            outbox.extend(turn.blocks.iter().cloned().map(Outgoing::Block));
            outbox.extend(turn.events.iter().filter_map(|event| self.to_do(event)));
        }
        Changes {
            ring: self.rings_at(&session, now),
            session,
            customer,
            outbox,
        }
    }

    /// What an event asks the host for; the others are for the log.
    fn to_do(&self, event: &Event) -> Option<Outgoing> {
        match event {
            Event::Action { .. } | Event::Handover { .. } => Some(Outgoing::Event(event.clone())),
            // A silence is nothing that a person could answer.
            Event::BotDisabled if !matches!(self.input.kind, InputKind::NoReply(_)) => {
                Some(Outgoing::LeftAlone(self.input.clone()))
            }
            _ => None,
        }
    }

    /// When the timer of this session rings. Where the turn has asked nothing anew, as it was set before; none where it
    /// is the one that rang for this turn.
    fn rings_at(&self, session: &Session, now: Timestamp) -> Option<Timestamp> {
        let wait = session.wait();
        let due = wait.due?;
        match &self.record {
            Some(before) if before.session.wait() == wait => self.ring.filter(|_| self.entry.is_some()),
            _ => Some(due + self.passed(now)),
        }
    }

    /// How long the input waited for its turn, and the turn took.
    fn passed(&self, now: Timestamp) -> Duration {
        let microseconds = now.as_microseconds() - self.input.now.as_microseconds();
        Duration::from_micros(u64::try_from(microseconds).unwrap_or(0))
    }
}

/// Everything that one turn changes. A store writes all of it, or nothing.
///
/// [`Claim::changes`] makes them of a turn.
#[derive(Clone, Debug, PartialEq)]
pub struct Changes {
    /// The session after the turn.
    pub session: Session,
    /// The customer after the turn.
    pub customer: Customer,
    /// What is to be delivered, in order.
    pub outbox: Vec<Outgoing>,
    /// When the conversation is claimed again if no input comes before; `None` for never. It replaces the
    /// timer that was set.
    pub ring: Option<Timestamp>,
}

/// One thing that a turn hands to the host.
///
/// # Examples
///
/// ```
/// use sayflow::Block;
/// use sayflow_store::Outgoing;
///
/// let outgoing = Outgoing::Block(Block::Text { text: "Hi!".to_owned() });
/// assert_eq!(serde_json::to_string(&outgoing)?, r#"{"block":{"type":"text","text":"Hi!"}}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outgoing {
    /// Something to show.
    Block(Block),
    /// Something to do.
    Event(Event),
    /// What the customer sent while a person has the conversation ([`Event::BotDisabled`]): to be handed on to
    /// that person.
    LeftAlone(Input),
}

/// A row of the outbox, to be delivered.
///
/// # Examples
///
/// Whoever sends for a channel that knows messages by a key of the sender:
///
/// ```
/// use sayflow_store::{Outgoing, Store, Worker};
///
/// fn send(store: &dyn Store) -> Result<usize, sayflow_store::Error> {
///     let rows = store.deliveries(None, Worker::LEASE)?;
///     for row in &rows {
///         match &row.outgoing {
///             Outgoing::Block(block) => println!("POST /messages {} {block:?}", row.key),
///             Outgoing::Event(event) => println!("POST /tickets {} {event:?}", row.key),
///             Outgoing::LeftAlone(input) => println!("POST /desk {} {input:?}", row.key),
///         }
///         // A row that was sent and not marked is handed out again when the lease ends.
///         store.delivered(&row.key)?;
///     }
///     Ok(rows.len())
/// }
/// # assert_eq!(send(&sayflow_store::Memory::new())?, 0);
/// # Ok::<(), sayflow_store::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// Names the row for good, in this store and beyond: `conversation/version/place`. A channel or a receiver
    /// that remembers it does nothing twice.
    pub key: String,
    /// The conversation.
    pub conversation: String,
    /// What is to be delivered.
    pub outgoing: Outgoing,
}

/// An input that the engine would not take, or whose turn was begun too often, kept for a person to look at.
///
/// # Examples
///
/// ```
/// use sayflow::{Customer, Engine, Input, NoCalls, Program, Source};
/// use sayflow_store::{Memory, Store, Worker};
///
/// let source = Source::new("hi.flow", "on start {\n  text \"Hi!\"\n}\n");
/// let engine = Engine::new(Program::load([source])?);
/// let store = Memory::new();
/// store.receive("telegram:7", &Input::start_at("sale"))?;
/// let newcomer = |_: &str| Customer::new(7);
/// Worker::new(&store, &engine, &NoCalls, &newcomer).work()?;
///
/// let refused = store.refused(10)?;
/// assert_eq!(refused[0].reason, "the flow has no sequence `sale`");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// The conversation.
    pub conversation: String,
    /// The input, with the moment of its arrival; `None` where it cannot be read: it is damaged, or a newer
    /// version wrote it.
    pub input: Option<Input>,
    /// Why, in the words of the engine or of the worker.
    pub reason: String,
    /// When it was refused.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use sayflow::{Engine, NoCalls, Program, Source};

    use super::*;

    #[test]
    fn a_timer_is_set_by_a_turn_that_asks_and_by_no_other() {
        let flow = "attribute a: text\non start {\n  ask \"Well?\" save a {\n    no reply 10m {\n      text \"?\"\n    }\n  }\n}\n";
        let engine = Engine::new(Program::load([Source::new("a.flow", flow)]).unwrap());
        let mut record = Record::new(Customer::new(7));
        let (session, customer) = (&mut record.session, &mut record.customer);
        let turn = engine.turn(session, customer, &Input::start(), &NoCalls).unwrap();
        let due = record.session.wait().due.unwrap();
        // The question went out an hour late.
        let set = due + Duration::from_secs(3_600);
        let of_timer = Claim {
            conversation: "a".to_owned(),
            fence: 1,
            input: record.timer(set),
            record: Some(record.clone()),
            entry: None,
            ring: Some(set),
            attempt: 1,
            now: set,
        };
        let of_input = Claim {
            entry: Some(1),
            input: Input::text("Hi").at(due),
            ..of_timer.clone()
        };
        let of_refused_timer = Claim {
            ring: None,
            ..of_input.clone()
        };
        let of_first_input = Claim {
            record: None,
            ..of_input.clone()
        };
        let ring = |claim: Claim| {
            let Record {
                session, customer, ..
            } = record.clone();
            claim
                .changes(session, customer, &turn, due + Duration::from_secs(5))
                .ring
        };
        // As an engine leaves the session that has nothing to say to a silence, or to a customer whom a person has.
        assert_eq!((ring(of_timer), ring(of_input)), (None, Some(set)));
        assert_eq!(ring(of_refused_timer), None);
        assert_eq!(ring(of_first_input), Some(due + Duration::from_secs(5)));
    }
}
