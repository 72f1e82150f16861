//! What a line says, in its canonical form: one arm for each kind of line.

use sayflow::Span;
use sayflow::syntax::ast::{
    Accept, Carrier, Content, Head, OptionLine, Target, Text, Trigger, TypeKind, TypeRef, Verb, When,
};

use super::line::{Ctx, Line, is_blank};
use super::step;

/// The head of a line; `span` is where it stands, for what is kept as written.
pub(super) fn head<'a>(ctx: Ctx<'a>, head: &Head, span: Span) -> Line<'a> {
    let line = Line::new(ctx);
    match head {
        Head::Attribute {
            name,
            key,
            ty,
            default,
        } => {
            let line = line
                .word("attribute")
                .name(*name)
                .option("key", key.as_deref(), Line::text)
                .mark(":");
            type_ref(line, ty).option("=", default.as_deref(), Line::expr)
        }
        Head::Server { name, origin } => line.word("server").name(*name).text(origin),
        Head::Api { name, output } => line.word("api").name(*name).mark(":").words(*output),
        Head::Action { name } => line.word("action").name(*name),
        Head::Sequence { name, id, was } => clauses(line.word("sequence").name(*name), id.as_ref(), was),
        Head::On(on) => trigger(line.word("on"), on),
        Head::Test { name } => line.word("test").text(name),

        Head::Request { verb, server, url } => {
            let line = line.word(verb_word(*verb)).option("", *server, Line::name);
            line.text(url)
        }
        Head::Setting { carrier, key, value } => {
            line.word(carrier_word(*carrier)).text(key).word("=").expr(value)
        }
        Head::Timeout(time) => line.word("timeout").words(time.span),
        Head::LeadsTo(names) => line.word("leads to").list(names, |line, name| line.name(*name)),
        Head::Sets(names) => line.word("sets").list(names, |line, name| line.name(*name)),

        Head::Key { name, ty } => type_ref(line.name(*name).mark(":"), ty),
        Head::KeyValue { name, value } => line.name(*name).word("=").expr(value),

        Head::Say { media, id, content } => said(line.word(media.as_str()).id(*id), content),
        Head::Gallery { id } => line.word("gallery").id(*id),
        Head::Card { title } => line.word("card").text(title),
        Head::Subtitle(text) => line.word("subtitle").text(text),
        Head::CardUrl(url) => line.word("url").text(url),
        Head::CardButton(button) => option_line(line.word("button"), button),
        Head::Options { kind, id, prompt } => {
            line.word(kind.as_str())
                .id(*id)
                .option("", prompt.as_ref(), Line::text)
        }
        Head::Option(option) => option_line(line, option),
        Head::ApiItem(api) => line.api(*api),

        Head::Ask { id, prompt, save } => {
            let line = line.word("ask").id(*id).option("", prompt.as_ref(), Line::text);
            line.option("save", *save, Line::name)
        }
        Head::Accept(accept) => accepted(line.word("accept"), accept, span),
        Head::Retry { times: _, text } => line.words(Span::new(span.start, text.span.start)).text(text),
        Head::NoMatch | Head::NoInterrupts | Head::End => line.words(span),
        Head::NoReply(time) => line.word("no reply").words(time.span),
        Head::CallApi(api) => line.word("call").api(*api),
        Head::Call { id, target } => line.word("call").id(*id).name(*target),
        Head::Goto(target) => line.word("goto").name(*target),
        Head::Set { name, value } => line.word("set").name(*name).word("=").expr(value),
        Head::Clear(name) => line.word("clear").name(*name),
        Head::If(condition) => line.word("if").expr(condition),
        Head::Once { id } => line.word("once").id(*id),
        Head::Wait(time) => line.word("wait").words(time.span),
        Head::Handover { team, priority } => {
            line.word("handover")
                .text(team)
                .option("priority", *priority, Line::name)
        }
        Head::Do { name } => line.word("do").name(*name),

        Head::Step(step) => step::step(line, step, span),
        Head::Bad => line.word(ctx.slice(span)),
    }
}

/// `else` and when it runs, without what is said or done then.
pub(super) fn when<'a>(line: Line<'a>, when: &When) -> Line<'a> {
    match when {
        When::Always => line,
        When::If(condition) => line.word("if").expr(condition),
        When::Outcomes(outcomes) => line.list(outcomes, |line, outcome| line.words(*outcome)),
    }
}

/// The former names and the id of a sequence, in the author's order.
fn clauses<'a>(line: Line<'a>, id: Option<&Text>, was: &[Text]) -> Line<'a> {
    let mut clauses: Vec<(&str, &Text)> = was.iter().map(|text| ("was", text)).collect();
    clauses.extend(id.map(|text| ("id", text)));
    clauses.sort_by_key(|(_, text)| text.span.start);
    clauses
        .into_iter()
        .fold(line, |line, (keyword, text)| line.word(keyword).text(text))
}

fn type_ref<'a>(line: Line<'a>, ty: &TypeRef) -> Line<'a> {
    match &ty.kind {
        Some(TypeKind::OneOf(texts)) => line.word("one of").list(texts, Line::text),
        Some(TypeKind::YesNo) => line.word("yes/no"),
        _ => line.words(ty.span),
    }
}

fn trigger<'a>(line: Line<'a>, trigger: &Trigger) -> Line<'a> {
    match trigger {
        Trigger::Start => line.word("start"),
        Trigger::Words(words) => line.word("words").list(words, Line::text),
        Trigger::Intent(intents) => line.word("intent").list(intents, Line::text),
        Trigger::Unmatched => line.word("unmatched"),
        Trigger::ApiFailure => line.word("api failure"),
        Trigger::Stale => line.word("stale"),
        Trigger::Moved => line.word("moved"),
    }
}

fn said<'a>(line: Line<'a>, content: &Content) -> Line<'a> {
    match content {
        Content::Text(text) => line.text(text),
        Content::Api(api) => line.api(*api),
    }
}

fn option_line<'a>(line: Line<'a>, option: &OptionLine) -> Line<'a> {
    line.text(&option.title)
        .option("->", option.target.as_ref(), target)
        .option("extra", option.extra.as_deref(), Line::text)
        .option("if", option.condition.as_deref(), Line::expr)
}

pub(super) fn target<'a>(line: Line<'a>, target: &Target) -> Line<'a> {
    match target {
        Target::Sequence(name) => line.name(*name),
        Target::Url(url) => line.word("url").text(url),
        Target::Phone(number) => line.word("phone").text(number),
    }
}

/// The range of `accept number 1..10` has no span of its own and is read from the line.
fn accepted<'a>(line: Line<'a>, accept: &Accept, span: Span) -> Line<'a> {
    match accept {
        Accept::OneOf(texts) => line.word("one of").list(texts, Line::text),
        Accept::Pattern(pattern) => line.word("pattern").text(pattern),
        Accept::Regex(regex) => line.word("regex").text(regex),
        Accept::YesNo => line.word("yes/no"),
        Accept::Number(Some(_)) => {
            let written: String = line.ctx.slice(span).split(is_blank).collect();
            let range = written
                .strip_prefix("acceptnumber")
                .unwrap_or_default()
                .to_owned();
            line.word("number").word(&range)
        }
        Accept::Number(None) => line.word("number"),
        Accept::Text => line.word("text"),
        Accept::Email => line.word("email"),
        Accept::Phone => line.word("phone"),
        Accept::Date => line.word("date"),
        Accept::Url => line.word("url"),
        Accept::Image => line.word("image"),
        Accept::File => line.word("file"),
        Accept::Location => line.word("location"),
    }
}

fn verb_word(verb: Verb) -> &'static str {
    match verb {
        Verb::Get => "get",
        Verb::Post => "post",
    }
}

fn carrier_word(carrier: Carrier) -> &'static str {
    match carrier {
        Carrier::Header => "header",
        Carrier::Param => "param",
        Carrier::Field => "field",
    }
}
