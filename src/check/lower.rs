//! The tree becomes a program: names are resolved, values typed, branches turned into jumps.
//!
//! Errors about what a line means are raised here, beside the place that needs to know. What
//! each line uses is noted on the way, for the checks that look at the flow as a whole.

mod address;
mod ask;
mod body;
mod branches;
mod comparison;
mod expression;
mod given;
mod handler;
mod lookup;
mod options;
mod regexes;
mod request;
mod test;
mod text;

use std::collections::HashMap;

use super::Findings;
use super::names::{Declared, Names, canonical};
use super::nodes::words;
use super::uses::{From, Use, Used};
use crate::customer::RecordField;
use crate::diagnostics::{Code, Diagnostic};
use crate::program::{Action, Attribute, AttributeId, BodyId, Data, Output, Place, Sequence, SequenceId};
use crate::short_text::ShortText;
use crate::source::{Source, Span};
use crate::syntax::ast::{Expr, ExprKind, Head, Text, TypeKind, TypeRef};
use crate::texts::Catalogs;
use crate::value::{Type, Value};
use given::Given;
use regexes::Regexes;

pub(crate) use handler::default_handlers;

/// Makes the program of a flow. Where findings are errors the program is not fit to run.
pub(crate) fn lower<'f>(
    names: &Names<'f>,
    catalogs: Option<Catalogs>,
    findings: &mut Findings,
) -> (Data, Vec<Use<'f>>) {
    let mut lowering = Lowering::new(names, catalogs, findings);
    lowering.declarations();
    lowering.sequences();
    lowering.handlers_and_names();
    lowering.tests();
    lowering.data.add_bodies_of_apis();
    lowering.data.languages = lowering.catalogs.map(|catalogs| catalogs.languages);
    (lowering.data, lowering.uses)
}

/// The state of one walk over a flow.
pub(crate) struct Lowering<'f, 'n> {
    names: &'n Names<'f>,
    findings: &'n mut Findings,
    uses: Vec<Use<'f>>,
    /// The output of each API; `None` where it is misspelt.
    outputs: Vec<Option<Output>>,
    /// The type of each attribute; `None` where it is misspelt.
    types: Vec<Option<Type>>,
    /// Whether all texts of the one `one of` are among those of the other, by the addresses that both have as long as this.
    among: HashMap<(usize, usize), bool>,
    /// The file that is being read; `None` for the default handlers.
    source: Option<&'f Source>,
    /// The sequence or handler that is being read.
    from: Option<From>,
    data: Data,
    regexes: Regexes,
    /// What texts are in other languages; `None` where the flow has no catalogs.
    catalogs: Option<Catalogs>,
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
        TypeKind::OneOf(options) => Type::OneOf(options.iter().map(|option| option.plain(source)).collect()),
    })
}

pub(super) fn id(index: usize) -> u32 {
    // A flow of four billion declarations does not fit into the sources it may have.
    u32::try_from(index).unwrap_or(u32::MAX)
}

impl<'f, 'n> Lowering<'f, 'n> {
    pub(crate) fn new(names: &'n Names<'f>, catalogs: Option<Catalogs>, findings: &'n mut Findings) -> Self {
        Self {
            names,
            findings,
            uses: Vec::new(),
            outputs: names.apis.all.iter().map(output).collect(),
            types: names.attributes.all.iter().map(declared_type).collect(),
            among: HashMap::new(),
            source: None,
            from: None,
            data: Data::default(),
            regexes: Regexes::default(),
            catalogs,
        }
    }

    /// Everything that sequences, handlers and tests name.
    pub(crate) fn declarations(&mut self) {
        self.attributes();
        self.actions();
        self.servers();
        self.apis();
    }

    /// Handlers, items without a name, and the names of tests.
    pub(crate) fn handlers_and_names(&mut self) {
        self.handlers();
        self.nameless();
        self.test_names();
    }
}

impl<'f> Lowering<'f, '_> {
    /// The file that is being read.
    fn source(&self) -> &'f Source {
        self.source.unwrap_or(handler::defaults())
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
            // The longest list of a check: doubling it would be felt.
            if self.uses.len() == self.uses.capacity() {
                self.uses.reserve_exact(self.uses.len() / 4 + 64);
            }
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
                name,
                key,
                ty: written,
                default,
            } = &declared.node.head
            else {
                continue;
            };
            self.check_type(written);
            let ty = self.types.get(index).cloned().flatten().unwrap_or(Type::Any);
            let name = canonical(self.slice(name.span));
            let key = match key {
                Some(text) => self.attribute_key(text),
                None => (&*name).into(),
            };
            let default = default
                .as_ref()
                .filter(|_| declared_type(declared).is_some())
                .and_then(|default| self.attribute_default(default, &ty));
            let id = AttributeId(id(index));
            match self.data.attribute_by_key.get(&key).copied() {
                Some(first) => self.key_twice(declared, &key, first),
                None => drop(self.data.attribute_by_key.insert(key.clone(), id)),
            }
            self.data.attributes.push(Attribute {
                name: name.into(),
                key,
                ty,
                default,
            });
        }
    }

    fn check_type(&mut self, ty: &TypeRef) {
        if let Some(TypeKind::OneOf(options)) = &ty.kind {
            for option in options {
                self.literal(option, "a value of `one of`");
            }
            self.check_values(options);
        }
    }

    fn key_twice(&mut self, declared: &Declared<'_>, key: &str, first: AttributeId) {
        let message = format!("two attributes have the key `{key}`");
        let mut finding = self
            .error(Code::DuplicateName, declared.span, message)
            .primary("declared again here");
        if let Some(first) = self.names.attributes.all.get(first.index()) {
            finding = finding.label(first.source, first.span, "the first one");
        }
        self.findings
            .add(finding.with_help("give one of them another key"));
    }

    fn attribute_key(&mut self, text: &Text) -> Box<str> {
        let key = self.literal(text, "a key");
        if key.is_empty() && !text.span.is_empty() {
            self.empty_key(text.span);
        }
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
                    .primary(format!("this is not {}", expression::described(ty)));
                self.findings.add(match (ty, self.slice(default.span)) {
                    (Type::YesNo, "true") => finding.did_you_mean(default.span, "yes"),
                    (Type::YesNo, "false") => finding.did_you_mean(default.span, "no"),
                    (Type::YesNo, _) => finding.with_help("write `yes` or `no`"),
                    (Type::Number, _) => finding.with_help("write a number"),
                    _ => finding.with_help("write it in quotes"),
                });
                None
            }
        }
    }

    fn actions(&mut self) {
        for declared in &self.names.actions.all {
            self.source = Some(declared.source);
            let mut keys: Vec<(Box<str>, Type)> = Vec::new();
            let mut given = Given::default();
            for node in declared.node.children() {
                let Head::Key { name, ty } = &node.head else {
                    continue;
                };
                self.check_type(ty);
                let key: Box<str> = canonical(self.slice(name.span)).into();
                if self.is_first(&mut given, &key, name.span, format_args!("key `{key}`")) {
                    keys.push((key, to_type(declared.source, ty).unwrap_or(Type::Any)));
                }
            }
            let name = canonical(self.slice(declared.span)).into();
            self.data.actions.push(Action { name, keys });
        }
    }

    fn sequences(&mut self) {
        let number = self.names.sequences.all.len();
        self.data.sequences.reserve_exact(number);
        self.data.bodies.reserve_exact(number);
        for (index, declared) in self.names.sequences.all.iter().enumerate() {
            let Head::Sequence {
                name,
                id: sequence_id,
                was,
            } = &declared.node.head
            else {
                continue;
            };
            let name = ShortText::from(canonical(declared.source.slice(name.span)));
            let plain = |text: &Text| ShortText::from(canonical(&text.plain(declared.source)));
            let sequence_id = sequence_id.as_ref().map(plain);
            let was = was.iter().map(|text| plain(text).as_str().into()).collect();
            let own = SequenceId(id(index));
            self.data.sequence_by_name.insert(name.clone(), own);
            self.data.sequences.push(Sequence {
                name: name.clone(),
                id: sequence_id,
                was,
                body: BodyId(id(self.data.bodies.len())),
            });
            self.sequence_body(index, declared);
        }
        for (written, index) in &self.names.sequence_ids {
            self.data
                .sequence_by_name
                .insert(written.as_ref().into(), SequenceId(id(*index)));
        }
    }

    fn sequence_body(&mut self, index: usize, declared: &Declared<'f>) {
        let name = canonical(declared.source.slice(declared.span));
        self.source = Some(declared.source);
        self.from = Some(From::Sequence(id(index)));
        self.body(name.into(), declared.node);
    }

    fn tests(&mut self) {
        for declared in &self.names.tests {
            self.test(declared);
        }
    }

    /// Looks through the sequences and tests of one file: what is found in them, and what they use.
    #[cfg(feature = "unstable-tools")]
    pub(crate) fn apart(&mut self, source: &Source) -> (Vec<Diagnostic>, Vec<Use<'f>>) {
        let found = std::mem::take(&mut self.findings.all);
        let uses = std::mem::take(&mut self.uses);
        for (index, declared) in self.names.sequences.all.iter().enumerate() {
            if declared.source.is_same(source) {
                self.sequence_body(index, declared);
            }
        }
        for declared in &self.names.tests {
            if declared.source.is_same(source) {
                self.test(declared);
            }
        }
        (
            std::mem::replace(&mut self.findings.all, found),
            std::mem::replace(&mut self.uses, uses),
        )
    }

    /// What was used so far.
    #[cfg(feature = "unstable-tools")]
    pub(crate) fn take_uses(&mut self) -> Vec<Use<'f>> {
        std::mem::take(&mut self.uses)
    }

    /// Looks through items that have no name, for what is wrong inside them. Their first lines are
    /// broken, so that what is made of them never runs.
    fn nameless(&mut self) {
        for declared in &self.names.nameless {
            self.source = Some(declared.source);
            self.from = None;
            if matches!(declared.node.head, Head::Api { .. }) {
                self.api_declaration(Box::default(), declared);
            } else {
                self.body(ShortText::default(), declared.node);
            }
        }
    }
}
