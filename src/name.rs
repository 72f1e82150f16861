//! Names as they are compared.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// A name as it is compared: in NFC and without joiners.
pub(crate) fn canonical(name: &str) -> Cow<'_, str> {
    const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];
    if name.is_ascii() || (is_nfc(name) && !name.contains(JOINERS)) {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(name.nfc().filter(|c| !JOINERS.contains(c)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn one_name_in_two_forms() {
        assert_eq!(canonical("cafe\u{301}"), "caf\u{e9}");
        assert_eq!(canonical("র\u{200d}্যাব"), canonical("র্যাব"));
    }
}
