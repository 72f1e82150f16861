//! Walking the tree, and the text of a line: its bytes with all that belongs to it, its words.

use crate::source::{Source, Span};
use crate::syntax::ast::{Body, Branch, Node};

/// Every line below a line, outer before inner, in source order.
pub(crate) fn each_below<'f>(node: &'f Node, visit: &mut impl FnMut(&'f Node)) {
    for inner in node.bodies().flat_map(Body::nodes) {
        visit(inner);
        each_below(inner, visit);
    }
}

/// The edit that takes a branch away, with the blanks before it; `None` where a brace is missing, or
/// a comment would go with it.
pub(crate) fn branch_removal(source: &Source, node: &Node, branch: &Branch) -> Option<(Span, String)> {
    let own = end_of(source, node.body.as_ref(), node.span)?;
    let before = node.branches.iter().take_while(|other| other.span != branch.span);
    let before = before.map(|other| branch_end(source, other));
    let gone = Span::new(
        before.last().unwrap_or(Some(own))?.end,
        branch_end(source, branch)?.end,
    );
    branch.remarks.is_empty().then(|| (gone, String::new()))
}

fn branch_end(source: &Source, branch: &Branch) -> Option<Span> {
    end_of(source, branch.body.as_ref(), branch.span)
}

/// A line with its block and branches; `None` where a brace is missing.
pub(crate) fn extent(source: &Source, node: &Node) -> Option<Span> {
    let mut extent = node.span.to(end_of(source, node.body.as_ref(), node.span)?);
    for branch in &node.branches {
        extent = extent.to(branch_end(source, branch)?);
    }
    Some(extent)
}

/// The last of a head and its block; `None` where its brace is missing, be it that it took one from further left.
fn end_of(source: &Source, body: Option<&Body>, head: Span) -> Option<Span> {
    let Some(body) = body else { return Some(head) };
    let close = body.close?;
    let margin = indent(source, close).len();
    let before = source.slice(Span::new(lines(source, close).start, close.start));
    (before.len() > margin || margin >= indent(source, head).len()).then_some(close)
}

/// Words with one blank between them, as tables of words have them.
pub(crate) fn words(written: &str) -> String {
    written.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The lines that a span touches, with the break of the last.
pub(crate) fn lines(source: &Source, span: Span) -> Span {
    let before = source.slice(Span::new(0, span.start));
    let behind = source.slice(Span::new(span.end, source.span().end));
    let start = before.rfind('\n').map_or(0, |index| index + 1);
    let length = behind.find('\n').map_or(behind.len(), |index| index + 1);
    let start = u32::try_from(start).unwrap_or(span.start);
    Span::new(start, span.end + u32::try_from(length).unwrap_or(0))
}

/// The blanks that the line of a span begins with.
pub(crate) fn indent(source: &Source, span: Span) -> &str {
    let line = source.slice(lines(source, span));
    line.get(..line.len() - line.trim_start().len())
        .unwrap_or_default()
}

/// The edit that takes a line away with all that belongs to it, and its own lines where nothing
/// else stands on them; `None` where a brace is missing.
pub(crate) fn removal(source: &Source, node: &Node) -> Option<(Span, String)> {
    Some((removed(source, extent(source, node)?), String::new()))
}

/// What goes when a span is taken away: its lines, where nothing else stands on them, and one of
/// the empty lines around it where there are two.
pub(crate) fn removed(source: &Source, span: Span) -> Span {
    let lines = lines(source, span);
    let on_line = [Span::new(lines.start, span.start), Span::new(span.end, lines.end)];
    if on_line.iter().any(|rest| !source.slice(*rest).trim().is_empty()) {
        return span;
    }
    let above = source.slice(Span::new(0, lines.start));
    let below = source.slice(Span::new(lines.end, source.span().end));
    let is_gap_above = above.is_empty() || above.ends_with("\n\n");
    match (is_gap_above, below) {
        (true, "") => Span::new(lines.start.saturating_sub(1), lines.end),
        (true, below) if below.starts_with('\n') => Span::new(lines.start, lines.end + 1),
        _ => lines,
    }
}
