//! Catalogs: each file of `catalogs/` beside what is read of it, and what cannot be read.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]
#![expect(clippy::disallowed_methods, reason = "a test reads its table")]

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use sayflow::texts::{self, Entry, PoFile};
use sayflow::{Diagnostic, Source};

fn cases() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/catalogs");
    let entries = fs::read_dir(folder).unwrap();
    let mut cases: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

/// A text in any script on one line.
fn quoted(text: &str) -> String {
    format!("‹{}›", text.replace('\n', "⏎").replace('\t', "⇥"))
}

/// An entry, each of its parts on a line of its own.
fn entry(source: &Source, entry: &Entry) -> String {
    let lines = source.position(entry.span.start).line..=source.position(entry.span.end).line;
    let mut out = format!("{}-{}:", lines.start(), lines.end());
    for (is, word) in [(entry.is_obsolete, " obsolete"), (entry.is_broken, " broken")] {
        out.push_str(if is { word } else { "" });
    }
    let lists = [
        ("comments", &entry.comments),
        ("extracted", &entry.extracted),
        ("references", &entry.references),
        ("flags", &entry.flags),
    ];
    for (name, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        write!(out, "\n  {name}: {list:?}").unwrap();
    }
    let previous = &entry.previous;
    for (name, text) in [
        ("previous context", &previous.context),
        ("previous id", &previous.id),
        ("previous plural", &previous.plural),
    ] {
        if let Some(text) = text {
            write!(out, "\n  {name}: {}", quoted(text)).unwrap();
        }
    }
    if let Some(context) = &entry.context {
        write!(out, "\n  context: {}", quoted(&context.value)).unwrap();
    }
    write!(out, "\n  id: {}", quoted(&entry.id.value)).unwrap();
    if let Some(plural) = &entry.plural {
        write!(out, "\n  plural: {}", quoted(&plural.value)).unwrap();
    }
    for (index, text) in entry.strings.iter().enumerate() {
        write!(out, "\n  string {index}: {}", quoted(&text.value)).unwrap();
    }
    out
}

fn finding(found: &Diagnostic) -> String {
    let label = &found.labels()[0];
    let place = label.source.position(label.span.start);
    let words = label.source.slice(label.span);
    format!(
        "{place}: {found} [{words}]\n  help: {}",
        found.help().unwrap_or_default()
    )
}

fn report(source: &Source, file: &PoFile, found: &[Diagnostic]) -> String {
    let header = file
        .header
        .iter()
        .map(|header| format!("header {}", entry(source, header)));
    let entries = file.entries.iter().map(|it| entry(source, it));
    let trailing = (!file.trailing.is_empty()).then(|| format!("trailing: {:?}", file.trailing));
    let lines = header
        .chain(entries)
        .chain(trailing)
        .chain(found.iter().map(finding));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn catalogs_beside_what_is_read_of_them() {
    for path in cases() {
        let name = path.file_stem().unwrap().to_string_lossy();
        let source = Source::new(&*format!("texts/{name}.po"), fs::read_to_string(&path).unwrap());
        let (file, found) = texts::read(&source);
        assert_eq!(found.is_empty(), name.starts_with("ok_"), "{name}: {found:?}");

        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_snapshot_suffix(&*name);
        let shown = format!(
            "{}\n===== read =====\n{}",
            source.text(),
            report(&source, &file, &found)
        );
        settings.bind(|| insta::assert_snapshot!("catalogs", shown));
    }
}
