//! What is wrong with a conversation, in words.

use std::fmt;

use sayflow::{Label, Program};

use crate::scene::Scene;

/// A defect of a flow, with the shortest conversation that shows it.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Which defect.
    pub defect: Defect,
    /// What happens, in one sentence without a full stop.
    pub message: String,
    /// The line of the flow, with a word about it.
    pub label: Label,
    /// What the author can do about it.
    pub help: String,
    /// The conversation. Its last turn shows the defect, unless nothing is said in any: then the customer says a
    /// word more.
    pub scene: Scene,
}

impl Finding {
    /// The conversation as a `test` block that expects what is said now, the defect included.
    #[must_use]
    pub fn to_test(&self, program: &Program) -> String {
        self.scene.to_test(program)
    }
}

/// The defects that an exploration looks for.
///
/// # Examples
///
/// ```
/// use sayflow_test::Defect;
///
/// assert_eq!(Defect::DeadEnd.to_string(), "dead_end");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Defect {
    /// No question is open, nothing can be tapped, and nothing that the customer could write is known.
    DeadEnd,
    /// The customer said something, and nothing came back.
    NoAnswer,
    /// A limit of the engine ended the turn, as in a circle of `goto`s.
    LimitReached,
    /// Whatever the right answer to a question is, the same question comes again.
    EndlessQuestion,
    /// A right answer to a question starts an `on words` instead.
    StolenAnswer,
    /// A question is left out because none of its options is there, and the flow goes on as if it were answered.
    SkippedQuestion,
    /// An option that the flow shows is refused when it is tapped.
    RefusedOption,
    /// A value could not be worked out or does not fit.
    ValueError,
    /// A sentence has a gap where an attribute is unset.
    EmptyPlace,
    /// The address of a picture or page lacks a part, because an attribute is unset.
    BrokenAddress,
    /// A call is never sent, because a value of its request is missing or not allowed.
    UnsentCall,
    /// A call failed, and the customer was not told.
    UnseenFailure,
}

impl Defect {
    /// The defect as reports and names of files have it: `dead_end`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DeadEnd => "dead_end",
            Self::NoAnswer => "no_answer",
            Self::LimitReached => "limit_reached",
            Self::EndlessQuestion => "endless_question",
            Self::StolenAnswer => "stolen_answer",
            Self::SkippedQuestion => "skipped_question",
            Self::RefusedOption => "refused_option",
            Self::ValueError => "value_error",
            Self::EmptyPlace => "empty_place",
            Self::BrokenAddress => "broken_address",
            Self::UnsentCall => "unsent_call",
            Self::UnseenFailure => "unseen_failure",
        }
    }

    /// The words under the line of the flow.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::DeadEnd => "behind this the customer can only write, and is never understood",
            Self::NoAnswer => "nothing is said here",
            Self::LimitReached => "the turn goes through here again and again",
            Self::EndlessQuestion => "a right answer leads back to this question",
            Self::StolenAnswer => "its answer never arrives",
            Self::SkippedQuestion => "none of its options is there",
            Self::RefusedOption => "its value does not fit the attribute that keeps the answer",
            Self::ValueError => "this has no value",
            Self::EmptyPlace => "there is a gap in what this shows",
            Self::BrokenAddress => "a part of this address is missing",
            Self::UnsentCall => "this call is not sent",
            Self::UnseenFailure => "nothing says that this failed",
        }
    }

    pub(super) const fn help(self) -> &'static str {
        match self {
            Self::DeadEnd => "offer options, ask something, or write an `on unmatched` that helps",
            Self::NoAnswer => {
                "say something on every way; behind a block that a reply leaves empty, `else empty \"…\"`"
            }
            Self::LimitReached => "ask something on the way, or end the circle with `if visits(…) < 3`",
            Self::EndlessQuestion => "leave the question behind when it is answered",
            Self::StolenAnswer => {
                "write `no interrupts` in the question, or choose words that are no answers"
            }
            Self::SkippedQuestion => "add `else { … }` behind the question",
            Self::RefusedOption => "give the option an `extra` that the attribute can hold",
            Self::ValueError => "check the value before it is used, or give the attribute another type",
            Self::EmptyPlace => {
                "write a default, as in `{{name|there}}`, or ask before with `if … is not empty`"
            }
            Self::BrokenAddress => "write a default into the address, or ask before with `if … is not empty`",
            Self::UnsentCall => "make sure that the attribute is set before the call",
            Self::UnseenFailure => "add `else { … }` behind it; an empty one says that it does not matter",
        }
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
