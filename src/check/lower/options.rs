//! Options and cards.

use super::Lowering;
use super::given::Given;
use crate::check::uses::Used;
use crate::diagnostics::Code;
use crate::program::Output;
use crate::program::code::{Card, GalleryItem, OptionCode, OptionsItem, TargetCode};
use crate::source::Span;
use crate::syntax::ast::{Content, Head, Media, Node, OptionLine, OptionsKind, Target, Text};

/// Where an option stands, which decides where it may lead.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Home {
    Buttons,
    QuickReplies,
    Card,
}

impl Lowering<'_, '_> {
    /// The items of buttons or quick replies; inside an ask an option may just be an answer.
    pub(super) fn option_items(&mut self, node: &Node, kind: OptionsKind, in_ask: bool) -> Vec<OptionsItem> {
        let (home, output, place) = match kind {
            OptionsKind::Buttons => (Home::Buttons, Output::Buttons, "a list of buttons"),
            OptionsKind::QuickReplies => (
                Home::QuickReplies,
                Output::QuickReplies,
                "a list of quick replies",
            ),
        };
        let items = node.children().filter_map(|child| match &child.head {
            Head::Option(line) => Some(OptionsItem::Option(self.option(line, home, in_ask))),
            Head::ApiItem(api) => self.api_of(api, output, place).map(OptionsItem::Api),
            _ => None,
        });
        let mut items: Vec<OptionsItem> = items.collect();
        items.shrink_to_fit();
        items
    }

    fn option(&mut self, line: &OptionLine, home: Home, in_ask: bool) -> OptionCode {
        let title = self.attribute_template(&line.title);
        self.check_empty(&line.title, "a title", "reads");
        let target = match &line.target {
            Some(Target::Sequence(name)) => match self.sequence(*name, Used::Option) {
                Some(sequence) => TargetCode::Sequence(sequence),
                None => TargetCode::Answer,
            },
            Some(Target::Url(url)) => TargetCode::Url(Box::new(self.web_address(url))),
            Some(Target::Phone(phone)) => {
                if home != Home::Buttons {
                    self.misplaced_phone(phone.span, home);
                }
                TargetCode::Phone(Box::new(self.phone(phone)))
            }
            None => {
                if !in_ask {
                    self.option_without_target(&line.title);
                }
                TargetCode::Answer
            }
        };
        OptionCode {
            title,
            target,
            extra: line
                .extra
                .as_ref()
                .map(|extra| Box::new(self.attribute_template(extra))),
            condition: line
                .condition
                .as_ref()
                .map(|condition| Box::new(self.condition(condition))),
            #[cfg(feature = "unstable-trace")]
            written: line.title.span,
        }
    }

    fn option_without_target(&mut self, title: &Text) {
        let written = self.slice(title.span);
        if written.len() < 2 || !written.ends_with(['"', '”']) {
            // Its title took the target: that it is never closed is told.
            return;
        }
        let finding = self
            .error(
                Code::OptionWithoutTarget,
                title.span,
                format!("option {} leads nowhere", self.slice(title.span)),
            )
            .primary("only inside an `ask` an option is an answer")
            .with_help("say where it leads: `-> a_sequence`, `-> url \"…\"` or `-> phone \"…\"`");
        self.findings.add(finding);
    }

    fn misplaced_phone(&mut self, span: Span, home: Home) {
        let place = match home {
            Home::Card => "a button of a card",
            _ => "a quick reply",
        };
        let finding = self
            .error(
                Code::PhoneInQuickReplies,
                span,
                format!("{place} cannot call a number"),
            )
            .with_help("put it into `buttons`, or lead to a sequence that shows the number");
        self.findings.add(finding);
    }

    pub(super) fn gallery_item(&mut self, child: &Node) -> Option<GalleryItem> {
        match &child.head {
            Head::Card { title } => Some(GalleryItem::Card(self.card(title, child))),
            Head::ApiItem(api) => self
                .api_of(api, Output::Gallery, "a gallery")
                .map(GalleryItem::Api),
            _ => None,
        }
    }

    fn card(&mut self, title: &Text, node: &Node) -> Card {
        self.check_empty(title, "a title", "reads");
        let mut card = Card {
            title: self.attribute_template(title),
            subtitle: None,
            image: None,
            url: None,
            buttons: Vec::new(),
        };
        let mut given = Given::default();
        for child in node.children() {
            let word = match &child.head {
                Head::Subtitle(_) => "`subtitle`",
                Head::Say {
                    media: Media::Image, ..
                } => "`image`",
                Head::CardUrl(_) => "`url`",
                Head::CardButton(line) => {
                    card.buttons.push(self.option(line, Home::Card, false));
                    continue;
                }
                _ => continue,
            };
            if self.is_first(&mut given, word, child.span, word) {
                self.card_setting(&child.head, &mut card);
            }
        }
        card
    }

    fn card_setting(&mut self, head: &Head, card: &mut Card) {
        match head {
            Head::Subtitle(text) => card.subtitle = Some(self.attribute_template(text)),
            Head::CardUrl(text) => card.url = Some(self.web_address(text)),
            Head::Say { content, .. } => match content {
                Content::Text(text) => card.image = Some(self.web_address(text)),
                Content::Api(api) => self.image_of_card_from_api(api.span),
            },
            _ => {}
        }
    }

    fn image_of_card_from_api(&mut self, span: Span) {
        let finding = self
            .error(Code::WrongOutput, span, "the image of a card is an address")
            .with_help("write the address in quotes, or fill whole cards with an api of output gallery");
        self.findings.add(finding);
    }
}
