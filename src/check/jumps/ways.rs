//! How sequences go on by themselves: what every run comes to, and what only some do.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{Jump, Outline, is_exit, sequence_named, with_callers};
use crate::check::failures::{has_accept, is_never_empty, options_of};
use crate::check::names::{Declared, Names, canonical};
use crate::source::{Source, Span};
use crate::syntax::ast::{Body, Content, Expr, ExprKind, Head, Node, Part, Text, When};

/// How each sequence goes on. Those that one calls are looked at before it, as it waits where they do.
pub(super) fn ways<'f>(names: &Names<'f>, outlines: &[Outline<'f>]) -> Ways<'f> {
    let waits = with_callers(outlines, |outline| outline.waits_or_leaves);
    // Most sequences jump nowhere and are not called: their ways need no walk.
    let mut is_needed: Vec<bool> = outlines.iter().map(Outline::leads_on).collect();
    for called in outlines.iter().flat_map(|outline| &outline.calls) {
        if let Some(flag) = is_needed.get_mut(*called) {
            *flag = true;
        }
    }
    let mut ways = Ways(outlines.iter().map(|_| None).collect());
    // A sequence, and how many of its calls are looked at.
    let mut open: Vec<(usize, usize)> = Vec::new();
    for start in 0..outlines.len() {
        open.push((start, 0));
        while let Some((at, done)) = open.last_mut() {
            let at = *at;
            let is_new = *done > 0 || is_needed.get_mut(at).is_some_and(std::mem::take);
            if !is_new {
                open.pop();
                continue;
            }
            let calls = outlines.get(at).map_or(&[][..], |outline| &outline.calls);
            let next = calls.get(*done).copied();
            *done += 1;
            if let Some(called) = next {
                open.push((called, 0));
                continue;
            }
            open.pop();
            if let Some(declared) = names.sequences.all.get(at) {
                let way = Way::of(names, &waits, &ways, declared);
                if let Some(place) = ways.0.get_mut(at) {
                    *place = Some(Box::new(way));
                }
            }
        }
    }
    ways
}

/// How a sequence goes on from its first line without waiting for the customer.
#[derive(Default)]
pub(super) struct Way<'f> {
    /// The `goto` that every run comes to.
    pub(super) certain: Option<Jump<'f>>,
    /// The calls that every run comes to before it leaves or waits.
    pub(super) calls: Vec<Jump<'f>>,
    /// The gotos that a run comes to under conditions.
    pub(super) possible: Vec<Jump<'f>>,
    /// What its conditions look at.
    pub(super) reads: HashSet<Cow<'f, str>>,
    pub(super) writes: HashSet<Cow<'f, str>>,
    /// Whether its conditions may turn out otherwise although no attribute is set in a circle.
    pub(super) is_changing: bool,
    /// The sequences that it calls and that come back without waiting, or may.
    pub(super) called: Vec<usize>,
    /// The first line that waits or leaves only under conditions that do not stand in the sequence itself.
    pub(super) doubt: Option<Doubt<'f>>,
    /// Whether every run through it leaves or waits.
    pub(super) leaves: bool,
}

/// The ways of the sequences that lead on, or that are called.
pub(super) struct Ways<'f>(Vec<Option<Box<Way<'f>>>>);

impl<'f> Ways<'f> {
    pub(super) fn get(&self, index: usize) -> Option<&Way<'f>> {
        self.0.get(index)?.as_deref()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Way<'f>> {
        self.0.iter().flatten().map(|way| &**way)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

/// A line that waits, or not.
#[derive(Clone, Copy)]
pub(super) struct Doubt<'f> {
    pub(super) source: &'f Source,
    pub(super) span: Span,
    pub(super) words: &'static str,
}

/// Walks a sequence on the way that needs no customer.
struct Walk<'n, 'f> {
    names: &'n Names<'f>,
    waits: &'n [bool],
    /// What is known of the sequences that are called.
    ways: &'n Ways<'f>,
    own: usize,
    source: &'f Source,
    way: Way<'f>,
    /// Whether a run may have left before the line that is looked at.
    may_have_left: bool,
}

impl<'f> Way<'f> {
    fn of(names: &Names<'f>, waits: &[bool], ways: &Ways<'f>, declared: &Declared<'f>) -> Self {
        let own = names
            .sequences
            .find(declared.source.slice(declared.span))
            .unwrap_or(usize::MAX);
        let mut walk = Walk {
            names,
            waits,
            ways,
            own,
            source: declared.source,
            way: Self::default(),
            may_have_left: false,
        };
        if let Some(body) = &declared.node.body {
            walk.way.leaves = walk.body(body, true);
        }
        walk.way
    }
}

impl<'f> Walk<'_, 'f> {
    /// Whether every run through the block leaves or waits in it.
    fn body(&mut self, body: &'f Body, is_certain: bool) -> bool {
        body.nodes().any(|node| self.line(node, is_certain))
    }

    /// Whether every run that comes to the line leaves or waits there.
    fn line(&mut self, node: &'f Node, is_certain: bool) -> bool {
        match &node.head {
            Head::Goto(target) => {
                self.jump(node, self.source.slice(target.span), is_certain);
                true
            }
            Head::Ask { .. } => self.question(node),
            Head::End | Head::Handover { .. } | Head::Bad => true,
            Head::Call { target, .. } => sequence_named(self.names, self.source.slice(target.span))
                .is_none_or(|to| self.call(node, to, is_certain)),
            Head::Set { name, .. } | Head::Clear(name) => {
                self.way.writes.insert(canonical(self.source.slice(name.span)));
                false
            }
            Head::If(condition) => self.branching(node, condition),
            // What happens the first time only keeps no run from coming round again.
            Head::Once { .. } => false,
            _ => {
                // A reply may save attributes, and a failed call may lead away.
                self.way.is_changing |= asks_endpoint(node);
                self.may_have_left |= node
                    .branches
                    .iter()
                    .filter_map(|branch| branch.body.as_ref())
                    .any(|body| self.has_exit(body));
                false
            }
        }
    }

    /// Whether every run that comes to a call leaves or waits in the sequence.
    fn call(&mut self, node: &Node, to: usize, is_certain: bool) -> bool {
        if is_certain && !self.may_have_left {
            self.way.calls.push(Jump {
                from: self.own,
                to,
                source: self.source,
                span: node.span,
            });
        }
        let may_leave = self.waits.get(to) != Some(&false);
        // One that calls itself on the way is not known yet.
        let leaves = match self.ways.get(to) {
            Some(way) => way.leaves,
            None => may_leave,
        };
        if leaves {
            return true;
        }
        self.way.called.push(to);
        if may_leave {
            self.doubt(node, "this may come back without waiting");
        }
        false
    }

    /// Whether every run that comes to a question waits at it, or leaves where it is left out.
    fn question(&mut self, node: &'f Node) -> bool {
        let has_options = options_of(node).next().is_some();
        let is_left_out_alone = !has_accept(node) || !node.branches.is_empty();
        if !(has_options && is_left_out_alone) || is_never_empty(self.source, node) {
            return true;
        }
        for item in options_of(node).flat_map(Node::children) {
            let Head::Option(line) = &item.head else { continue };
            self.placeholders(&line.title);
            if let Some(condition) = &line.condition {
                self.condition(condition);
            }
        }
        let mut all_leave = node.has_catch_all();
        for branch in &node.branches {
            let body = branch.body.as_ref();
            all_leave &= body.is_some_and(|body| self.body(body, false));
        }
        if !all_leave {
            self.doubt(node, "without an option this is not asked");
        }
        all_leave
    }

    fn doubt(&mut self, node: &Node, words: &'static str) {
        self.may_have_left = true;
        self.way.doubt.get_or_insert(Doubt {
            source: self.source,
            span: node.span,
            words,
        });
    }

    fn has_exit(&self, body: &Body) -> bool {
        body.nodes().any(|node| {
            let leaves = match &node.head {
                Head::Call { target, .. } => sequence_named(self.names, self.source.slice(target.span))
                    .is_none_or(|to| self.waits.get(to) != Some(&false)),
                head => is_exit(head),
            };
            leaves || node.bodies().any(|inner| self.has_exit(inner))
        })
    }

    fn jump(&mut self, node: &Node, target: &str, is_certain: bool) {
        let Some(to) = sequence_named(self.names, target) else {
            return;
        };
        let jump = Jump {
            from: self.own,
            to,
            source: self.source,
            span: node.span,
        };
        if is_certain && !self.may_have_left {
            self.way.certain = Some(jump);
        } else {
            self.way.possible.push(jump);
        }
    }

    fn branching(&mut self, node: &'f Node, condition: &'f Expr) -> bool {
        self.condition(condition);
        for branch in &node.branches {
            if let When::If(condition) = &branch.when {
                self.condition(condition);
            }
        }
        let mut all_leave = node.has_catch_all();
        let mut may_leave = false;
        for body in node.bodies() {
            let leaves = self.body(body, false);
            all_leave &= leaves;
            may_leave |= leaves || self.has_exit(body);
        }
        self.may_have_left |= may_leave;
        all_leave
    }

    fn condition(&mut self, condition: &'f Expr) {
        match &condition.kind {
            ExprKind::Name(name) => drop(self.way.reads.insert(canonical(self.source.slice(name.span)))),
            ExprKind::Text(text) => self.placeholders(text),
            // Visits count with every round.
            ExprKind::Visits(_) | ExprKind::Missing => self.way.is_changing = true,
            ExprKind::Not(inner) | ExprKind::Negate(inner) | ExprKind::Group(inner) => self.condition(inner),
            ExprKind::IsEmpty { value, .. } => self.condition(value),
            ExprKind::Binary { left, right, .. } => {
                self.condition(left);
                self.condition(right);
            }
            ExprKind::Number(_) | ExprKind::YesNo(_) | ExprKind::Secret(_) | ExprKind::Extra => {}
        }
    }

    fn placeholders(&mut self, text: &Text) {
        for part in &text.parts {
            if let Part::Attribute { name, .. } = part {
                self.way.reads.insert(canonical(self.source.slice(name.span)));
            }
        }
    }
}

pub(super) fn asks_endpoint(node: &Node) -> bool {
    match &node.head {
        Head::CallApi(_)
        | Head::Say {
            content: Content::Api(_),
            ..
        } => true,
        Head::Say {
            content: Content::Text(text),
            ..
        } => text.parts.iter().any(|part| matches!(part, Part::Api(_))),
        _ => node.children().any(|item| matches!(item.head, Head::ApiItem(_))),
    }
}
