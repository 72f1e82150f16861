//! What is in a catalog.

use std::ops::Range;

use crate::source::Span;

/// A catalog as it was read, entries in the order of their lines.
#[derive(Clone, Debug, Default)]
pub struct PoFile {
    /// The entry about the catalog itself, whose `msgid` is empty; `None` where there is none.
    pub header: Option<Entry>,
    /// The texts, with those that are marked as gone (`#~`).
    pub entries: Vec<Entry>,
    /// Comments behind the last entry, each with its `#`.
    pub trailing: Vec<String>,
}

impl PoFile {
    /// The value of a field of the header, such as `Language`; `None` where it is not there.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        let header = self.header.as_ref()?.strings.first()?;
        header.value.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.trim().eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    /// Where a field of the header stands; the place of the header where it is not there.
    #[must_use]
    pub fn field_span(&self, name: &str) -> Span {
        let Some(header) = &self.header else {
            return Span::at(0);
        };
        let Some(text) = header.strings.first() else {
            return header.span;
        };
        let mut start = 0;
        for line in text.value.split_inclusive('\n') {
            let key = line.split(':').next().unwrap_or_default();
            if line.contains(':') && key.trim().eq_ignore_ascii_case(name) {
                return text.span_of(start..start + line.trim_end().len());
            }
            start += line.len();
        }
        header.id.span
    }
}

/// One text with its translation.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// Its lines.
    pub span: Span,
    /// What the translator wrote, each line with its `#`.
    pub comments: Vec<String>,
    /// What the text is, without `#.`.
    pub extracted: Vec<String>,
    /// Where it stands, without `#:`.
    pub references: Vec<String>,
    /// `fuzzy` and the like, in order.
    pub flags: Vec<String>,
    /// What the text was when it was translated.
    pub previous: Previous,
    /// Where the text lives, by name; `None` where nothing is said.
    pub context: Option<PoText>,
    /// The text.
    pub id: PoText,
    /// The text for several, where the translation has plural forms.
    pub plural: Option<PoText>,
    /// The translation; several where it has plural forms. Empty where a line of it is broken.
    pub strings: Vec<PoText>,
    /// Whether it is marked as gone (`#~`).
    pub is_obsolete: bool,
    /// Whether a line of it could not be read: it is not to be used.
    pub is_broken: bool,
}

impl Entry {
    /// Whether the translation is of a former text, or a guess.
    #[must_use]
    pub fn is_fuzzy(&self) -> bool {
        self.flags.iter().any(|flag| flag == "fuzzy")
    }

    /// Whether every form is translated.
    #[must_use]
    pub fn is_translated(&self) -> bool {
        !self.strings.is_empty() && self.strings.iter().all(|text| !text.value.is_empty())
    }
}

/// What a text was when it was translated (`#|`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Previous {
    /// Where it lived.
    pub context: Option<String>,
    /// The text.
    pub id: Option<String>,
    /// The text for several.
    pub plural: Option<String>,
}

/// A text of a catalog, its escapes resolved.
#[derive(Clone, Debug, Default)]
pub struct PoText {
    /// From the first quote to the last.
    pub span: Span,
    /// The characters.
    pub value: String,
    /// Where stretches of the value begin in the value and in the file.
    pub(super) stretches: Vec<(usize, u32)>,
}

/// A text that stands in no file yet.
impl From<&str> for PoText {
    fn from(value: &str) -> Self {
        Self {
            value: value.to_owned(),
            ..Self::default()
        }
    }
}

impl PoText {
    /// Where bytes of the value stand in the file.
    #[must_use]
    pub fn span_of(&self, range: Range<usize>) -> Span {
        let place = |offset: usize| {
            let behind = self.stretches.partition_point(|(start, _)| *start <= offset);
            let (start, at) = behind
                .checked_sub(1)
                .and_then(|index| self.stretches.get(index))
                .copied()
                .unwrap_or((offset, self.span.start));
            at + u32::try_from(offset - start).unwrap_or_default()
        };
        if range.is_empty() {
            return self.span;
        }
        // The end belongs to the last character, and not to the line that follows.
        Span::new(place(range.start), place(range.end - 1) + 1)
    }
}
