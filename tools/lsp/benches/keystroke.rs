//! What a letter costs an author in a large flow: 5,000 sequences in fifty files.
//!
//! The whole way is timed: the message of the editor, the flow with the letter in it, every finding, and the message
//! that shows them. Beside it stands a check of the same flow from its texts.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a bench may fail")]

#[path = "../../../benches/flows/mod.rs"]
mod flows;
#[path = "../../../benches/ratio/mod.rs"]
mod ratio;

use std::hint::black_box;

use lsp_server::{Connection, Message, Notification, Request};
use sayflow::{Source, check};
use serde_json::{Value, json};

use ratio::compare;

const SEQUENCES: usize = 5_000;
/// The file that is edited; the first holds what the others share.
const EDITED: usize = 25;

fn main() {
    let flow = flows::flow(SEQUENCES);
    assert_eq!(flows::program(&flow).sequences().count(), SEQUENCES);
    let whole = || {
        let sources = flow.iter().map(|file| Source::new(file.name(), file.text()));
        drop(black_box(check(sources)));
    };

    let mut editor = Editor::open(&flow);
    let text = flow.get(EDITED).unwrap().text();
    let in_a_text = place(text, "You have {{points}}");
    compare(
        "lsp/a letter in a text to a full check",
        0.1,
        || editor.toggle(in_a_text),
        whole,
    );
    let in_a_name = place(text, " {\n  if points");
    compare(
        "lsp/a letter in a name to a full check",
        0.1,
        || editor.toggle(in_a_name),
        whole,
    );
    // The worst there is: from one letter to the next every sequence of the flow has findings, or none.
    let in_a_declaration = place(flow.first().unwrap().text(), ": number");
    let mut shared = Editor { file: 0, ..editor };
    compare(
        "lsp/a letter in what all name to a full check",
        1.25,
        || shared.toggle(in_a_declaration),
        whole,
    );
    let mut editor = Editor {
        file: EDITED,
        ..shared
    };

    let attribute = place(text, "points}}");
    compare(
        "lsp/completion of an attribute to a full check",
        0.01,
        || editor.complete(attribute),
        whole,
    );
    let target = place(text, "topic_2401\n");
    compare(
        "lsp/completion of a sequence to a full check",
        0.01,
        || editor.complete(target),
        whole,
    );
}

/// Line and column where a piece of a text begins first; both in ASCII.
fn place(text: &str, piece: &str) -> (usize, usize) {
    let before = text.split_once(piece).unwrap().0;
    (
        before.matches('\n').count(),
        before.rsplit('\n').next().unwrap().len(),
    )
}

/// An editor with every file of a flow open.
struct Editor {
    client: Connection,
    file: usize,
    version: i32,
    asked: i32,
    is_typed: bool,
}

impl Editor {
    fn open(flow: &[Source]) -> Self {
        let (server, client) = Connection::memory();
        std::thread::spawn(move || sayflow_lsp::serve(server).unwrap());
        let mut editor = Self {
            client,
            file: EDITED,
            version: 1,
            asked: 0,
            is_typed: false,
        };
        let folders = json!([{"uri": "file:///flow", "name": "flow"}]);
        editor.ask(
            "initialize",
            &json!({"capabilities": {}, "workspaceFolders": folders}),
        );
        editor.tell("initialized", json!({}));
        for (at, file) in flow.iter().enumerate() {
            let document =
                json!({"uri": uri(at), "languageId": "sayflow", "version": 1, "text": file.text()});
            editor.tell("textDocument/didOpen", json!({"textDocument": document}));
            editor.wait_for_findings(at);
        }
        editor
    }

    /// Types a letter, or takes it back the next time, and waits for the findings.
    fn toggle(&mut self, (line, column): (usize, usize)) {
        let end = column + usize::from(self.is_typed);
        let text = if self.is_typed { "" } else { "x" };
        self.is_typed = !self.is_typed;
        self.version += 1;
        let range =
            json!({"start": {"line": line, "character": column}, "end": {"line": line, "character": end}});
        let document = json!({"uri": uri(self.file), "version": self.version});
        let changes = json!([{"range": range, "text": text}]);
        self.tell(
            "textDocument/didChange",
            json!({"textDocument": document, "contentChanges": changes}),
        );
        self.wait_for_findings(self.file);
    }

    fn complete(&mut self, (line, column): (usize, usize)) {
        let position = json!({"line": line, "character": column});
        let params = json!({"textDocument": {"uri": uri(self.file)}, "position": position});
        let offers = self.ask("textDocument/completion", &params);
        let items = offers.get("items").unwrap_or(&offers).as_array().unwrap();
        assert!(!items.is_empty());
    }

    fn tell(&self, method: &str, params: Value) {
        let told = Notification::new(method.to_owned(), params);
        self.client.sender.send(Message::Notification(told)).unwrap();
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.asked += 1;
        let request = Request::new(self.asked.into(), method.to_owned(), params);
        self.client.sender.send(Message::Request(request)).unwrap();
        loop {
            match self.client.receiver.recv().unwrap() {
                Message::Response(response) => return response.response_result.unwrap(),
                Message::Notification(_) => {}
                Message::Request(asked) => panic!("{}", asked.method),
            }
        }
    }

    /// Waits until the findings of a file are told for the text that it has now.
    fn wait_for_findings(&self, file: usize) {
        loop {
            let Message::Notification(told) = self.client.receiver.recv().unwrap() else {
                continue;
            };
            if told.params.get("uri").and_then(Value::as_str) == Some(&uri(file)) {
                return;
            }
        }
    }
}

fn uri(file: usize) -> String {
    format!("file:///flow/{file:02}.flow")
}
