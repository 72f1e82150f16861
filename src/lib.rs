//! sayflow

mod diagnostics;
mod outcome;
mod source;
#[cfg(feature = "unstable-syntax")]
pub mod syntax;
#[cfg(not(feature = "unstable-syntax"))]
mod syntax;
mod value;

pub use diagnostics::{Code, Diagnostic, Edit, Fix, Label, Severity};
pub use outcome::{Outcome, UnknownOutcome};
pub use source::{Position, Source, Span};
pub use value::{Number, Type, Value};
