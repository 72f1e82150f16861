//! Words of other tools for conversation tests.

use super::first_word;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Source, Span};
use crate::syntax::parser::len;

/// What others call it, and the word for it in a `test`.
const WORDS: [(&str, &str); 28] = [
    ("bot", "text"),
    ("say", "text"),
    ("says", "text"),
    ("reply", "text"),
    ("message", "text"),
    ("user", "customer"),
    ("me", "customer"),
    ("human", "customer"),
    ("input", "customer"),
    ("send", "customer"),
    ("type", "customer"),
    ("click", "tap"),
    ("press", "tap"),
    ("choose", "tap"),
    ("select", "tap"),
    ("assert", "expect"),
    ("check", "expect"),
    ("verify", "expect"),
    ("should", "expect"),
    ("sleep", "wait"),
    ("after", "wait"),
    ("stub", "mock"),
    ("fake", "mock"),
    ("when", "mock"),
    ("set", "given"),
    ("let", "given"),
    ("begin", "start"),
    ("action", "do"),
];

/// A line that begins with the word of another tool.
pub(super) fn habit(source: &Source, line: Span) -> Option<Diagnostic> {
    let word = first_word(source.slice(line));
    let (_, ours) = WORDS.iter().find(|(theirs, _)| *theirs == word)?;
    let span = Span::new(line.start, line.start + len(word));
    let message = format!("unknown word `{word}`");
    let found = Diagnostic::new(Code::UnknownKeyword, source, span, message);
    Some(
        found
            .with_help(format!("in a test it is `{ours}`"))
            .suggested_fix(format!("replace with `{ours}`"), vec![(span, (*ours).to_owned())]),
    )
}
