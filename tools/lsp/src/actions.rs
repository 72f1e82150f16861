//! Code actions: what can be done about the text at a cursor or in a selection.
//!
//! Each module looks at the same [`Scene`] and gives offers; here they are put in order, and the
//! client gets those of the kinds that it asked for.

mod create;
mod extract;
mod failure;
mod fixes;
mod header;
mod ids;
mod inline;
mod keys;
mod kinds;
mod lines;
mod request;
mod statements;
mod values;

use gen_lsp_types::{CodeAction, CodeActionKind, CodeActionParams, CodeActionResponse};
use sayflow::syntax::ast::{File, Node};
use sayflow::{Diagnostic, Edit, Source, Span};

use crate::diagnostics::diagnostic;
use crate::index::Index;
use crate::layout;
use crate::protocol::{EditForms, Written, workspace_edit};
use crate::workspace::{Flow, Workspace};

/// What stands for the text that the author writes next; nobody would leave it so.
const TEXT: &str = "…";

/// How many findings of a selection have offers of their own. What mends a file whole minds all of them.
const MOST_FINDINGS: usize = 100;

/// What actions are about: a cursor or a selection in a file of a flow.
#[derive(Clone, Copy, Debug)]
struct Scene<'w> {
    flow: &'w Flow,
    index: Index<'w>,
    file: &'w File,
    /// The selection; empty where there is a cursor alone.
    span: Span,
}

impl<'w> Scene<'w> {
    const fn source(&self) -> &'w Source {
        &self.file.source
    }

    /// The lines around the cursor, or where the selection begins: the item first.
    fn around(&self) -> Vec<&'w Node> {
        self.around_at(self.span.start)
    }

    /// The lines around a place: the item first.
    fn around_at(&self, offset: u32) -> Vec<&'w Node> {
        layout::lines_at(self.file, offset)
    }

    /// The findings about the cursor or the selection, as many as anybody chooses among.
    fn findings(&self) -> impl Iterator<Item = &'w Diagnostic> {
        let is_here = |finding: &&Diagnostic| {
            finding.labels().first().is_some_and(|label| {
                label.source == self.file.source
                    && label.span.start <= self.span.end
                    && self.span.start <= label.span.end
            })
        };
        self.flow.findings().iter().filter(is_here).take(MOST_FINDINGS)
    }
}

/// One thing that can be done.
#[derive(Debug)]
struct Offer<'w> {
    /// What it does, as an order.
    title: String,
    kind: CodeActionKind,
    edits: Vec<Written>,
    /// The finding that is gone afterwards.
    mends: Option<&'w Diagnostic>,
    /// Whether an editor may take it without asking where several are there.
    is_preferred: bool,
}

impl<'w> Offer<'w> {
    fn new(title: impl Into<String>, kind: CodeActionKind, edits: Vec<Written>) -> Self {
        Self {
            title: title.into(),
            kind,
            edits,
            mends: None,
            is_preferred: false,
        }
    }

    fn mending(self, finding: &'w Diagnostic) -> Self {
        Self {
            mends: Some(finding),
            ..self
        }
    }
}

/// Lines that come in at a place of a source.
fn insertion(source: &Source, offset: u32, text: &str) -> Written {
    Written::plain(Edit {
        source: source.clone(),
        span: Span::at(offset),
        text: text.to_owned(),
    })
}

/// What can be done about the text at a range.
pub(crate) fn code_actions(
    workspace: &Workspace,
    forms: EditForms,
    params: &CodeActionParams,
) -> Option<Vec<CodeActionResponse>> {
    let (flow, at) = workspace.find(&params.text_document.uri)?;
    let file = flow.files.get(at)?;
    let scene = Scene {
        flow,
        index: flow.index(),
        file,
        span: workspace.encoding.span(&file.source, params.range),
    };
    let mut offers = fixes::of_findings(&scene);
    offers.extend(kinds::offers(&scene));
    offers.extend(create::offers(&scene));
    offers.extend(keys::offers(&scene));
    offers.extend(request::offers(&scene));
    offers.extend(failure::offers(&scene));
    offers.extend(header::offer(&scene));
    offers.extend(extract::offer(&scene));
    offers.extend(inline::offer(&scene));
    offers.extend(fixes::all(&scene));
    offers.extend(ids::offers(&scene));
    let wanted = params.context.only.as_deref();
    let is_sound = |offer: &Offer<'_>| {
        let mut sources = offer.edits.iter().map(|written| &written.edit.source);
        !sources.any(|source| flow.is_damaged(source))
    };
    let offers = offers.into_iter().filter(is_sound);
    let offers = offers.filter(|offer| is_wanted(&offer.kind, wanted));
    let actions = offers.map(|offer| action(workspace, forms, offer));
    Some(actions.map(CodeActionResponse::CodeAction).collect())
}

/// Whether a kind, or one around it, was asked for.
fn is_wanted(kind: &CodeActionKind, wanted: Option<&[CodeActionKind]>) -> bool {
    wanted.is_none_or(|wanted| {
        wanted.iter().map(CodeActionKind::as_str).any(|wanted| {
            let inner = kind.as_str().strip_prefix(wanted);
            inner.is_some_and(|inner| wanted.is_empty() || inner.is_empty() || inner.starts_with('.'))
        })
    })
}

fn action(workspace: &Workspace, forms: EditForms, offer: Offer<'_>) -> CodeAction {
    let mends = offer.mends.and_then(|finding| diagnostic(workspace, finding));
    CodeAction {
        title: offer.title,
        is_preferred: (offer.mends.is_some()).then_some(offer.is_preferred),
        kind: Some(offer.kind),
        diagnostics: mends.map(|shown| vec![shown]),
        edit: Some(workspace_edit(workspace, forms, &offer.edits)),
        ..CodeAction::default()
    }
}
