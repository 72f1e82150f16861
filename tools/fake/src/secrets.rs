//! The secrets that requests must carry, and texts without them.

use std::collections::BTreeMap;
use std::fmt;

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
        sayflow::masked(self.values(), text).is_secret()
    }

    /// A text with `***` for each secret, however it is written there.
    pub(crate) fn masked(&self, text: &str) -> String {
        sayflow::masked(self.values(), text).to_string()
    }

    fn values(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(String::as_str)
    }
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
        let text = r#"s3 "cret s3%20%22cret {"a":"s3 \"cret"} s3! czMgImNyZXQ="#;
        assert_eq!(secrets.masked(text), r#"*** *** {"a":"***"} ***! ***"#);
        assert_eq!(format!("{secrets:?}"), r#"{"A": ***, "B": ***, "C": ***}"#);
    }
}
