//! The text of one file: its name, its bytes, and where a byte stands in it.
//!
//! Everything before the edge counts in bytes ([`Span`]); people read lines and
//! characters ([`Source::place`]), and the conversion happens here alone.

use std::fmt;
use std::sync::{Arc, OnceLock};

use line_index::{LineIndex, TextSize};

/// A half-open range of bytes in one source.
///
/// # Examples
///
/// ```
/// use sayflow::{Source, Span};
///
/// let source = Source::new("a.flow", "goto welcome");
/// assert_eq!(source.slice(Span::new(5, 12)), "welcome");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// The range from `start` up to, not including, `end`.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The empty range at `offset_bytes`.
    #[must_use]
    pub const fn at(offset_bytes: u32) -> Self {
        Self::new(offset_bytes, offset_bytes)
    }

    /// The number of bytes in the range.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Whether the range holds no byte.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// The smallest range that holds both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// Whether `offset_bytes` lies in the range or right behind it, as a cursor does.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::Span;
    ///
    /// let word = Span::new(5, 12);
    /// let (behind_the_last_letter, one_further) = (12, 13);
    /// assert!(word.touches(behind_the_last_letter));
    /// assert!(!word.touches(one_further));
    /// ```
    #[must_use]
    pub const fn touches(self, offset_bytes: u32) -> bool {
        self.start <= offset_bytes && offset_bytes <= self.end
    }

    /// The range as `usize`, for slicing.
    #[must_use]
    pub const fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A place as people count: both numbers begin at 1, columns are characters.
///
/// # Examples
///
/// A terminal that opens the editor at the place of a finding:
///
/// ```
/// use sayflow::{Position, Source, check};
///
/// let (_, found) = check([Source::new("shop.flow", "on start {\n  goto nowhere\n}\n")]);
/// let (source, span, _) = found[0].places().next().ok_or("a place")?;
/// let place = source.position(span.start);
/// assert_eq!(place, Position { line: 2, column: 8 });
/// assert_eq!(format!("{}:{place}", source.name()), "shop.flow:2:8");
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The character in the line, from 1.
    pub column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// The name and text of one file of a flow; cloning it copies a pointer.
///
/// # Examples
///
/// ```
/// use sayflow::Source;
///
/// let source = Source::new("shop.flow", "on start {\n  goto ওয়েলকাম\n}\n");
/// assert_eq!(source.place(18), "shop.flow:2:8");
/// ```
#[derive(Clone)]
pub struct Source {
    inner: Arc<Inner>,
}

struct Inner {
    name: Box<str>,
    text: Box<str>,
    lines: OnceLock<LineIndex>,
    /// The lines of editors, where they are others.
    #[cfg(feature = "unstable-tools")]
    editor_lines: OnceLock<Option<LineIndex>>,
}

impl Source {
    /// A source with the name that diagnostics show, customarily a path.
    #[must_use]
    pub fn new(name: impl Into<Box<str>>, text: impl Into<Box<str>>) -> Self {
        Self {
            inner: Arc::new(Inner {
                name: name.into(),
                text: text.into(),
                lines: OnceLock::new(),
                #[cfg(feature = "unstable-tools")]
                editor_lines: OnceLock::new(),
            }),
        }
    }

    /// Whether both are copies of one: what spans point into is the same text in memory.
    #[cfg(feature = "unstable-tools")]
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    /// The name that diagnostics show.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.inner.text
    }

    /// The text of `span`; empty where the span does not lie on character borders of this source.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.inner.text.get(span.range()).unwrap_or_default()
    }

    /// The whole text as a span.
    #[must_use]
    pub fn span(&self) -> Span {
        Span::new(0, u32::try_from(self.inner.text.len()).unwrap_or(u32::MAX))
    }

    /// Line and character of a byte; an offset behind the end counts as the end. The mark that some
    /// editors write before the first character of a file is none.
    #[cfg(feature = "unstable-tools")]
    #[must_use]
    pub fn position(&self, offset_bytes: u32) -> Position {
        self.line_and_column(offset_bytes)
    }

    pub(crate) fn line_and_column(&self, offset_bytes: u32) -> Position {
        let offset = offset_bytes.min(self.span().end);
        let found = self.lines().line_col(TextSize::from(offset));
        let line_start = offset - found.col;
        let before = self.slice(Span::new(line_start, offset));
        let is_first = line_start == 0;
        let before = before
            .strip_prefix('\u{feff}')
            .filter(|_| is_first)
            .unwrap_or(before);
        let column = before.chars().count();
        Position {
            line: found.line + 1,
            column: u32::try_from(column).unwrap_or(u32::MAX).saturating_add(1),
        }
    }

    /// Where a byte stands, for people: `shop.flow:12:3`.
    #[must_use]
    pub fn place(&self, offset_bytes: u32) -> String {
        let Position { line, column } = self.line_and_column(offset_bytes);
        format!("{}:{line}:{column}", self.name())
    }

    /// Lines and columns in bytes and UTF-16, for editors; both from 0. For them a `\r` alone ends a line
    /// too, which in a flow is a blank.
    #[cfg(feature = "unstable-tools")]
    #[must_use]
    pub fn line_index(&self) -> &LineIndex {
        let own = self
            .inner
            .editor_lines
            .get_or_init(|| Some(LineIndex::new(&with_line_ends(self.text())?)));
        own.as_ref().unwrap_or_else(|| self.lines())
    }

    fn lines(&self) -> &LineIndex {
        self.inner.lines.get_or_init(|| LineIndex::new(&self.inner.text))
    }
}

/// A text with a `\n` for each `\r` that stands alone; `None` where none does. Every byte keeps its place.
#[cfg(feature = "unstable-tools")]
fn with_line_ends(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_alone = |at: &usize| bytes.get(at + 1) != Some(&b'\n');
    let mut alone = text
        .match_indices('\r')
        .map(|(at, _)| at)
        .filter(is_alone)
        .peekable();
    alone.peek()?;
    let mut ended = String::with_capacity(text.len());
    for at in alone {
        ended.push_str(text.get(ended.len()..at).unwrap_or_default());
        ended.push('\n');
    }
    ended.push_str(text.get(ended.len()..).unwrap_or_default());
    Some(ended)
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Source").field(&self.name()).finish()
    }
}

/// Two sources are equal when they are the same file with the same text.
impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner) || (self.name() == other.name() && self.text() == other.text())
    }
}

impl Eq for Source {}
