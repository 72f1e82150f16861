//! Every code has a section in `docs/diagnostics.md` whose flows show it, and a snapshot.

#![expect(clippy::unwrap_used, reason = "a test may fail")]
#![expect(
    clippy::disallowed_methods,
    reason = "a test reads the page and the snapshots"
)]

use std::fs;

use sayflow::channel::{self, Channel};
use sayflow::{Code, Diagnostic, Severity, Source, check};

/// Found before there is a text, in one too large to be shown, or while a test is run.
const WITHOUT_EXAMPLE: [Code; 4] = [
    Code::NotUtf8,
    Code::FileTooLarge,
    Code::ReplyNotUtf8,
    Code::TestFailed,
];

/// Found by the command line tool, whose tests show them.
const WITHOUT_SNAPSHOT: [Code; 3] = [Code::NotUtf8, Code::FileTooLarge, Code::TestFailed];

/// A section of the page.
struct Section {
    text: String,
    /// What shows the finding, then what is mended: each with the language of its block.
    examples: Vec<(String, String)>,
}

fn page() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/diagnostics.md")).unwrap()
}

fn section(page: &str, code: Code) -> Option<Section> {
    let (_, behind) = page.split_once(&format!("\n## {code}\n"))?;
    let text = behind.split("\n## ").next().unwrap_or_default().to_owned();
    let blocks = text.split("\n```").skip(1).step_by(2);
    let examples = blocks.filter_map(|block| block.split_once('\n'));
    let examples = examples
        .map(|(language, body)| (language.to_owned(), format!("{body}\n")))
        .collect();
    Some(Section { text, examples })
}

/// What is found in a flow; for codes of channels, on all of them.
fn codes_in(flow: &str, of: Code) -> Vec<Code> {
    let source = Source::new("a.flow", flow);
    let (_, mut found) = check([source.clone()]);
    if of.as_str().starts_with("channel::") {
        found.extend(channel::check([source], &Channel::ALL));
    }
    found.iter().map(Diagnostic::code).collect()
}

/// What is missing from a section, in words.
fn problems(page: &str, code: Code) -> Vec<String> {
    let Some(section) = section(page, code) else {
        return vec!["has no section".to_owned()];
    };
    let mut problems = Vec::new();
    if section.text.contains("*This is a warning.*") != (code.severity() == Severity::Warning) {
        problems.push(format!("is wrong about its severity, {}", code.severity()));
    }
    if WITHOUT_EXAMPLE.contains(&code) {
        return problems;
    }
    if code.as_str().starts_with("texts::") {
        problems.extend(problems_of_catalogs(code, &section));
        return problems;
    }
    let language = if code.as_str().starts_with("reply::") {
        "json"
    } else {
        "flow"
    };
    let [(shows_in, shows), (mended_in, mended)] = section.examples.as_slice() else {
        problems.push("needs an example and its mended form".to_owned());
        return problems;
    };
    if shows_in != language || mended_in != language {
        problems.push(format!("its examples are not `{language}`"));
    }
    if language == "flow" {
        let (found, left) = (codes_in(shows, code), codes_in(mended, code));
        if !found.contains(&code) {
            problems.push(format!("its flow raises {found:?}"));
        }
        if !left.is_empty() {
            problems.push(format!("its mended flow raises {left:?}"));
        }
    }
    problems
}

/// What is missing from a section about catalogs: a flow, a catalog that shows it, the mended one.
fn problems_of_catalogs(code: Code, section: &Section) -> Vec<String> {
    let languages: Vec<&str> = section
        .examples
        .iter()
        .map(|(language, _)| language.as_str())
        .collect();
    let (["flow", "po", "po"], [(_, flow), (_, shows), (_, mended)]) =
        (languages.as_slice(), section.examples.as_slice())
    else {
        return vec!["needs a flow, a catalog and its mended form".to_owned()];
    };
    let codes = |catalog: &String| -> Vec<Code> {
        let sources = [
            Source::new("a.flow", flow.as_str()),
            Source::new("texts/bn.po", catalog.as_str()),
        ];
        let (_, found) = check(sources);
        found.iter().map(Diagnostic::code).collect()
    };
    let (found, left) = (codes(shows), codes(mended));
    let mut problems = Vec::new();
    if !found.contains(&code) {
        problems.push(format!("its catalog raises {found:?}"));
    }
    if !left.is_empty() {
        problems.push(format!("its mended catalog raises {left:?}"));
    }
    problems
}

#[test]
fn every_code_is_documented() {
    let page = page();
    let problems: Vec<String> = Code::ALL
        .iter()
        .flat_map(|code| {
            problems(&page, *code)
                .into_iter()
                .map(move |problem| format!("{code} {problem}"))
        })
        .collect();
    assert!(
        problems.is_empty(),
        "docs/diagnostics.md:\n{}",
        problems.join("\n")
    );
}

#[test]
fn sections_stand_in_the_order_of_the_table() {
    let page = page();
    let headings: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(headings, codes);
}

#[test]
fn every_code_is_in_a_snapshot() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots");
    let snapshots = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let shown: String = snapshots
        .filter(|path| path.extension().is_some_and(|extension| extension == "snap"))
        .map(|path| fs::read_to_string(path).unwrap())
        // What an author writes in an `allow` is not what the checker found.
        .flat_map(|text| {
            text.lines()
                .filter(|line| !line.contains("// allow "))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect::<Vec<_>>()
        .join("\n");
    let missing: Vec<&Code> = Code::ALL
        .iter()
        .filter(|code| !WITHOUT_SNAPSHOT.contains(code) && !shown.contains(code.as_str()))
        .collect();
    assert!(missing.is_empty(), "no snapshot shows {missing:?}");
}
