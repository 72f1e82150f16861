//! What the tree builder finds wrong.

use super::Tree;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{Entry, Remark, RemarkKind};
use crate::syntax::error;

impl Tree<'_> {
    /// At most one finding a line about what cannot be read.
    pub(super) fn report_once(&mut self, line: u32, found: Diagnostic) {
        if self.reported_line != line {
            self.reported_line = line;
            self.diagnostics.push(found);
        }
    }

    /// What is wrong inside a piece; it counts for its line.
    pub(super) fn report_problems(&mut self, span: Span, problems: Vec<Diagnostic>) {
        if problems.is_empty() {
            return;
        }
        let is_unclosed = problems
            .iter()
            .any(|problem| problem.code() == Code::UnclosedText);
        let is_one_line = self
            .stack
            .last()
            .is_some_and(|frame| frame.line == self.line.number);
        self.is_torn = is_unclosed && is_one_line && self.source.slice(span).ends_with('}');
        self.reported_line = self.line.number;
        self.diagnostics.extend(problems);
    }

    pub(super) fn report_loose_notes(&mut self, entries: &[Entry]) {
        for entry in entries.iter().rev() {
            match entry {
                Entry::Node(_) => break,
                Entry::Remark(Remark {
                    span,
                    kind: RemarkKind::Note,
                    is_trailing: false,
                }) => {
                    self.diagnostics.push(error::loose_note(self.source, *span));
                }
                Entry::Remark(_) => {}
            }
        }
    }
}
