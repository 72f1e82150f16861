//! Between rows and records.

use std::time::{Duration, SystemTime};

use postgres::Row;
use sayflow::{Input, Timestamp};

use crate::error::{Error, ErrorKind};
use crate::json;
use crate::name::{input_id, row_key};
use crate::record::{Claim, Delivery, Record, Refused};

/// The claim of a row: of its timer where there is no entry.
pub(super) fn claim(row: &Row) -> Result<Claim, Error> {
    let conversation: String = column(row, "conversation")?;
    let now: SystemTime = column(row, "claimed_at")?;
    let version: i64 = column(row, "version")?;
    let record = (version > 0).then(|| record(&conversation, row)).transpose()?;
    let entry: Option<i64> = column(row, "entry")?;
    let entry = entry.map(unsigned);
    let input = match (entry, &record) {
        (Some(entry), _) => waiting(&conversation, entry, row)?,
        (None, Some(record)) => record.timer(now.into()),
        (None, None) => Input::no_reply().at(now.into()),
    };
    let attempts: i32 = column(row, "attempts")?;
    let rings_at: Option<SystemTime> = column(row, "rings_at")?;
    Ok(Claim {
        fence: unsigned(column(row, "fence")?),
        record,
        input,
        entry,
        ring: rings_at.map(Timestamp::from),
        attempt: u32::try_from(attempts).map_or(1, |attempts| attempts.max(1)),
        now: now.into(),
        conversation,
    })
}

/// Which claim a row is, even where the rest of it cannot be read: the conversation, the fence and the attempt.
pub(super) fn claimed(row: &Row) -> Result<(&str, i64, i32), Error> {
    Ok((
        column(row, "conversation")?,
        column(row, "fence")?,
        column(row, "attempts")?,
    ))
}

/// The input that waits, under the id that it has for good, with the moment of its arrival.
fn waiting(conversation: &str, entry: u64, row: &Row) -> Result<Input, Error> {
    let (id, input): (Option<String>, Option<&str>) = (column(row, "id")?, column(row, "input")?);
    let arrived_at: SystemTime = column(row, "arrived_at")?;
    let input: Input = json::read("input", conversation, input.unwrap_or_default().as_bytes())?;
    let arrived_at = arrived_at.into();
    let id = id.unwrap_or_else(|| input_id(entry, arrived_at));
    Ok(input.with_id(id).at(arrived_at))
}

/// A record that was written: one that is gone is damaged, and not new.
pub(super) fn record(conversation: &str, row: &Row) -> Result<Record, Error> {
    let (session, customer): (Option<&str>, Option<&str>) =
        (column(row, "session")?, column(row, "customer")?);
    let (session, customer) = (session.unwrap_or_default(), customer.unwrap_or_default());
    Ok(Record {
        version: unsigned(column(row, "version")?),
        session: json::read("session", conversation, session.as_bytes())?,
        customer: json::read("customer", conversation, customer.as_bytes())?,
    })
}

pub(super) fn delivery(row: &Row) -> Result<Delivery, Error> {
    let (conversation, _, version, place) = taken(row)?;
    let place = usize::try_from(place).unwrap_or(0);
    let key = row_key(conversation, unsigned(version), place);
    let outgoing: &str = column(row, "outgoing")?;
    let outgoing = json::read(&format!("row `{key}`"), conversation, outgoing.as_bytes());
    Ok(Delivery {
        outgoing: outgoing.map_err(|error| error.with_key(&*key))?,
        conversation: conversation.to_owned(),
        key,
    })
}

/// Which row of the outbox it is, even where the rest of it cannot be read: conversation, the end of the lease under which
/// it was taken, version and place.
pub(super) fn taken(row: &Row) -> Result<(&str, SystemTime, i64, i32), Error> {
    Ok((
        column(row, "conversation")?,
        column(row, "leased_until")?,
        column(row, "version")?,
        column(row, "place")?,
    ))
}

pub(super) fn refused(row: &Row) -> Result<Refused, Error> {
    let conversation: String = column(row, "conversation")?;
    let (input, reason): (String, String) = (column(row, "input")?, column(row, "reason")?);
    let at: SystemTime = column(row, "refused_at")?;
    Ok(Refused {
        input: json::read("input", &conversation, input.as_bytes()).ok(),
        reason: json::read("reason of a refusal", &conversation, reason.as_bytes()).unwrap_or(reason),
        at: at.into(),
        conversation,
    })
}

/// Conversation, version and place of a key; `None` for what is no key of a row, such as one with another spelling of a
/// number.
pub(super) fn parts_of_key(key: &str) -> Option<(&str, i64, i32)> {
    let (of_turn, place) = key.rsplit_once('/')?;
    let (conversation, version) = of_turn.rsplit_once('/')?;
    let (version, place) = (version.parse().ok()?, place.parse().ok()?);
    let is_given = row_key(conversation, version, place) == key;
    is_given.then_some((conversation, number(version), i32::try_from(place).ok()?))
}

fn column<'r, T: postgres::types::FromSql<'r>>(row: &'r Row, name: &str) -> Result<T, Error> {
    row.try_get(name).map_err(|error| {
        Error::new(
            ErrorKind::Unreadable,
            format!("the column `{name}` has another type"),
        )
        .with_source(error)
    })
}

pub(super) fn moment(moment: Timestamp) -> SystemTime {
    let microseconds = moment.as_microseconds();
    let span = Duration::from_micros(microseconds.unsigned_abs());
    match microseconds {
        0.. => SystemTime::UNIX_EPOCH + span,
        _ => SystemTime::UNIX_EPOCH - span,
    }
}

/// An interval that PostgreSQL can add to a moment: at most thirty years.
pub(super) fn seconds(span: Duration) -> f64 {
    span.as_secs_f64().min(1e9)
}

/// PostgreSQL has no unsigned numbers. All that are stored count from 0 on.
pub(super) fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
