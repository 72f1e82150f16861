//! The tests in the documents run, and end as the page says.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use sayflow::Source;
use sayflow_test::{Suite, Test};

/// The flows of a page, each with what stands behind its language.
fn flows(name: &str) -> Vec<(String, String)> {
    let path = format!("{}/../../{name}", env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(path).unwrap();
    let blocks = page.split("\n```flow").skip(1);
    let flow = |block: &str| {
        let (says, rest) = block.split_once('\n')?;
        let text = rest.split("\n```").next()?;
        Some((says.trim().to_owned(), format!("{text}\n")))
    };
    blocks.filter_map(flow).collect()
}

fn assert_ends(sources: &[&str], is_to_fail: bool) {
    let sources = sources.iter().map(|text| Source::new("hello.flow", *text));
    let suite = Suite::load(sources).unwrap();
    assert!(suite.tests().next().is_some());
    for verdict in suite.tests().map(Test::run) {
        let failures: String = verdict.failures.iter().map(ToString::to_string).collect();
        assert_eq!(is_to_fail, !verdict.is_ok(), "{failures}");
    }
}

#[test]
fn every_flow_of_the_page_ends_as_it_says() {
    let flows = flows("docs/testing.md");
    assert!(flows.len() >= 3);
    for (says, flow) in flows {
        assert_ends(&[&flow], says == "fails");
    }
}

#[test]
fn the_test_of_the_readme_passes() {
    let flows = flows("README.md");
    let (_, flow) = &flows[0];
    let (_, test) = flows.iter().find(|(says, _)| says == "test").unwrap();
    assert_ends(&[flow, test], false);
}
