//! What one hand of a worker does: a turn, if one waits, and then what there is to send.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use sayflow::{Customer, Engine, HttpClient, Program, Source};
use sayflow_store::{Delivery, Did, Error, Store, Worker};

/// How long a hand rests when there is nothing to do.
const IDLE: Duration = Duration::from_millis(100);

/// How long it rests after an error: the database may be starting.
const AFTER_ERROR: Duration = Duration::from_secs(1);

/// The flow of the fleet, with the shop that it asks.
///
/// # Errors
///
/// What is wrong with the flow.
pub fn engine(shop: &str, token: &str) -> Result<Engine, sayflow::Error> {
    let flow = Source::new("orders.flow", include_str!("../flows/orders.flow"));
    let engine = Engine::new(Program::load([flow])?)
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
    /// For how long a conversation is this hand's own.
    pub lease: Duration,
}

impl Hand<'_> {
    /// Works until it is told to stop; what is begun is ended.
    pub fn work_until(&self, stop: &AtomicBool) {
        let worker = Worker::new(self.store, self.engine, self.client, &newcomer).with_lease(self.lease);
        while !stop.load(Ordering::Relaxed) {
            match self.turn_and_send(&worker) {
                Ok(true) => {}
                Ok(false) => thread::sleep(IDLE),
                Err(error) => {
                    eprintln!("{error}");
                    thread::sleep(AFTER_ERROR);
                }
            }
        }
    }

    fn turn_and_send(&self, worker: &Worker<'_>) -> Result<bool, Error> {
        let did = worker.work()?;
        if let Did::Refused {
            conversation, reason, ..
        } = &did
        {
            eprintln!("{conversation}: an input is refused: {reason}");
        }
        Ok(self.send()? || did != Did::Nothing)
    }

    /// Sends what one conversation has to send, in order. What the channel does not take is sent again
    /// when the lease has ended.
    fn send(&self) -> Result<bool, Error> {
        let deliveries = self.store.deliveries(None, self.lease)?;
        for delivery in &deliveries {
            if let Err(error) = self.channel.send(delivery) {
                eprintln!("{}: {error}", delivery.key);
                break;
            }
            self.store.delivered(&delivery.key)?;
        }
        Ok(!deliveries.is_empty())
    }
}

impl fmt::Debug for Hand<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut hand = f.debug_struct("Hand");
        hand.field("channel", self.channel).field("lease", &self.lease);
        hand.finish_non_exhaustive()
    }
}

/// Who writes for the first time: the number is in the name of the conversation, `web:000042`.
fn newcomer(conversation: &str) -> Customer {
    let number = conversation
        .rsplit(':')
        .next()
        .and_then(|number| number.parse().ok());
    Customer::new(number.unwrap_or(0))
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
        let config = ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(5)));
        Self {
            url: url.into(),
            agent: config.build().into(),
        }
    }

    /// A message that was sent before is recognised by its key.
    fn send(&self, delivery: &Delivery) -> Result<(), Box<dyn std::error::Error>> {
        let message = serde_json::json!({ "to": delivery.conversation, "message": delivery.outgoing });
        self.agent
            .post(&self.url)
            .header("Idempotency-Key", &delivery.key)
            .content_type("application/json")
            .send(message.to_string())?
            .body_mut()
            .read_to_vec()?;
        Ok(())
    }
}
