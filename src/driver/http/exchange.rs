//! One request and its reply, within one budget of time.

use std::fmt;
use std::io::{ErrorKind, Read};
use std::time::{Duration, Instant};

use ureq::http::{self, StatusCode, header};
use ureq::{Agent, Body};

use super::{allowance, phases};
use crate::contract::HTTP_DEADLINE;
use crate::effects::{Failure, Reply, Request};

/// Longer than any call may take, and short enough to be added to any moment.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
/// How much later than it should a call may end that has the agent's own deadline.
const BARELY_BEGUN: Duration = Duration::from_millis(1);

/// The longest address and the longest header, its name included, that a request may have. Servers take less.
pub(super) const LONGEST_LINE: usize = 16 << 10;

/// Sends a request and reads its reply; the budget began at `start`.
pub(super) fn perform(agent: &Agent, request: &Request, start: Instant) -> Result<Reply, Failure> {
    check_lines(request)?;
    allowance::begin(request.max_reply_bytes);
    let budget = request.timeout.min(LONGEST);
    let time_left = || budget.saturating_sub(start.elapsed());
    let sent = match send(agent, request, Connection::Any, time_left()) {
        // The server closed a connection of an earlier call while this one was on its way. A GET
        // is safe to send again (RFC 9110, section 9.2.1), a POST is not.
        Err(Interrupted::Closed) if request.method == "GET" && !phases::is_connection_new() => {
            send(agent, request, Connection::New, time_left())
        }
        sent => sent,
    };
    read_reply(sent?, request.max_reply_bytes)
}

/// Whether each line of the head fits the buffer that it is written into.
fn check_lines(request: &Request) -> Result<(), Failure> {
    let headers = request.headers.iter();
    let longest = headers
        .map(|(name, value)| name.len() + value.expose().len())
        .max();
    if request.url.expose().len().max(longest.unwrap_or(0)) <= LONGEST_LINE {
        return Ok(());
    }
    Err(Failure::Blocked(format!(
        "the address or a header has more than {LONGEST_LINE} bytes"
    )))
}

/// What a request may be sent on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Connection {
    /// One that an earlier call has left open, where there is one.
    Any,
    New,
}

/// Why there is no response to read.
enum Interrupted {
    /// The connection ended before there was a response.
    Closed,
    Failed(Failure),
}

impl From<Interrupted> for Failure {
    fn from(interrupted: Interrupted) -> Self {
        match interrupted {
            Interrupted::Closed => Self::Unreachable("the connection was closed without a reply".to_owned()),
            Interrupted::Failed(failure) => failure,
        }
    }
}

/// A failure on its way through ureq.
#[derive(Debug)]
pub(super) struct Stopped(Failure);

impl Stopped {
    pub(super) fn because(failure: Failure) -> ureq::Error {
        ureq::Error::Other(Box::new(Self(failure)))
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl std::error::Error for Stopped {}

fn send(
    agent: &Agent,
    request: &Request,
    connection: Connection,
    time_left: Duration,
) -> Result<http::Response<Body>, Interrupted> {
    if time_left.is_zero() {
        return Err(Interrupted::Failed(Failure::Timeout));
    }
    let sent = match &request.body {
        None => head(request, ()).map(|head| within(agent, head, connection, time_left)),
        Some(body) => head(request, body.expose()).map(|head| within(agent, head, connection, time_left)),
    };
    let result = sent.map_err(|error| {
        // The error's own words, which name no value: a header or URL may hold a secret.
        Interrupted::Failed(Failure::Blocked(format!("the request cannot be sent: {error}")))
    })?;
    result.map_err(|error| match error {
        ureq::Error::Io(error) if is_closed(error.kind()) => Interrupted::Closed,
        error => Interrupted::Failed(failure(error)),
    })
}

fn head<B>(request: &Request, body: B) -> Result<http::Request<B>, http::Error> {
    let mut builder = http::Request::builder()
        .method(request.method)
        .uri(request.url.expose());
    for (name, value) in &request.headers {
        builder = builder.header(name, value.expose());
    }
    builder.body(body)
}

fn within<B: ureq::AsSendBody>(
    agent: &Agent,
    head: http::Request<B>,
    connection: Connection,
    time_left: Duration,
) -> Result<http::Response<Body>, ureq::Error> {
    // Settings for one request are a copy of all settings. A call that has just begun does without.
    let has_just_begun = time_left <= HTTP_DEADLINE && HTTP_DEADLINE - time_left < BARELY_BEGUN;
    if connection == Connection::Any && has_just_begun {
        return agent.run(head);
    }
    let settings = agent.configure_request(head).timeout_global(Some(time_left));
    agent.run(match connection {
        Connection::Any => settings.build(),
        // Every idle one is too old, and the pool drops those of this host: the server has closed them, too.
        Connection::New => settings.max_idle_age(Duration::ZERO).build(),
    })
}

/// Reads the whole body, which also leaves the connection free for the next call.
fn read_reply(response: http::Response<Body>, max_bytes: usize) -> Result<Reply, Failure> {
    let (head, body) = response.into_parts();
    let most = u64::try_from(max_bytes).unwrap_or(u64::MAX);
    let mut reply = Reply {
        status: head.status.as_u16(),
        location: location(&head),
        body: Vec::new(),
    };
    let mut reader = body.into_reader().take(most.saturating_add(1));
    if let Err(error) = reader.read_to_end(&mut reply.body) {
        return Err(failure(error.into()));
    }
    if reply.body.len() <= max_bytes {
        return Ok(reply);
    }
    // Of several outcomes the first in the contract's order counts: a status goes before the size.
    if head.status.is_success() {
        Err(Failure::TooLarge)
    } else {
        reply.body.truncate(max_bytes);
        Ok(reply)
    }
}

fn location(head: &http::response::Parts) -> Option<String> {
    let is_redirect = head.status.is_redirection() && head.status != StatusCode::NOT_MODIFIED;
    let value = head.headers.get(header::LOCATION).filter(|_| is_redirect)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn is_closed(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::UnexpectedEof
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
    )
}

/// A failure in our words: those of ureq may quote the URL, which may hold a secret.
pub(super) fn failure(error: ureq::Error) -> Failure {
    use ureq::Error;

    let how = match error {
        Error::Timeout(_) => return Failure::Timeout,
        Error::BadUri(_) | Error::Http(_) => {
            return Failure::Blocked("the address or a header is not valid".to_owned());
        }
        Error::HostNotFound => "no such host".to_owned(),
        Error::Io(error) => match error.kind() {
            ErrorKind::TimedOut | ErrorKind::WouldBlock => return Failure::Timeout,
            kind if is_closed(kind) => "the reply was cut short".to_owned(),
            ErrorKind::ConnectionRefused => "the connection was refused".to_owned(),
            _ => format!("{error}"),
        },
        Error::Other(error) => match error.downcast::<Stopped>() {
            Ok(stopped) => return stopped.0,
            Err(_) => "the exchange failed".to_owned(),
        },
        Error::ConnectProxyFailed(_) => "the proxy opened no connection".to_owned(),
        Error::Protocol(error) => format!("not HTTP: {error}"),
        Error::LargeResponseHeader(_, most) => format!("the header of the reply is larger than {most} bytes"),
        Error::ConnectionFailed => "no connection".to_owned(),
        _ => "the exchange failed".to_owned(),
    };
    Failure::Unreachable(how)
}
