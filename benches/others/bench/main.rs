//! How does sayflow compare with the engines that a user would pick instead?
//!
//! Prints one table: a row for each work, a column for each engine, multiples of the floor by hand.
//! Before anything is measured, every engine has to show the same texts and menus and to go where the
//! taps lead. The same binary, started again with arguments, is the process whose start is measured.

#![expect(clippy::unwrap_used, reason = "a bench may fail")]

mod agree;
mod call;
mod pairs;
mod start;
mod table;
mod works;

use table::Table;

/// What is compared, with the word that picks it on the command line.
type Work = (&'static str, fn(&mut Table));

const WORKS: [Work; 7] = [
    ("load", |table| {
        for sequences in [10, 100, 1_000, 5_000] {
            works::load(table, sequences);
        }
    }),
    ("turn", |table| {
        for sequences in [1, 100, 1_000] {
            works::turn(table, sequences);
        }
        works::lent_turn(table, 100);
    }),
    ("save", works::save),
    ("restore", works::restore),
    ("bytes", |table| {
        works::saved_bytes(table);
        works::live_bytes(table);
    }),
    ("start", start::compare),
    ("call", call::compare),
];

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some(start::EMPTY) => return,
        Some(start::FULL) => start::run(&arguments[1], &arguments[2]),
        _ => {}
    }
    // Cargo's own.
    arguments.retain(|argument| argument != "--bench");
    agree::all();
    let mut table = Table::begin();
    for (name, compare) in WORKS {
        if arguments.is_empty() || arguments.iter().any(|picked| picked == name) {
            compare(&mut table);
        }
    }
    table.end();
}
