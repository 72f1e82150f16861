//! The worker as a process, with a database that does not answer or is not there.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::process::Command;

/// A worker whose settings are sound, before it is started.
fn worker(database: &str) -> Command {
    let mut worker = Command::new(env!("CARGO_BIN_EXE_fleet-worker"));
    let nowhere = "http://127.0.0.1:1";
    worker
        .env("DATABASE_URL", database)
        .args(["--shop", nowhere, "--channel", nowhere]);
    worker
}

const NO_DATABASE: &str = "postgres://nobody@127.0.0.1:1/none";

#[test]
fn a_lease_that_is_shorter_than_a_turn_is_refused() {
    let ended = worker(NO_DATABASE).args(["--lease", "6"]).output().unwrap();
    assert_eq!(ended.status.code(), Some(2));
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(
        said.lines().next().unwrap(),
        "error: invalid value '6' for '--lease <LEASE>': a turn may spend 5 s on its calls, and has to be written: \
         give it 7 seconds or more"
    );
    // The shortest: what is wrong then is the database.
    let ended = worker(NO_DATABASE).args(["--lease", "7"]).output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
}
