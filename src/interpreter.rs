//! One turn, step by step.

use indexmap::IndexMap;

use crate::customer::Customer;
use crate::effects::{Answer, Effect, Wait};
use crate::engine::Settings;
use crate::error::Error;
use crate::input::Input;
use crate::program::Program;
use crate::session::Session;
use crate::value::Value;

/// A turn under way.
#[derive(Debug)]
pub struct Steps<'t> {
    program: &'t Program,
    settings: &'t Settings,
    session: &'t mut Session,
    customer: &'t mut Customer,
    input: &'t Input,
}

impl<'t> Steps<'t> {
    pub(crate) fn new(
        program: &'t Program,
        settings: &'t Settings,
        session: &'t mut Session,
        customer: &'t mut Customer,
        input: &'t Input,
    ) -> Result<Self, Error> {
        Ok(Self {
            program,
            settings,
            session,
            customer,
            input,
        })
    }

    /// Runs to the next effect.
    ///
    /// # Errors
    ///
    /// When the last effect was [`Effect::Calls`] and no answers were given.
    pub fn advance(&mut self) -> Result<Effect, Error> {
        Ok(Effect::Wait(Wait::default()))
    }

    /// Gives the answers to the calls of the last effect, in their order.
    ///
    /// # Errors
    ///
    /// When the last effect was none, or their number differs.
    pub fn answer(&mut self, _answers: Vec<Answer>) -> Result<(), Error> {
        Ok(())
    }

    /// The attributes and fields of the record that changed; `None` for one that was cleared.
    #[must_use]
    pub fn into_changes(self) -> IndexMap<String, Option<Value>> {
        IndexMap::new()
    }
}
