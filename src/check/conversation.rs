//! Options and questions: what a customer can be shown, and how a customer gets on.

use std::collections::{HashMap, HashSet};

use super::Findings;
use super::failures::is_link;
use super::jumps::{self, sequence_named};
use super::names::{Names, ValueName, inside};
use super::nodes::each_below;
use crate::diagnostics::{Code, Diagnostic};
use crate::program::words::fold;
use crate::source::{Source, Span};
use crate::syntax::ast::{
    Accept, Expr, ExprKind, File, Head, Ident, Node, Operator, OptionLine, Target, TypeKind,
};
use crate::syntax::walk;
use crate::value::Type;

/// Reports options that cannot be told apart, blocks that may be empty, and questions that nobody can answer.
pub(crate) fn check(file: &File, findings: &mut Findings) {
    let source = &file.source;
    walk(file, |node, around| match &node.head {
        Head::Options { .. } if !is_in_ask(around) => {
            let items: Vec<&Node> = node.children().collect();
            check_titles(source, &items, findings);
            check_conditions(source, node, &items, findings);
        }
        Head::Card { .. } => check_titles(source, &node.children().collect::<Vec<_>>(), findings),
        Head::Ask { .. } => {
            let ask = Question::new(node);
            check_titles(source, &ask.items, findings);
            if ask.accept.is_none() && !node.has_catch_all() {
                check_conditions(source, node, &ask.items, findings);
            }
            if !ask.takes_answers() {
                findings.add(without_answer(source, &ask));
            }
        }
        _ => {}
    });
}

/// Reports questions that their customer cannot leave. `leads_away` says which sequences may leave a question for good.
pub(crate) fn check_ways_out(
    files: &[File],
    names: &Names<'_>,
    leads_away: &[bool],
    findings: &mut Findings,
) {
    let can_interrupt = names.handles_interrupts();
    for file in files {
        let source = &file.source;
        walk(file, |node, _| {
            let Head::Ask { save, .. } = &node.head else {
                return;
            };
            let ask = Question::new(node);
            let may_go_on = (can_interrupt && ask.allows_interrupts)
                || ask
                    .silence
                    .is_some_and(|line| leaves(source, names, leads_away, line));
            let is_told =
                ask.takes_answers() && !may_go_on && check_way_out(source, names, &ask, *save, findings);
            if let (Some((retry, None)), Some(no_match), false) = (ask.retry, ask.no_match, is_told) {
                findings.add(no_match_behind_retry(source, retry, no_match));
            }
        });
    }
}

fn is_in_ask(around: &[&Node]) -> bool {
    around
        .last()
        .is_some_and(|outer| matches!(outer.head, Head::Ask { .. }))
}

/// An ask by its parts.
struct Question<'f> {
    node: &'f Node,
    accept: Option<(&'f Accept, Span)>,
    retry: Option<(&'f Node, Option<u32>)>,
    /// The lines of all its options.
    items: Vec<&'f Node>,
    no_match: Option<&'f Node>,
    allows_interrupts: bool,
    /// Its `no reply`.
    silence: Option<&'f Node>,
}

impl<'f> Question<'f> {
    fn new(node: &'f Node) -> Self {
        let mut question = Self {
            node,
            accept: None,
            retry: None,
            items: Vec::new(),
            no_match: None,
            allows_interrupts: true,
            silence: None,
        };
        for line in node.children() {
            match &line.head {
                Head::Accept(accept) => question.accept = Some((accept, line.span)),
                Head::Retry { times, text } => {
                    // What stands behind its text, and cannot be read, may be its number.
                    let unread = (text.span.end < line.span.end).then_some(1);
                    question.retry = Some((line, times.or(unread)));
                }
                Head::Options { .. } => question.items.extend(line.children()),
                Head::NoMatch => question.no_match = Some(line),
                Head::NoInterrupts => question.allows_interrupts = false,
                Head::NoReply(_) => question.silence = Some(line),
                _ => {}
            }
        }
        question
    }

    /// Whether something can be an answer: an option that opens an address or calls a number is none.
    fn takes_answers(&self) -> bool {
        self.accept.is_some() || self.items.is_empty() || !self.items.iter().all(|item| is_link(item))
    }

    /// Whether a wrong answer is asked again for ever.
    fn is_endless(&self) -> bool {
        match self.retry {
            Some((_, times)) => times.is_none(),
            None => self.no_match.is_none(),
        }
    }

    /// Whether an option leads elsewhere, or may, as those of endpoints do.
    fn has_exit(&self) -> bool {
        self.items.iter().any(|item| match &item.head {
            Head::ApiItem(_) => true,
            Head::Option(line) => {
                matches!(line.target, Some(Target::Sequence(_))) && line.condition.is_none()
            }
            _ => false,
        })
    }
}

/// Whether a block may leave the open question for good.
fn leaves(source: &Source, names: &Names<'_>, leads_away: &[bool], block: &Node) -> bool {
    let mut leaves = false;
    each_below(block, &mut |line| {
        leaves |= match &line.head {
            Head::Call { target, .. } => {
                let called = sequence_named(names, source.slice(target.span));
                called.is_none_or(|index| leads_away.get(index) != Some(&false))
            }
            head => jumps::leads_away(head),
        };
    });
    leaves
}

/// Where a title is used so far.
#[derive(Default)]
struct Taken {
    /// The first option of that title.
    first: Span,
    /// The first that is always there.
    always: Option<Span>,
    by_condition: HashMap<String, Span>,
}

/// Two options with conditions of their own are taken to exclude each other, as `if vip` and
/// `if not vip` do.
fn check_titles(source: &Source, items: &[&Node], findings: &mut Findings) {
    let mut titles: HashMap<String, Taken> = HashMap::new();
    for line in items.iter().filter_map(|item| option(item)) {
        let condition = line
            .condition
            .as_ref()
            .map(|condition| canonical(source, condition));
        let title = fold(inside(source, &line.title));
        let Some(taken) = titles.get_mut(&title) else {
            let taken = titles.entry(title).or_insert_with(|| Taken {
                first: line.title.span,
                ..Taken::default()
            });
            note_title(taken, line.title.span, condition);
            continue;
        };
        let other = match &condition {
            None => Some(taken.first),
            Some(condition) => taken
                .always
                .or_else(|| taken.by_condition.get(condition).copied()),
        };
        note_title(taken, line.title.span, condition);
        if let Some(other) = other.filter(|_| !title.is_empty()) {
            findings.add(duplicate_title(source, line.title.span, other));
        }
    }
}

fn note_title(taken: &mut Taken, span: Span, condition: Option<String>) {
    match condition {
        None => drop(taken.always.get_or_insert(span)),
        Some(condition) => drop(taken.by_condition.entry(condition).or_insert(span)),
    }
}

fn option(item: &Node) -> Option<&OptionLine> {
    match &item.head {
        Head::Option(line) | Head::CardButton(line) => Some(line),
        _ => None,
    }
}

fn duplicate_title(source: &Source, again: Span, first: Span) -> Diagnostic {
    let title = source.slice(again);
    Diagnostic::new(
        Code::DuplicateTitle,
        source,
        again,
        format!("two options here have the title {title}"),
    )
    .primary("the customer cannot tell them apart")
    .label(source, first, "the other one")
    .with_help("give them different titles, or remove one; a typed title always means the first")
}

fn check_conditions(source: &Source, node: &Node, items: &[&Node], findings: &mut Findings) {
    let mut conditions: Vec<&Expr> = Vec::new();
    for item in items {
        match &item.head {
            Head::Option(OptionLine {
                condition: Some(condition),
                ..
            }) => conditions.push(condition),
            _ => return,
        }
    }
    let Some(first) = conditions.first() else { return };
    if covers_all(source, &conditions) {
        return;
    }
    let (what, primary, help) = match node.head {
        Head::Ask { .. } => (
            "question",
            "when none holds, there is nothing to answer with",
            "add an option without `if`, or an `else { … }` behind the ask",
        ),
        _ => (
            "block",
            "when none holds, the block is left out",
            "add an option without `if`, or put the whole block into an `if`",
        ),
    };
    findings.add(
        Diagnostic::new(
            Code::AllOptionsConditional,
            source,
            node.span,
            format!("every option of this {what} has a condition"),
        )
        .primary(primary)
        .label(source, first.span, "such as this one")
        .with_help(help),
    );
}

/// Whether one of the conditions holds for certain, as one of `vip` and `not vip` does.
fn covers_all(source: &Source, conditions: &[&Expr]) -> bool {
    let known: HashSet<String> = conditions
        .iter()
        .map(|condition| canonical(source, condition))
        .collect();
    conditions
        .iter()
        .any(|condition| match &ungrouped(condition).kind {
            ExprKind::Not(inner) => !may_divide_by_zero(inner) && known.contains(&canonical(source, inner)),
            _ => false,
        })
}

/// Whether a condition may have no value: then neither it nor its opposite holds.
fn may_divide_by_zero(condition: &Expr) -> bool {
    match &condition.kind {
        ExprKind::Group(inner) | ExprKind::Not(inner) | ExprKind::Negate(inner) => may_divide_by_zero(inner),
        ExprKind::IsEmpty { value, .. } => may_divide_by_zero(value),
        ExprKind::Binary {
            operator,
            left,
            right,
            ..
        } => {
            let divides = *operator == Operator::Divide && !matches!(right.kind, ExprKind::Number(_));
            divides || may_divide_by_zero(left) || may_divide_by_zero(right)
        }
        _ => false,
    }
}

/// A condition in one form, however its blanks, quotes and brackets are: two that are the same hold
/// at the same time.
fn canonical(source: &Source, condition: &Expr) -> String {
    let of = |expr| canonical(source, expr);
    match &condition.kind {
        ExprKind::Group(inner) => of(inner),
        ExprKind::Not(inner) => format!("not ({})", of(inner)),
        ExprKind::Negate(inner) => format!("-({})", of(inner)),
        ExprKind::IsEmpty { value, negated } => format!("({}) is empty: {}", of(value), !negated),
        ExprKind::Binary {
            operator,
            left,
            right,
            ..
        } => format!("({}) {operator:?} ({})", of(left), of(right)),
        ExprKind::Text(text) => format!("{:?}", text.plain(source)),
        ExprKind::Visits(name) => format!("visits({})", source.slice(name.span)),
        ExprKind::Secret(name) => format!("secret {}", source.slice(name.span)),
        ExprKind::Number(_)
        | ExprKind::YesNo(_)
        | ExprKind::Name(_)
        | ExprKind::Extra
        | ExprKind::Missing => source.slice(condition.span).to_owned(),
    }
}

fn ungrouped(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Group(inner) => ungrouped(inner),
        _ => expr,
    }
}

fn without_answer(source: &Source, ask: &Question<'_>) -> Diagnostic {
    let mut found = Diagnostic::new(
        Code::AskWithoutAnswer,
        source,
        ask.node.span,
        "nobody can answer this question",
    );
    if let Some(first) = ask.items.first() {
        found = found.label(source, first.span, "this leads out of the conversation");
    }
    found.with_help("add an option that answers or an `accept` line; or show the links without `ask`")
}

/// Says where a question has no way out, and whether it does so.
fn check_way_out(
    source: &Source,
    names: &Names<'_>,
    ask: &Question<'_>,
    save: Option<Ident>,
    findings: &mut Findings,
) -> bool {
    if !ask.is_endless() || ask.has_exit() || takes_anything(source, names, ask, save) {
        return false;
    }
    let node = ask.node;
    let finding = Diagnostic::new(
        Code::AskWithoutWayOut,
        source,
        node.span,
        "a customer who cannot answer this cannot leave it",
    );
    let finding = match ask.accept {
        Some((_, span)) => finding.label(source, span, "asked again until this fits"),
        None => finding,
    };
    let (finding, help) = match ask.retry {
        Some((line, None)) => {
            let finding = finding
                .primary("it is asked again without end")
                .suggested_fix("ask again twice", vec![ask_again_twice(line)]);
            (
                finding,
                "give `retry` a number, and say in `no match { … }` what happens then",
            )
        }
        _ => (
            finding.primary("it is asked again without end"),
            "add `retry 2 \"…\"`, and say in `no match { … }` what happens then",
        ),
    };
    findings.add(finding.with_help(help));
    true
}

/// The edit that gives a `retry` a number.
fn ask_again_twice(retry: &Node) -> (Span, String) {
    (Span::at(retry.span.start + RETRY.len()), " 2".to_owned())
}

fn no_match_behind_retry(source: &Source, retry: &Node, no_match: &Node) -> Diagnostic {
    Diagnostic::new(
        Code::UnreachableStatement,
        source,
        no_match.span,
        "this can never run",
    )
    .label(source, retry.span, "the question is asked again without end")
    .with_help("say how often it is asked again: `retry 2 \"…\"`")
    .suggested_fix("ask again twice", vec![ask_again_twice(retry)])
}

/// The word that a `retry` line begins with.
const RETRY: Span = Span::new(0, 5);

/// Whether every typed answer is taken.
fn takes_anything(source: &Source, names: &Names<'_>, ask: &Question<'_>, save: Option<Ident>) -> bool {
    match ask.accept {
        Some((accept, _)) => matches!(accept, Accept::Text),
        None if !ask.items.is_empty() => false,
        None => save.is_none_or(|name| match names.value(source.slice(name.span)) {
            Some(ValueName::Record(field)) => matches!(field.ty(), Type::Text | Type::Any),
            Some(ValueName::Declared(index)) => {
                match names.attributes.all.get(index).map(|one| &one.node.head) {
                    Some(Head::Attribute { ty, .. }) => {
                        matches!(ty.kind, Some(TypeKind::Text | TypeKind::Any) | None)
                    }
                    _ => true,
                }
            }
            None => true,
        }),
    }
}
