//! How tests ended, for programs: one JSON object a line, which `docs/testing.md` describes. Keys are added, never
//! renamed.

use std::io::Write;
use std::time::Duration;

use sayflow::Diagnostic;
use sayflow_test::{Difference, Share, Test, TestFailure, Totals};
use serde::Serialize;

use super::{Ran, Report, Summary};
use crate::exit::Stop;
use crate::visible::in_json;

/// A line for each test as it ends, and one for all.
#[derive(Debug)]
pub(super) struct Json;

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line<'r> {
    Test {
        name: &'r str,
        file: &'r str,
        line: u32,
        status: Status,
        elapsed_ms: f64,
        failures: Vec<Failure<'r>>,
    },
    Listed {
        name: &'r str,
        file: &'r str,
        line: u32,
    },
    Flow {
        status: Status,
        findings: &'r [Diagnostic],
    },
    Summary {
        passed: usize,
        failed: usize,
        skipped: usize,
        elapsed_ms: f64,
        #[serde(skip_serializing_if = "Option::is_none")]
        coverage: Option<Covered>,
    },
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Passed,
    Failed,
}

#[derive(Serialize)]
struct Failure<'r> {
    finding: &'r Diagnostic,
    difference: Vec<Part<'r>>,
    turn: &'r [String],
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Part<'r> {
    Same(&'r str),
    Expected(&'r str),
    Found(&'r str),
}

#[derive(Serialize)]
struct Covered {
    lines: Counted,
    branches: Counted,
    outcomes: Counted,
}

#[derive(Serialize)]
struct Counted {
    run: usize,
    all: usize,
}

impl Report for Json {
    fn begin(&mut self, _: &mut dyn Write, _: usize) -> Result<(), Stop> {
        Ok(())
    }

    fn broken(&mut self, output: &mut dyn Write, errors: &[Diagnostic]) -> Result<(), Stop> {
        Line::Flow {
            status: Status::Failed,
            findings: errors,
        }
        .write(output)
    }

    fn test(&mut self, output: &mut dyn Write, test: Test<'_>, ran: &Ran) -> Result<(), Stop> {
        Line::Test {
            name: test.name(),
            file: test.source().name(),
            line: line_of(test),
            status: if ran.verdict.is_ok() {
                Status::Passed
            } else {
                Status::Failed
            },
            elapsed_ms: millis(ran.elapsed),
            failures: ran.verdict.failures.iter().map(Failure::from).collect(),
        }
        .write(output)
    }

    fn end(&mut self, output: &mut dyn Write, summary: &Summary) -> Result<(), Stop> {
        Line::Summary {
            passed: summary.passed,
            failed: summary.failed,
            skipped: summary.skipped,
            elapsed_ms: millis(summary.elapsed),
            coverage: summary.coverage.map(Covered::from),
        }
        .write(output)
    }
}

impl Line<'_> {
    fn write(&self, output: &mut dyn Write) -> Result<(), Stop> {
        let json = serde_json::to_string(self).map_err(|error| Stop::misuse(error.to_string()))?;
        writeln!(output, "{}", in_json(&json))?;
        Ok(())
    }
}

/// Names a test that is not run.
pub(in super::super) fn list(output: &mut dyn Write, test: Test<'_>) -> Result<(), Stop> {
    Line::Listed {
        name: test.name(),
        file: test.source().name(),
        line: line_of(test),
    }
    .write(output)
}

fn line_of(test: Test<'_>) -> u32 {
    test.source().position(test.span().start).line
}

/// Milliseconds, to the microsecond.
fn millis(elapsed: Duration) -> f64 {
    (elapsed.as_secs_f64() * 1e6).round() / 1e3
}

impl<'r> From<&'r TestFailure> for Failure<'r> {
    fn from(failure: &'r TestFailure) -> Self {
        let parts = failure.difference.iter().map(|part| match part {
            Difference::Same(words) => Part::Same(words),
            Difference::Expected(words) => Part::Expected(words),
            Difference::Found(words) => Part::Found(words),
        });
        Self {
            finding: &failure.diagnostic,
            difference: parts.collect(),
            turn: &failure.turn,
        }
    }
}

impl From<Totals> for Covered {
    fn from(totals: Totals) -> Self {
        Self {
            lines: totals.lines.into(),
            branches: totals.branches.into(),
            outcomes: totals.outcomes.into(),
        }
    }
}

impl From<Share> for Counted {
    fn from(share: Share) -> Self {
        Self {
            run: share.run,
            all: share.all,
        }
    }
}
