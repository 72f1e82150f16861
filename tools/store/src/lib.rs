//! Where conversations live between turns.

pub mod conformance;
mod error;
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
