//! Conversation tests: runs the `test` blocks of flows, from the command line and from `cargo test`.
//!
//! - [`Suite`]: the files of a flow in, its tests out; [`Test::run`] runs one of them.
//! - [`Test::updated`]: what was said instead in, the edits of the test out.
//! - [`harness()`], [`conversation!`]: the same under `cargo test`.
//! - [`Coverage`]: turns in, what was never run of a flow out.
//! - [`Recorder`] and [`Scene`]: a conversation in, the text of a `test` block out.
//! - [`Exploration`]: a flow in, what a random customer finds wrong with it out.
//! - [`Trace`] and [`Replayer`]: turns of production in, what is said differently out.

mod coverage;
mod explore;
mod files;
mod harness;
pub mod masking;
mod quoted;
mod replay;
mod run;
mod scene;
mod script;
mod stand_in;
mod suite;
mod transcript;
mod update;

use std::time::Duration;

pub use coverage::{Coverage, Gap, Share, Totals};
pub use explore::{Defect, Exploration, Explored, Finding};
pub use files::{is_without_flow, own_sources};
pub use harness::{converse, converse_with, harness};
pub use replay::{Deviation, Replayed, Replayer, Scope, Trace, Traced, TracedCall};
pub use run::{Difference, TestFailure, Verdict};
pub use scene::{Played, Recorder, Said, Scene};
pub use suite::{Suite, Test};
pub use transcript::{Transcript, TranscriptTurn};

/// How long two texts are compared: long ones that have little in common are told apart roughly after it.
const PATIENCE: Duration = Duration::from_millis(200);
