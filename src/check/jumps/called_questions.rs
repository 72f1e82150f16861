//! Calls in the blocks of a question that lead back to the question: each goes one call deeper.

use std::collections::HashSet;

use super::{MAX_CALLED, Ways, sequence_named};
use crate::check::Findings;
use crate::check::names::{Declared, Names};
use crate::check::nodes::each_below;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{Body, Head, Node};

/// Reports the calls that every run through a block of a question comes to. What a condition leads to may end.
pub(super) fn check(names: &Names<'_>, ways: &Ways<'_>, findings: &mut Findings) {
    for (own, sequence) in names.sequences.all.iter().enumerate() {
        each_below(sequence.node, &mut |ask| {
            if matches!(ask.head, Head::Ask { .. }) {
                check_question(names, ways, (own, sequence), ask, findings);
            }
        });
    }
}

fn check_question(
    names: &Names<'_>,
    ways: &Ways<'_>,
    (own, sequence): (usize, &Declared<'_>),
    ask: &Node,
    findings: &mut Findings,
) {
    let blocks = ask.children().filter_map(|line| match line.head {
        Head::NoReply(_) => Some((line, "each silence goes one call deeper")),
        Head::NoMatch => Some((line, "each wrong answer goes one call deeper")),
        _ => None,
    });
    for (line, primary) in blocks {
        for call in line.body.iter().flat_map(Body::nodes) {
            let Head::Call { target, .. } = &call.head else {
                continue;
            };
            let name = sequence.source.slice(target.span);
            if sequence_named(names, name).is_some_and(|to| leads_to(ways, to, own)) {
                findings.add(found(sequence, call.span, ask, (name, primary)));
            }
        }
    }
}

/// Whether a sequence is another, or calls it in every run before it waits or leaves.
fn leads_to(ways: &Ways<'_>, from: usize, to: usize) -> bool {
    let mut open = vec![from];
    let mut seen = HashSet::new();
    while let Some(index) = open.pop() {
        if index == to {
            return true;
        }
        if seen.len() < MAX_CALLED && seen.insert(index) {
            let calls = ways.get(index).into_iter().flat_map(|way| &way.calls);
            open.extend(calls.take(MAX_CALLED).map(|call| call.to));
        }
    }
    false
}

fn found(
    sequence: &Declared<'_>,
    call: Span,
    ask: &Node,
    (called, primary): (&str, &'static str),
) -> Diagnostic {
    let own = sequence.source.slice(sequence.span);
    let message = if own == called {
        format!("`{own}` calls itself from its own question")
    } else {
        format!("`{own}` calls `{called}` from its own question, and that leads back to `{own}`")
    };
    Diagnostic::new(Code::CallCircle, sequence.source, call, message)
        .primary(primary)
        .label(
            sequence.source,
            ask.span,
            "this question is asked again each time",
        )
        .with_help(format!(
            "say here what is to be said, or write `goto {called}`, which drops what waits to be returned to"
        ))
}
