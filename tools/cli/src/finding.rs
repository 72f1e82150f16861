//! What is said about the files of a flow: the checker's diagnostics, and files that hold no text.

use sayflow::{Code, Diagnostic, Fix, Label, Position, Severity, Source, Span};

/// One thing to show.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) code: Code,
    pub(crate) severity: Severity,
    pub(crate) message: String,
    /// The primary label first.
    pub(crate) labels: Vec<Label>,
    pub(crate) help: Option<String>,
    pub(crate) fix: Option<Fix>,
}

impl From<&Diagnostic> for Finding {
    fn from(diagnostic: &Diagnostic) -> Self {
        Self {
            code: diagnostic.code(),
            severity: diagnostic.severity(),
            message: diagnostic.message().to_owned(),
            labels: diagnostic.labels().to_vec(),
            help: diagnostic.help().map(str::to_owned),
            fix: diagnostic.fix().cloned(),
        }
    }
}

impl Finding {
    /// A file that is not UTF-8. The source has U+FFFD where its bytes are no text.
    pub(crate) fn not_utf8(source: &Source, offset: usize, byte: u8) -> Self {
        let start = u32::try_from(offset).unwrap_or(u32::MAX);
        let replacement = u32::try_from(char::REPLACEMENT_CHARACTER.len_utf8()).unwrap_or_default();
        Self {
            code: Code::NotUtf8,
            severity: Code::NotUtf8.severity(),
            message: format!("the file is not UTF-8: byte 0x{byte:02X} at offset {offset}"),
            labels: vec![Label {
                source: source.clone(),
                span: Span::new(start, start.saturating_add(replacement)),
                text: "this byte is no text".to_owned(),
            }],
            help: Some("save the file as UTF-8".to_owned()),
            fix: None,
        }
    }

    /// The findings of a check.
    pub(crate) fn all(diagnostics: &[Diagnostic]) -> Vec<Self> {
        diagnostics.iter().map(Self::from).collect()
    }

    /// The file and place of the primary label.
    pub(crate) fn place(&self) -> Option<(&Label, Position)> {
        let label = self.labels.first()?;
        Some((label, label.source.position(label.span.start)))
    }

    /// The page that explains the code.
    pub(crate) fn url(&self) -> String {
        let anchor: String = self.code.as_str().chars().filter(|found| *found != ':').collect();
        format!(
            "{}/blob/main/docs/diagnostics.md#{anchor}",
            env!("CARGO_PKG_REPOSITORY")
        )
    }
}
