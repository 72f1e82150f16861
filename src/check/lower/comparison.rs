//! Comparisons with what other languages write for no value, and with `yes` or a number in quotes.

use super::Lowering;
use super::expression::is_number;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, Operator};
use crate::value::{Type, Value};

/// What has no value, elsewhere.
const NOTHING: [&str; 7] = ["null", "NULL", "Null", "nil", "None", "undefined", "unset"];

/// What has a value, behind `is`.
const SOMETHING: [&str; 4] = ["set", "defined", "known", "present"];

impl Lowering<'_, '_> {
    /// `city is not set`, `n == None`: whether the right side is such a word; says so where it is.
    pub(super) fn is_compared_with_nothing(
        &mut self,
        operator: Operator,
        (left, ty): (&Expr, Option<&Type>),
        right: &Expr,
    ) -> bool {
        let ExprKind::Name(name) = right.kind else {
            return false;
        };
        let word = self.slice(name.span);
        let is_spoken = matches!(operator, Operator::Is | Operator::IsNot);
        let has_value = is_spoken && SOMETHING.contains(&word);
        if !(has_value || NOTHING.contains(&word)) || self.names.value(word).is_some() {
            return false;
        }
        // `one of "None", "S"` has it as a value.
        if let Some(Type::OneOf(texts)) = ty
            && texts.has(word)
        {
            return false;
        }
        let is_negated = matches!(operator, Operator::IsNot | Operator::NotEqual);
        let ours = match has_value == is_negated {
            true => "is empty",
            false => "is not empty",
        };
        let finding = self
            .error(
                Code::UnknownAttribute,
                name.span,
                format!("unknown attribute `{word}`"),
            )
            .primary("no attribute has this name")
            .with_help(format!("write `{} {ours}`", self.slice(left.span)))
            .suggested_fix(
                format!("write `{ours}`"),
                vec![(Span::new(left.span.end, right.span.end), format!(" {ours}"))],
            );
        self.findings.add(finding);
        true
    }
}

/// The finding that a value of type `ty` is never equal to the constant at `span`, which may only lack its meaning for its
/// quotes.
pub(super) fn without_quotes(
    finding: Diagnostic,
    ty: &Type,
    constant: Option<&Value>,
    span: Span,
) -> Diagnostic {
    let text = constant.and_then(Value::as_text).unwrap_or_default();
    let (what, ours) = match (ty, text.to_lowercase().as_str()) {
        (Type::YesNo, "yes" | "true") => ("yes or no", "yes"),
        (Type::YesNo, "no" | "false") => ("yes or no", "no"),
        (Type::Number, _) if is_number(text) => ("a number", text),
        _ => return finding.with_help("compare values of the same type"),
    };
    finding
        .with_help(format!("{what} stands without quotes: `{ours}`"))
        .suggested_fix("remove the quotes", vec![(span, ours.to_owned())])
}
