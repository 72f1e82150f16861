//! Habits from other languages and from word processors: what a broken line was meant to be.
//!
//! Each function looks at the line as text, and answers only where it is sure of one mistake.

use super::indent::End;
use super::{
    Line, chat, clauses, first_word, forms, indent, numbers, opens_block, options, shorten, signs, tools,
    unclosed_quote,
};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Source, Span};
use crate::syntax::placement::Place;
use crate::syntax::text::is_blank;
use crate::syntax::words::PRIORITIES;

/// Signs of conditions elsewhere, and what they are here. Longer ones stand first.
const SIGNS: [(&str, &str); 16] = [
    ("===", "=="),
    ("!==", "!="),
    ("=<", "<="),
    ("=>", ">="),
    ("=", "=="),
    ("≥", ">="),
    ("≤", "<="),
    ("≠", "!="),
    ("<>", "!="),
    ("&&", "and"),
    ("&", "and"),
    ("||", "or"),
    ("|", "or"),
    ("equals", "=="),
    ("eq", "=="),
    ("begins with", "starts with"),
];

/// Words that say something to the customer elsewhere.
const SAYING: [&str; 8] = ["say", "print", "send", "message", "echo", "reply", "write", "msg"];

/// What the line was meant to be, where that is known. `junk` is what stands behind its sound part.
pub(super) fn habit(source: &Source, span: Span, junk: Option<Span>, place: Place) -> Option<Diagnostic> {
    let line = Line::new(source, span);
    let found = signs::invisible(line)
        .or_else(|| signs::comment(line, junk))
        .or_else(|| signs::curly_block(line));
    if found.is_some() || unclosed_quote(line.text).is_some() {
        return found;
    }
    let is_entry = matches!(place, Place::Action | Place::Do);
    signs::trailing_sign(line, junk)
        .or_else(|| signs::tripled_quotes(line))
        .or_else(|| signs::entities(line))
        .or_else(|| signs::other_quotes(line))
        .or_else(|| if is_entry { None } else { signs::dressed_word(line) })
        .or_else(|| signs::hyphen(line))
        .or_else(|| signs::braces_around_a_name(line))
        .or_else(|| signs::foreign_digits(line))
        .or_else(|| signs::foreign_operator(line))
        .or_else(|| numbers::with_commas(line))
        .or_else(|| {
            if is_entry {
                None
            } else {
                signs::joined_words(line)
                    .or_else(|| chat::bullet(line, place).filter(|_| junk.is_none()))
                    .or_else(|| chat::speaker(line, place).filter(|_| junk.is_none()))
                    .or_else(|| by_word(line, junk, place))
                    .or_else(|| forms::form(line, junk, place))
            }
        })
}

fn by_word(line: Line<'_>, junk: Option<Span>, place: Place) -> Option<Diagnostic> {
    match line.word() {
        "set" => assignment(line),
        "if" | "else" => condition(line, junk?),
        "attribute" => attribute(line),
        "api" => api(line, junk),
        "accept" if junk.is_some() => range(line, junk?),
        "sequence" | "action" => two_words(line, junk?),
        "on" => triggers(line, junk),
        "gallery" => gallery_title(line, junk?),
        "no" => no_match_text(line, junk?),
        "end" if place == Place::Statements => tools::end_of_block(line),
        "retry" => retries(line).or_else(|| unquoted(line, junk)),
        "handover" => priority(line, junk)
            .or_else(|| tools::other_tool(line))
            .or_else(|| unquoted(line, junk)),
        "goto" | "call" if line.rest().is_empty() => Some(bare_jump(line)),
        "return" | "stop" | "exit" if place != Place::File && line.rest().is_empty() => {
            let word = line.word();
            Some(
                line.malformed(line.span, format!("there is no `{word}` in a flow"))
                    .with_help("the end of a sequence returns by itself; `end` ends this run")
                    .suggested_fix("replace with `end`", vec![(line.span, "end".to_owned())]),
            )
        }
        "let" | "var" if place == Place::Statements => {
            let word = line.part(0, line.word().len());
            let found = line.malformed(word, format!("unknown word `{}`", line.word()));
            Some(
                found
                    .with_help("an attribute is given a value with `set NAME = VALUE`")
                    .suggested_fix("replace with `set`", vec![(word, "set".to_owned())]),
            )
        }
        "" if line.text.starts_with(['"', '“']) => options::option(line, junk?),
        "button" => options::option(line, junk?),
        _ if place == Place::Statements || place == Place::Ask => saying(line)
            .or_else(|| tools::other_tool(line).filter(|_| junk.is_none()))
            .or_else(|| go_to(line))
            .or_else(|| loose_assignment(line))
            .or_else(|| unquoted(line, junk)),
        _ => unquoted(line, junk),
    }
}

/// `sequence my seq`
fn two_words(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    let second = line.source.slice(junk);
    let first = first_word(line.rest());
    let is_name = line
        .source
        .slice(line.span)
        .trim_end_matches(is_blank)
        .ends_with(second)
        && line.rest().len() == first.len() + 1 + second.len()
        && second.chars().all(is_word);
    if !is_name || matches!(second, "id" | "was") {
        return None;
    }
    let span = line.part(line.text.len() - line.rest().len(), line.rest().len());
    let better = format!("{first}_{second}");
    Some(
        line.malformed(span, format!("`{first} {second}` cannot be a name"))
            .with_help(format!("a name has letters, digits and `_`: `{better}`"))
            .suggested_fix(format!("replace with `{better}`"), vec![(span, better)]),
    )
}

/// `set n to 5`, `set n += 1`, `set n 5`
fn assignment(line: Line<'_>) -> Option<Diagnostic> {
    let rest = line.rest();
    let name = first_word(rest);
    let behind = rest.get(name.len()..)?.trim_start_matches(is_blank);
    if name.is_empty() {
        let word = line.part(0, line.word().len());
        return Some(
            line.malformed(word, "expected the name of an attribute after `set`".to_owned())
                .with_help("say what is given a value: `set NAME = VALUE`"),
        );
    }
    let from = line.text.len() - behind.len();
    if let Some(found) = computed(line, name, from, "") {
        return Some(found);
    }
    let is_sign =
        |sign: &&str| first_word(behind) == *sign || (sign.contains([':', '=']) && behind.starts_with(*sign));
    let sign = ["==", ":=", "to", "as", "be", "is", ":"]
        .into_iter()
        .find(is_sign)?;
    let span = line.part(from, sign.len());
    Some(
        line.malformed(span, format!("expected `=` after `{name}`"))
            .with_help(format!("write `set {name} = …`"))
            .suggested_fix("replace with `=`", vec![(span, "=".to_owned())]),
    )
}

/// `n += 1`, `n++`
fn loose_assignment(line: Line<'_>) -> Option<Diagnostic> {
    let name = line.word();
    let behind = line.rest();
    if name.is_empty() || name.starts_with(|letter: char| letter.is_numeric()) {
        return None;
    }
    computed(line, name, line.text.len() - behind.len(), "set ")
}

fn computed(line: Line<'_>, name: &str, from: usize, before: &str) -> Option<Diagnostic> {
    let behind = line.text.get(from..)?;
    let (sign, value) = match behind {
        "++" => ("+", "1"),
        "--" => ("-", "1"),
        _ => {
            let sign = ["+", "-", "*", "/"].into_iter().find(|sign| {
                behind
                    .strip_prefix(sign)
                    .is_some_and(|rest| rest.starts_with('='))
            })?;
            (sign, behind.get(2..)?.trim_start_matches(is_blank))
        }
    };
    if value.is_empty() {
        return None;
    }
    let span = line.part(from, behind.len());
    let is_tight = !line
        .text
        .get(..from)
        .is_some_and(|before| before.ends_with(is_blank));
    let gap = if is_tight { " " } else { "" };
    let mut edits = vec![(span, format!("{gap}= {name} {sign} {value}"))];
    if !before.is_empty() {
        edits.insert(0, (Span::at(line.span.start), before.to_owned()));
    }
    Some(
        line.malformed(span, format!("`{}` is not known here", shorten(behind)))
            .with_help(format!("write `set {name} = {name} {sign} {}`", shorten(value)))
            .suggested_fix(format!("write `= {name} {sign} …`"), edits),
    )
}

/// Something behind the condition of an `if`.
fn condition(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    if line.word() == "else" && first_word(line.rest()) != "if" {
        return None;
    }
    if line.source.slice(junk) == "then" {
        return Some(then(line, junk));
    }
    sign(line, junk)
}

/// `if vip then`, with `{` behind it or without
fn then(line: Line<'_>, junk: Span) -> Diagnostic {
    let found = line.malformed(junk, "there is no `then` in a flow".to_owned());
    let before = line.source.slice(Span::new(line.span.start, junk.start));
    let gap = Span::at(junk.start - super::len(before) + super::len(before.trim_end_matches(is_blank)));
    if opens_block(line.source, junk.end) {
        found
            .with_help("remove it: `{` stands behind the condition")
            .safe_fix("remove `then`", vec![(gap.to(junk), String::new())])
    } else {
        let found = found.with_help("write `{` in its place, and `}` behind the block");
        // Without its end, the block would take what stands behind it.
        let open = (gap.to(junk), " {".to_owned());
        match indent::end_of_block(line) {
            Some(End::Closed) => found.safe_fix("replace with `{`", vec![open]),
            Some(End::Missing(at, close)) => {
                found.suggested_fix("write it with braces", vec![open, (at, close)])
            }
            None => found,
        }
    }
}

/// Something else behind a sound condition.
pub(super) fn end_of_condition(source: &Source, span: Span, junk: Span) -> Option<Diagnostic> {
    let line = Line::new(source, span);
    let is_condition = line.word() == "if" || line.word() == "else" && first_word(line.rest()) == "if";
    if !is_condition {
        return None;
    }
    let written = shorten(source.slice(junk));
    Some(
        line.malformed(junk, format!("unexpected `{written}` in the condition"))
            .with_help("a condition ends here; expected `and`, `or` or `{`"),
    )
}

/// A sign of another language between two values, or `AND`.
pub(super) fn sign(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    const WORDS: [&str; 4] = ["and", "or", "is", "contains"];
    let written = line.source.slice(junk);
    let word = first_word(written);
    let in_capitals = WORDS
        .into_iter()
        .find(|ours| word != *ours && word.to_lowercase() == *ours);
    let before = line
        .source
        .slice(Span::new(line.span.start, junk.start))
        .trim_end_matches(is_blank);
    if let Some(not) = ["NOT", "Not"].into_iter().find(|not| before.ends_with(not)) {
        let span = line.part(before.len() - not.len(), not.len());
        return Some(
            line.malformed(span, format!("`{not}` is no sign of a condition"))
                .with_help("write `not`")
                .suggested_fix("replace with `not`", vec![(span, "not".to_owned())]),
        );
    }
    if let Some(found) = not_contains(line, junk) {
        return Some(found);
    }
    let foreign = SIGNS.iter().find(|(sign, _)| {
        let is_letters = sign.starts_with(|letter: char| letter.is_alphabetic());
        let behind = written.strip_prefix(sign).and_then(|rest| rest.chars().next());
        // Of `==`, the right side is what cannot be read.
        let is_ours = *sign == "=" && behind == Some('=');
        written.starts_with(sign) && !is_ours && !(is_letters && behind.is_some_and(is_word))
    });
    let (sign, ours) = in_capitals
        .map(|ours| (word, ours))
        .or_else(|| foreign.copied())?;
    let span = Line::new(line.source, junk).part(0, sign.len());
    Some(
        line.malformed(span, format!("`{sign}` is no sign of a condition"))
            .with_help(format!("write `{ours}`"))
            .suggested_fix(format!("replace with `{ours}`"), vec![(span, ours.to_owned())]),
    )
}

/// `city does not contain "D"`, where `not` stands before the whole comparison here.
fn not_contains(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    const WORDS: [(&str, &str); 5] = [
        ("does not contain", "contains"),
        ("doesn't contain", "contains"),
        ("not contains", "contains"),
        ("does not start with", "starts with"),
        ("not starts with", "starts with"),
    ];
    let written = line.source.slice(junk);
    let (words, ours) = WORDS.into_iter().find(|(words, _)| written.starts_with(words))?;
    let before = line.source.slice(Span::new(line.span.start, junk.start));
    let value = before.trim_end_matches(is_blank).rsplit(is_blank).next()?;
    let span = Line::new(line.source, junk).part(0, words.len());
    let found = line
        .malformed(span, format!("`{words}` is no sign of a condition"))
        .with_help(format!("write `not {value} {ours} …`"));
    if !clauses::is_name(value) {
        return Some(found);
    }
    let start = line.part(before.trim_end_matches(is_blank).len() - value.len(), 0);
    Some(found.suggested_fix(
        format!("write `not … {ours}`"),
        vec![(start, "not ".to_owned()), (span, ours.to_owned())],
    ))
}

/// `attribute e = 5`, `attribute f text`, `attribute g`
fn attribute(line: Line<'_>) -> Option<Diagnostic> {
    let rest = line.rest();
    let name = first_word(rest);
    let behind = rest.get(name.len()..)?.trim_start_matches(is_blank);
    if name.is_empty() {
        return None;
    }
    let end = line.text.len() - rest.len() + name.len();
    let at = line.part(end, 0);
    let name_span = line.part(end - name.len(), name.len());
    let found = line.malformed(name_span, format!("the attribute `{name}` has no type"));
    if let Some(value) = behind.strip_prefix('=') {
        let value = value.trim_matches(is_blank);
        let ty = match value {
            "yes" | "no" => "yes/no",
            "true" | "false" => "yes/no",
            _ if value.starts_with(['"', '“']) => "text",
            _ if value.starts_with(|letter: char| letter.is_ascii_digit() || letter == '-') => "number",
            _ => return Some(found.with_help(format!("say what it holds: `attribute {name}: TYPE = …`"))),
        };
        return Some(
            found
                .with_help(format!(
                    "say what it holds: `attribute {name}: {ty} = {}`",
                    shorten(value)
                ))
                .suggested_fix(format!("insert `: {ty}`"), vec![(at, format!(": {ty}"))]),
        );
    }
    let word = first_word(behind);
    if crate::syntax::tokens::type_word(word) && !behind.contains(':') {
        return Some(
            found
                .with_help(format!(
                    "a colon stands before the type: `attribute {name}: {}`",
                    shorten(behind)
                ))
                .suggested_fix("insert `:`", vec![(at, ":".to_owned())]),
        );
    }
    None
}

/// `api a {`
fn api(line: Line<'_>, junk: Option<Span>) -> Option<Diagnostic> {
    let rest = line.rest();
    let name = first_word(rest);
    let behind = rest.get(name.len()..)?.trim_matches(is_blank);
    if junk.is_some() || name.is_empty() || behind.starts_with(':') {
        return None;
    }
    let end = line.text.len() - rest.len() + name.len();
    let found = line.malformed(
        line.part(end - name.len(), name.len()),
        format!("the API `{name}` has no output"),
    );
    if crate::syntax::words::OUTPUTS.contains(&behind) {
        let at = line.part(end, 0);
        return Some(
            found
                .with_help(format!(
                    "a colon stands before the output: `api {name}: {behind}`"
                ))
                .suggested_fix("insert `:`", vec![(at, ":".to_owned())]),
        );
    }
    let outputs = crate::syntax::words::OUTPUTS.join("`, `");
    Some(found.with_help(format!(
        "say what it returns: `api {name}: OUTPUT`, where OUTPUT is one of `{outputs}`"
    )))
}

/// `accept number 1-10`
fn range(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    let whole = line.source.slice(junk);
    let written = whole.trim_matches(|letter: char| is_blank(letter) || "()[]".contains(letter));
    let written = ["from ", "between "]
        .into_iter()
        .find_map(|word| written.strip_prefix(word))
        .unwrap_or(written);
    let is_number = first_word(line.rest()) == "number";
    let is_end =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let (low, high) = ["...", "…", "to", "and", "–", "—", "-", ","]
        .into_iter()
        .find_map(|sign| written.split_once(sign))
        .or_else(|| written.split_once(".."))?;
    let (low, high) = (low.trim_matches(is_blank), high.trim_matches(is_blank));
    if !is_number || !is_end(low) || !is_end(high) {
        return None;
    }
    let range = format!("{low}..{high}");
    Some(
        line.malformed(junk, format!("`{}` is not a range", shorten(whole)))
            .with_help(format!("write it as `{range}`"))
            .suggested_fix(format!("replace with `{range}`"), vec![(junk, range)]),
    )
}

/// `on words help`, `on words "help" "agent"`
fn triggers(line: Line<'_>, junk: Option<Span>) -> Option<Diagnostic> {
    let rest = line.rest();
    let word = first_word(rest);
    if !matches!(word, "words" | "intent") {
        return None;
    }
    let behind = rest.get(word.len()..)?;
    let text = behind.trim_start_matches(is_blank).strip_prefix(':');
    if let Some(text) = text.filter(|text| text.trim_start_matches(is_blank).starts_with(['"', '“'])) {
        let colon = line.part(line.text.len() - text.len() - 1, 1);
        return Some(
            line.malformed(colon, format!("unexpected `:` behind `on {word}`"))
                .with_help("remove the colon")
                .suggested_fix("remove the colon", vec![(colon, String::new())]),
        );
    }
    if let Some(junk) = junk {
        let written = line.source.slice(junk);
        let sign = ["or", "and", "|", "/", ";"]
            .into_iter()
            .find(|sign| written.starts_with(sign));
        let text = written.get(sign.map_or(0, str::len)..)?;
        if !text.trim_start_matches(is_blank).starts_with(['"', '“']) {
            return None;
        }
        if let Some(sign) = sign {
            let head = line.source.slice(Span::new(line.span.start, junk.start));
            let from = head.trim_end_matches(is_blank).len();
            let span = line.part(from, head.len() - from + sign.len());
            let here = Line::new(line.source, junk).part(0, sign.len());
            return Some(
                line.malformed(here, format!("expected `,`, found `{sign}`"))
                    .with_help("a comma stands between two of them")
                    .suggested_fix("replace with `,`", vec![(span, ",".to_owned())]),
            );
        }
        let at = line
            .source
            .slice(Span::new(line.span.start, junk.start))
            .trim_end_matches(is_blank);
        let edit = (line.part(at.len(), 0), ",".to_owned());
        return Some(
            line.malformed(
                junk,
                format!("expected `,` before `{}`", shorten(line.source.slice(junk))),
            )
            .with_help("a comma stands between two of them")
            .suggested_fix("insert `,`", vec![edit]),
        );
    }
    let list = rest.get(word.len()..)?.trim_matches(is_blank);
    if list.is_empty() || list.contains(['"', '“', '{']) {
        return None;
    }
    let quoted: Vec<String> = list
        .split(',')
        .map(|part| quote(part.trim_matches(is_blank)))
        .collect();
    let at = line.part(
        line.text.trim_end_matches(is_blank).len() - list.len(),
        list.len(),
    );
    Some(in_quotes(line, at, &format!("on {word}"), &quoted.join(", ")))
}

/// `gallery "Title" {`
fn gallery_title(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    let title = line.source.slice(junk);
    if !title.starts_with(['"', '“']) {
        return None;
    }
    let head = line
        .source
        .slice(Span::new(line.span.start, junk.start))
        .trim_end_matches(is_blank);
    Some(
        line.malformed(junk, "a gallery has no title".to_owned())
            .with_help(format!("say it before the gallery: `text {}`", shorten(title)))
            .suggested_fix(
                "move it into a `text` before the gallery",
                vec![
                    (
                        Span::at(line.span.start),
                        format!("text {title}\n{}", line.margin()),
                    ),
                    (line.part(head.len(), line.text.len() - head.len()), String::new()),
                ],
            ),
    )
}

/// `no match "Sorry"`
fn no_match_text(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    let text = line.source.slice(junk);
    if !text.starts_with(['"', '“']) || !text.ends_with(['"', '”']) {
        return None;
    }
    let head = shorten(line.source.slice(Span::new(line.span.start, junk.start)));
    Some(
        line.malformed(junk, format!("expected `{{` after `{head}`"))
            .with_help(format!(
                "say it in a block: `{head} {{ text {} }}`",
                shorten(text)
            ))
            .suggested_fix(
                "wrap it in `{ text … }`",
                vec![(junk, format!("{{ text {text} }}"))],
            ),
    )
}

/// `retry 2`
fn retries(line: Line<'_>) -> Option<Diagnostic> {
    let number = line.rest();
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let span = line.part(line.text.len() - number.len(), number.len());
    Some(
        line.malformed(span, "expected a quoted text after `retry`".to_owned())
            .with_help("say what is asked when an answer does not fit: `retry \"…\"`; it is said each time"),
    )
}

/// `handover "Support" high`
fn priority(line: Line<'_>, junk: Option<Span>) -> Option<Diagnostic> {
    let junk = junk?;
    let written = line.source.slice(junk);
    let level = level(written)?;
    let better = format!("priority {level}");
    if clauses::without_comma(written) == better {
        return None;
    }
    let found = match written == level {
        true => line.malformed(junk, format!("expected `priority` before `{level}`")),
        false => line.malformed(junk, format!("unexpected `{}` behind a team", shorten(written))),
    };
    Some(found.with_help(format!("write `{better}`")).suggested_fix(
        format!("replace with `{better}`"),
        vec![(gap_before(line, junk), format!(" {better}"))],
    ))
}

/// The priority that is named in `with high priority`, `, priority: high` and the like, and nothing else.
pub(super) fn level(written: &str) -> Option<&str> {
    let is_between =
        |letter: char| is_blank(letter) || matches!(letter, ',' | ':' | '=' | '"' | '“' | '”' | '(' | ')');
    let mut words = written
        .split(is_between)
        .filter(|word| !matches!(*word, "" | "with" | "priority"));
    let level = words.next().filter(|word| PRIORITIES.contains(word))?;
    words.next().is_none().then_some(level)
}

fn bare_jump(line: Line<'_>) -> Diagnostic {
    let word = line.word();
    line.malformed(
        line.span,
        format!("expected the name of a sequence after `{word}`"),
    )
    .with_help(format!("say where to go: `{word} NAME`"))
}

/// `say "x"`
fn saying(line: Line<'_>) -> Option<Diagnostic> {
    let word = line.word();
    let rest = line.rest();
    let rest = rest.strip_prefix('(').unwrap_or(rest);
    if !SAYING.contains(&word) || !rest.starts_with(['"', '“', '@', '<']) {
        return None;
    }
    let span = line.part(0, word.len());
    let mut edits = vec![(span, "text".to_owned())];
    if line.rest().starts_with('(') {
        let at = line.text.len() - line.rest().len();
        edits = vec![(line.part(0, at + 1), "text ".to_owned())];
        if line.text.ends_with(')') {
            edits.push((line.part(line.text.len() - 1, 1), String::new()));
        }
    }
    Some(
        Diagnostic::new(
            Code::UnknownKeyword,
            line.source,
            span,
            format!("unknown word `{word}`"),
        )
        .with_help("what the customer reads is a `text`")
        .suggested_fix("replace with `text`", edits),
    )
}

/// `go to agent`, `jump agent`
fn go_to(line: Line<'_>) -> Option<Diagnostic> {
    let word = line.word();
    let rest = line.rest();
    let name = match (word, rest.strip_prefix("to ")) {
        ("go" | "jump", Some(name)) => name.trim_start_matches(is_blank),
        ("jump" | "redirect", None) => rest,
        _ => return None,
    };
    if name.is_empty() || !name.chars().all(is_word) {
        return None;
    }
    let span = line.part(0, line.text.len() - name.len());
    Some(
        Diagnostic::new(
            Code::UnknownKeyword,
            line.source,
            line.part(0, word.len()),
            format!("unknown word `{word}`"),
        )
        .with_help(format!("write `goto {name}`"))
        .suggested_fix("replace with `goto`", vec![(span, "goto ".to_owned())]),
    )
}

/// `text Hello there`, `handover Support`
fn unquoted(line: Line<'_>, junk: Option<Span>) -> Option<Diagnostic> {
    const QUOTED: [&str; 12] = [
        "text", "image", "audio", "video", "handover", "subtitle", "card", "url", "retry", "ask", "buttons",
        "test",
    ];
    let word = if line.text.starts_with("quick replies") {
        "quick replies"
    } else {
        line.word()
    };
    if !QUOTED.contains(&word) && word != "quick replies" {
        return None;
    }
    let behind = line.text.get(word.len()..)?;
    let mut written = behind.trim_start_matches(is_blank);
    if behind.len() == written.len() || junk.is_some_and(|junk| junk.end != line.span.end) {
        return None;
    }
    if word == "ask" {
        written = written.split(" save ").next()?;
    }
    let mut gone = 0;
    if word == "handover" {
        let to = written
            .strip_prefix("to ")
            .map_or(written, |rest| rest.trim_start_matches(is_blank));
        gone = written.len() - to.len();
        written = to.split(" priority ").next()?.trim_end_matches(',');
    }
    let letter = written.chars().next()?;
    if written.contains(['"', '“', '{', '<'])
        || !(is_word(letter) || matches!(letter, '/' | '.' | '+' | '¿' | '¡'))
    {
        return None;
    }
    let at = line.text.len() - behind.trim_start_matches(is_blank).len();
    let comma = usize::from(line.text.get(at + gone + written.len()..)?.starts_with(','));
    Some(in_quotes(
        line,
        line.part(at, gone + written.len() + comma),
        word,
        &quote(written),
    ))
}

pub(super) fn in_quotes(line: Line<'_>, at: Span, before: &str, quoted: &str) -> Diagnostic {
    line.malformed(at, format!("expected a quoted text after `{before}`"))
        .with_help(format!("put it in quotes: `{before} {}`", shorten(quoted)))
        .suggested_fix("put it in quotes", vec![(at, quoted.to_owned())])
}

/// What stands behind the sound part of a line, with the blanks before it.
pub(super) fn gap_before(line: Line<'_>, junk: Span) -> Span {
    let before = line.source.slice(Span::new(line.span.start, junk.start));
    line.part(before.trim_end_matches(is_blank).len(), 0).to(junk)
}

/// A text in double quotes.
pub(super) fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\\\""))
}

pub(super) fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}
