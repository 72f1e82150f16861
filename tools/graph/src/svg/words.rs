//! Texts in a picture: short enough for their boxes, and safe in XML.

use unicode_width::UnicodeWidthChar;

use crate::drawn::is_direction;

/// A text that is at most that many columns wide, with `…` where something is left out.
pub(super) fn shortened(text: &str, columns: usize) -> String {
    let total: usize = text.chars().map(tenths).sum();
    if total <= 10 * columns {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut left = (10 * columns).saturating_sub(10);
    for found in text.chars() {
        match left.checked_sub(tenths(found)) {
            Some(less) => left = less,
            None => break,
        }
        short.push(found);
    }
    short.truncate(short.trim_end().len());
    short + "…"
}

/// How wide a character is drawn, in tenths of a Latin one. The letters of India are wider than
/// a column, and most signs that stand in no column of a terminal have a width of their own.
fn tenths(found: char) -> usize {
    match (found, found.width().unwrap_or_default()) {
        ('\u{900}'..='\u{dff}', 0) => 5,
        ('\u{900}'..='\u{dff}', _) => 13,
        (_, columns) => 10 * columns,
    }
}

/// A text as it stands in XML; a character that XML does not know is left out.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for found in text.chars() {
        match found {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(found),
            found if found.is_control() || matches!(found, '\u{fffe}' | '\u{ffff}') => {}
            // An override of the direction would show another text than the flow has.
            found if is_direction(found) => {}
            found => escaped.push(found),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{escaped, shortened};

    #[test]
    fn a_text_is_cut_by_columns() {
        assert_eq!(shortened("welcome", 7), "welcome");
        assert_eq!(shortened("welcome back", 9), "welcome…");
        assert_eq!(shortened("你好你好", 6), "你好…");
    }

    #[test]
    fn signs_of_xml_are_written_out() {
        assert_eq!(escaped("a<b>&\"c\u{1}\u{202e}"), "a&lt;b&gt;&amp;&quot;c");
    }
}
