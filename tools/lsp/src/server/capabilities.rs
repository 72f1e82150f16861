//! The handshake: what the client can do, and what the server offers.

use std::collections::BTreeMap;
use std::path::PathBuf;

use gen_lsp_types as lsp;
use gen_lsp_types::{
    DidChangeWatchedFilesNotification, InitializeParams, Notification as _, PositionEncodingKind,
    RegistrationRequest, Request as _,
};
use lsp_server::{Request, RequestId};
use serde_json::{Value, json};

use super::commands;
use crate::protocol::EditForms;
use crate::text::Encoding;
use crate::{tokens, typing, uri};

/// What matters of a client.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) encoding: Encoding,
    pub(crate) folders: Vec<PathBuf>,
    /// Whether it tells which files changed, once it is asked to.
    can_watch: bool,
    /// Whether what it completes may have places to fill in.
    pub(crate) takes_snippets: bool,
    /// Which edits of documents it takes.
    pub(crate) edits: EditForms,
    /// Whether it has a command that lists places.
    pub(crate) shows_references: bool,
    /// Where the servers of flows are when an API is called, by their names.
    pub(crate) servers: BTreeMap<String, String>,
    /// Whether hints are offered; `false` only where it says so.
    wants_hints: bool,
}

impl Client {
    pub(crate) fn read(params: Value) -> Result<Self, serde_json::Error> {
        let can_watch = params.pointer("/capabilities/workspace/didChangeWatchedFiles/dynamicRegistration")
            == Some(&Value::Bool(true));
        let takes_snippets = params
            .pointer("/capabilities/textDocument/completion/completionItem/snippetSupport")
            == Some(&Value::Bool(true));
        let edits = edit_forms(&params);
        let shows_references =
            params.pointer("/initializationOptions/showReferences") == Some(&Value::Bool(true));
        let servers = params
            .pointer("/initializationOptions/servers")
            .map(servers)
            .unwrap_or_default();
        let wants_hints = params.pointer("/initializationOptions/inlayHints") != Some(&Value::Bool(false));
        let params: InitializeParams = serde_json::from_value(params)?;
        let encodings = params
            .capabilities
            .general
            .as_ref()
            .and_then(|general| general.position_encodings.as_ref());
        let knows_bytes = encodings.is_some_and(|known| known.contains(&PositionEncodingKind::UTF8));
        Ok(Self {
            encoding: if knows_bytes {
                Encoding::Utf8
            } else {
                Encoding::Utf16
            },
            folders: folders(&params),
            can_watch,
            takes_snippets,
            edits,
            shows_references,
            wants_hints,
            servers,
        })
    }

    /// The answer to `initialize`.
    pub(crate) fn answer(&self) -> Value {
        json!({
            "capabilities": self.capabilities(),
            "serverInfo": {"name": "sayflow", "version": env!("CARGO_PKG_VERSION")},
        })
    }

    fn capabilities(&self) -> lsp::ServerCapabilities {
        lsp::ServerCapabilities {
            position_encoding: Some(match self.encoding {
                Encoding::Utf8 => PositionEncodingKind::UTF8,
                Encoding::Utf16 => PositionEncodingKind::UTF16,
            }),
            text_document_sync: Some(lsp::TextDocumentSync::Options(lsp::TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(lsp::TextDocumentSyncKind::Incremental),
                ..lsp::TextDocumentSyncOptions::default()
            })),
            completion_provider: Some(lsp::CompletionOptions {
                trigger_characters: Some(["<", "{", ">", " "].map(str::to_owned).to_vec()),
                ..lsp::CompletionOptions::default()
            }),
            definition_provider: Some(lsp::DefinitionProvider::Bool(true)),
            references_provider: Some(lsp::ReferencesProvider::Bool(true)),
            document_highlight_provider: Some(lsp::DocumentHighlightProvider::Bool(true)),
            hover_provider: Some(lsp::HoverProvider::Bool(true)),
            rename_provider: Some(lsp::RenameProvider::RenameOptions(lsp::RenameOptions {
                prepare_provider: Some(true),
                ..lsp::RenameOptions::default()
            })),
            document_symbol_provider: Some(lsp::DocumentSymbolProvider::Bool(true)),
            semantic_tokens_provider: Some(lsp::SemanticTokensProvider::SemanticTokensOptions(
                lsp::SemanticTokensOptions {
                    legend: tokens::legend(),
                    range: None,
                    full: Some(lsp::Full::Bool(true)),
                    work_done_progress_options: lsp::WorkDoneProgressOptions::default(),
                },
            )),
            workspace_symbol_provider: Some(lsp::WorkspaceSymbolProvider::Bool(true)),
            selection_range_provider: Some(lsp::SelectionRangeProvider::Bool(true)),
            document_link_provider: Some(lsp::DocumentLinkOptions::default()),
            execute_command_provider: Some(lsp::ExecuteCommandOptions {
                commands: [commands::RUN_TEST, commands::CALL].map(str::to_owned).to_vec(),
                ..lsp::ExecuteCommandOptions::default()
            }),
            call_hierarchy_provider: Some(lsp::CallHierarchyProvider::Bool(true)),
            inlay_hint_provider: self.wants_hints.then_some(lsp::InlayHintProvider::Bool(true)),
            code_lens_provider: Some(lsp::CodeLensOptions {
                resolve_provider: Some(true),
                ..lsp::CodeLensOptions::default()
            }),
            folding_range_provider: Some(lsp::FoldingRangeProvider::Bool(true)),
            code_action_provider: Some(lsp::CodeActionProvider::CodeActionOptions(
                lsp::CodeActionOptions {
                    code_action_kinds: Some(vec![
                        lsp::CodeActionKind::QuickFix,
                        lsp::CodeActionKind::RefactorExtract,
                        lsp::CodeActionKind::RefactorInline,
                        lsp::CodeActionKind::RefactorRewrite,
                        lsp::CodeActionKind::SourceFixAll,
                        lsp::CodeActionKind::Custom("source.ids".into()),
                    ]),
                    ..lsp::CodeActionOptions::default()
                },
            )),
            document_formatting_provider: Some(lsp::DocumentFormattingProvider::Bool(true)),
            document_range_formatting_provider: Some(lsp::DocumentRangeFormattingProvider::Bool(true)),
            document_on_type_formatting_provider: Some(lsp::DocumentOnTypeFormattingOptions {
                first_trigger_character: typing::BRACE.to_owned(),
                more_trigger_character: Some(vec![typing::LINE_BREAK.to_owned()]),
            }),
            workspace: Some(lsp::WorkspaceOptions {
                workspace_folders: Some(lsp::WorkspaceFoldersServerCapabilities {
                    supported: Some(true),
                    change_notifications: Some(lsp::ChangeNotifications::Bool(true)),
                }),
                ..lsp::WorkspaceOptions::default()
            }),
            ..lsp::ServerCapabilities::default()
        }
    }

    /// The request to be told which files change; `None` where the client cannot.
    pub(crate) fn registration(&self) -> Option<Request> {
        let params = json!({"registrations": [{
            "id": "flows",
            "method": DidChangeWatchedFilesNotification::METHOD.as_str(),
            "registerOptions": {"watchers": [{"globPattern": "**/*.flow"}]},
        }]});
        let method = RegistrationRequest::METHOD.as_str().to_owned();
        self.can_watch
            .then(|| Request::new(RequestId::from("watch".to_owned()), method, params))
    }
}

fn edit_forms(hello: &Value) -> EditForms {
    let can = |what: &str| {
        let edits = hello.pointer("/capabilities/workspace/workspaceEdit");
        edits
            .and_then(|edits| edits.pointer(what))
            .cloned()
            .unwrap_or_default()
    };
    EditForms {
        by_document: can("/documentChanges") == true,
        snippets: can("/snippetEditSupport") == true,
        annotations: can("/changeAnnotationSupport").is_object(),
    }
}

/// `{"shop": "http://127.0.0.1:8080"}`
fn servers(named: &Value) -> BTreeMap<String, String> {
    let named = named.as_object().into_iter().flatten();
    named
        .filter_map(|(name, origin)| Some((name.clone(), origin.as_str()?.to_owned())))
        .collect()
}

#[expect(
    deprecated,
    reason = "clients older than workspace folders name their root so"
)]
fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    let opened = match &params.workspace_folders_initialize_params.workspace_folders {
        Some(lsp::WorkspaceFolders::WorkspaceFolderList(folders)) => folders.as_slice(),
        _ => &[],
    };
    if !opened.is_empty() {
        return opened
            .iter()
            .filter_map(|folder| uri::path(&folder.uri))
            .collect();
    }
    let root = params.root_uri.as_ref().and_then(uri::path);
    let root = root.or_else(|| match &params.root_path {
        Some(lsp::RootPath::String(path)) => Some(PathBuf::from(path)),
        _ => None,
    });
    root.into_iter().collect()
}
