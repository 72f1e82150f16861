//! Values and expressions: names resolved, types compared.

use super::Lowering;
use super::comparison::without_quotes;
use crate::answer::date;
use crate::check::uses::Used;
use crate::customer::RecordField;
use crate::diagnostics::{Code, Diagnostic};
use crate::name::canonical;
use crate::program::code;
use crate::program::{ArgumentCode, Attribute, AttributeId, AttributeRef};
use crate::source::{Source, Span};
use crate::syntax::ast::{Expr, ExprKind, Ident, Operator, Part, Text};
use crate::value::{Number, OneOf, Type, Value, is_date};

/// An expression with its type; `None` for a type that shows at run time.
pub(super) struct Typed {
    pub(super) code: code::Expr,
    pub(super) ty: Option<Type>,
}

impl Typed {
    fn new(code: code::Expr, ty: Type) -> Self {
        Self { code, ty: Some(ty) }
    }

    fn untyped(code: code::Expr) -> Self {
        Self { code, ty: None }
    }

    /// What stands in for a value whose error is already told.
    fn missing() -> Self {
        Self::untyped(code::Expr::Constant(Value::YesNo(false)))
    }

    fn may_be_number(&self) -> bool {
        self.ty.as_ref().is_none_or(|ty| *ty == Type::Number)
    }

    fn constant(&self) -> Option<&Value> {
        match &self.code {
            code::Expr::Constant(value) if self.ty.is_some() => Some(value),
            _ => None,
        }
    }
}

impl Lowering<'_, '_> {
    /// An expression that decides something.
    pub(super) fn condition(&mut self, expr: &Expr) -> code::Expr {
        let typed = self.expression(expr);
        self.expect(&typed, &Type::YesNo, expr.span, "a condition");
        typed.code
    }

    /// An expression whose value goes into something of type `ty`.
    pub(super) fn value_for(&mut self, expr: &Expr, ty: Option<&Type>, what: &str) -> code::Expr {
        let typed = self.value(expr, ty);
        if let Some(ty) = ty {
            match typed.constant() {
                Some(value) => self.expect_constant(&value.clone(), ty, expr.span),
                None if is_marked(&typed) && matches!(ty, Type::Number | Type::YesNo) => {
                    self.marked_text(expr, ty, &format!("{what} needs {ty}, this is a text"));
                }
                None => self.expect(&typed, ty, expr.span, what),
            }
        }
        typed.code
    }

    /// A plain value; `None` for everything that has to be worked out.
    pub(super) fn constant(&mut self, expr: &Expr) -> Option<Value> {
        match self.value(expr, None).code {
            code::Expr::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// The value of a header, param or field, where secrets may stand.
    pub(super) fn argument(&mut self, expr: &Expr) -> ArgumentCode {
        if let ExprKind::Secret(name) = &expr.kind {
            return ArgumentCode::Secret(self.slice(name.span).into());
        }
        match self.value(expr, None).code {
            code::Expr::Constant(value) => ArgumentCode::Constant(value),
            code::Expr::Template(template) => ArgumentCode::Template(template),
            code::Expr::Attribute(attribute) => ArgumentCode::Attribute(attribute),
            _ => {
                let finding = self
                    .error(Code::TypeMismatch, expr.span, "a request carries plain values")
                    .with_help("write a text, a number, `yes`, `no`, an attribute or `secret NAME`; work it out with `set` before");
                self.findings.add(finding);
                ArgumentCode::Constant(Value::YesNo(false))
            }
        }
    }

    pub(super) fn expression(&mut self, expr: &Expr) -> Typed {
        match &expr.kind {
            ExprKind::Binary { .. } if says_something(self.source(), expr) => self.joined(expr),
            ExprKind::Text(text) => self.text_value(text),
            ExprKind::Number(number) => Typed::new(code::Expr::Constant((*number).into()), Type::Number),
            ExprKind::YesNo(flag) => Typed::new(code::Expr::Constant((*flag).into()), Type::YesNo),
            ExprKind::Name(name) => {
                let found = self.read(*name);
                Self::attribute_value(found)
            }
            ExprKind::Secret(name) => self.misplaced_secret(*name, expr.span),
            ExprKind::Extra => Typed::untyped(code::Expr::Extra),
            ExprKind::Visits(name) => self.visits(*name),
            ExprKind::Not(inner) => self.not(inner),
            ExprKind::Negate(inner) => self.negate(inner),
            ExprKind::IsEmpty { value, negated } => self.is_empty(value, *negated),
            ExprKind::Binary {
                operator,
                at,
                left,
                right,
            } => self.binary(*operator, *at, left, right),
            ExprKind::Group(inner) => self.expression(inner),
            ExprKind::Missing => Typed::missing(),
        }
    }

    fn text_value(&mut self, text: &Text) -> Typed {
        let template = self.attribute_template(text);
        match &*template.pieces {
            [] => Typed::new(code::Expr::Constant(Value::Text(String::new())), Type::Text),
            [code::Piece::Plain(plain)] => {
                Typed::new(code::Expr::Constant(Value::Text(plain.to_string())), Type::Text)
            }
            _ => Typed::untyped(code::Expr::Template(template)),
        }
    }

    /// An expression whose value goes into something of type `ty`, or is compared with it: where that may
    /// be a text, an unknown word is perhaps one without its quotes.
    fn value(&mut self, expr: &Expr, ty: Option<&Type>) -> Typed {
        match &expr.kind {
            ExprKind::Binary { .. } if ty == Some(&Type::Text) && self.joins_texts(expr) => self.joined(expr),
            ExprKind::Binary { .. }
                if matches!(ty, Some(Type::Number | Type::YesNo)) && says_something(self.source(), expr) =>
            {
                self.not_joined(expr)
            }
            ExprKind::Name(name) if !matches!(ty, Some(Type::Number | Type::YesNo | Type::Date)) => {
                let found = self.read_or_text(*name);
                Self::attribute_value(found)
            }
            _ => self.expression(expr),
        }
    }

    fn attribute_value(found: Option<(AttributeRef, Option<Type>)>) -> Typed {
        let Some((attribute, ty)) = found else {
            return Typed::missing();
        };
        Typed {
            code: code::Expr::Attribute(attribute),
            ty: ty.filter(|ty| *ty != Type::Any),
        }
    }

    fn visits(&mut self, name: Ident) -> Typed {
        match self.sequence(name, Used::Visits) {
            Some(sequence) => {
                self.data.counted.insert(sequence);
                Typed::new(code::Expr::Visits(sequence), Type::Number)
            }
            None => Typed::missing(),
        }
    }

    fn not(&mut self, inner: &Expr) -> Typed {
        let inner = self.condition(inner);
        Typed::new(code::Expr::Not(Box::new(inner)), Type::YesNo)
    }

    fn is_empty(&mut self, value: &Expr, negated: bool) -> Typed {
        let value = Box::new(self.expression(value).code);
        Typed::new(code::Expr::IsEmpty { value, negated }, Type::YesNo)
    }

    fn misplaced_secret(&mut self, name: Ident, span: Span) -> Typed {
        let finding = self
            .error(
                Code::SecretOutsideRequest,
                span,
                format!("secret `{}` outside a request", self.slice(name.span)),
            )
            .primary("a secret is never shown, compared or saved")
            .with_help("use it in a `header`, `param` or `field` of an api or server");
        self.findings.add(finding);
        Typed::missing()
    }

    fn negate(&mut self, inner: &Expr) -> Typed {
        let typed = self.operand(inner);
        if let code::Expr::Constant(Value::Number(number)) = &typed.code
            && let Some(negative) = Number::from(0).apply(*number, i64::checked_sub, |a, b| a - b)
        {
            return Typed::new(code::Expr::Constant(negative.into()), Type::Number);
        }
        Typed::new(code::Expr::Negate(Box::new(typed.code)), Type::Number)
    }

    fn binary(&mut self, operator: Operator, at: Span, left: &Expr, right: &Expr) -> Typed {
        use Operator as O;
        let (left, right, ty) = match operator {
            O::And | O::Or => (self.condition(left), self.condition(right), Type::YesNo),
            O::Add | O::Subtract | O::Multiply | O::Divide => {
                let (before, behind) = (self.operand(left), self.operand(right));
                if !before.may_be_number() || !behind.may_be_number() {
                    return Typed::missing();
                }
                if operator == O::Divide && behind.constant() == Some(&Number::from(0).into()) {
                    self.division_by_zero(at.to(right.span));
                }
                (before.code, behind.code, Type::Number)
            }
            O::Contains | O::StartsWith => {
                let (before, behind) = (self.expression(left), self.value(right, None));
                self.expect(&before, &Type::Text, left.span, "text matching");
                self.expect(&behind, &Type::Text, right.span, "text matching");
                (before.code, behind.code, Type::YesNo)
            }
            O::Equal | O::NotEqual | O::Is | O::IsNot => {
                let before = self.expression(left);
                if self.is_compared_with_nothing(operator, (left, before.ty.as_ref()), right) {
                    return Typed::missing();
                }
                let behind = self.value(right, before.ty.as_ref());
                if self.is_text_beside((left, &before), (right, &behind))
                    || self.is_text_beside((right, &behind), (left, &before))
                {
                    return Typed::missing();
                }
                self.expect_alike(&before, &behind, left.span, right.span);
                (before.code, behind.code, Type::YesNo)
            }
            O::Less | O::LessOrEqual | O::Greater | O::GreaterOrEqual => {
                let (before, behind) = (self.expression(left), self.expression(right));
                if let Some(middle) = middle_of(left) {
                    self.two_comparisons(at, left, middle, right);
                    return Typed::missing();
                }
                if self.is_text_beside((left, &before), (right, &behind))
                    || self.is_text_beside((right, &behind), (left, &before))
                {
                    return Typed::missing();
                }
                if !self.expect_date(&before, &behind, right.span)
                    || !self.expect_date(&behind, &before, left.span)
                {
                    return Typed::missing();
                }
                let is_ordered = self.expect_ordered(&before, left.span, at)
                    && self.expect_ordered(&behind, right.span, at);
                if is_ordered {
                    self.expect_alike(&before, &behind, left.span, right.span);
                }
                (before.code, behind.code, Type::YesNo)
            }
        };
        Typed::new(code::Expr::Binary(operator, Box::new(left), Box::new(right)), ty)
    }

    /// Whether a text with values in it stands beside a number, or beside yes or no; says so.
    fn is_text_beside(&mut self, text: (&Expr, &Typed), other: (&Expr, &Typed)) -> bool {
        let ty = other.1.ty.clone();
        let Some(ty) = ty.filter(|ty| matches!(ty, Type::Number | Type::YesNo)) else {
            return false;
        };
        if is_marked(text.1) {
            self.marked_text(text.0, &ty, &format!("text and {ty} are never equal"));
        }
        is_marked(text.1)
    }

    /// A text with values in it, where a value of type `ty` stands.
    fn marked_text(&mut self, expr: &Expr, ty: &Type, message: &str) {
        let finding = self
            .error(Code::TypeMismatch, expr.span, message)
            .primary("what stands in quotes is a text");
        let inside = self.slice(expr.span).trim_matches(['"', '“', '”']);
        let bare = inside.replace("{{", "").replace("}}", "");
        let fits = |found: &(AttributeRef, Option<Type>)| found.1.as_ref().is_none_or(|found| found == ty);
        let alone = alone(expr).filter(|name| self.known_value(*name).as_ref().is_some_and(fits));
        self.findings.add(match alone.map(|name| self.slice(name.span)) {
            Some(name) => finding
                .with_help(format!("a value stands without quotes and braces: `{name}`"))
                .suggested_fix("remove the quotes and braces", vec![(expr.span, name.to_owned())]),
            None if *ty == Type::Number && bare.len() < 80 && bare.contains(['+', '-', '*', '/']) => finding
                .with_help(format!(
                    "what is reckoned stands without quotes and braces: `{bare}`"
                )),
            None => finding.with_help("a value stands without quotes and braces"),
        });
    }

    /// `1 < n < 5`
    fn two_comparisons(&mut self, at: Span, left: &Expr, middle: &Expr, right: &Expr) {
        let middle = self.slice(middle.span);
        let sides = self.source().slice(left.span.to(at));
        let message = format!("`{}` compares two values, not three", self.slice(at));
        let better = format!(
            "{} and {middle} {}",
            self.slice(left.span),
            self.slice(at.to(right.span))
        );
        let is_long = better.len() > 80 || sides.contains('\n');
        let finding = self.error(Code::TypeMismatch, at.to(right.span), message);
        let finding = match is_long {
            true => finding.with_help("compare twice, with `and` between"),
            false => finding.with_help(format!("compare twice: `{better}`")),
        };
        let edit = (Span::at(left.span.end), format!(" and {middle}"));
        self.findings
            .add(finding.suggested_fix("compare twice", vec![edit]));
    }

    /// Whether one of the values between `+` is a text.
    fn joins_texts(&self, expr: &Expr) -> bool {
        is_sum(expr)
            && addends(expr).into_iter().any(|addend| match addend.kind {
                ExprKind::Text(_) => true,
                ExprKind::Name(name) => {
                    let ty = self.known_value(name).and_then(|(_, ty)| ty);
                    ty.as_ref().is_some_and(is_textual)
                }
                _ => false,
            })
    }

    /// Texts between `+` where no text can stand.
    fn not_joined(&mut self, expr: &Expr) -> Typed {
        for addend in addends(expr) {
            self.expression(addend);
        }
        let finding = self.error(Code::TypeMismatch, expr.span, "`+` does not join texts");
        self.findings
            .add(finding.with_help("add numbers only; a number stands without quotes"));
        Typed::missing()
    }

    /// Texts between `+`, as other languages join them.
    fn joined(&mut self, expr: &Expr) -> Typed {
        let addends = addends(expr);
        for addend in &addends {
            // Their names are looked up all the same.
            self.expression(addend);
        }
        let source = self.source();
        let finding = self.error(Code::TypeMismatch, expr.span, "`+` does not join texts");
        let parts: Option<String> = addends.iter().map(|addend| in_a_text(source, addend)).collect();
        self.findings.add(match parts {
            Some(parts) => {
                let text = format!("\"{parts}\"");
                finding
                    .with_help(format!("write one text: `{text}`"))
                    .suggested_fix("write it as one text", vec![(expr.span, text)])
            }
            None => finding.with_help("write one text, with `{{NAME}}` for the value of an attribute"),
        });
        Typed::missing()
    }

    /// A number to reckon with: one that may be unset needs a default.
    fn operand(&mut self, expr: &Expr) -> Typed {
        let typed = self.expression(expr);
        self.expect(&typed, &Type::Number, expr.span, "arithmetic");
        let may_be_unset = match typed.code {
            code::Expr::Attribute(AttributeRef::Record(field)) => field == RecordField::Timezone,
            code::Expr::Attribute(AttributeRef::Saved(saved)) => self.is_number_without_default(saved),
            _ => false,
        };
        if may_be_unset {
            self.arithmetic_without_default(expr.span);
        }
        typed
    }

    fn division_by_zero(&mut self, span: Span) {
        let finding = self
            .error(Code::DivisionByZero, span, "this divides by zero")
            .primary("no number comes of it")
            .with_help("divide by another number");
        self.findings.add(finding);
    }

    /// Whether an attribute may hold a number, and nothing as well.
    fn is_number_without_default(&self, attribute: AttributeId) -> bool {
        let ty = self.types.get(attribute.index()).and_then(Option::as_ref);
        let has_default = |declared: &Attribute| declared.default.is_some();
        matches!(ty, Some(Type::Number | Type::Any))
            && !self.data.attribute(attribute).is_some_and(has_default)
    }

    fn arithmetic_without_default(&mut self, span: Span) {
        let name = self.slice(span);
        let mut finding = self
            .error(
                Code::ArithmeticWithoutDefault,
                span,
                format!("`{name}` may be unset here"),
            )
            .primary("there is nothing to reckon with then");
        finding = match self
            .names
            .attributes
            .find(name)
            .and_then(|index| self.names.attributes.all.get(index))
        {
            Some(declared) => finding
                .label(declared.source, declared.node.span, "declared without a default")
                .with_help(format!(
                    "give it one: `{} = 0`",
                    declared.source.slice(declared.node.span)
                ))
                .suggested_fix_in(
                    declared.source,
                    "give it a default: `= 0`",
                    (Span::at(declared.node.span.end), " = 0".to_owned()),
                ),
            None => finding.with_help("save it to an attribute with a default first"),
        };
        self.findings.add(finding);
    }

    /// Says where a value is of another type than its place needs.
    pub(super) fn expect(&mut self, typed: &Typed, wanted: &Type, span: Span, what: &str) {
        let Some(ty) = &typed.ty else { return };
        let fits = match wanted {
            Type::Any => true,
            Type::Text => is_textual(ty),
            Type::Date => *ty == Type::Date,
            Type::OneOf(wanted) => match ty {
                Type::OneOf(options) => self.are_among(options, wanted),
                _ => false,
            },
            _ => ty == wanted,
        };
        if !fits {
            let finding = self
                .error(
                    Code::TypeMismatch,
                    span,
                    format!("{what} needs {wanted}, this is {ty}"),
                )
                .primary(format!("this is {ty}"));
            self.findings.add(match (wanted, ty) {
                (Type::YesNo, _) => {
                    finding.with_help("compare it with something, such as `is \"…\"` or `> 0`")
                }
                (Type::Text, _) => {
                    let finding = finding.with_help("put it into a text: `\"{{name}}\"`");
                    let written = self.slice(span);
                    match self.names.value(written) {
                        Some(_) => {
                            let text = format!("\"{{{{{written}}}}}\"");
                            finding.suggested_fix("put it into a text", vec![(span, text)])
                        }
                        None => finding,
                    }
                }
                (Type::Number, Type::Date) => finding
                    .with_help("a flow does not reckon with days: compare them, or let an api work it out"),
                (Type::Number, _) => match typed.constant().and_then(Value::as_text) {
                    Some(text) if is_number(text) => {
                        let finding = finding.with_help("a number stands without quotes");
                        unquoted(finding, span, Some(text))
                    }
                    _ => finding,
                },
                _ => finding,
            });
        }
    }

    /// Whether whatever is one of `texts` is one of `wanted` as well.
    fn are_among(&mut self, texts: &OneOf, wanted: &OneOf) -> bool {
        let pair = (texts.address(), wanted.address());
        *self
            .among
            .entry(pair)
            .or_insert_with(|| texts.iter().all(|text| wanted.has(text)))
    }

    /// Says where a plain value does not fit a type.
    pub(super) fn expect_constant(&mut self, value: &Value, ty: &Type, span: Span) {
        if ty.admits(value) {
            return;
        }
        let finding = self.error(
            Code::TypeMismatch,
            span,
            format!("{} is not {}", quoted(value), described(ty)),
        );
        self.findings.add(match ty {
            Type::Date => match value.as_text().and_then(date) {
                Some(date) => {
                    let date = format!("\"{date}\"");
                    finding
                        .with_help(format!("write it as {date}"))
                        .suggested_fix(format!("replace with {date}"), vec![(span, date)])
                }
                None => finding.with_help("write a date as \"2026-11-20\""),
            },
            Type::YesNo => {
                let is_word = |text: &&str| matches!(*text, "yes" | "no");
                let finding = finding.with_help("write `yes` or `no`, without quotes");
                unquoted(finding, span, value.as_text().filter(is_word))
            }
            Type::Number => {
                let finding = finding.with_help("write a number, without quotes");
                unquoted(finding, span, value.as_text().filter(|text| is_number(text)))
            }
            Type::OneOf(options) => {
                let written = value.as_text().unwrap_or_default();
                let is_twin = |option: &&str| canonical(option) == canonical(written);
                let twin = options.meant(written).filter(is_twin);
                let near = twin.or_else(|| options.near(written));
                let help = match (twin, near) {
                    (Some(_), _) => {
                        "it looks like one of them, but is written with other characters: copy that one"
                            .to_owned()
                    }
                    (None, Some(near)) => format!("did you mean \"{near}\"?"),
                    (None, None) => format!("it is {ty}"),
                };
                let finding = finding.with_help(help);
                match near {
                    Some(near) => finding.suggested_fix(
                        format!("replace with \"{near}\""),
                        vec![(span, format!("\"{near}\""))],
                    ),
                    None => finding,
                }
            }
            Type::Text | Type::Any => {
                let quoted = format!("\"{}\"", self.slice(span));
                finding
                    .with_help("write it in quotes")
                    .suggested_fix("put it in quotes", vec![(span, quoted)])
            }
        });
    }

    /// Whether what stands beside a date may be one; says so where it is another text.
    fn expect_date(&mut self, date: &Typed, other: &Typed, span: Span) -> bool {
        match other.constant() {
            Some(value @ Value::Text(text)) if date.ty == Some(Type::Date) && !is_date(text) => {
                self.expect_constant(&value.clone(), &Type::Date, span);
                false
            }
            _ => true,
        }
    }

    /// Whether values of this type have an order; says so where they have none.
    fn expect_ordered(&mut self, typed: &Typed, span: Span, operator: Span) -> bool {
        let is_ordered = match (&typed.ty, typed.constant()) {
            (_, Some(Value::Text(text))) => is_date(text),
            (None | Some(Type::Number | Type::Date), _) => true,
            _ => false,
        };
        if !is_ordered {
            let message = format!("`{}` compares numbers and dates", self.slice(operator));
            let finding = self.error(Code::TypeMismatch, span, message);
            let quoted = typed.constant().and_then(Value::as_text);
            self.findings.add(match quoted.filter(|text| is_number(text)) {
                Some(number) => finding
                    .with_help(format!("a number stands without quotes: `{number}`"))
                    .suggested_fix("remove the quotes", vec![(span, number.to_owned())]),
                None => finding.with_help("use `is`, `contains` or `starts with` for other values"),
            });
        }
        is_ordered
    }

    /// Says where two values can never be equal.
    fn expect_alike(&mut self, left: &Typed, right: &Typed, left_span: Span, right_span: Span) {
        let (Some(left_type), Some(right_type)) = (&left.ty, &right.ty) else {
            return;
        };
        match (left.constant(), right.constant()) {
            (None, Some(value)) if needs_form(left_type) => {
                return self.expect_constant(&value.clone(), left_type, right_span);
            }
            (Some(value), None) if needs_form(right_type) => {
                return self.expect_constant(&value.clone(), right_type, left_span);
            }
            _ => {}
        }
        if left_type != right_type && !(is_textual(left_type) && is_textual(right_type)) {
            let source = self.source();
            let finding = self
                .error(
                    Code::TypeMismatch,
                    right_span,
                    format!("{left_type} and {right_type} are never equal"),
                )
                .primary(format!("this is {right_type}"))
                .label(source, left_span, format!("this is {left_type}"));
            self.findings.add(match right.constant() {
                None => without_quotes(finding, right_type, left.constant(), left_span),
                constant => without_quotes(finding, left_type, constant, right_span),
            });
        }
    }
}

/// The one value that a text consists of.
fn alone(expr: &Expr) -> Option<Ident> {
    match &expr.kind {
        ExprKind::Text(text) => match &*text.parts {
            [
                Part::Attribute {
                    name, default: None, ..
                },
            ] => Some(*name),
            _ => None,
        },
        ExprKind::Group(inner) => alone(inner),
        _ => None,
    }
}

/// Whether a value is a text with others in it.
fn is_marked(typed: &Typed) -> bool {
    typed.ty.is_none() && matches!(typed.code, code::Expr::Template(_))
}

/// What a comparison compares with its last value.
fn middle_of(expr: &Expr) -> Option<&Expr> {
    use Operator as O;
    match &expr.kind {
        ExprKind::Binary {
            operator: O::Less | O::LessOrEqual | O::Greater | O::GreaterOrEqual,
            right,
            ..
        } => Some(right),
        _ => None,
    }
}

/// The values between the `+` of a sum; of anything else, itself.
fn addends(expr: &Expr) -> Vec<&Expr> {
    fn collect<'e>(expr: &'e Expr, found: &mut Vec<&'e Expr>) {
        match &expr.kind {
            ExprKind::Binary {
                operator: Operator::Add,
                left,
                right,
                ..
            } => {
                collect(left, found);
                collect(right, found);
            }
            ExprKind::Group(inner) => collect(inner, found),
            _ => found.push(expr),
        }
    }
    let mut found = Vec::new();
    collect(expr, &mut found);
    found
}

/// Whether a value between `+` is a text that is not just a number in quotes.
fn says_something(source: &Source, expr: &Expr) -> bool {
    is_sum(expr)
        && addends(expr).into_iter().any(|addend| match &addend.kind {
            ExprKind::Text(text) => !is_number(&text.plain(source)),
            _ => false,
        })
}

/// How a value stands inside of a text; `None` for what cannot stand there.
fn in_a_text(source: &Source, expr: &Expr) -> Option<String> {
    let written = source.slice(expr.span);
    match &expr.kind {
        ExprKind::Text(text) if !text.is_block => {
            let inside = written.strip_prefix('"')?.strip_suffix('"')?;
            Some(inside.to_owned())
        }
        ExprKind::Name(_) => Some(format!("{{{{{written}}}}}")),
        ExprKind::Number(_) => Some(written.to_owned()),
        _ => None,
    }
}

fn is_sum(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Binary {
            operator: Operator::Add,
            ..
        }
    )
}

pub(super) fn is_number(text: &str) -> bool {
    text.parse().is_ok_and(f64::is_finite)
}

/// Offers a text as it stands between its quotes, where that is one that fits.
fn unquoted(finding: Diagnostic, span: Span, text: Option<&str>) -> Diagnostic {
    match text {
        Some(text) => finding.suggested_fix("remove the quotes", vec![(span, text.to_owned())]),
        None => finding,
    }
}

fn is_textual(ty: &Type) -> bool {
    matches!(ty, Type::Text | Type::Date | Type::OneOf(_))
}

fn needs_form(ty: &Type) -> bool {
    matches!(ty, Type::Date | Type::OneOf(_))
}

fn quoted(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("\"{text}\""),
        other => format!("`{other}`"),
    }
}

/// A type as the end of "this is not …".
pub(super) fn described(ty: &Type) -> String {
    match ty {
        Type::Text => "a text".to_owned(),
        Type::Number => "a number".to_owned(),
        Type::YesNo => "yes or no".to_owned(),
        Type::Date => "a date".to_owned(),
        Type::OneOf(_) | Type::Any => ty.to_string(),
    }
}
