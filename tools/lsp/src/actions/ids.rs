//! Ids where none stand: at the line of the cursor, and in the whole file.

use gen_lsp_types::CodeActionKind;
use sayflow::{Edit, Span};

use super::{Offer, Scene};
use crate::layout;
use crate::protocol::Written;

pub(super) fn offers<'w>(scene: &Scene<'w>) -> Vec<Offer<'w>> {
    let missing = sayflow_kit::missing_ids(scene.file);
    let mut offers = Vec::new();
    let here: Vec<&(Span, String)> = missing.iter().filter(|(at, _)| is_here(scene, *at)).collect();
    // Only one line is asked about; a selection of several is as good as the file.
    if let [(at, id)] = here.as_slice() {
        let title = format!("write `{}` here", id.trim());
        let edits = vec![written(scene, *at, id)];
        offers.push(Offer::new(title, CodeActionKind::RefactorRewrite, edits));
    }
    if !missing.is_empty() {
        let edits = missing.iter().map(|(at, id)| written(scene, *at, id)).collect();
        let kind = CodeActionKind::Custom("source.ids".into());
        offers.push(Offer::new("write missing ids", kind, edits));
    }
    offers
}

/// Whether an id is missing in the line of the cursor, or in a line of the selection.
fn is_here(scene: &Scene<'_>, at: Span) -> bool {
    let source = scene.source();
    let first = layout::line_start(source, scene.span.start);
    // A selection that ends where a line begins has nothing of that line.
    let end = scene.span.end.saturating_sub(1).max(scene.span.start);
    let last = layout::line_start(source, end);
    (first..=last).contains(&layout::line_start(source, at.start))
}

fn written(scene: &Scene<'_>, span: Span, id: &str) -> Written {
    Written::plain(Edit {
        source: scene.source().clone(),
        span,
        text: id.to_owned(),
    })
}
