//! What does a turn with a call take beside the call itself, over ureq with sayflow's settings?
//!
//! Both call one server on loopback and keep their connection.

#[allow(dead_code, reason = "the socket is another floor of `benches/call.rs`")]
#[path = "../../by_hand/exchange.rs"]
mod exchange;
#[allow(dead_code, reason = "`benches/call.rs` times the client alone as well")]
#[path = "../../works/call.rs"]
mod work;

use std::net::SocketAddr;

use others::engine::ENGINES;

use crate::pairs::{Ratio, median, ratio};
use crate::table::{Cell, Table, time};
use exchange::Ureq;
use work::{Flow, serve};

/// Where the scheduler puts the threads of a connection decides for as long as it lasts, so there are
/// several of each.
const CONNECTIONS: usize = 9;

pub(crate) fn compare(table: &mut Table) {
    let address = serve();
    let ratios: Vec<_> = (0..CONNECTIONS).map(|_| measure(address)).collect();
    let times = median(ratios.iter().map(|ratio| ratio.times).collect());
    let floor = median(ratios.iter().map(|ratio| ratio.floor).collect());
    let others = ENGINES[1..].iter().map(|engine| match engine.name {
        "sayflow" => Cell::Times(times),
        "csml" => Cell::Cannot("calls over ureq 2 with a new connection for each, which is another work"),
        _ => Cell::Cannot("has no HTTP client"),
    });
    table.row("turn with a call, to ureq", time(floor), others);
}

fn measure(address: SocketAddr) -> Ratio {
    let ureq = Ureq::new(address);
    let mut flow = Flow::new(address);
    assert_eq!(flow.turn(), "Your order: packed and on its way.");
    assert_eq!(flow.turn(), ureq.call());
    ratio(&mut || drop(flow.turn()), &mut || drop(ureq.call()))
}
