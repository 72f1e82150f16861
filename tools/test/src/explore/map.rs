//! The lines of a flow by their places: what a trace speaks of.

use std::collections::HashMap;

use sayflow::syntax::ast::{
    Accept, Content, Entry, ExprKind, File, Head, Node, Part, RemarkKind, Text, Trigger, TypeKind, When,
};
use sayflow::syntax::{parse, walk};
use sayflow::{Number, Source, Span};

/// A line of the flow: the file's number, and the head of the line in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) file: usize,
    pub(super) span: Span,
}

/// The number of the file that holds the handlers which a flow does not write itself.
pub(super) const DEFAULTS: usize = usize::MAX;

/// A flow, line by line.
#[derive(Debug)]
pub(super) struct Map {
    pub(super) files: Vec<File>,
    lines: HashMap<Place, Line>,
}

/// What is known of a line.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) kind: LineKind,
    /// The sequence or handler that it stands in.
    pub(super) body: Place,
    /// Texts of it that show attributes which may be unset.
    pub(super) templates: Vec<Template>,
}

#[derive(Clone, Debug)]
pub(super) enum LineKind {
    /// The head of a sequence.
    Sequence,
    /// The head of a handler.
    Handler(Handler),
    Ask(Box<Ask>),
    /// `if`, `else if`, `once`.
    Condition,
    /// `else`, `no match`, `no reply`, `retry`.
    Branch,
    /// `call <<api>>`; whether the author said that its failure is no matter.
    CallApi {
        is_silenced: bool,
    },
    /// A gallery or options.
    Items,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Handler {
    Words,
    Unmatched,
    ApiFailure,
    Stale,
    /// `on moved`: only an edit leads there.
    Moved,
    Other,
}

/// A question.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub(super) answers: Answers,
    pub(super) save: Option<String>,
    pub(super) has_else: bool,
    pub(super) allows_interrupts: bool,
    /// The options that the flow writes, by title.
    pub(super) options: Vec<(String, Place)>,
}

/// What a question takes besides its options.
#[derive(Clone, Debug)]
pub(super) enum Answers {
    /// Options alone.
    None,
    Text,
    Number(Option<(Number, Number)>),
    Date,
    YesNo,
    OneOf(Vec<String>),
    Email,
    Phone,
    Url,
    Image,
    File,
    Location,
    Pattern(String),
    /// Nobody can tell in general which texts match.
    Regex,
}

/// A text with places for values.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Template {
    pub(super) pieces: Vec<Piece>,
    /// Whether it is the address of a picture or page.
    pub(super) is_address: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    Plain(String),
    /// The attribute's name; whether something is shown for it at any rate.
    Attribute {
        name: String,
        has_default: bool,
    },
    Api,
}

impl Map {
    pub(super) fn new(sources: &[Source]) -> Self {
        let files: Vec<File> = sources.iter().map(|source| parse(source).0).collect();
        let declared = Declared::of(&files);
        let mut lines = HashMap::new();
        for (number, file) in files.iter().enumerate() {
            let silenced = silenced(file);
            let reader = Reader {
                file,
                number,
                declared: &declared,
                silenced: &silenced,
            };
            walk(file, |node, around| {
                let top = around.first().copied().unwrap_or(node);
                if matches!(top.head, Head::Sequence { .. } | Head::On(_)) {
                    reader.node(node, reader.place(top.span), &mut lines);
                }
            });
        }
        Self { files, lines }
    }

    pub(super) fn line(&self, place: Place) -> Option<&Line> {
        self.lines.get(&place)
    }

    /// Where a line of a source is. A source that the flow does not have is that of the defaults.
    pub(super) fn place(&self, source: &Source, span: Span) -> Place {
        let mut files = self.files.iter();
        let file = files.position(|file| file.source == *source).unwrap_or(DEFAULTS);
        Place { file, span }
    }

    pub(super) fn source(&self, place: Place) -> Option<&Source> {
        Some(&self.files.get(place.file)?.source)
    }

    pub(super) fn ask(&self, place: Place) -> Option<&Ask> {
        match &self.line(place)?.kind {
            LineKind::Ask(ask) => Some(ask),
            _ => None,
        }
    }

    pub(super) fn handler(&self, place: Place) -> Option<Handler> {
        match self.line(place)?.kind {
            LineKind::Handler(handler) => Some(handler),
            _ => None,
        }
    }

    /// Every line, in the order of the files.
    pub(super) fn lines(&self) -> Vec<(Place, &Line)> {
        let mut lines: Vec<_> = self.lines.iter().map(|(place, line)| (*place, line)).collect();
        lines.sort_by_key(|(place, _)| *place);
        lines
    }

    /// What the sequence or handler around a line is called.
    pub(super) fn body_name(&self, place: Place) -> String {
        let head = self.line(place).map_or(place, |line| line.body);
        let written = self
            .source(head)
            .map_or("the default handlers", |source| source.slice(head.span));
        let words: Vec<&str> = written.split_whitespace().collect();
        match words.as_slice() {
            ["sequence", name, ..] => (*name).to_owned(),
            words => words.join(" "),
        }
    }
}

/// The attributes of a flow: their types and whether they have a default.
#[derive(Debug, Default)]
struct Declared {
    attributes: HashMap<String, (Answers, bool)>,
}

impl Declared {
    fn of(files: &[File]) -> Self {
        let mut declared = Self::default();
        for file in files {
            walk(file, |node, _| {
                if let Head::Attribute {
                    name, ty, default, ..
                } = &node.head
                {
                    let answers = match &ty.kind {
                        Some(TypeKind::Number) => Answers::Number(None),
                        Some(TypeKind::YesNo) => Answers::YesNo,
                        Some(TypeKind::Date) => Answers::Date,
                        Some(TypeKind::OneOf(texts)) => Answers::OneOf(plain_texts(&file.source, texts)),
                        Some(TypeKind::Text | TypeKind::Any) | None => Answers::Text,
                    };
                    let name = file.source.slice(name.span).to_owned();
                    declared.attributes.insert(name, (answers, default.is_some()));
                }
            });
        }
        declared
    }

    /// What a question takes that says nothing about it.
    fn answers(&self, save: Option<&str>) -> Answers {
        let declared = save.and_then(|name| self.attributes.get(name));
        declared.map_or(Answers::Text, |(answers, _)| answers.clone())
    }

    fn has_default(&self, name: &str) -> bool {
        self.attributes
            .get(name)
            .is_some_and(|(_, has_default)| *has_default)
    }
}

/// Reads the lines of one file.
struct Reader<'f> {
    file: &'f File,
    number: usize,
    declared: &'f Declared,
    /// The lines whose unhandled failure is no matter.
    silenced: &'f [Span],
}

impl Reader<'_> {
    fn place(&self, span: Span) -> Place {
        Place {
            file: self.number,
            span,
        }
    }

    fn node(&self, node: &Node, body: Place, lines: &mut HashMap<Place, Line>) {
        let line = Line {
            kind: self.kind(node),
            body,
            templates: self.templates(node),
        };
        lines.insert(self.place(node.span), line);
        for branch in &node.branches {
            let kind = match branch.when {
                When::If(_) => LineKind::Condition,
                When::Always | When::Outcomes(_) => LineKind::Branch,
            };
            let line = Line {
                kind,
                body,
                templates: Vec::new(),
            };
            lines.insert(self.place(branch.span), line);
            if let Some(text) = &branch.text {
                let line = Line {
                    kind: LineKind::Other,
                    body,
                    templates: self.template(text, false).into_iter().collect(),
                };
                lines.insert(self.place(text.span), line);
            }
        }
    }

    fn kind(&self, node: &Node) -> LineKind {
        match &node.head {
            Head::Sequence { .. } => LineKind::Sequence,
            Head::On(trigger) => LineKind::Handler(match trigger {
                Trigger::Words(_) | Trigger::Intent(_) => Handler::Words,
                Trigger::Unmatched => Handler::Unmatched,
                Trigger::ApiFailure => Handler::ApiFailure,
                Trigger::Stale => Handler::Stale,
                Trigger::Moved => Handler::Moved,
                Trigger::Start => Handler::Other,
            }),
            Head::Ask { save, .. } => {
                let save = save.map(|save| self.file.source.slice(save.span).to_owned());
                LineKind::Ask(Box::new(self.ask(node, save)))
            }
            Head::If(_) | Head::Once { .. } => LineKind::Condition,
            Head::NoMatch | Head::NoReply(_) | Head::Retry { .. } => LineKind::Branch,
            Head::CallApi(_) => LineKind::CallApi {
                is_silenced: self.silenced.contains(&node.span),
            },
            Head::Gallery { .. } | Head::Options { .. } => LineKind::Items,
            _ => LineKind::Other,
        }
    }

    fn ask(&self, node: &Node, save: Option<String>) -> Ask {
        let mut accept = None;
        let mut has_options = false;
        let mut ask = Ask {
            answers: Answers::None,
            has_else: !node.branches.is_empty(),
            allows_interrupts: true,
            options: Vec::new(),
            save,
        };
        for line in node.children() {
            match &line.head {
                Head::Accept(found) => accept = Some(found),
                Head::NoInterrupts => ask.allows_interrupts = false,
                Head::Options { .. } => {
                    has_options = true;
                    for item in line.children() {
                        if let Head::Option(option) = &item.head
                            && let Some(title) = option.title.literal(&self.file.source)
                        {
                            ask.options.push((title, self.place(item.span)));
                        }
                    }
                }
                _ => {}
            }
        }
        ask.answers = match accept {
            Some(accept) => self.answers(accept),
            None if has_options => Answers::None,
            None => self.declared.answers(ask.save.as_deref()),
        };
        ask
    }

    fn answers(&self, accept: &Accept) -> Answers {
        match accept {
            Accept::Text => Answers::Text,
            Accept::Email => Answers::Email,
            Accept::Phone => Answers::Phone,
            Accept::Number(range) => Answers::Number(*range),
            Accept::Date => Answers::Date,
            Accept::Url => Answers::Url,
            Accept::YesNo => Answers::YesNo,
            Accept::OneOf(texts) => Answers::OneOf(plain_texts(&self.file.source, texts)),
            Accept::Image => Answers::Image,
            Accept::File => Answers::File,
            Accept::Location => Answers::Location,
            Accept::Pattern(text) => text
                .literal(&self.file.source)
                .map_or(Answers::Regex, Answers::Pattern),
            Accept::Regex(_) => Answers::Regex,
        }
    }

    /// The texts that a block of this line may show, where they have places that may be empty.
    fn templates(&self, node: &Node) -> Vec<Template> {
        let mut templates = Vec::new();
        self.add_templates(node, &mut templates);
        if matches!(
            node.head,
            Head::Gallery { .. } | Head::Options { .. } | Head::Ask { .. }
        ) {
            for item in node.children() {
                self.add_templates(item, &mut templates);
                item.children()
                    .for_each(|inner| self.add_templates(inner, &mut templates));
            }
        }
        templates
    }

    fn add_templates(&self, node: &Node, templates: &mut Vec<Template>) {
        let (text, is_address) = match &node.head {
            Head::Say {
                media,
                content: Content::Text(text),
                ..
            } => (Some(text), *media != sayflow::syntax::ast::Media::Text),
            Head::Ask { prompt, .. } | Head::Options { prompt, .. } => (prompt.as_ref(), false),
            Head::Card { title: text } | Head::Subtitle(text) | Head::Retry { text, .. } => {
                (Some(text), false)
            }
            Head::CardUrl(text) => (Some(text), true),
            Head::Option(option) | Head::CardButton(option) => {
                if let Some(sayflow::syntax::ast::Target::Url(url)) = &option.target {
                    templates.extend(self.template(url, true));
                }
                (Some(&option.title), false)
            }
            _ => (None, false),
        };
        templates.extend(text.and_then(|text| self.template(text, is_address)));
    }

    fn template(&self, text: &Text, is_address: bool) -> Option<Template> {
        let source = &self.file.source;
        let mut pieces: Vec<Piece> = Vec::new();
        for part in &text.parts {
            let plain = match part {
                Part::Plain(span) => source.slice(*span).to_owned(),
                Part::Char(_, char) => char.to_string(),
                Part::Attribute { name, default, .. } => {
                    let name = source.slice(name.span).to_owned();
                    let has_default = default.is_some() || self.declared.has_default(&name);
                    pieces.push(Piece::Attribute { name, has_default });
                    continue;
                }
                Part::Api(_) => {
                    pieces.push(Piece::Api);
                    continue;
                }
            };
            match pieces.last_mut() {
                Some(Piece::Plain(before)) => before.push_str(&plain),
                _ => pieces.push(Piece::Plain(plain)),
            }
        }
        let may_be_empty = |piece: &Piece| {
            matches!(
                piece,
                Piece::Attribute {
                    has_default: false,
                    ..
                }
            )
        };
        let has_empty_place = pieces.iter().any(may_be_empty);
        has_empty_place.then_some(Template { pieces, is_address })
    }
}

/// A literal text.
pub(super) fn plain_value(source: &Source, value: &ExprKind) -> Option<String> {
    match value {
        ExprKind::Text(text) => text.literal(source),
        _ => None,
    }
}

pub(super) fn plain_texts(source: &Source, texts: &[Text]) -> Vec<String> {
    texts.iter().filter_map(|text| text.literal(source)).collect()
}

/// The lines below `// allow check::unhandled_failure: …`.
fn silenced(file: &File) -> Vec<Span> {
    let mut found = Vec::new();
    let mut look = |entries: &[Entry]| {
        let pairs = entries.iter().zip(entries.iter().skip(1));
        found.extend(pairs.filter_map(|pair| match pair {
            (Entry::Remark(remark), Entry::Node(node)) => match remark.kind {
                RemarkKind::Allow { code, .. }
                    if file.source.slice(code) == sayflow::Code::UnhandledFailure.as_str() =>
                {
                    Some(node.span)
                }
                _ => None,
            },
            _ => None,
        }));
    };
    look(&file.entries);
    walk(file, |node, _| node.bodies().for_each(|body| look(&body.entries)));
    found
}
