//! The examples of the documents: each ` ```flow ` is checked, each ` ```chat ` below one is run.
//!
//! ` ```po bn ` is the catalog of the flow above it in that language.
//! ` ```flow test ` is a test of the flow above it, which the tests of the package `sayflow-test` run.
//! ` ```flow error=check::code ` marks an example that shows a mistake; it must have that one. Below a flow,
//! ` ```json request=API ` is what that API sends, and ` ```json reply=OUTPUT ` a good reply, or one with
//! the problems in the ` ```report ` below it.
//! With `UPDATE_DOCS=1` chats and reports are written anew into the documents instead of compared.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]
#![expect(clippy::disallowed_methods, reason = "a test reads the documents")]

mod chat;
#[path = "docs/replies.rs"]
mod replies;

use std::fs;
use std::path::Path;

use replies::Contract;
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
    let mut catalogs: Vec<Source> = Vec::new();
    let mut fences = fences(document).into_iter().peekable();
    while let Some(fence) = fences.next() {
        let place = format!("{name}:{}", fence.line);
        if let Some((kind, what)) = fence.label.split_once("json ") {
            let report = fences.next_if(|next| next.label == "report");
            let contract = Contract::new(flow.as_ref().unwrap_or_else(|| panic!("{place}: no flow above")));
            try_json(&contract, (kind, what), &fence, report.as_ref(), &mut result);
            continue;
        }
        if let Some(language) = fence.label.strip_prefix("po ") {
            catalogs.push(Source::new(format!("texts/{language}.po"), fence.text));
            let flow = flow.clone().unwrap_or_else(|| panic!("{place}: no flow above"));
            assert_translates(&place, flow, &catalogs);
            continue;
        }
        match fence.label.split_once(" error=") {
            Some(("flow", code)) => {
                assert_has_error(&Source::new(place, fence.text), code);
                flow = None;
            }
            _ if fence.label == "flow" => {
                let source = Source::new(place, fence.text);
                assert_sound([source.clone()]);
                flow = Some(source);
                catalogs.clear();
            }
            _ if fence.label == "flow test" => {
                let flow = flow
                    .clone()
                    .unwrap_or_else(|| panic!("{place}: no flow above this test"));
                assert_sound([flow, Source::new(place, fence.text)]);
            }
            _ if fence.label == "chat" => {
                let source = flow
                    .clone()
                    .unwrap_or_else(|| panic!("{place}: no flow above this chat"));
                let sources: Vec<Source> = std::iter::once(source).chain(catalogs.iter().cloned()).collect();
                let chat = chat::run(&fence.text, &|_| sources.clone());
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

/// Compares a request with what is sent, and a reply with what becomes of it.
fn try_json(
    contract: &Contract,
    (kind, what): (&str, &str),
    fence: &Fence<'_>,
    report: Option<&Fence<'_>>,
    result: &mut String,
) {
    let place = fence.line;
    if kind.is_empty() {
        let json: Result<serde_json::Value, _> = serde_json::from_str(&fence.text);
        assert!(json.is_ok(), "line {place}: {json:?}");
    }
    match (what.split_once('='), report) {
        (Some(("request", api)), None) => {
            assert_eq!(contract.request(api, &fence.text), fence.text, "line {place}");
        }
        (Some(("reply", output)), None) => {
            let report = contract.report(output, &fence.text);
            assert!(
                ["ok\n", "empty\n", "declined\n"].contains(&&*report),
                "line {place}: {report}"
            );
        }
        (Some(("reply", output)), Some(shown)) => {
            let shown = format!("```\n\n```report\n{}```\n", shown.text);
            let before = format!("{}{shown}", fence.text);
            let report = contract.report(output, &fence.text);
            let after = format!("{}```\n\n```report\n{report}```\n", fence.text);
            assert!(
                result.contains(&before),
                "line {place}: the report stands right below its reply"
            );
            *result = result.replacen(&before, &after, 1);
        }
        _ => panic!("line {place}: `{what}` is neither a request nor a reply"),
    }
}

fn assert_sound(sources: impl IntoIterator<Item = Source>) {
    let (_, found) = sayflow::check(sources);
    let errors: Vec<String> = found
        .iter()
        .filter(|found| found.severity() == Severity::Error)
        .map(chat::diagnostic)
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

/// A document need not translate every text, but what it translates can be used.
fn assert_translates(place: &str, flow: Source, catalogs: &[Source]) {
    let (_, found) = sayflow::check(std::iter::once(flow).chain(catalogs.iter().cloned()));
    let codes = found.iter().map(|found| found.code().as_str());
    let wrong: Vec<&str> = codes
        .filter(|code| code.starts_with("texts::") && *code != "texts::missing")
        .collect();
    assert!(wrong.is_empty(), "{place}: {wrong:?}");
}

fn assert_has_error(source: &Source, code: &str) {
    let (program, found) = sayflow::check([source.clone()]);
    let found: Vec<&str> = found.iter().map(|found| found.code().as_str()).collect();
    assert!(program.is_none(), "{}: this flow runs", source.name());
    assert!(
        found.contains(&code),
        "{}: expected {code}, found {found:?}",
        source.name()
    );
}

#[test]
fn every_example_holds() {
    for name in [
        "docs/language.md",
        "docs/contract.md",
        "docs/code-actions.md",
        "docs/texts.md",
        "README.md",
    ] {
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
                panic!("{name}:{}: it goes on so:\n{}", index + 1, rest.join("\n"));
            }
            assert_eq!(document, result);
        }
    }
}
