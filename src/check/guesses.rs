//! Findings about what cannot be read: what it means is a guess, so they wait until it can be.
//!
//! `-> https://shop.example` is told as an address without its quotes, not as a sequence `https` that nobody declares;
//! and `text "<<stock>>" esle "…"` not as a call whose failure nobody foresaw.

use std::collections::HashMap;

use super::Findings;
use super::names::Names;
use crate::diagnostics::{Code, Diagnostic, Label, Severity};
use crate::source::{Source, Span};
use crate::syntax::{ast::File, walk};

/// The words whose texts show values, where they stand before one.
const SHOWN: [&str; 12] = [
    "text", "image", "audio", "video", "card", "subtitle", "url", "buttons", "replies", "ask", "retry",
    "handover",
];

/// `text city`, where `city` is an attribute: between quotes alone, the customer would read its name.
pub(super) fn show_values(names: &Names<'_>, findings: &mut Findings) {
    for finding in &mut findings.all {
        if let Some(value) = unquoted_value(names, finding) {
            let text = format!("\"{{{{{}}}}}\"", value.source.slice(value.span));
            *finding = finding
                .clone()
                .with_help(format!("its value stands in a text: `{text}`"))
                .suggested_fix("put it into a text", vec![(value.span, text)]);
        }
    }
}

/// The place of a finding that offers to put the name of a value in quotes.
fn unquoted_value<'d>(names: &Names<'_>, finding: &'d Diagnostic) -> Option<&'d Label> {
    let label = place(finding).filter(|_| finding.code() == Code::Malformed)?;
    let word = label.source.slice(label.span);
    let mut edits = finding.edits().map(|(_, span, text)| (span, text));
    let quoted = format!("\"{word}\"");
    if edits.next()? != (label.span, &quoted) || names.value(word).is_none() {
        return None;
    }
    let line = label.source.slice(Span::new(0, label.span.start));
    let before = line.split_whitespace().next_back()?;
    SHOWN.contains(&before).then_some(label)
}

/// Takes out warnings about a statement with something that cannot be read, and errors about that very place.
pub(super) fn withhold(files: &[File], findings: &mut Findings) {
    let mut places: HashMap<_, Vec<Span>> = HashMap::new();
    for label in findings.all.iter().filter(|it| is_unread(it)).filter_map(place) {
        places.entry(key(&label.source)).or_default().push(label.span);
    }
    if places.is_empty() {
        return;
    }
    let places: HashMap<_, Spans> = places
        .into_iter()
        .map(|(source, spans)| (source, Spans::new(spans)))
        .collect();
    let mut statements = HashMap::new();
    for file in files {
        if let Some(unread) = places.get(&key(&file.source)) {
            statements.insert(key(&file.source), statements_with(file, unread));
        }
    }
    findings.retain(|finding| {
        let Some(label) = place(finding).filter(|_| finding.code().as_str().starts_with("check::")) else {
            return true;
        };
        let unread = match finding.severity() {
            Severity::Error => places.get(&key(&label.source)),
            _ => statements.get(&key(&label.source)),
        };
        !unread.is_some_and(|unread| unread.meet(label.span))
    });
}

/// The statements, each without its block, that have one of these places.
fn statements_with(file: &File, places: &Spans) -> Spans {
    let mut found = Vec::new();
    walk(file, |node, _| {
        let branches = node.branches.iter().map(|branch| branch.span);
        found.extend(
            [node.span]
                .into_iter()
                .chain(branches)
                .filter(|span| places.meet(*span)),
        );
    });
    Spans::new(found)
}

/// Whether a finding says of words that they are none of the language. A brace or quote that is missing leaves the
/// words as they are.
fn is_unread(finding: &Diagnostic) -> bool {
    matches!(
        finding.code(),
        Code::Malformed | Code::Unexpected | Code::UnknownKeyword | Code::ReservedWord | Code::ReservedName
    )
}

fn place(finding: &Diagnostic) -> Option<&Label> {
    finding.labels.first()
}

fn key(source: &Source) -> *const u8 {
    source.text().as_ptr()
}

/// Places of a file, for the question whether one of them is met.
struct Spans(Vec<Span>);

impl Spans {
    fn new(mut spans: Vec<Span>) -> Self {
        spans.sort_by_key(|span| span.start);
        // Each goes as far as any before it, so that the last one in question tells of all.
        let mut end = 0;
        for span in &mut spans {
            end = end.max(span.end);
            span.end = end;
        }
        Self(spans)
    }

    fn meet(&self, place: Span) -> bool {
        let begun = self.0.partition_point(|span| span.start < place.end);
        let last = begun.checked_sub(1).and_then(|at| self.0.get(at));
        last.is_some_and(|span| place.start < span.end)
    }
}
