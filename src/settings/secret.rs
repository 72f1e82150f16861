//! Values that are never shown.

use std::fmt;

/// A token or password. It goes into requests and nowhere else: it prints as `***`.
///
/// # Examples
///
/// ```
/// use sayflow::Secret;
///
/// // The log of a host's start says which shop it serves, and not how.
/// #[derive(Debug)]
/// struct Shop {
///     name: &'static str,
///     token: Secret,
/// }
///
/// let shop = Shop { name: "Nakshi", token: Secret::new("s3cret") };
/// assert_eq!(format!("{shop:?}"), r#"Shop { name: "Nakshi", token: *** }"#);
/// ```
///
/// [`Engine::with_secret`](crate::Engine::with_secret) hands it to a flow.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Box<str>);

impl Secret {
    /// Hides a value.
    #[must_use]
    pub fn new(value: impl Into<Box<str>>) -> Self {
        Self(value.into())
    }

    /// The value, for a request.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The key under which option ids are tagged: whoever knows it can make options of his own.
#[derive(Clone)]
pub(crate) struct OptionKey(pub(crate) [u8; 16]);

impl fmt::Debug for OptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
