//! How a channel shows options: as what, and which of them apart. One decision for turns and for findings.

use super::Channel;
use super::limits::Part;
use super::reason::{self, Reason};
use crate::output::{Block, BlockOption, OptionTarget};

/// What options are shown as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Buttons,
    QuickReplies,
    List,
}

impl Kind {
    pub(super) const fn prompt(self) -> Part {
        match self {
            Self::Buttons => Part::Prompt,
            Self::QuickReplies => Part::QuickReplyPrompt,
            Self::List => Part::ListPrompt,
        }
    }

    pub(super) const fn title(self) -> Part {
        match self {
            Self::Buttons => Part::ButtonTitle,
            Self::QuickReplies => Part::QuickReplyTitle,
            Self::List => Part::ListRowTitle,
        }
    }

    pub(super) const fn number(self) -> Part {
        match self {
            Self::Buttons => Part::Buttons,
            Self::QuickReplies => Part::QuickReplies,
            Self::List => Part::ListRows,
        }
    }

    pub(super) fn block(self, text: Option<String>, options: Vec<BlockOption>) -> Block {
        match self {
            Self::Buttons => Block::Buttons { text, options },
            Self::QuickReplies => Block::QuickReplies { text, options },
            Self::List => Block::List { text, options },
        }
    }
}

/// What a tap on an option does, as far as channels differ in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Does {
    ComeBack,
    OpenPage,
    CallNumber,
}

impl Does {
    pub(super) const fn of(target: &OptionTarget) -> Self {
        match target {
            OptionTarget::Url(_) => Self::OpenPage,
            OptionTarget::Phone(_) => Self::CallNumber,
            OptionTarget::Sequence(_) | OptionTarget::Answer => Self::ComeBack,
        }
    }
}

/// How the options of a block are shown.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) kind: Kind,
    /// Whether each link stands in a message of its own.
    pub(super) links_apart: bool,
    /// Whether numbers to call are lines of text.
    pub(super) phones_as_text: bool,
    /// Why, beginning with the kind.
    pub(super) reasons: Vec<Reason>,
}

/// Decides how a channel shows options, which have a title and do something.
pub(super) fn plan(channel: Channel, asked: Kind, options: &[(&str, Does)]) -> Plan {
    let number = |what| options.iter().filter(|(_, does)| *does == what).count();
    let titles = |what| {
        let those = options.iter().filter(move |(_, does)| *does == what);
        those.map(|(title, _)| *title)
    };
    let mut plan = Plan {
        kind: asked,
        links_apart: false,
        phones_as_text: false,
        reasons: Vec::new(),
    };
    let (links, phones) = (number(Does::OpenPage), number(Does::CallNumber));

    if asked == Kind::QuickReplies
        && let Some(limit) = against_quick_replies(channel, options.len(), links)
    {
        plan.kind = Kind::Buttons;
        plan.reasons
            .push(reason::quick_replies_to_buttons(limit, options.len()));
    }
    if asked == Kind::List && channel.bound(Part::ListRows).is_none() {
        plan.kind = Kind::Buttons;
        plan.reasons.push(reason::list_to_buttons(channel));
    }
    let mut together = options.len();
    if phones > 0
        && let Some(limit) = channel.lacks(Part::Phones)
    {
        plan.phones_as_text = true;
        together -= phones;
        let phones = titles(Does::CallNumber);
        plan.reasons
            .extend(phones.map(|title| reason::phone_to_text(limit, title)));
    }
    if links > 0
        && together > 1
        && let Some(limit) = channel.lacks(Part::LinksBesideOthers)
    {
        plan.links_apart = true;
        together -= links;
        // Where links alone are left, the first stands with the text above them all the same.
        let links = titles(Does::OpenPage);
        plan.reasons
            .extend(links.map(|title| reason::link_apart(limit, title)));
    }
    if plan.kind == Kind::Buttons
        && let Some(limit) = channel.bound(Part::Buttons)
        && together > limit.max
        && channel.bound(Part::ListRows).is_some()
    {
        plan.kind = Kind::List;
        plan.reasons.push(reason::buttons_to_list(limit, together));
    }
    if let Some(limit) = channel.bound(plan.kind.number())
        && together > limit.max
    {
        let messages = together.div_ceil(limit.max.max(1));
        plan.reasons
            .push(reason::options_split(limit, together, messages));
    }
    plan
}

/// The limit that keeps options from being quick replies.
fn against_quick_replies(channel: Channel, options: usize, links: usize) -> Option<&'static super::Limit> {
    let too_many = || {
        channel
            .bound(Part::QuickReplies)
            .filter(|limit| options > limit.max)
    };
    let links = channel.lacks(Part::QuickReplyLinks).filter(|_| links > 0);
    channel.lacks(Part::QuickReplies).or(links).or_else(too_many)
}
