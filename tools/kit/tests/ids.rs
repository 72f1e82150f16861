//! The id writer: each file of `tests/ids/` beside the same file with its ids.
//!
//! A second run finds nothing to write, and apart from ids the tree stays as it is.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod outline;

use std::fs;

use outline::outline;
use sayflow::syntax::ast::File;
use sayflow::{Source, syntax};

fn read(text: &str) -> File {
    syntax::parse(&Source::new("a.flow", text)).0
}

fn with_ids(text: &str) -> String {
    sayflow_kit::apply_edits(text, &sayflow_kit::missing_ids(&read(text)))
}

/// The outline of a text without `@id`s.
fn without_ids(text: &str) -> String {
    let without = |line: &str| {
        line.split(' ')
            .filter(|word| !word.starts_with('@'))
            .collect::<Vec<_>>()
            .join(" ")
    };
    outline(&read(text))
        .lines()
        .map(without)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn files_beside_their_ids() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/ids");
    let mut cases: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    for path in cases {
        let name = path.file_stem().unwrap().to_string_lossy();
        let text = fs::read_to_string(&path).unwrap();
        let named = with_ids(&text);

        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_snapshot_suffix(&*name);
        let shown = format!("{text}\n===== with ids =====\n{named}");
        settings.bind(|| insta::assert_snapshot!("ids", shown));

        assert_eq!(with_ids(&named), named, "{name}: the second run writes something");
        assert_eq!(
            without_ids(&named),
            without_ids(&text),
            "{name}: the tree changed"
        );
    }
}
