//! Statements that move from one sequence to another: which they are, and what they would lose.

use sayflow::syntax::ast::{Body, Entry, Head, Node, RemarkKind};
use sayflow::syntax::{Place, legal, parse, place_in};
use sayflow::{Source, Span};

use crate::layout::{self, entry_span};

/// Whole entries of one block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run<'w> {
    pub(super) entries: &'w [Entry],
    /// From the first to the last, with the comment behind that.
    pub(super) span: Span,
}

impl<'w> Run<'w> {
    /// The statements that a selection covers wholly, all of one block; with the notes and the `allow`
    /// right above the first, which are about it.
    pub(super) fn selected(item: &'w Node, selection: Span) -> Option<Self> {
        let mut node = item;
        loop {
            let body = statements_of(node).find(|body| {
                let close = body.close.map_or(u32::MAX, |close| close.start);
                body.open.end <= selection.start && selection.end <= close
            })?;
            let is_touched = |entry: &&Entry| {
                entry_span(entry).start < selection.end && selection.start < entry_span(entry).end
            };
            let mut touched = body.entries.iter().filter(is_touched);
            let is_within = |entry: &Entry| {
                selection.start <= entry_span(entry).start && entry_span(entry).end <= selection.end
            };
            if touched.clone().all(is_within) {
                // The lines of an ask hold statements, and are none.
                let is_own = node.body.as_ref().is_some_and(|own| std::ptr::eq(own, body));
                let holds_statements = !is_own || place_in(&node.head) == Place::Statements;
                return Self::of(body, selection).filter(|_| holds_statements);
            }
            node = match (touched.next(), touched.next()) {
                (Some(Entry::Node(inner)), None) => inner,
                _ => return None,
            };
        }
    }

    fn of(body: &'w Body, selection: Span) -> Option<Self> {
        let is_within = |entry: &Entry| {
            selection.start <= entry_span(entry).start && entry_span(entry).end <= selection.end
        };
        let entries = &body.entries;
        let first = entries.iter().position(is_within)?;
        let last = entries.iter().rposition(is_within)?;
        let above = entries
            .get(..first)?
            .iter()
            .rev()
            .take_while(|entry| is_about_next(entry));
        let is_trailing = |entry: &Entry| matches!(entry, Entry::Remark(remark) if remark.is_trailing);
        let behind = entries.get(last + 1).filter(|entry| is_trailing(entry));
        let entries = entries.get(first - above.count()..=last + usize::from(behind.is_some()))?;
        let span = entry_span(entries.first()?).to(entry_span(entries.last()?));
        Some(Self { entries, span })
    }

    /// The statements, without comments.
    pub(super) fn nodes(&self) -> impl DoubleEndedIterator<Item = &'w Node> + use<'w> {
        self.entries.iter().filter_map(Entry::node)
    }

    /// Whether everything can be read, closes what it opens, and may stand in a sequence.
    pub(super) fn is_sound(&self) -> bool {
        let is_legal = |node: &Node| legal(Place::Statements, &node.head);
        self.nodes().all(|node| layout::is_closed(node) && is_legal(node))
            && !self.has(|head| matches!(head, Head::Bad))
    }

    /// Whether a line is among them, or in a block of theirs.
    pub(super) fn has(&self, is_it: impl Fn(&Head) -> bool + Copy) -> bool {
        self.nodes().any(|node| has(node, is_it))
    }
}

/// Whether a line, or one in its blocks, is what is looked for.
pub(super) fn has(node: &Node, is_it: impl Fn(&Head) -> bool + Copy) -> bool {
    is_it(&node.head) || node.bodies().flat_map(Body::nodes).any(|inner| has(inner, is_it))
}

/// The blocks of a line that hold statements, or lines that hold statements.
fn statements_of(node: &Node) -> impl Iterator<Item = &Body> {
    let own = node.body.iter().filter(|_| {
        let place = place_in(&node.head);
        matches!(place, Place::Statements | Place::Ask)
    });
    let branches = node.branches.iter().filter_map(|branch| branch.body.as_ref());
    own.chain(branches)
}

/// Whether an entry is a comment that speaks to the line below it.
fn is_about_next(entry: &Entry) -> bool {
    match entry {
        Entry::Remark(remark) => {
            !remark.is_trailing && matches!(remark.kind, RemarkKind::Note | RemarkKind::Allow { .. })
        }
        Entry::Node(_) => false,
    }
}

/// Lines as the block of a sequence, in their form; `None` where they cannot be read alone.
pub(super) fn sequence(name: &str, lines: &str) -> Option<String> {
    let text = format!("sequence {name} {{\n{lines}\n}}\n");
    let (file, found) = parse(&Source::new("", text));
    found.is_empty().then(|| sayflow_kit::format(&file))
}
