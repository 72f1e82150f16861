//! The spans of a library that tells nobody.

use std::marker::PhantomData;

use crate::customer::Customer;
use crate::effects::{CallReport, Effect, Request, Wait};
use crate::error::Error;
use crate::input::Input;
use crate::settings::Settings;

/// The span of a turn.
#[derive(Clone, Debug)]
pub(in crate::interpreter) struct TurnSpan<'t>(PhantomData<&'t ()>);

impl<'t> TurnSpan<'t> {
    pub(in crate::interpreter) fn open(_: &'t Settings, _: &Customer, _: Option<&Input>) -> Self {
        Self(PhantomData)
    }

    pub(in crate::interpreter) fn handle(&self) -> Handle {
        Handle
    }

    pub(in crate::interpreter) fn runs(&mut self, _: &'t str) {}

    pub(in crate::interpreter) fn effect(&mut self, _: &Effect) {}

    pub(in crate::interpreter) fn refused(&mut self, _: &Error) {}

    pub(in crate::interpreter) fn end(&mut self, _: &Wait, _: bool) {}

    pub(in crate::interpreter) fn call(&mut self, _: &str, _: Option<&Request>) -> CallSpan {
        CallSpan
    }
}

/// The span of a turn, to be entered.
#[derive(Debug)]
pub(in crate::interpreter) struct Handle;

impl Handle {
    pub(in crate::interpreter) fn in_scope<T>(&self, work: impl FnOnce() -> T) -> T {
        work()
    }
}

/// The span of a call.
#[derive(Debug)]
pub(in crate::interpreter) struct CallSpan;

impl CallSpan {
    pub(in crate::interpreter) fn end(&self, _: &CallReport, _: &Settings) {}
}

#[cfg(test)]
mod tests {
    use super::{CallSpan, Handle, TurnSpan};

    #[test]
    fn whoever_does_not_listen_pays_nothing() {
        assert_eq!(
            size_of::<TurnSpan<'_>>() + size_of::<CallSpan>() + size_of::<Handle>(),
            0
        );
        assert!(!std::mem::needs_drop::<TurnSpan<'_>>() && !std::mem::needs_drop::<CallSpan>());
    }
}
