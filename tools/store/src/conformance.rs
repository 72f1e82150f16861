//! Whether a store keeps its promises: the checks behind the words of [`Store`].
//!
//! A store of the host's own runs them in its tests. Each check gets an empty store, and says what it did and
//! what came of it where a promise is broken.
//!
//! # Examples
//!
//! ```
//! use sayflow_store::{Memory, conformance};
//!
//! conformance::run(Memory::new)?;
//! # Ok::<(), conformance::BrokenPromises>(())
//! ```

mod claims;
mod forgetting;
mod inbox;
mod outbox;
mod records;
mod scene;
mod threads;
mod timers;

use std::fmt;

use crate::store::Store;
use scene::{Broken, Scene};

/// A check: what is promised, and how that is found out.
type Check = (&'static str, fn(&Scene<'_>) -> Result<(), Broken>);

/// Runs every check, each with a store that this function makes: empty, and on a clock that goes.
///
/// It takes a second or two, most of it spent waiting for leases and timers of a few milliseconds.
///
/// # Errors
///
/// Every promise that the store does not keep, with what was seen.
///
/// # Examples
///
/// A store that writes the session first, and means to write the outbox later:
///
/// ```
/// # use std::time::Duration;
/// # use sayflow::{Input, Timestamp};
/// # use sayflow_store::*;
/// # struct Hasty(Memory);
/// # impl Store for Hasty {
/// #     fn now(&self) -> Result<Timestamp, Error> { self.0.now() }
/// #     fn load(&self, name: &str) -> Result<Option<Record>, Error> { self.0.load(name) }
/// #     fn save(&self, name: &str, record: &Record) -> Result<Saved, Error> { self.0.save(name, record) }
/// #     fn receive(&self, name: &str, input: &Input) -> Result<Received, Error> { self.0.receive(name, input) }
/// #     fn is_waiting(&self, name: &str, id: &str) -> Result<bool, Error> { self.0.is_waiting(name, id) }
/// #     fn claim(&self, name: Option<&str>, lease: Duration) -> Result<Option<Claim>, Error> { self.0.claim(name, lease) }
/// #     fn commit(&self, claim: &Claim, changes: &Changes) -> Result<Saved, Error> {
/// #         self.0.commit(claim, &Changes { outbox: Vec::new(), ..changes.clone() })
/// #     }
/// #     fn refuse(&self, claim: &Claim, reason: &str) -> Result<Saved, Error> { self.0.refuse(claim, reason) }
/// #     fn uncount(&self, claim: &Claim) -> Result<(), Error> { self.0.uncount(claim) }
/// #     fn refused(&self, at_most: usize) -> Result<Vec<Refused>, Error> { self.0.refused(at_most) }
/// #     fn deliveries(&self, name: Option<&str>, lease: Duration) -> Result<Vec<Delivery>, Error> { self.0.deliveries(name, lease) }
/// #     fn delivered(&self, key: &str) -> Result<(), Error> { self.0.delivered(key) }
/// #     fn forget(&self, name: &str) -> Result<(), Error> { self.0.forget(name) }
/// #     fn prune(&self, older_than: Duration) -> Result<u64, Error> { self.0.prune(older_than) }
/// # }
/// use sayflow_store::conformance;
///
/// let broken = conformance::run(|| Hasty(Memory::new())).unwrap_err();
/// assert!(broken.promises().any(|promise| promise == "everything that a turn changed is there after its commit"));
/// ```
pub fn run<S: Store>(make: impl Fn() -> S) -> Result<(), BrokenPromises> {
    let checks = [
        records::CHECKS,
        inbox::CHECKS,
        claims::CHECKS,
        timers::CHECKS,
        outbox::CHECKS,
        forgetting::CHECKS,
        threads::CHECKS,
    ];
    let mut broken = Vec::new();
    for (promise, check) in checks.into_iter().flatten() {
        let store = make();
        if let Err(Broken(seen)) = check(&Scene::new(&store)) {
            broken.push((*promise, seen));
        }
    }
    if broken.is_empty() {
        return Ok(());
    }
    Err(BrokenPromises(broken))
}

/// The promises that a store does not keep; [`run`] shows one. Displayed as a list of them, each with what was seen.
#[derive(PartialEq, Eq)]
pub struct BrokenPromises(Vec<(&'static str, String)>);

impl BrokenPromises {
    /// Each promise in a sentence, in the order of the checks.
    pub fn promises(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(promise, _)| *promise)
    }
}

impl fmt::Display for BrokenPromises {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this store breaks promises:")?;
        for (promise, seen) in &self.0 {
            write!(f, "\n- {promise}\n  {seen}")?;
        }
        Ok(())
    }
}

/// As it is displayed, so that a test that unwraps shows the list.
impl fmt::Debug for BrokenPromises {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for BrokenPromises {}
