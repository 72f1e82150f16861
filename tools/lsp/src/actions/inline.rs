//! A call is replaced by what it calls; the sequence goes where that was its only use.
//!
//! Refused where it would not mean the same: where the sequence comes back to itself, where it has a
//! `once`, which is remembered by its sequence, where its visits are counted, and where an id of it is
//! taken in the place of the call. `goto` and `end` do the same in either place.

use std::collections::BTreeSet;

use gen_lsp_types::CodeActionKind;
use sayflow::syntax::ast::{Body, Entry, File, Head, Ident, Node, Remark, RemarkKind};
use sayflow::syntax::{canonical, parse};
use sayflow::{Edit, Source, Span};

use super::statements::{has, sequence};
use super::{Offer, Scene};
use crate::index::{Declared, Index, Kind, Role, Symbol};
use crate::layout;
use crate::protocol::Written;

pub(super) fn offer<'w>(scene: &Scene<'w>) -> Option<Offer<'w>> {
    let around = scene.around();
    let (call, outer) = around.split_last()?;
    let Head::Call { target, .. } = &call.head else {
        return None;
    };
    let caller = *outer.first()?;
    let source = scene.source();
    let symbol = Symbol::new(Kind::Sequence, source.slice(target.span));
    let called = scene.index.declared(&symbol)?;
    let means_the_same = is_whole(called.node)
        && !comes_back(scene.index, &symbol)
        && !has(called.node, |head| matches!(head, Head::Once { .. }))
        && !is_counted(scene.index, &symbol)
        && ids(called.file, called.node, None).is_disjoint(&ids(scene.file, caller, Some(call)));
    if !means_the_same || std::ptr::eq(caller, called.node) {
        return None;
    }
    let mut edits = vec![replacement(scene, call, called)?];
    edits.extend(removal(scene.index, &symbol, called));
    let title = format!("inline sequence `{}`", symbol.name);
    Some(Offer::new(title, CodeActionKind::RefactorInline, edits))
}

/// Whether everything of a sequence can be read, and there is something in it.
fn is_whole(node: &Node) -> bool {
    let is_bad = |head: &Head| matches!(head, Head::Bad);
    layout::is_closed(node) && node.children().next().is_some() && !has(node, is_bad)
}

/// Whether calls lead from a sequence back to itself.
fn comes_back(index: Index<'_>, symbol: &Symbol) -> bool {
    let mut known = BTreeSet::new();
    let mut waiting = vec![symbol.clone()];
    while let Some(next) = waiting.pop() {
        let Some(declared) = index.declared(&next) else {
            continue;
        };
        for called in calls(declared) {
            if called == *symbol {
                return true;
            }
            if known.insert(called.clone()) {
                waiting.push(called);
            }
        }
    }
    false
}

fn calls(declared: Declared<'_>) -> Vec<Symbol> {
    let mut found = Vec::new();
    each(declared.node, &mut |node| {
        if let Head::Call { target, .. } = &node.head {
            let name = declared.file.source.slice(target.span);
            found.push(Symbol::new(Kind::Sequence, name));
        }
    });
    found
}

fn each<'f>(node: &'f Node, visit: &mut impl FnMut(&'f Node)) {
    for inner in node.bodies().flat_map(Body::nodes) {
        visit(inner);
        each(inner, visit);
    }
}

/// Whether an expression asks how often the customer was in a sequence.
fn is_counted(index: Index<'_>, symbol: &Symbol) -> bool {
    index.mentions(symbol).iter().any(|mention| {
        let before = index
            .file(*mention)
            .map(|file| file.source.slice(Span::new(0, mention.span.start)));
        let before = before.unwrap_or_default().trim_end();
        let open = before.strip_suffix('(').unwrap_or_default();
        open.trim_end().ends_with("visits")
    })
}

/// The ids in an item, those by default included; but for one statement.
fn ids(file: &File, item: &Node, but: Option<&Node>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut take = |id: Option<Ident>| {
        found.extend(id.map(|id| canonical(file.source.slice(id.span)).into_owned()));
    };
    each(item, &mut |node| {
        if but.is_some_and(|but| std::ptr::eq(but, node)) {
            return;
        }
        match &node.head {
            Head::Say { id, .. } | Head::Gallery { id } | Head::Options { id, .. } | Head::Once { id } => {
                take(*id);
            }
            Head::Ask { id, save, .. } => take(id.or(*save)),
            Head::Call { id, target } => take(id.or(Some(*target))),
            _ => {}
        }
    });
    found
}

/// The lines of a sequence in place of its call, with the comments above it.
fn replacement(scene: &Scene<'_>, call: &Node, called: Declared<'_>) -> Option<Written> {
    let source = scene.source();
    let behind = layout::behind(source, call.span.end);
    let rest = source.slice(Span::new(behind, source.span().end));
    let is_last_on_line = rest.lines().next().unwrap_or_default().trim().is_empty();
    if !is_last_on_line {
        return None;
    }
    let body = called.node.body.as_ref()?;
    let lines = called
        .file
        .source
        .slice(Span::new(body.open.end, body.close?.start));
    let comments = called.file.source.slice(comments_above(called));
    let lines = lines_of(&format!("{}\n{}", comments.trim_end(), lines.trim_start()))?;
    let indent = layout::indent(source, call.span.start);
    let indented = |line: &String| match line.as_str() {
        "" => String::new(),
        line => format!("{indent}{line}"),
    };
    let text = lines.iter().map(indented).collect::<Vec<_>>().join("\n");
    let text = text.trim_start().to_owned();
    Some(Written::plain(Edit {
        source: source.clone(),
        span: with_allowance(scene, call),
        text,
    }))
}

/// Statements in their form, line by line, without the blanks that a block's lines begin with.
fn lines_of(statements: &str) -> Option<Vec<String>> {
    let form = sequence("inlined", statements)?;
    let (file, _) = parse(&Source::new("", form));
    let body = file.nodes().next()?.body.as_ref()?;
    let inner = file.source.slice(Span::new(body.open.end, body.close?.start));
    let lines = inner.trim_end().trim_start_matches('\n').split('\n');
    Some(
        lines
            .map(|line| line.strip_prefix("  ").unwrap_or(line).to_owned())
            .collect(),
    )
}

/// A call with the `allow` above it, which would silence nothing in what comes in its place.
fn with_allowance(scene: &Scene<'_>, call: &Node) -> Span {
    let mut remarks = Vec::new();
    remarks_in(&scene.file.entries, &mut remarks);
    let allowances = remarks
        .into_iter()
        .filter(|remark| matches!(remark.kind, RemarkKind::Allow { .. }));
    above(scene.source(), call.span, allowances)
}

fn remarks_in(entries: &[Entry], found: &mut Vec<Remark>) {
    for entry in entries {
        match entry {
            Entry::Remark(remark) => found.push(*remark),
            Entry::Node(node) => {
                let bodies = node.bodies();
                bodies.for_each(|body| remarks_in(&body.entries, found));
            }
        }
    }
}

/// A span with the comments that stand in the lines right above it.
fn above(source: &Source, mut span: Span, remarks: impl DoubleEndedIterator<Item = Remark>) -> Span {
    for remark in remarks.rev() {
        let between = Span::new(remark.span.end, span.start.max(remark.span.end));
        let between = source.slice(between);
        let is_near = between.matches('\n').count() == 1 && between.trim().is_empty();
        if is_near && !remark.is_trailing && remark.span.end <= span.start {
            span = remark.span.to(span);
        }
    }
    span
}

/// The comments right above a sequence, which are about it.
fn comments_above(called: Declared<'_>) -> Span {
    let entries = called.file.entries.iter();
    let remarks = entries.filter_map(|entry| match entry {
        Entry::Remark(remark) => Some(*remark),
        Entry::Node(_) => None,
    });
    let start = called.node.span.start;
    let whole = above(&called.file.source, called.node.span, remarks);
    Span::new(whole.start, start)
}

/// The edit that takes the sequence away where nothing else leads to it: neither a name in the flow
/// nor an id, which is there for endpoints.
fn removal(index: Index<'_>, symbol: &Symbol, called: Declared<'_>) -> Option<Written> {
    let Head::Sequence { id: None, was, .. } = &called.node.head else {
        return None;
    };
    let mentions = index.mentions(symbol).iter();
    let uses = mentions.filter(|mention| mention.role != Role::Declares).count();
    if uses != 1 || !was.is_empty() {
        return None;
    }
    let source = &called.file.source;
    let span = comments_above(called).to(layout::extent(called.node));
    Some(Written::plain(Edit {
        source: source.clone(),
        span: layout::removed(source, span),
        text: String::new(),
    }))
}
