//! The fix that a finding brings, and all safe fixes of a file together.

use gen_lsp_types::CodeActionKind;
use sayflow::{Diagnostic, Edit, Fix};

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

/// Every safe fix of a file; one that overlaps another waits for the next time.
pub(super) fn all<'w>(scene: &Scene<'w>) -> Option<Offer<'w>> {
    let mut edits: Vec<Edit> = Vec::new();
    for fix in scene.flow.findings().iter().filter_map(Diagnostic::fix) {
        let is_here = fix.edits.iter().all(|edit| edit.source == *scene.source());
        if fix.is_safe && is_here && is_apart(fix, &edits) {
            edits.extend(fix.edits.iter().cloned());
        }
    }
    let title = "fix everything that is safe to fix";
    let edits: Vec<Written> = edits.into_iter().map(Written::plain).collect();
    (!edits.is_empty()).then(|| Offer::new(title, CodeActionKind::SourceFixAll, edits))
}

fn is_apart(fix: &Fix, edits: &[Edit]) -> bool {
    fix.edits.iter().all(|new| {
        edits
            .iter()
            .all(|old| new.span.end < old.span.start || old.span.end < new.span.start)
    })
}
