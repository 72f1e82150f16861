//! Blocks are made from operations and from what endpoints gave.

use std::collections::BTreeMap;

use super::calls::CallResult;
use super::expression::{Scope, ValueError};
use super::said::BESIDE_BYTES;
use super::{Run, Steps, option_id};
use crate::contract::{
    ReplyCard, ReplyData, ReplyOption, ReplyTarget, UrlFault, check_web_url, normalize_phone,
};
use crate::outcome::Outcome;
use crate::output::{Block, BlockOption, Card, OptionTarget};
use crate::plain::is_blank;
use crate::program::code::{
    Ask, Branches, Card as CardCode, Gallery, GalleryItem, Op, OptionCode, Options, OptionsItem, Pc, Say,
    TargetCode, Template,
};
use crate::program::{ApiId, SequenceId};
use crate::session::{Carried, KeptOption, Shown};
use crate::short_text::ShortText;
use crate::syntax::ast::{Media, OptionsKind};

/// Where an option comes from, which decides how the session remembers it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// A block: the session keeps it by itself.
    Block,
    /// A question, which keeps its options whole.
    Question,
}

/// What an option says before it has an id.
struct NewOption {
    title: ShortText,
    target: Target,
    extra: Option<ShortText>,
}

enum Target {
    Sequence(SequenceId),
    Url(ShortText),
    Phone(ShortText),
    Answer,
}

impl<'t> Steps<'t> {
    /// Makes the block of an operation from what its calls gave, and decides how it goes on.
    pub(super) fn build(&mut self, run: Run, op: &'t Op, results: Vec<CallResult>) {
        match op {
            Op::Say(say) => self.build_say(run, say, &results),
            Op::Gallery(gallery) => self.build_gallery(run, gallery, results),
            Op::Options(options) => self.build_options(run, options, results),
            Op::Ask(ask) => self.build_ask(run, ask, results),
            Op::CallApi(call) => {
                let outcome = results
                    .first()
                    .map_or(Outcome::Ok, |(_, decoded)| decoded.outcome);
                match call.branches.of(outcome) {
                    Some(pc) => self.branch(run, pc),
                    None => {
                        self.run = Some(Run {
                            pc: call.branches.next,
                            ..run
                        });
                    }
                }
            }
            _ => {}
        }
    }

    fn build_say(&mut self, run: Run, say: &Say, results: &[CallResult]) {
        if let Some(outcome) = worst(results) {
            return self.fail(run, &say.branches, outcome);
        }
        self.run = Some(Run {
            pc: say.branches.next,
            ..run
        });
        if say.media == Media::Text {
            let buffer = self.buffers.text(say.content.size_hint());
            let text = self.said(|scope| text_with_replies(scope, &say.content, results, buffer));
            return self.say(run, text);
        }
        let (media, url) = match results.first().map(|(_, decoded)| &decoded.data) {
            Some(ReplyData::Media { kind, url }) => (*kind, Ok(self.said(|_| url.clone()))),
            _ => (say.media, self.address(&say.content)),
        };
        let Some(url) = self.checked_address(run, url) else {
            return;
        };
        self.show(
            run,
            match media {
                Media::Audio => Block::Audio { url },
                Media::Video => Block::Video { url },
                Media::Image | Media::Text => Block::Image { url },
            },
        );
    }

    fn build_gallery(&mut self, run: Run, gallery: &'t Gallery, results: Vec<CallResult>) {
        let outcome = left_out(&results);
        let mut cards = Vec::new();
        for item in &gallery.items {
            if self.has_said_too_much() {
                break;
            }
            match item {
                GalleryItem::Card(card) => cards.extend(self.card(run, card)),
                GalleryItem::Api(api) => {
                    if let Some(ReplyData::Cards(replies)) = data_of(&results, *api) {
                        cards.extend(replies.into_iter().map(|card| self.reply_card(card)));
                    }
                }
            }
        }
        if cards.is_empty() {
            return self.fail(run, &gallery.branches, outcome);
        }
        self.run = Some(Run {
            pc: gallery.branches.next,
            ..run
        });
        self.show(run, Block::Gallery { cards });
    }

    fn card(&mut self, run: Run, card: &'t CardCode) -> Option<Card> {
        self.spent.steps = self.spent.steps.saturating_add(1);
        self.count(BESIDE_BYTES);
        let title = self.text(&card.title);
        if is_blank(&title) {
            self.report(run, ValueError::new("the title of a card is empty"));
            return None;
        }
        let subtitle = card
            .subtitle
            .as_ref()
            .map(|text| self.text(text))
            .filter(|text| !is_blank(text));
        Some(Card {
            title,
            subtitle,
            image: self.card_address(run, card.image.as_ref()),
            url: self.card_address(run, card.url.as_ref()),
            buttons: card
                .buttons
                .iter()
                .filter_map(|button| self.option(run, button, Origin::Block))
                .collect(),
        })
    }

    fn card_address(&mut self, run: Run, template: Option<&Template>) -> Option<String> {
        let url = self.address(template?);
        self.checked_address(run, url)
    }

    /// The address, where there is one that a customer may be sent to.
    fn checked_address(&mut self, run: Run, url: Result<String, ValueError>) -> Option<String> {
        if url.as_ref().is_ok_and(String::is_empty) {
            return None;
        }
        let checked = url.and_then(web_url);
        checked.map_err(|error| self.report(run, error)).ok()
    }

    fn reply_card(&mut self, card: ReplyCard) -> Card {
        self.count_reply_card(&card);
        let ReplyCard {
            title,
            subtitle,
            image,
            url,
            buttons,
        } = card;
        let buttons = buttons
            .into_iter()
            .map(|button| self.reply_option(button, Origin::Block))
            .collect();
        Card {
            title,
            subtitle,
            image,
            url,
            buttons,
        }
    }

    fn build_options(&mut self, run: Run, options: &'t Options, results: Vec<CallResult>) {
        let outcome = left_out(&results);
        let shown = self.options(run, options, &results, Origin::Block).options;
        if shown.is_empty() {
            return self.fail(run, &options.branches, outcome);
        }
        self.run = Some(Run {
            pc: options.branches.next,
            ..run
        });
        let text = options
            .prompt
            .as_ref()
            .map(|prompt| self.text(prompt))
            .filter(|text| !is_blank(text));
        self.show(
            run,
            match options.kind {
                OptionsKind::Buttons => Block::Buttons { text, options: shown },
                OptionsKind::QuickReplies => Block::QuickReplies { text, options: shown },
            },
        );
    }

    fn build_ask(&mut self, run: Run, ask: &'t Ask, results: Vec<CallResult>) {
        let outcome = left_out(&results);
        let mut shown = Vec::new();
        for options in &ask.options {
            let visible = self.options(run, options, &results, Origin::Question);
            if !visible.options.is_empty() {
                shown.push(visible);
            }
        }
        // A link never answers: a question that only an option answers needs one that does.
        let is_answerable = shown
            .iter()
            .flat_map(|shown| &shown.options)
            .any(|option| option.id.is_some());
        let has_no_option = match ask.accept {
            None => !is_answerable,
            Some(_) => !ask.options.is_empty() && shown.is_empty() && !ask.branches.arms.is_empty(),
        };
        if has_no_option {
            // A bare `else` covers that whatever the reason, `empty` included.
            let bare = ask.branches.arms.iter().find(|(outcomes, _)| outcomes.is_empty());
            return match ask.branches.of(outcome).or(bare.map(|(_, pc)| *pc)) {
                Some(pc) => self.branch(run, pc),
                None => self.fail(run, &ask.branches, outcome),
            };
        }
        self.open_question(run, ask, shown);
    }

    fn options(&mut self, run: Run, options: &'t Options, results: &[CallResult], origin: Origin) -> Shown {
        let mut shown = Shown {
            kind: options.kind,
            options: self.buffers.options(options.items.len()),
            own: BTreeMap::new(),
        };
        for item in &options.items {
            if self.has_said_too_much() {
                break;
            }
            match item {
                OptionsItem::Option(code) => {
                    if let Some(option) = self.option(run, code, origin) {
                        shown.own.extend(self.own_title(code, &option));
                        shown.options.push(option);
                    }
                }
                OptionsItem::Api(api) => {
                    if let Some(ReplyData::Options(replies)) = data_of(results, *api) {
                        let replies = replies.into_iter();
                        shown
                            .options
                            .extend(replies.map(|option| self.reply_option(option, origin)));
                    }
                }
            }
        }
        shown
    }

    /// The flow's own title of an option that is shown in another language, under the option's number: it
    /// is what the option answers, whichever language it is in. `None` where it is shown as it is, or an
    /// extra is what it answers.
    fn own_title(&mut self, code: &OptionCode, option: &BlockOption) -> Option<(u64, ShortText)> {
        if code.title.translations.is_none() || option.extra.is_some() {
            return None;
        }
        let (number, _) = option_id::number_and_target(option.id.as_ref()?)?;
        let own = self.said(|scope| {
            scope.note_pieces(&code.title.pieces);
            let mut own = String::new();
            for piece in &code.title.pieces {
                if own.len() <= scope.text_bytes {
                    scope.data.write_piece(scope.customer, piece, &mut own);
                }
            }
            own
        });
        (option.title != own).then(|| (number, own.into()))
    }

    /// An option of the flow, where its condition holds and its values make one.
    fn option(&mut self, run: Run, option: &'t OptionCode, origin: Origin) -> Option<BlockOption> {
        self.spent.steps = self.spent.steps.saturating_add(1);
        if let Some(condition) = &option.condition {
            let holds = self.is_true(condition);
            self.trace.option(run, option, matches!(holds, Ok(true)));
            match holds {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => {
                    self.report(run, error);
                    return None;
                }
            }
        }
        let title = self.short_text(&option.title);
        let target = match &option.target {
            TargetCode::Sequence(sequence) => Ok(Target::Sequence(*sequence)),
            TargetCode::Answer => Ok(Target::Answer),
            TargetCode::Url(url) => {
                let url = self.address(url).and_then(web_url);
                url.map(|url| Target::Url(url.into()))
            }
            TargetCode::Phone(phone) => {
                let phone = normalize_phone(&self.text(phone));
                phone
                    .map(|phone| Target::Phone(phone.into()))
                    .ok_or_else(|| ValueError::new("a phone number cannot be dialled"))
            }
        };
        match target {
            Ok(_) if is_blank(&title) => self.report(run, ValueError::new("the title of an option is empty")),
            Err(error) => self.report(run, error),
            Ok(target) => {
                let extra = option
                    .extra
                    .as_ref()
                    .map(|extra| self.short_text(extra))
                    .filter(|extra| !extra.is_empty());
                return Some(self.number(NewOption { title, target, extra }, origin));
            }
        }
        None
    }

    fn reply_option(&mut self, option: ReplyOption, origin: Origin) -> BlockOption {
        self.count_reply_option(&option);
        let ReplyOption { title, target, extra } = option;
        let target = match target {
            ReplyTarget::Sequence(sequence) => Target::Sequence(sequence),
            ReplyTarget::Url(url) => Target::Url(url.into()),
            ReplyTarget::Phone(phone) => Target::Phone(phone.into()),
        };
        let option = NewOption {
            title: title.into(),
            target,
            extra: extra.map(Into::into),
        };
        self.number(option, origin)
    }

    /// An option as the customer sees it, with an id where a tap on it comes back.
    fn number(&mut self, option: NewOption, origin: Origin) -> BlockOption {
        self.count(BESIDE_BYTES);
        let NewOption { title, target, extra } = option;
        let (target, id) = match target {
            Target::Url(url) => (OptionTarget::Url(url), None),
            Target::Phone(phone) => (OptionTarget::Phone(phone), None),
            Target::Answer => (
                OptionTarget::Answer,
                Some(self.offer(&title, None, extra.as_ref(), origin)),
            ),
            Target::Sequence(sequence) => {
                // The id, where there is one, outlives a new name.
                let sequence = self.data.sequences.get(sequence.index());
                let name = sequence.map(|sequence| sequence.id.as_ref().unwrap_or(&sequence.name));
                let id = self.offer(&title, name, extra.as_ref(), origin);
                (
                    OptionTarget::Sequence(name.cloned().unwrap_or_default()),
                    Some(id),
                )
            }
        };
        BlockOption {
            title,
            target,
            extra,
            id,
        }
    }

    /// The id of an option that a tap brings back, which the session keeps.
    fn offer(
        &mut self,
        title: &ShortText,
        target: Option<&ShortText>,
        extra: Option<&ShortText>,
        origin: Origin,
    ) -> ShortText {
        let number = self.draft.next_option_number();
        let uid = self.ledger.customer().uid;
        let key = self.settings.option_key();
        let mut text = self.buffers.text(option_id::BYTES);
        option_id::write(&mut text, number, target.map(ShortText::as_str), uid, key);
        let id = text.as_str().into();
        self.buffers.take_text(text);
        if origin == Origin::Block {
            let carried = extra.map(|extra| {
                Box::new(Carried {
                    extra: Some(extra.clone()),
                    ..Carried::default()
                })
            });
            self.draft.keep_option(KeptOption {
                number,
                title: Some(title.clone()),
                target: target.cloned(),
                carried,
            });
        }
        id
    }

    /// A block that could not be shown: its branch runs, or it is left out.
    fn fail(&mut self, run: Run, branches: &Branches, outcome: Outcome) {
        match branches.of(outcome) {
            Some(pc) => self.branch(run, pc),
            None => {
                self.run = Some(Run {
                    pc: branches.next,
                    ..run
                });
                if outcome.is_failure() {
                    self.call_failure_handler(run, branches.next);
                }
            }
        }
    }

    /// `on api failure`, at most once a turn.
    fn call_failure_handler(&mut self, run: Run, next: Pc) {
        if let Some(handler) = self.data.handlers.api_failure
            && !std::mem::replace(&mut self.failure_handler.has_run, true)
        {
            self.failure_handler.resume = Some((self.draft.depth(), Run { pc: next, ..run }));
            self.run = Some(Run { body: handler, pc: 0 });
        }
    }
}

/// The outcome that decides for a text or image: the first failure, otherwise `empty`.
fn worst(results: &[CallResult]) -> Option<Outcome> {
    let mut outcomes = results.iter().map(|(_, decoded)| decoded.outcome);
    outcomes.find(|outcome| outcome.is_failure()).or_else(|| {
        results
            .iter()
            .any(|(_, decoded)| decoded.outcome == Outcome::Empty)
            .then_some(Outcome::Empty)
    })
}

/// Why a list has nothing in it: the first failure, otherwise that it is empty.
fn left_out(results: &[CallResult]) -> Outcome {
    worst(results).unwrap_or(Outcome::Empty)
}

/// An address that a customer may be sent to.
fn web_url(url: String) -> Result<String, ValueError> {
    match check_web_url(&url) {
        Ok(()) => Ok(url),
        // A scheme may be as long as a value, and is one's own.
        Err(UrlFault::OtherScheme(_)) => Err(ValueError::new("an address is neither http nor https")),
        Err(fault) => Err(ValueError::new(format!("an address {fault}"))),
    }
}

/// What an API gave, where it gave something. The same API twice in one block gives it twice.
fn data_of(results: &[CallResult], api: ApiId) -> Option<ReplyData> {
    let (_, decoded) = results.iter().find(|(id, _)| *id == api)?;
    (decoded.outcome == Outcome::Ok).then(|| decoded.data.clone())
}

/// A text with what its endpoints gave.
fn text_with_replies(
    scope: &Scope<'_>,
    template: &Template,
    results: &[CallResult],
    buffer: String,
) -> String {
    let texts = results.iter().filter_map(|(api, decoded)| match &decoded.data {
        ReplyData::Text(text) => Some((*api, text.as_str())),
        _ => None,
    });
    let texts: Vec<(ApiId, &str)> = texts.collect();
    scope.text_with(template, &texts, buffer)
}
