//! Sequences that jump or call in a circle, and called sequences that never come back.
//!
//! A circle is reported where a run that entered it can never leave it by itself: where every
//! `goto` in it is certain, or where one depends on conditions that nothing in the circle
//! changes. A circle with an `ask` in it waits for the customer and is none, where the question is asked
//! whatever endpoints and values are; one that counts, or that asks an endpoint before it decides, may end, and
//! is left alone.

mod call_circles;
mod called_questions;

use std::borrow::Cow;
use std::collections::HashSet;

use super::Findings;
use super::failures::{has_accept, is_never_empty, options_of};
use super::names::{Declared, Names, canonical};
use super::nodes::each_below;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Source, Span};
use crate::syntax::ast::{Body, Content, Expr, ExprKind, Head, Node, Part, Target, Text, When};

/// The longest circle with a condition in it that is looked for.
const MAX_CIRCLE: usize = 64;
/// How many sequences that a circle calls are looked through.
const MAX_CALLED: usize = 64;
/// How many names of all conditions are looked for in what circles write: circles behind these are not told.
const MAX_LOOKS: usize = 1 << 20;

/// Reports circles of `goto` and of `call`, and calls of sequences that leave with `goto`. Gives which sequences may
/// leave an open question for good, by themselves or by what they call.
pub(crate) fn check(names: &Names<'_>, findings: &mut Findings) -> Vec<bool> {
    let sequences = &names.sequences.all;
    let outlines: Vec<Outline<'_>> = sequences
        .iter()
        .map(|declared| Outline::of(names, declared))
        .collect();
    let ways = ways(names, &outlines);
    let (sure, doubtful): (Vec<_>, Vec<_>) = circles(&ways, &outlines)
        .into_iter()
        .partition(|circle| doubt(&ways, circle).is_none());
    report(names, &ways, sure, &GOTO, findings);
    report(names, &ways, doubtful, &DOUBTFUL_GOTO, findings);
    report(names, &ways, call_circles::call_circles(&ways), &CALL, findings);
    let calling = sequences
        .iter()
        .zip(&outlines)
        .filter(|(_, outline)| !outline.calls.is_empty());
    for run in calling.map(|(declared, _)| declared).chain(&names.handlers) {
        check_calls(names, &outlines, run, findings);
    }
    called_questions::check(names, &ways, findings);
    with_callers(&outlines, |outline| outline.leads_away)
}

/// How each sequence goes on. Those that one calls are looked at before it, as it waits where they do.
fn ways<'f>(names: &Names<'f>, outlines: &[Outline<'f>]) -> Ways<'f> {
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

/// The sequence that a name or id means.
pub(crate) fn sequence_named(names: &Names<'_>, name: &str) -> Option<usize> {
    names
        .sequences
        .find(name)
        .or_else(|| names.sequence_ids.get(canonical(name).as_ref()).copied())
}

/// What a sequence holds anywhere in it.
struct Outline<'f> {
    first_goto: Option<&'f Node>,
    calls: Vec<usize>,
    writes: HashSet<Cow<'f, str>>,
    asks_endpoint: bool,
    /// Whether it may wait for the customer or leave.
    waits_or_leaves: bool,
    /// Whether it may leave an open question for good.
    leads_away: bool,
}

impl<'f> Outline<'f> {
    fn leads_on(&self) -> bool {
        self.first_goto.is_some() || !self.calls.is_empty()
    }

    fn of(names: &Names<'_>, declared: &Declared<'f>) -> Self {
        let mut outline = Self {
            first_goto: None,
            calls: Vec::new(),
            writes: HashSet::new(),
            asks_endpoint: false,
            waits_or_leaves: false,
            leads_away: false,
        };
        each_below(declared.node, &mut |node| {
            match &node.head {
                Head::Goto(_) => drop(outline.first_goto.get_or_insert(node)),
                Head::Call { target, .. } => {
                    outline
                        .calls
                        .extend(sequence_named(names, declared.source.slice(target.span)));
                }
                Head::Set { name, .. } | Head::Clear(name) => {
                    outline.writes.insert(canonical(declared.source.slice(name.span)));
                }
                _ => {}
            }
            outline.asks_endpoint |= asks_endpoint(node);
            outline.waits_or_leaves |= is_exit(&node.head);
            outline.leads_away |= leads_away(&node.head);
        });
        outline
    }
}

fn is_exit(head: &Head) -> bool {
    matches!(
        head,
        Head::Goto(_) | Head::Ask { .. } | Head::End | Head::Handover { .. } | Head::Bad
    )
}

/// Whether a line drops the question that is open, or shows an option that does.
pub(crate) fn leads_away(head: &Head) -> bool {
    match head {
        Head::Goto(_) | Head::Handover { .. } | Head::ApiItem(_) | Head::Bad => true,
        Head::Option(line) | Head::CardButton(line) => matches!(line.target, Some(Target::Sequence(_))),
        _ => false,
    }
}

/// Which sequences may do something, by themselves or by what they call.
fn with_callers(outlines: &[Outline<'_>], does: impl Fn(&Outline<'_>) -> bool) -> Vec<bool> {
    let mut callers = vec![Vec::new(); outlines.len()];
    for (index, outline) in outlines.iter().enumerate() {
        for called in &outline.calls {
            if let Some(callers) = callers.get_mut(*called) {
                callers.push(index);
            }
        }
    }
    let mut flags: Vec<bool> = outlines.iter().map(does).collect();
    let mut open: Vec<usize> = (0..flags.len())
        .filter(|index| flags.get(*index) == Some(&true))
        .collect();
    while let Some(index) = open.pop() {
        for caller in callers.get(index).into_iter().flatten() {
            if let Some(flag) = flags.get_mut(*caller).filter(|flag| !**flag) {
                *flag = true;
                open.push(*caller);
            }
        }
    }
    flags
}

fn check_calls(names: &Names<'_>, outlines: &[Outline<'_>], run: &Declared<'_>, findings: &mut Findings) {
    each_below(run.node, &mut |node| {
        let Head::Call { target, .. } = &node.head else {
            return;
        };
        let name = run.source.slice(target.span);
        let Some(index) = sequence_named(names, name) else {
            return;
        };
        let called = names.sequences.all.get(index).zip(outlines.get(index));
        let Some((sequence, goto)) =
            called.and_then(|(sequence, outline)| Some((sequence, outline.first_goto?)))
        else {
            return;
        };
        let finding = Diagnostic::new(
            Code::CalledGoto,
            run.source,
            node.span,
            format!("`{name}` is called, and may leave with `goto`"),
        )
        .primary("what stands behind this may never run")
        .label(sequence.source, goto.span, "this does not come back to the call")
        .with_help(format!(
            "write `goto {name}` where nothing should follow, or let `{name}` use `call` in place of `goto`"
        ));
        // A `goto` cuts off the lines behind it, which only their author may want.
        findings.add(if run.node.bodies().any(|body| ends_with(body, node)) {
            finding.suggested_fix(
                format!("replace with `goto {name}`"),
                vec![(node.span, format!("goto {name}"))],
            )
        } else {
            finding
        });
    });
}

/// Whether nothing in a block, nor behind the blocks in it, runs after a line.
fn ends_with(body: &Body, line: &Node) -> bool {
    body.nodes()
        .last()
        .is_some_and(|last| std::ptr::eq(last, line) || last.bodies().any(|inner| ends_with(inner, line)))
}

/// A `goto` or `call` from one sequence to another.
#[derive(Clone, Copy)]
struct Jump<'f> {
    from: usize,
    to: usize,
    source: &'f Source,
    span: Span,
}

/// How a sequence goes on from its first line without waiting for the customer.
#[derive(Default)]
struct Way<'f> {
    /// The `goto` that every run comes to.
    certain: Option<Jump<'f>>,
    /// The calls that every run comes to before it leaves or waits.
    calls: Vec<Jump<'f>>,
    /// The gotos that a run comes to under conditions.
    possible: Vec<Jump<'f>>,
    /// What its conditions look at.
    reads: HashSet<Cow<'f, str>>,
    writes: HashSet<Cow<'f, str>>,
    /// Whether its conditions may turn out otherwise although no attribute is set in a circle.
    is_changing: bool,
    /// The sequences that it calls and that come back without waiting, or may.
    called: Vec<usize>,
    /// The first line that waits or leaves only under conditions that do not stand in the sequence itself.
    doubt: Option<Doubt<'f>>,
    /// Whether every run through it leaves or waits.
    leaves: bool,
}

/// The ways of the sequences that lead on, or that are called.
struct Ways<'f>(Vec<Option<Box<Way<'f>>>>);

impl<'f> Ways<'f> {
    fn get(&self, index: usize) -> Option<&Way<'f>> {
        self.0.get(index)?.as_deref()
    }

    fn iter(&self) -> impl Iterator<Item = &Way<'f>> {
        self.0.iter().flatten().map(|way| &**way)
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

/// A line that waits, or not.
#[derive(Clone, Copy)]
struct Doubt<'f> {
    source: &'f Source,
    span: Span,
    words: &'static str,
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

fn asks_endpoint(node: &Node) -> bool {
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

/// The circles, each once, none sharing a sequence with another.
fn circles<'f>(ways: &Ways<'f>, outlines: &[Outline<'f>]) -> Vec<Vec<Jump<'f>>> {
    let mut circles = certain_circles(ways);
    let mut is_told = vec![false; ways.len()];
    let tell = |is_told: &mut Vec<bool>, circle: &[Jump<'_>]| {
        for jump in circle {
            if let Some(flag) = is_told.get_mut(jump.from) {
                *flag = true;
            }
        }
    };
    circles.iter().for_each(|circle| tell(&mut is_told, circle));
    let mut looks = MAX_LOOKS;
    for jump in ways.iter().flat_map(|way| &way.possible) {
        let Some(circle) = back(ways, *jump) else { continue };
        let is_new = circle.iter().all(|jump| is_told.get(jump.from) == Some(&false));
        if is_new && !may_end(ways, outlines, &circle, &mut looks) {
            tell(&mut is_told, &circle);
            circles.push(circle);
        }
    }
    circles
}

/// Circles of certain jumps: every sequence has at most one, so following them finds each circle once.
fn certain_circles<'f>(ways: &Ways<'f>) -> Vec<Vec<Jump<'f>>> {
    let mut circles = Vec::new();
    // The walk that came to a sequence first; 0 for none.
    let mut seen_in = vec![0_usize; ways.len()];
    for start in 0..ways.len() {
        let walk = start + 1;
        let mut path: Vec<Jump<'f>> = Vec::new();
        let mut at = start;
        while let Some(mark) = seen_in.get_mut(at) {
            if *mark != 0 {
                if *mark == walk
                    && let Some(first) = path.iter().position(|jump| jump.from == at)
                {
                    circles.push(path.split_off(first));
                }
                break;
            }
            *mark = walk;
            let Some(jump) = ways.get(at).and_then(|way| way.certain) else {
                break;
            };
            path.push(jump);
            at = jump.to;
        }
    }
    circles
}

/// The circle that certain jumps close behind a possible one.
fn back<'f>(ways: &Ways<'f>, first: Jump<'f>) -> Option<Vec<Jump<'f>>> {
    let mut circle = vec![first];
    let mut at = first.to;
    while at != first.from {
        if circle.len() == MAX_CIRCLE {
            return None;
        }
        let next = ways.get(at)?.certain?;
        circle.push(next);
        at = next.to;
    }
    Some(circle)
}

/// Whether something in a circle may change the conditions that keep a run in it.
fn may_end<'f>(ways: &Ways<'f>, outlines: &[Outline<'f>], circle: &[Jump<'f>], looks: &mut usize) -> bool {
    let in_circle: Vec<&Way<'f>> = circle.iter().filter_map(|jump| ways.get(jump.from)).collect();
    let all_called = called(outlines, in_circle.iter().copied());
    let of_deciding = called(outlines, in_circle.iter().copied().take(1));
    let (Some(deciding), Some(all_called), Some(of_deciding)) = (in_circle.first(), all_called, of_deciding)
    else {
        return true;
    };
    let mut called_ways = all_called.iter().filter_map(|index| ways.get(*index));
    let called_outlines: Vec<&Outline<'f>> = all_called
        .iter()
        .filter_map(|index| outlines.get(*index))
        .collect();
    if in_circle.iter().any(|way| way.is_changing)
        || called_ways.any(|way| way.is_changing)
        || called_outlines.iter().any(|outline| outline.asks_endpoint)
    {
        return true;
    }
    let deciding_called = of_deciding.iter().filter_map(|index| ways.get(*index));
    let reads: Vec<&Cow<'f, str>> = deciding_called
        .chain([*deciding])
        .flat_map(|way| &way.reads)
        .collect();
    let writes = in_circle.iter().map(|way| &way.writes);
    let writes = writes.chain(called_outlines.iter().map(|outline| &outline.writes));
    let cost = reads.len() * (in_circle.len() + called_outlines.len());
    *looks = looks.saturating_sub(cost);
    *looks == 0
        || writes
            .into_iter()
            .any(|written| reads.iter().any(|read| written.contains(*read)))
}

/// The sequences that some sequences call, and what these call; `None` where there are too many of them.
fn called<'w, 'f: 'w>(
    outlines: &[Outline<'_>],
    from: impl Iterator<Item = &'w Way<'f>>,
) -> Option<HashSet<usize>> {
    let mut called = HashSet::new();
    let mut open: Vec<usize> = Vec::new();
    for way in from {
        open.extend(&way.called);
    }
    while let Some(index) = open.pop() {
        if called.insert(index) {
            if called.len() > MAX_CALLED {
                return None;
            }
            open.extend(outlines.get(index).into_iter().flat_map(|outline| &outline.calls));
        }
    }
    Some(called)
}

/// The first line of a circle that waits, or not.
fn doubt<'f>(ways: &Ways<'f>, circle: &[Jump<'f>]) -> Option<Doubt<'f>> {
    circle.iter().find_map(|jump| ways.get(jump.from)?.doubt)
}

/// What is said about a circle.
struct Wording {
    code: Code,
    itself: &'static str,
    together: &'static str,
    help: &'static str,
}

const GOTO: Wording = Wording {
    code: Code::GotoCircle,
    itself: "jumps to itself",
    together: "jump in a circle",
    help: "ask the customer something on the way, or leave one `goto` out: at its end a sequence waits",
};

const DOUBTFUL_GOTO: Wording = Wording {
    code: Code::GotoCircle,
    itself: "may jump to itself",
    together: "may jump in a circle",
    help: "leave one `goto` out: at its end a sequence waits; or let every way ask the customer something",
};

const CALL: Wording = Wording {
    code: Code::CallCircle,
    itself: "calls itself",
    together: "call each other in a circle",
    help: "ask the customer something on the way, put one `call` into an `if`, or leave it out",
};

/// Reports circles, each from its first sequence on.
fn report<'f>(
    names: &Names<'f>,
    ways: &Ways<'f>,
    circles: Vec<Vec<Jump<'f>>>,
    wording: &Wording,
    findings: &mut Findings,
) {
    for mut circle in circles {
        let doubt = doubt(ways, &circle).filter(|_| wording.code == Code::GotoCircle);
        let first = circle
            .iter()
            .enumerate()
            .min_by_key(|(_, jump)| jump.from)
            .map_or(0, |(index, _)| index);
        circle.rotate_left(first);
        if let Some((first, others)) = circle.split_first() {
            let finding = circle_found(names, first, others, wording);
            findings.add(match doubt {
                Some(doubt) => finding.label(doubt.source, doubt.span, doubt.words),
                None => finding,
            });
        }
    }
}

fn circle_found(names: &Names<'_>, first: &Jump<'_>, others: &[Jump<'_>], wording: &Wording) -> Diagnostic {
    /// How many sequences the message names, and how many labels show the way.
    const NAMED: usize = 4;
    const LABELLED: usize = 8;
    let name = |index: usize| {
        names
            .sequences
            .all
            .get(index)
            .map_or("", |declared| declared.source.slice(declared.span))
    };
    let own = name(first.from);
    let message = if others.is_empty() {
        format!("`{own}` {} without waiting for the customer", wording.itself)
    } else {
        let mut path = format!("`{own}`");
        others
            .iter()
            .take(NAMED - 1)
            .for_each(|jump| path.push_str(&format!(", `{}`", name(jump.from))));
        if others.len() >= NAMED {
            path.push_str(&format!(" and {} more", others.len() + 1 - NAMED));
        }
        format!("{path} {} without waiting for the customer", wording.together)
    };
    let finding = Diagnostic::new(wording.code, first.source, first.span, message)
        .primary(format!("on to `{}`", name(first.to)));
    let shown = others.iter().take(LABELLED - 1);
    let finding = shown.fold(finding, |finding, jump| {
        finding.label(jump.source, jump.span, format!("on to `{}`", name(jump.to)))
    });
    finding.with_help(wording.help)
}
