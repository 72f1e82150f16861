//! Texts that one entry of a catalog translates, and how long a text is.

use std::collections::HashMap;
use std::path::Path;

use sayflow::Source;
use sayflow::texts::{CustomerText, Mark, Marked, marks};
use unicode_segmentation::UnicodeSegmentation;

/// Texts that live in one place and say the same.
#[derive(Clone)]
pub(super) struct Message<'t> {
    pub(super) texts: Vec<&'t CustomerText>,
}

/// The messages of a flow, in the order of its texts.
pub(super) fn messages<'t>(texts: impl IntoIterator<Item = &'t CustomerText>) -> Vec<Message<'t>> {
    let mut messages: Vec<Message<'t>> = Vec::new();
    let mut places: HashMap<(&'t str, &'t str), usize> = HashMap::new();
    for text in texts {
        let place = *places
            .entry((text.context(), &text.message))
            .or_insert(messages.len());
        match messages.get_mut(place) {
            Some(message) => message.texts.push(text),
            None => messages.push(Message { texts: vec![text] }),
        }
    }
    messages
}

impl<'t> Message<'t> {
    pub(super) fn context(&self) -> &'t str {
        self.texts.first().map_or("", |text| text.context())
    }

    pub(super) fn id(&self) -> &'t str {
        self.texts.first().map_or("", |text| &text.message)
    }

    /// Where it lives, under its present name and those from before.
    pub(super) fn contexts(&self) -> impl Iterator<Item = &'t str> {
        self.texts
            .iter()
            .flat_map(|text| text.contexts.iter().map(String::as_str))
    }

    /// Whether a translation has plural forms.
    pub(super) fn has_forms(&self) -> bool {
        self.texts.iter().any(|text| text.count.is_some())
    }

    /// What it is, and what the author says to the translator.
    pub(super) fn comments(&self) -> Vec<String> {
        let mut comments: Vec<String> = Vec::new();
        let mut add = |line: String| {
            if !comments.contains(&line) {
                comments.push(line);
            }
        };
        for text in &self.texts {
            match text.is_default {
                true => add(format!(
                    "{}; every flow without one of its own says this",
                    text.kind.as_str()
                )),
                false => add(text.kind.as_str().to_owned()),
            }
        }
        for text in &self.texts {
            if let Some(count) = &text.count {
                add(format!("the number in {{{{{count}}}}} decides between the forms"));
            }
            text.note.iter().cloned().for_each(&mut add);
        }
        comments
    }

    /// Where it stands, as seen from the folder of the flow.
    pub(super) fn references(&self, folder: &Path) -> Vec<String> {
        let own = self.texts.iter().filter(|text| !text.is_default);
        let mut references: Vec<String> = own
            .map(|text| {
                let line = text.source.position(text.span.start).line;
                let file = quoted(&below(&text.source, folder));
                format!("{file}:{line}")
            })
            .collect();
        references.dedup();
        references
    }
}

/// The name of a file as seen from a folder.
fn below(source: &Source, folder: &Path) -> String {
    let path = Path::new(source.name());
    let folder = folder.strip_prefix(".").unwrap_or(folder);
    let path = path.strip_prefix(folder).unwrap_or(path);
    path.to_string_lossy().replace('\\', "/")
}

/// A name on one line. One with blanks in it stands between marks of direction, as gettext writes it.
fn quoted(name: &str) -> String {
    let is_break = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    let name = name.replace(is_break, "\u{fffd}");
    match name.contains(char::is_whitespace) {
        true => format!("\u{2068}{name}\u{2069}"),
        false => name,
    }
}

/// How many characters a customer reads of a text, as people count them: one for a letter with all its signs
/// (extended grapheme clusters, UAX #29). What stands in the places for values is not among them.
///
/// # Examples
///
/// ```
/// use sayflow_kit::texts::characters;
///
/// assert_eq!(characters("নমস্কার"), 4);
/// assert_eq!(characters("Hi {{first_name|there}}! 👨‍👩‍👧"), 6);
/// ```
#[must_use]
pub fn characters(message: &str) -> usize {
    readable(message).graphemes(true).count()
}

/// The characters of a text without the places for values.
#[must_use]
pub fn readable(message: &str) -> String {
    let plain = marks(message).filter_map(|part| match part {
        Marked::Plain(plain) => Some(plain),
        Marked::Mark(_) | Marked::Broken(_) => None,
    });
    plain.collect()
}

/// The places for values in a text, as it writes them.
#[must_use]
pub fn placeholders(text: &CustomerText) -> Vec<String> {
    let written = |mark: &Mark| match mark {
        Mark::Attribute {
            name,
            default: Some(default),
        } => format!("{{{{{name}|{default}}}}}"),
        other => other.to_string(),
    };
    text.marks.iter().map(written).collect()
}
