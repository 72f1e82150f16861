//! JSON text with other blanks between its tokens, and every token as it was.

use std::borrow::Cow;

/// On one line: a blank behind each comma and colon.
pub(super) fn compact(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    each_token(json, |token| match token {
        "," => text.push_str(", "),
        ":" => text.push_str(": "),
        token => text.push_str(token),
    });
    text
}

/// On lines: one for each entry of a list or object. An empty one stays closed.
pub(super) fn lines(json: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut depth = 0_usize;
    let mut has_opened = false;
    each_token(json, |token| {
        let is_close = matches!(token, "]" | "}");
        if is_close {
            depth = depth.saturating_sub(1);
        }
        if has_opened != is_close {
            // The first entry, or the end of a list that has some.
            lines.push("  ".repeat(depth));
        }
        has_opened = matches!(token, "[" | "{");
        depth += usize::from(has_opened);
        let Some(line) = lines.last_mut() else { return };
        line.push_str(token);
        match token {
            "," => lines.push("  ".repeat(depth)),
            ":" => line.push(' '),
            _ => {}
        }
    });
    lines
}

/// The text itself, with other numbers where there are others for them.
pub(crate) fn with_numbers<'n>(json: &str, other: impl Fn(&str) -> Option<&'n str>) -> String {
    let mut text = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(first) = rest.chars().next() {
        let is_number = first == '-' || first.is_ascii_digit();
        let length = match first {
            '"' => string_bytes(rest),
            _ if is_number => {
                let is_end = |letter: char| letter.is_whitespace() || ",]}".contains(letter);
                rest.find(is_end).unwrap_or(rest.len())
            }
            letter => letter.len_utf8(),
        };
        let (token, behind) = rest.split_at_checked(length).unwrap_or((rest, ""));
        text.push_str(
            Some(token)
                .filter(|_| is_number)
                .and_then(&other)
                .unwrap_or(token),
        );
        rest = behind;
    }
    text
}

/// Gives each token in turn. A backtick, which can stand in a string only, is given by its number: a reply in a
/// test stands between backticks. So is a control character, which no flow has.
fn each_token(json: &str, mut give: impl FnMut(&str)) {
    let mut rest = json.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => string_bytes(rest),
            ',' | ':' | '[' | ']' | '{' | '}' => 1,
            _ => {
                let is_end = |letter: char| letter.is_whitespace() || ",:[]{}\"".contains(letter);
                rest.find(is_end).unwrap_or(rest.len())
            }
        };
        let (token, behind) = rest.split_at_checked(length.max(1)).unwrap_or((rest, ""));
        give(&escaped(token));
        rest = behind.trim_start();
    }
}

fn escaped(token: &str) -> Cow<'_, str> {
    let is_odd = |letter: char| letter == '`' || letter.is_control();
    if !token.contains(is_odd) {
        return Cow::Borrowed(token);
    }
    let mut text = String::with_capacity(token.len());
    for letter in token.chars() {
        match is_odd(letter) {
            true => text.push_str(&format!("\\u{:04x}", u32::from(letter))),
            false => text.push(letter),
        }
    }
    Cow::Owned(text)
}

/// The length of the string that a text begins with, its quotes included.
fn string_bytes(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::{compact, lines};

    #[test]
    fn tokens_stay_as_they_are() {
        let json = "{\"a\" :\n[1.0,2e3 , {} ,[ ] ],\"b\":\"x, `y\\\" {\",\"c\":{\"d\":null}}";
        let written = compact(json);
        assert_eq!(
            written,
            r#"{"a": [1.0, 2e3, {}, []], "b": "x, \u0060y\" {", "c": {"d": null}}"#
        );
        let expected = r#"{
  "a": [
    1.0,
    2e3,
    {},
    []
  ],
  "b": "x, \u0060y\" {",
  "c": {
    "d": null
  }
}"#;
        assert_eq!(lines(json).join("\n"), expected);
    }
}
