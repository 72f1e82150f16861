//! The outline of a file: its items as symbols, and what can be folded.

use gen_lsp_types as lsp;
use gen_lsp_types::{DocumentSymbol, FoldingRange, FoldingRangeKind, SymbolKind};
use sayflow::Span;
use sayflow::syntax;
use sayflow::syntax::ast::{Entry, File, Head, Node, RemarkKind};

use crate::layout::{body_span, extent};
use crate::text::Encoding;

/// The items of a file, and the questions and named blocks in them.
pub(crate) fn symbols(encoding: Encoding, file: &File) -> Vec<DocumentSymbol> {
    file.nodes()
        .filter_map(|node| {
            let (kind, name) = item(node)?;
            Some(symbol(encoding, file, node, kind, name))
        })
        .collect()
}

/// The sign of an item, and where its name stands.
pub(crate) fn item(node: &Node) -> Option<(SymbolKind, Span)> {
    Some(match &node.head {
        Head::Attribute { name, .. } => (SymbolKind::Variable, name.span),
        Head::Server { name, .. } => (SymbolKind::Interface, name.span),
        Head::Api { name, .. } => (SymbolKind::Function, name.span),
        Head::Action { name } => (SymbolKind::Method, name.span),
        Head::Sequence { name, .. } => (SymbolKind::Module, name.span),
        Head::On(_) => (SymbolKind::Event, node.span),
        Head::Test { name } => (SymbolKind::Class, name.span),
        _ => return None,
    })
}

fn symbol(encoding: Encoding, file: &File, node: &Node, kind: SymbolKind, name: Span) -> DocumentSymbol {
    let word = file
        .source
        .slice(node.span)
        .split_whitespace()
        .next()
        .unwrap_or_default();
    // The range holds the name, or clients refuse all of the symbols.
    let range = extent(node).to(name);
    #[expect(deprecated, reason = "the field must be there")]
    DocumentSymbol {
        name: shown_name(file, name).to_owned(),
        detail: (kind != SymbolKind::Event).then(|| word.to_owned()),
        kind,
        tags: None,
        deprecated: None,
        range: encoding.range(&file.source, range),
        selection_range: encoding.range(&file.source, name),
        children: None,
    }
}

/// The first line of a name.
pub(crate) fn shown_name(file: &File, name: Span) -> &str {
    let written = file.source.slice(name).lines().next().unwrap_or_default();
    // Clients refuse a symbol without a name.
    if written.is_empty() { "…" } else { written }
}

/// Blocks of more than one line, and runs of comments.
pub(crate) fn folding(encoding: Encoding, file: &File) -> Vec<FoldingRange> {
    let line = |offset: u32| encoding.position(&file.source, offset).line;
    let mut found = Vec::new();
    let mut fold = |span: Span, kind: Option<FoldingRangeKind>, keeps_last: bool| {
        let (start, end) = (line(span.start), line(span.end));
        let end = if keeps_last { end.saturating_sub(1) } else { end };
        if start < end {
            found.push(range(start, end, kind));
        }
    };
    syntax::walk(file, |node, _| {
        for body in node.bodies() {
            // The line of the `}` stays in sight.
            fold(body_span(body), None, body.close.is_some());
        }
    });
    for run in file
        .entries
        .chunk_by(|one, two| is_comment(one) && is_comment(two))
    {
        if let (Some(Entry::Remark(first)), Some(Entry::Remark(last))) = (run.first(), run.last()) {
            fold(first.span.to(last.span), Some(FoldingRangeKind::Comment), false);
        }
    }
    found
}

fn range(start_line: u32, end_line: u32, kind: Option<FoldingRangeKind>) -> FoldingRange {
    lsp::FoldingRange {
        start_line,
        end_line,
        kind,
        start_character: None,
        end_character: None,
        collapsed_text: None,
    }
}

fn is_comment(entry: &Entry) -> bool {
    matches!(entry, Entry::Remark(remark) if matches!(remark.kind, RemarkKind::Comment) && !remark.is_trailing)
}
