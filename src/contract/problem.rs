//! One thing that is wrong with a reply.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::source::{Source, Span};

/// So many errors of one reply are kept, and as many warnings: a backend that makes more makes the same ones. Once
/// the replies of a turn have so many together, 20 of each kind are kept of every other reply.
///
/// # Examples
///
/// A log that does not claim to know more than it does:
///
/// ```
/// use sayflow::{CallReport, PROBLEMS_KEPT};
///
/// fn count(report: &CallReport) -> String {
///     match report.problems().len() {
///         all if all < PROBLEMS_KEPT => format!("{all} problems"),
///         some => format!("at least {some} problems"),
///     }
/// }
/// ```
pub const PROBLEMS_KEPT: usize = 1_000;

/// So many are kept of every reply of a turn, whatever the replies before it were like.
pub(crate) const PROBLEMS_OF_EACH: usize = 20;

/// One thing that is wrong with a reply, for the backend developer who must mend it.
///
/// It is found in a [`CallReport`](crate::CallReport), with `***` wherever the reply echoes a secret in a form
/// that [`Engine::masked`](crate::Engine::masked) knows.
///
/// # Examples
///
/// An endpoint answers a number where the contract wants a text:
///
/// ```
/// # use std::time::Duration;
/// # use sayflow::{Answer, Client, Customer, Engine, Event, Input, Program, Reply, Request, Session, Source};
/// # struct Backend(&'static str);
/// # impl Client for Backend {
/// #     fn call(&self, requests: &[Request]) -> Vec<Answer> {
/// #         let reply = Reply { status: 200, location: None, body: self.0.into() };
/// #         vec![Answer { result: Ok(reply), elapsed: Duration::ZERO }; requests.len()]
/// #     }
/// # }
/// # let flow = r#"
/// # api points: text {
/// #   get "https://api.shop.example/points"
/// # }
/// # on start {
/// #   text "You have <<points>> points." else "I cannot see your points."
/// # }
/// # "#;
/// # let engine = Engine::new(Program::load([Source::new("points.flow", flow)])?);
/// # let (mut session, mut customer) = (Session::new(), Customer::new(7));
/// let backend = Backend(r#"{"success": true, "data": 240}"#);
/// let turn = engine.turn(&mut session, &mut customer, &Input::start(), &backend)?;
/// let [Event::Call(report)] = turn.events.as_slice() else { panic!("one call") };
/// let problem = &report.problems()[0];
/// assert_eq!(problem.code.as_str(), "reply::wrong_type");
/// assert_eq!(problem.pointer, "/data");
/// assert_eq!(problem.found, "the number `240`");
/// # Ok::<(), sayflow::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Problem {
    /// Its stable name, `reply::…`.
    #[serde(serialize_with = "as_text", deserialize_with = "from_text")]
    pub code: Code,
    /// The fact.
    pub message: String,
    /// The place in the reply as a JSON pointer (RFC 6901); empty for the whole reply.
    pub pointer: String,
    /// What the contract says.
    pub expected: String,
    /// What stands there.
    pub found: String,
    /// The next action; `None` where `expected` says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The bytes of the reply's own text, with U+FFFD where it is no UTF-8; not part of the JSON form.
    #[serde(skip)]
    pub span: Span,
}

/// The place in the reply, what the contract says and what stands there.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            pointer,
            expected,
            found,
            ..
        } = self;
        let place = if pointer.is_empty() { "the reply" } else { pointer };
        write!(f, "{place}: expected {expected}, found {found}")
    }
}

impl Problem {
    /// How much it matters: an error spoils the reply, a warning only leaves something out.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// The problem as a finding in the reply's own text, which is drawn and listed as one in a flow is.
    ///
    /// Where the reply may echo a secret, the text is best [`Engine::masked`](crate::Engine::masked), and the
    /// span moved with it.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use sayflow::{Answer, Client, Customer, Engine, Event, Input, Program, Reply, Request, Session};
    /// use sayflow::Source;
    /// # struct Backend(&'static str);
    /// # impl Client for Backend {
    /// #     fn call(&self, requests: &[Request]) -> Vec<Answer> {
    /// #         let reply = Reply { status: 200, location: None, body: self.0.into() };
    /// #         vec![Answer { result: Ok(reply), elapsed: Duration::ZERO }; requests.len()]
    /// #     }
    /// # }
    /// # let flow = r#"
    /// # api points: text {
    /// #   get "https://api.shop.example/points"
    /// # }
    /// # on start {
    /// #   text "You have <<points>> points." else "I cannot see your points."
    /// # }
    /// # "#;
    /// # let engine = Engine::new(Program::load([Source::new("points.flow", flow)])?);
    /// # let (mut session, mut customer) = (Session::new(), Customer::new(7));
    /// let body = r#"{"success": true, "data": 240}"#;
    /// let turn = engine.turn(&mut session, &mut customer, &Input::start(), &Backend(body))?;
    /// let [Event::Call(report)] = turn.events.as_slice() else { panic!("one call") };
    /// let finding = report.problems()[0].to_diagnostic(&Source::new("points.json", body));
    /// let (reply, span, text) = finding.places().next().ok_or("a place")?;
    /// assert_eq!(reply.place(span.start), "points.json:1:27");
    /// assert_eq!(text, "expected a text");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn to_diagnostic(&self, reply: &Source) -> Diagnostic {
        let finding = Diagnostic::new(self.code, reply, self.span, self.message.as_str())
            .primary(format!("expected {}", self.expected));
        match &self.help {
            Some(help) => finding.with_help(help),
            None => finding,
        }
    }
}

fn as_text<S: Serializer>(code: &Code, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(code)
}

fn from_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Code, D::Error> {
    String::deserialize(deserializer)?
        .parse()
        .map_err(serde::de::Error::custom)
}
