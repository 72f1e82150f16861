//! Messages over the standard streams. The library ends at the first one that is no message; a client that sends one
//! is told instead, and goes on.

use std::io::{self, BufRead, ErrorKind, Read, Write};
use std::thread::{self, JoinHandle};

use crossbeam_channel::bounded;
use gen_lsp_types::{ExitNotification, Notification as _};
use lsp_server::{Connection, ErrorCode, Message};
use serde_json::{Value, json};

/// The longest that a message may be: more than every file of a flow together.
const MOST_MEBIBYTES: u64 = 64;
/// The longest that a line of a message's head may be.
const HEAD_BYTES: u64 = 8 << 10;

/// The threads that read and write, which end with the connection.
pub(super) struct Threads {
    reader: JoinHandle<io::Result<()>>,
    writer: JoinHandle<io::Result<()>>,
}

impl Threads {
    /// Waits for their end.
    ///
    /// # Errors
    ///
    /// The input ended within a message or has lost its form, or the output cannot be written.
    pub(super) fn join(self) -> io::Result<()> {
        [self.reader, self.writer].into_iter().try_for_each(|thread| {
            thread
                .join()
                .unwrap_or_else(|_| Err(io::Error::other("a thread of it died")))
        })
    }
}

/// A connection with the client behind the standard streams.
pub(super) fn connect() -> (Connection, Threads) {
    let (arrives, receiver) = bounded(0);
    let (sender, leaves) = bounded::<Message>(0);
    let reader = thread::spawn(move || {
        let mut input = io::stdin().lock();
        while let Some(arrived) = read(&mut input)? {
            match arrived {
                Arrived::Message(message) => {
                    let is_exit = is_exit(&message);
                    if arrives.send(message).is_err() || is_exit {
                        break;
                    }
                }
                Arrived::Nothing(answer) => write(&answer, &mut io::stdout().lock())?,
            }
        }
        Ok(())
    });
    // The output is free between two messages, for what the reader has to say.
    let writer = thread::spawn(move || {
        let mut messages = leaves.iter();
        messages.try_for_each(|message| message.write(&mut io::stdout().lock()))
    });
    (Connection { sender, receiver }, Threads { reader, writer })
}

fn is_exit(message: &Message) -> bool {
    matches!(message, Message::Notification(told) if told.method == ExitNotification::METHOD.as_str())
}

/// What came with its length before it.
#[derive(Debug)]
enum Arrived {
    Message(Message),
    /// No message, and what JSON-RPC answers to that.
    Nothing(Value),
}

/// Reads what comes next; `None` at the end of the input.
fn read(input: &mut impl BufRead) -> io::Result<Option<Arrived>> {
    let Some(length) = length(input)? else {
        return Ok(None);
    };
    let mut body = input.take(length);
    if length > MOST_MEBIBYTES << 20 {
        if io::copy(&mut body, &mut io::sink())? < length {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let reason = format!("a message has at most {MOST_MEBIBYTES} MiB");
        return Ok(Some(refused(ErrorCode::InvalidRequest, &Value::Null, &reason)));
    }
    let mut bytes = Vec::new();
    if (body.read_to_end(&mut bytes)? as u64) < length {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(message(&bytes)))
}

/// The length that the head of a message names; `None` at the end of the input.
fn length(input: &mut impl BufRead) -> io::Result<Option<u64>> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if input.take(HEAD_BYTES).read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let line = line.strip_suffix("\r\n").ok_or(ErrorKind::InvalidData)?;
        if line.is_empty() {
            return length.map(Some).ok_or(ErrorKind::InvalidData.into());
        }
        let (name, value) = line.split_once(": ").ok_or(ErrorKind::InvalidData)?;
        if name.eq_ignore_ascii_case("Content-Length") {
            length = Some(value.parse().map_err(|_| ErrorKind::InvalidData)?);
        }
    }
}

fn message(bytes: &[u8]) -> Arrived {
    let parsed = match std::str::from_utf8(bytes) {
        Ok(text) => serde_json::from_str(text)
            .or_else(|_| serde_json::from_str(&with_whole_pairs(text)))
            .map_err(|error| format!("this is no JSON: {error}")),
        Err(error) => Err(format!("this is not UTF-8: {error}")),
    };
    let json: Value = match parsed {
        Ok(json) => json,
        Err(reason) => return refused(ErrorCode::ParseError, &Value::Null, &reason),
    };
    let id = json.get("id").cloned().unwrap_or_default();
    match serde_json::from_value(json) {
        Ok(message) => Arrived::Message(message),
        Err(_) => refused(
            ErrorCode::InvalidRequest,
            &id,
            "this is no request, no notification and no response",
        ),
    }
}

/// An answer, which the library cannot make: it has no place for an id that nobody knows.
fn refused(code: ErrorCode, id: &Value, message: &str) -> Arrived {
    let id = if id.is_number() || id.is_string() {
        id
    } else {
        &Value::Null
    };
    let error = json!({"code": code as i32, "message": message});
    Arrived::Nothing(json!({"jsonrpc": "2.0", "id": id, "error": error}))
}

/// JSON in which half of a surrogate pair is U+FFFD: an editor that counts in UTF-16 may cut a character in two, and JSON
/// has no such character.
fn with_whole_pairs(json: &str) -> String {
    let mut whole = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        whole.push_str(before);
        // An escape of one character, which may be a backslash itself, is as long as its first character.
        let second = escape.chars().nth(1).map_or(0, char::len_utf8);
        let (written, length) = match (surrogate(escape), escape.get(6..).and_then(surrogate)) {
            (Some(0xD800..0xDC00), Some(0xDC00..0xE000)) => (escape.get(..12), 12),
            (Some(_), _) => (Some("\\ufffd"), 6),
            (None, _) => (escape.get(..1 + second), 1 + second),
        };
        whole.push_str(written.unwrap_or_default());
        rest = escape.get(length..).unwrap_or_default();
    }
    whole + rest
}

/// The half of a pair that an escape at the start of a text stands for.
fn surrogate(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let unit = u32::from_str_radix(digits, 16).ok()?;
    (0xD800..0xE000).contains(&unit).then_some(unit)
}

fn write(answer: &Value, output: &mut impl Write) -> io::Result<()> {
    let text = answer.to_string();
    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What arrives of bodies that stand behind each other: `method`, or the code and the id of an answer.
    fn arrived(bodies: &[&[u8]]) -> Vec<String> {
        let mut input = Vec::new();
        for body in bodies {
            input.extend(format!("Content-Length: {}\r\n\r\n", body.len()).bytes());
            input.extend(*body);
        }
        let mut input = input.as_slice();
        let next = || read(&mut input).unwrap();
        let shown = std::iter::from_fn(next).map(|arrived| match arrived {
            Arrived::Message(Message::Notification(told)) => format!("{} {}", told.method, told.params),
            Arrived::Message(other) => panic!("{other:?}"),
            Arrived::Nothing(answer) => format!("{} {}", answer["error"]["code"], answer["id"]),
        });
        shown.collect()
    }

    #[test]
    fn what_is_no_message_is_answered_and_the_next_one_is_read() {
        let shown = arrived(&[
            b"hello",
            b"[{\"method\":\"a\"}]",
            b"null",
            b"{\"id\":7}",
            b"{\"method\":\"\xff\"}",
            b"",
            b"{\"method\":\"b\"}",
        ]);
        assert_eq!(
            shown,
            [
                "-32700 null",
                "-32600 null",
                "-32600 null",
                "-32600 7",
                "-32700 null",
                "-32700 null",
                "b null"
            ]
        );
    }

    #[test]
    fn half_a_pair_is_a_replacement_character() {
        let shown = arrived(&[
            br#"{"method":"a","params":["\ud83d","\ude42\ud83d\ude42","\\ud83d","\ud83d\n\u0041"]}"#,
            br#"{"method":"a","params":"\ud83d\"#,
        ]);
        assert_eq!(shown, [r#"a ["�","�🙂","\\ud83d","�\nA"]"#, "-32700 null",]);
    }

    #[test]
    fn a_message_that_is_too_long_is_skipped() {
        let long = (MOST_MEBIBYTES << 20) + 1;
        let head = format!("Content-Length: {long}\r\n\r\n");
        let next = b"Content-Length: 14\r\n\r\n{\"method\":\"b\"}";
        let input = head.as_bytes().chain(io::repeat(b' ').take(long));
        let mut input = io::BufReader::new(input.chain(next.as_slice()));
        assert!(matches!(read(&mut input).unwrap(), Some(Arrived::Nothing(_))));
        assert!(matches!(read(&mut input).unwrap(), Some(Arrived::Message(_))));
        assert!(read(&mut input).unwrap().is_none());
    }

    #[test]
    fn a_head_that_is_none_ends_the_input() {
        for (head, kind) in [
            ("hello\r\n\r\n", ErrorKind::InvalidData),
            ("Content-Length: 1\n\n1", ErrorKind::InvalidData),
            ("Content-Length: -1\r\n\r\n", ErrorKind::InvalidData),
            ("Content-Type: x\r\n\r\n", ErrorKind::InvalidData),
            ("Content-Length: 5\r\n\r\n{}", ErrorKind::UnexpectedEof),
            ("Content-Length: 99999999999\r\n\r\n{}", ErrorKind::UnexpectedEof),
        ] {
            assert_eq!(read(&mut head.as_bytes()).unwrap_err().kind(), kind, "{head}");
        }
        let mut endless = io::BufReader::new(io::repeat(b'a'));
        assert_eq!(read(&mut endless).unwrap_err().kind(), ErrorKind::InvalidData);
    }
}
