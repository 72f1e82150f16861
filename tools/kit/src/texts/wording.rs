//! How alike two wordings are, and which are compared where there are very many.

use std::collections::HashMap;

/// So many wordings of a catalog are compared with one of the flow. A place with more would take hours with each and each:
/// there, those that stand in the same part of the catalog are compared, which is in the order of the flow, and those that
/// share a rare word.
const MOST: usize = 256;

/// In so many wordings a word is rare.
const RARE: usize = 16;

/// A wording by its pairs of neighbouring letters, without its blanks.
pub(super) struct Wording<'w> {
    text: &'w str,
    letters: String,
    /// Sorted.
    pairs: Vec<(char, char)>,
}

impl<'w> Wording<'w> {
    pub(super) fn new(text: &'w str) -> Self {
        let letters: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        let mut pairs: Vec<_> = letters.chars().zip(letters.chars().skip(1)).collect();
        pairs.sort_unstable();
        Self { text, letters, pairs }
    }

    /// From 0 to 1 (Sørensen and Dice), where it is at least `least`. The sum of all letters is counted in bytes, so that
    /// only a closer wording in a script of long ones passes for the same text.
    pub(super) fn alike(&self, other: &Self, least: f64) -> Option<f64> {
        if self.letters == other.letters {
            return Some(1.0);
        }
        let all = (self.letters.len() + other.letters.len()).checked_sub(2)?;
        let part = |shared: usize| 2.0 * shared as f64 / all.max(1) as f64;
        let most = self.pairs.len().min(other.pairs.len());
        if part(most) < least {
            return None;
        }
        Some(part(shared(&self.pairs, &other.pairs))).filter(|alike| *alike >= least)
    }
}

/// How many pairs two sorted lists have in common, each as often as both have it.
fn shared(one: &[(char, char)], other: &[(char, char)]) -> usize {
    let mut other = other.iter().peekable();
    one.iter()
        .filter(|pair| {
            while other.next_if(|next| next < pair).is_some() {}
            other.next_if_eq(pair).is_some()
        })
        .count()
}

/// The wordings of a catalog in one place of the flow, each with its number.
pub(super) struct Place<'w> {
    wordings: Vec<(usize, Wording<'w>)>,
    /// Where each word stands; empty where all wordings are compared.
    by_word: HashMap<&'w str, Vec<usize>>,
}

impl<'w> Place<'w> {
    pub(super) fn new(texts: impl IntoIterator<Item = (usize, &'w str)>) -> Self {
        let texts = texts.into_iter();
        let wordings: Vec<_> = texts.map(|(number, text)| (number, Wording::new(text))).collect();
        let mut by_word: HashMap<&str, Vec<usize>> = HashMap::new();
        if wordings.len() > MOST {
            for (index, (_, wording)) in wordings.iter().enumerate() {
                for word in wording.text.split_whitespace() {
                    let indices = by_word.entry(word).or_default();
                    // One more than rare tells that it is not.
                    if indices.len() <= RARE && indices.last() != Some(&index) {
                        indices.push(index);
                    }
                }
            }
        }
        Self { wordings, by_word }
    }

    /// Those that are compared with the wording that is the `rank`th of the flow in this place.
    pub(super) fn near(&self, rank: usize, wording: &Wording<'_>) -> Vec<&(usize, Wording<'w>)> {
        let start = rank.saturating_sub(MOST / 2);
        let start = start.min(self.wordings.len().saturating_sub(MOST));
        let mut indices: Vec<usize> = (start..self.wordings.len()).take(MOST).collect();
        if !self.by_word.is_empty() {
            let words = wording.text.split_whitespace();
            let places = words.filter_map(|word| self.by_word.get(word));
            let rare = places.filter(|places| places.len() <= RARE).flatten();
            indices.extend(rare.take(MOST));
        }
        indices.sort_unstable();
        indices.dedup();
        indices
            .into_iter()
            .filter_map(|index| self.wordings.get(index))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::{MOST, Place, Wording};

    #[test]
    fn of_very_many_those_in_order_and_those_with_a_rare_word_are_compared() {
        let texts: Vec<String> = (0..3 * MOST)
            .map(|number| format!("word{number} of all"))
            .collect();
        let place = Place::new(texts.iter().map(String::as_str).enumerate());
        let near = place.near(0, &Wording::new("word700 of all, edited"));
        let numbers: Vec<usize> = near.iter().map(|(number, _)| *number).collect();
        assert!(numbers.iter().copied().eq((0..MOST).chain([700])), "{numbers:?}");
        let numbers = |rank: usize| {
            let near = place.near(rank, &Wording::new("of all"));
            let first = near.first().map_or(0, |(number, _)| *number);
            (first, near.len())
        };
        assert_eq!(numbers(2 * MOST), (2 * MOST - MOST / 2, MOST));
        assert_eq!(numbers(9 * MOST), (2 * MOST, MOST));
    }

    #[test]
    fn of_fewer_all_are_compared() {
        let texts: Vec<String> = (0..MOST).map(|number| number.to_string()).collect();
        let place = Place::new(texts.iter().map(String::as_str).enumerate());
        assert_eq!(place.near(7, &Wording::new("x")).len(), MOST);
    }

    proptest! {
        #[test]
        fn two_wordings_are_as_alike_as_others_count_it(one in "[ab é]{0,9}", other in "[ab é]{0,9}") {
            let alike = Wording::new(&one).alike(&Wording::new(&other), 0.0);
            assert_eq!(alike.unwrap_or(0.0), strsim::sorensen_dice(&one, &other));
        }
    }
}
