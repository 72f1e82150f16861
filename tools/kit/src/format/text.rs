//! Quoted texts: straight quotes, tidy placeholders, and blocks of several lines at the new indent.
//!
//! What the customer reads is the author's: it is copied byte for byte.

use sayflow::Span;
use sayflow::syntax::ast::{Part, Text};

use super::line::{Ctx, is_blank};

/// A text with its quotes; one that is broken at its end stays as it is.
pub(super) fn quoted(ctx: Ctx<'_>, text: &Text) -> String {
    let written = ctx.slice(text.span);
    if !is_closed(ctx, text) {
        written.to_owned()
    } else if text.is_block && written.contains('\n') {
        block(ctx, text)
    } else if text.is_block {
        format!("\"\"\"{}\"\"\"", content(ctx, text))
    } else if written.starts_with('“') {
        straight(ctx, text).unwrap_or_else(|| written.to_owned())
    } else {
        format!("\"{}\"", content(ctx, text))
    }
}

/// Whether a quote stands behind the last part.
pub(super) fn is_closed(ctx: Ctx<'_>, text: &Text) -> bool {
    let written = ctx.slice(text.span);
    let quotes = match written.chars().next() {
        _ if text.is_block => 3,
        Some(quote) => quote.len_utf8(),
        None => 0,
    };
    let inside_end = text
        .parts
        .last()
        .map_or(quotes, |part| (part_span(*part).end - text.span.start) as usize);
    written.len() >= inside_end + quotes && written.ends_with(['"', '”'])
}

fn part_span(part: Part) -> Span {
    match part {
        Part::Plain(span) | Part::Char(span, _) | Part::Attribute { span, .. } => span,
        Part::Api(api) => api.span,
    }
}

/// The lines of a block stand one level deeper than the line that opens it. So does the closing
/// quote: `else` and `save` may follow it, and the block reads as one.
fn block(ctx: Ctx<'_>, text: &Text) -> String {
    let content = content(ctx, text);
    let indent = Ctx {
        depth: ctx.depth + 1,
        ..ctx
    }
    .indent();
    let (opening, lines) = on_lines(&content);
    // Lines of blanks alone have no common indent, so theirs counts.
    let added = if lines.iter().any(|line| has_words(line)) {
        indent.as_str()
    } else {
        ""
    };
    let mut written = format!("\"\"\"{opening}");
    for line in lines {
        written.push('\n');
        if !line.is_empty() {
            written.push_str(added);
            written.push_str(line);
        }
    }
    format!("{written}\n{indent}\"\"\"")
}

/// What stands right behind the opening quotes, and the lines below. Blanks before the only line
/// count where it stands there; on a line of its own they would be cut off as the common indent.
fn on_lines(content: &str) -> (&str, Vec<&str>) {
    let mut lines = content.split('\n');
    match lines.next() {
        Some(first) if first.starts_with(is_blank) && has_words(first) && !lines.clone().any(has_words) => {
            (first, lines.collect())
        }
        _ => ("", content.split('\n').collect()),
    }
}

fn has_words(line: &str) -> bool {
    !line.chars().all(is_blank)
}

/// What stands between the quotes; the lines of a block without their common indent.
fn content(ctx: Ctx<'_>, text: &Text) -> String {
    text.parts.iter().map(|part| written(ctx, *part)).collect()
}

/// A text in curly quotes with straight ones. It may hold straight quotes, which get a backslash;
/// `None` where marks are left open before one, as they would take in the backslash.
fn straight(ctx: Ctx<'_>, text: &Text) -> Option<String> {
    let mut inside = String::new();
    let mut has_open_marks = false;
    for part in &text.parts {
        let written = written(ctx, *part);
        if !matches!(part, Part::Plain(_)) {
            inside.push_str(&written);
            continue;
        }
        if has_open_marks && written.contains('"') {
            return None;
        }
        has_open_marks |= written.starts_with("{{") || written.starts_with("<<");
        inside.push_str(&written.replace('"', "\\\""));
    }
    Some(format!("\"{inside}\""))
}

fn written(ctx: Ctx<'_>, part: Part) -> String {
    match part {
        Part::Plain(span) => ctx.slice(span).to_owned(),
        Part::Char(span, '\n') if !ctx.slice(span).starts_with('\\') => "\n".to_owned(),
        Part::Char(span, _) => ctx.slice(span).to_owned(),
        Part::Attribute { name, default, .. } => {
            let name = ctx.slice(name.span);
            match default {
                Some(default) => {
                    let default = ctx.slice(default);
                    // A brace at its end would be taken for one of the two that close it.
                    let gap = if default.ends_with('}') { " " } else { "" };
                    format!("{{{{{name}|{default}{gap}}}}}")
                }
                None => format!("{{{{{name}}}}}"),
            }
        }
        Part::Api(api) => format!("<<{}>>", ctx.slice(api.name.span)),
    }
}
