//! `sayflow test`: what it prints of tests that pass and fail, and its exit codes.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot prepare its files has failed"
)]

mod binary;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use binary::sayflow;
use serde_json::Value as Json;
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

/// Tests may lie below their flow; where there is none, nothing is run against the defaults.
#[test]
fn a_file_of_tests_finds_its_flow_above() {
    let folder = tempfile::tempdir().expect("a folder");
    let tests = folder.path().join("shop/tests/late");
    fs::create_dir_all(&tests).expect("a folder");
    let test = "test \"greets\" {\n  start\n  text \"Hello!\"\n}\n";
    fs::write(tests.join("a.test.flow"), test).expect("a file");
    let run = |arguments: &str| sayflow(arguments).current_dir(folder.path()).assert();
    run("test shop/tests/late/a.test.flow --update").code(2).stdout_eq("").stderr_eq(str![[r#"
error: there is no flow for the tests in `shop/tests/late`: neither this folder nor one above it has a `.flow` file besides tests

"#]]);
    let flow = "on start {\n  text \"Hello!\"\n}\n";
    fs::write(folder.path().join("shop/shop.flow"), flow).expect("a file");
    run("test shop/tests/late/a.test.flow --quiet")
        .code(0)
        .stdout_eq("1 passed, 0 failed\n");
    // Once with the folder is enough.
    run("test shop shop/tests/late/a.test.flow --quiet")
        .code(0)
        .stdout_eq("1 passed, 0 failed\n");
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
fn a_name_forges_no_line_of_the_report() {
    let folder = folder_of(&[(
        "a.flow",
        "on start {\n  text \"Hi\"\n}\n\ntest \"a\\n\\n99 passed, 0 failed\" {\n  start\n  text \"Hi\"\n}\n",
    )]);
    for (arguments, forged) in [("test .", "99 passed"), ("test . --list", "99 passed")] {
        let output = sayflow(arguments).current_dir(folder.path()).output();
        let told = String::from_utf8(output.expect("the binary runs").stdout).expect("UTF-8");
        assert!(told.contains("a␊␊99 passed"), "{told}");
        assert!(!told.lines().any(|line| line.starts_with(forged)), "{told}");
    }
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

#[test]
fn results_for_programs() {
    let (code, told, complaints) = run("test failing findings --format json");
    assert_eq!((code, &*complaints), (1, ""));
    let lines: Vec<Json> = told
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let kinds: Vec<&str> = lines.iter().filter_map(|line| line["type"].as_str()).collect();
    assert_eq!(kinds, [vec!["flow"], vec!["test"; 8], vec!["summary"]].concat());
    assert_eq!(lines[9]["failed"], 8);
    let (_, listed, _) = run("test conversations --list --format json");
    assert_eq!(listed.lines().next(), Some(LISTED));
}

const LISTED: &str =
    r#"{"type":"listed","name":"picks of the day","file":"conversations/picks.test.flow","line":1}"#;

#[test]
fn results_for_services() {
    let without_seconds = |xml: &str| -> String {
        let parts = xml
            .split(" time=\"")
            .enumerate()
            .map(|(number, part)| match part.split_once('"') {
                Some((_, rest)) if number > 0 => format!(" time=\"N\"{rest}"),
                _ => part.to_owned(),
            });
        parts.collect()
    };
    let (code, told, _) = run("test failing findings --format junit");
    assert_eq!(code, 1);
    assert_snapshot("test_junit.xml", without_seconds(&told));
    let (code, told, _) = run("test failing findings --format tap");
    assert_eq!(code, 1);
    let steady: Vec<&str> = told
        .lines()
        .filter(|line| !line.starts_with("  duration_ms: "))
        .collect();
    assert_snapshot("test_tap.txt", steady.join("\n") + "\n");
}

/// The example on the page is what the command writes, and the table has each of its keys.
#[test]
fn the_json_of_results_is_documented() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/testing.md");
    let page = fs::read_to_string(page).expect("the page");
    let (_, behind) = page.split_once("\n## Results by machine").expect("the heading");
    let behind = behind.split("\n## ").next().unwrap_or_default();
    let block = |language: &str| {
        let (_, block) = behind.split_once(&format!("\n```{language}\n")).expect("a block");
        block.split("```").next().unwrap_or_default()
    };
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("hello.flow"), block("flow fails")).expect("a file");
    let output = sayflow("test --format json")
        .current_dir(folder.path())
        .output()
        .expect("the binary runs");
    let read = |text: &str| -> Vec<Json> {
        let values = serde_json::Deserializer::from_str(text).into_iter();
        values.map(|value| value.expect("JSON")).collect()
    };
    let mut written = read(&String::from_utf8_lossy(&output.stdout));
    let mut documented = read(&block("json").replace("FINDING", "null"));
    written[0]["failures"][0]["finding"] = Json::Null;
    for lines in [&mut written, &mut documented] {
        lines.iter_mut().for_each(|line| line["elapsed_ms"] = Json::Null);
    }
    assert_eq!(written, documented);
    let rows: String = behind.lines().filter(|line| line.starts_with('|')).collect();
    let unknown: Vec<String> = written
        .iter()
        .flat_map(keys)
        .filter(|key| !rows.contains(&format!("`{key}`")))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

/// Every key of an object and of the objects in it.
fn keys(json: &Json) -> Vec<String> {
    match json {
        Json::Object(object) => {
            let inner = object.values().flat_map(keys);
            object.keys().cloned().chain(inner).collect()
        }
        Json::Array(list) => list.iter().flat_map(keys).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn what_was_never_run_is_told() {
    let (code, told, _) = run("test conversations --coverage --coverage-min 75 --quiet");
    assert_eq!(code, 1);
    assert_snapshot("test_coverage.txt", told);
    let (code, told, _) = run("test conversations --coverage-min 40 --quiet");
    assert_eq!((code, &*told), (0, "4 passed, 0 failed\n"));
    // The counts of all threads together are those of one.
    let (_, one, _) = run("test conversations --coverage --jobs 1 --quiet");
    let (_, many, _) = run("test conversations --coverage --jobs 4 --quiet");
    assert_eq!(one, many);
    let (_, told, beside) = run("test conversations --coverage --format json");
    assert!(
        last_line(&told).contains(r#""coverage":{"lines":{"run":8,"all":11}"#),
        "{told}"
    );
    assert!(beside.contains("Never run:"), "{beside}");
}

/// A page that is opened in a terminal moves no cursor there, and browsers refuse some of these characters.
#[test]
fn the_page_of_coverage_has_no_control_characters() {
    let folder = tempfile::tempdir().expect("a folder");
    let flow =
        "// \x1b[31m\u{85}\non start {\n  text \"Hi\"\n}\n\ntest \"hi\" {\n  start\n  text \"Hi\"\n}\n";
    fs::write(folder.path().join("a.flow"), flow).expect("a flow");
    sayflow("test a.flow --coverage=html")
        .current_dir(folder.path())
        .assert()
        .code(0);
    let page = fs::read_to_string(folder.path().join("coverage.html")).expect("the coverage");
    assert!(page.contains("// ␛[31m"), "{page}");
    assert!(
        page.chars().all(|found| found == '\n' || !found.is_control()),
        "{page}"
    );
}

#[test]
fn coverage_goes_to_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let flow = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/flows/conversations");
    for (form, file, begin) in [("lcov", "lcov.info", "TN:"), ("html", "coverage.html", "<!")] {
        sayflow(&format!("test --coverage={form} {flow} --quiet"))
            .current_dir(folder.path())
            .assert()
            .code(0)
            .stdout_eq(format!("coverage written to {file}\n\n4 passed, 0 failed\n"));
        let written = fs::read_to_string(folder.path().join(file)).expect("the coverage");
        assert!(written.starts_with(begin), "{written}");
    }
    sayflow(&format!("test --coverage=lcov --coverage-file - {flow}"))
        .current_dir(folder.path())
        .assert()
        .code(2)
        .stdout_eq("")
        .stderr_eq(
            "error: the standard output is for the results: name a file for the coverage, such as \
             `--coverage-file lcov.info`\n",
        );
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2);
}

/// A copy of a fixture that may be written, without the folders in it.
fn copy(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/flows")
        .join(name);
    for file in fs::read_dir(fixture).expect("the fixture") {
        let file = file.expect("a file").path();
        if file.is_dir() {
            continue;
        }
        let name = file.file_name().expect("a name");
        fs::copy(&file, folder.path().join(name)).expect("a copy");
    }
    folder
}

#[test]
fn failing_tests_are_updated() {
    let folder = copy("failing");
    let run = |arguments: &str| {
        let output = sayflow(arguments)
            .current_dir(folder.path())
            .output()
            .expect("the binary runs");
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code(), without_times(&told))
    };
    let (code, told) = run("test --update");
    assert_eq!(code, Some(1));
    assert_snapshot("test_update.txt", told);
    // What cannot be updated is left, and a second time nothing is new.
    let before = fs::read_to_string(folder.path().join("shop.test.flow")).expect("the tests");
    let (_, again) = run("test --update");
    assert_eq!(again.lines().next(), Some("nothing was updated"));
    assert_eq!(last_line(&again), "6 passed, 2 failed");
    assert_eq!(
        fs::read_to_string(folder.path().join("shop.test.flow")).expect("the tests"),
        before
    );
    sayflow("fmt --check").current_dir(folder.path()).assert().code(0);
}

#[test]
fn only_chosen_tests_are_updated() {
    let folder = copy("failing");
    sayflow("test --update --filter greets --format json")
        .current_dir(folder.path())
        .assert()
        .code(0)
        .stderr_eq(str![[r#"
--- shop.test.flow
+++ shop.test.flow
@@ -2,7 +2,7 @@
 test "greets by name" {
   given first_name = "Asha"
   start
-  text "Hi Asha, how can we help you?" // the greeting
+  text "Hello Asha, how may we help you today?" // the greeting
   ...
 }
 

updated 1 test in 1 file


"#]])
        .stdout_eq(str![[r#"
{"type":"test","name":"greets by name",[..],"status":"passed",[..]}
{"type":"summary","passed":1,"failed":0,"skipped":7,[..]}

"#]]);
}

#[test]
fn updates_are_reviewed_one_by_one() {
    for (answers, last) in [
        ("y\nn\nperhaps\ny\nq\n", "3 passed, 5 failed"),
        ("n\na\n", "5 passed, 3 failed"),
        ("y\n", "2 passed, 6 failed"),
        ("", "1 passed, 7 failed"),
    ] {
        let folder = copy("failing");
        let output = sayflow("test --review")
            .current_dir(folder.path())
            .stdin(answers)
            .output()
            .expect("the binary runs");
        let told = without_times(&String::from_utf8_lossy(&output.stdout));
        assert_eq!(last_line(&told), last, "{answers:?}");
        if answers.contains("perhaps") {
            let (asked, _) = told.split_once("\nshop.test.flow\n").expect("the results");
            assert_snapshot("test_review.txt", asked.to_owned());
        }
    }
}

/// A review that has asked its first question.
fn asked_of_review(folder: &Path) -> (Child, BufReader<ChildStdout>) {
    let mut process = std::process::Command::new(snapbox::cmd::cargo_bin!("sayflow"))
        .args(["test", "--review"])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut asked = Vec::new();
    let mut output = BufReader::new(process.stdout.take().expect("an output"));
    output.read_until(b'?', &mut asked).expect("a question");
    (process, output)
}

/// Says `a(ll)`, and nothing more.
fn answer_all(review: &mut Child) {
    let mut input = review.stdin.take().expect("an input");
    input.write_all(b"a\n").expect("an answer");
}

#[test]
fn what_is_edited_while_an_update_is_reviewed_stays() {
    let folder = copy("failing");
    let path = folder.path().join("shop.test.flow");
    let (mut process, _output) = asked_of_review(folder.path());
    let edited = fs::read_to_string(&path).expect("tests") + "\n// A precious note.\n";
    fs::write(&path, &edited).expect("tests");
    answer_all(&mut process);
    let ended = process.wait_with_output().expect("it ends");
    assert_eq!(ended.status.code(), Some(2));
    assert_eq!(
        String::from_utf8_lossy(&ended.stderr),
        "error: `./shop.test.flow` has changed meanwhile and is left as it is: run the command again\n"
    );
    assert_eq!(fs::read_to_string(&path).expect("tests"), edited);
}

/// What was rewritten before another file is refused is told.
#[test]
fn an_update_that_ends_in_the_middle_says_what_it_wrote() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    write("a.flow", "on start {\n  text \"Hello!\"\n}\n");
    for name in ["one", "two"] {
        let test = format!("test \"{name}\" {{\n  start\n  text \"Hi!\"\n}}\n");
        write(&format!("{name}.test.flow"), &test);
    }
    let (mut process, mut output) = asked_of_review(folder.path());
    write("two.test.flow", "// A precious note.\n");
    answer_all(&mut process);
    let mut told = String::new();
    output.read_to_string(&mut told).expect("the rest");
    assert_eq!(process.wait().expect("it ends").code(), Some(2));
    assert!(told.ends_with("updated 1 test in 1 file\n"), "{told}");
    let first = fs::read_to_string(folder.path().join("one.test.flow")).expect("tests");
    assert!(first.contains("Hello!"), "{first}");
}

/// An update never writes a file that is no longer a flow.
#[test]
fn an_update_that_leaves_nothing_expected_is_not_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let flow = "on start {\n  set seen = yes\n}\n\nattribute seen: yes/no\n\ntest \"speaks\" {\n  start\n  text\n}\n";
    fs::write(folder.path().join("a.flow"), flow).expect("a file");
    let output = sayflow("test --update")
        .current_dir(folder.path())
        .output()
        .expect("the binary runs");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("nothing was written"), "{told}");
    assert_eq!(last_line(&told), "0 passed, 1 failed");
    assert_eq!(
        fs::read_to_string(folder.path().join("a.flow")).expect("the flow"),
        flow
    );
}

#[test]
fn tests_are_run_again_when_a_file_changes() {
    let folder = copy("conversations");
    fs::create_dir(folder.path().join("fake")).expect("a folder");
    let reply = |data: &str| {
        let text = format!("{{\"success\":true,\"data\":[{data}]}}");
        fs::write(folder.path().join("fake/picks.json"), text).expect("a reply");
    };
    reply(r#"{"title":"Shawl","subtitle":"Of wool"},{"title":"Scarf"}"#);
    let mut watching = std::process::Command::new(snapbox::cmd::cargo_bin!("sayflow"))
        .args(["test", "--watch", "--quiet", "--coverage=lcov"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs");
    let output = BufReader::new(watching.stdout.take().expect("an output"));
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        output
            .lines()
            .map_while(Result::ok)
            .try_for_each(|line| sender.send(line))
    });
    let ends_with = |last: &str| {
        loop {
            let line = lines
                .recv_timeout(Duration::from_secs(20))
                .expect("the tests are run");
            if line.contains(" passed, ") {
                assert_eq!(line, last);
                return;
            }
        }
    };
    // Were the coverage that it writes a change, the same would come again and again.
    ends_with("4 passed, 0 failed");
    reply(r#"{"title":"Shawl","subtitle":"Of silk"},{"title":"Scarf"}"#);
    ends_with("3 passed, 1 failed");
    fs::write(folder.path().join("more.flow"), "on start {\n").expect("a file");
    ends_with("0 passed, 1 failed");
    fs::remove_file(folder.path().join("more.flow")).expect("a file");
    ends_with("3 passed, 1 failed");
    watching.kill().expect("it can be ended");
    watching.wait().expect("an end");
}

/// The edited flow says the same things again; it is a part of neither the flow nor its check.
#[test]
fn a_flow_that_a_test_goes_on_with_may_lie_beside_it() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("edited")).expect("a folder");
    let tests =
        "test \"an edit\" {\n  start\n  text \"Hello!\"\n\n  flow \"edited\"\n  start\n  text \"Hi!\"\n}\n";
    for (file, text) in [
        ("hello.flow", "on start {\n  text \"Hello!\"\n}\n"),
        ("edited/hello.flow", "on start {\n  text \"Hi!\"\n}\n"),
        ("hello.test.flow", tests),
    ] {
        fs::write(folder.path().join(file), text).expect("a file");
    }
    for arguments in ["test --quiet", "test --quiet hello.test.flow"] {
        sayflow(arguments)
            .current_dir(folder.path())
            .assert()
            .code(0)
            .stdout_eq("1 passed, 0 failed\n");
    }
    sayflow("check").current_dir(folder.path()).assert().code(0);
}

/// Files in a new folder.
fn folder_of(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (file, text) in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

const HELLO: &str = "on start {\n  text \"Hello!\"\n}\n";
const GREETS: &str = "test \"greets\" {\n  start\n  text \"Hello!\"\n}\n";

#[test]
fn the_flow_of_a_test_may_lie_in_a_folder_above() {
    let folder = folder_of(&[
        ("sub/hello.flow", HELLO),
        ("sub/tests/only.test.flow", GREETS),
        (
            "sub/tests/deep/more.test.flow",
            &GREETS.replace("greets", "greets again"),
        ),
    ]);
    for (place, arguments, last) in [
        ("", "test sub/tests/only.test.flow", "1 passed, 0 failed"),
        ("", "test sub/tests/deep/more.test.flow", "1 passed, 0 failed"),
        ("", "test sub/tests", "2 passed, 0 failed"),
        ("sub/tests", "test", "2 passed, 0 failed"),
        ("sub/tests", "test only.test.flow --update", "1 passed, 0 failed"),
        ("sub", "test tests", "2 passed, 0 failed"),
    ] {
        let output = sayflow(arguments)
            .current_dir(folder.path().join(place))
            .output()
            .expect("the binary runs");
        let told = String::from_utf8_lossy(&output.stdout);
        assert_eq!(last_line(&told), last, "{arguments} in {place:?}");
    }
}

/// Else it would be held against a flow that says nothing of its own, and be rewritten to that.
#[test]
fn a_test_without_a_flow_is_not_run() {
    let folder = folder_of(&[
        ("a/b/tests/only.test.flow", GREETS),
        ("a/b/tests/greets.flow", &GREETS.replace("greets", "greets again")),
        ("a/b/c.txt", HELLO),
    ]);
    for arguments in [
        "test tests/only.test.flow --update",
        "test tests/greets.flow --update",
        "test tests --update",
        "test",
    ] {
        sayflow(arguments)
            .current_dir(folder.path().join("a/b"))
            .assert()
            .code(2)
            .stdout_eq("")
            .stderr_eq(str![[r#"
error: there is no flow for the tests in `[..]`: neither this folder nor one above it has a `.flow` file besides tests

"#]]);
    }
    let kept = fs::read_to_string(folder.path().join("a/b/tests/only.test.flow"));
    assert_eq!(kept.expect("the test"), GREETS);
}

#[test]
fn a_test_that_is_named_twice_is_run_once() {
    for arguments in [
        "test conversations/picks.test.flow conversations --quiet",
        "test conversations ./conversations/ --quiet",
        "test conversations conversations/shop.test.flow conversations/shop.test.flow --quiet",
    ] {
        let (code, told, _) = run(arguments);
        assert_eq!((code, &*told), (0, "4 passed, 0 failed\n"), "{arguments}");
    }
}

/// What is compared stands among the lines that are shown.
#[test]
fn a_long_turn_is_shown() {
    let turn_of = |lines: usize| -> String {
        let texts: String = (0..lines)
            .map(|number| format!("  text \"{number}\"\n"))
            .collect();
        let flow =
            format!("on start {{\n{texts}}}\n\ntest \"ends\" {{\n  start\n  ...\n  text \"end\"\n}}\n");
        let folder = folder_of(&[("long.flow", &flow)]);
        let output = sayflow("test")
            .current_dir(folder.path())
            .output()
            .expect("the binary runs");
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let (_, turn) = told.split_once("the whole turn:\n").expect("the turn");
        turn.lines()
            .take_while(|line| !line.is_empty())
            .last()
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    assert_eq!(turn_of(60), "text \"59\"");
    assert_eq!(turn_of(64), "text \"63\"");
    assert_eq!(turn_of(65), "… and 5 lines");
}
