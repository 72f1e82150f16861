//! Ids where none stand: at the line of the cursor, and in the whole file; and another id for one that
//! is taken.

use std::collections::BTreeSet;

use gen_lsp_types::CodeActionKind;
use sayflow::{Code, Diagnostic, Edit, Span};

use super::{Offer, Scene};
use crate::layout;
use crate::protocol::Written;
use crate::text::number;

pub(super) fn offers<'w>(scene: &Scene<'w>) -> Vec<Offer<'w>> {
    let missing = sayflow_kit::missing_ids(scene.file);
    let lines = selected_lines(scene);
    let is_here = |at: Span| lines.start <= at.start && at.start <= lines.end;
    let here: Vec<&(Span, String)> = missing.iter().filter(|(at, _)| is_here(*at)).collect();
    let mut offers: Vec<Offer<'w>> = another(scene).into_iter().collect();
    // Only one line is asked about; a selection of several is as good as the file.
    if let [(at, id)] = here.as_slice() {
        let title = format!("write `{}` here", id.trim());
        let offer = Offer::new(
            title,
            CodeActionKind::RefactorRewrite,
            vec![written(scene, *at, id)],
        );
        offers.push(match scene.findings().find(|finding| is_mended(finding)) {
            Some(finding) => Offer {
                kind: CodeActionKind::QuickFix,
                ..offer.mending(finding)
            },
            None => offer,
        });
    }
    if !missing.is_empty() {
        let edits = missing.iter().map(|(at, id)| written(scene, *at, id)).collect();
        let kind = CodeActionKind::Custom("source.ids".into());
        offers.push(Offer::new("write missing ids", kind, edits));
    }
    offers
}

/// Whether an id where none stands mends a finding.
fn is_mended(finding: &Diagnostic) -> bool {
    matches!(finding.code(), Code::OnceWithoutId | Code::DuplicateId)
}

/// An id with a number behind it, in place of one that stands twice.
fn another<'w>(scene: &Scene<'w>) -> Option<Offer<'w>> {
    let source = scene.source();
    let mut findings = scene.findings();
    let finding = findings.find(|finding| finding.code() == Code::DuplicateId)?;
    let at = finding.labels().first()?.span;
    let is_written = source.slice(Span::new(0, at.start)).ends_with('@');
    let item = layout::item_at(scene.file, at.start).filter(|_| is_written)?;
    let words = source.slice(layout::extent(item));
    let taken: BTreeSet<&str> = words
        .split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
        .collect();
    let id = source.slice(at);
    let mut others = (2..=u32::MAX).map(|number| format!("{id}_{number}"));
    let other = others.find(|other| !taken.contains(other.as_str()))?;
    let edit = written(scene, at, &other).selecting(&other);
    let title = format!("replace with `@{other}`");
    Some(Offer::new(title, CodeActionKind::QuickFix, vec![edit]).mending(finding))
}

/// The line of the cursor, or all lines of the selection.
fn selected_lines(scene: &Scene<'_>) -> Span {
    let source = scene.source();
    // A selection that ends where a line begins has nothing of that line.
    let last = scene.span.end.saturating_sub(1).max(scene.span.start);
    // In bytes, as the last of a selection may lie inside of a character.
    let rest = source.text().as_bytes().get(last as usize..).unwrap_or_default();
    let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    Span::new(layout::line_start(source, scene.span.start), last + number(end))
}

fn written(scene: &Scene<'_>, span: Span, id: &str) -> Written {
    Written::plain(Edit {
        source: scene.source().clone(),
        span,
        text: id.to_owned(),
    })
}
