//! The calls of a block through ureq: the one place that performs I/O and starts threads.

mod exchange;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Instant;

use ureq::Agent;

use crate::driver::Client;
use crate::effects::{Answer, Failure, Request};

/// Performs calls over HTTP/1.1, with TLS for `https`.
///
/// All requests of a block start together; each has until its own timeout, counted from the
/// moment of the call to the last byte of the reply, name look-up, connecting and TLS included.
/// Redirects are not followed, proxy settings of the environment not read, replies over the
/// limit not kept. Connections are kept open between calls: make one client and clone it.
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
/// let engine = Engine::builder(program).server("shop", "http://127.0.0.1:1").build();
/// let (mut session, mut customer) = (Session::new(), Customer::new(7));
/// let turn = engine.turn(&mut session, &mut customer, &Input::start(), &HttpClient::new())?;
/// let text = "The shop is not answering right now.".to_owned();
/// assert_eq!(turn.blocks, [Block::Text { text }]);
/// # Ok::<(), sayflow::Error>(())
/// ```
#[derive(Clone)]
pub struct HttpClient {
    agent: Agent,
}

impl HttpClient {
    /// A client with no connections yet.
    #[must_use]
    pub fn new() -> Self {
        let config = Agent::config_builder()
            // Statuses are values, and a body that is read whole leaves a connection to reuse.
            .http_status_as_error(false)
            // A redirect would carry secret headers to another host.
            .max_redirects(0)
            .max_redirects_will_error(false)
            // ureq reads `HTTPS_PROXY` and its kind unless told otherwise.
            .proxy(None)
            .user_agent(concat!("sayflow/", env!("CARGO_PKG_VERSION")))
            // A header must fit the buffer it is read into.
            .input_buffer_size(64 << 10)
            .max_response_header_size(32 << 10)
            .output_buffer_size(16 << 10)
            .build();
        Self {
            agent: config.new_agent(),
        }
    }

    /// Performs one request; a panic of what lies below ends this call and nothing else.
    fn perform(&self, request: &Request, start: Instant) -> Answer {
        let exchange = AssertUnwindSafe(|| exchange::perform(&self.agent, request, start));
        let result = catch_unwind(exchange)
            .unwrap_or_else(|_| Err(Failure::Unreachable("the HTTP client gave up".to_owned())));
        Answer {
            result,
            elapsed: start.elapsed(),
        }
    }
}

impl Default for HttpClient {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient").finish_non_exhaustive()
    }
}

impl Client for HttpClient {
    fn call(&self, requests: &[Request]) -> Vec<Answer> {
        #[expect(clippy::disallowed_methods, reason = "the deadline of a call is real time")]
        let start = Instant::now();
        let Some((first, others)) = requests.split_first() else {
            return Vec::new();
        };
        thread::scope(|scope| {
            let running: Vec<_> = others
                .iter()
                .map(|request| {
                    let call = move || self.perform(request, start);
                    thread::Builder::new().spawn_scoped(scope, call)
                })
                .collect();
            let mut answers = vec![self.perform(first, start)];
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

#[cfg(test)]
mod tests;
