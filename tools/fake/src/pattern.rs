//! A path and query as a flow writes them, with places into which attributes are put.

use std::fmt;

use crate::target::{decoded, decoded_param, params, segments};

/// Stands for an attribute while a path is taken apart; no address can hold it.
const PLACE: char = '\0';

/// What the target of a request must look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    segments: Vec<Segment>,
    /// Params of the query that are always the same.
    literals: Vec<(String, String)>,
    /// Every param of the query.
    names: Vec<String>,
    /// Params of the query that are an attribute and nothing else, with its key.
    keys: Vec<(String, String)>,
}

/// One segment of a path: a text, an attribute, or both in turns.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Segment {
    /// What is written before, between and behind the attributes.
    parts: Vec<String>,
    keys: Vec<String>,
}

/// How much of a request a pattern says itself; the greater one fits better.
pub(crate) type Rank = (usize, usize, usize);

/// The values in a path, by the keys of their attributes.
pub(crate) type Values = Vec<(String, String)>;

impl Pattern {
    /// The pattern of what stands behind an origin, such as `/orders/{{order_no|none}}?lang=en`.
    pub(crate) fn new(written: &str) -> Self {
        let (text, keys) = with_places(written);
        let text = text.split('#').next().unwrap_or_default();
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let mut keys = keys.into_iter();
        let segments = segments(path)
            .map(|segment| Segment::new(segment, &mut keys))
            .collect();
        let mut keys_in_query = Vec::new();
        for (name, value) in params(query) {
            let mut of_param = keys.by_ref().take(value.matches(PLACE).count());
            match of_param.next() {
                Some(key) if value.chars().eq([PLACE]) => keys_in_query.push((decoded_param(name), key)),
                _ => of_param.for_each(drop),
            }
        }
        Self {
            segments,
            keys: keys_in_query,
            literals: params(query)
                .filter(|(_, value)| !value.contains(PLACE))
                .map(|(name, value)| (decoded_param(name), decoded_param(value)))
                .collect(),
            names: params(query).map(|(name, _)| decoded_param(name)).collect(),
        }
    }

    /// The same with params that are always the same.
    pub(crate) fn with_params(mut self, params: &[(&str, String)]) -> Self {
        let params = params
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()));
        self.literals.extend(params);
        self
    }

    /// The values in the path of a target that looks like this.
    pub(crate) fn values(&self, segments: &[String], query: &[(String, String)]) -> Option<Values> {
        if segments.len() != self.segments.len() || !self.literals.iter().all(|it| query.contains(it)) {
            return None;
        }
        let mut values = Values::new();
        for (pattern, text) in self.segments.iter().zip(segments) {
            pattern.take(text, &mut values)?;
        }
        Some(values)
    }

    /// The values in the query of a target, by the keys of their attributes.
    pub(crate) fn query_values(&self, query: &[(String, String)]) -> Values {
        let value = |(name, key): &(String, String)| {
            let (_, value) = query.iter().find(|(known, _)| known == name)?;
            Some((key.clone(), value.clone()))
        };
        self.keys.iter().filter_map(value).collect()
    }

    pub(crate) fn rank(&self) -> Rank {
        let whole = self.segments.iter().filter(|segment| segment.keys.is_empty());
        let written = self.segments.iter().flat_map(|segment| &segment.parts);
        (whole.count(), written.map(String::len).sum(), self.literals.len())
    }

    /// Whether every request that fits one fits the other as well.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let parts = |pattern: &Self| -> Vec<Vec<String>> {
            pattern
                .segments
                .iter()
                .map(|segment| segment.parts.clone())
                .collect()
        };
        let sorted = |pattern: &Self| {
            let mut literals = pattern.literals.clone();
            literals.sort();
            literals
        };
        parts(self) == parts(other) && sorted(self) == sorted(other)
    }

    /// The attributes in the path and the params of the query, by their names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let keys = self.segments.iter().flat_map(|segment| &segment.keys);
        keys.chain(&self.names).map(String::as_str)
    }
}

/// The path, for people.
impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in &self.segments {
            f.write_str("/")?;
            let mut keys = segment.keys.iter();
            for part in &segment.parts {
                f.write_str(part)?;
                if let Some(key) = keys.next() {
                    write!(f, "{{{{{key}}}}}")?;
                }
            }
        }
        Ok(())
    }
}

impl Segment {
    fn new(text: &str, keys: &mut impl Iterator<Item = String>) -> Self {
        let parts: Vec<String> = text.split(PLACE).map(decoded).collect();
        let keys = keys.take(parts.len().saturating_sub(1)).collect();
        Self { parts, keys }
    }

    /// Takes the values out of a segment; none where it does not fit. A value is never empty.
    fn take(&self, text: &str, values: &mut Values) -> Option<()> {
        let (first, parts) = self.parts.split_first()?;
        if self.keys.is_empty() {
            return (first == text).then_some(());
        }
        let mut rest = text.strip_prefix(first.as_str())?;
        for (index, (key, part)) in self.keys.iter().zip(parts).enumerate() {
            let is_last = index + 1 == self.keys.len();
            let end = match is_last {
                true => rest.strip_suffix(part.as_str())?.len(),
                // Of two attributes side by side nobody can say where one ends.
                false if part.is_empty() => continue,
                false => find_behind_first(rest, part)?,
            };
            let value = rest.get(..end).filter(|value| !value.is_empty())?;
            values.push((key.clone(), value.to_owned()));
            rest = rest.get(end + part.len()..)?;
        }
        Some(())
    }
}

/// Where a part begins, at least one character of a value before it.
fn find_behind_first(text: &str, part: &str) -> Option<usize> {
    let first = text.chars().next()?.len_utf8();
    Some(first + text.get(first..)?.find(part)?)
}

/// A written address with a mark for each attribute, and the keys of the attributes.
fn with_places(written: &str) -> (String, Vec<String>) {
    let (mut text, mut keys) = (String::new(), Vec::new());
    let mut rest = written;
    while let Some((before, (inside, behind))) = rest
        .split_once("{{")
        .and_then(|(before, behind)| Some((before, behind.split_once("}}")?)))
    {
        text.push_str(before);
        text.push(PLACE);
        keys.push(inside.split('|').next().unwrap_or_default().to_owned());
        rest = behind;
    }
    text.push_str(rest);
    (text, keys)
}

#[cfg(test)]
mod tests {
    use super::Pattern;
    use crate::target::Target;

    fn values(pattern: &str, target: &str) -> Option<String> {
        let target = Target::read(target);
        let values = Pattern::new(pattern).values(&target.segments, &target.query)?;
        let said: Vec<String> = values
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        Some(said.join(" "))
    }

    #[test]
    fn a_path_fits_or_not() {
        let table = [
            ("/v1/banner", "/v1/banner", Some("")),
            ("/v1/banner", "/v1/banner/", None),
            ("/v1/banner", "/v1/Banner", None),
            ("", "/", Some("")),
            ("/orders/{{no}}", "/orders/A%2F1", Some("no=A/1")),
            ("/orders/{{no|a/b?c}}", "/orders/7", Some("no=7")),
            ("/orders/{{no}}", "/orders/", None),
            ("/orders/{{no}}/x", "/orders/7/y", None),
            ("/{{a}}-{{b}}.json", "/1-2-3.json", Some("a=1 b=2-3")),
            ("/{{a}}-{{b}}.json", "/-2.json", None),
            ("/{{a}}{{b}}", "/12", Some("b=12")),
            (
                "/দোকান/a%20b",
                "/%E0%A6%A6%E0%A7%8B%E0%A6%95%E0%A6%BE%E0%A6%A8/a%20b",
                Some(""),
            ),
            ("/a?x=1&y={{y}}#part", "/a?y=2&x=1", Some("")),
            ("/a?x=1", "/a?x=2", None),
        ];
        for (pattern, target, expected) in table {
            assert_eq!(values(pattern, target).as_deref(), expected, "{pattern} {target}");
        }
    }

    #[test]
    fn a_path_is_shown_without_defaults() {
        let shown = Pattern::new("/v1/{{a|x/y?z}}-{{b}}.json?q={{c}}").to_string();
        assert_eq!(shown, "/v1/{{a}}-{{b}}.json");
        assert_eq!(Pattern::new("").to_string(), "/");
    }

    #[test]
    fn what_says_more_itself_ranks_higher() {
        let rank = |written| Pattern::new(written).rank();
        assert!(rank("/orders/latest") > rank("/orders/{{no}}"));
        assert!(rank("/{{a}}/orders") > rank("/{{a}}/{{b}}"));
        assert!(rank("/orders/AB-{{no}}") > rank("/orders/{{no}}"));
        assert!(rank("/orders?all=yes") > rank("/orders"));
    }
}
