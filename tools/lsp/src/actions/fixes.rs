//! The fix that a finding brings, and all safe fixes of a file together.

use std::collections::BTreeMap;

use gen_lsp_types::CodeActionKind;
use sayflow::{Diagnostic, Edit};

use super::{Offer, Scene};
use crate::protocol::Written;

/// The fix of each finding at the cursor.
pub(super) fn of_findings<'w>(scene: &Scene<'w>) -> Vec<Offer<'w>> {
    let fixes = scene.findings().filter_map(|finding| {
        let fix = finding.fix()?;
        let edits = fix.edits.iter().cloned().map(Written::plain).collect();
        let offer = Offer::new(&fix.title, CodeActionKind::QuickFix, edits).mending(finding);
        Some(Offer {
            is_preferred: fix.is_safe,
            ..offer
        })
    });
    fixes.collect()
}

/// Edits by start, end and number.
type Ordered<'w> = BTreeMap<(u32, u32, usize), &'w Edit>;

/// Every safe fix of a file; one that overlaps another waits for the next time.
pub(super) fn all<'w>(scene: &Scene<'w>) -> Option<Offer<'w>> {
    let mut edits = Ordered::new();
    for fix in scene.flow.findings().iter().filter_map(Diagnostic::fix) {
        let is_here = fix.edits.iter().all(|edit| edit.source == *scene.source());
        if fix.is_safe && is_here && fix.edits.iter().all(|edit| is_apart(edit, &edits)) {
            for edit in &fix.edits {
                edits.insert((edit.span.start, edit.span.end, edits.len()), edit);
            }
        }
    }
    let title = "fix everything that is safe to fix";
    let edits: Vec<Written> = edits.into_values().cloned().map(Written::plain).collect();
    (!edits.is_empty()).then(|| Offer::new(title, CodeActionKind::SourceFixAll, edits))
}

/// Whether an edit touches none of those before it, which are apart themselves.
fn is_apart(new: &Edit, edits: &Ordered<'_>) -> bool {
    let before = edits.range(..=(new.span.end, u32::MAX, usize::MAX)).next_back();
    before.is_none_or(|(_, old)| old.span.end < new.span.start)
}
