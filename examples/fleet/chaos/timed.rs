//! A store whose claims are timed: for the measurements.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sayflow::{Input, Timestamp};
use sayflow_store::{Changes, Claim, Delivery, Error, Received, Record, Refused, Saved, Store};

#[derive(Debug)]
pub(crate) struct Timed<S> {
    store: S,
    claims: Mutex<Vec<Duration>>,
    commits: Mutex<Vec<Duration>>,
}

/// How long something took, in the middle and at the slow end.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Percentiles {
    pub(crate) count: usize,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

impl<S> Timed<S> {
    pub(crate) fn new(store: S) -> Self {
        Self {
            store,
            claims: Mutex::default(),
            commits: Mutex::default(),
        }
    }

    /// Of the claims that found something to do.
    pub(crate) fn claims(&self) -> Percentiles {
        Percentiles::of(&self.claims)
    }

    pub(crate) fn commits(&self) -> Percentiles {
        Percentiles::of(&self.commits)
    }
}

impl Percentiles {
    fn of(times: &Mutex<Vec<Duration>>) -> Self {
        let mut times = times.lock().unwrap_or_else(PoisonError::into_inner).clone();
        times.sort_unstable();
        let at = |percent| {
            times
                .get(times.len() * percent / 100)
                .copied()
                .unwrap_or_default()
        };
        Self {
            count: times.len(),
            p50: at(50),
            p99: at(99),
        }
    }
}

fn note(times: &Mutex<Vec<Duration>>, since: Instant) {
    let mut times = times.lock().unwrap_or_else(PoisonError::into_inner);
    times.push(since.elapsed());
}

impl<S: Store> Store for Timed<S> {
    fn is_waiting(&self, conversation: &str, id: &str) -> Result<bool, Error> {
        self.store.is_waiting(conversation, id)
    }

    fn claim(&self, conversation: Option<&str>, lease: Duration) -> Result<Option<Claim>, Error> {
        let since = Instant::now();
        let claim = self.store.claim(conversation, lease)?;
        if claim.is_some() {
            note(&self.claims, since);
        }
        Ok(claim)
    }

    fn commit(&self, claim: &Claim, changes: &Changes) -> Result<Saved, Error> {
        let since = Instant::now();
        let saved = self.store.commit(claim, changes)?;
        note(&self.commits, since);
        Ok(saved)
    }

    fn now(&self) -> Result<Timestamp, Error> {
        self.store.now()
    }

    fn load(&self, conversation: &str) -> Result<Option<Record>, Error> {
        self.store.load(conversation)
    }

    fn save(&self, conversation: &str, record: &Record) -> Result<Saved, Error> {
        self.store.save(conversation, record)
    }

    fn receive(&self, conversation: &str, input: &Input) -> Result<Received, Error> {
        self.store.receive(conversation, input)
    }

    fn refuse(&self, claim: &Claim, reason: &str) -> Result<Saved, Error> {
        self.store.refuse(claim, reason)
    }

    fn uncount(&self, claim: &Claim) -> Result<(), Error> {
        self.store.uncount(claim)
    }

    fn refused(&self, at_most: usize) -> Result<Vec<Refused>, Error> {
        self.store.refused(at_most)
    }

    fn deliveries(&self, conversation: Option<&str>, lease: Duration) -> Result<Vec<Delivery>, Error> {
        self.store.deliveries(conversation, lease)
    }

    fn delivered(&self, key: &str) -> Result<(), Error> {
        self.store.delivered(key)
    }

    fn forget(&self, conversation: &str) -> Result<(), Error> {
        self.store.forget(conversation)
    }

    fn prune(&self, older_than: Duration) -> Result<u64, Error> {
        self.store.prune(older_than)
    }
}
