//! Why the engine refuses: one opaque error with a kind.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::diagnostics::{Diagnostic, Severity, nearest};

/// Why a flow could not be loaded, an input not be taken or a word not be read. Session and customer are
/// untouched.
///
/// # Examples
///
/// ```
/// use sayflow::{ErrorKind, Program, Source};
///
/// let error = Program::load([Source::new("a.flow", "on start {\n  goto nowhere\n}\n")]).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Flow);
/// assert_eq!(error.to_string(), "a.flow:2:8: unknown sequence `nowhere`");
/// ```
///
/// A word of a configuration says what is wrong with it:
///
/// ```
/// use sayflow::{ErrorKind, Outcome};
///
/// let error = "time out".parse::<Outcome>().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Parse);
/// assert_eq!(error.to_string(), "no call ends in this word: did you mean `timeout`?");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    diagnostics: Vec<Diagnostic>,
}

/// What was refused.
///
/// # Examples
///
/// A webhook answers what a channel may do again, and forgets the rest:
///
/// ```
/// use sayflow::{Customer, Engine, ErrorKind, Input, NoCalls, Program, Session, Source};
///
/// let program = Program::load([Source::new("hi.flow", "on start {\n  text \"Hi!\"\n}\n")])?;
/// let engine = Engine::new(program);
/// let timer = Input::no_reply();
/// let refused = engine.turn(&mut Session::new(), &mut Customer::new(7), &timer, &NoCalls).unwrap_err();
/// let status = match refused.kind() {
///     // A timer that is no longer wanted is no trouble.
///     ErrorKind::NotDue => 204,
///     ErrorKind::InputTooLarge => 413,
///     ErrorKind::UnknownOption | ErrorKind::UnknownSequence => 404,
///     _ => 500,
/// };
/// assert_eq!(status, 204);
/// # Ok::<(), sayflow::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// The flow has errors; see [`Error::diagnostics`].
    Flow,
    /// No option has this id, or its tag is not of this host or customer.
    UnknownOption,
    /// No sequence has this name or id.
    UnknownSequence,
    /// No API has this name.
    UnknownApi,
    /// The input is larger than an input may be.
    InputTooLarge,
    /// A file has an address that is no http or https address.
    BadUrl,
    /// A place lies nowhere: it is not from -90 to 90 degrees north, or not from -180 to 180 degrees east.
    BadPlace,
    /// A silence was reported, and nothing waits for it, or not any more: the customer answered, the question was asked
    /// again, or it was reported before. There is nothing left to do.
    NotDue,
    /// A silence was reported before its time, by the clock that the input carries: it is to be reported again when it
    /// is due ([`Wait::due`](crate::Wait::due)).
    NotYetDue,
    /// An input has the id of another one that said something else. Every input needs an id of its own.
    ReusedId,
    /// A setting of the host is of no use.
    Setting,
    /// A text is not what [`str::parse`] was to make of it.
    Parse,
    /// The step machine was driven out of order: answers without calls, or too few.
    Protocol,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            diagnostics: Vec::new(),
        }
    }

    /// A word that is none of a table; `expected` says what it should have been where none is near.
    pub(crate) fn unknown<'n>(
        fact: &str,
        word: &str,
        known: impl IntoIterator<Item = &'n str>,
        expected: impl FnOnce() -> String,
    ) -> Self {
        let help = match nearest(word, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => expected(),
        };
        Self::new(ErrorKind::Parse, format!("{fact}: {help}"))
    }

    /// The flow's errors and warnings as one error.
    pub(crate) fn flow(diagnostics: Vec<Diagnostic>) -> Self {
        let first = diagnostics
            .iter()
            .find(|diagnostic| diagnostic.severity() == Severity::Error);
        let message = first.map_or_else(String::new, |diagnostic| match diagnostic.labels.first() {
            Some(label) => format!("{}: {diagnostic}", label.source.place(label.span.start)),
            None => diagnostic.to_string(),
        });
        Self {
            kind: ErrorKind::Flow,
            message,
            diagnostics,
        }
    }

    /// What was refused.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What is wrong with the flow, warnings included; empty for every other kind than
    /// [`ErrorKind::Flow`].
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
