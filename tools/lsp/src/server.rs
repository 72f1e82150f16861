//! The server: a handshake, then one message after the other until the client leaves.

mod capabilities;
mod router;

use std::collections::VecDeque;
use std::fmt;
use std::sync::mpsc;
use std::thread;

use gen_lsp_types::{
    CancelNotification, CancelParams, ExitNotification, Id, Notification as _, Request as _, ShutdownRequest,
};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};

use crate::diagnostics::Published;
use crate::workspace::Workspace;
use capabilities::Client;

/// Why the server stopped before it was asked to.
#[derive(Debug)]
pub struct Stopped(String);

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Stopped {}

/// Serves one client over the standard streams until it leaves.
///
/// # Errors
///
/// Where the client goes without a `shutdown`, or does not speak the protocol.
pub fn run_stdio() -> Result<(), Stopped> {
    let (connection, threads) = Connection::stdio();
    // The threads end when the connection is gone, which the loop takes with it.
    serve(connection)?;
    threads.join().map_err(|error| Stopped(error.to_string()))
}

/// Serves one client over a connection until it leaves.
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
    let protocol = |error: lsp_server::ProtocolError| Stopped(error.to_string());
    let (id, params) = connection.initialize_start().map_err(protocol)?;
    let client = Client::read(params).map_err(|error| Stopped(error.to_string()))?;
    let hello = client.answer();
    connection.initialize_finish(id, hello).map_err(protocol)?;
    let server = Server {
        arrived: arrivals(&connection),
        workspace: Workspace::new(client.encoding, client.folders.clone()),
        client,
        connection,
        waiting: VecDeque::new(),
        published: Published::default(),
        is_shut_down: false,
    };
    server.run()
}

/// What the client sends, as soon as it is there.
///
/// The connection itself hands a message over only when it is asked for one, so that a request would be
/// begun before the line behind it, which cancels it, was read.
fn arrivals(connection: &Connection) -> mpsc::Receiver<Message> {
    let (sender, arrived) = mpsc::channel();
    let messages = connection.receiver.clone();
    // Ends with the client, or with the first message that nobody waits for.
    thread::spawn(move || messages.iter().try_for_each(|message| sender.send(message)));
    arrived
}

struct Server {
    connection: Connection,
    arrived: mpsc::Receiver<Message>,
    client: Client,
    workspace: Workspace,
    /// Messages that came and were not looked at yet, so that a request can still be cancelled.
    waiting: VecDeque<Message>,
    published: Published,
    is_shut_down: bool,
}

impl Server {
    fn run(mut self) -> Result<(), Stopped> {
        if let Some(registration) = self.client.registration() {
            self.send(Message::Request(registration));
        }
        self.publish();
        while let Some(message) = self.next() {
            match message {
                Message::Request(request) => {
                    let answer = self.answer(request);
                    self.send(Message::Response(answer));
                }
                Message::Notification(told) if told.method == ExitNotification::METHOD.as_str() => {
                    return self.left();
                }
                Message::Notification(told) => router::tell(&mut self.workspace, told),
                // Of the registration only; a client that refuses it watches nothing.
                Message::Response(_) => {}
            }
            // While more is waiting, what is found now would be old before it is shown.
            if self.waiting.is_empty() {
                self.publish();
            }
        }
        self.left()
    }

    fn left(&self) -> Result<(), Stopped> {
        let reason = "the client left without a `shutdown`";
        self.is_shut_down
            .then_some(())
            .ok_or_else(|| Stopped(reason.to_owned()))
    }

    /// The next message; `None` where the client is gone.
    fn next(&mut self) -> Option<Message> {
        loop {
            if self.waiting.is_empty() {
                let message = self.arrived.recv().ok()?;
                self.receive(message);
            }
            while let Ok(message) = self.arrived.try_recv() {
                self.receive(message);
            }
            if let Some(message) = self.waiting.pop_front() {
                return Some(message);
            }
        }
    }

    fn receive(&mut self, message: Message) {
        match message {
            Message::Notification(told) if told.method == CancelNotification::METHOD.as_str() => {
                self.cancel(told);
            }
            other => self.waiting.push_back(other),
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
        let is_it = |message: &Message| matches!(message, Message::Request(request) if request.id == id);
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
        router::ask(&self.workspace, &self.client, request)
    }

    fn publish(&mut self) {
        for news in self.published.news(&self.workspace) {
            let method = gen_lsp_types::PublishDiagnosticsNotification::METHOD;
            let told = Notification::new(method.as_str().to_owned(), news);
            self.send(Message::Notification(told));
        }
    }

    fn send(&self, message: Message) {
        // A client that is gone is noticed where the next message is awaited.
        let _ = self.connection.sender.send(message);
    }
}
