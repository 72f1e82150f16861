//! How tests ended, as text: for people, for programs and for the readers of continuous integration.

mod human;
mod json;
mod junit;
mod tap;

use std::io::{self, Write};
use std::time::Duration;

use clap::ValueEnum;
use sayflow::Diagnostic;
use sayflow_test::{Test, Totals};

use super::runner::Ran;
use crate::exit::Stop;
use crate::render;

pub(super) use json::list as list_as_json;

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// One line a test, then every failure with the lines it is about
    Human,
    /// One JSON object a line: each test as it ends, then a summary
    Json,
    /// The XML that most services read
    Junit,
    /// Test Anything Protocol, version 14
    Tap,
}

/// What all tests together came to.
#[derive(Clone, Debug, Default)]
pub(super) struct Summary {
    pub(super) passed: usize,
    /// Tests that failed, and flows that cannot be run.
    pub(super) failed: usize,
    /// Tests that were not chosen.
    pub(super) skipped: usize,
    pub(super) elapsed: Duration,
    pub(super) coverage: Option<Totals>,
    /// What else there is to tell people, in whole lines.
    pub(super) notes: String,
}

/// Whoever tells of the tests, in their order, on an output.
pub(super) trait Report {
    /// So many tests and broken flows follow.
    fn begin(&mut self, output: &mut dyn Write, number: usize) -> Result<(), Stop>;
    /// A flow cannot be run.
    fn broken(&mut self, output: &mut dyn Write, errors: &[Diagnostic]) -> Result<(), Stop>;
    /// A test has ended.
    fn test(&mut self, output: &mut dyn Write, test: Test<'_>, ran: &Ran) -> Result<(), Stop>;
    /// All have.
    fn end(&mut self, output: &mut dyn Write, summary: &Summary) -> Result<(), Stop>;
}

impl Format {
    /// A new report.
    pub(super) fn report(self, is_quiet: bool) -> Box<dyn Report> {
        match self {
            Self::Human => Box::new(human::Human::new(is_quiet)),
            Self::Json => Box::new(json::Json),
            Self::Junit => Box::<junit::Junit>::default(),
            Self::Tap => Box::<tap::Tap>::default(),
        }
    }

    /// Where it is written.
    pub(super) fn output(self) -> Box<dyn Write> {
        match self {
            Self::Human => Box::new(anstream::stdout()),
            Self::Json | Self::Junit | Self::Tap => Box::new(io::stdout()),
        }
    }
}

/// Errors as `sayflow check` draws them.
pub(super) fn draw_errors(errors: &[Diagnostic], output: &mut impl Write) -> io::Result<()> {
    output.write_all(render::render(errors, render::Format::Human).as_bytes())
}
