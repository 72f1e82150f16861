//! Conversation tests: runs the `test` blocks of flows, from the command line and from `cargo test`.

pub mod masking;
pub mod scene;

pub use scene::{Act, Called, Played, Recorder, Said, Scene};
