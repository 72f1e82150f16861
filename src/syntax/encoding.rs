//! From the bytes of a file to its text.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Source, Span};
use crate::texts::is_catalog;

impl Source {
    /// The source of a file's bytes.
    ///
    /// # Errors
    ///
    /// `syntax::not_utf8`, with its label at the first byte that is no text. The label's source
    /// has U+FFFD in place of such bytes, so that the rest can be shown. For a catalog, whose name
    /// ends in `.po`, it is the warning `texts::malformed`: leave the catalog out and go on.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::Source;
    ///
    /// assert!(Source::from_bytes("a.flow", b"goto b".to_vec()).is_ok());
    /// let finding = Source::from_bytes("a.flow", b"text \"caf\xe9\"".to_vec()).unwrap_err();
    /// assert_eq!(finding.to_string(), "this file is not UTF-8: byte 0xE9 at offset 9");
    /// ```
    pub fn from_bytes(name: impl Into<Box<str>>, bytes: Vec<u8>) -> Result<Self, Box<Diagnostic>> {
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(name, text)),
            Err(error) => {
                let offset = error.utf8_error().valid_up_to();
                let byte = error.as_bytes().get(offset).copied().unwrap_or_default();
                let source = Self::new(name, String::from_utf8_lossy(error.as_bytes()));
                Err(Box::new(not_utf8(&source, offset, byte)))
            }
        }
    }
}

fn not_utf8(source: &Source, offset: usize, byte: u8) -> Diagnostic {
    let start = u32::try_from(offset).unwrap_or(u32::MAX);
    let shown = u32::try_from(char::REPLACEMENT_CHARACTER.len_utf8()).unwrap_or_default();
    let message = format!("this file is not UTF-8: byte 0x{byte:02X} at offset {offset}");
    let span = Span::new(start, start.saturating_add(shown));
    match is_catalog(source) {
        false => Diagnostic::new(Code::NotUtf8, source, span, message).primary("this byte is no text"),
        true => Diagnostic::new(Code::MalformedCatalog, source, span, message)
            .primary("this byte is no text: the catalog is not used"),
    }
    .with_help("save the file as UTF-8")
}
