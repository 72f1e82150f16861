//! Selected statements become a sequence of their own, which is called in their place.
//!
//! A call comes back behind itself, and `end`, `extra` and an `ask` do in a called sequence what they
//! did before. Two things would not be the same: `once`, which is remembered by its sequence, and
//! `goto`, which the checker does not want in a called sequence. So what has a `once` stays, and what
//! ends with `goto` is gone to, not called, where nothing in it could tell the difference.

use gen_lsp_types::CodeActionKind;
use sayflow::syntax::ast::{Head, Trigger};
use sayflow::{Edit, Span};

use super::statements::{Run, sequence};
use super::{Offer, Scene, insertion};
use crate::index::{Kind, Symbol};
use crate::layout;
use crate::protocol::Written;
use crate::text::number;

pub(super) fn offer<'w>(scene: &Scene<'w>) -> Option<Offer<'w>> {
    let source = scene.source();
    let item = layout::item_at(scene.file, scene.span.start).filter(|item| layout::is_closed(item))?;
    let owner = match &item.head {
        Head::Sequence { name, .. } => source.slice(name.span),
        Head::On(trigger) => trigger_name(trigger),
        _ => return None,
    };
    let run = Run::selected(item, trimmed(scene)?)?;
    let word = way(&run)?;
    let name = free_name(scene, owner);
    let declaration = sequence(&name, source.slice(run.span))?;
    let jump = Edit {
        source: source.clone(),
        span: run.span,
        text: format!("{word} {name}"),
    };
    let end = layout::behind(source, layout::extent(item).end);
    let declaration = insertion(source, end, &format!("\n\n{}", declaration.trim_end()));
    let edits = vec![Written::plain(jump).selecting(&name), declaration];
    let title = format!("extract into sequence `{name}`");
    Some(Offer::new(title, CodeActionKind::RefactorExtract, edits))
}

/// The selection without the blanks at its ends.
fn trimmed(scene: &Scene<'_>) -> Option<Span> {
    let selected = scene.source().slice(scene.span);
    let start = selected.len() - selected.trim_start().len();
    let inner = selected.trim();
    let start = scene.span.start + number(start);
    (!inner.is_empty()).then(|| Span::new(start, start + number(inner.len())))
}

/// The word that leads to the new sequence; `None` where it would not mean the same.
fn way(run: &Run<'_>) -> Option<&'static str> {
    let last = run.nodes().next_back()?;
    let is_goto = |head: &Head| matches!(head, Head::Goto(_));
    if !run.is_sound() || run.has(|head| matches!(head, Head::Once { .. })) {
        None
    } else if !run.has(is_goto) {
        Some("call")
    } else {
        // A `goto` drops the open question at once; only what neither ends nor asks cannot tell.
        let is_told = |head: &Head| matches!(head, Head::End | Head::Handover { .. } | Head::Ask { .. });
        (is_goto(&last.head) && !run.has(is_told)).then_some("goto")
    }
}

const fn trigger_name(trigger: &Trigger) -> &'static str {
    match trigger {
        Trigger::Start => "start",
        Trigger::Words(_) => "words",
        Trigger::Intent(_) => "intent",
        Trigger::Unmatched => "unmatched",
        Trigger::ApiFailure => "api_failure",
        Trigger::Stale => "stale",
        Trigger::Moved => "moved",
    }
}

/// A name that nothing has nor names.
fn free_name(scene: &Scene<'_>, owner: &str) -> String {
    let is_free = |name: &String| {
        let symbol = Symbol::new(Kind::Sequence, name);
        scene.index.mentions(&symbol).is_empty() && scene.index.alias(&symbol).is_none()
    };
    let first = format!("{owner}_part");
    let more = (2..).map(|number| format!("{owner}_part_{number}"));
    let mut names = std::iter::once(first.clone()).chain(more);
    names.find(is_free).unwrap_or(first)
}
