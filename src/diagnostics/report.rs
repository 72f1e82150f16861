//! Diagnostics as [`miette`] shows them. How they are drawn is left to the host.

use std::fmt;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::{Diagnostic, Label, Severity};
use crate::source::{Source, Span};

impl miette::Diagnostic for Diagnostic {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Advice => miette::Severity::Advice,
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help
            .as_deref()
            .map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn url<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code.url()))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.labels.first().map(|label| &label.source as &dyn SourceCode)
    }

    /// The labels in the primary label's file.
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let primary = self.labels.first()?;
        let beside = self
            .labels
            .iter()
            .skip(1)
            .filter(|label| label.source == primary.source);
        let first = LabeledSpan::new_primary_with_span(text_of(primary), to_miette(primary.span));
        Some(Box::new(std::iter::once(first).chain(beside.map(to_labeled))))
    }

    /// The labels in other files, each as a note of its own.
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        let primary = self.labels.first()?;
        let elsewhere = self.labels.iter().filter(|label| label.source != primary.source);
        let mut elsewhere = elsewhere.map(|label| label as &dyn miette::Diagnostic).peekable();
        elsewhere
            .peek()
            .is_some()
            .then(|| Box::new(elsewhere) as Box<dyn Iterator<Item = _>>)
    }
}

/// A place that explains a finding in another file.
impl miette::Diagnostic for Label {
    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Advice)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(to_labeled(self))))
    }
}

/// The words of the label alone.
impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Label {}

/// The text of a flow's file under its name.
impl SourceCode for Source {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let found = self
            .text()
            .read_span(span, context_lines_before, context_lines_after)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.name().to_owned(),
            found.data(),
            *found.span(),
            found.line(),
            found.column(),
            found.line_count(),
        )))
    }
}

fn to_labeled(label: &Label) -> LabeledSpan {
    LabeledSpan::new_with_span(text_of(label), to_miette(label.span))
}

fn text_of(label: &Label) -> Option<String> {
    (!label.text.is_empty()).then(|| label.text.clone())
}

fn to_miette(span: Span) -> SourceSpan {
    SourceSpan::from(span.range())
}

#[cfg(test)]
mod tests {
    use super::{Diagnostic, Source, Span};
    use crate::diagnostics::Code;

    #[test]
    fn drawn_with_every_file() {
        let shop = Source::new("shop.flow", "on start {\n  call agent\n}\n");
        let help = Source::new("help.flow", "sequence agent {\n  goto welcome\n}\n");
        let finding = Diagnostic::new(Code::CalledGoto, &shop, Span::new(13, 23), "`agent` may leave")
            .primary("may never come back")
            .label(&shop, Span::new(0, 8), "in this handler")
            .label(&help, Span::new(19, 31), "this leaves")
            .with_help("write `goto agent`");
        let mut drawn = String::new();
        miette::NarratableReportHandler::new()
            .render_report(&mut drawn, &finding)
            .unwrap();
        insta::assert_snapshot!(drawn, @r"
        `agent` may leave
            Diagnostic severity: warning
        Begin snippet for shop.flow starting at line 1, column 1

        snippet line 1: on start {
            label at line 1, columns 1 to 8: in this handler
        snippet line 2:   call agent
            label at line 2, columns 3 to 12: may never come back
        snippet line 3: }
        diagnostic help: write `goto agent`
        diagnostic code: check::called_goto
        For more details, see:
        https://github.com/sayflow/sayflow/blob/main/docs/diagnostics.md#checkcalled_goto

        Advice: this leaves
            Diagnostic severity: advice

        Begin snippet for help.flow starting at line 1, column 1

        snippet line 1: sequence agent {
        snippet line 2:   goto welcome
            label at line 2, columns 3 to 14: this leaves
        snippet line 3: }
        ");
    }
}
