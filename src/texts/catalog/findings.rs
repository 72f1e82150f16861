//! What a catalog as a whole lacks, and has too much.

use std::collections::HashMap;

use super::{Messages, Piece, Read, Translated, chain};
use crate::check::Findings;
use crate::diagnostics::{Code, Diagnostic};
use crate::program::words::fold;
use crate::source::{Source, Span};
use crate::texts::collect::CustomerText;
use crate::texts::po::Entry;
use crate::texts::tag::{Tag, stem};

/// How many places a finding about a whole catalog shows.
const SHOWN: usize = 3;

/// The texts that a catalog does not translate, nor any that it falls back to.
pub(super) fn missing(
    catalog: &Read,
    catalogs: &[Read],
    own: &Tag,
    messages: &Messages<'_>,
    findings: &mut Findings,
) {
    // What falls back to the flow's own language lacks nothing.
    if catalog.tag.ranges().any(|range| own.is(range)) {
        return;
    }
    let chain: Vec<(usize, &Read)> = chain(catalog, catalogs).collect();
    let is_known = |index: usize| {
        chain
            .iter()
            .any(|(_, other)| other.is_known.get(index) == Some(&true))
    };
    let lacking: Vec<&CustomerText> = messages
        .all
        .iter()
        .enumerate()
        .filter(|(index, _)| !is_known(*index))
        .filter_map(|(_, message)| message.first())
        .collect();
    if lacking.is_empty() {
        return;
    }
    let (name, all) = (catalog.source.name(), messages.all.len());
    let message = format!("`{name}` lacks {} of {all} texts", lacking.len());
    let mut found = Diagnostic::new(Code::MissingTranslation, &catalog.source, catalog.place, message)
        .primary("the flow's own words are read there")
        .with_help(export(
            &catalog.source,
            "lists them in the catalog, to be translated",
        ));
    for text in lacking.iter().filter(|text| !text.is_default).take(SHOWN) {
        found = found.label(&text.source, text.span, "not translated");
    }
    findings.add(found);
}

/// Translations of what was a former text.
pub(super) fn stale(catalog: &Read, entries: &[&Entry], findings: &mut Findings) {
    let message = match entries.len() {
        1 => "one translation may be of a former text".to_owned(),
        many => format!("{many} translations may be of former texts"),
    };
    let help = "look at each, put it right and take its mark `fuzzy` away";
    let words = "marked `fuzzy`: not used";
    if let Some(found) = about(Code::StaleTranslation, catalog, entries, message, words) {
        findings.add(found.with_help(help));
    }
}

/// Entries for texts that the flow does not have.
pub(super) fn unknown(catalog: &Read, entries: &[&Entry], findings: &mut Findings) {
    let message = match entries.len() {
        1 => "one entry is for no text of the flow".to_owned(),
        many => format!("{many} entries are for no text of the flow"),
    };
    let words = "no text says this there";
    if let Some(found) = about(Code::UnknownText, catalog, entries, message, words) {
        let help = export(
            &catalog.source,
            "moves each to the text that it was for, or marks it as gone",
        );
        findings.add(found.with_help(help));
    }
}

fn about(code: Code, catalog: &Read, entries: &[&Entry], message: String, words: &str) -> Option<Diagnostic> {
    let (first, others) = entries.split_first()?;
    let found = Diagnostic::new(code, &catalog.source, first.id.span, message).primary(words);
    let others = others.iter().take(SHOWN - 1);
    Some(others.fold(found, |found, entry| {
        found.label(&catalog.source, entry.id.span, words)
    }))
}

fn export(catalog: &Source, does: &str) -> String {
    format!("`sayflow texts export --lang {}` {does}", stem(catalog))
}

/// A second entry for the same text.
pub(super) fn duplicate(source: &Source, entry: &Entry, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::DuplicateEntry,
        source,
        entry.id.span,
        "this text has two entries",
    )
    .primary("this one is not used")
    .label(source, first, "the first one")
    .with_help("keep one of them")
}

/// Options of one block that read the same in this language: a typed title could mean either.
pub(super) fn same_titles(catalog: &Read, messages: &Messages<'_>, findings: &mut Findings) {
    let mut titles: HashMap<(usize, String), &CustomerText> = HashMap::new();
    for (message, translated) in messages.all.iter().zip(&catalog.translated) {
        let Some(title) = translated.as_ref().and_then(plain) else {
            continue;
        };
        for text in message.texts.iter().filter(|text| text.kind.is_title()) {
            let title = fold(title);
            let Some(other) = titles.insert((text.block, title.clone()), text) else {
                continue;
            };
            if fold(&other.message) == fold(&text.message) {
                continue;
            }
            let message = format!("two options read `{title}` in `{}`", catalog.tag);
            let found = Diagnostic::new(Code::DuplicateTitle, &text.source, text.span, message)
                .primary(format!(
                    "typed, it could mean this as well in `{}`",
                    catalog.source.name()
                ))
                .label(&other.source, other.span, "the other option")
                .with_help("translate one of them with another word");
            findings.add(found);
        }
    }
}

/// The characters of a translation without values.
fn plain(translated: &Translated) -> Option<&str> {
    match translated {
        Translated::Text(form) => match form.as_slice() {
            [Piece::Plain(plain)] => Some(plain),
            _ => None,
        },
        Translated::Plural { .. } => None,
    }
}
