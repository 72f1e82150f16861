//! What an editor tells of a document, and the text that it has then.

use gen_lsp_types::TextDocumentContentChangeEvent;

use crate::text::Encoding;

/// Makes a change.
pub(super) fn apply(text: &mut String, change: TextDocumentContentChangeEvent, encoding: Encoding) {
    match change {
        TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part) => {
            let start = encoding.offset(text, part.range.start);
            let end = encoding.offset(text, part.range.end).max(start);
            text.replace_range(start..end, &part.text);
        }
        TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(whole) => *text = whole.text,
    }
}

#[cfg(test)]
mod tests {
    use gen_lsp_types::{Position, Range, TextDocumentContentChangePartial};
    use proptest::collection::vec;
    use proptest::prelude::{ProptestConfig, any, prop_assert_eq, proptest};
    use proptest::sample::{Index, select};
    use sayflow::Source;

    use super::*;

    /// What is typed: each kind of line end, and characters of one to four bytes, of one and two units.
    const TYPED: [&str; 14] = [
        "", "a", "\n", "\r", "\r\n", "é", "ক", "😀", "e\u{301}", "one\ntwo", "\r\r\n", "\n\r", "\u{2028}",
        "x😀\ry",
    ];

    /// The positions between the characters of a text, as the specification counts them, with their bytes.
    fn positions(text: &str, encoding: Encoding) -> Vec<(usize, Position)> {
        let (mut line, mut character) = (0, 0);
        let mut found = Vec::new();
        let mut letters = text.char_indices().peekable();
        while let Some((at, letter)) = letters.next() {
            found.push((at, Position { line, character }));
            let next = letters.peek().map(|(_, next)| *next);
            match (letter, next) {
                ('\r', Some('\n')) => {
                    letters.next();
                    (line, character) = (line + 1, 0);
                }
                ('\n' | '\r', _) => (line, character) = (line + 1, 0),
                (letter, _) if encoding == Encoding::Utf8 => character += letter.to_string().len() as u32,
                (letter, _) => character += letter.to_string().encode_utf16().count() as u32,
            }
        }
        found.push((text.len(), Position { line, character }));
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn the_server_has_the_text_of_the_editor(
            edits in vec((any::<Index>(), any::<Index>(), select(&TYPED[..])), 1..40),
            is_in_bytes in any::<bool>(),
        ) {
            let encoding = if is_in_bytes { Encoding::Utf8 } else { Encoding::Utf16 };
            let mut editor = String::from("on start {\r\n  text \"😀 é\"\r}\n");
            let mut server = editor.clone();
            for (one, other, typed) in edits {
                let places = positions(&editor, encoding);
                let (one, other) = (one.get(&places), other.get(&places));
                let (start, end) = if one.0 <= other.0 { (one, other) } else { (other, one) };
                let range = Range { start: start.1, end: end.1 };
                editor.replace_range(start.0..end.0, typed);
                let part = TextDocumentContentChangePartial::new(range, None, typed.to_owned());
                apply(&mut server, TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part), encoding);
                prop_assert_eq!(&server, &editor);
                // The tree has each character in its place.
                let tree = Source::new("a.flow", server.as_str());
                for (at, position) in positions(&editor, encoding) {
                    prop_assert_eq!(encoding.position(&tree, at as u32), position);
                }
            }
        }
    }
}
