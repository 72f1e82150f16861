//! The formatter: each file of `tests/format/` beside its canonical form.
//!
//! Every case is formatted twice, and its tree is compared before and after.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod outline;

use std::fs;
use std::path::PathBuf;

use outline::outline;
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::{Index, select};
use proptest::test_runner::RngSeed;
use sayflow::{Code, Diagnostic, Source, check, syntax};

fn formatted(text: &str) -> String {
    let (file, _) = syntax::parse(&Source::new("a.flow", text));
    sayflow_kit::format(&file)
}

fn cases() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/format");
    let mut cases: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    cases
}

/// What must not get lost: everything but blanks, quotes and their backslashes, with plain arrows.
/// The order does not count, as comments may move.
fn characters(text: &str) -> Vec<char> {
    let plain = text.replace('→', "->");
    let is_kept =
        |c: &char| !c.is_whitespace() && !matches!(c, '"' | '“' | '”' | '\\' | '\u{feff}' | '\u{200b}');
    let mut characters: Vec<char> = plain.chars().filter(is_kept).collect();
    characters.sort_unstable();
    characters
}

/// What the checker finds in a text: each code, with the characters it points at.
fn findings(text: &str) -> Vec<(Code, Vec<char>)> {
    let (_, found) = check([Source::new("a.flow", text)]);
    let finding = |found: &Diagnostic| {
        let label = found.labels().first().unwrap();
        (found.code(), characters(label.source.slice(label.span)))
    };
    found.iter().map(finding).collect()
}

/// Whether a finding is about nothing but blanks: the formatter mends it, and the checker can look
/// further.
fn is_mended(text: &str) -> bool {
    let (_, found) = check([Source::new("a.flow", text)]);
    let mut fixes = found.iter().filter_map(Diagnostic::fix);
    let is_blank = |text: &str| characters(text).is_empty();
    fixes.any(|fix| {
        let mut edits = fix.edits.iter();
        edits.all(|edit| is_blank(&edit.text) && is_blank(edit.source.slice(edit.span)))
    })
}

/// The text with the characters visible that the formatter tidies.
fn visible(text: &str) -> String {
    text.replace('\u{feff}', "<BOM>")
        .replace('\r', "␍")
        .replace('\t', "<TAB>")
        .replace('\u{a0}', "<NBSP>")
}

#[test]
fn files_beside_their_form() {
    for path in cases() {
        let name = path.file_stem().unwrap().to_string_lossy();
        let text = fs::read_to_string(&path).unwrap();
        let once = formatted(&text);

        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_snapshot_suffix(&*name);
        let shown = format!("{}\n===== formatted =====\n{}", visible(&text), visible(&once));
        settings.bind(|| insta::assert_snapshot!("format", shown));

        assert_eq!(formatted(&once), once, "{name}: the second run changes something");
        assert_eq!(outline(&once), outline(&text), "{name}: the tree changed");
        assert_eq!(characters(&once), characters(&text), "{name}: something is lost");
        if !is_mended(&text) {
            assert_eq!(findings(&once), findings(&text), "{name}: the findings changed");
        }
    }
}

/// What a slip of the hand does to a file.
#[derive(Clone, Debug)]
enum Slip {
    Delete(Index),
    Insert(Index, &'static str),
    DeleteLine(Index),
    RepeatLine(Index),
    CutOff(Index),
}

fn slip() -> impl Strategy<Value = Slip> {
    let pieces = vec![
        "\"",
        "“",
        "”",
        "\"\"\"",
        "{",
        "}",
        "{{",
        "}}",
        "<<",
        ">>",
        "(",
        ")",
        ",",
        ":",
        "=",
        "->",
        "→",
        "@",
        "|",
        "\\",
        "//",
        "///",
        "\n",
        "\r\n",
        "\n\n\n",
        "\t",
        " ",
        "\u{a0}",
        "\u{feff}",
        "else",
        " else ",
        "\nelse ",
        "if",
        "not ",
        "text",
        "goto x",
        "sequence",
        "\nsequence b {\n",
        "\non start {",
        "set a = ",
        " // c\n",
        "é",
        "ক্",
        "1",
        "-",
        "\"x\"",
    ];
    prop_oneof![
        any::<Index>().prop_map(Slip::Delete),
        (any::<Index>(), select(pieces)).prop_map(|(at, piece)| Slip::Insert(at, piece)),
        any::<Index>().prop_map(Slip::DeleteLine),
        any::<Index>().prop_map(Slip::RepeatLine),
        any::<Index>().prop_map(Slip::CutOff),
    ]
}

fn slipped(text: &str, slip: &Slip) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    match slip {
        _ if text.is_empty() => String::new(),
        Slip::Delete(at) => {
            characters.remove(at.index(characters.len()));
            characters.into_iter().collect()
        }
        Slip::Insert(at, piece) => {
            let (before, after) = characters.split_at(at.index(characters.len()));
            before
                .iter()
                .copied()
                .chain(piece.chars())
                .chain(after.iter().copied())
                .collect()
        }
        Slip::DeleteLine(at) => {
            lines.remove(at.index(lines.len()));
            lines.concat()
        }
        Slip::RepeatLine(at) => {
            let (before, after) = lines.split_at(at.index(lines.len()));
            let repeated = after.iter().take(1);
            before.iter().chain(repeated).chain(after).copied().collect()
        }
        Slip::CutOff(at) => characters.into_iter().take(at.index(text.len())).collect(),
    }
}

proptest! {
    // The same files every time; `PROPTEST_CASES` asks for more of them.
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn broken_files_survive(file in any::<Index>(), slips in proptest::collection::vec(slip(), 1..4)) {
        let cases = cases();
        let sound = fs::read_to_string(&cases[file.index(cases.len())]).unwrap();
        let text = slips.iter().fold(sound, |text, slip| slipped(&text, slip));
        let once = formatted(&text);
        prop_assert_eq!(&formatted(&once), &once, "\n{}", text);
        prop_assert_eq!(outline(&once), outline(&text), "\n{}", text);
        prop_assert_eq!(characters(&once), characters(&text), "\n{}", text);
        if !is_mended(&text) {
            prop_assert_eq!(findings(&once), findings(&text), "\n{}", text);
        }
    }
}
