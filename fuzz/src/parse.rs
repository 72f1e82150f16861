//! Reading a file.

use sayflow::{Source, syntax};

use crate::{bytes, spans};

/// Any bytes are read as a flow, and as a tree that loses none of them: printed, it is the file. Every span of the
/// tree and of what was found lies in the file, and blocks are in its order.
///
/// # Panics
///
/// Where that does not hold.
pub fn holds(bytes: &[u8]) {
    let source = Source::new("a.flow", bytes::text(bytes));
    let (file, found) = syntax::parse(&source);
    assert_eq!(syntax::print(&file), source.text());
    spans::of_a_tree_lie_in_it(&file);
    spans::of_a_tree_are_in_order(&file);
    spans::lie_in_their_files(&found, &[source]);
}
