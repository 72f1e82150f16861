//! A flow asks for an e-mail and for a person; the host does both.
//!
//! ```text
//! $ cargo run --example host_action
//! an e-mail:
//!   to: care@shop.example
//!   subject: Asha writes: Please call me
//! bot: Thank you. A person will read this.
//! the team Care takes over, priority high
//! the bot keeps silent: true
//! ```

use sayflow::{Block, Customer, Effect, Engine, Error, Event, Input, NoCalls, Program, Session, Source};

fn main() -> Result<(), Error> {
    let flow = Source::new("callback.flow", include_str!("flows/callback.flow"));
    let engine = Engine::new(Program::load([flow])?);
    let (mut session, mut customer) = (Session::new(), Customer::new(7));
    customer.first_name = "Asha".to_owned();

    engine.turn(&mut session, &mut customer, &Input::start(), &NoCalls)?;
    // Step by step, because here the order of blocks and events is of interest.
    let input = Input::text("Please call me");
    let mut steps = engine.steps(&mut session, &mut customer, &input)?;
    loop {
        match steps.advance()? {
            Effect::Event(Event::Action { name, values }) if name == "send_email" => {
                println!("an e-mail:");
                values
                    .iter()
                    .for_each(|(key, value)| println!("  {key}: {value}"));
            }
            Effect::Event(Event::Handover { team, priority }) => {
                println!(
                    "the team {team} takes over, priority {}",
                    priority.as_deref().unwrap_or("normal")
                );
            }
            Effect::Block(Block::Text { text }) => println!("bot: {text}"),
            Effect::Wait(_) => break,
            other => println!("{other:?}"),
        }
    }
    drop(steps);
    println!("the bot keeps silent: {}", !customer.bot_enabled);
    Ok(())
}
