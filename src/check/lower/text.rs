//! Quoted texts become templates.

use std::borrow::Cow;

use super::Lowering;
use crate::check::names::placeholder_in;
use crate::diagnostics::{Code, Diagnostic};
use crate::name::canonical;
use crate::plain::is_blank;
use crate::program::code::{Piece, Template, Translation};
use crate::program::{ApiId, AttributeRef, Output};
use crate::source::Span;
use crate::syntax::ast::{ApiRef, Part, Text};
use crate::texts::{self, Form, Mark, Translated};

/// Filters of other tools that nobody writes as a default.
const FILTERS: [&str; 14] = [
    "upper",
    "lower",
    "uppercase",
    "lowercase",
    "upcase",
    "downcase",
    "capitalize",
    "titlecase",
    "trim",
    "strip",
    "escape",
    "json",
    "tojson",
    "urlencode",
];

/// Whether a text may ask endpoints for parts of itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Apis {
    Allowed,
    /// With the reason, as the end of "`<<api>>` …".
    Refused(&'static str),
}

impl Lowering<'_, '_> {
    /// A text with its attributes, and its APIs where it may have some.
    pub(super) fn template(&mut self, text: &Text, apis: Apis) -> Template {
        let source = self.source();
        let mut pieces: Vec<Piece> = Vec::with_capacity(text.parts.len());
        let mut plain = String::new();
        let mut values = Values::default();
        self.check_single_braces(text);
        for part in &text.parts {
            let piece = match part {
                Part::Plain(span) => {
                    plain.push_str(source.slice(*span));
                    continue;
                }
                Part::Char(_, char) => {
                    plain.push(*char);
                    continue;
                }
                Part::Attribute { span, name, default } => {
                    if let Some(default) = default {
                        self.check_default(*span, name.span, *default);
                    }
                    self.read(*name).map(|(attribute, _)| {
                        Piece::Attribute(attribute, default.map(|span| source.slice(span).into()))
                    })
                }
                Part::Api(api) => self.api_piece(api, apis),
            };
            if let Some(piece) = piece {
                values.note(source.slice(name_of(part)), &piece);
                if !plain.is_empty() {
                    pieces.push(Piece::Plain(std::mem::take(&mut plain).into()));
                }
                pieces.push(piece);
            }
        }
        if !plain.is_empty() {
            pieces.push(Piece::Plain(plain.into()));
        }
        let translations = self.translations(text, &values);
        Template {
            pieces: pieces.into(),
            translations,
        }
    }

    /// What a text is in other languages, with the values of this one.
    fn translations(&self, text: &Text, values: &Values<'_>) -> Option<Box<[Option<Translation>]>> {
        let translated = self.catalogs.as_ref()?.of(self.source(), text);
        if translated.iter().all(Option::is_none) {
            return None;
        }
        let translation = |translated: Option<&(usize, Translated)>| values.translation(translated?);
        Some(translated.into_iter().map(translation).collect())
    }

    fn api_piece(&mut self, api: &ApiRef, apis: Apis) -> Option<Piece> {
        match apis {
            Apis::Allowed => self.api_of(api, Output::Text, "a text").map(Piece::Api),
            Apis::Refused(reason) => {
                let finding = self
                    .error(Code::PlaceholderNotAllowed, api.span, format!("`<<…>>` {reason}"))
                    .with_help("put it into a `text` block");
                self.findings.add(finding);
                None
            }
        }
    }

    /// A text with attributes and without APIs.
    pub(super) fn attribute_template(&mut self, text: &Text) -> Template {
        self.template(text, Apis::Refused("can only stand in a `text`"))
    }

    /// A text that is taken as it stands.
    pub(super) fn literal(&mut self, text: &Text, what: &str) -> Box<str> {
        if let Some(found) = placeholder_in(self.source(), text, what) {
            self.findings.add(found);
        }
        text.plain(self.source()).into()
    }

    /// A phone number: checked at once where nothing is put into it.
    pub(super) fn phone(&mut self, text: &Text) -> Template {
        let template = self.attribute_template(text);
        if let [Piece::Plain(phone)] = &*template.pieces
            && crate::contract::normalize_phone(phone).is_none()
        {
            let finding = self
                .error(Code::BadPhone, text.span, format!("`{phone}` is no phone number"))
                .with_help("write it with country code: `+8801700000000`");
            self.findings.add(finding);
        }
        template
    }

    /// Says where there is nothing that the customer `reads` or `writes`.
    pub(super) fn check_empty(&mut self, text: &Text, what: &str, reads: &str) {
        let source = self.source();
        let is_empty = text.parts.iter().all(|part| match part {
            Part::Plain(span) => is_blank(source.slice(*span)),
            Part::Char(_, char) => is_blank(char.encode_utf8(&mut [0; 4])),
            Part::Attribute { .. } | Part::Api(_) => false,
        });
        if is_empty && !text.span.is_empty() {
            let finding = self
                .error(Code::EmptySequence, text.span, format!("{what} is empty"))
                .primary("there is nothing in it")
                .with_help(format!("write what the customer {reads}"));
            self.findings.add(finding);
        }
    }

    /// `{name}` and `<name>` where the name is known: the author meant two of them.
    fn check_single_braces(&mut self, text: &Text) {
        // A `{` may divide plain characters into several parts.
        let mut stretch: Option<Span> = None;
        for part in &text.parts {
            match (part, &mut stretch) {
                (Part::Plain(span), Some(stretch)) if stretch.end == span.start => stretch.end = span.end,
                (Part::Plain(span), _) => {
                    if let Some(done) = stretch.replace(*span) {
                        self.check_single_braces_in(done);
                    }
                }
                _ => {}
            }
        }
        if let Some(last) = stretch {
            self.check_single_braces_in(last);
        }
    }

    fn check_single_braces_in(&mut self, span: Span) {
        let text = self.slice(span);
        // Most texts have none of the marks that are looked for.
        let is_mark = |byte: u8| matches!(byte, b'{' | b'<' | b'$' | b'%' | b'[');
        if !text.bytes().any(is_mark) {
            return;
        }
        self.check_foreign_marks_in(span);
        for (open, close) in [('{', '}'), ('<', '>')] {
            for (at, _) in text.match_indices(open) {
                let behind = text.get(at + 1..).unwrap_or_default();
                let end = behind.find(['{', '}', '<', '>', '\n']);
                let Some((inside, rest)) = end.and_then(|end| behind.split_at_checked(end)) else {
                    continue;
                };
                // `3 < size` may be what is said, and doubled marks that lack something are told already.
                let before = text.get(..at).unwrap_or_default();
                let is_said =
                    open == '<' && inside.starts_with(char::is_whitespace) || before.ends_with(open);
                if is_said || !rest.starts_with(close) {
                    continue;
                }
                if let Some(meant) = self.meant(inside) {
                    // `${name}` and its like are one mark elsewhere.
                    let sign = before.strip_suffix(['$', '%', '#']).filter(|_| open == '{');
                    let has_sign = sign.is_some_and(|before| !before.ends_with(is_word));
                    let start = span.start + super::id(at - usize::from(has_sign));
                    let found = Span::new(start, span.start + super::id(at + inside.len() + 2));
                    let message = format!("`{}` is sent as it stands", self.slice(found));
                    let finding = self.error(Code::SingleBraces, found, message);
                    self.findings.add(single_braces(finding, found, &meant));
                }
            }
        }
    }

    /// What stands between single marks, with the right ones: `first_name|there`.
    fn meant(&self, inside: &str) -> Option<String> {
        let (name, default) = inside.split_once('|').unwrap_or((inside, ""));
        let name = name.trim();
        let placeholder = self.placeholder(name)?;
        let default = default.trim_matches(|letter: char| letter == '|' || letter.is_whitespace());
        Some(match default {
            "" => placeholder,
            _ if placeholder.starts_with('<') => placeholder,
            _ => format!("{{{{{name}|{}}}}}", default.replace('"', "'")),
        })
    }

    /// `$name`, `%name%` and `[name]` where the name is known.
    fn check_foreign_marks_in(&mut self, span: Span) {
        let text = self.slice(span);
        let mut last = ' ';
        for (at, letter) in text.char_indices() {
            let before = std::mem::replace(&mut last, letter);
            let is_start = !is_word(before);
            let close = match letter {
                '$' if is_start => "",
                '%' if is_start => "%",
                '[' => "]",
                _ => continue,
            };
            let behind = text.get(at + 1..).unwrap_or_default();
            let end = behind.find(|letter| !is_word(letter)).unwrap_or(behind.len());
            let name = behind.get(..end).unwrap_or_default();
            if name.is_empty() || self.names.value(name).is_none() {
                continue;
            }
            let inside = match close {
                "]" => behind.split(['[', ']', '\n']).next().unwrap_or_default(),
                _ => name,
            };
            let is_whole = inside == name
                || inside
                    .get(end..)
                    .is_some_and(|rest| rest.trim_start().starts_with('|'));
            let rest = behind.get(inside.len()..).unwrap_or_default();
            if !is_whole || !rest.starts_with(close) {
                continue;
            }
            let Some(meant) = self.meant(inside) else { continue };
            // `[[name]]`
            let is_doubled = before == '[' && rest.starts_with("]]");
            let (start, end) = (at - usize::from(is_doubled), at + 1 + inside.len() + close.len());
            let end = end + usize::from(is_doubled);
            let found = Span::new(span.start + super::id(start), span.start + super::id(end));
            let message = format!("`{}` is sent as it stands", self.slice(found));
            let finding = self.error(Code::ForeignMarks, found, message);
            self.findings.add(single_braces(finding, found, &meant));
        }
    }

    /// A default that the customer would read, though its author meant what it does elsewhere.
    fn check_default(&mut self, whole: Span, name: Span, default: Span) {
        let written = self.slice(default);
        let name = self.slice(name);
        let value = match written.strip_prefix('|') {
            Some(rest) => Some(rest.trim_start_matches('|')),
            None => ["default:", "default("]
                .into_iter()
                .find_map(|word| written.strip_prefix(word)),
        };
        let value = value.map(|value| value.trim().trim_end_matches(')').trim_matches(['\'', '"', '`']));
        if value.is_none() && !FILTERS.contains(&written) {
            return;
        }
        let finding = self
            .error(
                Code::FilterAsDefault,
                default,
                format!("`{written}` is what the customer reads where `{name}` is unset"),
            )
            .primary("behind `|` stands a default, and nothing else");
        self.findings.add(match value {
            Some(value) if !value.is_empty() && !value.contains(['|', '{', '}', '"', '\\']) => {
                let meant = format!("{{{{{name}|{value}}}}}");
                finding
                    .with_help(format!("write `{meant}`"))
                    .suggested_fix(format!("replace with `{meant}`"), vec![(whole, meant)])
            }
            Some(_) => finding.with_help(format!("write `{{{{{name}|…}}}}`")),
            None => finding.with_help(format!(
                "there are no filters: write `{{{{{name}}}}}`, and let an api give the value as it is to be shown"
            )),
        });
    }

    /// How a name stands in a text: in braces an attribute, in angles an API; `None` where it is
    /// neither.
    pub(super) fn placeholder(&self, name: &str) -> Option<String> {
        if self.names.value(name).is_some() {
            Some(format!("{{{{{name}}}}}"))
        } else {
            self.names.apis.find(name).map(|_| format!("<<{name}>>"))
        }
    }
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn single_braces(finding: Diagnostic, span: Span, meant: &str) -> Diagnostic {
    let finding = finding.primary("the customer would read this");
    let has_default = finding.message().contains('|');
    if meant.starts_with('<') && has_default {
        return finding.with_help(format!(
            "write `{meant}`; what is said where the API gives nothing stands behind the text, in an `else \"…\"`"
        ));
    }
    finding
        .with_help(format!("write `{meant}`"))
        .suggested_fix(format!("replace with `{meant}`"), vec![(span, meant.to_owned())])
}

/// The values of a text by their names, as translations put them into other places.
#[derive(Default)]
struct Values<'s> {
    attributes: Vec<(Cow<'s, str>, AttributeRef)>,
    apis: Vec<(Cow<'s, str>, ApiId)>,
}

impl<'s> Values<'s> {
    fn note(&mut self, name: &'s str, piece: &Piece) {
        match piece {
            Piece::Attribute(attribute, _) => self.attributes.push((canonical(name), *attribute)),
            Piece::Api(api) => self.apis.push((canonical(name), *api)),
            Piece::Plain(_) => {}
        }
    }

    fn translation(&self, (language, translated): &(usize, Translated)) -> Option<Translation> {
        Some(match translated {
            Translated::Text(form) => Translation::Text(self.pieces(form)),
            Translated::Plural { count, forms } => {
                let forms = forms.iter().map(|form| self.pieces(form));
                Translation::Plural {
                    count: find(&self.attributes, count)?,
                    language: *language,
                    forms: forms.collect(),
                }
            }
        })
    }

    fn pieces(&self, form: &Form) -> Vec<Piece> {
        let piece = |piece: &texts::Piece| {
            Some(match piece {
                texts::Piece::Plain(plain) => Piece::Plain(plain.as_str().into()),
                texts::Piece::Mark(Mark::Api(name)) => Piece::Api(find(&self.apis, name)?),
                texts::Piece::Mark(Mark::Attribute { name, default }) => {
                    let default = default.as_deref().map(Into::into);
                    Piece::Attribute(find(&self.attributes, name)?, default)
                }
            })
        };
        form.iter().filter_map(piece).collect()
    }
}

fn find<T: Copy>(values: &[(Cow<'_, str>, T)], name: &str) -> Option<T> {
    let found = values.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| *value)
}

/// The name between the marks of a part.
fn name_of(part: &Part) -> Span {
    match part {
        Part::Attribute { name, .. } => name.span,
        Part::Api(api) => api.name.span,
        Part::Plain(span) | Part::Char(span, _) => *span,
    }
}
