//! The webhook as a process, a client that speaks to it as Telegram does, and a shop that it asks.

use std::io::{BufRead, BufReader, Lines, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ureq::http::Response;
use ureq::{Agent, Body};

pub(crate) const SECRET: &str = "s3cret-token";
/// How long something may take that takes no time.
const PATIENCE: Duration = Duration::from_secs(20);

const HEADER: &str = "X-Telegram-Bot-Api-Secret-Token";

/// A server that runs; it dies with the value.
pub(crate) struct Server {
    process: Child,
    pub(crate) address: String,
    told: Option<Receiver<String>>,
}

impl Server {
    /// Starts it over a store, with a shop.
    pub(crate) fn start(store: &Path, shop: &str) -> Self {
        let (mut server, lines) = Self::unread(store, shop);
        let (sender, told) = channel();
        // What it prints is read, so that it never waits for a reader.
        thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
        server.told = Some(told);
        server
    }

    /// The same, with what it prints left to the caller.
    pub(crate) fn unread(store: &Path, shop: &str) -> (Self, Lines<BufReader<ChildStdout>>) {
        let mut command = Self::command(store);
        let command = command.env("SHOP", shop).stdout(Stdio::piped());
        Self::started(command.spawn().unwrap())
    }

    /// One that was started, as soon as it listens.
    fn started(mut process: Child) -> (Self, Lines<BufReader<ChildStdout>>) {
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let line = lines.next().unwrap().unwrap();
        let address = line.strip_prefix("listening on ").unwrap().to_owned();
        let told = None;
        (
            Self {
                process,
                address,
                told,
            },
            lines,
        )
    }

    /// Starts one whose words nobody reads, at this address.
    pub(crate) fn unheard(command: &mut Command, address: SocketAddr) -> Self {
        let process = command.spawn().unwrap();
        let mut server = Self {
            process,
            address: address.to_string(),
            told: None,
        };
        let end = Instant::now() + PATIENCE;
        while TcpStream::connect(address).is_err() {
            assert!(server.process.try_wait().unwrap().is_none(), "it has stopped");
            assert!(Instant::now() < end, "it does not listen");
            thread::yield_now();
        }
        server
    }

    /// Starts one over a store that another one has; gives it with the first line that it says to its operator.
    pub(crate) fn too_early(store: &Path, shop: &str) -> (TooEarly, String) {
        let mut command = Self::command(store);
        let command = command.env("SHOP", shop).stdout(Stdio::piped());
        let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(process.stderr.take().unwrap()).lines();
        let line = said.next().unwrap().unwrap();
        (TooEarly(process), line)
    }

    /// The program, before it is started.
    pub(crate) fn command(store: &Path) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_webhook"));
        command
            .env("LISTEN", "127.0.0.1:0")
            .env("STORE", store)
            .env("TELEGRAM_SECRET", SECRET);
        command
    }

    /// The next thing that it tells whoever hands over.
    pub(crate) fn told(&self) -> String {
        self.told.as_ref().unwrap().recv().unwrap()
    }

    /// What an update is answered.
    pub(crate) fn post(&self, update: &Value) -> (u16, Value) {
        self.send(Some(SECRET), &update.to_string())
    }

    /// What anything at all is answered.
    pub(crate) fn send(&self, secret: Option<&str>, body: &str) -> (u16, Value) {
        let mut response = send(&self.address, secret, body).unwrap();
        (
            response.status().as_u16(),
            response.body_mut().read_json().unwrap(),
        )
    }

    /// Posts an update whose answer takes its time.
    pub(crate) fn posting(&self, update: &Value) -> Posting {
        let (address, body) = (self.address.clone(), update.to_string());
        thread::spawn(move || send(&address, Some(SECRET), &body))
    }

    /// Posts an update, and gives what leaves before the answer is there: it returns when the server has noticed.
    pub(crate) fn asked_by_somebody_who_goes(&self, update: &Value) -> impl FnOnce() {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let body = update.to_string();
        let head = format!(
            "POST /telegram HTTP/1.1\r\nHost: x\r\n{HEADER}: {SECRET}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).unwrap();
        move || {
            stream.shutdown(Shutdown::Write).unwrap();
            assert_eq!(stream.read(&mut [0; 1]).unwrap_or(0), 0);
        }
    }

    /// Asks it to stop.
    pub(crate) fn terminate(&self) {
        let id = self.process.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(told.success());
    }

    /// Waits until it has stopped.
    pub(crate) fn wait(mut self) -> ExitStatus {
        self.process.wait().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have stopped already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A server that waits for another one to end.
pub(crate) struct TooEarly(Child);

impl TooEarly {
    /// Whether it has gone, one way or another.
    pub(crate) fn is_over(&mut self) -> bool {
        self.0.try_wait().unwrap().is_some()
    }

    /// The server that it is when the other one has gone.
    pub(crate) fn listens(self) -> Server {
        Server::started(self.0).0
    }
}

/// An update that is being posted.
pub(crate) type Posting = JoinHandle<Result<Response<Body>, ureq::Error>>;

/// What the server answers to it.
pub(crate) fn answered(posting: Posting) -> Value {
    posting.join().unwrap().unwrap().body_mut().read_json().unwrap()
}

/// Sends an update in one request of its own.
pub(crate) fn send(address: &str, secret: Option<&str>, body: &str) -> Result<Response<Body>, ureq::Error> {
    let agent: Agent = Agent::config_builder().http_status_as_error(false).build().into();
    let request = agent.post(format!("http://{address}/telegram"));
    let request = secret
        .into_iter()
        .fold(request, |request, secret| request.header(HEADER, secret));
    request.send(body)
}

/// What is answered in the end.
pub(crate) fn until_it_is_not_busy(post: impl Fn() -> (u16, Value)) -> Value {
    let end = Instant::now() + PATIENCE;
    loop {
        let (status, said) = post();
        if status == 200 {
            return said;
        }
        assert!(status == 503 && Instant::now() < end, "{status} {said}");
    }
}

/// An update with a text of customer 7.
pub(crate) fn text(id: i64, text: &str) -> Value {
    let from = json!({"id": 7, "is_bot": false, "first_name": "Asha", "language_code": "bn"});
    let chat = json!({"id": 7, "first_name": "Asha", "type": "private"});
    let message = json!({"message_id": id, "from": from, "chat": chat, "date": 1_795_000_000, "text": text});
    json!({"update_id": id, "message": message})
}

/// An update with a tap of customer 7.
pub(crate) fn tap(id: i64, option: &str) -> Value {
    let from = json!({"id": 7, "is_bot": false, "first_name": "Asha"});
    json!({"update_id": id, "callback_query": {"id": "4382", "from": from, "chat_instance": "1", "data": option}})
}

/// The texts of an answer, in order; of buttons their prompt.
pub(crate) fn texts(answer: &Value) -> Vec<&str> {
    let blocks = answer["blocks"].as_array().unwrap();
    blocks
        .iter()
        .map(|block| block["text"].as_str().unwrap())
        .collect()
}

/// A shop that answers a request when it is told to; each connection is one request.
pub(crate) struct Shop {
    pub(crate) origin: String,
    asked: Receiver<TcpStream>,
}

impl Shop {
    pub(crate) fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let (sender, asked): (Sender<TcpStream>, _) = channel();
        thread::spawn(move || {
            listener
                .incoming()
                .flatten()
                .try_for_each(|stream| sender.send(stream))
        });
        Self { origin, asked }
    }

    /// Whether nobody has asked since.
    pub(crate) fn is_left_alone(&self) -> bool {
        self.asked.try_recv().is_err()
    }

    /// The next request, as soon as it is there; it goes on waiting for its answer.
    pub(crate) fn asked(&self) -> TcpStream {
        let mut stream = self.asked.recv().unwrap();
        let mut head = [0; 4096];
        let read = stream.read(&mut head).unwrap();
        let head = String::from_utf8_lossy(head.get(..read).unwrap_or_default()).to_lowercase();
        assert!(head.contains("\r\nidempotency-key: "), "{head}");
        stream
    }
}

/// Answers a request that the shop was asked.
pub(crate) fn answer(mut stream: TcpStream, data: &str) {
    let body = json!({"success": true, "data": data}).to_string();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).unwrap();
}
