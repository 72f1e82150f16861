//! The same call by hand: over ureq, and over a socket.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::config::{AutoHeaderValue, Config};
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

const PATH: &str = "/v1/orders/42/status";
const TOKEN: &str = "s3cret";
const MOST: u64 = 1 << 20;

/// ureq with the library's settings, its deadline and a resolver that starts no thread.
pub(crate) struct Ureq {
    agent: Agent,
    url: String,
}

#[derive(Debug)]
struct Known(SocketAddr);

impl Resolver for Known {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut addresses = self.empty();
        addresses.push(self.0);
        Ok(addresses)
    }
}

impl Ureq {
    pub(crate) fn new(address: SocketAddr) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .accept_encoding(AutoHeaderValue::None)
            .input_buffer_size(64 << 10)
            .max_response_header_size(32 << 10)
            .output_buffer_size(16 << 10)
            .timeout_global(Some(Duration::from_secs(5)))
            .build();
        Self {
            agent: Agent::with_parts(config, DefaultConnector::default(), Known(address)),
            url: format!("http://{address}{PATH}"),
        }
    }

    pub(crate) fn call(&self) -> String {
        let request = self.agent.get(&self.url).header("X-Shop-Token", TOKEN);
        let mut response = request.call().unwrap();
        let mut body = Vec::new();
        let mut reader = response.body_mut().as_reader().take(MOST + 1);
        reader.read_to_end(&mut body).unwrap();
        text(&body)
    }
}

/// A connection that is kept.
pub(crate) struct Socket {
    stream: BufReader<TcpStream>,
    request: String,
    line: String,
    body: Vec<u8>,
}

impl Socket {
    pub(crate) fn new(address: SocketAddr) -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "a floor of the HTTP driver performs I/O"
        )]
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        let request = format!(
            "GET {PATH} HTTP/1.1\r\nhost: {address}\r\nuser-agent: by hand\r\naccept: */*\r\n\
             x-shop-token: {TOKEN}\r\n\r\n"
        );
        Self {
            stream: BufReader::new(stream),
            request,
            line: String::new(),
            body: Vec::new(),
        }
    }

    pub(crate) fn call(&mut self) -> String {
        self.stream.get_mut().write_all(self.request.as_bytes()).unwrap();
        let mut length = 0;
        loop {
            self.line.clear();
            self.stream.read_line(&mut self.line).unwrap();
            if self.line == "\r\n" {
                break;
            }
            if let Some(value) = self.line.strip_prefix("Content-Length: ") {
                length = value.trim_end().parse().unwrap();
            }
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body).unwrap();
        text(&self.body)
    }
}

/// What a flow makes of the reply.
fn text(body: &[u8]) -> String {
    let reply: Value = serde_json::from_slice(body).unwrap();
    assert_eq!(reply.get("success"), Some(&Value::Bool(true)));
    format!(
        "Your order: {}.",
        reply.get("data").and_then(Value::as_str).unwrap()
    )
}
