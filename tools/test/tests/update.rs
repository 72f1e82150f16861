//! The table `tests/update`: tests that fail, and how they read when they are updated.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::fmt::Write as _;
use std::fs;

use sayflow::{Source, Span, syntax};
use sayflow_kit::{apply_edits, format};
use sayflow_test::Suite;

#[test]
fn table_of_flows() {
    insta::glob!("update/*.flow", |path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        let source = Source::new(name, fs::read_to_string(path).unwrap());
        assert_eq!(
            formatted(&source),
            source.text(),
            "the table is in canonical form"
        );
        let updated = updated(&source);
        assert_eq!(formatted(&updated), updated.text(), "an update leaves it so");
        let again = self::updated(&updated);
        assert_eq!(again.text(), updated.text(), "a second update changes nothing");
        let stem = path.file_stem().unwrap().to_str().unwrap();
        insta::with_settings!({
            prepend_module_to_snapshot => false, snapshot_suffix => "", omit_expression => true
        }, {
            insta::assert_snapshot!(format!("update@{stem}"), report(&updated));
        });
    });
}

/// Rewritten lines and comments that are kept end as all lines of their file do.
#[test]
fn line_ends_stay() {
    for name in ["blocks", "denials"] {
        let path = format!("{}/tests/update/{name}.flow", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(path).unwrap();
        let with_crlf = |text: &str| text.replace('\n', "\r\n");
        let plain = updated(&Source::new("a.flow", text.as_str()));
        let source = Source::new("a.flow", with_crlf(&text));
        assert_eq!(updated(&source).text(), with_crlf(plain.text()));
    }
}

/// Where no line can be put between the braces, the whole block is written anew.
#[test]
fn a_block_on_one_line_keeps_what_it_denies() {
    let flow = "on start {\n  buttons \"Now?\" {\n    \"A\" -> url \"https://a.example\"\n  }\n}\n\n";
    let test = |buttons: &str| {
        let test = format!("{flow}test \"now\" {{\n  start\n  buttons {buttons}\n}}\n");
        Source::new("a.flow", test)
    };
    let updated = updated(&test("\"Then?\" { not \"B\" }"));
    let expected = "\"Now?\" {\n    \"A\" -> url \"https://a.example\"\n    not \"B\"\n  }";
    assert_eq!(updated.text(), test(expected).text());
}

/// Where code stands behind the place of new lines, it comes behind them: a `}`, or the first line of a block.
#[test]
fn a_brace_on_the_line_of_another_stays_the_last() {
    for name in ["blocks", "denials"] {
        let path = format!("{}/tests/update/{name}.flow", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(path).unwrap();
        let plain = updated(&Source::new("a.flow", text.as_str()));
        let close = |line: &str| line.trim() == "}";
        let mut joined = String::new();
        let mut is_open = false;
        for line in text.lines() {
            let is_behind = is_open && close(line);
            joined += if is_behind { " " } else { "\n" };
            joined += if is_behind { line.trim() } else { line };
            // A block on one line is written anew, whole.
            let is_code = !line.contains("//") && !line.trim().is_empty();
            is_open = is_code && !line.ends_with('{') && !line.ends_with('}');
        }
        let joined = updated(&Source::new("a.flow", joined));
        assert_eq!(formatted(&joined), formatted(&plain));
    }
}

fn formatted(source: &Source) -> String {
    format(&syntax::parse(source).0)
}

fn suite(source: &Source) -> Suite {
    Suite::load([source.clone()]).unwrap()
}

fn updated(source: &Source) -> Source {
    let suite = suite(source);
    let edits = suite.tests().flat_map(|test| test.updated(&test.run()));
    let edits: Vec<(Span, String)> = edits.map(|edit| (edit.span, edit.text)).collect();
    Source::new(source.name(), apply_edits(source.text(), &edits))
}

/// The tests as they read now, and which of them still fail.
fn report(source: &Source) -> String {
    let tests = source.text().find("test \"").unwrap();
    let mut report = source.text().get(tests..).unwrap().to_owned();
    for test in suite(source).tests() {
        let verdict = test.run();
        let word = if verdict.is_ok() { "passed" } else { "failed" };
        writeln!(report, "\n{word}: {}", test.name()).unwrap();
        if let Some(reason) = test.left_by_update(&verdict) {
            writeln!(report, "left: {reason}").unwrap();
        }
        for failure in &verdict.failures {
            writeln!(report, "{failure}").unwrap();
        }
    }
    report
}
