//! How much of a flow was run, as numbers.

use std::fmt;
use std::ops::AddAssign;

use super::Coverage;
use super::points::{FilePoints, Line, Part, Point};

/// A number of things, and how many of them were run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Those that were run.
    pub run: usize,
    /// All of them.
    pub all: usize,
}

impl Share {
    /// Whole percent, rounded down, so that 100 means all; `None` where there is nothing to run.
    #[must_use]
    pub fn percent(self) -> Option<usize> {
        (self.run * 100).checked_div(self.all)
    }

    fn count(&mut self, is_run: bool) {
        self.all += 1;
        self.run += usize::from(is_run);
    }
}

/// As `3 of 4`.
impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.run, self.all)
    }
}

/// How much was run of a flow, a file, or a sequence or handler.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Statements.
    pub lines: Share,
    /// The ways that conditions, `once` and questions can go.
    pub branches: Share,
    /// The ways in which calls can end that make a difference where they are made.
    pub outcomes: Share,
}

impl Totals {
    /// The three with their names.
    pub(super) fn named(self) -> [(&'static str, Share); 3] {
        [
            ("lines", self.lines),
            ("branches", self.branches),
            ("outcomes", self.outcomes),
        ]
    }
}

impl AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        for (share, more) in [
            (&mut self.lines, other.lines),
            (&mut self.branches, other.branches),
            (&mut self.outcomes, other.outcomes),
        ] {
            share.run += more.run;
            share.all += more.all;
        }
    }
}

pub(super) fn of_flow(coverage: &Coverage) -> Totals {
    let files = coverage.flow.files.iter();
    sum(files.map(|file| of_file(coverage, file)))
}

pub(super) fn of_file(coverage: &Coverage, file: &FilePoints) -> Totals {
    sum(file.parts.iter().map(|part| of_part(coverage, part)))
}

pub(super) fn of_part(coverage: &Coverage, part: &Part) -> Totals {
    let mut totals = Totals::default();
    add_lines(coverage, &part.lines, &mut totals);
    totals
}

fn sum(totals: impl Iterator<Item = Totals>) -> Totals {
    totals.fold(Totals::default(), |mut sum, more| {
        sum += more;
        sum
    })
}

fn add_lines(coverage: &Coverage, lines: &[Line], totals: &mut Totals) {
    let is_run = |point: Point| coverage.is_run(point);
    for line in lines {
        totals.lines.count(is_run(line.ran));
        let outcomes = coverage.flow.uses(line).flat_map(|called| &called.outcomes);
        for outcome in outcomes {
            totals.outcomes.count(is_run(outcome.seen));
        }
        for branch in &line.branches {
            if branch.kind.counts() {
                totals.branches.count(is_run(branch.taken));
            }
            add_lines(coverage, &branch.lines, totals);
        }
    }
}
