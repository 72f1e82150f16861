//! Boxes with round corners, and lines of boxes beside each other.

use anstyle::Style;

use super::line::{Line, widest};
use super::palette::PLAIN;

/// A box around sections, which lines part from each other. Each line has so many columns inside.
pub(crate) fn framed(sections: &[Vec<Line>], inner: usize, border: Style) -> Vec<Line> {
    let rule =
        |left: &str, right: &str| Line::new(border, &format!("{left}{}{right}", "─".repeat(inner + 2)));
    let mut lines = vec![rule("╭", "╮")];
    let mut is_first = true;
    for section in sections.iter().filter(|section| !section.is_empty()) {
        if !std::mem::take(&mut is_first) {
            lines.push(rule("├", "┤"));
        }
        lines.extend(section.iter().map(|line| {
            let line = line.clone().padded(inner, PLAIN);
            Line::new(border, "│ ").join(line).with(border, " │")
        }));
    }
    lines.push(rule("╰", "╯"));
    lines
}

/// Columns of lines beside each other, one blank between them.
pub(crate) fn beside(columns: &[Vec<Line>]) -> Vec<Line> {
    let height = columns.iter().map(Vec::len).max().unwrap_or_default();
    let row = |index: usize| {
        columns.iter().fold(Line::default(), |line, column| {
            let line = if line.width() > 0 {
                line.with(PLAIN, " ")
            } else {
                line
            };
            line.join(
                column
                    .get(index)
                    .cloned()
                    .unwrap_or_default()
                    .padded(widest(column), PLAIN),
            )
        })
    };
    (0..height).map(row).collect()
}

/// Boxes in rows, as many beside each other as fit.
pub(crate) fn in_rows(boxes: Vec<Vec<Line>>, width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut row: Vec<Vec<Line>> = Vec::new();
    let mut taken = 0;
    for boxed in boxes {
        let needed = widest(&boxed) + 1;
        if taken + needed > width + 1 && !row.is_empty() {
            lines.extend(beside(&row));
            row.clear();
            taken = 0;
        }
        taken += needed;
        row.push(boxed);
    }
    lines.extend(beside(&row));
    lines
}
