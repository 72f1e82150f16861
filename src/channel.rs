//! What a channel can show, and what becomes of a turn that it cannot.
//!
//! A flow is written once; Messenger shows three buttons below a text, WhatsApp ten rows in a list, Telegram no cards
//! at all. Every limit stands in one table with the vendor's page that says it (`docs/channels.md`).
//! [`Channel::degrade`] turns the blocks of a turn into blocks within these limits and reports each change; [`check`]
//! warns of them before a customer is there.
//!
//! ```
//! use sayflow::channel::Channel;
//! use sayflow::{Block, Customer, Engine, Input, NoCalls, Program, Session, Source};
//!
//! let flow = r#"
//! on start {
//!   buttons "What would you like to do?" {
//!     "Track an order" -> hours
//!     "Today's offers" -> hours
//!     "Opening hours and holidays" -> hours
//!     "A person, please" -> hours
//!     "Call us" -> phone "+8801700000000"
//!   }
//! }
//! sequence hours {
//!   text "From ten to eight."
//! }
//! "#;
//! let engine = Engine::new(Program::load([Source::new("shop.flow", flow)])?);
//! let (mut session, mut customer) = (Session::new(), Customer::new(7));
//! let turn = engine.turn(&mut session, &mut customer, &Input::start(), &NoCalls)?;
//!
//! // WhatsApp has no buttons that call a number, and a fourth button makes a list of them.
//! let (blocks, changes) = Channel::WhatsApp.degrade(turn.blocks);
//! let [Block::List { options, .. }, Block::Text { text }] = blocks.as_slice() else {
//!     panic!("a list and a text")
//! };
//! assert_eq!(options.len(), 4);
//! assert_eq!(options[2].title, "Opening hours and holid…");
//! assert_eq!(text, "Call us: +8801700000000");
//! // The id of a tap is as it was, so the engine knows it again.
//! assert!(options.iter().all(|option| option.id.is_some()));
//!
//! assert!(changes.iter().any(|change| change.ends_with("they stand in a list")));
//! # Ok::<(), sayflow::Error>(())
//! ```

mod change;
mod check;
mod degrade;
mod length;
mod limits;
mod plan;
mod reason;
mod split;

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::error::Error;

pub use check::check;
#[cfg(not(feature = "unstable-tools"))]
use {
    change::{Change, ChangeKind},
    length::Unit,
    limits::{Limit, Part},
};

// For tools: no promise of stability.
#[cfg(feature = "unstable-tools")]
pub use change::{Change, ChangeKind, Degraded};
#[cfg(feature = "unstable-tools")]
pub use check::check_files;
#[cfg(feature = "unstable-tools")]
pub use degrade::degrade;
#[cfg(feature = "unstable-tools")]
pub use length::Unit;
#[cfg(feature = "unstable-tools")]
pub use limits::{Limit, Part};

/// Where blocks are shown and answers come from.
///
/// # Examples
///
/// The word of a configuration:
///
/// ```
/// use sayflow::channel::Channel;
///
/// let channel: Channel = "line".parse()?;
/// assert_eq!(channel.name(), "LINE");
/// # Ok::<(), sayflow::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Channel {
    /// Facebook Messenger, through the Send API.
    Messenger,
    /// Instagram, through its messaging API.
    Instagram,
    /// WhatsApp, through the Cloud API.
    WhatsApp,
    /// Telegram, through the Bot API.
    Telegram,
    /// LINE, through the Messaging API.
    Line,
    /// Viber, through the bots API.
    Viber,
    /// A page of one's own, which shows whatever the host draws.
    Web,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 7] = [
        Self::Messenger,
        Self::Instagram,
        Self::WhatsApp,
        Self::Telegram,
        Self::Line,
        Self::Viber,
        Self::Web,
    ];

    /// The word for it in commands and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Messenger => "messenger",
            Self::Instagram => "instagram",
            Self::WhatsApp => "whatsapp",
            Self::Telegram => "telegram",
            Self::Line => "line",
            Self::Viber => "viber",
            Self::Web => "web",
        }
    }

    /// Its name as people write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Messenger => "Messenger",
            Self::Instagram => "Instagram",
            Self::WhatsApp => "WhatsApp",
            Self::Telegram => "Telegram",
            Self::Line => "LINE",
            Self::Viber => "Viber",
            Self::Web => "web",
        }
    }

    /// Its limits, in the order of [`Part`]; none for `web`.
    #[cfg(feature = "unstable-tools")]
    pub fn limits(self) -> impl Iterator<Item = &'static Limit> {
        self.bounds()
    }

    /// Its limit for one thing; `None` where its vendor states none. A limit of 0 means that the channel does
    /// not have the thing at all.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::channel::{Channel, Part};
    ///
    /// let limit = Channel::Line.limit(Part::QuickReplies).ok_or("LINE has a limit")?;
    /// assert_eq!(limit.max, 13);
    /// assert!(limit.source.starts_with("https://developers.line.biz/"));
    /// # Ok::<(), &str>(())
    /// ```
    #[cfg(feature = "unstable-tools")]
    #[must_use]
    pub fn limit(self, part: Part) -> Option<&'static Limit> {
        self.bound(part)
    }

    fn bounds(self) -> impl Iterator<Item = &'static Limit> {
        limits::TABLE.iter().filter(move |limit| limit.channel == self)
    }

    fn bound(self, part: Part) -> Option<&'static Limit> {
        self.bounds().find(|limit| limit.part == part)
    }

    /// The limit that says that the channel does not have a thing.
    fn lacks(self, part: Part) -> Option<&'static Limit> {
        self.bound(part).filter(|limit| limit.max == 0)
    }
}

/// The word of [`Channel::as_str`].
impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Channel {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The word of [`Channel::as_str`]; any other is an error of [`ErrorKind::Parse`](crate::ErrorKind::Parse).
///
/// # Examples
///
/// ```
/// use sayflow::channel::Channel;
///
/// let unknown = "watsapp".parse::<Channel>().unwrap_err();
/// assert_eq!(unknown.to_string(), "no channel has this name: did you mean `whatsapp`?");
/// ```
impl FromStr for Channel {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|channel| channel.as_str() == word);
        known.ok_or_else(|| {
            let words = Self::ALL.map(Self::as_str);
            Error::unknown("no channel has this name", word, words, || {
                format!("the channels are {}", words.join(", "))
            })
        })
    }
}
