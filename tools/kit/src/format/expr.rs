//! Values and conditions: one blank around operators, none inside parentheses.

use sayflow::syntax::ast::{Expr, ExprKind};

use super::line::Line;

/// Adds an expression to a line. Numbers and broken places stay as written.
pub(super) fn expr<'a>(line: Line<'a>, value: &Expr) -> Line<'a> {
    match &value.kind {
        ExprKind::Text(text) => line.text(text),
        ExprKind::Number(_) | ExprKind::YesNo(_) | ExprKind::Extra | ExprKind::Missing => {
            line.words(value.span)
        }
        ExprKind::Name(name) => line.name(*name),
        ExprKind::Secret(name) => line.word("secret").name(*name),
        ExprKind::Visits(sequence) => line.opening("visits(").name(*sequence).mark(")"),
        ExprKind::Not(inner) => expr(line.word("not"), inner),
        ExprKind::Negate(inner) => expr(line.opening("-"), inner),
        ExprKind::IsEmpty { value, negated } => {
            expr(line, value).word(if *negated { "is not empty" } else { "is empty" })
        }
        ExprKind::Binary { at, left, right, .. } => expr(expr(line, left).words(*at), right),
        ExprKind::Group(inner) => expr(line.opening("("), inner).mark(")"),
    }
}
