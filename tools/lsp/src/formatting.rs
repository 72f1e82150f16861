//! Formatting: the lines that differ from the canonical form, and no others.

use std::ops::Range;
use std::time::{Duration, Instant};

use gen_lsp_types::TextEdit;
use sayflow::syntax::{self, ast};
use sayflow::{Source, Span};
use similar::{Algorithm, DiffOp};

use crate::protocol::text_edit;
use crate::text::number;
use crate::workspace::Workspace;

/// How long differences are looked for; after that the edits are larger than they had to be.
const DIFF_DEADLINE: Duration = Duration::from_millis(200);

/// The edits that give a file its form.
pub(crate) fn document(workspace: &Workspace, file: &ast::File) -> Vec<TextEdit> {
    let form = sayflow_kit::format(file);
    protocol(workspace, &file.source, &edits(file.source.text(), &form))
}

/// The edits on the lines of a range. None where the rest of the file would have to change with them.
pub(crate) fn lines(workspace: &Workspace, file: &ast::File, lines: &Range<usize>) -> Vec<TextEdit> {
    let text = file.source.text();
    let form = sayflow_kit::format(file);
    let mut edits = edits(text, &form);
    edits.retain(|edit| {
        edit.lines.start < lines.end && lines.start < edit.lines.end.max(edit.lines.start + 1)
    });
    let replacements: Vec<_> = edits.iter().map(|edit| (edit.span, edit.text.clone())).collect();
    let edited = sayflow_kit::apply_edits(text, &replacements);
    let (edited, _) = syntax::parse(&Source::new(file.source.name(), edited));
    if sayflow_kit::format(&edited) == form {
        protocol(workspace, &file.source, &edits)
    } else {
        Vec::new()
    }
}

/// Lines that change.
struct LinesEdit {
    /// Their numbers.
    lines: Range<usize>,
    span: Span,
    text: String,
}

fn edits(text: &str, form: &str) -> Vec<LinesEdit> {
    let old: Vec<&str> = text.split_inclusive('\n').collect();
    let new: Vec<&str> = form.split_inclusive('\n').collect();
    let starts: Vec<u32> = std::iter::once(0)
        .chain(old.iter().scan(0, |end, line| {
            *end += number(line.len());
            Some(*end)
        }))
        .collect();
    let start = |line: usize| starts.get(line).copied().unwrap_or_default();
    let deadline = Some(Instant::now() + DIFF_DEADLINE);
    let ops = similar::capture_diff_slices_deadline(Algorithm::Myers, &old, &new, deadline);
    ops.iter()
        .filter(|op| !matches!(op, DiffOp::Equal { .. }))
        .map(|op| LinesEdit {
            lines: op.old_range(),
            span: Span::new(start(op.old_range().start), start(op.old_range().end)),
            text: new.get(op.new_range()).unwrap_or_default().concat(),
        })
        .collect()
}

fn protocol(workspace: &Workspace, source: &Source, edits: &[LinesEdit]) -> Vec<TextEdit> {
    edits
        .iter()
        .map(|edit| text_edit(workspace, source, edit.span, &edit.text))
        .collect()
}
