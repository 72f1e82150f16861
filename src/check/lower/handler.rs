//! Handlers: what starts a run, and the handlers of a flow that has none of its own.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::LazyLock;

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

/// What starts a run, with the place of the handler that waits for it.
type Owners = HashMap<String, (Source, Span)>;

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
                if self.is_first_owner(&name, node.span, owners)
                    && let Some(slot) = handler_slot(&mut self.data.handlers, trigger)
                {
                    *slot = Some(body);
                }
            }
        }
        self.body(name.into(), node);
    }

    fn words_of_handler(&mut self, texts: &[Text], body: BodyId, owners: &mut Owners) {
        for text in texts {
            let pattern = fold(&self.literal(text, "the words of a handler"));
            self.check_empty(text, "a pattern");
            self.check_everything(&pattern, text.span);
            if !self.is_first_owner(&format!("words {pattern}"), text.span, owners) {
                continue;
            }
            if pattern.contains('*') {
                self.data.handlers.patterns.push((pattern.into(), body));
            } else {
                self.data.handlers.words.insert(pattern.into(), body);
            }
        }
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
        for text in texts {
            let intent = self.literal(text, "the name of an intent");
            if self.is_first_owner(&format!("intent {intent}"), text.span, owners) {
                self.data.handlers.intents.insert(intent, body);
            }
        }
    }

    /// Whether nothing else waits for the same; says so where it does.
    fn is_first_owner(&mut self, key: &str, span: Span, owners: &mut Owners) -> bool {
        let Some((source, first)) = owners.get(key) else {
            owners.insert(key.to_owned(), (self.source().clone(), span));
            return true;
        };
        let finding = self
            .error(
                Code::DuplicateTrigger,
                span,
                format!("two handlers wait for `{}`", self.slice(span)),
            )
            .primary("this one would never run")
            .label(source, *first, "the first one")
            .with_help("remove one of them, or put both blocks into one handler");
        self.findings.add(finding);
        false
    }
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
