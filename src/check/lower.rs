//! The tree becomes a program: names are resolved, values typed, branches turned into jumps.
//!
//! Errors about what a line means are raised here, beside the place that needs to know. What
//! each line uses is noted on the way, for the checks that look at the flow as a whole.

mod ask;
mod body;
mod expression;
mod failure;
mod options;
mod request;
mod text;

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Findings;
use super::names::{Declared, Names, ValueName, canonical};
use super::uses::{From, Use, Used};
use crate::customer::RecordField;
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::program::{
    Action, ApiId, Attribute, AttributeId, AttributeRef, BodyId, Data, Handlers, Output, Place, Sequence,
    SequenceId,
};
use crate::source::{Source, Span};
use crate::syntax::ast::{ApiRef, Entry, Expr, ExprKind, File, Head, Ident, Node, Text, Trigger, TypeKind, TypeRef};
use crate::value::{Type, Value};

/// The handlers of a flow that has none of its own.
static DEFAULTS: LazyLock<File> =
    LazyLock::new(|| crate::syntax::parse(&Source::new("defaults.flow", include_str!("../defaults.flow"))).0);

/// Makes the program of a flow. Where findings are errors the program is not fit to run.
pub(crate) fn lower<'f>(names: &Names<'f>, findings: &mut Findings) -> (Data, Vec<Use<'f>>) {
    let mut lowering = Lowering {
        names,
        findings,
        uses: Vec::new(),
        outputs: names.apis.all.iter().map(output).collect(),
        types: names.attributes.all.iter().map(declared_type).collect(),
        source: None,
        from: None,
        data: Data::default(),
    };
    lowering.attributes();
    lowering.actions();
    lowering.servers();
    lowering.apis();
    lowering.sequences();
    lowering.handlers();
    (lowering.data, lowering.uses)
}

/// The state of one walk over a flow.
struct Lowering<'f, 'n> {
    names: &'n Names<'f>,
    findings: &'n mut Findings,
    uses: Vec<Use<'f>>,
    /// The output of each API; `None` where it is misspelt.
    outputs: Vec<Option<Output>>,
    /// The type of each attribute; `None` where it is misspelt.
    types: Vec<Option<Type>>,
    /// The file that is being read; `None` for the default handlers.
    source: Option<&'f Source>,
    /// The sequence or handler that is being read.
    from: Option<From>,
    data: Data,
}

fn output(api: &Declared<'_>) -> Option<Output> {
    match &api.node.head {
        Head::Api { output, .. } => Output::from_name(&words(api.source.slice(*output))),
        _ => None,
    }
}

fn declared_type(attribute: &Declared<'_>) -> Option<Type> {
    match &attribute.node.head {
        Head::Attribute { ty, .. } => to_type(attribute.source, ty),
        _ => None,
    }
}

/// The type that a type's words mean; `None` where they mean none.
fn to_type(source: &Source, ty: &TypeRef) -> Option<Type> {
    Some(match ty.kind.as_ref()? {
        TypeKind::Text => Type::Text,
        TypeKind::Number => Type::Number,
        TypeKind::YesNo => Type::YesNo,
        TypeKind::Date => Type::Date,
        TypeKind::Any => Type::Any,
        TypeKind::OneOf(options) => Type::OneOf(
            options
                .iter()
                .map(|option| text::plain(source, option).into())
                .collect(),
        ),
    })
}

/// Words with one blank between them, as tables of words have them.
fn words(written: &str) -> String {
    written.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn id(index: usize) -> u32 {
    // A flow of four milliard declarations does not fit into the sources it may have.
    u32::try_from(index).unwrap_or(u32::MAX)
}

impl<'f> Lowering<'f, '_> {
    /// The file that is being read.
    fn source(&self) -> &'f Source {
        self.source.unwrap_or(&DEFAULTS.source)
    }

    fn slice(&self, span: Span) -> &'f str {
        self.source().slice(span)
    }

    fn place(&self, span: Span) -> Place {
        Place {
            source: self.source().clone(),
            span,
        }
    }

    /// A diagnostic about a place in the file that is being read.
    fn error(&self, code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, self.source(), span, message)
    }

    fn note_use(&mut self, span: Span, of: Used) {
        if let Some(source) = self.source {
            self.uses.push(Use {
                source,
                span,
                from: self.from,
                of,
            });
        }
    }

    fn attributes(&mut self) {
        for (index, declared) in self.names.attributes.all.iter().enumerate() {
            self.source = Some(declared.source);
            let Head::Attribute {
                name, key, default, ..
            } = &declared.node.head
            else {
                continue;
            };
            let ty = self.types.get(index).cloned().flatten().unwrap_or(Type::Any);
            let name = canonical(self.slice(name.span));
            let key = match key {
                Some(text) => self.attribute_key(text),
                None => name.into(),
            };
            let default = default
                .as_ref()
                .and_then(|default| self.attribute_default(default, &ty));
            let id = AttributeId(id(index));
            match self.data.attribute_by_key.get(&key).copied() {
                Some(first) => self.key_twice(declared, &key, first),
                None => drop(self.data.attribute_by_key.insert(key.clone(), id)),
            }
            self.data.attributes.push(Attribute {
                key,
                ty,
                default,
            });
        }
    }

    fn key_twice(&mut self, declared: &Declared<'_>, key: &str, first: AttributeId) {
        let message = format!("two attributes have the key `{key}`");
        let mut finding = self.error(Code::DuplicateName, declared.span, message).primary("declared again here");
        if let Some(first) = self.names.attributes.all.get(first.index()) {
            finding = finding.label(first.source, first.span, "the first one");
        }
        self.findings.add(finding.with_help("give one of them another key"));
    }

    fn attribute_key(&mut self, text: &Text) -> Box<str> {
        let key = self.literal(text, "a key");
        if RecordField::from_name(&key).is_some() {
            let message = format!("`{key}` is a field of the customer record");
            let finding = self.error(Code::ShadowsRecord, text.span, message);
            self.findings
                .add(finding.with_help("choose another key: a field is never replaced"));
        }
        key
    }

    fn attribute_default(&mut self, default: &Expr, ty: &Type) -> Option<Value> {
        let value = match &default.kind {
            // A bare word is no attribute here: it is a value without its quotes, or a misspelt one.
            ExprKind::Name(_) => None,
            _ => self.constant(default),
        };
        match value {
            Some(value) => {
                self.expect_constant(&value, ty, default.span);
                Some(value)
            }
            None if matches!(default.kind, ExprKind::Missing) => None,
            None => {
                let finding = self
                    .error(Code::TypeMismatch, default.span, "a default is a plain value")
                    .primary(format!("this is not {}", expression::described(ty)))
                    .with_help(match ty {
                        Type::YesNo => "write `yes` or `no`",
                        Type::Number => "write a number",
                        _ => "write it in quotes",
                    });
                self.findings.add(finding);
                None
            }
        }
    }

    fn actions(&mut self) {
        for declared in &self.names.actions.all {
            self.source = Some(declared.source);
            let mut keys: Vec<(Box<str>, Type)> = Vec::new();
            let mut seen: HashMap<Box<str>, Span> = HashMap::new();
            for node in children(declared.node) {
                let Head::Key { name, ty } = &node.head else {
                    continue;
                };
                let key: Box<str> = canonical(self.slice(name.span)).into();
                if let Some(first) = seen.insert(key.clone(), name.span) {
                    self.setting_twice(name.span, first, &format!("key `{key}`"));
                } else {
                    keys.push((key, to_type(declared.source, ty).unwrap_or(Type::Any)));
                }
            }
            let name = canonical(self.slice(declared.span)).into();
            self.data.actions.push(Action { name, keys });
        }
    }

    fn sequences(&mut self) {
        for (index, declared) in self.names.sequences.all.iter().enumerate() {
            let Head::Sequence {
                name,
                id: sequence_id,
                was,
            } = &declared.node.head
            else {
                continue;
            };
            let name: Box<str> = canonical(declared.source.slice(name.span)).into();
            let sequence_id = sequence_id
                .as_ref()
                .map(|text| text::plain(declared.source, text).into());
            let own = SequenceId(id(index));
            self.data.sequence_by_name.insert(name.clone(), own);
            self.data.sequences.push(Sequence {
                name: name.clone(),
                id: sequence_id,
                was: was.iter().map(|text| text::plain(declared.source, text).into()).collect(),
                body: BodyId(id(self.data.bodies.len())),
            });
            self.source = Some(declared.source);
            self.from = Some(From::Sequence(index));
            self.body(name, declared.node);
        }
        for (written, index) in &self.names.sequence_ids {
            self.data
                .sequence_by_name
                .insert(written.as_ref().into(), SequenceId(id(*index)));
        }
    }

    fn handlers(&mut self) {
        let mut owners = HashMap::new();
        for (index, declared) in self.names.handlers.iter().enumerate() {
            self.source = Some(declared.source);
            self.from = Some(From::Handler(index));
            self.handler(declared.node, &mut owners);
        }
        self.from = None;
        self.source = None;
        for entry in &DEFAULTS.entries {
            if let Entry::Node(node) = entry
                && let Head::On(trigger) = &node.head
                && handler_slot(&mut self.data.handlers, trigger).is_some_and(|slot| slot.is_none())
            {
                self.handler(node, &mut owners);
            }
        }
    }

    fn handler(&mut self, node: &Node, owners: &mut HashMap<String, (Source, Span)>) {
        let Head::On(trigger) = &node.head else { return };
        let body = BodyId(id(self.data.bodies.len()));
        match trigger {
            Trigger::Words(texts) => {
                for text in texts {
                    let pattern = fold(&self.literal(text, "the words of a handler"));
                    if self.is_first_owner(&format!("words {pattern}"), text.span, owners) {
                        if pattern.contains('*') {
                            self.data.handlers.patterns.push((pattern.into(), body));
                        } else {
                            self.data.handlers.words.insert(pattern.into(), body);
                        }
                    }
                }
                // Longest first; `sort_by` is stable, so equals stay in source order.
                self.data
                    .handlers
                    .patterns
                    .sort_by_key(|(pattern, _)| std::cmp::Reverse(pattern.chars().count()));
            }
            Trigger::Intent(texts) => {
                for text in texts {
                    let intent = self.literal(text, "the name of an intent");
                    if self.is_first_owner(&format!("intent {intent}"), text.span, owners) {
                        self.data.handlers.intents.insert(intent, body);
                    }
                }
            }
            _ => {
                let head = words(self.slice(node.span));
                if self.is_first_owner(&head, node.span, owners)
                    && let Some(slot) = handler_slot(&mut self.data.handlers, trigger)
                {
                    *slot = Some(body);
                }
            }
        }
        let name = words(self.slice(node.span)).into();
        self.body(name, node);
    }

    /// Whether nothing else waits for the same; says so where it does.
    fn is_first_owner(
        &mut self,
        key: &str,
        span: Span,
        owners: &mut HashMap<String, (Source, Span)>,
    ) -> bool {
        let Some((source, first)) = owners.get(key) else {
            owners.insert(key.to_owned(), (self.source().clone(), span));
            return true;
        };
        let finding = self
            .error(
                Code::DuplicateTrigger,
                span,
                format!("two handlers wait for `{}`", self.slice(span)),
            )
            .primary("this one would never run")
            .label(source, *first, "the first one")
            .with_help("remove one of them, or put both blocks into one handler");
        self.findings.add(finding);
        false
    }

    /// The sequence that a name means, with its use noted.
    fn sequence(&mut self, name: Ident, used: fn(usize) -> Used) -> Option<SequenceId> {
        let written = self.slice(name.span);
        let found = self
            .names
            .sequences
            .find(written)
            .or_else(|| self.names.sequence_ids.get(canonical(written).as_ref()).copied());
        match found {
            Some(index) => {
                self.note_use(name.span, used(index));
                Some(SequenceId(id(index)))
            }
            None => {
                let near = self.names.sequences.nearest(written);
                self.unknown(Code::UnknownSequence, "sequence", name.span, near);
                None
            }
        }
    }

    /// The API that `<<name>>` means, with its use noted.
    fn api(&mut self, api: &ApiRef) -> Option<(ApiId, Option<Output>)> {
        let written = self.slice(api.name.span);
        match self.names.apis.find(written) {
            Some(index) => {
                self.note_use(api.span, Used::Api(index));
                Some((ApiId(id(index)), self.outputs.get(index).copied().flatten()))
            }
            None => {
                let near = self.names.apis.nearest(written);
                self.unknown(Code::UnknownApi, "api", api.name.span, near);
                None
            }
        }
    }

    /// The API that `<<name>>` means, where its output fits the place.
    fn api_of(&mut self, api: &ApiRef, wanted: Output, place: &str) -> Option<ApiId> {
        let (found, output) = self.api(api)?;
        match output {
            Some(output) if output != wanted => {
                self.wrong_output(api, output, wanted, place);
                None
            }
            _ => Some(found),
        }
    }

    fn wrong_output(&mut self, api: &ApiRef, output: Output, wanted: Output, place: &str) {
        let name = self.slice(api.name.span);
        let mut finding = self
            .error(
                Code::WrongOutput,
                api.span,
                format!("api `{name}` gives {output}, {place} needs {wanted}"),
            )
            .primary(format!("this gives {output}"));
        if let Some(declared) = self
            .names
            .apis
            .find(name)
            .and_then(|index| self.names.apis.all.get(index))
        {
            finding = finding.label(declared.source, declared.span, "declared here");
        }
        let fitting: Vec<&str> = self
            .names
            .apis
            .names()
            .zip(&self.outputs)
            .filter(|(_, output)| **output == Some(wanted))
            .map(|(name, _)| name)
            .collect();
        let help = match (nearest(name, fitting.iter().copied()), fitting.first()) {
            (Some(near), _) => format!("did you mean `<<{near}>>`?"),
            (None, Some(first)) => format!("use an api that gives {wanted}, such as `<<{first}>>`"),
            (None, None) if output == Output::Nothing => {
                format!("write `call <<{name}>>` to call it for its attributes")
            }
            (None, None) => format!("declare `api {name}: {wanted}`, or use it in another block"),
        };
        self.findings.add(finding.with_help(help));
    }

    /// The attribute or field that a name means.
    fn value_ref(&mut self, name: Ident) -> Option<(AttributeRef, Option<Type>)> {
        let written = self.slice(name.span);
        match self.names.value(written) {
            Some(ValueName::Record(field)) => Some((AttributeRef::Record(field), Some(field.ty()))),
            Some(ValueName::Declared(index)) => Some((
                AttributeRef::Saved(AttributeId(id(index))),
                self.types.get(index).cloned().flatten(),
            )),
            None => {
                let near = self.names.nearest_value(written);
                self.unknown(Code::UnknownAttribute, "attribute", name.span, near);
                None
            }
        }
    }

    /// The attribute that is read, with its use noted.
    fn read(&mut self, name: Ident) -> Option<(AttributeRef, Option<Type>)> {
        let found = self.value_ref(name)?;
        if let AttributeRef::Saved(saved) = found.0 {
            self.note_use(name.span, Used::Read(saved.index()));
        }
        Some(found)
    }

    /// The attribute that is written, where it may be, with its use noted.
    fn write(&mut self, name: Ident) -> Option<(AttributeRef, Option<Type>)> {
        let found = self.value_ref(name)?;
        match found.0 {
            AttributeRef::Saved(saved) => self.note_use(name.span, Used::Write(saved.index())),
            AttributeRef::Record(field) if !field.is_writable() => {
                let finding = self
                    .error(
                        Code::ReadOnlyField,
                        name.span,
                        format!("`{}` cannot be written", field.as_str()),
                    )
                    .primary("only the platform writes this field")
                    .with_help("declare an attribute of your own and write that");
                self.findings.add(finding);
                return None;
            }
            AttributeRef::Record(_) => {}
        }
        Some(found)
    }

    /// Says that no such thing is declared, with the nearest name that is.
    fn unknown(&mut self, code: Code, kind: &str, span: Span, near: Option<&str>) {
        let written = self.slice(span);
        if written.is_empty() {
            return;
        }
        let finding = self.error(code, span, format!("unknown {kind} `{written}`"));
        let finding = finding.primary(format!("no {kind} has this name"));
        self.findings.add(match near {
            Some(near) => finding
                .with_help(format!("did you mean `{near}`?"))
                .suggested_fix(format!("replace with `{near}`"), vec![(span, near.to_owned())]),
            None => {
                let rest = match code {
                    Code::UnknownAttribute => ": text",
                    Code::UnknownApi => ": text { … }",
                    Code::UnknownServer => " \"https://…\"",
                    _ => " { … }",
                };
                finding.with_help(format!(
                    "declare it with `{kind} {written}{rest}`, or correct the name"
                ))
            }
        });
    }

    fn setting_twice(&mut self, again: Span, first: Span, what: &str) {
        let source = self.source();
        let finding = self
            .error(Code::DuplicateSetting, again, format!("{what} is given twice"))
            .primary("given again here")
            .label(source, first, "first given here")
            .with_help("keep one of them");
        self.findings.add(finding);
    }
}

/// The place of a handler of which a flow has at most one.
fn handler_slot<'h>(handlers: &'h mut Handlers, trigger: &Trigger) -> Option<&'h mut Option<BodyId>> {
    Some(match trigger {
        Trigger::Start => &mut handlers.start,
        Trigger::Unmatched => &mut handlers.unmatched,
        Trigger::ApiFailure => &mut handlers.api_failure,
        Trigger::Stale => &mut handlers.stale,
        Trigger::Moved => &mut handlers.moved,
        Trigger::Words(_) | Trigger::Intent(_) => return None,
    })
}

/// A message as words are matched: lower case, blanks folded, none around it.
pub(crate) fn fold(message: &str) -> String {
    let lower = message.to_lowercase();
    words(&lower)
}

/// The nodes inside a node's block.
fn children(node: &Node) -> impl Iterator<Item = &Node> {
    node.body
        .iter()
        .flat_map(|body| &body.entries)
        .filter_map(|entry| match entry {
            Entry::Node(node) => Some(node),
            Entry::Remark(_) => None,
        })
}
