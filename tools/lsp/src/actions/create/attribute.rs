//! An attribute that is read or written.

use sayflow::Span;
use sayflow::syntax::ast::{Accept, AssignedName, Assignment, Claim, Expr, File, Head, Node, Step, When};

use super::Missing;
use crate::actions::values::{Told, told, type_of};
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
    let line = *layout::lines_at(file, span.start).last()?;
    told_by(missing, file, line, span)
}

fn told_by(missing: &Missing<'_>, file: &File, node: &Node, span: Span) -> Option<Told> {
    let index = missing.scene.index;
    let source = &file.source;
    let value = |expr: &Expr, whole: Option<&str>| told(index, source, expr, span, whole);
    let condition = |expr: &Expr| value(expr, Some("yes/no"));
    let given = |assignments: &[Assignment]| {
        assignments.iter().find_map(|assignment| match &assignment.name {
            AssignedName::Name(name) if name.span == span => {
                type_of(index, source, &assignment.value).map(Told::plain)
            }
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
        Head::Set { value: new, .. } => value(new, None),
        Head::If(expr) => condition(expr).or_else(branches),
        Head::Option(option) | Head::CardButton(option) => option.condition.as_deref().and_then(condition),
        Head::Step(Step::Given(assignments)) => given(assignments),
        Head::Step(Step::Mock { answers, .. }) => answers.iter().find_map(|answer| given(&answer.sets)),
        Head::Step(Step::Expect(claims)) => claims.iter().find_map(|claim| match claim {
            Claim::Equal { name, value: new } if name.span == span => {
                type_of(index, source, new).map(Told::plain)
            }
            Claim::Equal { value: new, .. } => value(new, None),
            Claim::Holds(expr) => condition(expr),
        }),
        _ => None,
    }
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
