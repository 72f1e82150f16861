//! A bot behind a webhook: axum receives, the store remembers, the engine answers.
//!
//! ```text
//! $ TELEGRAM_SECRET=s3cret cargo run -p sayflow-example-webhook
//! listening on 127.0.0.1:8080
//! $ curl localhost:8080/telegram -H 'X-Telegram-Bot-Api-Secret-Token: s3cret' -H 'Content-Type: application/json' \
//!     -d '{"update_id": 1, "message": {"chat": {"id": 7}, "text": "/start"}}'
//! {"blocks":[{"text":"Hello there!","type":"text"},{"text":"What is your order number?","type":"text"}]}
//! ```
//!
//! What arrives is an update as Telegram sends it, with the secret that was given to `setWebhook`. What goes back are
//! blocks that Telegram can show. An update that is delivered twice is one turn and gets one answer, twice; one
//! that somebody else is still at gets 503, and Telegram sends it again. A turn is committed before it is answered, so
//! the process may die at any moment.
//!
//! The engine waits for endpoints without a runtime, hence `spawn_blocking`. Silence (`no reply`) and whatever else the
//! bot says by itself is no answer to a request: that takes a loop over `Worker::work`, and somebody who delivers the outbox.

use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Json, State};
use axum::http::{StatusCode, request::Parts};
use axum::{Router, routing::post};
use sayflow::channel::{Channel, degrade};
use sayflow::{Client, Customer, Engine, Input, NoCalls, Turn};
use sayflow_store::{Did, Error, Outgoing, Record, Store, Worker};
use serde::Deserialize;
use serde_json::{Value, json};

/// An update is at most this long.
const UPDATE_BYTES: usize = 64 << 10;

/// Everything that an answer needs.
pub struct Bot {
    /// The flow, with its settings.
    pub engine: Engine,
    /// Where conversations live.
    pub store: Box<dyn Store>,
    /// Who asks the shop.
    pub client: Box<dyn Client + Send + Sync>,
    /// What Telegram sends with every update.
    pub secret: String,
}

#[derive(Deserialize)]
struct Update {
    update_id: i64,
    message: Option<Message>,
    callback_query: Option<Tap>,
}

#[derive(Deserialize)]
struct Message {
    chat: Person,
    text: Option<String>,
}

#[derive(Deserialize)]
struct Tap {
    from: Person,
    data: Option<String>,
}

#[derive(Deserialize)]
struct Person {
    id: i64,
    first_name: Option<String>,
}

impl Update {
    /// Who says what; `None` for what this bot does not listen to, such as a sticker.
    fn read(self) -> Option<(Person, Input)> {
        let (person, input) = match (self.message, self.callback_query) {
            (Some(Message { chat, text }), _) if text.as_deref() == Some("/start") => (chat, Input::start()),
            (Some(Message { chat, text }), _) => (chat, Input::text(text?)),
            (None, Some(Tap { from, data })) => (from, Input::tap(data?)),
            (None, None) => return None,
        };
        Some((person, input.with_id(self.update_id.to_string())))
    }
}

impl Bot {
    /// Runs what waits in the conversation and gives what came of this input; `None` while another request is at it.
    fn answer(&self, person: Person, input: &Input) -> Result<Option<Result<Turn, sayflow::Error>>, Error> {
        let conversation = format!("telegram:{}", person.id);
        let newcomer = |_: &str| Customer {
            first_name: person.first_name.clone().unwrap_or_default(),
            ..Customer::new(person.id)
        };
        self.store.receive(&conversation, input)?;
        let worker = Worker::new(&*self.store, &self.engine, &*self.client, &newcomer);
        while worker.work_on(&conversation)? != Did::Nothing {}
        for row in self.store.deliveries(Some(&conversation), Worker::LEASE)? {
            if let Outgoing::Event(event) = &row.outgoing {
                println!("{conversation}: {event:?}");
            }
            self.store.delivered(&row.key)?;
        }
        // A session knows what it has answered; the update may have been delivered before.
        let record = self
            .store
            .load(&conversation)?
            .unwrap_or_else(|| Record::new(newcomer(&conversation)));
        let (mut session, mut customer) = (record.session, record.customer);
        let turn = self.engine.turn(&mut session, &mut customer, input, &NoCalls);
        Ok(Some(turn).filter(|turn| turn.as_ref().map_or(true, |turn| turn.is_repeated)))
    }
}

/// Whoever knows the secret; looked at before the body is read.
struct Telegram;

impl FromRequestParts<Arc<Bot>> for Telegram {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, bot: &Arc<Bot>) -> Result<Self, StatusCode> {
        let given = parts
            .headers
            .get("X-Telegram-Bot-Api-Secret-Token")
            .map_or(&b""[..], |value| value.as_bytes());
        // How long it takes says nothing about where they differ.
        let differing = given
            .iter()
            .zip(bot.secret.bytes())
            .fold(0, |bits, (one, other)| bits | (one ^ other));
        let is_known = !given.is_empty() && given.len() == bot.secret.len() && differing == 0;
        is_known.then_some(Self).ok_or(StatusCode::UNAUTHORIZED)
    }
}

/// The webhook.
pub fn router(bot: Arc<Bot>) -> Router {
    let limit = DefaultBodyLimit::max(UPDATE_BYTES);
    Router::new()
        .route("/telegram", post(receive))
        .layer(limit)
        .with_state(bot)
}

async fn receive(
    _: Telegram,
    State(bot): State<Arc<Bot>>,
    update: Result<Json<Update>, JsonRejection>,
) -> (StatusCode, Json<Value>) {
    let wrong = |status, reason: &str| (status, Json(json!({ "error": reason })));
    let update = match update {
        Ok(Json(update)) => update,
        Err(error) => return wrong(error.status(), &error.body_text()),
    };
    let Some((person, input)) = update.read() else {
        return (StatusCode::OK, Json(json!({ "blocks": [] })));
    };
    match tokio::task::spawn_blocking(move || bot.answer(person, &input)).await {
        Ok(Ok(Some(Ok(turn)))) => {
            let blocks = degrade(turn.blocks, Channel::Telegram).blocks;
            (StatusCode::OK, Json(json!({ "blocks": blocks })))
        }
        // It was kept, and would be refused again.
        Ok(Ok(Some(Err(refusal)))) => (
            StatusCode::OK,
            Json(json!({ "blocks": [], "refused": refusal.to_string() })),
        ),
        Ok(Ok(None)) => wrong(
            StatusCode::SERVICE_UNAVAILABLE,
            "this conversation is busy: try again",
        ),
        Ok(Err(error)) => wrong(StatusCode::SERVICE_UNAVAILABLE, &error.to_string()),
        Err(error) => wrong(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}
