//! Spans as the protocol's locations.

use gen_lsp_types::{Location, Uri};
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
