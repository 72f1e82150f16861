//! A copy of a source that can be drawn: control characters are pictures, lines too wide for the screen are
//! cut.
//!
//! The copy has the lines around the labels and no others: miette reads from the start of what it
//! is given, for every label anew, and a long file may have thousands of findings. Where bytes
//! moved, spans move with them.

use std::ops::Range;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use sayflow::{Source, Span};
use unicode_width::UnicodeWidthChar;

use crate::visible::{picture, visible};

/// What miette puts around the number of a line: ` 12 │ `.
const MARGIN: usize = 4;
/// The columns of a line that are always shown, however narrow the screen.
const LEAST_COLUMNS: usize = 20;
/// What miette shows for a tab.
const TAB_COLUMNS: usize = 4;
/// The lines before and behind the labels that are copied: miette shows one, and looks at the next.
const LINES_AROUND: usize = 3;

/// A source as it is drawn.
#[derive(Debug)]
pub(crate) struct Excerpt {
    name: String,
    text: String,
    windows: Vec<Window>,
    pieces: Vec<Piece>,
    /// The columns of the labels, from 0 and in characters of the source, by where they stand in the copy.
    columns: Vec<(usize, usize)>,
    /// The columns of the screen that a line may take.
    room: usize,
}

/// Neighbouring lines of the source, and where they stand in the copy.
#[derive(Clone, Copy, Debug)]
struct Window {
    to: usize,
    /// The lines of the source before it.
    lines_before: usize,
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
    /// A copy in which these spans can be shown, on a screen of so many columns.
    pub(crate) fn new(
        source: &Source,
        labels: impl Iterator<Item = Span> + Clone,
        screen_columns: usize,
    ) -> Self {
        let last_number = line(source, source.text().len()) + 1;
        let margin = MARGIN + last_number.to_string().len();
        let mut excerpt = Self {
            name: visible(source.name()).into_owned(),
            text: String::new(),
            windows: Vec::new(),
            pieces: Vec::new(),
            columns: Vec::new(),
            room: screen_columns.saturating_sub(margin).max(LEAST_COLUMNS),
        };
        for window in windows(source, labels.clone()) {
            excerpt.window(source, window, labels.clone());
        }
        if excerpt.text.is_empty() {
            // An empty file has a line to point at, too.
            excerpt.text.push(' ');
        }
        excerpt.columns = labels.map(|label| excerpt.column(source, label)).collect();
        excerpt
    }

    fn window(&mut self, source: &Source, window: Range<usize>, labels: impl Iterator<Item = Span> + Clone) {
        self.windows.push(Window {
            to: self.text.len(),
            lines_before: line(source, window.start),
        });
        let mut offset = window.start;
        let text = source.text().get(window).unwrap_or_default();
        for line in text.split_inclusive('\n') {
            let range = offset..offset + line.len();
            let labelled = labels
                .clone()
                .map(Span::range)
                .find(|label| range.contains(&label.start));
            self.line(offset, line, labelled);
            offset = range.end;
        }
        // What lies behind the window stands at its end.
        self.piece(offset, false, "");
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
            _ if is_fitting(line, self.room) => 0..line.len(),
            Some(label) => around(line, label.start - offset, self.room),
            None => around(line, 0, self.room),
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
            if offset + at == 0 && found == '\u{feff}' {
                // The mark that some editors begin a file with is no character of its text.
                self.piece(0, false, "");
                kept = found.len_utf8();
            } else if let Some(shown) = picture(found)
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

/// The whole lines around the labels, as ranges of the source that do not touch.
fn windows(source: &Source, labels: impl Iterator<Item = Span>) -> Vec<Range<usize>> {
    let mut labels: Vec<Range<usize>> = labels.map(Span::range).collect();
    labels.sort_by_key(|label| label.start);
    let mut windows: Vec<Range<usize>> = Vec::new();
    for label in labels {
        let start = lines_back(source.text(), label.start);
        let end = lines_on(source.text(), label.end.max(label.start));
        match windows.last_mut() {
            Some(last) if is_drawn_as_one(source, last.end, start) => last.end = last.end.max(end),
            _ => windows.push(start..end),
        }
    }
    windows
}

/// Whether miette may draw labels before `end` and behind `start` as one snippet: it does so where
/// the second is no further from the first than the first is from the start of the file.
fn is_drawn_as_one(source: &Source, end: usize, start: usize) -> bool {
    start <= end || line(source, start) <= 2 * line(source, end) + 1
}

/// The lines before an offset.
fn line(source: &Source, offset: usize) -> usize {
    let offset = u32::try_from(offset).unwrap_or(u32::MAX);
    source.position(offset).line.saturating_sub(1) as usize
}

/// The start of the line that is so many before the one at an offset.
fn lines_back(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or_default();
    let mut breaks = before.rmatch_indices('\n').map(|(at, _)| at + 1);
    breaks.nth(LINES_AROUND).unwrap_or_default()
}

/// The end of the line that is so many behind the one at an offset.
fn lines_on(text: &str, offset: usize) -> usize {
    let behind = text.get(offset..).unwrap_or_default();
    let mut breaks = behind.match_indices('\n').map(|(at, _)| offset + at + 1);
    breaks.nth(LINES_AROUND).unwrap_or(text.len())
}

/// The columns of the screen that a text takes.
fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

fn columns_of(found: char) -> usize {
    // A control character is a picture of one column.
    let usual = if found == '\t' { TAB_COLUMNS } else { 1 };
    found.width().unwrap_or(usual)
}

/// The part of a line to show in so many columns, on character borders and without its line break. What is said
/// of the label stands below and behind it, so most of the room is there.
fn around(line: &str, label: usize, room: usize) -> Range<usize> {
    // Two for what is left out.
    let room = room.saturating_sub(2);
    let line = line.trim_end();
    let label = line.floor_char_boundary(label);
    let (before, behind) = line.split_at(label);
    let start = label - fitting(before.chars().rev(), room / 4);
    let shown = before.get(start..).unwrap_or_default();
    let end = label + fitting(behind.chars(), room - columns(shown));
    start..end
}

fn is_fitting(line: &str, room: usize) -> bool {
    let line = line.trim_end();
    fitting(line.chars(), room) == line.len()
}

/// The bytes of the first characters that take no more than so many columns.
fn fitting(found: impl Iterator<Item = char>, most_columns: usize) -> usize {
    let mut taken = 0;
    let fitting = found.take_while(|found| {
        taken += columns_of(*found);
        taken <= most_columns
    });
    fitting.map(char::len_utf8).sum()
}

impl SourceCode for Excerpt {
    /// As miette does, with the source's own name and columns: miette counts bytes.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let behind = self.windows.partition_point(|window| window.to <= span.offset());
        let window = behind.checked_sub(1).and_then(|index| self.windows.get(index));
        let window = window.ok_or(MietteError::OutOfBounds)?;
        let end = self.windows.get(behind).map_or(self.text.len(), |next| next.to);
        let text = self.text.get(window.to..end).unwrap_or_default();
        let inside = SourceSpan::from((span.offset() - window.to, span.len()));
        let contents = text.read_span(&inside, lines_before, lines_after)?;
        let place = SourceSpan::from((window.to + contents.span().offset(), contents.span().len()));
        let own = self.columns.iter().find(|(offset, _)| *offset == place.offset());
        let column = own.map_or(contents.column(), |(_, column)| *column);
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            contents.data(),
            place,
            window.lines_before + contents.line(),
            column,
            window.lines_before + contents.line_count(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &str, start: u32, end: u32) -> (Excerpt, String) {
        let span = Span::new(start, end);
        let excerpt = Excerpt::new(&Source::new("a.flow", text), std::iter::once(span), 80);
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
    fn the_mark_before_a_file_is_not_drawn() {
        let (excerpt, drawn) = excerpt("\u{feff}goto a\n", 3, 7);
        assert_eq!(excerpt.text, "goto a\n");
        assert_eq!(drawn, "goto");
        assert_eq!(excerpt.columns, [(0, 0)]);
    }

    #[test]
    fn only_the_lines_around_a_label_are_copied() {
        let text: String = (1..=1000).map(|number| format!("line {number}\n")).collect();
        let source = Source::new("a.flow", text.as_str());
        let spans = ["line 5\n", "line 500\n", "line 501\n"].map(|line| {
            let at = text.find(line).map_or(0, |at| u32::try_from(at).unwrap());
            Span::new(at, at + 4)
        });
        let excerpt = Excerpt::new(&source, spans.into_iter(), 80);
        assert_eq!(excerpt.windows.len(), 2);
        assert_eq!(excerpt.text.lines().count(), 7 + 8);
        for (span, number) in spans.into_iter().zip([5, 500, 501]) {
            let lines = excerpt.read_span(&excerpt.range(span).into(), 1, 1).unwrap();
            let shown = format!("line {}\nline {number}\nline {}\n", number - 1, number + 1);
            assert_eq!(lines.data(), shown.as_bytes());
            assert_eq!(lines.line(), number - 2);
        }
    }

    #[test]
    fn a_line_is_cut_around_its_label_to_fit_the_screen() {
        for letter in ["x", "ক", "注"] {
            let text = format!("{}here{}\nnext\n", letter.repeat(1000), "x".repeat(1000));
            let at = u32::try_from(1000 * letter.len()).unwrap();
            let (excerpt, drawn) = excerpt(&text, at, at + 4);
            assert_eq!(drawn, "here");
            let (line, next) = excerpt.text.split_once('\n').unwrap();
            assert!((73..=75).contains(&columns(line)), "{line}");
            assert!(line.starts_with('…') && line.ends_with('…'), "{line}");
            assert_eq!(next, "next\n");
            assert_eq!(excerpt.columns, [(excerpt.range(Span::at(at)).start, 1000)]);
        }
        let (excerpt, drawn) = excerpt("short", 0, 5);
        assert_eq!((excerpt.text.as_str(), drawn.as_str()), ("short", "short"));
    }
}
