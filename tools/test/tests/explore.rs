//! Explorations: planted defects are found, and flows without any are left in peace.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::{Path, PathBuf};

use sayflow::{Label, Source};
use sayflow_test::{Defect, Exploration, Explored, Suite};

fn sources(path: &Path) -> Vec<Source> {
    let mut paths: Vec<PathBuf> = match path.is_dir() {
        true => fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect(),
        false => vec![path.to_owned()],
    };
    paths.retain(|path| path.extension().is_some_and(|it| it == "flow"));
    paths.sort();
    let read = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        Source::new(name, fs::read_to_string(path).unwrap())
    };
    paths.iter().map(read).collect()
}

fn folder(of: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(of)
}

fn explored(path: &str, seed: u64) -> (Exploration, Explored) {
    let exploration = Exploration::new(sources(&folder(path))).unwrap().seed(seed);
    let explored = exploration.run();
    (exploration, explored)
}

fn line(label: &Label) -> String {
    let line = label.source.position(label.span.start).line;
    format!("{}:{line}", label.source.name())
}

/// Each finding with its test, then what was never seen.
fn show((exploration, explored): &(Exploration, Explored)) -> String {
    let mut text = String::new();
    for finding in &explored.findings {
        let place = line(&finding.label);
        let (defect, message) = (finding.defect, &finding.message);
        let test = finding.to_test(exploration.program());
        text.push_str(&format!("{defect} {place}: {message}\n{test}\n"));
    }
    for label in &explored.unseen {
        text.push_str(&format!("{}: {}\n", line(label), label.text));
    }
    text
}

/// The defects and their lines alone.
fn places(explored: &Explored) -> Vec<(Defect, String)> {
    let findings = explored.findings.iter();
    findings
        .map(|finding| (finding.defect, line(&finding.label)))
        .collect()
}

fn snapshot(name: &str, shown: &str) {
    insta::with_settings!({prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!(format!("explore@{name}"), shown);
    });
}

const TEN: &str = "tests/explore/ten_defects.flow";

#[test]
fn ten_planted_defects_are_found() {
    let first = explored(TEN, 1);
    assert_eq!(first.1.findings.len(), 10);
    assert_eq!(first.1.steps, 10_000);
    snapshot("ten_defects", &show(&first));
    assert_short(&first);
    for seed in [2, 3, 2026, u64::MAX] {
        let explored = explored(TEN, seed);
        assert_eq!(places(&explored.1), places(&first.1), "seed {seed}");
        assert_short(&explored);
    }
}

/// Each test has five turns at the most, and passes: the defect is there.
fn assert_short((exploration, explored): &(Exploration, Explored)) {
    for finding in &explored.findings {
        let test = finding.to_test(exploration.program());
        assert!(finding.scene.turns().count() <= 5, "{test}");
    }
    assert_pass(TEN, (exploration, explored));
}

/// The tests of all findings are good ones, and pass.
fn assert_pass(path: &str, (exploration, explored): (&Exploration, &Explored)) {
    let mut sources = sources(&folder(path));
    let findings = explored.findings.iter();
    let tests: String = findings
        .map(|finding| finding.to_test(exploration.program()))
        .collect();
    assert!(!tests.contains("NOTE:"), "{tests}");
    sources.push(Source::new("found.test.flow", tests.as_str()));
    let suite = Suite::load(sources).unwrap();
    assert_eq!(suite.tests().count(), explored.findings.len());
    for test in suite.tests() {
        assert!(test.run().is_ok(), "{} fails in {tests}", test.name());
    }
}

#[test]
fn a_seed_finds_the_same_again() {
    let short = || {
        let exploration = Exploration::new(sources(&folder(TEN)))
            .unwrap()
            .seed(5)
            .steps(1_000);
        let explored = exploration.run();
        show(&(exploration, explored))
    };
    assert_eq!(short(), short());
}

#[test]
fn more_defects_are_found() {
    snapshot(
        "more_defects",
        &show(&explored("tests/explore/more_defects.flow", 1)),
    );
}

#[test]
fn a_silent_flow_has_tests_that_expect_something() {
    let path = "tests/explore/silent.flow";
    let explored = explored(path, 1);
    snapshot("silent", &show(&explored));
    assert_pass(path, (&explored.0, &explored.1));
}

/// What is found in the examples of the project is so: a reply with nothing in it is met with silence.
#[test]
fn good_flows_are_left_in_peace() {
    let (_, shop) = explored("../../examples/shop", 1);
    assert_eq!(places(&shop), []);
    for path in fs::read_dir(folder("../../tests/conversations")).unwrap() {
        let path = path.unwrap().path();
        if path.extension().is_some_and(|it| it == "flow") {
            let (exploration, explored) = explored(&path.to_string_lossy(), 1);
            let expected: &[(Defect, String)] = match path.file_stem().unwrap().to_str().unwrap() {
                "cart" => &[(Defect::NoAnswer, "cart.flow:84".to_owned())],
                "loyalty_points" => &[(Defect::NoAnswer, "loyalty_points.flow:56".to_owned())],
                _ => &[],
            };
            assert_eq!(places(&explored), expected, "{}", path.display());
            assert_pass(&path.to_string_lossy(), (&exploration, &explored));
        }
    }
}

#[test]
fn what_only_looks_like_a_defect_is_none() {
    let (_, explored) = explored("tests/explore/no_defects.flow", 1);
    assert_eq!(places(&explored), []);
    assert_eq!(explored.unseen, []);
}
