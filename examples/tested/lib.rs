//! An app that embeds a flow, and keeps its conversations under test.
//!
//! - `flows/` is the flow with its tests in `tailor.test.flow`; `tests/flows.rs` runs each as a test of its own.
//! - `tests/one_off.rs` has a conversation within an ordinary test.
//! - `tests/snapshot.rs` keeps a whole conversation as a snapshot.

use sayflow::{Engine, Error, Program, Source};

/// The engine with the app's flow.
///
/// # Errors
///
/// What keeps the flow from running. Its tests would have said so.
pub fn engine() -> Result<Engine, Error> {
    let flow = Source::new("tailor.flow", include_str!("flows/tailor.flow"));
    Ok(Engine::new(Program::load([flow])?))
}
