//! A server on loopback that answers every request alike, until it is dropped.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// What is sent for a request.
#[derive(Clone, Default)]
struct Sent {
    bytes: Vec<u8>,
    /// Whether the connection is closed behind it.
    is_last: bool,
}

type Answer = Arc<Mutex<Sent>>;

pub(crate) struct Server {
    address: SocketAddr,
    answer: Answer,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (answer, is_over) = (Answer::default(), Arc::new(AtomicBool::new(false)));
        let thread = std::thread::spawn({
            let (answer, is_over) = (answer.clone(), is_over.clone());
            move || {
                let mut connections = Vec::new();
                while let Ok((stream, _)) = listener.accept() {
                    if is_over.load(Ordering::SeqCst) {
                        break;
                    }
                    let answer = answer.clone();
                    connections.push(std::thread::spawn(move || serve(stream, &answer)));
                }
                for connection in connections {
                    connection.join().unwrap();
                }
            }
        });
        Self {
            address,
            answer,
            is_over,
            thread: Some(thread),
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers with this body from now on.
    pub(crate) fn reply(&self, body: impl AsRef<[u8]>) {
        self.reply_with("200 OK", body);
    }

    /// Answers with this status and body from now on.
    pub(crate) fn reply_with(&self, status: &str, body: impl AsRef<[u8]>) {
        let body = body.as_ref();
        let mut bytes = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
        bytes.extend_from_slice(body);
        self.send(bytes);
    }

    /// Sends these bytes from now on, and is silent then.
    pub(crate) fn send(&self, bytes: impl Into<Vec<u8>>) {
        *self.answer.lock().unwrap() = Sent {
            bytes: bytes.into(),
            is_last: false,
        };
    }

    /// Sends these bytes from now on, and closes the connection then.
    pub(crate) fn send_and_close(&self, bytes: impl Into<Vec<u8>>) {
        *self.answer.lock().unwrap() = Sent {
            bytes: bytes.into(),
            is_last: true,
        };
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

/// Answers the requests of one connection until either side closes it.
fn serve(stream: TcpStream, answer: &Answer) {
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut stream = BufReader::new(stream);
    while read_request(&mut stream).is_some() {
        let Sent { bytes, is_last } = answer.lock().unwrap().clone();
        if stream.get_mut().write_all(&bytes).is_err() || is_last {
            return;
        }
    }
}

/// A server that answers nobody before so many requests are there, each on a connection of its own, and then
/// the last one first. What it answers comes of the path.
pub(crate) fn answer_together(calls: usize, body: fn(&str) -> String) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let mut waiting: Vec<_> = (0..calls)
            .map(|_| {
                let mut stream = BufReader::new(listener.accept().unwrap().0);
                let first_line = read_request(&mut stream).unwrap();
                (stream.into_inner(), first_line)
            })
            .collect();
        while let Some((mut stream, first_line)) = waiting.pop() {
            let body = body(first_line.split(' ').nth(1).unwrap());
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
            stream.write_all((head + &body).as_bytes()).unwrap();
        }
    });
    (url, thread)
}

/// Reads a request to its end; its first line, or `None` where the client has left.
fn read_request(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let (mut first_line, mut length) = (None, 0);
    loop {
        let mut line = String::new();
        match stream.read_line(&mut line) {
            Ok(0) | Err(_) => return None,
            Ok(_) if line == "\r\n" => break,
            Ok(_) => {}
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        first_line = first_line.or(Some(line));
    }
    stream.read_exact(&mut vec![0; length]).ok()?;
    first_line
}
