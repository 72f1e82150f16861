//! Findings as text: for people, for `grep`, for programs and for pull requests.
//!
//! Lines and columns begin at 1 in every format, and columns are characters.

mod excerpt;
mod github;
mod human;

use std::io::{self, Write};

use clap::ValueEnum;
use sayflow::{Diagnostic, Label, Severity, Source};

use crate::visible::{in_json, visible};

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// With the lines of the flow and what to do
    Human,
    /// `file:line:column: severity[code]: message`
    Short,
    /// One JSON object a line
    Json,
    /// Workflow commands, which GitHub shows in a pull request
    Github,
}

/// The findings of one file that people are shown: whoever has more mends the first ones first.
const MOST_FOR_PEOPLE: usize = 100;

/// A line of a source that is wider shows nobody where to look.
const MOST_LINE_COLUMNS: usize = 300;

/// The findings one below the other, each ended by a line break.
pub(crate) fn render(findings: &[Diagnostic], format: Format) -> String {
    match format {
        Format::Human => for_people(findings, |more| {
            format!("{more} more (`sayflow check --format short` lists them all)")
        }),
        Format::Short => lines(findings, short),
        Format::Json => lines(findings, json),
        Format::Github => lines(findings, github::github),
    }
}

/// A finding as one line of JSON.
fn json(finding: &Diagnostic) -> String {
    // Names and texts alone cannot fail to serialize.
    in_json(&serde_json::to_string(finding).unwrap_or_default())
}

fn lines(findings: &[Diagnostic], one: impl Fn(&Diagnostic) -> String) -> String {
    findings.iter().map(|finding| one(finding) + "\n").collect()
}

/// File by file, of each the first findings; `others` says how many are left out, and where all are.
pub(crate) fn for_people(findings: &[Diagnostic], others: impl Fn(usize) -> String) -> String {
    let (width, line_columns) = (width(), line_columns());
    let mut text = String::new();
    for of_file in findings.chunk_by(|one, next| file(one) == file(next)) {
        let shown = of_file.get(..MOST_FOR_PEOPLE).unwrap_or(of_file);
        text.push_str(&lines(shown, |finding| {
            human::human(finding, width, line_columns)
        }));
        if shown.len() < of_file.len() {
            let others = others(of_file.len() - shown.len());
            text.push_str(&format!("… and {others}\n\n"));
        }
    }
    text
}

fn file(finding: &Diagnostic) -> Option<&Source> {
    finding.labels().first().map(|label| &label.source)
}

/// Tells people of a finding.
pub(crate) fn report(finding: &Diagnostic, output: &mut dyn Write) -> io::Result<()> {
    let text = render(std::slice::from_ref(finding), Format::Human);
    output.write_all(text.as_bytes())
}

/// The columns of the terminal, 80 where there is none.
pub(crate) fn columns() -> usize {
    terminal_columns().unwrap_or(80)
}

/// The columns of the terminal; `None` where the output goes elsewhere.
pub(crate) fn terminal_columns() -> Option<usize> {
    terminal_size::terminal_size_of(io::stdout()).map(|(columns, _)| usize::from(columns.0).max(1))
}

/// The columns that a line of a source may take. Where there is no terminal, nobody wraps it.
fn line_columns() -> usize {
    terminal_columns().map_or(MOST_LINE_COLUMNS, |columns| columns.min(MOST_LINE_COLUMNS))
}

/// The columns to fill: not too many to read.
pub(crate) fn width() -> usize {
    columns().clamp(40, 100)
}

/// Something about a line of a flow that the checker did not say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Remark<'r> {
    pub(crate) code: &'r str,
    pub(crate) message: &'r str,
    pub(crate) label: &'r Label,
    pub(crate) help: &'r str,
}

/// A remark for people, ended by a line break.
pub(crate) fn remark(remark: &Remark<'_>) -> String {
    human::remark(remark, width(), line_columns()) + "\n"
}

/// Where a finding is, `file:line:column`, by its primary label.
pub(crate) fn place(finding: &Diagnostic) -> Option<String> {
    finding.labels().first().map(place_of_label)
}

/// Where a label is, `file:line:column`.
pub(crate) fn place_of_label(label: &Label) -> String {
    let position = label.source.position(label.span.start);
    format!("{}:{position}", visible(label.source.name()))
}

fn short(finding: &Diagnostic) -> String {
    let place = place(finding).map_or_else(String::new, |place| format!("{place}: "));
    let (severity, code, message) = (finding.severity(), finding.code(), finding.message());
    format!("{place}{severity}[{code}]: {}", visible(message)).replace('\n', " ")
}

/// How many findings of each severity there are.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
    pub(crate) advice: usize,
}

impl Counts {
    pub(crate) fn of(findings: &[Diagnostic]) -> Self {
        let count = |severity| {
            findings
                .iter()
                .filter(|finding| finding.severity() == severity)
                .count()
        };
        Self {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            advice: count(Severity::Advice),
        }
    }

    /// `2 errors, 1 warning`; `no problems` where there is nothing.
    pub(crate) fn words(self) -> String {
        self.words_of(counted)
    }

    /// The same where of each severity no more than so many were kept: `at least 1000 errors`.
    pub(crate) fn words_of_kept(self, most: usize) -> String {
        self.words_of(|number, thing| match counted(number, thing) {
            words if number < most => words,
            words => format!("at least {words}"),
        })
    }

    fn words_of(self, counted: impl Fn(usize, &str) -> String) -> String {
        let parts = [
            (self.errors, "error"),
            (self.warnings, "warning"),
            (self.advice, "hint"),
        ];
        let parts = parts.into_iter().filter(|(number, _)| *number > 0);
        let parts: Vec<String> = parts.map(|(number, thing)| counted(number, thing)).collect();
        if parts.is_empty() {
            "no problems".to_owned()
        } else {
            parts.join(", ")
        }
    }
}

/// `1 file`, `2 files`.
pub(crate) fn counted(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}
