//! Selection ranges: from the word under a cursor outwards, up to the file.

use gen_lsp_types::SelectionRange;
use sayflow::syntax::ast::{Body, File, Node, Part};
use sayflow::{Source, Span, syntax};
use unicode_ident::is_xid_continue;

use crate::layout::{body_span, extent};
use crate::pieces::{self, Piece};
use crate::text::{Encoding, number};

/// What holds a cursor, each in the next.
pub(crate) fn around(encoding: Encoding, file: &File, offset: u32) -> SelectionRange {
    let spans = spans(file, offset);
    let mut selection: Option<SelectionRange> = None;
    for span in spans {
        selection = Some(SelectionRange {
            range: encoding.range(&file.source, span),
            parent: selection.map(Box::new),
        });
    }
    selection.unwrap_or(SelectionRange {
        range: encoding.range(&file.source, Span::at(offset)),
        parent: None,
    })
}

/// The spans that hold a cursor, the outermost first; each lies in the one before it.
fn spans(file: &File, offset: u32) -> Vec<Span> {
    let mut found = vec![file.source.span()];
    found.extend(word(&file.source, offset));
    syntax::walk(file, |node, _| line(file, node, &mut found));
    found.retain(|span| span.touches(offset));
    // Of two that cross, as broken lines have them, the longer one stays.
    found.sort_by_key(|span| (std::cmp::Reverse(span.len()), span.start));
    let mut nested: Vec<Span> = Vec::new();
    for span in found {
        let fits = |outer: &Span| outer.start <= span.start && span.end <= outer.end && *outer != span;
        if nested.last().is_none_or(fits) {
            nested.push(span);
        }
    }
    nested
}

/// The parts of a line that somebody may want to select.
fn line(file: &File, node: &Node, found: &mut Vec<Span>) {
    let source = &file.source;
    found.extend([extent(node), node.span]);
    if let Some(body) = &node.body {
        found.push(node.span.to(body_span(body)));
    }
    for branch in &node.branches {
        found.push(branch.span);
        found.extend(branch.body.as_ref().map(|body| branch.span.to(body_span(body))));
    }
    found.extend(node.bodies().map(|body| between(source, body)));
    pieces::pieces(node, &mut |piece| {
        found.push(piece.span());
        if let Piece::Text(text) = piece {
            found.push(pieces::inside(source, text));
            for part in &text.parts {
                match part {
                    Part::Attribute { span, .. } => found.push(*span),
                    Part::Api(api) => found.push(api.span),
                    Part::Plain(_) | Part::Char(..) => {}
                }
            }
        }
    });
}

/// What stands between braces, without the blanks around it.
fn between(source: &Source, body: &Body) -> Span {
    let end = body.close.map_or(body_span(body).end, |close| close.start);
    let inner = Span::new(body.open.end, end.max(body.open.end));
    let written = source.slice(inner);
    let start = inner.start + number(written.len() - written.trim_start().len());
    Span::new(start, start + number(written.trim().len()))
}

/// The letters of a name around a cursor.
fn word(source: &Source, offset: u32) -> Option<Span> {
    let (before, behind) = source.text().split_at_checked(offset as usize)?;
    let start = before.trim_end_matches(is_xid_continue).len();
    let end = source.text().len() - behind.trim_start_matches(is_xid_continue).len();
    (start < end).then(|| Span::new(number(start), number(end)))
}
