//! Loading a flow: reading it, checking it and making a program of it.

use std::hint::black_box;

use sayflow::{Source, check};

use crate::parser::{self, Program, Wrong};

/// Loads the flow anew: nothing is kept with the sources.
pub(crate) fn load(files: &[Source]) {
    let files = files.iter().map(|file| Source::new(file.name(), file.text()));
    assert!(black_box(check(files)).0.is_some());
}

pub(crate) fn parse_by_hand(files: &[Source]) -> Result<Program, Wrong> {
    parser::parse(files.iter().map(Source::text))
}
