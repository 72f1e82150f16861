//! Formatting a file.

#[path = "../../tools/kit/tests/kept/mod.rs"]
mod kept;
#[path = "../../tools/kit/tests/outline/mod.rs"]
mod outline;

use crate::bytes;

/// The form of any text is read as the same tree, in which nothing is lost, no comment and no character of a text;
/// what was found is found again, and formatting the form changes nothing.
///
/// # Panics
///
/// Where that does not hold.
pub fn holds(bytes: &[u8]) {
    kept::assert_kept(&bytes::text(bytes));
}
