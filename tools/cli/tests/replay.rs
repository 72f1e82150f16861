//! `sayflow replay`: traces of a real run, played again.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot prepare its files has failed"
)]

mod binary;
mod server;

use std::fs;
use std::path::{Path, PathBuf};

use binary::sayflow;
use server::serve;
use snapbox::{file, str};
use tempfile::TempDir;

/// Inputs as JSON lines, a minute apart.
fn lines(inputs: &[&str]) -> String {
    let line =
        |(minute, input): (usize, &&str)| format!("{{{input},\"now\":\"2026-11-20T10:{minute:02}:00Z\"}}\n");
    inputs.iter().enumerate().map(line).collect()
}

/// A conversation with every block and nine outcomes; the tenth is of `a_secret_is_in_no_trace`.
fn traced() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("monday.jsonl");
    let mut inputs = vec![r#""start":true"#];
    inputs.extend([r#""text":"and now?""#; 11]);
    inputs.extend([
        r#""text":"label""#,
        r#""tap":"0.menu""#,
        r#""tap":"3.person""#,
        r#""no_reply":true,"id":"t-1""#,
        r#""text":"Hello ""#,
        r#""location":[23.8,90.4]"#,
    ]);
    sayflow("run outcomes --fake --json --trace-file")
        .arg(&file)
        .stdin(lines(&inputs))
        .assert()
        .code(0);
    (folder, file)
}

/// A copy of the flow with other words.
fn edited(folder: &Path, edits: &[(&str, &str)]) -> PathBuf {
    let flow = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/flows/outcomes/outcomes.flow");
    let mut text = fs::read_to_string(flow).expect("a flow");
    for (was, is) in edits {
        assert!(text.contains(was), "{was}");
        text = text.replace(was, is);
    }
    let path = folder.join("next.flow");
    fs::write(&path, text).expect("a file");
    path
}

#[test]
fn every_block_and_every_outcome_comes_out_as_it_was() {
    let (_folder, file) = traced();
    sayflow("replay --flow outcomes")
        .arg(&file)
        .assert()
        .code(0)
        .stdout_eq("18 turns the same, 0 different\n")
        .stderr_eq("");
    sayflow("replay --flow outcomes --json")
        .arg(&file)
        .assert()
        .code(0)
        .stdout_eq(
            "{\"turns\":18,\"same\":18,\"different\":0,\"unanswered\":0,\"differences\":[],\"missing\":{}}\n",
        );
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_trace() {
    let (_folder, file) = traced();
    let text = fs::read_to_string(&file).expect("a trace");
    fs::write(&file, format!("\u{feff}{text}")).expect("a file");
    sayflow("replay --flow outcomes").arg(&file).assert().code(0);
}

#[test]
fn a_chat_is_traced_as_well() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("chat.jsonl");
    for _ in 0..2 {
        sayflow("run shop --fake --trace-file")
            .arg(&file)
            .stdin("1\n/silence\nAB-123456\n/restart\n/tap Today's offers\nM\n")
            .assert()
            .code(0);
    }
    sayflow("replay --flow shop")
        .arg(&file)
        .assert()
        .code(0)
        .stdout_eq("14 turns the same, 0 different\n");
}

const EDITS: &[(&str, &str)] = &[
    ("a bad day", "a very bad day"),
    ("{{tries}}: no\"", "{{tries}}: sorry\""),
    ("\"A person\" -> person", "\"A human\" -> person"),
    ("priority high", "priority low"),
    ("text \"<<labelled>>\"", "text \"<<status>>, <<labelled>>\""),
    ("on unmatched {", "on unmatched {\n  wait 1s"),
];

#[test]
fn each_turn_that_differs_is_shown() {
    let (folder, file) = traced();
    let flow = edited(folder.path(), EDITS.get(..4).expect("edits"));
    sayflow("replay monday.jsonl --flow")
        .arg(&flow)
        .current_dir(file.parent().expect("a folder"))
        .assert()
        .code(1)
        .stdout_eq(file!["snapshots/replay_flow.txt"].raw())
        .stderr_eq("");
}

#[test]
fn another_flow_is_told_apart_before_it_goes_live() {
    let (folder, file) = traced();
    let traces = folder.path().join("traces/week");
    fs::create_dir_all(&traces).expect("a folder");
    for day in ["monday", "tuesday"] {
        fs::copy(&file, traces.join(format!("{day}.jsonl"))).expect("a copy");
    }
    fs::write(traces.join("notes.txt"), "no trace").expect("a file");
    let edits: Vec<_> = EDITS.iter().copied().take(5).collect();
    let flow = edited(folder.path(), &edits);
    for (json, snapshot) in [
        ("", file!["snapshots/replay_against.txt"]),
        (" --json", file!["snapshots/replay_against_json.txt"]),
    ] {
        sayflow(&format!("replay traces{json} --against"))
            .arg(&flow)
            .current_dir(folder.path())
            .assert()
            .code(1)
            .stdout_eq(snapshot.raw())
            .stderr_eq("");
    }
}

#[test]
fn a_secret_is_in_no_trace() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("echo.jsonl");
    let server = serve([(
        "200 OK",
        r#"{"success": true, "data": "token s3cr/t", "attributes": {"order_no": "s3cr\/t", "first_name": "s3cr/t"}}"#,
    )]);
    sayflow("run echo --json --trace-file")
        .arg(&file)
        .arg(format!("--server=shop={}", server.url))
        .env("SHOP_TOKEN", "s3cr/t")
        .stdin(lines(&[r#""start":true,"id":"m-s3cr/t""#]))
        .assert()
        .code(0);
    server.received();
    sayflow("run echo --json --trace-file")
        .arg(&file)
        .env_remove("SHOP_TOKEN")
        .stdin(lines(&[r#""start":true"#]))
        .assert()
        .code(0);
    let traces = fs::read_to_string(&file).expect("traces");
    assert!(
        traces.contains("***") && traces.contains("\"blocked\""),
        "{traces}"
    );
    assert!(!traces.contains("s3cr"), "{traces}");
    sayflow("replay --flow echo")
        .arg(&file)
        .assert()
        .code(0)
        .stdout_eq("2 turns the same, 0 different\n");
}

#[test]
fn misuse() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("bad.jsonl"), "\n{\"format\":2}\n").expect("a file");
    let flows = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/flows");
    sayflow(&format!("replay bad.jsonl --flow {flows}/shop"))
        .current_dir(folder.path())
        .assert()
        .code(2)
        .stderr_eq(str![[r#"
error: bad.jsonl:2: no trace: it has no `input`

"#]]);
    sayflow("replay shop --against shop")
        .assert()
        .code(2)
        .stderr_eq("error: no `.jsonl` files in `shop`\n");
    sayflow("replay shop.jsonl").assert().code(2);
    // Nothing to compare is no success.
    fs::write(folder.path().join("empty.jsonl"), "\n").expect("a file");
    sayflow(&format!("replay empty.jsonl --flow {flows}/shop"))
        .current_dir(folder.path())
        .assert()
        .code(2)
        .stdout_eq("")
        .stderr_eq("error: no turns in `empty.jsonl`: a trace is a line of JSON, as `sayflow run --trace-file` writes it\n");
}

/// A process that was killed while it wrote: its line is lost, and no other.
#[test]
fn a_line_that_was_cut_short_costs_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("chat.jsonl");
    let talk = || {
        sayflow("run shop --fake --trace-file")
            .arg(&file)
            .stdin("1\n")
            .assert()
            .code(0);
    };
    talk();
    let written = fs::read(&file).expect("traces");
    let cut = written.len() - 20;
    fs::write(&file, written.get(..cut).expect("a part")).expect("a file");
    talk();
    sayflow("replay chat.jsonl --flow")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/flows/shop"))
        .current_dir(folder.path())
        .assert()
        .code(2)
        .stdout_eq("3 turns the same, 0 different\n")
        .stderr_eq("error: chat.jsonl:2: no trace: the JSON ends too early, in column [..]: a quote, `}` or `]` is missing\n");
}

#[test]
fn a_line_that_is_no_trace_is_told_in_words() {
    let (_folder, file) = traced();
    let text = fs::read_to_string(&file).expect("traces");
    let folder = tempfile::tempdir().expect("a folder");
    let good = text.lines().next().expect("a line");
    let stateless = good.replacen("\"session\"", "\"was\"", 1);
    let other = good.replacen("\"format\":1", "\"format\":2", 1);
    let typed = good.replacen("\"customer\":{", "\"customer\":[],\"was\":{", 1);
    let twice = good.replacen("\"format\":1", "\"format\":1,\"format\":1", 1);
    let mut bytes = format!("{good}\n[]\n{stateless}\n7\n{good}\n{other}\n{typed}\n{twice}\n").into_bytes();
    bytes.extend(b"{\"format\": \"\xff\n");
    fs::write(folder.path().join("bad.jsonl"), bytes).expect("a file");
    sayflow("replay bad.jsonl --flow")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/flows/outcomes"))
        .current_dir(folder.path())
        .assert()
        .code(2)
        .stdout_eq("2 turns the same, 0 different\n")
        .stderr_eq(str![[r#"
error: bad.jsonl:2: no trace: a trace is an object, as `sayflow run --trace-file` writes it, not a list
bad.jsonl:3: no trace: it goes on from a line that cannot be read
bad.jsonl:4: no trace: a trace is an object, as `sayflow run --trace-file` writes it, not a number
bad.jsonl:6: no trace: trace format 2 is not known: this version reads format 1
bad.jsonl:7: no trace: `customer` is an object, not a list
bad.jsonl:8: no trace: the key `format` is there twice, in column 20
bad.jsonl:9: no trace: the JSON ends too early, in column 14: a quote, `}` or `]` is missing

"#]]);
}

/// A folder may hold a link to itself.
#[cfg(unix)]
#[test]
fn each_folder_is_looked_into_once() {
    let (folder, _) = traced();
    let at = |name: &str| folder.path().join(name);
    std::os::unix::fs::symlink(folder.path(), at("again")).expect("a link");
    let days = tempfile::tempdir().expect("a folder");
    fs::copy(at("monday.jsonl"), days.path().join("tuesday.jsonl")).expect("a copy");
    std::os::unix::fs::symlink(days.path(), at("days")).expect("a link");
    sayflow("replay --flow outcomes")
        .arg(folder.path())
        .assert()
        .code(0)
        .stdout_eq("36 turns the same, 0 different\n");
}
