//! Galleries as they are written.

use super::Check;
use super::options::Options;
use crate::channel::limits::Part;
use crate::channel::reason;
use crate::syntax::ast::{Head, Media, Node, Text};

/// A card by its parts.
struct Card<'f> {
    node: &'f Node,
    title: &'f Text,
    subtitle: Option<&'f Text>,
    has_image: bool,
    has_url: bool,
    buttons: Options<'f>,
}

impl<'f> Check<'f, '_> {
    pub(super) fn gallery(&mut self, gallery: &'f Node) {
        let cards: Vec<Card<'f>> = gallery
            .children()
            .filter_map(|line| self.read_card(line))
            .collect();
        if let Some(limit) = self.channel.lacks(Part::Cards) {
            self.report(gallery.span, reason::gallery_to_messages(limit));
            for card in &cards {
                let plan = card.buttons.plan(self.channel);
                self.plan(&card.buttons, &plan);
            }
            return;
        }
        if let Some(limit) = self
            .channel
            .bound(Part::Cards)
            .filter(|limit| cards.len() > limit.max)
        {
            self.report(gallery.span, reason::gallery_split(limit, cards.len(), None));
        }
        self.shapes(&cards);
        for card in &cards {
            self.card(card);
        }
    }

    fn read_card(&self, node: &'f Node) -> Option<Card<'f>> {
        let Head::Card { title } = &node.head else {
            return None;
        };
        let mut card = Card {
            node,
            title,
            subtitle: None,
            has_image: false,
            has_url: false,
            buttons: Options::of(self.source, node),
        };
        for line in node.children() {
            match &line.head {
                Head::Subtitle(text) => card.subtitle = Some(text),
                Head::Say {
                    media: Media::Image, ..
                } => card.has_image = true,
                Head::CardUrl(_) => card.has_url = true,
                _ => {}
            }
        }
        Some(card)
    }

    fn card(&mut self, card: &Card<'_>) {
        let number = card.buttons.number();
        let is_bare = number == 0 && card.subtitle.is_none() && !card.has_image && !card.has_url;
        let channel = self.channel;
        let against = channel
            .lacks(Part::CardsWithoutButton)
            .filter(|_| number == 0)
            .or_else(|| channel.lacks(Part::BareCards).filter(|_| is_bare));
        if let Some(limit) = against {
            return self.report(
                card.node.span,
                reason::card_to_messages(limit, &self.written(card.title)),
            );
        }
        if let Some(limit) = channel
            .bound(Part::CardButtons)
            .filter(|limit| number > limit.max)
        {
            self.report(
                card.node.span,
                reason::card_buttons_moved(limit, &self.written(card.title), number),
            );
        }
        self.title(card.title, channel.bound(Part::CardTitle), None);
        if let Some(subtitle) = card.subtitle {
            self.title(subtitle, channel.bound(Part::CardSubtitle), None);
        }
        self.card_buttons(&card.buttons);
    }

    /// The first card that is not like the one before it.
    fn shapes(&mut self, cards: &[Card<'_>]) {
        let Some(limit) = self.channel.bound(Part::CardShapes) else {
            return;
        };
        let shape = |card: &Card<'_>| (card.buttons.number(), card.has_image);
        // A card without a button is no card there, which is said of it.
        let mut shown = cards.iter().filter(|card| card.buttons.number() > 0);
        let first = shown.next().map(shape);
        if let Some(other) = shown.find(|card| Some(shape(card)) != first) {
            self.report(other.node.span, reason::gallery_split(limit, cards.len(), None));
        }
    }
}
