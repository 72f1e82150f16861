//! The server: a handshake, then one message after the other until the client leaves.

mod capabilities;
pub(crate) mod commands;
mod router;
mod stdio;
mod tested;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::thread;
use std::{fmt, io};

use crossbeam_channel::{Receiver, select, unbounded};
use gen_lsp_types::{
    CancelNotification, CancelParams, ExecuteCommandParams, ExecuteCommandRequest, ExitNotification, Id,
    InitializeRequest, InitializedNotification, LogMessageNotification, LogMessageParams, MessageType,
    Notification as Told, PublishDiagnosticsNotification, Request as _, ShowMessageNotification,
    ShowMessageParams, ShutdownRequest,
};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};

use crate::diagnostics::Published;
use crate::workspace::Workspace;
use capabilities::Client;
use commands::{Caller, Commands, Ended};
use tested::Tested;

/// Why the server stopped before it was asked to.
#[derive(Debug)]
pub struct Stopped {
    reason: String,
    /// Whether the server stopped because nothing arrives any more.
    is_gone: bool,
}

impl Stopped {
    /// The client said that it leaves, too early.
    fn left(reason: &str) -> Self {
        Self {
            reason: reason.to_owned(),
            is_gone: false,
        }
    }

    /// Nothing arrives any more.
    fn gone(reason: &str) -> Self {
        Self {
            is_gone: true,
            ..Self::left(reason)
        }
    }

    /// What the client sends cannot be read.
    fn unread(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::InvalidData => Self::gone(
                "the client sent what is no message: one begins with `Content-Length: BYTES` and an empty line, \
                 both ended by CR LF, and goes on with so many bytes of JSON-RPC",
            ),
            io::ErrorKind::UnexpectedEof => {
                Self::gone("the client left in the middle of a message, or its `Content-Length` is too large")
            }
            _ => Self::gone(&format!("the client cannot be read: {error}")),
        }
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Stopped {}

/// Serves one client over the standard streams until it leaves.
///
/// The program that calls this is taken to be the tool `sayflow`: APIs are called by its `sayflow call`.
///
/// # Errors
///
/// Where the client goes without a `shutdown`, or does not speak the protocol.
pub fn run_stdio() -> Result<(), Stopped> {
    let (connection, threads) = stdio::connect();
    // The threads end when the connection is gone, which the loop takes with it.
    match serve_as(connection, std::env::current_exe().ok()) {
        Ok(()) => threads.join().map_err(|error| Stopped::unread(&error)),
        // Nothing arrives any more, where the client is gone or could not be understood.
        Err(stopped) if stopped.is_gone => {
            threads.join().map_err(|error| Stopped::unread(&error))?;
            Err(stopped)
        }
        Err(stopped) => Err(stopped),
    }
}

/// Serves one client over a connection until it leaves. Its `sayflow.call` is refused, for it needs the tool.
///
/// # Errors
///
/// Where the client goes without a `shutdown`, or does not speak the protocol.
///
/// # Examples
///
/// ```
/// use lsp_server::{Connection, Message, Notification, Request};
/// use serde_json::json;
///
/// let (server, client) = Connection::memory();
/// let thread = std::thread::spawn(move || sayflow_lsp::serve(server));
/// let ask = |id: i32, method: &str, params| {
///     client.sender.send(Message::Request(Request::new(id.into(), method.into(), params))).unwrap();
///     client.receiver.recv().unwrap()
/// };
/// let tell = |method: &str| {
///     client.sender.send(Message::Notification(Notification::new(method.into(), json!({})))).unwrap();
/// };
/// let Message::Response(hello) = ask(1, "initialize", json!({"capabilities": {}})) else { panic!() };
/// assert_eq!(hello.response_result.unwrap()["serverInfo"]["name"], "sayflow");
/// tell("initialized");
/// ask(2, "shutdown", json!(null));
/// tell("exit");
/// assert!(thread.join().unwrap().is_ok());
/// ```
pub fn serve(connection: Connection) -> Result<(), Stopped> {
    serve_as(connection, None)
}

fn serve_as(connection: Connection, program: Option<PathBuf>) -> Result<(), Stopped> {
    let client = greet(&connection)?;
    let caller = Caller {
        program,
        servers: client.servers.clone(),
    };
    let server = Server {
        arrived: arrivals(&connection),
        workspace: Workspace::new(client.encoding, client.folders.clone()),
        client,
        connection,
        waiting: VecDeque::new(),
        published: Published::default(),
        commands: Commands::new(caller),
        tested: Tested::default(),
        is_shut_down: false,
    };
    server.run()
}

/// Answers the client's `initialize`, whatever comes before it.
///
/// The library would answer in the words of Rust, and wait for `initialized` afterwards: it stops the server
/// where anything comes before that.
fn greet(connection: &Connection) -> Result<Client, Stopped> {
    const REASON: &str = "the client left before it sent a proper `initialize`";
    for message in &connection.receiver {
        let refused = match message {
            Message::Request(request) if request.method == InitializeRequest::METHOD.as_str() => {
                match Client::read(request.params) {
                    Ok(client) => {
                        // A client that is gone is noticed where the next message is awaited.
                        let hello = Response::new_ok(request.id, client.answer());
                        let _ = connection.sender.send(Message::Response(hello));
                        return Ok(client);
                    }
                    Err(error) => {
                        let reason = format!("the params of `initialize` cannot be read: {error}");
                        Response::new_err(request.id, ErrorCode::InvalidParams as i32, reason)
                    }
                }
            }
            Message::Request(request) => {
                let reason = format!("`{}` came before `initialize`", request.method);
                Response::new_err(request.id, ErrorCode::ServerNotInitialized as i32, reason)
            }
            Message::Notification(told) if told.method == ExitNotification::METHOD.as_str() => {
                return Err(Stopped::left(REASON));
            }
            Message::Notification(_) | Message::Response(_) => continue,
        };
        let _ = connection.sender.send(Message::Response(refused));
    }
    Err(Stopped::gone(REASON))
}

/// What the client sends, as soon as it is there.
///
/// The connection itself hands a message over only when it is asked for one, so that a request would be
/// begun before the line behind it, which cancels it, was read.
fn arrivals(connection: &Connection) -> Receiver<Message> {
    let (sender, arrived) = unbounded();
    let messages = connection.receiver.clone();
    // Ends with the client, or with the first message that nobody waits for.
    thread::spawn(move || messages.iter().try_for_each(|message| sender.send(message)));
    arrived
}

const NO_SHUTDOWN: &str = "the client left without a `shutdown`";

/// What the loop waits for.
enum Event {
    Message(Message),
    Ended(Ended),
}

struct Server {
    connection: Connection,
    arrived: Receiver<Message>,
    client: Client,
    workspace: Workspace,
    /// What came and was not looked at yet, so that a request can still be cancelled.
    waiting: VecDeque<Event>,
    published: Published,
    commands: Commands,
    tested: Tested,
    is_shut_down: bool,
}

impl Server {
    fn run(mut self) -> Result<(), Stopped> {
        while let Some(event) = self.next() {
            match event {
                Event::Message(Message::Request(request)) => {
                    let answer = self.answer(request);
                    self.send(Message::Response(answer));
                }
                Event::Message(Message::Notification(told))
                    if told.method == ExitNotification::METHOD.as_str() =>
                {
                    return self.end(Stopped::left(NO_SHUTDOWN));
                }
                Event::Message(Message::Notification(told))
                    if told.method == InitializedNotification::METHOD.as_str() =>
                {
                    if let Some(registration) = self.client.registration() {
                        self.send(Message::Request(registration));
                    }
                }
                Event::Message(Message::Notification(told)) => router::tell(&mut self.workspace, told),
                // Of the registration only; a client that refuses it watches nothing.
                Event::Message(Message::Response(_)) => {}
                Event::Ended(ended) => self.report(ended),
            }
            // While more is waiting, what is found now would be old before it is shown.
            if self.waiting.is_empty() {
                self.publish();
            }
        }
        self.end(Stopped::gone(NO_SHUTDOWN))
    }

    /// The end, which is a proper one behind a `shutdown`.
    fn end(&self, stopped: Stopped) -> Result<(), Stopped> {
        self.is_shut_down.then_some(()).ok_or(stopped)
    }

    /// What comes next; `None` where the client is gone.
    fn next(&mut self) -> Option<Event> {
        loop {
            if self.waiting.is_empty() {
                select! {
                    recv(self.arrived) -> message => self.receive(message.ok()?),
                    recv(self.commands.ended) -> ended => self.waiting.extend(ended.ok().map(Event::Ended)),
                }
            }
            while let Ok(message) = self.arrived.try_recv() {
                self.receive(message);
            }
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
        }
    }

    fn receive(&mut self, message: Message) {
        match message {
            Message::Notification(told) if told.method == CancelNotification::METHOD.as_str() => {
                self.cancel(told);
            }
            other => self.waiting.push_back(Event::Message(other)),
        }
    }

    fn cancel(&mut self, told: Notification) {
        let Ok(params) = serde_json::from_value::<CancelParams>(told.params) else {
            return;
        };
        let id = match params.id {
            Id::Int(number) => RequestId::from(number),
            Id::String(text) => RequestId::from(text),
        };
        let is_it =
            |event: &Event| matches!(event, Event::Message(Message::Request(request)) if request.id == id);
        if let Some(at) = self.waiting.iter().position(is_it) {
            self.waiting.remove(at);
            let code = ErrorCode::RequestCanceled as i32;
            self.send(Message::Response(Response::new_err(
                id,
                code,
                "cancelled".to_owned(),
            )));
        }
    }

    fn answer(&mut self, request: Request) -> Response {
        if request.method == ShutdownRequest::METHOD.as_str() {
            self.is_shut_down = true;
            return Response::new_ok(request.id, ());
        }
        if self.is_shut_down {
            let code = ErrorCode::InvalidRequest as i32;
            return Response::new_err(request.id, code, "the server is shut down".to_owned());
        }
        if request.method == ExecuteCommandRequest::METHOD.as_str() {
            return self.execute(request);
        }
        router::ask(&self.workspace, &self.client, request)
    }

    /// Begins a command. The answer says that it runs; how it ends is told later.
    fn execute(&mut self, request: Request) -> Response {
        let params: ExecuteCommandParams = match serde_json::from_value(request.params) {
            Ok(params) => params,
            Err(error) => {
                let code = ErrorCode::InvalidParams as i32;
                return Response::new_err(request.id, code, error.to_string());
            }
        };
        match self.commands.begin(&self.workspace, &params) {
            Ok(test) => {
                if let Some((file, name)) = test {
                    self.tested.begin(&file, &name);
                }
                Response::new_ok(request.id, ())
            }
            Err(refusal) => Response::new_err(request.id, ErrorCode::RequestFailed as i32, refusal),
        }
    }

    /// Tells how a command ended.
    fn report(&mut self, ended: Ended) {
        self.commands.forget_one();
        if let Some(failures) = ended.failures {
            self.tested.end(&self.workspace, failures);
            // Who waits for the message finds the failures at their lines.
            self.publish();
        }
        if !ended.log.is_empty() {
            self.tell::<LogMessageNotification>(LogMessageParams {
                kind: MessageType::Log,
                message: ended.log,
            });
        }
        self.tell::<ShowMessageNotification>(ShowMessageParams {
            kind: ended.kind,
            message: ended.message,
        });
    }

    fn publish(&mut self) {
        let news = self.published.news(&self.workspace);
        for news in self.tested.joined(&self.workspace, news) {
            self.tell::<PublishDiagnosticsNotification>(news);
        }
    }

    fn tell<N: Told>(&self, params: N::Params) {
        let told = Notification::new(N::METHOD.as_str().to_owned(), params);
        self.send(Message::Notification(told));
    }

    fn send(&self, message: Message) {
        // A client that is gone is noticed where the next message is awaited.
        let _ = self.connection.sender.send(message);
    }
}
