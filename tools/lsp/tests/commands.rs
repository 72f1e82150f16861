//! Commands: a test that runs on unsaved texts, and what is refused.

mod desk;

use desk::{Desk, uri};
use insta::assert_snapshot;
use serde_json::{Value, json};

const SHOP: &str = r#"== shop.flow
api order_status: text {
  // allow check::no_secret_header: it is not sent
  get "https://shop.example/orders"
}
on start {
  text "Hello {{first_name|there}}!"
  text "Your order: <<order_status>>." else "Later."
}
== shop.test.flow
test "greets by name" {
  given first_name = "Asha"
  mock order_status = "Shipped"
  start
  text "Hello Asha!"
  text "Your order: Shipped."
}
test "is wrong twice" {
  mock order_status = "Shipped"
  start
  text "Hello dear!"
  text "Your order: Shipped."
  customer "হ্যাঁ"
  text "Sorry?"
}
"#;

fn command(name: &str, file: &str, subject: &str) -> Value {
    json!({"command": name, "arguments": [uri(file), subject]})
}

fn run(desk: &mut Desk, test: &str) -> (u64, String) {
    let answer = desk.ask(
        "workspace/executeCommand",
        command("sayflow.runTest", "shop.test.flow", test),
    );
    assert_eq!(answer, Value::Null);
    desk.wait_for_message()
}

fn replace(desk: &mut Desk, file: &str, version: u32, text: &str) {
    desk.texts.insert(file.to_owned(), text.to_owned());
    let document = json!({"uri": uri(file), "version": version});
    desk.tell(
        "textDocument/didChange",
        json!({"textDocument": document, "contentChanges": [{"text": text}]}),
    );
}

#[test]
fn a_test_runs_on_what_is_not_saved() {
    let mut desk = Desk::of(SHOP);
    assert_eq!(
        run(&mut desk, "greets by name"),
        (3, "test \"greets by name\" passed".to_owned())
    );
    let text = desk.texts["shop.flow"].replace("Hello", "Welcome");
    replace(&mut desk, "shop.flow", 2, &text);
    let (kind, message) = run(&mut desk, "greets by name");
    assert_eq!(kind, 2);
    assert_eq!(message, "test \"greets by name\" failed: the text is another");
}

#[test]
fn a_failing_line_is_a_finding_with_the_line_that_spoke() {
    let mut desk = Desk::of(SHOP);
    let (_, message) = run(&mut desk, "is wrong twice");
    desk.settle();
    assert_snapshot!(format!(
        "{message}\n\n{}\n{}",
        desk.draw_findings(),
        desk.logs.join("\n")
    ));
}

#[test]
fn what_a_test_found_is_there_until_its_file_changes() {
    let mut desk = Desk::of(SHOP);
    run(&mut desk, "is wrong twice");
    assert_eq!(desk.findings["shop.test.flow"].len(), 2);
    // Another file: the failures stay, beside what the checker says.
    let text = format!("{}on moved {{\n  goto nowhere\n}}\n", desk.texts["shop.flow"]);
    replace(&mut desk, "shop.flow", 2, &text);
    desk.settle();
    assert_eq!(desk.findings["shop.flow"].len(), 1);
    assert_eq!(desk.findings["shop.test.flow"].len(), 2);
    let text = format!("// Later.\n{}", desk.texts["shop.test.flow"]);
    replace(&mut desk, "shop.test.flow", 2, &text);
    desk.settle();
    assert_eq!(desk.findings["shop.test.flow"], Vec::<Value>::new());
}

#[test]
fn what_a_test_found_is_gone_when_it_runs_again() {
    let mut desk = Desk::of(SHOP);
    run(&mut desk, "is wrong twice");
    assert_eq!(desk.findings["shop.test.flow"].len(), 2);
    let text = desk.texts["shop.flow"].replace("{{first_name|there}}", "dear");
    let text = format!("{text}on unmatched {{\n  text \"Sorry?\"\n}}\n");
    replace(&mut desk, "shop.flow", 2, &text);
    let (_, message) = run(&mut desk, "is wrong twice");
    assert_eq!(message, "test \"is wrong twice\" passed");
    desk.settle();
    assert_eq!(desk.findings["shop.test.flow"], Vec::<Value>::new());
}

#[test]
fn the_files_beside_a_test_are_read_from_the_disk() {
    let folder = std::env::temp_dir().join(format!("sayflow-lsp-beside-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("fake")).unwrap();
    std::fs::write(
        folder.join("fake/status.json"),
        r#"{"success": true, "data": "Shipped"}"#,
    )
    .unwrap();
    let root = format!("file://{}", folder.display());
    let mut desk = Desk::with(json!({
        "capabilities": {}, "workspaceFolders": [{"uri": root, "name": "shop"}],
    }));
    let address = format!("{root}/shop.flow");
    let text = "api status: text {\n  get \"https://a.example\"\n}\non start {\n  text \"<<status>>!\"\n}\n\
                test \"x\" {\n  mock status = file \"fake/status.json\"\n  start\n  text \"Shipped!\"\n}\n";
    let document = json!({"uri": address, "languageId": "sayflow", "version": 1, "text": text});
    desk.tell("textDocument/didOpen", json!({"textDocument": document}));
    let params = json!({"command": "sayflow.runTest", "arguments": [address, "x"]});
    desk.ask("workspace/executeCommand", params);
    let (_, message) = desk.wait_for_message();
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(message, "test \"x\" passed");
}

#[test]
fn a_test_of_a_translated_flow_reads_its_catalogs() {
    let root = concat!("file://", env!("CARGO_MANIFEST_DIR"), "/../../examples/languages");
    let mut desk = Desk::with(json!({
        "capabilities": {}, "workspaceFolders": [{"uri": root, "name": "languages"}],
    }));
    let file = format!("{root}/languages.test.flow");
    let name = "a language that the customer chooses holds at once";
    let params = json!({"command": "sayflow.runTest", "arguments": [file, name]});
    desk.ask("workspace/executeCommand", params);
    assert_eq!(desk.wait_for_message(), (3, format!("test \"{name}\" passed")));
}

#[test]
fn a_flow_with_errors_runs_no_test() {
    let mut desk = Desk::of(SHOP);
    let text = desk.texts["shop.flow"].replace("text \"Hello", "goto nowhere\n  text \"Hello");
    replace(&mut desk, "shop.flow", 2, &text);
    let (kind, message) = run(&mut desk, "greets by name");
    assert_eq!(kind, 2);
    assert_eq!(
        message,
        "test \"greets by name\" cannot run, the flow has an error: unknown sequence `nowhere` (shop.flow:6:8)"
    );
}

#[test]
fn what_cannot_be_done_is_refused_with_words() {
    let mut desk = Desk::of(SHOP);
    let refused = [
        command("sayflow.runTest", "shop.test.flow", "greets by nam"),
        command("sayflow.runTest", "shop.flow", "greets by name"),
        command("sayflow.runTest", "none.flow", "greets by name"),
        command("sayflow.call", "shop.flow", "order_status"),
        command("sayflow.other", "shop.flow", "order_status"),
        json!({"command": "sayflow.runTest", "arguments": [3]}),
        json!({"command": "sayflow.call"}),
        json!({"command": "sayflow.other"}),
    ];
    let reasons = refused.map(|params| {
        let reason = desk
            .try_ask("workspace/executeCommand", params.clone())
            .unwrap_err();
        format!(
            "{} {}: {reason}",
            params["command"].as_str().unwrap(),
            params["arguments"]
        )
    });
    assert_snapshot!(reasons.join("\n"));
    assert!(
        desk.try_ask("workspace/executeCommand", json!({"nonsense": 1}))
            .is_err()
    );
}
