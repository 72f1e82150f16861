//! The keys of an action: those that a `do` leaves out, and those that the action does not have.

use gen_lsp_types::CodeActionKind;
use sayflow::syntax::ast::{Head, Node};
use sayflow::{Code, Diagnostic};

use super::values::type_of;
use super::{Offer, Scene, TEXT, lines};
use crate::describe;
use crate::index::{Declared, Kind, Symbol};
use crate::protocol::Written;

pub(super) fn offers<'w>(scene: &Scene<'w>) -> Vec<Offer<'w>> {
    let offer = |finding: &'w Diagnostic| {
        let (title, edit) = match finding.code() {
            Code::MissingActionKey => given(scene, finding)?,
            Code::UnknownActionKey => declared(scene, finding)?,
            _ => return None,
        };
        Some(Offer::new(title, CodeActionKind::QuickFix, vec![edit]).mending(finding))
    };
    scene.findings().filter_map(offer).collect()
}

/// The line that asks for an action around a finding, and the action.
fn asked<'w>(scene: &Scene<'w>, finding: &Diagnostic) -> Option<(&'w Node, Declared<'w>)> {
    let around = scene.around_at(finding.labels().first()?.span.start);
    around.into_iter().rev().find_map(|node| match &node.head {
        Head::Do { name } => {
            let symbol = Symbol::new(Kind::Action, scene.source().slice(name.span));
            Some((node, scene.index.declared(&symbol)?))
        }
        _ => None,
    })
}

/// Every key that is left out, with a value of its type.
fn given(scene: &Scene<'_>, finding: &Diagnostic) -> Option<(String, Written)> {
    let (node, action) = asked(scene, finding)?;
    let source = scene.source();
    let is_given = |key: &str| {
        node.children()
            .any(|line| matches!(&line.head, Head::KeyValue { name, .. } if source.slice(name.span) == key))
    };
    let missing: Vec<(&str, &str)> = describe::keys(action).filter(|(key, _)| !is_given(key)).collect();
    let lines = missing
        .iter()
        .map(|(key, ty)| format!("{key} = {}", value_of(ty)));
    let lines: Vec<String> = lines.collect();
    let names: Vec<String> = missing.iter().map(|(key, _)| format!("`{key}`")).collect();
    let edit = lines::into_block(source, node, node.children().last(), &lines);
    Some((format!("give it {}", names.join(" and ")), edit.selecting(TEXT)))
}

/// A value that a type has, for the author to change.
fn value_of(ty: &str) -> String {
    match ty {
        "number" => "0".to_owned(),
        "yes/no" => "no".to_owned(),
        "date" => "\"2026-01-01\"".to_owned(),
        ty => match ty.strip_prefix("one of") {
            Some(options) => options.split(',').next().unwrap_or_default().trim().to_owned(),
            None => format!("\"{TEXT}\""),
        },
    }
}

/// The key in the action, with the type of what it is given.
fn declared(scene: &Scene<'_>, finding: &Diagnostic) -> Option<(String, Written)> {
    let (node, action) = asked(scene, finding)?;
    let at = finding.labels().first()?.span;
    let source = scene.source();
    let value = node.children().find_map(|line| match &line.head {
        Head::KeyValue { name, value } if name.span == at => Some(value),
        _ => None,
    })?;
    let ty = type_of(scene.index, source, value).unwrap_or_else(|| "text".to_owned());
    let key = source.slice(at);
    let last = action.node.children().last();
    let line = format!("{key}: {ty}");
    let edit = lines::into_block(&action.file.source, action.node, last, &[line]);
    Some((format!("declare key `{key}`"), edit.selecting(&ty)))
}
