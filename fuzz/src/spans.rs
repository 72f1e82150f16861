//! Spans lie in their file, on the borders of characters.

use std::fmt::{self, Write};

use sayflow::syntax::ast::{Entry, File};
use sayflow::{Diagnostic, Source, Span, syntax};

/// Every place that a finding speaks of, and every edit that mends it, lies in one of these files.
///
/// # Panics
///
/// Where one does not.
pub fn lie_in_their_files(found: &[Diagnostic], sources: &[Source]) {
    for finding in found {
        for (source, span, _) in finding.places().chain(finding.edits()) {
            assert!(
                sources.contains(source),
                "{finding:?} is about {source:?}, which was not read"
            );
            assert!(lies_in(span, source.text()), "{finding:?} at {span:?}");
        }
    }
}

/// Every span of a tree lies in its file.
///
/// # Panics
///
/// Where one does not.
pub fn of_a_tree_lie_in_it(file: &File) {
    let mut spans = Spans::default();
    // Every node derives `Debug`, so no span is passed by, not even of a kind of node that is yet to come.
    let _ = write!(spans, "{:?}", file.entries);
    for span in spans.found {
        assert!(lies_in(span, file.source.text()), "{span:?}");
    }
}

/// The lines and comments of every block stand in the order of the file.
///
/// # Panics
///
/// Where two do not.
pub fn of_a_tree_are_in_order(file: &File) {
    are_in_order(&file.entries);
    syntax::walk(file, |node, _| {
        node.bodies().for_each(|body| are_in_order(&body.entries))
    });
}

fn are_in_order(entries: &[Entry]) {
    let start = |entry: &Entry| match entry {
        Entry::Node(node) => node.span.start,
        Entry::Remark(remark) => remark.span.start,
    };
    assert!(entries.is_sorted_by_key(start), "{entries:?}");
}

fn lies_in(span: Span, text: &str) -> bool {
    text.get(span.range()).is_some()
}

/// Picks the spans out of what is printed: `Span { start: 3, end: 7 }`, which comes in pieces.
#[derive(Default)]
struct Spans {
    found: Vec<Span>,
    start: Option<u32>,
    /// The last word, which the next number belongs to.
    field: Field,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Field {
    Start,
    End,
    #[default]
    Other,
}

impl Write for Spans {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        match (piece, piece.parse()) {
            ("start", _) => self.field = Field::Start,
            ("end", _) => self.field = Field::End,
            (_, Ok(offset)) => match std::mem::take(&mut self.field) {
                Field::Start => self.start = Some(offset),
                Field::End => self
                    .found
                    .extend(self.start.take().map(|start| Span::new(start, offset))),
                Field::Other => {}
            },
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sayflow::syntax;

    #[test]
    fn spans_are_found_in_what_is_printed() {
        let source = Source::new("a.flow", "on start {\n  text \"Hi {{name|you}}\"\n}\n");
        let mut spans = Spans::default();
        write!(spans, "{:?}", syntax::parse(&source).0.entries).unwrap();
        let found: Vec<&str> = spans.found.iter().map(|span| source.slice(*span)).collect();
        for text in ["on start", "{", "}", "name", "you", "{{name|you}}"] {
            assert!(found.contains(&text), "{text}: {found:?}");
        }
    }

    #[test]
    fn a_span_that_cuts_a_letter_in_two_lies_nowhere() {
        assert!(lies_in(Span::new(0, 2), "é"));
        assert!(!lies_in(Span::new(0, 1), "é"));
        assert!(!lies_in(Span::new(0, 3), "é"));
        assert!(!lies_in(Span::new(2, 0), "é"));
    }
}
