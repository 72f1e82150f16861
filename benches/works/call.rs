//! A turn with a call, to a server on loopback that answers every request alike.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use sayflow::{Block, Customer, Effect, Engine, HttpClient, Input, Program, Request, Session, Source};

const REPLY: &str = r#"{"success": true, "data": "packed and on its way", "message": "42"}"#;

/// A server that answers every request alike, until the bench ends.
pub(crate) fn serve() -> SocketAddr {
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
pub(crate) struct Flow {
    engine: Engine,
    pub(crate) client: HttpClient,
    session: Session,
    customer: Customer,
}

impl Flow {
    pub(crate) fn new(address: SocketAddr) -> Self {
        let origin = format!("http://{address}");
        let flow = include_str!("../flows/call.flow").replace("https://api.shop.example", &origin);
        let source = Source::new("call.flow", flow);
        Self {
            engine: Engine::new(Program::load([source]).unwrap()).with_secret(
                "SHOP_TOKEN",
                "s3cret",
                [origin],
            ),
            client: HttpClient::new().with_allowed_host("127.0.0.1"),
            session: Session::new(),
            customer: Customer::new(7),
        }
    }

    /// What a turn asks its client for.
    pub(crate) fn requests(&mut self) -> Vec<Request> {
        let input = Input::start();
        let steps = self.engine.steps(&mut self.session, &mut self.customer, &input);
        match steps.unwrap().advance().unwrap() {
            Effect::Calls(requests) => requests,
            _ => Vec::new(),
        }
    }

    pub(crate) fn turn(&mut self) -> String {
        let (session, customer) = (&mut self.session, &mut self.customer);
        let turn = self.engine.turn(session, customer, &Input::start(), &self.client);
        match turn.unwrap().blocks.pop() {
            Some(Block::Text { text }) => text,
            _ => String::new(),
        }
    }
}
