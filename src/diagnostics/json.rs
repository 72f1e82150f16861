//! A finding for programs: its JSON form.

use std::fmt;

use serde::{Serialize, Serializer};

use super::{Code, Diagnostic, Edit, Fix, Label, Severity};
use crate::source::Position;

/// The form for programs, editors on web pages among them: what was found, with lines, columns and bytes of every
/// place, and the edits that mend it. `docs/diagnostics.md` describes the fields; some may come, none is renamed.
///
/// # Examples
///
/// ```
/// use sayflow::{Source, check};
///
/// let flow = "on start {\n  goto ordrs\n}\nsequence orders {\n  text \"None.\"\n}\n";
/// let (_, found) = check([Source::new("shop.flow", flow)]);
/// let json = serde_json::to_value(&found[0])?;
/// assert_eq!(json["code"], "check::unknown_sequence");
/// assert_eq!((json["line"].as_u64(), json["column"].as_u64()), (Some(2), Some(8)));
/// assert_eq!(json["fix"]["edits"][0]["text"], "orders");
/// # Ok::<(), serde_json::Error>(())
/// ```
impl Serialize for Diagnostic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written::from(self).serialize(serializer)
    }
}

/// A finding as it is written.
#[derive(Serialize)]
struct Written<'f> {
    #[serde(serialize_with = "as_text")]
    code: Code,
    #[serde(serialize_with = "as_text")]
    severity: Severity,
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
            code: finding.code,
            severity: finding.severity,
            message: &finding.message,
            place: finding.labels.first().map(Place::from),
            labels: finding.labels.iter().map(WrittenLabel::from).collect(),
            help: finding.help(),
            fix: finding.fix.as_ref().map(WrittenFix::from),
            url: finding.code.url(),
        }
    }
}

impl<'f> From<&'f Label> for Place<'f> {
    fn from(label: &'f Label) -> Self {
        let Position { line, column } = label.source.line_and_column(label.span.start);
        let end = label.source.line_and_column(label.span.end);
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
