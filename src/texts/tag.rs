//! The names of languages: BCP 47 tags, and looking one up.

use std::fmt;

use crate::source::Source;

/// A tag such as `bn` or `pt-br`, in small letters and with `-` between its parts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Tag(Box<str>);

impl Tag {
    /// The tag that is written so; `None` where it is none. `_` counts as `-`, and case means nothing.
    pub(crate) fn read(written: &str) -> Option<Self> {
        let mut parts = written.split(['-', '_']);
        let language = parts.next()?;
        let is_language =
            (2..=8).contains(&language.len()) && language.bytes().all(|letter| letter.is_ascii_alphabetic());
        let is_part = |part: &str| {
            (1..=8).contains(&part.len()) && part.bytes().all(|letter| letter.is_ascii_alphanumeric())
        };
        let is_tag = is_language && parts.all(is_part);
        is_tag.then(|| Self(written.to_ascii_lowercase().replace('_', "-").into()))
    }

    /// What a flow is taken to be written in where no catalog says so.
    pub(crate) fn english() -> Self {
        Self("en".into())
    }

    /// The tag and its parents, nearest first: `zh-hant-tw`, `zh-hant`, `zh`.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = &str> {
        ranges(&self.0)
    }

    /// Whether a platform's words for a language mean this one, in any case and with `_` or `-`.
    pub(crate) fn is(&self, range: &str) -> bool {
        let letter = |letter: u8| match letter {
            b'_' => b'-',
            other => other.to_ascii_lowercase(),
        };
        self.0.len() == range.len() && self.0.bytes().eq(range.bytes().map(letter))
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is looked for in turn where a customer's language is `wanted`: it, then without its last
/// part, and so on (RFC 4647 section 3.4). What a POSIX locale says of encoding and variant
/// (`bn_BD.UTF-8`, `sr_RS@latin`) is passed over.
pub(crate) fn ranges(wanted: &str) -> impl Iterator<Item = &str> {
    let wanted = wanted.trim();
    let wanted = wanted.split(['.', '@']).next().unwrap_or_default();
    std::iter::successors(Some(wanted).filter(|it| !it.is_empty()), |range| {
        let (rest, _) = range.rsplit_once(['-', '_'])?;
        // A single letter introduces what follows it, and goes with it.
        match rest.rsplit_once(['-', '_']) {
            Some((before, last)) if last.len() == 1 => Some(before),
            _ => Some(rest),
        }
    })
}

/// The language of a catalog by its name: `bn` for `texts/bn.po`. `None` where that is no BCP 47 tag.
///
/// # Examples
///
/// ```
/// use sayflow::{Source, texts};
///
/// assert_eq!(texts::language_of(&Source::new("texts/pt_BR.po", "")).as_deref(), Some("pt-br"));
/// assert_eq!(texts::language_of(&Source::new("texts/old copy.po", "")), None);
/// ```
#[must_use]
pub fn language_of(catalog: &Source) -> Option<String> {
    tag_of(catalog).map(|tag| tag.to_string())
}

pub(super) fn tag_of(catalog: &Source) -> Option<Tag> {
    Tag::read(stem(catalog))
}

/// The name of a catalog without folder and extension.
pub(super) fn stem(catalog: &Source) -> &str {
    let name = catalog.name();
    let file = name.rsplit(['/', '\\']).next().unwrap_or_default();
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::{Tag, ranges};

    fn looked_up(wanted: &str) -> Vec<&str> {
        ranges(wanted).collect()
    }

    #[test]
    fn a_tag_is_of_letters_and_digits() {
        for tag in ["bn", "pt_BR", "zh-Hant-TW", "es-419", "fil", "sl-rozaj-biske"] {
            assert!(Tag::read(tag).is_some(), "{tag}");
        }
        for none in [
            "",
            "b",
            "bn-",
            "-bn",
            "bn BD",
            "বাংলা",
            "b4n",
            "messages.old",
            "abcdefghi",
        ] {
            assert_eq!(Tag::read(none), None, "{none}");
        }
    }

    #[test]
    fn the_last_part_goes_first() {
        assert_eq!(looked_up("zh-Hant-TW"), ["zh-Hant-TW", "zh-Hant", "zh"]);
        assert_eq!(looked_up("bn_BD.UTF-8"), ["bn_BD", "bn"]);
        assert_eq!(looked_up(" sr_RS@latin "), ["sr_RS", "sr"]);
        assert_eq!(looked_up("de-a-bar"), ["de-a-bar", "de"]);
        assert!(looked_up("").is_empty());
        assert_eq!(looked_up("-"), ["-", ""]);
    }

    #[test]
    fn case_and_underscores_mean_nothing() {
        let tag = Tag::read("pt_br").unwrap();
        assert!(tag.is("pt-BR") && tag.is("PT_br") && !tag.is("pt") && !tag.is("pt-BRX"));
        assert_eq!(tag.to_string(), "pt-br");
    }
}
