//! Reading catalogs: a `.po` file in, its entries and what is wrong with it out.
//!
//! The lines come from the grammar; this module puts them together. A line that cannot be read
//! spoils the entry that it stands in and no other.

mod entry;
mod grammar;
mod lines;

use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Source, Span};

pub use entry::{Entry, PoFile, PoText, Previous};

/// The most bytes that a catalog may hold.
const MAX_BYTES: usize = 8 << 20;

/// Reads a catalog. Whatever the text is, everything sound in it is read.
///
/// # Examples
///
/// ```
/// use sayflow::{Source, texts};
///
/// let source = Source::new("texts/bn.po", "msgctxt \"welcome\"\nmsgid \"Hello!\"\nmsgstr \"নমস্কার!\"\n");
/// let (file, found) = texts::read(&source);
/// assert!(found.is_empty());
/// assert_eq!(file.entries[0].id.value, "Hello!");
/// assert_eq!(file.entries[0].strings[0].value, "নমস্কার!");
/// ```
#[must_use]
pub fn read(source: &Source) -> (PoFile, Vec<Diagnostic>) {
    if source.text().len() > MAX_BYTES {
        let found = Diagnostic::new(
            Code::MalformedCatalog,
            source,
            Span::at(0),
            "this catalog is larger than 8 MiB",
        )
        .with_help(
            "it holds something else than the texts of one flow: make it anew with `sayflow texts export`",
        );
        return (PoFile::default(), vec![found]);
    }
    lines::read(source)
}
