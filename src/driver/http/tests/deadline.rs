//! Servers that take their time. Each server sees its client leave.

use std::iter;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use super::server::{accept, call, client, drip, get, listen, post, read_request};
use crate::contract::HTTP_DEADLINE;
use crate::driver::Client;
use crate::effects::{Answer, Failure, Request};

const BUDGET: Duration = Duration::from_millis(300);
/// What a loaded machine may take on top.
const SLACK: Duration = Duration::from_secs(3);

pub(super) fn hurried(request: Request) -> Request {
    Request {
        timeout: BUDGET,
        ..request
    }
}

#[track_caller]
pub(super) fn assert_in_time(answer: &Answer) {
    assert_eq!(answer.result, Err(Failure::Timeout));
    assert!(
        answer.elapsed >= BUDGET - Duration::from_millis(5),
        "{:?}",
        answer.elapsed
    );
    assert!(answer.elapsed < BUDGET + SLACK, "{:?}", answer.elapsed);
}

/// Calls a server that reads the request and then sends these pieces slowly.
fn call_dripping(pieces: impl Iterator<Item = Vec<u8>> + Send) {
    let (listener, url) = listen();
    std::thread::scope(|scope| {
        let server = scope.spawn(|| {
            let mut stream = accept(&listener);
            read_request(&mut stream).unwrap();
            drip(stream.get_mut(), pieces)
        });
        assert_in_time(&call(&client(), hurried(get(&url))));
        assert!(server.join().unwrap(), "the connection was left open");
    });
}

fn bytes(text: &str) -> impl Iterator<Item = Vec<u8>> {
    text.as_bytes().chunks(1).map(<[u8]>::to_vec)
}

fn whole(text: &str) -> impl Iterator<Item = Vec<u8>> {
    iter::once(text.as_bytes().to_vec())
}

#[test]
fn silence_is_too_slow() {
    call_dripping(iter::empty());
}

#[test]
fn the_usual_deadline_is_five_seconds() {
    let (listener, url) = listen();
    std::thread::scope(|scope| {
        let server = scope.spawn(|| {
            let mut stream = accept(&listener);
            read_request(&mut stream).unwrap();
            drip(
                stream.get_mut(),
                iter::repeat_n(b"HTTP/1.1 103\r\n\r\n".to_vec(), 2_000),
            )
        });
        let request = Request {
            timeout: HTTP_DEADLINE,
            ..get(&url)
        };
        let answer = call(&client(), request);
        assert_eq!(answer.result, Err(Failure::Timeout));
        assert!(answer.elapsed >= HTTP_DEADLINE && answer.elapsed < HTTP_DEADLINE + SLACK);
        assert!(server.join().unwrap(), "the connection was left open");
    });
}

/// The system has made the connection, and nobody takes it up.
#[test]
fn a_server_that_accepts_nobody_is_too_slow() {
    let (_listener, url) = listen();
    for request in [get(&url), post(&url, "{}")] {
        assert_in_time(&call(&client(), hurried(request)));
    }
}

#[test]
fn half_a_reply_is_too_slow() {
    call_dripping(whole("HTTP/1.1 200 OK\r\n"));
    call_dripping(whole("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"));
}

#[test]
fn a_dripping_header_is_too_slow() {
    let header = format!("HTTP/1.1 200 OK\r\nX-Shop: {}\r\n\r\n", "x".repeat(1_000));
    call_dripping(bytes(&header));
}

#[test]
fn a_dripping_body_is_too_slow() {
    let body = "x".repeat(1_000);
    call_dripping(whole("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n").chain(bytes(&body)));
}

#[test]
fn endless_chunks_are_too_slow() {
    let head = whole("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    call_dripping(head.chain(iter::repeat_n(b"1\r\nx\r\n".to_vec(), 1_000)));
}

#[test]
fn endless_early_hints_are_too_slow() {
    call_dripping(iter::repeat_n(
        b"HTTP/1.1 103 Early Hints\r\n\r\n".to_vec(),
        1_000,
    ));
}

#[test]
fn a_server_that_reads_nothing_is_too_slow() {
    let (listener, url) = listen();
    let body = "x".repeat(32 << 20);
    std::thread::scope(|scope| {
        let (ended, wait) = mpsc::channel::<()>();
        scope.spawn(move || {
            let _stream = accept(&listener);
            wait.recv().ok();
        });
        assert_in_time(&call(&client(), hurried(post(&url, &body))));
        drop(ended);
    });
}

/// Each part of a request that such a server takes would have the whole time anew.
#[cfg(target_os = "linux")]
#[test]
fn a_server_that_reads_a_little_now_and_then_is_too_slow() {
    use std::io::Read as _;
    use std::net::{SocketAddr, TcpListener};

    use socket2::{Domain, Socket, Type};

    let budget = Duration::from_secs(2);
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    socket.set_tcp_mss(1460).unwrap();
    let any_port: SocketAddr = "127.0.0.1:0".parse().unwrap();
    socket.bind(&any_port.into()).unwrap();
    socket.listen(5).unwrap();
    let listener = TcpListener::from(socket);
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::scope(|scope| {
        let (ended, wait) = mpsc::channel::<()>();
        scope.spawn(move || {
            let mut stream = accept(&listener).into_inner();
            let mut pause = 1.2;
            while wait.recv_timeout(budget.mul_f64(pause)) == Err(RecvTimeoutError::Timeout)
                && stream.read(&mut [0; 1500]).is_ok_and(|taken| taken > 0)
            {
                pause = 0.8;
            }
        });
        let request = Request {
            timeout: budget,
            ..post(&url, &"x".repeat(250_000))
        };
        let answer = call(&client(), request);
        assert_eq!(answer.result, Err(Failure::Timeout));
        assert!(
            answer.elapsed < budget + Duration::from_secs(1),
            "{:?}",
            answer.elapsed
        );
        drop(ended);
    });
}

#[test]
fn all_calls_of_a_block_share_one_deadline() {
    let (listener, url) = listen();
    let answers = std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                let mut stream = accept(&listener);
                read_request(&mut stream).unwrap();
                drip(stream.get_mut(), iter::empty())
            });
        }
        client().call(&vec![hurried(get(&url)); 6])
    });
    for answer in &answers {
        assert_in_time(answer);
    }
}

/// How a full queue behaves differs from system to system.
#[cfg(target_os = "linux")]
mod full_queue {
    use std::net::{SocketAddr, TcpStream};
    use std::time::Duration;

    use socket2::{Domain, Socket, Type};

    use super::super::server::{call, client, get};
    use super::{SLACK, assert_in_time, hurried};
    use crate::effects::Failure;

    /// A listener whose queue is full: the system does not answer who wants to connect.
    fn full_listener() -> (Socket, Vec<TcpStream>) {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        let any_port: SocketAddr = "127.0.0.1:0".parse().unwrap();
        socket.bind(&any_port.into()).unwrap();
        socket.listen(0).unwrap();
        let address = socket.local_addr().unwrap().as_socket().unwrap();
        let waiting =
            (0..64).map_while(|_| TcpStream::connect_timeout(&address, Duration::from_millis(50)).ok());
        let waiting = waiting.collect();
        (socket, waiting)
    }

    #[test]
    fn a_full_queue_is_too_slow() {
        let (listener, waiting) = full_listener();
        assert!(waiting.len() < 64, "the queue takes everyone");
        let address = listener.local_addr().unwrap().as_socket().unwrap();
        assert_in_time(&call(&client(), hurried(get(&format!("http://{address}")))));
    }

    #[test]
    fn a_connection_has_two_seconds_of_a_longer_budget() {
        let (listener, _waiting) = full_listener();
        let address = listener.local_addr().unwrap().as_socket().unwrap();
        let answer = call(&client(), get(&format!("http://{address}")));
        let why = Failure::Unreachable("no connection within 2s".to_owned());
        assert_eq!(answer.result, Err(why));
        assert!(
            answer.elapsed < Duration::from_secs(2) + SLACK,
            "{:?}",
            answer.elapsed
        );
    }
}
