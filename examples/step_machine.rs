//! Drives a turn effect by effect, with a client of its own in place of the library's.
//!
//! ```text
//! $ cargo run --example step_machine
//! show  Text { text: "What is your order number?" }
//! wait  Some("on start@order_no")
//! call  GET https://api.shop.example/v1/orders/AB-204816?lang=bn
//! told  order_status ended in `ok`
//! show  Text { text: "Order AB-204816: packed" }
//! wait  None
//! ```

use std::time::Duration;

use sayflow::{
    Answer, Customer, Effect, Engine, Error, Event, Input, Program, Reply, Request, Session, Source,
};

fn main() -> Result<(), Error> {
    let flow = Source::new("order.flow", include_str!("flows/order.flow"));
    let engine = Engine::new(Program::load([flow])?);
    let (mut session, mut customer) = (Session::new(), Customer::new(7));
    customer.language = "bn".to_owned();

    for input in [Input::start(), Input::text("AB-204816")] {
        let mut steps = engine.steps(&mut session, &mut customer, &input)?;
        loop {
            match steps.advance()? {
                // All calls of a block come together; an async host would await them here.
                Effect::Calls(requests) => steps.answer(requests.iter().map(call).collect())?,
                Effect::Block(block) => println!("show  {block:?}"),
                Effect::Event(Event::Call(report)) => {
                    println!("told  {} ended in `{}`", report.api, report.outcome);
                }
                Effect::Event(event) => println!("told  {event:?}"),
                Effect::Wait(wait) => {
                    println!("wait  {:?}", wait.ask);
                    break;
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Stands in for the network.
fn call(request: &Request) -> Answer {
    println!("call  {} {}", request.method, request.url);
    let reply = Reply {
        status: 200,
        location: None,
        body: br#"{"success": true, "data": "packed"}"#.to_vec(),
    };
    Answer {
        result: Ok(reply),
        elapsed: Duration::from_millis(20),
    }
}
