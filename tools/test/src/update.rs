//! A test that failed, rewritten so that it expects what happened.
//!
//! What fits stays as it is written: its matchers, comments and blank lines, and the forms that leave something
//! open. What is denied is never dropped: it stays, and fails, or becomes a comment with the block that it is about.
//! `align.rs` decides which lines are touched; `members.rs` does so again within a block.

mod align;
mod facts;
mod members;

use std::collections::BTreeMap;

use sayflow::syntax::ast::{Entry, Head, Node, Step as Written};
use sayflow::{Edit, Program, Source, Span, syntax};

use crate::run::compare::{fits, must_be_mentioned};
use crate::run::{TestFailure, TurnRun, Verdict};
use crate::scene::{Said, can_be_expected, said_lines};
use crate::script::{Expectation, Line, Step as Does};
use crate::suite::Test;
use align::{Likeness, Step, Want, align};

impl<'t> Test<'t> {
    /// The edits of this test's file after which it expects what it was told in this run of it.
    ///
    /// Turns that could not come about are left alone, with all that follows them: an option that is gone, a call
    /// without a mock. So are claims that have no new value to write, such as `visits > 3`, and everything that is
    /// denied: `not text ~ "Sorry"`, `not called pay`. [`Test::left_by_update`] says so.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::Source;
    /// use sayflow_test::Suite;
    ///
    /// let flow = r#"
    /// on start {
    ///   text "Hello!"
    /// }
    /// test "greets" {
    ///   start
    ///   text "Hi!" // short
    /// }
    /// "#;
    /// let suite = Suite::load([Source::new("hello.flow", flow)]).map_err(|errors| format!("{errors:?}"))?;
    /// let test = suite.tests().next().ok_or("no test")?;
    /// let edits = test.updated(&test.run());
    /// assert_eq!(edits[0].text, r#"text "Hello!""#);
    /// # Ok::<(), String>(())
    /// ```
    #[must_use]
    pub fn updated(self, verdict: &Verdict) -> Vec<Edit> {
        self.pen(verdict).finish()
    }

    /// What is to be written, and whether something cannot be.
    fn pen(self, verdict: &Verdict) -> Pen<'t> {
        let source = self.source();
        let (file, _) = syntax::parse(source);
        let mut nodes = file.nodes();
        let Some(test) =
            nodes.find(|node| matches!(node.head, Head::Test { .. }) && node.span == self.span())
        else {
            return Pen::new(source);
        };
        let nodes: Vec<&Node> = test.children().collect();
        let mut pen = Pen::new(source);
        for run in verdict.turns.iter().take_while(|run| run.is_sound) {
            let lines = &self.loaded.script.lines;
            turn(&mut pen, (lines, &nodes), run);
        }
        if verdict.turns.iter().all(|run| run.is_sound) {
            facts::facts(&mut pen, &nodes, &verdict.wrong);
        }
        pen
    }

    /// Why this test, or all of it from some turn on, is not rewritten by [`Test::updated`] although it failed.
    #[must_use]
    pub fn left_by_update(self, verdict: &Verdict) -> Option<&str> {
        let lines = &self.loaded.script.lines;
        let is_reply = |span: Span| {
            let mut mocks = lines.iter().filter(|line| matches!(line.step, Does::Mock { .. }));
            mocks.any(|line| line.span.to(span) == line.span)
        };
        let mut failures = verdict.failures.iter();
        let place = |failure: &TestFailure| failure.diagnostic.labels().first().map(|label| label.span);
        let failure = match verdict.turns.iter().find(|run| !run.is_sound) {
            Some(run) => failures
                .find(|failure| place(failure).is_some_and(|it| it == run.span || is_reply(it)))
                // A line between two turns that could not happen; nothing behind it was looked at.
                .or_else(|| verdict.failures.last()),
            None => {
                let pen = self.pen(verdict);
                if pen.has_unwritable {
                    return Some("a control character cannot be written in a test");
                }
                failures.next().filter(|_| pen.finish().is_empty())
            }
        };
        failure.map(|failure| failure.diagnostic.message())
    }
}

/// Rewrites what is expected of a turn.
fn turn(pen: &mut Pen<'_>, (lines, nodes): (&[Line], &[&Node]), run: &TurnRun) {
    let expected: Vec<(&Line, &Node)> = run
        .expected
        .iter()
        .filter_map(|number| Some((lines.get(*number)?, *nodes.get(*number)?)))
        .collect();
    let said = run.said.iter().map(|spoken| &spoken.said);
    let placed: Vec<&Said> = said.filter(|said| must_be_mentioned(said)).collect();
    let program = &run.program;
    let wanted: Vec<Want> = expected.iter().map(|(line, _)| want(line)).collect();
    let likeness = |want: usize, at: usize| match (expected.get(want), placed.get(at)) {
        (Some((line, _)), Some(said)) => likeness(program, line, said),
        _ => Likeness::Unlike,
    };
    let steps = align(&wanted, placed.len(), likeness);
    let Some(begun) = nodes.get(run.line) else { return };
    let mut behind = Anchor::behind(pen.source, begun);
    for step in steps {
        match step {
            Step::Keep(want) => {
                if let Some((_, node)) = expected.get(want) {
                    behind = Anchor::behind(pen.source, node);
                }
            }
            Step::Remove(want) => {
                if let Some((_, node)) = expected.get(want) {
                    pen.remove(node);
                }
            }
            Step::Insert(at) => {
                if let Some(said) = placed.get(at)
                    && pen.can_write(said)
                {
                    pen.insert(&behind, &said_lines(program, [*said]));
                }
            }
            Step::Replace(want, at) => {
                if let (Some((line, node)), Some(said)) = (expected.get(want), placed.get(at)) {
                    if let Does::Expected(expectation) = &line.step
                        && pen.can_write(said)
                    {
                        members::replace(pen, node, (&expectation.what, said), program);
                    }
                    behind = Anchor::behind(pen.source, node);
                }
            }
        }
    }
}

fn want(line: &Line) -> Want {
    match &line.step {
        Does::Expected(expectation) if expectation.is_denied => Want::Aside,
        Does::Expected(_) => Want::Is,
        _ => Want::Skip,
    }
}

fn likeness(program: &Program, line: &Line, said: &Said) -> Likeness {
    match &line.step {
        Does::Expected(expectation) if fits(program, expectation, said).is_ok() => Likeness::Fits,
        Does::Expected(Expectation { what, .. }) if members::is_same_kind(what, said) => Likeness::Like,
        _ => Likeness::Unlike,
    }
}

/// A line with its block.
fn whole(node: &Node) -> Span {
    let close = node.body.as_ref().and_then(|body| body.close);
    close.map_or(node.span, |close| node.span.to(close))
}

/// Where new lines come: behind a line and the comment there, with its indent.
#[derive(Clone, Debug)]
struct Anchor {
    offset_bytes: u32,
    indent: String,
    /// Whether code goes on there, as in `text "Hi" }`: it gets a line of its own.
    is_amid_code: bool,
}

impl Anchor {
    fn behind(source: &Source, node: &Node) -> Self {
        Self::at(source, whole(node).end, indent(source, node.span.start))
    }

    /// At the beginning of a block.
    fn within(source: &Source, node: &Node, open: Span) -> Self {
        Self::at(source, open.end, indent(source, node.span.start) + "  ")
    }

    fn at(source: &Source, offset_bytes: u32, indent: String) -> Self {
        let end = end_of_line(source, offset_bytes);
        let rest = source.slice(Span::new(offset_bytes, end)).trim_start();
        let is_amid_code = !rest.is_empty() && !rest.starts_with("//");
        Self {
            offset_bytes: if is_amid_code { offset_bytes } else { end },
            indent,
            is_amid_code,
        }
    }
}

fn end_of_line(source: &Source, offset_bytes: u32) -> u32 {
    let rest = source.text().get(offset_bytes as usize..).unwrap_or_default();
    let length = rest.find('\n').unwrap_or(rest.len());
    let length = rest
        .get(..length)
        .unwrap_or_default()
        .trim_end_matches('\r')
        .len();
    offset_bytes + u32::try_from(length).unwrap_or_default()
}

fn start_of_line(source: &Source, offset_bytes: u32) -> u32 {
    let before = source.text().get(..offset_bytes as usize).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    u32::try_from(start).unwrap_or_default()
}

fn indent(source: &Source, offset_bytes: u32) -> String {
    let before = Span::new(start_of_line(source, offset_bytes), offset_bytes);
    let before = source.slice(before);
    let blanks = before.len() - before.trim_start().len();
    before.get(..blanks).unwrap_or_default().to_owned()
}

/// Collects the edits of a file.
struct Pen<'s> {
    source: &'s Source,
    /// Whether the first line of the file ends in `\r\n`.
    has_crlf: bool,
    edits: Vec<Edit>,
    /// Whether something was left as it is since the language cannot write what was said.
    has_unwritable: bool,
    /// Where code that follows new lines gets a line of its own, with its indent.
    breaks: BTreeMap<u32, String>,
}

impl<'s> Pen<'s> {
    fn new(source: &'s Source) -> Self {
        let first = source.text().split_inclusive('\n').next();
        Self {
            source,
            has_crlf: first.is_some_and(|line| line.ends_with("\r\n")),
            edits: Vec::new(),
            has_unwritable: false,
            breaks: BTreeMap::new(),
        }
    }

    fn finish(mut self) -> Vec<Edit> {
        for (offset_bytes, indent) in std::mem::take(&mut self.breaks) {
            self.break_line(offset_bytes, &indent);
        }
        self.edits
    }

    /// Whether what was said can be expected; what cannot be is left as it is.
    fn can_write(&mut self, said: &Said) -> bool {
        let can_write = can_be_expected(said);
        self.has_unwritable |= !can_write;
        can_write
    }

    /// Puts the code behind a place on a line of its own; a `}` stands where the block around the lines does.
    fn break_line(&mut self, offset_bytes: u32, indent: &str) {
        let line = Span::new(offset_bytes, end_of_line(self.source, offset_bytes));
        let rest = self.source.slice(line);
        let code = rest.trim_start();
        let indent = match indent.strip_suffix('\t').or_else(|| indent.strip_suffix("  ")) {
            Some(outer) if code.starts_with('}') => outer,
            _ => indent,
        };
        let blanks = u32::try_from(rest.len() - code.len()).unwrap_or_default();
        self.edit(
            Span::new(offset_bytes, offset_bytes + blanks),
            format!("\n{indent}"),
        );
    }

    /// Replaces a place by a text, with the line breaks of the file.
    fn edit(&mut self, span: Span, text: impl Into<String>) {
        let mut text = text.into();
        if self.has_crlf {
            text = text.replace("\r\n", "\n").replace('\n', "\r\n");
        }
        self.edits.push(Edit {
            source: self.source.clone(),
            span,
            text,
        });
    }

    /// As [`Pen::rewrite`], with lines that are of the same kind: what the block denies goes on in theirs.
    fn rewrite_alike(&mut self, node: &Node, lines: &[String]) {
        let denied: Vec<String> = node
            .children()
            .filter(|child| is_denied(child))
            .flat_map(|child| lines_of(self.source, child))
            .map(|line| format!("  {line}"))
            .collect();
        let Some((last, before)) = lines.split_last().filter(|(last, _)| *last == "}") else {
            return self.rewrite(node, lines);
        };
        let all = [before, &denied, std::slice::from_ref(last)].concat();
        let indent = indent(self.source, node.span.start);
        self.edit(whole(node), joined(&all, &indent).trim_start());
    }

    /// Puts lines where a line with its block stands; comments in the block come above them, and so does what it
    /// denies, as a comment.
    fn rewrite(&mut self, node: &Node, lines: &[String]) {
        let indent = indent(self.source, node.span.start);
        let mut all = Vec::new();
        remarks(self.source, node, &mut all);
        all.extend(lines.iter().cloned());
        let text = joined(&all, &indent);
        self.edit(whole(node), text.trim_start());
    }

    fn insert(&mut self, anchor: &Anchor, lines: &[String]) {
        let text = format!("\n{}", joined(lines, &anchor.indent));
        self.edit(Span::at(anchor.offset_bytes), text);
        if anchor.is_amid_code {
            self.breaks.insert(anchor.offset_bytes, anchor.indent.clone());
        }
    }

    /// Takes a line with its block away; a comment behind it stays.
    fn remove(&mut self, node: &Node) {
        let span = whole(node);
        let (start, end) = (
            start_of_line(self.source, span.start),
            end_of_line(self.source, span.end),
        );
        // The head of the block that the line stands in.
        if !self.source.slice(Span::new(start, span.start)).trim().is_empty() {
            return self.edit(span, "");
        }
        let mut kept = Vec::new();
        remarks(self.source, node, &mut kept);
        let behind = self.source.slice(Span::new(span.end, end)).trim();
        if !behind.is_empty() {
            kept.push(behind.to_owned());
        }
        if kept.is_empty() {
            self.edit(Span::new(start, self.next_line(end)), "");
        } else {
            let text = joined(&kept, &indent(self.source, span.start));
            self.edit(Span::new(start, end), text);
        }
    }

    fn next_line(&self, end: u32) -> u32 {
        let rest = self.source.text().get(end as usize..).unwrap_or_default();
        let line_break = rest.find('\n').map_or(rest.len(), |at| at + 1);
        end + u32::try_from(line_break).unwrap_or_default()
    }
}

fn joined(lines: &[String], indent: &str) -> String {
    let lines = lines.iter().map(|line| match line.as_str() {
        "" => String::new(),
        line => format!("{indent}{line}"),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The comments within a block, and what it denies as comments.
fn remarks(source: &Source, node: &Node, found: &mut Vec<String>) {
    for entry in node.body.iter().flat_map(|body| &body.entries) {
        match entry {
            Entry::Remark(remark) => found.push(source.slice(remark.span).trim_end().to_owned()),
            Entry::Node(inner) if is_denied(inner) => {
                found.extend(lines_of(source, inner).iter().map(|line| format!("// {line}")));
            }
            Entry::Node(inner) => remarks(source, inner, found),
        }
    }
}

fn is_denied(node: &Node) -> bool {
    matches!(node.head, Head::Step(Written::Expected { not: Some(_), .. }))
}

/// The lines of a node with its block, the first without its indent and the others without as much.
fn lines_of(source: &Source, node: &Node) -> Vec<String> {
    let indent = indent(source, node.span.start);
    let lines = source.slice(whole(node)).lines();
    lines
        .map(|line| line.strip_prefix(&indent).unwrap_or(line).to_owned())
        .collect()
}
