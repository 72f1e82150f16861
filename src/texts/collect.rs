//! Every text of a flow that a customer can read, and the name of the place where it lives.

use std::collections::HashSet;

use super::message::{Mark, marks_of, message};
use crate::check::default_handlers;
use crate::name::canonical;
use crate::source::{Source, Span};
use crate::syntax::ast::{
    Branch, Content, Entry, File, Head, Ident, Media, Node, OptionLine, OptionsKind, RemarkKind, Text,
    Trigger, TypeKind,
};

/// A text that a customer can read.
#[derive(Clone, Debug)]
pub struct CustomerText {
    /// The file that it stands in.
    pub source: Source,
    /// Where it stands, with its quotes.
    pub span: Span,
    /// Where it lives, by name: `welcome@hello` for a block with an id, `welcome` for one without, `on start`
    /// in a handler. The present name first, then those from before.
    pub contexts: Vec<String>,
    /// The text as it stands in a catalog.
    pub message: String,
    /// What it is.
    pub kind: TextKind,
    /// What `///` above its line says, line by line.
    pub note: Vec<String>,
    /// The places for values in it, each once, in order.
    pub marks: Vec<Mark>,
    /// The one attribute of type `number` in it: what its plural forms depend on. `None` where it has none or several.
    pub count: Option<String>,
    /// The number of its block among those of the flow.
    pub block: usize,
    /// Whether it is of a handler that every flow has, and not of this flow.
    pub is_default: bool,
}

impl CustomerText {
    /// Where it lives, by name: the `msgctxt` of its entry.
    #[must_use]
    pub fn context(&self) -> &str {
        self.contexts.first().map_or("", String::as_str)
    }
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $variant:ident = $words:literal,)+) => {
        /// What a text is, for whoever translates it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum TextKind {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl TextKind {
            /// The kind in words.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $words,)+
                }
            }
        }
    };
}

kinds! {
    /// A `text` block.
    Text = "text",
    /// What is said above options.
    Prompt = "prompt",
    /// What an `ask` says.
    Question = "question",
    /// The title of one of the `buttons`.
    Button = "button title",
    /// The title of one of the `quick replies`.
    QuickReply = "quick reply title",
    /// The title of a card.
    CardTitle = "card title",
    /// The line below the title of a card.
    CardSubtitle = "card subtitle",
    /// The title of a button of a card.
    CardButton = "card button title",
    /// What is said on a wrong answer.
    Retry = "said on a wrong answer",
    /// What is said where a call fails.
    Instead = "said where a call fails",
}

impl TextKind {
    /// Whether it is the title of an option, which a customer may type.
    #[must_use]
    pub const fn is_title(self) -> bool {
        matches!(self, Self::Button | Self::QuickReply | Self::CardButton)
    }
}

/// Every text of a flow that a customer can read, in the order of the files; those of the handlers that the flow
/// does not have itself come last.
///
/// # Examples
///
/// ```
/// use sayflow::{Source, syntax, texts};
///
/// let flow = r#"
/// on start {
///   goto welcome
/// }
/// sequence welcome {
///   /// The shop's name stays as it is.
///   text @hello "Welcome to Dhaka Threads!"
/// }
/// "#;
/// let (file, _) = syntax::parse(&Source::new("shop.flow", flow));
/// let texts = texts::collect(&[file]);
/// assert_eq!(texts[0].context(), "welcome@hello");
/// assert_eq!(texts[0].message, "Welcome to Dhaka Threads!");
/// assert_eq!(texts[0].note, ["The shop's name stays as it is."]);
/// assert!(texts[1].is_default);
/// ```
#[must_use]
pub fn collect(files: &[File]) -> Vec<CustomerText> {
    let mut collector = Collector {
        numbers: numbers(files),
        texts: Vec::new(),
        block: 0,
        is_default: false,
    };
    for file in files {
        file.nodes().for_each(|node| collector.item(&file.source, node));
    }
    collector.is_default = true;
    let defaults = default_handlers();
    for node in defaults.nodes().filter(|node| is_used(node, files)) {
        collector.item(&defaults.source, node);
    }
    collector.texts
}

/// The attributes of type `number`.
fn numbers(files: &[File]) -> HashSet<String> {
    let items = files
        .iter()
        .flat_map(|file| file.nodes().map(move |node| (file, node)));
    items
        .filter_map(|(file, node)| match &node.head {
            Head::Attribute { name, ty, .. } if matches!(ty.kind, Some(TypeKind::Number)) => {
                Some(canonical(file.source.slice(name.span)).into_owned())
            }
            _ => None,
        })
        .collect()
}

/// Whether a flow runs this handler that it did not write.
fn is_used(node: &Node, files: &[File]) -> bool {
    let Head::On(trigger) = &node.head else {
        return false;
    };
    let mut items = files.iter().flat_map(File::nodes);
    let has_own = items.any(
        |item| matches!(&item.head, Head::On(own) if std::mem::discriminant(own) == std::mem::discriminant(trigger)),
    );
    // Where nothing is called, nothing fails.
    let can_run = !matches!(trigger, Trigger::ApiFailure)
        || files
            .iter()
            .flat_map(File::nodes)
            .any(|item| matches!(item.head, Head::Api { .. }));
    can_run && !has_own
}

struct Collector {
    numbers: HashSet<String>,
    texts: Vec<CustomerText>,
    block: usize,
    is_default: bool,
}

/// The sequence or handler that is walked through.
struct Body<'f> {
    source: &'f Source,
    /// Its present name, then those from before.
    names: Vec<String>,
}

/// The block whose texts are collected.
struct Block<'f> {
    body: &'f Body<'f>,
    contexts: Vec<String>,
}

impl<'f> Body<'f> {
    fn block(&self, id: Option<&str>) -> Block<'_> {
        let context = |name: &String| match id {
            Some(id) => format!("{name}@{id}"),
            None => name.clone(),
        };
        Block {
            body: self,
            contexts: self.names.iter().map(context).collect(),
        }
    }

    fn name(&self, ident: Option<Ident>) -> Option<String> {
        let written = canonical(self.source.slice(ident?.span)).into_owned();
        (!written.is_empty()).then_some(written)
    }
}

impl Collector {
    fn item(&mut self, source: &Source, node: &Node) {
        let names = match &node.head {
            Head::Sequence { name, was, .. } => {
                let present = canonical(source.slice(name.span)).into_owned();
                let former = was.iter().map(|text| text.plain(source));
                std::iter::once(present).chain(former).collect()
            }
            Head::On(_) => vec![
                source
                    .slice(node.span)
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" "),
            ],
            _ => return,
        };
        let body = Body { source, names };
        self.inside(node, &body);
    }

    /// The statements of a line's block.
    fn inside(&mut self, node: &Node, body: &Body<'_>) {
        if let Some(inner) = &node.body {
            self.entries(&inner.entries, body);
        }
    }

    fn entries(&mut self, entries: &[Entry], body: &Body<'_>) {
        for (node, note) in noted(entries, body.source) {
            self.statement(node, note, body);
        }
    }

    fn statement(&mut self, node: &Node, note: Vec<String>, body: &Body<'_>) {
        self.block += 1;
        match &node.head {
            Head::Say { media, id, content } => {
                let block = body.block(body.name(*id).as_deref());
                if let (Media::Text, Content::Text(text)) = (media, content) {
                    self.add(&block, TextKind::Text, text, note);
                }
                self.branches(node, &block, *media);
            }
            Head::Gallery { id } => {
                let block = body.block(body.name(*id).as_deref());
                self.each(node, &block, Self::card);
                self.branches(node, &block, Media::Text);
            }
            Head::Options { id, prompt, .. } => {
                let block = body.block(body.name(*id).as_deref());
                self.add_some(&block, TextKind::Prompt, prompt.as_ref(), note);
                self.options(node, &block);
                self.branches(node, &block, Media::Text);
            }
            Head::Ask { id, prompt, save } => {
                // The default id is the one that a session knows the question by.
                let id = body.name(*id).or_else(|| body.name(*save));
                let block = body.block(Some(id.as_deref().unwrap_or("ask")));
                self.add_some(&block, TextKind::Question, prompt.as_ref(), note);
                self.each(node, &block, Self::line_of_ask);
                self.branches(node, &block, Media::Text);
            }
            _ => {
                self.inside(node, body);
                self.branches(node, &body.block(None), Media::Text);
            }
        }
    }

    fn each(
        &mut self,
        node: &Node,
        block: &Block<'_>,
        collect: impl Fn(&mut Self, &Node, Vec<String>, &Block<'_>),
    ) {
        let entries = node
            .body
            .iter()
            .flat_map(|body| noted(&body.entries, block.body.source));
        for (child, note) in entries {
            collect(self, child, note, block);
        }
    }

    fn card(&mut self, node: &Node, note: Vec<String>, block: &Block<'_>) {
        if let Head::Card { title } = &node.head {
            self.add(block, TextKind::CardTitle, title, note);
            self.each(node, block, |collector, line, note, block| match &line.head {
                Head::Subtitle(text) => collector.add(block, TextKind::CardSubtitle, text, note),
                Head::CardButton(OptionLine { title, .. }) => {
                    collector.add(block, TextKind::CardButton, title, note);
                }
                _ => {}
            });
        }
    }

    fn line_of_ask(&mut self, node: &Node, note: Vec<String>, block: &Block<'_>) {
        match &node.head {
            Head::Options { .. } => self.options(node, block),
            Head::Retry { text, .. } => self.add(block, TextKind::Retry, text, note),
            Head::NoMatch | Head::NoReply(_) => self.inside(node, block.body),
            _ => {}
        }
    }

    fn options(&mut self, node: &Node, block: &Block<'_>) {
        let Head::Options { kind, .. } = &node.head else {
            return;
        };
        let kind = match kind {
            OptionsKind::Buttons => TextKind::Button,
            OptionsKind::QuickReplies => TextKind::QuickReply,
        };
        self.each(node, block, |collector, line, note, block| {
            if let Head::Option(OptionLine { title, .. }) = &line.head {
                collector.add(block, kind, title, note);
            }
        });
    }

    /// The branches behind a block; `else "…"` is a text where it stands for one.
    fn branches(&mut self, node: &Node, block: &Block<'_>, instead: Media) {
        for Branch {
            remarks, text, body, ..
        } in &node.branches
        {
            let note = remarks.iter().filter_map(|remark| match remark.kind {
                RemarkKind::Note => Some(note_text(block.body.source, remark.span)),
                _ => None,
            });
            if instead == Media::Text {
                self.add_some(block, TextKind::Instead, text.as_ref(), note.collect());
            }
            if let Some(body) = body {
                self.entries(&body.entries, block.body);
            }
        }
    }

    fn add_some(&mut self, block: &Block<'_>, kind: TextKind, text: Option<&Text>, note: Vec<String>) {
        if let Some(text) = text {
            self.add(block, kind, text, note);
        }
    }

    fn add(&mut self, block: &Block<'_>, kind: TextKind, text: &Text, note: Vec<String>) {
        let source = block.body.source;
        let message = message(source, text);
        let marks = marks_of(source, text);
        // Where nothing but values is read, there is nothing to translate.
        let has_words = super::marks(&message).any(|part| match part {
            super::Marked::Plain(plain) => !plain.trim().is_empty(),
            super::Marked::Mark(mark) => mark.has_default(),
            super::Marked::Broken(_) => true,
        });
        if !has_words {
            return;
        }
        self.texts.push(CustomerText {
            source: source.clone(),
            span: text.span,
            contexts: block.contexts.clone(),
            message,
            kind,
            note,
            count: self.count(&marks),
            marks,
            block: self.block,
            is_default: self.is_default,
        });
    }

    /// The one attribute of type `number`.
    fn count(&self, marks: &[Mark]) -> Option<String> {
        let mut counts = marks.iter().filter_map(|mark| match mark {
            Mark::Attribute { name, .. } => self.numbers.get(name),
            Mark::Api(_) => None,
        });
        let count = counts.next()?;
        counts.next().is_none().then(|| count.clone())
    }
}

/// The lines of a block, each with the notes for translators above it.
fn noted<'f>(entries: &'f [Entry], source: &Source) -> Vec<(&'f Node, Vec<String>)> {
    let mut lines = Vec::new();
    let mut note = Vec::new();
    for entry in entries {
        match entry {
            Entry::Node(node) => lines.push((node, std::mem::take(&mut note))),
            Entry::Remark(remark) => {
                if matches!(remark.kind, RemarkKind::Note) && !remark.is_trailing {
                    note.push(note_text(source, remark.span));
                }
            }
        }
    }
    lines
}

fn note_text(source: &Source, span: Span) -> String {
    source.slice(span).trim_start_matches('/').trim().to_owned()
}
