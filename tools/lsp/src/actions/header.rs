//! The header by which an endpoint knows the flow from a stranger.

use gen_lsp_types::CodeActionKind;
use sayflow::Code;
use sayflow::syntax::ast::{ExprKind, Head, Ident, Node};

use super::{Offer, Scene, insertion};
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
    if is_found || item.children().any(sends_secret) || !layout::is_closed(item) {
        return None;
    }
    let edit = insertion(scene.source(), place(scene, item), &text(scene, item, *name));
    let kind = CodeActionKind::RefactorRewrite;
    Some(Offer::new(
        "add a secret header",
        kind,
        vec![edit.selecting(HEADER)],
    ))
}

fn sends_secret(line: &Node) -> bool {
    matches!(&line.head, Head::Setting { value, .. } if matches!(value.kind, ExprKind::Secret(_)))
}

/// Behind the last line of the request, or where the block of a server without one begins.
fn place(scene: &Scene<'_>, item: &Node) -> u32 {
    let last = item.children().filter(|line| is_request(line)).last();
    let open = item.body.as_ref().map(|body| body.open.end);
    let before = last.map(|line| line.span.end).or(open);
    layout::behind(scene.source(), before.unwrap_or(item.span.end))
}

const fn is_request(line: &Node) -> bool {
    matches!(line.head, Head::Request { .. } | Head::Setting { .. })
}

fn text(scene: &Scene<'_>, item: &Node, name: Ident) -> String {
    let header = line(scene.source().slice(name.span));
    match &item.body {
        Some(_) => format!("\n  {header}"),
        None => format!(" {{\n  {header}\n}}"),
    }
}
