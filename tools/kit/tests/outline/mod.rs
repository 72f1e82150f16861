//! The tree of a file without positions: a line for each node, so that two trees can be compared.
//!
//! Texts are shown by what they mean, everything else in the author's words.

use std::fmt::Write;

use sayflow::syntax::ast::{
    Accept, ApiRef, Body, Branch, Content, Entry, Expr, ExprKind, File, Head, Ident, Node, OptionLine, Part,
    Remark, Target, Text, Trigger, TypeKind, TypeRef, When,
};
use sayflow::{Source, Span};

/// The outline of a file.
pub(crate) fn outline(file: &File) -> String {
    let mut outline = Outline {
        source: &file.source,
        text: String::new(),
        depth: 0,
    };
    outline.entries(&file.entries);
    outline.text
}

struct Outline<'a> {
    source: &'a Source,
    text: String,
    depth: usize,
}

impl Outline<'_> {
    fn line(&mut self, line: &str) {
        writeln!(self.text, "{}{}", "  ".repeat(self.depth), line).unwrap();
    }

    fn entries(&mut self, entries: &[Entry]) {
        for entry in entries {
            match entry {
                Entry::Node(node) => self.node(node),
                Entry::Remark(remark) => self.remark(remark),
            }
        }
    }

    fn remark(&mut self, remark: &Remark) {
        self.line(self.source.slice(remark.span));
    }

    /// Comments in front of an `else` are shown where the formatter puts them.
    fn node(&mut self, node: &Node) {
        if matches!(node.head, Head::Bad) {
            let lines = self.source.slice(extent(node)).lines();
            let bad = lines
                .map(|line| line.trim_matches(is_blank))
                .filter(|line| !line.is_empty())
                .collect::<Vec<_>>()
                .join("\n");
            return self.line(&format!("bad {bad:?}"));
        }
        for branch in node.branches.iter().filter(|branch| branch.body.is_none()) {
            branch.remarks.iter().for_each(|remark| self.remark(remark));
        }
        let head = self.head(&node.head, node.span);
        self.line(&head);
        if let Some(body) = &node.body {
            self.body(body, &[]);
        }
        for branch in &node.branches {
            self.branch(branch);
        }
    }

    fn body(&mut self, body: &Body, moved: &[Remark]) {
        self.line(if body.close.is_some() {
            "{}"
        } else {
            "{ never closed"
        });
        self.depth += 1;
        let is_behind_open = |entry: &&Entry| match entry {
            Entry::Node(node) => {
                let between = self.source.slice(Span::new(body.open.end, node.span.start));
                self.source.slice(extent(node)) == "{" && !between.contains('\n')
            }
            Entry::Remark(remark) => remark.is_trailing,
        };
        let behind_open = body.entries.iter().take_while(is_behind_open).count();
        let (behind_open, entries) = body.entries.split_at(behind_open);
        self.entries(behind_open);
        moved.iter().for_each(|remark| self.remark(remark));
        self.entries(entries);
        self.depth -= 1;
    }

    fn branch(&mut self, branch: &Branch) {
        let when = match &branch.when {
            When::Always => String::new(),
            When::If(condition) => format!("if {}", self.expr(condition)),
            When::Outcomes(outcomes) => self.all(outcomes, |span| self.words(*span)),
        };
        let text = branch.text.as_ref().map(|text| self.quoted(text));
        self.line(&format!("else {when} {text:?}"));
        if let Some(body) = &branch.body {
            self.body(body, &branch.remarks);
        }
    }

    fn head(&self, head: &Head, span: Span) -> String {
        match head {
            Head::Attribute {
                name,
                key,
                ty,
                default,
            } => format!(
                "attribute {} key {:?} type {} default {:?}",
                self.name(*name),
                self.maybe(key.as_deref()),
                self.type_ref(ty),
                default.as_ref().map(|default| self.expr(default))
            ),
            Head::Server { name, origin } => format!("server {} {}", self.name(*name), self.quoted(origin)),
            Head::Api { name, output } => format!("api {} {}", self.name(*name), self.words(*output)),
            Head::Action { name } => format!("action {}", self.name(*name)),
            Head::Sequence { name, id, was } => format!(
                "sequence {} id {:?} was {}",
                self.name(*name),
                self.maybe(id.as_ref()),
                self.all(was, |text| self.quoted(text))
            ),
            Head::On(trigger) => format!("on {}", self.trigger(trigger)),
            Head::Test { name } => format!("test {}", self.quoted(name)),
            Head::Request { verb, server, url } => {
                format!(
                    "{verb:?} {:?} {}",
                    server.map(|name| self.name(name)),
                    self.quoted(url)
                )
            }
            Head::Setting { carrier, key, value } => {
                format!("{carrier:?} {} = {}", self.quoted(key), self.expr(value))
            }
            Head::Timeout(time) => format!("timeout {:?}", time.duration),
            Head::LeadsTo(names) => format!("leads to {}", self.all(names, |name| self.name(*name))),
            Head::Sets(names) => format!("sets {}", self.all(names, |name| self.name(*name))),
            Head::Key { name, ty } => format!("{}: {}", self.name(*name), self.type_ref(ty)),
            Head::KeyValue { name, value } => format!("{} = {}", self.name(*name), self.expr(value)),
            Head::Say { media, id, content } => {
                format!("{media:?}{} {}", self.id(*id), self.content(content))
            }
            Head::Gallery { id } => format!("gallery{}", self.id(*id)),
            Head::Card { title } => format!("card {}", self.quoted(title)),
            Head::Subtitle(text) => format!("subtitle {}", self.quoted(text)),
            Head::CardUrl(text) => format!("card url {}", self.quoted(text)),
            Head::CardButton(button) => format!("card button {}", self.option(button)),
            Head::Options { kind, id, prompt } => {
                format!("{kind:?}{} {:?}", self.id(*id), self.maybe(prompt.as_ref()))
            }
            Head::Option(option) => format!("option {}", self.option(option)),
            Head::ApiItem(api) => format!("item {}", self.api(*api)),
            Head::Ask { id, prompt, save } => format!(
                "ask{} {:?} save {:?}",
                self.id(*id),
                self.maybe(prompt.as_ref()),
                save.map(|name| self.name(name))
            ),
            Head::Accept(accept) => format!("accept {}", self.accept(accept)),
            Head::Retry { times, text } => format!("retry {times:?} {}", self.quoted(text)),
            Head::NoMatch => "no match".to_owned(),
            Head::NoReply(time) => format!("no reply {:?}", time.duration),
            Head::NoInterrupts => "no interrupts".to_owned(),
            Head::CallApi(api) => format!("call {}", self.api(*api)),
            Head::Call { id, target } => format!("call{} {}", self.id(*id), self.name(*target)),
            Head::Goto(target) => format!("goto {}", self.name(*target)),
            Head::End => "end".to_owned(),
            Head::Set { name, value } => format!("set {} = {}", self.name(*name), self.expr(value)),
            Head::Clear(name) => format!("clear {}", self.name(*name)),
            Head::If(condition) => format!("if {}", self.expr(condition)),
            Head::Once { id } => format!("once{}", self.id(*id)),
            Head::Wait(time) => format!("wait {:?}", time.duration),
            Head::Handover { team, priority } => {
                format!(
                    "handover {} {:?}",
                    self.quoted(team),
                    priority.map(|name| self.name(name))
                )
            }
            Head::Do { name } => format!("do {}", self.name(*name)),
            Head::Step(_) => format!("step {}", plain(self.source.slice(span))),
            Head::Bad => "bad".to_owned(),
        }
    }

    fn trigger(&self, trigger: &Trigger) -> String {
        match trigger {
            Trigger::Words(words) => format!("words {}", self.all(words, |text| self.quoted(text))),
            Trigger::Intent(intents) => format!("intent {}", self.all(intents, |text| self.quoted(text))),
            other => format!("{other:?}"),
        }
    }

    fn content(&self, content: &Content) -> String {
        match content {
            Content::Text(text) => self.quoted(text),
            Content::Api(api) => self.api(*api),
        }
    }

    fn option(&self, option: &OptionLine) -> String {
        let target = option.target.as_ref().map(|target| match target {
            Target::Sequence(name) => self.name(*name),
            Target::Url(url) => format!("url {}", self.quoted(url)),
            Target::Phone(number) => format!("phone {}", self.quoted(number)),
        });
        let condition = option.condition.as_ref().map(|condition| self.expr(condition));
        format!(
            "{} {target:?} {:?} {condition:?}",
            self.quoted(&option.title),
            self.maybe(option.extra.as_deref())
        )
    }

    fn accept(&self, accept: &Accept) -> String {
        match accept {
            Accept::OneOf(texts) => format!("one of {}", self.all(texts, |text| self.quoted(text))),
            Accept::Pattern(text) => format!("pattern {}", self.quoted(text)),
            Accept::Regex(text) => format!("regex {}", self.quoted(text)),
            other => format!("{other:?}"),
        }
    }

    fn type_ref(&self, ty: &TypeRef) -> String {
        match &ty.kind {
            Some(TypeKind::OneOf(texts)) => format!("one of {}", self.all(texts, |text| self.quoted(text))),
            Some(kind) => format!("{kind:?}"),
            None => format!("unknown {}", self.words(ty.span)),
        }
    }

    fn expr(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Text(text) => self.quoted(text),
            ExprKind::Name(name) => self.name(*name),
            ExprKind::Secret(name) => format!("(secret {})", self.name(*name)),
            ExprKind::Visits(name) => format!("(visits {})", self.name(*name)),
            ExprKind::Not(inner) => format!("(not {})", self.expr(inner)),
            ExprKind::Negate(inner) => format!("(negate {})", self.expr(inner)),
            ExprKind::IsEmpty { value, negated } => format!("(empty {} {negated})", self.expr(value)),
            ExprKind::Binary {
                operator,
                left,
                right,
                ..
            } => {
                format!("({operator:?} {} {})", self.expr(left), self.expr(right))
            }
            ExprKind::Group(inner) => format!("[{}]", self.expr(inner)),
            ExprKind::Missing => format!("missing {:?}", self.words(expr.span)),
            ExprKind::Number(_) | ExprKind::YesNo(_) | ExprKind::Extra => self.words(expr.span),
        }
    }

    fn quoted(&self, text: &Text) -> String {
        let meaning: String = text
            .parts
            .iter()
            .map(|part| self.part(*part, text.span.end))
            .collect();
        format!("{meaning:?}")
    }

    /// A part of a text that ends at `end`; where a quote is missing, marks may reach beyond it.
    fn part(&self, part: Part, end: u32) -> String {
        match part {
            Part::Plain(span) => self
                .source
                .slice(Span::new(span.start, span.end.min(end)))
                .to_owned(),
            Part::Char(_, c) => c.to_string(),
            Part::Attribute { name, default, .. } => {
                format!(
                    "{{{{{} {:?}}}}}",
                    self.name(name),
                    default.map(|span| self.source.slice(span))
                )
            }
            Part::Api(api) => self.api(api),
        }
    }

    fn api(&self, api: ApiRef) -> String {
        format!("<<{}>>", self.name(api.name))
    }

    fn id(&self, id: Option<Ident>) -> String {
        match id {
            Some(id) => format!(" @{}", self.name(id)),
            None => String::new(),
        }
    }

    fn name(&self, name: Ident) -> String {
        self.source.slice(name.span).to_owned()
    }

    fn words(&self, span: Span) -> String {
        let words = self
            .source
            .slice(span)
            .split(is_blank)
            .filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join(" ")
    }

    fn maybe(&self, text: Option<&Text>) -> Option<String> {
        text.map(|text| self.quoted(text))
    }

    fn all<T>(&self, items: &[T], show: impl Fn(&T) -> String) -> String {
        items.iter().map(show).collect::<Vec<_>>().join(", ")
    }
}

/// A text without what the formatter tidies in it: blanks, kinds of quotes and of arrows.
pub(crate) fn plain(text: &str) -> String {
    let is_kept = |c: &char| !is_blank(*c) && !matches!(c, '"' | '“' | '”' | '\\');
    text.replace('→', "->").chars().filter(is_kept).collect()
}

/// Whether it is a blank, also one that nobody sees.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}')
}

/// Everything of a node, from its first word to its last brace.
fn extent(node: &Node) -> Span {
    let bodies = node
        .body
        .iter()
        .chain(node.branches.iter().filter_map(|branch| branch.body.as_ref()));
    let ends = bodies.flat_map(|body| {
        let inside = body.entries.iter().map(|entry| match entry {
            Entry::Node(node) => extent(node),
            Entry::Remark(remark) => remark.span,
        });
        inside.chain(body.close).chain([body.open]).collect::<Vec<_>>()
    });
    let branches = node.branches.iter().map(|branch| branch.span);
    ends.chain(branches).fold(node.span, Span::to)
}
