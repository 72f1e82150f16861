//! What is said of a test that failed: its line, the line of the flow that spoke, the words that differ,
//! and what the whole turn said.

use std::fmt;

use sayflow::{Code, Diagnostic, Program, Source, Span};
use similar::{ChangeTag, TextDiff};

use super::compare::{Mismatch, expected_words, what_it_does};
use super::{Spoken, TurnRun};
use crate::PATIENCE;
use crate::scene::said_lines;
use crate::script::{Expectation, Line};
use crate::suite::Test;

/// Why a test failed.
///
/// It prints as a message, its lines, the difference and the turn; tools that draw take its parts.
#[derive(Clone, Debug)]
pub struct TestFailure {
    /// What is wrong, with the line of the test and, where one spoke, that of the flow.
    pub diagnostic: Diagnostic,
    /// The expected and the found text, word by word; empty where it is not about words.
    pub difference: Vec<Difference>,
    /// What the whole turn said, as the lines that would expect it.
    pub turn: Vec<String>,
}

/// A stretch of two texts that are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// In both.
    Same(String),
    /// In the expected text only.
    Expected(String),
    /// In the found text only.
    Found(String),
}

impl TestFailure {
    pub(super) fn new(source: &Source, span: Span, message: impl Into<String>, help: Option<String>) -> Self {
        let mut diagnostic = Diagnostic::new(Code::TestFailed, source, span, message);
        if let Some(help) = help {
            diagnostic = diagnostic.with_help(help);
        }
        Self {
            diagnostic,
            difference: Vec::new(),
            turn: Vec::new(),
        }
    }

    pub(super) fn with_help(mut self, help: &str) -> Self {
        self.diagnostic = self.diagnostic.with_help(help);
        self
    }

    pub(super) fn with_turn(mut self, turn: Vec<String>) -> Self {
        self.turn = turn;
        self
    }

    fn spoken(mut self, spoken: &Spoken) -> Self {
        if let Some((source, span)) = &spoken.place {
            self.diagnostic = self.diagnostic.label(source, *span, "this line speaks");
        }
        self
    }

    fn primary(mut self, text: &str) -> Self {
        self.diagnostic = self.diagnostic.primary(text);
        self
    }

    /// Something else was said.
    pub(super) fn mismatch(
        test: Test<'_>,
        line: &Line,
        expectation: &Expectation,
        mismatch: Mismatch,
        spoken: &Spoken,
    ) -> Self {
        let span = mismatch.span.unwrap_or(line.span);
        let what = expected_words(&expectation.what);
        let message = if mismatch.is_another {
            format!("expected {what}, and {}", mismatch.message)
        } else {
            mismatch.message
        };
        let mut failure = Self::new(test.source(), span, message, None)
            .primary("expected here")
            .spoken(spoken);
        if let Some((expected, found)) = mismatch.texts {
            failure.difference = difference(&expected, &found);
        }
        failure
    }

    /// Nothing of the turn is like it, or nothing is left.
    pub(super) fn missing(
        test: Test<'_>,
        line: &Line,
        expectation: &Expectation,
        turn: &TurnRun,
        is_anywhere: bool,
    ) -> Self {
        let what = expected_words(&expectation.what);
        let message = if turn.said.is_empty() {
            format!("expected {what}, and the bot says nothing")
        } else if is_anywhere {
            format!("expected {what}, and nothing that follows in this turn is like it")
        } else {
            format!("expected {what}, and the bot says nothing more")
        };
        Self::new(test.source(), line.span, message, None).primary("expected here")
    }

    /// Something was said that no line mentions.
    pub(super) fn unmentioned(test: Test<'_>, begun: &Line, spoken: &Spoken, program: &Program) -> Self {
        let message = format!(
            "the bot {}, which this test does not mention",
            what_it_does(&spoken.said)
        );
        let lines = said_lines(program, [&spoken.said]);
        let help = match lines.as_slice() {
            [line] => format!("add `{line}`, or `...` where anything may follow"),
            _ => "add what it says, or `...` where anything may follow; `sayflow test --update` writes it"
                .to_owned(),
        };
        Self::new(test.source(), begun.span, message, Some(help))
            .primary("in the turn that begins here")
            .spoken(spoken)
    }

    /// Something was said that must not be.
    pub(super) fn denied(test: Test<'_>, line: &Line, spoken: &Spoken) -> Self {
        let message = format!("the bot {}, which it must not", what_it_does(&spoken.said));
        Self::new(test.source(), line.span, message, None)
            .primary("denied here")
            .spoken(spoken)
    }

    /// An API was called that has no reply in this test.
    pub(super) fn unmocked(test: Test<'_>, span: Span, program: &Program, api: &str) -> Self {
        let output = program
            .apis()
            .find(|known| known.name() == api)
            .map(|api| api.output());
        let example = match output {
            Some(sayflow::Output::Text) => format!("mock {api} = \"…\""),
            Some(sayflow::Output::Image) => format!("mock {api} = \"https://…\""),
            Some(sayflow::Output::Nothing) => format!("mock {api} = ok"),
            _ => format!("mock {api} = empty"),
        };
        let message = format!("`{api}` is called, and this test mocks no reply of it");
        let help = format!(
            "add `{example}` above, or another outcome such as `mock {api} = timeout`; a test never sends a request"
        );
        Self::new(test.source(), span, message, Some(help)).primary("called in this turn")
    }
}

impl TestFailure {
    /// The byte of the test at which it failed.
    pub(super) fn start(&self) -> u32 {
        let first = self.diagnostic.labels().first();
        first.map_or(0, |label| label.span.start)
    }
}

/// For `cargo test` and logs: everything as plain lines.
impl fmt::Display for TestFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.diagnostic.message())?;
        for label in self.diagnostic.labels() {
            let place = label.source.place(label.span.start);
            let written = label.source.slice(label.span).lines().next().unwrap_or_default();
            write!(f, "  at {place}  {written}")?;
            if label.text.is_empty() {
                writeln!(f)?;
            } else {
                writeln!(f, "  ({})", label.text)?;
            }
        }
        if !self.difference.is_empty() {
            writeln!(f, "  expected: {}", side(&self.difference, true))?;
            writeln!(f, "  found:    {}", side(&self.difference, false))?;
        }
        if let Some(help) = self.diagnostic.help() {
            writeln!(f, "  help: {help}")?;
        }
        if !self.turn.is_empty() {
            writeln!(f, "  the whole turn:")?;
            for line in &self.turn {
                writeln!(f, "    {line}")?;
            }
        }
        Ok(())
    }
}

/// One of the two texts, with what only it has between `[` and `]`.
fn side(difference: &[Difference], is_expected: bool) -> String {
    let parts = difference.iter().map(|part| match part {
        Difference::Same(text) => text.clone(),
        Difference::Expected(text) if is_expected => format!("[{text}]"),
        Difference::Found(text) if !is_expected => format!("[{text}]"),
        _ => String::new(),
    });
    parts.collect::<String>().replace('\n', "\\n")
}

fn difference(expected: &str, found: &str) -> Vec<Difference> {
    let mut parts: Vec<Difference> = Vec::new();
    let compared = TextDiff::configure()
        .timeout(PATIENCE)
        .diff_words(expected, found);
    for change in compared.iter_all_changes() {
        let text = change.value();
        match (change.tag(), parts.last_mut()) {
            (ChangeTag::Equal, Some(Difference::Same(same))) => same.push_str(text),
            (ChangeTag::Delete, Some(Difference::Expected(lost))) => lost.push_str(text),
            (ChangeTag::Insert, Some(Difference::Found(new))) => new.push_str(text),
            (ChangeTag::Equal, _) => parts.push(Difference::Same(text.to_owned())),
            (ChangeTag::Delete, _) => parts.push(Difference::Expected(text.to_owned())),
            (ChangeTag::Insert, _) => parts.push(Difference::Found(text.to_owned())),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::{Difference, difference};

    #[test]
    fn long_texts_that_have_nothing_in_common_are_told_apart_soon() {
        let long = |word: &str| format!("a {}", format!("{word} ").repeat(100_000));
        let parts = difference(&long("x"), &long("y"));
        assert_eq!(parts.first(), Some(&Difference::Same("a ".to_owned())));
        let all = |is_wanted: fn(&Difference) -> bool| parts.iter().filter(|part| is_wanted(part)).count();
        assert!(all(|part| matches!(part, Difference::Expected(_))) > 0);
        assert!(all(|part| matches!(part, Difference::Found(_))) > 0);
    }
}
