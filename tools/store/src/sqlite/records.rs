//! Conversations as they are stored.

use rusqlite::{Connection, OptionalExtension, ToSql, Transaction, params};
use sayflow::Timestamp;

use super::text::Text;
use super::{integer, number};
use crate::error::{Error, ErrorKind};
use crate::json;
use crate::name::check_conversation;
use crate::record::{Record, Saved};

const LOAD: &str = "SELECT version, forgotten, session, customer FROM conversation WHERE name = ?1";

const VERSION: &str =
    "SELECT version, iif(version = forgotten, 0, version) FROM conversation WHERE name = ?1";

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

/// What stays is a row that is as if nothing had been written yet, with numbers above all that were given.
const FORGET: &str = "
    UPDATE conversation SET
        version = max(version, 0) + 1, forgotten = max(version, 0) + 1, session = NULL, customer = NULL,
        fence = max(fence, 0) + 1, leased_until = 0, attempts = 0, ring_at = NULL, ready_at = NULL
    WHERE name = ?1";

/// A record as it is stored, not read yet.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) version: i64,
    pub(super) forgotten: i64,
    pub(super) session: Text,
    pub(super) customer: Text,
}

impl Stored {
    /// `None` where nothing was written yet.
    pub(super) fn read(self, conversation: &str) -> Result<Option<Record>, Error> {
        if self.version == self.forgotten {
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
            forgotten: row.get(1)?,
            session: row.get(2)?,
            customer: row.get(3)?,
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
    let (last, seen) = versions(transaction, conversation)?;
    if seen != record.version {
        return Ok(Saved::Conflict);
    }
    // One that is damaged is saved over.
    let stored = load(transaction, conversation).ok().flatten();
    let next = last + 1;
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

/// The last version of the conversation, and that of the record; 0 where nothing was written yet.
fn versions(transaction: &Transaction<'_>, conversation: &str) -> Result<(u64, u64), Error> {
    let mut statement = transaction.prepare_cached(VERSION)?;
    let stored = statement.query_row([conversation], |row| Ok((row.get(0)?, row.get(1)?)));
    let (last, seen) = stored.optional()?.unwrap_or_default();
    Ok((number(last), number(seen)))
}

pub(super) fn forget(transaction: &Transaction<'_>, conversation: &str) -> Result<(), Error> {
    transaction.prepare_cached(FORGET)?.execute([conversation])?;
    Ok(())
}

/// Works out anew when a conversation is ready.
pub(super) fn rest(transaction: &Transaction<'_>, conversation: &impl ToSql) -> Result<(), Error> {
    transaction.prepare_cached(REST)?.execute([conversation])?;
    Ok(())
}
