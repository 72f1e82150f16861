//! `sayflow texts`: the list.

use std::io::Write;
use std::path::Path;

use anstyle::{Effects, Style};
use sayflow::texts::CustomerText;
use sayflow_kit::texts::{characters, placeholders};
use serde::Serialize;

use super::super::run::report;
use super::{Format, Readable};
use crate::exit::{Exit, Stop};
use crate::render::counted;
use crate::told;
use crate::visible::{in_json, visible};

/// A text as a line of JSON.
#[derive(Debug, Serialize)]
struct Line<'t> {
    /// `None` for a text of every flow.
    file: Option<&'t str>,
    line: Option<u32>,
    column: Option<u32>,
    context: &'t str,
    kind: &'t str,
    text: &'t str,
    characters: usize,
    placeholders: Vec<String>,
    note: Option<String>,
}

pub(super) fn run(path: &Path, format: Format) -> Result<Exit, Stop> {
    let Some(readable) = Readable::read(path)? else {
        return Ok(Exit::Findings);
    };
    let mut output = anstream::stdout();
    for text in &readable.texts {
        match format {
            Format::Human => print(text, &mut output)?,
            Format::Json => {
                let line = serde_json::to_string(&line(text)).map_err(std::io::Error::from)?;
                writeln!(output, "{}", in_json(&line))?;
            }
        }
    }
    let all: usize = readable.texts.iter().map(|text| characters(&text.message)).sum();
    let texts = counted(readable.texts.len(), "text");
    writeln!(told::aside(), "{texts}, {}", counted(all, "character"))?;
    let unreadable = readable.unreadable();
    if !unreadable.is_empty() {
        report(&unreadable);
    }
    Ok(Exit::after(!unreadable.is_empty()))
}

fn print(text: &CustomerText, output: &mut impl Write) -> std::io::Result<()> {
    let dim = Style::new().effects(Effects::DIMMED);
    let place = match text.is_default {
        true => "(every flow)".to_owned(),
        false => text.source.place(text.span.start),
    };
    let length = counted(characters(&text.message), "character");
    let (context, kind) = (text.context(), text.kind.as_str());
    let head = format!("{place}  {context}  {kind}, {length}");
    writeln!(output, "{dim}{}{dim:#}", visible(&head))?;
    for line in text.message.lines() {
        writeln!(output, "  {}", visible(line))?;
    }
    let values = placeholders(text);
    if !values.is_empty() {
        writeln!(output, "  {dim}with {}{dim:#}", visible(&values.join(" ")))?;
    }
    for note in &text.note {
        writeln!(output, "  {dim}/// {}{dim:#}", visible(note))?;
    }
    Ok(())
}

fn line(text: &CustomerText) -> Line<'_> {
    let place = (!text.is_default).then(|| text.source.position(text.span.start));
    Line {
        file: (!text.is_default).then(|| text.source.name()),
        line: place.map(|place| place.line),
        column: place.map(|place| place.column),
        context: text.context(),
        kind: text.kind.as_str(),
        text: &text.message,
        characters: characters(&text.message),
        placeholders: placeholders(text),
        note: (!text.note.is_empty()).then(|| text.note.join("\n")),
    }
}
