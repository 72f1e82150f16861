//! Where conversations live between turns: every message is answered once and in order, and no answer is lost.
//!
//! A store keeps the session and customer of each conversation, the inputs that wait (the inbox), what is to be
//! delivered (the outbox), and timers. Everything that a turn changes is one commit. Workers in any number of threads and
//! processes claim conversations and run their turns; none of them holds a lock while an endpoint is asked, and one that
//! dies in the middle has changed nothing.
//!
//! ```
//! use sayflow::{Customer, Engine, Input, NoCalls, Program, Source};
//! use sayflow_store::{Did, Memory, Received, Store, Worker};
//!
//! let flow = "on start {\n  text \"Hi!\"\n}\n";
//! let engine = Engine::new(Program::load([Source::new("hi.flow", flow)])?);
//! let store = Memory::new();
//!
//! // A channel delivers a message twice.
//! let input = Input::text("Hello").with_id("m-1");
//! assert_eq!(store.receive("telegram:7", &input)?, Received::New);
//! assert_eq!(store.receive("telegram:7", &input)?, Received::Repeated);
//!
//! // It is answered once.
//! let newcomer = |_: &str| Customer::new(7);
//! let worker = Worker::new(&store, &engine, &NoCalls, &newcomer);
//! assert!(matches!(worker.work()?, Did::Turn { .. }));
//! assert_eq!(worker.work()?, Did::Nothing);
//!
//! // And the answer is handed out until it is delivered.
//! let rows = store.deliveries(None, Worker::LEASE)?;
//! assert_eq!(rows.len(), 1);
//! store.delivered(&rows[0].key)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Start here
//!
//! - [`Store`]: what every store promises, and what the host must do.
//! - [`Worker`]: the loop of a host, one turn at each call.
//! - [`Memory`], and `Sqlite` behind its feature: the stores.
//! - [`conformance`]: whether a store of the host's own keeps the promises.
//!
//! # Features
//!
//! - `sqlite` (default): `Sqlite`, with its own copy of SQLite.
//! - `postgres`: `Postgres`.

pub mod conformance;
mod error;
mod json;
mod memory;
mod name;
#[cfg(feature = "postgres")]
mod postgres;
mod record;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;
mod worker;

pub use error::{Error, ErrorKind};
pub use memory::Memory;
#[cfg(feature = "postgres")]
pub use postgres::Postgres;
pub use record::{Changes, Claim, Delivery, Outgoing, Received, Record, Refused, Saved};
#[cfg(feature = "sqlite")]
pub use sqlite::Sqlite;
pub use store::Store;
pub use worker::{Did, Worker};

/// The examples of the page, as tests.
#[cfg(all(doctest, feature = "sqlite"))]
#[doc = include_str!("../../../docs/stores.md")]
struct Stores;
