//! "Did you mean": the known name nearest to a mistyped one.

/// Longer words are no mistyped names, and comparing them would take its time.
const MOST_CHARS: usize = 64;

/// The candidate within a third of the word's length of edits, the nearest first; ties go to the first.
pub(crate) fn nearest<'n>(word: &str, candidates: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let length = length(word)?;
    let most = (length / 3).max(1).min(length - 1);
    let wanted = folded(word);
    candidates
        .into_iter()
        .filter(|candidate| self::length(candidate).is_some_and(|other| other.abs_diff(length) <= most))
        .filter_map(|candidate| Some((edits_within(most, &wanted, &folded(candidate))?, candidate)))
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// How many characters a word has; `None` for one that is empty or too long.
fn length(word: &str) -> Option<usize> {
    let count = word.chars().take(MOST_CHARS + 1).count();
    (1..=MOST_CHARS).contains(&count).then_some(count)
}

/// A word's characters without regard to case, one for one.
fn folded(word: &str) -> Vec<char> {
    let lower = |letter: char| letter.to_lowercase().next().unwrap_or(letter);
    word.chars().map(lower).collect()
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `from` into `to`; `None`
/// where more than `most` are needed.
fn edits_within(most: usize, from: &[char], to: &[char]) -> Option<usize> {
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        next.push(i + 1);
        for (j, b) in to.iter().enumerate() {
            let at = |cells: &[usize], index: usize| cells.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut cost = at(&row, j) + usize::from(a != b);
            cost = cost.min(at(&row, j + 1) + 1).min(at(&next, j) + 1);
            let swaps = i > 0 && j > 0 && from.get(i - 1) == Some(b) && to.get(j - 1) == Some(a);
            if swaps && a != b {
                cost = cost.min(at(&before, j - 1) + 1);
            }
            next.push(cost);
        }
        // No later row has less than the least of this one, not even by a swap.
        if next.iter().all(|edits| *edits > most) {
            return None;
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().filter(|edits| *edits <= most)
}

#[cfg(test)]
mod tests {
    use super::{MOST_CHARS, edits_within, nearest};

    #[test]
    fn nearest_name_within_a_third() {
        assert_eq!(nearest("wellcome", ["track", "welcome"]), Some("welcome"));
        assert_eq!(nearest("tarck", ["track", "welcome"]), Some("track"));
        assert_eq!(nearest("Track", ["track"]), Some("track"));
        assert_eq!(nearest("İade", ["iade"]), Some("iade"));
        assert_eq!(nearest("trac", ["tr", "track"]), Some("track"));
        assert_eq!(nearest("x", ["y"]), None);
        assert_eq!(nearest("offers", ["agents"]), None);
    }

    #[test]
    fn no_more_edits_than_allowed() {
        let edits = |most, from: &str, to: &str| {
            let chars = |word: &str| word.chars().collect::<Vec<_>>();
            edits_within(most, &chars(from), &chars(to))
        };
        assert_eq!(edits(2, "welcome", "wlecmoe"), Some(2));
        assert_eq!(edits(1, "welcome", "wlecmoe"), None);
        assert_eq!(edits(5, "agent", "offers"), Some(5));
        assert_eq!(edits(4, "agent", "offers"), None);
        assert_eq!(edits(0, "", ""), Some(0));
        // The least of a row is in a corner, and a swap reaches back over a row.
        assert_eq!(edits(1, "ab", "ba"), Some(1));
    }

    #[test]
    fn long_words_are_not_compared() {
        let longest = "a".repeat(MOST_CHARS);
        let almost = format!("{}b", "a".repeat(MOST_CHARS - 1));
        assert_eq!(nearest(&almost, [longest.as_str()]), Some(longest.as_str()));
        let too_long = "a".repeat(MOST_CHARS + 1);
        assert_eq!(nearest(&too_long, [longest.as_str()]), None);
        assert_eq!(nearest(&longest, [too_long.as_str()]), None);
    }
}
