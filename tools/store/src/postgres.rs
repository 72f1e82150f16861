//! The store of many machines: one PostgreSQL.

mod connections;
mod row;
mod schema;
mod statements;

use std::time::{Duration, SystemTime};

use postgres::error::SqlState;
use postgres::types::FromSqlOwned;
use postgres::{Client, Config, NoTls, Row};
use sayflow::{Input, Timestamp};

use crate::error::{Error, ErrorKind};
use crate::json;
use crate::name::{check_conversation, check_input, check_wanted};
use crate::record::{Changes, Claim, Delivery, Received, Record, Refused, Saved};
use crate::store::{DELIVERIES_AT_ONCE, Store, readable};
use connections::{Connections, Values};

/// A store in a PostgreSQL database, from version 12 on: for workers on several machines.
///
/// A claim locks the row of the session with `FOR UPDATE SKIP LOCKED`, notes until when it is leased, and commits.
/// Each call is one statement and one transaction: none is open while a turn runs, nor while a worker is on its way. The
/// clock is the database's. Tables and functions, all named `sayflow_…`, are made in the schema that comes first in
/// the connection's `search_path`.
///
/// There are as many connections as there are callers at once. When one breaks, the call in
/// which that is found ends in [`Unavailable`](ErrorKind::Unavailable), and the next one connects again. Whether a
/// write whose answer was lost took place is seen at the next attempt: an input is repeated, a claim is gone, a row is
/// delivered.
///
/// The calls block, on a runtime of their own: in an async program they belong on a thread for blocking work.
///
/// # Examples
///
/// ```no_run
/// use sayflow::Input;
/// use sayflow_store::{Postgres, Store};
///
/// let store = Postgres::open("postgres://sayflow@db.internal/conversations")?;
/// store.receive("whatsapp:8801700000000", &Input::text("Hi").with_id("wamid.1"))?;
/// # Ok::<(), sayflow_store::Error>(())
/// ```
#[derive(Debug)]
pub struct Postgres {
    connections: Connections,
}

/// How long a connection may take to come about, unless its address says otherwise.
const CONNECT: Duration = Duration::from_secs(5);
/// How long the server may leave what was sent unacknowledged, unless the address says otherwise: a machine that was
/// switched off closes no connection.
const SILENCE: Duration = Duration::from_secs(15);

impl Postgres {
    /// Opens the store at an address such as `postgres://user:password@host:5432/database`, or
    /// `host=… user=… dbname=…`, and makes its tables and functions where there are none.
    ///
    /// The connection is not encrypted: for loopback, a private network or a tunnel.
    /// [`connect`](Self::connect) is for everything else.
    ///
    /// # Errors
    ///
    /// [`Unavailable`](ErrorKind::Unavailable); [`Newer`](ErrorKind::Newer), also where the database has another encoding
    /// than UTF-8.
    pub fn open(address: &str) -> Result<Self, Error> {
        let mut config: Config = address.parse().map_err(|error: postgres::Error| {
            let message =
                "the address of the database is not one: write it as `postgres://user@host/database`";
            Error::new(ErrorKind::Unavailable, message).with_source(error)
        })?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE);
        }
        Self::connect(move || config.connect(NoTls))
    }

    /// Opens the store over connections that the host makes: with TLS, a password that changes, or
    /// another `search_path`.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Self::open).
    ///
    /// # Examples
    ///
    /// A schema of its own for each shop:
    ///
    /// ```no_run
    /// use postgres::{Client, NoTls};
    /// use sayflow_store::Postgres;
    ///
    /// let store = Postgres::connect(|| {
    ///     let mut client = Client::connect("host=db.internal user=sayflow", NoTls)?;
    ///     client.batch_execute("SET search_path TO shop_7")?;
    ///     Ok(client)
    /// })?;
    /// # Ok::<(), sayflow_store::Error>(())
    /// ```
    pub fn connect<F>(connect: F) -> Result<Self, Error>
    where
        F: Fn() -> Result<Client, postgres::Error> + Send + Sync + 'static,
    {
        let connections = Connections::new(connect);
        schema::migrate(&connections)?;
        Ok(Self { connections })
    }

    /// A call that writes what the caller gave.
    fn write<T: FromSqlOwned>(&self, text: &'static str, values: Values<'_>) -> Result<T, Error> {
        let written = self.connections.value(text, values);
        written.map_err(refused_for_its_content)
    }
}

impl Store for Postgres {
    fn now(&self) -> Result<Timestamp, Error> {
        let now: SystemTime = self.connections.value(statements::NOW, &[])?;
        Ok(now.into())
    }

    fn load(&self, conversation: &str) -> Result<Option<Record>, Error> {
        check_conversation(conversation)?;
        let row = self.connections.row(statements::LOAD, &[&conversation])?;
        row.map(|row| row::record(conversation, &row)).transpose()
    }

    fn save(&self, conversation: &str, record: &Record) -> Result<Saved, Error> {
        check_conversation(conversation)?;
        let seen = row::number(record.version);
        let (session, customer) = json::write_record(conversation, record)?;
        let rings_at = record.session.wait().due.map(row::moment);
        let stored = match self.load(conversation) {
            // One that is damaged is saved over.
            Err(error) if error.kind() == ErrorKind::Unreadable => None,
            stored => stored?,
        };
        let keeps_timer = record.keeps_timer_of(stored.as_ref());
        let values: Values<'_> = &[&conversation, &seen, &session, &customer, &rings_at, &keeps_timer];
        Ok(saved(self.write(statements::SAVE, values)?))
    }

    fn receive(&self, conversation: &str, input: &Input) -> Result<Received, Error> {
        check_conversation(conversation)?;
        check_input(input)?;
        let json = json::write("input", conversation, input)?;
        let values: Values<'_> = &[&conversation, &input.id, &json];
        Ok(match self.write(statements::RECEIVE, values)? {
            true => Received::New,
            false => Received::Repeated,
        })
    }

    fn is_waiting(&self, conversation: &str, id: &str) -> Result<bool, Error> {
        check_conversation(conversation)?;
        // No input has such an id, and PostgreSQL could not even look for one with U+0000.
        if id.contains('\0') {
            return Ok(false);
        }
        self.connections
            .value(statements::IS_WAITING, &[&conversation, &id])
    }

    fn claim(&self, conversation: Option<&str>, lease: Duration) -> Result<Option<Claim>, Error> {
        check_wanted(conversation)?;
        let values: Values<'_> = &[&conversation, &row::seconds(lease)];
        let Some(row) = self.connections.row(statements::CLAIM, values)? else {
            return Ok(None);
        };
        row::claim(&row).map(Some).or_else(|unreadable| {
            let (name, fence, attempt) = row::claimed(&row)?;
            let values: Values<'_> = &[&name, &fence, &attempt];
            self.connections.row(statements::UNCOUNT, values)?;
            Err(unreadable)
        })
    }

    fn commit(&self, claim: &Claim, changes: &Changes) -> Result<Saved, Error> {
        let changed = json::write_changes(&claim.conversation, changes)?;
        let (rings_at, entry) = (changes.ring.map(row::moment), claim.entry.map(row::number));
        let (fence, seen) = (row::number(claim.fence), version_of(claim));
        let version = self.write(
            statements::COMMIT,
            &[
                &claim.conversation,
                &fence,
                &row::number(seen),
                &changed.session,
                &changed.customer,
                &rings_at,
                &entry,
                &changed.outbox,
            ],
        )?;
        Ok(saved(version))
    }

    fn refuse(&self, claim: &Claim, reason: &str) -> Result<Saved, Error> {
        // Quoted, because PostgreSQL takes no text with U+0000.
        let reason = json::write("reason of a refusal", &claim.conversation, &reason.to_owned())?;
        let input = json::write("input", &claim.conversation, &claim.input)?;
        let entry = claim.entry.map(row::number);
        let (fence, seen) = (row::number(claim.fence), version_of(claim));
        let is_written = self.write(
            statements::REFUSE,
            &[
                &claim.conversation,
                &fence,
                &row::number(seen),
                &entry,
                &input,
                &reason,
            ],
        )?;
        Ok(match is_written {
            true => Saved::Version(seen),
            false => Saved::Conflict,
        })
    }

    fn uncount(&self, claim: &Claim) -> Result<(), Error> {
        let attempt = i32::try_from(claim.attempt).unwrap_or(i32::MAX);
        let values: Values<'_> = &[&claim.conversation, &row::number(claim.fence), &attempt];
        self.connections.row(statements::UNCOUNT, values).map(drop)
    }

    fn refused(&self, at_most: usize) -> Result<Vec<Refused>, Error> {
        let at_most = i64::try_from(at_most).unwrap_or(i64::MAX);
        let rows = self.connections.rows(statements::REFUSED, &[&at_most])?;
        rows.iter().map(row::refused).collect()
    }

    fn deliveries(&self, conversation: Option<&str>, lease: Duration) -> Result<Vec<Delivery>, Error> {
        check_wanted(conversation)?;
        let at_most = i64::try_from(DELIVERIES_AT_ONCE).unwrap_or(i64::MAX);
        let values: Values<'_> = &[&conversation, &row::seconds(lease), &at_most];
        let rows = self.connections.rows(statements::DELIVERIES, values)?;
        let taken = readable(rows.iter().map(row::delivery));
        let count = taken.as_ref().map_or(1, Vec::len);
        if let Some(last) = rows
            .get(..count)
            .and_then(<[Row]>::last)
            .filter(|_| count < rows.len())
        {
            let (name, until, version, place) = row::taken(last)?;
            self.connections
                .row(statements::CUT, &[&name, &until, &version, &place])?;
        }
        taken
    }

    fn delivered(&self, key: &str) -> Result<(), Error> {
        let Some((conversation, version, place)) = row::parts_of_key(key) else {
            return Ok(());
        };
        // No row has such a key, and PostgreSQL could not even look for one with U+0000.
        if check_conversation(conversation).is_err() {
            return Ok(());
        }
        let values: Values<'_> = &[&conversation, &version, &place];
        self.connections.row(statements::DELIVERED, values).map(drop)
    }

    fn forget(&self, conversation: &str) -> Result<(), Error> {
        check_conversation(conversation)?;
        self.connections
            .row(statements::FORGET, &[&conversation])
            .map(drop)
    }

    fn prune(&self, older_than: Duration) -> Result<u64, Error> {
        let age = row::seconds(older_than);
        let pruned = self.connections.value(statements::PRUNE, &[&age])?;
        Ok(row::unsigned(pruned))
    }
}

/// An error that comes again however often the same is written, and is no matter of the database's health.
fn refused_for_its_content(error: Error) -> Error {
    let source =
        std::error::Error::source(&error).and_then(|source| source.downcast_ref::<postgres::Error>());
    let code = source.and_then(postgres::Error::code).map_or("", SqlState::code);
    match code.get(..2) {
        // Data exceptions, and limits of PostgreSQL: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
        Some("22" | "54") => Error::new(ErrorKind::Unwritable, error.to_string()).with_source(error),
        _ => error,
    }
}

/// The version of the record that the claim holds.
fn version_of(claim: &Claim) -> u64 {
    claim.record.as_ref().map_or(0, |record| record.version)
}

/// The version that was written; a conflict where none was.
fn saved(version: Option<i64>) -> Saved {
    version.map(row::unsigned).map_or(Saved::Conflict, Saved::Version)
}
