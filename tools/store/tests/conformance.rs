//! The stores of this package keep their promises.

use std::path::PathBuf;

use sayflow_store::{Memory, Sqlite, conformance};

#[test]
fn the_store_in_memory_keeps_its_promises() {
    conformance::run(Memory::new).unwrap();
}

#[test]
fn the_store_in_a_file_keeps_its_promises() {
    let folder = tempfile::tempdir().unwrap();
    let files = std::cell::Cell::new(0);
    let path = || -> PathBuf {
        files.set(files.get() + 1);
        folder.path().join(format!("{}.db", files.get()))
    };
    conformance::run(|| Sqlite::open(path()).unwrap()).unwrap();
}

#[test]
fn the_store_in_sqlites_own_memory_keeps_its_promises() {
    conformance::run(|| Sqlite::in_memory().unwrap()).unwrap();
}
