//! Where new lines go: behind an item, beside its kin, at the top of a file, into a block.

use sayflow::syntax::ast::{Body, Entry, File, Head, Node};
use sayflow::{Source, Span};

use crate::index::Kind;
use crate::text::number;

/// A line with its block and its branches, as far as they go.
pub(crate) fn extent(node: &Node) -> Span {
    let heads = node.branches.iter().map(|branch| branch.span);
    let bodies = node.bodies().map(body_span);
    heads.chain(bodies).fold(node.span, Span::to)
}

/// A block with its braces; one that is not closed ends behind its last line.
pub(crate) fn body_span(body: &Body) -> Span {
    let end = body.close.or_else(|| body.entries.last().map(entry_span));
    body.open.to(end.unwrap_or(body.open))
}

/// A line or comment, as far as it goes.
pub(crate) fn entry_span(entry: &Entry) -> Span {
    match entry {
        Entry::Node(node) => extent(node),
        Entry::Remark(remark) => remark.span,
    }
}

/// The item of a file that holds a place, or ends before it.
pub(crate) fn item_at(file: &File, offset: u32) -> Option<&Node> {
    last_before(&file.entries, offset)
}

/// The lines around a place: the item first. Where one line ends and the next begins, the next one.
pub(crate) fn lines_at(file: &File, offset: u32) -> Vec<&Node> {
    let mut around = Vec::new();
    let mut here = line_at(&file.entries, offset);
    while let Some(node) = here {
        around.push(node);
        here = node
            .bodies()
            .filter_map(|body| line_at(&body.entries, offset))
            .last();
    }
    around
}

/// The line among these that holds a place.
fn line_at(entries: &[Entry], offset: u32) -> Option<&Node> {
    last_before(entries, offset).filter(|node| offset <= extent(node).end)
}

/// The last line among these that begins at a place or before it.
fn last_before(entries: &[Entry], offset: u32) -> Option<&Node> {
    let behind = entries.partition_point(|entry| entry_start(entry) <= offset);
    entries.iter().take(behind).rev().find_map(|entry| match entry {
        Entry::Node(node) => Some(node),
        Entry::Remark(_) => None,
    })
}

/// Where an entry begins. Those of a block stand in the order of the file.
const fn entry_start(entry: &Entry) -> u32 {
    match entry {
        Entry::Node(node) => node.span.start,
        Entry::Remark(remark) => remark.span.start,
    }
}

/// Where the line of a place begins.
pub(crate) fn line_start(source: &Source, offset: u32) -> u32 {
    let before = source.slice(Span::new(0, offset));
    before.rfind('\n').map_or(0, |at| number(at + 1))
}

/// Behind a place and the comment on its line; where code follows there, right behind the place.
pub(crate) fn behind(source: &Source, offset: u32) -> u32 {
    let line = rest_of_line(source, offset);
    let code = line.trim();
    if code.is_empty() || code.starts_with("//") {
        offset + number(line.trim_end().len())
    } else {
        offset
    }
}

/// What stands behind a place on its line.
pub(crate) fn rest_of_line(source: &Source, offset: u32) -> &str {
    let rest = source.slice(Span::new(offset, source.span().end));
    let line = rest.split('\n').next().unwrap_or_default();
    line.strip_suffix('\r').unwrap_or(line)
}

/// What kind of thing an item declares; `None` for handlers and tests.
pub(crate) const fn kind_of(item: &Node) -> Option<Kind> {
    match item.head {
        Head::Attribute { .. } => Some(Kind::Attribute),
        Head::Server { .. } => Some(Kind::Server),
        Head::Api { .. } => Some(Kind::Api),
        Head::Action { .. } => Some(Kind::Action),
        Head::Sequence { .. } => Some(Kind::Sequence),
        _ => None,
    }
}

/// The last item of a kind in a file.
pub(crate) fn last_of(file: &File, kind: Kind) -> Option<&Node> {
    file.nodes().rfind(|item| kind_of(item) == Some(kind))
}

/// The top of a file: before its first item and the comments right above that.
pub(crate) fn top(file: &File) -> u32 {
    let source = &file.source;
    let mut top = None;
    for entry in file.entries.iter().rev() {
        let span = entry_span(entry);
        let is_apart = top.is_some_and(|below| {
            let between = source.slice(Span::new(span.end, below));
            between.matches('\n').count() > 1
        });
        match entry {
            Entry::Remark(_) if is_apart || top.is_none() => {}
            _ => top = Some(line_start(source, span.start)),
        }
    }
    top.unwrap_or_else(|| source.span().end)
}

/// The blanks that the line of a place begins with.
pub(crate) fn indent(source: &Source, offset: u32) -> &str {
    let line = source.slice(Span::new(line_start(source, offset), source.span().end));
    let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
    line.get(..blanks).unwrap_or_default()
}

/// Whether no brace of a line is missing, nor of any line in it.
pub(crate) fn is_closed(node: &Node) -> bool {
    let is_whole = |body: &Body| !body.open.is_empty() && body.close.is_some() && body.nodes().all(is_closed);
    node.bodies().all(is_whole)
}

/// What goes when lines are taken away: their breaks, and one of two empty lines around them.
pub(crate) fn removed(source: &Source, span: Span) -> Span {
    let start = line_start(source, span.start);
    let rest = source.slice(Span::new(span.end, source.span().end));
    let end = rest.find('\n').map_or(rest.len(), |at| at + 1);
    let end = span.end + number(end);
    let above = source.slice(Span::new(0, start));
    let below = source.slice(Span::new(end, source.span().end));
    let is_gap_above = above.is_empty() || above.ends_with("\n\n") || above.ends_with("\n\r\n");
    let gap = below.strip_prefix("\r\n").or_else(|| below.strip_prefix('\n'));
    match gap {
        Some(rest) if is_gap_above => Span::new(start, end + number(below.len() - rest.len())),
        None if below.is_empty() && is_gap_above => {
            let kept = above.trim_end_matches(['\r', '\n']);
            let kept = number(kept.len());
            let line = source.slice(Span::new(kept, start));
            let first = line.find('\n').map_or(line.len(), |at| at + 1);
            Span::new(kept + number(first), end)
        }
        _ => Span::new(start, end),
    }
}
