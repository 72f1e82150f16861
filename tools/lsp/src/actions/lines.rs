//! Lines that come into a flow: each on its own, or all on the line of their place where code goes on behind it.
//!
//! Several lines can stand on one only in a block that is opened there, so that is where they are joined.

use sayflow::syntax::ast::{Body, Node};
use sayflow::{Source, Span};

use super::insertion;
use crate::layout;
use crate::protocol::Written;

/// Lines in the block of a line: behind one that stands there, or first. A line without a block gets one.
pub(super) fn into_block(source: &Source, node: &Node, last: Option<&Node>, lines: &[String]) -> Written {
    let Some(body) = &node.body else {
        return block_behind(source, node, "", lines);
    };
    let before = last.map_or(body.open.end, |last| layout::extent(last).end);
    let at = layout::behind(source, before);
    let text = if goes_on(source, at) && is_on_one_line(source, body, at) {
        format!(" {}{}", lines.join(" "), gap(source, at))
    } else {
        let indent = layout::indent(source, node.span.start);
        on_own_lines(indent, lines)
    };
    insertion(source, at, &text)
}

/// A block behind a line and the blocks that it has; `word` is what it begins with.
pub(super) fn block_behind(source: &Source, node: &Node, word: &str, lines: &[String]) -> Written {
    let indent = layout::indent(source, node.span.start);
    let end = layout::extent(node).end;
    let inner = if goes_on(source, end) {
        format!(" {} ", lines.join(" "))
    } else {
        format!("{}\n{indent}", on_own_lines(indent, lines))
    };
    behind(source, node, &format!("{word} {{{inner}}}"))
}

/// Words behind a line and the blocks that it has.
pub(super) fn behind(source: &Source, node: &Node, words: &str) -> Written {
    let end = layout::extent(node).end;
    insertion(
        source,
        end,
        &format!(" {}{}", words.trim_start(), gap(source, end)),
    )
}

fn on_own_lines(indent: &str, lines: &[String]) -> String {
    lines.iter().map(|line| format!("\n{indent}  {line}")).collect()
}

/// Whether code stands behind a place on its line.
fn goes_on(source: &Source, at: u32) -> bool {
    let line = layout::rest_of_line(source, at).trim();
    !line.is_empty() && !line.starts_with("//")
}

/// Whether a block is opened on the line of a place in it, which may go on in texts of several lines.
fn is_on_one_line(source: &Source, body: &Body, at: u32) -> bool {
    let ends = std::iter::once(body.open).chain(body.entries.iter().map(layout::entry_span));
    let starts = body.entries.iter().map(|entry| layout::entry_span(entry).start);
    let gaps = ends
        .zip(starts.chain([at]))
        .take_while(|(before, _)| before.end < at);
    let mut gaps = gaps.map(|(before, start)| Span::new(before.end, start.min(at).max(before.end)));
    gaps.all(|gap| !source.slice(gap).contains('\n'))
}

/// The blank that is missing before what stands behind a place.
fn gap(source: &Source, at: u32) -> &'static str {
    let rest = layout::rest_of_line(source, at);
    if rest.is_empty() || rest.starts_with(char::is_whitespace) {
        ""
    } else {
        " "
    }
}
