//! A store that keeps every promise but those that its fault breaks.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use sayflow::{Customer, Input, InputKind, Session, Timestamp};
use sayflow_store::{
    Changes, Claim, Delivery, Error, ErrorKind, Memory, Outgoing, Received, Record, Refused, Saved, Store,
};

/// What a store does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    AlwaysFails,
    // Records.
    InventsRecords,
    CutsTexts,
    IgnoresCase,
    OverwritesOnSave,
    TakesAnyName,
    TakesWhatNobodyReads,
    ClockGoesBack,
    // Inbox.
    TrimsInputs,
    KeepsTheSendersClock,
    GivesNewIds,
    TakesTheSameTextForTheSame,
    ForgetsIds,
    SwapsInputs,
    TakesClaimedForDone,
    SaysThatEverythingWaits,
    LosesRefused,
    PrunesEverything,
    CountsRefusedTwice,
    // Claims.
    NoLease,
    NoLeaseAndNoFence,
    NeverEndsALease,
    NoFence,
    RefusesTheLate,
    HidesConflicts,
    OverwritesOnCommit,
    EndsLeasesTogether,
    CountsOnAfterSaves,
    CountsWhatIsTakenBack,
    LosesOutbox,
    WritesEarly,
    SickFirst,
    IgnoresNamesInClaims,
    // Timers.
    RingsEarly,
    RingsWithoutItsMoment,
    RingsForever,
    RingsOnceWhateverComes,
    KeepsTimers,
    FirstTimerWins,
    RingsLate,
    SavesNoTimer,
    SavesTimersAnew,
    ClaimsWithoutTimers,
    ClaimsNothingForEver,
    // Outbox.
    LosesEvents,
    ReversesOutbox,
    NewKeysEachTime,
    ForgetsWhatWasDelivered,
    ReadsKeysAsNumbers,
    DeliversSideBySide,
    DeliversAtTheEndOfALease,
    KeysOfItsOwn,
    OneConversationAtATime,
    IgnoresNamesInTheOutbox,
    HandsOutFew,
    // Customers who are forgotten.
    ForgetsNothing,
    BeginsKeysAnew,
    KeepsCustomers,
    LosesWhatArrivesMeanwhile,
}

/// The store, and what it needs to remember to do wrong.
#[derive(Debug)]
pub(crate) struct Broken {
    fault: Fault,
    sound: Memory,
    counter: AtomicI64,
    notes: Mutex<Notes>,
}

#[derive(Debug, Default)]
struct Notes {
    /// The last claim of each conversation, and when its lease ends.
    claims: HashMap<String, (Claim, Timestamp)>,
    last_claimed: Option<String>,
    /// How often each conversation had been claimed when it was saved.
    attempts: HashMap<String, u32>,
    rings: HashMap<String, Timestamp>,
    moments: HashMap<String, Timestamp>,
    held: HashMap<String, Input>,
    delivering: HashMap<String, Timestamp>,
    first_delivered: Option<String>,
    /// Whether a conversation was saved whose timer was claimed.
    is_emptied: bool,
    /// The last version of each conversation when it was forgotten.
    forgotten: HashMap<String, u64>,
    is_forgetting: bool,
    lost: HashSet<String>,
}

const FAR: Duration = Duration::from_secs(1_000_000);

impl Broken {
    pub(crate) fn new(fault: Fault) -> Self {
        Self {
            fault,
            sound: Memory::new(),
            counter: AtomicI64::new(0),
            notes: Mutex::default(),
        }
    }

    fn is(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    fn next(&self) -> i64 {
        self.counter.fetch_add(1, Ordering::Relaxed)
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fails(&self) -> Result<(), Error> {
        if self.is(Fault::AlwaysFails) {
            return Err(Error::new(ErrorKind::Unavailable, "out of order"));
        }
        Ok(())
    }

    fn name(&self, conversation: &str) -> String {
        match self.fault {
            Fault::IgnoresCase => conversation.to_lowercase(),
            Fault::TakesAnyName => {
                let kept: String = conversation
                    .chars()
                    .filter(|char| !char.is_control())
                    .take(100)
                    .collect();
                format!("{kept}.")
            }
            _ => conversation.to_owned(),
        }
    }

    /// Releases an input that was held back, so that it comes behind its successor.
    fn release(&self, conversation: &str) -> Result<(), Error> {
        let held = self.notes().held.remove(conversation);
        if let Some(input) = held {
            self.sound.receive(conversation, &input)?;
        }
        Ok(())
    }

    fn tampered(&self, mut claim: Claim, lease: Duration) -> Result<Claim, Error> {
        let until = claim.now + lease;
        match self.fault {
            Fault::TrimsInputs => {
                if let InputKind::Text(text) = &mut claim.input.kind {
                    *text = text.trim().to_owned();
                }
            }
            Fault::KeepsTheSendersClock => {
                let sent = claim
                    .input
                    .id
                    .as_ref()
                    .and_then(|id| self.notes().moments.get(id).copied());
                claim.input.now = sent.unwrap_or(claim.input.now);
            }
            Fault::GivesNewIds if claim.input.id.as_ref().is_some_and(|id| id.starts_with("entry-")) => {
                claim.input.id = Some(format!("n-{}", self.next()));
            }
            Fault::RingsWithoutItsMoment if claim.entry.is_none() => {
                claim.input.kind = InputKind::NoReply(None);
            }
            Fault::ClaimsWithoutTimers => claim.ring = None,
            Fault::RingsOnceWhateverComes if claim.entry.is_none() => {
                let record = claim
                    .record
                    .clone()
                    .unwrap_or_else(|| Record::new(Customer::new(0)));
                let quiet = Changes {
                    session: record.session,
                    customer: record.customer,
                    outbox: Vec::new(),
                    ring: None,
                };
                let _ = self.sound.commit(&claim, &quiet)?;
            }
            Fault::CountsOnAfterSaves => {
                claim.attempt += self.notes().attempts.get(&claim.conversation).unwrap_or(&0);
            }
            Fault::WritesEarly => {
                let record = claim
                    .record
                    .clone()
                    .unwrap_or_else(|| Record::new(Customer::new(0)));
                let _ = self.sound.save(&claim.conversation, &record)?;
                claim.record = self.sound.load(&claim.conversation)?;
            }
            _ => {}
        }
        let mut notes = self.notes();
        notes.last_claimed = Some(claim.conversation.clone());
        notes
            .claims
            .insert(claim.conversation.clone(), (claim.clone(), until));
        Ok(claim)
    }

    fn tampered_changes(&self, claim: &Claim, changes: &Changes) -> Changes {
        let mut changes = changes.clone();
        let name = &claim.conversation;
        let mut notes = self.notes();
        match self.fault {
            Fault::LosesOutbox => changes.outbox.clear(),
            Fault::LosesEvents => changes.outbox.retain(|row| !matches!(row, Outgoing::Event(_))),
            Fault::RingsEarly => changes.ring = changes.ring.map(|_| claim.now),
            Fault::RingsLate => changes.ring = changes.ring.map(|ring| ring + Duration::from_millis(50)),
            Fault::RingsForever if claim.entry.is_none() => changes.ring = Some(claim.now),
            Fault::KeepsTimers => changes.ring = changes.ring.or(notes.rings.get(name).copied()),
            Fault::FirstTimerWins => {
                let earlier = notes.rings.get(name).copied();
                changes.ring = changes
                    .ring
                    .map(|ring| earlier.map_or(ring, |earlier| ring.min(earlier)));
            }
            _ => {}
        }
        if let Some(ring) = changes.ring {
            notes.rings.insert(name.clone(), ring);
        }
        changes
    }
}

impl Store for Broken {
    fn now(&self) -> Result<Timestamp, Error> {
        self.fails()?;
        let now = self.sound.now()?;
        let back = i64::from(self.is(Fault::ClockGoesBack)) * (self.next() % 2) * 1_000;
        Ok(Timestamp::from_microseconds(now.as_microseconds() - back))
    }

    fn load(&self, conversation: &str) -> Result<Option<Record>, Error> {
        self.fails()?;
        let record = self.sound.load(&self.name(conversation))?;
        if self.is(Fault::InventsRecords) {
            return Ok(record.or_else(|| Some(Record::new(Customer::new(0)))));
        }
        Ok(record)
    }

    fn save(&self, conversation: &str, record: &Record) -> Result<Saved, Error> {
        self.fails()?;
        let conversation = self.name(conversation);
        let mut record = record.clone();
        match self.fault {
            Fault::CutsTexts => record.customer.first_name.truncate(0),
            Fault::SavesNoTimer => record.session = Session::new(),
            Fault::SavesTimersAnew => {
                let quiet = Record {
                    session: Session::new(),
                    ..record.clone()
                };
                if let Saved::Version(version) = self.sound.save(&conversation, &quiet)? {
                    record.version = version;
                }
            }
            Fault::CountsOnAfterSaves => {
                let mut notes = self.notes();
                let attempts = notes
                    .claims
                    .get(&conversation)
                    .map_or(0, |(claim, _)| claim.attempt);
                notes.attempts.insert(conversation.clone(), attempts);
            }
            Fault::ClaimsNothingForEver => {
                let mut notes = self.notes();
                let claimed = notes.claims.get(&conversation);
                notes.is_emptied = claimed.is_some_and(|(claim, _)| claim.entry.is_none());
            }
            Fault::OverwritesOnSave => {
                let stored = self.sound.load(&conversation)?;
                record.version = stored.map_or(0, |stored| stored.version);
            }
            _ => {}
        }
        self.sound.save(&conversation, &record)
    }

    fn receive(&self, conversation: &str, input: &Input) -> Result<Received, Error> {
        self.fails()?;
        let conversation = self.name(conversation);
        let mut input = input.clone();
        match self.fault {
            Fault::TakesAnyName => input.id = input.id.map(|id| self.name(&id)),
            Fault::ForgetsIds => input.id = None,
            Fault::TakesTheSameTextForTheSame => {
                input.id.get_or_insert_with(|| "the same".to_owned());
            }
            Fault::LosesWhatArrivesMeanwhile => {
                let id = input.id.clone().unwrap_or_default();
                let mut notes = self.notes();
                if notes.lost.contains(&id) {
                    return Ok(Received::Repeated);
                }
                if notes.is_forgetting {
                    notes.lost.insert(id);
                    return Ok(Received::New);
                }
            }
            Fault::KeepsTheSendersClock => {
                let id = input.id.clone().unwrap_or_default();
                self.notes().moments.insert(id, input.now);
            }
            Fault::SwapsInputs => {
                let held = self.notes().held.insert(conversation.clone(), input.clone());
                return match held {
                    None => Ok(Received::New),
                    Some(held) => {
                        let received = self.sound.receive(&conversation, &input)?;
                        self.notes().held.insert(conversation.clone(), held);
                        self.release(&conversation)?;
                        Ok(received)
                    }
                };
            }
            _ => {}
        }
        match self.sound.receive(&conversation, &input) {
            Err(_) if self.is(Fault::TakesWhatNobodyReads) => Ok(Received::New),
            received => received,
        }
    }

    fn is_waiting(&self, conversation: &str, id: &str) -> Result<bool, Error> {
        self.fails()?;
        let is_waiting = self.sound.is_waiting(&self.name(conversation), id)?;
        Ok(is_waiting && !self.is(Fault::TakesClaimedForDone) || self.is(Fault::SaysThatEverythingWaits))
    }

    fn claim(&self, conversation: Option<&str>, lease: Duration) -> Result<Option<Claim>, Error> {
        self.fails()?;
        let lease = match self.fault {
            Fault::NoLease | Fault::NoLeaseAndNoFence => Duration::ZERO,
            Fault::NeverEndsALease => FAR,
            _ => lease,
        };
        if self.is(Fault::EndsLeasesTogether) {
            // The store beneath, whose leases end apart, is given none.
            let name = conversation.unwrap_or_default();
            let until = self.notes().claims.get(name).map(|(_, until)| *until);
            if until.is_some_and(|until| until > self.sound.now().unwrap_or(Timestamp::MIN)) {
                return Ok(None);
            }
            let claim = self.sound.claim(conversation, Duration::ZERO)?;
            return claim.map(|claim| self.tampered(claim, lease)).transpose();
        }
        if self.is(Fault::ClaimsNothingForEver) && self.notes().is_emptied {
            return Ok(None);
        }
        let held: Vec<String> = self.notes().held.keys().cloned().collect();
        for name in held {
            self.release(&name)?;
        }
        let mut claim = None;
        if self.is(Fault::SickFirst) && conversation.is_none() {
            let last = self.notes().last_claimed.clone();
            claim = last
                .map(|last| self.sound.claim(Some(&last), lease))
                .transpose()?
                .flatten();
        }
        if claim.is_none() {
            let named = conversation.filter(|_| !self.is(Fault::IgnoresNamesInClaims));
            let named = named.map(|name| self.name(name));
            claim = self.sound.claim(named.as_deref(), lease)?;
        }
        claim.map(|claim| self.tampered(claim, lease)).transpose()
    }

    fn commit(&self, claim: &Claim, changes: &Changes) -> Result<Saved, Error> {
        self.fails()?;
        let changes = self.tampered_changes(claim, changes);
        let mut claim = claim.clone();
        let last = self.notes().claims.get(&claim.conversation).cloned();
        match (self.fault, last) {
            (Fault::NoFence, Some((last, _))) => claim.fence = last.fence,
            (Fault::NoLeaseAndNoFence, Some((last, _))) => {
                // Both workers have read before either writes.
                thread::sleep(Duration::from_millis(1));
                claim.fence = last.fence;
                claim.record = self.sound.load(&claim.conversation)?;
            }
            (Fault::RefusesTheLate, Some((_, until))) if self.sound.now()? > until => {
                return Ok(Saved::Conflict);
            }
            (Fault::OverwritesOnCommit, _) => claim.record = self.sound.load(&claim.conversation)?,
            _ => {}
        }
        let saved = self.sound.commit(&claim, &changes)?;
        Ok(match saved {
            Saved::Conflict if self.is(Fault::HidesConflicts) => Saved::Version(1),
            saved => saved,
        })
    }

    fn refuse(&self, claim: &Claim, reason: &str) -> Result<Saved, Error> {
        self.fails()?;
        let saved = self.sound.refuse(claim, reason)?;
        if self.is(Fault::LosesRefused) {
            self.sound.prune(Duration::ZERO)?;
        }
        Ok(saved)
    }

    fn uncount(&self, claim: &Claim) -> Result<(), Error> {
        self.fails()?;
        match self.fault {
            Fault::CountsWhatIsTakenBack => Ok(()),
            _ => self.sound.uncount(claim),
        }
    }

    fn refused(&self, at_most: usize) -> Result<Vec<Refused>, Error> {
        self.fails()?;
        if self.is(Fault::LosesRefused) {
            return Ok(Vec::new());
        }
        self.sound.refused(at_most)
    }

    fn deliveries(&self, conversation: Option<&str>, lease: Duration) -> Result<Vec<Delivery>, Error> {
        self.fails()?;
        let mut conversation = conversation.map(str::to_owned);
        let mut lease = lease;
        match self.fault {
            Fault::DeliversSideBySide => lease = Duration::ZERO,
            Fault::IgnoresNamesInTheOutbox => conversation = None,
            Fault::OneConversationAtATime if conversation.is_none() => {
                conversation = self.notes().first_delivered.clone();
            }
            Fault::DeliversAtTheEndOfALease => {
                let until = conversation
                    .as_ref()
                    .and_then(|name| self.notes().delivering.get(name).copied());
                if until.is_some_and(|until| until > self.sound.now().unwrap_or(Timestamp::MAX)) {
                    return Ok(Vec::new());
                }
            }
            _ => {}
        }
        let mut rows = self.sound.deliveries(conversation.as_deref(), lease)?;
        if let Some(row) = rows.first() {
            let until = self.sound.now()? + lease;
            let mut notes = self.notes();
            notes.delivering.insert(row.conversation.clone(), until);
            notes
                .first_delivered
                .get_or_insert_with(|| row.conversation.clone());
        }
        match self.fault {
            Fault::ReversesOutbox => rows.reverse(),
            Fault::HandsOutFew => rows.truncate(10),
            Fault::BeginsKeysAnew => {
                for row in &mut rows {
                    let forgotten = self
                        .notes()
                        .forgotten
                        .get(&row.conversation)
                        .copied()
                        .unwrap_or(0);
                    let parts = row.key.rsplit_once('/').and_then(|(turn, place)| {
                        let version: u64 = turn.rsplit_once('/')?.1.parse().ok()?;
                        Some((version, place.to_owned()))
                    });
                    if let Some((version, place)) = parts {
                        row.key = format!("{}/{}/{place}", row.conversation, version - forgotten);
                    }
                }
            }
            Fault::KeysOfItsOwn => rows.iter_mut().for_each(|row| row.key.insert_str(0, "row/")),
            Fault::NewKeysEachTime => {
                rows.iter_mut()
                    .for_each(|row| row.key.insert_str(0, &format!("{}#", self.next())));
            }
            _ => {}
        }
        Ok(rows)
    }

    fn delivered(&self, key: &str) -> Result<(), Error> {
        self.fails()?;
        let key = match self.fault {
            Fault::ForgetsWhatWasDelivered => return Ok(()),
            Fault::KeysOfItsOwn => key.strip_prefix("row/").unwrap_or(key),
            Fault::NewKeysEachTime => key.split_once('#').map_or(key, |(_, key)| key),
            Fault::ReadsKeysAsNumbers => {
                let mut parts = key.rsplitn(3, '/');
                let mut number = || parts.next()?.parse::<i64>().ok();
                if let (Some(place), Some(version)) = (number(), number()) {
                    let conversation = parts.next().unwrap_or_default();
                    self.sound
                        .delivered(&format!("{conversation}/{version}/{place}"))?;
                }
                return Ok(());
            }
            _ => key,
        };
        self.sound.delivered(key)
    }

    fn forget(&self, conversation: &str) -> Result<(), Error> {
        self.fails()?;
        let conversation = self.name(conversation);
        let record = self.sound.load(&conversation)?;
        match self.fault {
            Fault::ForgetsNothing => return Ok(()),
            Fault::BeginsKeysAnew => {
                let version = record.as_ref().map_or(0, |record| record.version);
                self.notes().forgotten.insert(conversation.clone(), version + 1);
            }
            Fault::LosesWhatArrivesMeanwhile => {
                self.notes().is_forgetting = true;
                thread::sleep(Duration::from_millis(5));
                self.notes().is_forgetting = false;
            }
            _ => {}
        }
        self.sound.forget(&conversation)?;
        if let (Fault::KeepsCustomers, Some(record)) = (self.fault, record) {
            let known = Record { version: 0, ..record };
            let _ = self.sound.save(&conversation, &known)?;
        }
        Ok(())
    }

    fn prune(&self, older_than: Duration) -> Result<u64, Error> {
        self.fails()?;
        let older_than = if self.is(Fault::PrunesEverything) {
            Duration::ZERO
        } else {
            older_than
        };
        let refused = self.sound.refused(usize::MAX)?.len();
        let pruned = self.sound.prune(older_than)?;
        if self.is(Fault::CountsRefusedTwice) {
            let left = self.sound.refused(usize::MAX)?.len();
            return Ok(pruned + u64::try_from(refused - left).unwrap_or(0));
        }
        Ok(pruned)
    }
}
