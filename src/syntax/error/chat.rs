//! Lines as lists and chats are written, `1. text "Hello"` and `bot: "Hello"`; and several statements on one line.

use super::clauses::is_name;
use super::habits::{gap_before, is_word, quote};
use super::{Line, first_word, near_word, opens_block, shorten, stop_of, text_at};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Source, Span};
use crate::syntax::placement::{Place, Word};
use crate::syntax::text::is_blank;

/// Who writes what a flow answers.
const CUSTOMERS: [&str; 7] = ["customer", "user", "client", "me", "human", "visitor", "guest"];

/// Who says what a flow says.
const SPEAKERS: [&str; 8] = [
    "bot",
    "chatbot",
    "agent",
    "assistant",
    "system",
    "ai",
    "robot",
    "shop",
];

/// Lines of one statement that may stand under a condition.
const STATEMENTS: [&str; 11] = [
    "text", "image", "audio", "video", "goto", "call", "end", "set", "clear", "wait", "handover",
];

/// `1. text "Hello"`, `- "Menu" -> menu`
pub(super) fn bullet(line: Line<'_>, place: Place) -> Option<Diagnostic> {
    let digits = line.text.len()
        - line
            .text
            .trim_start_matches(|letter: char| letter.is_ascii_digit())
            .len();
    let behind = line.text.get(digits..)?;
    let sign = match behind.chars().next()? {
        '.' | ')' | ':' if digits > 0 => 1,
        sign @ ('-' | '*' | '+' | '•' | '·' | '–' | '—') if digits == 0 => behind
            .get(sign.len_utf8()..)?
            .starts_with(is_blank)
            .then_some(sign.len_utf8())?,
        _ => return None,
    };
    let mark = line.text.get(..digits + sign)?;
    let rest = line.text.get(mark.len()..)?.trim_start_matches(is_blank);
    let span = line.part(0, mark.len());
    let gone = line.part(0, line.text.len() - rest.len());
    let is_said = place == Place::Statements && text_at(rest) == Some(rest);
    let is_line = Word::at_start_of(rest).is_some_and(|word| word.places().contains(&place))
        || place == Place::Options && rest.starts_with(['"', '“']);
    let is_option = place == Place::Statements && rest.starts_with(['"', '“']) && rest.contains("->");
    if !is_said && !is_line && !is_option {
        return None;
    }
    let found = line.malformed(span, format!("unexpected `{mark}` before `{}`", shorten(rest)));
    Some(if is_said {
        found
            .with_help(format!("write `text {}`", shorten(rest)))
            .suggested_fix("replace with `text`", vec![(gone, "text ".to_owned())])
    } else if is_option {
        let open = (gone, "buttons { ".to_owned());
        let close = (Span::at(line.span.end), " }".to_owned());
        found
            .with_help(format!(
                "options stand in a block: `buttons {{ {} }}`",
                shorten(rest)
            ))
            .suggested_fix("put it into `buttons`", vec![open, close])
    } else {
        found
            .with_help("remove it: lines run in the order in which they stand")
            .suggested_fix(format!("remove `{mark}`"), vec![(gone, String::new())])
    })
}

/// `bot: "Hello"`, `bot: Hello there`
pub(super) fn speaker(line: Line<'_>, place: Place) -> Option<Diagnostic> {
    let whole = Line::new(line.source, super::to_its_end(line.source, line.span));
    let (name, said) = whole.text.split_once(':')?;
    let said = said.trim_matches(is_blank);
    let lower = name.to_lowercase();
    let is_text = text_at(said) == Some(said);
    let is_plain = name.chars().all(|letter| is_word(letter) || is_blank(letter)) && !name.is_empty();
    if place != Place::Statements || !is_plain || said.is_empty() || opens_block(line.source, whole.span.end)
    {
        return None;
    }
    let span = whole.part(0, name.len() + 1);
    let found = whole.malformed(span, format!("unexpected `{name}:` before what is said"));
    if CUSTOMERS.contains(&lower.as_str()) {
        return Some(found.with_help(
            "what a customer writes is no line of a sequence: a handler waits for it with `on words \"…\"`, a question with `ask`",
        ));
    }
    let is_speaker = SPEAKERS.contains(&lower.as_str());
    if !is_speaker && (!is_text || near_word(first_word(name), place).is_some())
        || !is_text && said.contains(['"', '“', '\\', '{', '}'])
    {
        return None;
    }
    // `size: "S"` may be meant as a value.
    if !is_speaker && !name.starts_with(char::is_uppercase) {
        return Some(found.with_help(format!(
            "what the customer reads is `text {}`; an attribute is given a value with `set {name} = {}`",
            shorten(said),
            shorten(said)
        )));
    }
    let text = if is_text { said.to_owned() } else { quote(said) };
    let better = format!("text {text}");
    Some(
        found
            .with_help(format!("a flow says every text itself: `{}`", shorten(&better)))
            .suggested_fix(
                format!("write `text {}`", shorten(&text)),
                vec![(whole.span, better)],
            ),
    )
}

/// `goto lounge if vip`: `junk` is the condition behind a statement.
pub(super) fn condition_behind(line: Line<'_>, junk: Span, place: Place) -> Option<Diagnostic> {
    let written = line.source.slice(junk);
    let word = first_word(written);
    let condition = written.get(word.len()..)?.trim_matches(is_blank);
    let ours = match word {
        "if" | "when" => format!("if {condition}"),
        "unless" if is_name(condition) => format!("if not {condition}"),
        "unless" => format!("if not ({condition})"),
        _ => return None,
    };
    if place != Place::Statements || condition.is_empty() || !STATEMENTS.contains(&line.word()) {
        return None;
    }
    let statement = line.source.slice(Span::new(line.span.start, junk.start));
    let better = format!("{ours} {{ {} }}", statement.trim_end_matches(is_blank));
    let found = unexpected(line, junk, statement).with_help(format!("write `{}`", shorten(&better)));
    let read = Source::new("", ours.as_str());
    if stop_of(&read, read.span(), Place::Statements).is_some() || opens_block(line.source, junk.end) {
        return Some(found);
    }
    Some(found.suggested_fix(
        format!("write `{}`", shorten(&better)),
        vec![
            (Span::at(line.span.start), format!("{ours} {{ ")),
            (gap_before(line, junk), " }".to_owned()),
        ],
    ))
}

fn unexpected(line: Line<'_>, junk: Span, before: &str) -> Diagnostic {
    let message = format!(
        "unexpected `{}` after `{}`",
        shorten(line.source.slice(junk)),
        shorten(before)
    );
    Diagnostic::new(Code::Unexpected, line.source, junk, message)
}

/// The same where `condition` is read as a line of its own, in a block that stands on one line.
pub(in crate::syntax) fn condition_behind_a_statement(
    source: &Source,
    condition: Span,
) -> Option<Diagnostic> {
    let before = Line::new(
        source,
        Span::new(
            condition.start - super::len(super::line_before(source, condition.start)),
            condition.start,
        ),
    );
    let braces = before
        .outside_of_texts()
        .filter(|(_, letter)| matches!(letter, '{' | '}'));
    let from = braces.last().map_or(0, |(at, _)| at + 1);
    let statement = before.text.get(from..)?.trim_start_matches(is_blank);
    let start = condition.start - super::len(statement);
    let line = Line::new(source, Span::new(start, condition.end));
    condition_behind(line, condition, Place::Statements)
}

/// `text "a"; text "b"`, `text "a" text "b"`: `junk` is what stands behind the first statement.
pub(super) fn next_statement(line: Line<'_>, junk: Span, place: Place) -> Option<Diagnostic> {
    let written = line.source.slice(junk);
    let is_statement = |text: &str| {
        let word = Word::at_start_of(text).filter(|word| *word != Word::If);
        word.is_some_and(|word| word.places().contains(&place))
    };
    let here = Line::new(line.source, junk);
    let sign = written.get(..1).filter(|sign| matches!(*sign, ";" | ","));
    let behind = written
        .get(sign.map_or(0, str::len)..)?
        .trim_start_matches(is_blank);
    if place.is_in_test() || !is_statement(behind) && sign != Some(";") {
        return None;
    }
    let span = sign.map_or(junk, |sign| here.part(0, sign.len()));
    let message = match sign {
        Some(sign) => format!("unexpected `{sign}` before `{}`", shorten(behind)),
        None => format!("unexpected `{}` behind a statement", shorten(behind)),
    };
    let found = line
        .malformed(span, message)
        .with_help("each statement has a line of its own: begin a new line");
    // In a block of one line, they stand beside each other.
    let is_one_line = !super::line_before(line.source, line.span.start)
        .chars()
        .all(is_blank);
    let gap = match is_one_line {
        true => " ".to_owned(),
        false => format!("\n{}", line.margin()),
    };
    let found = match sign {
        Some(sign) if is_one_line => found.with_help(format!("remove the `{sign}`")),
        _ => found,
    };
    let mut edits = Vec::new();
    let signs = here
        .outside_of_texts()
        .filter(|(_, letter)| sign.is_some_and(|sign| sign.starts_with(*letter)));
    let starts: Vec<usize> = match sign {
        Some(_) => signs.map(|(at, _)| at).collect(),
        None => vec![0],
    };
    for at in starts {
        let (before, rest) = written.split_at_checked(at)?;
        let rest = rest.get(sign.map_or(0, str::len)..)?;
        let next = rest.trim_start_matches(is_blank);
        if !next.is_empty() && !is_statement(next) {
            return Some(found);
        }
        let from = gap_before(line, Span::at(junk.start + super::len(before)));
        let gone = Span::new(from.start, junk.end - super::len(next));
        let new = if next.is_empty() {
            String::new()
        } else {
            gap.clone()
        };
        edits.push((gone, new));
    }
    let title = match sign {
        Some(sign) if is_one_line => format!("remove `{sign}`"),
        _ => "begin a new line".to_owned(),
    };
    Some(found.suggested_fix(title, edits))
}

/// `text "Say "hi" now"`: a quote inside ends the text. `junk` is what stands behind that quote.
pub(super) fn quotes_inside(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    let head = line.source.slice(Span::new(line.span.start, junk.start));
    let before = head.trim_end_matches(is_blank);
    let written = line.source.slice(junk);
    let count = written.matches('"').count();
    let is_glued = head.len() == before.len() && written.starts_with(|letter: char| letter.is_alphanumeric());
    let is_inside = is_glued && count > 0 || count % 2 == 1;
    if !before.ends_with('"') || before.ends_with("\"\"\"") || !is_inside || written.starts_with('"') {
        return None;
    }
    let found = unexpected(line, junk, before)
        .with_help("the text ends at its second quote; a quote inside a text is written `\\\"`");
    let Some(inside) = written.strip_suffix('"').filter(|inside| !inside.contains('\\')) else {
        return Some(found);
    };
    let first = line.part(before.len() - 1, 0);
    let others = inside
        .match_indices('"')
        .map(|(at, _)| Span::at(junk.start + u32::try_from(at).unwrap_or_default()));
    let edits = std::iter::once(first)
        .chain(others)
        .map(|at| (at, "\\".to_owned()));
    Some(found.suggested_fix("write `\\\"` inside of the text", edits.collect()))
}
