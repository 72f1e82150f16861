//! The stores of this package keep their promises.

#[cfg(feature = "sqlite")]
use sayflow_store::Sqlite;
use sayflow_store::{Memory, conformance};

#[test]
fn the_store_in_memory_keeps_its_promises() {
    conformance::run(Memory::new).unwrap();
}

#[cfg(feature = "sqlite")]
#[test]
fn the_store_in_a_file_keeps_its_promises() {
    let folder = tempfile::tempdir().unwrap();
    let files = std::cell::Cell::new(0);
    let path = || -> std::path::PathBuf {
        files.set(files.get() + 1);
        folder.path().join(format!("{}.db", files.get()))
    };
    conformance::run(|| Sqlite::open(path()).unwrap()).unwrap();
}

#[cfg(feature = "sqlite")]
#[test]
fn the_store_in_sqlites_own_memory_keeps_its_promises() {
    conformance::run(|| Sqlite::in_memory().unwrap()).unwrap();
}
