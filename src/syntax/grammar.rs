//! The parser that pest makes of `grammar/sayflow.pest`; its rules never leave `syntax`.

/// Matches text against the rules of the grammar.
#[derive(pest_derive::Parser)]
#[grammar = "grammar/sayflow.pest"]
pub(super) struct Grammar;
