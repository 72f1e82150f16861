//! The quoted texts and the values of a line, wherever in it they stand.

use sayflow::syntax::ast::{
    Accept, AnswerKind, AssignedName, Assignment, Claim, Content, Expected, ExpectedOption, Expr, ExprKind,
    Head, Matcher, Node, OptionLine, Said, Step, Target, Text, Trigger, TypeKind, TypeRef, When,
};
use sayflow::{Source, Span};

use crate::text::number;

/// Something in a line that has parts of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Piece<'f> {
    /// A quoted text.
    Text(&'f Text),
    /// A value, or an expression of several.
    Expr(&'f Expr),
}

impl Piece<'_> {
    /// All of it.
    pub(crate) const fn span(self) -> Span {
        match self {
            Self::Text(text) => text.span,
            Self::Expr(expr) => expr.span,
        }
    }
}

/// Calls `visit` with every text and value of a line and of its branches, the outer ones first.
pub(crate) fn pieces<'f>(node: &'f Node, visit: &mut impl FnMut(Piece<'f>)) {
    let mut pieces = Pieces { visit };
    pieces.head(&node.head);
    for branch in &node.branches {
        if let When::If(condition) = &branch.when {
            pieces.expr(condition);
        }
        pieces.texts(&branch.text);
    }
}

/// The texts of a line and of its branches.
pub(crate) fn texts(node: &Node) -> Vec<&Text> {
    let mut found = Vec::new();
    pieces(node, &mut |piece| {
        if let Piece::Text(text) = piece {
            found.push(text);
        }
    });
    found
}

/// What stands between the quotes; of a text that is not closed, all behind the first.
pub(crate) fn inside(source: &Source, text: &Text) -> Span {
    let written = source.slice(text.span);
    let (open, close) = match (text.is_block, written.starts_with('“')) {
        (true, _) => ("\"\"\"", "\"\"\""),
        (false, true) => ("“", "”"),
        (false, false) => ("\"", "\""),
    };
    let opened = written.strip_prefix(open).unwrap_or(written);
    let inner = opened.strip_suffix(close).unwrap_or(opened);
    let start = text.span.start + number(written.len() - opened.len());
    Span::new(start, start + number(inner.len()))
}

struct Pieces<'v, V> {
    visit: &'v mut V,
}

impl<'f, V: FnMut(Piece<'f>)> Pieces<'_, V> {
    fn text(&mut self, text: &'f Text) {
        (self.visit)(Piece::Text(text));
    }

    fn texts(&mut self, texts: impl IntoIterator<Item = &'f Text>) {
        texts.into_iter().for_each(|text| self.text(text));
    }

    fn expr(&mut self, expr: &'f Expr) {
        (self.visit)(Piece::Expr(expr));
        match &expr.kind {
            ExprKind::Text(text) => self.text(text),
            ExprKind::Not(inner) | ExprKind::Negate(inner) | ExprKind::Group(inner) => self.expr(inner),
            ExprKind::IsEmpty { value, .. } => self.expr(value),
            ExprKind::Binary { left, right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            _ => {}
        }
    }

    fn head(&mut self, head: &'f Head) {
        match head {
            Head::Attribute { key, ty, default, .. } => {
                self.texts(key.as_deref());
                self.ty(ty);
                default.iter().for_each(|value| self.expr(value));
            }
            Head::Key { ty, .. } => self.ty(ty),
            Head::Server { origin, .. } => self.text(origin),
            Head::Sequence { id, was, .. } => self.texts(id.iter().chain(was)),
            Head::On(Trigger::Words(texts) | Trigger::Intent(texts)) => self.texts(texts),
            Head::Test { name } => self.text(name),
            Head::Request { url, .. } => self.text(url),
            Head::Setting { key, value, .. } => {
                self.text(key);
                self.expr(value);
            }
            Head::KeyValue { value, .. } | Head::Set { value, .. } | Head::If(value) => self.expr(value),
            Head::Say {
                content: Content::Text(text),
                ..
            } => self.text(text),
            Head::Card { title: text }
            | Head::Subtitle(text)
            | Head::CardUrl(text)
            | Head::Retry { text, .. }
            | Head::Handover { team: text, .. } => self.text(text),
            Head::CardButton(option) | Head::Option(option) => self.option(option),
            Head::Options { prompt, .. } | Head::Ask { prompt, .. } => self.texts(prompt),
            Head::Accept(accept) => match accept {
                Accept::OneOf(texts) => self.texts(texts),
                Accept::Pattern(text) | Accept::Regex(text) => self.text(text),
                _ => {}
            },
            Head::Step(step) => self.step(step),
            _ => {}
        }
    }

    fn ty(&mut self, ty: &'f TypeRef) {
        if let Some(TypeKind::OneOf(texts)) = &ty.kind {
            self.texts(texts);
        }
    }

    fn option(&mut self, option: &'f OptionLine) {
        self.text(&option.title);
        self.target(option.target.as_ref());
        self.texts(option.extra.as_deref());
        option.condition.iter().for_each(|condition| self.expr(condition));
    }

    fn target(&mut self, target: Option<&'f Target>) {
        if let Some(Target::Url(text) | Target::Phone(text)) = target {
            self.text(text);
        }
    }

    fn step(&mut self, step: &'f Step) {
        match step {
            Step::Given(given) => self.assignments(given),
            Step::Mock { answers, .. } => {
                for answer in answers {
                    match &answer.kind {
                        AnswerKind::Text(text)
                        | AnswerKind::Media { url: text, .. }
                        | AnswerKind::File(text) => {
                            self.text(text);
                        }
                        AnswerKind::Outcome { message, .. } => self.texts(message),
                        AnswerKind::Reply(_) | AnswerKind::Status { .. } => {}
                    }
                    self.assignments(&answer.sets);
                }
            }
            Step::At(text) | Step::Flow(text) | Step::Intent(text) => self.text(text),
            Step::Customer(Said::Text(text) | Said::Media { url: text, .. }) => self.text(text),
            Step::Tap { title, of } => self.texts(std::iter::once(title).chain(of.as_deref())),
            Step::Expected { what, .. } => self.expected(what),
            Step::Expect(claims) => {
                for claim in claims {
                    match claim {
                        Claim::Equal { value, .. } | Claim::Holds(value) => self.expr(value),
                    }
                }
            }
            _ => {}
        }
    }

    fn assignments(&mut self, assignments: &'f [Assignment]) {
        for assignment in assignments {
            if let AssignedName::Text(name) = &assignment.name {
                self.text(name);
            }
            self.expr(&assignment.value);
        }
    }

    fn expected(&mut self, what: &'f Expected) {
        match what {
            Expected::Say { matcher, .. } | Expected::Handover { team: matcher, .. } => {
                matcher.iter().for_each(|matcher| self.matcher(matcher));
            }
            Expected::Options { prompt, .. } => prompt.iter().for_each(|prompt| self.matcher(prompt)),
            Expected::Card(matcher) | Expected::Subtitle(matcher) | Expected::Url(matcher) => {
                self.matcher(matcher);
            }
            Expected::Button(option) | Expected::Option(option) => self.expected_option(option),
            Expected::Called { with, .. } => self.assignments(with),
            _ => {}
        }
    }

    fn matcher(&mut self, matcher: &'f Matcher) {
        if let Matcher::Equals(text) | Matcher::Contains(text) = matcher {
            self.text(text);
        }
    }

    fn expected_option(&mut self, option: &'f ExpectedOption) {
        self.matcher(&option.title);
        self.target(option.target.as_ref());
        self.texts(option.extra.as_ref());
    }
}
