//! The store that is gone with its process.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use sayflow::{Input, Timestamp};

use crate::error::Error;
use crate::json;
use crate::name::{check_conversation, check_input, check_wanted, conversation_of, input_id, row_key};
use crate::record::{Changes, Claim, Delivery, Received, Record, Refused, Saved};
use crate::store::{DELIVERIES_AT_ONCE, Store, lease_of};

/// A store in memory: for tests, for trying things out, and for hosts whose conversations may end with the process.
///
/// It keeps every promise of a store but the one about a process that dies. Claiming looks at every
/// conversation, so it is meant for thousands, not for millions.
///
/// # Examples
///
/// A test in which time passes without waiting:
///
/// ```
/// use std::time::Duration;
/// use sayflow::Input;
/// use sayflow_store::{Memory, Store};
///
/// let store = Memory::at("2026-11-20T10:00:00Z".parse()?);
/// store.receive("whatsapp:8801", &Input::text("Hi"))?;
/// let lease = Duration::from_secs(60);
/// let claim = store.claim(None, lease)?.ok_or("an input waits")?;
/// assert_eq!(claim.input.now, "2026-11-20T10:00:00Z".parse()?);
///
/// // The worker died: nobody else is given the conversation before the lease ends.
/// assert_eq!(store.claim(None, lease)?, None);
/// store.pass(lease);
/// assert_eq!(store.claim(None, lease)?.ok_or("it still waits")?.attempt, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Memory {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// A clock that stands; `None` for that of the system.
    clock: Option<Timestamp>,
    conversations: BTreeMap<String, Conversation>,
    refused: Vec<Refused>,
    /// The number of the last input.
    entries: u64,
    /// The number of the last row.
    rows: u64,
}

#[derive(Debug, Default)]
struct Conversation {
    record: Option<Record>,
    /// How often the record was written or forgotten: the version of the last one.
    versions: u64,
    /// The number of the last claim.
    fence: u64,
    leased_until: Option<Timestamp>,
    /// Claims since the last commit or save.
    attempts: u32,
    ring: Option<Timestamp>,
    inbox: VecDeque<Entry>,
    /// The ids of inputs, with the moment when they were handled.
    ids: HashMap<String, Option<Timestamp>>,
    outbox: Vec<Row>,
}

#[derive(Debug)]
struct Entry {
    number: u64,
    /// With the id and the moment that it has from the store.
    input: Input,
}

#[derive(Debug)]
struct Row {
    /// In the order in which the rows of all conversations were written.
    number: u64,
    delivery: Delivery,
    leased_until: Option<Timestamp>,
    delivered_at: Option<Timestamp>,
}

impl Memory {
    /// An empty store on the system's clock.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty store whose clock stands at this moment until it is told that time [passes](Self::pass).
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        let store = Self::new();
        store.state().clock = Some(now);
        store
    }

    /// Lets time pass on a clock that stands; that of the system goes by itself.
    pub fn pass(&self, time: Duration) {
        let mut state = self.state();
        state.clock = state.clock.map(|now| now + time);
    }

    /// A thread that panicked did so between two calls: no call panics with the state half written.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn now(&self) -> Timestamp {
        self.clock.unwrap_or_else(|| SystemTime::now().into())
    }

    /// The conversation that has been ready for longest.
    fn readiest(&self, now: Timestamp) -> Option<String> {
        let ready = self.conversations.iter().filter_map(|(name, conversation)| {
            let since = conversation.ready_since(now)?;
            Some((since, name))
        });
        ready.min().map(|(_, name)| name.clone())
    }

    /// The conversation with the oldest row that nobody is delivering.
    fn slowest(&self, now: Timestamp) -> Option<String> {
        let waiting = self.conversations.iter().filter_map(|(name, conversation)| {
            let row = conversation.first_to_deliver(now)?;
            Some((row.number, name))
        });
        waiting.min().map(|(_, name)| name.clone())
    }

    /// How much there is of what is pruned some day. A refused input counts once, with its id where it has one.
    fn prunable(&self) -> usize {
        let has_id = |refused: &&Refused| {
            let id = refused.input.as_ref().and_then(|input| input.id.as_ref());
            let stored = self.conversations.get(&refused.conversation);
            stored
                .zip(id)
                .is_some_and(|(stored, id)| stored.ids.contains_key(id))
        };
        let nameless = self.refused.iter().filter(|refused| !has_id(refused)).count();
        let stored = self.conversations.values();
        nameless
            + stored
                .map(|stored| stored.ids.len() + stored.outbox.len())
                .sum::<usize>()
    }

    /// The conversation of a claim; `None` where it was claimed again or saved since.
    fn claimed(&mut self, claim: &Claim) -> Option<&mut Conversation> {
        let stored = self.conversations.get_mut(&claim.conversation)?;
        if !stored.is_held(claim) {
            return None;
        }
        let begun = claim.record.as_ref().map_or(0, |record| record.version);
        if stored.version() != begun {
            stored.end_claim();
            return None;
        }
        Some(stored)
    }
}

impl Conversation {
    /// The version of the record; 0 where there is none.
    fn version(&self) -> u64 {
        self.record.as_ref().map_or(0, |record| record.version)
    }

    fn next_version(&mut self) -> u64 {
        self.versions += 1;
        self.versions
    }

    /// Since when it can be claimed; `None` where it cannot.
    fn ready_since(&self, now: Timestamp) -> Option<Timestamp> {
        let arrived = self.inbox.front().map(|entry| entry.input.now);
        let ready = arrived.into_iter().chain(self.ring).min()?;
        let since = self.leased_until.map_or(ready, |until| until.max(ready));
        (since <= now).then_some(since)
    }

    /// What is to be done, whichever came first: its number in the inbox, none for the timer.
    fn work(&self, now: Timestamp) -> Option<(Option<u64>, Input)> {
        let entry = self.inbox.front();
        let rings_first = |ring: &Timestamp| entry.is_none_or(|entry| *ring <= entry.input.now);
        match (self.ring.filter(rings_first), &self.record) {
            (Some(ring), Some(record)) if ring <= now => Some((None, record.timer(now))),
            _ => entry.map(|entry| (Some(entry.number), entry.input.clone())),
        }
    }

    /// Ends a claim whose lease is over and of whose work nothing is left: the host saved another session.
    fn rest(&mut self, now: Timestamp) {
        if self.leased_until.is_some_and(|until| until <= now) && self.work(now).is_none() {
            self.end_claim();
        }
    }

    /// Whether it was claimed last by this one, which has not ended.
    fn is_held(&self, claim: &Claim) -> bool {
        self.fence == claim.fence && self.leased_until.is_some()
    }

    fn end_claim(&mut self) {
        self.attempts = 0;
        self.leased_until = None;
    }

    /// Takes the input of a claim from the inbox, and remembers its id.
    fn handle(&mut self, claim: &Claim, now: Timestamp) {
        self.inbox.retain(|entry| Some(entry.number) != claim.entry);
        if let Some(handled_at) = claim.input.id.as_ref().and_then(|id| self.ids.get_mut(id)) {
            *handled_at = Some(now);
        }
        self.end_claim();
    }

    /// The oldest row, unless somebody is delivering.
    fn first_to_deliver(&self, now: Timestamp) -> Option<&Row> {
        let mut waiting = self.outbox.iter().filter(|row| row.delivered_at.is_none());
        let is_leased = |row: &Row| row.leased_until.is_some_and(|until| until > now);
        let first = waiting.next()?;
        (!is_leased(first) && !waiting.any(is_leased)).then_some(first)
    }
}

impl Store for Memory {
    fn now(&self) -> Result<Timestamp, Error> {
        Ok(self.state().now())
    }

    fn load(&self, conversation: &str) -> Result<Option<Record>, Error> {
        check_conversation(conversation)?;
        let state = self.state();
        let found = state.conversations.get(conversation);
        Ok(found.and_then(|conversation| conversation.record.clone()))
    }

    fn save(&self, conversation: &str, record: &Record) -> Result<Saved, Error> {
        check_conversation(conversation)?;
        json::write_record(conversation, record)?;
        let mut state = self.state();
        let stored = state.conversations.get(conversation);
        if stored.map_or(0, Conversation::version) != record.version {
            return Ok(Saved::Conflict);
        }
        let stored = state.conversations.entry(conversation.to_owned()).or_default();
        let version = stored.next_version();
        if !record.keeps_timer_of(stored.record.as_ref()) {
            stored.ring = record.session.wait().due;
        }
        stored.attempts = 0;
        stored.record = Some(Record {
            version,
            ..record.clone()
        });
        Ok(Saved::Version(version))
    }

    fn receive(&self, conversation: &str, input: &Input) -> Result<Received, Error> {
        check_conversation(conversation)?;
        check_input(input)?;
        json::write("input", conversation, input)?;
        let mut state = self.state();
        let (now, number) = (state.now(), state.entries + 1);
        let stored = state.conversations.entry(conversation.to_owned()).or_default();
        if let Some(id) = &input.id {
            if stored.ids.contains_key(id) {
                return Ok(Received::Repeated);
            }
            stored.ids.insert(id.clone(), None);
        }
        let id = input.id.clone().unwrap_or_else(|| input_id(number, now));
        let input = input.clone().with_id(id).at(now);
        stored.inbox.push_back(Entry { number, input });
        state.entries = number;
        Ok(Received::New)
    }

    fn is_waiting(&self, conversation: &str, id: &str) -> Result<bool, Error> {
        check_conversation(conversation)?;
        let state = self.state();
        let stored = state.conversations.get(conversation);
        Ok(stored.is_some_and(|stored| stored.ids.get(id) == Some(&None)))
    }

    fn claim(&self, conversation: Option<&str>, lease: Duration) -> Result<Option<Claim>, Error> {
        check_wanted(conversation)?;
        let mut state = self.state();
        let now = state.now();
        for (name, stored) in &mut state.conversations {
            if conversation.is_none_or(|wanted| wanted == name) {
                stored.rest(now);
            }
        }
        let name = match conversation {
            Some(name) => Some(name.to_owned()),
            None => state.readiest(now),
        };
        let found = name.and_then(|name| Some((state.conversations.get_mut(&name)?, name)));
        let Some((stored, name)) = found.filter(|(stored, _)| stored.ready_since(now).is_some()) else {
            return Ok(None);
        };
        let Some((entry, input)) = stored.work(now) else {
            return Ok(None);
        };
        stored.fence += 1;
        stored.attempts += 1;
        stored.leased_until = Some(now + lease_of(&name, stored.attempts, lease));
        Ok(Some(Claim {
            conversation: name,
            fence: stored.fence,
            record: stored.record.clone(),
            input,
            entry,
            ring: stored.ring,
            attempt: stored.attempts,
            now,
        }))
    }

    fn commit(&self, claim: &Claim, changes: &Changes) -> Result<Saved, Error> {
        json::write_changes(&claim.conversation, changes)?;
        let mut state = self.state();
        let now = state.now();
        let mut last_row = state.rows;
        let Some(stored) = state.claimed(claim) else {
            return Ok(Saved::Conflict);
        };
        let version = stored.next_version();
        stored.handle(claim, now);
        stored.ring = changes.ring;
        stored.record = Some(Record {
            version,
            session: changes.session.clone(),
            customer: changes.customer.clone(),
        });
        for (place, outgoing) in changes.outbox.iter().enumerate() {
            last_row += 1;
            stored.outbox.push(Row {
                number: last_row,
                delivery: Delivery {
                    key: row_key(&claim.conversation, version, place),
                    conversation: claim.conversation.clone(),
                    outgoing: outgoing.clone(),
                },
                leased_until: None,
                delivered_at: None,
            });
        }
        state.rows = last_row;
        Ok(Saved::Version(version))
    }

    fn refuse(&self, claim: &Claim, reason: &str) -> Result<Saved, Error> {
        let mut state = self.state();
        let now = state.now();
        let Some(stored) = state.claimed(claim) else {
            return Ok(Saved::Conflict);
        };
        stored.handle(claim, now);
        if claim.entry.is_none() {
            stored.ring = None;
        }
        let version = stored.version();
        state.refused.push(Refused {
            conversation: claim.conversation.clone(),
            input: Some(claim.input.clone()),
            reason: reason.to_owned(),
            at: now,
        });
        Ok(Saved::Version(version))
    }

    fn uncount(&self, claim: &Claim) -> Result<(), Error> {
        let mut state = self.state();
        let stored = state.conversations.get_mut(&claim.conversation);
        if let Some(stored) = stored.filter(|stored| stored.is_held(claim)) {
            stored.attempts = stored.attempts.min(claim.attempt.saturating_sub(1));
        }
        Ok(())
    }

    fn refused(&self, at_most: usize) -> Result<Vec<Refused>, Error> {
        let state = self.state();
        Ok(state.refused.iter().rev().take(at_most).cloned().collect())
    }

    fn deliveries(&self, conversation: Option<&str>, lease: Duration) -> Result<Vec<Delivery>, Error> {
        check_wanted(conversation)?;
        let mut state = self.state();
        let now = state.now();
        let name = match conversation {
            Some(name) => Some(name.to_owned()),
            None => state.slowest(now),
        };
        let found = name.and_then(|name| state.conversations.get_mut(&name));
        let Some(stored) = found.filter(|stored| stored.first_to_deliver(now).is_some()) else {
            return Ok(Vec::new());
        };
        let waiting = stored.outbox.iter_mut().filter(|row| row.delivered_at.is_none());
        let taken = waiting.take(DELIVERIES_AT_ONCE).map(|row| {
            row.leased_until = (!lease.is_zero()).then(|| now + lease);
            row.delivery.clone()
        });
        Ok(taken.collect())
    }

    fn delivered(&self, key: &str) -> Result<(), Error> {
        let mut state = self.state();
        let now = state.now();
        let stored = conversation_of(key).and_then(|name| state.conversations.get_mut(name));
        let row = stored.and_then(|stored| stored.outbox.iter_mut().find(|row| row.delivery.key == key));
        if let Some(row) = row {
            row.delivered_at.get_or_insert(now);
        }
        Ok(())
    }

    fn forget(&self, conversation: &str) -> Result<(), Error> {
        check_conversation(conversation)?;
        let mut state = self.state();
        state
            .refused
            .retain(|refused| refused.conversation != conversation);
        if let Some(stored) = state.conversations.get_mut(conversation) {
            *stored = Conversation {
                versions: stored.versions + 1,
                fence: stored.fence + 1,
                ..Conversation::default()
            };
        }
        Ok(())
    }

    fn prune(&self, older_than: Duration) -> Result<u64, Error> {
        let mut state = self.state();
        let now = state.now();
        let stays = |moment: Timestamp| moment + older_than >= now;
        let before = state.prunable();
        state.refused.retain(|refused| stays(refused.at));
        for stored in state.conversations.values_mut() {
            stored.ids.retain(|_, handled_at| handled_at.is_none_or(stays));
            stored.outbox.retain(|row| row.delivered_at.is_none_or(stays));
        }
        Ok(u64::try_from(before - state.prunable()).unwrap_or(u64::MAX))
    }
}
