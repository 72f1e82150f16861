//! The shop and the channel: what the outside sees of the fleet, whoever is killed meanwhile.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::http::{Caller, Request, serve};

/// How long the shop thinks about an order: long enough to be killed meanwhile.
const THINKING: Duration = Duration::from_millis(25);

/// Everything that arrived.
#[derive(Debug, Default)]
pub(crate) struct World {
    shop: Mutex<Shop>,
    channel: Mutex<Channel>,
    /// Calls that the shop is thinking about.
    under_way: AtomicUsize,
    /// Calls whose caller was gone before the answer.
    abandoned: AtomicUsize,
}

/// Orders, as a shop keeps them that honours idempotency keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shop {
    pub(crate) requests: usize,
    /// The number of the order that a key has made.
    by_key: HashMap<String, usize>,
    /// The orders of a customer's item: exactly one, if all is well.
    pub(crate) orders: HashMap<(i64, String), Vec<usize>>,
    last: usize,
}

/// Messages, as a channel shows them that honours keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct Channel {
    pub(crate) requests: usize,
    /// What was shown, by the key of the message.
    by_key: HashMap<String, String>,
    /// What each customer reads.
    pub(crate) shown: HashMap<String, Vec<String>>,
    /// Keys that came with another text than before.
    pub(crate) changed: Vec<String>,
}

impl World {
    /// Opens shop and channel, and says where.
    pub(crate) fn open() -> io::Result<(Arc<Self>, SocketAddr)> {
        let world = Arc::new(Self::default());
        let answering = Arc::clone(&world);
        let address = serve(move |request, caller| answering.answer(request, caller))?;
        Ok((world, address))
    }

    fn answer(&self, request: &Request, caller: &Caller<'_>) -> Option<String> {
        let body: Json = serde_json::from_slice(&request.body).ok()?;
        match request.path.as_str() {
            "/orders" => self.order(request.key.as_deref(), &body, caller),
            "/messages" => self.show(request.key.as_deref()?, &body),
            _ => None,
        }
    }

    /// The order is taken when the request arrives; the caller may die before hearing of it.
    fn order(&self, key: Option<&str>, body: &Json, caller: &Caller<'_>) -> Option<String> {
        let number = self.shop().take(key, body)?;
        self.under_way.fetch_add(1, Ordering::Relaxed);
        thread::sleep(THINKING);
        self.under_way.fetch_sub(1, Ordering::Relaxed);
        if caller.is_gone() {
            self.abandoned.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        Some(json!({ "success": true, "data": number.to_string() }).to_string())
    }

    fn show(&self, key: &str, body: &Json) -> Option<String> {
        let (to, text) = (
            body.get("to")?.as_str()?,
            text_of(body.get("message")?.get("block")?),
        );
        self.channel().show(key, to, text);
        Some("{}".to_owned())
    }

    pub(crate) fn shop(&self) -> MutexGuard<'_, Shop> {
        self.shop.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn channel(&self) -> MutexGuard<'_, Channel> {
        self.channel.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn calls_under_way(&self) -> usize {
        self.under_way.load(Ordering::Relaxed)
    }

    pub(crate) fn calls_abandoned(&self) -> usize {
        self.abandoned.load(Ordering::Relaxed)
    }
}

impl Shop {
    fn take(&mut self, key: Option<&str>, body: &Json) -> Option<usize> {
        self.requests += 1;
        if let Some(number) = key.and_then(|key| self.by_key.get(key)) {
            return Some(*number);
        }
        let customer = body.get("uid")?.as_i64()?;
        let item = body.get("item")?.as_str()?.to_owned();
        self.last += 1;
        self.orders.entry((customer, item)).or_default().push(self.last);
        if let Some(key) = key {
            self.by_key.insert(key.to_owned(), self.last);
        }
        Some(self.last)
    }

    /// Requests that were recognised by their key.
    pub(crate) fn repeated(&self) -> usize {
        self.requests - self.last
    }
}

impl Channel {
    fn show(&mut self, key: &str, to: &str, text: String) {
        self.requests += 1;
        match self.by_key.get(key) {
            None => {
                self.shown.entry(to.to_owned()).or_default().push(text.clone());
                self.by_key.insert(key.to_owned(), text);
            }
            Some(before) if *before != text => self.changed.push(key.to_owned()),
            Some(_) => {}
        }
    }

    /// Messages that were recognised by their key.
    pub(crate) fn repeated(&self) -> usize {
        self.requests - self.by_key.len()
    }
}

/// What is read of a block: its text, or the whole of what is no text.
fn text_of(block: &Json) -> String {
    block
        .get("text")
        .and_then(Json::as_str)
        .map_or_else(|| block.to_string(), str::to_owned)
}
