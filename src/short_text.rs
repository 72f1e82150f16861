//! Texts that are short as a rule, and held in many places at once.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// A text that is short as a rule and cheap to clone: what an option says and where it leads.
///
/// Up to 23 bytes stand in the value itself; a longer text is shared with whoever has it already, the program
/// first of all. It is read like any `&str`.
///
/// # Examples
///
/// ```
/// use sayflow::ShortText;
///
/// let title = ShortText::from("Track an order");
/// assert!(title.starts_with("Track"));
/// assert_eq!(title, "Track an order");
/// let owned: String = title.into();
/// # assert_eq!(owned.len(), 14);
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ShortText(SmolStr);

impl ShortText {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl Deref for ShortText {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for ShortText {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

/// Equal, ordered and hashed like the text itself.
impl Borrow<str> for ShortText {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl From<&str> for ShortText {
    fn from(text: &str) -> Self {
        Self(SmolStr::new(text))
    }
}

impl From<String> for ShortText {
    fn from(text: String) -> Self {
        Self(SmolStr::from(text))
    }
}

impl From<Cow<'_, str>> for ShortText {
    fn from(text: Cow<'_, str>) -> Self {
        Self(SmolStr::new(text))
    }
}

impl From<ShortText> for String {
    fn from(text: ShortText) -> Self {
        text.0.into()
    }
}

impl From<&ShortText> for String {
    fn from(text: &ShortText) -> Self {
        text.as_str().to_owned()
    }
}

impl PartialEq<str> for ShortText {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for ShortText {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialEq<String> for ShortText {
    fn eq(&self, other: &String) -> bool {
        self.as_str() == other
    }
}

impl fmt::Display for ShortText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Debug for ShortText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}
