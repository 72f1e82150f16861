//! Catalogs beside the texts of a flow: what is translated, and what is wrong.

mod entry;
mod findings;
mod header;

use std::collections::HashMap;

use super::collect::{CustomerText, collect};
use super::message::Mark;
use super::po::{self, Entry};
use super::tag::Tag;
use crate::check::Findings;
use crate::program::languages::{Language, Languages};
use crate::source::{Source, Span};
use crate::syntax::ast::{File, Text};
use header::Header;

pub use entry::problems;

/// The translations of a flow.
#[derive(Debug)]
pub(crate) struct Catalogs {
    /// What a turn needs to know of them.
    pub(crate) languages: Languages,
    /// The message of each text, by its file and its first byte.
    messages: HashMap<(*const u8, u32), usize>,
    /// For each language, the translation of each message.
    translated: Vec<Vec<Option<Translated>>>,
}

/// What a text is in another language.
#[derive(Clone, Debug)]
pub(crate) enum Translated {
    Text(Form),
    /// By the value of an attribute.
    Plural {
        count: String,
        forms: Vec<Form>,
    },
}

/// A text in another language: characters, and places for values of the original.
pub(crate) type Form = Vec<Piece>;

/// A part of a [`Form`].
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Plain(String),
    Mark(Mark),
}

/// Texts of a flow that one entry translates: they live in one place and say the same.
struct Message<'t> {
    texts: Vec<&'t CustomerText>,
}

impl<'t> Message<'t> {
    fn first(&self) -> Option<&'t CustomerText> {
        self.texts.first().copied()
    }
}

/// The messages of a flow, found by context and text.
struct Messages<'t> {
    all: Vec<Message<'t>>,
    by_name: HashMap<(&'t str, &'t str), usize>,
}

impl<'t> Messages<'t> {
    fn new(texts: &'t [CustomerText]) -> Self {
        let mut messages = Self {
            all: Vec::new(),
            by_name: HashMap::new(),
        };
        for text in texts {
            let next = messages.all.len();
            let index = *messages
                .by_name
                .entry((text.context(), &text.message))
                .or_insert(next);
            match messages.all.get_mut(index) {
                Some(message) => message.texts.push(text),
                None => messages.all.push(Message { texts: vec![text] }),
            }
        }
        // A former name is one where nothing bears it now.
        for (index, message) in messages.all.iter().enumerate() {
            for text in &message.texts {
                for context in text.contexts.iter().skip(1) {
                    messages.by_name.entry((context, &text.message)).or_insert(index);
                }
            }
        }
        messages
    }

    fn find(&self, entry: &Entry) -> Option<usize> {
        let context = entry.context.as_ref()?.value.as_str();
        self.by_name.get(&(context, entry.id.value.as_str())).copied()
    }
}

/// One catalog as it was read.
struct Read {
    source: Source,
    tag: Tag,
    header: Header,
    /// Where the header names the language.
    place: Span,
    translated: Vec<Option<Translated>>,
    /// Whether the catalog has something for a message, be it stale or refused.
    is_known: Vec<bool>,
}

impl Catalogs {
    /// Reads the catalogs of a flow; `None` where it has none.
    pub(crate) fn read(files: &[File], sources: &[Source], findings: &mut Findings) -> Option<Self> {
        if sources.is_empty() {
            return None;
        }
        let texts = collect(files);
        let messages = Messages::new(&texts);
        let mut catalogs: Vec<Read> = Vec::new();
        for source in sources {
            if let Some(tag) = header::language(source, &catalogs, findings) {
                catalogs.push(read(source, tag, &messages, findings));
            }
        }
        let own = header::own_language(&catalogs, findings);
        for catalog in &catalogs {
            findings::missing(catalog, &catalogs, &own, &messages, findings);
            findings::same_titles(catalog, &messages, findings);
        }
        let translated = catalogs
            .iter()
            .map(|catalog| inherited(catalog, &catalogs, messages.all.len()));
        Some(Self {
            translated: translated.collect(),
            messages: places(&messages),
            languages: Languages {
                own,
                all: catalogs
                    .into_iter()
                    .map(|catalog| Language {
                        tag: catalog.tag,
                        plurals: catalog.header.plurals,
                    })
                    .collect(),
            },
        })
    }

    /// The translations of a text, by the number of the language; empty where it has none.
    pub(crate) fn of(&self, source: &Source, text: &Text) -> Vec<Option<&Translated>> {
        let place = (source.text().as_ptr(), text.span.start);
        let Some(message) = self.messages.get(&place) else {
            return Vec::new();
        };
        let translated = self.translated.iter();
        translated
            .map(|language| language.get(*message).and_then(Option::as_ref))
            .collect()
    }
}

/// Where each message stands in the flow.
fn places(messages: &Messages<'_>) -> HashMap<(*const u8, u32), usize> {
    let numbered = messages.all.iter().enumerate();
    numbered
        .flat_map(|(index, message)| {
            let texts = message.texts.iter();
            texts.map(move |text| ((text.source.text().as_ptr(), text.span.start), index))
        })
        .collect()
}

/// The translations of a catalog; what `pt-br` lacks, `pt` has perhaps.
fn inherited(catalog: &Read, catalogs: &[Read], messages: usize) -> Vec<Option<Translated>> {
    let chain: Vec<&Read> = chain(catalog, catalogs).collect();
    (0..messages)
        .map(|message| {
            let mut found = chain.iter().map(|catalog| catalog.translated.get(message));
            found.find_map(|translated| translated?.clone())
        })
        .collect()
}

/// The catalog, then those of its parents.
fn chain<'c>(catalog: &'c Read, catalogs: &'c [Read]) -> impl Iterator<Item = &'c Read> {
    let ranges = catalog.tag.ranges();
    ranges.filter_map(|range| catalogs.iter().find(|other| other.tag.is(range)))
}

fn read(source: &Source, tag: Tag, messages: &Messages<'_>, findings: &mut Findings) -> Read {
    let (file, found) = po::read(source);
    found.into_iter().for_each(|found| findings.add(found));
    let mut catalog = Read {
        header: header::read(source, &file, &tag, findings),
        place: file.field_span("Language"),
        source: source.clone(),
        tag,
        translated: vec![None; messages.all.len()],
        is_known: vec![false; messages.all.len()],
    };
    let mut firsts: HashMap<usize, Span> = HashMap::new();
    let mut stale = Vec::new();
    let mut unknown = Vec::new();
    for entry in file.entries.iter().filter(|entry| !entry.is_obsolete) {
        let found = messages.find(entry);
        if entry.is_broken {
            // It was told what is broken about it; that its text is missing would be no news.
            note_known(&mut catalog, found);
            continue;
        }
        let Some((index, message)) = found.and_then(|index| Some((index, messages.all.get(index)?))) else {
            unknown.push(entry);
            continue;
        };
        if let Some(first) = firsts.insert(index, entry.id.span) {
            firsts.insert(index, first);
            findings.add(findings::duplicate(source, entry, first));
            continue;
        }
        if entry.is_fuzzy() && !entry.strings.iter().all(|text| text.value.is_empty()) {
            stale.push(entry);
            note_known(&mut catalog, found);
        } else if entry.strings.iter().any(|text| !text.value.is_empty()) {
            let forms = catalog.header.forms();
            let translated = message
                .first()
                .and_then(|text| entry::translated(source, entry, text, forms, findings));
            note_known(&mut catalog, found);
            if let Some(place) = catalog.translated.get_mut(index) {
                *place = translated;
            }
        }
    }
    findings::stale(&catalog, &stale, findings);
    findings::unknown(&catalog, &unknown, findings);
    catalog
}

fn note_known(catalog: &mut Read, message: Option<usize>) {
    if let Some(place) = message.and_then(|index| catalog.is_known.get_mut(index)) {
        *place = true;
    }
}
