//! The formatter: the tree of a file in, its one canonical form out.
//!
//! There is nothing to configure. The formatter moves blanks, line breaks, braces and comments and
//! exchanges typographic quotes and arrows for plain ones; what a customer reads stays byte for byte.
//! Broken lines are printed as they stand, and everything sound around them is formatted.

mod broken;
mod expr;
mod head;
mod line;
mod line_ends;
mod region;
mod shape;
mod spacing;
mod step;
mod text;

use std::ops::Range;

use sayflow::syntax::{
    self,
    ast::{Body, Branch, Entry, File, Node, Remark},
};
use sayflow::{Source, Span};

use broken::{begins_line, body_end, branch_end, entry_extent, extent, is_indented, is_left_alone, marks};
pub(crate) use line::is_blank;
use line::{Ctx, Line};
use region::Findings;
use shape::same_shape;
use spacing::Gap;

/// The canonical form of a file.
///
/// Formatting the result again changes nothing, and it reads as the same flow: its tree differs in
/// positions only. A file without content gives an empty text; any other ends in one line break.
///
/// All lines of the form end as the first line of the file: in `\r\n` or in `\n`. Which of them is not the
/// formatter's to decide, as editors and Git choose it by system.
///
/// What is found in a broken file is found in its form, at the same words. How a broken line is read
/// can depend on what stands beside it: an item that the form would read as something else stays
/// byte for byte until the line is repaired.
///
/// # Examples
///
/// ```
/// use sayflow::{Source, syntax};
///
/// let (file, _) = syntax::parse(&Source::new("a.flow", "on  start{ text “Hi {{ name | there }}!” }"));
/// assert_eq!(sayflow_kit::format(&file), "on start {\n  text \"Hi {{name|there}}!\"\n}\n");
/// ```
#[must_use]
pub fn format(file: &File) -> String {
    let text = file.source.text();
    if !text.contains("\r\n") {
        return form(file);
    }
    let (file, _) = syntax::parse(&Source::new(file.source.name(), line_ends::as_lf(text)));
    line_ends::as_in(text, form(&file))
}

/// Whether the first line of a node was read as a whole: it says nothing that the tree does not.
pub(crate) fn is_whole(source: &Source, node: &Node) -> bool {
    let ctx = Ctx { source, depth: 0 };
    let (_, is_whole) = head::head(ctx, &node.head, node.span).finish(ctx.slice(node.span));
    is_whole
}

/// The form of a file whose lines end in `\n`: what is printed as it stands brings no other ends with it.
fn form(file: &File) -> String {
    let (_, found) = region::read(file.source.name(), file.source.text());
    if let Some(form) = whole_form(file, &found) {
        return form;
    }
    let form = form_in_regions(file);
    let (read_again, found_again) = region::read(file.source.name(), &form);
    let again = || {
        let whole = whole_form(&read_again, &found_again);
        whole.unwrap_or_else(|| form_in_regions(&read_again))
    };
    if is_same(file, &found, (&read_again, &found_again)) && again() == form {
        form
    } else {
        file.source.text().to_owned()
    }
}

/// The form of a file where it can be printed as a whole: the form is read as the same, and is its own form.
fn whole_form(file: &File, found: &Findings) -> Option<String> {
    let form = printed(file, &[]);
    let (read_again, found_again) = region::read(file.source.name(), &form);
    let is_form = is_same(file, found, (&read_again, &found_again)) && printed(&read_again, &[]) == form;
    is_form.then_some(form)
}

/// The form of a file, but for the regions that would be read as something else.
fn form_in_regions(file: &File) -> String {
    let mut kept = region::regions(file);
    kept.retain(|range| {
        let entries = file.entries.get(range.clone()).unwrap_or_default();
        let (margin, written) = region::bytes(&file.source, entries);
        let (alone, found) = region::read(file.source.name(), &format!("{margin}{written}\n"));
        whole_form(&alone, &found).is_none()
    });
    printed(file, &kept)
}

/// Whether a form is read as the file that it was made of: the same lines in the same blocks, with
/// the same findings.
fn is_same(file: &File, found: &Findings, (form, found_again): (&File, &Findings)) -> bool {
    let is_whole = marks(form.source.text()) >= marks(file.source.text());
    is_whole && found_again.are_those_of(found) && same_shape(file, form)
}

fn printed(file: &File, kept: &[Range<usize>]) -> String {
    let ctx = Ctx {
        source: &file.source,
        depth: 0,
    };
    let mut page = Page {
        ctx,
        text: String::new(),
    };
    page.entries(&file.entries, None, kept);
    page.new_line();
    page.text
}

/// The output so far. It ends in no line break, so that a brace or an `else` can join its last line.
struct Page<'a> {
    ctx: Ctx<'a>,
    text: String,
}

impl Page<'_> {
    /// Entries in a block that the line at `head_start` opens, or at the top level. Those in the
    /// ranges `kept` are printed as they stand.
    fn entries(&mut self, entries: &[Entry], head_start: Option<u32>, kept: &[Range<usize>]) {
        let mut gap = Gap::Break;
        let mut is_reopened = false;
        let mut kept = kept.iter().peekable();
        let mut index = 0;
        while let Some(entry) = entries.get(index) {
            let (printed, rest) = entries.split_at(index);
            gap = spacing::gap(self.ctx, head_start, (printed, gap), rest);
            index += 1;
            if let Some(range) = kept.next_if(|range| range.start == printed.len()) {
                let whole = entries.get(range.clone()).unwrap_or_default();
                let (margin, written) = region::bytes(self.ctx.source, whole);
                self.line_at(gap, margin, written);
                index = range.end;
                continue;
            }
            match entry {
                Entry::Node(node) if is_left_alone(self.ctx, node) => {
                    self.broken(gap, &self.margin(node, is_reopened), node);
                    is_reopened |= self.ctx.slice(node.span) == "}";
                }
                Entry::Node(node) => self.node(gap, node),
                Entry::Remark(remark) => self.line(gap, self.ctx.slice(remark.span)),
            }
        }
    }

    fn node(&mut self, gap: Gap, node: &Node) {
        let gap = self.remarks(gap, node.branches.iter().filter(|branch| branch.body.is_none()));
        let head = head::head(self.ctx, &node.head, node.span);
        let (head, is_whole) = head.finish(self.ctx.slice(node.span));
        self.line(gap, &head);

        let mut piece = Piece {
            end: node.span.end,
            is_whole,
        };
        if let Some(body) = &node.body {
            piece = self.body(node.span.start, body, &[]);
        }
        for branch in &node.branches {
            piece = self.branch(piece, branch);
        }
    }

    /// The blanks before a broken line. The beginning of a line is where items stand: what is there
    /// stays there, and what is not stays away, outside of items and behind a `}` that came too early.
    fn margin(&self, node: &Node, is_reopened: bool) -> String {
        match self.ctx.depth {
            0 if is_indented(self.ctx, node) => "  ".to_owned(),
            1 if is_reopened && !is_indented(self.ctx, node) => String::new(),
            _ => self.ctx.indent(),
        }
    }

    /// A broken line with everything in it. An `else` that begins a line is indented like the first
    /// one, for lines deeper than it would be taken for its block; where they were, it stays.
    fn broken(&mut self, mut gap: Gap, margin: &str, node: &Node) {
        let ctx = self.ctx;
        let whole = extent(node);
        let mut start = whole.start;
        let moves = |branch: &&Branch| {
            let is_implied = branch.body.as_ref().is_some_and(|body| body.open.is_empty());
            !is_implied && begins_line(ctx, branch.span.start)
        };
        let starts = node.branches.iter().filter(moves).map(|branch| branch.span.start);
        for end in starts.chain([whole.end]) {
            let written = ctx.slice(Span::new(start, end)).trim_end_matches(is_blank);
            self.line_at(gap, margin, written);
            gap = Gap::Break;
            start = end;
        }
    }

    /// Comments in front of an `else` that has no block to hold them go above the statement.
    fn remarks<'b>(&mut self, mut gap: Gap, branches: impl Iterator<Item = &'b Branch>) -> Gap {
        for remark in branches.flat_map(|branch| &branch.remarks) {
            self.line(gap, self.ctx.slice(remark.span));
            gap = Gap::Break;
        }
        gap
    }

    fn body(&mut self, head_start: u32, body: &Body, moved: &[Remark]) -> Piece {
        if !body.open.is_empty() {
            self.join("{");
        }
        self.ctx.depth += 1;
        let ctx = self.ctx;
        let is_opening = |entry: &&Entry| spacing::is_behind_open(ctx, body.open, entry);
        let opening = body.entries.iter().take_while(is_opening).count();
        let (opening, entries) = body.entries.split_at(opening);
        for entry in opening {
            self.join(self.ctx.slice(entry_extent(entry)));
        }
        for remark in moved {
            self.line(Gap::Break, self.ctx.slice(remark.span));
        }
        self.entries(entries, Some(head_start), &[]);
        self.ctx.depth -= 1;
        if body.close.is_some() {
            self.line(Gap::Break, "}");
        }
        Piece {
            end: body_end(body),
            is_whole: body.close.is_some(),
        }
    }

    /// An `else` joins the line before it, unless that is broken and stands on a line of its own.
    fn branch(&mut self, before: Piece, branch: &Branch) -> Piece {
        let between = self.ctx.slice(Span::new(before.end, branch.span.start));
        let line = head::when(Line::new(self.ctx).word("else"), &branch.when);
        let line = line.option("", branch.text.as_ref(), Line::text);
        let (head, is_whole) = line.finish(self.ctx.slice(branch.span));
        if before.is_whole || !between.contains('\n') {
            self.join(&head);
        } else {
            self.line(Gap::Break, &head);
        }
        match &branch.body {
            Some(body) => self.body(branch.span.start, body, &branch.remarks),
            None => Piece {
                end: branch_end(branch),
                is_whole: is_whole && branch.text.is_some(),
            },
        }
    }

    /// Adds something behind the last line.
    fn join(&mut self, words: &str) {
        if !self.text.ends_with(' ') {
            self.text.push(' ');
        }
        self.text.push_str(words);
    }

    /// Adds a line, or what stands on the last line after all.
    fn line(&mut self, gap: Gap, words: &str) {
        self.line_at(gap, &self.ctx.indent(), words);
    }

    fn line_at(&mut self, gap: Gap, margin: &str, words: &str) {
        match gap {
            Gap::Blank => return self.join(words),
            Gap::Break => self.new_line(),
            Gap::EmptyLine => {
                self.new_line();
                self.new_line();
            }
        }
        self.text.push_str(margin);
        self.text.push_str(words);
    }

    fn new_line(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }
}

/// A part of a statement that is printed: where it ends in the source, and whether nothing of it
/// is broken or missing.
struct Piece {
    end: u32,
    is_whole: bool,
}
