//! The store in one file, shared by the processes of one machine.

mod claims;
mod inbox;
mod outbox;
mod records;
mod schema;
mod text;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};
use sayflow::{Input, Timestamp};

use crate::error::{Error, ErrorKind};
use crate::name::{check_conversation, check_wanted};
use crate::record::{Changes, Claim, Delivery, Received, Record, Refused, Saved};
use crate::store::Store;

/// How long a call waits for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// A store in one SQLite file: the embedded default.
///
/// Any number of threads share one value, and any number of processes of one machine the file. What a call has
/// returned is on the disk, also after a power cut. Its clock is that of the machine; where that is set back,
/// what waits waits for so much longer.
///
/// The file must lie on a disk of the machine, as SQLite's locks do not hold on a network's.
///
/// # Examples
///
/// Conversations that outlive the process:
///
/// ```
/// use sayflow::{Customer, Engine, Input, NoCalls, Program, Source};
/// use sayflow_store::{Did, Sqlite, Store, Worker};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("conversations.db");
/// let flow = "on start {\n  text \"Hi!\"\n}\n";
/// let engine = Engine::new(Program::load([Source::new("hi.flow", flow)])?);
/// let store = Sqlite::open(&path)?;
/// store.receive("telegram:7", &Input::text("Hello").with_id("m-1"))?;
/// drop(store);
///
/// let store = Sqlite::open(&path)?;
/// let newcomer = |_: &str| Customer::new(7);
/// let did = Worker::new(&store, &engine, &NoCalls, &newcomer).work()?;
/// assert!(matches!(did, Did::Turn { .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Sqlite {
    connection: Mutex<Connection>,
}

impl Sqlite {
    /// The store in this file, which is made where it is not there, on Unix for its owner alone (mode 600), also behind a
    /// link. An older one is brought up to date, and has the mode that it had.
    /// The path is one of the file system, whatever SQLite itself would take it for.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Newer`]: the file is of a newer version, or another program's database.
    /// - [`ErrorKind::Unreadable`]: it is no database.
    /// - [`ErrorKind::Unavailable`]: it cannot be opened, or the path is empty or `:memory:`.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        // SQLite would keep everything in a place that is gone when it is closed.
        if path.as_os_str().is_empty() || path == Path::new(":memory:") {
            let message = format!(
                "`{}` is no file: give the store the path of one, or take `Sqlite::in_memory` for a test",
                path.display()
            );
            return Err(Error::new(ErrorKind::Unavailable, message));
        }
        let opened = open_file(path).map_err(Error::from);
        opened.and_then(Self::with_connection).map_err(|error| {
            let message = format!("cannot open {}: {error}", path.display());
            Error::new(error.kind(), message).with_source(error)
        })
    }

    /// A store that is gone when it is dropped, for tests of what SQLite does.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unavailable`]: there is no memory.
    pub fn in_memory() -> Result<Self, Error> {
        Self::with_connection(Connection::open_in_memory()?)
    }

    fn with_connection(mut connection: Connection) -> Result<Self, Error> {
        connection.busy_timeout(BUSY_TIMEOUT)?;
        // First, as a file of another program is not to be changed in the least.
        schema::migrate(&mut connection, schema::STEPS)?;
        write_ahead(&connection)?;
        // Each commit is on the disk before it returns: a channel is told so, and forgets.
        connection.pragma_update(None, "synchronous", "full")?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(Self {
            connection: Mutex::new(connection),
        })
    }

    /// A transaction that a panic ends was rolled back when it was dropped.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does it in one transaction, which has the right to write from its beginning: two that read first and then
    /// both want to write would have to give way to each other.
    fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>, Timestamp) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // The moment is read when nobody else can write any more, so that moments follow each other as writes do.
        let result = work(&transaction, clock())?;
        transaction.commit()?;
        Ok(result)
    }
}

/// Opens a file that is called `file:…` as what it is, and not as a URI with parameters: the flag says so, and SQLite
/// may have been built to overrule it.
fn open_file(path: &Path) -> rusqlite::Result<Connection> {
    #[cfg(unix)]
    make_private(path);
    let flags = OpenFlags::default().difference(OpenFlags::SQLITE_OPEN_URI);
    if path.is_relative() {
        Connection::open_with_flags(Path::new(".").join(path), flags)
    } else {
        Connection::open_with_flags(path, flags)
    }
}

/// Makes the file where there is none, for its owner alone: SQLite makes one that everybody may read, and gives the two
/// beside it the mode of this one. A link is followed to the file that it names, as SQLite does. Where it cannot be made,
/// SQLite says why.
#[cfg(unix)]
fn make_private(path: &Path) {
    use std::fs::OpenOptions;
    use std::os::unix::fs::OpenOptionsExt;

    /// One at a time, until it is closed again: closing a file ends every lock that the process has on it, also those of a
    /// connection that has opened it meanwhile (<https://sqlite.org/howtocorrupt.html>, 2.2).
    static MAKING: Mutex<()> = Mutex::new(());
    let _making = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    // `create_new` would not follow a link.
    if !path.exists() {
        OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)
            .ok();
    }
}

/// Readers and one writer at a time do not wait for each other from now on.
fn write_ahead(connection: &Connection) -> Result<(), Error> {
    let begun = Instant::now();
    loop {
        match connection.pragma_update(None, "journal_mode", "wal") {
            // Others open the file for the first time as well; SQLite does not wait for them here.
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && begun.elapsed() < BUSY_TIMEOUT =>
            {
                thread::sleep(Duration::from_millis(1));
            }
            result => return Ok(result?),
        }
    }
}

fn clock() -> Timestamp {
    SystemTime::now().into()
}

impl Store for Sqlite {
    fn now(&self) -> Result<Timestamp, Error> {
        Ok(clock())
    }

    fn load(&self, conversation: &str) -> Result<Option<Record>, Error> {
        check_conversation(conversation)?;
        records::load(&self.connection(), conversation)
    }

    fn save(&self, conversation: &str, record: &Record) -> Result<Saved, Error> {
        self.write(|transaction, _now| records::save(transaction, conversation, record))
    }

    fn receive(&self, conversation: &str, input: &Input) -> Result<Received, Error> {
        self.write(|transaction, now| inbox::receive(transaction, now, conversation, input))
    }

    fn is_waiting(&self, conversation: &str, id: &str) -> Result<bool, Error> {
        check_conversation(conversation)?;
        inbox::is_waiting(&self.connection(), conversation, id)
    }

    fn claim(&self, conversation: Option<&str>, lease: Duration) -> Result<Option<Claim>, Error> {
        check_wanted(conversation)?;
        self.write(|transaction, now| claims::claim(transaction, now, conversation, lease))?
            .transpose()
    }

    fn commit(&self, claim: &Claim, changes: &Changes) -> Result<Saved, Error> {
        self.write(|transaction, now| claims::commit(transaction, now, claim, changes))
    }

    fn refuse(&self, claim: &Claim, reason: &str) -> Result<Saved, Error> {
        self.write(|transaction, now| claims::refuse(transaction, now, claim, reason))
    }

    fn uncount(&self, claim: &Claim) -> Result<(), Error> {
        self.write(|transaction, _now| claims::uncount(transaction, claim))
    }

    fn refused(&self, at_most: usize) -> Result<Vec<Refused>, Error> {
        inbox::refused(&self.connection(), at_most)
    }

    fn deliveries(&self, conversation: Option<&str>, lease: Duration) -> Result<Vec<Delivery>, Error> {
        check_wanted(conversation)?;
        self.write(|transaction, now| outbox::take(transaction, now, conversation, lease))?
    }

    fn delivered(&self, key: &str) -> Result<(), Error> {
        self.write(|transaction, now| outbox::delivered(transaction, now, key))
    }

    fn forget(&self, conversation: &str) -> Result<(), Error> {
        check_conversation(conversation)?;
        self.write(|transaction, _now| {
            records::forget(transaction, conversation)?;
            inbox::forget(transaction, conversation)?;
            outbox::forget(transaction, conversation)
        })
    }

    fn prune(&self, older_than: Duration) -> Result<u64, Error> {
        self.write(|transaction, now| {
            let before = now.as_microseconds().saturating_sub(micros(older_than));
            Ok(inbox::prune(transaction, before)? + outbox::prune(transaction, before)?)
        })
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let kind = match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => ErrorKind::Unreadable,
            // A text beyond what SQLite holds: waiting mends nothing.
            Some(ErrorCode::TooBig) => ErrorKind::Unwritable,
            // A column with something else in it than this store writes.
            None => ErrorKind::Unreadable,
            Some(_) => ErrorKind::Unavailable,
        };
        Self::new(kind, format!("SQLite: {error}")).with_source(error)
    }
}

/// How SQLite counts: a version, a number of an input.
fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number as it was before it was stored.
fn number(integer: i64) -> u64 {
    u64::try_from(integer).unwrap_or(0)
}

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}
