//! `expect` and `called`: the value that is there, the number of calls that were made.

use sayflow::syntax::ast::{self, Expected, ExprKind, Head, Node, Step};
use sayflow::{Span, Value};

use super::Pen;
use crate::run::Wrong;
use crate::scene::{is_writable, value_words};

/// Rewrites what does not hold.
pub(super) fn facts(pen: &mut Pen<'_>, nodes: &[&Node], wrong: &[Wrong]) {
    for wrong in wrong {
        match wrong {
            Wrong::Claim { span, value } => claim(pen, nodes, *span, value.as_ref()),
            Wrong::Calls { line, count } => {
                if let Some(node) = nodes.get(*line) {
                    calls(pen, node, *count);
                }
            }
        }
    }
}

fn claim(pen: &mut Pen<'_>, nodes: &[&Node], place: Span, value: Option<&Value>) {
    let claims = nodes.iter().filter_map(|node| match &node.head {
        Head::Step(Step::Expect(claims)) => Some(claims),
        _ => None,
    });
    let text = value.and_then(Value::as_text);
    if text.is_some_and(|text| !is_writable(text)) {
        pen.has_unwritable = true;
        return;
    }
    let written = value.map(value_words);
    for claim in claims.flatten() {
        let (name, whole) = match claim {
            ast::Claim::Equal { name, value } if name.span.to(value.span) == place => (name.span, place),
            ast::Claim::Holds(fact) if fact.span == place => match &fact.kind {
                ExprKind::IsEmpty { value, .. } => (value.span, place),
                _ => continue,
            },
            _ => continue,
        };
        let name = pen.source.slice(name);
        let text = match &written {
            Some(Some(value)) => format!("{name} = {value}"),
            // A list or an object.
            Some(None) => format!("{name} is not empty"),
            None => format!("{name} is empty"),
        };
        pen.edit(whole, text);
    }
}

fn calls(pen: &mut Pen<'_>, node: &Node, count: usize) {
    // What is denied stays, and fails.
    let Head::Step(Step::Expected {
        not: None,
        what: Expected::Called { api, with, .. },
    }) = &node.head
    else {
        return;
    };
    // The values stay as they are; where no call had them, nobody knows which of the two is meant.
    if count == 0 && !with.is_empty() {
        return;
    }
    let written = pen.source.slice(Span::new(api.span.end, node.span.end));
    let with = match written.find("with") {
        Some(at) if !with.is_empty() => format!(" {}", written.get(at..).unwrap_or_default()),
        _ => String::new(),
    };
    let api = pen.source.slice(api.span);
    let text = match count {
        0 => format!("not called {api}"),
        1 => format!("called {api} 1 time{with}"),
        count => format!("called {api} {count} times{with}"),
    };
    pen.edit(node.span, text);
}
