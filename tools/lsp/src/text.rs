//! Lines and columns of the protocol: the one place where UTF-16 is counted.

use gen_lsp_types::{Position, Range};
use line_index::WideEncoding;
use sayflow::{Source, Span};

/// What a column counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16, which every client knows.
    Utf16,
}

impl Encoding {
    fn units(self, letter: char) -> usize {
        match self {
            Self::Utf8 => letter.len_utf8(),
            Self::Utf16 => letter.len_utf16(),
        }
    }

    /// The byte at a position. A column behind the end of a line is the line's end, one inside of a
    /// character the character's start, and a line behind the last the text's end.
    pub(crate) fn offset(self, text: &str, position: Position) -> usize {
        let Some(start) = line_start(text, position.line) else {
            return text.len();
        };
        let rest = text.get(start..).unwrap_or_default();
        let line = rest.split(['\n', '\r']).next().unwrap_or_default();
        let mut left = position.character as usize;
        for (at, letter) in line.char_indices() {
            let units = self.units(letter);
            if left < units {
                return start + at;
            }
            left -= units;
        }
        start + line.len()
    }

    /// The position of a byte.
    pub(crate) fn position(self, source: &Source, offset: u32) -> Position {
        let mut offset = offset.min(source.span().end);
        while !source.text().is_char_boundary(offset as usize) {
            offset -= 1;
        }
        let lines = source.line_index();
        let found = lines.line_col(offset.into());
        let wide = match self {
            Self::Utf8 => None,
            Self::Utf16 => lines.to_wide(WideEncoding::Utf16, found),
        };
        Position {
            line: found.line,
            character: wide.map_or(found.col, |wide| wide.col),
        }
    }

    /// The range of a span.
    pub(crate) fn range(self, source: &Source, span: Span) -> Range {
        Range {
            start: self.position(source, span.start),
            end: self.position(source, span.end.max(span.start)),
        }
    }

    /// The span of a range; one that is turned around is empty.
    pub(crate) fn span(self, source: &Source, range: Range) -> Span {
        let start = number(self.offset(source.text(), range.start));
        let end = number(self.offset(source.text(), range.end));
        Span::new(start, end.max(start))
    }
}

/// A length as the tree counts it.
pub(crate) fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Where a line begins; `None` behind the last. Lines end in `\n`, `\r\n` or `\r`.
fn line_start(text: &str, line: u32) -> Option<usize> {
    let Some(before) = line.checked_sub(1) else {
        return Some(0);
    };
    let is_end = |(at, end): &(usize, &str)| *end == "\n" || text.as_bytes().get(at + 1) != Some(&b'\n');
    let mut ends = text.match_indices(['\n', '\r']).filter(is_end);
    ends.nth(before as usize).map(|(at, _)| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn columns_in_either_encoding() {
        let text = "a\n😀é!\r\nz";
        assert_eq!(Encoding::Utf16.offset(text, at(1, 3)), 8);
        assert_eq!(Encoding::Utf8.offset(text, at(1, 6)), 8);
        let source = Source::new("a.flow", text);
        assert_eq!(Encoding::Utf16.position(&source, 8), at(1, 3));
        assert_eq!(Encoding::Utf8.position(&source, 8), at(1, 6));
    }

    #[test]
    fn every_line_end_of_the_protocol() {
        let text = "a\rb\r\nc\nd";
        let starts = [0, 1, 2, 3].map(|line| Encoding::Utf16.offset(text, at(line, 0)));
        assert_eq!(starts, [0, 2, 5, 7]);
        assert_eq!(Encoding::Utf16.offset(text, at(0, 9)), 1);
        assert_eq!(Encoding::Utf16.offset(text, at(1, 9)), 3);
    }

    #[test]
    fn a_place_that_is_none_is_the_nearest_one() {
        let text = "a\n😀é!\r\nz";
        assert_eq!(Encoding::Utf16.offset(text, at(1, 1)), 2);
        assert_eq!(Encoding::Utf16.offset(text, at(1, 99)), 9);
        assert_eq!(Encoding::Utf16.offset(text, at(99, 0)), text.len());
        assert_eq!(
            Encoding::Utf16.position(&Source::new("a.flow", text), 3),
            at(1, 0)
        );
    }
}
