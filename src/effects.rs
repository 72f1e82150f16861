//! What a step asks the host for, as data: calls, blocks, events, waits.

use std::fmt;
use std::time::Duration;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::contract::Problem;
use crate::outcome::Outcome;
use crate::output::Block;
use crate::restore::Restored;
use crate::time::Timestamp;
use crate::value::Value;

/// What the step machine asks for next. [`Steps`](crate::Steps) shows them at work.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Effect {
    /// Perform these calls, all at once, and give the answers back in this order.
    Calls(Vec<Request>),
    /// Show this block.
    Block(Block),
    /// Take notice, or do something.
    Event(Event),
    /// The turn is over, and session and customer are changed.
    Wait(Wait),
}

/// One request to an endpoint, ready to send.
///
/// The engine makes requests; a [`Client`](crate::Client) sends them as they are and adds nothing but what
/// HTTP needs. Redirects are not to be followed: they would carry secrets to another host.
///
/// # Examples
///
/// A client that writes down what the endpoint's developer can try by hand. It prints, so that
/// [`Masked`] keeps the secrets out of it:
///
/// ```
/// use sayflow::{Masked, Request};
///
/// fn as_curl(request: &Request) -> String {
///     let mut line = format!("curl -X {} '{}'", request.method, request.url);
///     for (name, value) in &request.headers {
///         line.push_str(&format!(" -H '{name}: {value}'"));
///     }
///     if let Some(body) = &request.body {
///         line.push_str(&format!(" -d '{body}'"));
///     }
///     line
/// }
/// # use sayflow::{Customer, Effect, Engine, Input, Program, Session, Source};
/// # let flow = r#"
/// # api stock: text {
/// #   get "https://api.shop.example/stock"
/// #   header "X-Shop-Token" = secret SHOP_TOKEN
/// # }
/// # on start {
/// #   text "<<stock>>" else "Sold out."
/// # }
/// # "#;
/// # let engine = Engine::new(Program::load([Source::new("stock.flow", flow)])?)
/// #     .with_secret("SHOP_TOKEN", "s3cret", ["https://api.shop.example"]);
/// # let (mut session, mut customer, input) = (Session::new(), Customer::new(7), Input::start());
/// # let mut steps = engine.steps(&mut session, &mut customer, &input)?;
/// # let Effect::Calls(requests) = steps.advance()? else { panic!("a call") };
/// let line = as_curl(&requests[0]);
/// assert!(line.starts_with("curl -X GET 'https://api.shop.example/stock' -H 'X-Shop-Token: ***'"));
/// # Ok::<(), sayflow::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Request {
    /// The API's name in the flow.
    pub api: String,
    /// `GET`, or `POST` where it has a body.
    pub method: &'static str,
    /// The absolute URL, query included.
    pub url: Masked,
    /// Header names and values, `Content-Type` of a POST included.
    pub headers: Vec<(String, Masked)>,
    /// The JSON body of a POST; `None` for a GET.
    pub body: Option<Masked>,
    /// How long the call may take, from name look-up to the last byte of the reply: never zero, at most
    /// [`HTTP_DEADLINE`](crate::HTTP_DEADLINE).
    pub timeout: Duration,
    /// The most bytes that the body of the reply may have, decoded.
    pub max_reply_bytes: usize,
}

/// How a request is sent; prints as HTTP writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Without a body.
    Get,
    /// With the customer record as its body.
    Post,
}

impl Method {
    /// As HTTP writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text of a request that may hold secrets: it prints with `***` in their place.
///
/// # Examples
///
/// A header is sent with [`expose`](Self::expose) and logged like any other value:
///
/// ```
/// # use sayflow::{Customer, Effect, Engine, Input, Program, Session, Source};
/// # let flow = r#"
/// # api stock: text {
/// #   get "https://api.shop.example/stock"
/// #   param "key" = secret SHOP_KEY
/// # }
/// # on start {
/// #   text "<<stock>>" else "Sold out."
/// # }
/// # "#;
/// # let engine = Engine::new(Program::load([Source::new("stock.flow", flow)])?)
/// #     .with_secret("SHOP_KEY", "s3cret", ["https://api.shop.example"]);
/// # let (mut session, mut customer, input) = (Session::new(), Customer::new(7), Input::start());
/// # let mut steps = engine.steps(&mut session, &mut customer, &input)?;
/// # let Effect::Calls(requests) = steps.advance()? else { panic!("a call") };
/// let url = &requests[0].url;
/// assert_eq!(format!("GET {url}"), "GET https://api.shop.example/stock?key=***");
/// assert_eq!(url.expose(), "https://api.shop.example/stock?key=s3cret");
/// # Ok::<(), sayflow::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Masked {
    text: String,
    secrets: Vec<std::ops::Range<usize>>,
}

/// What is printed for a secret.
const MASK: &str = "***";

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

    /// Where a byte of the text stands in what is printed; a byte of a secret stands where its `***`
    /// begins.
    ///
    /// # Examples
    ///
    /// The place of a fault moves with the text that is shown to somebody:
    ///
    /// ```
    /// use sayflow::{Engine, Program, Source};
    ///
    /// let source = Source::new("hi.flow", "on start {\n  text \"Hi!\"\n}\n");
    /// let engine = Engine::new(Program::load([source])?)
    ///     .with_secret("TOKEN", "s3cret-key", ["https://api.shop.example"]);
    /// let text = "token s3cret-key is unknown";
    /// let masked = engine.masked(text);
    /// let offset = text.find("unknown").unwrap_or_default();
    /// assert_eq!(&masked.to_string()[masked.shown_offset(offset)..], "unknown");
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    #[must_use]
    pub fn shown_offset(&self, offset: usize) -> usize {
        let mut shown = offset;
        for secret in self.secrets.iter().take_while(|secret| secret.start < offset) {
            shown = match secret.end <= offset {
                true => shown + MASK.len() - secret.len(),
                false => shown - (offset - secret.start),
            };
        }
        shown
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
            f.write_str(MASK)?;
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
///
/// # Examples
///
/// What a client says of a reply that came, and of one that did not:
///
/// ```
/// use std::time::Duration;
/// use sayflow::{Answer, Failure, HTTP_DEADLINE, Reply};
///
/// let body = br#"{"success": true, "data": "packed"}"#.to_vec();
/// let came = Answer {
///     result: Ok(Reply { status: 200, location: None, body }),
///     elapsed: Duration::from_millis(120),
/// };
/// let late = Answer { result: Err(Failure::Timeout), elapsed: HTTP_DEADLINE };
/// assert!(came.result.is_ok() && late.result.is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The reply as it came, or why none came.
    pub result: Result<Reply, Failure>,
    /// How long it took; the longest of a block counts towards [`Limits::time`](crate::Limits::time).
    pub elapsed: Duration,
}

/// What an endpoint sent back, not yet looked at. Any status is one: a 404 is no [`Failure`].
///
/// # Examples
///
/// A test sees to it that a shop in trouble is met with kind words:
///
/// ```
/// use sayflow::Reply;
///
/// let overloaded = Reply { status: 503, body: b"<h1>Come back later</h1>".to_vec(), ..Reply::default() };
/// let moved = Reply { status: 302, location: Some("https://shop.example/".to_owned()), ..Reply::default() };
/// assert!(overloaded.status >= 500 && moved.body.is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The `Location` of a redirect, which is never followed; `None` where there is none.
    pub location: Option<String>,
    /// The body, any `Content-Encoding` undone.
    pub body: Vec<u8>,
}

/// Why no reply came.
///
/// # Examples
///
/// A client over any library that speaks of its troubles as [`std::io::Error`]s:
///
/// ```
/// use std::io::{Error, ErrorKind};
/// use sayflow::Failure;
///
/// fn failure(error: &Error) -> Failure {
///     match error.kind() {
///         ErrorKind::TimedOut => Failure::Timeout,
///         ErrorKind::FileTooLarge => Failure::TooLarge,
///         _ => Failure::Unreachable(error.to_string()),
///     }
/// }
///
/// assert_eq!(failure(&ErrorKind::TimedOut.into()), Failure::Timeout);
/// let refused = failure(&ErrorKind::ConnectionRefused.into());
/// assert_eq!(refused, Failure::Unreachable("connection refused".to_owned()));
/// ```
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
///
/// The engine does nothing about them itself. In JSON the key `event` says which one it is.
///
/// # Examples
///
/// ```
/// use sayflow::{Customer, Engine, Event, Input, NoCalls, Program, Session, Source};
///
/// let flow = r#"
/// action send_email {
///   to: text
/// }
/// on start {
///   do send_email {
///     to = "care@shop.example"
///   }
///   handover "Care" priority high
/// }
/// "#;
/// let engine = Engine::new(Program::load([Source::new("care.flow", flow)])?);
/// let turn = engine.turn(&mut Session::new(), &mut Customer::new(7), &Input::start(), &NoCalls)?;
/// let mut to_do = Vec::new();
/// for event in turn.events {
///     match event {
///         Event::Action { name, values } => to_do.push(format!("{name} {}", values["to"])),
///         Event::Handover { team, .. } => to_do.push(format!("ring for {team}")),
///         other => eprintln!("{other:?}"),
///     }
/// }
/// assert_eq!(to_do, ["send_email care@shop.example", "ring for Care"]);
/// # Ok::<(), sayflow::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
        /// How urgent; `None` where the flow does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        priority: Option<String>,
    },
    /// `bot_enabled` is false: the input was left alone.
    BotDisabled,
    /// The place where the customer waited is gone from the edited flow; `on moved` speaks. What is still there
    /// ([`Restored::Exact`], [`Restored::Moved`]) goes on without a word.
    Restored(Restored),
    /// A limit ended the turn, or all calls of it.
    LimitReached {
        /// The field of [`Limits`](crate::Limits): `blocks`.
        limit: String,
        /// What there was too much of, in the words of an author: "too many blocks in one turn".
        reason: String,
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
///
/// # Examples
///
/// ```
/// use sayflow::{Customer, Engine, Event, Input, NoCalls, Outcome, Program, Session, Source};
///
/// let flow = r#"
/// api stock: text {
///   get "https://api.shop.example/stock"
/// }
/// on start {
///   text "<<stock>>" else "Ask in the shop."
/// }
/// "#;
/// let engine = Engine::new(Program::load([Source::new("stock.flow", flow)])?);
/// let turn = engine.turn(&mut Session::new(), &mut Customer::new(7), &Input::start(), &NoCalls)?;
/// for event in &turn.events {
///     if let Event::Call(report) = event {
///         assert_eq!((report.api.as_str(), report.outcome), ("stock", Outcome::Blocked));
///         assert_eq!(report.message.as_deref(), Some("this host makes no calls"));
///         assert_eq!(report.place, "stock.flow:6:3");
///     }
/// }
/// # Ok::<(), sayflow::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CallReport {
    /// The API.
    pub api: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The HTTP status; `None` where no reply came.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::wire::status"
    )]
    pub status: Option<u16>,
    /// How long it took; in JSON in whole milliseconds.
    #[serde(rename = "elapsed_ms", with = "crate::wire::milliseconds")]
    pub elapsed: Duration,
    /// The first 1,000 characters of the reply's own `message`, or why no reply came, on one line; secrets masked. `None`
    /// where nobody says anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The line of the flow that asked, as `file:line:column`.
    pub place: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) problems: Vec<Problem>,
}

impl CallReport {
    /// Everything that is wrong with the reply, in its order and each as a sentence with its place; in JSON each
    /// has a code, what was expected and what was found. At most 1,000 errors and as many warnings are kept.
    ///
    /// # Examples
    ///
    /// A shop's developer gets a letter about the endpoint:
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
    /// let letter: Vec<String> = report.faults().collect();
    /// assert_eq!(letter, ["/data: expected a text, found the number `240`"]);
    ///
    /// let json = serde_json::to_value(report).unwrap_or_default();
    /// assert_eq!(json["problems"][0]["code"], "reply::wrong_type");
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    pub fn faults(&self) -> impl Iterator<Item = String> {
        self.problems.iter().map(Problem::to_string)
    }

    /// Everything that is wrong with the reply, in its order; at most [`PROBLEMS_KEPT`](crate::PROBLEMS_KEPT)
    /// errors and as many warnings of all replies of a turn together, but 20 of each reply in any case.
    #[cfg(feature = "unstable-tools")]
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The same, for a tool that knows of some that they are none.
    #[cfg(feature = "unstable-tools")]
    #[must_use]
    pub fn problems_mut(&mut self) -> &mut Vec<Problem> {
        &mut self.problems
    }
}

/// What the conversation waits for after a turn.
///
/// # Examples
///
/// A host sets a timer for [`due`](Self::due) and reports the silence when it rings, with the moment it
/// was set for. Where the customer answered meanwhile, the engine knows the timer for an old one:
///
/// ```
/// use sayflow::{Customer, Engine, ErrorKind, Input, NoCalls, Program, Session, Source};
///
/// let flow = r#"
/// attribute size: one of "S", "M", "L"
/// on start {
///   ask "Which size?" save size {
///     no reply 10m {
///       text "Are you still there?"
///     }
///   }
///   text "Size {{size}} it is."
/// }
/// "#;
/// let engine = Engine::new(Program::load([Source::new("size.flow", flow)])?);
/// let (mut session, mut customer) = (Session::new(), Customer::new(7));
/// let start = Input::start().at("2026-11-20T10:00:00Z".parse()?);
/// let wait = engine.turn(&mut session, &mut customer, &start, &NoCalls)?.wait;
/// assert_eq!(wait.ask.as_deref(), Some("on start@size"));
/// let due = wait.due.ok_or("no timer is wanted")?;
/// assert_eq!(due, "2026-11-20T10:10:00Z".parse()?);
///
/// engine.turn(&mut session, &mut customer, &Input::text("m"), &NoCalls)?;
/// let ring = Input::no_reply_until(due).at(due);
/// let late = engine.turn(&mut session, &mut customer, &ring, &NoCalls).unwrap_err();
/// assert_eq!(late.kind(), ErrorKind::NotDue);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Wait {
    /// The open question as `sequence@id`; `None` where any input is welcome.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask: Option<String>,
    /// When [`Input::no_reply_until`](crate::Input::no_reply_until) is due, if the customer stays silent; `None` where
    /// nothing happens in silence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
}
