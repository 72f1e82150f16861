//! What the checks have in common: a store, a conversation or two, and words for what is done with them.

use std::fmt::Debug;
use std::thread;
use std::time::Duration;

use sayflow::{Block, Customer, Engine, Input, NoCalls, Program, Session, Source, Timestamp};

use crate::error::Error;
use crate::record::{Changes, Claim, Delivery, Outgoing, Received, Record, Saved};
use crate::store::Store;

/// A lease that does not end while a check runs.
pub(super) const LONG: Duration = Duration::from_secs(3_600);

/// A lease to wait for.
pub(super) const SHORT: Duration = Duration::from_millis(2);

/// How often a moment is waited for before the clock is taken to stand: about ten seconds.
const LOOKS_AT_THE_CLOCK: u32 = 10_000;

/// The conversation that most checks are about.
pub(super) const ASHA: &str = "whatsapp:8801";

/// Another one.
pub(super) const BELA: &str = "whatsapp:8802";

/// A flow that asks, with a timer, and with options that a session keeps.
const FLOW: &str = r#"
attribute size: one of "S", "M", "L"
on start {
  ask "Which size?" save size {
    quick replies {
      "S"
      "M" -> size_table extra "\"m\" \\ ö"
    }
    no reply 10m {
      text "Still there?"
    }
  }
}
sequence size_table {
  text "It is on the label."
}
"#;

/// What was seen where a promise is broken.
#[derive(Debug)]
pub(super) struct Broken(pub(super) String);

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        Self(format!("an error where none was to be expected: {error}"))
    }
}

impl From<sayflow::Error> for Broken {
    fn from(error: sayflow::Error) -> Self {
        Self(format!("the flow of the checks does not run: {error}"))
    }
}

/// What must be so.
pub(super) fn holds(fact: bool, otherwise: impl Into<String>) -> Result<(), Broken> {
    if fact {
        Ok(())
    } else {
        Err(Broken(otherwise.into()))
    }
}

/// What must be the same.
pub(super) fn same<T: PartialEq + Debug>(what: &str, seen: &T, expected: &T) -> Result<(), Broken> {
    if seen == expected {
        return Ok(());
    }
    let (expected, seen) = (format!("{expected:?}"), format!("{seen:?}"));
    let shared = expected
        .chars()
        .zip(seen.chars())
        .take_while(|(one, other)| one == other)
        .count();
    let (expected, seen) = (around(&expected, shared), around(&seen, shared));
    Err(Broken(format!("{what}: expected {expected}, seen {seen}")))
}

/// A long text, cut to what is around the place where it differs.
fn around(text: &str, place: usize) -> String {
    const CHARS: usize = 120;
    let skipped = if text.chars().count() > CHARS {
        place.saturating_sub(CHARS / 4)
    } else {
        0
    };
    let mut rest = text.chars().skip(skipped);
    let shown: String = rest.by_ref().take(CHARS).collect();
    let before = if skipped > 0 { "…" } else { "" };
    let behind = if rest.next().is_some() { "…" } else { "" };
    format!("{before}{shown}{behind}")
}

/// An empty store, and what a check does with it.
pub(super) struct Scene<'s> {
    pub(super) store: &'s dyn Store,
}

impl<'s> Scene<'s> {
    pub(super) fn new(store: &'s dyn Store) -> Self {
        Self { store }
    }

    /// Receives a text with this id, which must be new.
    pub(super) fn text(&self, conversation: &str, id: &str) -> Result<(), Broken> {
        let received = self.store.receive(conversation, &Input::text(id).with_id(id))?;
        same(&format!("what became of input `{id}`"), &received, &Received::New)
    }

    /// Receives a text with this id, which must be known.
    pub(super) fn repeat(&self, conversation: &str, id: &str, when: &str) -> Result<(), Broken> {
        let received = self.store.receive(conversation, &Input::text(id).with_id(id))?;
        same(
            &format!("what became of the id `{id}`, received again {when}"),
            &received,
            &Received::Repeated,
        )
    }

    /// Claims whatever is ready; something must be.
    pub(super) fn claim(&self, lease: Duration) -> Result<Claim, Broken> {
        self.found(self.store.claim(None, lease)?)
    }

    /// Claims this conversation; it must be ready.
    pub(super) fn claim_of(&self, conversation: &str, lease: Duration) -> Result<Claim, Broken> {
        self.found(self.store.claim(Some(conversation), lease)?)
    }

    #[expect(clippy::unused_self, reason = "reads with the two above")]
    fn found(&self, claim: Option<Claim>) -> Result<Claim, Broken> {
        claim.ok_or_else(|| Broken("a claim found nothing, and something was ready".to_owned()))
    }

    /// Nothing may be ready.
    pub(super) fn nothing_to_claim(&self, why: &str) -> Result<(), Broken> {
        match self.store.claim(None, LONG)? {
            None => Ok(()),
            Some(claim) => Err(Broken(format!("{why}, and {:?} was claimed", claim.input.kind))),
        }
    }

    /// Commits changes; they must be written.
    pub(super) fn commit(&self, claim: &Claim, changes: &Changes) -> Result<u64, Broken> {
        self.store.commit(claim, changes)?.written()
    }

    /// Commits changes that must not be written.
    pub(super) fn commit_in_vain(&self, claim: &Claim, changes: &Changes, why: &str) -> Result<(), Broken> {
        let saved = self.store.commit(claim, changes)?;
        holds(
            saved == Saved::Conflict,
            format!("{why}, and its commit was taken: {saved:?}"),
        )
    }

    /// A turn that says these texts, from claim to commit.
    pub(super) fn turn(&self, conversation: &str, texts: &[&str]) -> Result<(), Broken> {
        let claim = self.claim_of(conversation, LONG)?;
        self.commit(&claim, &says(texts)).map(|_| ())
    }

    /// A conversation that has written these texts into its outbox, in one turn.
    pub(super) fn said(&self, conversation: &str, texts: &[&str]) -> Result<(), Broken> {
        let received = self.store.receive(conversation, &Input::text("Hi"))?;
        same("what became of an input without an id", &received, &Received::New)?;
        self.turn(conversation, texts)
    }

    pub(super) fn record(&self, conversation: &str) -> Result<Record, Broken> {
        let record = self.store.load(conversation)?;
        record.ok_or_else(|| Broken(format!("no record of `{conversation}`, which was written")))
    }

    /// What is to be delivered in a conversation.
    pub(super) fn deliveries(&self, conversation: &str, lease: Duration) -> Result<Vec<Delivery>, Broken> {
        Ok(self.store.deliveries(Some(conversation), lease)?)
    }

    /// Waits until the store's clock is past this moment.
    pub(super) fn wait_past(&self, moment: Timestamp) -> Result<(), Broken> {
        for _ in 0..LOOKS_AT_THE_CLOCK {
            if self.store.now()? > moment {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(1));
        }
        Err(Broken(
            "the clock of this store stands: ten seconds passed and `now` did not".to_owned(),
        ))
    }

    /// Waits until a lease that was just taken has ended, at whichever attempt.
    pub(super) fn wait_for(&self, lease: Duration) -> Result<(), Broken> {
        let now = self.store.now()?;
        self.wait_past(now + lease + lease / 2)
    }
}

/// Changes with these texts for the outbox, and nothing else of note.
pub(super) fn says(texts: &[&str]) -> Changes {
    let block = |text: &&str| {
        Outgoing::Block(Block::Text {
            text: (*text).to_owned(),
        })
    };
    Changes {
        session: Session::new(),
        customer: Customer::new(7),
        outbox: texts.iter().map(block).collect(),
        ring: None,
    }
}

/// The same changes with a timer.
pub(super) fn rings(ring: Timestamp) -> Changes {
    Changes {
        ring: Some(ring),
        ..says(&[])
    }
}

/// The texts of rows.
pub(super) fn texts(deliveries: &[Delivery]) -> Vec<&str> {
    let mut texts = Vec::new();
    for delivery in deliveries {
        if let Outgoing::Block(Block::Text { text }) = &delivery.outgoing {
            texts.push(text.as_str());
        }
    }
    texts
}

/// What runs the flow of the checks.
pub(super) fn engine() -> Result<Engine, Broken> {
    Ok(Engine::new(Program::load([Source::new(
        "conformance.flow",
        FLOW,
    )])?))
}

/// A session with an open question, options and a timer ten minutes after this moment.
pub(super) fn waiting_since(now: Timestamp) -> Result<Session, Broken> {
    let mut session = Session::new();
    engine()?.turn(
        &mut session,
        &mut Customer::new(7),
        &Input::start().at(now),
        &NoCalls,
    )?;
    Ok(session)
}

impl Saved {
    /// The version of what must have been written.
    pub(super) fn written(self) -> Result<u64, Broken> {
        match self {
            Self::Version(version) => Ok(version),
            Self::Conflict => Err(Broken(
                "a conflict, and nobody else had written or claimed".to_owned(),
            )),
        }
    }
}
