//! How much a turn says: every text for a block or an event is counted when it is made, before the next one is.

use super::Steps;
use super::expression::{Scope, ValueError};
use crate::contract::{ReplyCard, ReplyOption, ReplyTarget, write_address};
use crate::program::code::{Piece, Template};
use crate::settings::Limit;
use crate::short_text::ShortText;
use crate::value::Value;

/// What an option or an event has beside its texts: its id and its kind.
pub(super) const BESIDE_BYTES: usize = 64;

impl Steps<'_> {
    /// A text with its attributes filled in; nothing once a limit is passed.
    pub(super) fn text(&mut self, template: &Template) -> String {
        let buffer = self.buffers.text(template.size_hint());
        self.said(|scope| scope.text_with(template, &[], buffer))
    }

    /// The same for what stays short: the flow's own words are shared, not copied.
    pub(super) fn short_text(&mut self, template: &Template) -> ShortText {
        if let [Piece::Plain(words)] = self.data.pieces(self.ledger.customer(), template)
            && words.len() <= self.settings.limits.text_bytes
        {
            self.count(words.len());
            return words.clone();
        }
        let text = self.text(template);
        let short = text.as_str().into();
        self.buffers.take_text(text);
        short
    }

    /// A web address with its attributes filled in; nothing once a limit is passed.
    pub(super) fn address(&mut self, template: &Template) -> Result<String, ValueError> {
        let most = self.settings.limits.text_bytes;
        let mut is_where_it_leads = true;
        let url = self.said(|scope| {
            scope.note_pieces(&template.pieces);
            let url = write_address(scope.data, scope.customer, template, most);
            is_where_it_leads = url.is_some();
            url.unwrap_or_default()
        });
        match is_where_it_leads {
            true => Ok(url),
            false => Err(ValueError::new("a value would change the path of an address")),
        }
    }

    /// A text that is made here, and counted.
    pub(super) fn said(&mut self, make: impl FnOnce(&Scope<'_>) -> String) -> String {
        if self.has_said_too_much() {
            return String::new();
        }
        let text = self.work_out(make);
        self.count_text(text.len());
        text
    }

    fn count_text(&mut self, bytes: usize) {
        if bytes > self.settings.limits.text_bytes {
            self.spent.passed = Some(Limit::TextBytes);
        }
        self.count(bytes);
    }

    /// Counts a value of an event.
    pub(super) fn count_value(&mut self, value: &Value) {
        match value {
            Value::Text(text) => self.count_text(text.len()),
            value => self.count(value.size()),
        }
    }

    /// Counts what is handed out; what passes the limit is not shown.
    pub(super) fn count(&mut self, bytes: usize) {
        self.spent.bytes = self.spent.bytes.saturating_add(bytes);
        if self.spent.bytes > self.settings.limits.turn_bytes {
            self.spent.passed.get_or_insert(Limit::TurnBytes);
        }
    }

    pub(super) fn has_said_too_much(&self) -> bool {
        self.spent.passed.is_some()
    }

    pub(super) fn count_reply_option(&mut self, option: &ReplyOption) {
        let target = match &option.target {
            ReplyTarget::Sequence(_) => None,
            ReplyTarget::Url(text) | ReplyTarget::Phone(text) => Some(text),
        };
        self.count_texts([Some(&option.title), option.extra.as_ref(), target]);
    }

    pub(super) fn count_reply_card(&mut self, card: &ReplyCard) {
        let others = [&card.subtitle, &card.image, &card.url].map(Option::as_ref);
        self.count_text(card.title.len());
        self.count_texts(others);
        self.count(BESIDE_BYTES);
    }

    fn count_texts(&mut self, texts: [Option<&String>; 3]) {
        for text in texts.into_iter().flatten() {
            self.count_text(text.len());
        }
    }
}
