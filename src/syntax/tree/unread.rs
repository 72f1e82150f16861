//! What is passed over as a whole: JSON, and the lines of a text that lacks its `"""`.
//!
//! One finding tells of it; each of its lines alone would be a guess.

use super::{Tree, broken};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Source, Span};
use crate::syntax::parser::len;
use crate::syntax::placement::{Block, Word};
use crate::syntax::text::is_blank;

impl Tree<'_> {
    /// Takes a piece into what is passed over, where it stands there.
    pub(super) fn pass_over(&mut self, span: Span) -> bool {
        let Some((taken, end)) = &mut self.unread else {
            return false;
        };
        if span.start >= *end {
            self.end_unread();
            return false;
        }
        *taken = if taken.is_empty() { span } else { taken.to(span) };
        true
    }

    pub(super) fn end_unread(&mut self) {
        if let Some((taken, _)) = self.unread.take()
            && !taken.is_empty()
        {
            self.push_node(broken(taken));
        }
    }

    /// Passes over the lines of the text at whose first line's end `offset` stands, where it has several.
    pub(super) fn pass_over_text(&mut self, offset: u32) {
        if let Some(end) = end_of_lines(self.source, offset) {
            self.settle(super::Next::Line);
            self.unread = Some((Span::at(offset), end));
        }
    }

    /// The same for a `{` that begins its line, perhaps behind a line with a `[` at its end.
    pub(super) fn is_json_behind(&mut self, brace: Span) -> bool {
        let junk = self.pending.as_ref().and_then(|pending| pending.junk);
        let list = junk.filter(|junk| self.source.slice(*junk).ends_with('['));
        let is_json = self.is_json(list.unwrap_or(brace));
        if is_json {
            if let (Some(pending), Some(_)) = (&mut self.pending, list) {
                pending.junk = None;
                pending.block = Block::Welcome;
            }
            self.unread_before(|tree| tree.settle(super::Next::End));
            if let Some((taken, _)) = &mut self.unread {
                *taken = taken.to(brace);
            }
        }
        is_json
    }

    /// Does something before what is passed over is begun.
    fn unread_before(&mut self, act: impl FnOnce(&mut Self)) {
        let unread = self.unread.take();
        act(self);
        self.unread = unread;
    }

    /// Passes over the JSON that a piece begins with or ends before, and says so.
    pub(super) fn is_json(&mut self, piece: Span) -> bool {
        let written = self.source.slice(piece);
        let at = match written.strip_suffix('[') {
            Some(before) => piece.start + len(before),
            None if written == "{" => piece.start,
            None => return false,
        };
        if self.is_json_unclosed || !begins_json(self.source, at) {
            return false;
        }
        let Some(end) = end_of_json(self.source, Span::new(at, self.stretch_end)) else {
            // Whatever stands behind it is not closed either.
            self.is_json_unclosed = true;
            return false;
        };
        let found = Diagnostic::new(Code::Unexpected, self.source, piece, "this is JSON, not a flow")
            .with_help("write each part on a line of its own, such as `\"Title\" -> NAME` for an option");
        self.report_once(self.line.number, found);
        self.unread = Some((piece, end));
        true
    }
}

/// Where the text ends whose first line ends at `offset`: with the first `"` behind it, where that ends its line and
/// no line before it is one of a flow.
pub(in crate::syntax) fn end_of_lines(source: &Source, offset: u32) -> Option<u32> {
    /// A longer one is rather a quote forgotten.
    const MOST: usize = 20;
    let behind = source.slice(Span::new(offset, source.span().end));
    let mut at = 0;
    for (number, line) in behind.split_inclusive('\n').take(MOST).enumerate() {
        let words = line.trim_matches(is_blank);
        if number == 0 {
            if !words.is_empty() {
                return None;
            }
        } else {
            let is_of_a_flow = Word::at_start_of(words).is_some()
                || super::super::error::first_word(words) == "else"
                || words.starts_with(['{', '}', '<', '/'])
                || words.ends_with('{')
                || words.contains("->");
            if is_of_a_flow {
                return None;
            }
            if let Some(quote) = words.find('"') {
                let start = line.len() - line.trim_start_matches(is_blank).len();
                let is_last = number > 0 && quote + 1 == words.len() && quote > 0;
                return is_last
                    .then(|| offset + len(behind.get(..at + start + quote + 1).unwrap_or_default()));
            }
        }
        at += line.len();
    }
    None
}

/// Whether an object of JSON begins at `at`, or a list of them.
fn begins_json(source: &Source, at: u32) -> bool {
    /// No key is longer.
    const MOST: usize = 80;
    let rest = source.slice(Span::new(at, source.span().end));
    let rest = rest
        .strip_prefix('[')
        .map_or(rest, |rest| rest.trim_start_matches(is_blank));
    let key = rest
        .strip_prefix('{')
        .map(|rest| rest.trim_start_matches(is_blank));
    let Some(rest) = key.and_then(|key| key.strip_prefix('"')) else {
        return false;
    };
    let rest = rest.get(..rest.floor_char_boundary(MOST)).unwrap_or_default();
    let value = rest.split_once('"').and_then(|(key, behind)| {
        let behind = behind.trim_start_matches(is_blank).strip_prefix(':')?;
        (!key.contains(['\n', '\\'])).then(|| behind.trim_start_matches(is_blank))
    });
    value.is_some_and(|value| {
        value.starts_with(['"', '[', '{', '-'])
            || value.starts_with(|letter: char| letter.is_ascii_digit())
            || ["true", "false", "null"]
                .into_iter()
                .any(|word| value.starts_with(word))
    })
}

/// Where the bracket at the beginning of `span` is closed, with the comma behind it.
fn end_of_json(source: &Source, span: Span) -> Option<u32> {
    let text = source.slice(span);
    let mut depth = 0_u32;
    let mut is_inside = false;
    let mut is_escaped = false;
    for (at, letter) in text.char_indices() {
        match letter {
            '"' if !is_escaped => is_inside = !is_inside,
            // A text ends with its line.
            '\n' => is_inside = false,
            '{' | '[' if !is_inside => depth += 1,
            '}' | ']' if !is_inside => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    let comma = text.get(at + 1..).is_some_and(|rest| rest.starts_with(','));
                    return Some(span.start + len(text.get(..=at)?) + u32::from(comma));
                }
            }
            _ => {}
        }
        is_escaped = letter == '\\' && !is_escaped;
    }
    None
}
