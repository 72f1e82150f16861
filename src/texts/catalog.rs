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
pub use header::SOURCE_LANGUAGE;

/// The translations of a flow.
#[derive(Debug)]
pub(crate) struct Catalogs {
    /// What a turn needs to know of them.
    pub(crate) languages: Languages,
    /// The message of each text, by its file and its first byte.
    messages: HashMap<(*const u8, u32), usize>,
    /// For each language, the translation of each message, with the number of the language that it is from.
    translated: Vec<Vec<Option<(usize, Translated)>>>,
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
    /// Those of blocks with an id, by what they were named before they had it.
    by_place: HashMap<(&'t str, &'t str), Vec<usize>>,
}

impl<'t> Messages<'t> {
    fn new(texts: &'t [CustomerText]) -> Self {
        let mut messages = Self {
            all: Vec::new(),
            by_name: HashMap::new(),
            by_place: HashMap::new(),
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
                for place in text.contexts.iter().filter_map(|context| place(context)) {
                    let indices = messages.by_place.entry((place, &text.message)).or_default();
                    if !indices.contains(&index) {
                        indices.push(index);
                    }
                }
            }
        }
        messages
    }

    /// The messages that an entry is for, had their blocks no id.
    fn without_id(&self, entry: &Entry) -> Vec<usize> {
        let context = entry.context.as_ref().map(|context| context.value.as_str());
        let found = context.and_then(|context| self.by_place.get(&(context, entry.id.value.as_str())));
        found.cloned().unwrap_or_default()
    }

    fn find(&self, entry: &Entry) -> Option<usize> {
        let context = entry.context.as_ref()?.value.as_str();
        self.by_name.get(&(context, entry.id.value.as_str())).copied()
    }
}

/// The sequence or handler of a block with an id; `None` for one without. An id holds no quote and no blank, the words
/// of a handler may hold an `@`.
fn place(context: &str) -> Option<&str> {
    let (place, id) = context.rsplit_once('@')?;
    (!id.contains(['"', ' '])).then_some(place)
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

    /// The translations of a text, by the number of the language, each with that which it is from; empty where it
    /// has none.
    pub(crate) fn of(&self, source: &Source, text: &Text) -> Vec<Option<&(usize, Translated)>> {
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
fn inherited(catalog: &Read, catalogs: &[Read], messages: usize) -> Vec<Option<(usize, Translated)>> {
    let chain: Vec<(usize, &Read)> = chain(catalog, catalogs).collect();
    (0..messages)
        .map(|message| {
            chain.iter().find_map(|(number, catalog)| {
                let translated = catalog.translated.get(message)?.clone()?;
                Some((*number, translated))
            })
        })
        .collect()
}

/// The catalog, then those of its parents, each with its number.
fn chain<'c>(catalog: &'c Read, catalogs: &'c [Read]) -> impl Iterator<Item = (usize, &'c Read)> {
    let ranges = catalog.tag.ranges();
    ranges.filter_map(|range| catalogs.iter().enumerate().find(|(_, other)| other.tag.is(range)))
}

fn read(source: &Source, tag: Tag, messages: &Messages<'_>, findings: &mut Findings) -> Read {
    let (file, found) = po::read(source);
    found.into_iter().for_each(|found| findings.add(found));
    let mut reading = Reading {
        catalog: Read {
            header: header::read(source, &file, &tag, findings),
            place: file.field_span("Language"),
            source: source.clone(),
            tag,
            translated: vec![None; messages.all.len()],
            is_known: vec![false; messages.all.len()],
        },
        firsts: HashMap::new(),
        stale: Vec::new(),
        unknown: Vec::new(),
    };
    let entries = || file.entries.iter().filter(|entry| !entry.is_obsolete);
    for entry in entries() {
        reading.entry(entry, messages, findings);
    }
    for entry in entries() {
        reading.without_id(entry, messages, findings);
    }
    findings::stale(&reading.catalog, &reading.stale, findings);
    findings::unknown(&reading.catalog, &reading.unknown, findings);
    reading.catalog
}

/// A catalog whose entries are being read.
struct Reading<'e> {
    catalog: Read,
    /// The first entry of each message.
    firsts: HashMap<usize, Span>,
    stale: Vec<&'e Entry>,
    unknown: Vec<&'e Entry>,
}

impl<'e> Reading<'e> {
    fn entry(&mut self, entry: &'e Entry, messages: &Messages<'_>, findings: &mut Findings) {
        let found = messages.find(entry);
        let Some((index, text)) = found.and_then(|index| Some((index, messages.all.get(index)?.first()?)))
        else {
            // What is broken about an entry was told.
            if !entry.is_broken {
                self.unknown.push(entry);
            }
            return;
        };
        if let Some(first) = self.firsts.get(&index) {
            return findings.add(findings::duplicate(&self.catalog.source, entry, *first));
        }
        self.put(entry, index, text, findings);
    }

    /// An entry from before its block had an id serves each block of its place that says the same and has no entry.
    fn without_id(&mut self, entry: &'e Entry, messages: &Messages<'_>, findings: &mut Findings) {
        let mut served = messages.without_id(entry);
        served.retain(|index| !self.firsts.contains_key(index));
        for index in served {
            let is_same = |other: &&Entry| std::ptr::eq(*other, entry);
            self.unknown.retain(|other| !is_same(other));
            self.stale.retain(|other| !is_same(other));
            if let Some(text) = messages.all.get(index).and_then(Message::first) {
                self.put(entry, index, text, findings);
            }
        }
    }

    /// Takes an entry for a message that has none yet.
    fn put(&mut self, entry: &'e Entry, index: usize, text: &CustomerText, findings: &mut Findings) {
        self.firsts.insert(index, entry.id.span);
        let is_empty = entry.strings.iter().all(|text| text.value.is_empty());
        if is_empty && !entry.is_broken {
            return;
        }
        // Where something else is wrong about an entry, that its text is missing would be no news.
        if let Some(is_known) = self.catalog.is_known.get_mut(index) {
            *is_known = true;
        }
        if entry.is_broken {
            return;
        }
        if entry.is_fuzzy() {
            return self.stale.push(entry);
        }
        let forms = self.catalog.header.forms();
        let translated = entry::translated(&self.catalog.source, entry, text, forms, findings);
        if let Some(place) = self.catalog.translated.get_mut(index) {
            *place = translated;
        }
    }
}
