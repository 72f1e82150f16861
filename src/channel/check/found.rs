//! Findings of one channel, and those of one block that are told as one.

use crate::channel::{Channel, Part};
use crate::diagnostics::Diagnostic;
use crate::source::Source;

/// How many titles of a block a finding shows.
const SHOWN: usize = 3;

/// A finding, before those of one block are put together.
pub(super) struct Found {
    pub(super) finding: Diagnostic,
    /// What it shares with others that are told with it; `None` where it is told alone.
    pub(super) titles: Option<Titles>,
}

/// The titles of one block that are too long on a channel, as one file says them.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Titles {
    pub(super) channel: Channel,
    pub(super) part: Part,
    /// The file of the flow, and the first byte of the block.
    pub(super) block: (Source, u32),
    /// Where the titles stand: the flow's file, or a catalog.
    pub(super) said_in: Source,
    /// What is said of several: "are longer than 20 characters, the most on LINE".
    pub(super) fact: String,
    /// "in `de`, " for a translation.
    pub(super) language: String,
    /// What to do about several.
    pub(super) help: String,
}

/// Puts titles of one block together, in the place of the first.
pub(super) fn together(found: Vec<Found>) -> Vec<Diagnostic> {
    let mut groups: Vec<(Option<Titles>, Vec<Diagnostic>)> = Vec::new();
    // The titles of a block stand close together: no group is looked for further back than that.
    let mut open = 0;
    let mut block = None;
    for Found { finding, titles } in found {
        let at = titles.as_ref().map(|titles| titles.block.clone());
        if at.is_some() && at != block {
            (open, block) = (groups.len(), at);
        }
        let known = groups
            .iter_mut()
            .skip(open)
            .find(|(group, _)| titles.is_some() && *group == titles);
        match known {
            Some((_, findings)) => findings.push(finding),
            None => groups.push((titles, vec![finding])),
        }
    }
    groups
        .into_iter()
        .flat_map(|(titles, findings)| match titles {
            Some(titles) if findings.len() > 1 => several(&titles, &findings).into_iter().collect(),
            _ => findings,
        })
        .collect()
}

fn several(titles: &Titles, findings: &[Diagnostic]) -> Option<Diagnostic> {
    let (number, part) = (findings.len(), titles.part.as_str());
    let message = format!("{}{number} {part}s {}", titles.language, titles.fact);
    let mut labels = findings.iter().filter_map(|finding| finding.labels.first());
    let first = labels.next()?;
    let code = findings.first()?.code();
    let all = Diagnostic::new(code, &first.source, first.span, message)
        .primary(first.text.clone())
        .with_help(titles.help.clone());
    Some(labels.take(SHOWN - 1).fold(all, |all, label| {
        all.label(&label.source, label.span, label.text.clone())
    }))
}
