//! What the form of a text keeps of it.

use super::outline::outline;
use sayflow::{Code, Diagnostic, Source, check, syntax};

/// The form of a text.
pub(crate) fn formatted(text: &str) -> String {
    let (file, _) = syntax::parse(&Source::new("a.flow", text));
    sayflow_kit::format(&file)
}

/// Compares a text with its form: the tree is the same but for positions, no character is lost, what was found is
/// found again, and the form of the form is the form itself.
pub(crate) fn assert_kept(text: &str, once: &str) {
    if once == text {
        // A text that is its own form keeps everything.
        return;
    }
    assert_eq!(
        formatted(once),
        once,
        "the second run changes something in the form of\n{text}"
    );
    assert_eq!(
        outline(once),
        outline(text),
        "the tree changed with the form of\n{text}"
    );
    assert_eq!(
        characters(once),
        characters(text),
        "something is lost in the form of\n{text}"
    );
    let found = found(text);
    if !is_mended(&found) {
        let again = self::found(once);
        assert_eq!(
            findings(&again),
            findings(&found),
            "the findings changed with the form of\n{text}"
        );
    }
}

/// What must not get lost: everything but blanks, quotes and their backslashes, with plain arrows.
/// The order does not count, as comments may move.
fn characters(text: &str) -> Vec<char> {
    let plain = text.replace('→', "->");
    let is_kept =
        |c: &char| !c.is_whitespace() && !matches!(c, '"' | '“' | '”' | '\\' | '\u{feff}' | '\u{200b}');
    let mut characters: Vec<char> = plain.chars().filter(is_kept).collect();
    characters.sort_unstable();
    characters
}

fn found(text: &str) -> Vec<Diagnostic> {
    check([Source::new("a.flow", text)]).1
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
