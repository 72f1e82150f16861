//! What was never run, in sentences.
//!
//! What stands inside something that was never run is not said by itself: whoever reaches the outer thing
//! sees the inner one next.

use std::fmt;

use sayflow::{Source, Span};

use super::Coverage;
use super::points::{ApiUse, Branch, BranchKind, Class, FilePoints, Line, OutcomePoint, Part};

/// Something of a flow that was never run.
#[derive(Clone, Debug)]
pub struct Gap {
    /// The file.
    pub source: Source,
    /// The line, or the word of it, that was never run.
    pub span: Span,
    /// What was never run, as a sentence without a full stop.
    pub sentence: String,
    /// Whether whole lines are meant, which a page shows by their colour.
    pub(super) is_line: bool,
}

/// With its place: `shop.flow:12:3: the …`.
impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.source.place(self.span.start), self.sentence)
    }
}

pub(super) fn of_flow(coverage: &Coverage) -> Vec<Gap> {
    let files = coverage.flow.files.iter();
    files.flat_map(|file| of_file(coverage, file)).collect()
}

pub(super) fn of_file(coverage: &Coverage, file: &FilePoints) -> Vec<Gap> {
    let mut gaps = Vec::new();
    for part in &file.parts {
        let mut search = Search {
            coverage,
            source: &file.source,
            part,
            gaps: &mut gaps,
        };
        search.part();
    }
    gaps.sort_by_key(|gap| gap.span.start);
    gaps
}

/// The search through one sequence or handler.
struct Search<'s> {
    coverage: &'s Coverage,
    source: &'s Source,
    part: &'s Part,
    gaps: &'s mut Vec<Gap>,
}

impl<'s> Search<'s> {
    fn add(&mut self, span: Span, sentence: String) {
        self.gaps.push(Gap {
            source: self.source.clone(),
            span,
            sentence,
            is_line: false,
        });
    }

    fn add_lines(&mut self, span: Span, sentence: String) {
        self.add(span, sentence);
        if let Some(gap) = self.gaps.last_mut() {
            gap.is_line = true;
        }
    }

    fn part(&mut self) {
        let Part { name, head, .. } = self.part;
        if self.coverage.is_run(self.part.entered) {
            self.lines(&self.part.lines);
        } else if self.part.is_sequence {
            self.add(*head, format!("sequence `{name}` was never entered"));
        } else {
            self.add(*head, format!("`{name}` never ran"));
        }
    }

    fn lines(&mut self, lines: &'s [Line]) {
        let is_run = |line: &Line| self.coverage.is_run(line.ran);
        let alike: Vec<&[Line]> = lines
            .chunk_by(|line, next| is_run(line) == is_run(next))
            .collect();
        for lines in alike {
            match lines {
                [line, ..] if self.coverage.is_run(line.ran) => lines.iter().for_each(|line| self.line(line)),
                [line] => {
                    let (line_said, name) = (self.said(line.span), &self.part.name);
                    self.add_lines(line.span, format!("`{line_said}` in `{name}` was never run"));
                }
                [first, .., last] => {
                    let number = |line: &Line| self.source.position(line.span.start).line;
                    let (from, to, name) = (number(first), number(last), &self.part.name);
                    let span = first.span.to(last.span);
                    self.add_lines(span, format!("lines {from} to {to} in `{name}` were never run"));
                }
                [] => {}
            }
        }
    }

    /// The gaps of a line that was run.
    fn line(&mut self, line: &'s Line) {
        let coverage = self.coverage;
        for called in coverage.flow.uses(line) {
            for outcome in &called.outcomes {
                if !coverage.is_run(outcome.seen) {
                    self.add(outcome.span, self.outcome(called, outcome));
                }
            }
        }
        for branch in &line.branches {
            if coverage.is_run(branch.taken) {
                self.lines(&branch.lines);
            } else if branch.kind.counts() || self.is_unexplained(line, branch) {
                self.add(branch.head, self.branch(line, branch));
            }
        }
    }

    /// Whether no outcome that was never seen says why a branch behind calls was not taken.
    fn is_unexplained(&self, line: &Line, branch: &Branch) -> bool {
        let mut outcomes = self.coverage.flow.uses(line).flat_map(|called| &called.outcomes);
        !outcomes.any(|outcome| {
            let is_here = branch.head.start <= outcome.span.start && outcome.span.end <= branch.head.end;
            is_here && !self.coverage.is_run(outcome.seen)
        })
    }

    fn outcome(&self, called: &ApiUse, outcome: &OutcomePoint) -> String {
        let (api, name) = (&called.api, &self.part.name);
        match outcome.class {
            Class::Named(named) => {
                format!("the {named} branch of `{api}` in `{name}` was never run")
            }
            Class::Else => format!("the else branch of `{api}` in `{name}` was never run"),
            Class::Ok => format!("`{api}` in `{name}` never had a good reply"),
            Class::Empty => format!("`{api}` in `{name}` was never empty"),
            Class::Failed => format!("`{api}` in `{name}` never failed"),
            Class::FailedOtherwise => {
                format!("`{api}` in `{name}` never failed in a way that has no branch")
            }
        }
    }

    fn branch(&self, line: &Line, branch: &Branch) -> String {
        let name = &self.part.name;
        let (said, head) = (self.said(line.span), self.said(branch.head));
        let title = head.trim_matches('"');
        let question = match line.question {
            Some(question) => format!("the question `{}`", self.said(question)),
            None => format!("`{said}`"),
        };
        match branch.kind {
            BranchKind::Then | BranchKind::ElseIf => format!("`{head}` in `{name}` never held"),
            BranchKind::Skipped if line.branches.len() > 2 => {
                format!("one of the conditions from `{said}` on in `{name}` always held")
            }
            BranchKind::Skipped => format!("`{said}` in `{name}` always held"),
            BranchKind::Else => format!("the else branch of `{said}` in `{name}` was never run"),
            BranchKind::First => format!("`{said}` in `{name}` never ran for the first time"),
            BranchKind::Again => format!("`{said}` in `{name}` was never passed a second time"),
            BranchKind::Answered => format!("{question} in `{name}` was never answered"),
            BranchKind::Retry => format!("the retry of {question} in `{name}` was never said"),
            BranchKind::NoMatch => format!("the no match of {question} in `{name}` was never run"),
            BranchKind::NoReply => format!("the no reply of {question} in `{name}` was never run"),
            BranchKind::Shown => format!("the option `{title}` in `{name}` was never shown"),
            BranchKind::Hidden => format!("the option `{title}` in `{name}` was always shown"),
            BranchKind::LeadsAway => format!("no option of {question} in `{name}` ever led to `{head}`"),
            BranchKind::NoOption | BranchKind::Failure => {
                format!("the else branch of `{said}` in `{name}` was never run")
            }
        }
    }

    /// The words of a line, as many as a sentence has room for.
    fn said(&self, span: Span) -> String {
        /// How many characters are quoted.
        const QUOTED: usize = 48;
        let line = self.source.slice(span);
        let line = line.lines().next().unwrap_or_default().trim();
        match line.char_indices().nth(QUOTED) {
            Some((end, _)) => format!("{}…", line.get(..end).unwrap_or(line).trim_end()),
            None => line.to_owned(),
        }
    }
}
