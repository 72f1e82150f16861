//! What the tools of sayflow share: the formatter, ids, and the page of every diagnostic.
//!
//! - [`format()`]: the tree of a file in, its one canonical form out.
//! - [`missing_ids`]: the tree of a file in, edits out that write readable ids where none stand.
//! - [`apply_edits`]: a text and edits in, the edited text out.

mod edits;
mod format;
mod ids;

pub use edits::apply_edits;
pub use format::format;
pub use ids::missing_ids;
