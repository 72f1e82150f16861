//! The endpoint of those calls that go over HTTP: a process of its own, so that its sockets and threads are not counted.

use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use crate::chance::Chance;
use crate::replies;

/// The process, which ends when this is dropped.
pub(crate) struct Shop {
    process: Child,
    pub(crate) origin: String,
    _open: Option<ChildStdin>,
}

impl Shop {
    pub(crate) fn start(seed: u64) -> Result<Self, Box<dyn Error>> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["--shop", "--seed", &seed.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let out = process.stdout.take().ok_or("the shop has no output")?;
        BufReader::new(out).read_line(&mut line)?;
        Ok(Self {
            _open: process.stdin.take(),
            process,
            origin: line.trim().to_owned(),
        })
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Serves until nobody holds the other end of the input.
pub(crate) fn serve(seed: u64) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("http://localhost:{}", listener.local_addr()?.port());
    std::thread::spawn(move || {
        for (number, stream) in (0..).zip(listener.incoming().flatten()) {
            let chance = Chance::new(seed.wrapping_add(number));
            std::thread::spawn(move || talk(stream, chance));
        }
    });
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// Answers one request after the other, until one side has enough.
fn talk(stream: TcpStream, mut chance: Chance) {
    stream.set_read_timeout(Some(Duration::from_secs(60))).ok();
    stream.set_nodelay(true).ok();
    let mut stream = BufReader::new(stream);
    while let Some(api) = request(&mut stream) {
        let body = replies::body(&api, &mut chance);
        let head = |status: &str, length: usize| format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n");
        let mut reply = format!("{}\r\n", head("200 OK", body.len())).into_bytes();
        reply.extend(&body);
        match chance.below(100) {
            // Slow: later than the client waits, or nearly.
            0..=1 => std::thread::sleep(Duration::from_millis(80)),
            2..=3 => std::thread::sleep(Duration::from_millis(10)),
            // Broken: no HTTP, half of it, a status, a redirect, a length that is not kept.
            4..=6 => reply = body,
            7..=9 => reply.truncate(reply.len() / 2),
            10..=13 => reply = format!("{}\r\n", head("503 Later", 0)).into_bytes(),
            14 => {
                reply = format!("{}Location: http://127.0.0.1:1/\r\n\r\n", head("302 Found", 0)).into_bytes()
            }
            // Closed without a word.
            15..=20 => return,
            _ => {
                if stream.get_mut().write_all(&reply).is_err() {
                    return;
                }
                continue;
            }
        }
        stream.get_mut().write_all(&reply).ok();
        return;
    }
}

/// The API of the next request, from the first part of its path.
fn request(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut first = String::new();
    stream.read_line(&mut first).ok().filter(|bytes| *bytes > 0)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok().filter(|bytes| *bytes > 0)?;
        if line == "\r\n" {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok()?;
        }
    }
    std::io::copy(&mut stream.by_ref().take(length), &mut std::io::sink()).ok()?;
    let path = first.split(' ').nth(1)?;
    Some(path.split(['/', '?']).nth(1)?.to_owned())
}
