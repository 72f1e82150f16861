//! The parser that pest makes of `grammar/po.pest`; its rules never leave `po`.

/// Matches text against the rules of the grammar.
#[derive(pest_derive::Parser)]
#[grammar = "grammar/po.pest"]
pub(super) struct Grammar;
