//! The flows of `docs/testing.md` run, and end as the page says.

use sayflow::Source;
use sayflow_test::Suite;

#[test]
fn every_flow_of_the_page_ends_as_it_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/testing.md");
    let page = std::fs::read_to_string(path).unwrap();
    let blocks = page.split("\n```flow").skip(1);
    let flows: Vec<_> = blocks.filter_map(|block| block.split_once('\n')).collect();
    assert!(flows.len() >= 3);
    for (says, rest) in flows {
        let flow = format!("{}\n", rest.split("\n```").next().unwrap());
        let suite = Suite::load([Source::new("hello.flow", flow.as_str())]).unwrap();
        assert!(suite.tests().next().is_some(), "{flow}");
        for test in suite.tests() {
            let verdict = test.run();
            let failures: String = verdict.failures.iter().map(ToString::to_string).collect();
            assert_eq!(says.trim() == "fails", !verdict.is_ok(), "{failures}");
        }
    }
}
