//! A bot behind a webhook: axum receives, the store remembers, the engine answers.
//!
//! ```text
//! $ TELEGRAM_SECRET=s3cret cargo run -p sayflow-example-webhook
//! listening on 127.0.0.1:8080
//! $ curl localhost:8080/telegram -H 'X-Telegram-Bot-Api-Secret-Token: s3cret' \
//!     -d '{"update_id": 1, "message": {"from": {"id": 7, "first_name": "Asha"}, "text": "/start"}}'
//! {"blocks":[{"text":"Hello Asha!","type":"text"},{"text":"What is your order number?","type":"text"}]}
//! ```
//!
//! An update comes as Telegram sends it, with the secret that was given to `setWebhook`, and is answered in blocks that
//! Telegram can show. Delivered twice, it is one turn and has one answer; while another request is at it that is 503,
//! and Telegram sends it again. A turn is committed before it is answered: the process may die at any moment.
//! What a bot says by itself (`no reply`) takes a loop over `Worker::work`, and somebody who delivers the outbox.

use std::{env, fmt::Display, sync::Arc};

use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::{Json, Router, body::Bytes, routing::post};
use sayflow::channel::Channel;
use sayflow::{Block, Customer, Engine, HttpClient, Input, NoCalls, Program, Source};
use sayflow_store::{Did, Error, Outgoing, Record, Sqlite, Store, Worker};
use serde::Deserialize;
use serde_json::{Value, json};
use subtle::ConstantTimeEq;
use tokio::{net::TcpListener, signal::unix, task::spawn_blocking};

struct Bot {
    engine: Engine,
    store: Sqlite,
    client: HttpClient,
    secret: String,
}

#[derive(Deserialize)]
struct Update {
    update_id: i64,
    message: Option<Said>,
    callback_query: Option<Said>,
}

/// A message with its text, or the tap on an option with its data.
#[derive(Deserialize)]
struct Said {
    from: Person,
    text: Option<String>,
    data: Option<String>,
}

#[derive(Deserialize)]
struct Person {
    id: i64,
    first_name: String,
}

type Reply = (StatusCode, Json<Value>);

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let flow = Source::new("shop.flow", include_str!("../flows/shop.flow"));
    let mut engine = Engine::new(Program::load([flow])?).with_idempotency_header("Idempotency-Key");
    let mut client = HttpClient::new();
    if let Ok(origin) = env::var("SHOP") {
        // A shop on one's own desk instead of the real one.
        engine = engine.with_server("shop", origin);
        client = client.with_private_addresses(true);
    }
    let bot = Arc::new(Bot {
        engine,
        client,
        store: Sqlite::open(env::var("STORE").unwrap_or("webhook.sqlite".into()))?,
        secret: env::var("TELEGRAM_SECRET").map_err(|_| "TELEGRAM_SECRET is not set")?,
    });
    let routes = Router::new().route("/telegram", post(receive));
    let routes = routes.layer(DefaultBodyLimit::max(64 << 10));
    let listener = TcpListener::bind(env::var("LISTEN").unwrap_or("127.0.0.1:8080".into())).await?;
    println!("listening on {}", listener.local_addr()?);
    let mut stop = unix::signal(unix::SignalKind::terminate())?;
    let until = async move { stop.recv().await.unwrap_or_default() };
    let server = axum::serve(listener, routes.with_state(bot));
    Ok(server.with_graceful_shutdown(until).await?)
}

async fn receive(State(bot): State<Arc<Bot>>, headers: HeaderMap, body: Bytes) -> Reply {
    let given = headers.get("X-Telegram-Bot-Api-Secret-Token");
    // How long the comparison takes says nothing about where they differ.
    if !given.is_some_and(|given| given.as_bytes().ct_eq(bot.secret.as_bytes()).into()) {
        return wrong(StatusCode::UNAUTHORIZED, "the secret token is missing or wrong");
    }
    let (person, input) = match serde_json::from_slice::<Update>(&body).map(read) {
        Ok(Some(said)) => said,
        Ok(None) => return blocks(Vec::new()),
        Err(error) => return wrong(StatusCode::BAD_REQUEST, error),
    };
    // The engine waits for endpoints without a runtime.
    match spawn_blocking(move || bot.answer(&person, &input)).await {
        Ok(Ok(reply)) => reply,
        Ok(Err(error)) => wrong(StatusCode::SERVICE_UNAVAILABLE, error),
        Err(error) => wrong(StatusCode::INTERNAL_SERVER_ERROR, error),
    }
}

/// Who says what; `None` for what this bot does not listen to, such as a sticker.
fn read(update: Update) -> Option<(Person, Input)> {
    let said = update.message.or(update.callback_query)?;
    let input = match (said.text, said.data) {
        (Some(text), _) if text == "/start" => Input::start(),
        (Some(text), _) => Input::text(text),
        (None, data) => Input::tap(data?),
    };
    Some((said.from, input.with_id(update.update_id.to_string())))
}

fn blocks(blocks: Vec<Block>) -> Reply {
    (StatusCode::OK, Json(json!({ "blocks": blocks })))
}

fn wrong(status: StatusCode, reason: impl Display) -> Reply {
    (status, Json(json!({ "error": reason.to_string() })))
}

impl Bot {
    fn answer(&self, person: &Person, input: &Input) -> Result<Reply, Error> {
        let conversation = format!("telegram:{}", person.id);
        let newcomer = |_: &str| {
            let mut customer = Customer::new(person.id);
            customer.first_name.clone_from(&person.first_name);
            customer
        };
        self.store.receive(&conversation, input)?;
        let worker = Worker::new(&self.store, &self.engine, &self.client, &newcomer);
        while worker.work_on(&conversation)? != Did::Nothing {}
        for row in self.store.deliveries(Some(&conversation), Worker::LEASE)? {
            if !matches!(row.outgoing, Outgoing::Block(_)) {
                println!("{conversation}: {:?}", row.outgoing);
            }
            self.store.delivered(&row.key)?;
        }
        // A session gives the answer again that it gave to an input before.
        let record = self.store.load(&conversation)?;
        let mut record = record.unwrap_or_else(|| Record::new(newcomer("")));
        let (session, customer) = (&mut record.session, &mut record.customer);
        Ok(match self.engine.turn(session, customer, input, &NoCalls) {
            Ok(turn) if turn.is_repeated => blocks(Channel::Telegram.degrade(turn.blocks).0),
            Ok(_) => wrong(StatusCode::SERVICE_UNAVAILABLE, "busy: try again"),
            Err(_) => blocks(Vec::new()), // The store keeps it; another time would be no better.
        })
    }
}
