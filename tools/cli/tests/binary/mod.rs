//! The binary as a test runs it: without a terminal, and without the environment's wishes for colours.

use snapbox::cmd::Command;

/// `sayflow` with arguments separated by blanks, in the folder of the fixtures.
pub(crate) fn sayflow(arguments: &str) -> Command {
    Command::new(snapbox::cmd::cargo_bin!("sayflow"))
        .args(arguments.split_whitespace())
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/flows"))
        .env_remove("CLICOLOR_FORCE")
        .env_remove("NO_COLOR")
        .env("COLUMNS", "100")
}
