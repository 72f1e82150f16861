//! Where the quoted texts of a broken line begin and end, as the grammar steps over them.

use super::Line;
use crate::source::{Source, Span};

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
