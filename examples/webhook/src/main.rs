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

mod bot;
mod lock;
mod outbox;
mod server;
mod settings;
mod update;

use std::error::Error;
use std::io::{self, Write};
use std::sync::Arc;
use std::{fmt::Display, process, thread, time::Duration};

use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::{Json, Router, body::Bytes, routing::post};
use bot::Bot;
use sayflow::{Block, Engine, HttpClient, Program, Source};
use sayflow_store::{Sqlite, Store};
use serde_json::{Value, json};
use settings::Settings;
use subtle::ConstantTimeEq;
use tokio::{net::TcpListener, signal::unix, task::spawn_blocking};

struct Host {
    bot: Bot,
    secret: String,
}

/// For how long an update that comes again is recognised: longer than Telegram goes on.
const KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);
const PRUNE_EVERY: Duration = Duration::from_secs(60 * 60);

/// For how long the process before this one is waited for: a little longer than it may take to stop.
const PATIENCE: Duration = server::STOPPING.saturating_add(Duration::from_secs(5));

type Reply = (StatusCode, Json<Value>);

#[tokio::main]
async fn main() {
    if let Err(error) = serve().await {
        log(error);
        process::exit(1);
    }
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let settings = Settings::of_environment()?;
    let flow = Source::new("shop.flow", include_str!("../flows/shop.flow"));
    let mut engine = Engine::new(Program::load([flow])?).with_idempotency_header("Idempotency-Key");
    let mut client = HttpClient::new();
    if let Some(origin) = settings.shop {
        // A shop on one's own desk instead of the real one.
        engine = engine.with_server("shop", origin);
        client = client.with_private_addresses(true);
    }
    let _alone = lock::lock(settings.store.as_ref(), PATIENCE)?;
    let bot = Bot {
        engine,
        store: Sqlite::open(settings.store)?,
        client,
        busy: Arc::default(),
    };
    let pruned = bot.store.prune(KEPT);
    pruned.map_err(|error| format!("cannot write the file of STORE: {error}"))?;
    let secret = settings.secret;
    let host = Arc::new(Host { bot, secret });
    let pruned = Arc::clone(&host);
    thread::spawn(move || {
        loop {
            thread::sleep(PRUNE_EVERY);
            // It is done at the next time.
            pruned.bot.store.prune(KEPT).ok();
        }
    });
    let routes = Router::new().route("/telegram", post(receive));
    let routes = routes.layer(DefaultBodyLimit::max(64 << 10));
    let listen = settings.listen;
    let listener = TcpListener::bind(&listen).await;
    let listener = listener.map_err(|error| format!("cannot listen on {listen} (LISTEN): {error}"))?;
    let mut stop = unix::signal(unix::SignalKind::terminate())?;
    // Whether anybody reads it is no reason to stop.
    let _ = writeln!(io::stdout(), "listening on {}", listener.local_addr()?);
    server::serve(listener, routes.with_state(host), stop.recv()).await;
    // A turn that nobody waits for any more is begun again when its update comes again. It ends before the lock does.
    process::exit(0)
}

async fn receive(State(host): State<Arc<Host>>, headers: HeaderMap, body: Bytes) -> Result<Reply, Reply> {
    let given = headers.get("X-Telegram-Bot-Api-Secret-Token");
    // How long the comparison takes says nothing about where they differ.
    if !given.is_some_and(|given| given.as_bytes().ct_eq(host.secret.as_bytes()).into()) {
        return Err(wrong(
            StatusCode::UNAUTHORIZED,
            "the secret token is missing or wrong",
        ));
    }
    let (person, input) = match serde_json::from_slice(&body).map(update::read) {
        Ok(Some(said)) => said,
        Ok(None) => return Ok(blocks(Vec::new())),
        Err(error) => return Err(wrong(StatusCode::BAD_REQUEST, error)),
    };
    let bot = Arc::clone(&host);
    let Some(over) = waiting(move || bot.bot.turn(&person, &input)).await? else {
        return Err(wrong(StatusCode::SERVICE_UNAVAILABLE, "busy: try again"));
    };
    // Where the connection is gone by now, this is never reached: what was not given is not marked as given.
    waiting(move || host.bot.answer(over)).await.map(blocks)
}

/// Does what waits for endpoints or the disk, as the engine and the store do without a runtime.
async fn waiting<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, sayflow_store::Error> + Send + 'static,
) -> Result<T, Reply> {
    let done = spawn_blocking(work).await;
    done.map_err(|error| wrong(StatusCode::INTERNAL_SERVER_ERROR, error))?
        .map_err(|error| wrong(StatusCode::SERVICE_UNAVAILABLE, error))
}

fn blocks(blocks: Vec<Block>) -> Reply {
    (StatusCode::OK, Json(json!({ "blocks": blocks })))
}

fn wrong(status: StatusCode, reason: impl Display) -> Reply {
    (status, Json(json!({ "error": reason.to_string() })))
}

/// A line for whoever runs the webhook. Whether anybody reads it is no reason to stop.
fn log(line: impl Display) {
    let _ = writeln!(io::stderr(), "{line}");
}
