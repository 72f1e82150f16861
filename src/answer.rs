//! What a customer says, as a value: the one place where answers are read.

use crate::contract::{check_web_url, normalize_phone};
use crate::digits::{with_ascii_digits, with_ascii_signs};
use crate::input::InputKind;
use crate::name::canonical;
use crate::plain::{is_blank, is_ignorable};
use crate::program::code::{Accept, PatternPart};
use crate::value::{Number, OneOf, Type, Value, is_date};

/// No number, date or yes or no is written with more bytes.
const LONGEST: usize = 512;

/// Converts a text to a type; `None` where it does not fit.
pub(crate) fn convert(text: &str, ty: &Type) -> Option<Value> {
    let text = text.trim();
    match ty {
        Type::Text | Type::Any => Some(text.into()),
        Type::OneOf(options) => one_of(text, options),
        _ if text.len() > LONGEST => None,
        Type::Number => number(text).map(Value::Number),
        Type::YesNo => yes_no(text).map(Value::YesNo),
        Type::Date => date(text).map(Value::Text),
    }
}

/// The value of an answer; `None` for a wrong one.
pub(crate) fn read(input: &InputKind, accept: &Accept) -> Option<Value> {
    match (accept, input) {
        (_, InputKind::Text(text)) => read_text(text, accept),
        (Accept::Image, InputKind::Image(url)) => Some(url.as_str().into()),
        (Accept::File, _) => input.url().map(Value::from),
        (Accept::Location, InputKind::Location { latitude, longitude }) => location(*latitude, *longitude),
        _ => None,
    }
}

fn read_text(text: &str, accept: &Accept) -> Option<Value> {
    let text = text.trim();
    // Nobody would see that something was answered.
    if is_blank(text) {
        return None;
    }
    let seen;
    let text = match accept {
        Accept::Text | Accept::Regex(_) => text,
        // Within an address joiners are letters of words.
        Accept::Url => text.trim_matches(|letter| is_ignorable(letter) || letter.is_whitespace()),
        _ => {
            seen = what_is_seen(text);
            seen.trim()
        }
    };
    match accept {
        Accept::Text => Some(text.into()),
        Accept::Email => is_email(text).then(|| text.into()),
        Accept::Phone => normalize_phone(text).map(Value::Text),
        Accept::Number(range) => {
            let number = number(text)?;
            let fits = range.is_none_or(|(least, most)| least <= number && number <= most);
            fits.then_some(Value::Number(number))
        }
        Accept::Date => date(text).map(Value::Text),
        Accept::Url => check_web_url(text).is_ok().then(|| text.into()),
        Accept::YesNo => yes_no(text).map(Value::YesNo),
        Accept::OneOf(options) => one_of(text, options),
        Accept::Pattern(pattern) => match_pattern(&code_typed(text), pattern),
        Accept::Regex(regex) => {
            // `\d` knows the digits of any script by itself: what a server reads comes first.
            let ascii = with_ascii_digits(text);
            match regex.is_match(&ascii) {
                true => Some(Value::Text(ascii)),
                false => regex.is_match(text).then(|| text.into()),
            }
        }
        Accept::Image | Accept::File | Accept::Location => None,
    }
}

/// A text without what shows nothing: keyboards, pages and lists of contacts put marks of direction around what is
/// copied from them.
fn what_is_seen(text: &str) -> String {
    text.replace(is_ignorable, "")
}

/// A code, as a pattern has it and as a customer types it: one form for what looks the same, and the digits 0 to 9.
pub(crate) fn code_typed(text: &str) -> String {
    with_ascii_digits(canonical(&what_is_seen(text)).trim())
}

/// `2450`, `2,450`, `-2.5`, `৭`: a comma only where it groups digits.
fn number(text: &str) -> Option<Number> {
    let ascii = with_ascii_signs(text);
    let (whole, fraction) = match ascii.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (ascii.as_str(), None),
    };
    let (sign, digits) = match whole.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", whole.strip_prefix('+').unwrap_or(whole)),
    };
    if fraction.is_some_and(|fraction| !is_digits(fraction)) {
        return None;
    }
    let digits = ungrouped(digits)?;
    match fraction {
        None => match format!("{sign}{digits}").parse::<i64>() {
            Ok(whole) => Some(whole.into()),
            Err(_) => Number::from_f64(format!("{sign}{digits}").parse().ok()?),
        },
        Some(fraction) => Number::from_f64(format!("{sign}{digits}.{fraction}").parse().ok()?),
    }
}

/// Digits without the commas that group them: `1,234,567` as well as `12,34,567`.
fn ungrouped(digits: &str) -> Option<String> {
    let mut groups = digits.split(',');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let is_grouped = match rest.split_last() {
        None => true,
        Some((last, middle)) => {
            // `0,500` is half of something where a comma begins the fraction.
            let begins = first.len() <= 3 && !first.starts_with('0');
            begins && last.len() == 3 && middle.iter().all(|group| matches!(group.len(), 2 | 3))
        }
    };
    (is_grouped && is_digits(first) && rest.iter().all(|group| is_digits(group)))
        .then(|| digits.replace(',', ""))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn yes_no(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "yes" | "y" | "true" | "ok" | "okay" => Some(true),
        "no" | "n" | "false" => Some(false),
        _ => None,
    }
}

/// `2026-11-20`, and day first `20.11.2026`, `20/11/2026`, `20-11-2026`; saved as `2026-11-20`.
pub(crate) fn date(text: &str) -> Option<String> {
    let ascii = with_ascii_signs(text);
    let parts: Vec<&str> = ascii.split(['-', '.', '/']).map(str::trim).collect();
    let [first, month, last] = parts.as_slice() else {
        return None;
    };
    let (year, day) = if first.len() == 4 {
        (first, last)
    } else {
        (last, first)
    };
    let date = format!("{year}-{month:0>2}-{day:0>2}");
    is_date(&date).then_some(date)
}

/// The option that was meant, in its own spelling; compared as titles are.
fn one_of(text: &str, options: &OneOf) -> Option<Value> {
    options.meant(text).map(Value::from)
}

/// One `@` with something before it and a domain with a dot behind it. Whether it exists shows
/// when something is sent there; a stricter check would refuse real addresses.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let labels_fit = domain
        .split('.')
        .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    !local.is_empty()
        && !local.contains('@')
        && domain.contains('.')
        && labels_fit
        && !text
            .chars()
            .any(|char| char.is_whitespace() || char.is_control() || "<>(),;:\"[]\\".contains(char))
}

fn match_pattern(text: &str, pattern: &[PatternPart]) -> Option<Value> {
    let mut answer = String::with_capacity(text.len());
    let mut chars = text.chars();
    for part in pattern {
        let char = chars.next()?;
        match part {
            PatternPart::Letter if char.is_ascii_alphabetic() => answer.push(char),
            PatternPart::Digit if char.is_ascii_digit() => answer.push(char),
            PatternPart::Char(wanted) if *wanted == char => answer.push(char),
            PatternPart::Letter | PatternPart::Digit | PatternPart::Char(_) => return None,
        }
    }
    chars.next().is_none().then_some(Value::Text(answer))
}

fn location(latitude: f64, longitude: f64) -> Option<Value> {
    let is_on_earth = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
    is_on_earth.then(|| Value::Text(format!("{latitude},{longitude}")))
}

#[cfg(test)]
mod tests {
    use super::{convert, date, is_email, location, number, read_text};
    use crate::program::code::Accept;
    use crate::value::{Type, Value};

    #[test]
    fn numbers_as_customers_write_them() {
        let read = |text: &str| number(text).map(|number| number.to_string());
        assert_eq!(read("2,450").as_deref(), Some("2450"));
        assert_eq!(read("12,34,567").as_deref(), Some("1234567"));
        assert_eq!(read("৭.৫").as_deref(), Some("7.5"));
        assert_eq!(read("-3").as_deref(), Some("-3"));
        assert_eq!(read("\u{2212}3").as_deref(), Some("-3"));
        assert_eq!(read("－３").as_deref(), Some("-3"));
        assert_eq!(read("＋１，２３４．５").as_deref(), Some("1234.5"));
        assert_eq!(read("١٬٢٣٤٫٥").as_deref(), Some("1234.5"));
        assert_eq!(read("9007199254740993").as_deref(), Some("9007199254740993"));
        for wrong in [
            "", "2,5", "1,23", "0,500", "00,500", "1.", ".5", "1e3", "two", "--1", "1 2", "inf",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn no_number_is_as_long_as_a_page() {
        let long = |digits| convert(&format!("0.{}", "3".repeat(digits)), &Type::Number);
        assert_eq!(
            long(510).and_then(|value| Some(value.as_number()?.as_f64())),
            Some(1.0 / 3.0)
        );
        assert_eq!(long(511), None);
    }

    #[test]
    fn dates_as_customers_write_them() {
        assert_eq!(date("20/11/2026").as_deref(), Some("2026-11-20"));
        assert_eq!(date("২০২৬-১১-২০").as_deref(), Some("2026-11-20"));
        assert_eq!(date("２０／１１／２０２６").as_deref(), Some("2026-11-20"));
        assert_eq!(date("1.2.2026").as_deref(), Some("2026-02-01"));
        for wrong in [
            "2026-02-30",
            "11/2026",
            "20.11.26",
            "a.b.2026",
            "020.11.2026",
            "20.011.2026",
            "2026-11-+1",
            "20 1.1.2026",
            "1.1.20260",
        ] {
            assert_eq!(date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_regex_matches_digits_as_0_to_9_or_as_they_were_typed() {
        let read = |regex: &str, text: &str| {
            let accept = Accept::Regex(regex::Regex::new(regex).unwrap());
            read_text(text, &accept)
        };
        assert_eq!(read("^[0-9]{2}$", "৪২"), Some(Value::from("42")));
        assert_eq!(read("^\\d{2}$", "৪২"), Some(Value::from("42")));
        assert_eq!(read("^[০-৯]{2}$", "৪২"), Some(Value::from("৪২")));
        assert_eq!(read("^[a-z]{2}$", "৪২"), None);
    }

    #[test]
    fn what_nobody_sees_is_no_answer() {
        for blank in ["", " \n", "\u{200b}", " \u{2060}\u{200b} ", "\u{7}"] {
            assert_eq!(read_text(blank, &Accept::Text), None, "{blank:?}");
        }
        assert_eq!(
            read_text(" \u{200b}x ", &Accept::Text),
            Some(Value::from("\u{200b}x"))
        );
    }

    #[test]
    fn what_shows_nothing_belongs_to_no_answer() {
        for (accept, answer, value) in [
            (Accept::Number(None), "\u{200f}١٢", Value::from(12)),
            (
                Accept::Phone,
                "\u{202a}+880 1700-000000\u{202c}",
                "+8801700000000".into(),
            ),
            (
                Accept::Email,
                "\u{200e}asha@mail.exam\u{ad}ple \u{feff}",
                "asha@mail.example".into(),
            ),
            (
                Accept::Url,
                "\u{200b} https://shop.example/می\u{200c}روم\u{200b}",
                "https://shop.example/می\u{200c}روم".into(),
            ),
            (Accept::Date, "\u{2067}20/11/2026\u{2069}", "2026-11-20".into()),
            (Accept::YesNo, "yes\u{200b}", true.into()),
            (Accept::Text, "x\u{200b}", "x\u{200b}".into()),
        ] {
            assert_eq!(read_text(answer, &accept), Some(value), "{accept:?}");
        }
    }

    #[test]
    fn a_place_on_earth() {
        assert_eq!(location(23.5, 90.25), Some(Value::from("23.5,90.25")));
        for (latitude, longitude) in [(90.5, 0.0), (0.0, -180.5), (f64::NAN, 0.0)] {
            assert_eq!(location(latitude, longitude), None, "{latitude},{longitude}");
        }
    }

    #[test]
    fn addresses_that_mail_could_reach() {
        assert!(is_email("asha+shop@mail.example"));
        for wrong in ["asha", "@b.c", "a@b", "a b@c.de", "a@b@c.de", "a@.de", "a@-b.de"] {
            assert!(!is_email(wrong), "{wrong}");
        }
    }
}
