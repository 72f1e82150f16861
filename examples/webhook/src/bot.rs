//! What an update is answered: a turn, or what was said before.

use std::collections::HashSet;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sayflow::channel::Channel;
use sayflow::{Block, Customer, Engine, HttpClient, Input, NoCalls};
use sayflow_store::{Did, Error, Outgoing, Received, Sqlite, Store, Worker};
use serde::Deserialize;

/// One process has the file, and one request at a time a conversation: nobody has to be kept away, and what a process
/// that died has begun is begun again at once. Where several share a store, a lease is longer than a turn.
const LEASE: Duration = Duration::ZERO;

pub(crate) struct Bot {
    pub(crate) engine: Engine,
    pub(crate) store: Sqlite,
    pub(crate) client: HttpClient,
    /// Whose conversations a request is at.
    pub(crate) busy: Mutex<HashSet<i64>>,
}

/// A customer, as the channel has one.
#[derive(Deserialize)]
pub(crate) struct Person {
    id: i64,
    first_name: String,
}

impl Bot {
    /// The answer to an input; `None` while another request is at the conversation.
    pub(crate) fn answer(&self, person: &Person, input: &Input) -> Result<Option<Vec<Block>>, Error> {
        let conversation = format!("telegram:{}", person.id);
        let newcomer = |_: &str| {
            let mut customer = Customer::new(person.id);
            customer.first_name.clone_from(&person.first_name);
            customer
        };
        let received = self.store.receive(&conversation, input)?;
        let Some(_alone) = Alone::with(&self.busy, person.id) else {
            return Ok(None);
        };
        let mut own = match received {
            Received::New => None,
            Received::Repeated => self.said_before(&conversation, input)?,
        };
        // What came before goes first; what came after is answered when it is delivered again.
        let worker = Worker::new(&self.store, &self.engine, &self.client, &newcomer).with_lease(LEASE);
        while own.is_none() {
            match worker.work_on(&conversation)? {
                Did::Turn {
                    input: done, turn, ..
                } if done.id == input.id => own = Some(turn.blocks),
                Did::Refused { input: done, .. } if done.id == input.id => own = Some(Vec::new()),
                Did::Nothing if received == Received::Repeated => break,
                Did::Nothing => return Ok(None),
                _ => {}
            }
        }
        let is_forgotten = own.is_none();
        let mut answer = own.unwrap_or_default();
        for row in self.store.deliveries(Some(&conversation), LEASE)? {
            match row.outgoing {
                // The answer to an input so long ago that the session has forgotten it is in here, or was given.
                Outgoing::Block(block) if is_forgotten => answer.push(block),
                // An answer that waits for its own update.
                Outgoing::Block(block) if !answer.contains(&block) => continue,
                Outgoing::Block(_) => {}
                // What cannot be told now is told with the next answer.
                event if writeln!(io::stdout(), "{conversation}: {event:?}").is_err() => continue,
                _ => {}
            }
            self.store.delivered(&row.key)?;
        }
        Ok(Some(Channel::Telegram.degrade(answer).0))
    }

    /// What a session gave to one of its last inputs.
    fn said_before(&self, conversation: &str, input: &Input) -> Result<Option<Vec<Block>>, Error> {
        let Some(mut record) = self.store.load(conversation)? else {
            return Ok(None);
        };
        let (session, customer) = (&mut record.session, &mut record.customer);
        let turn = self.engine.turn(session, customer, input, &NoCalls);
        Ok(turn.ok().filter(|turn| turn.is_repeated).map(|turn| turn.blocks))
    }
}

/// The one request that is at a customer's conversation.
struct Alone<'b> {
    busy: &'b Mutex<HashSet<i64>>,
    person: i64,
}

impl<'b> Alone<'b> {
    fn with(busy: &'b Mutex<HashSet<i64>>, person: i64) -> Option<Self> {
        let is_first = busy.lock().unwrap_or_else(PoisonError::into_inner).insert(person);
        is_first.then(|| Self { busy, person })
    }
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.remove(&self.person);
    }
}
