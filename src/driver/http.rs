//! The calls of a block through ureq: the one place that performs I/O and starts threads.

mod allowance;
mod dialer;
mod exchange;
mod guard;
mod look_up;
mod opening;
mod phases;
mod punctual;
mod resolver;
mod settings;
mod tls;
mod watched;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use ureq::Agent;

use crate::driver::Client;
use crate::effects::{Answer, Failure, Request};

pub use phases::Phases;
use settings::Settings;

/// Performs calls over HTTP/1.1, with TLS for `https`.
///
/// All requests of a block start together; each has until its own timeout, counted from the
/// moment of the call to the last byte of the reply, name look-up, connecting and TLS included.
/// Of that, the addresses of a host together have two seconds to accept a connection.
/// Redirects are not followed, proxy settings of the environment not read, replies over the
/// limit not kept. Connections are kept open between calls: make one client and clone it.
///
/// A call to an address that is not public – loopback, link-local, private, a cloud's metadata – is
/// [blocked](Failure::Blocked): flows and name servers are not to reach into the host's own network. Every
/// address of a name is checked, and only checked addresses are dialled. [`with_allowed_host`](Self::with_allowed_host) allows more.
///
/// What lies below writes to the host's `log`; its level `trace` shows whole requests, secrets included. It
/// should stay off for `ureq` and `ureq_proto`.
///
/// # Examples
///
/// A server that is down costs the customer an answer, not the conversation:
///
/// ```
/// use sayflow::{Block, Customer, Engine, HttpClient, Input, Program, Session, Source};
///
/// let flow = r#"
/// server shop "https://api.shop.example"
/// api status: text {
///   get shop "/v1/status"
/// }
/// on start {
///   text "<<status>>" else "The shop is not answering right now."
/// }
/// "#;
/// let program = Program::load([Source::new("status.flow", flow)])?;
/// // Nobody listens on this port.
/// let engine = Engine::new(program).with_server("shop", "http://127.0.0.1:1");
/// let client = HttpClient::new().with_allowed_host("127.0.0.1");
/// let turn = engine.turn(&mut Session::new(), &mut Customer::new(7), &Input::start(), &client)?;
/// let text = "The shop is not answering right now.".to_owned();
/// assert_eq!(turn.blocks, [Block::Text { text }]);
/// # Ok::<(), sayflow::Error>(())
/// ```
#[derive(Clone)]
pub struct HttpClient {
    settings: Arc<Settings>,
    agent: Agent,
}

impl HttpClient {
    /// A client with no connections yet, which calls public addresses only.
    #[must_use]
    pub fn new() -> Self {
        let settings = Settings::new();
        Self {
            agent: settings.agent(),
            settings: Arc::new(settings),
        }
    }

    /// Performs one request as [`Client::call`] does, and measures where its time went.
    ///
    /// # Examples
    ///
    /// A developer asks why an endpoint is slow:
    ///
    /// ```
    /// use sayflow::{Failure, HttpClient};
    /// # use sayflow::{Customer, Effect, Engine, Input, Program, Session, Source};
    /// # let flow = r#"
    /// # api stock: text {
    /// #   get "http://127.0.0.1:1/stock"
    /// # }
    /// # on start {
    /// #   text "<<stock>>" else "Sold out."
    /// # }
    /// # "#;
    /// # let engine = Engine::new(Program::load([Source::new("stock.flow", flow)])?);
    /// # let (mut session, mut customer, input) = (Session::new(), Customer::new(7), Input::start());
    /// # let mut steps = engine.steps(&mut session, &mut customer, &input)?;
    /// # let Effect::Calls(requests) = steps.advance()? else { panic!("a call") };
    /// # let request = &requests[0];
    ///
    /// let client = HttpClient::new().with_allowed_host("127.0.0.1");
    /// let (answer, phases) = client.timed_call(request);
    /// assert_eq!(answer.result, Err(Failure::Unreachable("the connection was refused".to_owned())));
    /// assert!(phases.connect.is_some_and(|connect| connect <= answer.elapsed));
    /// // An address needs no look-up, and nothing was sent.
    /// assert_eq!((phases.look_up, phases.wait), (None, None));
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    #[cfg(feature = "unstable-tools")]
    #[must_use]
    pub fn timed_call(&self, request: &Request) -> (Answer, Phases) {
        self.perform(request, now())
    }

    /// Performs one request; a panic of what lies below ends this call and nothing else.
    fn perform(&self, request: &Request, start: Instant) -> (Answer, Phases) {
        phases::begin();
        let exchange = AssertUnwindSafe(|| exchange::perform(&self.agent, request, start));
        let result = catch_unwind(exchange)
            .unwrap_or_else(|_| Err(Failure::Unreachable("the HTTP client gave up".to_owned())));
        let phases = phases::end();
        let elapsed = start.elapsed();
        (Answer { result, elapsed }, phases)
    }
}

impl Default for HttpClient {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Client for HttpClient {
    fn call(&self, requests: &[Request]) -> Vec<Answer> {
        let start = now();
        let (first, others) = match requests {
            [] => return Vec::new(),
            [request] => return vec![self.perform(request, start).0],
            [first, others @ ..] => (first, others),
        };
        thread::scope(|scope| {
            let running: Vec<_> = others
                .iter()
                .map(|request| {
                    let call = move || self.perform(request, start).0;
                    thread::Builder::new().spawn_scoped(scope, call)
                })
                .collect();
            let mut answers = vec![self.perform(first, start).0];
            answers.extend(running.into_iter().map(|thread| {
                let answer = thread.ok().and_then(|thread| thread.join().ok());
                answer.unwrap_or_else(|| Answer {
                    result: Err(Failure::Unreachable("the system has no thread left".to_owned())),
                    elapsed: start.elapsed(),
                })
            }));
            answers
        })
    }
}

fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "the deadline of a call is real time")]
    Instant::now()
}

#[cfg(test)]
mod tests;
