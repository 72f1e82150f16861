//! Requests about what an editor shows in and around a file: links, symbols, selections, lenses.

use gen_lsp_types::{
    CodeLensRequest, CodeLensResolveRequest, DocumentLinkRequest, LspRequestMethod, Request as _,
    SelectionRangeRequest, WorkspaceSymbolRequest, WorkspaceSymbolResponse,
};
use lsp_server::{ErrorCode, Request, Response};

use super::{answer, file};
use crate::index::Index;
use crate::server::capabilities::Client;
use crate::text::number;
use crate::workspace::Workspace;
use crate::{lenses, links, selection, symbols};

/// Answers such a request.
pub(super) fn ask(workspace: &Workspace, client: &Client, request: Request) -> Response {
    let method = request.method.clone();
    let encoding = workspace.encoding;
    match LspRequestMethod::from(method.as_str()) {
        DocumentLinkRequest::METHOD => answer::<DocumentLinkRequest>(request, |params| {
            let found = file(workspace, &params.text_document.uri);
            Ok(found.map(|(flow, file)| links::links(encoding, &Index::of(&flow.files), file)))
        }),
        WorkspaceSymbolRequest::METHOD => answer::<WorkspaceSymbolRequest>(request, |params| {
            let found = symbols::symbols(workspace, &params.query);
            Ok(Some(WorkspaceSymbolResponse::SymbolInformationList(found)))
        }),
        SelectionRangeRequest::METHOD => answer::<SelectionRangeRequest>(request, |params| {
            let found = file(workspace, &params.text_document.uri);
            Ok(found.map(|(_, file)| {
                let offset = |position| number(encoding.offset(file.source.text(), position));
                let positions = params.positions.into_iter();
                let around = |position| selection::around(encoding, file, offset(position));
                positions.map(around).collect()
            }))
        }),
        CodeLensRequest::METHOD => answer::<CodeLensRequest>(request, |params| {
            let uri = params.text_document.uri;
            let found = file(workspace, &uri);
            Ok(found.map(|(_, file)| lenses::lenses(encoding, &uri, file)))
        }),
        CodeLensResolveRequest::METHOD => answer::<CodeLensResolveRequest>(request, |lens| {
            Ok(lenses::resolved(workspace, lens, client.shows_references))
        }),
        _ => {
            let code = ErrorCode::MethodNotFound as i32;
            Response::new_err(request.id, code, format!("`{method}` is not known"))
        }
    }
}
