//! From names to addresses: the system's look-up, which nobody can cancel, kept within bounds.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::io;
use std::net::{IpAddr, ToSocketAddrs};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How many look-ups the system does at once; each holds a thread until the system has an answer.
const AT_ONCE: usize = 8;
/// How long an answer serves. Long enough for the calls of a turn, short enough that a server that moves is
/// found again.
const KEPT_FOR: Duration = Duration::from_secs(10);
/// How many names are kept.
const MOST_KEPT: usize = 256;

/// Asks the system, or what stands in for it in a test.
type System = dyn Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync;

/// The addresses of a name, as many as the system gave.
pub(super) type Addresses = Arc<[IpAddr]>;

/// Why a name has no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// The system knows none.
    NoSuchHost,
    /// The time was over, perhaps before the look-up could begin.
    Timeout,
    /// The system refused a thread.
    NoThread,
}

/// Looks names up, each in a thread of its own; those who ask for the same name share one.
#[derive(Clone)]
pub(super) struct LookUp {
    shared: Arc<Shared>,
}

struct Shared {
    system: Box<System>,
    state: Mutex<State>,
    /// A look-up ended.
    ended: Condvar,
}

#[derive(Default)]
struct State {
    kept: HashMap<String, Kept>,
    under_way: HashSet<String>,
}

/// What came of a look-up.
struct Kept {
    came: Instant,
    addresses: Result<Addresses, Missing>,
}

impl LookUp {
    /// Asks the system this machine has.
    pub(super) fn new() -> Self {
        Self::with(|host| {
            // The port stands for any: the caller puts its own there.
            Ok((host, 0).to_socket_addrs()?.map(|address| address.ip()).collect())
        })
    }

    pub(super) fn with(system: impl Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync + 'static) -> Self {
        let shared = Shared {
            system: Box::new(system),
            state: Mutex::default(),
            ended: Condvar::new(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// The addresses of a name where they are known already.
    pub(super) fn known(&self, host: &str) -> Option<Addresses> {
        let state = self.shared.state();
        state
            .kept
            .get(host)
            .filter(|kept| kept.is_fresh())?
            .addresses
            .clone()
            .ok()
    }

    /// The addresses of a name, one at least, within a time.
    pub(super) fn addresses(&self, host: &str, time_left: Duration) -> Result<Addresses, Missing> {
        let asked = now();
        let mut state = self.shared.state();
        loop {
            if let Some(kept) = state.kept.get(host)
                && kept.answers(asked)
            {
                return kept.addresses.clone();
            }
            if !state.under_way.contains(host) && state.under_way.len() < AT_ONCE {
                self.begin(host)?;
                state.under_way.insert(host.to_owned());
            }
            let time_left = time_left.saturating_sub(asked.elapsed());
            if time_left.is_zero() {
                return Err(Missing::Timeout);
            }
            let waited = self.shared.ended.wait_timeout(state, time_left);
            (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Starts a look-up, which ends when the system wants.
    fn begin(&self, host: &str) -> Result<(), Missing> {
        let (shared, host) = (Arc::clone(&self.shared), host.to_owned());
        let look_up = move || {
            let addresses = match (shared.system)(&host) {
                Ok(found) if !found.is_empty() => Ok(found.into()),
                _ => Err(Missing::NoSuchHost),
            };
            shared.state().end(host, addresses);
            shared.ended.notify_all();
        };
        let thread = thread::Builder::new().name("name look-up".to_owned());
        thread.spawn(look_up).map(drop).map_err(|_| Missing::NoThread)
    }
}

impl Shared {
    /// Nothing that holds the lock can leave a half-changed state behind, so a panic elsewhere is no reason
    /// to stop.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn end(&mut self, host: String, addresses: Result<Addresses, Missing>) {
        self.under_way.remove(&host);
        if self.kept.len() >= MOST_KEPT {
            self.kept.retain(|_, kept| kept.is_fresh());
        }
        if self.kept.len() >= MOST_KEPT {
            let oldest = self.kept.iter().min_by_key(|(_, kept)| kept.came);
            if let Some(oldest) = oldest.map(|(host, _)| host.clone()) {
                self.kept.remove(&oldest);
            }
        }
        let came = now();
        self.kept.insert(host, Kept { came, addresses });
    }
}

impl Kept {
    /// What came after the question answers it, a failure as well; what came before only while it is fresh.
    fn answers(&self, asked: Instant) -> bool {
        self.came >= asked || (self.addresses.is_ok() && self.is_fresh())
    }

    fn is_fresh(&self) -> bool {
        self.came.elapsed() < KEPT_FOR
    }
}

fn now() -> Instant {
    #[expect(
        clippy::disallowed_methods,
        reason = "an answer of the system ages in real time"
    )]
    Instant::now()
}

impl fmt::Debug for LookUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LookUp").finish_non_exhaustive()
    }
}
