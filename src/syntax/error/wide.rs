//! Signs in the width of a Chinese or Japanese letter, and the quotes of these scripts, where a flow has its own.

use super::habits::{is_word, quote};
use super::{Line, shorten, stop_of};
use crate::diagnostics::Diagnostic;
use crate::digits::digit;
use crate::source::{Source, Span};
use crate::syntax::placement::Place;
use crate::syntax::text::is_blank;

/// Pairs of quotes.
const QUOTES: [(char, char); 4] = [('＂', '＂'), ('「', '」'), ('『', '』'), ('〝', '〞')];

/// `on start ｛`, `text 「你好」`, `set n ＝ n ＋ 1`: where its plain form can be read, or further than the line itself.
pub(super) fn signs(line: Line<'_>, place: Place) -> Option<Diagnostic> {
    let Plain { text, first, edits } = Plain::of(line)?;
    if !is_read(&text, first, place) {
        return None;
    }
    let (span, ours) = edits.first()?.clone();
    let theirs = line.source.slice(span);
    let found = if ours == "\"" {
        let inside = text.get(first..).and_then(super::text_at)?;
        line.malformed(span, "this text does not stand in double quotes".to_owned())
            .with_help(format!("a text stands in double quotes: `{}`", shorten(inside)))
    } else {
        line.malformed(span, format!("`{theirs}` is no sign of a flow"))
            .with_help(format!("write `{ours}`"))
    };
    let title = match edits.as_slice() {
        [_] => format!("replace with `{ours}`"),
        _ => "replace with plain signs".to_owned(),
    };
    let close = (line.text.ends_with('｛')).then(|| end_of_block(line)).flatten();
    let close = close.map(|span| (span, "}".to_owned()));
    Some(found.suggested_fix(title, edits.into_iter().chain(close).collect()))
}

/// A line with plain signs.
struct Plain {
    text: String,
    /// The byte of the first of them, in both forms of the line.
    first: usize,
    edits: Vec<(Span, String)>,
}

impl Plain {
    fn of(line: Line<'_>) -> Option<Self> {
        let mut text = String::new();
        let mut first = None;
        let mut edits = Vec::new();
        let mut done = 0;
        let mut before = ' ';
        for (at, letter) in line.outside_of_texts() {
            let is_number = digit(letter).is_some() && !is_word(before);
            before = letter;
            if at < done {
                continue;
            }
            let behind = at + letter.len_utf8();
            let written = match QUOTES.iter().find(|(open, _)| *open == letter) {
                Some((_, close)) => Some((quoted(line.text.get(behind..)?, *close)?, *close)),
                None => None,
            };
            let Some(ours) = written.map(|_| '"').or_else(|| plain(letter, is_number)) else {
                continue;
            };
            text.push_str(line.text.get(done..at)?);
            if !is_number {
                first.get_or_insert(at);
            }
            edits.push((line.part(at, letter.len_utf8()), ours.to_string()));
            done = behind;
            match written {
                Some((inside, close)) => {
                    text.push_str(&quote(inside));
                    done += inside.len();
                    edits.push((line.part(done, close.len_utf8()), ours.to_string()));
                    done += close.len_utf8();
                }
                None => text.push(ours),
            }
        }
        text.push_str(line.text.get(done..)?);
        let first = first?;
        Some(Self { text, first, edits })
    }
}

/// What stands up to the second quote.
fn quoted(behind: &str, close: char) -> Option<&str> {
    let (inside, _) = behind.split_once(close)?;
    (!inside.contains(['"', '\\'])).then_some(inside)
}

/// The sign, or the digit of a number, that is meant.
fn plain(letter: char, is_number: bool) -> Option<char> {
    const SHIFT: u32 = '！' as u32 - '!' as u32;
    let ours = match letter {
        '！'..='～' => char::from_u32(u32::from(letter) - SHIFT)?,
        '、' => ',',
        _ => return None,
    };
    (ours.is_ascii_punctuation() && !matches!(ours, '"' | '_') || is_number && ours.is_ascii_digit())
        .then_some(ours)
}

/// Whether a line is sound as far as a block, or beyond the byte `first`.
fn is_read(text: &str, first: usize, place: Place) -> bool {
    let code = text.trim_start_matches(|letter| letter == '}' || is_blank(letter));
    let source = Source::new("", code);
    let mut signs = Line::new(&source, source.span()).outside_of_texts();
    let end = signs
        .find(|(_, letter)| *letter == '{')
        .map_or(code.len(), |(at, _)| at);
    let head = code.get(..end).unwrap_or(code).trim_end_matches(is_blank);
    let span = Span::new(0, super::len(head));
    match stop_of(&source, span, place).filter(|_| !head.is_empty()) {
        Some(stop) => stop.offset as usize + text.len() - code.len() > first,
        None => true,
    }
}

/// The `｝` that begins a line as far to the left as `line`, where its block ends.
fn end_of_block(line: Line<'_>) -> Option<Span> {
    // A file may be full of these.
    const MOST: usize = 4_000;
    let margin = line.margin();
    let mut at = line.span.end;
    let below = line.source.slice(Span::new(at, line.source.span().end));
    let below = below.get(..below.floor_char_boundary(MOST)).unwrap_or(below);
    for row in below.split_inclusive('\n') {
        let text = row.trim_start_matches(is_blank);
        let start = at + super::len(row) - super::len(text);
        let is_inside = row.len() - text.len() > margin.len() || text.is_empty() || at == line.span.end;
        if text.starts_with('｝') && row.len() - text.len() == margin.len() {
            return Some(Span::new(start, start + super::len("｝")));
        }
        if !is_inside {
            return None;
        }
        at += super::len(row);
    }
    None
}
