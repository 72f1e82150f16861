//! Options whose line goes on otherwise than behind a title.

use super::clauses;
use super::habits::{gap_before, is_word, quote, sign};
use super::{Line, first_token, first_word, shorten};
use crate::diagnostics::Diagnostic;
use crate::source::Span;
use crate::syntax::text::is_blank;

/// `"A" -> "track"`, `"A" track`, `"A" -> phone 880170`, `"A" -> b if vip extra "x"`
pub(super) fn option(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    let written = line.source.slice(junk);
    let here = Line::new(line.source, junk);
    let head = line.source.slice(Span::new(line.span.start, junk.start));
    if let Some(found) = clauses::target_behind(line, junk).or_else(|| clauses::other_target(line, junk)) {
        return Some(found);
    }
    if let Some(found) = extra(line, junk).or_else(|| said_by_an_option(line, junk)) {
        return Some(found);
    }
    if first_word(written) == "extra" {
        let at = head.rfind(" if ")?;
        let moved = format!(" {written}");
        let gap = head.trim_end_matches(is_blank).len();
        return Some(
            line.malformed(junk, "`extra` stands behind the condition".to_owned())
                .with_help("put `extra` before `if`")
                .suggested_fix(
                    "move it before `if`",
                    vec![
                        (line.part(at, 0), moved),
                        (line.part(gap, line.text.len() - gap), String::new()),
                    ],
                ),
        );
    }
    if head.contains(" if ")
        && let Some(found) = sign(line, junk)
    {
        return Some(found);
    }
    let Some(arrow) = ["->", "→", "–>", "—>"]
        .into_iter()
        .find(|arrow| written.starts_with(arrow))
    else {
        let name = first_word(written);
        let is_name = !name.is_empty() && !matches!(name, "else" | "extra" | "if" | "save");
        if !is_name
            || head.contains("->")
            || !(name.len() == written.len() || matches!(name, "url" | "phone"))
        {
            return None;
        }
        return Some(
            line.malformed(junk, format!("expected `->` before `{}`", shorten(written)))
                .with_help("an option leads to its target with `->`")
                .suggested_fix("insert `->`", vec![(Span::at(junk.start), "-> ".to_owned())]),
        );
    };
    let target = written.get(arrow.len()..)?.trim_start_matches(is_blank);
    let at = written.len() - target.len();
    if target.starts_with(['"', '“']) {
        let text = first_token(target);
        let inside = text.trim_matches(['"', '“', '”']);
        let span = here.part(at, text.len());
        let found = line.malformed(
            span,
            "expected a sequence, `url` or `phone`, found a text".to_owned(),
        );
        let word = if inside.contains("://") || inside.starts_with("www.") || inside.starts_with("mailto:") {
            "url"
        } else if inside
            .chars()
            .all(|letter| letter.is_ascii_digit() || matches!(letter, '+' | ' ' | '-'))
        {
            "phone"
        } else if inside.chars().all(is_word) {
            return Some(
                found
                    .with_help(format!(
                        "the name of a sequence stands without quotes: `-> {inside}`"
                    ))
                    .suggested_fix("remove the quotes", vec![(span, inside.to_owned())]),
            );
        } else {
            return None;
        };
        return Some(
            found
                .with_help(format!("say what it is: `-> {word} {}`", shorten(text)))
                .suggested_fix(
                    format!("insert `{word}`"),
                    vec![(Span::at(span.start), format!("{word} "))],
                ),
        );
    }
    let word = first_word(target);
    let is_address = target.contains("://");
    if !matches!(word, "url" | "phone") && !is_address {
        return None;
    }
    let (word, value) = if matches!(word, "url" | "phone") {
        (word, target.get(word.len()..)?.trim_start_matches(is_blank))
    } else {
        ("url", target)
    };
    let value_at = written.len() - value.len();
    let value = value.split(" extra ").next()?.split(" if ").next()?;
    if value.is_empty() || value.contains(['"', '“']) {
        return None;
    }
    let span = here.part(at, value_at - at + value.len());
    let quoted = format!("{word} {}", quote(value));
    Some(
        line.malformed(span, format!("expected a quoted text after `{word}`"))
            .with_help(format!("put it in quotes: `-> {}`", shorten(&quoted)))
            .suggested_fix("put it in quotes", vec![(span, quoted)]),
    )
}

/// `"A" -> b extra = "x"`, `"A" -> b with extra "x"`, `"A" -> b(extra="x")`
fn extra(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    let written = line.source.slice(junk);
    let word = written.trim_start_matches(['(', ',', ' ']);
    let word = word.strip_prefix("with ").unwrap_or(word);
    let rest = word.strip_prefix("extra")?;
    let value = rest.trim_start_matches([' ', ':', '=']);
    let text = super::text_at(value)?;
    let behind = value.get(text.len()..)?.trim_start_matches([')', ' ']);
    if rest.starts_with(is_word)
        || !behind.is_empty()
        || clauses::without_comma(written).starts_with("extra \"")
    {
        return None;
    }
    let better = format!("extra {text}");
    Some(
        line.malformed(
            junk,
            format!("unexpected `{}` behind an option", shorten(written)),
        )
        .with_help(format!("write `{}`", shorten(&better)))
        .suggested_fix(
            "write it as an extra",
            vec![(gap_before(line, junk), format!(" {better}"))],
        ),
    )
}

/// `"Hours" -> text "9 to 5"`
fn said_by_an_option(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    let text = line.source.slice(junk);
    let head = line
        .source
        .slice(Span::new(line.span.start, junk.start))
        .trim_end_matches(is_blank);
    let before = head.strip_suffix("text")?.trim_end_matches(is_blank);
    if !before.ends_with("->") && !before.ends_with('→') || super::text_at(text) != Some(text) {
        return None;
    }
    let word = line.part(head.len() - "text".len(), 0).to(junk);
    Some(
        line.malformed(word, "an option says nothing itself".to_owned())
            .with_help(format!(
                "it leads to a sequence that does: `-> NAME`, and `sequence NAME {{ text {} }}`",
                shorten(text)
            )),
    )
}
