//! Conversations: each `.chat` of `turns/` and `conversations/` with the `.flow` beside it.
//!
//! What a script is, `chat/mod.rs` says. The first lines of each tell the rule of the language
//! that it shows and what is expected; the snapshot holds the flow, the script and what came of it.
//! `NAME.edited.flow` is the flow after an edit, for `> flow edited`; `NAME.bn.po` is what the flow says in Bengali.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]
#![expect(clippy::disallowed_methods, reason = "a test reads its table")]

mod chat;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};

use sayflow::Source;
use serde_json::Value as Json;

/// Every file of a folder with this extension, sorted.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    files.sort();
    files
}

/// The catalogs of a case, each named after its language alone.
fn catalogs(folder: &Path, name: &str) -> Vec<Source> {
    let catalogs = files(folder, "po").into_iter().filter_map(|path| {
        let stem = stem(&path);
        let language = stem.strip_prefix(name)?.strip_prefix('.')?;
        let text = fs::read_to_string(&path).unwrap();
        Some(Source::new(format!("texts/{language}.po"), text))
    });
    catalogs.collect()
}

/// Runs every script of a folder; all of them, even when one fails.
fn run_table(table: &str, check: impl Fn(&str, &[Source])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(table);
    let mut failure = None;
    for path in files(&folder, "chat") {
        let name = stem(&path);
        let catalogs = catalogs(&folder, &name);
        let flow = |edition: &str| {
            let dot = if edition.is_empty() { "" } else { "." };
            let mut sources = vec![source(&folder.join(format!("{name}{dot}{edition}.flow")))];
            sources.extend(catalogs.iter().cloned());
            sources
        };
        let case = || {
            let sources = flow("");
            check(&name, &sources);
            let script = fs::read_to_string(&path).unwrap();
            let chat = chat::run(&script, &flow);

            let mut settings = insta::Settings::clone_current();
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            settings.set_snapshot_suffix(&name);
            let texts: Vec<&str> = sources.iter().map(Source::text).collect();
            let shown = format!(
                "{}\n===== chat =====\n{chat}",
                texts.join("\n===== catalog =====\n")
            );
            settings.bind(|| insta::assert_snapshot!(table, shown));
        };
        if let Err(panic) = catch_unwind(AssertUnwindSafe(case)) {
            eprintln!("failed: {name}");
            failure = Some(panic);
        }
    }
    if let Some(panic) = failure {
        resume_unwind(panic);
    }
}

#[test]
fn turns() {
    run_table("turns", |_, _| {});
}

/// Ten flows as businesses write them: the checker has nothing to say about them.
#[test]
fn conversations() {
    run_table("conversations", assert_clean);
}

/// The shop that people try first: several files, the replies of its fake, no findings.
#[test]
fn shop() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources: Vec<Source> = files(&root.join("examples/shop"), "flow")
        .iter()
        .map(|path| source(path))
        .collect();
    assert_clean("shop", &sources);

    let mut script = String::new();
    for fake in files(&root.join("examples/shop/fake"), "json") {
        let file: Json = serde_json::from_str(&fs::read_to_string(&fake).unwrap()).unwrap();
        // The last entry of a script is for everybody.
        let last = file.as_array().and_then(|entries| entries.last());
        let reply = in_order(last.map_or(&file, |entry| &entry["reply"]));
        script.push_str(&format!("> reply {} {reply}\n", stem(&fake)));
    }
    script.push_str(&fs::read_to_string(root.join("tests/shop.chat")).unwrap());
    let chat = chat::run(&script, &|_| sources.clone());

    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("shop", chat));
}

/// JSON whose keys are in order, whichever order serde_json keeps.
fn in_order(json: &Json) -> Json {
    match json {
        Json::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| *key);
            let fields = fields
                .into_iter()
                .map(|(key, value)| (key.clone(), in_order(value)));
            Json::Object(fields.collect())
        }
        Json::Array(items) => items.iter().map(in_order).collect(),
        other => other.clone(),
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

fn source(path: &Path) -> Source {
    let name = path.file_name().unwrap().to_str().unwrap();
    Source::new(name, fs::read_to_string(path).unwrap())
}

fn assert_clean(name: &str, sources: &[Source]) {
    let (_, found) = sayflow::check(sources.to_vec());
    let found: Vec<String> = found.iter().map(chat::diagnostic).collect();
    assert!(found.is_empty(), "{name}:\n{}", found.join("\n"));
}
