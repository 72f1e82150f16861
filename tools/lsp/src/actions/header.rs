//! The header by which an endpoint knows the flow from a stranger.

use gen_lsp_types::CodeActionKind;
use sayflow::Code;
use sayflow::syntax::ast::{ExprKind, Head, Node};

use super::{Offer, Scene, lines};
use crate::index::{Kind, Symbol};
use crate::layout;

const HEADER: &str = "X-Flow-Token";

/// The line that sends a secret of its own to the endpoint of an API, or to all of a server.
pub(super) fn line(owner: &str) -> String {
    format!("header \"{HEADER}\" = secret {}_TOKEN", owner.to_uppercase())
}

/// A secret header for the API or server at the cursor, where it sends none.
pub(super) fn offer<'w>(scene: &Scene<'w>) -> Option<Offer<'w>> {
    let item = *scene.around().first()?;
    let (Head::Api { name, .. } | Head::Server { name, .. }) = &item.head else {
        return None;
    };
    // The finding that an API sends no secret brings the line itself.
    let is_found = scene
        .findings()
        .any(|finding| finding.code() == Code::NoSecretHeader);
    let is_read = layout::is_closed(item) && !item.children().any(|line| matches!(line.head, Head::Bad));
    if is_found || !is_read || sends_secret(item) || server(scene, item).is_some_and(sends_secret) {
        return None;
    }
    let source = scene.source();
    let last = item.children().filter(|line| is_request(line)).last();
    let edit = lines::into_block(source, item, last, &[line(source.slice(name.span))]);
    let kind = CodeActionKind::RefactorRewrite;
    Some(Offer::new(
        "add a secret header",
        kind,
        vec![edit.selecting(HEADER)],
    ))
}

fn sends_secret(item: &Node) -> bool {
    let is_secret = |line: &Node| matches!(&line.head, Head::Setting { value, .. } if matches!(value.kind, ExprKind::Secret(_)));
    item.children().any(is_secret)
}

/// The server that an API is called on, which sends its headers along.
fn server<'w>(scene: &Scene<'w>, api: &Node) -> Option<&'w Node> {
    let server = api.children().find_map(|line| match &line.head {
        Head::Request { server, .. } => *server,
        _ => None,
    })?;
    let symbol = Symbol::new(Kind::Server, scene.source().slice(server.span));
    Some(scene.index.declared(&symbol)?.node)
}

const fn is_request(line: &Node) -> bool {
    matches!(line.head, Head::Request { .. } | Head::Setting { .. })
}
