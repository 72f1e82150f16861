//! An attribute that is read or written.

use sayflow::syntax::ast::{
    Accept, AssignedName, Assignment, Claim, Expr, File, Head, Ident, Node, Step, When,
};
use sayflow::{Source, Span};

use super::Missing;
use crate::actions::values::{Told, told, type_of};
use crate::describe;
use crate::index::{Index, Kind, Symbol};
use crate::layout;
use crate::protocol::Written;

pub(super) fn declaration(missing: &Missing<'_>) -> Written {
    let told: Vec<Told> = missing
        .places()
        .filter_map(|(file, span)| told_at(missing, file, span))
        .collect();
    let ty = told.first().map_or("text", |first| &first.ty);
    let is_calculated = told.iter().any(|told| told.is_calculated);
    let default = if is_calculated && ty == "number" {
        " = 0"
    } else {
        ""
    };
    let declaration = format!("attribute {}: {ty}{default}", missing.name);
    missing
        .beside_its_kin(&declaration)
        .selecting(&format!("{ty}{default}"))
}

/// What the line of a place tells about the type of the name there.
fn told_at(missing: &Missing<'_>, file: &File, span: Span) -> Option<Told> {
    let around = layout::lines_at(file, span.start);
    let (line, outer) = around.split_last()?;
    told_by(missing, file, (line, outer.last().copied()), span)
}

fn told_by(
    missing: &Missing<'_>,
    file: &File,
    (node, outer): (&Node, Option<&Node>),
    span: Span,
) -> Option<Told> {
    let index = missing.scene.index;
    let source = &file.source;
    let value = |expr: &Expr, whole: Option<&str>| told(index, source, expr, span, whole);
    let condition = |expr: &Expr| value(expr, Some("yes/no"));
    // A value that is given to something has its type.
    let given_to = |expr: &Expr, name: Ident| {
        let ty = describe::type_of(index, &Symbol::new(Kind::Attribute, source.slice(name.span)));
        value(expr, ty.as_deref())
    };
    let given = |assignments: &[Assignment]| {
        assignments.iter().find_map(|assignment| match &assignment.name {
            AssignedName::Name(name) if name.span == span => {
                type_of(index, source, &assignment.value).map(Told::plain)
            }
            AssignedName::Name(name) => given_to(&assignment.value, *name),
            _ => value(&assignment.value, None),
        })
    };
    let branches = || {
        node.branches.iter().find_map(|branch| match &branch.when {
            When::If(expr) => condition(expr),
            _ => None,
        })
    };
    match &node.head {
        Head::Ask { save: Some(save), .. } if save.span == span => node
            .children()
            .find_map(|line| accepted(file, line))
            .map(Told::plain),
        Head::Set { name, value: new } if name.span == span => {
            // A value that is calculated from the one before tells more than its type.
            value(new, None).or_else(|| type_of(index, source, new).map(Told::plain))
        }
        Head::Set { name, value: new } => given_to(new, *name),
        Head::KeyValue { name, value: new } => {
            let key = source.slice(name.span);
            value(
                new,
                outer.and_then(|outer| type_of_key(index, source, outer, key)),
            )
        }
        Head::If(expr) => condition(expr).or_else(branches),
        Head::Option(option) | Head::CardButton(option) => option.condition.as_deref().and_then(condition),
        Head::Step(Step::Given(assignments)) => given(assignments),
        Head::Step(Step::Mock { answers, .. }) => answers.iter().find_map(|answer| given(&answer.sets)),
        Head::Step(Step::Expect(claims)) => claims.iter().find_map(|claim| match claim {
            Claim::Equal { name, value: new } if name.span == span => {
                type_of(index, source, new).map(Told::plain)
            }
            Claim::Equal { name, value: new } => given_to(new, *name),
            Claim::Holds(expr) => condition(expr),
        }),
        _ => None,
    }
}

/// The type of a key of the action that a line asks for.
fn type_of_key<'f>(index: Index<'f>, source: &Source, asked: &Node, key: &str) -> Option<&'f str> {
    let Head::Do { name } = &asked.head else {
        return None;
    };
    let action = index.declared(&Symbol::new(Kind::Action, source.slice(name.span)))?;
    describe::keys(action).find_map(|(known, ty)| (known == key).then_some(ty))
}

/// The type of what an ask accepts.
fn accepted(file: &File, line: &Node) -> Option<String> {
    let Head::Accept(accept) = &line.head else {
        return None;
    };
    Some(match accept {
        Accept::Number(_) => "number".to_owned(),
        Accept::YesNo => "yes/no".to_owned(),
        Accept::Date => "date".to_owned(),
        Accept::OneOf(answers) => {
            let answers = answers.iter().map(|answer| file.source.slice(answer.span));
            format!("one of {}", answers.collect::<Vec<_>>().join(", "))
        }
        _ => "text".to_owned(),
    })
}
