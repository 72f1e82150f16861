//! Plain text: what customers and endpoints write cannot move the cursor of a terminal, nor turn round the text beside it.
//!
//! Taken out are control characters but line break and tab, and the embeddings and overrides of direction (UAX #9,
//! U+202A to U+202E). Isolates, which Unicode recommends instead, stay where they are closed within the
//! same text. Marks of direction stay: without them Arabic and Hebrew cannot be written well, and they turn nothing round.

use std::borrow::Cow;

/// Whether a text is plain as it is. One look at each byte decides for most.
pub(crate) fn is_plain(text: &str) -> bool {
    let is_printed = |byte: u8| byte.wrapping_sub(b' ') < 0x7f - b' ';
    if text.bytes().fold(true, |all, byte| all & is_printed(byte)) {
        return true;
    }
    // What is taken out is one byte below a blank, U+007F, or begins with 0xC2 or 0xE2 in UTF-8.
    let may_be_hidden = |byte: u8| matches!(byte, 0..=0x1f | 0x7f | 0xc2 | 0xe2);
    let has_any = text.bytes().fold(false, |any, byte| any | may_be_hidden(byte));
    !has_any || !text.contains(|c| is_hidden(c) || is_isolate(c))
}

/// Takes out what is not plain from a byte of a text on.
pub(crate) fn make_plain(text: &mut String, start: usize) {
    let rest = text.get(start..).unwrap_or_default();
    if !is_plain(rest) {
        let rest = plain(rest).into_owned();
        text.truncate(start);
        text.push_str(&rest);
    }
}

/// The text without what is not plain.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let closed = closed_isolates(text);
    let is_kept = |at: usize, c: char| match is_isolate(c) {
        true => closed.binary_search(&at).is_ok(),
        false => !is_hidden(c),
    };
    let kept = text.char_indices().filter(|(at, c)| is_kept(*at, *c));
    Cow::Owned(kept.map(|(_, c)| c).collect())
}

/// A text on one line without what is not plain: for logs, where a line break would begin a line of another.
pub(crate) fn one_line(text: &str) -> String {
    let is_break = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let plain = text.chars().filter(|c| !is_direction(*c));
    plain.map(|c| if is_break(c) { ' ' } else { c }).collect()
}

/// The beginning of a text on one line, for a sentence that quotes it.
pub(crate) fn shortened(text: &str) -> String {
    beginning(text, 60)
}

/// So many characters of a text on one line, with `…` where there are more.
pub(crate) fn beginning(text: &str, most: usize) -> String {
    let mut chars = text.chars();
    let mut short = one_line(&chars.by_ref().take(most).collect::<String>());
    if chars.next().is_some() {
        short.push('…');
    }
    short
}

/// Whether nobody sees anything of a text.
#[inline]
pub(crate) fn is_blank(text: &str) -> bool {
    // Nearly every text begins with something to see.
    let begins = text.as_bytes().first();
    !begins.is_some_and(u8::is_ascii_graphic) && text.chars().all(shows_nothing)
}

fn shows_nothing(c: char) -> bool {
    c.is_whitespace() || c.is_control() || is_ignorable(c)
}

/// Whether a character shows nothing by itself, such as a joiner, a blank without width and a mark of direction:
/// Default_Ignorable_Code_Point of Unicode, as far as it lies in the Basic Multilingual Plane. The schemas of the contract
/// say the same, and their classes hold no others.
pub(crate) fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}'
    )
}

/// Whether a character is seen by nobody and changes how what is around it is seen.
pub(crate) fn is_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}') || is_isolate(c)
}

fn is_hidden(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t')) || (is_direction(c) && !is_isolate(c))
}

fn is_isolate(c: char) -> bool {
    matches!(c, '\u{2066}'..='\u{2069}')
}

/// Where the isolates stand that open and close each other, in order.
fn closed_isolates(text: &str) -> Vec<usize> {
    let mut open = Vec::new();
    let mut closed = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| is_isolate(*c)) {
        match c {
            '\u{2069}' => closed.extend(open.pop().into_iter().flat_map(|start| [start, at])),
            _ => open.push(at),
        }
    }
    closed.sort_unstable();
    closed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{is_blank, is_plain, one_line, plain};

    #[test]
    fn what_moves_a_cursor_or_turns_text_round_is_taken_out() {
        for (text, shown) in [
            ("two\nlines,\ta tab", "two\nlines,\ta tab"),
            ("a\u{1b}[31mb\u{7}\u{7f}\u{9b}c\r\n", "a[31mbc\n"),
            ("pay \u{202e}001\u{202c} now", "pay 001 now"),
            ("\u{2067}closed\u{2069}", "\u{2067}closed\u{2069}"),
            ("\u{2067}open", "open"),
            ("\u{2069}\u{2066}a\u{2068}b\u{2069}", "a\u{2068}b\u{2069}"),
            ("سلام\u{200f} 12\u{61c}", "سلام\u{200f} 12\u{61c}"),
            ("é “…” \u{200d}👩\u{200d}🚀", "é “…” \u{200d}👩\u{200d}🚀"),
        ] {
            assert_eq!(plain(text), shown, "{text:?}");
        }
    }

    #[test]
    fn a_line_of_a_log_is_one_line() {
        assert_eq!(
            one_line("no\nINFO paid\u{2028}\u{202e}x\u{1b}[2J"),
            "no INFO paid x [2J"
        );
    }

    #[test]
    fn what_nobody_sees_is_blank() {
        for blank in [
            "",
            " \n\t\u{a0}\u{3000}",
            "\u{7}\u{7f}",
            "\u{202e}\u{2066}\u{2069}",
            "\u{200b}\u{200d}\u{feff}\u{3164}",
        ] {
            assert!(is_blank(blank), "{blank:?}");
        }
        for seen in [".", "\u{200b}x", "👩\u{200d}🚀", "\u{fffc}"] {
            assert!(!is_blank(seen), "{seen:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_plain_stays_as_it_is(text in "[a\n\t\u{0}\u{7f}\u{85}\u{a0}\u{2026}\u{202a}-\u{202e}\u{2066}-\u{2069}]{0,12}") {
            let once = plain(&text).into_owned();
            assert!(is_plain(&once) || once.contains(['\u{2066}', '\u{2067}', '\u{2068}']));
            assert_eq!(plain(&once), once);
        }

        #[test]
        fn nothing_else_is_taken_out(text in any::<String>()) {
            let left = plain(&text);
            let is_taken = |c: char| c.is_control() || super::is_direction(c);
            assert!(left.chars().filter(|c| !is_taken(*c)).eq(text.chars().filter(|c| !is_taken(*c))));
        }
    }
}
