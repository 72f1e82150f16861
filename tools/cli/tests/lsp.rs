//! `sayflow lsp` as an editor starts it: over the standard streams, calling APIs by the tool itself.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot talk to the server has failed"
)]

mod server;

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use server::serve;

const FLOW: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/flows/endpoints");

/// An editor: messages with their length before them.
struct Editor {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Editor {
    fn start(options: &Value) -> Self {
        let mut child = Command::new(snapbox::cmd::cargo_bin!("sayflow"))
            .arg("lsp")
            .env("SHOP_TOKEN", "s3cr/t &")
            .env("CLICOLOR_FORCE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut editor = Self {
            input: child.stdin.take().expect("an input"),
            output: BufReader::new(child.stdout.take().expect("an output")),
            child,
        };
        let folders = json!([{"uri": format!("file://{FLOW}"), "name": "shop"}]);
        editor.ask(
            "initialize",
            json!({"capabilities": {}, "workspaceFolders": folders, "initializationOptions": options}),
        );
        editor.send(json!({"method": "initialized", "params": {}}));
        editor
    }

    fn send(&mut self, mut message: Value) {
        message["jsonrpc"] = json!("2.0");
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("the server reads");
        self.input.flush().expect("the server reads");
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.output.read_line(&mut line).expect("a head");
            match line.trim().strip_prefix("Content-Length:") {
                Some(value) => length = value.trim().parse().expect("a length"),
                None if line.trim().is_empty() => break,
                None => {}
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).expect("a body");
        serde_json::from_slice(&body).expect("JSON")
    }

    /// Waits for the message that fits.
    fn wait(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.receive();
            if is_it(&message) {
                return message;
            }
        }
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.send(json!({"id": 1, "method": method, "params": params}));
        self.wait(|message| message["id"] == 1)
    }

    fn call(&mut self, api: &str) -> Value {
        let arguments = json!([format!("file://{FLOW}/shop.flow"), api]);
        let params = json!({"command": "sayflow.call", "arguments": arguments});
        self.ask("workspace/executeCommand", params)
    }

    /// What is written into the log, and what the person is told.
    fn ended(&mut self) -> (String, String) {
        let log = self.wait(|message| message["method"] == "window/logMessage");
        let told = self.wait(|message| message["method"] == "window/showMessage");
        let words = |message: &Value| message["params"]["message"].as_str().expect("words").to_owned();
        (words(&log), words(&told))
    }

    fn leave(mut self) {
        self.ask("shutdown", json!(null));
        self.send(json!({"method": "exit"}));
        assert!(self.child.wait().expect("it ends").success());
    }
}

#[test]
fn an_api_is_called_where_the_editor_says_its_server_is() {
    const REPLY: &str = r#"{"success": true, "data": "Shipped of s3cr/t &"}"#;
    let server = serve([("200 OK", REPLY), ("503 Busy", "no")]);
    let mut editor = Editor::start(&json!({"servers": {"shop": format!("{}/v1", server.url)}}));
    assert_eq!(editor.call("place_order")["result"], Value::Null);
    let (log, told) = editor.ended();
    assert_eq!(told, "`place_order`: ok");
    assert!(log.contains("HTTP 200 in "), "{log}");
    assert!(!log.contains("s3cr/t") && !log.contains('\u{1b}'), "{log}");
    editor.call("place_order");
    assert_eq!(editor.ended().1, "`place_order`: status, HTTP 503");
    assert!(server.received()[0].starts_with("POST /v1/orders HTTP/1.1\r\n"));
    editor.leave();
}

#[test]
fn a_call_of_unsaved_text_says_so() {
    let server = serve([("200 OK", r#"{"success": true, "data": "Shipped"}"#)]);
    let mut editor = Editor::start(&json!({"servers": {"shop": format!("{}/v1", server.url)}}));
    let saved = std::fs::read_to_string(format!("{FLOW}/shop.flow")).expect("a flow");
    let document = json!({
        "uri": format!("file://{FLOW}/shop.flow"), "languageId": "sayflow", "version": 1,
        "text": format!("// One more line.\n{saved}"),
    });
    editor.send(json!({"method": "textDocument/didOpen", "params": {"textDocument": document}}));
    editor.call("place_order");
    assert_eq!(
        editor.ended().1,
        "`place_order`: ok; one file has changes that are not saved, and the call was made without them"
    );
    editor.leave();
}

#[test]
fn what_cannot_be_called_is_refused_with_words() {
    let mut editor = Editor::start(&json!({}));
    let refused = editor.call("order_state");
    assert_eq!(
        refused["error"]["message"],
        "the flow has no API `order_state`: did you mean `order_status`?"
    );
    editor.leave();
}

#[test]
fn a_call_that_the_tool_refuses_says_why() {
    let mut editor = Editor::start(&json!({"servers": {"shap": "http://127.0.0.1:1"}}));
    editor.call("order_status");
    let (_, told) = editor.ended();
    assert_eq!(
        told,
        "`order_status` was not called: the flow has no server `shap`: did you mean `shop`?"
    );
    editor.leave();
}

#[test]
fn what_is_no_json_is_answered_and_the_server_goes_on() {
    let mut editor = Editor::start(&json!({}));
    write!(editor.input, "Content-Length: 5\r\n\r\nhello").expect("the server reads");
    let answer = editor.wait(|message| message.get("error").is_some());
    assert_eq!(
        (&answer["id"], &answer["error"]["code"]),
        (&Value::Null, &json!(-32700))
    );
    // An editor that counts in UTF-16 has cut a character in two.
    let document =
        r#"{"uri":"file:///a.flow","languageId":"sayflow","version":1,"text":"// \ud83d\nnonsense\n"}"#;
    let opened = format!(
        r#"{{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{{"textDocument":{document}}}}}"#
    );
    write!(editor.input, "Content-Length: {}\r\n\r\n{opened}", opened.len()).expect("the server reads");
    let told = editor.wait(|message| message["params"]["uri"] == "file:///a.flow");
    assert_eq!(told["method"], "textDocument/publishDiagnostics");
    editor.leave();
}

#[test]
fn what_has_no_head_ends_the_server_with_its_form() {
    let mut told = String::new();
    for (what, sent) in [
        ("no head", "hello\r\n\r\n"),
        ("half a body", "Content-Length: 50\r\n\r\n{}"),
    ] {
        let mut editor = Editor::start(&json!({}));
        write!(editor.input, "{sent}").expect("the server reads");
        let Editor { child, input, .. } = editor;
        drop(input);
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        // The word before it is coloured.
        let (_, reason) = said.rsplit_once("\u{1b}[0m ").expect("a reason");
        told += &format!("{what}: {reason}");
    }
    snapbox::assert_data_eq!(
        told,
        snapbox::str![[r#"
no head: the client sent what is no message: one begins with `Content-Length: BYTES` and an empty line, both ended by CR LF, and goes on with so many bytes of JSON-RPC
half a body: the client left in the middle of a message, or its `Content-Length` is too large

"#]]
    );
}
