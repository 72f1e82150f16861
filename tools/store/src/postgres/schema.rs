//! The tables, and the version that they have.

use postgres::Transaction;

use super::connections::Connections;
use crate::error::{Error, ErrorKind};

/// What leads from each version to the next, from none on.
const MIGRATIONS: [&str; 1] = [concat!(include_str!("schema.sql"), include_str!("functions.sql"))];

/// The version of the tables that this code reads and writes.
const VERSION: usize = MIGRATIONS.len();

/// Held while tables are made: workers start at the same time. The letters are `sayflow`.
const ADVISORY_LOCK: &str = "SELECT pg_advisory_xact_lock(x'736179666c6f77'::bigint)";

/// Both as PostgreSQL names them: of what it keeps, and of what it is sent.
const ENCODINGS: &str = "SELECT current_setting('server_encoding'), current_setting('client_encoding')";

/// Brings the tables up to this version; those of a newer one are left as they are.
pub(super) fn migrate(connections: &Connections) -> Result<(), Error> {
    check_encodings(connections)?;
    let found = connections.with(|connection| {
        let mut transaction = connection.client.transaction()?;
        transaction.batch_execute(ADVISORY_LOCK)?;
        let found = version(&mut transaction)?;
        for migration in MIGRATIONS.iter().skip(found) {
            transaction.batch_execute(migration)?;
        }
        if found < VERSION {
            note(&mut transaction)?;
        }
        transaction.commit()?;
        Ok(found)
    })?;
    if found <= VERSION {
        return Ok(());
    }
    let message = format!("the tables are of version {found}, and this program knows {VERSION}: update it");
    Err(Error::new(ErrorKind::Newer, message))
}

/// Refuses a database that would take some messages and not others, each in the language of its customer.
fn check_encodings(connections: &Connections) -> Result<(), Error> {
    let (server, client): (String, String) = connections.with(|connection| {
        let row = connection.client.query_one(ENCODINGS, &[])?;
        Ok((row.try_get(0)?, row.try_get(1)?))
    })?;
    let message = match (server.as_str(), client.as_str()) {
        ("UTF8", "UTF8") => return Ok(()),
        ("UTF8", _) => {
            format!("the connection has the encoding {client}: leave `client_encoding` at UTF8")
        }
        _ => format!(
            "the database has the encoding {server}, which cannot hold every message: make one with \
             `CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0`"
        ),
    };
    Err(Error::new(ErrorKind::Newer, message))
}

/// Only where the tables would be made: a schema further back in the search path is somebody else's.
const EXISTS: &str =
    "SELECT WHERE to_regclass(quote_ident(current_schema()) || '.sayflow_store') IS NOT NULL";

/// 0 where there are no tables.
fn version(transaction: &mut Transaction<'_>) -> Result<usize, postgres::Error> {
    let exists = transaction.query_opt(EXISTS, &[])?;
    if exists.is_none() {
        return Ok(0);
    }
    let row = transaction.query_one("SELECT max(version) FROM sayflow_store", &[])?;
    let version: Option<i32> = row.try_get(0)?;
    Ok(version
        .and_then(|version| usize::try_from(version).ok())
        .unwrap_or(0))
}

fn note(transaction: &mut Transaction<'_>) -> Result<(), postgres::Error> {
    let version = i32::try_from(VERSION).unwrap_or(i32::MAX);
    transaction.batch_execute("DELETE FROM sayflow_store")?;
    transaction.execute("INSERT INTO sayflow_store (version) VALUES ($1)", &[&version])?;
    Ok(())
}
