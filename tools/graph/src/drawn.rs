//! Characters of a flow as every format draws them.

/// What is drawn of a character in a label of one line; `None` for what would show another text than the flow has.
pub(crate) fn drawn(found: char) -> Option<char> {
    match found {
        found if found.is_control() || matches!(found, '\u{2028}' | '\u{2029}') => Some(' '),
        found if is_direction(found) => None,
        found => Some(found),
    }
}

/// Whether a character turns the text beside it round: embeddings, overrides and isolates (UAX #9).
pub(crate) fn is_direction(found: char) -> bool {
    matches!(found, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
