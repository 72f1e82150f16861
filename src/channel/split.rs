//! Cutting texts: into pieces at the borders of paragraphs, sentences and words, and short with `…`.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use super::{Limit, Unit};

/// What stands at the end of a shortened text.
const ELLIPSIS: &str = "…";

/// A text in pieces within a limit, without the blanks between them; one piece where it is within it already.
///
/// A piece ends where a paragraph ends, otherwise a line, a sentence, a word; within a word only where it alone is
/// too long, and then between graphemes.
pub(super) fn pieces<'t>(text: &'t str, limit: &Limit) -> Vec<&'t str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    loop {
        let end = limit.unit.end_within(rest, limit.max);
        if end >= rest.len() {
            break;
        }
        let (piece, behind) = rest.split_at(border(rest, end));
        pieces.push(without_end(piece));
        rest = without_start(behind);
    }
    pieces.push(rest);
    pieces.retain(|piece| !piece.trim().is_empty());
    pieces
}

/// A text that is too long to stand above options: what goes before it, and what stays, its end within a limit.
pub(super) fn last_piece<'t>(text: &'t str, limit: &Limit) -> (&'t str, &'t str) {
    let last = pieces(text, limit).last().copied().unwrap_or_default();
    let before = text.trim_end().strip_suffix(last.trim_end()).unwrap_or_default();
    (without_end(before), last)
}

/// A text of at most `max`, with `…` in place of what is left out; `None` where it is within it already.
pub(super) fn shortened(text: &str, unit: Unit, max: usize) -> Option<String> {
    let is_within = unit.end_within(text, max) >= text.len();
    (!is_within).then(|| with_end(text, unit, max, ELLIPSIS))
}

/// As much of a text as leaves room for an end, and that end.
pub(super) fn with_end(text: &str, unit: Unit, max: usize, end: &str) -> String {
    let room = max.saturating_sub(unit.length(end));
    let kept = text.get(..unit.end_within(text, room)).unwrap_or(text);
    format!("{}{end}", without_end(kept))
}

/// Where a text is best cut, at `end` or before it.
fn border(text: &str, end: usize) -> usize {
    let window = text.get(..end).unwrap_or(text);
    // A piece of a few words before a long one helps nobody, so the better borders count only behind a quarter.
    let least = end / 4;
    let behind = |at: &usize| *at > least && is_border(text, *at);
    let paragraph = || window.rfind("\n\n").filter(behind);
    let line = || window.rfind('\n').filter(behind);
    let sentence = || sentence(text, end).filter(behind);
    paragraph()
        .or_else(line)
        .or_else(sentence)
        .or_else(|| word(text, end))
        .unwrap_or(end)
}

/// The last border of two words, at `end` or before it.
fn word(text: &str, end: usize) -> Option<usize> {
    let (window, behind) = text.split_at_checked(end)?;
    if behind.starts_with(char::is_whitespace) {
        return Some(end);
    }
    let mut blanks = window
        .grapheme_indices(true)
        .rev()
        .filter(|(_, grapheme)| is_blank(grapheme));
    let (start, _) = blanks.next()?;
    window
        .get(..start)
        .is_some_and(|words| !is_blank(words))
        .then_some(start)
}

/// The last border of two sentences, at `end` or before it: behind what ends one and the quotes that it closes,
/// where a blank follows. Scripts that set no blanks have ends of their own.
///
/// The sentences of Unicode would look ahead from every dot, which takes its time in a text of nothing but dots.
fn sentence(text: &str, end: usize) -> Option<usize> {
    let (window, behind) = text.split_at_checked(end)?;
    // Where the sentence would end, if what stands before it ends one.
    let mut found = behind.starts_with(char::is_whitespace).then_some(end);
    for (start, char) in window.char_indices().rev() {
        match char {
            '.' | '!' | '?' | '…' | '।' | '॥' | '؟' | '۔' | '။' | '።' if found.is_some() => {
                return found;
            }
            '。' | '！' | '？' => return found.or(Some(start + char.len_utf8())),
            '"' | '\'' | '”' | '’' | '»' | ')' | ']' if found.is_some() => {}
            '」' | '』' | '）' => found = found.or(Some(start + char.len_utf8())),
            blank if blank.is_whitespace() => found = Some(start),
            _ => found = None,
        }
    }
    None
}

fn is_border(text: &str, at: usize) -> bool {
    GraphemeCursor::new(at, text.len(), true)
        .is_boundary(text, 0)
        .unwrap_or(false)
}

fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// Without the blanks at its start; one that carries a mark is none.
fn without_start(text: &str) -> &str {
    if !text.starts_with(char::is_whitespace) {
        return text;
    }
    let mut graphemes = text.grapheme_indices(true);
    let first = graphemes.find(|(_, grapheme)| !is_blank(grapheme));
    first.map_or("", |(start, _)| text.get(start..).unwrap_or_default())
}

/// Without the blanks at its end; one that belongs to a sign before it is none.
fn without_end(text: &str) -> &str {
    if !text.ends_with(char::is_whitespace) {
        return text;
    }
    let last = text
        .grapheme_indices(true)
        .rev()
        .find(|(_, grapheme)| !is_blank(grapheme));
    last.map_or("", |(start, grapheme)| {
        text.get(..start + grapheme.len()).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Channel, Limit, Part, Unit};
    use super::{last_piece, pieces, shortened};

    fn limit(max: usize, unit: Unit) -> Limit {
        Limit {
            max,
            unit,
            ..*Channel::Telegram.bound(Part::Text).unwrap()
        }
    }

    #[test]
    fn a_text_is_cut_at_the_best_border() {
        let cases = [
            (
                "One two.\n\nThree four five.",
                20,
                vec!["One two.", "Three four five."],
            ),
            (
                "One two three.\nFour. Five six.",
                24,
                vec!["One two three.", "Four. Five six."],
            ),
            (
                "One two. Three four five.",
                18,
                vec!["One two.", "Three four five."],
            ),
            (
                "আমি বাড়ি যাই। তুমি কোথায় যাও?",
                22,
                vec!["আমি বাড়ি যাই।", "তুমি কোথায় যাও?"],
            ),
            ("one two three four", 9, vec!["one two", "three", "four"]),
            ("antidisestablishment", 8, vec!["antidise", "stablish", "ment"]),
            (
                "いい天気ですね。そうですね。",
                9,
                vec!["いい天気ですね。", "そうですね。"],
            ),
        ];
        for (text, max, expected) in cases {
            assert_eq!(
                pieces(text, &limit(max, Unit::Characters)),
                expected,
                "{text:?} at {max}"
            );
        }
    }

    #[test]
    fn the_end_of_a_prompt_stays_with_its_options() {
        let text = "All of our shawls are made by hand.\n\nWhich one would you like?";
        let (before, prompt) = last_piece(text, &limit(40, Unit::Characters));
        assert_eq!(before, "All of our shawls are made by hand.");
        assert_eq!(prompt, "Which one would you like?");
    }

    #[test]
    fn a_title_keeps_whole_graphemes() {
        assert_eq!(shortened("Track an order", Unit::Characters, 14), None);
        assert_eq!(
            shortened("Track an order", Unit::Characters, 7).unwrap(),
            "Track…"
        );
        assert_eq!(shortened("কিকিকি", Unit::Characters, 4).unwrap(), "কি…");
        assert_eq!(
            shortened("👨‍👩‍👧👨‍👩‍👧", Unit::Graphemes, 1).unwrap().chars().last(),
            Some('…')
        );
        assert_eq!(shortened("ab", Unit::Bytes, 1).unwrap().len(), 4);
    }
}
