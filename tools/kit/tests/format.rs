//! The formatter: each file of `tests/format/` beside its canonical form.
//!
//! Every case is formatted twice, and its tree is compared before and after.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod kept;
mod outline;

use std::fs;
use std::path::PathBuf;

use kept::assert_kept;
use proptest::prelude::{ProptestConfig, Strategy, any, prop_oneof, proptest};
use proptest::sample::{Index, select};

fn cases() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/format");
    let mut cases: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    cases
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
        let once = assert_kept(&text);

        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_snapshot_suffix(&*name);
        let shown = format!("{}\n===== formatted =====\n{}", visible(&text), visible(&once));
        settings.bind(|| insta::assert_snapshot!("format", shown));
    }
}

#[test]
fn files_of_windows_beside_those_of_unix() {
    for path in cases() {
        let text = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        let form = assert_kept(&text.replace('\n', "\r\n"));
        let expected = assert_kept(&text).replace('\n', "\r\n");
        assert_eq!(form, expected, "{}", path.display());
    }
}

#[test]
fn lines_end_as_the_first_one() {
    for (text, form) in [
        ("on start {\r\n end\n}", "on start {\r\n  end\r\n}\r\n"),
        ("on start {\n end\r\n}\r\n", "on start {\n  end\n}\n"),
        ("\r\n\n", ""),
    ] {
        assert_eq!(assert_kept(text), form);
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
        "\r",
        "\r\r\n",
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
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn broken_files_survive(file in any::<Index>(), slips in proptest::collection::vec(slip(), 1..4)) {
        let cases = cases();
        let sound = fs::read_to_string(&cases[file.index(cases.len())]).unwrap();
        let text = slips.iter().fold(sound, |text, slip| slipped(&text, slip));
        assert_kept(&text);
    }

    #[test]
    fn a_slip_before_a_text_of_several_lines_moves_none_of_them(
        opener in select(OPENERS),
        lines in proptest::collection::vec(" {1,8}[-a-z{}<>\"':/,. ]{0,12}", 1..6),
        is_of_windows in any::<bool>(),
    ) {
        let lines = lines.join("\n");
        if !lines.contains("\"\"\"") {
            let text = format!("on start {{\n  {opener}\n{lines}\n    \"\"\"\n{SOUND}}}\n");
            let text = if is_of_windows { text.replace('\n', "\r\n") } else { text };
            assert_eq!(assert_kept(&text), text);
            let (_, found) = sayflow::syntax::parse(&sayflow::Source::new("a.flow", &*text));
            assert_eq!(found.len(), 1, "{found:#?}");
        }
    }
}

/// Lines that open a text with a slip before its marks.
const OPENERS: &[&str] = &[
    "Text \"\"\"",
    "TEXT \"\"\"",
    "txt \"\"\"",
    "say \"\"\"",
    "message \"\"\"",
    "- text \"\"\"",
    "text: \"\"\"",
    "text(\"\"\"",
    "text @id: \"\"\"",
    "retry: \"\"\"",
    "Retry \"\"\"",
    "text hi \"\"\"",
    "text \"hi\" \"\"\"",
    "set x \"\"\"",
];

const SOUND: &str = "  text \"\"\"\n    Our menu:\n      - tea\n        with milk\n    \"\"\"\n";

#[test]
fn lines_of_a_text_in_single_quotes_stay_where_they_are() {
    for (open, close) in [("\"", "\""), ("“", "”"), ("“", "\"")] {
        for line in ["text", "ask", "Text", "else"] {
            let written = format!("{line} {open}Our menu:\n    - tea\n      - milk{close}");
            let text = format!("on start {{\n  {written}\n{SOUND}}}\n");
            assert!(assert_kept(&text).contains(&written), "{text}");
        }
    }
}
