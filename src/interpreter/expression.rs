//! The value of an expression.

use std::borrow::Cow;
use std::cell::Cell;
use std::cmp::Ordering;

use super::draft::Draft;
use crate::customer::Customer;
use crate::plain::make_plain;
use crate::program::code::{Expr, Piece, Template};
use crate::program::{ApiId, Data};
use crate::syntax::ast::Operator;
use crate::value::{Number, Value, is_date};

/// What an expression can see.
pub(super) struct Scope<'s> {
    pub(super) data: &'s Data,
    pub(super) customer: &'s Customer,
    pub(super) draft: &'s Draft<'s>,
    pub(super) extra: &'s str,
    /// Where a text that is too long may end.
    pub(super) text_bytes: usize,
    /// How many steps are left of the turn, and how many bytes were read.
    pub(super) steps_left: u32,
    pub(super) read: Cell<usize>,
}

/// What a statement may read: what is more counts as further ones.
pub(super) const STEP_BYTES: usize = 64 << 10;

/// What one more value counts as, however short it is.
const VALUE_BYTES: usize = 256;

/// Why a value could not be worked out, for the log.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ValueError(Cow<'static, str>);

impl ValueError {
    /// Why there is no value, without what was to be one.
    pub(super) fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Self(reason.into())
    }

    pub(super) fn into_reason(self) -> String {
        self.0.into_owned()
    }
}

type Found<'s> = Result<Option<Cow<'s, Value>>, ValueError>;

impl Scope<'_> {
    /// The value; `None` where it is unset.
    pub(super) fn value<'v>(&'v self, expr: &'v Expr) -> Found<'v> {
        self.read(VALUE_BYTES)?;
        Ok(match expr {
            Expr::Constant(value) => Some(Cow::Borrowed(value)),
            Expr::Template(template) => {
                let mut text = self.text(template);
                self.read(text.len())?;
                // It may be saved, and most of what it was made for unset.
                if text.capacity() > 2 * text.len() {
                    text.shrink_to_fit();
                }
                Some(Cow::Owned(Value::Text(text)))
            }
            Expr::Attribute(attribute) => self.data.value(self.customer, *attribute),
            Expr::Extra => (!self.extra.is_empty()).then(|| Cow::Owned(self.extra.into())),
            Expr::Visits(sequence) => Some(owned(i64::from(self.draft.visits(self.data, *sequence)))),
            Expr::Not(inner) => Some(owned(!self.is_true(inner)?)),
            Expr::Negate(inner) => {
                let zero = Number::from(0);
                Some(owned(arithmetic(Operator::Subtract, zero, self.number(inner)?)?))
            }
            Expr::IsEmpty { value, negated } => {
                Some(owned(is_empty(self.value(value)?.as_deref()) != *negated))
            }
            Expr::Binary(operator, left, right) => return self.binary(*operator, left, right),
        })
    }

    /// Whether a condition holds; one that is unset does not.
    pub(super) fn is_true(&self, expr: &Expr) -> Result<bool, ValueError> {
        Ok(self
            .value(expr)?
            .and_then(|value| value.as_yes_no())
            .unwrap_or(false))
    }

    fn number(&self, expr: &Expr) -> Result<Number, ValueError> {
        self.value(expr)?
            .and_then(|value| value.as_number())
            .ok_or_else(|| ValueError::new("a number is unset"))
    }

    fn binary<'v>(&'v self, operator: Operator, left: &'v Expr, right: &'v Expr) -> Found<'v> {
        use Operator as O;
        let flag = match operator {
            O::And => self.is_true(left)? && self.is_true(right)?,
            O::Or => self.is_true(left)? || self.is_true(right)?,
            O::Add | O::Subtract | O::Multiply | O::Divide => {
                return Ok(Some(owned(arithmetic(
                    operator,
                    self.number(left)?,
                    self.number(right)?,
                )?)));
            }
            _ => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                let (left, right) = (left.as_deref(), right.as_deref());
                match (left, right) {
                    (Some(Value::Text(left)), Some(Value::Text(right))) => {
                        self.read(left.len() + right.len())?
                    }
                    (Some(left @ Value::Json(_)), Some(right @ Value::Json(_))) => {
                        self.read(left.size() + right.size())?;
                    }
                    _ => {}
                }
                compare(operator, left, right)
            }
        };
        Ok(Some(owned(flag)))
    }

    /// Counts what is read; fails where it is too much.
    #[inline]
    fn read(&self, bytes: usize) -> Result<(), ValueError> {
        let read = self.read.get().saturating_add(bytes);
        self.read.set(read);
        match read / STEP_BYTES <= self.steps_left as usize {
            true => Ok(()),
            false => Err(too_much()),
        }
    }

    /// Counts what a text is made of as read.
    pub(super) fn note_pieces(&self, pieces: &[Piece]) {
        self.read.set(self.read.get() + pieces.len() * VALUE_BYTES);
    }

    /// A text with its attributes filled in, for people to read.
    pub(super) fn text(&self, template: &Template) -> String {
        self.text_with(template, &[], String::with_capacity(template.size_hint()))
    }

    /// A text with its attributes and what APIs gave, in an empty buffer. What is not plain in a value is taken out of that value, so that
    /// none reaches into the words around it.
    pub(super) fn text_with(
        &self,
        template: &Template,
        replies: &[(ApiId, &str)],
        mut text: String,
    ) -> String {
        let pieces = self.data.pieces(self.customer, template);
        self.note_pieces(pieces);
        for piece in pieces {
            if text.len() > self.text_bytes {
                break;
            }
            match piece {
                Piece::Plain(words) => text.push_str(words),
                Piece::Attribute(..) => {
                    let start = text.len();
                    self.data.write_piece(self.customer, piece, &mut text);
                    make_plain(&mut text, start);
                }
                Piece::Api(api) => {
                    let reply = replies.iter().find(|(id, _)| id == api);
                    text.push_str(reply.map_or("", |(_, reply)| reply));
                }
            }
        }
        make_plain(&mut text, 0);
        text
    }
}

#[cold]
fn too_much() -> ValueError {
    ValueError::new("a value takes too long to work out")
}

fn owned<'s>(value: impl Into<Value>) -> Cow<'s, Value> {
    Cow::Owned(value.into())
}

fn is_empty(value: Option<&Value>) -> bool {
    match value {
        None => true,
        Some(Value::Text(text)) => text.is_empty(),
        Some(_) => false,
    }
}

fn arithmetic(operator: Operator, left: Number, right: Number) -> Result<Number, ValueError> {
    let result = match operator {
        Operator::Add => left.apply(right, i64::checked_add, |a, b| rounded(a + b)),
        Operator::Subtract => left.apply(right, i64::checked_sub, |a, b| rounded(a - b)),
        Operator::Multiply => left.apply(right, i64::checked_mul, |a, b| rounded(a * b)),
        _ if right == Number::from(0) => return Err(ValueError::new("a division by zero")),
        // A quotient of whole numbers is whole only where nothing is left over.
        _ => left.apply(
            right,
            |a, b| (a.checked_rem(b)? == 0).then(|| a.checked_div(b))?,
            |a, b| rounded(a / b),
        ),
    };
    result.ok_or_else(|| ValueError::new("a number is too large"))
}

/// A result as people reckon it: `0.1 + 0.2` is `0.3`. Fifteen digits are what a real number keeps
/// of any decimal one. Each step is rounded, not the last alone: what is left of `1.1 + 2.2 - 3.3` would be noise with
/// fifteen digits of its own.
fn rounded(real: f64) -> f64 {
    format!("{real:.14e}").parse().unwrap_or(real)
}

/// Comparing with something that is unset is false, and `is not` true.
fn compare(operator: Operator, left: Option<&Value>, right: Option<&Value>) -> bool {
    use Operator as O;
    let (Some(left), Some(right)) = (left, right) else {
        return matches!(operator, O::NotEqual | O::IsNot);
    };
    match operator {
        O::Equal | O::Is => left == right,
        O::NotEqual | O::IsNot => left != right,
        O::Contains => text_of(left).contains(text_of(right).as_ref()),
        O::StartsWith => text_of(left).starts_with(text_of(right).as_ref()),
        O::Less => order(left, right).is_some_and(Ordering::is_lt),
        O::LessOrEqual => order(left, right).is_some_and(Ordering::is_le),
        O::Greater => order(left, right).is_some_and(Ordering::is_gt),
        O::GreaterOrEqual => order(left, right).is_some_and(Ordering::is_ge),
        _ => false,
    }
}

fn text_of(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Text(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}

fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.partial_cmp(right),
        // Dates in their saved form are in the order of their letters.
        (Value::Text(left), Value::Text(right)) if is_date(left) && is_date(right) => Some(left.cmp(right)),
        _ => None,
    }
}
