//! Readable names that are not taken yet.

use std::collections::{HashMap, HashSet};

use sayflow::syntax::words::RESERVED;
use unicode_ident::{is_xid_continue, is_xid_start};
use unicode_normalization::UnicodeNormalization;

/// How many words of a text make a name.
const MAX_WORDS: usize = 3;
/// How many characters they have together, `_` included.
const MAX_CHARACTERS: usize = 24;

/// The ids of one sequence.
#[derive(Default)]
pub(super) struct Names {
    taken: HashSet<String>,
    /// The last number tried behind a name, so that thousands of statements that say the same do
    /// not each count from the start.
    numbers: HashMap<String, usize>,
}

impl Names {
    /// Takes a name as the author wrote it; `false` where it is taken already.
    pub(super) fn take(&mut self, name: &str) -> bool {
        self.taken.insert(compared(name))
    }

    /// A new name for a statement: the first words of what it says, or its keyword, with a number
    /// where that is taken.
    pub(super) fn invent(&mut self, keyword: &str, said: &str) -> String {
        let keyword = keyword.replace(' ', "_");
        let base = match first_words(said) {
            name if name.is_empty() => keyword,
            name if RESERVED.contains(&name.as_str()) || !begins_name(&name) => format!("{keyword}_{name}"),
            name => name,
        };
        if self.take(&base) {
            return base;
        }
        let mut number = self.numbers.get(&base).copied().unwrap_or(1);
        let name = loop {
            number += 1;
            let name = format!("{base}_{number}");
            if self.take(&name) {
                break name;
            }
        };
        self.numbers.insert(base, number);
        name
    }
}

/// Names are compared in NFC and without joiners.
fn compared(name: &str) -> String {
    name.chars().filter(|c| !is_joiner(*c)).nfc().collect()
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

fn begins_name(name: &str) -> bool {
    name.starts_with(|c| c == '_' || is_xid_start(c))
}

/// Up to three words in lower case with `_` between them. An apostrophe is no border: `don't` is one word.
fn first_words(said: &str) -> String {
    let plain = compared(&said.to_lowercase()).replace(['\'', '’'], "");
    let mut words = plain
        .split(|c| !is_xid_continue(c))
        .filter(|word| is_word(word))
        .map(cut)
        .take(MAX_WORDS);
    let mut name = words.next().unwrap_or_default();
    for word in words {
        let longer = format!("{name}_{word}");
        if longer.chars().count() > MAX_CHARACTERS {
            break;
        }
        name = longer;
    }
    name
}

fn is_word(word: &str) -> bool {
    word.chars().any(char::is_alphanumeric)
}

fn cut(word: &str) -> String {
    word.chars().take(MAX_CHARACTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invented(said: &str) -> String {
        Names::default().invent("quick replies", said)
    }

    #[test]
    fn a_name_is_up_to_three_words() {
        assert_eq!(invented("Hi, and WELCOME to the shop!"), "hi_and_welcome");
        assert_eq!(
            invented("Tomorrow: extraordinarily long"),
            "tomorrow_extraordinarily"
        );
        assert_eq!(invented("Don’t"), "dont");
    }

    #[test]
    fn letters_of_every_script_keep_their_marks() {
        assert_eq!(invented("ধন্যবাদ আপনাকে!"), "ধন্যবাদ_আপনাকে");
        assert_eq!(invented("Cafe\u{301} ½ ²"), "café");
    }

    #[test]
    fn what_is_no_name_by_itself_follows_the_keyword() {
        assert_eq!(invented("No!"), "quick_replies_no");
        assert_eq!(invented("24 hours"), "quick_replies_24_hours");
        assert_eq!(invented("…"), "quick_replies");
    }

    #[test]
    fn a_taken_name_gets_a_number() {
        let mut names = Names::default();
        assert!(names.take("cafe\u{301}"));
        assert_eq!(names.invent("text", "Café"), "café_2");
        assert_eq!(names.invent("text", "Café"), "café_3");
    }
}
