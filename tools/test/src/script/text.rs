//! Texts and values of the tree as they are meant.

use sayflow::syntax::ast::{Expr, ExprKind, Raw};
use sayflow::{Number, Source, Value};

/// A plain value; `None` for what would have to be worked out.
pub(crate) fn value(source: &Source, expr: &Expr) -> Option<Value> {
    Some(match &expr.kind {
        ExprKind::Text(text) => text.plain(source).into(),
        ExprKind::Number(number) => Value::Number(*number),
        ExprKind::YesNo(flag) => (*flag).into(),
        ExprKind::Negate(inner) => match value(source, inner)? {
            Value::Number(number) => Value::Number(negative(number)?),
            _ => return None,
        },
        ExprKind::Group(inner) => return value(source, inner),
        _ => return None,
    })
}

fn negative(number: Number) -> Option<Number> {
    match number.as_i64().and_then(i64::checked_neg) {
        Some(whole) => Some(whole.into()),
        None => Number::from_f64(-number.as_f64()),
    }
}

/// The bytes of a reply between backticks. Of several lines the common indent is cut off.
pub(super) fn raw(source: &Source, raw: &Raw) -> String {
    let written = source.slice(raw.span);
    let Some(lines) = written
        .strip_prefix("```")
        .map(|rest| rest.strip_suffix("```").unwrap_or(rest))
    else {
        return written.trim_matches('`').to_owned();
    };
    let lines: Vec<&str> = lines.lines().map(|line| line.trim_end_matches('\r')).collect();
    let is_blank = |line: &&str| line.trim().is_empty();
    let first = lines
        .iter()
        .position(|line| !is_blank(line))
        .unwrap_or(lines.len());
    let last = lines
        .iter()
        .rposition(|line| !is_blank(line))
        .map_or(first, |last| last + 1);
    let lines = lines.get(first..last).unwrap_or_default();
    let indent_of = |line: &&str| line.len() - line.trim_start().len();
    let indent = lines
        .iter()
        .filter(|line| !is_blank(line))
        .map(indent_of)
        .min()
        .unwrap_or(0);
    let cut = lines.iter().map(|line| line.get(indent..).unwrap_or_default());
    cut.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::{Raw, Source, raw};

    #[test]
    fn the_lines_of_a_reply_are_the_same_whatever_they_end_in() {
        for end in ["\n", "\r\n", "\r\r\n"] {
            let source = Source::new("a.flow", ["```", "  a", "  b", "```"].join(end));
            assert_eq!(raw(&source, &Raw { span: source.span() }), "a\nb");
        }
    }
}
