//! The examples of the documents: each ` ```flow ` is checked, each ` ```chat ` below one is run.
//!
//! ` ```flow error=check::code ` marks an example that shows a mistake; it must have that one.
//! With `UPDATE_DOCS=1` the chats are written anew into the documents instead of compared.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]
#![expect(clippy::disallowed_methods, reason = "a test reads the documents")]

mod chat;

use std::fs;
use std::path::Path;

use sayflow::{Severity, Source};

/// A fenced block of a document.
struct Fence<'d> {
    /// What stands behind the back-ticks.
    label: &'d str,
    text: String,
    /// The line of the opening back-ticks, from 1.
    line: usize,
}

fn fences(document: &str) -> Vec<Fence<'_>> {
    let mut fences = Vec::new();
    let mut lines = document.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let Some(label) = line.strip_prefix("```") else {
            continue;
        };
        let body = lines
            .by_ref()
            .map(|(_, line)| line)
            .take_while(|line| *line != "```");
        let text = body.map(|line| format!("{line}\n")).collect();
        fences.push(Fence {
            label,
            text,
            line: index + 1,
        });
    }
    fences
}

/// Checks and runs every example; gives the document back as it should be.
fn tried(name: &str, document: &str) -> String {
    let mut result = document.to_owned();
    let mut flow: Option<Source> = None;
    for fence in fences(document) {
        let place = format!("{name}:{}", fence.line);
        match fence.label.split_once(" error=") {
            Some(("flow", code)) => {
                assert_has_error(&Source::new(place, fence.text), code);
                flow = None;
            }
            _ if fence.label == "flow" => flow = Some(assert_sound(Source::new(place, fence.text))),
            _ if fence.label == "chat" => {
                let source = flow
                    .clone()
                    .unwrap_or_else(|| panic!("{place}: no flow above this chat"));
                let chat = chat::run(&fence.text, &|_| vec![source.clone()]);
                let before = format!("```chat\n{}```\n", fence.text);
                result = result.replacen(&before, &format!("```chat\n{chat}```\n"), 1);
            }
            _ => assert!(
                !fence.label.is_empty(),
                "{place}: say which language this block is in"
            ),
        }
    }
    result
}

fn assert_sound(source: Source) -> Source {
    let checked = sayflow::check([source.clone()]);
    let errors: Vec<String> = checked
        .diagnostics()
        .iter()
        .filter(|found| found.severity() == Severity::Error)
        .map(chat::diagnostic)
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    source
}

fn assert_has_error(source: &Source, code: &str) {
    let checked = sayflow::check([source.clone()]);
    let found: Vec<&str> = checked
        .diagnostics()
        .iter()
        .map(|found| found.code().as_str())
        .collect();
    assert!(checked.program().is_none(), "{}: this flow runs", source.name());
    assert!(
        found.contains(&code),
        "{}: expected {code}, found {found:?}",
        source.name()
    );
}

#[test]
fn every_example_holds() {
    for name in ["docs/language.md", "README.md"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        let document = fs::read_to_string(&path).unwrap();
        let result = tried(name, &document);
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&path, result).unwrap();
        } else {
            let differs = document
                .lines()
                .zip(result.lines())
                .position(|(is, should)| is != should);
            if let Some(index) = differs {
                let rest: Vec<&str> = result.lines().skip(index).take(12).collect();
                panic!("{name}:{}: the chat goes on so:\n{}", index + 1, rest.join("\n"));
            }
            assert_eq!(document, result);
        }
    }
}
