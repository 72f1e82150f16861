//! What the form of a text keeps of it.

use super::outline::{outline, plain};
use sayflow::syntax::ast::File;
use sayflow::{Code, Diagnostic, Source, check_files, syntax};

/// Formats a text, and compares it with its form, which is the result: the tree is the same but for positions, no
/// character is lost, what was found is found again, and the form of the form is the form itself.
pub(crate) fn assert_kept(text: &str) -> String {
    let before = Read::new(text);
    let once = sayflow_kit::format(&before.file);
    if once == text {
        // A text that is its own form keeps everything.
        return once;
    }
    let after = Read::new(&once);
    assert_eq!(
        sayflow_kit::format(&after.file),
        once,
        "the second run changes something in the form of\n{text}"
    );
    assert_eq!(
        outline(&after.file),
        outline(&before.file),
        "the tree changed with the form of\n{text}"
    );
    assert_eq!(
        characters(&once),
        characters(text),
        "something is lost in the form of\n{text}"
    );
    let found = before.checked();
    if !is_mended(&found) {
        assert_eq!(
            findings(&after.checked()),
            findings(&found),
            "the findings changed with the form of\n{text}"
        );
    }
    once
}

/// A file that is read, with what was found while reading it.
struct Read {
    file: File,
    found: Vec<Diagnostic>,
}

impl Read {
    fn new(text: &str) -> Self {
        let (file, found) = syntax::parse(&Source::new("a.flow", text));
        Self { file, found }
    }

    /// Everything that is found in it.
    fn checked(self) -> Vec<Diagnostic> {
        check_files(&[self.file], self.found).1
    }
}

/// What must not get lost: everything but blanks, quotes and their backslashes, with plain arrows.
/// The order does not count, as comments may move.
fn characters(text: &str) -> Vec<char> {
    let mut characters: Vec<char> = plain(text).chars().collect();
    characters.sort_unstable();
    characters
}

/// What the checker finds: each code, with the characters it points at.
fn findings(found: &[Diagnostic]) -> Vec<(Code, Vec<char>)> {
    let finding = |found: &Diagnostic| {
        let place = found.labels().first();
        let words = place.map(|label| characters(label.source.slice(label.span)));
        (found.code(), words.unwrap_or_default())
    };
    found.iter().map(finding).collect()
}

/// Whether a finding is about nothing but blanks: the formatter mends it, and the checker can look
/// further.
fn is_mended(found: &[Diagnostic]) -> bool {
    let mut fixes = found.iter().filter_map(Diagnostic::fix);
    let is_blank = |text: &str| characters(text).is_empty();
    fixes.any(|fix| {
        let mut edits = fix.edits.iter();
        edits.all(|edit| is_blank(&edit.text) && is_blank(edit.source.slice(edit.span)))
    })
}
