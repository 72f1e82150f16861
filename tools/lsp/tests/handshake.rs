//! What a server and a client tell each other first, and requests that nobody waits for any more.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod desk;

use desk::{Desk, uri};
use insta::assert_snapshot;
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, Response};
use sayflow_lsp::serve;
use serde_json::{Value, json};

#[test]
fn what_the_server_offers() {
    let mut desk = Desk::idle();
    let answer = desk.ask("initialize", json!({"capabilities": {}}));
    assert_snapshot!(format!("{:#}", answer["capabilities"]));
}

#[test]
fn every_command_has_a_line_in_the_documentation() {
    let page = include_str!("../../../docs/language-server.md");
    let mut desk = Desk::idle();
    let answer = desk.ask("initialize", json!({"capabilities": {}}));
    let offered = &answer["capabilities"]["executeCommandProvider"]["commands"];
    for command in offered.as_array().unwrap() {
        let line = format!("\n| `{}` | ", command.as_str().unwrap());
        assert!(page.contains(&line), "{line}");
    }
}

#[test]
fn columns_are_bytes_only_where_the_client_knows_them() {
    let known = [
        (json!(["utf-8", "utf-16"]), "utf-8"),
        (json!(["utf-16"]), "utf-16"),
        (Value::Null, "utf-16"),
    ];
    for (known, chosen) in known {
        let mut desk = Desk::idle();
        let general = json!({"general": {"positionEncodings": known}});
        let answer = desk.ask("initialize", json!({"capabilities": general}));
        assert_eq!(answer["capabilities"]["positionEncoding"], chosen);
    }
}

fn request(id: i32, method: &str, params: Value) -> Message {
    Message::Request(Request::new(id.into(), method.to_owned(), params))
}

fn told(method: &str, params: Value) -> Message {
    Message::Notification(Notification::new(method.to_owned(), params))
}

/// All that the server says to messages that lie there before it looks at any.
fn conversation(hello: Value, messages: impl IntoIterator<Item = Message>) -> Vec<Message> {
    let (server, client) = Connection::memory();
    let first = [request(0, "initialize", hello), told("initialized", json!({}))];
    let last = [request(99, "shutdown", json!(null)), told("exit", json!(null))];
    for message in first.into_iter().chain(messages).chain(last) {
        client.sender.send(message).unwrap();
    }
    serve(server).unwrap();
    client.receiver.iter().collect()
}

#[test]
fn a_client_that_watches_files_is_asked_to() {
    let can = |can: bool| {
        let watching = json!({"didChangeWatchedFiles": {"dynamicRegistration": can}});
        json!({"capabilities": {"workspace": watching}})
    };
    // The client's answer to it is no request, and gets none.
    let agreed = Message::Response(Response::new_ok("watch".to_owned().into(), ()));
    let said = conversation(can(true), [agreed]);
    let asked: Vec<&Request> = said
        .iter()
        .filter_map(|message| match message {
            Message::Request(request) => Some(request),
            _ => None,
        })
        .collect();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].method, "client/registerCapability");
    let registration = &asked[0].params["registrations"][0];
    assert_eq!(registration["method"], "workspace/didChangeWatchedFiles");
    assert_eq!(
        registration["registerOptions"],
        json!({"watchers": [{"globPattern": "**/*.flow"}]})
    );
    let said = conversation(can(false), []);
    assert!(!said.iter().any(|message| matches!(message, Message::Request(_))));
}

/// The answer to a request: its result, or the code of the error.
fn answer(said: &[Message], id: i32) -> Result<Value, i32> {
    let mut answers = said.iter().filter_map(|message| match message {
        Message::Response(response) if response.id == id.into() => Some(response.clone()),
        _ => None,
    });
    let answer = answers.next().unwrap();
    assert!(answers.next().is_none(), "one answer each");
    answer.response_result.map_err(|error| error.code)
}

#[test]
fn a_waiting_request_that_is_cancelled_is_not_worked_on() {
    // While all of this is read, what lies behind it has long arrived.
    let sequence = |number: u32| format!("sequence s{number} {{\n  text \"Hi\"\n}}\n");
    let text: String = (0..3000).map(sequence).collect();
    let document = json!({"uri": uri("a.flow"), "languageId": "sayflow", "version": 1, "text": text});
    let symbols = json!({"textDocument": {"uri": uri("a.flow")}});
    let said = conversation(
        json!({"capabilities": {}}),
        [
            told("textDocument/didOpen", json!({"textDocument": document})),
            request(1, "textDocument/documentSymbol", symbols.clone()),
            request(2, "textDocument/documentSymbol", symbols.clone()),
            told("$/cancelRequest", json!({"id": 1})),
            // One that nobody asked, one of another kind, and no message at all.
            told("$/cancelRequest", json!({"id": 7})),
            told("$/cancelRequest", json!({"id": "2"})),
            told("$/cancelRequest", json!({"nonsense": 2})),
        ],
    );
    assert_eq!(answer(&said, 1), Err(ErrorCode::RequestCanceled as i32));
    assert_eq!(answer(&said, 2).unwrap()[0]["name"], "s0");
}

#[test]
fn what_is_asked_after_the_shutdown_is_refused() {
    let late = request(1, "workspace/symbol", json!({"query": ""}));
    let said = conversation(
        json!({"capabilities": {}}),
        [request(2, "shutdown", json!(null)), late],
    );
    assert_eq!(answer(&said, 1), Err(ErrorCode::InvalidRequest as i32));
}

#[test]
fn what_comes_before_the_greeting_is_refused_in_words() {
    let early = [
        request(
            1,
            "textDocument/hover",
            json!({"textDocument": {"uri": uri("a.flow")}}),
        ),
        told("textDocument/didSave", json!({})),
        request(2, "initialize", json!({"capabilities": 7})),
    ];
    let (server, client) = Connection::memory();
    for message in early {
        client.sender.send(message).unwrap();
    }
    let thread = std::thread::spawn(move || serve(server));
    // It is there for the next one after each.
    let hello = request(3, "initialize", json!({"capabilities": {}}));
    client.sender.send(hello).unwrap();
    let said = client.receiver.iter().take(3).map(|message| match message {
        Message::Response(response) => match response.response_result {
            Ok(hello) => format!("{}: {}\n", response.id, hello["serverInfo"]["name"]),
            Err(error) => format!("{}: {} {}\n", response.id, error.code, error.message),
        },
        other => format!("{other:?}\n"),
    });
    let mut said: String = said.collect();
    client.sender.send(told("exit", json!(null))).unwrap();
    said += &thread.join().unwrap().unwrap_err().to_string();
    assert_snapshot!(said);
}

#[test]
fn a_client_that_leaves_before_the_greeting() {
    let (server, client) = Connection::memory();
    client.sender.send(told("exit", json!(null))).unwrap();
    assert_snapshot!(serve(server).unwrap_err().to_string(), @"the client left before it sent a proper `initialize`");
}
