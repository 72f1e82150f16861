//! A text as it stands in a catalog, and the places for values in it.
//!
//! The quotes of a flow, its `"""` blocks, `\"` and `\n` are gone: a catalog has its own. What is left
//! are the characters that the customer reads, `{{…}}` and `<<…>>` as the flow writes them, and a
//! backslash before what would otherwise be read as one of these.

use std::borrow::Cow;
use std::ops::Range;

use crate::name::canonical;
use crate::source::Source;
use crate::syntax::ast::{Part, Text};

/// A place for a value in a text.
///
/// # Examples
///
/// ```
/// use sayflow::texts::{Mark, Marked, marks};
///
/// let marked = marks("আপনার অর্ডার <<order_status>>, {{first_name|বন্ধু}}।");
/// let shown: Vec<String> = marked.filter_map(|mark| match mark {
///     Marked::Mark(mark) => Some(mark.to_string()),
///     _ => None,
/// }).collect();
/// assert_eq!(shown, ["<<order_status>>", "{{first_name}}"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// `{{name}}` or `{{name|default}}`
    Attribute {
        /// The name, as names are compared.
        name: String,
        /// What is read while the attribute is unset.
        default: Option<String>,
    },
    /// `<<name>>`: the name, as names are compared.
    Api(String),
}

impl Mark {
    /// Whether both are places for the same value; their defaults may differ.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Attribute { name, .. }, Self::Attribute { name: other, .. }) => name == other,
            (Self::Api(name), Self::Api(other)) => name == other,
            _ => false,
        }
    }

    /// Whether something is read while its attribute is unset.
    #[must_use]
    pub fn has_default(&self) -> bool {
        matches!(self, Self::Attribute { default: Some(_), .. })
    }
}

/// Without its default.
impl std::fmt::Display for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Attribute { name, .. } => write!(f, "{{{{{name}}}}}"),
            Self::Api(name) => write!(f, "<<{name}>>"),
        }
    }
}

/// A part of a text of a catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Marked<'t> {
    /// Characters that the customer reads.
    Plain(Cow<'t, str>),
    /// A place for a value.
    Mark(Mark),
    /// Marks that hold no name, or lack their other half: the bytes in the text.
    Broken(Range<usize>),
}

/// The parts of a text of a catalog, in order.
pub fn marks(text: &str) -> impl Iterator<Item = Marked<'_>> {
    marks_with_places(text).map(|(part, _)| part)
}

/// The parts of a text of a catalog, each with its bytes.
///
/// # Examples
///
/// ```
/// use sayflow::texts::marks_with_places;
///
/// let places: Vec<_> = marks_with_places("Hi {{first_name}}!").map(|(_, place)| place).collect();
/// assert_eq!(places, [0..3, 3..17, 17..18]);
/// ```
pub fn marks_with_places(text: &str) -> impl Iterator<Item = (Marked<'_>, Range<usize>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let (part, length) = part(rest, at);
        let place = at..at + length;
        at = place.end;
        Some((part, place))
    })
}

/// The first part of `rest`, which stands at the byte `at`, and its length.
fn part(rest: &str, at: usize) -> (Marked<'_>, usize) {
    if let Some(escaped) = rest.strip_prefix('\\') {
        let letter = escaped.get(..1).unwrap_or_default();
        return match letter {
            "n" => (Marked::Plain("\n".into()), 2),
            "\\" | "{" | "}" | "<" | ">" | "\"" => (Marked::Plain(letter.into()), 2),
            _ => (Marked::Plain("\\".into()), 1),
        };
    }
    for (open, close) in [("{{", "}}"), ("<<", ">>")] {
        if rest.starts_with(close) {
            return (Marked::Broken(at..at + 2), 2);
        }
        if let Some(inside) = rest.strip_prefix(open) {
            let Some((inside, _)) = inside.split_once(close) else {
                return (Marked::Broken(at..at + 2), 2);
            };
            let length = inside.len() + 4;
            let part = mark(open, inside).map_or(Marked::Broken(at..at + length), Marked::Mark);
            return (part, length);
        }
    }
    let special = |(index, letter): (usize, char)| {
        let pair = rest.get(index..index + 2);
        letter == '\\' || matches!(pair, Some("{{" | "}}" | "<<" | ">>"))
    };
    let mut letters = rest.char_indices();
    let length = letters
        .find(|letter| special(*letter))
        .map_or(rest.len(), |(index, _)| index);
    (
        Marked::Plain(rest.get(..length).unwrap_or_default().into()),
        length,
    )
}

/// The place that stands between marks; `None` where no name does.
pub(super) fn mark(open: &str, inside: &str) -> Option<Mark> {
    let (name, default) = match inside.split_once('|') {
        Some((name, default)) => (name, Some(tidy(default).to_owned())),
        None => (inside, None),
    };
    let name = tidy(name);
    let is_name = name.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
        && !name.contains(|letter: char| letter.is_whitespace() || "{}<>\"\\".contains(letter));
    if !is_name {
        return None;
    }
    let name = canonical(name).into_owned();
    match open {
        "{{" => Some(Mark::Attribute { name, default }),
        _ => default.is_none().then_some(Mark::Api(name)),
    }
}

/// Without blanks around it, nor the marks of direction that editors put beside names in Latin letters.
fn tidy(text: &str) -> &str {
    text.trim_matches(|letter: char| {
        letter.is_whitespace()
            || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}

/// The text of a flow as it stands in a catalog.
pub(super) fn message(source: &Source, text: &Text) -> String {
    let mut message = String::new();
    // Which bytes are the customer's, and not marks of ours.
    let mut plain: Vec<Range<usize>> = Vec::new();
    for part in &text.parts {
        let start = message.len();
        match part {
            Part::Plain(span) => message.push_str(source.slice(*span)),
            Part::Char(_, letter) => message.push(*letter),
            Part::Attribute { name, default, .. } => {
                let name = source.slice(name.span);
                match default {
                    Some(default) => message.push_str(&format!("{{{{{name}|{}}}}}", source.slice(*default))),
                    None => message.push_str(&format!("{{{{{name}}}}}")),
                }
                continue;
            }
            Part::Api(api) => {
                message.push_str(&format!("<<{}>>", source.slice(api.name.span)));
                continue;
            }
        }
        plain.push(start..message.len());
    }
    escaped(&message, &plain)
}

/// The message with a backslash before each plain character that would be read as a mark.
fn escaped(message: &str, plain: &[Range<usize>]) -> String {
    let mut written = String::with_capacity(message.len());
    let mut plain = plain.iter().peekable();
    let mut before = None;
    let mut letters = message.char_indices().peekable();
    while let Some((index, letter)) = letters.next() {
        while plain.next_if(|range| range.end <= index).is_some() {}
        let is_plain = plain.peek().is_some_and(|range| range.contains(&index));
        let next = letters.peek().map(|(_, next)| *next);
        let is_doubled = "{}<>".contains(letter) && (before == Some(letter) || next == Some(letter));
        if is_plain && (letter == '\\' || is_doubled) {
            written.push('\\');
        }
        written.push(letter);
        before = Some(letter);
    }
    written
}

/// The places for values in a text of a flow, each once, in order.
pub(super) fn marks_of(source: &Source, text: &Text) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    for part in &text.parts {
        let mark = match part {
            Part::Attribute { name, default, .. } => Mark::Attribute {
                name: canonical(source.slice(name.span)).into_owned(),
                default: default.map(|default| source.slice(default).to_owned()),
            },
            Part::Api(api) => Mark::Api(canonical(source.slice(api.name.span)).into_owned()),
            Part::Plain(_) | Part::Char(..) => continue,
        };
        match marks.iter_mut().find(|known| known.is_same(&mark)) {
            Some(known) if !known.has_default() => *known = mark,
            Some(_) => {}
            None => marks.push(mark),
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::{Mark, Marked, marks, message};
    use crate::source::Source;
    use crate::syntax::ast::{Content, Head};
    use crate::syntax::parse;

    /// The text of a flow in a catalog.
    fn in_catalog(text: &str) -> String {
        let source = Source::new("a.flow", format!("on start {{\n  text {text}\n}}\n"));
        let (file, found) = parse(&source);
        assert!(found.is_empty(), "{found:?}");
        let start = file.nodes().next().unwrap();
        match &start.children().next().unwrap().head {
            Head::Say {
                content: Content::Text(text),
                ..
            } => message(&source, text),
            other => panic!("{other:?}"),
        }
    }

    /// What a customer reads of it, values in brackets.
    fn read(text: &str) -> String {
        marks(text)
            .map(|part| match part {
                Marked::Plain(plain) => plain.into_owned(),
                Marked::Mark(Mark::Api(name)) => format!("[{name}]"),
                Marked::Mark(Mark::Attribute { name, default }) => {
                    format!("[{name}|{}]", default.unwrap_or_default())
                }
                Marked::Broken(range) => format!("[!{}]", &text[range]),
            })
            .collect()
    }

    #[test]
    fn quotes_and_line_breaks_are_the_catalogs_own() {
        assert_eq!(in_catalog(r#""Say \"hi\"\nnow""#), "Say \"hi\"\nnow");
        assert_eq!(in_catalog("\"\"\"\n    One\n      two\n    \"\"\""), "One\n  two");
    }

    #[test]
    fn values_stand_as_written_without_blanks() {
        let text = in_catalog(r#""Hi {{ first_name | there }}, {{last_name}}!""#);
        assert_eq!(text, "Hi {{first_name|there}}, {{last_name}}!");
        assert_eq!(read(&text), "Hi [first_name|there], [last_name|]!");
    }

    #[test]
    fn marks_that_are_no_marks_keep_their_backslash() {
        let table = [
            (r#""a \{\{b\}\} c""#, r"a \{\{b\}\} c", "a {{b}} c"),
            (r#""a \{ b { c""#, "a { b { c", "a { b { c"),
            (r#""C:\\new""#, r"C:\\new", "C:\\new"),
            (r#""\{{{locale}}\}""#, r"\{{{locale}}\}", "{[locale|]}"),
            (r#""1 < 2 \<\< 3""#, r"1 < 2 \<\< 3", "1 < 2 << 3"),
        ];
        for (flow, catalog, customer) in table {
            assert_eq!(in_catalog(flow), catalog);
            assert_eq!(read(catalog), customer);
        }
    }

    #[test]
    fn what_is_no_place_for_a_value_is_found() {
        assert_eq!(read("a {{b c"), "a [!{{]b c");
        assert_eq!(read("a }} b"), "a [!}}] b");
        assert_eq!(
            read("{{}} {{two words}} <<a|b>>"),
            "[!{{}}] [!{{two words}}] [!<<a|b>>]"
        );
        assert_eq!(read("শেষ <<"), "শেষ [!<<]");
    }

    #[test]
    fn marks_of_direction_beside_a_name_are_passed_over() {
        assert_eq!(
            read("مرحبا {{\u{200e}first_name\u{200e}|\u{2067}صديقي\u{2069}}}"),
            "مرحبا [first_name|صديقي]"
        );
    }
}
