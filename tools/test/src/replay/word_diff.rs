//! Two texts in one: what was taken away, what came in its place.

use std::time::Instant;

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use crate::PATIENCE;

/// One text, with `[-was-]` and `{+is+}` where they differ, word by word.
pub(super) fn word_diff(was: &str, is: &str) -> String {
    let (was, is) = (words(was), words(is));
    let until = Instant::now() + PATIENCE;
    let changes = capture_diff_slices_deadline(Algorithm::Patience, &was, &is, Some(until));
    let mut diff = Diff::default();
    for change in changes {
        let gone = || was.get(change.old_range()).unwrap_or_default().concat();
        let come = || is.get(change.new_range()).unwrap_or_default().concat();
        match change {
            DiffOp::Equal { .. } => diff.same(&gone()),
            _ => {
                diff.was.push_str(&gone());
                diff.is.push_str(&come());
            }
        }
    }
    diff.flush();
    diff.text
}

/// The words of a text with the blanks and marks between them, each on its own.
fn words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = Vec::new();
    let mut start = 0;
    let mut before = false;
    for (at, letter) in text.char_indices() {
        let is_word = letter.is_alphanumeric() || letter == '_';
        if at > start && !(is_word && before) {
            words.extend(text.get(start..at));
            start = at;
        }
        before = is_word;
    }
    words.extend(text.get(start..).filter(|last| !last.is_empty()));
    words
}

#[derive(Default)]
struct Diff {
    text: String,
    was: String,
    is: String,
}

impl Diff {
    fn same(&mut self, text: &str) {
        // A blank alone does not keep two changes apart.
        let is_between = !(self.was.is_empty() && self.is.is_empty());
        if is_between && text.trim().is_empty() {
            self.was.push_str(text);
            self.is.push_str(text);
            return;
        }
        self.flush();
        self.text.push_str(text);
    }

    fn flush(&mut self) {
        let (was, is) = (std::mem::take(&mut self.was), std::mem::take(&mut self.is));
        // A blank behind the last change is none.
        let was_kept = was.trim_end();
        let is_kept = is.trim_end();
        let tail = match was.get(was_kept.len()..) {
            Some(tail) if is.get(is_kept.len()..) == Some(tail) => tail,
            _ => "",
        };
        let (was, is) = (
            was.strip_suffix(tail).unwrap_or(&was),
            is.strip_suffix(tail).unwrap_or(&is),
        );
        if !was.is_empty() {
            self.text.push_str(&format!("[-{was}-]"));
        }
        if !is.is_empty() {
            self.text.push_str(&format!("{{+{is}+}}"));
        }
        self.text.push_str(tail);
    }
}

#[cfg(test)]
mod tests {
    use super::word_diff;

    #[test]
    fn words_are_compared() {
        let table = [
            ("same", "same", "same"),
            ("", "new", "{+new+}"),
            ("old", "", "[-old-]"),
            (
                "Your order is packed.",
                "Your order is on its way.",
                "Your order is [-packed-]{+on its way+}.",
            ),
            ("a b c", "a x c", "a [-b-]{+x+} c"),
            (
                "Hi Asha, bye",
                "Hi Rahim, bye bye",
                "Hi [-Asha-]{+Rahim+}, bye{+ bye+}",
            ),
            (
                "one two three four",
                "one 2 3 four",
                "one [-two three-]{+2 3+} four",
            ),
            ("আমার অর্ডার", "তোমার অর্ডার", "[-আমার-]{+তোমার+} অর্ডার"),
        ];
        for (was, is, diff) in table {
            assert_eq!(word_diff(was, is), diff, "{was} | {is}");
        }
    }

    #[test]
    fn long_texts_end_soon() {
        let long = |word: &str| format!("a {} z", format!("{word} ").repeat(100_000));
        assert!(word_diff(&long("x"), &long("y")).len() > 400_000);
    }
}
