//! Which line of the flow each operation of a body comes from.
//!
//! Tests and coverage want to know, and a host does not: this module, and what is kept of it in a
//! body, is there with the feature `unstable-trace` only.

use super::code::Pc;
use crate::source::{Source, Span};

/// The lines of a body, beside its code.
#[derive(Debug)]
pub(crate) struct Lines {
    pub(crate) source: Source,
    /// The head of the sequence or handler; empty where the body has none.
    pub(crate) head: Span,
    /// The line of each operation; empty for one that no line says, such as a jump.
    pub(crate) operations: Vec<Span>,
    /// The heads of branches: the operation that may take it, where it begins, and the head.
    pub(crate) branches: Vec<(Pc, Pc, Span)>,
}

impl Lines {
    /// The head of the branch that the operation at `from` takes by going to `to`; `None` where
    /// the flow writes none.
    pub(crate) fn branch(&self, from: Pc, to: Pc) -> Option<Span> {
        let mut branches = self.branches.iter();
        branches
            .find(|branch| (branch.0, branch.1) == (from, to))
            .map(|branch| branch.2)
    }
}
