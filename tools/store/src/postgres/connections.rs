//! As many connections as there are callers at once; one that broke is made anew.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use postgres::types::ToSql;
use postgres::{Client, GenericClient, Row, Statement, Transaction};
use sayflow::Timestamp;

use super::statements;
use crate::error::{Error, ErrorKind};

type Connect = dyn Fn() -> Result<Client, postgres::Error> + Send + Sync;
type Values<'v> = &'v [&'v (dyn ToSql + Sync)];

pub(super) struct Connections {
    connect: Box<Connect>,
    idle: Mutex<Vec<Connection>>,
}

struct Connection {
    client: Client,
    prepared: Prepared,
}

/// Statements that are sent by name from the second time on.
type Prepared = HashMap<&'static str, Statement>;

/// What a caller does with a connection: in a transaction, or one statement that is one by itself.
pub(super) struct Work<'c, C> {
    pub(super) client: &'c mut C,
    prepared: &'c mut Prepared,
}

/// What a connection is told first. A worker that is stopped in the middle of a transaction holds up the
/// customer whose row it has locked for this long, and nobody waits longer for a row.
const MANNERS: &str = "
SET idle_in_transaction_session_timeout = '10s';
SET lock_timeout = '10s';
SET default_transaction_isolation = 'read committed'";

impl Connections {
    pub(super) fn new<F>(connect: F) -> Self
    where
        F: Fn() -> Result<Client, postgres::Error> + Send + Sync + 'static,
    {
        Self {
            connect: Box::new(connect),
            idle: Mutex::default(),
        }
    }

    /// Does everything in one transaction, or nothing.
    pub(super) fn transact<T>(
        &self,
        work: impl FnOnce(&mut Work<'_, Transaction<'_>>) -> Result<T, postgres::Error>,
    ) -> Result<T, Error> {
        self.with(|connection| {
            let mut transaction = connection.client.transaction()?;
            let done = work(&mut Work {
                client: &mut transaction,
                prepared: &mut connection.prepared,
            })?;
            transaction.commit()?;
            Ok(done)
        })
    }

    /// Does something by one statement.
    pub(super) fn ask<T>(
        &self,
        work: impl FnOnce(&mut Work<'_, Client>) -> Result<T, postgres::Error>,
    ) -> Result<T, Error> {
        self.with(|connection| {
            work(&mut Work {
                client: &mut connection.client,
                prepared: &mut connection.prepared,
            })
        })
    }

    /// After an error the connection is closed, which ends its transaction; where the server has
    /// gone, the idle ones go as well.
    fn with<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T, postgres::Error>) -> Result<T, Error> {
        let idle = self.idle().pop();
        let connected = idle.map_or_else(|| self.open(), Ok);
        let worked = connected.and_then(|mut connection| Ok((work(&mut connection)?, connection)));
        match worked {
            Ok((done, connection)) => {
                self.idle().push(connection);
                Ok(done)
            }
            Err(error) => {
                self.idle().retain(|connection| !connection.client.is_closed());
                Err(unavailable(error))
            }
        }
    }

    fn open(&self) -> Result<Connection, postgres::Error> {
        let mut client = (self.connect)()?;
        client.batch_execute(MANNERS)?;
        Ok(Connection {
            client,
            prepared: Prepared::new(),
        })
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C: GenericClient> Work<'_, C> {
    pub(super) fn rows(
        &mut self,
        text: &'static str,
        values: Values<'_>,
    ) -> Result<Vec<Row>, postgres::Error> {
        let statement = self.prepared(text)?;
        self.client.query(&statement, values)
    }

    /// The one row, if there is one.
    pub(super) fn row(
        &mut self,
        text: &'static str,
        values: Values<'_>,
    ) -> Result<Option<Row>, postgres::Error> {
        let statement = self.prepared(text)?;
        self.client.query_opt(&statement, values)
    }

    /// How many rows were written.
    pub(super) fn write(&mut self, text: &'static str, values: Values<'_>) -> Result<u64, postgres::Error> {
        let statement = self.prepared(text)?;
        self.client.execute(&statement, values)
    }

    /// The database's clock.
    pub(super) fn now(&mut self) -> Result<Timestamp, postgres::Error> {
        let statement = self.prepared(statements::NOW)?;
        let now: SystemTime = self.client.query_one(&statement, &[])?.try_get(0)?;
        Ok(now.into())
    }

    fn prepared(&mut self, text: &'static str) -> Result<Statement, postgres::Error> {
        Ok(match self.prepared.entry(text) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(place) => place.insert(self.client.prepare(text)?).clone(),
        })
    }
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections").finish_non_exhaustive()
    }
}

/// The driver's own words say little without what is behind them.
fn unavailable(error: postgres::Error) -> Error {
    let behind = std::error::Error::source(&error);
    let message = match (error.as_db_error(), behind) {
        (Some(refused), _) => format!("the database refuses: {}", refused.message()),
        (None, Some(behind)) => format!("the database does not answer: {error}: {behind}"),
        (None, None) => format!("the database does not answer: {error}"),
    };
    Error::new(ErrorKind::Unavailable, message).with_source(error)
}
