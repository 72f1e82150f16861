//! Blocks that ask endpoints: whether somebody says what happens when a call fails.
//!
//! `on api failure` speaks for every block without an `else`. It does not for `call <<api>>`,
//! which shows nothing that could be missing: there only its own `else` can keep the flow from
//! going on as if the endpoint had done its work.

use std::collections::HashSet;

use super::Findings;
use super::names::Names;
use super::nodes::{branch_removal, extent, indent, lines, words};
use crate::diagnostics::{Code, Diagnostic};
use crate::outcome::Outcome;
use crate::plain::is_blank;
use crate::source::{Source, Span};
use crate::syntax::ast::{ApiRef, Branch, Content, File, Head, Media, Node, Part, Target, Text, When};
use crate::syntax::walk;

/// What a customer reads in place of what failed, until the author writes something better.
const UNAVAILABLE: &str = "\"This is not available right now.\"";

/// Reports failures that nobody handles, and branches that can never run.
pub(crate) fn check(file: &File, names: &Names<'_>, findings: &mut Findings) {
    let handles_api_failure = names.handles_api_failure();
    let source = &file.source;
    walk(file, |node, around| {
        let is_in_ask = around
            .last()
            .is_some_and(|outer| matches!(outer.head, Head::Ask { .. }));
        let is_part_of_ask = is_in_ask && matches!(node.head, Head::Options { .. });
        let Some(mut block) = block(source, node).filter(|_| !is_part_of_ask) else {
            return;
        };
        block
            .apis
            .retain(|api| names.apis.find(source.slice(api.name.span)).is_some());
        if block.apis.is_empty() {
            // Nobody knows what is called, which is an error of its own.
        } else if block.is_never_empty {
            needless(source, node, findings);
        } else if !(block.is_shown && handles_api_failure) {
            unhandled(source, node, &block, findings);
        }
    });
}

/// A block that asks endpoints.
struct Block<'f> {
    apis: Vec<&'f ApiRef>,
    /// Whether something is left of it whatever fails.
    is_never_empty: bool,
    /// Whether it shows something, which is everything but `call <<api>>`.
    is_shown: bool,
}

fn block<'f>(source: &Source, node: &'f Node) -> Option<Block<'f>> {
    let apis: Vec<&ApiRef> = match &node.head {
        Head::Say {
            content: Content::Api(api),
            ..
        }
        | Head::CallApi(api) => vec![api],
        Head::Say {
            content: Content::Text(text),
            ..
        } => text.parts.iter().filter_map(api_of_part).collect(),
        Head::Gallery { .. } | Head::Options { .. } => node.children().filter_map(api_of_item).collect(),
        // A question with `accept` is still asked when no option is left.
        Head::Ask { .. } if !has_accept(node) => options_of(node)
            .flat_map(Node::children)
            .filter_map(api_of_item)
            .collect(),
        _ => Vec::new(),
    };
    let is_shown = !matches!(node.head, Head::CallApi(_));
    (!apis.is_empty()).then_some(Block {
        apis,
        is_never_empty: is_never_empty(source, node),
        is_shown,
    })
}

/// Whether something is left of a block, or of the options of a question, whatever endpoints answer.
pub(super) fn is_never_empty(source: &Source, node: &Node) -> bool {
    match &node.head {
        // A link never answers: a question that only an option answers needs one that does.
        Head::Ask { .. } => {
            let counts = |item: &&Node| has_accept(node) || !is_link(item);
            let mut items = options_of(node).flat_map(Node::children).filter(counts);
            items.any(|item| is_fixed(source, item))
        }
        _ => node.children().any(|item| is_fixed(source, item)),
    }
}

pub(super) fn has_accept(ask: &Node) -> bool {
    ask.children().any(|line| matches!(line.head, Head::Accept(_)))
}

fn api_of_part(part: &Part) -> Option<&ApiRef> {
    match part {
        Part::Api(api) => Some(api),
        _ => None,
    }
}

fn api_of_item(item: &Node) -> Option<&ApiRef> {
    match &item.head {
        Head::ApiItem(api) => Some(api),
        _ => None,
    }
}

/// The lists of options of a question.
pub(super) fn options_of(ask: &Node) -> impl Iterator<Item = &Node> {
    ask.children()
        .filter(|line| matches!(line.head, Head::Options { .. }))
}

/// Whether an option opens an address or calls a number.
pub(super) fn is_link(item: &Node) -> bool {
    let target = match &item.head {
        Head::Option(line) => line.target.as_ref(),
        _ => None,
    };
    matches!(target, Some(Target::Url(_) | Target::Phone(_)))
}

/// Whether an item is there whatever endpoints answer and values are.
fn is_fixed(source: &Source, item: &Node) -> bool {
    match &item.head {
        Head::Card { title } => always_shows(source, title),
        Head::Option(line) => {
            let can_be_dialled = match &line.target {
                Some(Target::Phone(phone)) => !phone.parts.iter().any(is_value),
                _ => true,
            };
            line.condition.is_none() && can_be_dialled && always_shows(source, &line.title)
        }
        _ => false,
    }
}

/// Whether there is something to read in a title whatever its values are: without it, what it stands above is left out.
fn always_shows(source: &Source, title: &Text) -> bool {
    title.parts.iter().any(|part| match part {
        Part::Plain(span) => !is_blank(source.slice(*span)),
        Part::Char(_, char) => !is_blank(char.encode_utf8(&mut [0; 4])),
        Part::Attribute { default, .. } => default.is_some_and(|span| !is_blank(source.slice(span))),
        Part::Api(_) => false,
    })
}

fn is_value(part: &Part) -> bool {
    matches!(part, Part::Attribute { .. } | Part::Api(_))
}

fn needless(source: &Source, node: &Node, findings: &mut Findings) {
    for branch in &node.branches {
        let finding = Diagnostic::new(
            Code::NeedlessElse,
            source,
            branch.span,
            "this `else` can never run",
        )
        .primary("something is left whatever fails")
        .label(source, node.span, "a failed api leaves only itself out here")
        .with_help("remove it");
        findings.add(match branch_removal(source, node, branch) {
            Some(edit) => finding.suggested_fix("remove it", vec![edit]),
            None => finding,
        });
    }
}

/// Whether the branches take every failure, be it one by one.
fn takes_all(source: &Source, node: &Node) -> bool {
    node.has_catch_all() || {
        let named: Vec<Outcome> = node
            .branches
            .iter()
            .flat_map(outcomes)
            .filter_map(|span| words(source.slice(*span)).parse().ok())
            .collect();
        Outcome::ALL
            .iter()
            .all(|outcome| !outcome.is_failure() || named.contains(outcome))
    }
}

fn outcomes(branch: &Branch) -> &[Span] {
    match &branch.when {
        When::Outcomes(spans) => spans,
        When::Always | When::If(_) => &[],
    }
}

fn unhandled(source: &Source, node: &Node, block: &Block<'_>, findings: &mut Findings) {
    if takes_all(source, node) {
        return;
    }
    let called = list(block.apis.iter().map(|api| source.slice(api.name.span)));
    let finding = match node.branches.as_slice() {
        [] => Diagnostic::new(
            Code::UnhandledFailure,
            source,
            place(node, block),
            format!("nothing says what happens when {called} fails"),
        )
        .primary(match node.head {
            Head::CallApi(_) => "the flow goes on as if it had worked",
            Head::Ask { .. } => "there is nothing to choose from then",
            _ => "only the built-in `on api failure` answers then",
        }),
        branches => branches.iter().flat_map(outcomes).fold(
            Diagnostic::new(
                Code::UnhandledFailure,
                source,
                place(node, block),
                format!("nothing says what happens when {called} fails in another way"),
            )
            .primary("the branches name some failures only"),
            |finding, outcome| finding.label(source, *outcome, "this one"),
        ),
    };
    let finding = finding.with_help(help(node, block));
    findings.add(match addition(source, node, block) {
        Some(edit) => finding.suggested_fix("add an `else`", vec![edit]),
        None => finding,
    });
}

fn help(node: &Node, block: &Block<'_>) -> &'static str {
    match (&node.head, block.is_shown) {
        (_, false) => "add `else { … }` behind it; an empty one says that it does not matter",
        (
            Head::Say {
                media: Media::Text, ..
            },
            true,
        ) => "add `else \"…\"` behind it, or an `on api failure { … }` for all blocks of the flow",
        (_, true) => "add `else { … }` behind it, or an `on api failure { … }` for all blocks of the flow",
    }
}

/// The call itself where it stands in the block's own line, otherwise that line.
fn place(node: &Node, block: &Block<'_>) -> Span {
    match (&node.head, block.apis.first()) {
        (Head::Say { .. } | Head::CallApi(_), Some(api)) => api.span,
        _ => node.span,
    }
}

/// An `else` behind a block and the branches it has; `None` where a brace is missing. Where code goes on behind it,
/// its block stands on the line as well.
fn addition(source: &Source, node: &Node, block: &Block<'_>) -> Option<(Span, String)> {
    let end = extent(source, node)?.end;
    let behind = source.slice(Span::new(end, lines(source, Span::at(end)).end));
    let goes_on = !behind.trim().is_empty() && !behind.trim().starts_with("//");
    let line = format!("\n{}", indent(source, node.span));
    let instead = match &node.head {
        _ if !block.is_shown && goes_on => " else {}".to_owned(),
        _ if !block.is_shown => format!(" else {{{line}}}"),
        Head::Say {
            media: Media::Text, ..
        } => format!(" else {UNAVAILABLE}"),
        _ if goes_on => format!(" else {{ text {UNAVAILABLE} }}"),
        _ => format!(" else {{{line}  text {UNAVAILABLE}{line}}}"),
    };
    Some((Span::at(end), instead))
}

fn list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut known = HashSet::new();
    let seen: Vec<&str> = names.filter(|name| known.insert(*name)).collect();
    match seen.as_slice() {
        [] => String::new(),
        [only] => format!("`{only}`"),
        [first, last] => format!("`{first}` or `{last}`"),
        [first, rest @ ..] => format!("`{first}` or one of {} others", rest.len()),
    }
}
