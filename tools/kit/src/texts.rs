//! The texts of a flow for whoever translates them: a list, catalogs to hand out, translations that come back.
//!
//! `messages.rs` puts texts together that one entry translates, `merge.rs` brings them and the entries of a catalog
//! together (`names.rs`, `wording.rs`), `write.rs` is the form of a catalog. `languages.rs` knows how languages choose among plural forms.

mod exchange;
mod languages;
mod merge;
mod messages;
mod names;
mod wording;
mod write;

pub use exchange::{Exported, Imported, Language, export, import};
pub use languages::plural_forms;
pub use messages::{characters, placeholders, readable};
