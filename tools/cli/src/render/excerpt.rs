//! A copy of a source that can be drawn: control characters are pictures, endless lines are cut.
//!
//! The copy has the lines of the source; where its bytes moved, spans move with them.

use std::ops::Range;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use sayflow::{Source, Span};

use crate::visible::{picture, visible};

/// The characters of a line that are shown whole.
const LINE_LENGTH: usize = 300;
/// The bytes of a longer line that are shown before and behind its first label.
const AROUND_LABEL: usize = 100;

/// A source as it is drawn.
#[derive(Debug)]
pub(crate) struct Excerpt {
    name: String,
    text: String,
    pieces: Vec<Piece>,
    /// The columns of the labels, from 0 and in characters of the source, by where they stand in the copy.
    columns: Vec<(usize, usize)>,
}

/// A part of the source and where it stands in the copy.
#[derive(Clone, Copy, Debug)]
struct Piece {
    from: usize,
    to: usize,
    /// Whether it stands there byte for byte; otherwise it is replaced.
    is_same: bool,
}

impl Excerpt {
    /// A copy in which these spans can be shown.
    pub(crate) fn new(source: &Source, labels: impl Iterator<Item = Span> + Clone) -> Self {
        let mut excerpt = Self {
            name: visible(source.name()).into_owned(),
            text: String::new(),
            pieces: Vec::new(),
            columns: Vec::new(),
        };
        let mut offset = 0;
        for line in source.text().split_inclusive('\n') {
            let range = offset..offset + line.len();
            let labelled = labels
                .clone()
                .map(Span::range)
                .find(|label| range.contains(&label.start));
            excerpt.line(offset, line, labelled);
            offset = range.end;
        }
        excerpt.piece(offset, true, "");
        if excerpt.text.is_empty() {
            // An empty file has a line to point at, too.
            excerpt.text.push(' ');
        }
        excerpt.columns = labels.map(|label| excerpt.column(source, label)).collect();
        excerpt
    }

    /// A span of the source in the copy.
    pub(crate) fn range(&self, span: Span) -> Range<usize> {
        let start = self.place(span.start as usize);
        start..self.place(span.end as usize).max(start)
    }

    fn column(&self, source: &Source, label: Span) -> (usize, usize) {
        let column = source.position(label.start).column.saturating_sub(1);
        (self.place(label.start as usize), column as usize)
    }

    fn place(&self, offset: usize) -> usize {
        let behind = self.pieces.partition_point(|piece| piece.from <= offset);
        let place = match behind.checked_sub(1).and_then(|index| self.pieces.get(index)) {
            Some(piece) if piece.is_same => piece.to + (offset - piece.from),
            Some(piece) => piece.to,
            None => 0,
        };
        place.min(self.text.len())
    }

    fn line(&mut self, offset: usize, line: &str, label: Option<Range<usize>>) {
        let kept = match label {
            Some(label) if is_endless(line) => around(line, label.start - offset),
            _ if is_endless(line) => around(line, 0),
            _ => 0..line.len(),
        };
        if kept.start > 0 {
            self.piece(offset, false, "…");
        }
        self.characters(offset + kept.start, line.get(kept.clone()).unwrap_or_default());
        if kept.end < line.len() {
            self.piece(offset + kept.end, false, "…\n");
        }
    }

    /// Text as it stands, but for its control characters.
    fn characters(&mut self, offset: usize, text: &str) {
        let mut kept = 0;
        for (at, found) in text.char_indices() {
            let is_line_break = text.get(at..).is_some_and(|rest| rest.starts_with("\r\n"));
            if let Some(shown) = picture(found)
                && !is_line_break
            {
                self.piece(offset + kept, true, text.get(kept..at).unwrap_or_default());
                self.piece(offset + at, false, shown.encode_utf8(&mut [0; 4]));
                kept = at + found.len_utf8();
            }
        }
        self.piece(offset + kept, true, text.get(kept..).unwrap_or_default());
    }

    fn piece(&mut self, from: usize, is_same: bool, text: &str) {
        self.pieces.push(Piece {
            from,
            to: self.text.len(),
            is_same,
        });
        self.text.push_str(text);
    }
}

fn is_endless(line: &str) -> bool {
    line.len() > LINE_LENGTH && line.chars().count() > LINE_LENGTH
}

/// The part of an endless line to show, on character borders and without its line break.
fn around(line: &str, label: usize) -> Range<usize> {
    let start = line.floor_char_boundary(label.saturating_sub(AROUND_LABEL));
    let end = line.floor_char_boundary(start + 2 * AROUND_LABEL);
    start..end.min(line.trim_end().len()).max(start)
}

impl SourceCode for Excerpt {
    /// As miette does, with the source's own name and columns: miette counts bytes.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let contents = self.text.read_span(span, lines_before, lines_after)?;
        let own = self
            .columns
            .iter()
            .find(|(offset, _)| *offset == contents.span().offset());
        let column = own.map_or(contents.column(), |(_, column)| *column);
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            contents.data(),
            *contents.span(),
            contents.line(),
            column,
            contents.line_count(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &str, start: u32, end: u32) -> (Excerpt, String) {
        let span = Span::new(start, end);
        let excerpt = Excerpt::new(&Source::new("a.flow", text), std::iter::once(span));
        let drawn = excerpt
            .text
            .get(excerpt.range(span))
            .unwrap_or_default()
            .to_owned();
        (excerpt, drawn)
    }

    #[test]
    fn spans_move_with_control_characters() {
        let (excerpt, drawn) = excerpt("a\x1bb goto\r\n", 4, 8);
        assert_eq!(excerpt.text, "a␛b goto\r\n");
        assert_eq!(drawn, "goto");
    }

    #[test]
    fn an_endless_line_is_cut_around_its_label() {
        let text = format!("{}here{}\nnext\n", "ক".repeat(1000), "x".repeat(1000));
        let (excerpt, drawn) = excerpt(&text, 3000, 3004);
        assert_eq!(drawn, "here");
        assert!(excerpt.text.len() < 400);
        assert!(excerpt.text.ends_with("…\nnext\n"));
        assert_eq!(excerpt.columns, [(excerpt.range(Span::at(3000)).start, 1000)]);
    }
}
