//! What a step asks the host for, as data: calls, blocks, events, waits.

use std::fmt;
use std::time::Duration;

use indexmap::IndexMap;
use serde::{Serialize, Serializer};

use crate::contract::Problem;
use crate::outcome::Outcome;
use crate::output::Block;
use crate::time::Timestamp;
use crate::value::Value;

/// What the step machine asks for next.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Effect {
    /// Perform these calls, all at once, and give the answers back in this order.
    Calls(Vec<Request>),
    /// Show this block.
    Block(Block),
    /// Take notice, or do something.
    Event(Event),
    /// The turn is over.
    Wait(Wait),
}

/// One request to an endpoint, ready to send.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Request {
    /// The API's name in the flow.
    pub api: String,
    /// How it is sent.
    pub method: Method,
    /// The absolute URL, query included.
    pub url: Masked,
    /// Header names and values, `Content-Type` of a POST included.
    pub headers: Vec<(String, Masked)>,
    /// The JSON body of a POST.
    pub body: Option<Masked>,
    /// How long the call may take, from name look-up to the last byte of the reply.
    pub timeout: Duration,
    /// The most bytes that the body of the reply may have, decoded.
    pub max_reply_bytes: usize,
}

/// How a request is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Without a body.
    Get,
    /// With the customer record as its body.
    Post,
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Get => "GET",
            Self::Post => "POST",
        })
    }
}

/// A text of a request that may hold secrets: it prints with `***` in their place.
#[derive(Clone, PartialEq, Eq)]
pub struct Masked {
    text: String,
    secrets: Vec<std::ops::Range<usize>>,
}

impl Masked {
    /// A text without a secret in it.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            secrets: Vec::new(),
        }
    }

    /// The text with its secrets, for sending and nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Whether there is a secret in it.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        !self.secrets.is_empty()
    }

    /// Adds text that may be shown.
    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds text that is never shown.
    pub(crate) fn push_secret(&mut self, text: &str) {
        let start = self.text.len();
        self.text.push_str(text);
        self.secrets.push(start..self.text.len());
    }
}

/// With `***` for each secret.
impl fmt::Display for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = 0;
        for secret in &self.secrets {
            f.write_str(self.text.get(shown..secret.start).unwrap_or_default())?;
            f.write_str("***")?;
            shown = secret.end;
        }
        f.write_str(self.text.get(shown..).unwrap_or_default())
    }
}

impl fmt::Debug for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_string(), f)
    }
}

/// What came of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The reply as it came, or why none came.
    pub result: Result<Reply, Failure>,
    /// How long it took.
    pub elapsed: Duration,
}

/// What an endpoint sent back, not yet looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The `Location` of a redirect, which is never followed.
    pub location: Option<String>,
    /// The body, decoded.
    pub body: Vec<u8>,
}

/// Why no reply came.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// It was not sent, and why.
    Blocked(String),
    /// The time was over.
    Timeout,
    /// The endpoint could not be reached or stopped halfway, and how.
    Unreachable(String),
    /// The body was over the limit.
    TooLarge,
}

/// Something the host is told, or asked to do, in a turn.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// A call ended.
    Call(CallReport),
    /// `do NAME { … }`: something for the host to do.
    Action {
        /// The action.
        name: String,
        /// Its keys with their values; a key whose value is unset is absent.
        values: IndexMap<String, Value>,
    },
    /// The customer is to be handed to a person; `bot_enabled` is false from now on.
    Handover {
        /// Who takes over.
        team: String,
        /// How urgent, where the flow says.
        #[serde(skip_serializing_if = "Option::is_none")]
        priority: Option<String>,
    },
    /// `bot_enabled` is false: the input was left alone.
    BotDisabled,
    /// A limit ended the turn.
    LimitReached {
        /// Which.
        limit: Limit,
        /// The sequence or handler that reached it.
        place: String,
    },
    /// A value could not be worked out; what it was for is left as it was.
    ValueError {
        /// What went wrong, for the log.
        reason: String,
        /// The sequence or handler where it happened.
        place: String,
    },
}

/// How one call went, for logs and statistics; never for the customer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CallReport {
    /// The API.
    pub api: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The HTTP status, where a reply came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// How long it took.
    #[serde(rename = "elapsed_ms", serialize_with = "as_milliseconds")]
    pub elapsed: Duration,
    /// The reply's own `message`, or why no reply came; secrets masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The line of the flow that asked, as `file:line:column`.
    pub place: String,
    /// Everything that is wrong with the reply.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
}

fn as_milliseconds<S: Serializer>(elapsed: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX))
}

/// A limit of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Limit {
    /// Statements run in one turn.
    Steps,
    /// Calls made in one turn.
    Calls,
    /// Returns and interrupted questions.
    Depth,
    /// Blocks shown in one turn.
    Blocks,
    /// Bytes of one text.
    TextBytes,
    /// Time spent on calls in one turn.
    Time,
}

/// What the conversation waits for after a turn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Wait {
    /// The open question as `sequence@id`; `None` where any input is welcome.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask: Option<String>,
    /// When [`Input::no_reply`](crate::Input::no_reply) is due, if the customer stays silent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
}
