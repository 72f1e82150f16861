//! Everything that the fuzzers have kept, through the same properties: what once broke one, and what reaches each part of
//! the code.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use sayflow_fuzz::TARGETS;

/// The files of a target's corpus, sorted.
fn corpus(target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Runs the corpus of a target through its property.
fn holds_for_its_corpus(target: &str) {
    let (_, holds) = TARGETS.into_iter().find(|(name, _)| *name == target).unwrap();
    let files = corpus(target);
    assert!(!files.is_empty(), "nothing is kept for `{target}`");
    for file in files {
        let bytes = fs::read(&file).unwrap();
        assert!(
            catch_unwind(|| holds(&bytes)).is_ok(),
            "`{target}` does not hold for {}",
            file.display()
        );
    }
}

macro_rules! replayed {
    ($($target:ident)*) => {
        /// The targets of the tests below.
        const REPLAYED: &[&str] = &[$(stringify!($target)),*];

        $(
            #[test]
            fn $target() {
                holds_for_its_corpus(stringify!($target));
            }
        )*
    };
}

replayed!(parse format check catalog reply session turn);

#[test]
fn every_target_has_a_fuzzer_a_corpus_and_a_test() {
    let names = |folder: &str| -> Vec<String> {
        let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
        let stem = |path: PathBuf| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let mut names: Vec<String> = entries.filter_map(|entry| stem(entry.unwrap().path())).collect();
        names.sort();
        names
    };
    let mut targets = TARGETS.map(|(target, _)| target);
    targets.sort_unstable();
    assert_eq!(names("targets"), targets);
    assert_eq!(names("corpus"), targets);
    assert!(
        targets.iter().all(|target| REPLAYED.contains(target)),
        "{targets:?}"
    );
}
