//! One thing that is wrong with a reply.

use serde::{Serialize, Serializer};

use crate::diagnostics::{Code, Severity};
use crate::source::Span;

/// One thing that is wrong with a reply, for the backend developer who must mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// Its stable name, `reply::…`.
    #[serde(serialize_with = "as_text")]
    pub code: Code,
    /// The fact.
    pub message: String,
    /// The place in the reply as a JSON pointer (RFC 6901); empty for the whole reply.
    pub pointer: String,
    /// What the contract says.
    pub expected: String,
    /// What stands there.
    pub found: String,
    /// The next action.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The bytes of the reply's own text.
    #[serde(skip)]
    pub span: Span,
}

impl Problem {
    /// An error spoils the reply; a warning only leaves something out.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}

fn as_text<S: Serializer>(code: &Code, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(code)
}
