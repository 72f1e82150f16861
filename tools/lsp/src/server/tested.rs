//! What tests found when they were last run, shown among the findings of the checker until the test runs again
//! or its file changes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use gen_lsp_types as lsp;
use gen_lsp_types::{PublishDiagnosticsParams, Uri};
use sayflow::{Diagnostic, Source};

use crate::diagnostics::diagnostic;
use crate::uri;
use crate::workspace::Workspace;

/// What one run of a test found.
#[derive(Debug)]
pub(crate) struct Failures {
    /// The file of the test as it was run. Its name is its address.
    pub(crate) source: Source,
    pub(crate) test: String,
    pub(crate) found: Vec<Failure>,
}

/// One line that is not as the test expects.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) diagnostic: Diagnostic,
    /// The two texts that differ, where it is about texts.
    pub(crate) difference: Option<String>,
}

/// What is shown of tests, and what the checker found beside it.
#[derive(Debug, Default)]
pub(crate) struct Tested {
    /// By the address of the file and the name of the test.
    failures: BTreeMap<(String, String), Shown>,
    /// Files whose failures changed since they were last told.
    changed: BTreeSet<String>,
    /// What the checker said last of each file.
    checked: HashMap<String, PublishDiagnosticsParams>,
}

#[derive(Debug)]
struct Shown {
    source: Source,
    diagnostics: Vec<lsp::Diagnostic>,
}

impl Tested {
    /// Forgets what a test found before.
    pub(crate) fn begin(&mut self, file: &Uri, test: &str) {
        let file = uri::canonical(file).0;
        if self.failures.remove(&(file.clone(), test.to_owned())).is_some() {
            self.changed.insert(file);
        }
    }

    /// Keeps what a test found.
    pub(crate) fn end(&mut self, workspace: &Workspace, failures: Failures) {
        let file = failures.source.name().to_owned();
        let shown = Shown {
            diagnostics: failures
                .found
                .iter()
                .filter_map(|failure| shown(workspace, failure))
                .collect(),
            source: failures.source,
        };
        self.changed.insert(file.clone());
        self.failures.insert((file, failures.test), shown);
    }

    /// What there is to tell of each file: what the checker says, with what tests found.
    pub(crate) fn joined(
        &mut self,
        workspace: &Workspace,
        news: Vec<PublishDiagnosticsParams>,
    ) -> Vec<PublishDiagnosticsParams> {
        self.forget_changed_files(workspace);
        let mut told: BTreeMap<String, PublishDiagnosticsParams> = BTreeMap::new();
        for params in news {
            let file = uri::canonical(&params.uri).0;
            self.checked.insert(file.clone(), params.clone());
            told.insert(file, params);
        }
        for file in std::mem::take(&mut self.changed) {
            let checked = self.checked.get(&file).cloned();
            told.entry(file.clone())
                .or_insert_with(|| checked.unwrap_or_else(|| nothing(workspace, &file)));
        }
        for (file, params) in &mut told {
            let of_file = self.failures.iter().filter(|((known, _), _)| known == file);
            params
                .diagnostics
                .extend(of_file.flat_map(|(_, shown)| shown.diagnostics.iter().cloned()));
        }
        self.checked
            .retain(|file, _| workspace.find(&Uri::from(file.as_str())).is_some());
        told.into_values().collect()
    }

    /// Failures of a file that was edited since stand at the wrong lines.
    fn forget_changed_files(&mut self, workspace: &Workspace) {
        let changed = &mut self.changed;
        self.failures.retain(|(file, _), shown| {
            let found = workspace.find(&Uri::from(file.as_str()));
            let current = found.and_then(|(flow, at)| flow.files.get(at));
            let is_same = current.is_some_and(|current| current.source.text() == shown.source.text());
            if !is_same {
                changed.insert(file.clone());
            }
            is_same
        });
    }
}

/// A file of which the checker never said anything.
fn nothing(workspace: &Workspace, file: &str) -> PublishDiagnosticsParams {
    let (uri, version) = workspace.shown(&Uri::from(file));
    PublishDiagnosticsParams {
        uri,
        version,
        diagnostics: Vec::new(),
    }
}

fn shown(workspace: &Workspace, failure: &Failure) -> Option<lsp::Diagnostic> {
    let mut shown = diagnostic(workspace, &failure.diagnostic)?;
    if let (Some(difference), lsp::Message::String(message)) = (&failure.difference, &mut shown.message) {
        *message += &format!("\n{difference}");
    }
    Some(shown)
}
