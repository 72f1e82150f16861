//! The bounds of a turn.

use std::time::Duration;

/// The bounds of a turn, the same in debug and release builds. Reaching one, but for `time`, ends
/// the turn in order: what was said stays said, [`Event::LimitReached`](crate::Event::LimitReached) tells the
/// host, and the session waits for any input.
///
/// # Examples
///
/// ```
/// use sayflow::Limits;
///
/// // A channel that takes no message longer than 4096 bytes, and no more than ten at once.
/// let limits = Limits { text_bytes: 4096, blocks: 10, ..Limits::default() };
/// assert_eq!(limits.steps, 1_000);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Statements run in one turn; 1,000.
    pub steps: u32,
    /// Calls made in one turn; 32.
    pub calls: u32,
    /// Returns and interrupted questions that wait at once; 32.
    pub depth: u32,
    /// Blocks shown in one turn; 64.
    pub blocks: u32,
    /// Bytes of a `text` block, and of a text that `set` or an answer saves; 64 KiB.
    pub text_bytes: usize,
    /// Bytes of one input; 64 KiB. A larger one is refused.
    pub input_bytes: usize,
    /// Bytes of one reply, decoded; 1 MiB.
    pub reply_bytes: usize,
    /// Time spent on calls in one turn; 20 s. What is left of it bounds later calls; where nothing
    /// is left they end in `timeout` without being sent, and the flow goes on.
    pub time: Duration,
    /// Inputs with an id that a session keeps, each with the blocks that came of it; 8. The same id again gives the
    /// same turn as long as it is among them ([`Turn::is_repeated`](crate::Turn::is_repeated)); 0 keeps none.
    pub inputs_kept: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            steps: 1_000,
            calls: 32,
            depth: 32,
            blocks: 64,
            text_bytes: 64 << 10,
            input_bytes: 64 << 10,
            reply_bytes: 1 << 20,
            time: Duration::from_secs(20),
            inputs_kept: 8,
        }
    }
}
