//! Fifty customers ask at the same moment, on one thread, while the shop's endpoint takes its time.

use std::time::{Duration, Instant};

use axum::{Router, routing::get};
use futures_util::future::try_join_all;
use sayflow::{Block, Customer, Engine, Input, Program, Session, Source};
use sayflow_example_async::{AsyncClient, turn};
use tokio::net::TcpListener;

const CUSTOMERS: i64 = 50;
/// How long the endpoint takes for every call.
const DELAY: Duration = Duration::from_millis(300);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async { axum::serve(listener, endpoint()).await });

    let flow = Source::new("shop.flow", include_str!("../flows/shop.flow"));
    let engine = Engine::new(Program::load([flow])?).with_server("shop", origin);
    let client = AsyncClient::default();

    let start = Instant::now();
    let conversations = (1..=CUSTOMERS).map(|uid| conversation(&engine, &client, uid));
    let said = try_join_all(conversations).await?;
    let elapsed = start.elapsed();

    if let Some(Block::Text { text }) = said.last() {
        println!("customer {CUSTOMERS} reads: {text}");
    }
    let calls = 2 * said.len();
    let one_by_one = DELAY * u32::try_from(calls)?;
    println!("{calls} calls one after the other: {one_by_one:.1?}; together: {elapsed:.1?}");
    Ok(())
}

/// A conversation of two turns; gives what was said last.
async fn conversation(engine: &Engine, client: &AsyncClient, uid: i64) -> Result<Block, sayflow::Error> {
    let (mut session, mut customer) = (Session::new(), Customer::new(uid));
    let mut last = Block::Text { text: String::new() };
    for input in [Input::start(), Input::text(format!("shawl-{uid}"))] {
        let turn = turn(engine, &mut session, &mut customer, &input, client).await?;
        last = turn.blocks.into_iter().next_back().unwrap_or(last);
    }
    Ok(last)
}

fn endpoint() -> Router {
    let slow = |body: &'static str| {
        get(move || async move {
            tokio::time::sleep(DELAY).await;
            body
        })
    };
    Router::new()
        .route("/stock/{sku}", slow(r#"{"success": true, "data": "12"}"#))
        .route("/price/{sku}", slow(r#"{"success": true, "data": "2450"}"#))
}
