//! An editor for tests: files with a cursor go in, what the server says is drawn under the text.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]
#![allow(dead_code, reason = "no test uses all of it")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::thread::JoinHandle;

use lsp_server::{Connection, Message, Notification, Request, Response};
use sayflow_lsp::{Stopped, serve};
use serde_json::{Value, json};

/// Where the cursor is, or two for the ends of a selection.
const CURSOR: &str = "$0";

/// The folder of the flow; it is on no disk.
const ROOT: &str = "file:///flows/shop";

/// An editor with its documents and the server behind it.
pub(crate) struct Desk {
    client: Connection,
    server: JoinHandle<Result<(), Stopped>>,
    asked: i32,
    /// The texts as the editor has them, by name.
    pub(crate) texts: BTreeMap<String, String>,
    /// What the server said last about each file, by name.
    pub(crate) findings: BTreeMap<String, Vec<Value>>,
    /// Name and position of each cursor.
    pub(crate) cursors: Vec<(String, Value)>,
    /// What the server told the person: the kind of message, and its words.
    pub(crate) messages: Vec<(u64, String)>,
    /// What it wrote into the log.
    pub(crate) logs: Vec<String>,
}

impl Desk {
    /// A desk without documents whose client counts columns in bytes.
    pub(crate) fn new() -> Self {
        Self::with(json!({
            "capabilities": {
                "general": {"positionEncodings": ["utf-8", "utf-16"]},
                "textDocument": {"completion": {"completionItem": {"snippetSupport": true}}},
            },
            "workspaceFolders": [{"uri": ROOT, "name": "shop"}],
        }))
    }

    /// A desk whose client has not said anything yet.
    pub(crate) fn idle() -> Self {
        let (server, client) = Connection::memory();
        Self {
            client,
            server: std::thread::spawn(move || serve(server)),
            asked: 0,
            texts: BTreeMap::new(),
            findings: BTreeMap::new(),
            cursors: Vec::new(),
            messages: Vec::new(),
            logs: Vec::new(),
        }
    }

    /// A desk with a greeting of the test's own.
    pub(crate) fn with(hello: Value) -> Self {
        let mut desk = Self::idle();
        desk.ask("initialize", hello);
        desk.tell("initialized", json!({}));
        desk
    }

    /// A desk with files: each begins with a line `== name`, but for the first of them, which may be
    /// `shop.flow` without saying so.
    pub(crate) fn of(fixture: &str) -> Self {
        let mut desk = Self::new();
        let mut files: Vec<(String, String)> = Vec::new();
        for line in fixture.split_inclusive('\n') {
            match line.strip_prefix("== ") {
                Some(name) => files.push((name.trim().to_owned(), String::new())),
                None => {
                    if files.is_empty() {
                        files.push(("shop.flow".to_owned(), String::new()));
                    }
                    files.last_mut().unwrap().1.push_str(line);
                }
            }
        }
        for (name, mut text) in files {
            while let Some(at) = text.find(CURSOR) {
                text.replace_range(at..at + CURSOR.len(), "");
                let line = text[..at].matches('\n').count();
                let column = at - text[..at].rfind('\n').map_or(0, |end| end + 1);
                desk.cursors
                    .push((name.clone(), json!({"line": line, "character": column})));
            }
            desk.open(&name, &text);
        }
        desk
    }

    pub(crate) fn open(&mut self, name: &str, text: &str) {
        self.texts.insert(name.to_owned(), text.to_owned());
        let document = json!({"uri": uri(name), "languageId": "sayflow", "version": 1, "text": text});
        self.tell("textDocument/didOpen", json!({"textDocument": document}));
    }

    pub(crate) fn tell(&mut self, method: &str, params: Value) {
        let told = Notification::new(method.to_owned(), params);
        self.client.sender.send(Message::Notification(told)).unwrap();
    }

    /// Asks and waits for the answer.
    pub(crate) fn try_ask(&mut self, method: &str, params: Value) -> Result<Value, String> {
        self.asked += 1;
        let request = Request::new(self.asked.into(), method.to_owned(), params);
        self.client.sender.send(Message::Request(request)).unwrap();
        loop {
            match self.client.receiver.recv().unwrap() {
                Message::Response(Response {
                    id, response_result, ..
                }) => {
                    assert_eq!(id, self.asked.into());
                    return response_result.map_err(|error| error.message);
                }
                Message::Notification(told) => self.hear(&told),
                Message::Request(asked) => panic!("{}", asked.method),
            }
        }
    }

    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Value {
        self.try_ask(method, params).unwrap()
    }

    /// Asks about the place of the first cursor.
    pub(crate) fn ask_at_cursor(&mut self, method: &str, more: Value) -> Result<Value, String> {
        let (name, position) = self.cursors[0].clone();
        let mut params = json!({"textDocument": {"uri": uri(&name)}, "position": position});
        params
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        self.try_ask(method, params)
    }

    /// Waits until everything told so far was heard, and what there is to say about it.
    pub(crate) fn settle(&mut self) {
        // What is found is told when nothing waits; so the second answer comes behind it.
        for _ in 0..2 {
            let _ = self.try_ask("sayflow/nothing", json!({}));
        }
    }

    /// Waits until the server tells the person something.
    pub(crate) fn wait_for_message(&mut self) -> (u64, String) {
        while self.messages.is_empty() {
            match self.client.receiver.recv().unwrap() {
                Message::Notification(told) => self.hear(&told),
                other => panic!("{other:?}"),
            }
        }
        self.messages.remove(0)
    }

    fn hear(&mut self, told: &Notification) {
        let params = &told.params;
        let words = || params["message"].as_str().unwrap().to_owned();
        match told.method.as_str() {
            "window/showMessage" => self.messages.push((params["type"].as_u64().unwrap(), words())),
            "window/logMessage" => self.logs.push(words()),
            method => {
                assert_eq!(method, "textDocument/publishDiagnostics");
                let found = params["diagnostics"].as_array().unwrap().clone();
                let name = name(params["uri"].as_str().unwrap());
                self.findings.insert(name, found);
            }
        }
    }

    /// Every finding, drawn with its words and other places.
    pub(crate) fn draw_findings(&self) -> String {
        let mut all = String::new();
        for (file, findings) in &self.findings {
            for finding in findings {
                let head = format!("{} {}", finding["severity"], finding["code"].as_str().unwrap());
                all += &self.draw(file, &finding["range"], &head);
                let message = finding["message"].as_str().unwrap();
                all.extend(message.lines().map(|line| format!("    {line}\n")));
                for related in finding["relatedInformation"].as_array().into_iter().flatten() {
                    let location = &related["location"];
                    let other = name(location["uri"].as_str().unwrap());
                    let words = related["message"].as_str().unwrap();
                    all += &self.draw(&other, &location["range"], words);
                }
            }
        }
        all
    }

    /// Leaves as clients should.
    pub(crate) fn leave(mut self) -> Result<(), Stopped> {
        self.ask("shutdown", json!(null));
        self.tell("exit", json!(null));
        self.join()
    }

    /// How the server ended.
    pub(crate) fn join(self) -> Result<(), Stopped> {
        self.server.join().unwrap()
    }

    /// A range with words behind it, under the lines of its file.
    pub(crate) fn draw(&self, name: &str, range: &Value, words: &str) -> String {
        let text = self.texts.get(name).map_or("", String::as_str);
        let number = |at: &str| range.pointer(at).and_then(Value::as_u64).unwrap() as usize;
        let (first, from) = (number("/start/line"), number("/start/character"));
        let (last, to) = (number("/end/line"), number("/end/character"));
        let line = text.split('\n').nth(first).unwrap_or_default();
        let pad = " ".repeat(line.get(..from).unwrap_or_default().chars().count());
        let mut drawn = format!("{name}:{}\n  {line}\n", first + 1);
        if first == last {
            let marked = line.get(from..to).unwrap_or_default().chars().count();
            let marks = if marked == 0 {
                "|".to_owned()
            } else {
                "^".repeat(marked)
            };
            writeln!(drawn, "  {pad}{marks} {words}").unwrap();
        } else {
            writeln!(drawn, "  {pad}^ to {}:{} {words}", last + 1, to + 1).unwrap();
        }
        drawn
    }

    /// The place of the first cursor, drawn.
    pub(crate) fn draw_cursor(&self) -> String {
        let (name, position) = &self.cursors[0];
        self.draw(name, &json!({"start": position, "end": position}), "")
    }

    /// Every location of an answer, drawn in the order of the files.
    pub(crate) fn draw_locations(&self, locations: &Value) -> String {
        let mut drawn: Vec<(String, u64, String)> = Vec::new();
        for location in locations.as_array().into_iter().flatten() {
            let name = name(location["uri"].as_str().unwrap());
            let line = location["range"]["start"]["line"].as_u64().unwrap();
            let here = self.draw(&name, &location["range"], "");
            drawn.push((name, line, here));
        }
        drawn.sort();
        drawn.into_iter().map(|(.., here)| here).collect()
    }

    /// The actions that are offered for what is between the first cursor and the last.
    pub(crate) fn actions(&mut self) -> Vec<Value> {
        let (name, start) = self.cursors.first().unwrap().clone();
        let (_, end) = self.cursors.last().unwrap().clone();
        let params = json!({
            "textDocument": {"uri": uri(&name)}, "range": {"start": start, "end": end},
            "context": {"diagnostics": []},
        });
        let answer = self.ask("textDocument/codeAction", params);
        answer.as_array().unwrap().clone()
    }

    /// The place of the cursor with the titles of what is offered there, and the first offer whose title
    /// begins so; null where there is none.
    pub(crate) fn menu(&mut self, title: &str) -> (String, Value) {
        let actions = self.actions();
        let (name, start) = self.cursors.first().unwrap().clone();
        let (_, end) = self.cursors.last().unwrap().clone();
        let mut drawn = self.draw(&name, &json!({"start": start, "end": end}), "");
        for action in &actions {
            writeln!(drawn, "    * {}", action["title"].as_str().unwrap()).unwrap();
        }
        let mut titled = actions
            .iter()
            .filter(|it| it["title"].as_str().unwrap().starts_with(title));
        (drawn, titled.next().cloned().unwrap_or_default())
    }

    /// Every finding, or those that are errors: file, code and fact of each.
    pub(crate) fn found(&self, only_errors: bool) -> Vec<String> {
        let of_file = |(name, found): (&String, &Vec<Value>)| -> Vec<String> {
            let wanted = found.iter().filter(|it| !only_errors || it["severity"] == 1);
            let lines = wanted.map(|it| {
                let message = it["message"].as_str().unwrap();
                let fact = message.lines().next().unwrap();
                format!("{name}: {}: {fact}", it["code"].as_str().unwrap())
            });
            lines.collect()
        };
        self.findings.iter().flat_map(of_file).collect()
    }

    /// Makes the edits of a workspace edit in the editor, tells the server, and waits for what it finds.
    pub(crate) fn make(&mut self, edit: &Value) {
        for (name, text) in self.files_of(edit) {
            let document = json!({"uri": uri(&name), "version": 2});
            let changes = json!([{"text": text}]);
            self.texts.insert(name, text);
            self.tell(
                "textDocument/didChange",
                json!({"textDocument": document, "contentChanges": changes}),
            );
        }
        self.settle();
    }

    /// The files that a workspace edit changes, as it leaves them.
    fn files_of(&self, edit: &Value) -> BTreeMap<String, String> {
        let by_address = edit["changes"].as_object().into_iter().flatten();
        let by_address = by_address.map(|(uri, edits)| (uri.as_str(), edits));
        let documents = edit["documentChanges"].as_array().into_iter().flatten();
        let by_document = documents.map(|document| {
            (
                document["textDocument"]["uri"].as_str().unwrap(),
                &document["edits"],
            )
        });
        let all = by_address.chain(by_document);
        all.map(|(uri, edits)| {
            let name = name(uri);
            let text = apply(&self.texts[&name], edits);
            (name, text)
        })
        .collect()
    }

    /// The files that a workspace edit changes, written out.
    pub(crate) fn edited(&self, edit: &Value) -> String {
        let files = self.files_of(edit);
        let mut written = String::new();
        for (name, text) in files {
            write!(written, "== {name}\n{text}").unwrap();
        }
        written
    }
}

/// The text with edits made; their columns are bytes.
pub(crate) fn apply(text: &str, edits: &Value) -> String {
    let starts: Vec<usize> = std::iter::once(0)
        .chain(text.match_indices('\n').map(|(at, _)| at + 1))
        .collect();
    let offset = |position: &Value| {
        let line = position["line"].as_u64().unwrap() as usize;
        let column = position["character"].as_u64().unwrap() as usize;
        starts.get(line).map_or(text.len(), |start| start + column)
    };
    let mut edits: Vec<(usize, usize, &str)> = edits
        .as_array()
        .unwrap()
        .iter()
        .map(|edit| {
            let range = &edit["range"];
            let new = edit["newText"].as_str().unwrap();
            (offset(&range["start"]), offset(&range["end"]), new)
        })
        .collect();
    edits.sort();
    let mut edited = text.to_owned();
    for (start, end, new) in edits.into_iter().rev() {
        edited.replace_range(start..end, new);
    }
    edited
}

pub(crate) fn uri(name: &str) -> String {
    format!("{ROOT}/{name}")
}

/// The name of a file of the flow; any other address as it is.
pub(crate) fn name(uri: &str) -> String {
    uri.strip_prefix(ROOT).map_or(uri, |rest| &rest[1..]).to_owned()
}
