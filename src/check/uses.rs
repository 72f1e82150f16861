//! Which declaration is used where: collected while the program is made, read by the checks
//! about reachability and about what nobody uses.

use crate::source::{Source, Span};

/// One use of a declared thing.
#[derive(Clone, Debug)]
pub(crate) struct Use<'f> {
    pub(crate) source: &'f Source,
    pub(crate) span: Span,
    /// Where it is used; `None` outside sequences and handlers.
    pub(crate) from: Option<From>,
    pub(crate) of: Used,
}

/// The run of steps in which something is used: numbers count in source order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum From {
    Sequence(u32),
    Handler(u32),
    /// A test, which customers never run: what only tests name, nobody uses.
    Test,
}

impl Use<'_> {
    pub(crate) fn is_in_test(&self) -> bool {
        self.from == Some(From::Test)
    }
}

/// What is used, by its number in the table of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Used {
    /// `goto`.
    Goto(u32),
    /// `call`.
    Call(u32),
    /// The target of an option.
    Option(u32),
    /// `leads to` of the API that is used at this place.
    LeadsTo(u32),
    /// `visits(…)`.
    Visits(u32),
    Api(u32),
    Server(u32),
    Action(u32),
    /// An attribute is read: in a text, a condition or a request.
    Read(u32),
    /// An attribute is written: by an answer, `set`, `clear` or a reply.
    Write(u32),
}
