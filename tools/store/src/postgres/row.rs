//! Between rows and records.

use std::time::{Duration, SystemTime};

use postgres::{Row, Transaction};
use sayflow::{Input, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::connections::Work;
use super::statements;
use crate::error::{Error, ErrorKind};
use crate::name::{input_id, row_key};
use crate::record::{Claim, Delivery, Record, Refused};

/// What the locked row of a session says.
pub(super) struct Locked {
    pub(super) version: i64,
    fence: i64,
    is_claimed: bool,
}

impl Locked {
    pub(super) fn read(row: &Row) -> Result<Self, postgres::Error> {
        Ok(Self {
            version: row.try_get("version")?,
            fence: row.try_get("fence")?,
            is_claimed: row.try_get("is_claimed")?,
        })
    }

    pub(super) fn is_held_by(&self, claim: &Claim) -> bool {
        self.is_claimed && self.fence == number(claim.fence)
    }
}

/// A claim as it is stored. It is understood outside of the transaction: what cannot be read is claimed as well.
pub(super) struct Claimed {
    conversation: String,
    version: i64,
    fence: i64,
    attempts: i32,
    rings_at: Option<SystemTime>,
    now: SystemTime,
    record: Option<(String, String)>,
    waiting: Option<Waiting>,
}

/// The first input that waits.
struct Waiting {
    entry: i64,
    id: Option<String>,
    input: String,
    arrived_at: SystemTime,
}

impl Claimed {
    pub(super) fn read(work: &mut Work<'_, Transaction<'_>>, session: &Row) -> Result<Self, postgres::Error> {
        let conversation: String = session.try_get("conversation")?;
        let record = work.row(statements::RECORD, &[&conversation])?;
        let waiting = work.row(statements::WAITING, &[&conversation])?;
        Ok(Self {
            version: session.try_get("version")?,
            fence: session.try_get("fence")?,
            attempts: session.try_get("attempts")?,
            rings_at: session.try_get("rings_at")?,
            now: session.try_get("now")?,
            record: record
                .map(|row| Ok((row.try_get("session")?, row.try_get("customer")?)))
                .transpose()?,
            waiting: waiting.map(|row| Waiting::read(&row)).transpose()?,
            conversation,
        })
    }

    /// The claim for the worker; `None` where nothing is to be done after all.
    pub(super) fn claim(self) -> Result<Option<Claim>, Error> {
        let name = &self.conversation;
        let now = Timestamp::from(self.now);
        let record = self
            .record
            .map(|(session, customer)| stored_record(name, self.version, &session, &customer))
            .transpose()?;
        let arrived_at = self.waiting.as_ref().map(|waiting| waiting.arrived_at);
        let rings_first = |ring: &SystemTime| arrived_at.is_none_or(|arrived_at| *ring <= arrived_at);
        let timer = self.rings_at.filter(rings_first).and(record.as_ref());
        let (entry, input) = match (timer, self.waiting) {
            (Some(record), _) => (None, record.timer(now)),
            (None, Some(waiting)) => (Some(unsigned(waiting.entry)), waiting.input(name)?),
            (None, None) => return Ok(None),
        };
        Ok(Some(Claim {
            fence: unsigned(self.fence),
            record,
            input,
            entry,
            attempt: u32::try_from(self.attempts).unwrap_or(u32::MAX),
            now,
            conversation: self.conversation,
        }))
    }
}

impl Waiting {
    fn read(row: &Row) -> Result<Self, postgres::Error> {
        Ok(Self {
            entry: row.try_get("entry")?,
            id: row.try_get("id")?,
            input: row.try_get("input")?,
            arrived_at: row.try_get("arrived_at")?,
        })
    }

    fn input(self, conversation: &str) -> Result<Input, Error> {
        let input: Input = parsed("an input", conversation, &self.input)?;
        let id = self.id.unwrap_or_else(|| input_id(unsigned(self.entry)));
        Ok(input.with_id(id).at(self.arrived_at.into()))
    }
}

pub(super) fn record(conversation: &str, row: &Row) -> Result<Record, Error> {
    let (version, session, customer): (i64, String, String) = (
        column(row, "version")?,
        column(row, "session")?,
        column(row, "customer")?,
    );
    stored_record(conversation, version, &session, &customer)
}

fn stored_record(conversation: &str, version: i64, session: &str, customer: &str) -> Result<Record, Error> {
    Ok(Record {
        version: unsigned(version),
        session: parsed("the session", conversation, session)?,
        customer: parsed("the customer", conversation, customer)?,
    })
}

pub(super) fn delivery(conversation: &str, row: &Row) -> Result<Delivery, Error> {
    let (version, place): (i64, i32) = (column(row, "version")?, column(row, "place")?);
    let outgoing: String = column(row, "outgoing")?;
    Ok(Delivery {
        key: row_key(
            conversation,
            unsigned(version),
            usize::try_from(place).unwrap_or(0),
        ),
        conversation: conversation.to_owned(),
        outgoing: parsed("a row of the outbox", conversation, &outgoing)?,
    })
}

pub(super) fn refused(row: &Row) -> Result<Refused, Error> {
    let conversation: String = column(row, "conversation")?;
    let (input, reason): (String, String) = (column(row, "input")?, column(row, "reason")?);
    let at: SystemTime = column(row, "refused_at")?;
    Ok(Refused {
        input: parsed("a refused input", &conversation, &input)?,
        reason: parsed("the reason of a refusal", &conversation, &reason)?,
        at: at.into(),
        conversation,
    })
}

/// Conversation, version and place of a key; `None` for what is no key of a row.
pub(super) fn parts_of_key(key: &str) -> Option<(&str, i64, i32)> {
    let (of_turn, place) = key.rsplit_once('/')?;
    let (conversation, version) = of_turn.rsplit_once('/')?;
    Some((conversation, version.parse().ok()?, place.parse().ok()?))
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

fn parsed<T: DeserializeOwned>(what: &str, conversation: &str, json: &str) -> Result<T, Error> {
    serde_json::from_str(json).map_err(|error| {
        let message = format!("{what} of `{conversation}` cannot be read: {error}");
        Error::new(ErrorKind::Unreadable, message).with_source(error)
    })
}

pub(super) fn json(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| {
        Error::new(
            ErrorKind::Unreadable,
            format!("a value has no JSON form: {error}"),
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

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
