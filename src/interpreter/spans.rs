//! What a host's subscriber is told: a span for each turn, and in it one for each call.
//!
//! Without the feature `tracing` both are empty values, and every method does nothing.
//!
//! A turn may be driven by an async host, so no span is entered while the host holds the machine: what
//! [`TurnSpan::handle`] gives is entered for one piece of work that awaits nothing.

#[cfg(feature = "tracing")]
mod kept;
#[cfg(not(feature = "tracing"))]
mod none;

#[cfg(feature = "tracing")]
pub(super) use kept::{CallSpan, TurnSpan};
#[cfg(not(feature = "tracing"))]
pub(super) use none::{CallSpan, TurnSpan};
