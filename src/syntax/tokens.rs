//! Names, numbers and the closed lists of words: what one word alone can be wrong about.

use std::time::Duration;

use super::error::{first_word, shorten};
use super::text::is_blank;
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::source::{Source, Span};

/// What other languages call the types, and what they are here.
const FOREIGN_TYPES: [(&str, &str); 19] = [
    ("string", "text"),
    ("str", "text"),
    ("int", "number"),
    ("integer", "number"),
    ("float", "number"),
    ("decimal", "number"),
    ("bool", "yes/no"),
    ("boolean", "yes/no"),
    ("yesno", "yes/no"),
    ("datetime", "date"),
    ("tel", "phone"),
    ("tel", "text"),
    ("phone", "text"),
    ("photo", "image"),
    ("picture", "image"),
    ("mail", "email"),
    ("mail", "text"),
    ("email", "text"),
    ("url", "text"),
];

/// What other tools call the triggers, and what they are here.
const FOREIGN_TRIGGERS: [(&str, &str); 10] = [
    ("begin", "start"),
    ("welcome", "start"),
    ("keyword", "words"),
    ("keywords", "words"),
    ("message", "words"),
    ("text", "words"),
    ("fallback", "unmatched"),
    ("default", "unmatched"),
    ("else", "unmatched"),
    ("error", "api failure"),
];

/// Whether a type begins with this word, here or elsewhere.
pub(super) fn type_word(word: &str) -> bool {
    matches!(word, "text" | "number" | "yes" | "date" | "one" | "any")
        || FOREIGN_TYPES.iter().any(|(foreign, _)| *foreign == word)
}

/// `5s`, `10m`, `1h`, `1d`
pub(super) fn duration(written: &str) -> Option<Duration> {
    let digits = written.get(..written.len().checked_sub(1)?)?;
    let seconds = match written.get(digits.len()..)? {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return None,
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits
        .parse::<u64>()
        .ok()?
        .checked_mul(seconds)
        .map(Duration::from_secs)
}

pub(super) fn reserved_name(source: &Source, span: Span) -> Diagnostic {
    let word = source.slice(span);
    Diagnostic::new(
        Code::ReservedName,
        source,
        span,
        format!("`{word}` cannot be a name"),
    )
    .primary("a word of the language")
    .with_help(format!("choose another name, such as `{word}_`"))
    .suggested_fix(
        format!("replace with `{word}_`"),
        vec![(Span::at(span.end), "_".to_owned())],
    )
}

/// `-> end`, `goto call`
pub(super) fn no_target(source: &Source, span: Span) -> Diagnostic {
    let word = source.slice(span);
    let help = match word {
        "end" => "`end` is a line of its own: lead to a sequence that has it, as in `sequence bye { end }`"
            .to_owned(),
        _ => format!("`{word}` is a word of the language; write the name of a sequence"),
    };
    Diagnostic::new(
        Code::ReservedName,
        source,
        span,
        format!("no sequence can be called `{word}`"),
    )
    .with_help(help)
}

/// `bool = true`
pub(super) fn flag(source: &Source, ty: Span, default: Span) -> Option<Diagnostic> {
    let ours = match source.slice(default) {
        "true" | "True" | "TRUE" => "yes",
        "false" | "False" | "FALSE" => "no",
        _ => return None,
    };
    let word = source.slice(ty);
    let is_flag = matches!(word.to_lowercase().as_str(), "bool" | "boolean" | "yesno");
    is_flag.then(|| {
        Diagnostic::new(Code::Malformed, source, ty, format!("unknown type `{word}`"))
            .with_help(format!("did you mean `yes/no = {ours}`?"))
            .suggested_fix(
                format!("replace with `yes/no = {ours}`"),
                vec![(ty, "yes/no".to_owned()), (default, ours.to_owned())],
            )
    })
}

/// The one of a closed list that a word is, or that it is called here.
pub(super) fn ours(word: &str, choices: &[&'static str]) -> Option<&'static str> {
    let lower = word.to_lowercase();
    let known = choices.iter().find(|choice| **choice == lower);
    let called = || {
        let mut called = FOREIGN_TYPES.iter().chain(&FOREIGN_TRIGGERS);
        called.find(|(foreign, ours)| *foreign == lower && choices.contains(ours))
    };
    known.or_else(|| Some(&called()?.1)).copied()
}

/// A word that is none of a closed list.
pub(super) fn unknown_choice(
    source: &Source,
    span: Span,
    noun: &str,
    choices: &[&'static str],
) -> Diagnostic {
    let word = source.slice(span);
    let found = Diagnostic::new(Code::Malformed, source, span, format!("unknown {noun} `{word}`"));
    if let Some(ours) = ours(word, choices) {
        return found.did_you_mean(span, ours);
    }
    match nearest(word, choices.iter().copied()) {
        Some(near) => found.did_you_mean(span, near),
        None => found.with_help(format!("it is one of `{}`", choices.join("`, `"))),
    }
}

pub(super) fn second_id(source: &Source, span: Span) -> Diagnostic {
    let written = shorten(source.slice(span));
    Diagnostic::new(
        Code::Unexpected,
        source,
        span,
        format!("unexpected `{written}`: the sequence has its id"),
    )
    .with_help("a sequence has one `id`; former names stand behind `was`")
}

pub(super) fn bad_number(source: &Source, span: Span) -> Diagnostic {
    let written = source.slice(span);
    Diagnostic::new(
        Code::BadNumber,
        source,
        span,
        format!("`{written}` is not a number"),
    )
    .with_help("write it as `42` or `2.5`")
}

pub(super) fn bad_time(source: &Source, span: Span) -> Diagnostic {
    if let Some(found) = super::error::fraction(source, span) {
        return found;
    }
    let written = source.slice(span);
    let found = Diagnostic::new(
        Code::BadNumber,
        source,
        span,
        format!("`{written}` is not a duration"),
    );
    let digits = written.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    let number = if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        digits
    } else {
        ""
    };
    let unit = unit(source, span, number);
    let word = source.slice(unit).to_lowercase();
    let known = [("sec", "s"), ("min", "m"), ("hour", "h"), ("day", "d")];
    let is_meant = |(begin, letter): &&(&str, &str)| word.starts_with(begin) || word == *letter;
    match known.iter().find(is_meant) {
        Some((_, letter)) if !number.is_empty() => {
            let better = format!("{number}{letter}");
            found
                .with_help(format!("write it as `{better}`"))
                .suggested_fix(format!("replace with `{better}`"), vec![(span.to(unit), better)])
        }
        None if number == written && !number.is_empty() => found.with_help(format!(
            "say whether seconds, minutes, hours or days: `{number}s`, `{number}m`, `{number}h` or `{number}d`"
        )),
        _ => found.with_help("write it as `5s`, `10m`, `1h` or `1d`"),
    }
}

/// The unit of `10minutes`, glued to its number, or of `10 minutes`, behind it.
fn unit(source: &Source, span: Span, number: &str) -> Span {
    let start = span.start + super::parser::len(number);
    if start < span.end {
        return Span::new(start, span.end);
    }
    let behind = source.slice(Span::new(span.end, source.span().end));
    let word = behind.trim_start_matches(is_blank);
    let start = span.end + super::parser::len(behind) - super::parser::len(word);
    Span::new(start, start + super::parser::len(first_word(word)))
}

/// A duration in which nothing happens.
pub(super) fn no_time(source: &Source, span: Span) -> Diagnostic {
    let written = source.slice(span);
    Diagnostic::new(
        Code::BadNumber,
        source,
        span,
        format!("`{written}` is no time to wait"),
    )
    .with_help("write `1s` or more, or remove the line")
    .suggested_fix("replace with `1s`", vec![(span, "1s".to_owned())])
}

pub(super) fn bad_count(source: &Source, span: Span) -> Diagnostic {
    let written = source.slice(span);
    Diagnostic::new(
        Code::BadNumber,
        source,
        span,
        format!("`{written}` is not a number of times"),
    )
    .with_help("write a whole number, such as `2`; without one it is as often as needed")
}

/// `status 99`
pub(super) fn bad_status(source: &Source, span: Span) -> Diagnostic {
    let written = source.slice(span);
    Diagnostic::new(
        Code::BadNumber,
        source,
        span,
        format!("`{written}` is no HTTP status"),
    )
    .with_help("a status has three digits, from 100 to 999")
}

/// A reply between backticks without those at its end.
pub(super) fn unclosed_raw(source: &Source, span: Span, marks: &str) -> Diagnostic {
    let opening = Span::new(span.start, span.start + super::parser::len(marks));
    Diagnostic::new(Code::UnclosedText, source, opening, "this reply is never closed")
        .primary("opened here")
        .with_help("close it with the same backticks; in JSON, one within it is written `\\u0060`")
}

/// A sign or word of another language.
pub(super) fn foreign_word(source: &Source, span: Span, ours: &str) -> Diagnostic {
    let written = source.slice(span);
    Diagnostic::new(
        Code::Malformed,
        source,
        span,
        format!("there is no `{written}` in a flow"),
    )
    .with_help(format!("write `{ours}`"))
    .suggested_fix(format!("replace with `{ours}`"), vec![(span, ours.to_owned())])
}

/// `// allow unused_api: …`, a comment that was meant to silence a warning.
pub(super) fn short_allow(source: &Source, comment: Span) -> Option<Diagnostic> {
    let text = source.slice(comment);
    let inside = text.strip_prefix("//")?.trim_start_matches(super::text::is_blank);
    let rest = inside
        .strip_prefix("allow ")?
        .trim_start_matches(super::text::is_blank);
    let (written, _) = rest.split_once(':')?;
    let name = written.trim_end_matches(super::text::is_blank);
    let code = Code::ALL
        .iter()
        .find(|code| code.as_str().strip_prefix("check::") == Some(name))?;
    let start = comment.end - super::parser::len(rest);
    let span = Span::new(start, start + super::parser::len(name));
    let found = Diagnostic::new(
        Code::Malformed,
        source,
        span,
        format!("this comment does not silence `{}`", code.as_str()),
    );
    Some(
        found
            .with_help(format!("write the whole code: `// allow {}: …`", code.as_str()))
            .safe_fix("insert `check::`", vec![(Span::at(start), "check::".to_owned())]),
    )
}

pub(super) fn allow_without_reason(source: &Source, allow: Span, code: Span) -> Diagnostic {
    let written = source.slice(code);
    let found = |message: String| Diagnostic::new(Code::AllowWithoutReason, source, allow, message);
    let behind = source.slice(Span::new(code.end, allow.end));
    let Some(list) = behind.trim_start_matches(is_blank).strip_prefix(',') else {
        return found(format!("`allow {written}` gives no reason"))
            .with_help(format!("say why: `// allow {written}: …`"));
    };
    let several = found("an `allow` names one code".to_owned());
    let (others, reason) = list.split_once(": ").unwrap_or((list, ""));
    let others = others.split(',').map(|code| code.trim_matches(is_blank));
    let lines: Vec<String> = std::iter::once(written)
        .chain(others.filter(|code| !code.is_empty()))
        .map(|code| format!("// allow {code}: {reason}"))
        .collect();
    let several = several.with_help("write a line for each of them, with its reason");
    let before = source.slice(Span::new(0, allow.start));
    let margin = before.rsplit('\n').next().unwrap_or_default();
    if reason.is_empty() || !margin.chars().all(is_blank) {
        return several;
    }
    let lines = lines.join(&format!("\n{margin}"));
    several.suggested_fix("write a line for each", vec![(allow, lines)])
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::duration;

    #[test]
    fn durations_are_a_whole_number_and_a_unit() {
        assert_eq!(duration("5s"), Some(Duration::from_secs(5)));
        assert_eq!(duration("10m"), Some(Duration::from_secs(600)));
        assert_eq!(duration("1d"), Some(Duration::from_secs(86_400)));
        for written in ["", "5", "s", "5sec", "1.5s", "-5s", "99999999999999999999d"] {
            assert_eq!(duration(written), None, "{written}");
        }
    }
}
