//! What is found, as an editor shows it: on each change, in every file, with its other places.

mod desk;

use desk::{Desk, uri};
use insta::assert_snapshot;
use lsp_server::{Connection, Message, Notification, Request};
use serde_json::{Value, json};

fn drawn(desk: &mut Desk) -> String {
    desk.settle();
    desk.draw_findings()
}

#[test]
fn a_finding_with_its_other_places() {
    let mut desk = Desk::of(
        "on start {\n  goto hourss\n}\n== cafe.flow\nsequence hours {\n  text \"Nine.\"\n}\n\
         == shop_hours.flow\nsequence hours {\n  text \"Ten.\"\n}\n",
    );
    assert_snapshot!(drawn(&mut desk));
    let finding = &desk.findings["shop.flow"][0];
    let page = finding["codeDescription"]["href"].as_str().unwrap();
    assert!(
        page.ends_with("docs/diagnostics.md#checkunknown_sequence"),
        "{page}"
    );
}

#[test]
fn a_change_is_checked_with_all_files() {
    let mut desk =
        Desk::of("on start {\n  goto hours\n}\n== hours.flow\nsequence hours {\n  text \"é😀\"\n}\n");
    assert_eq!(drawn(&mut desk), "");
    let range = json!({"start": {"line": 0, "character": 9}, "end": {"line": 0, "character": 14}});
    let change = json!({"range": range, "text": "offers"});
    let document = json!({"uri": uri("hours.flow"), "version": 2});
    desk.tell(
        "textDocument/didChange",
        json!({"textDocument": document, "contentChanges": [change]}),
    );
    desk.texts.insert(
        "hours.flow".to_owned(),
        "sequence offers {\n  text \"é😀\"\n}\n".to_owned(),
    );
    assert_snapshot!(drawn(&mut desk));
    let whole = json!({"text": "sequence hours {\n  text \"Ten.\"\n}\n"});
    let document = json!({"uri": uri("hours.flow"), "version": 3});
    desk.tell(
        "textDocument/didChange",
        json!({"textDocument": document, "contentChanges": [whole]}),
    );
    assert_eq!(drawn(&mut desk), "");
}

#[test]
fn a_client_that_says_nothing_counts_in_utf_16() {
    let mut desk = Desk::with(json!({"capabilities": {}}));
    let text = "on start {\n  text \"😀😀 {{nam}}\"\n}\n";
    desk.open("alone.flow", text);
    desk.settle();
    let range = &desk.findings["alone.flow"][0]["range"];
    let start = text.lines().nth(1).unwrap().find("nam").unwrap() as u64;
    // Each emoji has four bytes, and two units of UTF-16.
    assert_eq!(range["start"], json!({"line": 1, "character": start - 4}));
}

#[test]
fn what_is_closed_is_read_from_the_disk() {
    let folder = std::env::temp_dir().join(format!("sayflow-lsp-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let hours = folder.join("hours.flow");
    std::fs::write(&hours, "sequence hours {\n  text \"Ten.\"\n}\n").unwrap();
    std::fs::write(folder.join("shop.flow"), "on start {\n  goto hours\n}\n").unwrap();
    let root = format!("file://{}", folder.display());
    let mut desk = Desk::with(json!({
        "capabilities": {}, "workspaceFolders": [{"uri": root, "name": "shop"}],
    }));
    desk.settle();
    assert!(desk.findings.is_empty(), "{:?}", desk.findings);
    let address = format!("{root}/hours.flow");
    let document = json!({"uri": address, "languageId": "sayflow", "version": 1, "text": ""});
    desk.tell("textDocument/didOpen", json!({"textDocument": document}));
    desk.settle();
    let at_shop = format!("{root}/shop.flow");
    assert_eq!(desk.findings[&at_shop].len(), 1, "the editor's text wins");
    desk.tell("textDocument/didClose", json!({"textDocument": {"uri": address}}));
    desk.settle();
    assert_eq!(desk.findings[&at_shop], Vec::<Value>::new());
    std::fs::remove_file(&hours).unwrap();
    let changes = json!([{"uri": address, "type": 3}]);
    desk.tell("workspace/didChangeWatchedFiles", json!({"changes": changes}));
    desk.settle();
    assert_eq!(desk.findings[&at_shop].len(), 1, "the file is gone");
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(desk.leave().is_ok());
}

#[test]
fn what_is_opened_as_it_lies_on_the_disk_is_told_again() {
    let folder = std::env::temp_dir().join(format!("sayflow-lsp-again-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let text = "on start {\n  goto hours\n}\n";
    std::fs::write(folder.join("shop.flow"), text).unwrap();
    let root = format!("file://{}", folder.display());
    let at_shop = format!("{root}/shop.flow");
    let mut desk = Desk::with(json!({
        "capabilities": {}, "workspaceFolders": [{"uri": root, "name": "shop"}],
    }));
    desk.settle();
    assert_eq!(desk.findings[&at_shop].len(), 1);
    let document = json!({"uri": at_shop, "languageId": "sayflow", "version": 1, "text": text});
    for _ in 0..2 {
        // Emacs forgets what it was told of a file that it had not open.
        desk.findings.clear();
        desk.tell("textDocument/didOpen", json!({"textDocument": document}));
        desk.settle();
        assert_eq!(desk.findings[&at_shop].len(), 1);
        desk.tell("textDocument/didClose", json!({"textDocument": {"uri": at_shop}}));
        desk.settle();
    }
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(desk.leave().is_ok());
}

#[test]
fn a_client_may_speak_before_it_says_that_it_is_ready() {
    let (server, client) = Connection::memory();
    let thread = std::thread::spawn(move || sayflow_lsp::serve(server));
    let ask = |id: i32, method: &str, params| {
        let request = Request::new(id.into(), method.to_owned(), params);
        client.sender.send(Message::Request(request)).unwrap();
    };
    let tell = |method: &str, params| {
        let told = Notification::new(method.to_owned(), params);
        client.sender.send(Message::Notification(told)).unwrap();
    };
    ask(1, "initialize", json!({"capabilities": {}}));
    tell("$/setTrace", json!({"value": "off"}));
    tell("initialized", json!({}));
    ask(2, "shutdown", json!(null));
    tell("exit", json!(null));
    assert!(thread.join().unwrap().is_ok());
}

#[test]
fn leaving_without_a_word_is_an_error() {
    let mut desk = Desk::new();
    desk.tell("exit", json!(null));
    assert!(desk.join().is_err());
}
