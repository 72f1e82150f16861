//! Control characters, which a source, a reply or a file name may hold, made visible.
//!
//! A terminal obeys them: an escape sequence recolours or overwrites what was printed, and an
//! override of the direction shows code in another order than it runs. So none is ever printed.

use std::borrow::Cow;

/// A text with every control character but line break and tab replaced by a picture of it.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|found| picture(found).is_some()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars()
            .map(|found| picture(found).unwrap_or(found))
            .collect(),
    )
}

/// The same for what stands on one line, such as a name: its line breaks and tabs are replaced, too, so that none begins a
/// line that seems to be ours.
pub(crate) fn on_one_line(text: &str) -> String {
    let picture_of = |found| match found {
        '\n' => '␊',
        '\t' => '␉',
        found => picture(found).unwrap_or(found),
    };
    text.chars().map(picture_of).collect()
}

/// What is shown instead of a character; `None` for one that is harmless.
pub(crate) fn picture(found: char) -> Option<char> {
    match found {
        '\n' | '\t' => None,
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(found)),
        '\x7f' => Some('␡'),
        '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}' => Some('\u{fffd}'),
        // Embeddings, overrides and isolates; the plain marks U+200E and U+200F stay.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Some('\u{fffd}'),
        _ => None,
    }
}

/// JSON text in which no control character stands raw, also those that JSON itself allows.
pub(crate) fn in_json(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for found in json.chars() {
        if found > '\x1f' && picture(found).is_some() {
            safe.push_str(&format!("\\u{:04x}", u32::from(found)));
        } else {
            safe.push(found);
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_become_pictures() {
        assert_eq!(visible("a\x1b[31m\r\u{9b}b\u{202e}"), "a␛[31m␍\u{fffd}b\u{fffd}");
        assert!(matches!(visible("আমি 👩‍💻\n\t"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_name_stays_on_its_line() {
        assert_eq!(
            on_one_line("a\n\n99 passed\t\x1b\u{2028}"),
            "a␊␊99 passed␉␛\u{fffd}"
        );
    }

    #[test]
    fn json_stays_the_same_value() {
        let text = "\x1b\u{9b}\u{7f}\u{202e} ü";
        let json = in_json(&serde_json::to_string(text).unwrap());
        assert_eq!(json, r#""\u001b\u009b\u007f\u202e ü""#);
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
