//! The names of a flow: what is declared, where, and what is declared twice.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;

use super::Findings;
use super::nodes::{each_below, removal};
use crate::customer::RecordField;
use crate::diagnostics::{Code, Diagnostic, Neighbours, nearest};
pub(crate) use crate::name::canonical;
use crate::plain::is_blank;
use crate::source::{Source, Span};
use crate::syntax::ast::{Entry, File, Head, Ident, Node, Part, Text, Trigger};

/// One declaration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Declared<'f> {
    pub(crate) source: &'f Source,
    pub(crate) node: &'f Node,
    /// Where its name stands.
    pub(crate) span: Span,
}

/// The declarations of one kind, in source order; a name that is declared again keeps its first.
#[derive(Debug, Default)]
pub(crate) struct Table<'f> {
    by_name: HashMap<Cow<'f, str>, usize>,
    pub(crate) all: Vec<Declared<'f>>,
    neighbours: OnceCell<Neighbours>,
}

impl<'f> Table<'f> {
    /// The number of the declaration with that name.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(canonical(name).as_ref()).copied()
    }

    /// The declared name nearest to a mistyped one.
    pub(crate) fn nearest(&self, name: &str) -> Option<&str> {
        nearest(name, self.near(name))
    }

    /// The names that a mistyped one is compared with.
    pub(crate) fn near(&self, name: &str) -> impl Iterator<Item = &str> {
        let neighbours = self.neighbours.get_or_init(|| Neighbours::new(self.names()));
        neighbours.of(name)
    }

    /// The names, in source order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'f str> {
        self.all
            .iter()
            .map(|declared| declared.source.slice(declared.span))
    }

    fn add(&mut self, kind: &str, declared: Declared<'f>, findings: &mut Findings) {
        let name = declared.source.slice(declared.span);
        if name.is_empty() {
            return;
        }
        match self
            .by_name
            .get(canonical(name).as_ref())
            .and_then(|index| self.all.get(*index))
        {
            Some(first) => findings.add(duplicate(kind, name, declared, *first)),
            None => {
                self.by_name.insert(canonical(name), self.all.len());
                self.all.push(declared);
            }
        }
    }
}

fn duplicate(kind: &str, name: &str, again: Declared<'_>, first: Declared<'_>) -> Diagnostic {
    Diagnostic::new(
        Code::DuplicateName,
        again.source,
        again.span,
        format!("{kind} `{name}` is declared twice"),
    )
    .primary("declared again here")
    .label(first.source, first.span, "first declared here")
    .with_help("rename one of them, or remove it")
}

/// Everything that a flow declares.
#[derive(Debug, Default)]
pub(crate) struct Names<'f> {
    pub(crate) attributes: Table<'f>,
    pub(crate) servers: Table<'f>,
    pub(crate) apis: Table<'f>,
    pub(crate) actions: Table<'f>,
    pub(crate) sequences: Table<'f>,
    /// Ids and former names of sequences, with the sequence each belongs to.
    pub(crate) sequence_ids: HashMap<Cow<'f, str>, usize>,
    /// Handlers, in source order.
    pub(crate) handlers: Vec<Declared<'f>>,
    /// Tests, in source order.
    pub(crate) tests: Vec<Declared<'f>>,
    /// Items whose first line could not be read as far as their name: nothing leads to them.
    pub(crate) nameless: Vec<Declared<'f>>,
}

/// What a name of a value means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueName {
    Record(RecordField),
    Declared(usize),
}

impl<'f> Names<'f> {
    /// Collects the declarations of all files.
    pub(crate) fn collect(files: &'f [File], findings: &mut Findings) -> Self {
        let mut names = Self::default();
        // An item that stands in a block is told when it is read, and declared all the same.
        let is_inside = |found: &Diagnostic| found.code() == Code::IndentedItem;
        let may_be_inside = findings.all.iter().any(is_inside);
        for file in files {
            for entry in &file.entries {
                if let Entry::Node(node) = entry {
                    names.add(&file.source, node, findings);
                    if may_be_inside {
                        each_below(node, &mut |inner| {
                            if inner.head.is_item() {
                                names.add(&file.source, inner, findings);
                            }
                        });
                    }
                }
            }
        }
        names.collect_sequence_ids(findings);
        names
    }

    fn add(&mut self, source: &'f Source, node: &'f Node, findings: &mut Findings) {
        let declared = |name: &Ident| Declared {
            source,
            node,
            span: name.span,
        };
        match &node.head {
            Head::Api { name, .. } | Head::Sequence { name, .. } if name.span.is_empty() => {
                self.nameless.push(declared(name));
            }
            Head::Bad => self.nameless.push(Declared {
                source,
                node,
                span: Span::at(node.span.start),
            }),
            Head::Attribute { name, .. } => {
                if RecordField::from_name(source.slice(name.span)).is_some() {
                    findings.add(shadows_record(source, name.span, node));
                } else {
                    self.attributes.add("attribute", declared(name), findings);
                }
            }
            Head::Server { name, .. } => self.servers.add("server", declared(name), findings),
            Head::Api { name, .. } => self.apis.add("api", declared(name), findings),
            Head::Action { name } => self.actions.add("action", declared(name), findings),
            Head::Sequence { name, .. } => self.sequences.add("sequence", declared(name), findings),
            Head::On(_) => self.handlers.push(Declared {
                source,
                node,
                span: node.span,
            }),
            Head::Test { name } => self.tests.push(Declared {
                source,
                node,
                span: name.span,
            }),
            _ => {}
        }
    }

    /// Ids and former names live among the names of sequences and may not be any of them.
    fn collect_sequence_ids(&mut self, findings: &mut Findings) {
        for (index, declared) in self.sequences.all.iter().enumerate() {
            let Head::Sequence { id, was, .. } = &declared.node.head else {
                continue;
            };
            let id = id.iter().map(|text| (text, "the id of a sequence"));
            let was = was.iter().map(|text| (text, "a former name"));
            for (text, what) in id.chain(was) {
                if let Some(found) = placeholder_in(declared.source, text, what) {
                    findings.add(found);
                    continue;
                }
                let written = plain(declared.source, text);
                if is_blank(&written) {
                    findings.add(empty_sequence_id(declared, text.span));
                    continue;
                }
                let taken = self
                    .sequences
                    .find(&written)
                    .or_else(|| self.sequence_ids.get(canonical(&written).as_ref()).copied())
                    .filter(|other| *other != index)
                    .and_then(|other| self.sequences.all.get(other));
                match taken {
                    Some(other) => findings.add(sequence_id_taken(declared, text.span, &written, other)),
                    None => {
                        let id = match &written {
                            Cow::Borrowed(written) => canonical(written),
                            Cow::Owned(written) => Cow::Owned(canonical(written).into_owned()),
                        };
                        self.sequence_ids.insert(id, index);
                    }
                }
            }
        }
    }

    /// The attribute or field of the record with that name.
    pub(crate) fn value(&self, name: &str) -> Option<ValueName> {
        self.attributes
            .find(name)
            .map(ValueName::Declared)
            .or_else(|| RecordField::from_name(name).map(ValueName::Record))
    }

    /// The attribute or field nearest to a mistyped name.
    pub(crate) fn nearest_value(&self, name: &str) -> Option<&str> {
        nearest(
            name,
            self.attributes
                .near(name)
                .chain(RecordField::ALL.map(RecordField::as_str)),
        )
    }

    /// Whether the flow says what happens when a call fails.
    pub(crate) fn handles_api_failure(&self) -> bool {
        self.handles(|trigger| matches!(trigger, Trigger::ApiFailure))
    }

    /// Whether the flow says how a conversation begins.
    pub(crate) fn handles_start(&self) -> bool {
        self.handles(|trigger| matches!(trigger, Trigger::Start))
    }

    /// Whether something that a customer says may interrupt a question.
    pub(crate) fn handles_interrupts(&self) -> bool {
        self.handles(|trigger| matches!(trigger, Trigger::Words(_) | Trigger::Intent(_)))
    }

    fn handles(&self, is_wanted: impl Fn(&Trigger) -> bool) -> bool {
        let mut heads = self.handlers.iter().map(|handler| &handler.node.head);
        heads.any(|head| matches!(head, Head::On(trigger) if is_wanted(trigger)))
    }
}

/// The characters of an id, as a reply has them. Few have escapes, which alone are written anew.
fn plain<'f>(source: &'f Source, text: &Text) -> Cow<'f, str> {
    match &*text.parts {
        [part] => part.plain(source).unwrap_or_default(),
        _ => Cow::Owned(text.plain(source)),
    }
}

/// The place for a value in a text that is taken as it stands.
pub(crate) fn placeholder_in(source: &Source, text: &Text, what: &str) -> Option<Diagnostic> {
    let span = text.parts.iter().find_map(|part| match part {
        Part::Attribute { span, .. } => Some(*span),
        Part::Api(api) => Some(api.span),
        Part::Plain(_) | Part::Char(..) => None,
    })?;
    let message = format!("`{}` cannot stand in {what}", source.slice(span));
    let found = Diagnostic::new(Code::PlaceholderNotAllowed, source, span, message);
    Some(
        found
            .primary("this text is taken as it stands")
            .with_help("write the text out"),
    )
}

/// What stands between the quotes, as written.
pub(crate) fn inside<'f>(source: &'f Source, text: &Text) -> &'f str {
    let quoted = source.slice(text.span);
    let quotes = ['"', '\u{201c}', '\u{201d}'];
    let opened = quoted.strip_prefix(quotes).unwrap_or(quoted);
    opened.strip_suffix(quotes).unwrap_or(opened)
}

/// The byte behind the opening quote of a text of one line.
pub(crate) fn inside_start(source: &Source, text: &Text) -> u32 {
    let quote = source.slice(text.span).chars().next().map_or(0, char::len_utf8);
    text.span.start + u32::try_from(quote).unwrap_or(0)
}

fn shadows_record(source: &Source, span: Span, node: &Node) -> Diagnostic {
    let name = source.slice(span);
    let finding = Diagnostic::new(
        Code::ShadowsRecord,
        source,
        span,
        format!("`{name}` is a field of the customer record"),
    )
    .primary("every customer has it already")
    .with_help(format!(
        "use `{name}` without declaring it, or choose another name"
    ));
    match removal(source, node) {
        Some(edit) => finding.suggested_fix("remove the declaration", vec![edit]),
        None => finding,
    }
}

/// An option that leads to it would be none: without a target, its id says that it is an answer.
fn empty_sequence_id(declared: &Declared<'_>, span: Span) -> Diagnostic {
    let name = declared.source.slice(declared.span);
    Diagnostic::new(
        Code::EmptyKey,
        declared.source,
        span,
        format!("sequence `{name}` has an id or former name that is empty"),
    )
    .primary("nothing can be known by it")
    .with_help("write what the sequence is known by, or leave it out")
}

fn sequence_id_taken(declared: &Declared<'_>, span: Span, written: &str, other: &Declared<'_>) -> Diagnostic {
    let owner = other.source.slice(other.span);
    Diagnostic::new(
        Code::DuplicateSequenceId,
        declared.source,
        span,
        format!("`{written}` already means sequence `{owner}`"),
    )
    .primary("an endpoint could mean either")
    .label(other.source, other.span, "the other sequence")
    .with_help("give one of them another id")
}
