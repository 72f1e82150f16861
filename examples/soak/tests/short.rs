//! The short form of the soak, as every `cargo test --workspace` runs it.

use std::process::Command;

#[test]
fn twenty_thousand_turns_leave_memory_handles_and_threads_as_they_are() {
    // Few customers, so that conversations reach their length before anything is compared. Pages settle for longer than so
    // few turns last: memory has more room here than in the long run of `.ci/run`.
    let run = Command::new(env!("CARGO_BIN_EXE_sayflow-soak"))
        .args(["--turns", "20000", "--customers", "100", "--percent", "10"])
        .output()
        .expect("the soak starts");
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(
        run.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&run.stderr)
    );
    // Every outcome that an endpoint can bring about was there.
    for outcome in [
        "ok",
        "empty",
        "declined",
        "contract",
        "not json",
        "status",
        "unreachable",
        "timeout",
    ] {
        assert!(
            said.contains(&format!(" http {outcome}\n")),
            "no `{outcome}` over HTTP: {said}"
        );
    }
    for seen in [
        "call too large",
        "place gone",
        "handover",
        "limit ",
        "refused UnknownOption",
    ] {
        assert!(said.contains(seen), "no `{seen}`: {said}");
    }
}
