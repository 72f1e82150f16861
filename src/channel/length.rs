//! How long a text is, in the unit that a channel counts in.

use std::fmt;

use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation;

/// What a limit counts.
///
/// # Examples
///
/// ```
/// use sayflow::channel::Unit;
///
/// // A family of three is one thing to its reader.
/// let text = "Hi 👨‍👩‍👧";
/// let lengths = [Unit::Graphemes, Unit::Characters, Unit::Utf16, Unit::Bytes].map(|unit| unit.length(text));
/// assert_eq!(lengths, [4, 8, 11, 21]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Unit {
    /// Things in a row: options, cards, messages.
    Items,
    /// Unicode characters (scalar values).
    Characters,
    /// What a reader takes for one character: extended grapheme clusters.
    Graphemes,
    /// UTF-16 code units: an emoji is two or more.
    Utf16,
    /// Bytes of UTF-8.
    Bytes,
}

impl Unit {
    /// How long a text is; `Items` counts a text as one.
    #[must_use]
    pub fn length(self, text: &str) -> usize {
        match self {
            Self::Items => 1,
            Self::Characters => text.chars().count(),
            Self::Graphemes => text.graphemes(true).count(),
            Self::Utf16 => text.chars().map(char::len_utf16).sum(),
            Self::Bytes => text.len(),
        }
    }

    /// The end of the longest beginning of a text within a limit that ends between two graphemes. Where the first
    /// grapheme alone is longer (a letter under a thousand accents), it ends inside of it, between two characters,
    /// and behind one character at the least.
    ///
    /// Reads no more of the text than it needs, so cutting a text into pieces takes a time that grows with the text.
    pub(super) fn end_within(self, text: &str, max: usize) -> usize {
        if self == Self::Graphemes || self == Self::Items {
            let mut starts = text.grapheme_indices(true).map(|(start, _)| start);
            return starts.nth(max.max(1)).unwrap_or(text.len());
        }
        let Some(end) = self.end_of(text, max) else {
            return text.len();
        };
        // One character more, so that it shows whether a grapheme ends before it.
        let more = text.get(end..).and_then(|rest| rest.chars().next());
        let window = text.get(..end + more.map_or(0, char::len_utf8)).unwrap_or(text);
        match window.grapheme_indices(true).next_back() {
            Some((start, _)) if start > 0 => start,
            _ => end,
        }
    }

    /// The end of the characters within a limit, at least one; `None` where all are.
    fn end_of(self, text: &str, max: usize) -> Option<usize> {
        let mut length = 0;
        for (start, char) in text.char_indices() {
            length += match self {
                Self::Bytes => char.len_utf8(),
                Self::Utf16 => char.len_utf16(),
                _ => 1,
            };
            if length > max {
                return Some(if start == 0 { char.len_utf8() } else { start });
            }
        }
        None
    }
}

/// The unit of a number: `20 characters`.
impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Items => "items",
            Self::Characters => "characters",
            Self::Graphemes => "graphemes",
            Self::Utf16 => "UTF-16 code units",
            Self::Bytes => "bytes",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Unit;

    #[test]
    fn a_beginning_ends_between_graphemes() {
        let cases = [
            (Unit::Characters, "abc", 2, "ab"),
            (Unit::Characters, "abc", 3, "abc"),
            // A flag is two characters, the family five, কি is two.
            (Unit::Characters, "a🇧🇩b", 2, "a"),
            (Unit::Characters, "a🇧🇩b", 3, "a🇧🇩"),
            (Unit::Utf16, "a👨‍👩‍👧 hi", 8, "a"),
            (Unit::Utf16, "a👨‍👩‍👧 hi", 9, "a👨‍👩‍👧"),
            (Unit::Bytes, "aকিb", 6, "a"),
            (Unit::Bytes, "aকিb", 7, "aকি"),
            (Unit::Graphemes, "aকি👨‍👩‍👧b", 3, "aকি👨‍👩‍👧"),
        ];
        for (unit, text, max, beginning) in cases {
            assert_eq!(
                unit.end_within(text, max),
                beginning.len(),
                "{max} {unit} of {text:?}"
            );
        }
    }

    #[test]
    fn a_grapheme_longer_than_the_limit_is_cut_between_characters() {
        let text = format!("a{}", "\u{301}".repeat(50));
        assert_eq!(Unit::Characters.end_within(&text, 20), 1 + 19 * 2);
        assert_eq!(Unit::Bytes.end_within("😀", 1), 4);
    }
}
