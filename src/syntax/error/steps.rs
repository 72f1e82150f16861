//! Words of other tools for conversation tests.

use super::{Line, first_word};
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

/// What a line of a test was meant to be, where that is known.
pub(super) fn habit(source: &Source, span: Span) -> Option<Diagnostic> {
    let line = Line::new(source, span);
    colon(line)
        .or_else(|| quoted_name(line))
        .or_else(|| missing_comma(line))
        .or_else(|| nameless_mock(line))
        .or_else(|| expected_block(line))
        .or_else(|| contained(line))
        .or_else(|| foreign(source, span))
}

/// `text: "Hi"`, as a chat is written.
fn colon(line: Line<'_>) -> Option<Diagnostic> {
    let word = line.word();
    let colon = line.part(word.len(), 1);
    if word.is_empty() || line.source.slice(colon) != ":" {
        return None;
    }
    let found = line.malformed(colon, format!("expected a blank after `{word}`"));
    Some(
        found
            .with_help("a test is written as the flow is, without colons")
            .suggested_fix("remove the colon", vec![(colon, String::new())]),
    )
}

/// `start "track"`
fn quoted_name(line: Line<'_>) -> Option<Diagnostic> {
    if line.word() != "start" {
        return None;
    }
    let name = line.rest().strip_prefix('"')?.strip_suffix('"')?;
    let at = line.part(line.text.len() - line.rest().len(), line.rest().len());
    let found = line.malformed(at, "a sequence stands without quotes".to_owned());
    Some(
        found
            .with_help(format!("write `start {name}`"))
            .suggested_fix("remove the quotes", vec![(at, name.to_owned())]),
    )
}

/// `mock a = "x" then timeout`
fn missing_comma(line: Line<'_>) -> Option<Diagnostic> {
    if line.word() != "mock" {
        return None;
    }
    let letters: Vec<(usize, char)> = line.outside_of_texts().collect();
    let is_then = |at: usize| line.text.get(at..).is_some_and(|rest| first_word(rest) == "then");
    let at = letters.iter().map(|(at, _)| *at).find(|at| is_then(*at))?;
    let before = line.text.get(..at)?.trim_end();
    if before.ends_with(',') || before.ends_with('=') {
        return None;
    }
    let found = line.malformed(
        line.part(at, "then".len()),
        "expected `,` before `then`".to_owned(),
    );
    Some(found.suggested_fix("insert `,`", vec![(line.part(before.len(), 0), ",".to_owned())]))
}

/// `mock = timeout`
fn nameless_mock(line: Line<'_>) -> Option<Diagnostic> {
    if line.word() != "mock" || !line.rest().starts_with('=') {
        return None;
    }
    let word = line.part(0, "mock".len());
    let found = line.malformed(word, "expected the name of an API after `mock`".to_owned());
    Some(found.with_help("say whose reply it is: `mock NAME = …`"))
}

/// `expect text "Hi"`
fn expected_block(line: Line<'_>) -> Option<Diagnostic> {
    const BLOCKS: [&str; 9] = [
        "text", "image", "audio", "video", "gallery", "buttons", "quick", "handover", "not",
    ];
    let word = first_word(line.rest());
    let behind = line.rest().get(word.len()..)?.trim_start();
    if line.word() != "expect"
        || !BLOCKS.contains(&word)
        || behind.is_empty()
        || behind.starts_with(['=', '<', '>', '!'])
    {
        return None;
    }
    let at = line.text.len() - line.rest().len();
    let seen = line.part(at, line.rest().len());
    let found = line.malformed(
        seen,
        format!("`expect` compares attributes, and `{word}` is none"),
    );
    Some(
        found
            .with_help(format!(
                "what is seen stands by itself: `{}`",
                super::shorten(line.rest())
            ))
            .suggested_fix("remove `expect`", vec![(line.part(0, at), String::new())]),
    )
}

/// `text contains "Hi"`
fn contained(line: Line<'_>) -> Option<Diagnostic> {
    let behind = if line.word() == "not" {
        line.rest()
    } else {
        line.text
    };
    let block = first_word(behind);
    let behind = behind.get(block.len()..)?.trim_start();
    let word = first_word(behind);
    let is_like = matches!(
        word,
        "contains" | "includes" | "has" | "like" | "matches" | "containing" | "with"
    );
    if !matches!(block, "text" | "buttons")
        || !is_like
        || !behind.get(word.len()..)?.trim_start().starts_with(['"', '“'])
    {
        return None;
    }
    let span = line.part(line.text.len() - behind.len(), word.len());
    let found = line.malformed(span, format!("unexpected `{word}` after `{block}`"));
    Some(
        found
            .with_help(format!("a text with this in it is `{block} ~ \"…\"`"))
            .suggested_fix("replace with `~`", vec![(span, "~".to_owned())]),
    )
}

/// A line that begins with the word of another tool.
fn foreign(source: &Source, line: Span) -> Option<Diagnostic> {
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
