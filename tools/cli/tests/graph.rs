//! `sayflow graph`: every format, the surroundings of a sequence, two versions, and what is wrong.

mod binary;

use std::fs;
use std::path::Path;

use binary::sayflow;
use serde_json::Value as Json;
use snapbox::{file, str};

#[test]
fn a_picture() {
    sayflow("graph graph")
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/graph.svg"].raw())
        .stderr_eq("");
}

#[test]
fn a_hyphen_is_the_standard_output() {
    let folder = tempfile::tempdir().expect("a folder");
    sayflow("graph --out -")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/flows/graph"))
        .current_dir(folder.path())
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/graph.svg"].raw());
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[test]
fn for_mermaid() {
    sayflow("graph graph --format mermaid")
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/graph_mermaid.txt"].raw());
}

#[test]
fn for_graphviz() {
    sayflow("graph graph --format dot")
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/graph_dot.txt"].raw());
}

#[test]
fn for_programs() {
    sayflow("graph graph --format json")
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/graph_json.txt"].raw());
}

#[test]
fn what_is_around_one_sequence() {
    sayflow("graph graph --focus booked --depth 2 --format mermaid")
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/graph_focus.txt"].raw());
}

#[test]
fn what_a_change_adds_and_removes() {
    sayflow("graph graph --since graph_before --format mermaid")
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/graph_since.txt"].raw());
}

#[test]
fn a_picture_of_a_change() {
    sayflow("graph graph --since graph_before")
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/graph_since.svg"].raw());
}

#[test]
fn a_flow_has_not_changed_since_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("graph.json");
    let written = format!("graph graph --since graph --format json --out {}", path.display());
    sayflow(&written).assert().code(0).stdout_eq("");
    let plain = sayflow("graph graph --format json")
        .output()
        .expect("the binary runs");
    let written = fs::read(path).expect("the graph");
    assert_eq!(String::from_utf8(written), String::from_utf8(plain.stdout));
}

#[test]
fn a_sequence_that_is_not_there() {
    sayflow("graph graph --focus bookd")
        .assert()
        .code(2)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: the flow has no sequence `bookd`: did you mean `booked`?

"#]]);
}

#[test]
fn a_name_that_leads_nowhere() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(
        folder.path().join("a.flow"),
        "on start {\n  txet \"Hello\"\n  goto wellcome\n}\n\nsequence welcome {\n  text \"Hello\"\n}\n",
    )
    .expect("a file");
    sayflow("graph a.flow --format mermaid")
        .current_dir(folder.path())
        .assert()
        .code(1)
        .stdout_eq(file!["snapshots/graph_missing.txt"].raw())
        .stderr_eq(str![[r#"
1 line left out: `sayflow check` says what is wrong
1 name without a sequence: `sayflow check` says where

"#]]);
}

/// The table has each key that the graph has.
#[test]
fn the_json_of_a_graph_is_documented() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/graph.md");
    let page = fs::read_to_string(page).expect("the page");
    let rows: String = page.lines().filter(|line| line.starts_with('|')).collect();
    let output = sayflow("graph graph --since graph_before --format json")
        .output()
        .expect("the binary runs");
    let graph: Json = serde_json::from_slice(&output.stdout).expect("a graph");
    for list in ["nodes", "edges"] {
        let things = graph.get(list).and_then(Json::as_array).expect("a list");
        let keys = things
            .iter()
            .filter_map(Json::as_object)
            .flatten()
            .map(|(key, _)| key);
        let unknown: Vec<_> = keys
            .filter(|key| !rows.contains(&format!("`{list}[].{key}`")))
            .collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
