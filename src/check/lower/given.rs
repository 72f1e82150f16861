//! What is given once: the settings of a block, the keys of an action.

use std::collections::HashMap;
use std::fmt;

use super::Lowering;
use crate::check::names::canonical;
use crate::diagnostics::Code;
use crate::program::words::fold;
use crate::source::Span;
use crate::syntax::ast::{Ident, Text};

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
    /// Says where one of several values is given twice; answers are compared as titles are.
    pub(super) fn check_values(&mut self, values: &[Text]) {
        let mut given = Given::default();
        for value in values {
            let written = value.plain(self.source());
            let folded = fold(&written);
            // Of what comes to nothing, that alone is said.
            let written = if folded.is_empty() { &*written } else { &*folded };
            let what = self.slice(value.span);
            self.is_first(&mut given, written, value.span, format_args!("`{what}`"));
        }
    }

    /// Says where one of several names is given twice.
    pub(super) fn check_names(&mut self, names: &[Ident]) {
        let mut given = Given::default();
        for name in names {
            let written = canonical(self.slice(name.span));
            self.is_first(&mut given, &written, name.span, format_args!("`{written}`"));
        }
    }

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
