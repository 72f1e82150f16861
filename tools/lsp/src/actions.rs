//! Code actions: the fix of each finding, all safe fixes together, and ids where none stand.

use gen_lsp_types::{CodeAction, CodeActionKind, CodeActionParams, CodeActionResponse};
use sayflow::{Diagnostic, Edit, Fix};

use crate::diagnostics::diagnostic;
use crate::protocol::workspace_edit;
use crate::workspace::{Flow, Workspace};

/// What can be done about the text at a range.
pub(crate) fn code_actions(
    workspace: &Workspace,
    params: &CodeActionParams,
) -> Option<Vec<CodeActionResponse>> {
    let (flow, at) = workspace.find(&params.text_document.uri)?;
    let file = flow.files.get(at)?;
    let span = workspace.encoding.span(&file.source, params.range);
    let is_here = |finding: &&Diagnostic| {
        finding.labels().first().is_some_and(|label| {
            label.source == file.source && label.span.start <= span.end && span.start <= label.span.end
        })
    };
    let mut actions: Vec<CodeAction> = flow
        .findings()
        .iter()
        .filter(is_here)
        .filter_map(|finding| quick_fix(workspace, finding))
        .collect();
    actions.extend(fix_all(workspace, flow, at));
    actions.extend(write_ids(workspace, flow, at));
    let wanted = params.context.only.as_deref();
    let actions = actions.into_iter().filter(|action| is_wanted(action, wanted));
    Some(actions.map(CodeActionResponse::CodeAction).collect())
}

/// Whether an action is of a kind, or of a kind within a kind, that was asked for.
fn is_wanted(action: &CodeAction, wanted: Option<&[CodeActionKind]>) -> bool {
    let Some(kind) = action.kind.as_ref().map(CodeActionKind::as_str) else {
        return true;
    };
    wanted.is_none_or(|wanted| {
        wanted.iter().map(CodeActionKind::as_str).any(|wanted| {
            let inner = kind.strip_prefix(wanted);
            inner.is_some_and(|inner| wanted.is_empty() || inner.is_empty() || inner.starts_with('.'))
        })
    })
}

fn quick_fix(workspace: &Workspace, finding: &Diagnostic) -> Option<CodeAction> {
    let fix = finding.fix()?;
    Some(CodeAction {
        diagnostics: diagnostic(workspace, finding).map(|shown| vec![shown]),
        is_preferred: Some(fix.is_safe),
        ..action(workspace, &fix.title, CodeActionKind::QuickFix, &fix.edits)
    })
}

/// Every safe fix of a file; one that overlaps another waits for the next time.
fn fix_all(workspace: &Workspace, flow: &Flow, at: usize) -> Option<CodeAction> {
    let source = &flow.files.get(at)?.source;
    let mut edits: Vec<Edit> = Vec::new();
    for fix in flow.findings().iter().filter_map(Diagnostic::fix) {
        let is_here = fix.edits.iter().all(|edit| edit.source == *source);
        if fix.is_safe && is_here && is_apart(fix, &edits) {
            edits.extend(fix.edits.iter().cloned());
        }
    }
    let title = "fix everything that is safe to fix";
    (!edits.is_empty()).then(|| action(workspace, title, CodeActionKind::SourceFixAll, &edits))
}

fn is_apart(fix: &Fix, edits: &[Edit]) -> bool {
    fix.edits.iter().all(|new| {
        edits
            .iter()
            .all(|old| new.span.end < old.span.start || old.span.end < new.span.start)
    })
}

fn write_ids(workspace: &Workspace, flow: &Flow, at: usize) -> Option<CodeAction> {
    let file = flow.files.get(at)?;
    let ids = sayflow_kit::missing_ids(file).into_iter();
    let edits: Vec<Edit> = ids
        .map(|(span, text)| Edit {
            source: file.source.clone(),
            span,
            text,
        })
        .collect();
    let kind = CodeActionKind::Custom("source.ids".into());
    (!edits.is_empty()).then(|| action(workspace, "write missing ids", kind, &edits))
}

fn action(workspace: &Workspace, title: &str, kind: CodeActionKind, edits: &[Edit]) -> CodeAction {
    let edits = edits
        .iter()
        .map(|edit| (&edit.source, edit.span, edit.text.as_str()));
    CodeAction {
        title: title.to_owned(),
        kind: Some(kind),
        edit: Some(workspace_edit(workspace, edits)),
        ..CodeAction::default()
    }
}
