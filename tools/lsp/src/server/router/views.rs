//! Requests about what an editor shows in and around a file: links, symbols, selections, hints, lenses,
//! and what leads where.

use gen_lsp_types::{
    CallHierarchyIncomingCallsRequest, CallHierarchyOutgoingCallsRequest, CallHierarchyPrepareRequest,
    CodeLensRequest, CodeLensResolveRequest, DocumentLinkRequest, DocumentOnTypeFormattingRequest,
    InlayHintRequest, LspRequestMethod, Request as _, SelectionRangeRequest, WorkspaceSymbolRequest,
    WorkspaceSymbolResponse,
};
use lsp_server::{ErrorCode, Request, Response};

use super::{answer, file, place};
use crate::protocol::text_edit;
use crate::server::capabilities::Client;
use crate::text::number;
use crate::workspace::Workspace;
use crate::{hierarchy, hints, lenses, links, selection, symbols, typing};

/// Answers such a request.
pub(super) fn ask(workspace: &Workspace, client: &Client, request: Request) -> Response {
    let method = request.method.clone();
    let encoding = workspace.encoding;
    match LspRequestMethod::from(method.as_str()) {
        DocumentLinkRequest::METHOD => answer::<DocumentLinkRequest>(request, |params| {
            let found = file(workspace, &params.text_document.uri);
            Ok(found.map(|(flow, file)| links::links(encoding, flow.index(), file)))
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
        DocumentOnTypeFormattingRequest::METHOD => {
            answer::<DocumentOnTypeFormattingRequest>(request, |params| {
                let found = file(workspace, &params.text_document.uri);
                Ok(found.map(|(_, file)| {
                    let offset = number(encoding.offset(file.source.text(), params.position));
                    let edit = typing::indent(file, offset, &params.ch);
                    let edit = edit.map(|(span, indent)| text_edit(workspace, &file.source, span, &indent));
                    edit.into_iter().collect()
                }))
            })
        }
        InlayHintRequest::METHOD => answer::<InlayHintRequest>(request, |params| {
            let found = workspace.find(&params.text_document.uri);
            Ok(found.and_then(|(flow, at)| {
                let file = flow.files.get(at)?;
                let shown = encoding.span(&file.source, params.range);
                Some(hints::hints(encoding, flow.index(), (at, file), shown))
            }))
        }),
        CallHierarchyPrepareRequest::METHOD => answer::<CallHierarchyPrepareRequest>(request, |params| {
            let found = place(workspace, &params.text_document_position_params);
            Ok(found.and_then(|place| {
                let index = place.flow.index();
                let item = hierarchy::prepare(workspace, index, (place.at, place.file), place.offset);
                item.map(|item| vec![item])
            }))
        }),
        CallHierarchyIncomingCallsRequest::METHOD => {
            answer::<CallHierarchyIncomingCallsRequest>(request, |params| {
                Ok(Some(hierarchy::incoming(workspace, &params.item)))
            })
        }
        CallHierarchyOutgoingCallsRequest::METHOD => {
            answer::<CallHierarchyOutgoingCallsRequest>(request, |params| {
                Ok(Some(hierarchy::outgoing(workspace, &params.item)))
            })
        }
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
