//! What stands between two things of a file or block: a blank, a line break, or an empty line.
//!
//! Authors group lines with empty ones; several collapse to one. At the top level, things with a
//! block stand apart always, and take the comments right above them along.

use sayflow::Span;
use sayflow::syntax::ast::{Entry, Head, Node};

use super::broken::{entry_extent, extent};
use super::line::Ctx;

/// What stands in front of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// A blank: a comment behind its line, or what hangs on a `}`.
    Blank,
    /// A line break.
    Break,
    /// An empty line.
    EmptyLine,
}

/// What stands between the entries already printed, the last of them behind its gap, and the first
/// of the rest, in a block that the line at `head_start` opens.
pub(super) fn gap(
    ctx: Ctx<'_>,
    head_start: Option<u32>,
    (printed, last_gap): (&[Entry], Gap),
    rest: &[Entry],
) -> Gap {
    let (Some(before), Some(entry)) = (printed.last(), rest.first()) else {
        return Gap::Break;
    };
    let hangs = is_bad(entry) && hangs_on(ctx, head_start, (before, last_gap), entry)
        || is_stray_open(ctx, before) && line_breaks(ctx, before, entry) == 0;
    if is_trailing(entry) || hangs {
        Gap::Blank
    } else if line_breaks(ctx, before, entry) > 1 || (ctx.depth == 0 && stand_apart(ctx, printed, rest)) {
        Gap::EmptyLine
    } else {
        Gap::Break
    }
}

/// Whether an entry is a comment behind the line before it.
fn is_trailing(entry: &Entry) -> bool {
    matches!(entry, Entry::Remark(remark) if remark.is_trailing)
}

/// Whether an entry stands behind the `{` before it: a comment, or one `{` too many.
pub(super) fn is_behind_open(ctx: Ctx<'_>, open: Span, entry: &Entry) -> bool {
    let between = Span::new(open.end, entry_extent(entry).start);
    is_trailing(entry) || is_stray_open(ctx, entry) && !ctx.slice(between).contains('\n')
}

/// Whether an entry is a `{` that opens nothing. On a line of its own it would open a block.
fn is_stray_open(ctx: Ctx<'_>, entry: &Entry) -> bool {
    is_bad(entry) && ctx.slice(entry_extent(entry)) == "{"
}

fn is_bad(entry: &Entry) -> bool {
    matches!(entry, Entry::Node(Node { head: Head::Bad, .. }))
}

/// Whether words may be broken for standing behind a `}` only: on a line of their own they would be
/// sound. Within a block on one line they are broken by themselves.
fn hangs_on(ctx: Ctx<'_>, head_start: Option<u32>, (before, last_gap): (&Entry, Gap), bad: &Entry) -> bool {
    let written = ctx.slice(entry_extent(before));
    let hangs_itself = is_bad(before) && (last_gap == Gap::Blank || written == "}");
    let is_in_one_line = || head_start.is_some_and(|start| !spans_lines(ctx, start, bad));
    line_breaks(ctx, before, bad) == 0 && (hangs_itself || written.ends_with('}') && !is_in_one_line())
}

fn spans_lines(ctx: Ctx<'_>, start: u32, entry: &Entry) -> bool {
    ctx.slice(Span::new(start, entry_extent(entry).start))
        .contains('\n')
}

fn stand_apart(ctx: Ctx<'_>, printed: &[Entry], rest: &[Entry]) -> bool {
    let before = printed.iter().rev().find(|entry| !is_trailing(entry));
    match before {
        Some(Entry::Node(node)) => {
            has_block(ctx, node) || announced(ctx, rest).is_some_and(|node| has_block(ctx, node))
        }
        _ => false,
    }
}

/// The line that the first of these entries belongs to: itself, or what a comment stands right above.
fn announced<'e>(ctx: Ctx<'_>, entries: &'e [Entry]) -> Option<&'e Node> {
    let mut above: Option<&Entry> = None;
    for entry in entries {
        if above.is_some_and(|above| line_breaks(ctx, above, entry) > 1) {
            return None;
        }
        match entry {
            Entry::Node(node) => return Some(node),
            Entry::Remark(_) => above = Some(entry),
        }
    }
    None
}

/// Whether a line has a block. What is a block in a broken one is a guess: its lines are counted.
fn has_block(ctx: Ctx<'_>, node: &Node) -> bool {
    match node.head {
        Head::Bad => ctx.slice(extent(node)).contains('\n'),
        _ => node.body.is_some() || node.branches.iter().any(|branch| branch.body.is_some()),
    }
}

fn line_breaks(ctx: Ctx<'_>, before: &Entry, after: &Entry) -> usize {
    let between = Span::new(entry_extent(before).end, entry_extent(after).start);
    ctx.slice(between).matches('\n').count()
}
