//! Where the quoted texts of a broken line begin and end, as the grammar steps over them.

use super::{Line, first_word, line_before, opens_block, shorten, stop_of};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Source, Span};
use crate::syntax::placement::Place;
use crate::syntax::text::is_blank;
use crate::syntax::words::PRIORITIES;

/// No statement is longer.
const MOST_BYTES: usize = 1_000;

/// None has more words that could begin a clause.
const MOST_WORDS: usize = 8;

/// The characters of a line outside of double quotes, with their bytes.
pub(super) fn outside_of_texts(line: &str) -> impl Iterator<Item = (usize, char)> + use<'_> {
    let mut end = 0;
    line.char_indices().filter(move |(at, _)| {
        if *at < end {
            return false;
        }
        let rest = line.get(*at..).unwrap_or_default();
        // What is never closed takes the rest.
        end = match text_at(rest) {
            Some(text) => at + text.len(),
            None if rest.starts_with(['"', '“']) => line.len(),
            None => return true,
        };
        false
    })
}

/// The quoted text that something begins with.
pub(super) fn text_at(written: &str) -> Option<&str> {
    const BLOCK: &str = "\"\"\"";
    let block = written
        .strip_prefix(BLOCK)
        .and_then(|inside| closed_by(inside, BLOCK));
    let end = match block {
        Some(end) => BLOCK.len() + end,
        None if written.starts_with('"') => 1 + closed_by(written.get(1..)?, "\"")?,
        None => "“".len() + closed_by(written.strip_prefix('“')?, "”")?,
    };
    written.get(..end)
}

/// How many bytes there are up to the end of the first `close` without a backslash before it.
fn closed_by(inside: &str, close: &str) -> Option<usize> {
    let mut is_escaped = false;
    for (at, letter) in inside.char_indices() {
        if !is_escaped && inside.get(at..).is_some_and(|rest| rest.starts_with(close)) {
            return Some(at + close.len());
        }
        is_escaped = letter == '\\' && !is_escaped;
    }
    None
}

/// The quote of a line whose text is never closed.
pub(in crate::syntax) fn open_quote(source: &Source, span: Span) -> Option<Span> {
    let line = Line::new(source, span);
    let mut at = 0;
    loop {
        at += line.text.get(at..)?.find(['"', '“'])?;
        let rest = line.text.get(at..)?;
        match text_at(rest) {
            Some(text) => at += text.len(),
            None => return Some(line.part(at, rest.chars().next()?.len_utf8())),
        }
    }
}

/// The byte of a `"` that has no partner on its line.
pub(super) fn unclosed_quote(line: &str) -> Option<u32> {
    let mut end = 0;
    let mut is_escaped = false;
    for (at, letter) in line.char_indices() {
        if at < end {
            continue;
        }
        if letter == '"' && !is_escaped {
            match text_at(line.get(at..)?) {
                Some(text) => end = at + text.len(),
                None => return u32::try_from(at).ok(),
            }
        }
        is_escaped = letter == '\\' && !is_escaped;
    }
    None
}

/// A text that is never closed on its line, and has taken what stands behind it: a clause of the statement that has the
/// byte `offset`, or a comment.
pub(in crate::syntax) fn before_a_clause(source: &Source, offset: u32) -> Option<Diagnostic> {
    let before = line_before(source, offset);
    let begin = outside_of_texts(before)
        .filter(|(_, letter)| matches!(letter, '{' | '}'))
        .last();
    let before = before.get(begin.map_or(0, |(at, _)| at + 1)..)?;
    let start = offset - super::len(before.trim_start_matches(is_blank));
    let rest = source.slice(Span::new(start, source.span().end));
    let line = rest.split('\n').next()?.trim_end_matches(is_blank);
    let line = line.strip_suffix('{').unwrap_or(line).trim_end_matches(is_blank);
    let part = |line: &str| Line::new(source, Span::new(start, start + super::len(line)));
    // The block of one line that ends with it.
    let inner = line.strip_suffix('}').map(|line| line.trim_end_matches(is_blank));
    match (begin, inner) {
        (Some((_, '{')), Some(inner)) if !inner.contains("} ") && !inner.contains("{ ") => {
            let found = before_a_clause_of(part(inner));
            found.or_else(|| {
                Some(closed_before(
                    part(inner),
                    "}",
                    inner.len(),
                    open_quote(source, part(inner).span)?,
                ))
            })
        }
        _ => before_a_clause_of(part(line)),
    }
}

/// A text whose quote is missing at the byte `at`, before `sign`.
fn closed_before(line: Line<'_>, sign: &str, at: usize, quote: Span) -> Diagnostic {
    let close = partner(line, quote);
    unclosed(line, quote)
        .with_help(format!("close it with `{close}` before the `{sign}`"))
        .suggested_fix(
            format!("insert `{close}`"),
            vec![(line.part(at, 0), close.to_owned())],
        )
}

fn unclosed(line: Line<'_>, quote: Span) -> Diagnostic {
    let message = "this text is never closed";
    Diagnostic::new(Code::UnclosedText, line.source, quote, message).primary("opened here")
}

fn partner(line: Line<'_>, quote: Span) -> &'static str {
    match line.source.slice(quote) {
        "“" => "”",
        _ => "\"",
    }
}

/// The same for a statement up to its block.
pub(super) fn before_a_clause_of(line: Line<'_>) -> Option<Diagnostic> {
    if line.text.len() > MOST_BYTES {
        return None;
    }
    if let Some((code, quote)) = before_a_comment(line) {
        let found = before_a_clause_of(code);
        return found.or_else(|| Some(closed_before(line, "//", code.text.len(), quote)));
    }
    let clauses = clauses(line);
    let Clause { word, at, is_sure } = clauses
        .into_iter()
        .take(MOST_WORDS)
        .find_map(|(word, at)| clause(line, word, at))?;
    let quote = open_quote(line.source, line.part(0, at))?;
    if is_sure {
        return Some(closed_before(line, word, at, quote));
    }
    let rest = line.text.get(at..)?.trim_start_matches(is_blank);
    Some(unclosed(line, quote).with_help(format!(
        "close it with `{close}`: before `{rest}`, or behind it where these are words of the text",
        close = partner(line, quote),
        rest = shorten(rest)
    )))
}

/// `text Hello there!"`, `-> url https://shop.example"`: a text that has only its last quote.
pub(super) fn without_opening(line: Line<'_>, place: Place) -> Option<Diagnostic> {
    const WORDS: [&str; 16] = [
        "text", "image", "audio", "video", "card", "subtitle", "buttons", "replies", "ask", "retry",
        "handover", "else", "url", "phone", "extra", "words",
    ];
    let last = unclosed_quote(line.text)? as usize;
    if line.text.len() > MOST_BYTES {
        return None;
    }
    let before = line.text.get(..last)?;
    let is_begun = |at: &usize| {
        let words = before.get(..*at).unwrap_or_default();
        let word = words.trim_end_matches(is_blank);
        let word = word.get(
            word.rfind(|letter: char| !letter.is_alphabetic())
                .map_or(0, |at| at + 1)..,
        );
        match words.is_empty() {
            true => place == Place::Options,
            false => words.ends_with(is_blank) && word.is_some_and(|word| WORDS.contains(&word)),
        }
    };
    let starts = before.char_indices().filter(|(_, letter)| !is_blank(*letter));
    let starts = starts.map(|(at, _)| at).filter(is_begun).take(MOST_WORDS);
    let starts: Vec<usize> = starts.collect();
    let at = starts.into_iter().rev().find(|at| {
        let (words, text) = line.text.split_at_checked(*at).unwrap_or_default();
        !text.starts_with('"') && reads(&format!("{words}\"{text}"))
    })?;
    let text = line.part(at, last + 1 - at);
    let found = line.malformed(text, "this text has no opening quote".to_owned());
    Some(
        found
            .with_help(format!(
                "open it with `\"`: `\"{}`",
                shorten(line.source.slice(text))
            ))
            .suggested_fix("insert `\"`", vec![(Span::at(text.start), "\"".to_owned())]),
    )
}

/// The line before the comment that a text of it has taken, and the quote of that text.
fn before_a_comment(line: Line<'_>) -> Option<(Line<'_>, Span)> {
    let (code, _) = line.text.split_once(" // ")?;
    let code = Line::new(line.source, line.part(0, code.trim_end_matches(is_blank).len()));
    let quote = open_quote(line.source, code.span)?;
    let inside = code.source.slice(Span::new(quote.end, code.span.end));
    (!inside.is_empty()).then_some((code, quote))
}

/// The words and signs that may follow a text of a line, with where the words before them end.
fn clauses(line: Line<'_>) -> Vec<(&'static str, usize)> {
    let signs: &[&str] = match line.word() {
        "ask" => &["save"],
        "text" | "image" | "audio" | "video" => &["else"],
        "handover" => &["priority"],
        "if" | "else" => &["and", "or"],
        "" | "button" => &["->", "extra", "if"],
        "attribute" | "accept" | "on" => &[","],
        _ => &[],
    };
    let mut found: Vec<(&str, usize)> = signs
        .iter()
        .flat_map(|sign| line.text.match_indices(*sign))
        .filter_map(|(at, sign)| {
            let (before, behind) = (line.text.get(..at)?, line.text.get(at + sign.len()..)?);
            let words = before.trim_end_matches(is_blank);
            let is_apart = words.len() < before.len() && (behind.is_empty() || behind.starts_with(is_blank));
            let sign = signs.iter().find(|it| **it == sign)?;
            (sign == &"," || is_apart).then_some((*sign, words.len()))
        })
        .collect();
    found.sort_by_key(|(_, at)| *at);
    found
}

/// What stands behind the words of a text.
struct Clause {
    word: &'static str,
    /// Where its quote is missing.
    at: usize,
    /// Whether it is no part of the text.
    is_sure: bool,
}

/// The clause `word` behind the byte `at`, where the line can be read with a quote there.
fn clause(line: Line<'_>, word: &'static str, at: usize) -> Option<Clause> {
    let (before, behind) = line.text.split_at_checked(at)?;
    let quote = open_quote(line.source, line.part(0, at))?;
    let close = partner(line, quote);
    let inside = before.get((quote.end - line.span.start) as usize..)?;
    let behind = behind.trim_start_matches(is_blank);
    let head = format!("{before}{close}");
    let is_read = !inside.trim_matches(is_blank).is_empty()
        && match word {
            "else" => reads(&head) && reads(behind),
            _ => reads(&format!("{head} {behind}")),
        };
    let is_closed_elsewhere = behind.contains(['"', '“', '”']);
    let value = behind.get(word.len()..)?.trim_start_matches(is_blank);
    // An `else` has a text or a block.
    let has_else = is_closed_elsewhere || opens_block(line.source, line.span.end);
    if !is_read || word == "else" && !has_else {
        return None;
    }
    let ends = inside.ends_with(|letter: char| !letter.is_alphanumeric() && !matches!(letter, ',' | '-'));
    let is_sure = is_closed_elsewhere
        || ends
        || match word {
            "->" | "else" => true,
            "priority" => PRIORITIES.contains(&value),
            "save" => false,
            _ => first_word(inside) == inside,
        };
    Some(Clause { word, at, is_sure })
}

/// Whether a line is one of a sequence or an item, to its end.
fn reads(line: &str) -> bool {
    let source = Source::new("", line);
    open_quote(&source, source.span()).is_none()
        && stop_of(&source, source.span(), Place::Statements).is_none()
}
