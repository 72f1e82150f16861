//! The regions of a file, item by item, and those that stay byte for byte.
//!
//! How a broken line is read depends on where its line breaks and braces stand. A region whose
//! form would be read as something else keeps its bytes, and everything around it is formatted.

use std::ops::Range;

use sayflow::syntax::ast::{Entry, File};
use sayflow::{Code, Diagnostic, Source, Span, syntax};

use super::broken::{characters, entry_extent};
use super::line::is_blank;

/// What is found in a text.
#[derive(Debug)]
pub(super) struct Findings {
    /// What only an author can mend, in its order.
    all: Vec<Finding>,
    /// How much only blanks or line breaks would mend.
    about_blanks: usize,
}

impl Findings {
    /// Whether a form with these findings tells its author the same: what the formatter mends may be gone, but
    /// nothing be new.
    pub(super) fn are_those_of(&self, file: &Self) -> bool {
        self.all == file.all && self.about_blanks <= file.about_blanks
    }
}

#[derive(Debug, PartialEq)]
struct Finding {
    code: Code,
    /// The characters that it points at.
    characters: String,
    /// How many characters stand before them: which of several braces is meant.
    before: usize,
}

/// An item with what stands behind it, up to the next: where one ends, another reading begins.
/// Comments between two of them belong to neither.
pub(super) fn regions(file: &File) -> Vec<Range<usize>> {
    let entries = &file.entries;
    let starts = |entry: &Entry| matches!(entry, Entry::Node(node) if node.head.is_item());
    let mut bounds: Vec<usize> = (1..entries.len())
        .filter(|index| entries.get(*index).is_some_and(starts))
        .collect();
    bounds.insert(0, 0);
    bounds.push(entries.len());
    let ranges = bounds.iter().zip(bounds.iter().skip(1));
    ranges
        .map(|(start, end)| without_remarks(entries, *start..*end))
        .filter(|range| !range.is_empty())
        .collect()
}

fn without_remarks(entries: &[Entry], range: Range<usize>) -> Range<usize> {
    let is_own_remark =
        |index: usize| matches!(entries.get(index), Some(Entry::Remark(remark)) if !remark.is_trailing);
    let start = range
        .clone()
        .find(|index| !is_own_remark(*index))
        .unwrap_or(range.end);
    let last = range.rev().find(|index| !is_own_remark(*index));
    start..last.map_or(start, |last| last + 1)
}

/// The bytes of a range of entries, and the blanks before them on their line.
pub(super) fn bytes<'s>(source: &'s Source, entries: &[Entry]) -> (&'s str, &'s str) {
    let spans = entries.iter().map(entry_extent);
    let whole = spans.reduce(Span::to).unwrap_or_default();
    let before = source.slice(Span::new(0, whole.start));
    let margin = before.rsplit('\n').next().unwrap_or_default();
    let margin = margin.trim_start_matches('\u{feff}');
    let is_margin = margin.chars().all(is_blank);
    (if is_margin { margin } else { "" }, source.slice(whole))
}

/// The tree of a text, and what is found in it.
pub(super) fn read(name: &str, text: &str) -> (File, Findings) {
    let (file, diagnostics) = syntax::parse(&Source::new(name, text));
    let mut counted = Counted::default();
    let found = diagnostics.iter().filter(|found| !is_about_blanks(found));
    let all: Vec<Finding> = found.map(|found| counted.finding(&file, found)).collect();
    let about_blanks = diagnostics.len() - all.len();
    (file, Findings { all, about_blanks })
}

fn is_about_blanks(found: &Diagnostic) -> bool {
    let is_blanks = |text: &str| text.chars().all(is_blank);
    found.fix().is_some_and(|fix| {
        let mut edits = fix.edits.iter();
        edits.all(|edit| is_blanks(&edit.text) && is_blanks(edit.source.slice(edit.span)))
    })
}

/// The characters before a place, counted from one finding to the next.
#[derive(Default)]
struct Counted {
    end: u32,
    characters: usize,
}

impl Counted {
    fn finding(&mut self, file: &File, found: &Diagnostic) -> Finding {
        let span = found.labels().first().map_or(Span::default(), |label| label.span);
        let between = Span::new(self.end.min(span.start), span.start);
        self.characters += characters(file.source.slice(between)).count();
        self.end = span.start;
        Finding {
            code: found.code(),
            characters: characters(file.source.slice(span)).collect(),
            before: self.characters,
        }
    }
}
