//! Slips: lines that are wrong each in its own way, alone in flows that are otherwise right.
//!
//! Each file of `tests/slips/` is a flow, `=====`, and lines: one at a time stands in the place of `<LINE>`; `⏎` breaks it.
//! Beside each stands what is found, and what its line is behind the suggested fixes: a flow without errors.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]
#![expect(clippy::disallowed_methods, reason = "a test reads its table")]

use std::fmt::Write as _;
use std::fs;

use sayflow::{Diagnostic, Severity, Source, check};

/// No line has more mistakes.
const MOST_FIXES: usize = 4;

#[test]
fn fixes_leave_a_flow_without_errors() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/slips");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    for path in paths {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&path).unwrap();
        let (flow, slips) = text.split_once("=====\n").unwrap();
        assert!(
            findings(&flow.replace("<LINE>", "")).is_empty(),
            "{name}: the flow is right without them"
        );
        let mut report = String::new();
        for slip in slips.lines() {
            let line = slip.replace('⏎', "\n");
            writeln!(report, "{slip}\n{}", looked_at(flow, &line)).unwrap();
        }
        insta::with_settings!({
            snapshot_suffix => name,
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!("slips", report);
        });
    }
}

/// What is found in the flow with the line, and what the line becomes.
fn looked_at(flow: &str, line: &str) -> String {
    let (above, below) = flow.split_once("<LINE>").unwrap();
    let mut whole = flow.replace("<LINE>", line);
    let mut report = String::new();
    let mut found = findings(&whole);
    for finding in &found {
        let label = finding.labels().first().unwrap();
        let place = label.source.slice(label.span).escape_debug();
        writeln!(
            report,
            "  {} {} [{place}]: {finding}",
            finding.severity(),
            finding.code()
        )
        .unwrap();
        if let Some(help) = finding.help() {
            writeln!(report, "    help: {help}").unwrap();
        }
    }
    for _ in 0..MOST_FIXES {
        let is_wrong = errors(&found) > 0;
        let mended = found
            .iter()
            .filter(|it| !is_wrong || it.severity() == Severity::Error)
            .find_map(Diagnostic::fix);
        let Some(fix) = mended else { break };
        let mut edits = fix.edits.clone();
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.span));
        for edit in edits {
            whole.replace_range(edit.span.range(), &edit.text);
        }
        let inside = whole
            .strip_prefix(above)
            .and_then(|rest| rest.strip_suffix(below))
            .expect("a fix changes its own line");
        writeln!(report, "    {}: {}", fix.title, inside.replace('\n', "⏎")).unwrap();
        let after = findings(&whole);
        assert!(
            errors(&after) < errors(&found) || !is_wrong && after.len() < found.len(),
            "{line}: {}: {whole}\n{after:#?}",
            fix.title
        );
        found = after;
        if errors(&found) == 0 {
            break;
        }
    }
    report
}

fn findings(flow: &str) -> Vec<Diagnostic> {
    check([Source::new("shop.flow", flow)]).1
}

fn errors(found: &[Diagnostic]) -> usize {
    found.iter().filter(|it| it.severity() == Severity::Error).count()
}
