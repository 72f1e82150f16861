//! Rows to be delivered.

use std::time::Duration;

use rusqlite::{OptionalExtension, Transaction, params};
use sayflow::Timestamp;

use super::integer;
use super::text::Text;
use crate::error::Error;
use crate::json;
use crate::name::row_key;
use crate::record::Delivery;
use crate::store::{DELIVERIES_AT_ONCE, readable};

const WRITE: &str = "INSERT INTO outbox (key, conversation, content) VALUES (?1, ?2, ?3)";

/// The conversation with the oldest row that nobody is delivering.
const NEXT: &str = "
    SELECT conversation FROM outbox AS oldest
    WHERE delivered_at IS NULL AND leased_until <= ?1 AND NOT EXISTS (
        SELECT 1 FROM outbox
        WHERE conversation = oldest.conversation AND delivered_at IS NULL AND leased_until > ?1)
    ORDER BY row LIMIT 1";

const IS_UNDER_WAY: &str = "
    SELECT 1 FROM outbox WHERE conversation = ?1 AND delivered_at IS NULL AND leased_until > ?2";

const ROWS: &str = "
    SELECT row, key, content FROM outbox
    WHERE conversation = ?1 AND delivered_at IS NULL ORDER BY row LIMIT ?2";

const LEASE: &str = "
    UPDATE outbox SET leased_until = ?3
    WHERE conversation = ?1 AND delivered_at IS NULL AND row <= ?2";

const DELIVERED: &str = "UPDATE outbox SET delivered_at = ?2 WHERE key = ?1 AND delivered_at IS NULL";

/// Each by an index: what waits, and what was delivered, whose keys all begin with the conversation and `/`, behind which
/// comes `0` in ASCII.
const FORGET: [&str; 2] = [
    "DELETE FROM outbox WHERE conversation = ?1 AND delivered_at IS NULL",
    "DELETE FROM outbox WHERE key > ?1 || '/' AND key < ?1 || '0' AND conversation = ?1",
];

/// A row that was taken, not read yet.
#[derive(Debug)]
struct Row {
    row: i64,
    key: Text,
    conversation: Text,
    content: Text,
}

impl Row {
    fn read(&self) -> Result<Delivery, Error> {
        let key = self.key.lossy();
        let read = self.conversation.name().and_then(|conversation| {
            let what = format!("row `{key}`");
            let outgoing = json::read(&what, &conversation, self.content.as_bytes())?;
            Ok((conversation, outgoing))
        });
        let (conversation, outgoing) = read.map_err(|error| error.with_key(&*key))?;
        Ok(Delivery {
            key,
            conversation,
            outgoing,
        })
    }
}

pub(super) fn write(
    transaction: &Transaction<'_>,
    conversation: &str,
    version: u64,
    outbox: &[String],
) -> Result<(), Error> {
    let mut statement = transaction.prepare_cached(WRITE)?;
    for (place, content) in outbox.iter().enumerate() {
        let key = row_key(conversation, version, place);
        statement.execute(params![key, conversation, content])?;
    }
    Ok(())
}

/// A row that cannot be read is taken alone, so that its conversation rests; what is before it goes out first.
pub(super) fn take(
    transaction: &Transaction<'_>,
    now: Timestamp,
    conversation: Option<&str>,
    lease: Duration,
) -> Result<Result<Vec<Delivery>, Error>, Error> {
    // A lease of no time keeps nobody away, also where the clock goes back.
    let until = match lease {
        Duration::ZERO => 0,
        lease => (now + lease).as_microseconds(),
    };
    let now = now.as_microseconds();
    let next = match conversation {
        Some(name) => {
            let mut statement = transaction.prepare_cached(IS_UNDER_WAY)?;
            (!statement.exists(params![name, now])?).then(|| Text::from(name))
        }
        None => transaction
            .prepare_cached(NEXT)?
            .query_row([now], |row| row.get(0))
            .optional()?,
    };
    let Some(conversation) = next else {
        return Ok(Ok(Vec::new()));
    };
    let mut statement = transaction.prepare_cached(ROWS)?;
    let rows = statement.query_map(params![conversation, integer(DELIVERIES_AT_ONCE as u64)], |row| {
        Ok(Row {
            row: row.get(0)?,
            key: row.get(1)?,
            conversation: conversation.clone(),
            content: row.get(2)?,
        })
    })?;
    let rows = rows.collect::<Result<Vec<Row>, _>>()?;
    let taken = readable(rows.iter().map(Row::read));
    let count = taken.as_ref().map_or(1, Vec::len);
    if let Some(last) = rows.get(..count).and_then(<[Row]>::last) {
        transaction
            .prepare_cached(LEASE)?
            .execute(params![conversation, last.row, until])?;
    }
    Ok(taken)
}

pub(super) fn delivered(transaction: &Transaction<'_>, now: Timestamp, key: &str) -> Result<(), Error> {
    transaction
        .prepare_cached(DELIVERED)?
        .execute(params![key, now.as_microseconds()])?;
    Ok(())
}

pub(super) fn forget(transaction: &Transaction<'_>, conversation: &str) -> Result<(), Error> {
    for text in FORGET {
        transaction.prepare_cached(text)?.execute([conversation])?;
    }
    Ok(())
}

pub(super) fn prune(transaction: &Transaction<'_>, before: i64) -> Result<u64, Error> {
    let mut statement = transaction.prepare_cached("DELETE FROM outbox WHERE delivered_at < ?1")?;
    Ok(statement.execute([before])? as u64)
}
