//! Findings as an editor shows them.

use std::collections::{BTreeMap, HashMap};

use gen_lsp_types as lsp;
use gen_lsp_types::{PublishDiagnosticsParams, Uri};
use sayflow::{Diagnostic, Severity};

use crate::protocol::location;
use crate::workspace::Workspace;

/// What the client was told last, so that it is told again only what changed.
#[derive(Debug, Default)]
pub(crate) struct Published {
    by_file: HashMap<Uri, (Option<i32>, Vec<lsp::Diagnostic>)>,
}

impl Published {
    /// Checks the flows that changed, and gives what the client does not know yet.
    pub(crate) fn news(&mut self, workspace: &Workspace) -> Vec<PublishDiagnosticsParams> {
        let mut current: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
        for flow in &workspace.flows {
            let Some(findings) = flow.findings_if_stale() else {
                continue;
            };
            current.extend(
                flow.files
                    .iter()
                    .map(|file| (file.source.name().to_owned(), vec![])),
            );
            for finding in findings {
                let label = finding.labels().first();
                let file = label.and_then(|label| current.get_mut(label.source.name()));
                file.into_iter().for_each(|found| found.push(finding.clone()));
            }
        }
        let gone = self.by_file.keys().filter(|uri| workspace.find(uri).is_none());
        current.extend(gone.map(|uri| (uri.0.clone(), vec![])));
        let files = current.into_iter();
        files
            .filter_map(|(name, found)| self.of_file(workspace, Uri(name), &found))
            .collect()
    }

    fn of_file(
        &mut self,
        workspace: &Workspace,
        uri: Uri,
        found: &[Diagnostic],
    ) -> Option<PublishDiagnosticsParams> {
        let (shown, version) = workspace.shown(&uri);
        let found = found.iter().filter_map(|finding| diagnostic(workspace, finding));
        let news = (version, found.collect());
        let is_known = match self.by_file.get(&uri) {
            Some(known) => *known == news,
            None => news == (None, vec![]),
        };
        if is_known {
            return None;
        }
        let diagnostics = news.1.clone();
        if workspace.find(&uri).is_some() {
            self.by_file.insert(uri, news);
        } else {
            self.by_file.remove(&uri);
        }
        Some(PublishDiagnosticsParams {
            uri: shown,
            version,
            diagnostics,
        })
    }
}

/// A finding with its code's page, its other places and its next action.
pub(crate) fn diagnostic(workspace: &Workspace, finding: &Diagnostic) -> Option<lsp::Diagnostic> {
    let (primary, others) = finding.labels().split_first()?;
    let related = others.iter().map(|label| lsp::DiagnosticRelatedInformation {
        location: location(workspace, &label.source, label.span),
        message: label.text.clone(),
    });
    let related: Vec<_> = related.collect();
    let code = finding.code();
    Some(lsp::Diagnostic {
        range: workspace.encoding.range(&primary.source, primary.span),
        severity: Some(severity(finding.severity())),
        code: Some(lsp::Code::String(code.as_str().to_owned())),
        code_description: Some(lsp::CodeDescription {
            href: Uri(code.url()),
        }),
        source: Some("sayflow".to_owned()),
        message: lsp::Message::String(message(finding, &primary.text)),
        tags: is_idle(code.as_str()).then(|| vec![lsp::DiagnosticTag::Unnecessary]),
        related_information: (!related.is_empty()).then_some(related),
        data: None,
    })
}

fn message(finding: &Diagnostic, label: &str) -> String {
    let lines = [finding.message(), label, finding.help().unwrap_or_default()];
    let lines: Vec<&str> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

const fn severity(severity: Severity) -> lsp::DiagnosticSeverity {
    match severity {
        Severity::Error => lsp::DiagnosticSeverity::Error,
        Severity::Warning => lsp::DiagnosticSeverity::Warning,
        Severity::Advice => lsp::DiagnosticSeverity::Hint,
    }
}

/// Whether the finding is about something that does nothing; editors show such a place faded.
fn is_idle(code: &str) -> bool {
    code.starts_with("check::unused") || code.starts_with("check::unreachable")
}
