//! The trace files of `lcov`, as its manual page geninfo(1) has them under FILES.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Coverage;
use super::points::{FilePoints, Line, Point};

pub(super) fn report(coverage: &Coverage) -> String {
    let mut report = String::new();
    for file in &coverage.flow.files {
        let mut record = Record {
            coverage,
            file,
            lines: BTreeMap::new(),
            branches: Vec::new(),
            groups: 0,
        };
        for part in &file.parts {
            record.line(record.number(part.head.start), part.entered);
            record.lines(&part.lines);
        }
        record.write(&mut report);
    }
    report
}

/// What is written of one file.
struct Record<'r> {
    coverage: &'r Coverage,
    file: &'r FilePoints,
    /// How often each line was run; of several statements on a line the most.
    lines: BTreeMap<u32, u64>,
    /// The line, the group and the place in it of each branch, and how often it was taken.
    branches: Vec<(u32, usize, usize, String)>,
    groups: usize,
}

impl Record<'_> {
    fn number(&self, offset_bytes: u32) -> u32 {
        self.file.source.position(offset_bytes).line
    }

    fn line(&mut self, number: u32, ran: Point) {
        let hits = self.coverage.hits(ran);
        let most = self.lines.entry(number).or_default();
        *most = hits.max(*most);
    }

    fn lines(&mut self, lines: &[Line]) {
        let coverage = self.coverage;
        for line in lines {
            let number = self.number(line.span.start);
            self.line(number, line.ran);
            let is_run = coverage.is_run(line.ran);
            let counted = line.branches.iter().filter(|branch| branch.kind.counts());
            self.group(number, is_run, counted.map(|branch| branch.taken));
            for called in coverage.flow.uses(line) {
                self.group(number, is_run, called.outcomes.iter().map(|outcome| outcome.seen));
            }
            for branch in &line.branches {
                self.lines(&branch.lines);
            }
        }
    }

    /// The ways in which one thing on a line can go; where it was never tried, none has a number.
    fn group(&mut self, line: u32, is_run: bool, ways: impl Iterator<Item = Point>) {
        let before = self.branches.len();
        for (index, way) in ways.enumerate() {
            let taken = match is_run {
                true => self.coverage.hits(way).to_string(),
                false => "-".to_owned(),
            };
            self.branches.push((line, self.groups, index, taken));
        }
        self.groups += usize::from(self.branches.len() > before);
    }

    fn write(&self, report: &mut String) {
        let source = &self.file.source;
        _ = writeln!(report, "TN:\nSF:{}", on_one_line(source.name()));
        let parts = || self.file.parts.iter();
        for part in parts() {
            let line = self.number(part.head.start);
            _ = writeln!(report, "FN:{line},{}", on_one_line(source.slice(part.head)));
        }
        for part in parts() {
            let hits = self.coverage.hits(part.entered);
            _ = writeln!(report, "FNDA:{hits},{}", on_one_line(source.slice(part.head)));
        }
        let entered = parts().filter(|part| self.coverage.is_run(part.entered)).count();
        _ = writeln!(report, "FNF:{}\nFNH:{entered}", parts().count());
        for (line, group, index, taken) in &self.branches {
            _ = writeln!(report, "BRDA:{line},{group},{index},{taken}");
        }
        let is_taken = |taken: &str| !matches!(taken, "-" | "0");
        let taken = self.branches.iter().filter(|(.., taken)| is_taken(taken)).count();
        _ = writeln!(report, "BRF:{}\nBRH:{taken}", self.branches.len());
        for (line, hits) in &self.lines {
            _ = writeln!(report, "DA:{line},{hits}");
        }
        let run = self.lines.values().filter(|hits| **hits > 0).count();
        _ = writeln!(report, "LF:{}\nLH:{run}\nend_of_record", self.lines.len());
    }
}

/// A name as it stands behind its mark: a line break would begin another record.
fn on_one_line(name: &str) -> String {
    let shown = |letter: char| if letter.is_control() { '\u{fffd}' } else { letter };
    name.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::on_one_line;

    #[test]
    fn a_line_break_in_a_name_begins_no_record() {
        assert_eq!(on_one_line("shop/n\nl.flow"), "shop/n\u{fffd}l.flow");
    }
}
