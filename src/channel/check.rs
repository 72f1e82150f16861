//! What of a flow is beyond the limits of a channel, as far as it stands in the flow.
//!
//! Where a value or an endpoint is shown, nobody knows its length or number before a customer is there: what is
//! written counts, and [`degrade`](super::degrade) sees to the rest.

mod gallery;
mod options;

use super::limits::{Limit, Part};
use super::reason::Reason;
use super::{Channel, reason};
use crate::check::silence;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Source, Span};
use crate::syntax::ast::{self, Content, File, Head, Media, Node, Text};
use crate::syntax::{self, walk};
use options::Options;

/// Finds what channels cannot show as it stands in the flow: a warning each, file by file and in the order of the
/// lines.
///
/// A warning says the limit and its source, and what [`degrade`](super::degrade) does about it. Whether the flow is
/// sound at all is what [`check`](crate::check) finds; this repeats nothing of it.
///
/// # Examples
///
/// ```
/// use sayflow::Source;
/// use sayflow::channel::{Channel, check};
///
/// let flow = r#"
/// on start {
///   buttons "What would you like to do?" {
///     "Track an order" -> there
///     "Today's offers" -> there
///     "Opening hours" -> there
///     "A person, please" -> there
///   }
/// }
/// "#;
/// let found = check([Source::new("shop.flow", flow)], &[Channel::WhatsApp, Channel::Line]);
/// let [finding] = found.as_slice() else { panic!("LINE shows four buttons") };
/// assert_eq!(finding.code().as_str(), "channel::too_many_options");
/// assert_eq!(finding.message(), "4 buttons are more than 3, the most at once on WhatsApp");
/// assert_eq!(finding.labels()[0].text, "they stand in a list");
/// ```
#[must_use]
pub fn check(sources: impl IntoIterator<Item = Source>, channels: &[Channel]) -> Vec<Diagnostic> {
    let files: Vec<File> = sources
        .into_iter()
        .map(|source| syntax::parse(&source).0)
        .collect();
    check_files(&files, channels)
}

/// The same for files that are read already. For tools that keep the trees.
///
/// # Examples
///
/// ```
/// use sayflow::channel::{Channel, check_files};
/// use sayflow::{Source, syntax};
///
/// let flow = "on start {\n  buttons \"Hm?\" {\n    \"Call us\" -> phone \"+8801700000000\"\n  }\n}\n";
/// let (file, _) = syntax::parse(&Source::new("shop.flow", flow));
/// let found = check_files(&[file], &[Channel::WhatsApp]);
/// assert_eq!(found[0].message(), "WhatsApp has no phone options");
/// ```
#[must_use]
#[cfg_attr(
    not(feature = "unstable-syntax"),
    expect(unreachable_pub, reason = "public for tools, behind the feature")
)]
pub fn check_files(files: &[File], channels: &[Channel]) -> Vec<Diagnostic> {
    let mut all = Vec::new();
    for file in files {
        let mut found = Vec::new();
        for channel in channels {
            let mut check = Check {
                channel: *channel,
                source: &file.source,
                found: &mut found,
            };
            walk(file, |node, around| check.line(node, around));
        }
        found.sort_by_key(|finding: &Diagnostic| finding.labels().first().map(|label| label.span.start));
        all.extend(found);
    }
    silence(files, &mut all);
    all
}

/// A file under the eyes of a channel.
struct Check<'f, 'd> {
    channel: Channel,
    source: &'f Source,
    found: &'d mut Vec<Diagnostic>,
}

impl<'f> Check<'f, '_> {
    fn line(&mut self, node: &'f Node, around: &[&'f Node]) {
        // A test says what is said, and says nothing itself.
        if around
            .iter()
            .chain([&node])
            .any(|line| matches!(line.head, Head::Test { .. }))
        {
            return;
        }
        match &node.head {
            Head::Say {
                media: Media::Text,
                content: Content::Text(text),
                ..
            } => self.text(text, Part::Text),
            Head::Say {
                media: Media::Audio, ..
            } => {
                if let Some(limit) = self.channel.lacks(Part::Audio) {
                    self.report(node.span, reason::media_to_text(limit));
                }
            }
            Head::Gallery { .. } => self.gallery(node),
            Head::Options { prompt, .. } => {
                let above = match around.split_last() {
                    Some((ask, around)) if matches!(ask.head, Head::Ask { .. }) => {
                        above_in(ask, node, around)
                    }
                    _ => Above {
                        text: prompt.as_ref(),
                        is_behind_text: is_behind_text(node, around),
                    },
                };
                self.options(&Options::of(self.source, node), &above);
            }
            Head::Ask {
                prompt: Some(text), ..
            } if !has_options(node) => self.text(text, Part::Text),
            Head::Retry { text, .. } => self.retry(text, around),
            _ => {}
        }
        for text in node.branches.iter().filter_map(|branch| branch.text.as_ref()) {
            self.text(text, Part::Text);
        }
    }

    /// What is said on a wrong answer stands above the first options of its question.
    fn retry(&mut self, text: &Text, around: &[&'f Node]) {
        let lines = around.last().into_iter().flat_map(|ask| ask.children());
        match lines
            .into_iter()
            .find(|line| matches!(line.head, Head::Options { .. }))
        {
            Some(first) => {
                let options = Options::of(self.source, first);
                let plan = options.plan(self.channel);
                self.prompt(text, &options, &plan);
            }
            None => self.text(text, Part::Text),
        }
    }

    /// A text that is too long whatever stands in the places of its values.
    fn text(&mut self, text: &Text, part: Part) {
        if let Some(limit) = self
            .channel
            .limit(part)
            .filter(|limit| self.is_beyond(text, limit))
        {
            self.report(text.span, reason::text_split(limit, None));
        }
    }

    fn title(&mut self, title: &Text, limit: Option<&'static Limit>) {
        if let Some(limit) = limit.filter(|limit| self.is_beyond(title, limit)) {
            let literal = title.literal(self.source);
            self.report(
                title.span,
                reason::title_too_long(limit, &self.written(title), literal.as_deref()),
            );
        }
    }

    fn is_beyond(&self, text: &Text, limit: &Limit) -> bool {
        let plain = text.plain(self.source);
        limit.unit.end_within(&plain, limit.max) < plain.len()
    }

    /// A title as an author knows it, with the places of values.
    fn written(&self, title: &Text) -> String {
        let part = |part: &ast::Part| match part {
            ast::Part::Attribute { span, .. } => self.source.slice(*span).to_owned(),
            other => other.plain(self.source).unwrap_or_default().into_owned(),
        };
        title.parts.iter().map(part).collect()
    }

    fn report(&mut self, span: Span, reason: Reason) {
        let (code, order) = code_of(&reason);
        let mut finding = Diagnostic::new(code, self.source, span, reason.fact).primary(reason.deed);
        if let Some(limit) = reason.limit {
            finding = finding.with_help(format!(
                "{order}, or allow it with a reason; the limit: {}",
                limit.source
            ));
        }
        self.found.push(finding);
    }
}

/// What a reason is called where an author reads it, and what to do about it.
fn code_of(reason: &Reason) -> (Code, &'static str) {
    use super::ChangeKind as Kind;
    let is_lacking = reason.limit.is_some_and(|limit| limit.max == 0);
    match reason.kind {
        Kind::TextSplit { .. } => (Code::ChannelTextTooLong, "shorten it"),
        Kind::Shortened { .. } => (Code::ChannelTitleTooLong, "shorten it"),
        Kind::PromptAdded | Kind::PromptTaken => {
            (Code::ChannelMissingPrompt, "say something above the options")
        }
        _ if is_lacking => (Code::ChannelNotSupported, "say it another way"),
        Kind::GallerySplit { .. } => (Code::ChannelTooManyCards, "have fewer cards, or cards alike"),
        _ => (Code::ChannelTooManyOptions, "have fewer"),
    }
}

/// What stands above options.
struct Above<'f> {
    text: Option<&'f Text>,
    /// Whether the line before is a text, which is taken where there is none of their own.
    is_behind_text: bool,
}

/// What stands above options of a question: its prompt, above the first.
fn above_in<'f>(ask: &'f Node, options: &Node, around: &[&Node]) -> Above<'f> {
    let mut lists = ask
        .children()
        .filter(|line| matches!(line.head, Head::Options { .. }));
    let is_first = lists.next().is_some_and(|first| first.span == options.span);
    let prompt = match &ask.head {
        Head::Ask { prompt, .. } => prompt.as_ref(),
        _ => None,
    };
    Above {
        text: prompt.filter(|_| is_first),
        is_behind_text: is_first && is_behind_text(ask, around),
    }
}

fn has_options(ask: &Node) -> bool {
    ask.children()
        .any(|line| matches!(line.head, Head::Options { .. }))
}

/// Whether the line before is a text.
fn is_behind_text(node: &Node, around: &[&Node]) -> bool {
    let mut bodies = around.last().into_iter().flat_map(|outer| outer.bodies());
    let is_it = |line: &&Node| line.span == node.span;
    bodies
        .find(|body| body.nodes().any(|line| is_it(&line)))
        .and_then(|body| body.nodes().take_while(|line| !is_it(line)).last())
        .is_some_and(|line| {
            matches!(
                line.head,
                Head::Say {
                    media: Media::Text,
                    ..
                }
            )
        })
}
