//! `sayflow check --fix`: applies the safe fixes, in rounds, since one may uncover the next.

use std::collections::BTreeMap;
use std::mem;

use sayflow::{Edit, Fix, Source, Span};

use crate::atomic_file;
use crate::exit::Stop;
use crate::flow_files::Flow;
use crate::render;
use crate::visible::visible;

/// More rounds than sensible fixes need.
const MOST_ROUNDS: usize = 16;

/// The flow with every safe fix applied, its changed files written, and a line for each fix.
pub(crate) fn apply(mut flow: Flow) -> Result<(Flow, String), Stop> {
    let mut told = String::new();
    // The files that change, each with the text that was read.
    let mut changed = BTreeMap::new();
    for _ in 0..MOST_ROUNDS {
        let fixes = safe_fixes(&flow);
        if fixes.is_empty() {
            break;
        }
        for (place, fix) in &fixes {
            told.push_str(&format!("fixed {place}: {}\n", visible(&fix.title)));
        }
        let edits: Vec<&Edit> = fixes.iter().flat_map(|(_, fix)| &fix.edits).collect();
        for file in &mut flow.files {
            let own: Vec<(Span, String)> = edits
                .iter()
                .filter(|edit| edit.source == file.source)
                .map(|edit| (edit.span, edit.text.clone()))
                .collect();
            if !own.is_empty() {
                let text = sayflow_kit::apply_edits(file.source.text(), &own);
                let fixed = Source::new(file.source.name(), text);
                let read = mem::replace(&mut file.source, fixed);
                changed.entry(file.path.clone()).or_insert(read);
            }
        }
    }
    for file in &flow.files {
        if let Some(read) = changed.get(&file.path) {
            atomic_file::replace(&file.path, read.text(), file.source.text())?;
        }
    }
    Ok((flow, told))
}

/// The safe fixes of a flow that do not get in each other's way, each with its place.
fn safe_fixes(flow: &Flow) -> Vec<(String, Fix)> {
    let (_, found) = sayflow::check(flow.with_catalogs());
    let mut fixes: Vec<(String, Fix)> = Vec::new();
    for finding in &found {
        let (Some(place), Some(fix)) = (render::place(finding), finding.fix()) else {
            continue;
        };
        let is_free = fixes.iter().all(|(_, taken)| !collide(taken, fix));
        if fix.is_safe && !fix.edits.is_empty() && is_free && !touches_damage(flow, fix) {
            fixes.push((place, fix.clone()));
        }
    }
    fixes
}

fn collide(one: &Fix, other: &Fix) -> bool {
    one.edits.iter().any(|a| {
        other
            .edits
            .iter()
            .any(|b| a.source == b.source && (a.span.touches(b.span.start) || b.span.touches(a.span.start)))
    })
}

/// Whether a fix would write a file that holds bytes which are no text.
fn touches_damage(flow: &Flow, fix: &Fix) -> bool {
    let mut damaged = flow.files.iter().filter(|file| file.damage.is_some());
    damaged.any(|file| fix.edits.iter().any(|edit| edit.source == file.source))
}
