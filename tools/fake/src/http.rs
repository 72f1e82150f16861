//! One connection: requests in, responses out, within bounds whatever the bytes are.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use httparse::Status;

const MAX_HEAD: usize = 32 << 10;
const MAX_HEADERS: usize = 128;
const MAX_BODY: usize = 1 << 20;
/// How long a connection may be silent between two requests: longer than clients keep one for later, so that
/// no request meets a connection which is about to be closed.
const IDLE: Duration = Duration::from_secs(75);
/// How long a request may take from its first byte to its last, and a response to be taken.
const EXCHANGE: Duration = Duration::from_secs(10);
/// How long what a refused client still sends is read, so that it gets to see the reason.
const LINGER: Duration = Duration::from_millis(500);

/// A request as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Whether the connection goes on behind it.
    pub(crate) keeps_alive: bool,
}

/// What is sent back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    pub(crate) manner: Manner,
}

/// How a response is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    Whole,
    /// The connection is cut in the middle of the body.
    CutShort,
    /// Nothing is sent until the client gives up.
    Held,
}

/// Why there is no request to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The client has left or been silent for too long.
    Gone,
    /// What it sent is no request, or too large for one.
    Refused(u16, &'static str),
}

/// Where a client is.
pub(crate) struct Connection {
    stream: TcpStream,
    /// What was read and not yet taken.
    buffer: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(it, _)| it.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    fn has_token(&self, header: &str, token: &str) -> bool {
        let values = self
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(header));
        values
            .flat_map(|(_, value)| value.split(','))
            .any(|it| it.trim().eq_ignore_ascii_case(token))
    }
}

impl Response {
    pub(crate) fn new(status: u16, body: Vec<u8>) -> Self {
        Self {
            status,
            body,
            manner: Manner::Whole,
        }
    }

    /// The bytes of the head.
    fn head(&self, keeps_alive: bool) -> String {
        let is_page = self.body.trim_ascii_start().starts_with(b"<");
        let kind = if is_page {
            "text/html; charset=utf-8"
        } else {
            "application/json"
        };
        let connection = if keeps_alive { "keep-alive" } else { "close" };
        let length = match self.status {
            // Neither may have a body (RFC 9110, section 6.4.1).
            204 | 304 => String::new(),
            _ => format!("Content-Type: {kind}\r\nContent-Length: {}\r\n", self.body.len()),
        };
        format!(
            "HTTP/1.1 {} {}\r\n{length}Connection: {connection}\r\n\r\n",
            self.status,
            reason(self.status)
        )
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        413 => "Content Too Large",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        _ => "",
    }
}

impl Connection {
    pub(crate) fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(EXCHANGE))?;
        Ok(Self {
            stream,
            buffer: Vec::new(),
        })
    }

    /// Reads the next request; where there is none, as much of it as can be read.
    pub(crate) fn read(&mut self, request: &mut Request) -> Result<(), End> {
        if self.buffer.is_empty() {
            self.fill(Instant::now() + IDLE)?;
        }
        let until = Instant::now() + EXCHANGE;
        *request = self.read_head(until)?;
        if request.has_token("Expect", "100-continue") {
            self.stream
                .write_all(b"HTTP/1.1 100 Continue\r\n\r\n")
                .map_err(|_| End::Gone)?;
        }
        request.body = self.read_body(request, until)?;
        Ok(())
    }

    /// Sends the response to a request; whether the connection goes on.
    pub(crate) fn write(&mut self, response: &Response, request: &Request) -> bool {
        let is_whole = response.manner == Manner::Whole;
        let keeps_alive = request.keeps_alive && is_whole;
        let mut bytes = response.head(keeps_alive).into_bytes();
        let sent = match response.manner {
            Manner::Held => return false,
            _ if matches!(response.status, 204 | 304) => 0,
            // Its length is that of a GET, and a body would be read as the next response (RFC 9110, section 9.3.2).
            _ if request.method == "HEAD" => 0,
            Manner::Whole => response.body.len(),
            Manner::CutShort => response.body.len() / 2,
        };
        bytes.extend_from_slice(response.body.get(..sent).unwrap_or_default());
        self.stream.write_all(&bytes).is_ok() && keeps_alive
    }

    /// Tells why a client is refused.
    pub(crate) fn refuse(&mut self, mut request: Request, status: u16, why: &str) {
        let body = serde_json::json!({ "error": why }).to_string();
        request.keeps_alive = false;
        self.write(&Response::new(status, body.into_bytes()), &request);
        // Closing before all is read would reset the connection and lose the response.
        let _ = self.stream.shutdown(Shutdown::Write);
        let until = Instant::now() + LINGER;
        while self.buffer.len() < 2 * MAX_BODY && self.fill(until).is_ok() {}
    }

    /// Waits; ends before its time when the client leaves or the server is stopped.
    pub(crate) fn wait(&self, time: Duration) {
        const BREATH: Duration = Duration::from_millis(20);
        let until = Instant::now() + time;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || self.stream.set_read_timeout(Some(left)).is_err() {
                return;
            }
            match self.stream.peek(&mut [0]) {
                Ok(0) => return,
                // The next request is there already, and hides whether the client still is.
                Ok(_) => std::thread::sleep(left.min(BREATH)),
                Err(error) if is_timeout(&error) => {}
                Err(_) => return,
            }
        }
    }

    fn read_head(&mut self, until: Instant) -> Result<Request, End> {
        loop {
            if let Some((request, taken)) = parse_head(&self.buffer)? {
                self.buffer.drain(..taken.min(self.buffer.len()));
                return Ok(request);
            }
            if self.buffer.len() > MAX_HEAD {
                return Err(TOO_LARGE_HEAD);
            }
            self.fill(until)?;
        }
    }

    fn read_body(&mut self, request: &Request, until: Instant) -> Result<Vec<u8>, End> {
        let is_chunked = request.has_token("Transfer-Encoding", "chunked");
        let lengths: Vec<&str> = request
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("Content-Length"))
            .map(|(_, value)| value.trim())
            .collect();
        match (is_chunked, lengths.as_slice()) {
            (true, []) => self.read_chunks(until),
            (false, []) if request.header("Transfer-Encoding").is_some() => {
                Err(End::Refused(400, "an unknown transfer encoding"))
            }
            (false, []) => Ok(Vec::new()),
            (false, [length]) if !length.is_empty() && length.bytes().all(|it| it.is_ascii_digit()) => {
                let length = length.parse().map_err(|_| TOO_LARGE_BODY)?;
                self.take(length, MAX_BODY, until)
            }
            // Two readers of such a request could disagree about its end (RFC 9112, section 6.3).
            _ => Err(End::Refused(400, "the length of the body is not clear")),
        }
    }

    fn read_chunks(&mut self, until: Instant) -> Result<Vec<u8>, End> {
        let mut body = Vec::new();
        loop {
            let size = self.chunk_size(until)?;
            if size == 0 {
                while !self.line(until)?.is_empty() {}
                return Ok(body);
            }
            body.extend(self.take(size, MAX_BODY - body.len(), until)?);
            if !self.line(until)?.is_empty() {
                return Err(BROKEN_CHUNK);
            }
        }
    }

    fn chunk_size(&mut self, until: Instant) -> Result<usize, End> {
        loop {
            match httparse::parse_chunk_size(&self.buffer) {
                Ok(Status::Complete((taken, size))) => {
                    self.buffer.drain(..taken.min(self.buffer.len()));
                    return usize::try_from(size).map_err(|_| TOO_LARGE_BODY);
                }
                Ok(Status::Partial) if self.buffer.len() <= MAX_HEAD => self.fill(until)?,
                _ => return Err(BROKEN_CHUNK),
            }
        }
    }

    /// Takes a line, without its end: a trailer, or the nothing behind a chunk.
    fn line(&mut self, until: Instant) -> Result<Vec<u8>, End> {
        loop {
            if let Some(end) = self.buffer.iter().position(|&byte| byte == b'\n') {
                let mut line: Vec<u8> = self.buffer.drain(..=end).collect();
                line.truncate(line.trim_ascii_end().len());
                return Ok(line);
            }
            if self.buffer.len() > MAX_HEAD {
                return Err(TOO_LARGE_HEAD);
            }
            self.fill(until)?;
        }
    }

    /// Takes so many bytes.
    fn take(&mut self, length: usize, most: usize, until: Instant) -> Result<Vec<u8>, End> {
        if length > most {
            return Err(TOO_LARGE_BODY);
        }
        while self.buffer.len() < length {
            self.fill(until)?;
        }
        Ok(self.buffer.drain(..length).collect())
    }

    /// Reads what has come, and waits until something has.
    fn fill(&mut self, until: Instant) -> Result<(), End> {
        let mut piece = [0; 8 << 10];
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() || self.stream.set_read_timeout(Some(left)).is_err() {
            return Err(End::Gone);
        }
        match self.stream.read(&mut piece) {
            Ok(0) => Err(End::Gone),
            Ok(read) => {
                self.buffer
                    .extend_from_slice(piece.get(..read).unwrap_or_default());
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(()),
            Err(_) => Err(End::Gone),
        }
    }
}

const TOO_LARGE_HEAD: End = End::Refused(431, "the head of the request is too large");
const TOO_LARGE_BODY: End = End::Refused(413, "the body of the request is larger than 1 MiB");
const BROKEN_CHUNK: End = End::Refused(400, "a broken chunk");

/// The head of a request and its length; `None` where more must come.
fn parse_head(bytes: &[u8]) -> Result<Option<(Request, usize)>, End> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut head = httparse::Request::new(&mut headers);
    let taken = match head.parse(bytes) {
        Ok(Status::Complete(taken)) if taken <= MAX_HEAD => taken,
        Ok(Status::Complete(_)) | Err(httparse::Error::TooManyHeaders) => return Err(TOO_LARGE_HEAD),
        Ok(Status::Partial) => return Ok(None),
        Err(_) => return Err(End::Refused(400, "this is no HTTP/1.1 request")),
    };
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let mut request = Request {
        method: head.method.unwrap_or_default().to_owned(),
        target: head.path.unwrap_or_default().to_owned(),
        headers: head
            .headers
            .iter()
            .map(|it| (it.name.to_owned(), text(it.value)))
            .collect(),
        ..Request::default()
    };
    request.keeps_alive = match head.version {
        Some(1) => !request.has_token("Connection", "close"),
        _ => request.has_token("Connection", "keep-alive"),
    };
    Ok(Some((request, taken)))
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
    )
}

#[cfg(test)]
mod tests {
    use super::{End, Response, parse_head};

    #[test]
    fn a_head_is_read_whole_or_not_at_all() {
        let head = b"POST /a?b HTTP/1.1\r\nHost: x\r\nX-Name: \xe0\xa6\xa6\r\nConnection: Close\r\n\r\nbody";
        let (request, taken) = parse_head(head).unwrap().unwrap();
        assert_eq!(
            (request.method.as_str(), request.target.as_str()),
            ("POST", "/a?b")
        );
        assert_eq!(request.header("x-name"), Some("দ"));
        assert_eq!((taken, request.keeps_alive), (head.len() - 4, false));
        for end in 0..taken {
            assert_eq!(parse_head(&head[..end]), Ok(None));
        }
    }

    #[test]
    fn what_is_no_request_is_refused() {
        for bytes in [
            b"\x00".as_slice(),
            b"\x16\x03\x01",
            b"GET\r\n\r\n",
            b"GET / HTTP/3\r\n\r\n",
        ] {
            assert!(
                matches!(parse_head(bytes), Err(End::Refused(400, _))),
                "{bytes:?}"
            );
        }
        let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(200));
        assert!(matches!(parse_head(many.as_bytes()), Err(End::Refused(431, _))));
    }

    #[test]
    fn a_page_is_sent_as_one_and_no_content_without_a_length() {
        let head = |status, body: &str| Response::new(status, body.into()).head(true);
        assert!(head(200, " <html>").contains("text/html"));
        assert!(head(200, "{}").contains("application/json\r\nContent-Length: 2\r\n"));
        assert_eq!(head(204, "{}"), "HTTP/1.1 204 \r\nConnection: keep-alive\r\n\r\n");
    }
}
