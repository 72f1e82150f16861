//! The table, and what its dashes mean.

use others::engine::ENGINES;

pub(crate) struct Table {
    reasons: Vec<String>,
}

/// What stands in a column behind the floor's.
pub(crate) enum Cell {
    /// So many times the floor.
    Times(f64),
    /// The same, measured once because it takes so long.
    TimesOnce(f64),
    Seconds(f64),
    /// The engine cannot do it, for this reason.
    Cannot(&'static str),
}

impl Table {
    pub(crate) fn begin() -> Self {
        let names: Vec<_> = ENGINES.iter().map(|engine| engine.name).collect();
        println!("| work | {} |", names.join(" | "));
        println!("| --- |{}", " ---: |".repeat(names.len()));
        Self { reasons: Vec::new() }
    }

    /// A row is printed as soon as it is known.
    pub(crate) fn row(&mut self, work: &str, floor: String, others: impl Iterator<Item = Cell>) {
        let mut row = format!("| {work} | {floor} |");
        for (engine, cell) in ENGINES[1..].iter().zip(others) {
            row.push_str(&format!(" {} |", self.cell(engine.name, cell)));
        }
        println!("{row}");
    }

    fn cell(&mut self, engine: &str, cell: Cell) -> String {
        match cell {
            Cell::Times(times) => multiple(times),
            Cell::TimesOnce(times) => format!("{}¹", multiple(times)),
            Cell::Seconds(seconds) => time(seconds),
            Cell::Cannot(reason) => {
                let reason = format!("{engine} {reason}.");
                if !self.reasons.contains(&reason) {
                    self.reasons.push(reason);
                }
                "–".to_owned()
            }
        }
    }

    pub(crate) fn end(self) {
        println!("\n¹ measured once.");
        for reason in self.reasons {
            println!("– {reason}");
        }
    }
}

/// A time in seconds, in the unit that suits it.
pub(crate) fn time(seconds: f64) -> String {
    let nanos = seconds * 1e9;
    match nanos {
        ..1e3 => format!("{nanos:.0} ns"),
        1e3..1e6 => format!("{:.2} µs", nanos / 1e3),
        1e6..1e9 => format!("{:.2} ms", nanos / 1e6),
        _ => format!("{:.2} s", nanos / 1e9),
    }
}

pub(crate) fn bytes(bytes: usize) -> String {
    format!("{bytes} B")
}

/// To two digits, or three where the first is small.
fn multiple(times: f64) -> String {
    if times < 10.0 {
        return format!("{times:.2}");
    }
    let unit = 10_f64.powf(times.log10().floor() - 1.0);
    let rounded = (times / unit).round() * unit;
    if rounded < 1e3 {
        format!("{rounded:.0}")
    } else {
        format!("{:.0},{:03.0}", (rounded / 1e3).floor(), rounded % 1e3)
    }
}
