//! Percent-encoding (RFC 3986, section 2.1).

/// A value in one segment of a path or in a query: everything but unreserved characters is encoded.
pub(crate) fn encode_value(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    push_value(&mut encoded, value);
    encoded
}

/// What the author wrote of a URL: only what a URL cannot hold is encoded, a `%` stays one.
pub(crate) fn encode_written(written: &str) -> String {
    let mut encoded = String::with_capacity(written.len());
    push_written(&mut encoded, written);
    encoded
}

/// As [`encode_value`], at the end of a text.
pub(super) fn push_value(encoded: &mut String, value: &str) {
    push(encoded, value, is_unreserved);
}

/// As [`encode_written`], at the end of a text.
pub(super) fn push_written(encoded: &mut String, written: &str) {
    push(encoded, written, |byte| {
        is_unreserved(byte)
            || (byte.is_ascii_graphic()
                && !matches!(
                    byte,
                    b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}'
                ))
    });
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn push(encoded: &mut String, text: &str, is_kept: impl Fn(u8) -> bool) {
    if text.bytes().all(&is_kept) {
        encoded.push_str(text);
        return;
    }
    for byte in text.bytes() {
        if is_kept(byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.extend([byte >> 4, byte & 0xf].map(hex_digit));
        }
    }
}

fn hex_digit(value: u8) -> char {
    char::from_digit(value.into(), 16)
        .unwrap_or('0')
        .to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::{encode_value, encode_written};

    #[test]
    fn values_and_written_urls() {
        assert_eq!(encode_value("a b/c?d=e&f%+"), "a%20b%2Fc%3Fd%3De%26f%25%2B");
        assert_eq!(encode_value("দ"), "%E0%A6%A6");
        assert_eq!(encode_written("/a%20b/{c}?d=e f"), "/a%20b/%7Bc%7D?d=e%20f");
    }
}
