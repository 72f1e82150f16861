//! The words and values that a flow itself speaks of: what its customers say and its servers send.

use std::collections::{HashMap, HashSet};

use sayflow::syntax::ast::{Expr, ExprKind, File, Head, Ident, Operator, Trigger, When};
use sayflow::syntax::walk;
use sayflow::{Number, Source};

use super::map::{Map, plain_texts, plain_value};

/// What a flow speaks of.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    /// The words of `on words`, with their `*`.
    pub(super) words: Vec<String>,
    pub(super) intents: Vec<String>,
    /// Whether the flow says itself what comes of anything else.
    pub(super) has_unmatched: bool,
    /// By name: the values that an attribute is compared with; `extra` is one of the names.
    pub(super) compared: HashMap<String, Vec<Literal>>,
    /// The names that the flow looks at for being empty: it knows that they may be.
    pub(super) maybe_empty: HashSet<String>,
    /// By the name of an API: the attributes that its replies save.
    pub(super) sets: HashMap<String, Vec<String>>,
    /// By name: the id by which servers know a sequence.
    pub(super) ids: HashMap<String, String>,
}

/// The name under which `extra` is compared.
pub(super) const EXTRA: &str = "extra";

/// A value as the flow writes it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    Text(String),
    Number(Number),
}

impl Vocabulary {
    pub(super) fn new(map: &Map) -> Self {
        let mut vocabulary = Self::default();
        let mut copies = Vec::new();
        map.files
            .iter()
            .for_each(|file| vocabulary.read(file, &mut copies));
        // Where `extra` is kept in an attribute, what is known of the one is known of the other.
        for name in copies {
            if vocabulary.maybe_empty.contains(&name) {
                vocabulary.maybe_empty.insert(EXTRA.to_owned());
            }
            let values = vocabulary.compared.get(&name).cloned().unwrap_or_default();
            vocabulary
                .compared
                .entry(EXTRA.to_owned())
                .or_default()
                .extend(values);
        }
        vocabulary
    }

    /// The texts that an attribute, a field or `extra` is compared with.
    pub(super) fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.compared.get(name).into_iter().flatten();
        values.filter_map(|value| match value {
            Literal::Text(text) => Some(text.as_str()),
            Literal::Number(_) => None,
        })
    }

    /// The numbers that an attribute is compared with.
    pub(super) fn numbers(&self, name: &str) -> impl Iterator<Item = Number> {
        let values = self.compared.get(name).into_iter().flatten();
        values.filter_map(|value| match value {
            Literal::Number(number) => Some(*number),
            Literal::Text(_) => None,
        })
    }

    fn read(&mut self, file: &File, copies: &mut Vec<String>) {
        let source = &file.source;
        let named = |name: &Ident| source.slice(name.span).to_owned();
        walk(file, |node, around| {
            match &node.head {
                Head::On(Trigger::Words(words)) => self.words.extend(plain_texts(source, words)),
                Head::On(Trigger::Intent(intents)) => self.intents.extend(plain_texts(source, intents)),
                Head::On(Trigger::Unmatched) => self.has_unmatched = true,
                Head::Sequence {
                    name, id: Some(id), ..
                } => {
                    let id = id.literal(source).unwrap_or_default();
                    self.ids.insert(named(name), id);
                }
                Head::Sets(names) => {
                    if let Some(Head::Api { name, .. }) = around.last().map(|api| &api.head) {
                        self.sets
                            .entry(named(name))
                            .or_default()
                            .extend(names.iter().map(named));
                    }
                }
                Head::Set { name, value } => {
                    if matches!(value.kind, ExprKind::Extra) {
                        copies.push(named(name));
                    }
                    self.expression(source, value);
                }
                Head::If(value) | Head::KeyValue { value, .. } => self.expression(source, value),
                Head::Option(option) | Head::CardButton(option) => {
                    if let Some(condition) = &option.condition {
                        self.expression(source, condition);
                    }
                }
                _ => {}
            }
            for branch in &node.branches {
                if let When::If(condition) = &branch.when {
                    self.expression(source, condition);
                }
            }
        });
    }

    fn expression(&mut self, source: &Source, value: &Expr) {
        match &value.kind {
            ExprKind::Not(inner) | ExprKind::Negate(inner) | ExprKind::Group(inner) => {
                self.expression(source, inner);
            }
            ExprKind::IsEmpty { value, .. } => {
                if let Some(name) = name_of(source, value) {
                    self.maybe_empty.insert(name);
                }
            }
            ExprKind::Binary {
                operator,
                left,
                right,
                ..
            } => {
                if is_comparison(*operator) {
                    self.compare(source, left, right);
                    self.compare(source, right, left);
                }
                self.expression(source, left);
                self.expression(source, right);
            }
            _ => {}
        }
    }

    fn compare(&mut self, source: &Source, name: &Expr, value: &Expr) {
        let literal = match &value.kind {
            ExprKind::Number(number) => Some(Literal::Number(*number)),
            kind => plain_value(source, kind).map(Literal::Text),
        };
        if let Some((name, literal)) = name_of(source, name).zip(literal) {
            let known = self.compared.entry(name).or_default();
            if !known.contains(&literal) {
                known.push(literal);
            }
        }
    }
}

fn name_of(source: &Source, value: &Expr) -> Option<String> {
    match &value.kind {
        ExprKind::Name(name) => Some(source.slice(name.span).to_owned()),
        ExprKind::Extra => Some(EXTRA.to_owned()),
        ExprKind::Group(inner) => name_of(source, inner),
        _ => None,
    }
}

fn is_comparison(operator: Operator) -> bool {
    !matches!(
        operator,
        Operator::Or
            | Operator::And
            | Operator::Add
            | Operator::Subtract
            | Operator::Multiply
            | Operator::Divide
    )
}
