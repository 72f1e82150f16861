//! Every finding that can be mended by a machine has its action: each is made, and looked for again.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod desk;
mod tables;

use std::collections::{BTreeMap, BTreeSet};

use desk::Desk;
use insta::assert_snapshot;
use sayflow::{Code, Diagnostic, Source, check};
use serde_json::{Value, json};
use tables::{Files, cases};

/// What the checker itself finds, with fixes.
fn findings(files: &Files) -> Vec<Diagnostic> {
    let sources = files
        .iter()
        .map(|(name, text)| Source::new(desk::uri(name), text.as_str()));
    check(sources).1
}

fn open(files: &Files) -> Desk {
    let mut desk = Desk::new();
    for (name, text) in files {
        desk.open(name, text);
    }
    desk.settle();
    desk
}

/// The actions that mend a finding as the editor knows it.
fn mending(desk: &mut Desk, name: &str, finding: &Value) -> Vec<Value> {
    let params = json!({
        "textDocument": {"uri": desk::uri(name)}, "range": finding["range"],
        "context": {"diagnostics": [finding], "only": ["quickfix"]},
    });
    let actions = desk.ask("textDocument/codeAction", params);
    let is_for = |action: &&Value| action["diagnostics"][0] == *finding;
    actions
        .as_array()
        .unwrap()
        .iter()
        .filter(is_for)
        .cloned()
        .collect()
}

#[test]
fn each_fix_of_the_checker_is_an_action() {
    let mut checked = 0;
    for (case, files) in cases("check").into_iter().chain(cases("syntax")) {
        let mut desk = open(&files);
        for finding in findings(&files) {
            let Some(fix) = finding.fix() else { continue };
            let label = finding.labels().first().unwrap();
            let name = desk::name(label.source.name());
            let shown = desk.findings.get(&name).cloned().unwrap_or_default();
            let is_it = |shown: &&Value| {
                let before = &label.source.text()[..label.span.start as usize];
                let column = before.len() - before.rfind('\n').map_or(0, |end| end + 1);
                let start = json!({"line": before.matches('\n').count(), "character": column});
                let is_here = shown["range"]["start"] == start;
                is_here && shown["message"].as_str().unwrap().starts_with(finding.message())
            };
            let shown = shown.iter().find(is_it);
            let titles: Vec<Value> = shown
                .iter()
                .flat_map(|shown| mending(&mut desk, &name, shown))
                .map(|action| action["title"].clone())
                .collect();
            assert!(
                titles.contains(&json!(fix.title)),
                "{case}: {finding}: {titles:?}"
            );
            checked += 1;
        }
    }
    assert!(checked > 100, "{checked} fixes");
}

/// What mends a file of Windows ends its lines as the file does.
#[test]
fn what_is_mended_has_the_line_ends_of_its_file() {
    let mut broken = 0;
    for (case, files) in cases("check").into_iter().chain(cases("syntax")) {
        let crlf = |text: &str| text.replace("\r\n", "\n").replace('\n', "\r\n");
        let files: Files = files
            .into_iter()
            .map(|(name, text)| (name, crlf(&text)))
            .collect();
        let mut desk = open(&files);
        for (name, found) in desk.findings.clone() {
            for action in found
                .iter()
                .flat_map(|finding| mending(&mut desk, &name, finding))
            {
                let files = action["edit"]["changes"].as_object().unwrap().values();
                for edit in files.flat_map(|edits| edits.as_array().unwrap()) {
                    let text = edit["newText"].as_str().unwrap();
                    assert!(!text.replace("\r\n", "").contains('\n'), "{case}: {action}");
                    broken += usize::from(text.contains('\n'));
                }
            }
        }
    }
    assert!(broken > 50, "{broken} edits of several lines");
}

/// Every action that is no fix of the checker: made, its finding is gone. By code, what they do.
#[test]
fn what_the_server_mends_itself_is_gone_afterwards() {
    let mut titles: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (case, files) in cases("check") {
        let own: BTreeSet<String> = findings(&files)
            .iter()
            .filter_map(|finding| Some(finding.fix()?.title.clone()))
            .collect();
        let mut desk = open(&files);
        let before = desk.findings.clone();
        for (name, found) in &before {
            for finding in found {
                for action in mending(&mut desk, name, finding) {
                    let title = action["title"].as_str().unwrap();
                    if own.contains(title) {
                        continue;
                    }
                    let mut mended = open(&files);
                    mended.make(&action["edit"]);
                    let fact = |it: &Value| {
                        let message = it["message"].as_str().unwrap();
                        (it["code"].clone(), message.lines().next().unwrap().to_owned())
                    };
                    let count = |all: &BTreeMap<String, Vec<Value>>| {
                        let all = all.values().flatten();
                        all.filter(|it| fact(it) == fact(finding)).count()
                    };
                    let (was, is) = (count(&before), count(&mended.findings));
                    assert!(is < was, "{case}: {title}: {:?}", mended.texts);
                    let code = finding["code"].as_str().unwrap().to_owned();
                    // The names of the cases are theirs.
                    let shape = title.split('`').step_by(2).collect::<Vec<_>>().join("`…`");
                    titles.entry(code).or_default().insert(shape);
                }
            }
        }
    }
    let lines = titles.iter().map(|(code, titles)| {
        let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
        format!("{code}: {}", titles.join("; "))
    });
    assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
}

/// The codes of flows of which no finding in the tables has an action: only the author knows what is meant.
#[test]
fn codes_that_only_an_author_can_mend() {
    let mut mended: BTreeSet<String> = BTreeSet::new();
    let mut found: BTreeSet<String> = BTreeSet::new();
    for (_, files) in cases("check").into_iter().chain(cases("syntax")) {
        let mut desk = open(&files);
        for (name, shown) in desk.findings.clone() {
            for finding in shown {
                let code = finding["code"].as_str().unwrap().to_owned();
                found.insert(code.clone());
                if !mended.contains(&code) && !mending(&mut desk, &name, &finding).is_empty() {
                    mended.insert(code);
                }
            }
        }
    }
    let of_flows = Code::ALL.iter().map(|code| code.as_str());
    let of_flows = of_flows.filter(|code| code.starts_with("syntax::") || code.starts_with("check::"));
    let by_hand: Vec<&str> = of_flows.filter(|code| !mended.contains(*code)).collect();
    assert_snapshot!(by_hand.join("\n"));
    assert!(found.len() > 70, "{} codes", found.len());
}
