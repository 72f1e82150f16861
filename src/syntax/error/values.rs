//! What stands in the place of a name, a number, a duration or a list, in a form that these have elsewhere.

use super::clauses::is_name;
use super::habits::quote;
use super::{Line, first_word, opens_block, shorten, text_at};
use crate::diagnostics::Diagnostic;
use crate::source::Span;
use crate::syntax::text::is_blank;
use crate::syntax::tokens;

/// What `line` has in the place of a value, where that is known.
pub(super) fn form(line: Line<'_>) -> Option<Diagnostic> {
    match line.word() {
        "wait" => quoted(line, |inside| tokens::duration(inside).is_some(), "a duration"),
        "call" | "do" => quoted(line, is_name, "a name"),
        "retry" => times(line),
        "attribute" | "accept" => list(line),
        "on" => words_in_brackets(line),
        "if" | "else" => no_condition(line),
        _ => None,
    }
}

/// `wait "2s"`, `call "picks"`
fn quoted(line: Line<'_>, is_value: impl Fn(&str) -> bool, what: &str) -> Option<Diagnostic> {
    let text = text_at(line.rest())?;
    let inside = text.trim_matches(['"', '“', '”']);
    if text.len() != line.rest().len() || !is_value(inside) {
        return None;
    }
    let word = line.word();
    let span = line.part(line.text.len() - text.len(), text.len());
    Some(
        line.malformed(span, format!("expected {what} after `{word}`, found a text"))
            .with_help(format!("{what} stands without quotes: `{word} {inside}`"))
            .suggested_fix("remove the quotes", vec![(span, inside.to_owned())]),
    )
}

/// `retry 2 times "…"`, `retry twice "…"`
fn times(line: Line<'_>) -> Option<Diagnostic> {
    let at = line.rest().find(['"', '“'])?;
    let (before, text) = line.rest().split_at_checked(at)?;
    let before = before.trim_end_matches(is_blank);
    let count = match before.split_once(is_blank) {
        Some((count, "times" | "time" | "x")) => count,
        Some(_) => return None,
        None => match before {
            "once" => "1",
            "twice" => "2",
            "thrice" => "3",
            _ => before.strip_suffix('x')?,
        },
    };
    if count.is_empty() || !count.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let span = line.part(line.text.len() - line.rest().len(), before.len());
    Some(
        line.malformed(span, format!("`{before}` is not how often"))
            .with_help(format!(
                "write the number alone: `retry {count} {}`",
                shorten(text)
            ))
            .suggested_fix(format!("replace with `{count}`"), vec![(span, count.to_owned())]),
    )
}

/// `one of S, M`, `one of: "S"`
fn list(line: Line<'_>) -> Option<Diagnostic> {
    let (before, behind) = line.text.split_once("one of")?;
    if before.contains(['"', '“']) || !before.ends_with([' ', ':']) {
        return None;
    }
    let list = behind.trim_start_matches(is_blank);
    if let Some(texts) = list.strip_prefix(':') {
        let span = line.part(before.len() + "one of".len(), 0);
        let gap = line.part(line.text.len() - list.len(), 1);
        return Some(
            line.malformed(gap, "unexpected `:` after `one of`".to_owned())
                .with_help(format!(
                    "remove it: `one of {}`",
                    shorten(texts.trim_start_matches(is_blank))
                ))
                .suggested_fix("remove `:`", vec![(span.to(gap), String::new())]),
        );
    }
    let names: Vec<&str> = list.split(',').map(|name| name.trim_matches(is_blank)).collect();
    let is_plain = |name: &&str| !name.is_empty() && !name.contains(['"', '“', '”', '(', '[', '\\', '=']);
    if behind.len() == list.len() || !names.iter().all(is_plain) {
        return None;
    }
    let span = line.part(line.text.len() - list.len(), list.len());
    let texts: Vec<String> = names.into_iter().map(quote).collect();
    let texts = texts.join(", ");
    Some(
        line.malformed(span, "expected a quoted text after `of`".to_owned())
            .with_help(format!(
                "put each of them in quotes: `one of {}`",
                shorten(&texts)
            ))
            .suggested_fix("put them in quotes", vec![(span, texts)]),
    )
}

/// `on words ["a", "b"]`
fn words_in_brackets(line: Line<'_>) -> Option<Diagnostic> {
    let rest = line.rest();
    let word = first_word(rest);
    let list = rest.get(word.len()..)?.trim_matches(is_blank);
    let inside = [('[', ']'), ('(', ')')]
        .into_iter()
        .find_map(|(open, close)| list.strip_prefix(open)?.strip_suffix(close))?;
    if !matches!(word, "words" | "intent") || !inside.trim_start_matches(is_blank).starts_with(['"', '“']) {
        return None;
    }
    let open = line.part(line.text.trim_end_matches(is_blank).len() - list.len(), 1);
    let close = Span::new(open.start + super::len(list) - 1, open.start + super::len(list));
    Some(
        line.malformed(
            open,
            format!("unexpected `{}` after `{word}`", line.source.slice(open)),
        )
        .with_help(format!("remove the brackets: `on {word} {}`", shorten(inside)))
        .suggested_fix(
            "remove the brackets",
            vec![(open, String::new()), (close, String::new())],
        ),
    )
}

/// `else if {`
fn no_condition(line: Line<'_>) -> Option<Diagnostic> {
    let is_bare = match line.word() {
        "if" => line.rest().is_empty(),
        _ => line.rest() == "if",
    };
    (is_bare && opens_block(line.source, line.span.end)).then(|| {
        let found = line.malformed(line.span, "expected a condition after `if`".to_owned());
        match line.word() {
            "else" => found.with_help("write when: `else if … {`; without a condition it is `else {`"),
            _ => found.with_help("write when: `if … {`"),
        }
    })
}

/// `-> @menu`, `save $city`: a name with a sign of another language before it. `at` is where it stands.
pub(super) fn signed_name(line: Line<'_>, at: u32) -> Option<(Span, String)> {
    let rest = line.text.get(at as usize..)?;
    let sign = ["$", "@", "%", "#", "&"]
        .into_iter()
        .find(|sign| rest.starts_with(sign))?;
    let name = first_word(rest.get(sign.len()..)?);
    is_name(name).then(|| (line.part(at as usize, sign.len()), name.to_owned()))
}

/// What is said of an option whose arrow leads nowhere.
pub(super) fn no_target(line: Line<'_>) -> &'static str {
    if opens_block(line.source, line.span.end) {
        "an option opens no block: put its lines into a sequence of their own, and lead to it with `-> NAME`"
    } else {
        "say where it leads: `-> NAME`, `-> url \"…\"` or `-> phone \"…\"`"
    }
}
