//! What customers read, and catalogs that say it in other languages.
//!
//! `collect.rs` finds every text of a flow that a customer can read, `message.rs` is the form in
//! which a text stands in a catalog. `po.rs` reads catalogs (`po/entry.rs` is what is in them),
//! `plural.rs` the rule by which a language chooses among its forms, `tag.rs` the names of
//! languages. `catalog.rs` brings both together for the checker: a translation for each text that
//! has one, and what is wrong with the others. A turn only looks up what `program/languages.rs` keeps.
//!
//! Nothing in a catalog keeps a flow from running: a translation that cannot be used is not used,
//! and the customer reads the flow's own text.

mod catalog;
mod collect;
mod message;
mod plural;
mod po;
mod tag;

pub(crate) use catalog::{Catalogs, Form, Piece, Translated};
pub use catalog::{SOURCE_LANGUAGE, problems};
pub use collect::{CustomerText, TextKind, collect};
pub use message::{Mark, Marked, marks, marks_with_places};
pub use plural::Plurals;
pub use po::{Entry, PoFile, PoText, Previous, read};
pub use tag::language_of;
pub(crate) use tag::{Tag, ranges};

/// Whether a source is a catalog: its name ends in `.po`.
#[must_use]
pub fn is_catalog(source: &crate::source::Source) -> bool {
    let name = source.name();
    name.len() >= 3
        && name
            .get(name.len() - 3..)
            .is_some_and(|end| end.eq_ignore_ascii_case(".po"))
}
