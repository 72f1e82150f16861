//! Conversations as they are stored.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use sayflow::{Customer, Session, Timestamp};

use super::{integer, json, number, read};
use crate::error::Error;
use crate::name::check_conversation;
use crate::record::{Record, Saved};

const LOAD: &str = "SELECT version, session, customer FROM conversation WHERE name = ?1";

const SAVE: &str = "
    INSERT INTO conversation (name, version, session, customer, ring_at) VALUES (?1, ?2 + 1, ?3, ?4, ?5)
    ON CONFLICT (name) DO UPDATE SET version = ?2 + 1, session = ?3, customer = ?4, ring_at = ?5
    WHERE version = ?2";

/// When a conversation is ready, from what is known of it now.
const REST: &str = "
    UPDATE conversation SET ready_at = CASE WHEN leased_until > ?2 THEN leased_until ELSE (
        SELECT min(moment) FROM (
            SELECT ring_at AS moment WHERE ring_at IS NOT NULL
            UNION ALL
            SELECT * FROM (
                SELECT arrived_at FROM inbox WHERE conversation = name AND handled_at IS NULL ORDER BY entry LIMIT 1)))
        END
    WHERE name = ?1";

/// A record as it is stored, not read yet.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) version: u64,
    pub(super) session: Option<String>,
    pub(super) customer: Option<String>,
}

impl Stored {
    /// `None` where nothing was written yet.
    pub(super) fn read(self, conversation: &str) -> Result<Option<Record>, Error> {
        if self.version == 0 {
            return Ok(None);
        }
        let (session, customer) = (
            self.session.unwrap_or_default(),
            self.customer.unwrap_or_default(),
        );
        Ok(Some(Record {
            version: self.version,
            session: read::<Session>("session", conversation, &session)?,
            customer: read::<Customer>("customer", conversation, &customer)?,
        }))
    }
}

pub(super) fn load(connection: &Connection, conversation: &str) -> Result<Option<Record>, Error> {
    let mut statement = connection.prepare_cached(LOAD)?;
    let stored = statement.query_row([conversation], |row| {
        Ok(Stored {
            version: number(row.get(0)?),
            session: row.get(1)?,
            customer: row.get(2)?,
        })
    });
    match stored.optional()? {
        Some(stored) => stored.read(conversation),
        None => Ok(None),
    }
}

pub(super) fn save(
    transaction: &Transaction<'_>,
    now: Timestamp,
    conversation: &str,
    record: &Record,
) -> Result<Saved, Error> {
    check_conversation(conversation)?;
    let due = record.session.wait().due.map(Timestamp::as_microseconds);
    let (session, customer) = (json(&record.session)?, json(&record.customer)?);
    if record.version > 0 && !exists(transaction, conversation)? {
        return Ok(Saved::Conflict);
    }
    let written = transaction.prepare_cached(SAVE)?.execute(params![
        conversation,
        integer(record.version),
        session,
        customer,
        due
    ])?;
    if written == 0 {
        return Ok(Saved::Conflict);
    }
    rest(transaction, now, conversation)?;
    Ok(Saved::Version(record.version + 1))
}

/// Without this, a record of a conversation that is not there would be inserted as one that is new.
fn exists(transaction: &Transaction<'_>, conversation: &str) -> Result<bool, Error> {
    let mut statement = transaction.prepare_cached("SELECT 1 FROM conversation WHERE name = ?1")?;
    Ok(statement.exists([conversation])?)
}

/// Works out anew when a conversation is ready.
pub(super) fn rest(transaction: &Transaction<'_>, now: Timestamp, conversation: &str) -> Result<(), Error> {
    transaction
        .prepare_cached(REST)?
        .execute(params![conversation, now.as_microseconds()])?;
    Ok(())
}
