//! What can be covered of a flow, found in its trees.
//!
//! The form is that of the flow: parts hold lines, lines hold branches, branches hold lines. Beside it
//! stand the tables by which a turn finds its points: `marks` by the place of a line, `calls` by the place
//! that a call report names.

mod find;
mod uses;

use std::collections::HashMap;

use sayflow::syntax::ast::File;
use sayflow::{CallReport, Outcome, Source, Span};

/// Something that a turn can run: the number of its count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point(u32);

impl Point {
    pub(super) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A flow with everything that can be covered.
#[derive(Debug, Default)]
pub(super) struct Flow {
    pub(super) files: Vec<FilePoints>,
    /// How many points there are.
    pub(super) points: usize,
    /// The API uses, numbered as lines have them.
    uses: Vec<ApiUse>,
    /// The API uses of each place that call reports name.
    calls: HashMap<Box<str>, Vec<usize>>,
}

#[derive(Debug)]
pub(super) struct FilePoints {
    pub(super) source: Source,
    pub(super) parts: Vec<Part>,
    /// What counts when something happens at a line, by its first byte.
    pub(super) marks: HashMap<u32, Marks>,
}

/// What counts when something happens at a line.
#[derive(Debug, Default)]
pub(super) struct Marks {
    pub(super) ran: Option<Point>,
    /// Its condition holds, or its question is answered.
    pub(super) yes: Option<Point>,
    pub(super) no: Option<Point>,
    /// Its question is answered by an option: the sequence that is entered next, and what counts then.
    pub(super) leads: Vec<(Point, Point)>,
    /// Whether it runs by looking at a condition.
    pub(super) is_condition: bool,
}

/// A sequence or handler.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) head: Span,
    /// What sentences call it: a sequence's name, a handler's head.
    pub(super) name: String,
    pub(super) is_sequence: bool,
    pub(super) entered: Point,
    pub(super) lines: Vec<Line>,
}

/// A statement.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) span: Span,
    /// What belongs to it to its last byte, where no lines of their own stand in it.
    pub(super) extent: Span,
    /// The name of a question: its id or attribute; `None` where it has neither, and for other lines.
    pub(super) question: Option<Span>,
    pub(super) ran: Point,
    pub(super) branches: Vec<Branch>,
    /// The numbers of its API uses.
    uses: Vec<usize>,
}

/// One way to go on at a line.
#[derive(Debug)]
pub(super) struct Branch {
    pub(super) kind: BranchKind,
    /// Its head; that of the line where it has none of its own. For an option its title or target.
    pub(super) head: Span,
    pub(super) taken: Point,
    pub(super) lines: Vec<Line>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BranchKind {
    /// The block of an `if`.
    Then,
    ElseIf,
    /// Behind an `if`.
    Else,
    /// Past an `if` without `else`.
    Skipped,
    /// The block of a `once`.
    First,
    /// Past a `once`.
    Again,
    /// An answer that was taken.
    Answered,
    Retry,
    NoMatch,
    NoReply,
    /// Behind a question without APIs: no option is left.
    NoOption,
    /// An option with a condition, shown.
    Shown,
    /// The same, left out.
    Hidden,
    /// An answer that leads to a sequence.
    LeadsAway,
    /// Behind calls; the outcomes that lead there count by themselves.
    Failure,
}

impl BranchKind {
    /// Whether it counts as a branch, and not by its outcomes.
    pub(super) fn counts(self) -> bool {
        self != Self::Failure
    }

    /// Whether it has a line of its own.
    pub(super) fn has_head(self) -> bool {
        !matches!(
            self,
            Self::Then
                | Self::Skipped
                | Self::First
                | Self::Again
                | Self::Answered
                | Self::Shown
                | Self::Hidden
                | Self::LeadsAway
        )
    }
}

/// An API that a line asks.
#[derive(Debug)]
pub(super) struct ApiUse {
    /// Its name in NFC, as call reports have it.
    pub(super) api: String,
    /// The line that asks.
    line: Point,
    pub(super) outcomes: Vec<OutcomePoint>,
}

/// A way in which a call can end that makes a difference to the line.
#[derive(Debug)]
pub(super) struct OutcomePoint {
    pub(super) class: Class,
    /// Where the flow names it, or the API.
    pub(super) span: Span,
    pub(super) seen: Point,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Ok,
    /// Nothing in it, and no branch that says so.
    Empty,
    /// An outcome with a branch of its own.
    Named(Outcome),
    /// Every other failure, with a bare `else`.
    Else,
    /// Every failure, without a branch.
    Failed,
    /// Every failure that has no branch, where others have.
    FailedOtherwise,
}

impl Class {
    fn admits(self, outcome: Outcome) -> bool {
        match self {
            Self::Ok => outcome == Outcome::Ok,
            Self::Empty => outcome == Outcome::Empty,
            Self::Named(named) => outcome == named,
            Self::Else | Self::Failed | Self::FailedOtherwise => outcome.is_failure(),
        }
    }
}

impl Flow {
    pub(super) fn new(files: &[File]) -> Self {
        find::flow(files)
    }

    pub(super) fn file(&self, source: &Source) -> Option<&FilePoints> {
        self.files.iter().find(|file| file.source == *source)
    }

    pub(super) fn uses<'f>(&'f self, line: &'f Line) -> impl Iterator<Item = &'f ApiUse> {
        line.uses.iter().filter_map(|index| self.uses.get(*index))
    }

    /// The point of how a call ended, where its line ran in the turn: a line of an edited flow may stand at
    /// the same place.
    pub(super) fn outcome(&self, report: &CallReport, turn: &[Point]) -> Option<Point> {
        let here = self.calls.get(report.place.as_str())?;
        let mut uses = here.iter().filter_map(|index| self.uses.get(*index));
        let called = uses.find(|called| called.api == report.api && turn.contains(&called.line))?;
        // A failure of its own stands before those that take every other.
        let mut outcomes = called.outcomes.iter();
        outcomes
            .find(|point| point.class.admits(report.outcome))
            .map(|point| point.seen)
    }
}
