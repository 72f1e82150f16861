//! Parts of a line that stand in a wrong order, or behind a sign or a word that joins nothing here.

use super::habits::{self, is_word};
use super::{Line, first_word, shorten, text_at};
use crate::diagnostics::Diagnostic;
use crate::source::Span;
use crate::syntax::text::is_blank;
use crate::syntax::words::{ARROWS, CLAUSES};

/// What leads to a target elsewhere.
const OTHER_ARROWS: [&str; 5] = ["=>", "⇒", "-->", "➔", "➜"];

/// `"A" extra "a" -> x`, `"A" if vip -> x`
pub(super) fn target_behind(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    let written = line.source.slice(junk);
    let arrow = ARROWS
        .into_iter()
        .chain(OTHER_ARROWS)
        .find(|arrow| written.starts_with(arrow))?;
    let from = if line.word() == "button" {
        line.text.len() - line.rest().len()
    } else {
        0
    };
    let title = text_at(line.text.get(from..)?)?;
    let title_end = from + title.len();
    let behind = line.text.get(title_end..)?;
    let clause = first_word(behind.trim_start_matches(is_blank));
    if !matches!(clause, "extra" | "if") {
        return None;
    }
    let target = written.get(arrow.len()..)?.trim_start_matches(is_blank);
    let word = first_word(target);
    let length = match word {
        "url" | "phone" => {
            let address = target.get(word.len()..)?.trim_start_matches(is_blank);
            target.len() - address.len() + text_at(address)?.len()
        }
        "" => return None,
        _ => word.len(),
    };
    let target = target.get(..length)?;
    let moved = Span::new(
        junk.start,
        junk.end - super::len(written) + end_of(written, target),
    );
    let found = line
        .malformed(
            line.part(title_end, 0).to(junk),
            format!("`-> {}` stands behind `{clause}`", shorten(target)),
        )
        .with_help(format!(
            "the target stands behind the title: `{} -> {} {clause} …`",
            shorten(title),
            shorten(target)
        ));
    Some(found.suggested_fix(
        format!("move it before `{clause}`"),
        vec![
            (line.part(title_end, 0), format!(" -> {target}")),
            (habits::gap_before(line, moved), String::new()),
        ],
    ))
}

/// How many bytes of `whole` end with `part`, which is a slice of it.
fn end_of(whole: &str, part: &str) -> u32 {
    let at = whole.find(part).unwrap_or_default();
    super::len(whole.get(..at + part.len()).unwrap_or(whole))
}

/// A sign or word behind a sound head, before something that could be meant to stand there.
pub(super) fn joined(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    let written = line.source.slice(junk);
    let sign = [",", "+", "&", "."]
        .into_iter()
        .find(|sign| written.starts_with(sign))?;
    let rest = written.get(1..)?;
    let behind = rest.trim_start_matches(is_blank);
    let word = first_word(behind);
    let here = line.part(line.text.len() - written.len(), 1);
    let blanks = rest.len() - behind.len();
    if sign == "," && CLAUSES.contains(&word) {
        let found = line.malformed(here, format!("unexpected `,` before `{word}`"));
        return Some(
            found
                .with_help(format!("remove the comma: no sign stands before `{word}`"))
                .suggested_fix("remove `,`", vec![(here, String::new())]),
        );
    }
    let is_option = line.text.starts_with(['"', '“']);
    if sign == "," && is_option && text_at(behind).is_some() {
        let gap = habits::gap_before(line, Span::new(junk.start, junk.start + 1));
        let gap = Span::new(gap.start, here.end + u32::try_from(blanks).unwrap_or_default());
        let found = line.malformed(here, "unexpected `,` between two options".to_owned());
        return Some(
            found
                .with_help("remove the comma: each option has a line of its own, with its own `->`")
                .suggested_fix("begin a new line", vec![(gap, format!("\n{}", line.margin()))]),
        );
    }
    one_text(line, junk)
}

/// What stands behind a comma that is there needlessly, which is told by itself.
pub(super) fn without_comma(written: &str) -> &str {
    let behind = written.strip_prefix(',');
    behind.map_or(written, |behind| behind.trim_start_matches(is_blank))
}

/// `text "Hi ", first_name`, `text "a" + "b"`
fn one_text(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    const SIGNS: [&str; 4] = [",", "+", "&", "."];
    let head = line.source.slice(Span::new(line.span.start, junk.start));
    let head = head.trim_end_matches(is_blank);
    if !head.ends_with('"') || head.ends_with("\"\"\"") {
        return None;
    }
    let written = line.source.slice(junk);
    let mut rest = written;
    let mut inside = String::new();
    while let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
        let part = rest.get(sign.len()..)?.trim_start_matches(is_blank);
        let word = first_word(part);
        let length = match text_at(part) {
            Some(text) if text.starts_with("\"\"\"") => return None,
            Some(text) => {
                let text_before = if inside.is_empty() {
                    head.strip_suffix('"')?
                } else {
                    &*inside
                };
                let next = text.strip_prefix('"')?.strip_suffix('"')?;
                // A comma divides texts, where other signs join them as they are.
                if sign == "," && !text_before.ends_with(is_blank) && !next.starts_with(is_blank) {
                    inside.push(' ');
                }
                inside.push_str(next);
                text.len()
            }
            None if is_name(word) && !CLAUSES.contains(&word) => {
                inside.push_str("{{");
                inside.push_str(word);
                inside.push_str("}}");
                word.len()
            }
            None => return None,
        };
        rest = part.get(length..)?.trim_start_matches(is_blank);
    }
    let is_end = rest.is_empty()
        || CLAUSES.contains(&first_word(rest))
        || ARROWS.iter().any(|it| rest.starts_with(it));
    if inside.is_empty() || !is_end {
        return None;
    }
    let taken = written
        .get(..written.len() - rest.len())?
        .trim_end_matches(is_blank);
    let quote = line.part(head.len() - 1, 0);
    let from = line.part(head.len(), 0);
    let end = junk.start + super::len(taken);
    let sign = written.get(..1)?;
    let found = line.malformed(
        Span::new(junk.start, end),
        format!("unexpected `{sign}` behind a text"),
    );
    Some(
        found
            .with_help(format!("it is one text: `\"…{}\"`", shorten(&inside)))
            .suggested_fix(
                "write it as one text",
                vec![(quote, inside), (Span::new(from.start, end), String::new())],
            ),
    )
}

/// `ask "Rate" save as rating`, `goto sequence menu`, `call api stock`: a word before a name.
pub(super) fn word_before_a_name(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    let name = line.source.slice(junk);
    let head = line.source.slice(Span::new(line.span.start, junk.start));
    let head = head.trim_end_matches(is_blank);
    let word = head.rsplit(is_blank).next()?;
    let ours = head.get(..head.len() - word.len())?.trim_end_matches(is_blank);
    let ours = ours.rsplit(is_blank).next()?;
    let is_between = match ours {
        "save" => matches!(word, "as" | "to" | "in" | "into" | "it" | "attribute"),
        "goto" => matches!(word, "sequence" | "to" | "flow" | "node" | "block" | "step"),
        "call" => matches!(word, "sequence" | "api" | "flow" | "the"),
        "clear" => matches!(word, "attribute" | "the"),
        "do" => matches!(word, "action" | "the"),
        _ => false,
    };
    if !is_between || !is_name(name) {
        return None;
    }
    let start = line.part(head.len() - word.len(), 0).start;
    let found = line.malformed(
        Span::new(start, junk.end),
        format!("unexpected `{word}` before `{name}`"),
    );
    Some(found.with_help(format!("write `{ours} {name}`")).suggested_fix(
        format!("remove `{word}`"),
        vec![(Span::new(start, junk.start), String::new())],
    ))
}

/// `"A" -> link "https://…"`, `"A" -> tel "+880…"`
pub(super) fn other_target(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    let address = text_at(line.source.slice(junk))?;
    let head = line.source.slice(Span::new(line.span.start, junk.start));
    let head = head.trim_end_matches(is_blank);
    let word = head.rsplit(is_blank).next()?;
    let before = head.get(..head.len() - word.len())?.trim_end_matches(is_blank);
    if !ARROWS.iter().any(|arrow| before.ends_with(arrow)) {
        return None;
    }
    let span = line.part(head.len() - word.len(), word.len());
    let found = line.malformed(
        span.to(junk),
        format!("expected a sequence, `url` or `phone` after `->`, found `{word}`"),
    );
    let ours = match word {
        "link" | "web" | "website" | "href" | "open" | "open_url" | "web_url" | "page" | "site" => "url",
        "tel" | "telephone" | "dial" | "mobile" | "call" | "number" => "phone",
        "mailto" | "mail" | "email" => {
            return Some(found.with_help(
                "an option opens no e-mail: write the address into a `text`, or lead to a page with `-> url \"https://…\"`",
            ));
        }
        _ => return None,
    };
    Some(
        found
            .with_help(format!("write `-> {ours} {}`", shorten(address)))
            .suggested_fix(format!("replace with `{ours}`"), vec![(span, ours.to_owned())]),
    )
}

pub(super) fn is_name(word: &str) -> bool {
    word.starts_with(|letter: char| letter.is_alphabetic() || letter == '_') && word.chars().all(is_word)
}
