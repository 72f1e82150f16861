//! Answers in spans as the protocol has them.

use std::collections::HashMap;

use gen_lsp_types as lsp;
use gen_lsp_types::{Location, TextEdit, Uri, WorkspaceEdit};
use sayflow::{Source, Span};

use crate::completion::{Item, Offers, Sign};
use crate::index::Kind;
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

/// Markdown about a name.
pub(crate) fn hover(workspace: &Workspace, source: &Source, text: String, span: Span) -> lsp::Hover {
    lsp::Hover {
        contents: lsp::Contents::MarkupContent(lsp::MarkupContent {
            kind: lsp::MarkupKind::Markdown,
            value: text,
        }),
        range: Some(workspace.encoding.range(source, span)),
    }
}

/// What completion offers.
pub(crate) fn completion(
    workspace: &Workspace,
    source: &Source,
    offers: Offers,
    takes_snippets: bool,
) -> lsp::CompletionResponse {
    let range = workspace.encoding.range(source, offers.replaced);
    let is_taken = |item: &Item| takes_snippets || item.sign != Sign::Snippet;
    let items = offers.items.into_iter().filter(is_taken);
    let items = items.enumerate().map(|(at, item)| lsp::CompletionItem {
        label: item.label,
        kind: Some(item_kind(item.sign)),
        detail: (!item.detail.is_empty()).then_some(item.detail),
        // In the order in which they are offered, not by their letters.
        sort_text: Some(format!("{at:05}")),
        insert_text_format: (item.sign == Sign::Snippet).then_some(lsp::InsertTextFormat::Snippet),
        text_edit: Some(lsp::CompletionItemTextEdit::TextEdit(TextEdit {
            range,
            new_text: item.insert,
        })),
        ..lsp::CompletionItem::default()
    });
    lsp::CompletionResponse::CompletionItemList(items.collect())
}

const fn item_kind(sign: Sign) -> lsp::CompletionItemKind {
    match sign {
        Sign::Word => lsp::CompletionItemKind::Keyword,
        Sign::Snippet => lsp::CompletionItemKind::Snippet,
        Sign::Outcome => lsp::CompletionItemKind::EnumMember,
        Sign::Name(kind) => match kind {
            Kind::Sequence => lsp::CompletionItemKind::Module,
            Kind::Api => lsp::CompletionItemKind::Function,
            Kind::Server => lsp::CompletionItemKind::Interface,
            Kind::Attribute => lsp::CompletionItemKind::Variable,
            Kind::Action => lsp::CompletionItemKind::Method,
            Kind::Secret => lsp::CompletionItemKind::Constant,
        },
    }
}
