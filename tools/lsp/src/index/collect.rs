//! One walk over a file that notes every name in it.

use sayflow::syntax::ast::{
    AnswerKind, ApiRef, AssignedName, Assignment, Claim, Content, Expected, ExpectedOption, Expr, ExprKind,
    File, Head, Ident, Matcher, Node, OptionLine, Part, Said, Step, Target, Text,
};
use sayflow::{Source, Span, syntax};

use super::{Kind, Role, Symbol};
use crate::describe::inside;

/// The names of one file.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) mentions: Vec<(Symbol, Span, Role)>,
    /// Ids and former names, with the sequence each belongs to.
    pub(super) aliases: Vec<(Symbol, Symbol)>,
}

/// The names of a file.
pub(super) fn notes(file: &File) -> Notes {
    let mut collect = Collect {
        notes: Notes::default(),
        source: &file.source,
    };
    syntax::walk(file, |node, _| {
        collect.declaration(node);
        collect.head(&node.head);
        for branch in &node.branches {
            if let syntax::ast::When::If(condition) = &branch.when {
                collect.expr(condition);
            }
            branch.text.iter().for_each(|text| collect.text(text));
        }
    });
    collect.notes
}

struct Collect<'f> {
    notes: Notes,
    source: &'f Source,
}

impl Collect<'_> {
    fn note(&mut self, kind: Kind, span: Span, role: Role) {
        let written = self.source.slice(span);
        if !written.is_empty() {
            let symbol = Symbol::new(kind, written);
            self.notes.mentions.push((symbol, span, role));
        }
    }

    fn uses(&mut self, kind: Kind, name: Ident) {
        self.note(kind, name.span, Role::Uses);
    }

    fn writes(&mut self, name: Ident) {
        self.note(Kind::Attribute, name.span, Role::Writes);
    }

    fn api(&mut self, api: &ApiRef) {
        self.uses(Kind::Api, api.name);
    }

    fn declaration(&mut self, node: &Node) {
        let (kind, name) = match &node.head {
            Head::Attribute { name, .. } => (Kind::Attribute, name),
            Head::Server { name, .. } => (Kind::Server, name),
            Head::Api { name, .. } => (Kind::Api, name),
            Head::Action { name } => (Kind::Action, name),
            Head::Sequence { name, .. } => (Kind::Sequence, name),
            _ => return,
        };
        self.note(kind, name.span, Role::Declares);
        if let Head::Sequence { id, was, .. } = &node.head {
            let symbol = Symbol::new(kind, self.source.slice(name.span));
            for alias in id.iter().chain(was) {
                let alias = Symbol::new(kind, inside(self.source, alias));
                self.notes.aliases.push((alias, symbol.clone()));
            }
        }
    }

    fn head(&mut self, head: &Head) {
        match head {
            Head::Attribute { key, default, .. } => {
                self.texts(key.as_deref());
                default.iter().for_each(|value| self.expr(value));
            }
            Head::Server { origin, .. } => self.text(origin),
            Head::Request { server, url, .. } => {
                server.iter().for_each(|name| self.uses(Kind::Server, *name));
                self.text(url);
            }
            Head::Setting { value, .. } => self.expr(value),
            Head::LeadsTo(names) => names.iter().for_each(|name| self.uses(Kind::Sequence, *name)),
            Head::Sets(names) => names.iter().for_each(|name| self.writes(*name)),
            Head::KeyValue { value, .. } => self.expr(value),
            Head::Say { content, .. } => match content {
                Content::Text(text) => self.text(text),
                Content::Api(api) => self.api(api),
            },
            Head::Card { title } => self.text(title),
            Head::Subtitle(text) | Head::CardUrl(text) | Head::Retry { text, .. } => self.text(text),
            Head::CardButton(option) | Head::Option(option) => self.option(option),
            Head::Options { prompt, .. } => self.texts(prompt),
            Head::ApiItem(api) | Head::CallApi(api) => self.api(api),
            Head::Ask { prompt, save, .. } => {
                self.texts(prompt);
                save.iter().for_each(|name| self.writes(*name));
            }
            Head::Call { target, .. } | Head::Goto(target) => self.uses(Kind::Sequence, *target),
            Head::Set { name, value } => {
                self.writes(*name);
                self.expr(value);
            }
            Head::Clear(name) => self.writes(*name),
            Head::If(condition) => self.expr(condition),
            Head::Handover { team, .. } => self.text(team),
            Head::Do { name } => self.uses(Kind::Action, *name),
            Head::Step(step) => self.step(step),
            _ => {}
        }
    }

    fn texts<'t>(&mut self, texts: impl IntoIterator<Item = &'t Text>) {
        texts.into_iter().for_each(|text| self.text(text));
    }

    fn text(&mut self, text: &Text) {
        for part in &text.parts {
            match part {
                Part::Attribute { name, .. } => self.uses(Kind::Attribute, *name),
                Part::Api(api) => self.api(api),
                Part::Plain(_) | Part::Char(..) => {}
            }
        }
    }

    fn option(&mut self, option: &OptionLine) {
        self.text(&option.title);
        option.target.iter().for_each(|target| self.target(target));
        self.texts(option.extra.as_deref());
        option.condition.iter().for_each(|condition| self.expr(condition));
    }

    fn target(&mut self, target: &Target) {
        match target {
            Target::Sequence(name) => self.uses(Kind::Sequence, *name),
            Target::Url(text) | Target::Phone(text) => self.text(text),
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Text(text) => self.text(text),
            ExprKind::Name(name) => self.uses(Kind::Attribute, *name),
            ExprKind::Secret(name) => self.uses(Kind::Secret, *name),
            ExprKind::Visits(name) => self.uses(Kind::Sequence, *name),
            ExprKind::Not(inner) | ExprKind::Negate(inner) | ExprKind::Group(inner) => self.expr(inner),
            ExprKind::IsEmpty { value, .. } => self.expr(value),
            ExprKind::Binary { left, right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::Number(_) | ExprKind::YesNo(_) | ExprKind::Extra | ExprKind::Missing => {}
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Given(given) => self.assignments(given, Role::Writes),
            Step::Mock { api, answers } => {
                self.uses(Kind::Api, *api);
                for answer in answers {
                    if let AnswerKind::Text(text) | AnswerKind::Media { url: text, .. } = &answer.kind {
                        self.text(text);
                    }
                    self.assignments(&answer.sets, Role::Writes);
                }
            }
            Step::Start(Some(name)) => self.uses(Kind::Sequence, *name),
            Step::Customer(Said::Text(text)) => self.text(text),
            Step::Expected { what, .. } => self.expected(what),
            Step::Expect(claims) => {
                for claim in claims {
                    match claim {
                        Claim::Equal { name, value } => {
                            self.uses(Kind::Attribute, *name);
                            self.expr(value);
                        }
                        Claim::Holds(condition) => self.expr(condition),
                    }
                }
            }
            _ => {}
        }
    }

    fn assignments(&mut self, assignments: &[Assignment], role: Role) {
        for assignment in assignments {
            if let AssignedName::Name(name) = &assignment.name {
                self.note(Kind::Attribute, name.span, role);
            }
            self.expr(&assignment.value);
        }
    }

    fn expected(&mut self, what: &Expected) {
        match what {
            Expected::Say {
                matcher: Some(matcher),
                ..
            }
            | Expected::Card(matcher)
            | Expected::Subtitle(matcher)
            | Expected::Url(matcher) => self.matcher(matcher),
            Expected::Button(option) | Expected::Option(option) => self.expected_option(option),
            Expected::Do(name) => self.uses(Kind::Action, *name),
            // The names behind `with` are those of a request: keys, parameters, fields and headers.
            Expected::Called { api, with, .. } => {
                self.uses(Kind::Api, *api);
                with.iter().for_each(|said| self.expr(&said.value));
            }
            _ => {}
        }
    }

    fn matcher(&mut self, matcher: &Matcher) {
        if let Matcher::Equals(text) | Matcher::Contains(text) = matcher {
            self.text(text);
        }
    }

    fn expected_option(&mut self, option: &ExpectedOption) {
        self.matcher(&option.title);
        option.target.iter().for_each(|target| self.target(target));
    }
}
