//! Spans as the protocol's locations and edits.

use std::collections::HashMap;

use gen_lsp_types::{Location, TextEdit, Uri, WorkspaceEdit};
use sayflow::{Source, Span};

use crate::workspace::Workspace;

/// A place in a file of a flow. A source's name is its address.
pub(crate) fn location(workspace: &Workspace, source: &Source, span: Span) -> Location {
    let (uri, _) = workspace.shown(&Uri::from(source.name()));
    Location {
        uri,
        range: workspace.encoding.range(source, span),
    }
}

/// One edit.
pub(crate) fn text_edit(workspace: &Workspace, source: &Source, span: Span, text: &str) -> TextEdit {
    TextEdit {
        range: workspace.encoding.range(source, span),
        new_text: text.to_owned(),
    }
}

/// Edits of several files.
pub(crate) fn workspace_edit<'e>(
    workspace: &Workspace,
    edits: impl IntoIterator<Item = (&'e Source, Span, &'e str)>,
) -> WorkspaceEdit {
    let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
    for (source, span, text) in edits {
        let (uri, _) = workspace.shown(&Uri::from(source.name()));
        let edit = text_edit(workspace, source, span, text);
        changes.entry(uri).or_default().push(edit);
    }
    WorkspaceEdit {
        changes: Some(changes),
        ..WorkspaceEdit::default()
    }
}
