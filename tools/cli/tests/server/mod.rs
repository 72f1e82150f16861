//! A shop's server on loopback that answers as often as it has replies, and then ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

/// The address of a server, and what it will have received.
pub(crate) struct Server {
    pub(crate) url: String,
    thread: JoinHandle<Vec<String>>,
}

/// A server that answers each connection once, with a status line and a body.
pub(crate) fn serve<const N: usize>(replies: [(&'static str, &'static str); N]) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let thread = std::thread::spawn(move || {
        replies
            .into_iter()
            .map(|(status, body)| {
                let (stream, _) = listener.accept().expect("a connection");
                answer(stream, status, body)
            })
            .collect()
    });
    Server { url, thread }
}

impl Server {
    /// The requests, head and body, once all are there.
    pub(crate) fn received(self) -> Vec<String> {
        self.thread.join().expect("the server ended in order")
    }
}

fn answer(stream: TcpStream, status: &str, body: &str) -> String {
    let mut stream = BufReader::new(stream);
    let mut request = String::new();
    let mut length = 0;
    while !request.ends_with("\r\n\r\n") && stream.read_line(&mut request).expect("a head") > 0 {
        let last = request.lines().last().unwrap_or_default().to_ascii_lowercase();
        if let Some(value) = last.strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
    }
    let mut sent = vec![0; length];
    stream.read_exact(&mut sent).expect("a body");
    request.push_str(&String::from_utf8_lossy(&sent));
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let stream = stream.get_mut();
    stream.write_all(head.as_bytes()).expect("a client");
    stream.write_all(body.as_bytes()).expect("a client");
    request
}
