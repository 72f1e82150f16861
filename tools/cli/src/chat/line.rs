//! One line of the screen: pieces of text with their styles, measured in columns.
//!
//! Everything that reaches the screen goes through [`Line::with`] or [`wrapped`], and both make
//! control characters visible: an endpoint cannot write to the terminal.

use std::fmt;

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use crate::visible::visible;

/// One line of the screen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    pieces: Vec<(Style, String)>,
    width: usize,
}

impl Line {
    /// A line of one piece.
    pub(crate) fn new(style: Style, text: &str) -> Self {
        Self::default().with(style, text)
    }

    /// The line with a piece behind it; its line breaks become blanks.
    pub(crate) fn with(mut self, style: Style, text: &str) -> Self {
        let text = visible(text).replace(['\n', '\t'], " ");
        self.width += text.width();
        self.pieces.push((style, text));
        self
    }

    /// The line with all pieces of another behind it.
    pub(crate) fn join(mut self, other: Self) -> Self {
        self.width += other.width;
        self.pieces.extend(other.pieces);
        self
    }

    /// The columns that it takes.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// The line with blanks behind it, in the style of a ground.
    pub(crate) fn padded(self, width: usize, ground: Style) -> Self {
        let missing = width.saturating_sub(self.width);
        self.with(ground, &" ".repeat(missing))
    }

    /// The line in the middle, behind blanks in the style of a ground.
    pub(crate) fn centred(self, width: usize, ground: Style) -> Self {
        let before = width.saturating_sub(self.width) / 2;
        Self::new(ground, &" ".repeat(before)).join(self)
    }

    /// The line moved to the right, so that it ends at a column.
    pub(crate) fn at_right(self, width: usize) -> Self {
        let before = width.saturating_sub(self.width);
        Self::new(Style::new(), &" ".repeat(before)).join(self)
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (style, text) in &self.pieces {
            write!(f, "{style}{text}{style:#}")?;
        }
        Ok(())
    }
}

/// A text as lines of at most so many columns; a line break is a line break.
pub(crate) fn wrapped(style: Style, text: &str, width: usize) -> Vec<Line> {
    let text = visible(text).replace('\t', "  ");
    let wrapped = textwrap::wrap(&text, width.max(1));
    wrapped.iter().map(|line| Line::new(style, line)).collect()
}

/// A text in at most so many columns, with `…` for what is left out.
pub(crate) fn cut(text: &str, width: usize) -> String {
    let text = visible(text).replace(['\n', '\t'], " ");
    if text.width() <= width {
        return text;
    }
    let mut kept = String::new();
    for found in text.chars() {
        kept.push(found);
        if kept.width() >= width {
            kept.pop();
            break;
        }
    }
    kept + "…"
}

/// The columns of the widest line.
pub(crate) fn widest(lines: &[Line]) -> usize {
    lines.iter().map(Line::width).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_in_every_script() {
        assert_eq!(Line::new(Style::new(), "注文").width(), 4);
        assert_eq!(Line::new(Style::new(), "👩‍💻").width(), 2);
        assert_eq!(cut("注文番号", 5), "注文…");
        assert_eq!(cut("order", 5), "order");
    }

    #[test]
    fn nothing_reaches_the_terminal_raw() {
        let lines = wrapped(Style::new(), "a\x1b]0;x\x07b\u{9b}31m\u{202e}", 40);
        let text: String = lines.iter().map(ToString::to_string).collect();
        assert_eq!(text, "a␛]0;x␇b\u{fffd}31m\u{fffd}");
    }
}
