//! What is shown or done where a call of a block fails: an `else` behind the block.

use gen_lsp_types::CodeActionKind;
use sayflow::Code;
use sayflow::syntax::ast::{Head, Media, Node};

use super::{Offer, Scene, TEXT, lines};
use crate::describe::can_fail;
use crate::layout;
use crate::protocol::Written;

pub(super) fn offers<'w>(scene: &Scene<'w>) -> Vec<Offer<'w>> {
    let around = scene.around();
    let is_host = |at: &usize| around.get(*at).is_some_and(|node| can_fail(node)) && !is_part(&around, *at);
    let host = (0..around.len()).rev().find(is_host);
    let Some(node) = host.and_then(|at| around.get(at)) else {
        return Vec::new();
    };
    if node.has_catch_all() || !layout::is_closed(node) {
        return Vec::new();
    }
    let source = scene.source();
    let branch = lines::block_behind(source, node, "else", &[format!("text \"{TEXT}\"")]);
    let mut offers = vec![offer("add a failure branch", branch)];
    // The finding that nobody foresaw the failure brings the text itself.
    let is_found = scene
        .findings()
        .any(|finding| finding.code() == Code::UnhandledFailure);
    if is_text(node) && !is_found {
        let text = lines::behind(source, node, &format!("else \"{TEXT}\""));
        offers.insert(0, offer("say something else when it fails", text));
    }
    offers
}

/// Whether a line is the options of an ask, which stand and fall with it.
fn is_part(around: &[&Node], at: usize) -> bool {
    let outer = at.checked_sub(1).and_then(|outer| around.get(outer));
    outer.is_some_and(|outer| matches!(outer.head, Head::Ask { .. }))
}

fn offer<'w>(title: &str, edit: Written) -> Offer<'w> {
    Offer::new(title, CodeActionKind::RefactorRewrite, vec![edit.selecting(TEXT)])
}

const fn is_text(node: &Node) -> bool {
    matches!(
        node.head,
        Head::Say {
            media: Media::Text,
            ..
        }
    )
}
