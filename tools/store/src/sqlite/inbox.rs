//! Inputs, from their arrival until they are forgotten.

use rusqlite::{Connection, Transaction, params};
use sayflow::{Input, Timestamp};

use super::number;
use super::text::Text;
use crate::error::Error;
use crate::json;
use crate::name::{check_conversation, check_input, input_id};
use crate::record::{Received, Refused};

const RECEIVE: &str = "
    INSERT INTO inbox (conversation, id, input, arrived_at) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT DO NOTHING";

/// A conversation that is claimed is ready when its lease ends, and not before.
const WAKE: &str = "
    INSERT INTO conversation (name, ready_at) VALUES (?1, ?2)
    ON CONFLICT (name) DO UPDATE SET ready_at =
        CASE WHEN leased_until > ?2 THEN ready_at ELSE min(coalesce(ready_at, ?2), ?2) END";

const IS_WAITING: &str = "SELECT 1 FROM inbox WHERE conversation = ?1 AND id = ?2 AND handled_at IS NULL";

const REFUSED: &str = "
    SELECT conversation, entry, input, arrived_at, handled_at, refused_because
    FROM inbox WHERE refused_because IS NOT NULL ORDER BY handled_at DESC, entry DESC LIMIT ?1";

/// Each by an index: together every input of the conversation.
const FORGET: [&str; 2] = [
    "DELETE FROM inbox WHERE conversation = ?1 AND id IS NOT NULL",
    "DELETE FROM inbox WHERE conversation = ?1 AND id IS NULL",
];

pub(super) fn receive(
    transaction: &Transaction<'_>,
    now: Timestamp,
    conversation: &str,
    input: &Input,
) -> Result<Received, Error> {
    check_conversation(conversation)?;
    check_input(input)?;
    let arrived_at = now.as_microseconds();
    let written = transaction.prepare_cached(RECEIVE)?.execute(params![
        conversation,
        input.id,
        json::write("input", conversation, input)?,
        arrived_at
    ])?;
    if written == 0 {
        return Ok(Received::Repeated);
    }
    transaction
        .prepare_cached(WAKE)?
        .execute(params![conversation, arrived_at])?;
    Ok(Received::New)
}

pub(super) fn is_waiting(connection: &Connection, conversation: &str, id: &str) -> Result<bool, Error> {
    let mut statement = connection.prepare_cached(IS_WAITING)?;
    Ok(statement.exists([conversation, id])?)
}

/// An input as it is stored, not read yet.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) entry: u64,
    pub(super) input: Text,
    pub(super) arrived_at: i64,
}

impl Stored {
    /// The input with the moment of its arrival, and an id in any case.
    pub(super) fn read(self, conversation: &str) -> Result<Input, Error> {
        let mut input: Input = json::read("input", conversation, self.input.as_bytes())?;
        let arrived_at = Timestamp::from_microseconds(self.arrived_at);
        input.id.get_or_insert_with(|| input_id(self.entry, arrived_at));
        Ok(input.at(arrived_at))
    }
}

pub(super) fn refused(connection: &Connection, at_most: usize) -> Result<Vec<Refused>, Error> {
    let mut statement = connection.prepare_cached(REFUSED)?;
    let mut rows = statement.query([i64::try_from(at_most).unwrap_or(i64::MAX)])?;
    let mut refused = Vec::new();
    while let Some(row) = rows.next()? {
        let (conversation, reason): (Text, Text) = (row.get(0)?, row.get(5)?);
        let stored = Stored {
            entry: number(row.get(1)?),
            input: row.get(2)?,
            arrived_at: row.get(3)?,
        };
        let conversation = conversation.lossy();
        refused.push(Refused {
            input: stored.read(&conversation).ok(),
            conversation,
            reason: reason.lossy(),
            at: Timestamp::from_microseconds(row.get(4)?),
        });
    }
    Ok(refused)
}

pub(super) fn forget(transaction: &Transaction<'_>, conversation: &str) -> Result<(), Error> {
    for text in FORGET {
        transaction.prepare_cached(text)?.execute([conversation])?;
    }
    Ok(())
}

pub(super) fn prune(transaction: &Transaction<'_>, before: i64) -> Result<u64, Error> {
    let mut statement = transaction.prepare_cached("DELETE FROM inbox WHERE handled_at < ?1")?;
    Ok(statement.execute([before])? as u64)
}
