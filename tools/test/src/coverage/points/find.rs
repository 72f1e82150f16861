//! The walk over the trees.

use std::collections::HashMap;

use sayflow::syntax::ast::{Body, Branch as Behind, File, Head, Node, OptionLine, Target, When};
use sayflow::{Source, Span};

use super::uses::{Outputs, apis, canonical, classes};
use super::{ApiUse, Branch, BranchKind, FilePoints, Flow, Line, Marks, OutcomePoint, Part, Point};

pub(super) fn flow(files: &[File]) -> Flow {
    let outputs = Outputs::of(files);
    let mut flow = Flow::default();
    let mut sequences = HashMap::new();
    let mut leads = Vec::new();
    for file in files {
        let mut walk = Walk {
            outputs: &outputs,
            flow: &mut flow,
            sequences: &mut sequences,
            leads: &mut leads,
            file: FilePoints {
                source: file.source.clone(),
                parts: Vec::new(),
                marks: HashMap::new(),
            },
        };
        for node in file.nodes() {
            walk.item(node);
        }
        let file = walk.file;
        if !file.parts.is_empty() {
            flow.files.push(file);
        }
    }
    for lead in leads {
        let mut files = flow.files.iter_mut();
        let file = files.find(|file| file.source == lead.source);
        let question = file.and_then(|file| file.marks.get_mut(&lead.question.start));
        if let (Some(question), Some(entered)) = (question, sequences.get(&lead.target)) {
            question.leads.push((*entered, lead.taken));
        }
    }
    flow
}

/// An option of a question that leads to a sequence, which may stand further down.
struct Lead {
    source: Source,
    question: Span,
    target: String,
    taken: Point,
}

/// The walk over one file.
struct Walk<'w> {
    outputs: &'w Outputs,
    flow: &'w mut Flow,
    /// What counts when a sequence is entered, by its name and by its id.
    sequences: &'w mut HashMap<String, Point>,
    leads: &'w mut Vec<Lead>,
    file: FilePoints,
}

impl Walk<'_> {
    fn slice(&self, span: Span) -> &str {
        self.file.source.slice(span)
    }

    fn point(&mut self) -> Point {
        let point = Point(u32::try_from(self.flow.points).unwrap_or(u32::MAX));
        self.flow.points += 1;
        point
    }

    fn marks(&mut self, at: Span) -> &mut Marks {
        self.file.marks.entry(at.start).or_default()
    }

    /// A point that counts whenever a line runs.
    fn ran(&mut self, at: Span) -> Point {
        let point = self.point();
        self.marks(at).ran = Some(point);
        point
    }

    fn item(&mut self, node: &Node) {
        let (name, is_sequence) = match &node.head {
            Head::Sequence { name, .. } => (name.span, true),
            Head::On(_) => (node.span, false),
            _ => return,
        };
        let name = self.slice(name).to_owned();
        let entered = self.ran(node.span);
        self.name_sequence(node, entered);
        let lines = self.body(node.body.as_ref());
        self.file.parts.push(Part {
            head: node.span,
            name,
            is_sequence,
            entered,
            lines,
        });
    }

    fn name_sequence(&mut self, node: &Node, entered: Point) {
        let Head::Sequence { name, id, .. } = &node.head else {
            return;
        };
        let name = canonical(self.slice(name.span));
        self.sequences.insert(name, entered);
        if let Some(id) = id {
            let id = canonical(&id.plain(&self.file.source));
            self.sequences.entry(id).or_insert(entered);
        }
    }

    fn body(&mut self, body: Option<&Body>) -> Vec<Line> {
        let nodes = body.into_iter().flat_map(Body::nodes);
        nodes.filter_map(|node| self.statement(node)).collect()
    }

    fn statement(&mut self, node: &Node) -> Option<Line> {
        if !is_statement(node) {
            return None;
        }
        let ran = self.ran(node.span);
        let uses = self.uses(node, ran);
        let mut branches = match &node.head {
            Head::If(_) => self.branching(node),
            Head::Once { .. } => self.once(node),
            Head::Ask { .. } => self.question(node),
            _ => self.failures(node),
        };
        for option in options(node) {
            branches.extend(self.condition(option));
        }
        Some(Line {
            span: node.span,
            extent: extent(node),
            question: question(node),
            ran,
            branches,
            uses,
        })
    }

    /// `if`, and what stands behind it.
    fn branching(&mut self, node: &Node) -> Vec<Branch> {
        let mut then = self.without_head(node, BranchKind::Then);
        let marks = self.marks(node.span);
        marks.is_condition = true;
        marks.yes = Some(then.taken);
        then.lines = self.body(node.body.as_ref());
        let mut branches = vec![then];
        let mut last_condition = Some(node.span);
        for behind in &node.branches {
            let mut branch = if let When::If(_) = behind.when {
                last_condition = Some(behind.span);
                self.else_if(behind.span)
            } else {
                last_condition = None;
                self.with_head(behind.span, BranchKind::Else)
            };
            branch.lines = self.body(behind.body.as_ref());
            branches.push(branch);
        }
        if let Some(condition) = last_condition {
            let skipped = self.without_head(node, BranchKind::Skipped);
            self.marks(condition).no = Some(skipped.taken);
            branches.push(skipped);
        }
        branches
    }

    fn else_if(&mut self, head: Span) -> Branch {
        let taken = self.point();
        self.marks(head).yes = Some(taken);
        branch(BranchKind::ElseIf, head, taken)
    }

    fn once(&mut self, node: &Node) -> Vec<Branch> {
        let mut first = self.without_head(node, BranchKind::First);
        let again = self.without_head(node, BranchKind::Again);
        let marks = self.marks(node.span);
        marks.is_condition = true;
        (marks.yes, marks.no) = (Some(first.taken), Some(again.taken));
        first.lines = self.body(node.body.as_ref());
        vec![first, again]
    }

    fn question(&mut self, node: &Node) -> Vec<Branch> {
        let answered = self.without_head(node, BranchKind::Answered);
        self.marks(node.span).yes = Some(answered.taken);
        let mut branches = vec![answered];
        for child in node.children() {
            let kind = match &child.head {
                Head::Retry { .. } => BranchKind::Retry,
                Head::NoMatch => BranchKind::NoMatch,
                Head::NoReply(_) => BranchKind::NoReply,
                _ => continue,
            };
            let mut branch = self.with_head(child.span, kind);
            branch.lines = self.body(child.body.as_ref());
            branches.push(branch);
        }
        branches.extend(self.ways_out(node));
        branches.extend(self.failures(node));
        branches
    }

    /// Where the options of a question lead, each sequence once.
    fn ways_out(&mut self, node: &Node) -> Vec<Branch> {
        let mut known: Vec<String> = Vec::new();
        let mut branches = Vec::new();
        for option in options(node) {
            let Some(Target::Sequence(name)) = &option.target else {
                continue;
            };
            let target = canonical(self.slice(name.span));
            if known.contains(&target) {
                continue;
            }
            known.push(target.clone());
            let taken = self.point();
            self.leads.push(Lead {
                source: self.file.source.clone(),
                question: node.span,
                target,
                taken,
            });
            branches.push(branch(BranchKind::LeadsAway, name.span, taken));
        }
        branches
    }

    /// An option that is not always there.
    fn condition(&mut self, option: &OptionLine) -> Vec<Branch> {
        if option.condition.is_none() {
            return Vec::new();
        }
        let title = option.title.span;
        let (shown, hidden) = (self.point(), self.point());
        let marks = self.marks(title);
        (marks.yes, marks.no) = (Some(shown), Some(hidden));
        let kinds = [(BranchKind::Shown, shown), (BranchKind::Hidden, hidden)];
        Vec::from(kinds.map(|(kind, taken)| branch(kind, title, taken)))
    }

    /// The branches behind a block or question.
    fn failures(&mut self, node: &Node) -> Vec<Branch> {
        let kind = match apis(node).next() {
            Some(_) => BranchKind::Failure,
            None => BranchKind::NoOption,
        };
        let branches = node.branches.iter();
        branches.map(|behind| self.behind(behind, kind)).collect()
    }

    fn behind(&mut self, behind: &Behind, kind: BranchKind) -> Branch {
        let mut branch = self.with_head(behind.span, kind);
        branch.lines = self.body(behind.body.as_ref());
        branch
    }

    fn with_head(&mut self, head: Span, kind: BranchKind) -> Branch {
        branch(kind, head, self.ran(head))
    }

    fn without_head(&mut self, node: &Node, kind: BranchKind) -> Branch {
        branch(kind, node.span, self.point())
    }

    /// The APIs that a line asks, each once.
    fn uses(&mut self, node: &Node, line: Point) -> Vec<usize> {
        let mut called: Vec<(String, Span)> = Vec::new();
        for api in apis(node) {
            let name = canonical(self.slice(api.name.span));
            if called.iter().all(|(known, _)| *known != name) {
                called.push((name, api.span));
            }
        }
        let first = self.flow.uses.len();
        for (api, span) in called {
            let classes = classes(&self.file.source, node, self.outputs.may_be_empty(&api), span);
            let outcomes = classes.into_iter().map(|(class, span)| OutcomePoint {
                class,
                span,
                seen: self.point(),
            });
            let outcomes = outcomes.collect();
            self.flow.uses.push(ApiUse { api, line, outcomes });
        }
        let numbers: Vec<usize> = (first..self.flow.uses.len()).collect();
        if !numbers.is_empty() {
            let place = self.file.source.place(caller(node).start);
            let here = self.flow.calls.entry(place.into()).or_default();
            here.extend(&numbers);
        }
        numbers
    }
}

fn branch(kind: BranchKind, head: Span, taken: Point) -> Branch {
    Branch {
        kind,
        head,
        taken,
        lines: Vec::new(),
    }
}

fn is_statement(node: &Node) -> bool {
    matches!(
        node.head,
        Head::Say { .. }
            | Head::Gallery { .. }
            | Head::Options { .. }
            | Head::Ask { .. }
            | Head::CallApi(_)
            | Head::Call { .. }
            | Head::Goto(_)
            | Head::End
            | Head::Set { .. }
            | Head::Clear(_)
            | Head::If(_)
            | Head::Once { .. }
            | Head::Wait(_)
            | Head::Handover { .. }
            | Head::Do { .. }
    )
}

/// The line that call reports name: that of its first options for a question.
fn caller(node: &Node) -> Span {
    let options = node
        .children()
        .find(|child| matches!(child.head, Head::Options { .. }));
    match (&node.head, options) {
        (Head::Ask { .. }, Some(options)) => options.span,
        _ => node.span,
    }
}

/// The options of a block or question, those of cards as well.
fn options(node: &Node) -> Vec<&OptionLine> {
    let mut options = Vec::new();
    let is_block = matches!(
        node.head,
        Head::Gallery { .. } | Head::Options { .. } | Head::Ask { .. }
    );
    for child in node.children().filter(|_| is_block) {
        match &child.head {
            Head::Option(option) => options.push(option),
            Head::Card { .. } => options.extend(child.children().filter_map(|line| match &line.head {
                Head::CardButton(option) => Some(option),
                _ => None,
            })),
            Head::Options { .. } => options.extend(self::options(child)),
            _ => {}
        }
    }
    options
}

/// The id of a question, or the attribute that stands for it.
fn question(node: &Node) -> Option<Span> {
    match node.head {
        Head::Ask { id, save, .. } => id.or(save).map(|name| name.span),
        _ => None,
    }
}

/// A block with its items; of anything else the head.
fn extent(node: &Node) -> Span {
    let close = node.body.as_ref().and_then(|body| body.close);
    match (&node.head, close) {
        (Head::Gallery { .. } | Head::Options { .. } | Head::Do { .. }, Some(close)) => node.span.to(close),
        _ => node.span,
    }
}
