//! How tests ended, for people.

use std::fmt::Write as _;
use std::io::Write;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use sayflow::Diagnostic;
use sayflow_test::{Difference, Test, TestFailure};

use super::{Ran, Report, Summary};
use crate::exit::Stop;
use crate::render::{self, counted};
use crate::visible::{on_one_line, visible};

const GREEN: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Green)));
const RED: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red)));
const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

/// More lines of a turn, or of a text, help nobody.
const MOST_LINES: usize = 60;

/// Fewer lines are not worth a line that says they are missing.
const LEAST_LEFT_OUT: usize = 5;

/// More characters of a line neither.
const MOST_CHARS: usize = 200;

/// One line a test; failures in full below them, where a long run ends.
#[derive(Debug)]
pub(super) struct Human {
    is_quiet: bool,
    /// The file that the last line was about.
    file: String,
    /// What is told at the end.
    failures: String,
}

impl Human {
    pub(super) fn new(is_quiet: bool) -> Self {
        Self {
            is_quiet,
            file: String::new(),
            failures: String::new(),
        }
    }
}

impl Report for Human {
    fn begin(&mut self, _: &mut dyn Write, _: usize) -> Result<(), Stop> {
        Ok(())
    }

    fn broken(&mut self, _: &mut dyn Write, errors: &[Diagnostic]) -> Result<(), Stop> {
        self.failures.push('\n');
        self.failures
            .push_str(&render::render(errors, render::Format::Human));
        Ok(())
    }

    fn test(&mut self, output: &mut dyn Write, test: Test<'_>, ran: &Ran) -> Result<(), Stop> {
        let is_ok = ran.verdict.is_ok();
        if self.is_quiet && is_ok {
            return Ok(());
        }
        let file = on_one_line(test.source().name());
        if self.file != file {
            writeln!(output, "{BOLD}{file}{BOLD:#}")?;
            self.file = file;
        }
        let (name, time) = (on_one_line(test.name()), time(ran.elapsed));
        if is_ok {
            writeln!(output, "  {GREEN}✓{GREEN:#} {DIM}{name}  {time}{DIM:#}")?;
            return Ok(());
        }
        writeln!(output, "  {RED}✗ {name}{RED:#}  {DIM}{time}{DIM:#}")?;
        let _ = writeln!(self.failures, "\n{}✗ {name}{:#}", RED.bold(), RED.bold());
        for failure in &ran.verdict.failures {
            self.failures.push('\n');
            draw(&mut self.failures, failure);
        }
        Ok(())
    }

    fn end(&mut self, output: &mut dyn Write, summary: &Summary) -> Result<(), Stop> {
        output.write_all(self.failures.as_bytes())?;
        if !self.file.is_empty() || !self.failures.is_empty() {
            writeln!(output)?;
        }
        if !summary.notes.is_empty() {
            writeln!(output, "{}", summary.notes)?;
        }
        if summary.skipped > 0 {
            let tests = counted(summary.skipped, "test");
            writeln!(output, "{DIM}{tests} skipped by `--filter`{DIM:#}")?;
        }
        let style = if summary.failed > 0 { RED } else { GREEN }.bold();
        let (passed, failed) = (summary.passed, summary.failed);
        writeln!(output, "{style}{passed} passed, {failed} failed{style:#}")?;
        Ok(())
    }
}

/// Short times in fractions, so that a slow test stands out.
fn time(elapsed: Duration) -> String {
    match elapsed.as_millis() {
        0..10 => format!("{:.1} ms", elapsed.as_secs_f64() * 1000.0),
        millis @ 10..1000 => format!("{millis} ms"),
        _ => format!("{:.1} s", elapsed.as_secs_f64()),
    }
}

/// The lines it is about, the words that differ, and what the whole turn said.
fn draw(text: &mut String, failure: &TestFailure) {
    let finding = std::slice::from_ref(&failure.diagnostic);
    text.push_str(render::render(finding, render::Format::Human).trim_end());
    text.push('\n');
    if !failure.difference.is_empty() {
        text.push('\n');
        side(text, "-", RED, &failure.difference, |part| match part {
            Difference::Expected(words) => Some(words),
            _ => None,
        });
        side(text, "+", GREEN, &failure.difference, |part| match part {
            Difference::Found(words) => Some(words),
            _ => None,
        });
    }
    if !failure.turn.is_empty() {
        let _ = writeln!(text, "\n  {DIM}the whole turn:{DIM:#}");
        let (shown, more) = most(&failure.turn);
        for line in shown {
            let _ = writeln!(text, "    {}", cut(&visible(line)));
        }
        if more > 0 {
            let _ = writeln!(text, "    {DIM}… and {}{DIM:#}", counted(more, "line"));
        }
    }
}

/// One of two texts, line by line behind its sign, with its own words in colour.
fn side(
    text: &mut String,
    sign: &str,
    style: Style,
    difference: &[Difference],
    own: impl Fn(&Difference) -> Option<&String>,
) {
    let mut lines = vec![String::new()];
    for part in difference {
        let (words, style) = match (part, own(part)) {
            (Difference::Same(words), _) => (words, Style::new()),
            (_, Some(words)) => (words, style.bold()),
            _ => continue,
        };
        for (number, words) in words.split('\n').enumerate() {
            if number > 0 {
                lines.push(String::new());
            }
            if let Some(line) = lines.last_mut()
                && !words.is_empty()
            {
                let _ = write!(line, "{style}{}{style:#}", visible(words));
            }
        }
    }
    let (shown, more) = most(&lines);
    for line in shown {
        let _ = writeln!(text, "  {style}{sign}{style:#} {line}");
    }
    if more > 0 {
        let _ = writeln!(text, "  {DIM}… and {}{DIM:#}", counted(more, "line"));
    }
}

/// As many lines as are shown, and how many are left out.
fn most(lines: &[String]) -> (&[String], usize) {
    let more = lines.len().saturating_sub(MOST_LINES);
    match lines.split_at_checked(MOST_LINES) {
        Some((shown, _)) if more >= LEAST_LEFT_OUT => (shown, more),
        _ => (lines, 0),
    }
}

fn cut(line: &str) -> String {
    match line.char_indices().nth(MOST_CHARS) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line.to_owned(),
    }
}
