//! How much does a turn with a call cost beside the call itself?
//!
//! Its floors are the same call over ureq, with the same deadline and reading the same JSON, and over a
//! socket that is written and read by hand. All three call one server on loopback and keep their connection.
//! The client alone, which reads no JSON, shows how much of the rest is the engine's.

#![expect(clippy::unwrap_used, reason = "a bench may fail")]

#[path = "by_hand/exchange.rs"]
mod exchange;
mod ratio;

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use criterion::Criterion;
use sayflow::{
    Block, Client, Customer, Effect, Engine, HttpClient, Input, Program, Request, Secret, Session, Source,
};

use exchange::{Socket, Ureq};
use ratio::compare;

const REPLY: &str = r#"{"success": true, "data": "packed and on its way", "message": "42"}"#;

/// A server that answers every request alike, until the bench ends.
fn serve() -> SocketAddr {
    #[expect(clippy::disallowed_methods, reason = "a bench of calls needs a server")]
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    #[expect(clippy::disallowed_methods, reason = "a bench of calls needs a server")]
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(|| answer(stream.unwrap()));
        }
    });
    address
}

fn answer(stream: TcpStream) {
    stream.set_nodelay(true).unwrap();
    let reply = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{REPLY}",
        REPLY.len()
    );
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while stream.read_line(&mut line).is_ok_and(|length| length > 0) {
        if line == "\r\n" {
            stream.get_mut().write_all(reply.as_bytes()).unwrap();
        }
        line.clear();
    }
}

/// The conversation that the library runs.
struct Flow {
    engine: Engine,
    client: HttpClient,
    session: Session,
    customer: Customer,
}

impl Flow {
    fn new(address: SocketAddr) -> Self {
        let origin = format!("http://{address}");
        let flow = include_str!("flows/call.flow").replace("https://api.shop.example", &origin);
        let source = Source::new("call.flow", flow);
        Self {
            engine: Engine::new(Program::load([source]).unwrap()).with_secret(
                "SHOP_TOKEN",
                Secret::new("s3cret"),
                [origin],
            ),
            client: HttpClient::new().with_allowed_host("127.0.0.1"),
            session: Session::new(),
            customer: Customer::new(7),
        }
    }

    /// What a turn asks its client for.
    fn requests(&mut self) -> Vec<Request> {
        let input = Input::start();
        let steps = self.engine.steps(&mut self.session, &mut self.customer, &input);
        match steps.unwrap().advance().unwrap() {
            Effect::Calls(requests) => requests,
            _ => Vec::new(),
        }
    }

    fn turn(&mut self) -> String {
        let (session, customer) = (&mut self.session, &mut self.customer);
        let turn = self.engine.turn(session, customer, &Input::start(), &self.client);
        match turn.unwrap().blocks.pop() {
            Some(Block::Text { text }) => text,
            _ => String::new(),
        }
    }
}

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
        1.15,
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
