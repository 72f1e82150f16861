//! What an update is answered: a turn, or what was said before.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sayflow::channel::Channel;
use sayflow::{Block, Customer, Engine, HttpClient, Input, NoCalls};
use sayflow_store::{Did, Error, Received, Sqlite, Store, Worker};

use crate::update::Person;

/// One process has the file, which its lock sees to, and one request at a time a conversation: nobody has to be kept
/// away, and what a process that died has begun is begun again at once. Where several share a store, a lease is longer
/// than a turn.
pub(crate) const LEASE: Duration = Duration::ZERO;

pub(crate) struct Bot {
    pub(crate) engine: Engine,
    pub(crate) store: Sqlite,
    pub(crate) client: HttpClient,
    /// Whose conversations a request is at.
    pub(crate) busy: Arc<Mutex<HashSet<i64>>>,
}

/// A turn that is over and not answered yet. Nobody else is at the conversation meanwhile.
pub(crate) struct Over {
    conversation: String,
    blocks: Vec<Block>,
    _alone: Alone,
}

impl Bot {
    /// Has the turn of an input, which may take its time; `None` while another request is at the conversation.
    pub(crate) fn turn(&self, person: &Person, input: &Input) -> Result<Option<Over>, Error> {
        let conversation = format!("telegram:{}", person.id);
        let newcomer = |_: &str| {
            let mut customer = Customer::new(person.id);
            customer.first_name.clone_from(&person.first_name);
            customer
        };
        let received = self.store.receive(&conversation, input)?;
        let Some(alone) = Alone::with(&self.busy, person.id) else {
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
                // Its turn cannot be now, as behind a clock that went back: it comes again.
                Did::Nothing if self.is_waiting(&conversation, input)? => return Ok(None),
                // It was refused, or so long ago that the session has forgotten it.
                Did::Nothing => own = Some(Vec::new()),
                _ => {}
            }
        }
        // Whether anybody still waits for the answer is all the same to whoever hands over.
        self.tell(&conversation)?;
        Ok(Some(Over {
            conversation,
            blocks: own.unwrap_or_default(),
            _alone: alone,
        }))
    }

    /// The answer, marked as delivered: for somebody who still waits for it.
    pub(crate) fn answer(&self, over: Over) -> Result<Vec<Block>, Error> {
        let mut answer = self.give(&over.conversation, &over.blocks)?;
        answer.extend(over.blocks);
        Ok(Channel::Telegram.degrade(answer).0)
    }

    fn is_waiting(&self, conversation: &str, input: &Input) -> Result<bool, Error> {
        let id = input.id.as_deref().unwrap_or_default();
        self.store.is_waiting(conversation, id)
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
struct Alone {
    busy: Arc<Mutex<HashSet<i64>>>,
    person: i64,
}

impl Alone {
    fn with(busy: &Arc<Mutex<HashSet<i64>>>, person: i64) -> Option<Self> {
        let is_first = busy.lock().unwrap_or_else(PoisonError::into_inner).insert(person);
        let busy = Arc::clone(busy);
        is_first.then(|| Self { busy, person })
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.remove(&self.person);
    }
}
