//! Blocks: what the host shows the customer, in the words of the contract.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize, Serializer};

/// One unit of output.
///
/// # Examples
///
/// ```
/// use sayflow::Block;
///
/// let block = Block::Text { text: "Hi!".to_owned() };
/// assert_eq!(serde_json::to_string(&block)?, r#"{"type":"text","text":"Hi!"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Block {
    /// A text; a line break is a line break.
    Text {
        /// What the customer reads.
        text: String,
    },
    /// A picture.
    Image {
        /// Its absolute http or https URL.
        url: String,
    },
    /// A sound.
    Audio {
        /// Its absolute http or https URL.
        url: String,
    },
    /// A film.
    Video {
        /// Its absolute http or https URL.
        url: String,
    },
    /// Cards side by side.
    Gallery {
        /// The cards, at least one.
        cards: Vec<Card>,
    },
    /// Options below each other that stay where they are.
    Buttons {
        /// What is said above them.
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        /// The buttons, at least one.
        options: Vec<BlockOption>,
    },
    /// Options that float above the keyboard until one is used.
    QuickReplies {
        /// What is said above them.
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        /// The quick replies, at least one.
        options: Vec<BlockOption>,
    },
    /// A typing pause: a hint, not a delivery.
    Pause {
        /// How long, in seconds.
        #[serde(rename = "seconds", serialize_with = "as_seconds")]
        duration: Duration,
    },
}

fn as_seconds<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(duration.as_secs_f64())
}

/// One card of a gallery.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Card {
    /// What the customer reads first; never empty.
    pub title: String,
    /// A line below the title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    /// A picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Where a tap on the card leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Buttons below the card.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<BlockOption>,
}

/// A button or quick reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockOption {
    /// What the customer reads and may type; never empty.
    pub title: String,
    /// What a tap does.
    #[serde(flatten)]
    pub target: OptionTarget,
    /// What the tap carries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra: Option<String>,
    /// What the host sends back when the option is tapped: at most 64 bytes, opaque.
    /// `None` where a tap does not come back to the engine (`url`, `phone`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<OptionId>,
}

/// What a tap on an option does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
#[non_exhaustive]
pub enum OptionTarget {
    /// Opens a sequence, named by its id where it has one.
    Sequence(String),
    /// Opens a web page; never comes back to the engine.
    Url(String),
    /// Calls a number; never comes back to the engine.
    Phone(String),
    /// Answers the question it belongs to.
    Answer,
}

/// Names one option on one screen; opaque to the host.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OptionId(String);

impl OptionId {
    /// An id that came back from a channel; whether it is one shows when it is used.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as it travels.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OptionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
