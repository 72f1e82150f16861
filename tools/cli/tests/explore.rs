//! `sayflow explore`: findings for people and programs, tests in files, exit codes.

mod binary;

use std::fs;

use binary::sayflow;
use snapbox::{file, str};

#[test]
fn findings_have_a_line_and_a_test() {
    sayflow("explore shop --steps 2000 --seed 7")
        .assert()
        .code(1)
        .stdout_eq(file!["snapshots/explore.txt"].raw())
        .stderr_eq(str![[r#"
1 finding in 2000 steps, seed 7

"#]]);
}

#[test]
fn findings_for_programs() {
    sayflow("explore shop --steps 2000 --seed 7 --json")
        .assert()
        .code(1)
        .stdout_eq(file!["snapshots/explore_json.txt"].raw());
}

#[test]
fn each_finding_is_written_into_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("found");
    sayflow("explore shop --steps 2000 --write")
        .arg(&path)
        .assert()
        .code(1);
    let test = fs::read_to_string(path.join("no_answer-track.test.flow")).expect("a test");
    fs::copy(
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/flows/shop/shop.flow"),
        path.join("shop.flow"),
    )
    .expect("the flow beside its test");
    sayflow("fmt --check").arg(&path).assert().code(0);
    sayflow("check").arg(&path).assert().code(0);
    assert!(test.starts_with("test \"no answer in track\" {\n"));
}

/// A test that somebody has edited stays; one that is as it was written gets no second file.
#[test]
fn what_was_found_before_and_edited_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("found");
    let explored = || {
        sayflow("explore shop --steps 2000 --write")
            .arg(&path)
            .assert()
            .code(1);
        let mut texts: Vec<String> = fs::read_dir(&path)
            .expect("a folder")
            .map(|file| fs::read_to_string(file.expect("a file").path()).expect("a test"))
            .collect();
        texts.sort();
        texts
    };
    let first = explored();
    let edited = "// Mine.\n".to_owned();
    fs::write(path.join("no_answer-track.test.flow"), &edited).expect("a file");
    let both = [vec![edited], first].concat();
    assert_eq!(explored(), both);
    assert_eq!(explored(), both);
}

/// The folder is a part of the flow, as in the example of the help: no two tests of a flow have the same name.
#[test]
fn a_flow_that_is_edited_and_explored_again_can_be_loaded() {
    let folder = tempfile::tempdir().expect("a folder");
    let (flow, found) = (folder.path().join("a.flow"), folder.path().join("found"));
    let explored = |greeting: &str| {
        fs::write(
            &flow,
            format!("on start {{\n  text \"{greeting} {{{{first_name}}}}!\"\n}}\n"),
        )
        .expect("a flow");
        let explored = sayflow("explore . --steps 300 --write found")
            .current_dir(folder.path())
            .assert()
            .code(1);
        sayflow("check").arg(folder.path()).assert().code(0);
        String::from_utf8_lossy(&explored.get_output().stderr).into_owned()
    };
    let names = || {
        let files = fs::read_dir(&found).expect("a folder");
        let names = files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned());
        let mut names: Vec<String> = names.filter(|name| name.starts_with("empty_place")).collect();
        names.sort();
        names
    };
    explored("Hi");
    explored("Hello");
    let both = [
        "empty_place-on-start-2.test.flow",
        "empty_place-on-start.test.flow",
    ];
    assert_eq!(names(), both);
    let second = fs::read_to_string(found.join(both[0])).expect("a test");
    assert!(
        second.starts_with("test \"empty place in on start (2)\" {\n"),
        "{second}"
    );
    let told = explored("Hello");
    assert!(
        told.contains("`empty place in on start (2)` is there already\n"),
        "{told}"
    );
    assert_eq!(names(), both);
}

/// Names of sequences are longer than names of files may be, and differ where these do not.
#[test]
fn each_finding_has_a_file_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let long = "ক".repeat(200);
    let sequence =
        |name: &str| format!("on intent \"{name}\" {{\n  goto {name}\n}}\n\nsequence {name} {{\n}}\n\n");
    let flow = sequence(&format!("{long}1")) + &sequence(&format!("{long}2"));
    fs::write(folder.path().join("a.flow"), flow).expect("a flow");
    sayflow("explore a.flow --steps 500 --write found")
        .current_dir(folder.path())
        .assert()
        .code(1);
    let written = fs::read_dir(folder.path().join("found")).expect("a folder");
    assert_eq!(written.count(), 2);
}

#[test]
fn what_is_found_is_shown_without_control_characters() {
    let folder = tempfile::tempdir().expect("a folder");
    let flow = "on intent \"a\u{2028}b\" {\n}\n\non start {\n  text \"c\u{2028}d\"\n  goto nowhere_left\n}\n\nsequence nowhere_left {\n}\n";
    fs::write(folder.path().join("a.flow"), flow).expect("a flow");
    for command in ["explore a.flow --steps 300", "explore a.flow --steps 300 --json"] {
        let explored = sayflow(command).current_dir(folder.path()).assert().code(1);
        let shown = String::from_utf8_lossy(&explored.get_output().stdout).into_owned();
        assert!(
            shown.contains("no_answer") && !shown.contains('\u{2028}'),
            "{shown}"
        );
    }
}

#[test]
fn a_flow_without_defects_is_fine() {
    sayflow("explore ../../../../examples/shop --steps 500 --json")
        .assert()
        .code(0);
}

#[test]
fn a_flow_with_errors_is_not_explored() {
    sayflow("explore findings").assert().code(1).stdout_eq("");
}
