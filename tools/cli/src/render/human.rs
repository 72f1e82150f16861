//! A finding for people: the message, the lines it is about, and what to do.

use std::fmt;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters, ThemeStyles};
use sayflow::{Diagnostic, Label, Severity, Source, Span};

use super::Remark;
use super::excerpt::Excerpt;
use crate::visible::visible;

/// The lines of a label that are drawn: a reply may have thousands of them.
const MOST_LINES: usize = 12;

/// A finding as a drawing, its words and its lines of sources no wider than that. It is always coloured; the
/// output drops colours where they are not wanted.
pub(crate) fn human(finding: &Diagnostic, width: usize, line_columns: usize) -> String {
    let (here, elsewhere) = by_file(finding.labels());
    let mut text = draw(&Drawing::of_finding(finding, &here, line_columns), width);
    for labels in elsewhere {
        text.push_str(&draw(&Drawing::of_note(&labels, line_columns), width));
    }
    text
}

/// A remark as a drawing, like a finding.
pub(crate) fn remark(remark: &Remark<'_>, width: usize, line_columns: usize) -> String {
    let (excerpt, labels) = excerpt(&[remark.label], line_columns);
    let drawing = Drawing {
        code: Some(remark.code.to_owned()),
        severity: Severity::Warning,
        message: visible(remark.message).into_owned(),
        help: Some(remark.help),
        excerpt,
        labels,
    };
    draw(&drawing, width)
}

fn draw(drawing: &Drawing<'_>, width: usize) -> String {
    let theme = GraphicalTheme {
        characters: ThemeCharacters::unicode(),
        styles: ThemeStyles::ansi(),
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_urls(false)
        .with_width(width);
    let mut text = String::new();
    match handler.render_report(&mut text, drawing) {
        Ok(()) => text,
        // A span that miette cannot draw: the message is left.
        Err(fmt::Error) => format!("{drawing}\n"),
    }
}

/// The labels of the primary label's file, and those of other files, file by file.
fn by_file(labels: &[Label]) -> (Vec<&Label>, Vec<Vec<&Label>>) {
    let mut files: Vec<Vec<&Label>> = Vec::new();
    for label in labels {
        let is_same = |file: &&mut Vec<&Label>| file.first().is_some_and(|it| it.source == label.source);
        match files.iter_mut().find(is_same) {
            Some(file) => file.push(label),
            None => files.push(vec![label]),
        }
    }
    let mut files = files.into_iter();
    (files.next().unwrap_or_default(), files.collect())
}

/// A finding, or a note of it in another file, as miette draws it.
#[derive(Debug)]
struct Drawing<'f> {
    code: Option<String>,
    severity: Severity,
    message: String,
    help: Option<&'f str>,
    excerpt: Option<Excerpt>,
    labels: Vec<LabeledSpan>,
}

impl<'f> Drawing<'f> {
    fn of_finding(finding: &'f Diagnostic, labels: &[&'f Label], line_columns: usize) -> Self {
        let (excerpt, labels) = excerpt(labels, line_columns);
        Self {
            code: Some(finding.code().to_string()),
            severity: finding.severity(),
            message: visible(finding.message()).into_owned(),
            help: finding.help(),
            excerpt,
            labels,
        }
    }

    /// The first label's text is the note's message.
    fn of_note(labels: &[&'f Label], line_columns: usize) -> Self {
        let message = labels.first().map(|label| visible(&label.text).into_owned());
        let (excerpt, mut drawn) = excerpt(labels, line_columns);
        if let Some(first) = drawn.first_mut() {
            first.set_label(None);
        }
        Self {
            code: None,
            severity: Severity::Advice,
            message: message
                .filter(|text| !text.is_empty())
                .unwrap_or_else(|| "see also".to_owned()),
            help: None,
            excerpt,
            labels: drawn,
        }
    }
}

fn excerpt(labels: &[&Label], line_columns: usize) -> (Option<Excerpt>, Vec<LabeledSpan>) {
    let Some(source) = labels.first().map(|label| &label.source) else {
        return (None, Vec::new());
    };
    let spans = labels.iter().map(|label| widened(source, cut(label).0));
    let excerpt = Excerpt::new(source, spans, line_columns);
    let drawn = labels.iter().enumerate().map(|(index, label)| {
        let (span, left_out) = cut(label);
        let said = (!label.text.is_empty()).then(|| visible(&label.text).into_owned());
        let more = (left_out > 0).then(|| format!("here, and in {left_out} more lines"));
        let text = match (said, more) {
            (Some(said), Some(more)) => Some(format!("{said} ({more})")),
            (said, more) => said.or(more),
        };
        let range = excerpt.range(widened(source, span));
        match index {
            0 => LabeledSpan::new_primary_with_span(text, range),
            _ => LabeledSpan::new_with_span(text, range),
        }
    });
    let drawn = drawn.collect();
    (Some(excerpt), drawn)
}

/// The span of a label, up to the end of the last line that is drawn of it, and how many lines are left out.
fn cut(label: &Label) -> (Span, usize) {
    let text = label.source.slice(label.span);
    let mut breaks = text.match_indices('\n').map(|(at, _)| at);
    let Some(end) = breaks.nth(MOST_LINES - 1) else {
        return (label.span, 0);
    };
    let more = text.get(end + 1..).unwrap_or_default().lines().count();
    let length = u32::try_from(end).unwrap_or_default();
    (Span::new(label.span.start, label.span.start + length), more)
}

/// A span; at the end of the file, where nothing is drawn, the last character before it.
fn widened(source: &Source, span: Span) -> Span {
    let text = source.text();
    let last = text.trim_end_matches(['\r', '\n']);
    if !span.is_empty() || (span.start as usize) < text.len() {
        return span;
    }
    let width = last.chars().next_back().map_or(0, char::len_utf8);
    let end = u32::try_from(last.len()).unwrap_or(u32::MAX);
    Span::new(end.saturating_sub(u32::try_from(width).unwrap_or_default()), end)
}

impl fmt::Display for Drawing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawing<'_> {}

impl miette::Diagnostic for Drawing<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code
            .as_ref()
            .map(|code| -> Box<dyn fmt::Display> { Box::new(code) })
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Advice => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help
            .map(|help| -> Box<dyn fmt::Display> { Box::new(visible(help)) })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt
            .as_ref()
            .map(|excerpt| -> &dyn SourceCode { excerpt })
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_label_with_many_lines_the_first_are_drawn() {
        let drawn = |lines: usize| {
            let source = Source::new("a.flow", "line\n".repeat(lines));
            let label = Label {
                span: source.span(),
                source,
                text: "all of it".to_owned(),
            };
            let (span, left_out) = cut(&label);
            let (_, drawn) = excerpt(&[&label], 80);
            let text = drawn.first().and_then(|label| label.label()).map(str::to_owned);
            (span.len() as usize, left_out, text.unwrap_or_default())
        };
        let few = MOST_LINES - 1;
        assert_eq!(drawn(few), (5 * few, 0, "all of it".to_owned()));
        assert_eq!(drawn(MOST_LINES), (5 * MOST_LINES - 1, 0, "all of it".to_owned()));
        let more = "all of it (here, and in 3 more lines)".to_owned();
        assert_eq!(drawn(MOST_LINES + 3), (5 * MOST_LINES - 1, 3, more));
    }
}
