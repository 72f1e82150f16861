//! Phone numbers, as E.164 writes them and as people do.

use crate::digits::digit;

/// What stands between the digits where people write numbers for people, and word processors bend dashes.
const SEPARATORS: [char; 10] = [' ', '\u{a0}', '\u{202f}', '\t', '-', '.', '(', ')', '[', ']'];

/// From the hyphen to the em dash, and the sign of a minus.
fn is_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2014}' | '\u{2212}')
}

/// The fewest digits, for short codes; the most, E.164's own limit.
const DIGITS: std::ops::RangeInclusive<usize> = 3..=15;

/// A number that can be dialled: an optional `+` and 3 to 15 digits, in ASCII; `None` where the
/// text is none. Blanks, dots, dashes, brackets and a leading `tel:` (RFC 3966) are dropped.
pub(crate) fn normalize_phone(text: &str) -> Option<String> {
    let text = text.trim();
    let number = match text.get(..4) {
        Some(scheme) if scheme.eq_ignore_ascii_case("tel:") => text.get(4..).unwrap_or_default(),
        _ => text,
    };
    let mut dialled = String::with_capacity(number.len());
    for c in number.chars() {
        match digit(c) {
            Some(value) => dialled.extend(char::from_digit(value.into(), 10)),
            None if c == '+' && dialled.is_empty() => dialled.push('+'),
            None if SEPARATORS.contains(&c) || is_dash(c) => {}
            None => return None,
        }
    }
    let digits = dialled.trim_start_matches('+').len();
    DIGITS.contains(&digits).then_some(dialled)
}

#[cfg(test)]
mod tests {
    use super::normalize_phone;

    #[test]
    fn numbers_as_people_write_them() {
        let normal = |text| normalize_phone(text);
        assert_eq!(normal("+880 1700-000.000").as_deref(), Some("+8801700000000"));
        assert_eq!(normal("(02) 955 01 01").as_deref(), Some("029550101"));
        assert_eq!(normal("[02] 955 0101").as_deref(), Some("029550101"));
        assert_eq!(normal("+880–1700‑000000").as_deref(), Some("+8801700000000"));
        assert_eq!(normal("tel:+1-201-555-0123").as_deref(), Some("+12015550123"));
        assert_eq!(normal("০১৭০০০০০০০০").as_deref(), Some("01700000000"));
        assert_eq!(normal("999").as_deref(), Some("999"));
    }

    #[test]
    fn texts_that_are_no_numbers() {
        for text in [
            "",
            "12",
            "+",
            "1234567890123456",
            "call us",
            "12+34",
            "++12345",
            "123;ext=4",
        ] {
            assert_eq!(normalize_phone(text), None, "{text:?}");
        }
    }
}
