//! From text to tree: cuts a file before each item, has pest find the pieces of each stretch,
//! and puts them together.
//!
//! Stretches are read one by one, so that the memory pest needs is that of the longest item and
//! a broken item never reaches into the next.

use pest::Parser;

use super::ast::{Entry, File, Head, Node};
use super::grammar::{Grammar, Rule};
use super::pieces::{Ctx, Pieces};
use super::text::{is_blank, trim};
use super::tree::Tree;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Source, Span};

/// The most bytes that a file may hold.
pub const MAX_FILE_BYTES: u32 = 1024 * 1024;

/// The words that end every open block where they begin a line at column 0.
pub(super) const ITEM_WORDS: [&str; 7] = ["attribute", "server", "api", "action", "sequence", "on", "test"];

/// Reads one file; see [`super::parse`].
pub(super) fn parse(source: &Source) -> (File, Vec<Diagnostic>) {
    let (entries, mut diagnostics) = if source.text().len() > MAX_FILE_BYTES as usize {
        too_large(source)
    } else {
        read(source)
    };
    diagnostics.extend(old_line_ends(source));
    diagnostics.sort_by_key(|diagnostic| diagnostic.labels.first().map(|label| label.span.start));
    (
        File {
            source: source.clone(),
            entries,
        },
        diagnostics,
    )
}

fn read(source: &Source) -> (Vec<Entry>, Vec<Diagnostic>) {
    let mut tree = Tree::new(source);
    for stretch in cut(source.text()) {
        let text = source.slice(stretch);
        // Every text matches: what is nothing else is `bad`.
        if let Ok(pairs) = Grammar::parse(Rule::chunk, text) {
            tree.read(stretch, Pieces::new(Ctx::new(source, stretch.start), pairs));
        }
    }
    tree.finish()
}

/// Lines that end in CR alone, as on old Macs: the file would be one line, and perhaps one comment.
fn old_line_ends(source: &Source) -> Option<Diagnostic> {
    let text = source.text();
    let first = text.find('\r')?;
    if text.contains('\n') || !text.trim_end().contains('\r') {
        return None;
    }
    let at = |offset: usize| {
        let start = u32::try_from(offset).unwrap_or(u32::MAX);
        Span::new(start, start + 1)
    };
    let breaks = text
        .match_indices('\r')
        .map(|(offset, _)| (at(offset), "\n".to_owned()));
    let message = "the lines of this file end in CR alone";
    Some(
        Diagnostic::new(Code::Malformed, source, at(first), message)
            .primary("without LF, all of it is one line")
            .with_help("save it with the line ends of Unix (LF) or Windows (CRLF)")
            .suggested_fix("write them as LF", breaks.collect()),
    )
}

/// The stretches of a file: up to the first item, then item by item. Empty ones are left out.
fn cut(text: &str) -> Vec<Span> {
    let mut stretches = Vec::new();
    let mut start = 0;
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let word_start = if line_start == 0 {
            line.trim_start_matches('\u{FEFF}')
        } else {
            line
        };
        if line_start > start && begins_with_item_word(word_start) {
            stretches.push(Span::new(start, line_start));
            start = line_start;
        }
        line_start += len(line);
    }
    stretches.push(Span::new(start, line_start));
    stretches.retain(|stretch| !stretch.is_empty());
    stretches
}

/// Whether a line begins with an item word that is used as one, and not as the name of a key.
pub(super) fn begins_with_item_word(line: &str) -> bool {
    ITEM_WORDS.iter().any(|word| begins_with_word(line, word))
}

fn begins_with_word(line: &str, word: &str) -> bool {
    let Some(rest) = line.strip_prefix(word) else {
        return false;
    };
    let behind = rest.trim_start_matches(|letter| is_blank(letter) && letter != '\n');
    let ends =
        rest.is_empty() || rest.starts_with(|letter| is_blank(letter) || matches!(letter, '"' | '“' | '{'));
    ends && !behind.starts_with([':', '='])
}

fn too_large(source: &Source) -> (Vec<Entry>, Vec<Diagnostic>) {
    let span = trim(source, source.span());
    let node = Node {
        span,
        head: Head::Bad,
        body: None,
        branches: Vec::new(),
    };
    let first = source
        .text()
        .chars()
        .next()
        .map_or(0, |letter| letter.len_utf8() as u32);
    let found = Diagnostic::new(
        Code::FileTooLarge,
        source,
        Span::new(0, first),
        "this file is larger than 1 MiB",
    )
    .with_help("divide the flow into several files: sequences find each other across files");
    (vec![Entry::Node(node)], vec![found])
}

/// The length of a text in bytes. Files are bounded by [`MAX_FILE_BYTES`].
pub(super) fn len(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}
