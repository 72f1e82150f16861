//! Blocks that only their indentation shows, as other languages write them.

use super::{Line, first_word};
use crate::source::{Source, Span};
use crate::syntax::text::is_blank;

/// How far a block is looked for: a file may be full of lines without their braces.
const MOST_LINES: usize = 200;
const MOST_BYTES: usize = 16_384;

/// Where the block of a line ends whose `{` is missing.
pub(super) enum End {
    /// With a `}` that is there.
    Closed,
    /// With this edit.
    Missing(Span, String),
}

/// The end of the block of `line` as far as its indentation tells; `None` where it holds nothing, goes on with an
/// `else`, or is too long.
pub(super) fn end_of_block(line: Line<'_>) -> Option<End> {
    let source: &Source = line.source;
    let before = super::line_before(source, line.span.start);
    let own_margin = before.get(..before.len() - before.trim_start_matches(is_blank).len())?;
    let behind = source.slice(Span::new(line.span.end, source.span().end));
    let behind = behind.get(..behind.floor_char_boundary(MOST_BYTES))?;
    let is_whole = line.span.end as usize + behind.len() == source.text().len();
    let (rest, lines) = behind.split_once('\n')?;
    let mut at = rest.len() + 1;
    let mut end = None;
    let close = |end: usize| End::Missing(line.part(line.text.len() + end, 0), format!("\n{own_margin}}}"));
    let mut lines = lines.split_inclusive('\n').take(MOST_LINES);
    loop {
        let Some(next) = lines.next() else {
            return end.filter(|_| is_whole).map(close);
        };
        let words = next.trim_start_matches(is_blank);
        if !words.is_empty() {
            let margin = next.get(..next.len() - words.len())?;
            let is_inside = margin.len() > own_margin.len() && margin.starts_with(own_margin);
            if !is_inside {
                return match first_word(words) {
                    "else" | "elif" | "elsif" | "elseif" | "otherwise" => None,
                    "endif" | "end_if" | "fi" => {
                        let word = line.part(line.text.len() + at + margin.len(), words.trim_end().len());
                        end.map(|_| End::Missing(word, "}".to_owned()))
                    }
                    _ if words.starts_with('}') && margin == own_margin => Some(End::Closed),
                    _ => end.map(close),
                };
            }
            end = Some(at + next.trim_end().len());
        }
        at += next.len();
    }
}
