//! From lines to entries.

use pest::Parser;
use pest::iterators::Pair;

use super::entry::{Entry, PoFile, PoText, Previous};
use super::grammar::{Grammar, Rule};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Source, Span};

/// What to do about a line that is none.
const LINE: &str = "a line is a comment, or a word such as `msgstr` and a text in quotes";

pub(super) fn read(source: &Source) -> (PoFile, Vec<Diagnostic>) {
    let mut lines = Lines {
        source,
        file: PoFile::default(),
        found: Vec::new(),
        open: Open::default(),
    };
    // Every text matches: what is nothing else is `bad`.
    if let Ok(mut pairs) = Grammar::parse(Rule::catalog, source.text()) {
        for line in pairs.next().into_iter().flat_map(Pair::into_inner) {
            lines.line(&line);
        }
    }
    lines.close();
    let Open { entry, .. } = lines.open;
    lines.file.trailing = entry.comments;
    (lines.file, lines.found)
}

/// The part of an entry that a string belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Context,
    Id,
    Plural,
    String(usize),
}

/// The entry that is being read.
#[derive(Default)]
struct Open {
    entry: Entry,
    /// The part that the last string belongs to; `None` before the first.
    part: Option<Part>,
    /// The part of `#|` that the last string belongs to.
    previous: Option<Part>,
    /// Whether it has an `msgid`.
    has_id: bool,
    /// Where the first broken line stands.
    broken: Option<Span>,
}

impl Open {
    /// Whether it has what every entry has.
    fn is_whole(&self) -> bool {
        self.has_id && !self.entry.strings.is_empty()
    }
}

struct Lines<'s> {
    source: &'s Source,
    file: PoFile,
    found: Vec<Diagnostic>,
    open: Open,
}

impl Lines<'_> {
    fn line(&mut self, line: &Pair<'_, Rule>) {
        let span = span(line);
        match line.as_rule() {
            Rule::message => self.message(line, false),
            Rule::continued => self.continued(line),
            Rule::nothing if self.open.broken.is_some() || self.open.is_whole() => self.close(),
            Rule::obsolete_line => self.obsolete(line),
            Rule::previous_line => {
                self.begin(Part::Context, false);
                self.extend(span);
                for previous in line.clone().into_inner() {
                    self.previous(&previous);
                }
            }
            Rule::extracted | Rule::reference | Rule::flags | Rule::comment => self.remark(line),
            Rule::bad => {
                self.extend(span);
                self.broken(span, "this line cannot be read", LINE);
            }
            _ => {}
        }
    }

    fn remark(&mut self, line: &Pair<'_, Rule>) {
        // A comment begins the next entry.
        self.begin(Part::Context, false);
        self.extend(span(line));
        let rest = line.clone().into_inner().next().map_or("", |rest| rest.as_str());
        let entry = &mut self.open.entry;
        match line.as_rule() {
            Rule::extracted => entry.extracted.push(rest.trim().to_owned()),
            Rule::reference => entry
                .references
                .extend(rest.split_whitespace().map(str::to_owned)),
            Rule::flags => {
                let flags = rest.split(',').map(str::trim).filter(|flag| !flag.is_empty());
                entry.flags.extend(flags.map(str::to_owned));
            }
            _ => entry.comments.push(line.as_str().trim_end().to_owned()),
        }
    }

    fn obsolete(&mut self, line: &Pair<'_, Rule>) {
        for inner in line.clone().into_inner() {
            match inner.as_rule() {
                Rule::message => self.message(&inner, true),
                Rule::continued => self.continued(&inner),
                Rule::previous => {
                    self.begin(Part::Context, true);
                    self.open.entry.is_obsolete = true;
                    self.previous(&inner);
                }
                Rule::bad => {
                    self.begin(Part::Context, true);
                    self.extend(span(&inner));
                    self.broken(span(&inner), "this line cannot be read", LINE);
                }
                _ => {}
            }
        }
    }

    fn previous(&mut self, previous: &Pair<'_, Rule>) {
        for inner in previous.clone().into_inner() {
            match inner.as_rule() {
                Rule::message => {
                    let (part, text) = self.part_and_text(&inner);
                    self.open.previous = Some(part);
                    *self.previous_part(part) = Some(text.value);
                }
                Rule::continued => {
                    let text = self.text(&inner);
                    if let Some(part) = self.open.previous {
                        self.previous_part(part)
                            .get_or_insert_default()
                            .push_str(&text.value);
                    }
                }
                Rule::bad => self.broken(span(&inner), "this line cannot be read", LINE),
                _ => {}
            }
        }
    }

    fn previous_part(&mut self, part: Part) -> &mut Option<String> {
        let Previous { context, id, plural } = &mut self.open.entry.previous;
        match part {
            Part::Context => context,
            Part::Id | Part::String(_) => id,
            Part::Plural => plural,
        }
    }

    fn message(&mut self, line: &Pair<'_, Rule>, is_obsolete: bool) {
        self.begin(part_of(line), is_obsolete);
        self.extend(span(line));
        let (part, text) = self.part_and_text(line);
        self.open.part = Some(part);
        let entry = &mut self.open.entry;
        entry.is_obsolete = is_obsolete;
        match part {
            Part::Context => entry.context = Some(text),
            Part::Id => {
                self.open.has_id = true;
                entry.id = text;
            }
            Part::Plural => entry.plural = Some(text),
            Part::String(index) if index == entry.strings.len() => entry.strings.push(text),
            Part::String(index) => {
                let wanted = entry.strings.len();
                let message = format!("`msgstr[{index}]` where `msgstr[{wanted}]` follows");
                self.broken(
                    span(line),
                    &message,
                    "number the forms from 0, one after the other",
                );
            }
        }
    }

    fn continued(&mut self, line: &Pair<'_, Rule>) {
        let text = self.text(line);
        self.extend(span(line));
        let Open { entry, part, .. } = &mut self.open;
        let place = match part {
            None => None,
            Some(Part::Context) => entry.context.as_mut(),
            Some(Part::Id) => Some(&mut entry.id),
            Some(Part::Plural) => entry.plural.as_mut(),
            Some(Part::String(_)) => entry.strings.last_mut(),
        };
        match place {
            Some(place) => {
                let length = place.value.len();
                place.span = place.span.to(text.span);
                place.value.push_str(&text.value);
                let stretches = text.stretches.iter();
                place
                    .stretches
                    .extend(stretches.map(|(start, at)| (length + start, *at)));
            }
            None => self.broken(text.span, "this string belongs to nothing", LINE),
        }
    }

    fn part_and_text(&mut self, line: &Pair<'_, Rule>) -> (Part, PoText) {
        (part_of(line), self.text(line))
    }

    fn text(&mut self, line: &Pair<'_, Rule>) -> PoText {
        match line.clone().into_inner().last() {
            Some(string) => self.string(&string),
            None => PoText::default(),
        }
    }

    fn string(&mut self, string: &Pair<'_, Rule>) -> PoText {
        let mut text = PoText {
            span: span(string),
            ..PoText::default()
        };
        let mut bytes: Vec<u8> = Vec::new();
        for piece in string.clone().into_inner() {
            text.stretches.push((bytes.len(), span(&piece).start));
            match piece.as_rule() {
                Rule::escape => match unescaped(piece.as_str()) {
                    Some(byte) => bytes.push(byte),
                    None => {
                        bytes.extend_from_slice(piece.as_str().as_bytes());
                        let found =
                            self.finding(span(&piece), format!("unknown escape `{}`", piece.as_str()));
                        self.found
                            .push(found.with_help("a backslash is written `\\\\` in a catalog"));
                    }
                },
                _ => bytes.extend_from_slice(piece.as_str().as_bytes()),
            }
        }
        match String::from_utf8(bytes) {
            Ok(value) => text.value = value,
            Err(_) => self.broken(
                text.span,
                "the bytes written here are no UTF-8",
                "write the characters themselves",
            ),
        }
        text
    }

    /// Closes the entry before, where this part cannot be one of it.
    fn begin(&mut self, part: Part, is_obsolete: bool) {
        let Open {
            entry,
            part: last,
            broken,
            ..
        } = &self.open;
        let Some(last) = *last else {
            // A comment begins an entry of its own, whatever was broken above it.
            if part == Part::Context && broken.is_some() {
                self.close();
            }
            return;
        };
        let goes_on = match (part, last) {
            (Part::String(_), _) => true,
            _ => part > last,
        };
        if !goes_on || entry.is_obsolete != is_obsolete {
            self.close();
        }
    }

    fn close(&mut self) {
        if self.open.part.is_none() && self.open.broken.is_none() {
            return;
        }
        let is_whole = self.open.is_whole();
        let Open {
            mut entry,
            has_id,
            broken,
            ..
        } = std::mem::take(&mut self.open);
        entry.is_broken = broken.is_some();
        if broken.is_none() && !is_whole {
            let missing = if has_id { "msgstr" } else { "msgid" };
            let found = self.finding(entry.span, format!("this entry has no `{missing}`"));
            self.found.push(found.with_help("add it, or remove the entry"));
            entry.is_broken = true;
        }
        let is_header = entry.context.is_none() && has_id && entry.id.value.is_empty();
        if is_header && !entry.is_obsolete && !entry.is_broken && self.file.header.is_none() {
            self.file.header = Some(entry);
        } else {
            self.file.entries.push(entry);
        }
    }

    /// The entry reaches as far as this line.
    fn extend(&mut self, line: Span) {
        let entry = &mut self.open.entry;
        entry.span = match entry.span.is_empty() {
            true => line,
            false => entry.span.to(line),
        };
    }

    /// Tells of the first broken line of an entry.
    fn broken(&mut self, span: Span, message: &str, help: &str) {
        if self.open.broken.is_none() {
            let found = self.finding(span, message).with_help(help);
            self.found.push(found);
            self.open.broken = Some(span);
        }
    }

    fn finding(&self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Code::MalformedCatalog, self.source, span, message)
    }
}

/// Which part of an entry a line is.
fn part_of(line: &Pair<'_, Rule>) -> Part {
    let Some(keyword) = line.clone().into_inner().next() else {
        return Part::Id;
    };
    let word = keyword.as_str();
    let number = keyword.clone().into_inner().next();
    match number {
        Some(number) => Part::String(number.as_str().parse().unwrap_or(usize::MAX)),
        None if word.starts_with("msgctxt") => Part::Context,
        None if word.starts_with("msgid_plural") => Part::Plural,
        None if word.starts_with("msgid") => Part::Id,
        None => Part::String(0),
    }
}

/// The byte that an escape stands for.
fn unescaped(escape: &str) -> Option<u8> {
    let behind = escape.strip_prefix('\\')?;
    Some(match behind {
        "n" => b'\n',
        "t" => b'\t',
        "r" => b'\r',
        "\"" => b'"',
        "\\" => b'\\',
        "a" => 7,
        "b" => 8,
        "v" => 11,
        "f" => 12,
        _ => match behind.strip_prefix('x') {
            Some(digits) => u8::from_str_radix(digits, 16).ok()?,
            None => u8::from_str_radix(behind, 8).ok()?,
        },
    })
}

fn span(pair: &Pair<'_, Rule>) -> Span {
    let span = pair.as_span();
    Span::new(
        u32::try_from(span.start()).unwrap_or(u32::MAX),
        u32::try_from(span.end()).unwrap_or(u32::MAX),
    )
}
