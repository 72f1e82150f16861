//! Secrets are masked in whatever is said about a reply.

mod html;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use crate::effects::Masked;
use crate::settings::Secret;

/// The host's secrets, to be found where an endpoint echoes them.
///
/// A text is masked before it is cut or escaped: nobody can tell that half a secret is one.
#[derive(Clone, Default)]
pub(crate) struct Mask<'m> {
    secrets: Vec<(&'m Secret, Beginnings)>,
    /// Those of all secrets.
    beginnings: Beginnings,
}

impl<'m> Mask<'m> {
    pub(crate) fn new(secrets: impl IntoIterator<Item = &'m Secret>) -> Self {
        let mut mask = Self::default();
        for secret in secrets {
            if let Some(beginnings) = Beginnings::of(secret.expose().as_bytes()) {
                mask.secrets.push((secret, beginnings));
                mask.beginnings.insert_all(beginnings);
            }
        }
        mask
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
        for (start, byte) in text.bytes().enumerate() {
            let is_escape = matches!(byte, b'%' | b'\\' | b'&');
            if !is_escape && !self.beginnings.contains(byte) {
                continue;
            }
            let Some(rest) = text.get(start..) else {
                continue;
            };
            let written = is_escape.then(|| unescaped(rest.as_bytes())).flatten();
            let lengths = self.secrets.iter().filter_map(|(secret, beginnings)| {
                let may_begin =
                    beginnings.contains(byte) || written.is_some_and(|written| beginnings.contains(written));
                may_begin.then(|| echo_length(rest, secret.expose())).flatten()
            });
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

impl fmt::Debug for Mask<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secrets: Vec<_> = self.secrets.iter().map(|(secret, _)| secret).collect();
        f.debug_struct("Mask").field("secrets", &secrets).finish()
    }
}

/// A text with these secrets marked, as an engine marks them that has them: for tools that show what came.
pub fn masked<'s>(secrets: impl IntoIterator<Item = &'s str>, text: &str) -> Masked {
    let secrets: Vec<Secret> = secrets.into_iter().map(Secret::new).collect();
    Mask::new(&secrets).masked(text)
}

/// The bytes with which a secret may begin where the first is not escaped: at most bytes of a text there is
/// nothing to look for. One bit for each byte.
#[derive(Clone, Copy, Default)]
struct Beginnings([u64; 4]);

impl Beginnings {
    /// `None` where the secret is empty.
    fn of(secret: &[u8]) -> Option<Self> {
        let first = *secret.first()?;
        let mut beginnings = Self::default();
        beginnings.insert(first);
        if first == b' ' {
            beginnings.insert(b'+');
        }
        for begin in BASE64_BEGINS {
            let digit = base64_values(secret, begin).next();
            for digit in digit.into_iter().flat_map(|(value, _)| base64_digits(value)) {
                beginnings.insert(digit);
            }
        }
        Some(beginnings)
    }

    fn insert_all(&mut self, others: Self) {
        for (bits, others) in self.0.iter_mut().zip(others.0) {
            *bits |= others;
        }
    }

    fn insert(&mut self, byte: u8) {
        if let Some(bits) = self.0.get_mut(usize::from(byte / 64)) {
            *bits |= 1 << (byte % 64);
        }
    }

    fn contains(&self, byte: u8) -> bool {
        let bits = self.0.get(usize::from(byte / 64));
        bits.is_some_and(|bits| bits >> (byte % 64) & 1 == 1)
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

/// How many bytes at the beginning of a text are the secret: as it is, as a URL, JSON or HTML writes it, or
/// in Base64.
fn echo_length(text: &str, secret: &str) -> Option<usize> {
    if text.starts_with(secret) {
        return Some(secret.len());
    }
    let (text, secret) = (text.as_bytes(), secret.as_bytes());
    let base64 = || {
        BASE64_BEGINS
            .into_iter()
            .find_map(|begin| behind_base64(text, secret, begin))
    };
    let rest = behind_escaped(text, secret).or_else(base64)?;
    Some(text.len() - rest.len())
}

/// What stands behind a secret, where a text begins with it, each character escaped or not.
fn behind_escaped<'t>(mut text: &'t [u8], mut secret: &[u8]) -> Option<&'t [u8]> {
    // What would be an escape may be the secret's own, as in `p%2540ss`: where the one leads nowhere, the other is tried.
    let mut literals: Vec<(&[u8], &[u8])> = Vec::new();
    let mut tried = 0;
    while !secret.is_empty() {
        let Some(next) = behind(text, secret) else {
            (text, secret) = *literals.get(tried)?;
            tried += 1;
            continue;
        };
        // Ends of one text and of one secret are the same where they are as long.
        let place = |(text, secret): &(&[u8], &[u8])| (text.len(), secret.len());
        if let [b'%' | b'\\' | b'&', ..] = text
            && let Some(literal) = literal(text, secret)
            && place(&literal) != place(&next)
            && !literals.iter().any(|known| place(known) == place(&literal))
        {
            literals.push(literal);
        }
        (text, secret) = next;
    }
    Some(text)
}

/// The first byte of what the escape stands for that a text begins with.
fn unescaped(text: &[u8]) -> Option<u8> {
    if let [b'%', high, low, ..] = text {
        return u8::try_from(from_hex(&[*high, *low])?).ok();
    }
    let (found, _) = nested_json_escape(text)
        .or_else(|| json_escape(text))
        .or_else(|| html::reference(text))?;
    found.encode_utf8(&mut [0; 4]).bytes().next()
}

/// What stands behind the first byte or character of a secret, and the rest of the secret.
fn behind<'t, 's>(text: &'t [u8], secret: &'s [u8]) -> Option<(&'t [u8], &'s [u8])> {
    let (first, others) = secret.split_first()?;
    match text {
        // RFC 3986, section 2.1; servers differ in what they encode, and in the case of the digits.
        [b'%', high, low, rest @ ..] if from_hex(&[*high, *low]) == Some(u32::from(*first)) => {
            Some((rest, others))
        }
        // A blank in a query, as forms write it.
        [b'+', rest @ ..] if *first == b' ' => Some((rest, others)),
        // The body of the request, sent back as a text.
        [b'\\' | b'&', ..] => {
            let behind = |(found, rest): (char, &'t [u8])| {
                let others = secret.strip_prefix(found.encode_utf8(&mut [0; 4]).as_bytes())?;
                Some((rest, others))
            };
            let escaped = json_escape(text).or_else(|| html::reference(text));
            let escaped = escaped.and_then(behind);
            escaped
                .or_else(|| nested_json_escape(text).and_then(behind))
                .or_else(|| literal(text, secret))
        }
        _ => literal(text, secret),
    }
}

fn literal<'t, 's>(text: &'t [u8], secret: &'s [u8]) -> Option<(&'t [u8], &'s [u8])> {
    let ((found, rest), (first, others)) = text.split_first().zip(secret.split_first())?;
    (found == first).then_some((rest, others))
}

/// The character that an escape of JSON stands for (RFC 8259, section 7), and what stands behind it.
fn json_escape(text: &[u8]) -> Option<(char, &[u8])> {
    let (escape, rest) = text.strip_prefix(b"\\")?.split_first()?;
    let found = match escape {
        b'"' | b'\\' | b'/' => char::from(*escape),
        b'b' => '\x08',
        b'f' => '\x0c',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return utf_16(rest),
        _ => return None,
    };
    Some((found, rest))
}

/// That of an escape in a text of JSON that is itself in a text of JSON, be it some levels deep: `\\/`, `\\\"`.
fn nested_json_escape(text: &[u8]) -> Option<(char, &[u8])> {
    const MOST: usize = 15;
    let escapes = text.iter().take(MOST).take_while(|byte| **byte == b'\\').count();
    let innermost = text.get(escapes.checked_sub(1)?..)?;
    json_escape(innermost).filter(|(found, _)| *found != '\\')
}

/// One or two halves of a character, the second behind a `\u` of its own.
fn utf_16(text: &[u8]) -> Option<(char, &[u8])> {
    let half = |text: &[u8]| u16::try_from(from_hex(text.get(..4)?)?).ok();
    let first = half(text)?;
    let second = text.get(4..).and_then(|rest| half(rest.strip_prefix(b"\\u")?));
    let found = char::decode_utf16([Some(first), second].into_iter().flatten())
        .next()?
        .ok()?;
    let length = if found.len_utf16() == 1 { 4 } else { 10 };
    Some((found, text.get(length..)?))
}

/// A shorter secret is not looked for in Base64: any picture would have some of its bytes.
const SHORTEST_IN_BASE64: usize = 8;

/// The bit of a secret that a digit begins with, where it stands first in a group of three bytes, second or third.
/// The digit before has bits of what stands there as well, and is not masked.
const BASE64_BEGINS: [usize; 3] = [0, 4, 2];

/// The values of a secret's digits in Base64 (RFC 4648, section 4) from a bit on, each with how many of its bits
/// belong to what stands behind the secret.
fn base64_values(secret: &[u8], begin: usize) -> impl Iterator<Item = (u8, usize)> {
    let bits = match secret.len() {
        0..SHORTEST_IN_BASE64 => 0,
        bytes => 8 * bytes,
    };
    (begin..bits).step_by(6).map(move |bit| {
        let byte = |index: usize| secret.get(index).copied().unwrap_or(0);
        let two = u16::from_be_bytes([byte(bit / 8), byte(bit / 8 + 1)]);
        let [_, value] = (two << (bit % 8) >> 10).to_be_bytes();
        (value, (bit + 6).saturating_sub(bits))
    })
}

/// What stands behind a secret in Base64 that goes on, or ends there with padding or without.
fn behind_base64<'t>(mut text: &'t [u8], secret: &[u8], begin: usize) -> Option<&'t [u8]> {
    let mut others = None;
    for (value, bits) in base64_values(secret, begin) {
        let mut digits = (value..value + (1 << bits)).flat_map(base64_digits);
        let written = |digit: u8| behind(text, &[digit]).map(|(rest, _)| rest);
        text = digits.find_map(written)?;
        others = Some(bits);
    }
    for _ in 0..others? / 2 {
        text = behind(text, b"=").map_or(text, |(rest, _)| rest);
    }
    Some(text)
}

/// The digit of a value in the usual alphabet and in that for URLs.
fn base64_digits(value: u8) -> [u8; 2] {
    match value {
        0..=25 => [b'A' + value; 2],
        26..=51 => [b'a' + (value - 26); 2],
        52..=61 => [b'0' + (value - 52); 2],
        62 => *b"+-",
        _ => *b"/_",
    }
}

/// Hexadecimal digits, and nothing but them.
fn from_hex(digits: &[u8]) -> Option<u32> {
    let mut value = 0u32;
    for digit in digits {
        value = value.checked_mul(16)? + char::from(*digit).to_digit(16)?;
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::{Mask, base64_digits, base64_values};
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
        assert_eq!(mask("+3\"c/ret &%দ"), "+3\"c/ret &%দ");
        assert_eq!(masked(&[" key"], "k=+key&l=%20key&m= key+"), "k=***&l=***&m=***+");
    }

    #[test]
    fn a_secret_as_json_may_escape_it() {
        let mask = |text| masked(&["s3cret-Tok/en+9 দ😀\u{c}"], text);
        assert_eq!(mask(r#""s3cret-Tok\/en\u002B9 দ😀\f.""#), r#""***.""#);
        assert_eq!(
            mask(r#""s3cret-Tok/en\u002b9 \u09a6\uD83D\ude00\u000c.""#),
            r#""***.""#
        );
        let escaped: String = "s3cret-Tok/en+9 দ😀\u{c}"
            .encode_utf16()
            .map(|half| format!("\\u{half:04X}"))
            .collect();
        let listed = format!("[{escaped}]");
        assert_eq!(mask(&listed), "[***]");
        assert_eq!(masked(&["a\u{8}b\rc\td"], r"a\bb\rc\td"), "***");
        // Half of a character is none.
        let half = r#"s3cret-Tok/en+9 দ\ud83d."#;
        assert_eq!(mask(half), half);
        assert_eq!(masked(&["a\\u0041b"], r"a\u0041b a\\u0041b"), "*** ***");
    }

    #[test]
    fn a_secret_in_json_within_json() {
        let mask = |text: &str| masked(&["/s3\"cret/দ"], text);
        let inner = r#""/s3\"cret\/\u09a6""#;
        let listed = |text: &str| serde_json::to_string(&[text]).unwrap();
        assert_eq!(mask(inner), r#""***""#);
        assert_eq!(mask(&listed(inner)), r#"["\"***\""]"#);
        assert_eq!(mask(&listed(&listed(inner))), r#"["[\"\\\"***\\\"\"]"]"#);
        assert_eq!(mask(r#"{\"t\":\"\\/s3\\\"cret\\/দ\"}"#), r#"{\"t\":\"***\"}"#);
        assert_eq!(mask(r#"\\/s3\\\"cret\\/\\"#), r#"\\/s3\\\"cret\\/\\"#);
        // Backslashes of its own are read as those of one level.
        assert_eq!(masked(&[r"a\/b"], r"a\\/b a\/b"), "*** ***");
    }

    #[test]
    fn a_secret_as_html_writes_it() {
        let mask = |text| masked(&["<a&b\"'c>"], text);
        assert_eq!(mask("<p>&lt;a&amp;b&quot;&#39;c&gt;</p>"), "<p>***</p>");
        assert_eq!(mask("&#60;a&#x26;b&#34;&#x27;c&#X3e;"), "***");
        assert_eq!(mask("&lt;a&amp;b&quot;&apos;c>"), "***");
        assert_eq!(
            mask("&lt;a&amp;b&quot;&apos;d &#; &#x110000; &"),
            "&lt;a&amp;b&quot;&apos;d &#; &#x110000; &"
        );
        assert_eq!(
            masked(
                &["sk_live_51Hx+9/Zq="],
                "bad token &#00000115;k&lowbar;live&lowbar;51Hx&plus;9&sol;Zq&equals;."
            ),
            "bad token ***."
        );
    }

    #[test]
    fn a_secret_that_has_escapes_of_its_own() {
        let table = [
            (
                "amqp://svc:p%2540ss@h/v?x=1&y=2",
                "bad token amqp://svc:p%2540ss@h/v?x=1&amp;y=2",
            ),
            (r"pa\\ss&word-9", r"bad token pa\\ss&amp;word-9"),
            (r"pa\\ss&word-9", r"bad token pa\\\\ss&amp;word-9"),
            ("p%25q\"r-secret", r#"bad token p%25q\"r-secret"#),
            ("a&amp;b\"c-secret", r#"bad token a&amp;b\"c-secret"#),
            ("a&amp;b\"c-secret", "bad token a&amp;amp;b&quot;c-secret"),
            ("%25%25\"%25", r#"bad token %25%2525\"%25"#),
        ];
        for (secret, text) in table {
            assert_eq!(masked(&[secret], text), "bad token ***", "{secret} | {text}");
        }
        // Each may be an escape or not, and none of them ends as the secret does.
        let secret = format!("{}x", "%25".repeat(100));
        let text = "%25".repeat(1_000);
        assert_eq!(masked(&[&secret], &text), text);
    }

    #[test]
    fn a_secret_in_base64() {
        // The bytes of the second give both digits in which the alphabets differ.
        for (secret, written) in [
            ("s3cret-Tok", "czNjcmV0LVRvaw=="),
            ("s3cret-Tok", "czNjcmV0LVRvaw"),
            ("s3cret-Token", "czNjcmV0LVRva2Vu"),
            ("subjects?>>~~~", "c3ViamVjdHM/Pj5+fn4="),
            ("subjects?>>~~~", "c3ViamVjdHM_Pj5-fn4"),
            ("subjects?>>~~~", r"c3ViamVjdHM\/Pj5+fn4="),
            ("subjects?>>~~~", "c3ViamVjdHM%2FPj5%2Bfn4%3D"),
        ] {
            assert_eq!(masked(&[secret], &format!("key {written}.")), "key ***.");
        }
        assert_eq!(masked(&["8letters"], "OGxldHRlcnM="), "***");
        assert_eq!(masked(&["8letters"], "OGxldHRlcnM==="), "***==");
        assert_eq!(
            masked(&["7letters", "8letters"], "N2xldHRlcnM= OGxldHRlcnM"),
            "*** ***"
        );
        assert_eq!(masked(&["7letter"], "N2xldHRlcg=="), "N2xldHRlcg==");
    }

    /// Base64, without padding.
    fn base64(bytes: &[u8]) -> String {
        let digits = base64_values(bytes, 0).map(|(value, _)| char::from(base64_digits(value)[0]));
        digits.collect()
    }

    #[test]
    fn a_secret_within_a_longer_base64() {
        assert_eq!(
            masked(&["s3cret-Token"], "Basic dXNlcjpzM2NyZXQtVG9rZW4="),
            "Basic dXNlcjp***"
        );
        for secret in [
            "subjects?>>~~~",
            "8letters",
            "9-letters",
            "10-letters",
            "দদদ",
            "?>letters",
            "π-letters",
        ] {
            for before in 0..7 {
                for behind in 0..4 {
                    let whole =
                        base64(&[&[b'u'; 7][..before], secret.as_bytes(), &vec![0xff; behind]].concat());
                    // What has bits of the secret alone is masked, and the last digit that has some.
                    let (begin, end) = (
                        (8 * before).div_ceil(6),
                        (8 * (before + secret.len())).div_ceil(6),
                    );
                    let left = format!("{}***{}", &whole[..begin], &whole[end..]);
                    assert_eq!(masked(&[secret], &whole), left, "{secret} in {whole}");
                    let url_safe = whole.replace('+', "-").replace('/', "_");
                    assert_eq!(
                        masked(&[secret], &url_safe),
                        left.replace('+', "-").replace('/', "_")
                    );
                    let escaped = |text: &str| text.replace('+', "%2B").replace('/', "\\/");
                    assert_eq!(masked(&[secret], &escaped(&whole)), escaped(&left));
                    // A digit that differs is another text.
                    let other = whole[begin..=begin].replace('A', "B");
                    let other = if other == whole[begin..=begin] {
                        "A"
                    } else {
                        &other
                    };
                    let changed = format!("{}{other}{}", &whole[..begin], &whole[begin + 1..]);
                    assert_eq!(masked(&[secret], &changed), changed);
                }
            }
        }
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
