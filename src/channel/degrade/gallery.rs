//! Galleries: cards within their limits, in as many galleries as they need, or as messages.

use super::Stage;
use crate::channel::limits::{Limit, Part};
use crate::channel::plan::{Does, Kind};
use crate::channel::reason;
use crate::output::{Block, BlockOption, Card};

/// The galleries that become of one.
struct Galleries {
    /// The cards of the one that is being filled.
    cards: Vec<Card>,
    number: usize,
    /// The limit that kept a card from standing beside another.
    limit: Option<&'static Limit>,
}

impl Stage {
    pub(super) fn gallery(&mut self, cards: Vec<Card>) {
        if cards.is_empty() {
            return self.report(reason::left_out());
        }
        let number = cards.len();
        let mut galleries = Galleries {
            cards: Vec::new(),
            number: 0,
            limit: None,
        };
        for card in cards {
            self.card(card, &mut galleries);
        }
        self.close(&mut galleries);
        if let Some(limit) = galleries.limit {
            self.report(reason::gallery_split(limit, number, Some(galleries.number)));
        }
    }

    fn card(&mut self, mut card: Card, galleries: &mut Galleries) {
        let number = card.buttons.len();
        let (behind, limit) = self.take_buttons(&mut card);
        if let Some(limit) = self.against_card(&card) {
            self.close(galleries);
            card.buttons.extend(behind);
            return self.card_to_messages(card, limit);
        }
        if let Some(limit) = self.against_another(galleries, &card) {
            galleries.limit.get_or_insert(limit);
            self.close(galleries);
        }
        let title = card.title.clone();
        self.fit_card(&mut card);
        galleries.cards.push(card);
        if let Some(limit) = limit {
            self.close(galleries);
            self.report(reason::card_buttons_moved(limit, &title, number));
            self.options(Kind::Buttons, Some(title), behind);
        }
    }

    /// Takes the buttons off a card that it cannot have, and the limit that says so.
    fn take_buttons(&self, card: &mut Card) -> (Vec<BlockOption>, Option<&'static Limit>) {
        let phones = self.channel.lacks(Part::Phones);
        let most = self.channel.bound(Part::CardButtons);
        // From the first that does not fit on, so that those that stay and those that go keep their order.
        let first_phone = card
            .buttons
            .iter()
            .position(|button| phones.is_some() && Does::of(&button.target) == Does::CallNumber);
        let over = most.filter(|limit| card.buttons.len() > limit.max);
        match (first_phone, over) {
            (Some(at), limit) if limit.is_none_or(|limit| at < limit.max) => {
                (card.buttons.split_off(at), phones)
            }
            (_, Some(limit)) => (card.buttons.split_off(limit.max), Some(limit)),
            _ => (Vec::new(), None),
        }
    }

    /// The limit that keeps a card from being one.
    fn against_card(&self, card: &Card) -> Option<&'static Limit> {
        let has_button = !card.buttons.is_empty();
        let is_bare = !has_button && card.subtitle.is_none() && card.image.is_none() && card.url.is_none();
        let channel = self.channel;
        channel
            .lacks(Part::Cards)
            .or_else(|| channel.lacks(Part::CardsWithoutButton).filter(|_| !has_button))
            .or_else(|| channel.lacks(Part::BareCards).filter(|_| is_bare))
    }

    /// The limit that keeps a card from standing beside those of a gallery.
    fn against_another(&self, galleries: &Galleries, card: &Card) -> Option<&'static Limit> {
        let last = galleries.cards.last()?;
        let shape = |card: &Card| (card.buttons.len(), card.image.is_some());
        let number = self.channel.bound(Part::Cards);
        let shapes = self.channel.bound(Part::CardShapes);
        number
            .filter(|limit| galleries.cards.len() >= limit.max)
            .or_else(|| shapes.filter(|_| shape(last) != shape(card)))
    }

    fn fit_card(&mut self, card: &mut Card) {
        if let Some(limit) = self.channel.bound(Part::CardTitle) {
            self.shorten(&mut card.title, limit);
        }
        if let (Some(subtitle), Some(limit)) = (&mut card.subtitle, self.channel.bound(Part::CardSubtitle)) {
            self.shorten(subtitle, limit);
        }
        self.fit_titles(&mut card.buttons, Part::ButtonTitle);
    }

    /// A card as messages: its picture, its words, its buttons below them.
    fn card_to_messages(&mut self, card: Card, limit: &'static Limit) {
        self.report(reason::card_to_messages(limit, &card.title));
        if let Some(url) = card.image {
            self.push(Block::Image { url });
        }
        let lines = [Some(card.title), card.subtitle, card.url];
        let words = lines.into_iter().flatten().collect::<Vec<_>>().join("\n");
        match card.buttons.is_empty() {
            true => self.text(&words, Part::Text),
            false => self.options(Kind::Buttons, Some(words), card.buttons),
        }
    }

    /// Ends a gallery, so that something else can follow.
    fn close(&mut self, galleries: &mut Galleries) {
        let cards = std::mem::take(&mut galleries.cards);
        if !cards.is_empty() {
            galleries.number += 1;
            self.push(Block::Gallery { cards });
        }
    }
}
