//! What of a flow is beyond the limits of a channel, as far as it stands in the flow.
//!
//! Where a value or an endpoint is shown, nobody knows its length or number before a customer is there: what is
//! written counts, and [`Channel::degrade`] sees to the rest.

mod found;
mod gallery;
mod options;
mod said;

use std::collections::HashSet;

use super::limits::{Limit, Part};
use super::reason::Reason;
use super::{Channel, reason};
use crate::check::silence;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Source, Span};
use crate::syntax::ast::{Content, File, Head, Media, Node, Text};
use crate::syntax::{self, walk};
use crate::texts::is_catalog;
use found::{Found, Titles, together};
use options::Options;
use said::{Said, Translations};

/// Finds what channels cannot show as it stands in the flow: a warning each, file by file and in the order of the
/// lines.
///
/// A warning says the limit and its source, and what [`Channel::degrade`] does about it. Whether the flow is
/// sound at all is what [`check`](crate::check) finds; this repeats nothing of it. Among the sources may be catalogs
/// (their names end in `.po`): what is too long in a translation is found behind the rest, in its catalog.
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
/// assert!(finding.places().any(|(_, _, words)| words == "they stand in a list"));
/// ```
#[must_use]
pub fn check(sources: impl IntoIterator<Item = Source>, channels: &[Channel]) -> Vec<Diagnostic> {
    let (catalogs, flow): (Vec<Source>, Vec<Source>) = sources.into_iter().partition(is_catalog);
    let files: Vec<File> = flow.iter().map(|source| syntax::parse(source).0).collect();
    check_with(&files, &Translations::read(&files, &catalogs), channels)
}

/// The same for files that are read already, without catalogs. For tools that keep the trees.
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
#[cfg(feature = "unstable-tools")]
pub fn check_files(files: &[File], channels: &[Channel]) -> Vec<Diagnostic> {
    check_with(files, &Translations::default(), channels)
}

fn check_with(files: &[File], translations: &Translations, channels: &[Channel]) -> Vec<Diagnostic> {
    let (mut all, mut translated) = (Vec::new(), Vec::new());
    for file in files {
        let mut found = Vec::new();
        for channel in channels {
            let mut check = Check {
                channel: *channel,
                source: &file.source,
                translations,
                found: &mut found,
                translated: &mut translated,
            };
            walk(file, |node, around| check.line(node, around));
        }
        found.sort_by_key(|found: &Found| found.finding.labels.first().map(|label| label.span.start));
        all.extend(found);
    }
    silence(files, &mut all, |found| {
        (&found.finding, found.finding.labels.first())
    });
    // What is allowed of a text is allowed of its translations.
    silence(files, &mut translated, |found| {
        (&found.finding, found.finding.labels.last())
    });
    let mut all = together(all);
    all.extend(in_order(together(translated)));
    all
}

/// Findings in catalogs, by their places. Texts that share a translation share what is found in it.
fn in_order(mut translated: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let place = |finding: &Diagnostic| {
        let label = finding.labels.first();
        label.map(|label| (label.source.name().to_owned(), label.span.start))
    };
    translated.sort_by_cached_key(place);
    let mut known = HashSet::new();
    translated.retain(|finding| known.insert((place(finding), finding.message().to_owned())));
    translated
}

/// A file under the eyes of a channel.
struct Check<'f, 'd> {
    channel: Channel,
    source: &'f Source,
    translations: &'d Translations,
    found: &'d mut Vec<Found>,
    /// What is found in catalogs.
    translated: &'d mut Vec<Found>,
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

    fn text(&mut self, text: &Text, part: Part) {
        self.split(text, self.channel.bound(part));
    }

    /// A text that is sent in several messages.
    fn split(&mut self, text: &Text, limit: Option<&'static Limit>) {
        self.length(text, limit, None, |limit, _| reason::text_split(limit, None));
    }

    /// A title or subtitle that is cut short; those of one block are told together.
    fn title(&mut self, title: &Text, limit: Option<&'static Limit>, block: Option<Span>) {
        self.length(title, limit, block, |limit, said| {
            reason::title_too_long(limit, &said.written, said.literal())
        });
    }

    /// What is too long, in the flow's own words or in a translation.
    fn length(
        &mut self,
        text: &Text,
        limit: Option<&'static Limit>,
        block: Option<Span>,
        reason: impl Fn(&'static Limit, &Said) -> Reason,
    ) {
        let Some(limit) = limit else { return };
        let own = Said::own(self.source, text);
        if own.is_beyond(limit) {
            self.found.push(Found {
                finding: finding(self.source, own.span, reason(limit, &own)),
                titles: block.map(|block| self.titles(limit, block, &own)),
            });
        }
        let translated = self.translations.of(self.source, text).iter();
        for said in translated.filter(|said| said.is_beyond(limit)) {
            let mut reason = reason(limit, said);
            reason.fact = format!("{}{}", said.in_language(), reason.fact);
            let finding = finding(&said.source, said.span, reason);
            let titles = block.map(|block| self.titles(limit, block, said));
            self.translated.push(Found {
                finding: finding.label(self.source, text.span, "the text that it is for"),
                titles,
            });
        }
    }

    /// What the titles of a block share that are beyond one limit.
    fn titles(&self, limit: &Limit, block: Span, said: &Said) -> Titles {
        Titles {
            channel: self.channel,
            part: limit.part,
            block: (self.source.clone(), block.start),
            said_in: said.source.clone(),
            fact: reason::titles_too_long(limit),
            language: said.in_language(),
            help: help("shorten them, or allow each", limit),
        }
    }

    fn written(&self, title: &Text) -> String {
        said::written(self.source, title)
    }

    fn report(&mut self, span: Span, reason: Reason) {
        let finding = finding(self.source, span, reason);
        self.found.push(Found {
            finding,
            titles: None,
        });
    }
}

fn finding(source: &Source, span: Span, reason: Reason) -> Diagnostic {
    let (code, order) = code_of(&reason);
    let finding = Diagnostic::new(code, source, span, reason.fact).primary(reason.deed);
    match reason.limit {
        Some(limit) => finding.with_help(help(&format!("{order}, or allow it"), limit)),
        None => finding,
    }
}

fn help(order: &str, limit: &Limit) -> String {
    format!("{order} with a reason; the limit: {}", limit.source)
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
