//! How much a turn reads to work values out: what is more than a statement would is counted as further ones.

use std::borrow::Cow;

use super::Steps;
use super::expression::{STEP_BYTES, Scope, ValueError};
use crate::program::code::Expr;
use crate::settings::Limit;
use crate::value::Value;

impl Steps<'_> {
    /// The value of an expression; `None` where it is unset.
    pub(super) fn value(&mut self, expr: &Expr) -> Result<Option<Value>, ValueError> {
        self.work_out(|scope| Ok(scope.value(expr)?.map(Cow::into_owned)))
    }

    #[inline]
    pub(super) fn is_true(&mut self, condition: &Expr) -> Result<bool, ValueError> {
        self.work_out(|scope| scope.is_true(condition))
    }

    /// What is worked out, and what was read for it counted.
    #[inline]
    pub(super) fn work_out<T>(&mut self, work: impl FnOnce(&Scope<'_>) -> T) -> T {
        let scope = self.scope();
        let found = work(&scope);
        let read = scope.read.get();
        self.count_read(read);
        found
    }

    #[inline]
    pub(super) fn count_read(&mut self, bytes: usize) {
        if bytes >= STEP_BYTES {
            self.count_steps(bytes / STEP_BYTES);
        }
    }

    #[cold]
    fn count_steps(&mut self, further: usize) {
        let further = u32::try_from(further).unwrap_or(u32::MAX);
        self.spent.steps = self.spent.steps.saturating_add(further);
        if self.spent.steps > self.settings.limits.steps {
            self.spent.passed.get_or_insert(Limit::Steps);
        }
    }

    #[inline]
    pub(super) fn steps_left(&self) -> u32 {
        self.settings.limits.steps.saturating_sub(self.spent.steps)
    }
}
