//! Names as tools need them: how they are compared, and those that every flow has.

use std::borrow::Cow;

use crate::customer::RecordField;
use crate::value::Type;

/// A name as names are compared: two names with the same canonical form are one.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "unstable-tools")] {
/// use sayflow::syntax;
///
/// assert_eq!(syntax::canonical("cafe\u{301}"), "caf\u{e9}");
/// # }
/// ```
#[must_use]
pub fn canonical(name: &str) -> Cow<'_, str> {
    crate::name::canonical(name)
}

/// A field of the customer record, which can be read like an attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordName {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub ty: Type,
    /// Whether flows and replies may write it.
    pub is_writable: bool,
}

/// The fields of the customer record, in the order of the documentation.
pub fn record_names() -> impl Iterator<Item = RecordName> {
    RecordField::ALL.into_iter().map(|field| RecordName {
        name: field.as_str(),
        ty: field.ty(),
        is_writable: field.is_writable(),
    })
}
