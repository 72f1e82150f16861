//! What the tools of sayflow share: the files of a flow, the formatter, ids, the contract as schemas, and the page of every
//! diagnostic.
//!
//! - [`flow_files()`], [`catalog_files`]: a folder in, the paths of the flow in it, and of its catalogs, out.
//! - [`regular_file`], [`read_beginning`], [`read_within`]: a file of any kind and size in, as much of it as is of use out.
//! - [`format()`]: the tree of a file in, its one canonical form out.
//! - [`missing_ids`]: the tree of a file in, edits out that write readable ids where none stand.
//! - [`apply_edits`]: a text and edits in, the edited text out.
//! - [`page`]: the code of a finding in, what the documentation says of it out.
//! - [`nearest`]: a mistyped name in, the nearest real one out.
//! - [`texts`]: the texts of a flow in, catalogs for translators out, and translations back in.
//! - [`contract`]: a program in, JSON Schemas of its requests and replies and an OpenAPI document out.

pub mod contract;
mod edits;
mod flow_files;
mod format;
mod ids;
pub mod nearest;
mod pages;
mod read;
pub mod texts;

pub use edits::apply_edits;
pub use flow_files::{CATALOGS, Unreadable, catalog_files, flow_files};
pub use format::format;
pub use ids::missing_ids;
pub use pages::page;
pub use read::{read_beginning, read_within, regular_file};
