//! Call hierarchy: what leads to a sequence or an API, and where these and handlers lead.
//!
//! A sequence leads to the sequences that it names (`goto`, `call`, options and buttons) and to the APIs that it
//! asks; an API leads to the sequences behind its `leads to`. Handlers only lead. Tests are no part of the flow.

use std::collections::BTreeMap;

use gen_lsp_types::{
    CallHierarchyIncomingCall, CallHierarchyItem, CallHierarchyOutgoingCall, Range, SymbolKind, Uri,
};
use sayflow::Span;
use sayflow::syntax::ast::{Content, File, Head, Ident, Node, Part, Target};
use serde_json::{Value, json};

use crate::handle::Handle;
use crate::index::{Index, Kind, Symbol};
use crate::layout::{extent, item_at};
use crate::outline;
use crate::pieces;
use crate::protocol::location;
use crate::workspace::{Flow, Workspace};

/// A sequence, an API or a handler.
#[derive(Clone, Copy, Debug)]
struct Item<'f> {
    file: &'f File,
    node: &'f Node,
}

/// The item whose name, or the handler whose head, is under a cursor.
pub(crate) fn prepare(
    workspace: &Workspace,
    index: Index<'_>,
    (at, file): (usize, &File),
    offset: u32,
) -> Option<CallHierarchyItem> {
    let item = match index.at(at, offset) {
        Some((symbol, _)) => declared(index, symbol)?,
        None => {
            let mut nodes = file.nodes();
            let node = nodes.find(|node| is_handler(node) && node.span.touches(offset))?;
            Item { file, node }
        }
    };
    shown(workspace, item)
}

/// Who leads to an item, with the places where they do.
pub(crate) fn incoming(workspace: &Workspace, item: &CallHierarchyItem) -> Vec<CallHierarchyIncomingCall> {
    let handle = item.data.as_ref().and_then(Handle::read);
    let Some((handle, (flow, _))) = handle.and_then(|handle| {
        let found = workspace.find(&handle.uri)?;
        Some((handle, found))
    }) else {
        return Vec::new();
    };
    let index = flow.index();
    let calls = callers(flow, index, &handle.symbol).into_iter();
    let calls = calls.filter_map(|(caller, spans)| {
        Some(CallHierarchyIncomingCall {
            from: shown(workspace, caller)?,
            from_ranges: ranges(workspace, caller.file, spans),
        })
    });
    calls.collect()
}

/// Where an item leads, with the places in it that do.
pub(crate) fn outgoing(workspace: &Workspace, item: &CallHierarchyItem) -> Vec<CallHierarchyOutgoingCall> {
    let Some((flow, at)) = workspace.find(&item.uri) else {
        return Vec::new();
    };
    let index = flow.index();
    let Some(caller) = flow
        .files
        .get(at)
        .and_then(|file| find(index, file, item.data.as_ref()?))
    else {
        return Vec::new();
    };
    let mut led: BTreeMap<Symbol, Vec<Span>> = BTreeMap::new();
    for (symbol, span) in leads(index, caller) {
        led.entry(symbol).or_default().push(span);
    }
    let calls = led.into_iter().filter_map(|(symbol, spans)| {
        Some(CallHierarchyOutgoingCall {
            to: shown(workspace, declared(index, &symbol)?)?,
            from_ranges: ranges(workspace, caller.file, spans),
        })
    });
    calls.collect()
}

/// The items that lead to a symbol, in the order of the files.
fn callers<'f>(flow: &'f Flow, index: Index<'f>, symbol: &Symbol) -> Vec<(Item<'f>, Vec<Span>)> {
    let mut callers: Vec<(Item<'f>, Vec<Span>)> = Vec::new();
    for mention in index.mentions(symbol) {
        let Some(file) = flow.files.get(mention.file) else {
            continue;
        };
        // Items stand in the order of their places, and so do the mentions.
        let item = item_at(file, mention.span.start);
        let Some(node) = item.filter(|node| may_lead(node)) else {
            continue;
        };
        if callers
            .last()
            .is_some_and(|(last, _)| std::ptr::eq(last.node, node))
        {
            continue;
        }
        let caller = Item { file, node };
        let spans = leads(index, caller).into_iter().filter(|(led, _)| led == symbol);
        let spans: Vec<Span> = spans.map(|(_, span)| span).collect();
        // A name stands there also where a sequence is declared or its visits are counted.
        if !spans.is_empty() {
            callers.push((caller, spans));
        }
    }
    callers
}

/// The names in an item that lead somewhere, with what they name.
fn leads(index: Index<'_>, item: Item<'_>) -> Vec<(Symbol, Span)> {
    let mut found = Vec::new();
    let mut lines = vec![item.node];
    while let Some(line) = lines.pop() {
        lines.extend(line.bodies().flat_map(|body| body.nodes()));
        let mut lead = |kind, name: Ident| {
            let symbol = Symbol::new(kind, item.file.source.slice(name.span));
            let known = index.alias(&symbol).filter(|_| index.declared(&symbol).is_none());
            found.push((known.cloned().unwrap_or(symbol), name.span));
        };
        match &line.head {
            Head::Goto(target) | Head::Call { target, .. } => lead(Kind::Sequence, *target),
            Head::LeadsTo(targets) => targets.iter().for_each(|target| lead(Kind::Sequence, *target)),
            Head::Option(option) | Head::CardButton(option) => {
                if let Some(Target::Sequence(target)) = option.target {
                    lead(Kind::Sequence, target);
                }
            }
            Head::Say {
                content: Content::Api(api),
                ..
            }
            | Head::ApiItem(api)
            | Head::CallApi(api) => lead(Kind::Api, api.name),
            _ => {}
        }
        for part in pieces::texts(line).into_iter().flat_map(|text| &text.parts) {
            if let Part::Api(api) = part {
                lead(Kind::Api, api.name);
            }
        }
    }
    found.sort_by_key(|(_, span)| *span);
    found
}

/// The item that a client gives back.
fn find<'f>(index: Index<'f>, file: &'f File, data: &Value) -> Option<Item<'f>> {
    if let Some(handle) = Handle::read(data) {
        return declared(index, &handle.symbol);
    }
    let head = data.get("handler")?.as_str()?;
    let mut handlers = file.nodes().filter(|node| is_handler(node));
    let node = handlers.find(|node| file.source.slice(node.span) == head)?;
    Some(Item { file, node })
}

fn declared<'f>(index: Index<'f>, symbol: &Symbol) -> Option<Item<'f>> {
    let declared = index.declared(symbol)?;
    let (file, node) = (declared.file, declared.node);
    may_lead(node).then_some(Item { file, node })
}

fn may_lead(node: &Node) -> bool {
    matches!(node.head, Head::Sequence { .. } | Head::Api { .. }) || is_handler(node)
}

const fn is_handler(node: &Node) -> bool {
    matches!(node.head, Head::On(_))
}

fn shown(workspace: &Workspace, item: Item<'_>) -> Option<CallHierarchyItem> {
    let Item { file, node } = item;
    let (kind, name) = outline::item(node)?;
    let uri = Uri::from(file.source.name());
    let written = file.source.slice(name);
    let data = match kind {
        SymbolKind::Module => Handle::new(&uri, Kind::Sequence, written).value(),
        SymbolKind::Function => Handle::new(&uri, Kind::Api, written).value(),
        _ => json!({"handler": written}),
    };
    let range = location(workspace, &file.source, extent(node).to(name));
    Some(CallHierarchyItem {
        name: outline::shown_name(file, name).to_owned(),
        kind,
        tags: None,
        detail: None,
        uri: range.uri,
        range: range.range,
        selection_range: workspace.encoding.range(&file.source, name),
        data: Some(data),
    })
}

fn ranges(workspace: &Workspace, file: &File, spans: Vec<Span>) -> Vec<Range> {
    let spans = spans.into_iter();
    spans
        .map(|span| workspace.encoding.range(&file.source, span))
        .collect()
}
