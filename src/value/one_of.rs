//! The texts of `one of`.

use std::collections::HashMap;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::diagnostics::{Neighbours, nearest};
use crate::program::words::fold;

/// The texts that a [`Type::OneOf`](super::Type::OneOf) admits, in the author's order and spelling.
///
/// It is a slice of them, and cloning it shares them: each place of a flow that keeps one has the same list.
///
/// # Examples
///
/// ```
/// use sayflow::OneOf;
///
/// let sizes: OneOf = ["S", "M", "L"].into_iter().collect();
/// assert_eq!(sizes.len(), 3);
/// assert_eq!(&*sizes[1], "M");
/// assert_eq!(sizes.to_string(), r#""S", "M", "L""#);
/// ```
#[derive(Clone)]
pub struct OneOf(Arc<Texts>);

#[derive(Default)]
struct Texts {
    texts: Box<[Box<str>]>,
    /// The bytes of the longest.
    longest: usize,
    /// Where many are looked for by their own spelling: their places, in the order of the texts.
    sorted: OnceLock<Box<[usize]>>,
    /// Where many are looked for by what was typed: the place of the first that is typed so.
    folded: OnceLock<HashMap<String, usize>>,
    neighbours: OnceLock<Neighbours>,
}

/// So few are compared one by one.
const FEW: usize = 16;

/// So many, and so much of each, are shown where a type is told.
const SHOWN: usize = 20;
const SHOWN_CHARS: usize = 80;

/// What is typed for a text may be longer than it, by marks that nobody sees and letters with their accents apart, but not by as much
/// as this.
const LONGER: usize = 4;

impl OneOf {
    /// Whether this is one of them, as it is written.
    pub(crate) fn has(&self, text: &str) -> bool {
        self.written(text).is_some()
    }

    fn written(&self, text: &str) -> Option<&str> {
        let texts = &self.0.texts;
        if texts.len() <= FEW {
            return texts.iter().map(|known| &**known).find(|known| *known == text);
        }
        let sorted = self.0.sorted.get_or_init(|| {
            let mut sorted: Box<[usize]> = (0..texts.len()).collect();
            sorted.sort_unstable_by_key(|place| texts.get(*place));
            sorted
        });
        let found = sorted.partition_point(|place| texts.get(*place).is_some_and(|known| **known < *text));
        let found = texts.get(*sorted.get(found)?)?;
        (**found == *text).then_some(found)
    }

    /// The one that is meant by what was typed, compared as titles are; of several the one that is written so.
    pub(crate) fn meant(&self, typed: &str) -> Option<&str> {
        self.written(typed).or_else(|| self.folded(typed))
    }

    fn folded(&self, typed: &str) -> Option<&str> {
        let texts = &self.0.texts;
        if typed.len() / LONGER > self.0.longest.max(FEW) {
            return None;
        }
        let typed = fold(typed);
        if texts.len() <= FEW {
            return texts
                .iter()
                .map(|known| &**known)
                .find(|known| fold(known) == typed);
        }
        let folded = self.0.folded.get_or_init(|| {
            let mut folded = HashMap::with_capacity(texts.len());
            for (place, known) in texts.iter().enumerate() {
                folded.entry(fold(known)).or_insert(place);
            }
            folded
        });
        texts.get(*folded.get(&typed)?).map(|known| &**known)
    }

    /// The one that a mistyped text may mean.
    pub(crate) fn near(&self, mistyped: &str) -> Option<&str> {
        let texts = || self.0.texts.iter().map(|known| &**known);
        let neighbours = self.0.neighbours.get_or_init(|| Neighbours::new(texts()));
        nearest(mistyped, neighbours.of(mistyped))
    }

    /// What two lists have in common that are one.
    pub(crate) fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }
}

impl Deref for OneOf {
    type Target = [Box<str>];

    fn deref(&self) -> &[Box<str>] {
        &self.0.texts
    }
}

impl<T: Into<Box<str>>> FromIterator<T> for OneOf {
    fn from_iter<I: IntoIterator<Item = T>>(texts: I) -> Self {
        let texts: Box<[Box<str>]> = texts.into_iter().map(Into::into).collect();
        Self(Arc::new(Texts {
            longest: texts.iter().map(|text| text.len()).max().unwrap_or(0),
            texts,
            ..Texts::default()
        }))
    }
}

impl PartialEq for OneOf {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || **self == **other
    }
}

impl Eq for OneOf {}

impl fmt::Debug for OneOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// For people to read: the first twenty, and how many more there are.
impl fmt::Display for OneOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, text) in self.iter().take(SHOWN).enumerate() {
            f.write_str(if index == 0 { "" } else { ", " })?;
            match text
                .char_indices()
                .nth(SHOWN_CHARS)
                .and_then(|(end, _)| text.get(..end))
            {
                Some(begin) => write!(f, "\"{}…\"", begin.escape_debug())?,
                None => write!(f, "{text:?}")?,
            }
        }
        match self.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::OneOf;

    fn texts(number: usize) -> OneOf {
        (0..number).map(|number| format!("Size {number}")).collect()
    }

    #[test]
    fn few_and_many_are_found_alike() {
        for number in [1, 16, 17, 1_000] {
            let texts = texts(number);
            for place in [0, number / 2, number - 1] {
                let written = format!("Size {place}");
                assert!(texts.has(&written));
                assert!(!texts.has(&written.to_uppercase()));
                for typed in [written.clone(), format!(" sIZE  {place}\u{200b}")] {
                    assert_eq!(texts.meant(&typed), Some(&*written), "{typed} of {number}");
                }
            }
            for none in ["", "Size", &format!("Size {number}"), &"x".repeat(1 << 16)] {
                assert!(
                    !texts.has(none) && texts.meant(none).is_none(),
                    "{none} of {number}"
                );
            }
        }
        assert_eq!(texts(0).meant("S"), None);
    }

    #[test]
    fn of_texts_that_are_typed_alike_the_one_that_is_written_so_is_meant() {
        let others = (0..20).map(|number| number.to_string());
        for others in [Vec::new(), others.collect()] {
            let texts: OneOf = ["m", "M"].map(str::to_owned).into_iter().chain(others).collect();
            assert_eq!(texts.meant("M"), Some("M"));
            assert_eq!(texts.meant(" M"), Some("m"));
        }
    }

    #[test]
    fn what_is_much_longer_than_all_texts_means_none() {
        let texts: OneOf = ["m"].into_iter().collect();
        let typed = |marks| format!("m{}", "\u{200b}".repeat(marks));
        assert_eq!(texts.meant(&typed(22)), Some("m"));
        assert_eq!(texts.meant(&typed(23)), None);
        let texts: OneOf = ["m".repeat(100)].into_iter().collect();
        assert!(texts.meant(&format!("{} ", "M".repeat(100))).is_some());
    }

    #[test]
    fn lists_of_the_same_texts_are_equal() {
        let some = texts(3);
        assert_eq!((&some, &some), (&some.clone(), &texts(3)));
        assert_ne!(some, texts(2));
        assert_eq!(some.address(), some.clone().address());
        assert_ne!(some.address(), texts(3).address());
        assert_eq!(format!("{some:?}"), r#"["Size 0", "Size 1", "Size 2"]"#);
    }

    #[test]
    fn a_mistyped_text_is_near_one() {
        let sizes: OneOf = ["small", "medium", "large"].into_iter().collect();
        assert_eq!(sizes.near("meduim"), Some("medium"));
        assert_eq!(sizes.near("tiny"), None);
    }

    #[test]
    fn of_many_or_long_texts_the_beginning_is_told() {
        assert_eq!(texts(2).to_string(), r#""Size 0", "Size 1""#);
        assert!(texts(1_000).to_string().ends_with(r#", "Size 19" and 980 more"#));
        let long: OneOf = ["é".repeat(81)].into_iter().collect();
        assert_eq!(long.to_string(), format!("\"{}…\"", "é".repeat(80)));
    }
}
