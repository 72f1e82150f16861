//! From a name to where it is declared and used.

use gen_lsp_types as lsp;
use gen_lsp_types::Location;

use crate::index::{Index, Mention, Role};
use crate::protocol::location;
use crate::workspace::Workspace;

/// Where the name at a cursor is declared; every place where it is declared twice.
pub(crate) fn definition(workspace: &Workspace, index: Index<'_>, file: usize, offset: u32) -> Vec<Location> {
    let Some((symbol, _)) = index.at(file, offset) else {
        return Vec::new();
    };
    let declarations = index.mentions(symbol).iter();
    let declarations = declarations.filter(|mention| mention.role == Role::Declares);
    locations(workspace, index, declarations)
}

/// Every place of the name at a cursor.
pub(crate) fn references(
    workspace: &Workspace,
    index: Index<'_>,
    (file, offset): (usize, u32),
    with_declaration: bool,
) -> Vec<Location> {
    let Some((symbol, _)) = index.at(file, offset) else {
        return Vec::new();
    };
    let mentions = index.mentions(symbol).iter();
    let mentions = mentions.filter(|mention| with_declaration || mention.role != Role::Declares);
    locations(workspace, index, mentions)
}

/// The places of the name at a cursor in the same file.
pub(crate) fn highlights(
    workspace: &Workspace,
    index: Index<'_>,
    file: usize,
    offset: u32,
) -> Vec<lsp::DocumentHighlight> {
    let Some((symbol, _)) = index.at(file, offset) else {
        return Vec::new();
    };
    let mentions = index.mentions(symbol).iter();
    let here = mentions.filter(|mention| mention.file == file);
    here.filter_map(|mention| {
        let source = &index.file(*mention)?.source;
        Some(lsp::DocumentHighlight {
            range: workspace.encoding.range(source, mention.span),
            kind: Some(match mention.role {
                Role::Declares | Role::Writes => lsp::DocumentHighlightKind::Write,
                Role::Alias | Role::Uses => lsp::DocumentHighlightKind::Read,
            }),
        })
    })
    .collect()
}

/// The places of mentions.
pub(crate) fn locations<'m>(
    workspace: &Workspace,
    index: Index<'_>,
    mentions: impl Iterator<Item = &'m Mention>,
) -> Vec<Location> {
    mentions
        .filter_map(|mention| {
            let source = &index.file(*mention)?.source;
            Some(location(workspace, source, mention.span))
        })
        .collect()
}
