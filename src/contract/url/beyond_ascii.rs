//! Letters beyond ASCII in a web address: those that nobody sees, and those that stand for others.

use super::UrlFault;
use crate::plain::is_ignorable;

/// Refuses what shows nothing anywhere in an address. What belongs to words and emoji of many languages may stand behind
/// the host.
pub(super) fn check_hidden(url: &str) -> Result<(), UrlFault> {
    match url.contains(|c| is_ignorable(c) && !is_joiner(c) && !is_variation(c)) {
        true => Err(UrlFault::Hidden),
        false => Ok(()),
    }
}

/// Refuses in a host what nobody sees, but joiners between two letters of a script that has some (RFC 5892, appendix A),
/// and what browsers make signs of an address of.
pub(super) fn check_host(host: &str) -> Result<(), UrlFault> {
    if host.contains(is_sign) {
        return Err(UrlFault::ForeignSign);
    }
    let mut before = None;
    let mut letters = host.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_within_word = is_seen_beyond_ascii(before) && is_seen_beyond_ascii(letters.peek().copied());
        if is_ignorable(letter) && !(is_joiner(letter) && is_within_word) {
            return Err(UrlFault::Hidden);
        }
        before = Some(letter);
    }
    Ok(())
}

fn is_seen_beyond_ascii(letter: Option<char>) -> bool {
    letter.is_some_and(|letter| !letter.is_ascii() && !is_ignorable(letter))
}

/// Words of Persian and of the languages of India have them.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Emoji have them.
fn is_variation(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}')
}

/// Whether the compatibility mapping of Unicode (UTS #46, section 4) turns a character into one that a host does not
/// have, such as `/`, `@` and `:`.
fn is_sign(c: char) -> bool {
    matches!(
        c,
        '\u{2047}'..='\u{2049}'
            | '\u{2100}'..='\u{2101}'
            | '\u{2105}'..='\u{2106}'
            | '\u{2a74}'
            | '\u{fe13}'
            | '\u{fe16}'
            | '\u{fe55}'..='\u{fe56}'
            | '\u{fe5f}'
            | '\u{fe68}'
            | '\u{fe6a}'..='\u{fe6b}'
            // Full-width ASCII but letters, digits, `-`, `.` and `_`.
            | '\u{ff01}'..='\u{ff0c}'
            | '\u{ff0f}'
            | '\u{ff1a}'..='\u{ff20}'
            | '\u{ff3b}'..='\u{ff3e}'
            | '\u{ff40}'
            | '\u{ff5b}'..='\u{ff5e}'
    )
}
