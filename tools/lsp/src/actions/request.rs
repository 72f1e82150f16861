//! The request of an API that says nothing to call.

use gen_lsp_types::CodeActionKind;
use sayflow::syntax::ast::Head;
use sayflow::{Code, Diagnostic};

use super::create::request_for;
use super::{Offer, Scene, lines};
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
    let (Head::Api { name, .. }, Some(_)) = (&api.head, &api.body) else {
        return None;
    };
    let name = source.slice(name.span);
    let edit = lines::into_block(source, api, None, &request_for(scene.index, name));
    let edit = edit.selecting(&format!("/{name}"));
    Some(Offer::new("add a request", CodeActionKind::QuickFix, vec![edit]).mending(finding))
}
