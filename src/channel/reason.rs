//! Why a block is shown otherwise: a fact and a deed, the same words in a [`Change`] and in a finding.

use super::change::ChangeKind;
use super::limits::{Limit, Part};
use super::{Change, Channel, split};

/// What is done, and why.
#[derive(Clone, Debug)]
pub(super) struct Reason {
    pub(super) kind: ChangeKind,
    pub(super) limit: Option<&'static Limit>,
    /// What the channel cannot show: "5 buttons are more than 3, the most in one message on WhatsApp".
    pub(super) fact: String,
    /// What is done about it: "they stand in a list".
    pub(super) deed: String,
}

impl Reason {
    fn new(kind: ChangeKind, limit: &'static Limit, fact: String, deed: impl Into<String>) -> Self {
        Self {
            kind,
            limit: Some(limit),
            fact,
            deed: deed.into(),
        }
    }

    /// The change of a block; where it stands is written in when the block is done.
    pub(super) fn into_change(self, block: usize) -> Change {
        Change {
            kind: self.kind,
            block,
            into: 0..0,
            limit: self.limit,
            reason: format!("{}: {}", self.fact, self.deed),
        }
    }
}

/// A text in several messages; `None` where nobody knows yet in how many.
pub(super) fn text_split(limit: &'static Limit, messages: Option<usize>) -> Reason {
    let kind = ChangeKind::TextSplit {
        messages: messages.unwrap_or_default(),
    };
    let deed = match messages {
        Some(1) => "the blanks at its end are left out".to_owned(),
        _ => format!("it is sent in {} messages", number(messages)),
    };
    Reason::new(kind, limit, too_long(limit), deed)
}

/// A title or subtitle that is cut short.
pub(super) fn shortened(limit: &'static Limit, full: &str, shown: &str, option: Option<&str>) -> Reason {
    let kind = ChangeKind::Shortened {
        full: full.to_owned(),
        shown: shown.to_owned(),
        id: option.map(str::to_owned),
    };
    let fact = match limit.part {
        Part::EqualTitles => format!(
            "the options of one message differ in their titles on {}",
            name(limit)
        ),
        _ => format!(
            "the {} `{full}` is longer than {}",
            limit.part.as_str(),
            most(limit)
        ),
    };
    let typing = if option.is_some() {
        ", and has to be typed in full"
    } else {
        ""
    };
    Reason::new(kind, limit, fact, format!("it is shown as `{shown}`{typing}"))
}

/// A title in a flow, as written and, where no value stands in it, as it is.
pub(super) fn title_too_long(limit: &'static Limit, written: &str, literal: Option<&str>) -> Reason {
    let shown = literal.and_then(|title| split::shortened(title, limit.unit, limit.max));
    match shown {
        Some(shown) => shortened(limit, written, &shown, None),
        None => Reason {
            deed: "it is cut short, and ends in `…`".to_owned(),
            ..shortened(limit, written, "", None)
        },
    }
}

/// What is said of several titles that are too long: "are longer than 20 characters, the most on LINE".
pub(super) fn titles_too_long(limit: &Limit) -> String {
    format!("are longer than {}", most(limit))
}

pub(super) fn options_split(limit: &'static Limit, options: usize, messages: usize) -> Reason {
    let deed = format!("they stand in {messages} messages");
    Reason::new(
        ChangeKind::OptionsSplit { messages },
        limit,
        too_many(limit, options),
        deed,
    )
}

pub(super) fn buttons_to_list(limit: &'static Limit, buttons: usize) -> Reason {
    let fact = too_many(limit, buttons);
    Reason::new(ChangeKind::ButtonsToList, limit, fact, "they stand in a list")
}

/// Quick replies that the channel has not, or not these, or not so many.
pub(super) fn quick_replies_to_buttons(limit: &'static Limit, quick_replies: usize) -> Reason {
    let fact = lacking_or_too_many(limit, quick_replies);
    Reason::new(
        ChangeKind::QuickRepliesToButtons,
        limit,
        fact,
        "they are shown as buttons",
    )
}

pub(super) fn link_apart(limit: &'static Limit, title: &str) -> Reason {
    let kind = ChangeKind::LinkApart {
        title: title.to_owned(),
    };
    Reason::new(
        kind,
        limit,
        lacking(limit),
        format!("`{title}` stands in a message of its own"),
    )
}

pub(super) fn phone_to_text(limit: &'static Limit, title: &str) -> Reason {
    let kind = ChangeKind::PhoneToText {
        title: title.to_owned(),
    };
    Reason::new(kind, limit, lacking(limit), format!("`{title}` is sent as text"))
}

/// Cards in several galleries; `None` where nobody knows yet in how many.
pub(super) fn gallery_split(limit: &'static Limit, cards: usize, galleries: Option<usize>) -> Reason {
    let kind = ChangeKind::GallerySplit {
        galleries: galleries.unwrap_or_default(),
    };
    let fact = match limit.part {
        Part::CardShapes => format!(
            "the cards of a gallery are alike on {}, in the number of their buttons and in having a picture",
            name(limit)
        ),
        _ => too_many(limit, cards),
    };
    let deed = format!("they stand in {} galleries", number(galleries));
    Reason::new(kind, limit, fact, deed)
}

/// All cards of a gallery.
pub(super) fn gallery_to_messages(limit: &'static Limit) -> Reason {
    Reason {
        deed: "each is sent as messages: its picture, its words, its buttons".to_owned(),
        ..card_to_messages(limit, "")
    }
}

pub(super) fn card_to_messages(limit: &'static Limit, title: &str) -> Reason {
    let kind = ChangeKind::CardToMessages {
        title: title.to_owned(),
    };
    Reason::new(
        kind,
        limit,
        lacking(limit),
        format!("the card `{title}` is sent as messages"),
    )
}

pub(super) fn card_buttons_moved(limit: &'static Limit, title: &str, buttons: usize) -> Reason {
    let kind = ChangeKind::CardButtonsMoved {
        title: title.to_owned(),
    };
    let fact = lacking_or_too_many(limit, buttons);
    let deed = format!("those of the card `{title}` that do not fit are sent behind it");
    Reason::new(kind, limit, fact, deed)
}

pub(super) fn media_to_text(limit: &'static Limit) -> Reason {
    let fact = lacking(limit);
    Reason::new(
        ChangeKind::MediaToText,
        limit,
        fact,
        "its address is sent as text",
    )
}

pub(super) fn prompt_taken(limit: &'static Limit) -> Reason {
    Reason::new(
        ChangeKind::PromptTaken,
        limit,
        bare(limit),
        "the text before them is taken",
    )
}

pub(super) fn prompt_added(limit: &'static Limit) -> Reason {
    Reason::new(ChangeKind::PromptAdded, limit, bare(limit), "`…` is shown")
}

pub(super) fn list_to_buttons(channel: Channel) -> Reason {
    Reason {
        kind: ChangeKind::ListToButtons,
        limit: None,
        fact: format!("{} has no lists", channel.name()),
        deed: "it is shown as buttons".to_owned(),
    }
}

pub(super) fn left_out() -> Reason {
    Reason {
        kind: ChangeKind::LeftOut,
        limit: None,
        fact: "the block is empty".to_owned(),
        deed: "it is not sent".to_owned(),
    }
}

fn number(known: Option<usize>) -> String {
    known.map_or_else(|| "several".to_owned(), |number| number.to_string())
}

fn name(limit: &Limit) -> &'static str {
    limit.channel.name()
}

/// `20 characters, the most on LINE`
fn most(limit: &Limit) -> String {
    format!("{} {}, the most on {}", limit.max, limit.unit, name(limit))
}

fn too_long(limit: &Limit) -> String {
    format!("the {} is longer than {}", limit.part.as_str(), most(limit))
}

fn too_many(limit: &Limit, number: usize) -> String {
    let (part, max, name) = (limit.part.as_str(), limit.max, name(limit));
    format!("{number} {part} are more than {max}, the most at once on {name}")
}

/// Where the limit is 0.
fn lacking(limit: &Limit) -> String {
    let what = match limit.part {
        Part::Cards => "galleries",
        part => part.as_str(),
    };
    format!("{} has no {what}", name(limit))
}

fn lacking_or_too_many(limit: &Limit, number: usize) -> String {
    match limit.max {
        0 => lacking(limit),
        _ => too_many(limit, number),
    }
}

fn bare(limit: &Limit) -> String {
    format!("{} needs a {}", name(limit), limit.part.as_str())
}
