//! The tree builder: a stack of open blocks turns the flat pieces of a stretch into nodes.
//!
//! Only braces and item words decide what belongs where. Indentation is looked at in two places,
//! both about broken files: which of several open braces is blamed, and whether a line without
//! its `{` was meant to open a block.

mod recovery;
mod reports;
mod unread;

use super::ast::{Body, Branch, Entry, Head, Node, Remark, RemarkKind, Text, When};
use super::braces::{self, Braces};
use super::error;
use super::parser::begins_with_item_word;
use super::pieces::{Piece, PieceKind, Pieces};
use super::placement::{self, Block, Place, Word, legal, place_in};
use super::salvage::{replaced, salvaged, salvaged_item};
use crate::diagnostics::Diagnostic;
use crate::source::{Source, Span};
pub(super) use unread::end_of_lines;

/// How many blocks may stand inside each other.
pub const MAX_DEPTH: usize = 64;

/// The tree of a file while it grows.
pub(super) struct Tree<'s> {
    source: &'s Source,
    /// The top level.
    entries: Vec<Entry>,
    diagnostics: Vec<Diagnostic>,
    /// The open blocks, the innermost last.
    stack: Vec<Frame>,
    /// The head of a line whose end has not been seen.
    pending: Option<Pending>,
    braces: Braces,
    item: Option<Item>,
    skipped: Option<Skipped>,
    line: Line,
    /// The line that has its diagnostic; further ones would explain the same mistake.
    reported_line: u32,
    /// Whether an unclosed text of a one-line block took the block's `}`.
    is_torn: bool,
    /// How many blocks are open where the innermost is a statement without braces around it.
    unbraced: Option<usize>,
    /// The `}` that came too early, and the place of its finding.
    early: Option<(Span, usize)>,
    /// How many more `}` than `{` stand ahead in the stretch; counted where an item stands in a block.
    surplus: Option<isize>,
    /// The items in the blocks of the present one.
    inner_items: Vec<InnerItem>,
    /// What is passed over, as far as its pieces were met and no node has it, and where it ends.
    unread: Option<(Option<Span>, u32)>,
    stretch_end: u32,
    /// Whether brackets of JSON in the stretch have no end.
    is_json_unclosed: bool,
}

/// An open block.
struct Frame {
    /// The line that opened it; its body is in the making.
    node: Node,
    site: Site,
    open: Span,
    entries: Vec<Entry>,
    place: Place,
    line: u32,
    indent: u32,
}

/// What of a node a block is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Site {
    Body,
    /// The body of its last branch.
    Branch,
}

/// A head that may still get junk, a brace, or nothing.
struct Pending {
    node: Node,
    site: Site,
    block: Block,
    junk: Option<Span>,
    line: u32,
    indent: u32,
}

/// The item of the stretch, once its block is closed.
struct Item {
    /// Its place among the entries of the file.
    index: usize,
    close: Span,
    is_reported: bool,
}

/// An item in a block that goes on behind it.
struct InnerItem {
    /// The place of its finding.
    finding: usize,
    start: u32,
    /// Known once it is closed.
    end: Option<u32>,
}

/// Blocks beyond the depth limit, which are not read.
struct Skipped {
    span: Span,
    open_braces: u32,
}

/// Where the builder is.
#[derive(Default)]
struct Line {
    number: u32,
    /// Its first byte.
    start: u32,
    indent: u32,
    /// The end of the last piece.
    end: u32,
    /// What the last piece was.
    before: Before,
    /// Whether the present piece is the first of its line.
    is_start: bool,
    /// The last `}` of the line, once it was looked for.
    last_close: Option<Option<u32>>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Before {
    #[default]
    Nothing,
    Open,
    Other,
}

impl<'s> Tree<'s> {
    pub(super) fn new(source: &'s Source) -> Self {
        Self {
            source,
            entries: Vec::new(),
            diagnostics: Vec::new(),
            stack: Vec::new(),
            pending: None,
            braces: Braces::default(),
            item: None,
            skipped: None,
            line: Line::default(),
            reported_line: 0,
            is_torn: false,
            unbraced: None,
            early: None,
            surplus: None,
            inner_items: Vec::new(),
            unread: None,
            stretch_end: 0,
            is_json_unclosed: false,
        }
    }

    /// Adds the pieces of one stretch; every block is closed behind it.
    pub(super) fn read(&mut self, stretch: Span, mut pieces: Pieces<'_, '_>) {
        self.item = None;
        self.early = None;
        self.unbraced = None;
        self.surplus = None;
        self.inner_items.clear();
        self.braces = Braces::default();
        self.stretch_end = stretch.end;
        self.is_json_unclosed = false;
        self.line.end = stretch.start;
        self.line.before = Before::Nothing;
        while let Some(piece) = pieces.next() {
            self.look_ahead(&piece, &pieces);
            self.step(stretch, piece);
        }
        self.end_stretch(pieces.ctx.is_swallowed);
    }

    /// The top level of the file and what was found on the way.
    pub(super) fn finish(mut self) -> (Vec<Entry>, Vec<Diagnostic>) {
        let mut entries = std::mem::take(&mut self.entries);
        self.report_loose_notes(&entries);
        entries.shrink_to_fit();
        (entries, self.diagnostics)
    }

    fn step(&mut self, stretch: Span, piece: Piece) {
        let span = piece.span;
        self.enter(stretch, span);
        if self.pass_over(span) {
            self.line.before = Before::Other;
            self.line.end = span.end;
            return;
        }
        if self.line.is_start && std::mem::take(&mut self.is_torn) {
            self.settle(Next::End);
            self.braces.close(None);
            self.pop_frame(None);
        }
        if self.line.is_start || matches!(piece.kind, PieceKind::Close) {
            self.close_unbraced();
        }
        if self.line.is_start && !matches!(piece.kind, PieceKind::Remark(_)) {
            self.braces.line(self.line.indent, self.line.start);
        }
        let mut before = Before::Other;
        if self.skipped.is_some() {
            self.skip(&piece);
        } else {
            match piece.kind {
                PieceKind::Open => before = self.open(span),
                PieceKind::Close => before = self.close(span),
                PieceKind::Remark(kind) => self.remark(span, kind, piece.problems),
                PieceKind::Head(Head::Bad) if piece.problems.is_empty() => self.bad(stretch, span),
                PieceKind::Head(head) => self.head(stretch, span, head, piece.problems),
                PieceKind::Else { when, text } => {
                    let quote = unread::left_open(&piece.problems);
                    self.else_branch(span, when, text, piece.problems);
                    self.pass_over_text(quote, span.end);
                }
                PieceKind::Bad => self.bad(stretch, span),
            }
        }
        self.line.before = before;
        self.line.end = span.end;
    }

    /// Moves to the line of the next piece.
    fn enter(&mut self, stretch: Span, span: Span) {
        let gap = self.source.slice(Span::new(self.line.end, span.start));
        let line_break = gap.rfind('\n');
        self.line.is_start = line_break.is_some() || self.line.end == stretch.start;
        if self.line.is_start {
            let margin = gap.get(line_break.map_or(0, |at| at + 1)..).unwrap_or_default();
            let width = margin.trim_start_matches('\u{FEFF}').chars().count();
            self.line.number += 1;
            self.line.start = span.start - super::parser::len(margin);
            self.line.indent = u32::try_from(width).unwrap_or(u32::MAX);
            self.line.last_close = None;
        }
    }

    fn head(&mut self, stretch: Span, span: Span, head: Head, problems: Vec<Diagnostic>) {
        let word = Word::of(&head);
        // In the middle of a line, an item word is just a word.
        let may_be_item = self.line.is_start || self.pending.is_none();
        let is_item = may_be_item
            && (word.is_some_and(Word::is_item)
                || matches!(head, Head::Bad) && begins_with_item_word(self.source.slice(span)));
        if is_item {
            self.start_item(stretch, span);
        } else if self.is_statement_for_block(span, &head) {
            self.open_unbraced(span);
        } else if self.is_behind_a_statement() {
            if self.pending.is_some() {
                return self.junk(span);
            }
            // It is behind a `}`, and sound: only its place in the line is wrong.
            let found = error::junk_behind_block(self.source, span);
            self.report_once(self.line.number, found);
        }
        self.settle(if self.is_inside_pending(&head) {
            Next::Inner
        } else {
            Next::Line
        });
        if !is_item {
            self.decide_place(word);
            if !legal(self.place(), &head) {
                self.close_by_indent(0, |place, _| legal(place, &head));
            }
            if !legal(self.place(), &head) {
                self.reopen_block(span, &head);
            }
            let is_other = match head {
                Head::Key { .. } => !legal(self.place(), &head),
                Head::KeyValue { .. } => self.place() == Place::File,
                _ => false,
            };
            if is_other {
                return self.broken_line(stretch, span);
            }
            self.reopen_item(span);
        }
        let quote = unread::left_open(&problems);
        self.report_problems(span, problems);
        let head = self.place_head(span, head);
        let block = Word::of(&head).map_or(Block::Welcome, |word| match word.block() {
            // What a block of a test need not list.
            Block::Needed if matches!(head, Head::Step(_)) => Block::Welcome,
            block => block,
        });
        self.wait_for_end(bare(span, head), Site::Body, block);
        self.pass_over_text(quote, span.end);
    }

    /// The head as it counts where it stands: one without a meaning there is told, and replaced by what was meant.
    fn place_head(&mut self, span: Span, head: Head) -> Head {
        let place = self.place();
        let Some(word) = Word::of(&head).filter(|_| !legal(place, &head)) else {
            return head;
        };
        let found = placement::misplaced(self.source, span, word, &head, place);
        self.report_once(self.line.number, found);
        replaced(head, place, error::opens_block(self.source, span.end))
    }

    fn bad(&mut self, stretch: Span, span: Span) {
        let is_behind_a_head = self.pending.is_some() && !self.line.is_start;
        if is_behind_a_head || self.is_behind_a_statement() {
            return self.junk(span);
        }
        self.settle(Next::Line);
        if !self.is_json(span) {
            self.broken_line(stretch, span);
        }
    }

    /// A line that cannot be read. At column 0 it is taken for an item, elsewhere for a statement.
    fn broken_line(&mut self, stretch: Span, span: Span) {
        let line = self.source.slice(span);
        let is_first = is_start_of(self.source, stretch, span);
        let is_item = begins_with_item_word(line) && (is_first || self.behind(span.end).starts_with('{'));
        let head = if is_item {
            self.start_item(stretch, span);
            salvaged_item(self.source, span)
        } else {
            if self.line.indent > 0 {
                self.reopen_item(span);
            }
            self.decide_place(Word::at_start_of(line));
            let opens_block = self.behind(span.end).starts_with('{');
            let head = salvaged(self.source, span, self.place(), opens_block);
            if head.is_item() {
                self.item = None;
            }
            head
        };
        let found = error::bad_line(self.source, span, self.place());
        self.report_once(self.line.number, found);
        let block = Word::of(&head).map_or(Block::Welcome, Word::block);
        self.wait_for_end(bare(span, head), Site::Body, block);
        self.pass_over_text(error::open_quote(self.source, span), span.end);
    }

    fn else_branch(&mut self, span: Span, when: When, text: Option<Text>, problems: Vec<Diagnostic>) {
        self.settle(Next::End);
        let is_in_ask = self.place() == Place::Ask && matches!(when, When::Always);
        if !self.has_else_host() && !self.is_among_sure_options() {
            // `} ` before the `else` is what may be missing: two characters. In an `ask` it is meant as `no match`.
            let slack = if is_in_ask { 1 } else { 2 };
            self.close_by_indent(slack, |_, inner| takes_else(&inner.head));
        }
        // An `else` that is not indented stands behind the item itself, and belongs to nothing in it.
        let is_behind_item = self.stack.is_empty() && self.line.indent == 0;
        if !is_behind_item {
            self.reopen_item(span);
        }
        let block = if text.is_some() {
            Block::Refused
        } else {
            Block::Needed
        };
        if is_in_ask && self.place() == Place::Ask && !self.has_else_host() {
            // Another word for `else` would be just as wrong.
            let is_inside = |problem: &Diagnostic| {
                problem
                    .labels
                    .first()
                    .is_some_and(|it| it.span.start > span.start)
            };
            self.report_problems(span, problems.into_iter().filter(is_inside).collect());
            let found = placement::else_in_ask(self.source, span, text.as_ref());
            self.report_once(self.line.number, found);
            return self.wait_for_end(bare(span, Head::NoMatch), Site::Body, block);
        }
        self.report_problems(span, problems);
        let Some((mut node, remarks)) = self.take_else_host() else {
            let found = placement::else_without_host(self.source, span);
            self.report_once(self.line.number, found);
            let node = bare(span, Head::Bad);
            return self.wait_for_end(node, Site::Body, Block::Welcome);
        };
        if let Some(found) = placement::misfit_else(self.source, span, &node, &when, text.as_ref()) {
            self.report_once(self.line.number, found);
        }
        node.branches.push(Branch {
            remarks,
            span,
            when,
            body: None,
            text,
        });
        self.wait_for_end(node, Site::Branch, block);
    }

    fn remark(&mut self, span: Span, kind: RemarkKind, problems: Vec<Diagnostic>) {
        self.settle(Next::Line);
        self.diagnostics.extend(problems);
        let is_trailing = !self.line.is_start;
        if is_trailing && matches!(kind, RemarkKind::Note) {
            self.diagnostics.push(error::loose_note(self.source, span));
        }
        self.entries_here().push(Entry::Remark(Remark {
            span,
            kind,
            is_trailing,
        }));
    }

    fn open(&mut self, span: Span) -> Before {
        if self.line.is_start && self.is_json_behind(span) {
            return Before::Other;
        }
        if self.is_junk_brace(span) {
            self.junk(span);
            return Before::Other;
        }
        if self
            .pending
            .as_ref()
            .is_some_and(|pending| pending.block == Block::Refused)
            && self.line.is_start
        {
            self.settle(Next::End);
        }
        match self.pending.take() {
            Some(pending) => self.open_block(pending, span),
            None => self.stray_open(span),
        }
        Before::Open
    }

    fn open_block(&mut self, mut pending: Pending, span: Span) {
        self.report_junk(&mut pending);
        if pending.block == Block::Refused {
            let found = braces::unexpected_block(self.source, span, head_span(&pending));
            self.report_once(pending.line, found);
        }
        if self.stack.len() >= MAX_DEPTH {
            self.diagnostics.push(braces::too_deep(self.source, span));
            self.push_node(pending.node);
            self.skipped = Some(Skipped { span, open_braces: 1 });
            return;
        }
        if pending.block == Block::Refused {
            self.braces.open_reported(span, pending.indent);
        } else {
            self.braces.open(span, pending.indent);
        }
        self.push_frame(pending, span);
    }

    /// A `{` that no line's head stands before.
    fn stray_open(&mut self, span: Span) {
        self.reopen_item(span);
        if self.stack.len() >= MAX_DEPTH {
            self.diagnostics.push(braces::too_deep(self.source, span));
            self.skipped = Some(Skipped { span, open_braces: 1 });
            return;
        }
        self.report_once(self.line.number, braces::stray_open(self.source, span));
        let is_doubled = self.line.before == Before::Open && !self.line.is_start && self.ends_line(span.end);
        if is_doubled || self.is_alone(span) {
            return self.push_node(broken(span));
        }
        self.braces.open_reported(span, self.line.indent);
        let node = bare(Span::at(span.start), Head::Bad);
        let (line, indent) = (self.line.number, self.line.indent);
        self.push_frame(
            Pending {
                node,
                site: Site::Body,
                block: Block::Welcome,
                junk: None,
                line,
                indent,
            },
            span,
        );
    }

    fn close(&mut self, span: Span) -> Before {
        if self.is_junk_close(span) {
            self.junk(span);
            return Before::Other;
        }
        self.settle(Next::End);
        if self.is_askew(span) {
            self.report_once(self.line.number, braces::stray_close(self.source, span));
            self.push_node(broken(span));
            return Before::Open;
        }
        if self.stack.is_empty() {
            self.report_once(self.line.number, braces::stray_close(self.source, span));
            self.push_node(broken(span));
            return Before::Other;
        }
        self.braces.close(self.line.is_start.then_some(self.line.indent));
        self.pop_frame(Some(span));
        if self.stack.is_empty() && !self.entries.is_empty() {
            self.offer_moves(span.end);
            let is_reported = self.item.take().is_some_and(|item| item.is_reported);
            self.item = Some(Item {
                index: self.entries.len() - 1,
                close: span,
                is_reported,
            });
        }
        Before::Other
    }

    /// Passes over blocks beyond the depth limit; they stay in the tree as one broken line.
    fn skip(&mut self, piece: &Piece) {
        let Some(skipped) = &mut self.skipped else { return };
        skipped.span = skipped.span.to(piece.span);
        match piece.kind {
            PieceKind::Open => skipped.open_braces += 1,
            PieceKind::Close => skipped.open_braces -= 1,
            _ => {}
        }
        if skipped.open_braces == 0 {
            self.end_skipped();
        }
    }

    fn end_skipped(&mut self) {
        if let Some(skipped) = self.skipped.take() {
            self.push_node(broken(skipped.span));
        }
    }

    fn wait_for_end(&mut self, node: Node, site: Site, block: Block) {
        let (line, indent) = (self.line.number, self.line.indent);
        self.pending = Some(Pending {
            node,
            site,
            block,
            junk: None,
            line,
            indent,
        });
    }

    /// Ends the pending line without a brace; `next` may tell of a brace left out.
    fn settle(&mut self, next: Next) {
        let Some(mut pending) = self.pending.take() else {
            return;
        };
        self.report_junk(&mut pending);
        let is_item = pending.node.head.is_item();
        let is_deeper = is_item || self.line.indent > pending.indent;
        let is_opened = self.line.is_start
            && is_deeper
            && match next {
                Next::Inner => pending.block != Block::Refused,
                Next::Line => pending.block == Block::Needed,
                Next::End => false,
            };
        let head = head_span(&pending);
        if is_opened || pending.block == Block::Needed {
            let found = braces::missing_open(self.source, head);
            self.report_once(pending.line, found);
        }
        if is_opened && self.stack.len() < MAX_DEPTH {
            self.braces.open(Span::at(head.end), pending.indent);
            self.push_frame(pending, Span::at(head.end));
        } else {
            self.push_node(pending.node);
        }
    }

    fn end_stretch(&mut self, is_swallowed: bool) {
        self.end_unread();
        self.settle(Next::End);
        if std::mem::take(&mut self.is_torn) {
            self.braces.close(None);
            self.pop_frame(None);
        }
        self.end_skipped();
        if self.stack.is_empty() {
            return;
        }
        let mut comments = Vec::new();
        if let Some(frame) = self.stack.last_mut() {
            while let Some(Entry::Remark(remark)) = frame.entries.last()
                && starts_at_column_zero(self.source, remark.span)
            {
                comments.extend(frame.entries.pop());
            }
        }
        let is_reported = is_swallowed || self.item.as_ref().is_some_and(|item| item.is_reported);
        let end = self.last_end();
        self.move_early_brace(end);
        if !is_reported {
            for brace in self.braces.left_open(self.stack.len()) {
                self.diagnostics
                    .push(braces::unclosed_block(self.source, brace, end));
            }
        }
        while !self.stack.is_empty() {
            self.pop_frame(None);
        }
        self.entries.extend(comments.into_iter().rev());
    }

    fn place(&self) -> Place {
        self.stack.last().map_or(Place::File, |frame| frame.place)
    }

    fn entries_here(&mut self) -> &mut Vec<Entry> {
        self.stack
            .last_mut()
            .map_or(&mut self.entries, |frame| &mut frame.entries)
    }

    fn push_node(&mut self, node: Node) {
        if let Some(item) = self.inner_items.last_mut()
            && item.start == node.span.start
        {
            let close = node.body.as_ref().map(|body| body.close);
            item.end = close.unwrap_or(Some(node.span)).map(|last| last.end);
        }
        self.entries_here().push(Entry::Node(node));
    }

    fn push_frame(&mut self, pending: Pending, open: Span) {
        let Pending {
            node,
            site,
            line,
            block,
            indent,
            ..
        } = pending;
        let place = match site {
            Site::Body if block == Block::Refused => Place::Broken,
            Site::Body => place_in(&node.head),
            Site::Branch => Place::Statements,
        };
        self.stack.push(Frame {
            node,
            site,
            open,
            entries: Vec::new(),
            place,
            line,
            indent,
        });
    }

    fn pop_frame(&mut self, close: Option<Span>) {
        let Some(Frame {
            mut node,
            site,
            open,
            mut entries,
            ..
        }) = self.stack.pop()
        else {
            return;
        };
        self.report_loose_notes(&entries);
        // Half of a tree would be room for entries that never come.
        entries.shrink_to_fit();
        node.branches.shrink_to_fit();
        let body = Some(Body { open, entries, close });
        match (site, node.branches.last_mut()) {
            (Site::Branch, Some(branch)) => branch.body = body,
            _ => node.body = body,
        }
        self.push_node(node);
    }

    /// Whether the last node of the innermost block can have an `else`.
    fn has_else_host(&self) -> bool {
        let entries = self.stack.last().map_or(&self.entries, |frame| &frame.entries);
        let mut nodes = entries.iter().rev().filter_map(Entry::node);
        let Some(last) = nodes.next() else { return false };
        takes_else(&last.head) && !self.is_meant_for_another(last, nodes.next())
    }

    /// The node that an `else` belongs to, and the comments between the two.
    fn take_else_host(&mut self) -> Option<(Node, Vec<Remark>)> {
        if !self.has_else_host() {
            return None;
        }
        let mut remarks = Vec::new();
        loop {
            match self.entries_here().pop()? {
                Entry::Remark(remark) => remarks.push(remark),
                Entry::Node(node) => {
                    remarks.reverse();
                    return Some((node, remarks));
                }
            }
        }
    }

    /// The end of the last thing in the open blocks.
    fn last_end(&self) -> u32 {
        let entry_end = |entry: &Entry| match entry {
            Entry::Node(node) => end_of(node),
            Entry::Remark(remark) => remark.span.end,
        };
        self.stack.last().map_or(self.line.end, |frame| {
            frame.entries.last().map_or(frame.open.end, entry_end)
        })
    }
}

/// What ended a line without a brace.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// A line that belongs into a block of the line before.
    Inner,
    /// Another line.
    Line,
    /// Something that no block begins with.
    End,
}

fn broken(span: Span) -> Node {
    bare(span, Head::Bad)
}

/// A line without a block.
fn bare(span: Span, head: Head) -> Node {
    Node {
        span,
        head,
        body: None,
        branches: Vec::new(),
    }
}

/// The words that the pending block, if any, belongs to.
fn head_span(pending: &Pending) -> Span {
    match (pending.site, pending.node.branches.last()) {
        (Site::Branch, Some(branch)) => branch.span,
        _ => pending.node.span,
    }
}

fn takes_else(head: &Head) -> bool {
    matches!(
        head,
        Head::Say { .. }
            | Head::Gallery { .. }
            | Head::Options { .. }
            | Head::Ask { .. }
            | Head::CallApi(_)
            | Head::If(_)
            | Head::Bad
    )
}

/// Whether a piece is the first thing of its stretch, at column 0.
fn is_start_of(source: &Source, stretch: Span, span: Span) -> bool {
    matches!(
        source.slice(Span::new(stretch.start, span.start)),
        "" | "\u{FEFF}"
    )
}

fn starts_at_column_zero(source: &Source, span: Span) -> bool {
    let before = source.slice(Span::new(0, span.start));
    let margin = before.rsplit('\n').next().unwrap_or_default();
    margin.trim_start_matches('\u{FEFF}').is_empty()
}

/// The end of all that belongs to a node.
fn end_of(node: &Node) -> u32 {
    let body_end = |body: &Body| body.close.unwrap_or(body.open).end;
    let branch_end = |branch: &Branch| branch.body.as_ref().map_or(branch.span.end, body_end);
    let own = node.body.as_ref().map_or(node.span.end, body_end);
    node.branches.last().map_or(own, branch_end)
}
