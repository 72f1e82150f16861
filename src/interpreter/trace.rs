//! What a turn runs through, line by line.
//!
//! Without the feature `unstable-trace` the notes go nowhere and take no room.

#[cfg(feature = "unstable-trace")]
mod read;

#[cfg(feature = "unstable-trace")]
use std::collections::VecDeque;

use super::Run;
use crate::program::code::{OptionCode, Pc};
#[cfg(feature = "unstable-trace")]
use crate::source::Span;

#[cfg(feature = "unstable-trace")]
pub use read::Traced;

/// Notes of what a turn has run so far.
#[derive(Debug, Default)]
pub(super) struct Trace {
    #[cfg(feature = "unstable-trace")]
    notes: Vec<Note>,
    /// For each effect that waits to be handed out, the number of the note behind it.
    #[cfg(feature = "unstable-trace")]
    waiting: VecDeque<Option<usize>>,
    /// The note behind the effect that was handed out last.
    #[cfg(feature = "unstable-trace")]
    given: Option<usize>,
}

/// What happened at an operation.
#[cfg(feature = "unstable-trace")]
#[derive(Clone, Copy, Debug)]
struct Note {
    at: Run,
    what: What,
}

#[cfg_attr(
    not(feature = "unstable-trace"),
    expect(dead_code, reason = "read where traces are")
)]
#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    /// It runs.
    Ran,
    /// Its condition is looked at, and holds or not.
    Held(bool),
    /// Its question is answered, rightly or not.
    Answered(bool),
    /// It goes to the branch that begins there.
    Branch(Pc),
    /// Its question is said again.
    SaidAgain,
    /// The condition of one of its options is looked at: the option's title, and whether it is shown.
    #[cfg(feature = "unstable-trace")]
    Option(Span, bool),
}

#[cfg_attr(
    not(feature = "unstable-trace"),
    expect(unused_variables, reason = "nothing is noted")
)]
impl Trace {
    pub(super) fn note(&mut self, at: Run, what: What) {
        #[cfg(feature = "unstable-trace")]
        self.notes.push(Note { at, what });
    }

    /// The condition of an option is looked at.
    pub(super) fn option(&mut self, at: Run, option: &OptionCode, holds: bool) {
        #[cfg(feature = "unstable-trace")]
        self.note(at, What::Option(option.written, holds));
    }

    /// An effect is put in line; the operation that was noted last has made it.
    pub(super) fn effect(&mut self) {
        #[cfg(feature = "unstable-trace")]
        {
            let mut notes = self.notes.iter();
            let last = notes.rposition(|note| !matches!(note.what, What::Option(..)));
            self.waiting.push_back(last);
        }
    }

    /// The first effect in line is handed out; where none is, the turn is over.
    pub(super) fn give(&mut self) {
        #[cfg(feature = "unstable-trace")]
        {
            self.given = self.waiting.pop_front().flatten();
        }
    }
}
