//! What keeps a broken line whole: it is printed as it stands.
//!
//! A line that was read in part only may hold more than its tree says. Every line is therefore
//! compared with what the tree makes of it, and stays as written where the two say different things.

use sayflow::Span;
use sayflow::syntax::ast::{Body, Branch, Entry, Head, Node};

use super::line::{Ctx, is_blank};

/// Whether a node is printed as it stands: broken lines, and those where an open quote takes in what
/// follows. The lines of a `test` that does not begin its line were not read as those of a test.
pub(super) fn is_left_alone(ctx: Ctx<'_>, node: &Node) -> bool {
    let is_alone = match node.head {
        Head::Bad => true,
        Head::Test { .. } => is_indented(ctx, node),
        _ => false,
    };
    let branches = node
        .branches
        .iter()
        .map(|branch| (branch.span, branch.body.as_ref()));
    let mut pieces = branches.chain([(node.span, node.body.as_ref())]);
    is_alone || pieces.any(|(head, body)| takes_in_lines(ctx, head) || is_torn(ctx, head, body))
}

/// Whether a `"""` or a reply between backticks in a head is never closed.
fn takes_in_lines(ctx: Ctx<'_>, head: Span) -> bool {
    let is_left_open = |marks| ctx.slice(head).matches(marks).count() % 2 == 1;
    is_left_open("\"\"\"") || is_left_open("```")
}

/// Whether a block on one line has lost its `}` to an open quote; the block ends with its line.
fn is_torn(ctx: Ctx<'_>, head: Span, body: Option<&Body>) -> bool {
    body.filter(|body| body.close.is_none()).is_some_and(|body| {
        let written = ctx.slice(head.to(Span::at(body_end(body))));
        written.ends_with('}') && !written.contains('\n')
    })
}

/// Whether something stands before a node on its line.
pub(super) fn is_indented(ctx: Ctx<'_>, node: &Node) -> bool {
    let before = ctx.slice(Span::new(0, node.span.start));
    !before.trim_start_matches('\u{feff}').is_empty() && !before.ends_with('\n')
}

/// Whether nothing but blanks stands before a byte on its line.
pub(super) fn begins_line(ctx: Ctx<'_>, offset: u32) -> bool {
    let before = ctx.slice(Span::new(0, offset));
    before
        .trim_end_matches(|c| is_blank(c) && c != '\n')
        .ends_with('\n')
}

/// Everything a node stands for, from its first word to the end of its last branch.
pub(super) fn extent(node: &Node) -> Span {
    let body = node.body.iter().map(|body| Span::at(body_end(body)));
    let branches = node.branches.iter().map(|branch| Span::at(branch_end(branch)));
    body.chain(branches).fold(node.span, Span::to)
}

/// The bytes of an entry.
pub(super) fn entry_extent(entry: &Entry) -> Span {
    match entry {
        Entry::Node(node) => extent(node),
        Entry::Remark(remark) => remark.span,
    }
}

/// Where a block ends: behind its `}`, or behind the last thing in it where that is missing.
pub(super) fn body_end(body: &Body) -> u32 {
    let last = body
        .entries
        .last()
        .map_or(body.open.end, |entry| entry_extent(entry).end);
    body.close.map_or(last, |close| close.end.max(last))
}

/// Where a branch ends.
pub(super) fn branch_end(branch: &Branch) -> u32 {
    branch.body.as_ref().map_or(branch.span.end, body_end)
}

/// Whether two lines hold the same characters, apart from blanks and from the marks that the
/// formatter exchanges: quotes, the backslashes before them, and arrows.
pub(super) fn same_characters(one: &str, other: &str) -> bool {
    characters(one).eq(characters(other))
}

/// How many quotes and backslashes a text has. The form has no fewer: a stray one is a mistake that
/// its author has yet to see, and not ours to take away.
pub(super) fn marks(text: &str) -> usize {
    text.chars()
        .filter(|mark| matches!(mark, '"' | '“' | '”' | '\\'))
        .count()
}

/// The characters of a text that the formatter neither moves nor exchanges.
pub(super) fn characters(line: &str) -> impl Iterator<Item = char> {
    line.chars()
        .flat_map(|c| if c == '→' { ['-', '>'] } else { [c, ' '] })
        .filter(|c| !is_blank(*c) && !matches!(c, '"' | '“' | '”' | '\\'))
}
