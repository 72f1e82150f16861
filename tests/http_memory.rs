//! A reply costs no more memory than the limits say, however large it is or claims to be.
//!
//! The memory of a whole process is counted, so this is one test in a program of its own.

#![cfg(feature = "http")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may fail")]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use peak_alloc::PeakAlloc;
use sayflow::{Customer, Engine, Event, HttpClient, Input, Outcome, Program, Session, Source};
use socket2::SockRef;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const MIB: usize = 1 << 20;
/// The most that a reply may have unless the host says otherwise is 1 MiB. A buffer that grows to it holds
/// up to three times as much for a moment; the rest is what sockets and threads need.
const MOST: usize = 4 * MIB;

/// Zeros under gzip: 256 MiB of them come to a quarter of one.
fn bomb() -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![0; MIB];
    for _ in 0..256 {
        encoder.write_all(&zeros).unwrap();
    }
    encoder.finish().unwrap()
}

/// How a call to a server ends that sends this head and this body as often as the client takes it, and how
/// much memory it took.
fn call(head: &str, body: &[u8], times: usize) -> (Outcome, usize) {
    #[expect(clippy::disallowed_methods, reason = "tests of HTTP need a server")]
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let patience = Some(Duration::from_secs(20));
    SockRef::from(&listener).set_read_timeout(patience).unwrap();
    let address = listener.local_addr().unwrap();
    let flow = format!(
        "api stock: text {{\n  get \"http://{address}\"\n}}\non start {{\n  text \"<<stock>>\" else \"Later.\"\n}}\n"
    );
    let engine = Engine::new(Program::load([Source::new("stock.flow", flow)]).unwrap());
    let client = HttpClient::new().with_allowed_host("127.0.0.1");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut stream = BufReader::new(listener.accept().unwrap().0);
            let is_end = |line: &str| line == "\r\n" || line.is_empty();
            let mut line = String::from("GET");
            while !is_end(&line) {
                line.clear();
                stream.read_line(&mut line).unwrap();
            }
            let mut stream = stream.into_inner();
            stream.write_all(head.as_bytes()).unwrap();
            // The client leaves when it has read enough.
            (0..times).try_for_each(|_| stream.write_all(body)).ok();
        });
        MEMORY.reset_peak_usage();
        let before = MEMORY.current_usage();
        let (mut session, mut customer) = (Session::new(), Customer::new(7));
        let turn = engine.turn(&mut session, &mut customer, &Input::start(), &client);
        let cost = MEMORY.peak_usage() - before;
        match &turn.unwrap().events[..] {
            [Event::Call(report)] => (report.outcome, cost),
            other => panic!("{other:?}"),
        }
    })
}

#[test]
fn a_reply_costs_what_the_limits_say() {
    let bomb = bomb();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        bomb.len()
    );
    let (outcome, cost) = call(&head, &bomb, 1);
    // Compressed it is no JSON; where another crate has turned decompression on, it is too large.
    assert!(
        matches!(outcome, Outcome::NotJson | Outcome::TooLarge),
        "{outcome}"
    );
    assert!(cost < MOST, "{cost} bytes for a bomb");

    let mebibyte = vec![b' '; MIB];
    for head in [
        "HTTP/1.1 200 OK\r\nContent-Length: 268435456\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n",
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
    ] {
        let (outcome, cost) = call(head, &mebibyte, 256);
        assert_eq!(outcome, Outcome::TooLarge, "{head}");
        assert!(cost < MOST, "{cost} bytes for a large reply");
    }

    let chunk = [b"100000\r\n".as_slice(), &mebibyte, b"\r\n"].concat();
    let (outcome, cost) = call(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        &chunk,
        256,
    );
    assert_eq!(outcome, Outcome::TooLarge);
    assert!(cost < MOST, "{cost} bytes for chunks");

    let header = [b'x'; 1 << 10];
    let (outcome, cost) = call("HTTP/1.1 200 OK\r\nX-Shop: ", &header, 1 << 18);
    assert_eq!(outcome, Outcome::Unreachable);
    assert!(cost < MOST, "{cost} bytes for a header");
}
