//! From a method's name to what answers it.

mod views;

use gen_lsp_types::{
    CodeActionRequest, CompletionRequest, Definition, DefinitionRequest, DefinitionResponse,
    DidChangeTextDocumentNotification, DidChangeWatchedFilesNotification,
    DidChangeWorkspaceFoldersNotification, DidCloseTextDocumentNotification, DidOpenTextDocumentNotification,
    DocumentFormattingRequest, DocumentHighlightRequest, DocumentRangeFormattingRequest,
    DocumentSymbolRequest, DocumentSymbolResponse, FoldingRangeRequest, HoverRequest, LspNotificationMethod,
    LspRequestMethod, Notification as Told, PrepareRenameRequest, PrepareRenameResult, ReferencesRequest,
    RenameRequest, Request as Asked, SemanticTokensRequest, TextDocumentPositionParams, Uri, WorkspaceFolder,
};
use lsp_server::{ErrorCode, Notification, Request, Response};
use sayflow::syntax::ast;

use super::capabilities::Client;
use crate::index::Index;
use crate::text::number;
use crate::workspace::{Flow, Workspace};
use crate::{actions, completion, formatting, hover, navigation, outline, protocol, rename, tokens, uri};

/// Takes what the client tells. What cannot be read is passed over: a notification has no answer.
pub(crate) fn tell(workspace: &mut Workspace, told: Notification) {
    let method = told.method.clone();
    match LspNotificationMethod::from(method.as_str()) {
        DidOpenTextDocumentNotification::METHOD => {
            if let Some(params) = read::<DidOpenTextDocumentNotification>(told) {
                let document = params.text_document;
                workspace.open(document.uri, document.version, document.text);
            }
        }
        DidChangeTextDocumentNotification::METHOD => {
            if let Some(params) = read::<DidChangeTextDocumentNotification>(told) {
                let document = params.text_document;
                let uri = document.text_document_identifier.uri;
                workspace.change(&uri, document.version, params.content_changes);
            }
        }
        DidCloseTextDocumentNotification::METHOD => {
            if let Some(params) = read::<DidCloseTextDocumentNotification>(told) {
                workspace.close(&params.text_document.uri);
            }
        }
        DidChangeWatchedFilesNotification::METHOD => {
            let params = read::<DidChangeWatchedFilesNotification>(told);
            for event in params.into_iter().flat_map(|params| params.changes) {
                workspace.watched(&event.uri);
            }
        }
        DidChangeWorkspaceFoldersNotification::METHOD => {
            if let Some(params) = read::<DidChangeWorkspaceFoldersNotification>(told) {
                let paths = |folders: &[WorkspaceFolder]| -> Vec<_> {
                    folders
                        .iter()
                        .filter_map(|folder| uri::path(&folder.uri))
                        .collect()
                };
                workspace.change_folders(paths(&params.event.added), &paths(&params.event.removed));
            }
        }
        _ => {}
    }
}

fn read<N: Told>(told: Notification) -> Option<N::Params> {
    serde_json::from_value(told.params).ok()
}

/// Why a request gets no answer, in words that an editor shows.
pub(crate) type Refusal = String;

/// Answers a request.
pub(crate) fn ask(workspace: &Workspace, client: &Client, request: Request) -> Response {
    let method = request.method.clone();
    match LspRequestMethod::from(method.as_str()) {
        CompletionRequest::METHOD => answer::<CompletionRequest>(request, |params| {
            let at = &params.text_document_position_params;
            let was_blank = params
                .context
                .and_then(|context| context.trigger_character)
                .is_some_and(|trigger| trigger == " ");
            Ok(place(workspace, at).map(|place| {
                let index = place.flow.index();
                let offers = completion::offers(index, place.file, place.offset, was_blank);
                protocol::completion(workspace, &place.file.source, offers, client.takes_snippets)
            }))
        }),
        DefinitionRequest::METHOD => answer::<DefinitionRequest>(request, |params| {
            let at = &params.text_document_position_params;
            Ok(named(workspace, at, |index, file, offset| {
                let found = navigation::definition(workspace, index, file, offset);
                DefinitionResponse::Definition(Definition::LocationList(found))
            }))
        }),
        ReferencesRequest::METHOD => answer::<ReferencesRequest>(request, |params| {
            let at = &params.text_document_position_params;
            let with_declaration = params.context.include_declaration;
            Ok(named(workspace, at, |index, file, offset| {
                navigation::references(workspace, index, (file, offset), with_declaration)
            }))
        }),
        DocumentHighlightRequest::METHOD => answer::<DocumentHighlightRequest>(request, |params| {
            let at = &params.text_document_position_params;
            Ok(named(workspace, at, |index, file, offset| {
                navigation::highlights(workspace, index, file, offset)
            }))
        }),
        HoverRequest::METHOD => answer::<HoverRequest>(request, |params| {
            let at = &params.text_document_position_params;
            Ok(place(workspace, at).and_then(|place| {
                let index = place.flow.index();
                let (text, span) = hover::hover(index, place.at, place.offset)
                    .or_else(|| hover::line(index, &place.flow.files, place.file, place.offset))?;
                Some(protocol::hover(workspace, &place.file.source, text, span))
            }))
        }),
        PrepareRenameRequest::METHOD => answer::<PrepareRenameRequest>(request, |params| {
            let at = &params.text_document_position_params;
            let Some(place) = place(workspace, at) else {
                return Ok(None);
            };
            let mention = rename::renamed(place.flow.index(), place.at, place.offset)?;
            let range = workspace.encoding.range(&place.file.source, mention.span);
            Ok(Some(PrepareRenameResult::Range(range)))
        }),
        RenameRequest::METHOD => answer::<RenameRequest>(request, |params| {
            let at = &params.text_document_position_params;
            let renamed = place(workspace, at).map(|place| {
                let name = (place.at, place.offset);
                rename::rename(workspace, client.edits, place.flow, name, &params.new_name)
            });
            renamed.transpose()
        }),
        DocumentSymbolRequest::METHOD => answer::<DocumentSymbolRequest>(request, |params| {
            let found = file(workspace, &params.text_document.uri);
            Ok(found.map(|(_, file)| {
                DocumentSymbolResponse::DocumentSymbolList(outline::symbols(workspace.encoding, file))
            }))
        }),
        SemanticTokensRequest::METHOD => answer::<SemanticTokensRequest>(request, |params| {
            let found = workspace.find(&params.text_document.uri);
            Ok(found.map(|(flow, at)| tokens::tokens(workspace.encoding, flow.index(), at)))
        }),
        FoldingRangeRequest::METHOD => answer::<FoldingRangeRequest>(request, |params| {
            let found = file(workspace, &params.text_document.uri);
            Ok(found.map(|(_, file)| outline::folding(workspace.encoding, file)))
        }),
        CodeActionRequest::METHOD => answer::<CodeActionRequest>(request, |params| {
            Ok(actions::code_actions(workspace, client.edits, &params))
        }),
        DocumentFormattingRequest::METHOD => answer::<DocumentFormattingRequest>(request, |params| {
            let found = file(workspace, &params.text_document.uri);
            Ok(found.map(|(_, file)| formatting::document(workspace, file)))
        }),
        DocumentRangeFormattingRequest::METHOD => {
            answer::<DocumentRangeFormattingRequest>(request, |params| {
                let (start, end) = (params.range.start, params.range.end);
                // A selection that ends where a line begins has nothing of that line.
                let is_past = end.character == 0 && end.line > start.line;
                let last = if is_past {
                    end.line
                } else {
                    end.line.saturating_add(1)
                };
                let lines = start.line..last;
                let found = file(workspace, &params.text_document.uri);
                Ok(found.map(|(_, file)| formatting::lines(workspace, file, &lines)))
            })
        }
        _ => views::ask(workspace, client, request),
    }
}

fn answer<R: Asked>(
    request: Request,
    answer: impl FnOnce(R::Params) -> Result<R::Result, Refusal>,
) -> Response {
    match serde_json::from_value(request.params) {
        Ok(params) => match answer(params) {
            Ok(result) => Response::new_ok(request.id, result),
            Err(refusal) => Response::new_err(request.id, ErrorCode::RequestFailed as i32, refusal),
        },
        Err(error) => Response::new_err(request.id, ErrorCode::InvalidParams as i32, error.to_string()),
    }
}

/// The flow and file at an address.
fn file<'w>(workspace: &'w Workspace, uri: &Uri) -> Option<(&'w Flow, &'w ast::File)> {
    let (flow, at) = workspace.find(uri)?;
    Some((flow, flow.files.get(at)?))
}

/// A cursor in a file of a flow.
struct Place<'w> {
    flow: &'w Flow,
    /// The number of the file.
    at: usize,
    file: &'w ast::File,
    offset: u32,
}

fn place<'w>(workspace: &'w Workspace, params: &TextDocumentPositionParams) -> Option<Place<'w>> {
    let (flow, at) = workspace.find(&params.text_document.uri)?;
    let file = flow.files.get(at)?;
    let offset = workspace.encoding.offset(file.source.text(), params.position);
    Some(Place {
        flow,
        at,
        file,
        offset: number(offset),
    })
}

/// What the index of a flow says about the name at a cursor.
fn named<T>(
    workspace: &Workspace,
    params: &TextDocumentPositionParams,
    about: impl FnOnce(Index<'_>, usize, u32) -> T,
) -> Option<T> {
    let place = place(workspace, params)?;
    Some(about(place.flow.index(), place.at, place.offset))
}
