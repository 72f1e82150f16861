//! Where conversations live between turns.

mod error;
mod record;
mod store;

pub use error::{Error, ErrorKind};
pub use record::{Changes, Claim, Delivery, Outgoing, Received, Record, Refused, Saved};
pub use store::Store;
