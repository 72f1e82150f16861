//! sayflow

mod answer;
mod check;
mod contract;
mod customer;
mod diagnostics;
mod digits;
mod driver;
mod effects;
mod engine;
mod error;
mod input;
mod interpreter;
mod outcome;
mod output;
mod program;
mod session;
mod source;
#[cfg(feature = "unstable-syntax")]
pub mod syntax;
#[cfg(not(feature = "unstable-syntax"))]
#[allow(unreachable_pub, dead_code, reason = "public for tools, behind the feature")]
mod syntax;
mod time;
mod value;

pub use check::{Checked, check};
pub use contract::{HTTP_DEADLINE, Problem};
pub use customer::Customer;
pub use diagnostics::{Code, Diagnostic, Edit, Fix, Label, Severity};
#[cfg(feature = "http")]
pub use driver::HttpClient;
pub use driver::{Client, NoCalls, Turn};
pub use effects::{Answer, CallReport, Effect, Event, Failure, Limit, Masked, Method, Reply, Request, Wait};
pub use engine::{Engine, EngineBuilder, Limits, Secret};
pub use error::{Error, ErrorKind};
pub use input::{Input, InputKind, MediaKind};
pub use interpreter::Steps;
pub use outcome::{Outcome, UnknownOutcome};
pub use output::{Block, BlockOption, Card, OptionId, OptionTarget};
pub use program::{Output, Program};
pub use session::{OPTIONS_KEPT, Session};
pub use source::{Position, Source, Span};
pub use time::{NotATimestamp, Timestamp};
pub use value::{Number, Type, Value};
