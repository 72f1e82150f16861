//! Handlers: what starts a run, and the handlers of a flow that has none of its own.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::LazyLock;

use super::branches::without;
use super::{Lowering, id};
use crate::check::nodes::words;
use crate::check::uses::From;
use crate::diagnostics::Code;
use crate::program::words::fold;
use crate::program::{BodyId, Handlers};
use crate::source::{Source, Span};
use crate::syntax::ast::{Entry, File, Head, Node, Text, Trigger};

/// The handlers of a flow that has none of its own.
static DEFAULTS: LazyLock<File> = LazyLock::new(|| {
    crate::syntax::parse(&Source::new("defaults.flow", include_str!("../../defaults.flow"))).0
});

/// The file of the handlers that a flow has without writing them.
pub(super) fn defaults() -> &'static Source {
    &DEFAULTS.source
}

/// The handlers that a flow has without writing them.
pub(crate) fn default_handlers() -> &'static File {
    &DEFAULTS
}

/// What starts a run, with the handler that waits for it.
type Owners = HashMap<String, Owner>;

/// A handler, and the place of what it waits for.
struct Owner {
    body: BodyId,
    source: Source,
    span: Span,
}

impl Lowering<'_, '_> {
    pub(super) fn handlers(&mut self) {
        let mut owners = Owners::new();
        for (index, declared) in self.names.handlers.iter().enumerate() {
            self.source = Some(declared.source);
            self.from = Some(From::Handler(super::id(index)));
            self.handler(declared.node, &mut owners);
        }
        self.from = None;
        self.source = None;
        for entry in &DEFAULTS.entries {
            if let Entry::Node(node) = entry
                && let Head::On(trigger) = &node.head
                && handler_slot(&mut self.data.handlers, trigger).is_some_and(|slot| slot.is_none())
            {
                self.handler(node, &mut owners);
            }
        }
        // Longest first; the sort is stable, so equals stay in source order.
        self.data
            .handlers
            .patterns
            .sort_by_cached_key(|(pattern, _)| Reverse(pattern.chars().count()));
    }

    fn handler(&mut self, node: &Node, owners: &mut Owners) {
        let Head::On(trigger) = &node.head else { return };
        let name = words(self.slice(node.span));
        let body = BodyId(id(self.data.bodies.len()));
        match trigger {
            Trigger::Words(texts) => self.words_of_handler(texts, body, owners),
            Trigger::Intent(texts) => self.intents_of_handler(texts, body, owners),
            _ => {
                if self.is_first_owner(
                    &name,
                    &Waited {
                        body,
                        span: node.span,
                        list: &[],
                        at: 0,
                    },
                    owners,
                ) && let Some(slot) = handler_slot(&mut self.data.handlers, trigger)
                {
                    *slot = Some(body);
                }
            }
        }
        self.body(name.into(), node);
    }

    fn words_of_handler(&mut self, texts: &[Text], body: BodyId, owners: &mut Owners) {
        for (at, text) in texts.iter().enumerate() {
            let words = self.literal(text, "the words of a handler");
            self.check_words(&words, text.span);
            let pattern = fold(&words);
            self.check_empty(text, "a pattern", "writes");
            self.check_everything(&pattern, text.span);
            let waited = Waited {
                body,
                span: text.span,
                list: texts,
                at,
            };
            if !self.is_first_owner(&format!("words {pattern}"), &waited, owners) {
                continue;
            }
            if pattern.contains('*') {
                self.data.handlers.patterns.push((pattern.into(), body));
            } else {
                self.data.handlers.words.insert(pattern.into(), body);
            }
        }
    }

    /// Says where no customer writes what a handler waits for: several words in one text, or a regular expression.
    fn check_words(&mut self, words: &str, span: Span) {
        if !words.contains(['|', ',', ';', '/', '^']) {
            return;
        }
        let finding = if is_regex(words) {
            self.error(
                Code::PatternLikeRegex,
                span,
                format!("`{words}` is written as a regular expression"),
            )
            .primary("a customer would have to type its signs")
            .with_help("write the words as customers do; `*` stands for anything: `\"order *\"`")
        } else if let Some(list) = listed(words) {
            let list: Vec<String> = list.map(|word| format!("\"{}\"", word.trim())).collect();
            let list = list.join(", ");
            self.error(
                Code::WordsInOneText,
                span,
                format!("`{words}` is one text with several words"),
            )
            .primary("a customer would have to write all of it")
            .with_help(format!("each of them is a text of its own: `{list}`"))
            .suggested_fix("write them one by one", vec![(span, list)])
        } else {
            return;
        };
        self.findings.add(finding);
    }

    /// Words come before the answers to a question: those that take every message take these as well.
    fn check_everything(&mut self, pattern: &str, span: Span) {
        if !pattern.is_empty() && pattern.chars().all(|char| char == '*') {
            let finding = self
                .error(
                    Code::WordsTakeEverything,
                    span,
                    format!("`{}` takes every message", self.slice(span)),
                )
                .primary("the answer to any question as well")
                .with_help("`on unmatched` takes what nothing else does: write that");
            self.findings.add(finding);
        }
    }

    fn intents_of_handler(&mut self, texts: &[Text], body: BodyId, owners: &mut Owners) {
        for (at, text) in texts.iter().enumerate() {
            let intent = self.literal(text, "the name of an intent");
            let waited = Waited {
                body,
                span: text.span,
                list: texts,
                at,
            };
            if self.is_first_owner(&format!("intent {intent}"), &waited, owners) {
                self.data.handlers.intents.insert(intent, body);
            }
        }
    }

    /// Whether nothing else waits for the same; says so where it does.
    fn is_first_owner(&mut self, key: &str, waited: &Waited<'_>, owners: &mut Owners) -> bool {
        let span = waited.span;
        let Some(first) = owners.get(key) else {
            let (body, source) = (waited.body, self.source().clone());
            owners.insert(key.to_owned(), Owner { body, source, span });
            return true;
        };
        let written = self.slice(span);
        let finding = if first.body == waited.body {
            self.error(
                Code::RepeatedTrigger,
                span,
                format!("this handler waits for `{written}` already"),
            )
            .label(&first.source, first.span, "the first one")
            .with_help(match written == first.source.slice(first.span) {
                true => "remove it",
                false => "remove it: capitals and blanks mean nothing",
            })
            .suggested_fix(format!("remove `{written}`"), vec![waited.removal()])
        } else {
            self.error(
                Code::DuplicateTrigger,
                span,
                format!("two handlers wait for `{written}`"),
            )
            .primary("this one would never run")
            .label(&first.source, first.span, "the first one")
            .with_help("remove one of them, or put both blocks into one handler")
        };
        self.findings.add(finding);
        false
    }
}

/// What a handler waits for: one of several.
struct Waited<'w> {
    body: BodyId,
    span: Span,
    list: &'w [Text],
    at: usize,
}

impl Waited<'_> {
    /// The edit that takes it out of its list.
    fn removal(&self) -> (Span, String) {
        let spans: Vec<Span> = self.list.iter().map(|text| text.span).collect();
        (without(&spans, self.at, self.span), String::new())
    }
}

/// Whether words are a regular expression: `/^yo/i`, `^yo$`.
fn is_regex(words: &str) -> bool {
    let is_anchored =
        words.starts_with('^') && (words.ends_with('$') || words.contains(['*', '+', '(', '[']));
    let is_marked = words
        .strip_prefix('/')
        .and_then(|rest| rest.rsplit_once('/'))
        .is_some_and(|(inside, flags)| {
            !inside.is_empty()
                && flags
                    .bytes()
                    .all(|byte| matches!(byte, b'g' | b'i' | b'm' | b's' | b'u'))
        });
    is_anchored || is_marked
}

/// The words of `hi|hello`, `hi; hello` and `hi / hello`, and of `hi, hello, hey`: between two, a comma may be one that
/// customers write.
fn listed(words: &str) -> Option<impl Iterator<Item = &str>> {
    let sign = ["|", ";", " / "].into_iter().find(|sign| words.contains(sign));
    let (sign, least) = sign.map_or((",", 3), |sign| (sign, 2));
    let list = words.split(sign);
    let is_list = list.clone().count() >= least
        && list
            .clone()
            .all(|word| !word.trim().is_empty() && !word.contains(['"', '\\']));
    is_list.then_some(list)
}

/// The place of a handler of which a flow has at most one.
fn handler_slot<'h>(handlers: &'h mut Handlers, trigger: &Trigger) -> Option<&'h mut Option<BodyId>> {
    Some(match trigger {
        Trigger::Start => &mut handlers.start,
        Trigger::Unmatched => &mut handlers.unmatched,
        Trigger::ApiFailure => &mut handlers.api_failure,
        Trigger::Stale => &mut handlers.stale,
        Trigger::Moved => &mut handlers.moved,
        Trigger::Words(_) | Trigger::Intent(_) => return None,
    })
}
