//! A finding for programs: one JSON object.

use std::fmt;

use sayflow::{Diagnostic, Edit, Fix, Label, Position};
use serde::Serialize;
use serde::ser::Serializer;

use crate::visible::in_json;

/// A finding as one line of JSON.
pub(crate) fn json(finding: &Diagnostic) -> String {
    // Names and texts alone cannot fail to serialize.
    in_json(&serde_json::to_string(&Written::from(finding)).unwrap_or_default())
}

/// The JSON form of a finding, which `docs/diagnostics.md` describes. Fields are added, never renamed.
#[derive(Serialize)]
pub(crate) struct Written<'f> {
    #[serde(serialize_with = "as_text")]
    code: sayflow::Code,
    #[serde(serialize_with = "as_text")]
    severity: sayflow::Severity,
    message: &'f str,
    /// The primary label's place.
    #[serde(flatten)]
    place: Option<Place<'f>>,
    labels: Vec<WrittenLabel<'f>>,
    help: Option<&'f str>,
    fix: Option<WrittenFix<'f>>,
    url: String,
}

/// A range of a file. Lines and columns begin at 1, columns are characters, offsets bytes from 0;
/// each end is the place behind the last character.
#[derive(Serialize)]
struct Place<'f> {
    file: &'f str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    start_byte: u32,
    end_byte: u32,
}

#[derive(Serialize)]
struct WrittenLabel<'f> {
    #[serde(flatten)]
    place: Place<'f>,
    text: &'f str,
}

#[derive(Serialize)]
struct WrittenFix<'f> {
    title: &'f str,
    is_safe: bool,
    edits: Vec<WrittenEdit<'f>>,
}

#[derive(Serialize)]
struct WrittenEdit<'f> {
    file: &'f str,
    start_byte: u32,
    end_byte: u32,
    text: &'f str,
}

impl<'f> From<&'f Diagnostic> for Written<'f> {
    fn from(finding: &'f Diagnostic) -> Self {
        Self {
            code: finding.code(),
            severity: finding.severity(),
            message: finding.message(),
            place: finding.labels().first().map(Place::from),
            labels: finding.labels().iter().map(WrittenLabel::from).collect(),
            help: finding.help(),
            fix: finding.fix().map(WrittenFix::from),
            url: finding.code().url(),
        }
    }
}

impl<'f> From<&'f Label> for Place<'f> {
    fn from(label: &'f Label) -> Self {
        let Position { line, column } = label.source.position(label.span.start);
        let end = label.source.position(label.span.end);
        Self {
            file: label.source.name(),
            line,
            column,
            end_line: end.line,
            end_column: end.column,
            start_byte: label.span.start,
            end_byte: label.span.end,
        }
    }
}

impl<'f> From<&'f Label> for WrittenLabel<'f> {
    fn from(label: &'f Label) -> Self {
        Self {
            place: label.into(),
            text: &label.text,
        }
    }
}

impl<'f> From<&'f Fix> for WrittenFix<'f> {
    fn from(fix: &'f Fix) -> Self {
        let edits = fix.edits.iter().map(WrittenEdit::from).collect();
        Self {
            title: &fix.title,
            is_safe: fix.is_safe,
            edits,
        }
    }
}

impl<'f> From<&'f Edit> for WrittenEdit<'f> {
    fn from(edit: &'f Edit) -> Self {
        Self {
            file: edit.source.name(),
            start_byte: edit.span.start,
            end_byte: edit.span.end,
            text: &edit.text,
        }
    }
}

fn as_text<S: Serializer>(word: &impl fmt::Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(word)
}
