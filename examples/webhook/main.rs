//! Serves the webhook until it is told to stop, and finishes what it has begun.

use std::{env, error::Error, sync::Arc};

use sayflow::{Engine, HttpClient, Program, Source};
use sayflow_example_webhook::{Bot, router};
use sayflow_store::Sqlite;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let flow = Source::new("shop.flow", include_str!("flows/shop.flow"));
    let bot = Bot {
        engine: Engine::new(Program::load([flow])?),
        store: Box::new(Sqlite::open(
            env::var("STORE").unwrap_or("webhook.sqlite".to_owned()),
        )?),
        client: Box::new(HttpClient::new()),
        secret: env::var("TELEGRAM_SECRET")?,
    };
    let listener = TcpListener::bind(env::var("LISTEN").unwrap_or("127.0.0.1:8080".to_owned())).await?;
    println!("listening on {}", listener.local_addr()?);
    let mut stop = signal(SignalKind::terminate())?;
    let until = async move { drop(stop.recv().await) };
    axum::serve(listener, router(Arc::new(bot)))
        .with_graceful_shutdown(until)
        .await?;
    Ok(())
}
