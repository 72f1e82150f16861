//! Checking a flow.

use sayflow::syntax::ast::File;
use sayflow::{Diagnostic, IncrementalCheck, Program, Severity, Source, check, check_files, syntax};

use crate::{bytes, spans};

/// Any bytes are checked, as the files of a flow with a NUL between two. There is a program where nothing found is an
/// error, and only there; every span lies in its file; checking again finds the same; what mends a finding can be
/// applied, and what comes of it be checked.
///
/// Where there are several files, the last one is what becomes of the first when its author goes on writing: a check
/// that remembers the flow as it was finds what a check finds that knows nothing.
///
/// # Panics
///
/// Where that does not hold.
pub fn holds(bytes: &[u8]) {
    let mut sources: Vec<Source> = bytes::parts(bytes).enumerate().map(source).collect();
    let edited = sources.pop_if(|_| bytes.contains(&0));
    let found = is_checked(&sources);
    let read: Vec<Read> = sources.iter().map(syntax::parse).collect();
    assert_eq!(checked(&read), found);
    if let Some(mended) = mended(&sources, &found) {
        is_checked(&mended);
    }
    if let Some(edited) = edited {
        is_checked_anew(read, &edited);
    }
}

fn source((index, bytes): (usize, &[u8])) -> Source {
    Source::new(format!("{index}.flow"), bytes::text(bytes))
}

/// Checks a flow and what is said of it; everything that was found.
fn is_checked(sources: &[Source]) -> Vec<Diagnostic> {
    let (program, found) = check(sources.iter().cloned());
    let has_error = found.iter().any(|found| found.severity() == Severity::Error);
    assert_eq!(program.is_some(), !has_error, "{found:?}");
    spans::lie_in_their_files(&found, sources);
    if let Some(program) = program {
        names_are_found(&program);
    }
    found
}

/// What a program lists, it knows.
fn names_are_found(program: &Program) {
    for name in program.sequences() {
        assert_eq!(program.sequence_name(name), Some(name));
    }
    for (name, _) in program.attributes() {
        assert!(
            program.attribute_types().any(|(other, _)| other == name),
            "{name}"
        );
    }
}

/// The flow after one of the offered edits.
fn mended(sources: &[Source], found: &[Diagnostic]) -> Option<Vec<Source>> {
    let fixes: Vec<&Diagnostic> = found.iter().filter(|found| found.fix().is_some()).collect();
    // One of them, but not always the first: which one depends on the text.
    let nth = sources.first()?.text().len().checked_rem(fixes.len())?;
    let fix = fixes.get(nth)?.fix()?;
    let mend = |source: &Source| {
        let of_it = fix.edits.iter().filter(|edit| edit.source == *source);
        let edits: Vec<_> = of_it.map(|edit| (edit.span, edit.text.clone())).collect();
        do_not_overlap(&edits);
        Source::new(source.name(), sayflow_kit::apply_edits(source.text(), &edits))
    };
    Some(sources.iter().map(mend).collect())
}

fn do_not_overlap(edits: &[(sayflow::Span, String)]) {
    let mut spans: Vec<_> = edits.iter().map(|(span, _)| *span).collect();
    spans.sort_unstable();
    for (one, next) in spans.iter().zip(spans.iter().skip(1)) {
        assert!(one.end <= next.start, "{edits:?} overlap");
    }
}

/// A file that is read, with what was found while reading it.
type Read = (File, Vec<Diagnostic>);

/// Everything found in files that are read already.
fn checked(read: &[Read]) -> Vec<Diagnostic> {
    let (files, found) = parts(read);
    check_files(&files, found).1
}

fn parts(read: &[Read]) -> (Vec<File>, Vec<Diagnostic>) {
    let (files, found): (Vec<_>, Vec<_>) = read.iter().cloned().unzip();
    (files, found.concat())
}

/// Checks a flow, then the same with its first file edited; the others are those that were read before, as an editor
/// keeps them.
fn is_checked_anew(mut read: Vec<Read>, edited: &Source) {
    let mut checks = IncrementalCheck::default();
    let (files, found) = parts(&read);
    checks.check(&files, found);

    let Some(first) = read.first_mut() else { return };
    *first = syntax::parse(&Source::new(first.0.source.name(), edited.text()));
    let (files, found) = parts(&read);
    assert_eq!(checks.check(&files, found), checked(&read));
}
