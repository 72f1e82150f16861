//! `sayflow check --fix`: applies the safe fixes, in rounds, since one may uncover the next.

use std::collections::BTreeMap;
use std::io::Write;
use std::mem;
use std::path::PathBuf;

use sayflow::{Fix, Source, Span};

use crate::atomic_file;
use crate::exit::Stop;
use crate::flow_files::Flow;
use crate::render;
use crate::visible::visible;

/// More rounds than sensible fixes need.
const MOST_ROUNDS: usize = 16;

/// The flow with every safe fix applied. Each file that changes is written, and then its fixes are told.
pub(crate) fn apply(mut flow: Flow, told: &mut dyn Write) -> Result<Flow, Stop> {
    let mut changed: BTreeMap<PathBuf, Changed> = BTreeMap::new();
    for _ in 0..MOST_ROUNDS {
        let fixes = safe_fixes(&flow);
        if fixes.is_empty() {
            break;
        }
        for file in &mut flow.files {
            let mut edits: Vec<(Span, String)> = Vec::new();
            let mut lines = String::new();
            for (place, fix) in &fixes {
                let own = fix.edits.iter().filter(|edit| edit.source == file.source);
                let before = edits.len();
                edits.extend(own.map(|edit| (edit.span, edit.text.clone())));
                if edits.len() > before {
                    lines.push_str(&format!("fixed {place}: {}\n", visible(&fix.title)));
                }
            }
            if !edits.is_empty() {
                let text = sayflow_kit::apply_edits(file.source.text(), &edits);
                let fixed = Source::new(file.source.name(), text);
                let read = mem::replace(&mut file.source, fixed);
                let of_file = changed.entry(file.path.clone()).or_insert_with(|| Changed {
                    read,
                    lines: String::new(),
                });
                of_file.lines.push_str(&lines);
            }
        }
    }
    for file in &flow.files {
        if let Some(Changed { read, lines }) = changed.get(&file.path) {
            atomic_file::replace(&file.path, read.text(), file.source.text())?;
            told.write_all(lines.as_bytes())?;
        }
    }
    Ok(flow)
}

/// A file that fixes change.
struct Changed {
    /// Its text as it was read.
    read: Source,
    /// A line for each fix.
    lines: String,
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
