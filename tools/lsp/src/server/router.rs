//! From a method's name to what answers it.

use gen_lsp_types::{
    DidChangeTextDocumentNotification, DidChangeWatchedFilesNotification,
    DidChangeWorkspaceFoldersNotification, DidCloseTextDocumentNotification, DidOpenTextDocumentNotification,
    LspNotificationMethod, Notification as Told, WorkspaceFolder,
};
use lsp_server::{ErrorCode, Notification, Request, Response};

use super::capabilities::Client;
use crate::uri;
use crate::workspace::Workspace;

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

/// Answers a request.
pub(crate) fn ask(_workspace: &Workspace, _client: &Client, request: Request) -> Response {
    let code = ErrorCode::MethodNotFound as i32;
    Response::new_err(request.id, code, format!("`{}` is not known", request.method))
}
