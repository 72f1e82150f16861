//! What the page says of each line of a file.

use crate::coverage::Coverage;
use crate::coverage::gaps::Gap;
use crate::coverage::points::{FilePoints, Line, Point};

/// A line of a file.
#[derive(Clone, Default)]
pub(super) struct Row {
    pub(super) state: State,
    /// How often it was run; `None` where nothing begins on it.
    pub(super) hits: Option<u64>,
    /// What was never run of it.
    pub(super) notes: Vec<String>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing that runs.
    #[default]
    Plain,
    Ran,
    /// Run, though not in every way.
    Partly,
    Never,
}

/// One row for each line.
pub(super) fn of_file(coverage: &Coverage, file: &FilePoints, gaps: &[Gap]) -> Vec<Row> {
    let mut rows = Rows {
        coverage,
        file,
        rows: vec![Row::default(); file.source.text().lines().count()],
    };
    for part in &file.parts {
        rows.begin(part.head.start, part.entered);
        rows.lines(&part.lines);
    }
    for gap in gaps.iter().filter(|gap| !gap.is_line) {
        if let Some(row) = rows.row(gap.span.start) {
            row.notes.push(gap.sentence.clone());
            if row.state == State::Ran {
                row.state = State::Partly;
            }
        }
    }
    rows.rows
}

struct Rows<'r> {
    coverage: &'r Coverage,
    file: &'r FilePoints,
    rows: Vec<Row>,
}

impl Rows<'_> {
    fn index(&self, offset_bytes: u32) -> usize {
        self.file.source.position(offset_bytes).line as usize - 1
    }

    fn row(&mut self, offset_bytes: u32) -> Option<&mut Row> {
        let index = self.index(offset_bytes);
        self.rows.get_mut(index)
    }

    fn lines(&mut self, lines: &[Line]) {
        for line in lines {
            self.begin(line.span.start, line.ran);
            self.items(line);
            for branch in &line.branches {
                if branch.kind.has_head() {
                    self.begin(branch.head.start, branch.taken);
                }
                self.lines(&branch.lines);
            }
        }
    }

    /// Something begins on a line. Of several things the first is counted, and each gives its colour.
    fn begin(&mut self, offset_bytes: u32, point: Point) {
        let (hits, state) = (self.coverage.hits(point), self.state(point));
        if let Some(row) = self.row(offset_bytes) {
            row.state = match row.hits {
                Some(_) if row.state != state => State::Partly,
                _ => state,
            };
            row.hits.get_or_insert(hits);
        }
    }

    /// The items of a block, and the other lines of a long text, have the colour of its first line.
    fn items(&mut self, line: &Line) {
        let state = self.state(line.ran);
        let items = self.index(line.span.start) + 1..=self.index(line.extent.end);
        for row in self.rows.get_mut(items).unwrap_or_default() {
            row.state = state;
        }
    }

    fn state(&self, point: Point) -> State {
        match self.coverage.is_run(point) {
            true => State::Ran,
            false => State::Never,
        }
    }
}
