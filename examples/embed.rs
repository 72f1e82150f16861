//! A flow in thirty lines of a program.
//!
//! ```text
//! $ cargo run --example embed
//! bot: Welcome to the House, Asha!
//! bot: For how many people?
//! Asha: a few
//! bot: From one to twelve, please.
//! Asha: ৮
//! bot: Which day?
//! Asha: 24/12/2026
//! bot: A table for 8 on 2026-12-24. See you!
//! ```

use std::time::SystemTime;

use sayflow::{Block, Customer, Engine, Error, Input, NoCalls, Program, Session, Source, Turn};

fn main() -> Result<(), Error> {
    let flow = Source::new("booking.flow", include_str!("flows/booking.flow"));
    let engine = Engine::new(Program::load([flow])?);

    let mut session = Session::new();
    let mut customer = Customer::new(7);
    customer.first_name = "Asha".to_owned();

    show(&engine.turn(&mut session, &mut customer, &Input::start().at(now()), &NoCalls)?);
    for message in ["a few", "৮", "24/12/2026"] {
        println!("Asha: {message}");
        let input = Input::text(message).at(now());
        show(&engine.turn(&mut session, &mut customer, &input, &NoCalls)?);
    }
    Ok(())
}

/// The engine reads no clock: the moment comes in with the input.
fn now() -> sayflow::Timestamp {
    #[expect(clippy::disallowed_methods, reason = "a host has a clock")]
    SystemTime::now().into()
}

fn show(turn: &Turn) {
    for block in &turn.blocks {
        match block {
            Block::Text { text } => println!("bot: {text}"),
            other => println!("bot: {other:?}"),
        }
    }
}
