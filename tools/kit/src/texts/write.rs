//! The form of a catalog: entries in, text out.

use std::fmt::Write as _;

use sayflow::texts::Entry;

/// The words of a catalog, comments included; its parts in the order in which gettext writes them.
pub(super) fn catalog(header: &Entry, entries: &[Entry], trailing: &[String]) -> String {
    let mut parts: Vec<String> = std::iter::once(header).chain(entries).map(entry).collect();
    if !trailing.is_empty() {
        parts.push(trailing.iter().map(|line| format!("{line}\n")).collect());
    }
    parts.join("\n")
}

fn entry(entry: &Entry) -> String {
    let mut out = String::new();
    for comment in &entry.comments {
        line(&mut out, comment);
    }
    for comment in &entry.extracted {
        line(&mut out, format!("#. {comment}").trim_end());
    }
    for reference in &entry.references {
        line(&mut out, &format!("#: {reference}"));
    }
    if !entry.flags.is_empty() {
        line(&mut out, &format!("#, {}", entry.flags.join(", ")));
    }
    let gone = if entry.is_obsolete { "#~ " } else { "" };
    let before = if entry.is_obsolete { "#~| " } else { "#| " };
    let previous = &entry.previous;
    for (word, text) in [
        ("msgctxt", &previous.context),
        ("msgid", &previous.id),
        ("msgid_plural", &previous.plural),
    ] {
        if let Some(text) = text {
            message(&mut out, before, word, text);
        }
    }
    if let Some(context) = &entry.context {
        message(&mut out, gone, "msgctxt", &context.value);
    }
    message(&mut out, gone, "msgid", &entry.id.value);
    match &entry.plural {
        None => {
            let string = entry.strings.first().map_or("", |text| &text.value);
            message(&mut out, gone, "msgstr", string);
        }
        Some(plural) => {
            message(&mut out, gone, "msgid_plural", &plural.value);
            for (index, text) in entry.strings.iter().enumerate() {
                message(&mut out, gone, &format!("msgstr[{index}]"), &text.value);
            }
        }
    }
    out
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

/// A part of an entry; a text of several lines begins on the next one.
fn message(out: &mut String, prefix: &str, word: &str, text: &str) {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    match lines.as_slice() {
        [] => line(out, &format!("{prefix}{word} \"\"")),
        [only] => line(out, &format!("{prefix}{word} \"{}\"", escaped(only))),
        lines => {
            line(out, &format!("{prefix}{word} \"\""));
            for text in lines {
                line(out, &format!("{prefix}\"{}\"", escaped(text)));
            }
        }
    }
}

/// The characters of a text between the quotes of a catalog.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\t' => escaped.push_str("\\t"),
            '\r' => escaped.push_str("\\r"),
            // Three digits, so that what follows is never taken for one of them.
            letter if letter.is_ascii_control() => {
                // Writing to a string cannot fail.
                let _ = write!(escaped, "\\{:03o}", u32::from(letter));
            }
            letter => escaped.push(letter),
        }
    }
    escaped
}
