//! A small server on loopback that notices when a caller is gone.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

/// A request as the worker sent it.
#[derive(Debug, Default)]
pub(crate) struct Request {
    pub(crate) path: String,
    /// The key under which a repetition of it is recognised.
    pub(crate) key: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// The other end of a connection.
pub(crate) struct Caller<'c>(&'c TcpStream);

impl Caller<'_> {
    /// Whether nobody is there any more to take an answer.
    pub(crate) fn is_gone(&self) -> bool {
        let looked = self.0.set_nonblocking(true).and_then(|()| self.0.peek(&mut [0]));
        let restored = self.0.set_nonblocking(false);
        let is_open = match looked {
            Ok(bytes) => bytes > 0,
            Err(error) => error.kind() == io::ErrorKind::WouldBlock,
        };
        !is_open || restored.is_err()
    }
}

/// Answers requests, each connection on a thread of its own, until the process ends. The answer is JSON;
/// without one the connection is closed.
pub(crate) fn serve<F>(answer: F) -> io::Result<SocketAddr>
where
    F: Fn(&Request, &Caller<'_>) -> Option<String> + Send + Sync + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            // A caller that was killed breaks its connection: nothing to tell anybody.
            thread::spawn(move || converse(&stream, answer.as_ref()).ok());
        }
    });
    Ok(address)
}

fn converse<F>(stream: &TcpStream, answer: &F) -> io::Result<()>
where
    F: Fn(&Request, &Caller<'_>) -> Option<String>,
{
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = read_request(&mut reader)? {
        let Some(body) = answer(&request, &Caller(stream)) else {
            break;
        };
        let response = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        (&*stream).write_all(response.as_bytes())?;
    }
    Ok(())
}

/// The next request; `None` where the caller has left between two.
fn read_request(reader: &mut BufReader<&TcpStream>) -> io::Result<Option<Request>> {
    let mut request = Request::default();
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    request.path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap_or(0),
            "idempotency-key" => request.key = Some(value.to_owned()),
            _ => {}
        }
    }
    request.body.resize(length, 0);
    reader.read_exact(&mut request.body)?;
    Ok(Some(request))
}
