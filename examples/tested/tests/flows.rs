//! Each `test` of the flow, as a test of its own.

fn main() -> std::process::ExitCode {
    sayflow_test::harness("flows")
}
