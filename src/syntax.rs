//! Reading a file: text in, tree and diagnostics out.
//!
//! `parser.rs` cuts the file and has pest find its pieces by `grammar/sayflow.pest`; `pieces.rs`
//! makes heads of them (`text.rs`, `expression.rs` and `tokens.rs` know their parts), and
//! `tree.rs` puts them together to the tree of `ast.rs`. What is wrong is worded in `error.rs`
//! (a line), `braces.rs` (blocks) and `placement.rs` (what stands where it has no meaning);
//! `salvage.rs` tells what a broken line was meant to be.

pub mod ast;
mod braces;
mod encoding;
mod error;
mod expression;
mod grammar;
mod names;
mod parser;
mod pieces;
mod placement;
mod print;
mod salvage;
mod text;
mod tokens;
mod tree;
mod visit;
pub mod words;

pub use names::{RecordName, canonical, record_names};
pub use parser::MAX_FILE_BYTES;
pub use placement::{Place, legal, place_in, words};
pub use print::print;
pub use tree::MAX_DEPTH;
pub use visit::walk;

use crate::diagnostics::Diagnostic;
use crate::source::Source;

/// Reads one file. Wrong lines give diagnostics and stay in the tree as broken nodes, so whatever
/// the text is, there is a tree of all of it; the diagnostics are in the order of their places.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "unstable-tools")] {
/// use sayflow::{Source, syntax};
///
/// let source = Source::new("a.flow", "on start {\n  txt \"Hi\"\n  goto welcome\n}\n");
/// let (file, diagnostics) = syntax::parse(&source);
/// assert_eq!(diagnostics[0].to_string(), "unknown word `txt`");
/// assert_eq!(diagnostics[0].help(), Some("did you mean `text`?"));
/// assert_eq!(syntax::print(&file), source.text());
/// # }
/// ```
#[must_use]
pub fn parse(source: &Source) -> (ast::File, Vec<Diagnostic>) {
    parser::parse(source)
}
