//! Turns on an async runtime: sayflow's step machine, tokio, and an HTTP client that is not the library's.
//!
//! ```text
//! $ cargo run -p sayflow-example-async
//! customer 50 reads: shawl-50: 12 in stock, ৳2450 each.
//! 100 calls one after the other: 30.0s; together: 348.2ms
//! ```
//!
//! The engine is synchronous and waits for nobody. It says what it wants ([`Effect::Calls`]), the host awaits it
//! in whatever way it likes, and gives the answers back: [`turn`] is all there is to it. One thread holds as
//! many conversations as there are futures on it.
//!
//! What a host has to see to is in [`AsyncClient`]: the calls of a block go out at once, each within its own
//! `timeout` from name look-up to the last byte, no reply is longer than `max_reply_bytes`, redirects are not
//! followed, and whatever goes wrong is a [`Failure`](sayflow::Failure) of that one call.
//!
//! A turn is a transaction: dropping its future, because the customer's connection is gone or the server shuts
//! down, leaves session and customer as they were, and the same input can be given again.

mod client;

use sayflow::{Customer, Effect, Engine, Error, Input, Session, Turn};

pub use client::AsyncClient;

/// Runs one turn to its end, as [`Engine::turn`] does, and awaits its calls.
///
/// # Errors
///
/// An input that the engine refuses; session and customer are untouched then.
pub async fn turn(
    engine: &Engine,
    session: &mut Session,
    customer: &mut Customer,
    input: &Input,
    client: &AsyncClient,
) -> Result<Turn, Error> {
    let mut turn = Turn::default();
    let mut steps = engine.steps(session, customer, input)?;
    loop {
        match steps.advance()? {
            Effect::Calls(requests) => {
                let answers = client.call(&requests).await;
                steps.answer(answers)?;
            }
            // A host that sends each block as soon as it is there would await that here.
            Effect::Block(block) => turn.blocks.push(block),
            Effect::Event(event) => turn.events.push(event),
            Effect::Wait(wait) => {
                turn.wait = wait;
                break;
            }
            _ => {}
        }
    }
    // Whether it is the answer to an input that came before: a store has its rows since then.
    turn.is_repeated = steps.is_repeated();
    turn.attributes = steps.into_attributes();
    Ok(turn)
}
