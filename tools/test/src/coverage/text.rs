//! The report for terminals: a table, then sentences.

use std::fmt::Write as _;

use super::share::{self, Share, Totals};
use super::{Coverage, gaps};

pub(super) fn report(coverage: &Coverage) -> String {
    let mut rows = Vec::new();
    for file in &coverage.flow.files {
        rows.push((file.source.name().to_owned(), share::of_file(coverage, file)));
        for part in &file.parts {
            let head = file.source.slice(part.head);
            rows.push((format!("  {head}"), share::of_part(coverage, part)));
        }
    }
    rows.push(("all".to_owned(), coverage.totals()));
    let mut report = table(&rows);
    let gaps = gaps::of_flow(coverage);
    if gaps.is_empty() {
        report.push_str("\nEverything was run.\n");
        return report;
    }
    report.push_str("\nNever run:\n");
    for gap in gaps {
        _ = writeln!(report, "  {gap}");
    }
    report
}

fn table(rows: &[(String, Totals)]) -> String {
    let names = rows.iter().map(|(name, _)| name.chars().count());
    let width = names.max().unwrap_or_default();
    let shares = rows.iter().flat_map(|(_, totals)| totals.named());
    let digits = shares.map(|(_, share)| share.all.to_string().len()).max();
    let digits = digits.unwrap_or_default();
    // As in `100% 12 of 12`.
    let cell_width = "100% ".len() + 2 * digits + " of ".len();
    let mut table = String::new();
    let mut line = |name: &str, cells: [String; 3]| {
        let cells = cells.map(|cell| format!("  {cell:<cell_width$}")).concat();
        _ = writeln!(table, "{}", format!("{name:<width$}{cells}").trim_end());
    };
    line("", Totals::default().named().map(|(name, _)| name.to_owned()));
    for (name, totals) in rows {
        line(name, totals.named().map(|(_, share)| cell(share, digits)));
    }
    table
}

fn cell(share: Share, digits: usize) -> String {
    match share.percent() {
        Some(percent) => format!("{percent:>3}% {:>digits$} of {:>digits$}", share.run, share.all),
        None => "   –".to_owned(),
    }
}
