//! Stores session and customer as JSON between two turns, as a host does between two requests.
//!
//! ```text
//! $ cargo run --example save_and_restore
//! waits for on start@guests
//!   session  {"format":3,"started":true,"question":{"at":"on start@guests"}}
//!   customer {"uid":7}
//! waits for on start@day
//!   session  {"format":3,"started":true,"question":{"at":"on start@day"}}
//!   customer {"uid":7,"last_message_text":"4",…,"guests":4}
//! waits for anything
//!   session  {"format":3,"started":true}
//!   customer {"uid":7,"last_message_text":"2026-12-24",…,"guests":4,"day":"2026-12-24"}
//! ```

use std::error::Error;

use sayflow::{Customer, Engine, Input, NoCalls, Program, Session, Source};

fn main() -> Result<(), Box<dyn Error>> {
    let flow = Source::new("booking.flow", include_str!("flows/booking.flow"));
    let engine = Engine::new(Program::load([flow])?);
    let now = "2026-11-20T10:00:00Z".parse()?;

    // One row of a table: what a host keeps of a customer.
    let mut row = (
        serde_json::to_string(&Session::new())?,
        serde_json::to_string(&Customer::new(7))?,
    );
    for input in [Input::start(), Input::text("4"), Input::text("2026-12-24")] {
        let mut session: Session = serde_json::from_str(&row.0)?;
        let mut customer: Customer = serde_json::from_str(&row.1)?;
        let turn = engine.turn(&mut session, &mut customer, &input.at(now), &NoCalls)?;
        row = (
            serde_json::to_string(&session)?,
            serde_json::to_string(&customer)?,
        );

        println!("waits for {}", turn.wait.ask.as_deref().unwrap_or("anything"));
        println!("  session  {}", row.0);
        println!("  customer {}", row.1);
    }
    Ok(())
}
