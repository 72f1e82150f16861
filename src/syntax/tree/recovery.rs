//! Recovery: how the tree builder reads a file whose braces or lines are broken.
//!
//! The aim is one finding for one mistake, and a tree that has everything sound in its place.
//! Where braces and items disagree, item words win; where they are silent, indentation decides.

use super::{Before, Frame, InnerItem, Next, Pending, Site, Tree, broken, head_span, is_start_of};
use crate::source::Span;
use crate::syntax::ast::{Body, Branch, Entry, Expr, ExprKind, Head, Node, When};
use crate::syntax::parser::begins_with_item_word;
use crate::syntax::pieces::{Piece, PieceKind, Pieces};
use crate::syntax::placement::{Block, Place, Word, legal, place_in};
use crate::syntax::text::is_blank;
use crate::syntax::{
    braces::{self, Braces},
    error,
};

impl<'s> Tree<'s> {
    /// Whether the present piece stands on the line of a statement, outside of a one-line block.
    pub(super) fn is_behind_a_statement(&self) -> bool {
        let is_one_line = self
            .stack
            .last()
            .is_some_and(|frame| frame.line == self.line.number);
        // What needs a block does not end before it.
        let has_junk = self
            .pending
            .as_ref()
            .is_some_and(|pending| pending.junk.is_some() || pending.block == Block::Needed);
        !self.line.is_start && self.line.before == Before::Other && (!is_one_line || has_junk)
    }

    /// Something behind a complete statement: it stays in the tree as part of the statement's head.
    pub(super) fn junk(&mut self, span: Span) {
        if let Some(pending) = &mut self.pending {
            pending.junk = Some(pending.junk.map_or(span, |junk| junk.to(span)));
            return;
        }
        let found = error::junk_behind_block(self.source, span);
        self.report_once(self.line.number, found);
        self.push_node(broken(span));
    }

    /// Whether a statement stands where the block of its line should be: `else goto agent`.
    pub(super) fn is_statement_for_block(&self, span: Span, head: &Head) -> bool {
        let Some(pending) = self.pending.as_ref().filter(|_| !self.line.is_start) else {
            return false;
        };
        let place = match pending.site {
            Site::Body => place_in(&pending.node.head),
            Site::Branch => Place::Statements,
        };
        let word = Word::of(head);
        let is_free = pending.block == Block::Needed && pending.junk.is_none();
        let has_block = self.behind(span.end).starts_with('{');
        is_free
            && place == Place::Statements
            && word.is_some_and(|word| {
                word.places().contains(&place) && !(has_block && word.block() == Block::Refused)
            })
            && self.stack.len() < super::MAX_DEPTH
    }

    /// Opens the block of the pending line for the one statement at `span`.
    pub(super) fn open_unbraced(&mut self, span: Span) {
        let Some(pending) = self.pending.take() else {
            return;
        };
        let found = error::statement_for_block(self.source, head_span(&pending), span);
        self.report_once(self.line.number, found);
        let open = Span::at(span.start);
        self.braces.open(open, pending.indent);
        self.push_frame(pending, open);
        self.unbraced = Some(self.stack.len());
    }

    /// Ends the block of a statement without braces, where it is the innermost.
    pub(super) fn close_unbraced(&mut self) {
        let Some(depth) = self.unbraced else { return };
        if self.stack.len() > depth {
            return;
        }
        self.unbraced = None;
        if self.stack.len() == depth {
            self.settle(Next::End);
            self.braces.close(None);
            self.pop_frame(None);
        }
    }

    /// Where no `}` is too many at the end, the early one must be moved there.
    pub(super) fn move_early_brace(&mut self, end: u32) {
        let Some((close, at)) = self.early.take() else {
            return;
        };
        let source = self.source;
        if let Some(found) = self.diagnostics.get_mut(at) {
            let moved = std::mem::replace(found, braces::stray_close(source, close));
            *found = braces::move_close(moved, source, close, end);
        }
    }

    pub(super) fn report_junk(&mut self, pending: &mut Pending) {
        let Some(junk) = pending.junk.take() else { return };
        let head = head_span(pending);
        let needs_block = pending.block == Block::Needed;
        let place = if pending.site == Site::Body {
            self.place()
        } else {
            Place::Broken
        };
        self.report_once(
            pending.line,
            error::junk(self.source, head, junk, needs_block, place),
        );
        let whole = head.to(junk);
        forget_values(pending);
        // Behind `one of "S"` may stand another value; behind `=` stands none of its type.
        if let Head::Attribute { ty, .. } = &mut pending.node.head
            && !self.source.slice(junk).starts_with('=')
        {
            ty.kind = None;
        }
        match (pending.site, pending.node.branches.last_mut()) {
            (Site::Branch, Some(branch)) => branch.span = whole,
            _ => pending.node.span = whole,
        }
    }

    /// Whether a line has its meaning in the block of the pending line, and none beside it.
    pub(super) fn is_inside_pending(&self, head: &Head) -> bool {
        let Some(pending) = &self.pending else {
            return false;
        };
        let is_bare = pending.site == Site::Body && !matches!(pending.node.head, Head::Bad);
        is_bare && legal(place_in(&pending.node.head), head) && !legal(self.place(), head)
    }

    /// Whether an `else` that begins its line stands behind something that cannot fail, while there is an `if` or an
    /// `ask` that it may be meant for: around it, or above it with `last` alone between. `before` stands above `last`.
    pub(super) fn is_meant_for_another(&self, last: &Node, before: Option<&Node>) -> bool {
        let is_open_if = |node: &Node| matches!(node.head, Head::If(_)) && !node.has_catch_all();
        // A block without a brace is told already.
        let around = self.stack.last().filter(|frame| !frame.open.is_empty());
        let is_of_another = around.is_some_and(|frame| frame.place == Place::Ask || is_open_if(&frame.node))
            || before.is_some_and(is_open_if);
        let is_statement = !matches!(last.head, Head::If(_) | Head::Bad);
        let end = last
            .body
            .as_ref()
            .and_then(|body| body.close)
            .unwrap_or(last.span)
            .end;
        self.line.is_start
            && is_statement
            && last.branches.is_empty()
            && is_of_another
            && !self.source.slice(Span::new(last.span.start, end)).contains("<<")
    }

    /// Whether an `else` stands among options of which none comes from an endpoint.
    pub(super) fn is_among_sure_options(&self) -> bool {
        // Options may be many, and an `else` behind each of them.
        const MOST: usize = 4_000;
        let options = self.stack.last().filter(|frame| frame.place == Place::Options);
        options.is_some_and(|frame| {
            let above = self.source.slice(Span::new(frame.open.end, self.line.start));
            let near = above.get(above.floor_char_boundary(above.len().saturating_sub(MOST))..);
            !near.unwrap_or_default().contains("<<")
        })
    }

    /// Closes blocks whose `}` is missing, where a line has no meaning in the innermost block, is
    /// not indented deeper than the line that opened it, and `fits` behind an outer one. That is
    /// asked with the place around a block and the line that opened the block.
    pub(super) fn close_by_indent(&mut self, slack: u32, fits: impl Fn(Place, &Node) -> bool) {
        if !self.line.is_start || self.stack.is_empty() {
            return;
        }
        let place_around = |depth: usize| match depth.checked_sub(1) {
            Some(outer) => self.stack.get(outer).map_or(Place::File, |frame| frame.place),
            None => Place::File,
        };
        let is_left = |frame: &Frame| self.line.indent <= frame.indent + slack && !frame.open.is_empty();
        let mut outermost = None;
        for (depth, frame) in self.stack.iter().enumerate().skip(1).rev() {
            if !is_left(frame) {
                break;
            }
            if fits(place_around(depth), &frame.node) {
                outermost = Some(depth);
                break;
            }
        }
        let Some(outermost) = outermost else { return };
        while self.stack.len() > outermost {
            if let Some(brace) = self.braces.abandon() {
                self.diagnostics
                    .push(braces::unclosed_block(self.source, brace, self.line.end));
            }
            self.pop_frame(None);
        }
    }

    /// Whether a `{` in a broken line is just one of its characters: it neither ends the line nor is
    /// closed on it.
    pub(super) fn is_junk_brace(&mut self, span: Span) -> bool {
        let is_broken = self.pending.as_ref().is_some_and(|pending| {
            pending.junk.is_some() || pending.block == Block::Refused || self.reported_line == pending.line
        });
        is_broken && !self.line.is_start && self.is_alone(span)
    }

    /// Whether a `{` neither ends its line nor is closed on it.
    pub(super) fn is_alone(&mut self, span: Span) -> bool {
        if self.ends_line(span.end) {
            return false;
        }
        let last_close = *self.line.last_close.get_or_insert_with(|| {
            let rest = self.source.slice(Span::new(span.end, self.source.span().end));
            let line = rest.split('\n').next().unwrap_or_default();
            line.rfind('}')
                .and_then(|at| u32::try_from(at).ok())
                .map(|at| span.end + at)
        });
        last_close.is_none_or(|at| at < span.start)
    }

    /// Whether a `}` in the middle of a line is just a character too many: its block was opened on
    /// another line, and more than `}` and `else` follows.
    pub(super) fn is_junk_close(&self, span: Span) -> bool {
        let is_one_line = self
            .stack
            .last()
            .is_some_and(|frame| frame.line == self.line.number);
        if self.pending.is_none() || self.line.is_start || is_one_line || self.ends_line(span.end) {
            return false;
        }
        self.is_followed(span)
    }

    /// Whether a `}` before a statement is aligned with nothing that it could close.
    pub(super) fn is_askew(&self, span: Span) -> bool {
        let is_aligned = self
            .stack
            .last()
            .is_none_or(|frame| frame.indent == self.line.indent);
        self.line.is_start && !is_aligned && !self.ends_line(span.end) && self.is_followed(span)
    }

    /// Whether something else than `}` and `else` stands behind a `}`.
    pub(super) fn is_followed(&self, span: Span) -> bool {
        let rest = self.behind(span.end);
        !rest.starts_with('}') && !rest.starts_with("else")
    }

    /// Whether nothing but blanks or a comment stands behind a byte on its line.
    pub(super) fn ends_line(&self, offset: u32) -> bool {
        let rest = self.behind(offset);
        rest.is_empty() || rest.starts_with('\n') || rest.starts_with("//")
    }

    /// What stands behind a byte, without the blanks before it.
    pub(super) fn behind(&self, offset: u32) -> &'s str {
        let rest = self.source.slice(Span::new(offset, self.source.span().end));
        rest.trim_start_matches(|letter| is_blank(letter) && letter != '\n')
    }

    /// Decides by its first line what the block of a broken line holds: statements, unless the line
    /// belongs elsewhere.
    pub(super) fn decide_place(&mut self, word: Option<Word>) {
        const REQUEST: [Place; 3] = [Place::Server, Place::Api, Place::Action];
        let around = self.stack.len().checked_sub(2).and_then(|at| self.stack.get(at));
        let holds_statements = match around.map(|frame| frame.place) {
            Some(Place::Statements) => word.is_none_or(|word| word.places().contains(&Place::Statements)),
            Some(_) => false,
            None => word.is_none_or(|word| !word.places().iter().any(|place| REQUEST.contains(place))),
        };
        if let Some(frame) = self.stack.last_mut()
            && frame.place == Place::Broken
            && !matches!(frame.entries.first(), Some(Entry::Node(_)))
            && matches!(frame.node.head, Head::Bad)
            && holds_statements
        {
            frame.place = Place::Statements;
        }
    }

    /// Ends every open block before an item; an item that does not begin its line is reported.
    pub(super) fn start_item(&mut self, stretch: Span, span: Span) {
        if is_start_of(self.source, stretch, span) {
            return;
        }
        self.settle(Next::End);
        if self.is_inside(span) {
            return;
        }
        let open = self
            .stack
            .last()
            .map(|frame| frame.open)
            .filter(|open| !open.is_empty());
        let margin = self.line.is_start.then(|| {
            let before = self.source.slice(Span::new(self.line.end, span.start));
            let width = before
                .rfind('\n')
                .map_or(before.len(), |at| before.len() - at - 1);
            Span::new(span.start - u32::try_from(width).unwrap_or_default(), span.start)
        });
        self.report_once(
            self.line.number,
            braces::indented_item(self.source, span, open, margin),
        );
        while !self.stack.is_empty() {
            self.pop_frame(None);
        }
        self.braces = Braces::default();
        self.item = None;
    }

    /// Counts the braces ahead of an item in a block.
    pub(super) fn look_ahead(&mut self, piece: &Piece, pieces: &Pieces<'_, '_>) {
        if let Some(surplus) = &mut self.surplus {
            match piece.kind {
                PieceKind::Open => *surplus += 1,
                PieceKind::Close => *surplus -= 1,
                _ => {}
            }
            return;
        }
        let is_item = match &piece.kind {
            PieceKind::Bad | PieceKind::Head(Head::Bad) => {
                begins_with_item_word(self.source.slice(piece.span))
            }
            PieceKind::Head(head) => head.is_item(),
            _ => false,
        };
        if is_item && !self.stack.is_empty() {
            self.surplus = Some(pieces.surplus());
        }
    }

    /// Whether an item stands in a block that goes on behind it: there is a `}` ahead for each that is open. Then it
    /// is reported, and stays where it is.
    fn is_inside(&mut self, item: Span) -> bool {
        let surplus = self.surplus.and_then(|surplus| usize::try_from(surplus).ok());
        let Some(frame) = self.stack.last() else {
            return false;
        };
        // The grammar reads what stands behind it as lines of no test.
        if frame.place.is_in_test() || surplus.is_none_or(|surplus| surplus < self.stack.len()) {
            return false;
        }
        if self.reported_line != self.line.number {
            self.inner_items.push(InnerItem {
                finding: self.diagnostics.len(),
                start: item.start,
                end: None,
            });
        }
        let found = braces::inner_item(self.source, item, frame.open);
        self.report_once(self.line.number, found);
        true
    }

    /// Offers to move the items that stand in the item that ends at `end` behind it.
    pub(super) fn offer_moves(&mut self, end: u32) {
        if self.inner_items.is_empty() {
            return;
        }
        let source = self.source;
        let gap = match braces::rest_of_line(source, end) {
            Some(_) => "",
            None => "\n",
        };
        for item in std::mem::take(&mut self.inner_items) {
            if let (Some(item_end), Some(found)) = (item.end, self.diagnostics.get_mut(item.finding)) {
                let span = Span::new(item.start, item_end);
                *found = braces::move_out(found.clone(), source, span, (end, gap));
            }
        }
    }

    /// Statements behind an item's `}` belong to it; that brace came too early.
    pub(super) fn reopen_item(&mut self, statement: Span) {
        if !self.stack.is_empty() {
            return;
        }
        let Some(mut item) = self.item.take() else { return };
        let mut behind = self.entries.split_off(item.index.min(self.entries.len()));
        let tail = behind.split_off(1.min(behind.len()));
        let Some(Entry::Node(mut node)) = behind.pop() else {
            return self.entries.extend(tail);
        };
        // What stands behind an `else` cannot go into the block before it.
        let Some(body) = node.body.take_if(|_| node.branches.is_empty()) else {
            self.entries.push(Entry::Node(node));
            return self.entries.extend(tail);
        };
        if !item.is_reported {
            let found = braces::early_brace(self.source, item.close, node.span, statement);
            self.early = Some((item.close, self.diagnostics.len()));
            if self.reported_line == self.line.number {
                self.early = None;
            }
            self.report_once(self.line.number, found);
            item.is_reported = true;
        }
        let mut entries = body.entries;
        entries.push(Entry::Node(broken(item.close)));
        entries.extend(tail);
        let place = place_in(&node.head);
        self.braces.open(body.open, 0);
        self.stack.push(Frame {
            node,
            site: Site::Body,
            open: body.open,
            entries,
            place,
            line: 0,
            indent: 0,
        });
        self.item = Some(item);
    }

    /// Opens the block before a line again, where the line has no meaning but in that block and is
    /// indented as if it stood there: the `}` between them came too early.
    pub(super) fn reopen_block(&mut self, statement: Span, head: &Head) {
        let entries = self.stack.last().map_or(&self.entries, |frame| &frame.entries);
        let Some(at) = entries.iter().rposition(|entry| matches!(entry, Entry::Node(_))) else {
            return;
        };
        let Some(Entry::Node(node)) = entries.get(at) else {
            return;
        };
        let indent = braces::indent_of(self.source, node.span.start);
        let is_closed = node.body.as_ref().is_some_and(|body| body.close.is_some());
        let fits = is_closed
            && node.branches.is_empty()
            && !matches!(node.head, Head::Bad)
            && legal(place_in(&node.head), head);
        let is_deeper = self.line.indent > indent || !self.line.is_start;
        if self.stack.is_empty() || !fits || !is_deeper {
            return;
        }
        let tail = self.entries_here().split_off(at + 1);
        let Some(Entry::Node(mut node)) = self.entries_here().pop() else {
            return;
        };
        let Some(Body {
            open,
            mut entries,
            close,
        }) = node.body.take()
        else {
            return;
        };
        if let Some(close) = close {
            let found = braces::early_brace(self.source, close, node.span, statement);
            self.report_once(self.line.number, found);
            entries.push(Entry::Node(broken(close)));
        }
        entries.extend(tail);
        let place = place_in(&node.head);
        self.braces.open(open, indent);
        self.stack.push(Frame {
            node,
            site: Site::Body,
            open,
            entries,
            place,
            line: 0,
            indent,
        });
    }
}

/// What a line with something behind it was to compute or lead to is not known.
fn forget_values(pending: &mut Pending) {
    let forget = |expr: &mut Expr| expr.kind = ExprKind::Missing;
    if pending.site == Site::Branch {
        if let Some(Branch {
            when: When::If(condition),
            ..
        }) = pending.node.branches.last_mut()
        {
            forget(condition);
        }
        return;
    }
    match &mut pending.node.head {
        Head::If(value) | Head::Set { value, .. } | Head::KeyValue { value, .. } => forget(value),
        Head::Setting { value, .. } => forget(value),
        Head::Option(option) | Head::CardButton(option) => match &mut option.condition {
            Some(condition) => forget(condition),
            None if option.target.is_none() => pending.node.head = Head::Bad,
            None => {}
        },
        _ => {}
    }
}
