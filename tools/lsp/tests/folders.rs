//! Which files are one flow: folders that come and go, repositories with several flows, files on the disk.

mod desk;

use std::fs;
use std::path::{Path, PathBuf};

use desk::Desk;
use serde_json::{Value, json};

/// A folder on the disk that is gone when the test is.
struct Folder(PathBuf);

impl Folder {
    /// A folder with files that each go to a sequence, and perhaps have one.
    fn with(name: &str, files: &[(&str, &str)]) -> Self {
        let folder = Self(std::env::temp_dir().join(format!("sayflow-lsp-{name}-{}", std::process::id())));
        let _ = fs::remove_dir_all(&folder.0);
        for (file, text) in files {
            folder.write(file, text);
        }
        folder
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.0.join(file);
        let _ = fs::create_dir_all(path.parent().unwrap_or(Path::new("")));
        let _ = fs::write(path, text);
    }

    fn remove(&self, file: &str) {
        let _ = fs::remove_file(self.0.join(file));
    }

    fn uri(&self, inside: &str) -> String {
        format!("file://{}/{inside}", self.0.display())
            .trim_end_matches('/')
            .to_owned()
    }

    /// The addresses of folders in this one as the protocol names them.
    fn folders(&self, names: &[&str]) -> Value {
        let folders = names
            .iter()
            .map(|name| json!({"uri": self.uri(name), "name": name}));
        folders.collect()
    }

    fn desk(&self, folders: &[&str]) -> Desk {
        Desk::with(json!({"capabilities": {}, "workspaceFolders": self.folders(folders)}))
    }

    /// The messages of all findings, with the file of each.
    fn findings(&self, desk: &mut Desk) -> Vec<String> {
        desk.settle();
        let root = self.uri("");
        let mut all = Vec::new();
        for (file, findings) in &desk.findings {
            let file = file.strip_prefix(&root).unwrap_or(file);
            for finding in findings {
                let message = finding["message"].as_str().and_then(|it| it.lines().next());
                all.push(format!("{file}: {}", message.unwrap_or_default()));
            }
        }
        all
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn open(desk: &mut Desk, uri: &str, text: &str) {
    let document = json!({"uri": uri, "languageId": "sayflow", "version": 1, "text": text});
    desk.tell("textDocument/didOpen", json!({"textDocument": document}));
}

fn watched(desk: &mut Desk, uri: &str, kind: u8) {
    let changes = json!([{"uri": uri, "type": kind}]);
    desk.tell("workspace/didChangeWatchedFiles", json!({"changes": changes}));
}

const CREATED: u8 = 1;
const CHANGED: u8 = 2;
const DELETED: u8 = 3;

const TO_MENU: &str = "on start {\n  goto menu\n}\n";
const MENU: &str = "sequence menu {\n  text \"Hi\"\n}\n";

#[test]
fn a_repository_with_several_flows_is_not_one_flow() {
    let folder = Folder::with(
        "several",
        &[
            ("examples/cafe/shop.flow", TO_MENU),
            ("examples/cafe/more/menu.flow", MENU),
            ("examples/hotel/shop.flow", TO_MENU),
            ("README.md", "No flow."),
        ],
    );
    let mut desk = folder.desk(&[""]);
    assert_eq!(
        folder.findings(&mut desk),
        ["/examples/hotel/shop.flow: unknown sequence `menu`"],
        "each has its own start, and the menu is the cafe's"
    );
}

#[test]
fn a_file_above_them_makes_one_flow_of_all() {
    let folder = Folder::with("above", &[("a/shop.flow", TO_MENU), ("b/menu.flow", MENU)]);
    let mut desk = folder.desk(&[""]);
    assert_eq!(
        folder.findings(&mut desk).len(),
        2,
        "no menu; a menu that nobody opens"
    );
    folder.write("words.flow", "on words \"hi\" {\n  goto menu\n}\n");
    watched(&mut desk, &folder.uri("words.flow"), CREATED);
    assert_eq!(folder.findings(&mut desk), Vec::<String>::new());
    folder.remove("words.flow");
    watched(&mut desk, &folder.uri("words.flow"), DELETED);
    assert_eq!(folder.findings(&mut desk).len(), 2);
    // The same for a file that only the editor has.
    open(
        &mut desk,
        &folder.uri("new.flow"),
        "on words \"hi\" {\n  goto menu\n}\n",
    );
    assert_eq!(folder.findings(&mut desk), Vec::<String>::new());
    let document = json!({"textDocument": {"uri": folder.uri("new.flow")}});
    desk.tell("textDocument/didClose", document);
    assert_eq!(folder.findings(&mut desk).len(), 2);
}

/// Nobody can wait for what is written into a pipe, or for the end of a device.
#[cfg(unix)]
#[test]
fn a_pipe_is_no_file_of_a_flow() {
    let folder = Folder::with("pipe", &[("shop.flow", TO_MENU)]);
    let pipe = folder.0.join("menu.flow");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.is_ok_and(|status| status.success()));
    // Whoever reads the pipe all the same finds the menu in it, and does not hang.
    std::thread::spawn(move || fs::write(pipe, MENU));
    let _ = std::os::unix::fs::symlink("/dev/zero", folder.0.join("zero.flow"));
    let mut desk = folder.desk(&[""]);
    for name in ["menu.flow", "zero.flow"] {
        watched(&mut desk, &folder.uri(name), CHANGED);
    }
    assert_eq!(
        folder.findings(&mut desk),
        ["/shop.flow: unknown sequence `menu`"]
    );
}

#[test]
fn what_a_test_goes_on_with_is_no_part_of_the_flow() {
    const TEST: &str = "test \"edited\" {\n  start\n  text \"Hi\"\n}\n";
    let folder = Folder::with(
        "edited",
        &[
            ("shop.flow", TO_MENU),
            ("menu.flow", MENU),
            ("shop.test.flow", TEST),
            ("later/menu.flow", MENU),
        ],
    );
    let mut desk = folder.desk(&[""]);
    assert!(
        folder.findings(&mut desk).iter().any(|it| it.contains("menu")),
        "two sequences of one name"
    );
    let text = TEST.replace("  start", "  flow \"later\"\n  start");
    open(&mut desk, &folder.uri("shop.test.flow"), &text);
    let found = folder.findings(&mut desk);
    assert!(found.iter().all(|it| it.starts_with("/later/")), "{found:?}");
}

#[test]
fn folders_come_and_go() {
    let folder = Folder::with("come", &[("a/shop.flow", TO_MENU), ("b/shop.flow", TO_MENU)]);
    let mut desk = folder.desk(&["a"]);
    assert_eq!(
        folder.findings(&mut desk),
        ["/a/shop.flow: unknown sequence `menu`"]
    );
    let event = json!({"added": folder.folders(&["b"]), "removed": folder.folders(&["a"])});
    desk.tell("workspace/didChangeWorkspaceFolders", json!({"event": event}));
    assert_eq!(
        folder.findings(&mut desk),
        ["/b/shop.flow: unknown sequence `menu`"]
    );
}

#[test]
fn a_root_is_a_folder_where_no_folders_are_named() {
    let folder = Folder::with("root", &[("shop.flow", TO_MENU), ("other/shop.flow", MENU)]);
    let (uri, path) = (folder.uri("other"), folder.0.join("other"));
    let found = |hello: Value| {
        let mut desk = Desk::with(hello);
        folder.findings(&mut desk)
    };
    let alone = ["/other/shop.flow: nothing opens sequence `menu`"];
    let greetings = [
        json!({"capabilities": {}, "workspaceFolders": [], "rootUri": uri}),
        json!({"capabilities": {}, "workspaceFolders": null, "rootUri": uri, "rootPath": "/elsewhere"}),
        json!({"capabilities": {}, "rootUri": null, "rootPath": path}),
        json!({"capabilities": {}, "workspaceFolders": folder.folders(&["other"]), "rootUri": folder.uri("")}),
    ];
    for hello in greetings {
        assert_eq!(found(hello.clone()), alone, "{hello}");
    }
    let none = json!({"capabilities": {}, "workspaceFolders": [], "rootUri": null, "rootPath": null});
    assert_eq!(found(none), Vec::<String>::new());
}

#[test]
fn documents_beside_each_other_are_a_flow_without_their_folder() {
    // What is on the disk is not read: nobody opened it.
    let folder = Folder::with("beside", &[("menu.flow", MENU)]);
    let mut desk = folder.desk(&[]);
    open(&mut desk, &folder.uri("shop.flow"), TO_MENU);
    let alone = ["/shop.flow: unknown sequence `menu`"];
    assert_eq!(folder.findings(&mut desk), alone);
    open(&mut desk, &folder.uri("more/menu.flow"), MENU);
    assert_eq!(folder.findings(&mut desk), Vec::<String>::new());
    // A name leads from one to the other.
    let place =
        json!({"textDocument": {"uri": folder.uri("shop.flow")}, "position": {"line": 1, "character": 8}});
    let found = desk.ask("textDocument/definition", place);
    assert_eq!(found[0]["uri"], folder.uri("more/menu.flow"));
    // What a test goes on with is another flow.
    let test = "test \"edited\" {\n  flow \"more\"\n  start\n  text \"Hi\"\n}\n";
    open(&mut desk, &folder.uri("a.test.flow"), test);
    assert!(folder.findings(&mut desk).contains(&alone[0].to_owned()));
    for closed in ["a.test.flow", "more/menu.flow"] {
        let document = json!({"textDocument": {"uri": folder.uri(closed)}});
        desk.tell("textDocument/didClose", document);
    }
    assert_eq!(folder.findings(&mut desk), alone);
    open(&mut desk, "untitled:Untitled-1", MENU);
    assert!(
        folder.findings(&mut desk).contains(&alone[0].to_owned()),
        "it lies nowhere"
    );
}

#[test]
fn documents_in_folders_beside_each_other_are_flows_of_their_own() {
    let folder = Folder::with("apart", &[]);
    let mut desk = folder.desk(&[]);
    open(&mut desk, &folder.uri("a/shop.flow"), TO_MENU);
    open(&mut desk, &folder.uri("b/menu.flow"), MENU);
    assert_eq!(
        folder.findings(&mut desk).len(),
        2,
        "no menu; a menu that nobody opens"
    );
}

#[test]
fn a_document_stays_when_its_folder_goes() {
    let folder = Folder::with("stays", &[("a/shop.flow", TO_MENU), ("a/menu.flow", MENU)]);
    let mut desk = folder.desk(&["a"]);
    open(&mut desk, &folder.uri("a/shop.flow"), TO_MENU);
    assert_eq!(folder.findings(&mut desk), Vec::<String>::new());
    let event = json!({"added": [], "removed": folder.folders(&["a"])});
    desk.tell("workspace/didChangeWorkspaceFolders", json!({"event": event}));
    assert_eq!(
        folder.findings(&mut desk),
        ["/a/shop.flow: unknown sequence `menu`"],
        "alone, it is a flow of one file"
    );
}

#[test]
fn what_changes_on_the_disk_is_read_but_for_what_is_open() {
    let folder = Folder::with("disk", &[("shop.flow", TO_MENU), ("menu.flow", MENU)]);
    let mut desk = folder.desk(&[""]);
    assert_eq!(folder.findings(&mut desk), Vec::<String>::new());
    folder.write("menu.flow", "sequence carte {\n  text \"Hi\"\n}\n");
    watched(&mut desk, &folder.uri("menu.flow"), CHANGED);
    assert_eq!(
        folder.findings(&mut desk),
        ["/shop.flow: unknown sequence `menu`"]
    );
    open(&mut desk, &folder.uri("menu.flow"), MENU);
    assert_eq!(folder.findings(&mut desk), Vec::<String>::new());
    folder.remove("menu.flow");
    watched(&mut desk, &folder.uri("menu.flow"), DELETED);
    assert_eq!(
        folder.findings(&mut desk),
        Vec::<String>::new(),
        "the editor has it still"
    );
    let document = json!({"textDocument": {"uri": folder.uri("menu.flow")}});
    desk.tell("textDocument/didClose", document);
    assert_eq!(
        folder.findings(&mut desk),
        ["/shop.flow: unknown sequence `menu`"]
    );
}

#[test]
fn a_folder_that_comes_with_its_files() {
    let folder = Folder::with("whole", &[("shop.flow", TO_MENU)]);
    let mut desk = folder.desk(&[""]);
    assert_eq!(folder.findings(&mut desk).len(), 1);
    folder.write("more/menu.flow", MENU);
    watched(&mut desk, &folder.uri("more"), CREATED);
    assert_eq!(folder.findings(&mut desk), Vec::<String>::new());
}

/// Where a system lets a name be any bytes, the editor is told the name that is there.
#[cfg(target_os = "linux")]
#[test]
fn a_rename_reaches_a_file_whose_name_is_no_text() {
    use std::os::unix::ffi::OsStrExt;

    let folder = Folder::with("bytes", &[("shop.flow", TO_MENU)]);
    let name = std::ffi::OsStr::from_bytes(b"men\xfc.flow");
    let _ = fs::write(folder.0.join(name), MENU);
    let mut desk = folder.desk(&[""]);
    assert_eq!(folder.findings(&mut desk), Vec::<String>::new());
    let place = json!({"line": 1, "character": 8});
    let edit = desk.ask(
        "textDocument/rename",
        json!({"textDocument": {"uri": folder.uri("shop.flow")}, "position": place, "newName": "food"}),
    );
    let changes = edit["changes"]
        .as_object()
        .map(|changes| changes.keys().cloned().collect::<Vec<_>>());
    assert_eq!(
        changes,
        Some(vec![folder.uri("men%FC.flow"), folder.uri("shop.flow")])
    );
}

/// What stands where in such a file depends on how the editor reads its bytes.
#[test]
fn a_file_that_is_not_utf_8_is_not_edited() {
    let folder = Folder::with("latin", &[("shop.flow", TO_MENU), ("menu.flow", MENU)]);
    let text = b"attribute city: text\nsequence caf { text \"caf\xe9 {{city|}}\" goto menu }\n";
    assert!(fs::write(folder.0.join("bad.flow"), text).is_ok());
    let mut desk = folder.desk(&[""]);
    let shop = json!({"uri": folder.uri("shop.flow")});
    let menu = json!({"textDocument": shop, "position": {"line": 1, "character": 8}, "newName": "start"});
    assert_eq!(
        desk.try_ask("textDocument/rename", menu.clone()),
        Err("`bad.flow` is not UTF-8: save it as UTF-8 first".to_owned())
    );
    open(
        &mut desk,
        &folder.uri("shop.flow"),
        "on start {\n  set town = 1\n}\n",
    );
    let at = json!({"line": 1, "character": 7});
    let town =
        json!({"textDocument": shop, "range": {"start": at, "end": at}, "context": {"diagnostics": []}});
    // The attribute would go below the one in the other file.
    assert_eq!(desk.ask("textDocument/codeAction", town.clone()), json!([]));
    // An editor that opens the file has its text.
    let text = String::from_utf8_lossy(text);
    open(&mut desk, &folder.uri("bad.flow"), &text);
    let created = desk.ask("textDocument/codeAction", town);
    assert_eq!(
        created.pointer("/0/title"),
        Some(&json!("create attribute `town`"))
    );
    open(&mut desk, &folder.uri("shop.flow"), TO_MENU);
    assert!(desk.try_ask("textDocument/rename", menu).is_ok());
}
