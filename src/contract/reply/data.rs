//! `data`: what fills the block, by the output of the API.

use std::cell::OnceCell;

use super::finding::{Findings, Path};
use super::json::{Kind, Node};
use super::{Expected, ReplyCard, ReplyData, ReplyOption, ReplyTarget, usual_mistakes};
use crate::contract::{Mask, check_web_url, normalize_phone};
use crate::diagnostics::{Code, Neighbours, nearest};
use crate::plain::{is_blank, plain};
use crate::program::{Output, SequenceId};
use crate::syntax::ast::Media;

/// What the `type` of an option may be.
const BUTTON_TYPES: &[&str] = &["sequence", "url", "phone"];
const QUICK_REPLY_TYPES: &[&str] = &["sequence", "url"];

const WEB_ADDRESS: &str = "an absolute http or https address";

/// Checks `data`; `None` where it cannot be used.
pub(super) fn check(
    root: &Node<'_>,
    expected: &Expected<'_>,
    findings: &mut Findings<'_>,
) -> Option<ReplyData> {
    let output = expected.output;
    if output == Output::Nothing {
        return Some(ReplyData::Nothing);
    }
    let Some(data) = root.get("data") else {
        let help = usual_mistakes::missing_data(root, output, findings.mask);
        findings.missing(&Path::Root, root, "data", expected_of(output), Some(help));
        return None;
    };
    let path = Path::Root.key("data");
    let mut ctx = Ctx {
        expected,
        findings,
        names: OnceCell::new(),
        suggestions: 0,
    };
    match output {
        Output::Text => ctx.whole_text(&path, data).map(ReplyData::Text),
        Output::Image => ctx.media(&path, data),
        Output::Gallery => {
            let items = ctx.list(&path, data, expected_of(output))?;
            Some(ReplyData::Cards(ctx.each(&path, items, Ctx::card)))
        }
        Output::Buttons => ctx.options(&path, data, expected_of(output), BUTTON_TYPES),
        Output::QuickReplies => ctx.options(&path, data, expected_of(output), QUICK_REPLY_TYPES),
        Output::Nothing => Some(ReplyData::Nothing),
    }
}

fn expected_of(output: Output) -> &'static str {
    match output {
        Output::Text => "a text",
        Output::Image => "an object with `type` and `url`",
        Output::Gallery => "a list of cards",
        Output::Buttons => "a list of buttons",
        Output::QuickReplies => "a list of quick replies",
        Output::Nothing => "anything",
    }
}

/// What is expected where a text has to be one of some words; any text where there are none.
fn one_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [] => "a text".to_owned(),
        quoted => quoted.join(" or "),
    }
}

/// For how many unknown sequences of a reply a known one is looked for: each is compared with many, while a customer waits.
const MOST_SUGGESTIONS: usize = 20;

struct Ctx<'c, 'm> {
    expected: &'c Expected<'c>,
    findings: &'c mut Findings<'m>,
    /// The names and ids of the flow's sequences, for whoever means one of them.
    names: OnceCell<Neighbours>,
    suggestions: usize,
}

impl Ctx<'_, '_> {
    fn whole_text(&mut self, path: &Path<'_>, node: &Node<'_>) -> Option<String> {
        if node.as_text().is_none() {
            let help = usual_mistakes::instead_of_data_text(node, self.findings.mask);
            self.findings.wrong_type(path, node, "a text", help);
        }
        node.as_text().map(|text| plain(text).into_owned())
    }

    fn media(&mut self, path: &Path<'_>, node: &Node<'_>) -> Option<ReplyData> {
        let expected = expected_of(Output::Image);
        if !self.is_object(path, node, expected, usual_mistakes::instead_of_media) {
            return None;
        }
        let kind = self.media_kind(path, node);
        let url = self.required_text(path, node, ("url", &[]));
        let url = url.and_then(|(url, place)| self.web_address(&path.key("url"), place, url));
        Some(ReplyData::Media {
            kind: kind?,
            url: url?,
        })
    }

    fn media_kind(&mut self, path: &Path<'_>, node: &Node<'_>) -> Option<Media> {
        let types = &["image", "audio", "video"];
        let (word, place) = self.required_text(path, node, ("type", types))?;
        match word {
            "image" => Some(Media::Image),
            "audio" => Some(Media::Audio),
            "video" => Some(Media::Video),
            _ => {
                self.unknown_type(&path.key("type"), place, word, types);
                None
            }
        }
    }

    fn card(&mut self, path: &Path<'_>, node: &Node<'_>) -> Option<ReplyCard> {
        if !self.is_object(path, node, "a card", usual_mistakes::instead_of_card) {
            return None;
        }
        let title = self.title(path, node);
        let subtitle = self
            .optional_text(path, node, "subtitle")
            .map(|(text, _)| plain(text).into_owned());
        let image = self.optional_address(path, node, "image");
        let url = self.optional_address(path, node, "url");
        let buttons = match node.get("buttons") {
            None => Vec::new(),
            Some(buttons) => {
                let path = path.key("buttons");
                let items = self.list(&path, buttons, "a list of buttons").unwrap_or_default();
                self.each(&path, items, |ctx, path, node| {
                    ctx.option(path, node, QUICK_REPLY_TYPES)
                })
            }
        };
        Some(ReplyCard {
            title: title?,
            subtitle,
            image,
            url,
            buttons,
        })
    }

    fn options(
        &mut self,
        path: &Path<'_>,
        node: &Node<'_>,
        expected: &str,
        types: &'static [&'static str],
    ) -> Option<ReplyData> {
        let items = self.list(path, node, expected)?;
        let options = self.each(path, items, |ctx, path, node| ctx.option(path, node, types));
        Some(ReplyData::Options(options))
    }

    fn option(&mut self, path: &Path<'_>, node: &Node<'_>, types: &[&str]) -> Option<ReplyOption> {
        if !self.is_object(path, node, "an option", usual_mistakes::instead_of_option) {
            return None;
        }
        let title = self.title(path, node);
        let extra = self
            .optional_text(path, node, "extra")
            .map(|(text, _)| text.to_owned());
        let kind = self.option_type(path, node, types);
        let value = self.required_text(path, node, ("value", &[]));
        let (kind, (value, place)) = kind.zip(value)?;
        let path = path.key("value");
        let target = match kind {
            "url" => self.web_address(&path, place, value).map(ReplyTarget::Url),
            "phone" => self.phone(&path, place, value).map(ReplyTarget::Phone),
            _ => self.sequence(&path, place, value).map(ReplyTarget::Sequence),
        };
        Some(ReplyOption {
            title: title?,
            target: target?,
            extra,
        })
    }

    fn option_type<'n>(&mut self, path: &Path<'_>, node: &'n Node<'_>, types: &[&str]) -> Option<&'n str> {
        let (word, place) = self.required_text(path, node, ("type", types))?;
        if types.contains(&word) {
            return Some(word);
        }
        self.unknown_type(&path.key("type"), place, word, types);
        None
    }

    fn unknown_type(&mut self, path: &Path<'_>, node: &Node<'_>, word: &str, types: &[&str]) {
        let help = usual_mistakes::instead_of_type(word, types);
        self.findings
            .unlike(Code::ReplyUnknownType, path, node, &one_of(types), help);
    }

    fn web_address(&mut self, path: &Path<'_>, node: &Node<'_>, url: &str) -> Option<String> {
        match check_web_url(url) {
            Ok(()) => Some(url.to_owned()),
            Err(fault) => {
                // What is quoted of the address comes from it as it may be shown. Where that one is
                // good, the fault lies within the secret, and is of a kind that quotes nothing.
                let shown = self.findings.mask.apply(url);
                let fault = check_web_url(&shown).err().unwrap_or(fault);
                let words = (&*fault.to_string(), WEB_ADDRESS, Some(fault.help()));
                self.findings.wrong_value(Code::ReplyBadUrl, path, node, words);
                None
            }
        }
    }

    fn phone(&mut self, path: &Path<'_>, node: &Node<'_>, number: &str) -> Option<String> {
        let dialled = normalize_phone(number);
        if dialled.is_none() {
            let help = Some("write it with country code: `+8801700000000`".to_owned());
            self.findings
                .unlike(Code::ReplyBadPhone, path, node, "a phone number", help);
        }
        dialled
    }

    /// The sequence that may be meant by a name that none has.
    fn suggestion(&mut self, name: &str) -> Option<String> {
        self.suggestions += 1;
        if self.suggestions > MOST_SUGGESTIONS {
            return None;
        }
        let sequences = self.expected.data.sequences.iter();
        let names = sequences.flat_map(|sequence| [Some(&*sequence.name), sequence.id.as_deref()]);
        let names = self.names.get_or_init(|| Neighbours::new(names.flatten()));
        nearest(name, names.of(name)).map(|near| format!("did you mean `{near}`?"))
    }

    /// The sequence of an option; `None` leaves the option out and the reply good.
    fn sequence(&mut self, path: &Path<'_>, node: &Node<'_>, name: &str) -> Option<SequenceId> {
        let flow = self.expected;
        let Some(id) = flow.data.sequence_named(name) else {
            if self.findings.is_full_of_warnings() {
                return None;
            }
            let help = self.suggestion(name);
            let words = (
                "names no sequence of this flow, so its option is left out",
                "the id or name of a sequence",
                help,
            );
            self.findings
                .wrong_value(Code::ReplyUnknownSequence, path, node, words);
            return None;
        };
        if !flow.leads_to.is_empty() && !flow.leads_to.contains(&id) {
            let words = (
                "is not in `leads to` of this API, so its option is left out",
                "a sequence that `leads to` lists",
                Some("add the sequence to `leads to`, or send another".to_owned()),
            );
            self.findings
                .wrong_value(Code::ReplyNotInLeadsTo, path, node, words);
            return None;
        }
        Some(id)
    }

    /// Whether there is an object; `help` says what to do where there is something else.
    fn is_object(
        &mut self,
        path: &Path<'_>,
        node: &Node<'_>,
        expected: &str,
        help: fn(&Node<'_>, &Mask<'_>) -> Option<String>,
    ) -> bool {
        let is_object = matches!(node.kind, Kind::Object(_));
        if !is_object {
            let help = help(node, self.findings.mask);
            self.findings.wrong_type(path, node, expected, help);
        }
        is_object
    }

    fn list<'n, 'r>(
        &mut self,
        path: &Path<'_>,
        node: &'n Node<'r>,
        expected: &str,
    ) -> Option<&'n [Node<'r>]> {
        let Kind::List(items) = &node.kind else {
            let help = usual_mistakes::instead_of_list(node, self.findings.mask);
            self.findings.wrong_type(path, node, expected, help);
            return None;
        };
        let most = self.expected.limits.reply_items;
        let Some(first) = items.get(..most).filter(|_| items.len() > most) else {
            return Some(items);
        };
        let fact = format!(
            "is a list of {}, and what is behind item {most} is left out",
            items.len()
        );
        let help = format!("send the first {most}, and an option that leads to more");
        let words = (&*fact, expected, Some(help));
        self.findings
            .wrong_value(Code::ReplyTooManyItems, path, node, words);
        Some(first)
    }

    /// Checks each item of a list and keeps those that can be shown.
    fn each<T>(
        &mut self,
        path: &Path<'_>,
        items: &[Node<'_>],
        check: impl Fn(&mut Self, &Path<'_>, &Node<'_>) -> Option<T>,
    ) -> Vec<T> {
        let items = items.iter().enumerate();
        items
            .filter_map(|(index, item)| check(self, &path.item(index), item))
            .collect()
    }

    /// A text that an object must have and that says something; `words` are those that it may be.
    fn required_text<'n, 'r>(
        &mut self,
        path: &Path<'_>,
        object: &'n Node<'r>,
        (key, words): (&'static str, &[&str]),
    ) -> Option<(&'n str, &'n Node<'r>)> {
        let Some(node) = object.get(key) else {
            let help = usual_mistakes::missing_key(object, key, self.findings.mask);
            self.findings.missing(path, object, key, &one_of(words), help);
            return None;
        };
        let path = path.key(key);
        match node.as_text() {
            None => {
                let help = match (&node.kind, key) {
                    (Kind::Null, "type") => usual_mistakes::missing_key(object, key, self.findings.mask),
                    _ => usual_mistakes::instead_of_text(node, self.findings.mask),
                };
                self.findings.wrong_type(&path, node, &one_of(words), help);
                None
            }
            Some(text) if is_blank(text) => {
                let expected = match words {
                    [] => "a text that says something".to_owned(),
                    words => one_of(words),
                };
                let told = ("is empty", &*expected, usual_mistakes::empty_text(key));
                self.findings.wrong_value(Code::ReplyEmptyText, &path, node, told);
                None
            }
            Some(text) => Some((text, node)),
        }
    }

    /// A text that an object may have; empty and `null` count as absent.
    fn optional_text<'n, 'r>(
        &mut self,
        path: &Path<'_>,
        object: &'n Node<'r>,
        key: &'static str,
    ) -> Option<(&'n str, &'n Node<'r>)> {
        let node = object.get(key)?;
        match &node.kind {
            Kind::Null => None,
            Kind::Text(text) => Some((text.as_ref(), node)).filter(|(text, _)| !is_blank(text)),
            _ => {
                let help = usual_mistakes::instead_of_text(node, self.findings.mask);
                self.findings.wrong_type(&path.key(key), node, "a text", help);
                None
            }
        }
    }

    /// A title as customers read it.
    fn title(&mut self, path: &Path<'_>, object: &Node<'_>) -> Option<String> {
        let (title, _) = self.required_text(path, object, ("title", &[]))?;
        Some(plain(title).into_owned())
    }

    fn optional_address(&mut self, path: &Path<'_>, object: &Node<'_>, key: &'static str) -> Option<String> {
        let (url, node) = self.optional_text(path, object, key)?;
        self.web_address(&path.key(key), node, url)
    }
}
