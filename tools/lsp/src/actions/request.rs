//! The request of an API that says nothing to call.

use gen_lsp_types::CodeActionKind;
use sayflow::syntax::ast::Head;
use sayflow::{Code, Diagnostic};

use super::create::request_for;
use super::{Offer, Scene, insertion};
use crate::layout;

pub(super) fn offers<'w>(scene: &Scene<'w>) -> Vec<Offer<'w>> {
    let missing = scene
        .findings()
        .filter(|finding| finding.code() == Code::MissingRequest);
    missing.filter_map(|finding| offer(scene, finding)).collect()
}

fn offer<'w>(scene: &Scene<'w>, finding: &'w Diagnostic) -> Option<Offer<'w>> {
    let source = scene.source();
    let api = layout::item_at(scene.file, finding.labels().first()?.span.start)?;
    let (Head::Api { name, .. }, Some(body)) = (&api.head, &api.body) else {
        return None;
    };
    let name = source.slice(name.span);
    let at = layout::behind(source, body.open.end);
    let is_one_line = at == body.open.end;
    let close = if is_one_line && api.children().next().is_none() {
        "\n"
    } else {
        ""
    };
    let text = format!("\n  {}{close}", request_for(scene.index, name));
    let edit = insertion(source, at, &text).selecting(&format!("/{name}"));
    Some(Offer::new("add a request", CodeActionKind::QuickFix, vec![edit]).mending(finding))
}
