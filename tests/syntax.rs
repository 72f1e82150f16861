//! Reading files: a table of flows with what was understood of them and what is wrong with them.
//!
//! A case is a file in `tests/syntax`; its snapshot shows the source, the diagnostics and the tree.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
#![expect(clippy::disallowed_methods, reason = "a test reads its table")]

#[path = "syntax/outline.rs"]
mod outline;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use outline::outline;
use proptest::collection::vec;
use proptest::prelude::{any, proptest};
use proptest::sample::{Index, select};
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
fn each_fix_takes_its_finding_away() {
    for path in cases() {
        let text = fs::read_to_string(&path).unwrap();
        let source = Source::new("a.flow", text.as_str());
        let (_, before) = syntax::parse(&source);
        for finding in &before {
            let Some(fix) = finding.fix() else { continue };
            let mut edits = fix.edits.clone();
            edits.sort_by_key(|edit| std::cmp::Reverse(edit.span));
            let mut mended = text.clone();
            for edit in edits {
                mended.replace_range(edit.span.range(), &edit.text);
            }
            let (_, after) = syntax::parse(&Source::new("a.flow", mended.as_str()));
            // What stood before the edits is where it was; what stood behind is as far from the end.
            let place = |found: &Diagnostic, text: &str| {
                let start = found
                    .labels()
                    .first()
                    .map_or(0, |label| label.span.start as usize);
                (start, text.len() - start)
            };
            let (start, from_end) = place(finding, &text);
            let is_there = |other: &&Diagnostic| {
                let (other_start, other_from_end) = place(other, &mended);
                let is_same_place = other_start == start || other_from_end == from_end;
                other.message() == finding.message() && is_same_place
            };
            assert_eq!(
                after.iter().find(is_there),
                None,
                "{}: {}\n{mended}",
                path.display(),
                fix.title
            );
            // An item that stands at its place again no longer ends what is open around it.
            assert!(
                after.len() <= before.len() || finding.code() == Code::IndentedItem,
                "{}: {} makes it worse\n{mended}",
                path.display(),
                fix.title
            );
        }
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

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/syntax")
}

/// The files of the table, sorted.
fn cases() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder())
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

#[test]
fn a_file_of_more_than_a_mebibyte_is_not_read() {
    let text = format!("// {}\n", "x".repeat(syntax::MAX_FILE_BYTES as usize));
    let source = Source::new("a.flow", text);
    let (file, diagnostics) = syntax::parse(&source);
    assert_eq!(
        diagnostics.iter().map(Diagnostic::code).collect::<Vec<_>>(),
        [Code::FileTooLarge]
    );
    assert_eq!(syntax::print(&file), source.text());
}

#[test]
fn one_mistake_is_at_most_two_findings() {
    // Every third character of the sample taken away, and doubled.
    let sample = sample();
    for (at, letter) in sample.char_indices().step_by(3) {
        let (before, behind) = sample.split_at(at);
        let rest = behind.strip_prefix(letter).unwrap();
        for text in [format!("{before}{rest}"), format!("{before}{letter}{behind}")] {
            let (_, diagnostics) = syntax::parse(&Source::new("a.flow", text));
            assert!(
                diagnostics.len() <= 2,
                "{letter:?} at byte {at}: {diagnostics:#?}"
            );
        }
    }
}

#[test]
fn words_that_are_legal_in_a_place() {
    let words: Vec<&str> = syntax::words(syntax::Place::Gallery).collect();
    assert_eq!(words, ["card"]);
    assert!(syntax::words(syntax::Place::Ask).any(|word| word == "no match"));
}

proptest! {
    #[test]
    fn any_text_has_a_tree_of_all_of_it(text in any::<String>()) {
        check_lossless(&text);
    }

    #[test]
    fn pieces_of_the_language_in_any_order_have_a_tree(pieces in vec(select(&PIECES[..]), 0..60)) {
        check_lossless(&pieces.concat());
    }

    #[test]
    fn a_mutilated_sample_has_a_tree(edits in vec((any::<Index>(), 0..6_usize, any::<Index>()), 1..12)) {
        let mut lines: Vec<String> = sample().split_inclusive('\n').map(str::to_owned).collect();
        for (line, kind, place) in edits {
            let line = line.index(lines.len());
            let at = place.index(lines[line].len() + 1);
            let at = (0..=at).rev().find(|at| lines[line].is_char_boundary(*at)).unwrap_or(0);
            match kind {
                0 => lines[line].truncate(at),
                1 => lines[line].insert_str(at, PIECES[place.index(PIECES.len())]),
                2 => lines[line] = lines[line].split_off(at),
                3 => lines[line].clear(),
                4 => lines.insert(line, lines[place.index(lines.len())].clone()),
                _ => lines[line] = lines[line].repeat(2),
            }
        }
        check_lossless(&lines.concat());
    }
}

#[test]
fn a_line_behind_the_else_of_a_broken_item_stays_there() {
    check_lossless("menu {\n  end\n} else {\n  end\n}\n  end\n");
}

#[test]
fn a_brace_is_inserted_between_lines_whatever_blanks_they_begin_with() {
    check_lossless("on start {\n  if vip {\n    end\n\u{A0}end\n}\n");
}

/// What a text can be made of to reach deep into the grammar.
const PIECES: [&str; 76] = [
    "\ntest \"a\" {\n",
    "given a = 1",
    "mock a = \"b\", then timeout",
    "mock a = reply `{}`",
    "`",
    "```",
    "customer \"a\"",
    "tap \"a\" of \"b\"",
    "not ",
    "text ~ \"a\"",
    "text /a/",
    "/",
    "...",
    "quick replies {",
    "expect a = 1, b > 2",
    "called a 2 times with b = 1",
    "do a {",
    "again",
    "\n",
    "\n  ",
    " ",
    "\t",
    "\r\n",
    "\u{FEFF}",
    "\u{A0}",
    "{",
    "}",
    " {\n",
    "\n}\n",
    "\"",
    "\"\"\"",
    "“",
    "”",
    "\"a\"",
    "{{",
    "}}",
    "{{a}}",
    "{{a|b}}",
    "<<",
    ">>",
    "<<a>>",
    "\\",
    "\\\"",
    "//",
    "///",
    "// allow a::b: c",
    "->",
    "→",
    "=",
    "==",
    ":",
    ",",
    "@",
    "(",
    ")",
    "-",
    "+",
    "sequence a",
    "\nsequence b {\n",
    "test \"t\" {",
    "on start",
    "text ",
    "ask ",
    "gallery",
    "quick replies",
    "if a",
    "else",
    "else if b",
    "set x = 1",
    "goto ",
    "accept number 1..2",
    "no match",
    "timeout 5s",
    "ক্ষ",
    "is not empty",
    "not",
];

fn sample() -> &'static str {
    include_str!("syntax/ok_whole_sample.flow")
}

/// The tree prints to the text, every span is one of the text, and the findings are in order.
fn check_lossless(text: &str) {
    let source = Source::new("a.flow", text);
    let (file, diagnostics) = syntax::parse(&source);
    assert_eq!(syntax::print(&file), text);
    syntax::walk(&file, |node, _| {
        assert!(text.get(node.span.range()).is_some(), "{node:?}")
    });
    let labels = diagnostics.iter().flat_map(|found| found.labels());
    labels.for_each(|label| assert!(text.get(label.span.range()).is_some(), "{label:?}"));
    let edits = diagnostics
        .iter()
        .filter_map(|found| found.fix())
        .flat_map(|fix| &fix.edits);
    edits.for_each(|edit| assert!(text.get(edit.span.range()).is_some(), "{edit:?}"));
    assert!(diagnostics.is_sorted_by_key(|found| found.labels().first().map(|label| label.span.start)));
    // The outline reads every name, text and expression of the tree.
    outline(&file);
}
