//! Conversation flows as text: a language, a checker that finds before the customer does what
//! would go wrong, and a synchronous engine whose blocks are filled by the shop's own endpoints.
//! One turn in, blocks out; the session is a small value that the host stores.
//!
//! ```
//! use sayflow::{Block, Customer, Engine, Input, NoCalls, Program, Session, Source};
//!
//! let flow = r#"
//! attribute size: one of "S", "M", "L"
//!
//! on start {
//!   ask "Which size do you wear?" save size {
//!     quick replies {
//!       "S"
//!       "M"
//!       "L"
//!     }
//!   }
//!   text "{{size}} it is, {{first_name|friend}}."
//! }
//! "#;
//! let engine = Engine::new(Program::load([Source::new("size.flow", flow)])?);
//! let (mut session, mut customer) = (Session::new(), Customer::new(7));
//!
//! engine.turn(&mut session, &mut customer, &Input::start(), &NoCalls)?;
//! let turn = engine.turn(&mut session, &mut customer, &Input::text("m"), &NoCalls)?;
//! assert_eq!(turn.blocks, [Block::Text { text: "M it is, friend.".to_owned() }]);
//! assert_eq!(customer.attribute("size").unwrap().to_string(), "M");
//! # Ok::<(), sayflow::Error>(())
//! ```
//!
//! # Start here
//!
//! - [`check`] and [`Program`]: from sources to a program, with every [`Diagnostic`] on the way.
//! - [`Engine`]: a program with the host's settings, [`Limits`] and secrets.
//! - [`Engine::turn`]: one [`Input`] of a [`Customer`] in a [`Session`] becomes a [`Turn`] of [`Block`]s.
//! - [`Client`]: performs the calls; `HttpClient` does it over HTTP.
//! - [`Counters`]: what many turns came to, for dashboards.
//! - [`Steps`]: the same turn one [`Effect`] at a time, for a host with an async runtime.
//!
//! # Features
//!
//! - `http` (default): `HttpClient`, through ureq.
//! - `tracing`: a span for each turn and each call, for the host's subscriber.
//! - `unstable-tools`: the tree of a file and what else tools look at; it changes with the language.
//! - `unstable-trace`: `Steps::place` and `Steps::trace`, the lines of a flow that ran, for tests.

// What is public is printed, and stands in the documentation.
#![deny(missing_debug_implementations, unnameable_types)]
#![cfg_attr(
    not(feature = "unstable-tools"),
    allow(
        unreachable_pub,
        dead_code,
        unused_imports,
        reason = "public for tools: what nobody uses is found with the feature on"
    )
)]

mod answer;
pub mod channel;
mod check;
mod contract;
mod counters;
mod customer;
mod diagnostics;
mod digits;
mod driver;
mod effects;
mod engine;
mod error;
mod input;
mod interpreter;
mod name;
mod outcome;
mod output;
mod plain;
mod program;
mod restore;
mod session;
mod settings;
mod short_text;
mod source;
#[cfg(feature = "unstable-tools")]
pub mod syntax;
#[cfg(not(feature = "unstable-tools"))]
mod syntax;
#[cfg(feature = "unstable-tools")]
pub mod texts;
#[cfg(not(feature = "unstable-tools"))]
mod texts;
mod time;
mod value;
mod wire;

pub use check::check;
pub use contract::HTTP_DEADLINE;
pub use counters::Counters;
pub use customer::Customer;
pub use diagnostics::{Code, Diagnostic, Severity};
#[cfg(feature = "http")]
pub use driver::HttpClient;
pub use driver::{Client, NoCalls, Turn};
pub use effects::{Answer, CallReport, Effect, Event, Failure, Masked, Reply, Request, Wait};
pub use engine::Engine;
pub use error::{Error, ErrorKind};
pub use input::{Input, InputKind};
pub use interpreter::Steps;
#[cfg(feature = "unstable-trace")]
pub use interpreter::Traced;
pub use outcome::Outcome;
pub use output::{Block, BlockOption, Card, OptionTarget};
pub use program::Program;
pub use restore::Restored;
pub use session::{OPTIONS_KEPT, Session};
pub use settings::Limits;
pub use short_text::ShortText;
pub use source::{Source, Span};
pub use time::Timestamp;
pub use value::{Number, Value};

// For tools: no promise of stability.
#[cfg(feature = "unstable-tools")]
pub use check::{IncrementalCheck, check_files, check_with_catalogs};
#[cfg(feature = "unstable-tools")]
pub use contract::{PROBLEMS_KEPT, Problem, masked, origin, same_origin};
#[cfg(feature = "unstable-tools")]
pub use diagnostics::{Edit, Fix, Label};
#[cfg(all(feature = "unstable-tools", feature = "http"))]
pub use driver::Phases;
#[cfg(feature = "unstable-tools")]
pub use effects::Method;
#[cfg(feature = "unstable-tools")]
pub use program::{Api, Argument, Output};
#[cfg(feature = "unstable-tools")]
pub use source::Position;
#[cfg(feature = "unstable-tools")]
pub use value::{OneOf, Type};

/// The examples of the pages, as tests.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../README.md")]
    struct Readme;

    #[doc = include_str!("../docs/sessions.md")]
    struct Sessions;

    #[doc = include_str!("../docs/observability.md")]
    struct Observability;
}
