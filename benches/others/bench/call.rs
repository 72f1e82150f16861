//! What does a turn with a call take beside the call itself, over ureq with sayflow's settings?
//!
//! Both call one server on loopback and keep their connection.

#[allow(dead_code, reason = "the socket is the floor of `benches/call.rs`")]
#[path = "../../by_hand/exchange.rs"]
mod exchange;

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use others::engine::ENGINES;
use sayflow::{Block, Customer, Engine, HttpClient, Input, Program, Secret, Session, Source};

use crate::pairs::ratio;
use crate::table::{Cell, Table, time};
use exchange::Ureq;

const REPLY: &str = r#"{"success": true, "data": "packed and on its way", "message": "42"}"#;

pub(crate) fn compare(table: &mut Table) {
    let address = serve();
    let ureq = Ureq::new(address);
    let mut flow = Flow::new(address);
    assert_eq!(flow.turn(), "Your order: packed and on its way.");
    assert_eq!(flow.turn(), ureq.call());
    let ratio = ratio(&mut || drop(flow.turn()), &mut || drop(ureq.call()));
    let others = ENGINES[1..].iter().map(|engine| match engine.name {
        "sayflow" => Cell::Times(ratio.times),
        "csml" => Cell::Cannot("calls over ureq 2 with a new connection for each, which is another work"),
        _ => Cell::Cannot("has no HTTP client"),
    });
    table.row("turn with a call, to ureq", time(ratio.floor), others);
}

/// A server that answers every request alike, until the bench ends.
fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(|| answer(stream.unwrap()));
        }
    });
    address
}

fn answer(stream: TcpStream) {
    stream.set_nodelay(true).unwrap();
    let length = REPLY.len();
    let head =
        format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n");
    let reply = head + REPLY;
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while stream.read_line(&mut line).is_ok_and(|length| length > 0) {
        if line == "\r\n" {
            stream.get_mut().write_all(reply.as_bytes()).unwrap();
        }
        line.clear();
    }
}

struct Flow {
    engine: Engine,
    client: HttpClient,
    session: Session,
    customer: Customer,
}

impl Flow {
    fn new(address: SocketAddr) -> Self {
        let origin = format!("http://{address}");
        let flow = include_str!("../../flows/call.flow").replace("https://api.shop.example", &origin);
        let program = Program::load([Source::new("call.flow", flow)]).unwrap();
        Self {
            engine: Engine::new(program).with_secret("SHOP_TOKEN", Secret::new("s3cret"), [origin]),
            client: HttpClient::new().with_allowed_host("127.0.0.1"),
            session: Session::new(),
            customer: Customer::new(7),
        }
    }

    fn turn(&mut self) -> String {
        let (session, customer) = (&mut self.session, &mut self.customer);
        let turn = self.engine.turn(session, customer, &Input::start(), &self.client);
        match turn.unwrap().blocks.pop() {
            Some(Block::Text { text }) => text,
            _ => unreachable!("one text"),
        }
    }
}
