//! How much does a turn with a call cost beside the call itself?
//!
//! Its floors are the same call over ureq, with the same deadline and reading the same JSON, and over a
//! socket that is written and read by hand. All three call one server on loopback and keep their connection.
//! The client alone, which reads no JSON, shows how much of the rest is the engine's.

#![expect(clippy::unwrap_used, reason = "a bench may fail")]

#[path = "by_hand/exchange.rs"]
mod exchange;
mod ratio;
#[path = "works/call.rs"]
mod work;

use criterion::Criterion;
use sayflow::Client;

use exchange::{Socket, Ureq};
use ratio::compare;
use work::{Flow, serve};

fn main() {
    let address = serve();
    let mut flow = Flow::new(address);
    let ureq = Ureq::new(address);
    let mut socket = Socket::new(address);
    // A floor is none if it does less.
    assert_eq!(flow.turn(), "Your order: packed and on its way.");
    assert_eq!(flow.turn(), ureq.call());
    assert_eq!(flow.turn(), socket.call());

    let (requests, client) = (flow.requests(), flow.client.clone());

    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("call/turn", |bencher| bencher.iter(|| flow.turn()));
    criterion.final_summary();

    compare(
        "call/turn to ureq",
        1.05,
        || drop(flow.turn()),
        || drop(ureq.call()),
    );
    compare(
        "call/client alone to ureq",
        1.05,
        || drop(client.call(&requests)),
        || drop(ureq.call()),
    );
    compare(
        "call/turn to a socket",
        3.0,
        || drop(flow.turn()),
        || drop(socket.call()),
    );
}
