//! The word lists of the editors are those of the table of words, and their snippets are sound.
//!
//! What the editors make of whole flows is compared by `editors/test.sh`.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;
use sayflow::syntax::words;
use sayflow::{Source, syntax};
use serde_json::Value;

const TEXTMATE: &str = include_str!("../editors/vscode/syntaxes/sayflow.tmLanguage.json");
const SNIPPETS: &str = include_str!("../editors/vscode/snippets/sayflow.json");
const NODE_TYPES: &str = include_str!("../editors/tree-sitter-sayflow/src/node-types.json");
const HIGHLIGHTS: &str = include_str!("../editors/tree-sitter-sayflow/queries/highlights.scm");
const HELIX_HIGHLIGHTS: &str = include_str!("../editors/helix/queries/sayflow/highlights.scm");
const VIM: &str = include_str!("../editors/vim/syntax/sayflow.vim");
const EMACS: &str = include_str!("../editors/emacs/sayflow-mode.el");

/// Words by the name of their group.
type Groups = BTreeMap<String, BTreeSet<String>>;

fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap()
}

/// The groups of the table.
fn table() -> Groups {
    let owned = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect();
    let groups = words::groups().into_iter();
    groups
        .map(|group| (group.name.to_owned(), owned(group.words)))
        .collect()
}

/// Words of two parts one by one: `quick replies`, `yes/no`.
fn in_parts(groups: Groups) -> Groups {
    let parts = |words: BTreeSet<String>| {
        words
            .iter()
            .flat_map(|word| word.split([' ', '/']))
            .map(str::to_owned)
            .collect()
    };
    groups
        .into_iter()
        .map(|(name, words)| (name, parts(words)))
        .collect()
}

/// What an editor's groups lack, and what they have too much.
fn differences(who: &str, found: &Groups, wanted: &Groups) -> Vec<String> {
    let none = BTreeSet::new();
    let names: BTreeSet<&String> = found.keys().chain(wanted.keys()).collect();
    let mut lines = Vec::new();
    for name in names {
        let (found, wanted) = (
            found.get(name).unwrap_or(&none),
            wanted.get(name).unwrap_or(&none),
        );
        lines.extend(
            wanted
                .difference(found)
                .map(|word| format!("{who}: `{name}` lacks `{word}`")),
        );
        lines.extend(
            found
                .difference(wanted)
                .map(|word| format!("{who}: `{name}` has `{word}`, which is in no such group")),
        );
    }
    lines
}

fn assert_same(who: &str, found: &Groups, wanted: &Groups) {
    assert_eq!(differences(who, found, wanted), [""; 0]);
}

#[test]
fn a_difference_is_named() {
    let group = |words: &[&str]| {
        Groups::from([(
            "types".to_owned(),
            words.iter().map(|word| (*word).to_owned()).collect(),
        )])
    };
    let lines = differences("vim", &group(&["text", "txt"]), &group(&["text", "date"]));
    assert_eq!(
        lines,
        [
            "vim: `types` lacks `date`",
            "vim: `types` has `txt`, which is in no such group"
        ]
    );
}

/// The words of a regular expression of TextMate: what is not looked ahead or back at, and is no class.
fn words_of_regex(text: &str) -> BTreeSet<String> {
    let looked_at = pattern(r"\(\?<?[=!](?:[^()\[\]]|\[[^\]]*\]|\([^()]*\))*\)");
    let classes = pattern(r"\[[^\]]*\]|\\[a-zA-Z](?:\{[^}]*\})?");
    let bare = classes.replace_all(text, " ").into_owned();
    let bare = looked_at.replace_all(&bare, " ").into_owned();
    pattern("[a-z]+")
        .find_iter(&bare)
        .map(|word| word.as_str().to_owned())
        .collect()
}

/// Every regular expression that begins something, within an entry.
fn regexes(entry: &Value, found: &mut Vec<String>) {
    for key in ["match", "begin"] {
        found.extend(entry.get(key).and_then(Value::as_str).map(str::to_owned));
    }
    for inner in entry
        .get("patterns")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        regexes(inner, found);
    }
}

#[test]
fn textmate_has_the_words_of_the_table() {
    let grammar: Value = serde_json::from_str(TEXTMATE).unwrap();
    let mut found = Groups::new();
    for entry in grammar.get("repository").unwrap().as_object().unwrap().values() {
        let comment = entry.get("comment").and_then(Value::as_str).unwrap_or_default();
        let Some(name) = comment.strip_prefix("words: ") else {
            continue;
        };
        let mut texts = Vec::new();
        regexes(entry, &mut texts);
        let words = texts.iter().flat_map(|text| words_of_regex(text));
        found.entry(name.to_owned()).or_default().extend(words);
    }
    assert_same("TextMate", &found, &in_parts(table()));
}

#[test]
fn the_tree_sitter_grammar_has_the_words_of_the_table() {
    let nodes: Value = serde_json::from_str(NODE_TYPES).unwrap();
    let anonymous = nodes
        .as_array()
        .unwrap()
        .iter()
        .filter(|node| node.get("named") == Some(&Value::Bool(false)));
    let tokens = anonymous.filter_map(|node| node.get("type").and_then(Value::as_str));
    let mut found: BTreeSet<String> = tokens
        .filter(|token| token.bytes().all(|byte| byte.is_ascii_lowercase()))
        .map(str::to_owned)
        .collect();
    // A rule of one word is a node by its name.
    let rules = nodes
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|node| node.get("type").and_then(Value::as_str));
    found.extend(
        rules
            .filter(|rule| ["end", "restart", "again"].contains(rule))
            .map(str::to_owned),
    );
    let wanted = in_parts(table()).into_values().flatten().collect();
    let all = |words| Groups::from([("all".to_owned(), words)]);
    assert_same("tree-sitter", &all(found), &all(wanted));
}

/// The quoted words of each section of a query.
fn sections(query: &str) -> Groups {
    let (heading, quoted) = (pattern(r"^; ---- (\w+)$"), pattern(r#""([a-z]+)""#));
    let mut found = Groups::new();
    let mut section = String::new();
    for line in query.lines() {
        if let Some(name) = heading.captures(line).and_then(|parts| parts.get(1)) {
            name.as_str().clone_into(&mut section);
        }
        for word in quoted.captures_iter(line).filter_map(|parts| parts.get(1)) {
            found
                .entry(section.clone())
                .or_default()
                .insert(word.as_str().to_owned());
        }
    }
    found
}

#[test]
fn the_queries_colour_the_words_of_the_table() {
    assert_same("highlights.scm", &sections(HIGHLIGHTS), &in_parts(table()));
    assert_same("Helix", &sections(HELIX_HIGHLIGHTS), &in_parts(table()));
}

#[test]
fn the_queries_of_helix_differ_in_the_names_of_colours_only() {
    let capture = pattern(r"@[a-z.]+");
    let without = |query| capture.replace_all(query, "@").into_owned();
    assert_eq!(without(HIGHLIGHTS), without(HELIX_HIGHLIGHTS));
}

/// Lists of quoted words, each behind the name of its group.
fn lists(text: &str, list: &str, quote: char) -> Groups {
    let word = pattern(&format!("{quote}([^{quote}]+){quote}"));
    let mut found = Groups::new();
    for parts in pattern(list).captures_iter(text) {
        let (name, words) = (parts.get(1).unwrap().as_str(), parts.get(2).unwrap().as_str());
        let words = word.captures_iter(words).filter_map(|parts| parts.get(1));
        let words = words.map(|word| word.as_str().to_owned()).collect();
        found.insert(name.to_owned(), words);
    }
    found
}

#[test]
fn vim_has_the_words_of_the_table() {
    let (_, behind) = VIM.split_once("let s:words = {").unwrap();
    let (words, _) = behind.split_once("\\ }").unwrap();
    assert_same("Vim", &lists(words, r"'(\w+)': \[([^\]]*)\]", '\''), &table());
}

#[test]
fn emacs_has_the_words_of_the_table() {
    let (_, behind) = EMACS.split_once("(defconst sayflow-words").unwrap();
    let (words, _) = behind.split_once("(defconst").unwrap();
    assert_same(
        "Emacs",
        &lists(words, r#"\((\w+)\s+((?:"[^"]*"\s*)+)\)"#, '"'),
        &table(),
    );
}

/// A snippet as it stands once every place has been left as it is.
fn filled(body: &str) -> String {
    let body = body.replace('\t', "  ").replace("$0", "end");
    let body = pattern(r"\$\{\d+\|([^,|]*)[^}]*\|\}")
        .replace_all(&body, "$1")
        .into_owned();
    let body = pattern(r"\$\{\d+:([^}]*)\}")
        .replace_all(&body, "$1")
        .into_owned();
    pattern(r"\$\d+").replace_all(&body, "end").into_owned()
}

/// A file in which a snippet may stand.
fn around(prefix: &str, body: &str) -> String {
    let items = ["sequence", "on ", "attribute", "server", "api ", "action", "test"];
    match prefix {
        "no reply" => format!("sequence a {{\n  ask \"?\" {{\n{body}\n}}\n}}\n"),
        "mock" => format!("test \"a\" {{\n{body}\n}}\n"),
        "test" => format!("{}\n", body.replace("end", "")),
        _ if items.iter().any(|item| prefix.starts_with(item)) => format!("{body}\n"),
        _ => format!("sequence a {{\n{body}\n}}\n"),
    }
}

#[test]
fn every_snippet_is_sound_as_it_stands() {
    let snippets: BTreeMap<String, Value> = serde_json::from_str(SNIPPETS).unwrap();
    assert!(snippets.len() > 20);
    for (name, snippet) in snippets {
        let lines: Vec<String> = serde_json::from_value(snippet.get("body").unwrap().clone()).unwrap();
        let prefix = snippet.get("prefix").unwrap().as_str().unwrap();
        let text = around(prefix, &filled(&lines.join("\n")));
        let (_, diagnostics) = syntax::parse(&Source::new("a.flow", &*text));
        assert!(diagnostics.is_empty(), "{name}: {diagnostics:?}\n{text}");
    }
}
