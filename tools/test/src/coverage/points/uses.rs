//! Which APIs a line asks, and which outcomes make a difference there.

use std::collections::HashSet;

use sayflow::syntax::ast::{ApiRef, Branch, Content, File, Head, Node, Part, When};
use sayflow::{Outcome, Source, Span};
use unicode_normalization::UnicodeNormalization;

use super::Class;

/// A name as call reports have it.
pub(super) fn canonical(name: &str) -> String {
    name.nfc().collect()
}

/// What the APIs of a flow give.
pub(super) struct Outputs {
    /// Those whose good reply always has something in it.
    never_empty: HashSet<String>,
}

impl Outputs {
    pub(super) fn of(files: &[File]) -> Self {
        let mut never_empty = HashSet::new();
        for file in files {
            for node in file.nodes() {
                if let Head::Api { name, output } = &node.head
                    && matches!(file.source.slice(*output), "image" | "nothing")
                {
                    never_empty.insert(canonical(file.source.slice(name.span)));
                }
            }
        }
        Self { never_empty }
    }

    pub(super) fn may_be_empty(&self, api: &str) -> bool {
        !self.never_empty.contains(api)
    }
}

/// The APIs that a line asks, in source order.
pub(super) fn apis(node: &Node) -> impl Iterator<Item = &ApiRef> {
    let (own, parts) = match &node.head {
        Head::CallApi(api)
        | Head::Say {
            content: Content::Api(api),
            ..
        } => (Some(api), &[][..]),
        Head::Say {
            content: Content::Text(text),
            ..
        } => (None, &*text.parts),
        _ => (None, &[][..]),
    };
    let in_text = parts.iter().filter_map(|part| match part {
        Part::Api(api) => Some(api),
        _ => None,
    });
    own.into_iter().chain(in_text).chain(items(node))
}

/// The APIs that fill a list, or the options of a question.
fn items(node: &Node) -> impl Iterator<Item = &ApiRef> {
    let is_list = |node: &Node| matches!(node.head, Head::Gallery { .. } | Head::Options { .. });
    let is_question = matches!(node.head, Head::Ask { .. });
    let inner = node.children().filter(move |child| is_question && is_list(child));
    let lists = Some(node).filter(|node| is_list(node)).into_iter().chain(inner);
    lists
        .flat_map(Node::children)
        .filter_map(|item| match &item.head {
            Head::ApiItem(api) => Some(api),
            _ => None,
        })
}

/// The outcomes that make a difference to a line, each with its place; what takes every other failure is
/// last.
pub(super) fn classes(source: &Source, node: &Node, may_be_empty: bool, api: Span) -> Vec<(Class, Span)> {
    let spans = node.branches.iter().flat_map(outcomes);
    let named: Vec<(Outcome, Span)> = spans
        .filter_map(|span| Some((outcome(source.slice(*span))?, *span)))
        .filter(|(outcome, _)| may_be_empty || *outcome != Outcome::Empty)
        .collect();
    let is_named = |outcome: Outcome| named.iter().any(|(known, _)| *known == outcome);
    let mut classes = vec![(Class::Ok, api)];
    classes.extend(
        named
            .iter()
            .map(|(outcome, span)| (Class::Named(*outcome), *span)),
    );
    if may_be_empty && !is_named(Outcome::Empty) {
        classes.push((Class::Empty, api));
    }
    let mut failures = Outcome::ALL.into_iter().filter(|outcome| outcome.is_failure());
    if failures.any(|outcome| !is_named(outcome)) {
        let mut branches = node.branches.iter();
        let bare = branches.find(|branch| matches!(branch.when, When::Always));
        let has_named_failure = named.iter().any(|(outcome, _)| outcome.is_failure());
        classes.push(match bare {
            Some(branch) => (Class::Else, branch.span),
            None if has_named_failure => (Class::FailedOtherwise, api),
            None => (Class::Failed, api),
        });
    }
    classes
}

fn outcomes(branch: &Branch) -> &[Span] {
    match &branch.when {
        When::Outcomes(spans) => spans,
        When::Always | When::If(_) => &[],
    }
}

fn outcome(written: &str) -> Option<Outcome> {
    let words: Vec<&str> = written.split_whitespace().collect();
    words.join(" ").parse().ok()
}
