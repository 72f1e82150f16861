//! Claims: what is ready, and what becomes of it.

use std::time::Duration;

use rusqlite::{OptionalExtension, Transaction, params};
use sayflow::Timestamp;

use super::records::{self, rest};
use super::text::Text;
use super::{inbox, integer, number, outbox};
use crate::error::Error;
use crate::json;
use crate::record::{Changes, Claim, Saved};
use crate::store::lease_of;

const READY: &str = "
    SELECT name, version, forgotten, session, customer, fence, attempts, ring_at
    FROM conversation WHERE ready_at <= ?1 ORDER BY ready_at LIMIT 1";

const READY_NAMED: &str = "
    SELECT name, version, forgotten, session, customer, fence, attempts, ring_at
    FROM conversation WHERE ready_at <= ?1 AND name = ?2";

const NEXT_INPUT: &str = "
    SELECT entry, input, arrived_at FROM inbox
    WHERE conversation = ?1 AND handled_at IS NULL ORDER BY entry LIMIT 1";

const LEASE: &str = "
    UPDATE conversation SET fence = ?2, attempts = ?3, leased_until = ?4, ready_at = ?4
    WHERE name = ?1";

const WRITE: &str = "
    UPDATE conversation SET version = version + 1, session = ?4, customer = ?5, ring_at = ?6
    WHERE name = ?1 AND fence = ?2 AND leased_until <> 0 AND iif(version = forgotten, 0, version) = ?3
    RETURNING version";

/// For a refusal: the record stays, and a timer is unset.
const KEEP: &str = "
    UPDATE conversation SET ring_at = iif(?4, NULL, ring_at)
    WHERE name = ?1 AND fence = ?2 AND leased_until <> 0 AND iif(version = forgotten, 0, version) = ?3";

const END: &str = "
    UPDATE conversation SET leased_until = 0, attempts = 0
    WHERE name = ?1 AND fence = ?2 AND leased_until <> 0";

/// The same where the lease has ended and nothing is left to be done.
const GIVE_BACK: &str = "UPDATE conversation SET leased_until = 0, attempts = 0 WHERE name = ?1";

const UNCOUNT: &str = "
    UPDATE conversation SET attempts = min(attempts, ?3)
    WHERE name = ?1 AND fence = ?2 AND leased_until <> 0";

const HANDLED: &str = "UPDATE inbox SET handled_at = ?2, input = NULL WHERE entry = ?1";

const REFUSED: &str = "UPDATE inbox SET handled_at = ?2, refused_because = ?3 WHERE entry = ?1";

const REFUSED_TIMER: &str = "
    INSERT INTO inbox (conversation, input, arrived_at, handled_at, refused_because) VALUES (?1, ?2, ?3, ?4, ?5)";

/// A conversation that was claimed, not read yet.
#[derive(Debug)]
struct Row {
    conversation: Text,
    record: records::Stored,
    /// `None` for the timer.
    input: Option<inbox::Stored>,
    ring_at: Option<i64>,
    fence: u64,
    attempt: u32,
    now: Timestamp,
}

impl Row {
    fn read(self) -> Result<Claim, Error> {
        let conversation = self.conversation.name()?;
        let record = self.record.read(&conversation)?;
        let entry = self.input.as_ref().map(|input| input.entry);
        let input = match (self.input, &record) {
            (Some(input), _) => input.read(&conversation)?,
            (None, Some(record)) => record.timer(self.now),
            (None, None) => sayflow::Input::no_reply().at(self.now),
        };
        Ok(Claim {
            conversation,
            fence: self.fence,
            record,
            input,
            entry,
            ring: self.ring_at.map(Timestamp::from_microseconds),
            attempt: self.attempt,
            now: self.now,
        })
    }
}

/// A conversation that cannot be read is claimed as well, so that it rests; that is no attempt at its turn.
pub(super) fn claim(
    transaction: &Transaction<'_>,
    now: Timestamp,
    conversation: Option<&str>,
    lease: Duration,
) -> Result<Option<Result<Claim, Error>>, Error> {
    while let Some(mut row) = ready(transaction, now, conversation)? {
        row.input = next_input(transaction, &row.conversation)?;
        let arrived_at = row.input.as_ref().map(|input| input.arrived_at);
        let rings_first = |ring| ring <= now.as_microseconds() && arrived_at.is_none_or(|at| ring <= at);
        if row.ring_at.is_some_and(rings_first) {
            row.input = None;
        } else if row.input.is_none() {
            // The host saved another session while a claim was out, and the lease that has ended was all there was.
            transaction
                .prepare_cached(GIVE_BACK)?
                .execute([&row.conversation])?;
            rest(transaction, &row.conversation)?;
            continue;
        }
        let (name, fence, attempt) = (row.conversation.clone(), row.fence, row.attempt);
        let claim = row.read();
        let attempts = if claim.is_ok() { attempt } else { attempt - 1 };
        let until = (now + lease_of(&name.lossy(), attempt, lease)).as_microseconds();
        transaction
            .prepare_cached(LEASE)?
            .execute(params![name, integer(fence), attempts, until])?;
        return Ok(Some(claim));
    }
    Ok(None)
}

/// The conversation that has been ready for longest, as it will be when it is claimed.
fn ready(
    transaction: &Transaction<'_>,
    now: Timestamp,
    conversation: Option<&str>,
) -> Result<Option<Row>, Error> {
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Row {
            conversation: row.get(0)?,
            record: records::Stored {
                version: row.get(1)?,
                forgotten: row.get(2)?,
                session: row.get(3)?,
                customer: row.get(4)?,
            },
            input: None,
            ring_at: row.get(7)?,
            fence: number(row.get(5)?) + 1,
            attempt: u32::try_from(number(row.get(6)?))
                .map_or(u32::MAX, |attempts| attempts.saturating_add(1)),
            now,
        })
    };
    let now = now.as_microseconds();
    let found = match conversation {
        Some(name) => transaction
            .prepare_cached(READY_NAMED)?
            .query_row(params![now, name], read),
        None => transaction.prepare_cached(READY)?.query_row([now], read),
    };
    Ok(found.optional()?)
}

fn next_input(transaction: &Transaction<'_>, conversation: &Text) -> Result<Option<inbox::Stored>, Error> {
    let mut statement = transaction.prepare_cached(NEXT_INPUT)?;
    let found = statement.query_row([conversation], |row| {
        Ok(inbox::Stored {
            entry: number(row.get(0)?),
            input: row.get(1)?,
            arrived_at: row.get(2)?,
        })
    });
    Ok(found.optional()?)
}

pub(super) fn commit(
    transaction: &Transaction<'_>,
    now: Timestamp,
    claim: &Claim,
    changes: &Changes,
) -> Result<Saved, Error> {
    let begun = begun(claim);
    let changed = json::write_changes(&claim.conversation, changes)?;
    let written = transaction.prepare_cached(WRITE)?.query_row(
        params![
            claim.conversation,
            integer(claim.fence),
            integer(begun),
            changed.session,
            changed.customer,
            changes.ring.map(Timestamp::as_microseconds),
        ],
        |row| row.get(0).map(number),
    );
    let written = written.optional()?;
    if let Some(version) = written {
        if let Some(entry) = claim.entry {
            let mut handled = transaction.prepare_cached(HANDLED)?;
            handled.execute(params![integer(entry), now.as_microseconds()])?;
        }
        outbox::write(transaction, &claim.conversation, version, &changed.outbox)?;
    }
    end(transaction, claim)?;
    Ok(written.map_or(Saved::Conflict, Saved::Version))
}

pub(super) fn refuse(
    transaction: &Transaction<'_>,
    now: Timestamp,
    claim: &Claim,
    reason: &str,
) -> Result<Saved, Error> {
    let begun = begun(claim);
    let kept = transaction.prepare_cached(KEEP)?.execute(params![
        claim.conversation,
        integer(claim.fence),
        integer(begun),
        claim.entry.is_none(),
    ])?;
    let at = now.as_microseconds();
    match claim.entry {
        _ if kept == 0 => {}
        Some(entry) => {
            transaction
                .prepare_cached(REFUSED)?
                .execute(params![integer(entry), at, reason])?;
        }
        None => {
            let input = json::write("input", &claim.conversation, &claim.input)?;
            let rang_at = claim.input.now.as_microseconds();
            let mut statement = transaction.prepare_cached(REFUSED_TIMER)?;
            statement.execute(params![claim.conversation, input, rang_at, at, reason])?;
        }
    }
    end(transaction, claim)?;
    Ok(if kept > 0 {
        Saved::Version(begun)
    } else {
        Saved::Conflict
    })
}

pub(super) fn uncount(transaction: &Transaction<'_>, claim: &Claim) -> Result<(), Error> {
    transaction.prepare_cached(UNCOUNT)?.execute(params![
        claim.conversation,
        integer(claim.fence),
        claim.attempt.saturating_sub(1),
    ])?;
    Ok(())
}

/// The version from which a turn began.
fn begun(claim: &Claim) -> u64 {
    claim.record.as_ref().map_or(0, |record| record.version)
}

/// Ends a claim if it is still the last one: after a commit, and after a save that was in its way.
fn end(transaction: &Transaction<'_>, claim: &Claim) -> Result<(), Error> {
    let mut statement = transaction.prepare_cached(END)?;
    if statement.execute(params![claim.conversation, integer(claim.fence)])? > 0 {
        rest(transaction, &claim.conversation)?;
    }
    Ok(())
}
