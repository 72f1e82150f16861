//! Blocks: what the host shows the customer, in the words of the contract.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::short_text::ShortText;

/// One unit of output.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use sayflow::Block;
///
/// // A channel that shows texts and pictures, and passes over what it cannot show.
/// fn send(block: &Block) -> Option<String> {
///     match block {
///         Block::Text { text } => Some(text.clone()),
///         Block::Image { url } => Some(format!("<img src=\"{url}\">")),
///         _ => None,
///     }
/// }
///
/// assert_eq!(send(&Block::Text { text: "Hi!".to_owned() }).as_deref(), Some("Hi!"));
/// assert_eq!(send(&Block::Pause { duration: Duration::from_secs(2) }), None);
/// ```
///
/// A channel in another language gets JSON, in which `type` says what it is:
///
/// ```
/// # use sayflow::Block;
/// let block = Block::Text { text: "Hi!".to_owned() };
/// assert_eq!(serde_json::to_string(&block)?, r#"{"type":"text","text":"Hi!"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
        /// What is said above them; `None` for nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        /// The buttons, at least one.
        options: Vec<BlockOption>,
    },
    /// Options that float above the keyboard until one is used.
    QuickReplies {
        /// What is said above them; `None` for nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        /// The quick replies, at least one.
        options: Vec<BlockOption>,
    },
    /// Options in a list that opens on a tap. No flow says one: [`Channel::degrade`](crate::channel::Channel::degrade) makes
    /// it of buttons where a channel has such lists.
    List {
        /// What is said above it; `None` for nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        /// Its options, at least one.
        options: Vec<BlockOption>,
    },
    /// A typing pause: a hint, not a delivery.
    Pause {
        /// How long, in seconds.
        #[serde(rename = "seconds", with = "crate::wire::seconds")]
        duration: Duration,
    },
}

/// One card of a gallery. In JSON, what is not there is left out.
///
/// # Examples
///
/// A channel without galleries shows a card as a message:
///
/// ```
/// use sayflow::Card;
///
/// fn as_text(card: &Card) -> String {
///     let lines = [Some(&card.title), card.subtitle.as_ref(), card.url.as_ref()];
///     lines.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("\n")
/// }
///
/// let shawl = Card {
///     title: "Nakshi shawl".to_owned(),
///     subtitle: Some("৳2450".to_owned()),
///     ..Card::default()
/// };
/// assert_eq!(as_text(&shawl), "Nakshi shawl\n৳2450");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// What the customer reads first; never empty.
    pub title: String,
    /// A line below the title; `None` for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    /// The absolute http or https URL of a picture; `None` for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The web page that a tap on the card opens; `None` where it opens nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Buttons below the card; empty for none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<BlockOption>,
}

/// A button or quick reply.
///
/// # Examples
///
/// A channel has one kind of button for what comes back and another for what does not:
///
/// ```
/// use sayflow::{BlockOption, OptionTarget};
/// use serde_json::{Value, json};
///
/// fn button(option: &BlockOption) -> Value {
///     match (&option.target, &option.id) {
///         (OptionTarget::Url(url), _) => json!({"text": option.title, "url": url}),
///         (OptionTarget::Phone(number), _) => json!({"text": option.title, "tel": number}),
///         (_, id) => json!({"text": option.title, "callback_data": id}),
///     }
/// }
///
/// let track = BlockOption {
///     title: "Track an order".into(),
///     target: OptionTarget::Sequence("track".into()),
///     extra: None,
///     id: Some("0.track".into()),
/// };
/// assert_eq!(button(&track), json!({"text": "Track an order", "callback_data": "0.track"}));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockOption {
    /// What the customer reads and may type; never empty.
    pub title: ShortText,
    /// What a tap does.
    #[serde(flatten)]
    pub target: OptionTarget,
    /// What the tap carries for the flow; `None` for nothing. The host need not send it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra: Option<ShortText>,
    /// What the host sends back when the option is tapped ([`Input::tap`](crate::Input::tap)): at most 64 bytes,
    /// opaque.
    /// `None` where a tap does not come back to the engine (`url`, `phone`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<ShortText>,
}

/// What a tap on an option does; [`BlockOption`] shows what a channel makes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
#[non_exhaustive]
pub enum OptionTarget {
    /// Opens a sequence, named by its id where it has one.
    Sequence(ShortText),
    /// Opens a web page; never comes back to the engine.
    Url(ShortText),
    /// Calls a number; never comes back to the engine.
    Phone(ShortText),
    /// Answers the question it belongs to.
    Answer,
}
