//! What is beyond a limit, found by another way than the one that keeps blocks within it.

use sayflow::channel::{Channel, Part};
use sayflow::{Block, BlockOption, Card, OptionTarget};
use unicode_segmentation::UnicodeSegmentation;

/// Whether what is limited is a text.
pub(crate) fn is_length(part: Part) -> bool {
    let part = part.as_str();
    part.starts_with("text") || part.ends_with("title") || part.ends_with("subtitle")
}

pub(crate) fn is_border(text: &str, at: usize) -> bool {
    at == text.len() || text.grapheme_indices(true).any(|(start, _)| start == at)
}

/// What is wrong with a block on a channel.
pub(crate) fn problems(channel: Channel, block: &Block) -> Vec<String> {
    let mut found = Found {
        channel,
        problems: Vec::new(),
    };
    match block {
        Block::Text { text } => found.text(Part::Text, text),
        Block::Audio { .. } => found.number(Part::Audio, 1),
        Block::Gallery { cards } => found.gallery(cards),
        Block::Buttons { text, options } => {
            found.options(text, options, [Part::Prompt, Part::Buttons, Part::ButtonTitle]);
        }
        Block::QuickReplies { text, options } => {
            found.options(
                text,
                options,
                [Part::QuickReplyPrompt, Part::QuickReplies, Part::QuickReplyTitle],
            );
            found.number(Part::QuickReplyLinks, links(options));
        }
        Block::List { text, options } => {
            if channel.limit(Part::ListRows).is_none() && channel != Channel::Web {
                found.problems.push("a list".to_owned());
            }
            found.options(
                text,
                options,
                [Part::ListPrompt, Part::ListRows, Part::ListRowTitle],
            );
        }
        _ => {}
    }
    found.problems
}

struct Found {
    channel: Channel,
    problems: Vec<String>,
}

impl Found {
    fn number(&mut self, part: Part, number: usize) {
        if self.channel.limit(part).is_some_and(|limit| number > limit.max) {
            self.problems.push(format!("{number} {}", part.as_str()));
        }
    }

    fn text(&mut self, part: Part, text: &str) {
        let Some(limit) = self.channel.limit(part) else {
            return;
        };
        let length = limit.unit.length(text);
        if length > limit.max || text.trim().is_empty() {
            self.problems.push(format!("{} of {length}", part.as_str()));
        }
    }

    /// Titles come as they are from endpoints: an empty one is theirs.
    fn title(&mut self, part: Part, title: &str) {
        if self
            .channel
            .limit(part)
            .is_some_and(|limit| limit.unit.length(title) > limit.max)
        {
            self.problems.push(format!("{} {title:?}", part.as_str()));
        }
    }

    fn options(
        &mut self,
        text: &Option<String>,
        options: &[BlockOption],
        [prompt, number, title]: [Part; 3],
    ) {
        match text {
            Some(text) => self.text(prompt, text),
            None if self.channel.limit(prompt).is_some() => self.problems.push("no text".to_owned()),
            None => {}
        }
        self.number(number, options.len());
        self.titles(title, options);
        if options.len() > 1 {
            self.number(Part::LinksBesideOthers, links(options));
        }
    }

    fn titles(&mut self, title: Part, options: &[BlockOption]) {
        for option in options {
            self.title(title, &option.title);
        }
        let phones = options
            .iter()
            .filter(|option| matches!(option.target, OptionTarget::Phone(_)));
        self.number(Part::Phones, phones.count());
        let mut titles: Vec<&str> = options.iter().map(|option| option.title.as_str()).collect();
        titles.sort_unstable();
        titles.dedup();
        self.number(Part::EqualTitles, options.len() - titles.len());
    }

    fn gallery(&mut self, cards: &[Card]) {
        self.number(Part::Cards, cards.len());
        for card in cards {
            self.title(Part::CardTitle, &card.title);
            self.title(Part::CardSubtitle, card.subtitle.as_deref().unwrap_or_default());
            self.number(Part::CardButtons, card.buttons.len());
            self.titles(Part::ButtonTitle, &card.buttons);
            let parts = [&card.subtitle, &card.image, &card.url];
            let is_bare = card.buttons.is_empty() && parts.iter().all(|part| part.is_none());
            self.number(Part::BareCards, usize::from(is_bare));
            self.number(Part::CardsWithoutButton, usize::from(card.buttons.is_empty()));
        }
        let mut shapes: Vec<_> = cards
            .iter()
            .map(|card| (card.buttons.len(), card.image.is_some()))
            .collect();
        shapes.sort_unstable();
        shapes.dedup();
        self.number(Part::CardShapes, shapes.len());
    }
}

fn links(options: &[BlockOption]) -> usize {
    let links = options
        .iter()
        .filter(|option| matches!(option.target, OptionTarget::Url(_)));
    links.count()
}
