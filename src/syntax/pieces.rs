//! From what pest matched to the pieces of a file: heads of lines, braces and remarks.
//!
//! One function per rule of the grammar, in its order and by its name.

mod step;

use pest::iterators::{Pair, Pairs};

use super::ast::{
    Accept, ApiRef, Carrier, Content, Expr, ExprKind, Head, Ident, Media, OptionLine, OptionsKind,
    RemarkKind, Target, Text, Time, Trigger, TypeKind, TypeRef, Verb, When,
};
use super::expression;
use super::grammar::Rule;
use super::salvage;
use super::text::{self, trim};
use super::tokens;
use super::words;
use crate::diagnostics::Diagnostic;
use crate::source::{Source, Span};
use crate::value::Number;

/// Something between two gaps.
pub(super) struct Piece {
    pub(super) span: Span,
    pub(super) kind: PieceKind,
    /// What is wrong inside it; counts only where the piece has a meaning.
    pub(super) problems: Vec<Diagnostic>,
}

/// What a piece is.
pub(super) enum PieceKind {
    /// `{`
    Open,
    /// `}`
    Close,
    Remark(RemarkKind),
    /// A line, up to its brace.
    Head(Head),
    Else {
        when: When,
        text: Option<Text>,
    },
    /// What begins like no statement.
    Bad,
}

/// What the conversion of a stretch needs and collects.
pub(super) struct Ctx<'s> {
    pub(super) source: &'s Source,
    base: u32,
    problems: Vec<Diagnostic>,
    /// Whether an unclosed `"""` took the rest of the stretch.
    pub(super) is_swallowed: bool,
}

impl<'s> Ctx<'s> {
    /// For a stretch that begins at the byte `base`.
    pub(super) fn new(source: &'s Source, base: u32) -> Self {
        Self {
            source,
            base,
            problems: Vec::new(),
            is_swallowed: false,
        }
    }

    pub(super) fn report(&mut self, problem: Diagnostic) {
        self.problems.push(problem);
    }

    pub(super) fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let inner = pair.as_span();
        let at = |offset: usize| self.base + u32::try_from(offset).unwrap_or_default();
        Span::new(at(inner.start()), at(inner.end()))
    }

    pub(super) fn name(&self, pair: &Pair<'_, Rule>) -> Ident {
        Ident {
            span: self.span(pair),
        }
    }

    /// The name in a piece that holds nothing else.
    pub(super) fn inner_name(&self, pair: &Pair<'_, Rule>) -> Option<Ident> {
        pair.clone().into_inner().next().map(|name| self.name(&name))
    }

    /// A number; one that cannot be read is reported.
    pub(super) fn number(&mut self, pair: &Pair<'_, Rule>) -> Option<Number> {
        let written = pair.as_str();
        let is_plain = written
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
        let whole = written.parse::<i64>().ok().map(Number::from);
        let number = whole
            .or_else(|| written.parse().ok().and_then(Number::from_f64))
            .filter(|_| is_plain);
        if number.is_none() {
            let problem = tokens::bad_number(self.source, self.span(pair));
            self.report(problem);
        }
        number
    }
}

/// The pieces of a stretch, in order.
pub(super) struct Pieces<'s, 'i> {
    pub(super) ctx: Ctx<'s>,
    pairs: Pairs<'i, Rule>,
}

impl<'s, 'i> Pieces<'s, 'i> {
    /// `pairs` holds the one match of `chunk`.
    pub(super) fn new(ctx: Ctx<'s>, mut pairs: Pairs<'i, Rule>) -> Self {
        let inner = pairs.next().map(Pair::into_inner);
        Self {
            ctx,
            pairs: inner.unwrap_or(pairs),
        }
    }
}

impl Pieces<'_, '_> {
    /// How many more `}` than `{` stand among the pieces that are left.
    pub(super) fn surplus(&self) -> isize {
        let braces = self.pairs.clone().map(|pair| match pair.as_rule() {
            Rule::open => -1,
            Rule::close => 1,
            _ => 0,
        });
        braces.sum()
    }
}

impl Iterator for Pieces<'_, '_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        let pair = self.pairs.next().filter(|pair| pair.as_rule() != Rule::EOI)?;
        let span = self.ctx.span(&pair);
        let kind = match pair.as_rule() {
            Rule::open => PieceKind::Open,
            Rule::close => PieceKind::Close,
            Rule::note | Rule::comment => {
                let kind = if pair.as_rule() == Rule::note {
                    RemarkKind::Note
                } else {
                    RemarkKind::Comment
                };
                let span = trim(self.ctx.source, span);
                return Some(Piece {
                    span,
                    kind: PieceKind::Remark(kind),
                    problems: tokens::short_allow(self.ctx.source, span).into_iter().collect(),
                });
            }
            Rule::allow => {
                let kind = allow(&mut self.ctx, &pair);
                let span = trim(self.ctx.source, span);
                let problems = std::mem::take(&mut self.ctx.problems);
                return Some(Piece {
                    span,
                    kind: PieceKind::Remark(kind),
                    problems,
                });
            }
            Rule::bad => PieceKind::Bad,
            Rule::else_branch => else_branch(&mut Parts::of(&mut self.ctx, pair)),
            _ => {
                let found = head(&mut self.ctx, pair);
                PieceKind::Head(found.unwrap_or(Head::Bad))
            }
        };
        Some(Piece {
            span: self.trimmed(span, &kind),
            kind,
            problems: std::mem::take(&mut self.ctx.problems),
        })
    }
}

impl Pieces<'_, '_> {
    /// An unclosed text takes the blanks at the end of its line into the match; the piece ends before them.
    fn trimmed(&self, span: Span, kind: &PieceKind) -> Span {
        match kind {
            PieceKind::Open | PieceKind::Close => span,
            _ => trim(self.ctx.source, span),
        }
    }
}

/// The parts of a match, taken one after the other.
struct Parts<'c, 's, 'i> {
    ctx: &'c mut Ctx<'s>,
    span: Span,
    written: &'i str,
    pairs: Pairs<'i, Rule>,
}

impl<'c, 's, 'i> Parts<'c, 's, 'i> {
    fn of(ctx: &'c mut Ctx<'s>, pair: Pair<'i, Rule>) -> Self {
        Self {
            span: ctx.span(&pair),
            written: pair.as_str(),
            ctx,
            pairs: pair.into_inner(),
        }
    }

    fn next_if(&mut self, is_wanted: impl Fn(Rule) -> bool) -> Option<Pair<'i, Rule>> {
        if is_wanted(self.pairs.peek()?.as_rule()) {
            self.pairs.next()
        } else {
            None
        }
    }

    fn name(&mut self) -> Option<Ident> {
        let pair = self.next_if(|rule| rule == Rule::name)?;
        Some(self.ctx.name(&pair))
    }

    /// The name of something that a flow defines; a reserved one is reported. Attributes that are
    /// only read need no such check: the customer record has a `phone`.
    fn own_name(&mut self) -> Option<Ident> {
        let name = self.name()?;
        if words::RESERVED.contains(&self.ctx.source.slice(name.span)) {
            self.ctx.report(tokens::reserved_name(self.ctx.source, name.span));
        }
        Some(name)
    }

    /// The name of a sequence that something leads to; a word that no sequence can have is reported.
    fn target(&mut self) -> Option<Ident> {
        let name = self.name()?;
        if words::RESERVED.contains(&self.ctx.source.slice(name.span)) {
            self.ctx.report(tokens::no_target(self.ctx.source, name.span));
        }
        Some(name)
    }

    fn names(&mut self) -> Vec<Ident> {
        std::iter::from_fn(|| self.name()).collect()
    }

    fn id(&mut self) -> Option<Ident> {
        let pair = self.next_if(|rule| rule == Rule::id)?;
        self.ctx.inner_name(&pair)
    }

    fn text(&mut self) -> Option<Text> {
        let pair =
            self.next_if(|rule| matches!(rule, Rule::line_text | Rule::block_text | Rule::curly_text))?;
        Some(text::text(self.ctx, &pair))
    }

    fn texts(&mut self) -> Vec<Text> {
        std::iter::from_fn(|| self.text()).collect()
    }

    fn api_ref(&mut self) -> Option<ApiRef> {
        let pair = self.next_if(|rule| rule == Rule::api_ref)?;
        Some(text::api_ref(self.ctx, &pair))
    }

    fn expr(&mut self) -> Option<Expr> {
        let pair = self.next_if(|rule| rule == Rule::expr)?;
        Some(expression::expr(self.ctx, &pair))
    }

    fn time(&mut self) -> Option<Time> {
        let pair = self.next_if(|rule| rule == Rule::time)?;
        let span = self.ctx.span(&pair);
        let duration = tokens::duration(pair.as_str());
        if duration.is_none() {
            self.ctx.report(tokens::bad_time(self.ctx.source, span));
        }
        Some(Time { span, duration })
    }

    /// A duration in which something waits.
    fn waiting_time(&mut self) -> Option<Time> {
        let time = self.time()?;
        if time.duration.is_some_and(|duration| duration.is_zero()) {
            self.ctx.report(tokens::no_time(self.ctx.source, time.span));
        }
        Some(time)
    }

    fn type_ref(&mut self) -> Option<TypeRef> {
        let pair = self.next_if(|rule| rule == Rule::type_ref)?;
        let mut parts = Parts::of(self.ctx, pair);
        Some(type_ref(&mut parts))
    }

    /// The parts of the next part, where it is of `rule`.
    fn inside(&mut self, rule: Rule) -> Option<Parts<'_, 's, 'i>> {
        let pair = self.next_if(|found| found == rule)?;
        Some(Parts::of(self.ctx, pair))
    }

    /// Punctuation that has a rule only so that it can be missing.
    fn skip(&mut self, rule: Rule) -> bool {
        self.next_if(|found| found == rule).is_some()
    }

    fn begins_with(&self, word: &str) -> bool {
        self.written.starts_with(word)
    }
}

fn head(ctx: &mut Ctx<'_>, pair: Pair<'_, Rule>) -> Option<Head> {
    let rule = pair.as_rule();
    if rule == Rule::api_ref {
        return Some(Head::ApiItem(text::api_ref(ctx, &pair)));
    }
    let parts = &mut Parts::of(ctx, pair);
    match rule {
        Rule::attribute => attribute(parts),
        Rule::server => Some(Head::Server {
            name: parts.own_name()?,
            origin: parts.text()?,
        }),
        Rule::api => api(parts),
        Rule::action => Some(Head::Action {
            name: parts.own_name()?,
        }),
        Rule::sequence => sequence(parts),
        Rule::on => on(parts),
        Rule::test => Some(Head::Test { name: parts.text()? }),
        Rule::request => request(parts),
        Rule::setting => setting(parts),
        Rule::timeout => Some(Head::Timeout(parts.time()?)),
        Rule::leads_to => Some(Head::LeadsTo(parts.names())),
        Rule::sets => Some(Head::Sets(parts.names())),
        Rule::entry => entry(parts),
        Rule::say => say(parts),
        Rule::gallery => Some(Head::Gallery { id: parts.id() }),
        Rule::card => Some(Head::Card { title: parts.text()? }),
        Rule::subtitle => Some(Head::Subtitle(parts.text()?)),
        Rule::card_url => Some(Head::CardUrl(parts.text()?)),
        Rule::card_button => Some(Head::CardButton(option_parts(parts)?)),
        Rule::options => Some(options(parts)),
        Rule::option => Some(Head::Option(option_parts(parts)?)),
        Rule::ask => Some(Head::Ask {
            id: parts.id(),
            prompt: parts.text(),
            save: parts.name(),
        }),
        Rule::accept => accept(parts),
        Rule::retry => retry(parts),
        Rule::no_match => Some(Head::NoMatch),
        Rule::no_reply => Some(Head::NoReply(parts.waiting_time()?)),
        Rule::no_interrupts => Some(Head::NoInterrupts),
        Rule::call => call(parts),
        Rule::goto => Some(Head::Goto(parts.target()?)),
        Rule::end => Some(Head::End),
        Rule::set => set(parts),
        Rule::clear => Some(Head::Clear(parts.name()?)),
        Rule::if_line => Some(Head::If(parts.expr()?)),
        Rule::once => Some(Head::Once { id: parts.id() }),
        Rule::wait => Some(Head::Wait(parts.waiting_time()?)),
        Rule::handover => Some(Head::Handover {
            team: parts.text()?,
            priority: parts.name(),
        }),
        Rule::do_line => Some(Head::Do {
            name: parts.own_name()?,
        }),
        _ => step::step(rule, parts).map(Head::Step),
    }
}

fn attribute(parts: &mut Parts<'_, '_, '_>) -> Option<Head> {
    let name = parts.own_name()?;
    let key = parts.text();
    parts.skip(Rule::colon);
    let ty = parts.type_ref()?;
    parts.skip(Rule::equals);
    let default = parts.expr();
    if let Some(default) = default.as_ref().filter(|_| ty.kind.is_none())
        && let Some(problem) = tokens::flag(parts.ctx.source, ty.span, default.span)
    {
        // Instead of what was said of the type alone.
        parts.ctx.problems.pop();
        parts.ctx.report(problem);
    }
    Some(Head::Attribute {
        name,
        key: key.map(Box::new),
        ty,
        default: default.map(Box::new),
    })
}

fn api(parts: &mut Parts<'_, '_, '_>) -> Option<Head> {
    let name = parts.own_name()?;
    parts.skip(Rule::colon);
    let pair = parts.next_if(|rule| rule == Rule::output)?;
    let output = parts.ctx.span(&pair);
    let written: Vec<&str> = pair
        .as_str()
        .split(text::is_blank)
        .filter(|word| !word.is_empty())
        .collect();
    if !words::OUTPUTS.contains(&written.join(" ").as_str()) {
        let problem = tokens::unknown_choice(parts.ctx.source, output, "output", &words::OUTPUTS);
        parts.ctx.report(problem);
    }
    Some(Head::Api { name, output })
}

fn sequence(parts: &mut Parts<'_, '_, '_>) -> Option<Head> {
    let name = parts.own_name()?;
    let mut id = None;
    let mut was = Vec::new();
    for pair in parts.pairs.by_ref() {
        let is_id = pair.as_rule() == Rule::id_clause;
        let clause = parts.ctx.span(&pair);
        let written = Parts::of(parts.ctx, pair).text()?;
        if !is_id {
            was.push(written);
        } else if id.is_none() {
            id = Some(written);
        } else {
            let problem = tokens::second_id(parts.ctx.source, clause);
            parts.ctx.report(problem);
        }
    }
    Some(Head::Sequence { name, id, was })
}

fn on(parts: &mut Parts<'_, '_, '_>) -> Option<Head> {
    let mut trigger = parts.inside(Rule::trigger)?;
    let Some(word) = trigger.next_if(|rule| rule == Rule::trigger_word) else {
        let is_words = trigger.begins_with("words");
        let texts = trigger.texts();
        return Some(Head::On(if is_words {
            Trigger::Words(texts)
        } else {
            Trigger::Intent(texts)
        }));
    };
    let mut words = word
        .as_str()
        .split(text::is_blank)
        .filter(|word| !word.is_empty());
    let found = match (words.next()?, words.next()) {
        ("start", None) => Trigger::Start,
        ("unmatched", None) => Trigger::Unmatched,
        ("api", Some("failure")) => Trigger::ApiFailure,
        ("stale", None) => Trigger::Stale,
        ("moved", None) => Trigger::Moved,
        _ => {
            let span = trigger.ctx.span(&word);
            let problem = tokens::unknown_choice(trigger.ctx.source, span, "trigger", &words::TRIGGERS);
            trigger.ctx.report(problem);
            salvage::trigger(word.as_str())
        }
    };
    Some(Head::On(found))
}

fn request(parts: &mut Parts<'_, '_, '_>) -> Option<Head> {
    let verb = if parts.begins_with("get") {
        Verb::Get
    } else {
        Verb::Post
    };
    Some(Head::Request {
        verb,
        server: parts.name(),
        url: parts.text()?,
    })
}

fn setting(parts: &mut Parts<'_, '_, '_>) -> Option<Head> {
    let carrier = if parts.begins_with("header") {
        Carrier::Header
    } else if parts.begins_with("param") {
        Carrier::Param
    } else {
        Carrier::Field
    };
    let key = parts.text()?;
    parts.skip(Rule::equals);
    let mut value = parts.expr()?;
    if let Some(problem) = expression::joined_secret(parts.ctx.source, &value) {
        parts.ctx.report(problem);
        value.kind = ExprKind::Missing;
    }
    Some(Head::Setting {
        carrier,
        key,
        value: Box::new(value),
    })
}

fn entry(parts: &mut Parts<'_, '_, '_>) -> Option<Head> {
    let name = parts.name()?;
    if parts.skip(Rule::colon) {
        return Some(Head::Key {
            name,
            ty: parts.type_ref()?,
        });
    }
    parts.skip(Rule::equals);
    Some(Head::KeyValue {
        name,
        value: parts.expr()?,
    })
}

fn say(parts: &mut Parts<'_, '_, '_>) -> Option<Head> {
    let media = if parts.begins_with("text") {
        Media::Text
    } else if parts.begins_with("image") {
        Media::Image
    } else if parts.begins_with("audio") {
        Media::Audio
    } else {
        Media::Video
    };
    let id = parts.id();
    let content = match parts.api_ref() {
        Some(api) => Content::Api(api),
        None => Content::Text(parts.text()?),
    };
    Some(Head::Say { media, id, content })
}

fn options(parts: &mut Parts<'_, '_, '_>) -> Head {
    let kind = if parts.begins_with("buttons") {
        OptionsKind::Buttons
    } else {
        OptionsKind::QuickReplies
    };
    Head::Options {
        kind,
        id: parts.id(),
        prompt: parts.text(),
    }
}

fn option_parts(parts: &mut Parts<'_, '_, '_>) -> Option<OptionLine> {
    let title = parts.text()?;
    if !parts.skip(Rule::arrow)
        && let Some(arrow) = parts.next_if(|rule| rule == Rule::foreign_arrow)
    {
        let problem = tokens::foreign_word(parts.ctx.source, parts.ctx.span(&arrow), "->");
        parts.ctx.report(problem);
    }
    let target = parts
        .inside(Rule::target)
        .and_then(|mut parts| target(&mut parts));
    let extra = parts.inside(Rule::extra).and_then(|mut extra| extra.text());
    Some(OptionLine {
        title,
        target,
        extra: extra.map(Box::new),
        condition: parts.expr().map(Box::new),
    })
}

fn target(parts: &mut Parts<'_, '_, '_>) -> Option<Target> {
    if let Some(name) = parts.target() {
        return Some(Target::Sequence(name));
    }
    let is_url = parts.begins_with("url");
    let text = parts.text()?;
    Some(if is_url {
        Target::Url(Box::new(text))
    } else {
        Target::Phone(Box::new(text))
    })
}

fn accept(parts: &mut Parts<'_, '_, '_>) -> Option<Head> {
    let mut kind = parts.inside(Rule::accept_kind)?;
    accept_kind(&mut kind).map(Head::Accept)
}

fn accept_kind(parts: &mut Parts<'_, '_, '_>) -> Option<Accept> {
    if let Some(mut one_of) = parts.inside(Rule::one_of) {
        return Some(Accept::OneOf(one_of.texts()));
    }
    if parts.skip(Rule::yes_no) {
        return Some(Accept::YesNo);
    }
    if let Some(written) = parts.text() {
        let is_pattern = parts.begins_with("pattern");
        return Some(if is_pattern {
            Accept::Pattern(written)
        } else {
            Accept::Regex(written)
        });
    }
    let Some(name) = parts.next_if(|rule| rule == Rule::name) else {
        let mut bound = || parts.next_if(|rule| rule == Rule::bound);
        let Some((low, high)) = bound().zip(bound()) else {
            return Some(Accept::Number(None));
        };
        let range = parts.ctx.number(&low).zip(parts.ctx.number(&high));
        return Some(Accept::Number(range));
    };
    Some(match name.as_str() {
        "text" => Accept::Text,
        "email" => Accept::Email,
        "phone" => Accept::Phone,
        "date" => Accept::Date,
        "url" => Accept::Url,
        "image" => Accept::Image,
        "file" => Accept::File,
        "location" => Accept::Location,
        _ => {
            let span = parts.ctx.span(&name);
            let problem = tokens::unknown_choice(parts.ctx.source, span, "kind of answer", &words::ANSWERS);
            parts.ctx.report(problem);
            return None;
        }
    })
}

fn retry(parts: &mut Parts<'_, '_, '_>) -> Option<Head> {
    let mut times = None;
    if let Some(pair) = parts.next_if(|rule| rule == Rule::number) {
        times = pair.as_str().parse::<u32>().ok();
        if times.is_none_or(|times| times == 0) {
            let problem = tokens::bad_count(parts.ctx.source, parts.ctx.span(&pair));
            parts.ctx.report(problem);
        }
    }
    Some(Head::Retry {
        times,
        text: parts.text()?,
    })
}

fn call(parts: &mut Parts<'_, '_, '_>) -> Option<Head> {
    if let Some(api) = parts.api_ref() {
        return Some(Head::CallApi(api));
    }
    Some(Head::Call {
        id: parts.id(),
        target: parts.target()?,
    })
}

fn set(parts: &mut Parts<'_, '_, '_>) -> Option<Head> {
    let name = parts.name()?;
    parts.skip(Rule::equals);
    Some(Head::Set {
        name,
        value: parts.expr()?,
    })
}

fn else_branch(parts: &mut Parts<'_, '_, '_>) -> PieceKind {
    let foreign = parts.next_if(|rule| matches!(rule, Rule::foreign_else | Rule::foreign_else_if));
    if let Some(foreign) = foreign {
        let is_if = foreign.as_rule() == Rule::foreign_else_if;
        let ours = if is_if { "else if" } else { "else" };
        let problem = tokens::foreign_word(parts.ctx.source, parts.ctx.span(&foreign), ours);
        parts.ctx.report(problem);
    }
    let outcomes: Vec<Span> = std::iter::from_fn(|| {
        let outcome = parts.next_if(|rule| rule == Rule::outcome)?;
        Some(parts.ctx.span(&outcome))
    })
    .collect();
    let when = match parts.expr() {
        Some(condition) => When::If(condition),
        None if outcomes.is_empty() => When::Always,
        None => When::Outcomes(outcomes),
    };
    PieceKind::Else {
        when,
        text: parts.text(),
    }
}

fn allow(ctx: &mut Ctx<'_>, pair: &Pair<'_, Rule>) -> RemarkKind {
    let whole = trim(ctx.source, ctx.span(pair));
    let mut inner = pair.clone().into_inner();
    let code = inner.next().map_or(Span::at(whole.end), |code| ctx.span(&code));
    let reason = inner.find(|part| part.as_rule() == Rule::reason);
    let reason = reason
        .map(|reason| trim(ctx.source, ctx.span(&reason)))
        .filter(|reason| !reason.is_empty());
    if reason.is_none() {
        ctx.report(tokens::allow_without_reason(ctx.source, whole, code));
    }
    RemarkKind::Allow { code, reason }
}

fn type_ref(parts: &mut Parts<'_, '_, '_>) -> TypeRef {
    let span = parts.span;
    let kind = if let Some(mut one_of) = parts.inside(Rule::one_of) {
        Some(TypeKind::OneOf(one_of.texts()))
    } else if parts.skip(Rule::yes_no) {
        Some(TypeKind::YesNo)
    } else {
        match parts.written {
            "text" => Some(TypeKind::Text),
            "number" => Some(TypeKind::Number),
            "date" => Some(TypeKind::Date),
            "any" => Some(TypeKind::Any),
            _ => None,
        }
    };
    if kind.is_none() {
        parts.ctx.report(tokens::unknown_choice(
            parts.ctx.source,
            span,
            "type",
            &words::TYPES,
        ));
    }
    TypeRef { span, kind }
}
