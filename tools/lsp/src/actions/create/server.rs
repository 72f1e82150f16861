//! A server that an API is called on.

use super::Missing;
use crate::actions::header;
use crate::protocol::Written;

/// An origin that is never anybody's: the author writes their own.
pub(super) const ORIGIN: &str = "https://api.example.com";

pub(super) fn declaration(missing: &Missing<'_>) -> Written {
    let name = missing.name;
    let header = header::line(name);
    let declaration = format!("server {name} \"{ORIGIN}\" {{\n  {header}\n}}");
    missing.beside_its_kin(&declaration).selecting(ORIGIN)
}
