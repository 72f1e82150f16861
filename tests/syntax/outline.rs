//! The tree of a file in one line a node: enough to see what was understood.

use std::fmt::Write;

use sayflow::syntax::ast::{
    Accept, Body, Content, Entry, Expr, ExprKind, File, Head, Ident, Node, OptionLine, Part, RemarkKind,
    Target, Text, Trigger, TypeKind, TypeRef, When,
};
use sayflow::{Source, Span};

/// The whole outline.
pub(crate) fn outline(file: &File) -> String {
    let mut outline = Outline {
        source: &file.source,
        out: String::new(),
    };
    outline.entries(&file.entries, 0);
    outline.out
}

struct Outline<'f> {
    source: &'f Source,
    out: String,
}

impl Outline<'_> {
    fn line(&mut self, depth: usize, text: &str) {
        let _ = writeln!(self.out, "{}{text}", "  ".repeat(depth));
    }

    fn entries(&mut self, entries: &[Entry], depth: usize) {
        for entry in entries {
            match entry {
                Entry::Node(node) => self.node(node, depth),
                Entry::Remark(remark) => {
                    let kind = match remark.kind {
                        RemarkKind::Comment => "comment",
                        RemarkKind::Note => "note",
                        RemarkKind::Allow { reason: Some(_), .. } => "allow",
                        RemarkKind::Allow { reason: None, .. } => "allow without reason",
                    };
                    let behind = if remark.is_trailing { " behind a line" } else { "" };
                    self.line(
                        depth,
                        &format!("{kind}{behind} `{}`", self.source.slice(remark.span)),
                    );
                }
            }
        }
    }

    fn node(&mut self, node: &Node, depth: usize) {
        let head = self.head(node);
        self.line(depth, &head);
        self.body(node.body.as_ref(), depth);
        for branch in &node.branches {
            let when = match &branch.when {
                When::Always => String::new(),
                When::If(condition) => format!(" if {}", self.expr(condition)),
                When::Outcomes(outcomes) => {
                    format!(
                        " {}",
                        self.list(outcomes, |span| self.source.slice(*span).to_owned())
                    )
                }
            };
            let text = branch
                .text
                .as_ref()
                .map_or(String::new(), |text| format!(" {}", self.text(text)));
            for remark in &branch.remarks {
                self.line(depth, &format!("comment `{}`", self.source.slice(remark.span)));
            }
            self.line(depth, &format!("else{when}{text}"));
            self.body(branch.body.as_ref(), depth);
        }
    }

    fn body(&mut self, body: Option<&Body>, depth: usize) {
        if let Some(body) = body {
            self.entries(&body.entries, depth + 1);
            match (body.open.is_empty(), body.close.is_some()) {
                (false, true) => {}
                (true, true) => self.line(depth, "(opened without a brace)"),
                (false, false) => self.line(depth, "(not closed)"),
                (true, false) => self.line(depth, "(neither opened nor closed)"),
            }
        }
    }

    fn head(&self, node: &Node) -> String {
        match &node.head {
            Head::Attribute {
                name,
                key,
                ty,
                default,
            } => {
                let default = default
                    .as_ref()
                    .map(|default| format!("= {}", self.expr(default)));
                self.say(
                    "attribute",
                    [
                        Some(self.name(*name)),
                        self.maybe(key.as_deref()),
                        Some(self.ty(ty)),
                        default,
                    ],
                )
            }
            Head::Server { name, origin } => {
                self.say("server", [Some(self.name(*name)), Some(self.text(origin))])
            }
            Head::Api { name, output } => self.say(
                "api",
                [
                    Some(self.name(*name)),
                    Some(format!(": {}", self.source.slice(*output))),
                ],
            ),
            Head::Action { name } => self.say("action", [Some(self.name(*name))]),
            Head::Sequence { name, id, was } => {
                let was = self.list(was, |was| self.text(was));
                self.say(
                    "sequence",
                    [Some(self.name(*name)), self.maybe(id.as_ref()), Some(was)],
                )
            }
            Head::On(Trigger::Words(texts)) => {
                format!("on words {}", self.list(texts, |text| self.text(text)))
            }
            Head::On(Trigger::Intent(texts)) => {
                format!("on intent {}", self.list(texts, |text| self.text(text)))
            }
            Head::On(trigger) => format!("on {trigger:?}"),
            Head::Test { name } => format!("test {}", self.text(name)),
            Head::Request { verb, server, url } => self.say(
                &format!("{verb:?}"),
                [server.map(|server| self.name(server)), Some(self.text(url))],
            ),
            Head::Setting { carrier, key, value } => {
                format!("{carrier:?} {} = {}", self.text(key), self.expr(value))
            }
            Head::Timeout(time) => format!("timeout {:?}", time.duration),
            Head::LeadsTo(names) => format!("leads to {}", self.list(names, |name| self.name(*name))),
            Head::Sets(names) => format!("sets {}", self.list(names, |name| self.name(*name))),
            Head::Key { name, ty } => format!("key {} {}", self.name(*name), self.ty(ty)),
            Head::KeyValue { name, value } => format!("key {} = {}", self.name(*name), self.expr(value)),
            Head::Say { media, id, content } => {
                let content = match content {
                    Content::Text(text) => self.text(text),
                    Content::Api(api) => format!("<{}>", self.name(api.name)),
                };
                self.say(&format!("{media:?}"), [self.id(*id), Some(content)])
            }
            Head::Gallery { id } => self.say("gallery", [self.id(*id)]),
            Head::Card { title } => format!("card {}", self.text(title)),
            Head::Subtitle(text) => format!("subtitle {}", self.text(text)),
            Head::CardUrl(text) => format!("card url {}", self.text(text)),
            Head::CardButton(option) => format!("card button {}", self.option(option)),
            Head::Options { kind, id, prompt } => {
                self.say(&format!("{kind:?}"), [self.id(*id), self.maybe(prompt.as_ref())])
            }
            Head::Option(option) => format!("option {}", self.option(option)),
            Head::ApiItem(api) => format!("items <{}>", self.name(api.name)),
            Head::Ask { id, prompt, save } => {
                let save = save.map(|save| format!("save {}", self.name(save)));
                self.say("ask", [self.id(*id), self.maybe(prompt.as_ref()), save])
            }
            Head::Accept(accept) => self.accept(accept),
            Head::Retry { times, text } => format!("retry {times:?} {}", self.text(text)),
            Head::NoReply(time) => format!("no reply {:?}", time.duration),
            Head::CallApi(api) => format!("call <{}>", self.name(api.name)),
            Head::Call { id, target } => self.say("call", [self.id(*id), Some(self.name(*target))]),
            Head::Goto(target) => format!("goto {}", self.name(*target)),
            Head::Set { name, value } => format!("set {} = {}", self.name(*name), self.expr(value)),
            Head::Clear(name) => format!("clear {}", self.name(*name)),
            Head::If(condition) => format!("if {}", self.expr(condition)),
            Head::Once { id } => self.say("once", [self.id(*id)]),
            Head::Wait(time) => format!("wait {:?}", time.duration),
            Head::Handover { team, priority } => self.say(
                "handover",
                [Some(self.text(team)), priority.map(|name| self.name(name))],
            ),
            Head::Do { name } => format!("do {}", self.name(*name)),
            Head::Step(_) => format!("step `{}`", self.source.slice(node.span)),
            Head::Bad => format!("broken `{}`", self.source.slice(node.span).escape_debug()),
            plain => format!("{plain:?}"),
        }
    }

    fn accept(&self, accept: &Accept) -> String {
        match accept {
            Accept::OneOf(texts) => format!("accept one of {}", self.list(texts, |text| self.text(text))),
            Accept::Pattern(text) => format!("accept pattern {}", self.text(text)),
            Accept::Regex(text) => format!("accept regex {}", self.text(text)),
            Accept::Number(Some((low, high))) => format!("accept number from {low} to {high}"),
            plain => format!("accept {plain:?}"),
        }
    }

    fn option(&self, option: &OptionLine) -> String {
        let target = option.target.as_ref().map(|target| match target {
            Target::Sequence(name) => format!("-> {}", self.name(*name)),
            Target::Url(text) => format!("-> url {}", self.text(text)),
            Target::Phone(text) => format!("-> phone {}", self.text(text)),
        });
        let extra = option
            .extra
            .as_ref()
            .map(|extra| format!("extra {}", self.text(extra)));
        let condition = option
            .condition
            .as_ref()
            .map(|condition| format!("if {}", self.expr(condition)));
        self.say(&self.text(&option.title), [target, extra, condition])
    }

    fn ty(&self, ty: &TypeRef) -> String {
        match &ty.kind {
            Some(TypeKind::OneOf(texts)) => format!(": one of {}", self.list(texts, |text| self.text(text))),
            Some(kind) => format!(": {kind:?}"),
            None => ": ?".to_owned(),
        }
    }

    fn expr(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Text(text) => self.text(text),
            ExprKind::Number(number) => number.to_string(),
            ExprKind::YesNo(flag) => if *flag { "yes" } else { "no" }.to_owned(),
            ExprKind::Name(name) => self.name(*name),
            ExprKind::Secret(name) => format!("(secret {})", self.name(*name)),
            ExprKind::Extra => "extra".to_owned(),
            ExprKind::Visits(name) => format!("(visits {})", self.name(*name)),
            ExprKind::Not(value) => format!("(not {})", self.expr(value)),
            ExprKind::Negate(value) => format!("(negate {})", self.expr(value)),
            ExprKind::IsEmpty {
                value,
                negated: false,
            } => format!("(empty {})", self.expr(value)),
            ExprKind::IsEmpty { value, negated: true } => format!("(filled {})", self.expr(value)),
            ExprKind::Binary {
                operator,
                left,
                right,
                ..
            } => {
                format!("({operator:?} {} {})", self.expr(left), self.expr(right))
            }
            ExprKind::Group(value) => format!("(group {})", self.expr(value)),
            ExprKind::Missing => "?".to_owned(),
        }
    }

    /// The parts of a text, divided by bars where there are several.
    fn text(&self, text: &Text) -> String {
        let part = |part: &Part| match part {
            Part::Plain(span) => self.source.slice(*span).to_owned(),
            Part::Char(_, letter) => format!("\\{}", letter.escape_debug()),
            Part::Attribute { name, default, .. } => {
                let default = default.map_or(String::new(), |default| {
                    format!("|{}", self.source.slice(default))
                });
                format!("{{{{{}{default}}}}}", self.name(*name))
            }
            Part::Api(api) => format!("<<{}>>", self.name(api.name)),
        };
        format!("'{}'", text.parts.iter().map(part).collect::<Vec<_>>().join("¦"))
    }

    fn name(&self, name: Ident) -> String {
        let is_missing = name.span == Span::at(name.span.start);
        if is_missing {
            "?".to_owned()
        } else {
            self.source.slice(name.span).to_owned()
        }
    }

    fn id(&self, id: Option<Ident>) -> Option<String> {
        id.map(|id| format!("@{}", self.name(id)))
    }

    fn maybe(&self, text: Option<&Text>) -> Option<String> {
        text.map(|text| self.text(text))
    }

    fn list<T>(&self, items: &[T], show: impl Fn(&T) -> String) -> String {
        items.iter().map(show).collect::<Vec<_>>().join(", ")
    }

    fn say<const N: usize>(&self, word: &str, parts: [Option<String>; N]) -> String {
        let parts = parts.into_iter().flatten().filter(|part| !part.is_empty());
        std::iter::once(word.to_owned())
            .chain(parts)
            .collect::<Vec<_>>()
            .join(" ")
    }
}
