//! The one trait: what every store promises, and to whom.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use sayflow::{Input, Timestamp};

use crate::error::Error;
use crate::record::{Changes, Claim, Delivery, Received, Record, Refused, Saved};

/// The most rows that are handed out at once: a customer's backlog of weeks does not fill the memory.
pub(crate) const DELIVERIES_AT_ONCE: usize = 100;

/// How long a claim holds. From the second attempt on it is longer than was asked for, by up to half, and for each
/// conversation and attempt by another part: what a process had claimed when one input killed it would otherwise be claimed
/// together again and again, and die with that input each time.
pub(crate) fn lease_of(conversation: &str, attempt: u32, lease: Duration) -> Duration {
    if attempt < 2 {
        return lease;
    }
    let mut hasher = DefaultHasher::new();
    (conversation, attempt).hash(&mut hasher);
    let part = u32::try_from(hasher.finish() % 512).unwrap_or(0);
    lease.saturating_add(lease / 1024 * part)
}

/// The rows that are handed out: all before the first that cannot be read, as a conversation is delivered in order. Where
/// nothing is before it, its error.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) fn readable(rows: impl Iterator<Item = Result<Delivery, Error>>) -> Result<Vec<Delivery>, Error> {
    let mut deliveries = Vec::new();
    for row in rows {
        match row {
            Ok(delivery) => deliveries.push(delivery),
            Err(error) if deliveries.is_empty() => return Err(error),
            Err(_) => break,
        }
    }
    Ok(deliveries)
}

/// Where conversations live between turns.
///
/// A conversation is named by the host, such as `whatsapp:8801700000000`: 1 to 512 bytes without control
/// characters. It has a [`Record`], inputs that wait (the inbox), a timer, and things to deliver (the outbox).
///
/// The host puts what arrives into the inbox with [`receive`](Self::receive). Workers, in any number of threads,
/// processes and machines that share the store, [`claim`](Self::claim) a conversation that has something to do,
/// run the turn, and [`commit`](Self::commit) what it changed; [`Worker`](crate::Worker) is this loop. Whoever sends
/// takes [`deliveries`](Self::deliveries) and says what is [`delivered`](Self::delivered).
///
/// # What a store promises
///
/// Each is a check of [`conformance`](crate::conformance), which a store of the host's own can run.
///
/// - **Whole.** Each call happens wholly or not at all, also when the process dies in the middle, and what a call has
///   returned is there for everybody who asks later. A turn's session, customer, handled input, outbox rows and timer
///   are one commit. No lock and no transaction lives longer than a call: none is open while an endpoint is asked.
/// - **One at a time.** Between a claim and its commit, and until its lease ends, nobody else claims the conversation.
///   After that somebody may; then whoever was late writes nothing.
/// - **In order.** The inputs of one conversation are claimed in the order in which they were received, each
///   until it is committed or refused. Rows of its outbox are handed out in the order in which they were written.
/// - **Once.** An input whose id the conversation has had is [`Repeated`](Received::Repeated) and changes nothing. The ids
///   of handled inputs are remembered until [`prune`](Self::prune) takes them: that is the window.
/// - **No wait for the sick.** A conversation whose turn fails rests until its lease ends, and others are claimed
///   meanwhile. An input that is refused leaves its place to the next, and can be read for as long as handled ids
///   are remembered.
/// - **What goes in comes out.** What could not be read again is not taken, and nothing of it is kept.
/// - **At least once.** A row of the outbox is handed out again and again, under the same key, until it is
///   delivered, and never after. No other row ever has its key.
/// - **Forgotten.** Of a customer who is [forgotten](Self::forget) nothing is stored any more, by whomever it
///   comes late.
/// - **One clock.** Arrivals, leases and timers are moments of [`now`](Self::now), never of a caller's clock: workers
///   whose clocks are apart do no harm.
///
/// # What the host does
///
/// - It tells a channel that an input has arrived only after `receive` has returned.
/// - It gives an input the channel's own id. An input without one cannot be recognised when it is received again.
/// - It leases for longer than a turn lasts: at least [`Limits::time`](sayflow::Limits::time) and 15 seconds. With a lease that is
///   too short the turn is done again, and its calls are made again; a [`Worker`](crate::Worker) refuses the input after
///   [so many attempts](crate::Worker::ATTEMPTS).
/// - It counts on a call being made again when a worker died before its commit, as no store knows what
///   an endpoint has done. Endpoints recognise it by its idempotency key.
/// - It delivers the rows of a conversation one after the other, and marks each when the channel has taken it.
/// - It calls [`prune`](Self::prune) now and then, with more time than a channel goes on repeating itself.
///
/// # Examples
///
/// Which store it is, is decided when the host starts:
///
/// ```
/// # #[cfg(feature = "sqlite")] {
/// use sayflow::Input;
/// use sayflow_store::{Error, Memory, Sqlite, Store};
///
/// fn open(path: Option<&str>) -> Result<Box<dyn Store>, Error> {
///     Ok(match path {
///         Some(path) => Box::new(Sqlite::open(path)?),
///         None => Box::new(Memory::new()),
///     })
/// }
///
/// let store = open(None)?;
/// store.receive("telegram:7", &Input::start())?;
/// # }
/// # Ok::<(), sayflow_store::Error>(())
/// ```
pub trait Store: Send + Sync {
    /// The clock that counts here.
    ///
    /// # Errors
    ///
    /// [`Unavailable`](crate::ErrorKind::Unavailable). Every call may end in that, and does not name it below.
    fn now(&self) -> Result<Timestamp, Error>;

    /// The conversation as it is; `None` where nothing was written yet, even if an input waits.
    ///
    /// # Errors
    ///
    /// [`Name`](crate::ErrorKind::Name); [`Unreadable`](crate::ErrorKind::Unreadable): never a new session in place of one
    /// that is damaged.
    fn load(&self, conversation: &str) -> Result<Option<Record>, Error>;

    /// Writes session and customer if the stored version is still that of the record. Version 0 makes a new conversation,
    /// also of one that was [forgotten](Self::forget).
    ///
    /// The timer is set to the moment that the session waits for; where it waited for the same one before, the timer stays
    /// as it is: [`ring`](crate::Changes::ring) counts from when the question went out, and one that has rung is over.
    ///
    /// For what a host changes between turns, such as the name in the customer's profile. A turn that is under
    /// way then conflicts, and is done again. Attempts are [counted](crate::Claim::attempt) anew.
    ///
    /// # Errors
    ///
    /// [`Name`](crate::ErrorKind::Name), [`Unwritable`](crate::ErrorKind::Unwritable).
    fn save(&self, conversation: &str, record: &Record) -> Result<Saved, Error>;

    /// Puts an input at the end of the inbox, stamped with this store's clock: the moment it carries is replaced.
    ///
    /// The conversation need not exist.
    ///
    /// # Errors
    ///
    /// [`Name`](crate::ErrorKind::Name), also for the input's id; [`Unwritable`](crate::ErrorKind::Unwritable).
    fn receive(&self, conversation: &str, input: &Input) -> Result<Received, Error>;

    /// Whether an input of this id has come and its turn is not over: not committed, not refused. Where
    /// [`receive`](Self::receive) says [`Repeated`](Received::Repeated), this tells an input that nobody has answered yet, and that
    /// nobody can claim right now, from one that was done so long ago that its session has forgotten it.
    ///
    /// # Errors
    ///
    /// [`Name`](crate::ErrorKind::Name).
    fn is_waiting(&self, conversation: &str, id: &str) -> Result<bool, Error>;

    /// Takes a conversation that has something to do, or this one where it is named: an input waits, or its timer has
    /// rung. Whichever came first is in the claim, and in any case the timer that is set ([`Claim::ring`]). `None` where there is
    /// nothing that nobody else has claimed.
    ///
    /// The one that has been ready for longest comes first, or nearly so.
    ///
    /// A first attempt is leased for as long as was asked. From the second on the lease is longer by up to half, and
    /// not for all conversations alike: what was claimed together, and fell with a process that one input killed, is not
    /// claimed together again.
    ///
    /// # Errors
    ///
    /// [`Name`](crate::ErrorKind::Name); [`Unreadable`](crate::ErrorKind::Unreadable): the conversation rests until the lease ends nevertheless, so that
    /// the next call finds another. That is no attempt: a newer program may read it.
    fn claim(&self, conversation: Option<&str>, lease: Duration) -> Result<Option<Claim>, Error>;

    /// Writes everything that a turn changed, takes its input from the inbox and ends the claim. Of the input only
    /// its id is kept, not what the customer wrote.
    ///
    /// A conflict where the conversation was claimed again since, or was [saved](Self::save): nothing is written,
    /// and the input waits on. After a save the claim ends, too: the turn can be done again at once. A lease that has ended
    /// without anybody claiming since is no conflict.
    ///
    /// # Errors
    ///
    /// [`Name`](crate::ErrorKind::Name), [`Unwritable`](crate::ErrorKind::Unwritable).
    fn commit(&self, claim: &Claim, changes: &Changes) -> Result<Saved, Error>;

    /// Takes the input of a claim from the inbox, keeps it with the reason, and ends the claim; a timer is unset.
    /// Session and customer stay as they are.
    ///
    /// A conflict as for [`commit`](Self::commit).
    ///
    /// # Errors
    ///
    /// [`Name`](crate::ErrorKind::Name).
    fn refuse(&self, claim: &Claim, reason: &str) -> Result<Saved, Error>;

    /// Takes back the attempt of a claim whose turn is not to blame that nothing was written: the disk was full, the
    /// database restarted. The conversation rests until the lease ends nevertheless, and then the input is claimed
    /// with the number that this attempt had. Nothing changes where the claim is over.
    ///
    /// # Errors
    ///
    /// None of its own.
    fn uncount(&self, claim: &Claim) -> Result<(), Error>;

    /// The inputs that were refused, newest first, at most so many. One that cannot be read any more is listed
    /// without it.
    ///
    /// # Errors
    ///
    /// None of its own.
    fn refused(&self, at_most: usize) -> Result<Vec<Refused>, Error>;

    /// Takes what is to be delivered in one conversation, in order, or in this one where it is named. Until the lease ends
    /// nobody else is given anything of that conversation, unless all of it is delivered before. Empty
    /// where there is nothing.
    ///
    /// At most a hundred rows at a time, and none behind one that cannot be read.
    ///
    /// # Errors
    ///
    /// [`Name`](crate::ErrorKind::Name); [`Unreadable`](crate::ErrorKind::Unreadable) where that one is the first, with its [key](Error::key); it is
    /// taken nevertheless, so that the next call finds another conversation. Once it is [delivered](Self::delivered),
    /// those behind it follow.
    fn deliveries(&self, conversation: Option<&str>, lease: Duration) -> Result<Vec<Delivery>, Error>;

    /// Says that a row was delivered, or that it never can be: it is not handed out again. Nothing changes where it was
    /// delivered before, or where no row has this key to the letter.
    ///
    /// # Errors
    ///
    /// None of its own.
    fn delivered(&self, key: &str) -> Result<(), Error>;

    /// Forgets a customer: session, customer and timer, every input with its id, handled, refused or not, and every row of
    /// the outbox, also those that are not yet delivered.
    ///
    /// The name of the conversation stays, with two numbers, the version and the fence: keys of rows never come again,
    /// and whoever still has the customer's turn or record gets a conflict. A message that arrives later is a first one; one
    /// that arrives meanwhile is either forgotten or waits for its turn. Nothing changes where the conversation is not known.
    ///
    /// # Errors
    ///
    /// [`Name`](crate::ErrorKind::Name).
    fn forget(&self, conversation: &str) -> Result<(), Error>;

    /// Forgets inputs that were handled or refused, and rows that were delivered, longer ago than this; says how many. Each
    /// counts once; a handled input without an id, of which a store need not keep anything, may not count at all. Records, and
    /// whatever still waits, stay.
    ///
    /// # Errors
    ///
    /// None of its own.
    fn prune(&self, older_than: Duration) -> Result<u64, Error>;
}
