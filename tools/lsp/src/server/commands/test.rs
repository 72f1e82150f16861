//! `sayflow.runTest`: one test, on the texts as the editor has them.

use std::fmt;
use std::path::{Path, PathBuf};

use gen_lsp_types::{MessageType, Uri};
use sayflow::syntax::ast::Head;
use sayflow::{Diagnostic, Source};
use sayflow_kit::nearest::did_you_mean;
use sayflow_test::{Difference, Suite, TestFailure};

use super::{Ended, Refusal, Subject, ended};
use crate::server::tested::{Failure, Failures};
use crate::uri;

/// A test that is about to run.
#[derive(Debug)]
pub(super) struct TestRun {
    files: Vec<TestFile>,
    /// The number of its file.
    at: usize,
    name: String,
    /// Where the flow lies, with its catalogs beside it; `None` for a buffer without a file.
    path: Option<PathBuf>,
}

/// A file of the flow under two names.
#[derive(Debug)]
struct TestFile {
    /// By its path, because a test looks for files beside it.
    by_path: Source,
    /// By its address, as the editor knows it.
    by_uri: Source,
}

/// Takes a copy of the flow with the test.
pub(super) fn prepare(subject: &Subject<'_>) -> Result<TestRun, Refusal> {
    let files: Vec<TestFile> = subject
        .flow
        .files
        .iter()
        .map(|file| TestFile::new(&file.source))
        .collect();
    let known = subject.flow.files.get(subject.at).map_or_else(Vec::new, |file| {
        let names = file.nodes().filter_map(|node| match &node.head {
            Head::Test { name } => Some(name.plain(&file.source)),
            _ => None,
        });
        names.collect()
    });
    if !known.contains(&subject.name) {
        let near = did_you_mean(&subject.name, known.iter().map(String::as_str), "tests");
        return Err(format!("the file has no test \"{}\": {near}", subject.name));
    }
    Ok(TestRun {
        files,
        at: subject.at,
        name: subject.name.clone(),
        path: subject.flow.path(),
    })
}

impl TestFile {
    fn new(source: &Source) -> Self {
        let path = uri::path(&Uri::from(source.name()));
        let name = path.map_or_else(
            || source.name().to_owned(),
            |path| path.to_string_lossy().into_owned(),
        );
        Self {
            by_path: Source::new(name, source.text()),
            by_uri: source.clone(),
        }
    }
}

impl TestRun {
    /// Runs it. Calls are answered by the test's mocks; nothing is ever sent.
    pub(super) fn run(&self) -> Ended {
        let name = &self.name;
        let catalogs = match self.catalogs() {
            Ok(catalogs) => catalogs,
            Err(reason) => {
                let message = format!("test \"{name}\" cannot run: {reason}");
                return ended(MessageType::Error, message, String::new());
            }
        };
        let sources = self.files.iter().map(|file| file.by_path.clone());
        let suite = match Suite::load(sources.chain(catalogs)) {
            Ok(suite) => suite,
            Err(errors) => return self.unready(&errors),
        };
        let file = self.files.get(self.at).map(|file| &file.by_path);
        let test = suite
            .tests()
            .find(|test| test.name() == name && Some(test.source()) == file);
        // The tree has it, or the run would not have begun.
        let Some(test) = test else {
            return ended(
                MessageType::Error,
                format!("test \"{name}\" cannot be read"),
                String::new(),
            );
        };
        let failures = test.run().failures;
        let found: Vec<Failure> = failures.iter().map(|failure| self.failure(failure)).collect();
        let ended = match failures.as_slice() {
            [] => ended(
                MessageType::Info,
                format!("test \"{name}\" passed"),
                format!("test \"{name}\" passed"),
            ),
            [first, others @ ..] => {
                let more = match others.len() {
                    0 => String::new(),
                    others => format!(" (and {others} more)"),
                };
                let message = format!("test \"{name}\" failed: {}{more}", first.diagnostic.message());
                let log: String = failures.iter().map(|failure| format!("\n{failure}")).collect();
                ended(
                    MessageType::Warning,
                    message,
                    format!("test \"{name}\" failed\n{log}"),
                )
            }
        };
        Ended {
            failures: self.failures(found),
            ..ended
        }
    }

    /// The translations of the flow, as they lie on the disk.
    fn catalogs(&self) -> Result<Vec<Source>, String> {
        let Some(path) = &self.path else {
            return Ok(Vec::new());
        };
        let paths = sayflow_kit::catalog_files(path).map_err(|unreadable| unreadable.to_string())?;
        let read = |path: &PathBuf| {
            let unreadable = |why: &dyn fmt::Display| format!("{}: {why}", path.display());
            let bytes = sayflow_kit::regular_file(path).and_then(sayflow_kit::read_beginning);
            let bytes = bytes.map_err(|error| unreadable(&error))?;
            let text = String::from_utf8(bytes).map_err(|error| unreadable(&error))?;
            Ok(Source::new(path.to_string_lossy(), text))
        };
        paths.iter().map(read).collect()
    }

    /// The flow has errors, or the test has; the editor shows each at its place.
    fn unready(&self, errors: &[Diagnostic]) -> Ended {
        let first = errors.first().map(Diagnostic::message).unwrap_or_default();
        let place = errors.first().and_then(|error| error.labels().first());
        let place = place.map_or_else(String::new, |label| {
            let place = label.source.place(label.span.start);
            let file = Path::new(&place).file_name();
            file.map_or_else(|| place.clone(), |file| file.to_string_lossy().into_owned())
        });
        let count = match errors.len() {
            1 => "an error".to_owned(),
            errors => format!("{errors} errors"),
        };
        let message = format!(
            "test \"{}\" cannot run, the flow has {count}: {first} ({place})",
            self.name
        );
        ended(MessageType::Warning, message.clone(), message)
    }

    fn failures(&self, found: Vec<Failure>) -> Option<Failures> {
        Some(Failures {
            source: self.files.get(self.at)?.by_uri.clone(),
            test: self.name.clone(),
            found,
        })
    }

    fn failure(&self, failure: &TestFailure) -> Failure {
        Failure {
            diagnostic: self.with_addresses(&failure.diagnostic),
            difference: difference(&failure.difference),
        }
    }

    /// The same finding, at places that the editor knows: the flow's files, and files beside them.
    fn with_addresses(&self, found: &Diagnostic) -> Diagnostic {
        let mut labels = found
            .labels()
            .iter()
            .filter_map(|label| Some((self.with_address(&label.source)?, label)));
        let Some((source, primary)) = labels.next() else {
            return found.clone();
        };
        let mut told =
            Diagnostic::new(found.code(), &source, primary.span, found.message()).primary(&*primary.text);
        for (source, label) in labels {
            told = told.label(&source, label.span, &*label.text);
        }
        match found.help() {
            Some(help) => told.with_help(help),
            None => told,
        }
    }

    /// A file under its address; the defaults that speak where a flow says nothing have none.
    fn with_address(&self, source: &Source) -> Option<Source> {
        let mut files = self.files.iter();
        if let Some(file) = files.find(|file| file.by_path == *source) {
            return Some(file.by_uri.clone());
        }
        let path = Path::new(source.name());
        path.is_file()
            .then(|| Source::new(uri::of_path(path).0, source.text()))
    }
}

/// The two texts that differ, one under the other.
fn difference(parts: &[Difference]) -> Option<String> {
    let side = |is_expected: bool| -> String {
        let parts = parts.iter().filter_map(|part| match part {
            Difference::Same(text) => Some(text.as_str()),
            Difference::Expected(text) => is_expected.then_some(text.as_str()),
            Difference::Found(text) => (!is_expected).then_some(text.as_str()),
        });
        parts.collect()
    };
    (!parts.is_empty()).then(|| format!("expected: {}\nfound: {}", side(true), side(false)))
}
