//! What is passed over as a whole: JSON, and the lines of a text that lacks its `"""`.
//!
//! One finding tells of it; each of its lines alone would be a guess.

use super::{Site, Tree, broken};
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
        *taken = match *taken {
            Some(taken) => Some(taken.to(span)),
            // What stands between backticks may go on behind the text that ends there.
            None => (span.end > *end).then(|| Span::new(*end, span.end)),
        };
        true
    }

    pub(super) fn end_unread(&mut self) {
        if let Some((Some(taken), _)) = self.unread.take() {
            self.push_node(broken(taken));
        }
    }

    /// Passes over the lines of the text at whose first line's end `offset` stands, where it has several. They belong
    /// to the line that has its quote: so nobody moves them.
    pub(super) fn pass_over_text(&mut self, quote: Option<Span>, offset: u32) {
        if let Some(end) = quote.and_then(|quote| end_of_lines(self.source, quote, offset)) {
            if let Some(pending) = &mut self.pending {
                let branch = pending.node.branches.last_mut();
                let branch = branch.filter(|_| pending.site == Site::Branch);
                branch
                    .map_or(&mut pending.node.span, |branch| &mut branch.span)
                    .end = end;
            }
            self.settle(super::Next::Line);
            self.unread = Some((None, end));
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
            if let Some((Some(taken), _)) = &mut self.unread {
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
        self.unread = Some((Some(piece), end));
        true
    }
}

/// The quote of a text that is never closed, where one of these problems is about it.
pub(super) fn left_open(problems: &[Diagnostic]) -> Option<Span> {
    let found = problems
        .iter()
        .find(|problem| problem.code() == Code::UnclosedText)?;
    found.labels.first().map(|label| label.span)
}

/// Where the text ends that begins with `quote` and whose first line ends at `offset`: with the first partner of that
/// quote, where it ends its line and no line before it is one of a flow.
pub(in crate::syntax) fn end_of_lines(source: &Source, quote: Span, offset: u32) -> Option<u32> {
    /// A longer one is rather a quote forgotten.
    const MOST: usize = 20;
    let partners: &[char] = match source.slice(quote) {
        "\"" => &['"'],
        "“" => &['”', '"'],
        _ => return None,
    };
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
                || words.contains("->")
                || words.contains("```");
            if is_of_a_flow {
                return None;
            }
            if let Some((quote, partner)) = words.match_indices(partners).next() {
                let start = line.len() - line.trim_start_matches(is_blank).len();
                let end = quote + partner.len();
                let is_last = end == words.len() && quote > 0;
                return is_last.then(|| offset + len(behind.get(..at + start + end).unwrap_or_default()));
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
