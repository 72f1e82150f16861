//! The table `tests/run`: flows with tests, and how each test ends.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use sayflow::Source;
use sayflow_test::Suite;

#[test]
fn table_of_flows() {
    insta::glob!("run/*.flow", |path| {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let report = run(path);
        assert_eq!(report.contains("failed: "), name.starts_with("err_"), "{report}");
        insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_suffix => "" }, {
            insta::assert_snapshot!(format!("run@{name}"), report);
        });
    });
}

fn run(path: &Path) -> String {
    // Replies and edited flows lie beside the file; the snapshot has its name alone.
    std::env::set_current_dir(path.parent().unwrap()).unwrap();
    let name = path.file_name().unwrap().to_str().unwrap();
    let suite = match Suite::load([Source::new(name, fs::read_to_string(name).unwrap())]) {
        Ok(suite) => suite,
        Err(errors) => {
            let errors = errors
                .iter()
                .map(|error| format!("failed: {error} {:?}\n", error.labels()));
            return errors.collect();
        }
    };
    let mut report = String::new();
    for test in suite.tests() {
        let verdict = test.run();
        if verdict.is_ok() {
            writeln!(report, "passed: {}", test.name()).unwrap();
        } else {
            writeln!(report, "failed: {}", test.name()).unwrap();
        }
        for failure in &verdict.failures {
            writeln!(report, "{failure}").unwrap();
        }
    }
    report
}
