//! The store of many machines: one PostgreSQL.

mod connections;
mod row;
mod schema;
mod statements;

use std::time::Duration;

use postgres::{Client, Config, NoTls, Transaction};
use sayflow::{Input, Timestamp};

use crate::error::{Error, ErrorKind};
use crate::name::{check_conversation, check_input};
use crate::record::{Changes, Claim, Delivery, Received, Record, Refused, Saved};
use crate::store::{DELIVERIES_AT_ONCE, Store};
use connections::{Connections, Work};
use row::{Claimed, Locked};

/// A store in a PostgreSQL database, from version 12 on: for workers on several machines.
///
/// A claim locks the row of the session with `FOR UPDATE SKIP LOCKED`, notes until when it is leased, and commits:
/// no transaction is open while a turn runs. The clock is the database's. The tables, all named `sayflow_…`, are made
/// in the schema that comes first in the connection's `search_path`.
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
    /// `host=… user=… dbname=…`, and makes its tables where there are none.
    ///
    /// The connection is not encrypted: for loopback, a private network or a tunnel.
    /// [`connect`](Self::connect) is for everything else.
    ///
    /// # Errors
    ///
    /// [`Unavailable`](ErrorKind::Unavailable), [`Newer`](ErrorKind::Newer).
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
}

impl Store for Postgres {
    fn now(&self) -> Result<Timestamp, Error> {
        self.connections.ask(|work| work.now())
    }

    fn load(&self, conversation: &str) -> Result<Option<Record>, Error> {
        let found = self
            .connections
            .ask(|work| work.row(statements::LOAD, &[&conversation]))?;
        found.map(|row| row::record(conversation, &row)).transpose()
    }

    fn save(&self, conversation: &str, record: &Record) -> Result<Saved, Error> {
        check_conversation(conversation)?;
        let (version, next) = (row::number(record.version), row::number(record.version + 1));
        let (session, customer) = (row::json(&record.session)?, row::json(&record.customer)?);
        let rings_at = record.session.wait().due.map(row::moment);
        self.connections.transact(|work| {
            work.write(statements::BEGIN, &[&conversation])?;
            let row = work.row(statements::LOCK, &[&conversation])?;
            let row = row.map(|row| Locked::read(&row)).transpose()?;
            if row.is_none_or(|row| row.version != version) {
                return Ok(Saved::Conflict);
            }
            work.write(
                statements::SAVE,
                &[&conversation, &next, &session, &customer, &rings_at],
            )?;
            Ok(Saved::Version(record.version + 1))
        })
    }

    fn receive(&self, conversation: &str, input: &Input) -> Result<Received, Error> {
        check_conversation(conversation)?;
        check_input(input)?;
        let json = row::json(input)?;
        let written = self
            .connections
            .ask(|work| work.write(statements::RECEIVE, &[&conversation, &input.id, &json]))?;
        Ok(match written {
            0 => Received::Repeated,
            _ => Received::New,
        })
    }

    fn claim(&self, conversation: Option<&str>, lease: Duration) -> Result<Option<Claim>, Error> {
        let lease = row::seconds(lease);
        let claimed = self.connections.transact(|work| {
            let session = match conversation {
                Some(conversation) => work.row(statements::CLAIM_ONE, &[&lease, &conversation])?,
                None => work.row(statements::CLAIM_ANY, &[&lease])?,
            };
            // Only now, with the row locked: what it was about may have changed while it was being found.
            session.map(|session| Claimed::read(work, &session)).transpose()
        })?;
        claimed.map_or(Ok(None), Claimed::claim)
    }

    fn commit(&self, claim: &Claim, changes: &Changes) -> Result<Saved, Error> {
        let (session, customer) = (row::json(&changes.session)?, row::json(&changes.customer)?);
        let outbox: Vec<String> = changes.outbox.iter().map(row::json).collect::<Result<_, _>>()?;
        let (rings_at, entry) = (changes.ring.map(row::moment), claim.entry.map(row::number));
        let version = version_of(claim) + 1;
        self.end(claim, Saved::Version(version), |work| {
            let (name, version) = (&claim.conversation, row::number(version));
            work.write(
                statements::COMMIT,
                &[name, &version, &session, &customer, &rings_at, &entry, &outbox],
            )
        })
    }

    fn refuse(&self, claim: &Claim, reason: &str) -> Result<Saved, Error> {
        let (input, entry) = (row::json(&claim.input)?, claim.entry.map(row::number));
        // Quoted, because PostgreSQL takes no text with U+0000.
        let reason = row::json(&reason)?;
        self.end(claim, Saved::Version(version_of(claim)), |work| {
            work.write(
                statements::REFUSE,
                &[&claim.conversation, &entry, &input, &reason],
            )
        })
    }

    fn refused(&self, at_most: usize) -> Result<Vec<Refused>, Error> {
        let at_most = i64::try_from(at_most).unwrap_or(i64::MAX);
        let rows = self
            .connections
            .ask(|work| work.rows(statements::REFUSED, &[&at_most]))?;
        rows.iter().map(row::refused).collect()
    }

    fn deliveries(&self, conversation: Option<&str>, lease: Duration) -> Result<Vec<Delivery>, Error> {
        let lease = row::seconds(lease);
        let at_most = i64::try_from(DELIVERIES_AT_ONCE).unwrap_or(i64::MAX);
        let taken = self.connections.transact(|work| {
            let session = match conversation {
                Some(conversation) => work.row(statements::TAKE_ONE, &[&lease, &conversation])?,
                None => work.row(statements::TAKE_ANY, &[&lease])?,
            };
            let Some(session) = session else {
                return Ok(None);
            };
            let name: String = session.try_get("conversation")?;
            let rows = work.rows(statements::TAKEN, &[&name, &at_most])?;
            if rows.is_empty() {
                work.write(statements::NOTHING_TO_DELIVER, &[&name])?;
            }
            Ok(Some((name, rows)))
        })?;
        let Some((name, rows)) = taken else {
            return Ok(Vec::new());
        };
        rows.iter().map(|row| row::delivery(&name, row)).collect()
    }

    fn delivered(&self, key: &str) -> Result<(), Error> {
        let Some((conversation, version, place)) = row::parts_of_key(key) else {
            return Ok(());
        };
        self.connections.transact(|work| {
            work.row(statements::LOCK, &[&conversation])?;
            work.write(statements::DELIVERED, &[&conversation, &version, &place])?;
            Ok(())
        })
    }

    fn prune(&self, older_than: Duration) -> Result<u64, Error> {
        let age = row::seconds(older_than);
        self.connections.transact(|work| {
            let pruned = statements::PRUNE.map(|text| work.write(text, &[&age]));
            pruned.into_iter().sum()
        })
    }
}

impl Postgres {
    /// Ends a claim by what is written, if it is still the claim of its conversation and nothing was saved meanwhile.
    fn end(
        &self,
        claim: &Claim,
        saved: Saved,
        write: impl FnOnce(&mut Work<'_, Transaction<'_>>) -> Result<u64, postgres::Error>,
    ) -> Result<Saved, Error> {
        self.connections.transact(|work| {
            let row = work.row(statements::LOCK, &[&claim.conversation])?;
            match row.map(|row| Locked::read(&row)).transpose()? {
                Some(row) if !row.is_held_by(claim) => Ok(Saved::Conflict),
                Some(row) if row.version == row::number(version_of(claim)) => {
                    write(work)?;
                    Ok(saved)
                }
                Some(_) => {
                    work.write(statements::GIVE_BACK, &[&claim.conversation])?;
                    Ok(Saved::Conflict)
                }
                None => Ok(Saved::Conflict),
            }
        })
    }
}

/// The version of the record that the claim holds.
fn version_of(claim: &Claim) -> u64 {
    claim.record.as_ref().map_or(0, |record| record.version)
}
