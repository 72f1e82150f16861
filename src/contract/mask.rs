//! Secrets are masked in whatever is said about a reply.

use std::borrow::Cow;
use std::ops::Range;

use crate::effects::Masked;
use crate::settings::Secret;

/// The host's secrets, to be found where an endpoint echoes them.
///
/// A text is masked before it is cut or escaped: nobody can tell that half a secret is one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mask<'m> {
    secrets: Vec<&'m Secret>,
}

impl<'m> Mask<'m> {
    pub(crate) fn new(secrets: impl IntoIterator<Item = &'m Secret>) -> Self {
        let secrets = secrets.into_iter().filter(|secret| !secret.expose().is_empty());
        Self {
            secrets: secrets.collect(),
        }
    }

    /// The text with `***` for every secret in it.
    pub(crate) fn apply<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.echoes(text).as_slice() {
            [] => Cow::Borrowed(text),
            echoes => Cow::Owned(masked_at(text, echoes).to_string()),
        }
    }

    /// The text, its secrets marked.
    pub(crate) fn masked(&self, text: &str) -> Masked {
        masked_at(text, &self.echoes(text))
    }

    /// The bytes of a text that are secret, in order; secrets that overlap are one.
    pub(crate) fn echoes(&self, text: &str) -> Vec<Range<usize>> {
        let mut echoes: Vec<Range<usize>> = Vec::new();
        if self.secrets.is_empty() {
            return echoes;
        }
        for (start, _) in text.char_indices() {
            let rest = text.get(start..).unwrap_or_default();
            let lengths = self
                .secrets
                .iter()
                .filter_map(|secret| echo_length(rest, secret.expose()));
            let Some(end) = lengths.max().map(|length| start + length) else {
                continue;
            };
            match echoes.last_mut() {
                Some(last) if start < last.end => last.end = last.end.max(end),
                _ => echoes.push(start..end),
            }
        }
        echoes
    }
}

fn masked_at(text: &str, echoes: &[Range<usize>]) -> Masked {
    let mut masked = Masked::new("");
    let mut shown = 0;
    for echo in echoes {
        masked.push(text.get(shown..echo.start).unwrap_or_default());
        masked.push_secret(text.get(echo.clone()).unwrap_or_default());
        shown = echo.end;
    }
    masked.push(text.get(shown..).unwrap_or_default());
    masked
}

/// How many bytes at the beginning of a text are the secret, as it is or as a URL or JSON writes it.
fn echo_length(text: &str, secret: &str) -> Option<usize> {
    if text.starts_with(secret) {
        return Some(secret.len());
    }
    let rest = secret.bytes().try_fold(text.as_bytes(), behind)?;
    Some(text.len() - rest.len())
}

/// What stands behind a byte of a secret, where a text begins with it, escaped or not.
fn behind(text: &[u8], byte: u8) -> Option<&[u8]> {
    match text {
        // RFC 3986, section 2.1; servers differ in what they encode, and in the case of the digits.
        [b'%', high, low, rest @ ..] if from_hex(*high, *low) == Some(byte) => Some(rest),
        // A blank in a query, as forms write it.
        [b'+', rest @ ..] if byte == b' ' => Some(rest),
        // RFC 8259, section 7: the body of the request, sent back as a text.
        [b'\\', escape, rest @ ..] if unescaped(*escape) == Some(byte) => Some(rest),
        [found, rest @ ..] if *found == byte => Some(rest),
        _ => None,
    }
}

fn from_hex(high: u8, low: u8) -> Option<u8> {
    let digit = |byte| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

fn unescaped(escape: u8) -> Option<u8> {
    match escape {
        b'"' | b'\\' | b'/' => Some(escape),
        b'n' => Some(b'\n'),
        b'r' => Some(b'\r'),
        b't' => Some(b'\t'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Mask;
    use crate::settings::Secret;

    fn masked(secrets: &[&str], text: &str) -> String {
        let secrets: Vec<Secret> = secrets.iter().copied().map(Secret::new).collect();
        Mask::new(&secrets).apply(text).into_owned()
    }

    #[test]
    fn a_secret_as_it_is_and_as_requests_write_it() {
        let mask = |text| masked(&["s3\"c/ret &%দ"], text);
        assert_eq!(mask("key s3\"c/ret &%দ!"), "key ***!");
        assert_eq!(mask("?k=s3%22c%2Fret%20%26%25%E0%A6%A6&x=1"), "?k=***&x=1");
        assert_eq!(mask("?k=s3%22c/ret+%26%25%e0%a6%a6"), "?k=***");
        assert_eq!(mask(r#"{"k":"s3\"c\/ret &%দ"}"#), r#"{"k":"***"}"#);
        assert_eq!(mask("s3\"c/ret দ"), "s3\"c/ret দ");
    }

    #[test]
    fn line_breaks_of_a_key_file() {
        assert_eq!(
            masked(&["-BEGIN-\nabc\n"], r"bad key -BEGIN-\nabc\n."),
            "bad key ***."
        );
    }

    #[test]
    fn secrets_within_and_across_each_other() {
        assert_eq!(masked(&["abc", "xabcy", ""], "abc xabcy abc"), "*** *** ***");
        assert_eq!(masked(&["xab", "abcy"], "(xabcy)"), "(***)");
        assert_eq!(masked(&["ab"], "abab"), "******");
        assert_eq!(masked(&[], "abc"), "abc");
        assert_eq!(masked(&["a%25b"], "a%25b a%2525b"), "*** ***");
    }

    #[test]
    fn a_mask_shows_no_secret() {
        let secret = Secret::new("s3cret");
        assert_eq!(format!("{:?}", Mask::new([&secret])), "Mask { secrets: [***] }");
    }
}
