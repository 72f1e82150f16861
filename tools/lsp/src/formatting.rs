//! Formatting: the lines that differ from the canonical form, and no others.

use std::ops::Range;
use std::time::{Duration, Instant};

use gen_lsp_types::{Position, TextEdit};
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

/// The edits on the lines of a range, counted as editors do. None where the rest of the file would have to change
/// with them.
pub(crate) fn lines(workspace: &Workspace, file: &ast::File, lines: &Range<u32>) -> Vec<TextEdit> {
    let text = file.source.text();
    let lines = lines_of_flow(workspace, text, lines);
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

/// The lines of a flow, which end in `\n`, that have something of the lines of an editor.
fn lines_of_flow(workspace: &Workspace, text: &str, lines: &Range<u32>) -> Range<usize> {
    let offset = |line| workspace.encoding.offset(text, Position { line, character: 0 });
    let ends_before = |offset| text.get(..offset).unwrap_or_default().matches('\n').count();
    let (start, end) = (offset(lines.start), offset(lines.end));
    let is_inside = !text.get(..end).unwrap_or_default().ends_with('\n');
    ends_before(start)..ends_before(end) + usize::from(is_inside)
}

/// Lines that change.
struct LinesEdit {
    /// Their numbers.
    lines: Range<usize>,
    span: Span,
    text: String,
}

/// What changes a text into its form: in order, and never at one place twice.
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
    let mut edits: Vec<LinesEdit> = Vec::new();
    let (mut old_end, mut new_end) = (0, 0);
    for op in &ops {
        // Counted from the ops before it: the indices in an op can be those from before the diff was compacted.
        let lines = old_end..old_end + op.old_range().len();
        let form = new_end..new_end + op.new_range().len();
        (old_end, new_end) = (lines.end, form.end);
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let text = new.get(form).unwrap_or_default().concat();
        match edits.last_mut().filter(|last| last.lines.end == lines.start) {
            // A deletion and the insertion behind it are one edit.
            Some(last) => {
                last.lines.end = lines.end;
                last.span.end = start(lines.end);
                last.text.push_str(&text);
            }
            None => edits.push(LinesEdit {
                span: Span::new(start(lines.start), start(lines.end)),
                lines,
                text,
            }),
        }
    }
    edits
}

fn protocol(workspace: &Workspace, source: &Source, edits: &[LinesEdit]) -> Vec<TextEdit> {
    edits
        .iter()
        .map(|edit| text_edit(workspace, source, edit.span, &edit.text))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use proptest::collection::vec;
    use proptest::prelude::{ProptestConfig, any, proptest};
    use proptest::sample::{Index, select};

    use super::*;

    /// Every flow of the tests of the formatter.
    fn flows() -> Vec<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../kit/tests/format");
        let paths = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let is_flow = |path: &PathBuf| path.extension().is_some_and(|it| it == "flow");
        let mut paths: Vec<_> = paths.filter(is_flow).collect();
        paths.sort();
        paths
            .iter()
            .map(|path| std::fs::read_to_string(path).unwrap())
            .collect()
    }

    /// The edits are in order, apart from each other, and make the form of the text.
    fn check_edits(text: &str) {
        let (file, _) = syntax::parse(&Source::new("a.flow", text));
        let form = sayflow_kit::format(&file);
        let mut edited = String::new();
        let mut end = 0;
        for edit in edits(text, &form) {
            let range = edit.span.range();
            assert!(
                edit.span.start >= end && (end == 0 || edit.span.start > end),
                "{text}"
            );
            edited += text.get(end as usize..range.start).unwrap();
            edited += &edit.text;
            end = edit.span.end;
        }
        edited += text.get(end as usize..).unwrap();
        assert_eq!(edited, form);
    }

    #[test]
    fn no_edit_lies_in_another() {
        check_edits(
            "sequence track {\n  ask @number \"Which?\" save order_no {\nno match {\n      goto agent\n}\nno reply \
             10m {\n    }\n}\n}",
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn lines_without_their_indents_get_their_form(
            flow in select(flows()),
            bare in vec(any::<bool>(), 64),
            cut in any::<Index>(),
        ) {
            let lines = flow.split_inclusive('\n').zip(bare.iter().cycle());
            let lines: Vec<&str> = lines
                .map(|(line, is_bare)| if *is_bare { line.trim_start_matches([' ', '\t']) } else { line })
                .collect();
            check_edits(&lines.concat());
            check_edits(&lines.get(..cut.index(lines.len() + 1)).unwrap().concat());
        }
    }
}
