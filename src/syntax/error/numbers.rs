//! Numbers and durations as other languages write them: `1,5`, `1.000,50`, `.5`, `1.5h`.

use super::Line;
use super::values::signed_name;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Source, Span};

/// `set n = 1,5`, `if n > 1.000,50`
pub(super) fn with_commas(line: Line<'_>) -> Option<Diagnostic> {
    let from = match line.word() {
        "if" | "else" => 0,
        "set" | "attribute" | "header" | "param" | "field" => line.text.find('=')?,
        "" | "button" => line.text.find(" if ")?,
        _ => return None,
    };
    let is_part = |letter: char| letter.is_ascii_digit() || matches!(letter, '.' | ',');
    let mut before = ' ';
    for (at, letter) in line.outside_of_texts() {
        let is_start = letter.is_ascii_digit() && !super::habits::is_word(before) && !is_part(before);
        before = letter;
        let Some(rest) = line.text.get(at..).filter(|_| is_start && at >= from) else {
            continue;
        };
        let number = rest
            .find(|letter| !is_part(letter))
            .map_or(rest, |end| rest.get(..end).unwrap_or(rest));
        let number = number.trim_end_matches(['.', ',']);
        if !number.contains(',') {
            continue;
        }
        let span = line.part(at, number.len());
        let found = Diagnostic::new(
            Code::BadNumber,
            line.source,
            span,
            format!("`{number}` is not a number"),
        );
        return match meant(number)?.as_slice() {
            [better] => Some(
                found
                    .with_help(match better.contains('.') {
                        true => format!("a number is written with a point: `{better}`"),
                        false => format!("no sign stands between thousands: `{better}`"),
                    })
                    .suggested_fix(format!("replace with `{better}`"), vec![(span, better.clone())]),
            ),
            [small, large, ..] => Some(found.with_help(format!(
                "a number is written with a point, and without a sign between thousands: `{small}` or `{large}`"
            ))),
            [] => None,
        };
    }
    None
}

/// What a number with commas may be: its last sign is a point, or all of them stand between thousands.
fn meant(number: &str) -> Option<Vec<String>> {
    let last = number.rfind(['.', ','])?;
    let (whole, part) = (number.get(..last)?, number.get(last + 1..)?);
    let is_groups = |text: &str| {
        let mut groups = text.split(['.', ',']);
        groups.next().is_some_and(|first| (1..=3).contains(&first.len()))
            && groups.all(|group| group.len() == 3)
    };
    let digits = |text: &str| text.replace(['.', ','], "");
    let sign = number.get(last..=last)?;
    let has_groups = whole.contains(['.', ',']);
    // `1.000,50` has one sign between thousands, and the other before what is less than one.
    let is_decimal = !part.is_empty() && !whole.contains(sign) && (!has_groups || is_groups(whole));
    let is_thousands = is_groups(number) && !(has_groups && is_decimal);
    let decimal = is_decimal.then(|| format!("{}.{part}", digits(whole)));
    let thousands = is_thousands.then(|| digits(number));
    Some(decimal.into_iter().chain(thousands).collect())
}

/// What stands in the place of a value, at the byte `at` of a line: `.5`, `$n`, `<<stock>>`, nothing.
pub(super) fn no_value(line: Line<'_>, at: u32, found: &Diagnostic) -> Option<Diagnostic> {
    let rest = line.text.get(at as usize..).unwrap_or_default();
    let found = || found.clone();
    if rest.is_empty() {
        return Some(
            found().with_help("a value is missing: a name, a number, `yes`, `no` or a text in quotes"),
        );
    }
    let is_fraction = rest
        .strip_prefix('.')
        .is_some_and(|digits| digits.starts_with(|letter: char| letter.is_ascii_digit()));
    if is_fraction {
        let number = rest
            .split(|letter: char| !(letter.is_ascii_digit() || letter == '.'))
            .next();
        let number = number.unwrap_or_default();
        let place = Span::at(line.span.start + at);
        return Some(
            found()
                .with_help(format!("a digit stands before the point: `0{number}`"))
                .suggested_fix("insert `0`", vec![(place, "0".to_owned())]),
        );
    }
    if let Some((sign, name)) = signed_name(line, at) {
        return Some(
            found()
                .with_help(format!("a name stands by itself: `{name}`"))
                .suggested_fix(
                    format!("remove `{}`", line.source.slice(sign)),
                    vec![(sign, String::new())],
                ),
        );
    }
    if rest.starts_with("<<") {
        return Some(found().with_help(
            "what an endpoint replies is no value: let the api set an attribute with `sets NAME`, and use that",
        ));
    }
    None
}

/// `1.5h`, and `1,5h`, which is read as far as its comma: the duration in a smaller unit.
pub(in crate::syntax) fn fraction(source: &Source, span: Span) -> Option<Diagnostic> {
    let rest = source.slice(Span::new(span.start, source.span().end));
    let digits = rest.find(|letter: char| !letter.is_ascii_digit())?;
    let (whole, behind) = rest.split_at_checked(digits)?;
    let behind = behind.strip_prefix(['.', ','])?;
    let end = behind.find(|letter: char| !letter.is_ascii_digit())?;
    let (part, unit) = behind.split_at_checked(end)?;
    let (unit, smaller, times) = match super::first_word(unit) {
        "s" => ("s", "s", 1),
        "m" => ("m", "s", 60),
        "h" => ("h", "m", 60),
        "d" => ("d", "h", 24),
        _ => return None,
    };
    // More digits than these are no slip.
    if whole.is_empty() || part.is_empty() || whole.len() > 6 || part.len() > 6 {
        return None;
    }
    let scale = 10_u64.checked_pow(u32::try_from(part.len()).ok()?)?;
    let value = (whole.parse::<u64>().ok()? * scale + part.parse::<u64>().ok()?) * times;
    let span = Span::new(
        span.start,
        span.start + super::len(whole) + 1 + super::len(part) + super::len(unit),
    );
    let found = Diagnostic::new(
        Code::BadNumber,
        source,
        span,
        format!("`{}` is not a duration", source.slice(span)),
    );
    if value.checked_rem(scale) != Some(0) {
        let whole = value / scale.max(1);
        return Some(found.with_help(format!(
            "a duration is a whole number: `{whole}{smaller}` or `{}{smaller}`",
            whole + 1
        )));
    }
    let better = format!("{}{smaller}", value / scale.max(1));
    Some(
        found
            .with_help(format!("a duration is a whole number: `{better}`"))
            .suggested_fix(format!("replace with `{better}`"), vec![(span, better)]),
    )
}
