//! Bodies that are no JSON: what they are instead, and what to do about it.

use super::finding::shortened;
use super::json::{self, Fault, Node};
use crate::contract::{Mask, Problem};
use crate::diagnostics::Code;
use crate::source::Span;

/// Reads a body. Without problems it is JSON; with some, the value is what was meant, if that
/// can be guessed.
pub(super) fn read<'r>(body: &'r [u8], mask: &Mask<'_>) -> (Option<Node<'r>>, Vec<Problem>) {
    if let Some(encoding) = wide_encoding(body) {
        return (None, vec![not_utf8((encoding, "send JSON as UTF-8"), body, 0)]);
    }
    let text = match std::str::from_utf8(body) {
        Ok(text) => text,
        Err(error) => return (None, vec![not_utf8(bytes(body), body, error.valid_up_to())]),
    };
    if let Some(problem) = markup(text, mask) {
        return (None, vec![problem]);
    }
    let (root, mut faults) = json::read(text);
    if !faults.is_empty() {
        make_quotable(&mut faults, text, mask);
    }
    let problems = faults
        .iter()
        .map(|fault| not_json(fault, root.as_ref(), mask))
        .collect();
    (root, problems)
}

/// What faults quote is brought onto one short line without secrets. A word may be part of a secret only, so its place
/// decides as well.
fn make_quotable(faults: &mut [Fault], text: &str, mask: &Mask<'_>) {
    let echoes = mask.echoes(text);
    for fault in faults {
        let place = fault.span.range();
        let is_secret = echoes
            .iter()
            .any(|echo| echo.start < place.end && place.start < echo.end);
        if let Some(quoted) = fault.mistake.quoted_mut() {
            *quoted = if is_secret {
                "***".to_owned()
            } else {
                shortened(mask, quoted)
            };
        }
    }
}

fn not_json(fault: &Fault, root: Option<&Node<'_>>, mask: &Mask<'_>) -> Problem {
    let found = fault.mistake.to_string();
    Problem {
        code: Code::ReplyNotJson,
        message: format!("the reply is not JSON: {found}"),
        pointer: root.map_or_else(String::new, |root| root.pointer_at(fault.span.start, mask)),
        expected: "JSON".to_owned(),
        found,
        help: Some(fault.mistake.help()),
        span: fault.span,
    }
}

/// An encoding with more than a byte for each letter. JSON begins with two characters of ASCII, and has no zero
/// byte in UTF-8.
fn wide_encoding(body: &[u8]) -> Option<&'static str> {
    match body {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] | [1..=255, 0, 0, 0, ..] | [0, 0, 0, 1..=255, ..] => {
            Some("UTF-32")
        }
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [1..=255, 0, ..] | [0, 1..=255, ..] => Some("UTF-16"),
        _ => None,
    }
}

/// What bytes are that are no UTF-8, and what to do about it.
fn bytes(body: &[u8]) -> (&'static str, &'static str) {
    match body {
        [0x1f, 0x8b, ..] | [0x28, 0xb5, 0x2f, 0xfd, ..] => COMPRESSED,
        // The header of zlib, with its check (RFC 1950, section 2.2).
        [0x78, flags, ..] if u16::from_be_bytes([0x78, *flags]).is_multiple_of(31) => COMPRESSED,
        _ if body
            .iter()
            .any(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace()) =>
        {
            ("binary data", "send JSON as UTF-8, and uncompressed")
        }
        _ => (
            "bytes of another encoding",
            "send JSON as UTF-8; Latin-1 and Windows code pages must be converted",
        ),
    }
}

const COMPRESSED: (&str, &str) = (
    "a compressed body",
    "send the reply uncompressed, as it is asked for",
);

/// The place is that of the first character that is not as it was sent: where a body that is no UTF-8 is shown, U+FFFD
/// stands in it.
fn not_utf8((found, help): (&str, &str), body: &[u8], valid: usize) -> Problem {
    let start = u32::try_from(valid).unwrap_or(u32::MAX);
    let length = match body.get(valid) {
        Some(byte) if byte.is_ascii() => 1,
        _ => 3,
    };
    Problem {
        code: Code::ReplyNotUtf8,
        message: format!("the reply is not UTF-8: {found}"),
        pointer: String::new(),
        expected: "UTF-8".to_owned(),
        found: found.to_owned(),
        help: Some(help.to_owned()),
        span: Span::new(start, start.saturating_add(length)),
    }
}

/// A page or document where JSON should be, told by its first character.
fn markup(text: &str, mask: &Mask<'_>) -> Option<Problem> {
    let page = text.trim_start_matches('\u{feff}').trim_start();
    if !page.starts_with('<') {
        return None;
    }
    let lower = page.to_ascii_lowercase();
    let (found, help) = if lower.starts_with("<?xml") {
        ("XML".to_owned(), "send JSON: `{\"success\": true, \"data\": …}`")
    } else if lower.starts_with("<?php") {
        (
            "PHP source".to_owned(),
            "let the server run the script rather than send it",
        )
    } else if [
        "<b>warning</b>",
        "<b>notice</b>",
        "<b>deprecated</b>",
        "<b>fatal error</b>",
        "<b>parse error</b>",
    ]
    .iter()
    .any(|notice| lower.contains(notice))
    {
        (
            "a message of PHP".to_owned(),
            "mend what it says, and switch `display_errors` off so that none is printed into a reply",
        )
    } else {
        (
            title(page, &lower, mask).map_or_else(
                || "an HTML page".to_owned(),
                |title| format!("an HTML page, `{title}`"),
            ),
            "send JSON; pages come from a wrong path, a login or an error of the server",
        )
    };
    let start = u32::try_from(text.len() - page.len()).unwrap_or(u32::MAX);
    let line = u32::try_from(page.lines().next().map_or(0, str::len)).unwrap_or(u32::MAX);
    Some(Problem {
        code: Code::ReplyNotJson,
        message: format!("the reply is not JSON: {found}"),
        pointer: String::new(),
        expected: "JSON".to_owned(),
        found,
        help: Some(help.to_owned()),
        span: Span::new(start, start.saturating_add(line)),
    })
}

/// What stands in `<title>`; `lower` is the page in lower case, byte for byte.
fn title(page: &str, lower: &str, mask: &Mask<'_>) -> Option<String> {
    let start = lower.find("<title>")? + "<title>".len();
    let length = lower.get(start..)?.find("</title>")?;
    let title = page.get(start..start + length)?.trim();
    (!title.is_empty()).then(|| shortened(mask, title))
}
