//! What is given once: the settings of a block, the keys of an action.

use std::collections::HashMap;
use std::fmt;

use super::Lowering;
use crate::diagnostics::Code;
use crate::source::Span;

/// What is given so far, with the first place of each.
#[derive(Debug, Default)]
pub(super) struct Given {
    first: HashMap<Box<str>, Span>,
}

impl Given {
    pub(super) fn contains(&self, key: &str) -> bool {
        self.first.contains_key(key)
    }
}

impl Lowering<'_, '_> {
    /// Whether `key` is given for the first time; says so where `what` is given again.
    pub(super) fn is_first(
        &mut self,
        given: &mut Given,
        key: &str,
        span: Span,
        what: impl fmt::Display,
    ) -> bool {
        let Some(first) = given.first.get(key) else {
            given.first.insert(key.into(), span);
            return true;
        };
        let finding = self
            .error(Code::DuplicateSetting, span, format!("{what} is given twice"))
            .primary("given again here")
            .label(self.source(), *first, "first given here")
            .with_help("keep one of them");
        self.findings.add(finding);
        false
    }
}
