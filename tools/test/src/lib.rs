//! Conversation tests: runs the `test` blocks of flows, from the command line and from `cargo test`.
//!
//! - [`Coverage`]: turns in, what was never run of a flow out.
//! - [`Recorder`] and [`Scene`]: a conversation in, the text of a `test` block out.

mod coverage;
pub mod masking;
pub mod scene;

pub use coverage::{Coverage, Gap, Share, Totals};
pub use scene::{Act, Called, Played, Recorder, Said, Scene};
