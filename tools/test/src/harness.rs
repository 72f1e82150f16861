//! Tests of flows under `cargo test`.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use sayflow::{Diagnostic, Source};

use crate::files;
use crate::suite::Suite;
use crate::transcript::Transcript;

/// The name of a conversation that stands in a Rust file.
const CONVERSATION: &str = "conversation";

/// Runs every test of a flow as a test of its own: the `main` of a test file with `harness = false`.
///
/// `flow` is a folder with `.flow` files, or one file, beside the package's `Cargo.toml`. The names are those
/// of the tests, so that `cargo test NAME`, `--list`, `--exact` and the like work; tests run in parallel.
///
/// # Examples
///
/// In `Cargo.toml`:
///
/// ```toml
/// [[test]]
/// name = "flows"
/// harness = false
/// ```
///
/// And `tests/flows.rs`:
///
/// ```no_run
/// fn main() -> std::process::ExitCode {
///     sayflow_test::harness("flows/shop")
/// }
/// ```
#[must_use]
pub fn harness(flow: impl AsRef<Path>) -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = match trials(flow.as_ref()) {
        Ok(trials) => trials,
        // One test that fails with the reason, so that no run of a broken flow passes.
        Err(reason) => {
            let name = flow.as_ref().display().to_string();
            vec![Trial::test(name, move || Err(Failed::from(reason)))]
        }
    };
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trials(flow: &Path) -> Result<Vec<Trial>, String> {
    let sources = files::flow(flow)?;
    if files::is_without_flow(&sources) {
        return Err(format!(
            "{}: tests, and no flow that they are about",
            flow.display()
        ));
    }
    let suite = Arc::new(load(sources)?);
    if suite.tests().next().is_none() {
        return Err(format!("{}: no `test` in any of its files", flow.display()));
    }
    let trial = |(number, name): (usize, String)| {
        let suite = Arc::clone(&suite);
        Trial::test(name, move || match suite.tests().nth(number) {
            Some(test) => Ok(outcome(&test.run())?),
            None => Ok(()),
        })
    };
    let names = suite.tests().map(|test| test.name().to_owned()).enumerate();
    Ok(names.map(trial).collect())
}

/// Plays the lines of a test against a flow, for one-off conversations in ordinary tests;
/// [`conversation!`](crate::conversation) is the same as an assertion.
///
/// # Errors
///
/// What is wrong with the flow or the lines, or how the conversation is not the one that they expect.
///
/// # Examples
///
/// ```
/// use sayflow::Source;
///
/// let flow = Source::new("hello.flow", "on start {\n  text \"Hello {{first_name}}!\"\n}\n");
/// let transcript = sayflow_test::converse([flow], r#"
///     given first_name = "Asha"
///     start
///     text "Hello Asha!"
/// "#)?;
/// assert_eq!(transcript.turns[0].said, ["text \"Hello Asha!\""]);
/// # Ok::<(), String>(())
/// ```
pub fn converse(flow: impl IntoIterator<Item = Source>, lines: &str) -> Result<Transcript, String> {
    let script = Source::new(CONVERSATION, format!("test \"{CONVERSATION}\" {{\n{lines}\n}}\n"));
    let suite = load(flow.into_iter().chain([script]).collect())?;
    let Some(test) = suite.tests().find(|test| test.source().name() == CONVERSATION) else {
        return Err("the lines are no test".to_owned());
    };
    let verdict = test.run();
    outcome(&verdict)?;
    Ok(verdict.transcript())
}

/// As [`converse`], with the flow at a path: a folder with `.flow` files, or one file.
///
/// # Errors
///
/// As [`converse`], and what keeps the files from being read.
pub fn converse_with(flow: impl AsRef<Path>, lines: &str) -> Result<Transcript, String> {
    converse(files::flow(flow.as_ref())?, lines)
}

/// Asserts that a conversation with a flow goes as the lines of a test say, and gives its [`Transcript`].
///
/// The path is that of a folder with `.flow` files, or of one file, beside the package's `Cargo.toml`.
///
/// # Panics
///
/// With the line that is not as expected, the line of the flow that spoke, and the whole turn.
///
/// # Examples
///
/// ```no_run
/// #[test]
/// fn greets_by_name() {
///     sayflow_test::conversation!("flows/shop", r#"
///         given first_name = "Asha"
///         start
///         text "Hello Asha!"
///     "#);
/// }
/// ```
#[macro_export]
macro_rules! conversation {
    ($flow:expr, $lines:expr $(,)?) => {
        match $crate::converse_with(
            ::std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join($flow),
            $lines,
        ) {
            Ok(transcript) => transcript,
            Err(reason) => panic!("{reason}"),
        }
    };
}

fn load(sources: Vec<Source>) -> Result<Suite, String> {
    Suite::load(sources).map_err(|errors| errors.iter().map(told).collect())
}

fn told(error: &Diagnostic) -> String {
    let mut told = error.message().to_owned();
    if let Some(label) = error.labels().first() {
        told = format!("{}: {told}", label.source.place(label.span.start));
    }
    match error.help() {
        Some(help) => format!("{told}\n  help: {help}\n"),
        None => format!("{told}\n"),
    }
}

fn outcome(verdict: &crate::Verdict) -> Result<(), String> {
    if verdict.is_ok() {
        return Ok(());
    }
    Err(verdict
        .failures
        .iter()
        .map(|failure| format!("{failure}\n"))
        .collect())
}
