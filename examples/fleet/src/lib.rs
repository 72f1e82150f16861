//! What one hand of a worker does: a turn, if one waits, and then what there is to send.

use std::fmt::{self, Display};
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use sayflow::{Customer, Engine, Event, HTTP_DEADLINE, HttpClient, Limits, Outcome, Program, Source};
use sayflow_store::{Delivery, Did, Error, ErrorKind, Store, Worker};
use sha2::{Digest, Sha256};

/// How long a hand rests when there is nothing to do.
const IDLE: Duration = Duration::from_millis(100);

/// How long it rests after an error: the database may be starting.
const AFTER_ERROR: Duration = Duration::from_secs(1);

/// How long the channel may take for a message, and no longer than half a lease.
const SENDING: Duration = Duration::from_secs(5);

/// What a turn may spend on its calls: one of this flow makes one.
pub const TURN: Duration = HTTP_DEADLINE;

/// The shortest lease: a turn with the time that its calls may take, and as much as a database that is busy takes to
/// write it. With a shorter one another hand begins the turn again, its calls are made again, and in the end its input is refused.
pub const LEAST_LEASE: Duration = TURN.saturating_add(Duration::from_secs(2));

/// The flow of the fleet, with the shop that it asks.
///
/// # Errors
///
/// What is wrong with the flow.
pub fn engine(shop: &str, token: &str) -> Result<Engine, sayflow::Error> {
    let flow = Source::new("orders.flow", include_str!("../flows/orders.flow"));
    let limits = Limits {
        time: TURN,
        ..Limits::default()
    };
    let engine = Engine::new(Program::load([flow])?)
        .with_limits(limits)
        .with_server("shop", shop)
        .with_secret("SHOP_TOKEN", token, [shop])
        // A worker that dies in the middle of a turn leaves a call behind that is made again.
        .with_idempotency_header("Idempotency-Key");
    Ok(engine)
}

/// One of the hands of a worker. Any number of them share a store, here and elsewhere.
pub struct Hand<'f> {
    /// Where conversations live.
    pub store: &'f dyn Store,
    /// The flow.
    pub engine: &'f Engine,
    /// Performs the calls of the flow.
    pub client: &'f HttpClient,
    /// Where messages are sent.
    pub channel: &'f Channel,
    /// For how long a conversation is this hand's own: no less than [`LEAST_LEASE`].
    pub lease: Duration,
}

impl Hand<'_> {
    /// Works until it is told to stop; what is begun is ended.
    pub fn work_until(&self, stop: &AtomicBool) {
        let worker = Worker::new(self.store, self.engine, self.client, &newcomer).with_lease(self.lease);
        while !stop.load(Ordering::Relaxed) {
            // What is to be sent goes out also where a turn fails.
            let rests = [self.turn(&worker), self.send(stop)].map(rest);
            let shortest = rests.into_iter().min().unwrap_or(IDLE);
            thread::sleep(if rests.contains(&AFTER_ERROR) {
                AFTER_ERROR
            } else {
                shortest
            });
        }
    }

    fn turn(&self, worker: &Worker<'_>) -> Result<bool, Error> {
        let did = worker.work()?;
        match &did {
            Did::Refused {
                conversation, reason, ..
            } => log(format_args!("{conversation}: an input is refused: {reason}")),
            Did::Turn {
                conversation, turn, ..
            } => turn
                .events
                .iter()
                .for_each(|event| log_failure(conversation, event)),
            _ => {}
        }
        Ok(did != Did::Nothing)
    }

    /// Sends what one conversation has to send, in order, as long as it is this hand's own. What the channel does not
    /// take, and what a worker that is told to stop leaves, is sent when the lease has ended.
    fn send(&self, stop: &AtomicBool) -> Result<bool, Error> {
        let (begun, sending) = (Instant::now(), SENDING.min(self.lease / 2));
        let deliveries = self.store.deliveries(None, self.lease)?;
        for delivery in &deliveries {
            if stop.load(Ordering::Relaxed) || begun.elapsed() + sending > self.lease {
                break;
            }
            match self.channel.send(delivery, sending) {
                Ok(()) => {}
                Err(Unsent::Never(reason)) => log(format_args!("{}: given up: {reason}", delivery.key)),
                Err(Unsent::NotNow(reason)) => {
                    log(format_args!("{}: {reason}", delivery.key));
                    break;
                }
            }
            self.store.delivered(&delivery.key)?;
        }
        Ok(!deliveries.is_empty())
    }
}

/// Says which call has failed. That an endpoint declines is its own word.
fn log_failure(conversation: &str, event: &Event) {
    if let Event::Call(report) = event
        && report.outcome.is_failure()
        && report.outcome != Outcome::Declined
    {
        let message = report.message.as_deref().unwrap_or("no reason is given");
        log(format_args!(
            "{conversation}: {} at {}: {}: {message}",
            report.api, report.place, report.outcome
        ));
    }
}

/// How long a hand rests behind what it did.
fn rest(did: Result<bool, Error>) -> Duration {
    match did {
        Ok(true) => Duration::ZERO,
        Ok(false) => IDLE,
        Err(error) => {
            log(&error);
            match error.kind() {
                // This conversation rests until its lease ends; the others go on.
                ErrorKind::Unreadable | ErrorKind::Unwritable | ErrorKind::Client => Duration::ZERO,
                _ => AFTER_ERROR,
            }
        }
    }
}

/// A line for whoever runs the worker. Whether anybody reads it is no reason to stop.
pub fn log(line: impl Display) {
    let _ = writeln!(io::stderr(), "{line}");
}

impl fmt::Debug for Hand<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut hand = f.debug_struct("Hand");
        hand.field("channel", self.channel).field("lease", &self.lease);
        hand.finish_non_exhaustive()
    }
}

/// Who writes for the first time. The number is made of the whole name, so that no two conversations share it: neither
/// `telegram:7` and `whatsapp:7` nor `web:alice` and `web:bob`. Idempotency keys are bound to it. A fleet that has
/// a table of its customers takes theirs.
fn newcomer(conversation: &str) -> Customer {
    let sum = Sha256::digest(conversation);
    let number = u64::from_be_bytes(sum.first_chunk().copied().unwrap_or_default());
    // As large as a number of JSON may be wherever it is read.
    Customer::new((number >> 11).cast_signed())
}

/// Takes messages over HTTP.
#[derive(Debug)]
pub struct Channel {
    url: String,
    agent: ureq::Agent,
}

impl Channel {
    /// The channel at this URL.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        // A redirect would be followed as a GET, without the message.
        let config = ureq::Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false);
        Self {
            url: url.into(),
            agent: config.build().into(),
        }
    }

    /// A message that was sent before is recognised by its key.
    fn send(&self, delivery: &Delivery, within: Duration) -> Result<(), Unsent> {
        let message = serde_json::json!({ "to": delivery.conversation, "message": delivery.outgoing });
        let request = self.agent.post(&self.url).config().timeout_global(Some(within));
        let sent = request
            .build()
            .header("Idempotency-Key", &delivery.key)
            .content_type("application/json")
            .send(message.to_string());
        let status = sent.map_err(|error| Unsent::NotNow(error.to_string()))?.status();
        match status.as_u16() {
            200..=299 => Ok(()),
            // It is this message, or this customer who has left.
            400 | 403 | 410 | 413 | 422 => Err(Unsent::Never(status.to_string())),
            // It is the moment, the address or a password: no message is lost for that.
            _ => Err(Unsent::NotNow(status.to_string())),
        }
    }
}

/// Why the channel has not taken a message.
enum Unsent {
    /// It would not take it another time either.
    Never(String),
    NotNow(String),
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use sayflow::Input;
    use sayflow_store::Memory;

    use super::*;

    #[test]
    fn a_hand_that_is_told_to_stop_sends_nothing_more() {
        let (store, shop) = (Memory::new(), "http://127.0.0.1:9");
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let hand = Hand {
            store: &store,
            engine: &engine(shop, "s3cret").unwrap(),
            client: &HttpClient::new(),
            channel: &Channel::new(format!("http://{}", listener.local_addr().unwrap())),
            lease: LEAST_LEASE,
        };
        store.receive("c", &Input::text("hi")).unwrap();
        let worker = Worker::new(hand.store, hand.engine, hand.client, &newcomer);
        assert!(hand.turn(&worker).unwrap());
        assert!(hand.send(&AtomicBool::new(true)).unwrap());
        assert!(listener.accept().is_err(), "a message was sent");
    }

    #[test]
    fn what_cannot_be_read_holds_up_nobody_and_a_database_that_is_away_is_left_alone() {
        let after = |kind| rest(Err(Error::new(kind, "…")));
        assert_eq!(after(ErrorKind::Unreadable), Duration::ZERO);
        assert_eq!(after(ErrorKind::Unavailable), AFTER_ERROR);
        assert_eq!((rest(Ok(true)), rest(Ok(false))), (Duration::ZERO, IDLE));
    }
}
