//! Options as they are written: how many, what they do, how long their titles are.

use super::{Above, Check};
use crate::channel::limits::Part;
use crate::channel::plan::{Does, Kind, Plan, plan};
use crate::channel::reason::{self, Reason};
use crate::channel::{ChangeKind, Channel, Limit};
use crate::source::{Source, Span};
use crate::syntax::ast::{Head, Node, OptionLine, OptionsKind, Target, Text};

/// The options of a block, of a question or of a card.
pub(super) struct Options<'f> {
    kind: Kind,
    /// The line that opens them.
    span: Span,
    lines: Vec<OptionAt<'f>>,
    /// Whether an endpoint may add some.
    is_open: bool,
}

struct OptionAt<'f> {
    span: Span,
    title: &'f Text,
    words: String,
    does: Does,
}

impl<'f> Options<'f> {
    /// The options in a block `buttons`, `quick replies` or `card`.
    pub(super) fn of(source: &Source, node: &'f Node) -> Self {
        let lines = node.children().filter_map(|line| match &line.head {
            Head::Option(option) | Head::CardButton(option) => Some(OptionAt {
                span: line.span,
                title: &option.title,
                words: option.title.plain(source),
                does: does(option),
            }),
            _ => None,
        });
        Self {
            kind: match &node.head {
                Head::Options {
                    kind: OptionsKind::QuickReplies,
                    ..
                } => Kind::QuickReplies,
                _ => Kind::Buttons,
            },
            span: node.span,
            lines: lines.collect(),
            is_open: node.children().any(|line| matches!(line.head, Head::ApiItem(_))),
        }
    }

    pub(super) fn plan(&self, channel: Channel) -> Plan {
        let told: Vec<(&str, Does)> = self
            .lines
            .iter()
            .map(|line| (line.words.as_str(), line.does))
            .collect();
        plan(channel, self.kind, &told)
    }

    pub(super) fn number(&self) -> usize {
        self.lines.len()
    }

    /// The lines that do something.
    fn doing(&self, does: Does) -> impl Iterator<Item = Span> {
        self.lines
            .iter()
            .filter(move |line| line.does == does)
            .map(|line| line.span)
    }

    /// The limit of a part; where an endpoint may add options, buttons may be a list, which has limits of its own.
    fn limit(&self, channel: Channel, kind: Kind, part: fn(Kind) -> Part) -> Option<&'static Limit> {
        let limit = channel.bound(part(kind));
        let as_list = channel.bound(part(Kind::List));
        match (limit, as_list) {
            (Some(limit), Some(as_list)) if self.is_open && as_list.max > limit.max => Some(as_list),
            (limit, _) => limit,
        }
    }
}

fn does(option: &OptionLine) -> Does {
    match option.target {
        Some(Target::Url(_)) => Does::OpenPage,
        Some(Target::Phone(_)) => Does::CallNumber,
        Some(Target::Sequence(_)) | None => Does::ComeBack,
    }
}

impl Check<'_, '_> {
    pub(super) fn options(&mut self, options: &Options<'_>, above: &Above<'_>) {
        let plan = options.plan(self.channel);
        self.plan(options, &plan);
        match above.text {
            Some(text) => self.prompt(text, options, &plan),
            None if above.is_behind_text => {}
            None => {
                if let Some(limit) = self.channel.bound(plan.kind.prompt()) {
                    self.report(options.span, reason::prompt_added(limit));
                }
            }
        }
    }

    /// What stands above options and is too long for it.
    pub(super) fn prompt(&mut self, text: &Text, options: &Options<'_>, plan: &Plan) {
        let limit = options.limit(self.channel, plan.kind, Kind::prompt);
        self.split(text, limit);
    }

    /// What a plan changes, each at its place, and titles that are too long where they are shown then.
    pub(super) fn plan(&mut self, options: &Options<'_>, plan: &Plan) {
        let (mut links, mut phones) = (options.doing(Does::OpenPage), options.doing(Does::CallNumber));
        // Where a channel has no quick replies, its buttons are as good: nothing is shortened or split.
        let is_harmless = |reason: &&Reason| {
            reason
                .limit
                .is_some_and(|limit| limit.part == Part::QuickReplies && limit.max == 0)
        };
        let mut reasons = plan
            .reasons
            .iter()
            .filter(|reason| !is_harmless(reason))
            .peekable();
        while let Some(reason) = reasons.next() {
            let is_about_links = reason
                .limit
                .is_some_and(|limit| limit.part == Part::QuickReplyLinks);
            let span = match reason.kind {
                ChangeKind::LinkApart { .. } => links.next(),
                ChangeKind::PhoneToText { .. } => phones.next(),
                _ if is_about_links => options.doing(Does::OpenPage).next(),
                _ => None,
            };
            let mut reason = reason.clone();
            // Too many quick replies are too many buttons: one finding says both.
            if span.is_none()
                && matches!(reason.kind, ChangeKind::QuickRepliesToButtons)
                && let Some(ChangeKind::OptionsSplit { messages }) = reasons.peek().map(|next| &next.kind)
            {
                reason.deed = format!("{}, in {messages} messages", reason.deed);
                reasons.next();
            }
            self.report(span.unwrap_or(options.span), reason);
        }
        for line in &options.lines {
            let limit = match line.does {
                Does::CallNumber if plan.phones_as_text => None,
                Does::OpenPage if plan.links_apart => self.channel.bound(Part::ButtonTitle),
                _ => options.limit(self.channel, plan.kind, Kind::title),
            };
            self.title(line.title, limit, Some(options.span));
        }
    }

    /// The titles of a card's buttons, and those of them that no card has.
    pub(super) fn card_buttons(&mut self, options: &Options<'_>) {
        let phones = self.channel.lacks(Part::Phones);
        for line in &options.lines {
            match phones.filter(|_| line.does == Does::CallNumber) {
                Some(limit) => self.report(line.span, reason::phone_to_text(limit, &line.words)),
                None => self.title(
                    line.title,
                    self.channel.bound(Part::ButtonTitle),
                    Some(options.span),
                ),
            }
        }
    }
}
