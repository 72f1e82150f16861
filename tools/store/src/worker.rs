//! The loop of a host: a claim, a turn, a commit.

use std::time::Duration;

use sayflow::{Client, Customer, Engine, ErrorKind as Refusal, Input, Turn};

use crate::error::{Error, ErrorKind};
use crate::record::{Claim, Record, Saved};
use crate::store::Store;

/// Runs the turns that wait in a store, one at each call.
///
/// Any number of workers share a store, in threads, processes and machines. A worker that dies in the middle of a turn
/// has changed nothing; when its lease ends another one runs the turn from its beginning. So a client that
/// panics leaves the claim to its lease.
///
/// # Examples
///
/// ```
/// use sayflow::{Block, Customer, Engine, Input, NoCalls, Program, Source};
/// use sayflow_store::{Did, Memory, Outgoing, Store, Worker};
///
/// let flow = "on start {\n  text \"Hi!\"\n}\non unmatched {\n  text \"Pardon?\"\n}\n";
/// let engine = Engine::new(Program::load([Source::new("hi.flow", flow)])?);
/// let store = Memory::new();
/// // Who writes for the first time: here the number in `telegram:7`, which nobody else has.
/// let newcomer = |conversation: &str| {
///     let number = conversation.strip_prefix("telegram:").and_then(|number| number.parse().ok());
///     Customer::new(number.expect("the webhook names conversations `telegram:NUMBER`"))
/// };
///
/// // The webhook, twice: a channel that heard no answer sends again.
/// for _ in 0..2 {
///     store.receive("telegram:7", &Input::text("Hello").with_id("m-1"))?;
/// }
///
/// // The worker.
/// let worker = Worker::new(&store, &engine, &NoCalls, &newcomer);
/// while worker.work()? != Did::Nothing {}
///
/// // Whoever sends.
/// let deliveries = store.deliveries(None, Worker::LEASE)?;
/// let [delivery] = deliveries.as_slice() else { panic!("one block") };
/// assert_eq!(delivery.outgoing, Outgoing::Block(Block::Text { text: "Hi!".to_owned() }));
/// store.delivered(&delivery.key)?;
/// assert_eq!(store.load("telegram:7")?.ok_or("a record")?.customer.uid, 7);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Worker<'a> {
    store: &'a dyn Store,
    engine: &'a Engine,
    client: &'a dyn Client,
    newcomer: &'a dyn Fn(&str) -> Customer,
    lease: Duration,
    attempts: u32,
}

/// What a worker did.
///
/// # Examples
///
/// A loop that works as long as there is something to do, and rests when there is nothing:
///
/// ```
/// use std::time::Duration;
/// use sayflow_store::Did;
///
/// fn pause(did: &Did) -> Duration {
///     match did {
///         Did::Nothing => Duration::from_millis(100),
///         _ => Duration::ZERO,
///     }
/// }
///
/// assert_eq!(pause(&Did::Nothing), Duration::from_millis(100));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Did {
    /// Nothing waits that nobody else has claimed.
    Nothing,
    /// A turn, and it is committed. Its blocks, actions and handovers are in the outbox.
    Turn {
        /// The conversation.
        conversation: String,
        /// What the turn was about.
        input: Input,
        /// What came of it: for logs and statistics.
        turn: Turn,
    },
    /// The engine would not take the input. It is kept with the reason, and the next one has its turn.
    Refused {
        /// The conversation.
        conversation: String,
        /// The input.
        input: Input,
        /// Why.
        reason: String,
    },
    /// A turn for nothing: the host saved the conversation meanwhile, or the lease was too short and somebody else
    /// claimed it. The input waits on.
    Overtaken {
        /// The conversation.
        conversation: String,
    },
}

impl<'a> Worker<'a> {
    /// How long a conversation is claimed: three times what a turn may spend on its calls.
    pub const LEASE: Duration = Duration::from_secs(60);

    /// How often a turn is begun and not committed, before its input is refused.
    pub const ATTEMPTS: u32 = 10;

    /// A worker of a store. The newcomer says who a conversation is with that has no record yet.
    ///
    /// Where the host knows more when the first input arrives, it makes the record itself with
    /// [`save`](Store::save), before it receives the input.
    #[must_use]
    pub fn new(
        store: &'a dyn Store,
        engine: &'a Engine,
        client: &'a dyn Client,
        newcomer: &'a dyn Fn(&str) -> Customer,
    ) -> Self {
        Self {
            store,
            engine,
            client,
            newcomer,
            lease: Self::LEASE,
            attempts: Self::ATTEMPTS,
        }
    }

    /// Claims for another time than [`LEASE`](Self::LEASE): at least [`Limits::time`](sayflow::Limits::time) and 15 seconds.
    ///
    /// A turn spends the first on its calls at the most, with a client that keeps to
    /// [`Request::timeout`](sayflow::Request::timeout). Its commit waits for up to ten seconds for others that write, and the
    /// rest is for the engine. Where a turn takes longer than its lease another worker begins it again, with its calls, and
    /// this one is [overtaken](Did::Overtaken); that is an [attempt](Self::with_attempts) like any other.
    #[must_use]
    pub fn with_lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// Refuses an input whose turn was begun so often and never committed, for other than
    /// [`ATTEMPTS`](Self::ATTEMPTS), at least once: one that kills every worker does so no more than that often, and one
    /// whose turn takes longer than its lease makes its calls no more than that often.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Does one thing, wherever there is something to do.
    ///
    /// # Errors
    ///
    /// Those of the store, and [`ErrorKind::Client`]. The conversation rests until its lease ends. Where the turn could
    /// not be written because the store is [unavailable](ErrorKind::Unavailable), that was no attempt: it is done again
    /// until it can be, and its calls are made again under the same idempotency keys.
    pub fn work(&self) -> Result<Did, Error> {
        self.work_in(None)
    }

    /// Does one thing in this conversation: for a webhook that answers at once.
    ///
    /// [`Did::Nothing`] also where another worker is at it.
    ///
    /// # Errors
    ///
    /// Those of [`work`](Self::work).
    ///
    /// # Examples
    ///
    /// ```
    /// # use sayflow::{Customer, Engine, NoCalls, Program, Source};
    /// use sayflow::Input;
    /// use sayflow_store::{Did, Memory, Store, Worker};
    ///
    /// # let engine = Engine::new(Program::load([Source::new("hi.flow", "on start {\n  text \"Hi!\"\n}\n")])?);
    /// # let newcomer = |_: &str| Customer::new(7);
    /// # let store = Memory::new();
    /// # let worker = Worker::new(&store, &engine, &NoCalls, &newcomer);
    /// store.receive("telegram:7", &Input::text("Hello").with_id("m-1"))?;
    /// // What waits in other conversations goes on waiting.
    /// while worker.work_on("telegram:7")? != Did::Nothing {}
    /// let answer = store.deliveries(Some("telegram:7"), Worker::LEASE)?;
    /// assert_eq!(answer.len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn work_on(&self, conversation: &str) -> Result<Did, Error> {
        self.work_in(Some(conversation))
    }

    fn work_in(&self, conversation: Option<&str>) -> Result<Did, Error> {
        let Some(claim) = self.store.claim(conversation, self.lease)? else {
            return Ok(Did::Nothing);
        };
        let done = self.answer(&claim);
        if let Err(error) = &done
            && error.kind() == ErrorKind::Unavailable
        {
            // Attempts count turns that their input may have kept from an end. Where the store cannot take this either, it counts one too many.
            self.store.uncount(&claim).ok();
        }
        done
    }

    fn answer(&self, claim: &Claim) -> Result<Did, Error> {
        if claim.attempt > self.attempts {
            let reason = format!(
                "its turn was begun {} times and never committed: its workers died, or it takes longer than the lease",
                claim.attempt - 1
            );
            return self.refuse(claim, reason);
        }
        let record = claim.record.clone();
        let record = record.unwrap_or_else(|| Record::new((self.newcomer)(&claim.conversation)));
        let (mut session, mut customer) = (record.session, record.customer);
        match self
            .engine
            .turn(&mut session, &mut customer, &claim.input, self.client)
        {
            Ok(turn) => {
                // The clock is another call of the store: only a timer is counted from it.
                let now = match session.wait().due {
                    Some(_) => self.store.now()?,
                    None => claim.now,
                };
                let changes = claim.changes(session, customer, &turn, now);
                let saved = self.store.commit(claim, &changes)?;
                Ok(claim.did(saved, |conversation, input| Did::Turn {
                    conversation,
                    input,
                    turn,
                }))
            }
            Err(error) if error.kind() == Refusal::Protocol => {
                Err(Error::new(ErrorKind::Client, error.to_string()).with_source(error))
            }
            Err(error) => self.refuse(claim, error.to_string()),
        }
    }

    fn refuse(&self, claim: &Claim, reason: String) -> Result<Did, Error> {
        let saved = self.store.refuse(claim, &reason)?;
        Ok(claim.did(saved, |conversation, input| Did::Refused {
            conversation,
            input,
            reason,
        }))
    }
}

impl Claim {
    fn did(&self, saved: Saved, what: impl FnOnce(String, Input) -> Did) -> Did {
        let conversation = self.conversation.clone();
        match saved {
            Saved::Version(_) => what(conversation, self.input.clone()),
            Saved::Conflict => Did::Overtaken { conversation },
        }
    }
}

impl std::fmt::Debug for Worker<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker")
            .field("lease", &self.lease)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}
