//! The worker as a process, with a database that does not answer or is not there.

use std::net::TcpListener;
use std::process::{Command, Stdio};

/// A worker whose settings are sound, before it is started.
fn worker(database: &str) -> Command {
    let mut worker = Command::new(env!("CARGO_BIN_EXE_fleet-worker"));
    let nowhere = "http://127.0.0.1:1";
    worker
        .env("DATABASE_URL", database)
        .args(["--shop", nowhere, "--channel", nowhere]);
    worker
}

/// It has nothing in hand, and is held up by a database that takes connections and says nothing.
#[test]
fn a_worker_that_is_told_to_stop_ends_in_any_case() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let database = format!("postgres://nobody@{}/none", silent.local_addr().unwrap());
    let mut worker = worker(&database);
    let worker = worker.args(["--grace", "0"]).stderr(Stdio::piped());
    let worker = worker.spawn().unwrap();
    let _held_up = silent.accept().unwrap();
    let id = worker.id().to_string();
    let told = Command::new("kill").args(["-TERM", &id]).status();
    assert!(told.unwrap().success());
    let ended = worker.wait_with_output().unwrap();
    assert_eq!(
        (
            ended.status.code(),
            String::from_utf8(ended.stderr).unwrap().as_str()
        ),
        (
            Some(1),
            "what was begun takes too long: it is left to another worker\n"
        )
    );
}

#[test]
fn a_worker_without_a_database_does_not_start() {
    let mut worker = worker(NO_DATABASE);
    let ended = worker.env_remove("DATABASE_URL").output().unwrap();
    assert_eq!(ended.status.code(), Some(2));
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(
        said.lines().take(2).collect::<Vec<_>>(),
        [
            "error: the following required arguments were not provided:",
            "  --database <DATABASE>"
        ]
    );
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
