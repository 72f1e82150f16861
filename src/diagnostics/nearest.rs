//! "Did you mean": the known name nearest to a mistyped one.

use std::cmp::Ordering;

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

/// The most names that one mistyped name is compared with: of many names and many mistakes each pair would take its time.
const MOST_COMPARED: usize = 512;

/// Names in an order in which those that may be meant stand near.
#[derive(Debug, Default)]
pub(crate) struct Neighbours {
    /// As they come, or in the order of the alphabet where they are too many.
    names: Vec<Box<str>>,
    /// In the order of their ends, where they are too many.
    by_end: Vec<Box<str>>,
}

impl Neighbours {
    pub(crate) fn new<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let mut names: Vec<Box<str>> = names.map(Into::into).collect();
        let mut by_end = Vec::new();
        if names.len() > MOST_COMPARED {
            by_end.clone_from(&names);
            by_end.sort_by(|a, b| from_end(a, b));
            names.sort_unstable();
        }
        Self { names, by_end }
    }

    /// All names, or of many those that begin and those that end like the word.
    pub(crate) fn of(&self, word: &str) -> impl Iterator<Item = &str> {
        let (begin, end) = if self.by_end.is_empty() {
            (self.names.as_slice(), [].as_slice())
        } else {
            (
                around(&self.names, |name| **name < *word),
                around(&self.by_end, |name| from_end(name, word).is_lt()),
            )
        };
        begin.iter().chain(end).map(|name| &**name)
    }
}

/// Compares from the last character on.
fn from_end(a: &str, b: &str) -> Ordering {
    a.chars().rev().cmp(b.chars().rev())
}

/// The names on both sides of the place where a word would stand; those before it are `less`.
fn around(names: &[Box<str>], less: impl Fn(&Box<str>) -> bool) -> &[Box<str>] {
    let at = names.partition_point(less);
    let first = at.saturating_sub(MOST_COMPARED / 4);
    let last = names.len().min(at + MOST_COMPARED / 4);
    names.get(first..last).unwrap_or_default()
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
    use super::{MOST_CHARS, MOST_COMPARED, Neighbours, edits_within, nearest};

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
    fn of_many_names_those_that_begin_or_end_alike_are_compared() {
        let names: Vec<String> = (0..10_000)
            .map(|number| format!("n{number:04}_of_the_shop"))
            .collect();
        let many = Neighbours::new(names.iter().map(String::as_str));
        for word in ["n4711_of_the_shpo", "m4711_of_the_shop", "", "zzz"] {
            assert!(many.of(word).count() <= MOST_COMPARED, "{word}");
        }
        for word in ["n4711_of_the_shpo", "m4711_of_the_shop"] {
            assert_eq!(nearest(word, many.of(word)), Some("n4711_of_the_shop"));
        }
        let few = Neighbours::new(names.iter().take(MOST_COMPARED).map(String::as_str));
        assert_eq!(few.of("n").count(), MOST_COMPARED);
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
