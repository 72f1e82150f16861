//! Reading files: a table of flows with what was understood of them and what is wrong with them.
//!
//! A case is a file in `tests/syntax`; its snapshot shows the source, the diagnostics and the tree.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

#[path = "syntax/outline.rs"]
mod outline;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use outline::outline;
use sayflow::{Code, Diagnostic, Source, syntax};

#[test]
fn table_of_files() {
    for path in cases() {
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let source = Source::new(
            path.file_name().unwrap().to_str().unwrap(),
            fs::read_to_string(&path).unwrap(),
        );
        let (file, diagnostics) = syntax::parse(&source);
        assert_eq!(syntax::print(&file), source.text(), "{stem}");
        assert_eq!(
            diagnostics.is_empty(),
            stem.starts_with("ok_"),
            "{stem}: {diagnostics:#?}"
        );
        insta::with_settings!({
            snapshot_suffix => stem,
            prepend_module_to_snapshot => false,
            omit_expression => true,
            snapshot_path => "snapshots",
        }, {
            insta::assert_snapshot!("syntax", render(&source, &diagnostics, &outline(&file)));
        });
    }
}

#[test]
fn every_code_of_the_stage_has_a_case() {
    let mut found: Vec<Code> = Vec::new();
    for path in cases() {
        let (_, diagnostics) = syntax::parse(&Source::new("a.flow", fs::read_to_string(path).unwrap()));
        found.extend(diagnostics.iter().map(Diagnostic::code));
    }
    // These two are found outside of a file of the table: see the tests below and the command line's.
    found.extend([Code::NotUtf8, Code::FileTooLarge]);
    let missing: Vec<&Code> = Code::ALL
        .iter()
        .filter(|code| code.as_str().starts_with("syntax::") && !found.contains(code))
        .collect();
    assert_eq!(missing, Vec::<&Code>::new());
}

/// The files of the table, sorted.
fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/syntax");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "flow"));
    paths.sort();
    paths
}

fn render(source: &Source, diagnostics: &[Diagnostic], tree: &str) -> String {
    let mut out = String::new();
    for (index, line) in source.text().split_inclusive('\n').enumerate() {
        let visible: String = line.trim_end_matches('\n').chars().map(visible).collect();
        let _ = writeln!(out, "{:>3} | {visible}", index + 1);
    }
    let _ = writeln!(out, "\n--- diagnostics");
    for diagnostic in diagnostics {
        let _ = write!(out, "{}", render_diagnostic(diagnostic));
    }
    let _ = write!(out, "\n--- tree\n{tree}");
    out
}

/// Control characters and special blanks as their symbols.
fn visible(letter: char) -> char {
    match letter {
        '\r' => '␍',
        '\t' => '␉',
        '\u{FEFF}' => '⌷',
        '\u{A0}' => '⍽',
        plain => plain,
    }
}

fn render_diagnostic(diagnostic: &Diagnostic) -> String {
    let mut out = String::new();
    let mut labels = diagnostic.labels().iter();
    let primary = labels.next().unwrap();
    let place = |label: &sayflow::Label| {
        let start = label.source.position(label.span.start);
        let text = label.source.slice(label.span).escape_debug().to_string();
        let word = if label.text.is_empty() {
            String::new()
        } else {
            format!(": {}", label.text)
        };
        format!("{start} `{text}`{word}")
    };
    let _ = writeln!(
        out,
        "{}[{}]: {diagnostic}",
        diagnostic.severity(),
        diagnostic.code()
    );
    let _ = writeln!(out, "  at {}", place(primary));
    for label in labels {
        let _ = writeln!(out, "  and {}", place(label));
    }
    if let Some(help) = diagnostic.help() {
        let _ = writeln!(out, "  help: {help}");
    }
    if let Some(fix) = diagnostic.fix() {
        let _ = writeln!(
            out,
            "  {}fix: {}",
            if fix.is_safe { "safe " } else { "" },
            fix.title
        );
    }
    out
}
