//! Sequences that jump or call in a circle, and called sequences that never come back.
//!
//! A circle is reported where a run that entered it can never leave it by itself: where every
//! `goto` in it is certain, or where one depends on conditions that nothing in the circle
//! changes. A circle with an `ask` in it waits for the customer and is none, where the question is asked
//! whatever endpoints and values are; one that counts, or that asks an endpoint before it decides, may end, and
//! is left alone.

mod call_circles;
mod called_questions;
mod ways;

use std::borrow::Cow;
use std::collections::HashSet;

use ways::{Doubt, Way, Ways, asks_endpoint};

use super::Findings;
use super::names::{Declared, Names, canonical};
use super::nodes::each_below;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Source, Span};
use crate::syntax::ast::{Body, Head, Node, Target};

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
    let ways = ways::ways(names, &outlines);
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
