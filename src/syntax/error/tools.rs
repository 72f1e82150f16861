//! Words of other tools and languages: what a line that begins with one of them is here.
//!
//! None of these is offered as a text: an instruction that is misspelt is never sent to a customer.

use super::clauses::is_name;
use super::habits::{is_word, level};
use super::{Line, first_word, text_at};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::text::is_blank;
use crate::syntax::tokens;

/// Words that wait, elsewhere.
const WAITING: [&str; 5] = ["sleep", "delay", "pause", "typing", "timer"];

/// Words that fetch a person, elsewhere.
const FETCHING: [&str; 6] = ["hand", "transfer", "handoff", "escalate", "assign", "handover"];

/// Words that close a block, elsewhere.
const CLOSING: [&str; 10] = [
    "endif",
    "end_if",
    "endunless",
    "endfor",
    "endwhile",
    "endsequence",
    "endswitch",
    "fi",
    "esac",
    "done",
];

/// All other words that are read here.
const OTHERS: [&str; 18] = [
    "link",
    "href",
    "unless",
    "switch",
    "case",
    "default",
    "increase",
    "increment",
    "add",
    "decrease",
    "decrement",
    "subtract",
    "delete",
    "unset",
    "remove",
    "reset",
    "save",
    "redirect",
];

/// Whether a line begins with a word that is an instruction elsewhere.
pub(super) fn is_of_another_tool(word: &str) -> bool {
    [&WAITING[..], &FETCHING, &CLOSING, &OTHERS]
        .iter()
        .any(|words| words.contains(&word))
}

/// What a line of a sequence that begins with such a word is here.
pub(super) fn other_tool(line: Line<'_>) -> Option<Diagnostic> {
    let word = line.word();
    match word {
        _ if WAITING.contains(&word) => waiting(line),
        _ if FETCHING.contains(&word) => handover(line),
        _ if CLOSING.contains(&word) && line.rest().is_empty() => Some(closing(line, unknown(line))),
        "link" | "href" if is_text(line.rest()) => Some(unknown(line).with_help(format!(
            "a link stands in a text, or an option leads to it: `\"…\" -> url {}`",
            super::shorten(line.rest())
        ))),
        "unless" => unless(line),
        "switch" | "case" | "default" if !line.rest().is_empty() => {
            Some(unknown(line).with_help("choose with `if … { … } else if … { … } else { … }`"))
        }
        "increase" | "increment" | "add" | "decrease" | "decrement" | "subtract" => reckoning(line),
        "delete" | "unset" | "remove" | "reset" => clearing(line),
        "save" => saving(line),
        _ => None,
    }
}

fn unknown(line: Line<'_>) -> Diagnostic {
    let word = line.word();
    Diagnostic::new(
        Code::UnknownKeyword,
        line.source,
        line.part(0, word.len()),
        format!("unknown word `{word}`"),
    )
}

/// `end if`, `end buttons`
pub(super) fn end_of_block(line: Line<'_>) -> Option<Diagnostic> {
    const BLOCKS: [&str; 14] = [
        "if", "else", "unless", "while", "for", "switch", "block", "sequence", "flow", "on", "ask",
        "buttons", "gallery", "card",
    ];
    let block = line.rest();
    let message = || format!("there is no `end {block}` in a flow");
    BLOCKS
        .contains(&block)
        .then(|| closing(line, line.malformed(line.span, message())))
}

/// A line that closes a block elsewhere. Where its `}` stands above, nothing is left to close.
fn closing(line: Line<'_>, found: Diagnostic) -> Diagnostic {
    let before = line.source.slice(Span::new(0, line.span.start)).trim_end();
    let above = Span::new(super::len(before).saturating_sub(1), super::len(before));
    let is_closed = before.ends_with('}') && Line::new(line.source, above).margin() == line.margin();
    match is_closed {
        true => found
            .with_help("remove it: a block ends with its `}`")
            .suggested_fix(
                "remove it",
                vec![(Span::new(above.end, line.span.end), String::new())],
            ),
        false => found
            .with_help("a block ends with `}`")
            .suggested_fix("replace with `}`", vec![(line.span, "}".to_owned())]),
    }
}

/// `sleep 2s`, `delay 500`
fn waiting(line: Line<'_>) -> Option<Diagnostic> {
    let time = line.rest();
    if time.is_empty()
        || first_word(time) != time
        || !time.starts_with(|letter: char| letter.is_ascii_digit())
    {
        return None;
    }
    let word = line.part(0, line.word().len());
    let found = unknown(line);
    Some(match tokens::duration(time) {
        Some(_) => found
            .with_help(format!("write `wait {time}`"))
            .suggested_fix("replace with `wait`", vec![(word, "wait".to_owned())]),
        None => found.with_help("write `wait` and a duration such as `2s`"),
    })
}

/// `hand over "Support"`, `transfer to "Support"`, `handover to "Support"`
fn handover(line: Line<'_>) -> Option<Diagnostic> {
    let mut queue = line.rest();
    for word in ["over", "off", "to"] {
        let rest = queue
            .strip_prefix(word)
            .map(|rest| rest.trim_start_matches(is_blank));
        queue = rest
            .filter(|rest| rest.len() + word.len() < queue.len())
            .unwrap_or(queue);
    }
    if !is_text(queue) || line.word() == "handover" && queue == line.rest() {
        return None;
    }
    let span = line.part(0, line.text.len() - queue.len());
    let found = match line.word() {
        "handover" => {
            let from = line.text.len() - line.rest().len();
            let between = line.part(from, span.len() as usize - from);
            line.malformed(between, "expected a quoted text after `handover`".to_owned())
        }
        _ => unknown(line),
    };
    let team = text_at(queue)?;
    let behind = line.part(span.len() as usize + team.len(), queue.len() - team.len());
    let mut better = format!("handover {team}");
    let mut edits = vec![(span, "handover ".to_owned())];
    if let Some(level) = level(line.source.slice(behind)) {
        let level = format!(" priority {level}");
        better.push_str(&level);
        edits.push((behind, level));
    }
    Some(
        found
            .with_help(format!("write `{}`", super::shorten(&better)))
            .suggested_fix("replace with `handover`", edits),
    )
}

/// `unless vip`
fn unless(line: Line<'_>) -> Option<Diagnostic> {
    let condition = line.rest();
    if condition.is_empty() {
        return None;
    }
    let found = unknown(line);
    if first_word(condition) != condition {
        return Some(found.with_help("write `if not (…)`"));
    }
    let word = line.part(0, line.word().len());
    Some(
        found
            .with_help(format!("write `if not {condition}`"))
            .suggested_fix("replace with `if not`", vec![(word, "if not".to_owned())]),
    )
}

/// `increase n by 1`, `add 2 to n`, `decrement n`
fn reckoning(line: Line<'_>) -> Option<Diagnostic> {
    let sign = match line.word() {
        "increase" | "increment" | "add" => "+",
        _ => "-",
    };
    let words: Vec<&str> = line
        .rest()
        .split(is_blank)
        .filter(|word| !word.is_empty())
        .take(4)
        .collect();
    let (name, value) = match (line.word(), words.as_slice()) {
        ("add", [value, "to", name]) | ("subtract", [value, "from", name]) => (*name, *value),
        ("add" | "subtract", _) => return None,
        (_, [name]) => (*name, "1"),
        (_, [name, "by", value]) => (*name, *value),
        _ => return None,
    };
    let is_value = value.chars().all(|letter| is_word(letter) || letter == '.');
    if !is_name(name) || !is_value {
        return None;
    }
    let better = format!("set {name} = {name} {sign} {value}");
    Some(
        unknown(line)
            .with_help(format!("write `{better}`"))
            .suggested_fix("write it with `set`", vec![(line.span, better)]),
    )
}

/// `delete n`
fn clearing(line: Line<'_>) -> Option<Diagnostic> {
    let name = line.rest();
    is_name(name).then(|| {
        unknown(line)
            .with_help(format!("`clear {name}` takes its value away"))
            .suggested_fix(
                "replace with `clear`",
                vec![(line.part(0, line.word().len()), "clear".to_owned())],
            )
    })
}

/// `save rating` below its `ask`
fn saving(line: Line<'_>) -> Option<Diagnostic> {
    let name = line.rest();
    if !is_name(name) {
        return None;
    }
    let found = line.malformed(
        line.span,
        format!("`save {name}` stands on the line of its `ask`"),
    );
    let found = found.with_help(format!("write `ask \"…\" save {name}`"));
    let before = line.source.slice(Span::new(0, line.span.start));
    let before = before.trim_end_matches(is_blank);
    let (head, gap) = match before.strip_suffix('{') {
        Some(head) => (head.trim_end_matches(is_blank), Some(before.len())),
        None => (before, None),
    };
    let ask = super::line_before(line.source, super::len(head));
    let ask = ask.trim_start_matches(is_blank);
    let is_ask = first_word(ask) == "ask" && ask.ends_with(['"', '”']) && !ask.contains(['\n', '/']);
    if !is_ask {
        return Some(found);
    }
    let at = super::len(head);
    let edits = match gap {
        Some(brace) => {
            let brace = u32::try_from(brace).unwrap_or_default();
            vec![
                (Span::at(at), format!(" save {name}")),
                (Span::new(brace, line.span.end), String::new()),
            ]
        }
        None => vec![(Span::new(at, line.span.end), format!(" save {name}"))],
    };
    Some(found.suggested_fix("move it behind the question", edits))
}

fn is_text(written: &str) -> bool {
    written.starts_with(['"', '“'])
}
