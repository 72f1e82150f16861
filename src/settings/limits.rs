//! The bounds of a turn.

use std::time::Duration;

use crate::effects::Event;

/// The bounds of a turn, the same in debug and release builds. Reaching one, where its field says nothing else, ends
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
///
/// A flow that talks too much is cut short, and the host can tell its author:
///
/// ```
/// use sayflow::{Customer, Engine, Event, Input, Limits, NoCalls, Program, Session, Source};
///
/// let flow = Source::new("hi.flow", "on start {\n  text \"One.\"\n  text \"Two.\"\n  text \"Three.\"\n}\n");
/// let engine = Engine::new(Program::load([flow])?)
///     .with_limits(Limits { blocks: 2, ..Limits::default() });
/// let turn = engine.turn(&mut Session::new(), &mut Customer::new(7), &Input::start(), &NoCalls)?;
/// assert_eq!(turn.blocks.len(), 2);
/// let [Event::LimitReached { limit, reason, place }] = turn.events.as_slice() else { panic!("a limit") };
/// assert_eq!((limit.as_str(), place.as_str()), ("blocks", "on start"));
/// assert_eq!(reason, "too many blocks in one turn");
/// # Ok::<(), sayflow::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Statements run in one turn; 1,000. Each option and card that a flow writes out is one more, and so is each further
    /// 64 KiB that is read for a value, a condition or a text (a value of any kind counts as 256 bytes more than it
    /// has), or when a message is compared with the patterns of `on words`.
    pub steps: u32,
    /// Calls made in one turn; 32.
    pub calls: u32,
    /// Returns and interrupted questions that wait at once; 32.
    pub depth: u32,
    /// Blocks shown in one turn; 64.
    pub blocks: u32,
    /// Bytes of one text that a turn hands out or saves, its values filled in; 64 KiB.
    pub text_bytes: usize,
    /// Bytes of all texts that a turn hands out, in blocks and events, 64 more for each option and event;
    /// 256 KiB. It bounds what a session keeps of a turn as well. What reports say of replies is bounded by
    /// itself: a few hundred bytes for each problem, of which a turn has some [`PROBLEMS_KEPT`](crate::PROBLEMS_KEPT) of a kind.
    pub turn_bytes: usize,
    /// Bytes of one input, its id included; 64 KiB. A larger one is refused.
    pub input_bytes: usize,
    /// Bytes of all that is saved of one customer: attributes, 16 more for each, and the texts of the record but
    /// `last_message_text`; 256 KiB. Where there are more already, they may only become fewer. A `set` or an answer
    /// beyond ends the turn; a reply beyond is a mistake of its endpoint (`contract`) and saves nothing.
    pub customer_bytes: usize,
    /// Bytes of one request, its address, headers and body; 1 MiB. A larger one is not sent (`blocked`).
    pub request_bytes: usize,
    /// Bytes of one reply, decoded; 1 MiB. A longer one is cut off (`too large`).
    pub reply_bytes: usize,
    /// Options of a list in one reply, or cards; 200. Those behind are left out, and a problem says so.
    pub reply_items: usize,
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
            turn_bytes: 256 << 10,
            customer_bytes: 256 << 10,
            request_bytes: 1 << 20,
            input_bytes: 64 << 10,
            reply_bytes: 1 << 20,
            reply_items: 200,
            time: Duration::from_secs(20),
            inputs_kept: 8,
        }
    }
}

/// One of the bounds that a turn can reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    Steps,
    Calls,
    Depth,
    Blocks,
    TextBytes,
    TurnBytes,
    CustomerBytes,
    Time,
}

impl Limit {
    pub(crate) const ALL: [Self; 8] = [
        Self::Steps,
        Self::Calls,
        Self::Depth,
        Self::Blocks,
        Self::TextBytes,
        Self::TurnBytes,
        Self::CustomerBytes,
        Self::Time,
    ];

    /// The field of [`Limits`] that sets it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Steps => "steps",
            Self::Calls => "calls",
            Self::Depth => "depth",
            Self::Blocks => "blocks",
            Self::TextBytes => "text_bytes",
            Self::TurnBytes => "turn_bytes",
            Self::CustomerBytes => "customer_bytes",
            Self::Time => "time",
        }
    }

    /// What the host is told when it is reached in a sequence or handler.
    pub(crate) fn reached(self, place: String) -> Event {
        let reason = match self {
            Self::Steps => "too many statements, or too much to compare, in one turn",
            Self::Calls => "too many calls of APIs in one turn",
            Self::Depth => "too many calls that have not come back",
            Self::Blocks => "too many blocks in one turn",
            Self::TextBytes => "a text that is too long",
            Self::TurnBytes => "too much said in one turn",
            Self::CustomerBytes => "too much saved of one customer",
            Self::Time => "too much time spent on the APIs of one turn",
        };
        Event::LimitReached {
            limit: self.name().to_owned(),
            reason: reason.to_owned(),
            place,
        }
    }
}
