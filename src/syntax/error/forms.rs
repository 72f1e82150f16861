//! The form that a line should have, where its words tell what its author meant to write.

use super::{Line, clauses, first_token, first_word, habits, questions, shorten, values};
use crate::diagnostics::{Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::placement::Place;
use crate::syntax::text::is_blank;
use crate::syntax::words::{ARROWS, TYPES};

/// What the line lacks or has in a wrong form. `junk` is what stands behind its sound part.
pub(super) fn form(line: Line<'_>, junk: Option<Span>, place: Place) -> Option<Diagnostic> {
    // Of `else if`, the `else` is sound.
    if (junk.is_none() || line.word() == "else")
        && let Some(found) = values::form(line)
    {
        return Some(found);
    }
    match (line.word(), junk) {
        ("sequence" | "api" | "action" | "server" | "attribute", None) => name(line)
            .or_else(|| address(line))
            .or_else(|| declared_type(line))
            .or_else(|| brackets(line)),
        ("get" | "post", None) => address(line),
        ("text", None) => placeholder(line),
        ("on", None) => trigger(line),
        ("set", None) => value(line),
        ("set", Some(junk)) => questions::question_as_value(line, junk),
        ("accept", None) => kind_of_answer(line).or_else(|| brackets(line)),
        ("header" | "param" | "field", None) => setting(line),
        ("header" | "param" | "field", Some(junk)) => secret(line, junk),
        ("ask", Some(junk)) => {
            questions::question(line, junk).or_else(|| clauses::word_before_a_name(line, junk))
        }
        ("goto" | "call" | "clear" | "do", Some(junk)) => clauses::word_before_a_name(line, junk),
        ("retry", Some(junk)) => times_behind(line, junk),
        ("attribute", Some(junk)) => default(line, junk).or_else(|| commas(line, junk)),
        ("accept", Some(junk)) => commas(line, junk),
        ("", Some(junk)) if line.text.starts_with(['"', '“']) => {
            jump_of_option(line, junk).or_else(|| bare_address(line, junk))
        }
        ("button", None) => title(line, line.word().len()),
        (word, None) if place == Place::Options && word != "else" => title(line, 0),
        _ => None,
    }
}

/// `sequence`, `sequence "menu"`
fn name(line: Line<'_>) -> Option<Diagnostic> {
    let word = line.word();
    let rest = line.rest();
    let behind = match word {
        "api" => ": OUTPUT",
        "server" => " \"https://…\"",
        "attribute" => ": TYPE",
        _ => "",
    };
    if rest.is_empty() {
        let found = line.malformed(line.span, format!("expected a name after `{word}`"));
        return Some(found.with_help(format!("give it a name: `{word} NAME{behind}`")));
    }
    if word == "server" && first_word(rest) == rest {
        let found = line.malformed(
            line.part(line.text.len() - rest.len(), rest.len()),
            format!("expected a quoted text after `{rest}`"),
        );
        return Some(found.with_help(format!("say where it is: `server {rest} \"https://…\"`")));
    }
    if rest.starts_with(|letter: char| letter.is_numeric()) {
        let number = first_word(rest);
        let found = line.malformed(
            line.part(line.text.len() - rest.len(), number.len()),
            format!("`{number}` cannot be a name"),
        );
        let better = format!("_{number}");
        let at = Span::at(line.span.end - super::len(rest));
        return Some(
            found
                .with_help(format!("a name begins with a letter or `_`: `{better}`"))
                .suggested_fix(format!("replace with `{better}`"), vec![(at, "_".to_owned())]),
        );
    }
    let quoted = first_token(rest);
    let name = quoted.trim_matches(['"', '“', '”']);
    let is_name = name.starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
    if !quoted.starts_with(['"', '“']) || !is_name || !name.chars().all(habits::is_word) {
        return None;
    }
    let span = line.part(line.text.len() - rest.len(), quoted.len());
    Some(
        line.malformed(span, format!("expected a name after `{word}`"))
            .with_help(format!("a name stands without quotes: `{word} {name}`"))
            .suggested_fix("remove the quotes", vec![(span, name.to_owned())]),
    )
}

/// `attribute city`, `attribute order no: text`, `attribute size: "S", "M"`
fn declared_type(line: Line<'_>) -> Option<Diagnostic> {
    let rest = line.rest();
    let name = first_word(rest);
    let behind = rest.get(name.len()..)?.trim_start_matches(is_blank);
    if line.word() != "attribute" || name.is_empty() {
        return None;
    }
    let at = line.text.len() - rest.len();
    if behind.is_empty() {
        let found = line.malformed(
            line.part(at, name.len()),
            format!("the attribute `{name}` has no type"),
        );
        let types = TYPES.join("`, `");
        return Some(found.with_help(format!(
            "say what it holds: `attribute {name}: TYPE`, where TYPE is one of `{types}`"
        )));
    }
    if let Some(options) = behind.strip_prefix(':') {
        let options = options.trim_start_matches(is_blank);
        if !options.starts_with(['"', '“']) {
            return None;
        }
        let span = line.part(line.text.len() - options.len(), options.len());
        return Some(
            line.malformed(span, "expected a type after `:`".to_owned())
                .with_help(format!(
                    "say that it is one of these: `attribute {name}: one of {}`",
                    shorten(options)
                ))
                .suggested_fix(
                    "insert `one of`",
                    vec![(Span::at(span.start), "one of ".to_owned())],
                ),
        );
    }
    let (names, _) = rest.split_once(':')?;
    let names = names.trim_end_matches(is_blank);
    if !names
        .chars()
        .all(|letter| habits::is_word(letter) || letter == ' ')
        || names.contains(" key")
    {
        return None;
    }
    let span = line.part(at, names.len());
    let better = names.split_whitespace().collect::<Vec<_>>().join("_");
    Some(
        line.malformed(span, format!("`{names}` cannot be a name"))
            .with_help(format!("a name has letters, digits and `_`: `{better}`"))
            .suggested_fix(format!("replace with `{better}`"), vec![(span, better)]),
    )
}

/// `server main https://shop.example`, `get /v1/orders`, `post shop /v1/orders`
fn address(line: Line<'_>) -> Option<Diagnostic> {
    let rest = line.rest();
    let name = first_word(rest);
    let behind = rest.get(name.len()..)?;
    let second = behind.trim_start_matches(is_blank);
    let is_named = !name.is_empty() && second.len() < behind.len() && !second.is_empty();
    let (before, written) = match line.word() {
        "server" if is_named => (format!("server {name}"), second),
        "get" | "post" if is_named => (format!("{} {name}", line.word()), second),
        "get" | "post" => (line.word().to_owned(), rest),
        _ => return None,
    };
    if !written.contains(['/', '.', ':']) || written.contains(['"', '“']) || written.contains(is_blank) {
        return None;
    }
    let at = line.part(line.text.len() - written.len(), written.len());
    Some(habits::in_quotes(line, at, &before, &habits::quote(written)))
}

/// `text {{city}}`
fn placeholder(line: Line<'_>) -> Option<Diagnostic> {
    let rest = line.rest();
    if !rest.starts_with("{{") || rest.contains(['"', '“']) {
        return None;
    }
    let at = line.part(line.text.len() - rest.len(), rest.len());
    Some(habits::in_quotes(line, at, "text", &habits::quote(rest)))
}

/// `on`, `on words`, `on intent`
fn trigger(line: Line<'_>) -> Option<Diagnostic> {
    match line.rest() {
        "" => Some(
            line.malformed(line.span, "expected a trigger after `on`".to_owned())
                .with_help("say what starts it, such as `on start` or `on words \"help\"`"),
        ),
        word @ ("words" | "intent") => Some(
            line.malformed(
                line.part(line.text.len() - word.len(), word.len()),
                format!("expected a quoted text after `{word}`"),
            )
            .with_help(format!("say which: `on {word} \"…\"`")),
        ),
        list if list.starts_with(['"', '“']) => {
            let span = line.part(line.text.len() - list.len(), list.len());
            Some(
                line.malformed(span, "expected a trigger after `on`".to_owned())
                    .with_help(format!(
                        "what a customer writes stands behind `words`: `on words {}`",
                        shorten(list)
                    ))
                    .suggested_fix(
                        "insert `words`",
                        vec![(Span::at(span.start), "words ".to_owned())],
                    ),
            )
        }
        _ => None,
    }
}

/// `accept 1..5`, `accept "S", "M"`
fn kind_of_answer(line: Line<'_>) -> Option<Diagnostic> {
    let rest = line.rest();
    let is_range = rest.contains("..")
        && rest
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
    let word = match rest {
        _ if is_range => "number",
        _ if rest.starts_with(['"', '“']) => "one of",
        _ => return None,
    };
    let span = line.part(line.text.len() - rest.len(), rest.len());
    Some(
        line.malformed(span, "expected a kind of answer after `accept`".to_owned())
            .with_help(format!("write `accept {word} {}`", shorten(rest)))
            .suggested_fix(
                format!("insert `{word}`"),
                vec![(Span::at(span.start), format!("{word} "))],
            ),
    )
}

/// `one of ("S", "M")`
fn brackets(line: Line<'_>) -> Option<Diagnostic> {
    let (before, list) = line.text.split_once("one of")?;
    let list = list.trim_start_matches(is_blank);
    let close = match list.chars().next()? {
        '(' => ')',
        '[' => ']',
        _ => return None,
    };
    let inside = list.get(1..)?.strip_suffix(close)?;
    if before.contains(['"', '“']) || inside.contains(['(', '[']) {
        return None;
    }
    let open = line.part(line.text.len() - list.len(), 1);
    let end = line.part(line.text.len() - 1, 1);
    Some(
        line.malformed(
            open,
            format!("unexpected `{}` after `of`", line.source.slice(open)),
        )
        .with_help(format!("remove the brackets: `one of {}`", shorten(inside)))
        .suggested_fix(
            "remove the brackets",
            vec![(open, String::new()), (end, String::new())],
        ),
    )
}

/// `one of "S" or "M"`, `one of "S" "M"`
fn commas(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    const SIGNS: [&str; 6] = ["or", "and", "|", "/", ";", "–"];
    let before = line.source.slice(Span::new(line.span.start, junk.start));
    let before = before.trim_end_matches(is_blank);
    if !before.contains("one of ") || !before.ends_with(['"', '”', ',']) {
        return None;
    }
    let mut list = String::new();
    let mut rest = line.source.slice(junk);
    loop {
        let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign));
        let behind = rest.get(sign.unwrap_or(",").len()..);
        let behind = behind.filter(|_| sign.is_some() || rest.starts_with(','));
        let text = behind.unwrap_or(rest).trim_start_matches(is_blank);
        let word = first_token(text);
        if !word.starts_with('"') || word.len() < 2 {
            break;
        }
        if !(list.is_empty() && before.ends_with(',')) {
            list.push(',');
        }
        list.push(' ');
        list.push_str(word);
        rest = text.get(word.len()..)?.trim_start_matches(is_blank);
    }
    let end = line.source.slice(junk).len() - rest.len();
    let first = first_token(line.source.slice(junk));
    if list.is_empty() {
        return None;
    }
    let gap = line.part(before.len(), 0);
    let gone = Span::new(
        gap.start,
        junk.start + super::len(line.source.slice(junk).get(..end)?.trim_end()),
    );
    Some(
        line.malformed(junk, format!("expected `,` before `{}`", shorten(first)))
            .with_help("a comma stands between two of them")
            .suggested_fix("write commas", vec![(gone, list)]),
    )
}

/// `attribute city: text default "Dhaka"`
fn default(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    let written = line.source.slice(junk);
    let word = first_word(written);
    let value = written.get(word.len()..)?.trim_start_matches([' ', ':', '=']);
    if !matches!(word, "default" | "defaults") || value.is_empty() {
        return None;
    }
    let span = Span::new(junk.start, junk.end - super::len(value));
    Some(
        line.malformed(span, format!("expected `=` before `{}`", shorten(value)))
            .with_help(format!("a default stands behind `=`: `= {}`", shorten(value)))
            .suggested_fix("replace with `=`", vec![(span, "= ".to_owned())]),
    )
}

/// `retry "Please." 2`
fn times_behind(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    let times = line.source.slice(junk);
    let at = line.text.len() - line.rest().len();
    if !times.bytes().all(|byte| byte.is_ascii_digit()) || !line.rest().starts_with(['"', '“']) {
        return None;
    }
    Some(
        line.malformed(junk, "how often stands before the text".to_owned())
            .with_help(format!("write `retry {times} \"…\"`"))
            .suggested_fix(
                "move it before the text",
                vec![
                    (line.part(at, 0), format!("{times} ")),
                    (habits::gap_before(line, junk), String::new()),
                ],
            ),
    )
}

/// `set language`, `set language "bn"`
fn value(line: Line<'_>) -> Option<Diagnostic> {
    let name = first_word(line.rest());
    let behind = line.rest().get(name.len()..)?.trim_start_matches(is_blank);
    if name.is_empty() {
        return None;
    }
    if behind.starts_with(['"', '“']) || behind.starts_with(|letter: char| letter.is_numeric()) {
        let span = line.part(line.text.len() - behind.len(), behind.len());
        return Some(
            line.malformed(span, format!("expected `=` after `{name}`"))
                .with_help(format!("write `set {name} = {}`", shorten(behind)))
                .suggested_fix("insert `=`", vec![(Span::at(span.start), "= ".to_owned())]),
        );
    }
    if !behind.is_empty() {
        return None;
    }
    let span = line.part(line.text.len() - name.len(), name.len());
    Some(
        line.malformed(span, format!("expected `=` after `{name}`"))
            .with_help(format!(
                "say what it is given: `set {name} = VALUE`; `clear {name}` takes its value away"
            )),
    )
}

/// `header Authorization: secret TOKEN`, `header "Token" secret TOKEN`, `param "lang": language`, `field limit = 5`
fn setting(line: Line<'_>) -> Option<Diagnostic> {
    let word = line.word();
    let rest = line.rest();
    let is_key = |letter: char| habits::is_word(letter) || letter == '-';
    let (key, quoted) = if rest.starts_with(['"', '“']) {
        let quoted = first_token(rest);
        (quoted, quoted.to_owned())
    } else {
        let key = rest
            .find(|letter| !is_key(letter))
            .map_or(rest, |end| rest.get(..end).unwrap_or_default());
        (key, habits::quote(key))
    };
    let behind = rest.get(key.len()..)?.trim_start_matches(is_blank);
    if behind.is_empty() && !key.is_empty() && key != quoted {
        let span = line.part(line.text.len() - rest.len(), key.len());
        return Some(habits::in_quotes(line, span, word, &quoted));
    }
    let value = behind
        .strip_prefix([':', '='])
        .unwrap_or(behind)
        .trim_matches(is_blank);
    if key.is_empty() || value.is_empty() || key == quoted && behind.starts_with('=') {
        return None;
    }
    let value = as_value(value)?;
    let span = line.part(line.text.len() - rest.len(), rest.len());
    let better = format!("{quoted} = {value}");
    Some(
        line.malformed(span, format!("this is not the form of a `{word}`"))
            .with_help(format!("write `{word} {}`", shorten(&better)))
            .suggested_fix(format!("write it as `{word} \"…\" = …`"), vec![(span, better)]),
    )
}

/// `header "Token" = secert SHOP_TOKEN`
fn secret(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    let before = line.source.slice(Span::new(line.span.start, junk.start));
    let value = before.split('=').next_back()?.trim_matches(is_blank);
    if value == "secret" {
        return quoted_secret(line, junk);
    }
    let near = nearest(value, ["secret"]).filter(|near| *near != value)?;
    let at = before.trim_end_matches(is_blank).len() - value.len();
    let span = line.part(at, value.len());
    let found = line.malformed(
        span,
        format!("unexpected `{value}` before `{}`", line.source.slice(junk)),
    );
    Some(found.did_you_mean(span, near))
}

/// `header "Token" = secret "SHOP_TOKEN"`
fn quoted_secret(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    let name = line.source.slice(junk).trim_matches(['"', '“', '”']);
    let is_name = name.starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
    if !is_name || !name.chars().all(habits::is_word) {
        return None;
    }
    Some(
        line.malformed(junk, "expected a name after `secret`".to_owned())
            .with_help(format!(
                "the name of a secret stands without quotes: `secret {name}`"
            ))
            .suggested_fix("remove the quotes", vec![(junk, name.to_owned())]),
    )
}

/// What an author wrote as a value, in quotes where it is neither a name, a number nor a secret.
fn as_value(written: &str) -> Option<String> {
    let word = written.strip_prefix("secret ").unwrap_or(written);
    let is_text = written.starts_with(['"', '“']) && first_token(written) == written;
    if is_text || word.chars().all(habits::is_word) {
        return Some(written.to_owned());
    }
    (!written.contains(['"', '“'])).then(|| habits::quote(written))
}

/// `"Three" goto one`, `"Three" -> goto one`
fn jump_of_option(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    let written = line.source.slice(junk);
    let before = line.source.slice(Span::new(line.span.start, junk.start));
    let before = before.trim_end_matches(is_blank);
    let word = ["goto", "call", "sequence"].into_iter().find(|word| {
        let arrow = before
            .strip_suffix(word)
            .map(|rest| rest.trim_end_matches(is_blank));
        arrow.is_some_and(|rest| ARROWS.iter().any(|arrow| rest.ends_with(arrow)))
    });
    if let Some(word) = word {
        let span = line.part(before.len() - word.len(), 0).to(Span::at(junk.start));
        return Some(
            line.malformed(
                span.to(junk),
                format!("expected a sequence after `->`, found `{word}`"),
            )
            .with_help(format!("an option leads to its target by itself: `-> {written}`"))
            .suggested_fix(format!("remove `{word}`"), vec![(span, String::new())]),
        );
    }
    let word = first_word(written);
    let target = written.get(word.len()..)?.trim_start_matches(is_blank);
    if !matches!(word, "goto" | "call") || target.is_empty() || !target.chars().all(habits::is_word) {
        return None;
    }
    Some(
        line.malformed(junk, format!("expected `->` before `{target}`"))
            .with_help(format!("an option leads to its target with `-> {target}`"))
            .suggested_fix("write `->`", vec![(junk, format!("-> {target}"))]),
    )
}

/// `"Shop" -> https://shop.example`
fn bare_address(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    let behind = line.source.slice(junk);
    let before = line.source.slice(Span::new(line.span.start, junk.start));
    let scheme = ["https", "http"]
        .into_iter()
        .find(|scheme| before.ends_with(scheme))?;
    let rest = behind
        .split(is_blank)
        .next()
        .filter(|rest| rest.starts_with("://"))?;
    let address = format!("{scheme}{rest}");
    let span = line.part(before.len() - scheme.len(), address.len());
    let better = format!("url {}", habits::quote(&address));
    Some(
        line.malformed(span, "an address stands behind `url`, in quotes".to_owned())
            .with_help(format!("write `-> {}`", shorten(&better)))
            .suggested_fix("write it with `url`", vec![(span, better)]),
    )
}

/// `Four -> one`
fn title(line: Line<'_>, from: usize) -> Option<Diagnostic> {
    let rest = line.text.get(from..)?;
    let written = rest.trim_start_matches(is_blank);
    let start = line.text.len() - written.len();
    let end = ARROWS.iter().filter_map(|arrow| written.find(arrow)).min();
    let title = written
        .get(..end.unwrap_or(written.len()))?
        .trim_end_matches(is_blank);
    if title.is_empty() || title.contains(['"', '“', '<', '{']) {
        return None;
    }
    let span = line.part(start, title.len());
    let quoted = habits::quote(title);
    Some(
        line.malformed(
            span,
            format!("the title `{}` does not stand in quotes", shorten(title)),
        )
        .with_help(format!("put it in quotes: `{}`", shorten(&quoted)))
        .suggested_fix("put it in quotes", vec![(span, quoted)]),
    )
}
