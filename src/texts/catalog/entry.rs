//! The translation of one entry, where it can be used.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{Form, Piece, Translated};
use crate::check::Findings;
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::plain::is_blank;
use crate::source::{Source, Span};
use crate::texts::collect::CustomerText;
use crate::texts::message::{Mark, Marked, mark, marks, marks_with_places};
use crate::texts::plural::Plurals;
use crate::texts::po::{Entry, PoText};

/// How the language of a catalog chooses among plural forms.
#[derive(Clone, Copy)]
pub(super) enum Forms<'p> {
    Known(&'p Plurals),
    /// The catalog names none.
    Unnamed,
    /// It names some that cannot be read, which was told.
    Broken,
}

/// What is wrong with a translation of a text; empty where a customer may read it.
///
/// `plurals` is how the language of the catalog chooses among plural forms, where that is known.
///
/// # Examples
///
/// ```
/// use sayflow::{Source, syntax, texts};
///
/// let flow = Source::new("a.flow", "on start {\n  text \"Hi {{first_name}}!\"\n}\n");
/// let texts = texts::collect(&[syntax::parse(&flow).0]);
/// let catalog = Source::new("bn.po", "msgctxt \"on start\"\nmsgid \"Hi {{first_name}}!\"\nmsgstr \"নমস্কার!\"\n");
/// let (file, _) = texts::read(&catalog);
/// let found = texts::problems(&catalog, &file.entries[0], &texts[0], None);
/// assert_eq!(found[0].to_string(), "the translation lacks `{{first_name}}`");
/// ```
#[must_use]
pub fn problems(
    source: &Source,
    entry: &Entry,
    text: &CustomerText,
    plurals: Option<&Plurals>,
) -> Vec<Diagnostic> {
    let mut findings = Findings::default();
    let forms = plurals.map_or(Forms::Unnamed, Forms::Known);
    translated(source, entry, text, forms, &mut findings);
    findings.into_found()
}

/// The translation; `None`, and findings, where a customer may not read it.
pub(super) fn translated(
    source: &Source,
    entry: &Entry,
    text: &CustomerText,
    forms: Forms<'_>,
    findings: &mut Findings,
) -> Option<Translated> {
    let plain = marks(&text.message).filter_map(|part| match part {
        Marked::Plain(Cow::Borrowed(plain)) => Some(plain),
        _ => None,
    });
    let said = plain
        .flat_map(single_marks)
        .map(|(_, written, _)| written)
        .collect();
    let reader = Reader { source, text, said };
    if entry.plural.is_none() {
        let [string] = entry.strings.as_slice() else {
            findings.add(reader.plural(entry.id.span, "`msgstr[…]` without `msgid_plural`"));
            return None;
        };
        return reader.form(string, None, findings).map(Translated::Text);
    }
    let Some(count) = &text.count else {
        let found = reader.plural(entry.id.span, "this text has no plural forms: it counts nothing");
        findings.add(
            found.with_help("a text has them where exactly one attribute of type `number` stands in it"),
        );
        return None;
    };
    let Forms::Known(plurals) = forms else {
        if matches!(forms, Forms::Unnamed) {
            let found = reader.plural(entry.id.span, "the header names no plural forms");
            let help = "write `Plural-Forms: nplurals=2; plural=(n != 1);`, or that of the language";
            findings.add(found.with_help(help));
        }
        return None;
    };
    if plurals.forms() != entry.strings.len() {
        let (has, wants) = (entry.strings.len(), plurals.forms());
        let message = format!("this entry has {}, the language has {wants}", counted(has));
        let found = reader.plural(entry.id.span, message);
        findings.add(found.with_help(format!("write `msgstr[0]` to `msgstr[{}]`", wants - 1)));
        return None;
    }
    if let Some(empty) = entry.strings.iter().find(|string| string.value.is_empty()) {
        findings.add(reader.plural(empty.span, "this form is not translated"));
        return None;
    }
    let forms = entry.strings.iter().enumerate().map(|(index, string)| {
        // "One shirt" need not say "1 shirt".
        let may_lack = plurals.is_for_one_number(index).then_some(count.as_str());
        reader.form(string, may_lack, findings)
    });
    // Every form is looked at, also behind one that is refused.
    let forms: Vec<Option<Form>> = forms.collect();
    Some(Translated::Plural {
        count: count.clone(),
        forms: forms.into_iter().collect::<Option<_>>()?,
    })
}

fn counted(forms: usize) -> String {
    match forms {
        1 => "one plural form".to_owned(),
        _ => format!("{forms} plural forms"),
    }
}

struct Reader<'r> {
    source: &'r Source,
    text: &'r CustomerText,
    /// What the text says between single marks.
    said: HashSet<&'r str>,
}

impl Reader<'_> {
    /// A text of a translation; `None`, and findings, where its places for values are not those of the original.
    fn form(&self, string: &PoText, may_lack: Option<&str>, findings: &mut Findings) -> Option<Form> {
        let mut form = Form::new();
        let mut problems = Vec::new();
        for (part, range) in marks_with_places(&string.value) {
            let span = string.span_of(range.clone());
            match part {
                Marked::Plain(plain) => {
                    self.single_marks(string, range.start, &plain, &mut problems);
                    match form.last_mut() {
                        Some(Piece::Plain(before)) => before.push_str(&plain),
                        _ => form.push(Piece::Plain(plain.into_owned())),
                    }
                }
                Marked::Broken(_) => problems.push(self.broken(span)),
                Marked::Mark(mark) => {
                    problems.extend(self.problem(&mark, span));
                    form.push(Piece::Mark(mark));
                }
            }
        }
        let has = |wanted: &Mark| {
            form.iter()
                .any(|piece| matches!(piece, Piece::Mark(mark) if mark.is_same(wanted)))
        };
        for wanted in self.text.marks.iter().filter(|mark| !has(mark)) {
            let is_needless = matches!(wanted, Mark::Attribute { name, .. } if may_lack == Some(name));
            // A name that is misspelt was told already.
            if !is_needless && problems.is_empty() {
                problems.push(self.lacking(wanted, string.span));
            }
        }
        if problems.is_empty() && says_nothing(&string.value) && !says_nothing(&self.text.message) {
            problems.push(self.blank(string.span));
        }
        let is_sound = problems.is_empty();
        problems.into_iter().for_each(|problem| findings.add(problem));
        is_sound.then_some(form)
    }

    /// What is wrong with a place for a value.
    fn problem(&self, mark: &Mark, span: Span) -> Option<Diagnostic> {
        let marks = &self.text.marks;
        let Some(original) = marks.iter().find(|original| original.is_same(mark)) else {
            let found = self.placeholder(span, format!("`{mark}` is not in the text"));
            let known: Vec<String> = marks.iter().map(Mark::to_string).collect();
            let near = nearest(&mark.to_string(), known.iter().map(String::as_str));
            return Some(match (near, known.as_slice()) {
                (Some(near), _) => misspelt(found, span, near, mark),
                (None, []) => found.with_help("remove it: the text has no place for a value"),
                (None, known) => found.with_help(format!("it has {}", listed(known))),
            });
        };
        if original.has_default() && !mark.has_default() {
            let found = self.placeholder(span, format!("`{mark}` lacks its default"));
            return Some(
                found.with_help("write what is read where it is unset behind a `|`, in this language"),
            );
        }
        None
    }

    /// `{name}` where the text says no such thing, and `<name>` where it has `<<name>>`. `plain` stands at the byte `at`.
    fn single_marks(&self, string: &PoText, at: usize, plain: &str, problems: &mut Vec<Diagnostic>) {
        for (from, written, mark) in single_marks(plain) {
            let is_known = self.text.marks.iter().any(|known| known.is_same(&mark));
            // `<b>` may be what is said.
            let is_slip = is_known || matches!(mark, Mark::Attribute { .. });
            if !is_slip || self.said.contains(written) {
                continue;
            }
            let span = string.span_of(at + from..at + from + written.len());
            let found = self.placeholder(span, format!("`{written}` is sent as it stands"));
            let doubled = match mark {
                Mark::Attribute { .. } => format!("{{{written}}}"),
                Mark::Api(_) => format!("<{written}>"),
            };
            problems.push(match is_known {
                true => found
                    .with_help(format!("write `{doubled}`"))
                    .suggested_fix(format!("replace with `{doubled}`"), vec![(span, doubled)]),
                false => found.with_help("remove it: the text has no place for this value"),
            });
        }
    }

    fn lacking(&self, wanted: &Mark, span: Span) -> Diagnostic {
        self.placeholder(span, format!("the translation lacks `{wanted}`"))
            .with_help(format!("put `{wanted}` where its value is to be read"))
    }

    fn broken(&self, span: Span) -> Diagnostic {
        let written = self.source.slice(span);
        self.placeholder(span, format!("`{written}` is no place for a value"))
            .with_help("write it as the text does; a backslash in the text before the marks means the characters themselves")
    }

    fn placeholder(&self, span: Span, message: String) -> Diagnostic {
        Diagnostic::new(Code::TranslatedPlaceholder, self.source, span, message)
            .primary("this translation is not used")
            .label(&self.text.source, self.text.span, "the text that it is for")
    }

    fn blank(&self, span: Span) -> Diagnostic {
        Diagnostic::new(
            Code::BlankTranslation,
            self.source,
            span,
            "the translation shows nothing",
        )
        .primary("this translation is not used")
        .label(&self.text.source, self.text.span, "the text that it is for")
        .with_help("write what the customer reads, or leave it empty until it is translated")
    }

    fn plural(&self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Code::PluralForms, self.source, span, message)
            .primary("this translation is not used")
            .label(&self.text.source, self.text.span, "the text that it is for")
    }
}

/// Whether a text shows nothing where its attributes are unset. One without a default has a value as far as a catalog
/// can know.
fn says_nothing(text: &str) -> bool {
    marks(text).all(|part| match part {
        Marked::Plain(plain) => is_blank(&plain),
        Marked::Mark(Mark::Attribute { default, .. }) => default.is_some_and(|default| is_blank(&default)),
        Marked::Mark(Mark::Api(_)) | Marked::Broken(_) => false,
    })
}

/// What stands like a name between single marks, with its byte, and the mark that it would be between doubled ones.
fn single_marks(plain: &str) -> impl Iterator<Item = (usize, &str, Mark)> {
    plain.match_indices(['{', '<']).filter_map(|(at, open)| {
        let rest = plain.get(at..)?;
        let end = rest.get(1..)?.find(['{', '}', '<', '>', '\n'])? + 1;
        let inside = rest.get(1..end)?;
        let written = rest.get(..=end)?;
        let mark = match (open, rest.get(end..=end)?) {
            ("{", "}") => mark("{{", inside),
            ("<", ">") => mark("<<", inside),
            _ => None,
        };
        Some((at, written, mark?))
    })
}

/// Offers the nearest place for a value of the text, with the default of the translation.
fn misspelt(found: Diagnostic, span: Span, near: &str, mark: &Mark) -> Diagnostic {
    let meant = match mark {
        Mark::Attribute {
            default: Some(default),
            ..
        } => near.replace("}}", &format!("|{default}}}}}")),
        _ => near.to_owned(),
    };
    found
        .with_help(format!("did you mean `{near}`?"))
        .suggested_fix(format!("replace with `{meant}`"), vec![(span, meant)])
}

fn listed(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
