//! Whole messages and the patterns of `on words`.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::digits::with_ascii_digits;
use crate::name::canonical;
use crate::plain::is_ignorable;

/// A text as words, titles and `one of` are compared: in any case, blanks folded, none around it. Keyboards write one
/// word of an Indic or Arabic script in several ways, and bend quotes by themselves, so normal forms, what shows nothing,
/// the script of digits and the shape of quotes mean nothing either.
pub(crate) fn fold(message: &str) -> String {
    let message = in_one_form(message);
    let mut folded = String::with_capacity(message.len());
    for word in message.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        push_caseless(&mut folded, word);
    }
    match canonical(&folded) {
        Cow::Borrowed(_) => folded,
        // A small letter may have a form with its accent where the capital has none, as U+01F0.
        Cow::Owned(folded) => folded,
    }
}

/// Each letter by itself, in the form that it shares with its capital: what stands behind a sigma is not known before a
/// `*`, so it has one form everywhere. The capital of a Turkish `i` leaves a dot behind, which the small letter has
/// anyway, and that of the letter without a dot is that of `i`. Greek capitals have no accents.
fn push_caseless(folded: &mut String, word: &str) {
    if word.is_ascii() {
        let begin = folded.len();
        folded.push_str(word);
        if let Some(word) = folded.get_mut(begin..) {
            word.make_ascii_lowercase();
        }
        return;
    }
    for letter in word.chars().flat_map(char::to_lowercase).flat_map(without_accent) {
        match letter {
            'ς' => folded.push('σ'),
            'ß' => folded.push_str("ss"),
            'ı' => folded.push('i'),
            '\u{307}' if folded.ends_with('i') => {}
            // Phones and word processors bend quotes by themselves.
            '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{b4}' => folded.push('\''),
            '\u{201c}' | '\u{201d}' | '\u{201e}' => folded.push('"'),
            letter => folded.push(letter),
        }
    }
}

/// A small letter; of a Greek one its base, and its diaeresis.
fn without_accent(letter: char) -> impl Iterator<Item = char> {
    let is_greek = matches!(letter, '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}');
    let parts = is_greek.then(|| {
        letter
            .nfd()
            .filter(|part| !is_combining_mark(*part) || *part == '\u{308}')
    });
    let whole = (!is_greek).then_some(letter);
    parts.into_iter().flatten().chain(whole)
}

fn in_one_form(message: &str) -> Cow<'_, str> {
    if message.is_ascii() {
        return Cow::Borrowed(message);
    }
    let plain: String = canonical(message)
        .chars()
        .filter(|letter| !is_ignorable(*letter))
        .collect();
    Cow::Owned(with_ascii_digits(&plain))
}

/// Whether a folded message begins as a pattern does.
pub(crate) fn begins(pattern: &str, folded: &str) -> bool {
    pattern
        .split('*')
        .next()
        .is_some_and(|first| folded.starts_with(first))
}

/// Whether a folded message is a pattern in which `*` stands for anything; linear in practice
/// and never worse than the product of both lengths.
pub(crate) fn matches(pattern: &str, folded: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(first) = parts.next() else { return false };
    let Some(mut rest) = folded.strip_prefix(first) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some((_, behind)) = rest.split_once(part) else {
            return false;
        };
        rest = behind;
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::{fold, matches};

    #[test]
    fn blanks_and_case_do_not_matter() {
        assert_eq!(fold("  Talk\u{a0} TO me "), "talk to me");
    }

    #[test]
    fn one_word_is_written_in_several_ways() {
        for (one, other) in [
            ("বড\u{9bc}", "ব\u{9dc}"),
            ("র\u{200d}্যাস্পবেরি", "র্যাস্পবেরি"),
            ("সাইজ ৪২", "সাইজ 42"),
            ("\u{2067}٣ قطع\u{2069}", "3 قطع"),
            ("Caf\u{e9}", "cafe\u{301}"),
            ("ΝΕΟΣ", "νεος"),
            ("\u{130}stanbul", "istanbul"),
            ("i\u{307}stanbul", "ISTANBUL"),
            ("J\u{30c}", "\u{1f0}"),
            ("don\u{2019}t know", "don't know"),
            ("\u{201c}M\u{201d}", "\"M\""),
            ("Straße", "STRASSE"),
            ("STRA\u{1e9e}E", "strasse"),
            ("Kapalı", "KAPALI"),
            ("Όχι", "ΟΧΙ"),
            ("Μαΐου", "ΜΑΪΟΥ"),
            ("ᾠδή", "ΩΔΗ"),
            ("\u{202a}ok\u{202c}", "ok"),
            ("\u{feff}o\u{200b}k", "ok"),
            ("\u{2764}\u{fe0f}", "\u{2764}"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
            assert_eq!(fold(&fold(one)), fold(one));
        }
        for (one, other) in [("q\u{307}", "q"), ("é", "e"), ("ϊ", "ι"), ("й", "и")] {
            assert_ne!(fold(one), fold(other), "{one} {other}");
        }
    }

    #[test]
    fn a_sigma_before_a_star_is_no_last_letter() {
        for message in ["ΝΕΟΣ", "ΝΕΟΣΑΣ", "νεοσα", "νεος"] {
            assert!(matches(&fold("ΝΕΟΣ*"), &fold(message)), "{message}");
        }
    }

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, message) in [
            ("talk to*", "talk to a person"),
            ("talk to*", "talk to"),
            ("*order*", "where is my order please"),
            ("a*b*c", "a1b2c"),
            ("*", ""),
        ] {
            assert!(matches(pattern, message), "{pattern} {message}");
        }
        for (pattern, message) in [
            ("talk to*", "please talk to me"),
            ("a*a", "a"),
            ("*order", "orders"),
            ("a*b*c", "acb"),
        ] {
            assert!(!matches(pattern, message), "{pattern} {message}");
        }
    }
}
