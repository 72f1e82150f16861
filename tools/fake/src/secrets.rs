//! The secrets that requests must carry, and texts without them.

use std::collections::BTreeMap;
use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What a query holds as it is (RFC 3986, section 2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The values of secrets, by their names; they print as `***`. One that nobody gives has a value that is made up
/// of its name.
///
/// # Examples
///
/// ```
/// use sayflow_fake::Secrets;
///
/// let secrets: Secrets = [("SHOP_TOKEN".to_owned(), "s3cret".to_owned())].into_iter().collect();
/// assert!(secrets.is_given("SHOP_TOKEN"));
/// assert_eq!(secrets.expected("MAIL_TOKEN"), "fake-MAIL_TOKEN");
/// assert_eq!(format!("{secrets:?}"), r#"{"SHOP_TOKEN": ***}"#);
/// ```
#[derive(Clone, Default)]
pub struct Secrets(BTreeMap<String, String>);

impl Secrets {
    /// The value that a request must carry.
    #[must_use]
    pub fn expected(&self, name: &str) -> String {
        self.0
            .get(name)
            .cloned()
            .unwrap_or_else(|| format!("fake-{name}"))
    }

    /// Whether its value was given, and is not made up.
    #[must_use]
    pub fn is_given(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Whether a text holds one of those that were given.
    pub(crate) fn occur_in(&self, text: &str) -> bool {
        let mut values = self.0.values().filter(|value| !value.is_empty());
        values.any(|value| text.contains(value.as_str()))
    }

    /// A text with `***` for each secret, however it is written there.
    pub(crate) fn masked(&self, text: &str) -> String {
        let mut values: Vec<&str> = self.0.values().map(String::as_str).collect();
        // One may be a part of another.
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        let mut masked = text.to_owned();
        for value in values.into_iter().filter(|value| !value.is_empty()) {
            for written in [value.to_owned(), in_url(value), in_json(value)] {
                if masked.contains(&written) {
                    masked = masked.replace(&written, "***");
                }
            }
        }
        masked
    }
}

fn in_url(value: &str) -> String {
    utf8_percent_encode(value, UNRESERVED).to_string()
}

fn in_json(value: &str) -> String {
    let quoted = serde_json::Value::from(value).to_string();
    quoted
        .get(1..quoted.len().saturating_sub(1))
        .unwrap_or_default()
        .to_owned()
}

impl FromIterator<(String, String)> for Secrets {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(secrets: I) -> Self {
        Self(secrets.into_iter().collect())
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.0.keys().map(|name| (name, format_args!("***"))))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Secrets;

    #[test]
    fn a_secret_is_masked_however_it_is_written() {
        let secret = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let secrets: Secrets = [secret("A", "s3 \"cret"), secret("B", "s3"), secret("C", "")]
            .into_iter()
            .collect();
        let text = r#"s3 "cret s3%20%22cret {"a":"s3 \"cret"} s3!"#;
        assert_eq!(secrets.masked(text), r#"*** *** {"a":"***"} ***!"#);
        assert_eq!(format!("{secrets:?}"), r#"{"A": ***, "B": ***, "C": ***}"#);
    }
}
