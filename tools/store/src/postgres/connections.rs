//! As many connections as there are callers at once; one that broke is made anew.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use postgres::error::Severity;
use postgres::types::{FromSqlOwned, ToSql};
use postgres::{Client, Row, Statement};

use crate::error::{Error, ErrorKind};

type Connect = dyn Fn() -> Result<Client, postgres::Error> + Send + Sync;
/// What stands in the places `$1`, `$2`, … of a statement.
pub(super) type Values<'v> = &'v [&'v (dyn ToSql + Sync)];

pub(super) struct Connections {
    connect: Box<Connect>,
    idle: Mutex<Vec<Connection>>,
}

pub(super) struct Connection {
    pub(super) client: Client,
    /// Statements that are sent by name from the second time on.
    prepared: HashMap<&'static str, Statement>,
}

/// What a connection is told first: nobody waits longer for a row, which is locked for moments.
const MANNERS: &str = "
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

    /// The rows of one statement, which is a transaction by itself.
    pub(super) fn rows(&self, text: &'static str, values: Values<'_>) -> Result<Vec<Row>, Error> {
        self.with(|connection| {
            let statement = connection.prepared(text)?;
            connection.client.query(&statement, values)
        })
    }

    /// The one row of a statement, if it has one.
    pub(super) fn row(&self, text: &'static str, values: Values<'_>) -> Result<Option<Row>, Error> {
        Ok(self.rows(text, values)?.into_iter().next())
    }

    /// The one value of a statement that always has one.
    pub(super) fn value<T: FromSqlOwned>(&self, text: &'static str, values: Values<'_>) -> Result<T, Error> {
        self.with(|connection| {
            let statement = connection.prepared(text)?;
            connection.client.query_one(&statement, values)?.try_get(0)
        })
    }

    /// After an error the connection is closed, which ends its transaction. Where the server has gone it has
    /// closed the idle ones as well, which they notice one by one: all of them go.
    pub(super) fn with<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, postgres::Error>,
    ) -> Result<T, Error> {
        let idle = self.idle().pop();
        let connected = idle.map_or_else(|| self.open(), Ok);
        let worked = connected.and_then(|mut connection| Ok((work(&mut connection)?, connection)));
        match worked {
            Ok((done, connection)) => {
                self.idle().push(connection);
                Ok(done)
            }
            Err(error) => {
                if is_broken(&error) {
                    self.idle().clear();
                }
                Err(unavailable(error))
            }
        }
    }

    fn open(&self) -> Result<Connection, postgres::Error> {
        let mut client = (self.connect)()?;
        client.batch_execute(MANNERS)?;
        Ok(Connection {
            client,
            prepared: HashMap::new(),
        })
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connection {
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

/// Whether it is about the connection: what the database refuses in a statement leaves the others as they are;
/// what it says when it ends a connection is fatal.
fn is_broken(error: &postgres::Error) -> bool {
    error.as_db_error().is_none_or(|said| {
        let severity = said.parsed_severity();
        matches!(severity, Some(Severity::Fatal | Severity::Panic))
    })
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
