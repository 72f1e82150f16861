//! The checker: each file of `tests/check/` beside everything that is found in it.
//!
//! A line `// file: NAME` begins another file of the same flow.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]
#![expect(clippy::disallowed_methods, reason = "a test reads its table")]

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use sayflow::{Code, Diagnostic, Edit, Label, Source, check};

fn cases() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/check");
    let mut cases: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    cases
}

/// The files of a case.
fn sources(text: &str) -> Vec<Source> {
    let mut files = vec![("shop.flow", String::new())];
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("// file: ") {
            Some(name) => files.push((name.trim(), String::new())),
            None => files.last_mut().unwrap().1.push_str(line),
        }
    }
    files
        .into_iter()
        .map(|(name, text)| Source::new(name, text))
        .collect()
}

/// A finding with its places, its help and what its fix changes.
fn shown(finding: &Diagnostic) -> String {
    let mut out = format!("{} {}: {finding}\n", finding.severity(), finding.code());
    for (index, label) in finding.labels().iter().enumerate() {
        let sign = if index == 0 { "-->" } else { " ::" };
        writeln!(out, "{sign} {}", place(label)).unwrap();
    }
    if let Some(help) = finding.help() {
        writeln!(out, "  help: {help}").unwrap();
    }
    if let Some(fix) = finding.fix() {
        let kind = if fix.is_safe { "safe fix" } else { "fix" };
        writeln!(out, "  {kind}: {}", fix.title).unwrap();
        out.push_str(&changes(&fix.edits));
    }
    out
}

/// File and lines of a label, the bytes it covers and its words.
fn place(label: &Label) -> String {
    let (start, end) = (
        label.source.position(label.span.start),
        label.source.position(label.span.end),
    );
    let covered = label.source.slice(label.span).replace('\n', "⏎");
    let words = if label.text.is_empty() {
        String::new()
    } else {
        format!(": {}", label.text)
    };
    format!("{} {start}-{end} [{covered}]{words}", label.source.name())
}

/// The text of a file behind the edits of a fix.
fn edited(edits: &[Edit]) -> String {
    let mut text = edits.first().unwrap().source.text().to_owned();
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.span);
    for edit in edits.iter().rev() {
        text.replace_range(edit.span.range(), &edit.text);
    }
    text
}

/// The lines that edits take away and put in.
fn changes(edits: &[Edit]) -> String {
    let source = &edits.first().unwrap().source;
    let after = edited(edits);
    let (old, new): (Vec<&str>, Vec<&str>) = (source.text().lines().collect(), after.lines().collect());
    let before = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let most = old.len().min(new.len()) - before;
    let behind = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(most)
        .take_while(|(a, b)| a == b)
        .count();
    let mut out = String::new();
    for (sign, lines) in [('-', &old), ('+', &new)] {
        for line in &lines[before..lines.len() - behind] {
            writeln!(out, "    {sign} {line}").unwrap();
        }
    }
    out
}

#[test]
fn files_beside_their_findings() {
    for path in cases() {
        let name = path.file_stem().unwrap().to_string_lossy();
        let text = fs::read_to_string(&path).unwrap();
        let (_, found) = check(sources(&text));
        let findings: Vec<String> = found.iter().map(shown).collect();

        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_snapshot_suffix(&*name);
        let report = format!(
            "{text}\n===== {} findings =====\n{}",
            findings.len(),
            findings.join("\n")
        );
        settings.bind(|| insta::assert_snapshot!("check", report));

        assert_eq!(
            findings.is_empty(),
            name.starts_with("ok_"),
            "{name}: an `ok_` file is silent, others are not"
        );
    }
}

#[test]
fn each_fix_mends_one_finding() {
    for path in cases() {
        let name = path.file_stem().unwrap().to_string_lossy();
        let sources = sources(&fs::read_to_string(&path).unwrap());
        let count = |sources: &[Source], code: Code| {
            let (_, found) = check(sources.iter().cloned());
            found.iter().filter(|finding| finding.code() == code).count()
        };
        let (_, found) = check(sources.iter().cloned());
        for finding in &found {
            let Some(fix) = finding.fix() else { continue };
            let mended = fix.edits.first().unwrap().source.name().to_owned();
            let after: Vec<Source> = sources
                .iter()
                .map(|source| match source.name() == mended {
                    true => Source::new(source.name(), edited(&fix.edits)),
                    false => source.clone(),
                })
                .collect();
            let (before, after) = (count(&sources, finding.code()), count(&after, finding.code()));
            assert_eq!(after + 1, before, "{name}: {finding}: {}", fix.title);
        }
    }
}
