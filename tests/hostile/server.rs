//! A server on loopback: one connection, and whatever the test answers.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use socket2::SockRef;

pub(crate) struct Server {
    listener: TcpListener,
}

impl Server {
    #[expect(clippy::disallowed_methods, reason = "tests of HTTP need a server")]
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        // Nobody waits longer for a client that never comes.
        let patience = Some(Duration::from_secs(20));
        SockRef::from(&listener).set_read_timeout(patience).unwrap();
        Self { listener }
    }

    pub(crate) fn port(&self) -> u16 {
        self.listener.local_addr().unwrap().port()
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port())
    }

    /// Whether nobody has come.
    pub(crate) fn is_untouched(&self) -> bool {
        self.listener.set_nonblocking(true).unwrap();
        self.listener.accept().is_err()
    }

    /// Reads the head of a request, and leaves the answer to the test.
    pub(crate) fn accept(&self) -> TcpStream {
        let mut stream = BufReader::new(self.listener.accept().unwrap().0);
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            assert_ne!(stream.read_line(&mut line).unwrap(), 0, "the client left");
        }
        stream.into_inner()
    }
}
