//! Expressions: from the flat list of the grammar to a tree, by precedence.
//!
//! From loose to tight: `or`, `and`, `not`, comparisons, `+ -`, `* /`, `-x`.

use std::collections::VecDeque;

use pest::iterators::Pair;

use super::ast::{Expr, ExprKind, Ident, Operator};
use super::grammar::Rule;
use super::pieces::Ctx;
use super::text::{text, trim};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Source, Span};

/// How deep brackets and operators may nest.
pub(super) const MAX_DEPTH: usize = 64;

/// The tightness of `not`; what is as tight or tighter belongs to it.
const NOT: u8 = 3;
/// The tightness of the sign of `-x`.
const SIGN: u8 = 7;

/// A whole expression. What is wrong in it is reported, and stays in the tree as `Missing`.
pub(super) fn expr(ctx: &mut Ctx<'_>, pair: &Pair<'_, Rule>) -> Expr {
    let span = trim(ctx.source, ctx.span(pair));
    let mut tokens: Vec<Token> = Vec::new();
    for piece in pair.clone().into_inner() {
        tokens.push(token(ctx, &piece));
    }
    let tokens = unquoted_dates(ctx, tokens);
    let mut climber = Climber {
        ctx,
        tokens: tokens.into_iter().peekable(),
        end: span.end,
        is_too_deep: false,
        unclosed: Vec::new(),
    };
    let built = climber.climb(0, 0);
    if climber.is_too_deep {
        let found = Diagnostic::new(
            Code::TooDeep,
            ctx.source,
            span,
            "this expression is nested too deep",
        )
        .with_help(format!(
            "divide it: at most {MAX_DEPTH} levels of brackets and operators are read"
        ));
        ctx.report(found);
        return Expr {
            span,
            kind: ExprKind::Missing,
        };
    }
    if let Some(open) = climber.unclosed.last() {
        let close = ")".repeat(climber.unclosed.len());
        let found = Diagnostic::new(
            Code::Malformed,
            climber.ctx.source,
            *open,
            "this bracket is never closed",
        )
        .primary("opened here")
        .with_help(format!("close it with `{close}`"))
        .suggested_fix(format!("insert `{close}`"), vec![(Span::at(span.end), close)]);
        climber.ctx.report(found);
    }
    if let Some(Token::Close(at)) = climber.tokens.next() {
        let found = Diagnostic::new(Code::Unexpected, ctx.source, at, "unexpected `)`")
            .primary("no bracket is open here")
            .safe_fix("remove `)`", vec![(at, String::new())]);
        ctx.report(found);
    }
    Expr {
        span,
        kind: built.expr.kind,
    }
}

enum Token {
    Open(Span),
    Close(Span),
    Not(Span),
    Minus(Span),
    Operator(Span, Operator),
    Empty(Span),
    Value(Expr),
}

fn token(ctx: &mut Ctx<'_>, pair: &Pair<'_, Rule>) -> Token {
    let span = ctx.span(pair);
    let value = |kind| Token::Value(Expr { span, kind });
    match pair.as_rule() {
        Rule::group_open => Token::Open(span),
        Rule::group_close => Token::Close(span),
        Rule::negation => Token::Not(span),
        Rule::minus => Token::Minus(span),
        Rule::operator => Token::Operator(span, operator(pair.as_str())),
        Rule::number => value(ctx.number(pair).map_or(ExprKind::Missing, ExprKind::Number)),
        Rule::visits => value(ctx.inner_name(pair).map_or(ExprKind::Missing, ExprKind::Visits)),
        Rule::secret => value(ctx.inner_name(pair).map_or(ExprKind::Missing, ExprKind::Secret)),
        Rule::name => match pair.as_str() {
            "yes" => value(ExprKind::YesNo(true)),
            "no" => value(ExprKind::YesNo(false)),
            "extra" => value(ExprKind::Extra),
            "empty" => Token::Empty(span),
            "visits" => {
                ctx.report(visits_of_nothing(ctx.source, span));
                value(ExprKind::Missing)
            }
            _ => value(ExprKind::Name(ctx.name(pair))),
        },
        _ => value(ExprKind::Text(text(ctx, pair))),
    }
}

/// `visits` without the sequence that is counted.
fn visits_of_nothing(source: &Source, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::Malformed,
        source,
        span,
        "`visits` of which sequence is not said",
    )
    .with_help("say which: `visits(NAME)`")
}

/// `2026-01-01` and `1/1/2026`, written tightly: nobody reckons with them.
fn unquoted_dates(ctx: &mut Ctx<'_>, tokens: Vec<Token>) -> Vec<Token> {
    const LENGTH: usize = 5;
    let mut dates = VecDeque::new();
    let mut at = 0;
    while let Some(five) = tokens.get(at..).and_then(|rest| rest.get(..LENGTH)) {
        let Some((span, date)) = date(ctx.source, five) else {
            at += 1;
            continue;
        };
        let text = format!("\"{date}\"");
        let found = Diagnostic::new(Code::Malformed, ctx.source, span, "a date stands in quotes")
            .with_help(format!("write it as `{text}`"))
            .suggested_fix("put it in quotes", vec![(span, text)]);
        ctx.report(found);
        at += LENGTH;
        dates.push_back((at - 1, span));
    }
    if dates.is_empty() {
        return tokens;
    }
    let mut kept = Vec::with_capacity(tokens.len());
    for (index, token) in tokens.into_iter().enumerate() {
        match dates.front() {
            Some((last, span)) if index == *last => {
                let (span, kind) = (*span, ExprKind::Missing);
                kept.push(Token::Value(Expr { span, kind }));
                dates.pop_front();
            }
            Some((last, _)) if index + LENGTH > *last => {}
            _ => kept.push(token),
        }
    }
    kept
}

/// The date that these five tokens write, with its place.
fn date(source: &Source, tokens: &[Token]) -> Option<(Span, String)> {
    let [
        Token::Value(first),
        Token::Operator(before, sign),
        Token::Value(month),
        Token::Operator(behind, other),
        Token::Value(last),
    ] = tokens
    else {
        return None;
    };
    let span = first.span.to(last.span);
    let is_date = sign == other
        && matches!(sign, Operator::Subtract | Operator::Divide)
        && first.span.end == before.start
        && before.end == month.span.start
        && month.span.end == behind.start
        && behind.end == last.span.start;
    let has_year = first.span.len() == 4 || last.span.len() == 4;
    let date = crate::answer::date(source.slice(span)).filter(|_| is_date && has_year)?;
    Some((span, date))
}

fn operator(written: &str) -> Operator {
    match written {
        "or" => Operator::Or,
        "and" => Operator::And,
        "==" => Operator::Equal,
        "!=" => Operator::NotEqual,
        "<" => Operator::Less,
        "<=" => Operator::LessOrEqual,
        ">" => Operator::Greater,
        ">=" => Operator::GreaterOrEqual,
        "is" => Operator::Is,
        "contains" => Operator::Contains,
        "+" => Operator::Add,
        "-" => Operator::Subtract,
        "*" => Operator::Multiply,
        "/" => Operator::Divide,
        _ => Operator::StartsWith,
    }
}

fn tightness(operator: Operator) -> u8 {
    match operator {
        Operator::Or => 1,
        Operator::And => 2,
        Operator::Equal
        | Operator::NotEqual
        | Operator::Less
        | Operator::LessOrEqual
        | Operator::Greater
        | Operator::GreaterOrEqual
        | Operator::Is
        | Operator::IsNot
        | Operator::Contains
        | Operator::StartsWith => 4,
        Operator::Add | Operator::Subtract => 5,
        Operator::Multiply | Operator::Divide => 6,
    }
}

/// An expression and how high its tree is, so that no reader of the tree runs out of stack.
struct Built {
    expr: Expr,
    height: usize,
}

struct Climber<'c, 's> {
    ctx: &'c mut Ctx<'s>,
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    /// The end of the expression, where a missing value is said to be.
    end: u32,
    is_too_deep: bool,
    /// The brackets that are never closed, the innermost first.
    unclosed: Vec<Span>,
}

impl Climber<'_, '_> {
    /// A value and the operators behind it that are tighter than `loosest`.
    fn climb(&mut self, loosest: u8, depth: usize) -> Built {
        let mut left = self.value(depth);
        while let Some(&Token::Operator(at, operator)) = self.tokens.peek()
            && tightness(operator) > loosest
            && !self.is_too_deep
        {
            self.tokens.next();
            left = if operator == Operator::Is {
                self.is(left, at, depth)
            } else {
                let right = self.climb(tightness(operator), depth);
                self.binary(left, operator, at, right)
            };
        }
        left
    }

    /// `is x`, `is not x`, `is empty` or `is not empty`, behind `left`.
    fn is(&mut self, left: Built, at: Span, depth: usize) -> Built {
        let not = match self.tokens.peek() {
            Some(&Token::Not(not)) => Some(not),
            _ => None,
        };
        if not.is_some() {
            self.tokens.next();
        }
        if let Some(&Token::Empty(empty)) = self.tokens.peek() {
            self.tokens.next();
            let span = left.expr.span.to(empty);
            let kind = ExprKind::IsEmpty {
                value: Box::new(left.expr),
                negated: not.is_some(),
            };
            return self.built(Expr { span, kind }, left.height);
        }
        let operator = if not.is_some() {
            Operator::IsNot
        } else {
            Operator::Is
        };
        let right = self.climb(tightness(operator), depth);
        self.binary(left, operator, not.map_or(at, |not| at.to(not)), right)
    }

    fn binary(&mut self, left: Built, operator: Operator, at: Span, right: Built) -> Built {
        let height = left.height.max(right.height);
        let span = left.expr.span.to(right.expr.span);
        let (left, right) = (Box::new(left.expr), Box::new(right.expr));
        self.built(
            Expr {
                span,
                kind: ExprKind::Binary {
                    operator,
                    at,
                    left,
                    right,
                },
            },
            height,
        )
    }

    /// A value with the signs and brackets around it.
    fn value(&mut self, depth: usize) -> Built {
        if depth > MAX_DEPTH {
            self.is_too_deep = true;
        }
        if self.is_too_deep {
            return self.missing(Span::at(self.end));
        }
        match self.tokens.next() {
            Some(Token::Value(expr)) => Built { expr, height: 1 },
            Some(Token::Not(at)) => {
                let value = self.climb(NOT, depth + 1);
                let span = at.to(value.expr.span);
                self.built(
                    Expr {
                        span,
                        kind: ExprKind::Not(Box::new(value.expr)),
                    },
                    value.height,
                )
            }
            Some(Token::Minus(at)) => {
                let value = self.climb(SIGN, depth + 1);
                let span = at.to(value.expr.span);
                self.built(
                    Expr {
                        span,
                        kind: ExprKind::Negate(Box::new(value.expr)),
                    },
                    value.height,
                )
            }
            Some(Token::Open(at)) => self.group(at, depth),
            Some(Token::Empty(at)) => {
                let found = Diagnostic::new(Code::Malformed, self.ctx.source, at, "`empty` is not a value")
                    .with_help("ask with `is empty` or `is not empty`; `clear` makes an attribute empty");
                self.ctx.report(found);
                self.missing(at)
            }
            _ => self.missing(Span::at(self.end)),
        }
    }

    /// `(x)`
    fn group(&mut self, open: Span, depth: usize) -> Built {
        let inner = self.climb(0, depth + 1);
        let close = match self.tokens.peek() {
            Some(&Token::Close(at)) => Some(at),
            _ => None,
        };
        if close.is_some() {
            self.tokens.next();
        } else {
            self.unclosed.push(open);
        }
        let span = open.to(close.unwrap_or(inner.expr.span));
        self.built(
            Expr {
                span,
                kind: ExprKind::Group(Box::new(inner.expr)),
            },
            inner.height,
        )
    }

    fn built(&mut self, expr: Expr, inner_height: usize) -> Built {
        let height = inner_height + 1;
        self.is_too_deep |= height > MAX_DEPTH;
        Built { expr, height }
    }

    fn missing(&self, span: Span) -> Built {
        Built {
            expr: Expr {
                span,
                kind: ExprKind::Missing,
            },
            height: 1,
        }
    }
}

/// `"Bearer " + secret TOKEN`
pub(super) fn joined_secret(source: &Source, expr: &Expr) -> Option<Diagnostic> {
    let ExprKind::Binary { left, right, .. } = &expr.kind else {
        return None;
    };
    let secret = [left, right].into_iter().find_map(|side| match side.kind {
        ExprKind::Secret(name) => Some(source.slice(name.span)),
        _ => None,
    })?;
    let found = Diagnostic::new(
        Code::Malformed,
        source,
        expr.span,
        "a secret cannot be part of a value",
    );
    Some(found.with_help(format!(
        "put the whole value into the secret, and write `= secret {secret}`"
    )))
}

/// A name that is missing in a broken line.
pub(super) fn missing_name(at: u32) -> Ident {
    Ident { span: Span::at(at) }
}
