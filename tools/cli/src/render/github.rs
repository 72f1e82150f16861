//! A finding for a pull request: a workflow command.
//!
//! <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>

use sayflow::{Diagnostic, Severity};

use crate::visible::visible;

/// A finding as one workflow command.
pub(crate) fn github(finding: &Diagnostic) -> String {
    let command = match finding.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "notice",
    };
    let mut properties = String::new();
    if let Some(label) = finding.labels().first() {
        let start = label.source.position(label.span.start);
        let end = label.source.position(label.span.end);
        properties = format!(
            "file={},line={},col={},endLine={},endColumn={},",
            property(label.source.name()),
            start.line,
            start.column,
            end.line,
            end.column,
        );
    }
    let help = finding
        .help()
        .map_or_else(String::new, |help| format!("\nhelp: {help}"));
    let message = data(&format!("{}{help}", finding.message()));
    format!(
        "::{command} {properties}title={}::{message}",
        property(finding.code().as_str())
    )
}

fn data(text: &str) -> String {
    visible(text).replace('%', "%25").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
