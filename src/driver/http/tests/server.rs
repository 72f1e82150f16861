//! What the tests share: requests, and servers that read them.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread::{Scope, ScopedJoinHandle};
use std::time::Duration;

use socket2::SockRef;

use crate::driver::Client;
use crate::driver::http::HttpClient;
use crate::effects::{Answer, Failure, Masked, Reply, Request};

/// A test's own budget where a timeout is not what it is about.
const AMPLE: Duration = Duration::from_secs(20);
/// How long a server waits for its client to leave.
const PATIENCE: Duration = Duration::from_secs(5);

/// A client that may call the servers of these tests.
pub(super) fn client() -> HttpClient {
    HttpClient::new().with_private_addresses(true)
}

pub(super) fn listen() -> (TcpListener, String) {
    #[expect(clippy::disallowed_methods, reason = "tests of HTTP need a server")]
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    // Where no client comes, the test fails instead of waiting; on Linux at least.
    SockRef::from(&listener).set_read_timeout(Some(AMPLE)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

pub(super) fn get(url: &str) -> Request {
    Request {
        api: "status".to_owned(),
        method: "GET",
        url: Masked::new(url),
        headers: vec![("X-Shop-Token".to_owned(), Masked::new("s3cret"))],
        body: None,
        timeout: AMPLE,
        max_reply_bytes: 1 << 10,
    }
}

pub(super) fn post(url: &str, body: &str) -> Request {
    Request {
        method: "POST",
        body: Some(Masked::new(body)),
        ..get(url)
    }
}

pub(super) fn call(client: &HttpClient, request: Request) -> Answer {
    client.call(&[request]).remove(0)
}

pub(super) fn ok(body: &str) -> Result<Reply, Failure> {
    Ok(Reply {
        status: 200,
        location: None,
        body: body.into(),
    })
}

#[track_caller]
pub(super) fn assert_unreachable(answer: &Answer) {
    assert!(
        matches!(answer.result, Err(Failure::Unreachable(_))),
        "{:?}",
        answer.result
    );
}

/// A connection that a test waits for no longer than [`AMPLE`].
pub(super) fn accept(listener: &TcpListener) -> BufReader<TcpStream> {
    let (stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(AMPLE)).unwrap();
    stream.set_write_timeout(Some(AMPLE)).unwrap();
    BufReader::new(stream)
}

/// Whether nobody has connected, nor begun to.
pub(super) fn is_untouched(listener: &TcpListener) -> bool {
    listener.set_nonblocking(true).unwrap();
    listener
        .accept()
        .is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
}

/// Reads one request, head and body; `None` where the client closed the connection.
pub(super) fn read_request(stream: &mut impl BufRead) -> Option<String> {
    let mut request = String::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        let is_last = line == "\r\n";
        request.push_str(&line);
        if is_last {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(request + &String::from_utf8(body).unwrap())
}

pub(super) fn with_body(head: &str, body: &str) -> String {
    format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// Reads a request and sends a reply, or as much of it as the client takes.
pub(super) fn reply(stream: &mut BufReader<TcpStream>, reply: &str) {
    read_request(stream).unwrap();
    drop(stream.get_mut().write_all(reply.as_bytes()));
}

/// Answers one request on each of as many connections as there are replies, and gives back the
/// requests; the client sees the connection close behind each reply.
pub(super) fn serve<'s>(
    scope: &'s Scope<'s, '_>,
    listener: &'s TcpListener,
    replies: Vec<String>,
) -> ScopedJoinHandle<'s, Vec<String>> {
    scope.spawn(move || {
        let answered = replies.into_iter().map(|reply| {
            let mut stream = accept(listener);
            let request = read_request(&mut stream).unwrap();
            // A client that has read enough closes early.
            drop(stream.get_mut().write_all(reply.as_bytes()));
            request
        });
        answered.collect()
    })
}

/// The answer to one request and the request as the server saw it.
pub(super) fn exchange(request: impl Fn(&str) -> Request, reply: String) -> (Answer, String) {
    let (listener, url) = listen();
    std::thread::scope(|scope| {
        let server = serve(scope, &listener, vec![reply]);
        let answer = call(&client(), request(&url));
        (answer, server.join().unwrap().remove(0))
    })
}

/// The answer to a GET.
pub(super) fn answer_to(reply: impl Into<String>) -> Answer {
    exchange(get, reply.into()).0
}

/// Writes piece after piece, a hundredth of a second apart, until the client leaves: whether it did.
pub(super) fn drip(stream: &mut TcpStream, pieces: impl Iterator<Item = Vec<u8>>) -> bool {
    stream.set_read_timeout(Some(Duration::from_millis(10))).unwrap();
    for piece in pieces {
        if stream.write_all(&piece).is_err() || has_left(stream) {
            return true;
        }
    }
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    has_left(stream)
}

/// Waits for what the client sends until the stream's timeout: whether it closed the connection instead.
fn has_left(stream: &mut TcpStream) -> bool {
    match stream.read(&mut [0; 1 << 10]) {
        Ok(received) => received == 0,
        Err(error) => !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
    }
}

/// Waits until what one end of a connection on loopback has sent has come to the other, which no call of the
/// system tells.
pub(super) fn let_it_arrive() {
    let (_never_used, wait) = mpsc::channel::<()>();
    wait.recv_timeout(Duration::from_millis(100)).unwrap_err();
}
