//! What was changed for a channel, as data and as a sentence.

use std::fmt;
use std::ops::Range;

use serde::ser::SerializeSeq as _;
use serde::{Serialize, Serializer};

use super::Limit;
use crate::output::Block;

/// A turn as a channel can show it; [`degrade`](super::degrade) makes one.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Degraded {
    /// The blocks, none beyond a limit of the channel.
    pub blocks: Vec<Block>,
    /// For each of these blocks the index of the one that it was made from.
    pub origins: Vec<usize>,
    /// What was changed, in the order of the blocks; empty where the channel shows the turn as it is.
    pub changes: Vec<Change>,
}

/// One thing that is shown otherwise than the flow says.
///
/// As text it is its reason.
///
/// # Examples
///
/// ```
/// use sayflow::Block;
/// use sayflow::channel::{Change, ChangeKind, Channel, degrade};
///
/// let text = format!("{}\n\n{}", "a".repeat(600), "b".repeat(600));
/// let degraded = degrade(vec![Block::Text { text }], Channel::Instagram);
/// let [Change { kind, block: 0, into, limit: Some(limit), reason, .. }] = degraded.changes.as_slice() else {
///     panic!("one change")
/// };
/// assert_eq!(*kind, ChangeKind::TextSplit { messages: 2 });
/// assert_eq!(*into, 0..2);
/// assert_eq!((limit.max, limit.unit.to_string().as_str()), (1000, "bytes"));
/// assert_eq!(reason, "the text is longer than 1000 bytes, the most on Instagram: it is sent in 2 messages");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// What was done.
    #[serde(flatten)]
    pub kind: ChangeKind,
    /// The index of the block in the turn as the flow said it.
    pub block: usize,
    /// The indices of the blocks it became. Empty where nothing is left of it.
    #[serde(serialize_with = "as_indices")]
    pub into: Range<usize>,
    /// The limit that asked for it; `None` where a block was empty, or where the channel has no lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<&'static Limit>,
    /// Why, as a sentence.
    pub reason: String,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

fn as_indices<S: Serializer>(range: &Range<usize>, serializer: S) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(Some(range.len()))?;
    for index in range.clone() {
        list.serialize_element(&index)?;
    }
    list.end()
}

/// What was done to a block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChangeKind {
    /// A text, or what is said above options, is sent in several messages.
    TextSplit {
        /// In how many.
        messages: usize,
    },
    /// A title or subtitle ends in `…`, or has a number behind it because two were alike. The customer who types
    /// it has to type the full one, which is what the engine knows; the tap is as it was.
    Shortened {
        /// As the flow says it.
        full: String,
        /// As it is shown.
        shown: String,
        /// Its option; `None` where it is none or does not come back.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    },
    /// Options stand in several messages.
    OptionsSplit {
        /// In how many.
        messages: usize,
    },
    /// Buttons became a list.
    ButtonsToList,
    /// A list became buttons.
    ListToButtons,
    /// Quick replies became buttons.
    QuickRepliesToButtons,
    /// A `url` option stands in a message of its own.
    LinkApart {
        /// Its title.
        title: String,
    },
    /// A `phone` option became a line of text.
    PhoneToText {
        /// Its title.
        title: String,
    },
    /// A gallery became several.
    GallerySplit {
        /// How many.
        galleries: usize,
    },
    /// A card became messages: its picture, its words, its buttons.
    CardToMessages {
        /// Its title.
        title: String,
    },
    /// Buttons of a card stand in a message behind its gallery.
    CardButtonsMoved {
        /// The title of the card.
        title: String,
    },
    /// A sound became its address as a text.
    MediaToText,
    /// The text before options without one stands above them.
    PromptTaken,
    /// `…` stands above options that had no text.
    PromptAdded,
    /// A block without content is not sent.
    LeftOut,
}
