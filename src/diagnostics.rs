//! What we tell people about a flow: one value for the terminal, the editor and the test.
//!
//! The constructor of each diagnostic stands beside the check that raises it;
//! this module holds the vocabulary they share.

mod code;
mod json;
mod nearest;
mod report;

use std::fmt;

use crate::source::{Source, Span};

pub use code::Code;
pub(crate) use nearest::{Neighbours, nearest};

/// How much a diagnostic matters, least first.
///
/// # Examples
///
/// A release lets advice pass and stops at warnings:
///
/// ```
/// use sayflow::{Diagnostic, Severity, Source, check};
///
/// let flow = "on start {\n  text \"Hi!\"\n}\nsequence sale {\n  text \"Soon.\"\n}\n";
/// let (_, found) = check([Source::new("shop.flow", flow)]);
/// let worst = found.iter().map(Diagnostic::severity).max();
/// assert_eq!(worst, Some(Severity::Warning));
/// assert!(worst > Some(Severity::Advice));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// A matter of taste.
    Advice,
    /// It runs, and surprises.
    Warning,
    /// It cannot run.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Advice => "advice",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A place in a source with a word about it; [`Diagnostic::places`] has an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The file.
    pub source: Source,
    /// The bytes.
    pub span: Span,
    /// What is to be seen there; empty where the message says it all.
    pub text: String,
}

/// One replacement of a [`Fix`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The file.
    pub source: Source,
    /// The bytes that go; empty where the edit only inserts.
    pub span: Span,
    /// What comes in their place; empty where the edit only removes.
    pub text: String,
}

/// Edits that mend what a diagnostic found; [`Diagnostic::edits`] has an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the fix does, as an offer: "replace with `welcome`".
    pub title: String,
    /// The replacements; they do not overlap.
    pub edits: Vec<Edit>,
    /// Whether it can be applied without a look: it keeps or plainly restores the meaning.
    pub is_safe: bool,
}

/// One finding about a flow.
///
/// The first label is the primary one; it says where the finding is, the others explain.
///
/// # Examples
///
/// ```
/// use sayflow::{Source, check};
///
/// let flow = "on start {\n  goto wellcome\n}\nsequence welcome {\n  text \"Hi\"\n}\n";
/// let (_, found) = check([Source::new("a.flow", flow)]);
/// let finding = &found[0];
/// assert_eq!(finding.code().as_str(), "check::unknown_sequence");
/// assert_eq!(finding.to_string(), "unknown sequence `wellcome`");
/// assert_eq!(finding.help(), Some("did you mean `welcome`?"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    code: Code,
    severity: Severity,
    message: String,
    pub(crate) labels: Vec<Label>,
    help: Option<String>,
    fix: Option<Fix>,
}

impl Diagnostic {
    /// A diagnostic with its code's own severity and its primary label, for tools that find something too.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::{Code, Diagnostic, Source, Span};
    ///
    /// let source = Source::new("hello.test.flow", "text \"Hi!\"");
    /// let found = Diagnostic::new(Code::TestFailed, &source, Span::new(5, 10), "the text is another")
    ///     .primary("expected here")
    ///     .with_help("`sayflow test --update` writes what is said now");
    /// let (source, span, words) = found.places().next().ok_or("a place")?;
    /// assert_eq!((source.slice(span), words), ("\"Hi!\"", "expected here"));
    /// # Ok::<(), &str>(())
    /// ```
    #[must_use]
    pub fn new(code: Code, source: &Source, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: bounded(message.into()),
            labels: vec![Label {
                source: source.clone(),
                span,
                text: String::new(),
            }],
            help: None,
            fix: None,
        }
    }

    /// Words under the primary label.
    #[must_use]
    pub fn primary(mut self, text: impl Into<String>) -> Self {
        if let Some(label) = self.labels.first_mut() {
            label.text = text.into();
        }
        self
    }

    /// One more place that explains the finding.
    #[must_use]
    pub fn label(mut self, source: &Source, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            source: source.clone(),
            span,
            text: bounded(text.into()),
        });
        self
    }

    /// The next action, as an order or an offer.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(bounded(help.into()));
        self
    }

    /// Offers the nearest name in place of the one at `span`.
    #[must_use]
    pub(crate) fn did_you_mean(self, span: Span, near: &str) -> Self {
        self.with_help(format!("did you mean `{near}`?"))
            .suggested_fix(format!("replace with `{near}`"), vec![(span, near.to_owned())])
    }

    /// A fix that can be applied without a look, in the primary label's file.
    #[must_use]
    pub(crate) fn safe_fix(self, title: impl Into<String>, edits: Vec<(Span, String)>) -> Self {
        self.with_fix(title, edits, true)
    }

    /// A fix that a person should look at before it is applied, in the primary label's file.
    #[must_use]
    pub(crate) fn suggested_fix(self, title: impl Into<String>, edits: Vec<(Span, String)>) -> Self {
        self.with_fix(title, edits, false)
    }

    /// A fix in another file than the primary label's, that a person should look at.
    #[must_use]
    pub(crate) fn suggested_fix_in(
        mut self,
        source: &Source,
        title: impl Into<String>,
        edit: (Span, String),
    ) -> Self {
        let (span, text) = edit;
        self.fix = Some(Fix {
            title: title.into(),
            edits: vec![Edit {
                source: source.clone(),
                span,
                text,
            }],
            is_safe: false,
        });
        self
    }

    fn with_fix(mut self, title: impl Into<String>, edits: Vec<(Span, String)>, is_safe: bool) -> Self {
        if let Some(source) = self.labels.first().map(|label| label.source.clone()) {
            let edits = edits
                .into_iter()
                .map(|(span, text)| Edit {
                    source: source.clone(),
                    span,
                    text,
                })
                .collect();
            self.fix = Some(Fix {
                title: title.into(),
                edits,
                is_safe,
            });
        }
        self
    }

    /// The stable, readable name of the finding.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// How much it matters.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// The fact, in lower case and with the author's own words in backticks.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Where it is, and what is to be seen there: the finding's own place first, then those that explain it,
    /// perhaps in other files. The words are empty where the message says it all.
    ///
    /// # Examples
    ///
    /// A review comment for every place that a finding speaks of:
    ///
    /// ```
    /// use sayflow::{Source, check};
    ///
    /// let shop = "on start {\n  goto hours\n}\nsequence hours {\n  text \"Ten.\"\n}\n";
    /// let shop = Source::new("shop.flow", shop);
    /// let cafe = Source::new("cafe.flow", "sequence hours {\n  text \"Nine.\"\n}\n");
    /// let (_, found) = check([shop, cafe]);
    /// let comments: Vec<String> = found[0]
    ///     .places()
    ///     .map(|(source, span, words)| format!("{}: {words}", source.place(span.start)))
    ///     .collect();
    /// assert_eq!(comments, ["cafe.flow:1:10: declared again here", "shop.flow:4:10: first declared here"]);
    /// ```
    pub fn places(&self) -> impl Iterator<Item = (&Source, Span, &str)> {
        let labels = self.labels.iter();
        labels.map(|label| (&label.source, label.span, label.text.as_str()))
    }

    /// What mends it: replacements that do not overlap, each with the bytes that go and what comes in their
    /// place. None where only a person can mend it.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::{Source, check};
    ///
    /// let flow = "on start {\n  goto ordrs\n}\nsequence orders {\n  text \"None.\"\n}\n";
    /// let flow = Source::new("shop.flow", flow);
    /// let (_, found) = check([flow.clone()]);
    /// assert_eq!(found[0].fix_title(), Some("replace with `orders`"));
    ///
    /// // From the last edit to the first, so that the bytes before stay where they are.
    /// let mut edits: Vec<_> = found[0].edits().collect();
    /// edits.sort_by_key(|(_, span, _)| std::cmp::Reverse(*span));
    /// let mut text = flow.text().to_owned();
    /// for (_, span, new) in edits {
    ///     text.replace_range(span.range(), new);
    /// }
    /// let (_, found) = check([Source::new("shop.flow", text)]);
    /// assert!(found.is_empty());
    /// ```
    pub fn edits(&self) -> impl Iterator<Item = (&Source, Span, &str)> {
        let edits = self.fix.iter().flat_map(|fix| &fix.edits);
        edits.map(|edit| (&edit.source, edit.span, edit.text.as_str()))
    }

    /// What the [edits](Self::edits) do, as an offer: "replace with `welcome`". `None` where there are none.
    #[must_use]
    pub fn fix_title(&self) -> Option<&str> {
        self.fix.as_ref().map(|fix| fix.title.as_str())
    }

    /// Whether there are [edits](Self::edits) that can be applied without a look: they keep or plainly restore
    /// the meaning.
    #[must_use]
    pub fn is_fix_safe(&self) -> bool {
        self.fix.as_ref().is_some_and(|fix| fix.is_safe)
    }

    /// Where it is: the primary label first, then those that explain, perhaps in other files.
    #[cfg(feature = "unstable-tools")]
    #[must_use]
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// The next action; `None` where the message says it.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// Edits that mend it; `None` where only a person can.
    #[cfg(feature = "unstable-tools")]
    #[must_use]
    pub fn fix(&self) -> Option<&Fix> {
        self.fix.as_ref()
    }
}

/// The message alone.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Diagnostic {}

/// The words of a finding, which quote a flow: a name or number may be as long as its file.
fn bounded(mut words: String) -> String {
    const BYTES: usize = 2_000;
    if words.len() > BYTES {
        words.truncate(words.floor_char_boundary(BYTES));
        words.push('…');
    }
    words
}
