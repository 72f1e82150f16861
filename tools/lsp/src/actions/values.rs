//! The type of a value as written, and what a name must hold by the way it is used.

use sayflow::syntax::ast::{Expr, ExprKind, Operator};
use sayflow::{Source, Span};

use crate::describe::{self, is_arithmetic};
use crate::index::{Index, Kind, Symbol};

/// The type of a value, in the words of a declaration; `None` where nothing tells it.
pub(super) fn type_of(index: Index<'_>, source: &Source, value: &Expr) -> Option<String> {
    match &value.kind {
        ExprKind::Extra => Some("text".to_owned()),
        ExprKind::Name(name) => {
            describe::type_of(index, &Symbol::new(Kind::Attribute, source.slice(name.span)))
        }
        ExprKind::Group(inner) => type_of(index, source, inner),
        _ => describe::evident_type(value).map(str::to_owned),
    }
}

/// What the place of a name in an expression tells about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) ty: String,
    /// Whether it is calculated with, which needs a value from the start.
    pub(super) is_calculated: bool,
}

impl Told {
    pub(super) fn plain(ty: impl Into<String>) -> Self {
        Self {
            ty: ty.into(),
            is_calculated: false,
        }
    }
}

/// What an expression tells about the name at a place in it. `whole` is what the expression as a
/// whole must be, where its place tells that.
pub(super) fn told(
    index: Index<'_>,
    source: &Source,
    expr: &Expr,
    name: Span,
    whole: Option<&str>,
) -> Option<Told> {
    let inner = |expr: &Expr, whole: Option<&str>| told(index, source, expr, name, whole);
    match &expr.kind {
        ExprKind::Name(found) if found.span == name => whole.map(Told::plain),
        ExprKind::Group(group) => inner(group, whole),
        ExprKind::Not(negated) => inner(negated, Some("yes/no")),
        ExprKind::Negate(negative) => inner(negative, Some("number")).map(calculated),
        ExprKind::IsEmpty { value, .. } => inner(value, None),
        ExprKind::Binary {
            operator,
            left,
            right,
            ..
        } => {
            let sides = [(left, right), (right, left)];
            sides.into_iter().find_map(|(side, other)| {
                let other = type_of(index, source, other);
                let told = inner(side, wanted(*operator, other.as_deref()))?;
                Some(if is_arithmetic(*operator) {
                    calculated(told)
                } else {
                    told
                })
            })
        }
        // Every type can stand in a text.
        _ => None,
    }
}

fn calculated(told: Told) -> Told {
    Told {
        is_calculated: true,
        ..told
    }
}

/// What an operator needs on one side, by the type of the other.
fn wanted(operator: Operator, other: Option<&str>) -> Option<&str> {
    match operator {
        Operator::Or | Operator::And => Some("yes/no"),
        Operator::Contains | Operator::StartsWith => Some("text"),
        Operator::Equal | Operator::NotEqual | Operator::Is | Operator::IsNot => other,
        Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
            // What stands in quotes has an order where it is a date.
            match other {
                Some("date" | "text") => Some("date"),
                _ => Some("number"),
            }
        }
        Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide => Some("number"),
    }
}
