//! Conversations as they are stored.

use rusqlite::{Connection, OptionalExtension, ToSql, Transaction, params};
use sayflow::Timestamp;

use super::text::Text;
use super::{integer, number};
use crate::error::{Error, ErrorKind};
use crate::json;
use crate::name::check_conversation;
use crate::record::{Record, Saved};

const LOAD: &str = "SELECT version, session, customer FROM conversation WHERE name = ?1";

const VERSION: &str = "SELECT version FROM conversation WHERE name = ?1";

const SAVE: &str = "
    INSERT INTO conversation (name, version, session, customer, ring_at) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (name) DO UPDATE SET
        version = ?2, session = ?3, customer = ?4, attempts = 0, ring_at = iif(?6, ring_at, ?5)";

/// When a conversation is ready, from what is known of it now. A claim whose lease has ended and that nobody has ended is
/// looked at once more: whether anything is left of its work.
const REST: &str = "
    UPDATE conversation SET ready_at = CASE WHEN leased_until <> 0 THEN leased_until ELSE (
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
    pub(super) version: i64,
    pub(super) session: Text,
    pub(super) customer: Text,
}

impl Stored {
    /// `None` where nothing was written yet.
    pub(super) fn read(self, conversation: &str) -> Result<Option<Record>, Error> {
        if self.version == 0 {
            return Ok(None);
        }
        let version = u64::try_from(self.version).map_err(|error| {
            let message = format!("the version of `{conversation}` cannot be {}", self.version);
            Error::new(ErrorKind::Unreadable, message)
                .with_conversation(conversation)
                .with_source(error)
        })?;
        Ok(Some(Record {
            version,
            session: json::read("session", conversation, self.session.as_bytes())?,
            customer: json::read("customer", conversation, self.customer.as_bytes())?,
        }))
    }
}

pub(super) fn load(connection: &Connection, conversation: &str) -> Result<Option<Record>, Error> {
    let mut statement = connection.prepare_cached(LOAD)?;
    let stored = statement.query_row([conversation], |row| {
        Ok(Stored {
            version: row.get(0)?,
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
    conversation: &str,
    record: &Record,
) -> Result<Saved, Error> {
    check_conversation(conversation)?;
    let (session, customer) = json::write_record(conversation, record)?;
    if version(transaction, conversation)? != record.version {
        return Ok(Saved::Conflict);
    }
    // One that is damaged is saved over.
    let stored = load(transaction, conversation).ok().flatten();
    let next = record.version + 1;
    let due = record.session.wait().due.map(Timestamp::as_microseconds);
    transaction.prepare_cached(SAVE)?.execute(params![
        conversation,
        integer(next),
        session,
        customer,
        due,
        record.keeps_timer_of(stored.as_ref())
    ])?;
    rest(transaction, &conversation)?;
    Ok(Saved::Version(next))
}

/// The version that is stored; 0 where nothing was written yet.
fn version(transaction: &Transaction<'_>, conversation: &str) -> Result<u64, Error> {
    let mut statement = transaction.prepare_cached(VERSION)?;
    let stored = statement.query_row([conversation], |row| row.get(0)).optional()?;
    Ok(stored.map_or(0, number))
}

/// Works out anew when a conversation is ready.
pub(super) fn rest(transaction: &Transaction<'_>, conversation: &impl ToSql) -> Result<(), Error> {
    transaction.prepare_cached(REST)?.execute([conversation])?;
    Ok(())
}
