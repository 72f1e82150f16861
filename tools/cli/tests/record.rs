//! `sayflow run --record`: a chat becomes a test.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot prepare its files has failed"
)]

mod binary;

use std::fs;
use std::path::Path;

use binary::sayflow;
use sayflow::Source;
use sayflow_test::Suite;
use snapbox::{Assert, IntoData, file, str};

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).expect("a file")
}

/// Runs every test of a text beside a flow, and tidies it: both leave nothing to say.
fn passes(flow: &str, recorded: &str) {
    let path = format!("{}/tests/flows/{flow}/{flow}.flow", env!("CARGO_MANIFEST_DIR"));
    let sources = [
        Source::new("the.flow", fs::read_to_string(path).expect("a flow")),
        Source::new("recorded.test.flow", recorded),
    ];
    let suite = Suite::load(sources).expect("tests that can run");
    for test in suite.tests() {
        let failures: Vec<String> = test.run().failures.iter().map(ToString::to_string).collect();
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("recorded.test.flow");
    fs::write(&file, recorded).expect("a file");
    sayflow("fmt").arg(&file).assert().code(0);
    is(
        read(folder.path(), "recorded.test.flow"),
        recorded.to_owned().raw(),
    );
}

fn is(recorded: String, expected: impl IntoData) {
    Assert::new().action_env("SNAPSHOTS").eq(recorded, expected);
}

/// Inputs as JSON lines, a minute apart.
fn lines(inputs: &[&str]) -> String {
    let line =
        |(minute, input): (usize, &&str)| format!("{{{input},\"now\":\"2026-11-20T10:{minute:02}:00Z\"}}\n");
    inputs.iter().enumerate().map(line).collect()
}

#[test]
fn every_block_and_every_outcome() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut inputs = vec![r#""start":true"#];
    inputs.extend([r#""text":"and now?""#; 11]);
    inputs.extend([
        r#""text":"label""#,
        r#""tap":"0.menu""#,
        r#""tap":"3.person""#,
        r#""text":"Hello ""#,
        r#""image":"https://cdn.channel.example/1.png""#,
    ]);
    sayflow("run outcomes --fake --json --record")
        .arg(folder.path().join("chat.test.flow"))
        .stdin(lines(&inputs))
        .assert()
        .code(0)
        .stderr_eq("recorded 17 turns as 1 test in [..]chat.test.flow\n");
    let recorded = read(folder.path(), "chat.test.flow");
    passes("outcomes", &recorded);
    is(recorded, file!["snapshots/record.test.flow"].raw());
}

#[test]
fn a_chat_is_recorded_turn_by_turn() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(
        folder.path().join("chat.test.flow"),
        "// Mine.\ntest \"a chat with shop\" {\n  given order_no = \"A\"\n  wait 1m\n  expect order_no = \"A\"\n}",
    )
    .expect("a file");
    sayflow("run shop --fake --record")
        .arg(folder.path().join("chat.test.flow"))
        .stdin("1\n/silence\nAB-123456\n/restart\n/tap Today's offers\nM\n")
        .assert()
        .code(0)
        .stderr_eq("");
    let recorded = read(folder.path(), "chat.test.flow");
    passes("shop", &recorded);
    is(recorded, file!["snapshots/record_chat.test.flow"]);
}

/// Tests of one flow have names of their own, whatever file they stand in.
#[test]
fn recordings_in_two_files_of_a_flow_have_two_names() {
    let parent = tempfile::tempdir().expect("a folder");
    let folder = parent.path().join("hello");
    fs::create_dir(&folder).expect("a folder");
    let flow = "on start {\n  text \"Hello!\"\n}\n";
    fs::write(folder.join("hello.flow"), flow).expect("a file");
    for (flow, name) in [
        (".", "a.test.flow"),
        (".", "b.test.flow"),
        ("hello.flow", "c.test.flow"),
    ] {
        sayflow(&format!("run {flow} --record {name}"))
            .current_dir(&folder)
            .stdin("\n")
            .assert()
            .code(0);
    }
    sayflow("test . --quiet")
        .current_dir(&folder)
        .assert()
        .code(0)
        .stdout_eq("3 passed, 0 failed\n");
}

/// The first end of the chat that nobody can catch.
#[test]
fn what_was_said_is_there_when_the_process_is_killed() {
    use std::io::{BufRead, BufReader, Write};
    use std::process::{Command, Stdio};

    let folder = tempfile::tempdir().expect("a folder");
    let mut process = Command::new(snapbox::cmd::cargo_bin!("sayflow"))
        .args(["run", "echo", "--json", "--record"])
        .arg(folder.path().join("chat.test.flow"))
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/flows"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut input = process.stdin.take().expect("an input");
    input
        .write_all(b"{\"start\":true,\"now\":\"2026-01-01T09:00:00Z\"}\n")
        .expect("a line");
    let mut answer = String::new();
    let output = process.stdout.take().expect("an output");
    BufReader::new(output).read_line(&mut answer).expect("an answer");
    process.kill().expect("it is killed");
    process.wait().expect("it has ended");
    let recorded = read(folder.path(), "chat.test.flow");
    assert!(recorded.contains("  start\n  text \"Later.\"\n"), "{recorded}");
}

#[test]
fn a_blocked_call_is_told_and_no_secret_is() {
    let folder = tempfile::tempdir().expect("a folder");
    sayflow("run outcomes --json --server shop=http://127.0.0.1:9 --record")
        .arg(folder.path().join("chat.test.flow"))
        .env_remove("SHOP_TOKEN")
        .stdin(lines(&[r#""start":true"#, r#""text":"status""#]))
        .assert()
        .code(0);
    let blocked = read(folder.path(), "chat.test.flow");
    sayflow("run outcomes --json --server shop=http://127.0.0.1:9 --record")
        .arg(folder.path().join("other.test.flow"))
        .env("SHOP_TOKEN", "s3cret")
        .stdin(lines(&[r#""start":true"#, r#""text":"is it s3cret?""#]))
        .assert()
        .code(0);
    let unreachable = read(folder.path(), "other.test.flow");
    assert!(!unreachable.contains("s3cret"), "{unreachable}");
    passes("outcomes", &blocked);
    passes("outcomes", &unreachable);
    is(
        format!("{blocked}\n{unreachable}"),
        file!["snapshots/record_blocked.test.flow"].raw(),
    );
}

#[test]
fn a_test_stands_in_a_flow_file() {
    sayflow("run shop --fake --record chat.txt")
        .stdin("")
        .assert()
        .code(2)
        .stderr_eq(str![[r#"
error: a test stands in a `.flow` file, such as `chat.test.flow`

"#]]);
}

/// A chat in a process of its own, which is told line by line what to say.
#[derive(Debug)]
struct Chat {
    process: std::process::Child,
    input: std::process::ChildStdin,
    answers: std::io::BufReader<std::process::ChildStdout>,
    minute: u32,
}

impl Chat {
    fn new(file: &Path) -> Self {
        use std::process::{Command, Stdio};
        let mut process = Command::new(snapbox::cmd::cargo_bin!("sayflow"))
            .args(["run", "echo", "--json", "--record"])
            .arg(file)
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/flows"))
            .env_remove("SHOP_TOKEN")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        let input = process.stdin.take().expect("an input");
        let answers = std::io::BufReader::new(process.stdout.take().expect("an output"));
        Self {
            process,
            input,
            answers,
            minute: 0,
        }
    }

    /// Says something and waits for the answer, which comes after the file is written.
    fn say(&mut self, input: &str) {
        use std::io::{BufRead, Write};
        let minute = self.minute;
        let line = format!("{{{input},\"now\":\"2026-11-20T10:{minute:02}:00Z\"}}\n");
        self.minute += 1;
        self.input.write_all(line.as_bytes()).expect("a line");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("an answer");
    }

    fn end(self) {
        let Self {
            mut process, input, ..
        } = self;
        drop(input);
        assert!(process.wait().expect("it ends").success());
    }
}

#[test]
fn what_is_edited_while_a_chat_is_recorded_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("chat.test.flow");
    let mut chat = Chat::new(&path);
    chat.say(r#""start":true"#);
    let first = read(folder.path(), "chat.test.flow");
    fs::write(&path, format!("// Before.\n\n{first}\n// Behind.\n")).expect("a file");
    chat.say(r#""text":"one""#);
    // The test itself is edited: it belongs to its editor from now on.
    let second = read(folder.path(), "chat.test.flow");
    let edited = second.replacen("  start\n", "  // Within.\n  start\n", 1);
    assert_ne!(edited, second);
    fs::write(&path, edited).expect("a file");
    chat.say(r#""text":"two""#);
    chat.end();
    let recorded = read(folder.path(), "chat.test.flow");
    passes("echo", &recorded);
    is(recorded, file!["snapshots/record_edited.test.flow"].raw());
}

/// An editor that was opened a turn ago saves what it has.
#[test]
fn an_older_text_that_is_put_back_is_gone_on_with() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("chat.test.flow");
    let mut chat = Chat::new(&path);
    chat.say(r#""start":true"#);
    let opened = read(folder.path(), "chat.test.flow");
    chat.say(r#""text":"one""#);
    fs::write(&path, format!("// A note.\n{opened}")).expect("a file");
    chat.say(r#""text":"two""#);
    chat.end();
    let recorded = read(folder.path(), "chat.test.flow");
    passes("echo", &recorded);
    assert!(recorded.starts_with("// A note.\ntest "), "{recorded}");
    assert_eq!(recorded.matches("test \"").count(), 1, "{recorded}");
    assert!(
        recorded.contains("\"one\"") && recorded.contains("\"two\""),
        "{recorded}"
    );
}

#[test]
fn two_chats_are_recorded_into_one_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("chats.test.flow");
    let (mut one, mut other) = (Chat::new(&path), Chat::new(&path));
    one.say(r#""start":true"#);
    other.say(r#""start":true"#);
    one.say(r#""text":"one""#);
    other.say(r#""text":"other""#);
    one.end();
    other.end();
    let recorded = read(folder.path(), "chats.test.flow");
    passes("echo", &recorded);
    is(recorded, file!["snapshots/record_two_chats.test.flow"].raw());
}

/// A larger file would be no flow any more.
#[test]
fn what_a_file_has_no_room_for_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let long = "long ".repeat(10_000);
    let flow = format!("on start {{\n  text \"{long}\"\n}}\n");
    fs::write(folder.path().join("a.flow"), flow).expect("a flow");
    let inputs = vec![r#""start":true"#; 25];
    sayflow("run a.flow --json --record a.test.flow")
        .current_dir(folder.path())
        .stdin(lines(&inputs))
        .assert()
        .code(0)
        .stderr_eq(str![[r#"
recorded 20 turns as 1 test in a.test.flow
5 turns not recorded: `a.test.flow` has no room for more, as a file of a flow has 1 MiB at most

"#]]);
    sayflow("test . --quiet")
        .current_dir(folder.path())
        .assert()
        .code(0)
        .stdout_eq("1 passed, 0 failed\n");
}
