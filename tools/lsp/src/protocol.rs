//! Answers in spans as the protocol has them.

use std::collections::HashMap;
use std::ops::Range;

use gen_lsp_types as lsp;
use gen_lsp_types::{Location, TextEdit, Uri, WorkspaceEdit};
use sayflow::{Edit, Source, Span};

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

/// One edit, whose lines end as those of the file.
pub(crate) fn text_edit(workspace: &Workspace, source: &Source, span: Span, text: &str) -> TextEdit {
    TextEdit {
        range: workspace.encoding.range(source, span),
        new_text: broken_as(source, text),
    }
}

/// Text whose lines all end as the first line of a file, which is how the formatter ends them.
fn broken_as(source: &Source, text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let first = source.text().split_inclusive('\n').next().unwrap_or_default();
    if first.ends_with("\r\n") {
        text.replace('\n', "\r\n")
    } else {
        text
    }
}

/// Which edits a client takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct EditForms {
    /// By document and version, not by address alone.
    pub(crate) by_document: bool,
    /// With a place where the cursor ends.
    pub(crate) snippets: bool,
    /// With words about what a part of them does, to be unticked.
    pub(crate) annotations: bool,
}

/// An edit, and what an editor may be told about it.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) edit: Edit,
    /// What is selected in the new text, in bytes of it: what the author writes next.
    pub(crate) selected: Option<Range<usize>>,
    /// Why it is made, where it can be left out.
    pub(crate) because: Option<Because>,
}

/// The reason of edits that can be left out, as an editor lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Because {
    pub(crate) label: String,
    pub(crate) description: String,
}

impl Written {
    pub(crate) const fn plain(edit: Edit) -> Self {
        Self {
            edit,
            selected: None,
            because: None,
        }
    }

    /// With a part of the new text selected, where it is there.
    pub(crate) fn selecting(self, part: &str) -> Self {
        let start = self.edit.text.find(part);
        Self {
            selected: start.map(|start| start..start + part.len()),
            ..self
        }
    }
}

/// Edits of several files.
pub(crate) fn workspace_edit(workspace: &Workspace, forms: EditForms, edits: &[Written]) -> WorkspaceEdit {
    if forms.by_document {
        by_document(workspace, forms, edits)
    } else {
        by_address(workspace, edits)
    }
}

fn by_address(workspace: &Workspace, edits: &[Written]) -> WorkspaceEdit {
    let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
    for Written { edit, .. } in edits {
        let (uri, _) = workspace.shown(&Uri::from(edit.source.name()));
        let edit = text_edit(workspace, &edit.source, edit.span, &edit.text);
        changes.entry(uri).or_default().push(edit);
    }
    WorkspaceEdit {
        changes: Some(changes),
        ..WorkspaceEdit::default()
    }
}

fn by_document(workspace: &Workspace, forms: EditForms, edits: &[Written]) -> WorkspaceEdit {
    let mut documents: Vec<lsp::TextDocumentEdit> = Vec::new();
    let mut reasons: Vec<&Because> = Vec::new();
    for written in edits {
        let reason = written.because.as_ref().filter(|_| forms.annotations);
        let reason = reason.map(|reason| {
            let known = reasons.iter().position(|known| *known == reason);
            known.unwrap_or_else(|| {
                reasons.push(reason);
                reasons.len() - 1
            })
        });
        let edit = edit_in_form(workspace, forms, written, reason);
        let (uri, version) = workspace.shown(&Uri::from(written.edit.source.name()));
        let known = documents
            .iter_mut()
            .find(|known| known.text_document.text_document_identifier.uri == uri);
        match known {
            Some(known) => known.edits.push(edit),
            None => documents.push(lsp::TextDocumentEdit {
                text_document: lsp::OptionalVersionedTextDocumentIdentifier {
                    text_document_identifier: lsp::TextDocumentIdentifier { uri },
                    version,
                },
                edits: vec![edit],
            }),
        }
    }
    let annotations = reasons.iter().enumerate().map(|(number, reason)| {
        let annotation = lsp::ChangeAnnotation {
            label: reason.label.clone(),
            needs_confirmation: Some(false),
            description: Some(reason.description.clone()),
        };
        (annotation_id(number), annotation)
    });
    let annotations: HashMap<_, _> = annotations.collect();
    WorkspaceEdit {
        document_changes: Some(documents.into_iter().map(Into::into).collect()),
        change_annotations: (!annotations.is_empty()).then_some(annotations),
        ..WorkspaceEdit::default()
    }
}

fn annotation_id(number: usize) -> String {
    format!("reason {number}")
}

fn edit_in_form(
    workspace: &Workspace,
    forms: EditForms,
    written: &Written,
    reason: Option<usize>,
) -> lsp::Edit {
    let Written { edit, selected, .. } = written;
    let text_edit = text_edit(workspace, &edit.source, edit.span, &edit.text);
    let annotation_id = reason.map(annotation_id);
    match (selected, annotation_id) {
        (Some(selected), annotation_id) if forms.snippets => {
            lsp::Edit::SnippetTextEdit(lsp::SnippetTextEdit {
                range: text_edit.range,
                snippet: lsp::StringValue {
                    value: broken_as(&edit.source, &snippet(&edit.text, selected)),
                },
                annotation_id,
            })
        }
        (_, Some(annotation_id)) => lsp::Edit::AnnotatedTextEdit(lsp::AnnotatedTextEdit {
            annotation_id,
            text_edit,
        }),
        _ => lsp::Edit::TextEdit(text_edit),
    }
}

/// A text as a snippet that ends with a part of it selected.
fn snippet(text: &str, selected: &Range<usize>) -> String {
    let part = |range| escaped(text.get(range).unwrap_or_default());
    let (before, inner) = (part(0..selected.start), part(selected.clone()));
    let behind = part(selected.end..text.len());
    format!("{before}${{0:{inner}}}{behind}")
}

/// A text as it stands, in the words of snippets.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '$' | '}' | '\\') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
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
    let replaced = offers.replaced;
    let is_taken = |item: &Item| takes_snippets || item.sign != Sign::Snippet;
    let items = offers.items.into_iter().filter(is_taken);
    let items = items.enumerate().map(|(at, item)| lsp::CompletionItem {
        label: item.label,
        kind: Some(item_kind(item.sign)),
        detail: (!item.detail.is_empty()).then_some(item.detail),
        // In the order in which they are offered, not by their letters.
        sort_text: Some(format!("{at:05}")),
        insert_text_format: (item.sign == Sign::Snippet).then_some(lsp::InsertTextFormat::Snippet),
        text_edit: Some(lsp::CompletionItemTextEdit::TextEdit(text_edit(
            workspace,
            source,
            replaced,
            &item.insert,
        ))),
        ..lsp::CompletionItem::default()
    });
    let items = items.collect();
    if !offers.is_incomplete {
        return lsp::CompletionResponse::CompletionItemList(items);
    }
    lsp::CompletionResponse::CompletionList(lsp::CompletionList {
        is_incomplete: true,
        items,
        ..lsp::CompletionList::default()
    })
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
