//! `sayflow test`: what it prints of tests that pass and fail, and its exit codes.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot prepare its files has failed"
)]

mod binary;

use std::path::Path;

use binary::sayflow;
use snapbox::{Assert, str};

/// Runs a command, and gives its exit code, what it prints with every time as `N ms`, and what it complains of.
fn run(arguments: &str) -> (i32, String, String) {
    let output = sayflow(arguments).output().expect("the binary runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = output.status.code().expect("it ends by itself");
    (code, without_times(&text(&output.stdout)), text(&output.stderr))
}

/// A text in which nothing depends on how fast the machine is.
fn without_times(text: &str) -> String {
    let number = |it: char| it.is_ascii_digit() || it == '.';
    let mut parts = text.split(" ms").collect::<Vec<_>>().into_iter();
    let last = parts.next_back().unwrap_or_default();
    let mut steady: String = parts
        .map(|part| format!("{}N ms", part.trim_end_matches(number)))
        .collect();
    steady.push_str(last);
    steady
}

fn assert_snapshot(name: &str, text: String) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/snapshots")
        .join(name);
    Assert::new()
        .action_env("SNAPSHOTS")
        .eq(text, snapbox::Data::read_from(&page, None).raw());
}

fn last_line(text: &str) -> &str {
    text.lines().next_back().unwrap_or_default()
}

#[test]
fn tests_that_pass() {
    let (code, told, complaints) = run("test conversations");
    assert_eq!((code, &*complaints), (0, ""));
    assert_snapshot("test_passed.txt", told);
    let (code, told, _) = run("test conversations --quiet");
    assert_eq!((code, &*told), (0, "4 passed, 0 failed\n"));
}

#[test]
fn tests_that_fail() {
    let (code, told, complaints) = run("test failing");
    assert_eq!((code, &*complaints), (1, ""));
    assert_eq!(last_line(&told), "1 passed, 7 failed");
    assert_snapshot("test_failed.txt", told);
}

#[test]
fn words_that_differ_are_coloured() {
    let (code, told, _) = run("test failing --filter greets --color always");
    assert_eq!(code, 1);
    let lines: Vec<&str> = told.lines().filter(|line| line.contains("we help")).collect();
    assert_snapshot("test_colours.txt", lines.join("\n").replace('\x1b', "␛") + "\n");
}

#[test]
fn a_flow_with_errors_has_failed() {
    let (code, told, complaints) = run("test findings");
    assert_eq!((code, &*complaints), (1, ""));
    assert_eq!(last_line(&told), "0 passed, 1 failed");
    let (code, beside, _) = run("test findings conversations");
    assert_eq!(code, 1);
    assert_eq!(last_line(&beside), "4 passed, 1 failed");
}

#[test]
fn the_order_is_that_of_the_files() {
    let (_, one, _) = run("test failing conversations --jobs 1");
    let (_, many, _) = run("test failing conversations --jobs 8");
    assert_eq!(one, many);
}

#[test]
fn a_file_of_tests_stands_for_itself() {
    let (code, told, _) = run("test conversations/picks.test.flow");
    assert_eq!((code, last_line(&told)), (0, "1 passed, 0 failed"));
    let (code, told, _) = run("test conversations/picks.test.flow conversations/shop.test.flow");
    assert_eq!((code, last_line(&told)), (0, "4 passed, 0 failed"));
    // Together with the flow it is a file of the flow.
    let (code, told, _) = run("test conversations/shop.flow conversations/shop.test.flow");
    assert_eq!((code, last_line(&told)), (0, "3 passed, 0 failed"));
}

#[test]
fn tests_are_chosen_by_name() {
    let (code, told, _) = run("test conversations --filter shop --filter picks");
    assert_eq!(code, 0);
    assert_snapshot("test_filter.txt", told);
    let (code, listed, _) = run("test conversations --list --filter a");
    assert_eq!(code, 0);
    assert_snapshot("test_list.txt", listed);
}

#[test]
fn nothing_to_run_is_no_success() {
    sayflow("test shop").assert().code(2).stdout_eq("").stderr_eq(str![[r#"
error: no tests in `shop`: write one, `test "name" { … }`, in a file such as `NAME.test.flow` beside the flow; `sayflow test --help` shows how it reads

"#]]);
    sayflow("test conversations --exact --filter greets")
        .assert()
        .code(2)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: no test is called `greets`: [..]

"#]]);
    sayflow("test conversations/none.test.flow")
        .assert()
        .code(2)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: cannot read `conversations/none.test.flow`: No such file or directory (os error 2)

"#]]);
}
