//! Inlay hints: what a line does that is written elsewhere.
//!
//! - Behind `save x`, where no `accept` says what is taken, and behind `set x`, where the value does not show it:
//!   the type of the attribute.
//! - Behind `call <<api>>`: the attributes that the reply sets. The call is there for nothing else.
//! - Behind `<<api>>` among options and cards: the sequences that they lead to.
//! - Behind a former name or an id of a sequence: the name that it has now.

use gen_lsp_types as lsp;
use gen_lsp_types::{InlayHint, InlayHintKind};
use sayflow::syntax::ast::{ApiRef, Expr, File, Head, Ident, Node};
use sayflow::{Span, syntax};

use crate::describe;
use crate::index::{Declared, Index, Kind, Role, Symbol};
use crate::text::Encoding;

/// A hint, before it is in the protocol's words.
#[derive(Debug)]
struct Hint {
    /// Where it stands.
    offset: u32,
    label: String,
    /// The whole of what it is about, for whoever points at it.
    tooltip: String,
    kind: InlayHintKind,
}

/// The hints between two places of a file.
pub(crate) fn hints(
    encoding: Encoding,
    index: Index<'_>,
    (at, file): (usize, &File),
    shown: Span,
) -> Vec<InlayHint> {
    let mut found: Vec<Hint> = former_names(index, at).collect();
    syntax::walk(file, |node, _| found.extend(line(index, file, node)));
    found.retain(|hint| shown.touches(hint.offset));
    found.sort_by_key(|hint| hint.offset);
    let hint = |hint: Hint| InlayHint {
        position: encoding.position(&file.source, hint.offset),
        label: lsp::Label::String(hint.label),
        padding_left: (hint.kind == InlayHintKind::Parameter).then_some(true),
        kind: Some(hint.kind),
        tooltip: Some(lsp::Tooltip::String(hint.tooltip)),
        text_edits: None,
        padding_right: None,
        data: None,
    };
    found.into_iter().map(hint).collect()
}

fn line(index: Index<'_>, file: &File, node: &Node) -> Option<Hint> {
    match &node.head {
        Head::Ask { save: Some(name), .. } => {
            let mut lines = node.children();
            let says_what = lines.any(|line| matches!(line.head, Head::Accept(_)));
            if says_what {
                None
            } else {
                attribute(index, file, *name, None)
            }
        }
        Head::Set { name, value } => attribute(index, file, *name, Some(value)),
        Head::CallApi(api) => about_api(index, file, *api, is_sets),
        Head::ApiItem(api) => about_api(index, file, *api, is_leads_to),
        _ => None,
    }
}

/// The type of an attribute, unless the value that it is given says as much.
fn attribute(index: Index<'_>, file: &File, name: Ident, value: Option<&Expr>) -> Option<Hint> {
    let symbol = Symbol::new(Kind::Attribute, file.source.slice(name.span));
    let ty = describe::type_of(index, &symbol)?;
    if value.is_some_and(|value| describe::evident_type(value) == Some(ty.as_str())) {
        return None;
    }
    let tooltip = index.declared(&symbol).map(head);
    Some(Hint {
        offset: name.span.end,
        label: format!(": {ty}"),
        tooltip: tooltip.unwrap_or_else(|| "A field of every customer's record.".to_owned()),
        kind: InlayHintKind::Type,
    })
}

/// What one line of an API says.
fn about_api(index: Index<'_>, file: &File, api: ApiRef, is_it: fn(&Head) -> bool) -> Option<Hint> {
    let symbol = Symbol::new(Kind::Api, file.source.slice(api.name.span));
    let declared = index.declared(&symbol)?;
    let source = &declared.file.source;
    let mut lines = declared.node.children();
    let line = lines.find(|line| is_it(&line.head))?;
    Some(Hint {
        offset: api.span.end,
        label: source.slice(line.span).trim_end().to_owned(),
        tooltip: describe::request(index, declared).unwrap_or_else(|| head(declared)),
        kind: InlayHintKind::Parameter,
    })
}

const fn is_sets(head: &Head) -> bool {
    matches!(head, Head::Sets(_))
}

const fn is_leads_to(head: &Head) -> bool {
    matches!(head, Head::LeadsTo(_))
}

/// Behind each place of a sequence by another word than its name, that name.
fn former_names(index: Index<'_>, file: usize) -> impl Iterator<Item = Hint> {
    index.all(Kind::Sequence).flat_map(move |(symbol, declared)| {
        let mentions = index.mentions(symbol).iter();
        let former = mentions.filter(move |it| it.file == file && it.role == Role::Alias);
        former.map(move |mention| Hint {
            offset: mention.span.end,
            label: format!("= {}", symbol.name),
            tooltip: head(declared),
            kind: InlayHintKind::Parameter,
        })
    })
}

/// The first line of a declaration.
fn head(declared: Declared<'_>) -> String {
    let written = declared.file.source.slice(declared.node.span);
    written.lines().next().unwrap_or_default().trim_end().to_owned()
}
