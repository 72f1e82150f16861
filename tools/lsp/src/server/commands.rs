//! The commands that a client can have the server carry out.

/// Runs a test: `[uri of its file, its name]`.
pub(crate) const RUN_TEST: &str = "sayflow.runTest";
/// Calls an API: `[uri of its file, its name]`.
pub(crate) const CALL: &str = "sayflow.call";
