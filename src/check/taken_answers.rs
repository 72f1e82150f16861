//! Words of handlers that are answers to a question: they come first, so the question cannot be answered with them.

use std::collections::{HashMap, HashSet};

use super::Findings;
use super::names::{Names, ValueName, inside};
use crate::answer::convert;
use crate::diagnostics::{Code, Diagnostic};
use crate::program::words::fold;
use crate::source::{Source, Span};
use crate::syntax::ast::{Accept, File, Head, Ident, Node, Text, Trigger, TypeKind};
use crate::syntax::walk;
use crate::value::{Number, Type, Value};

/// How many words of a kind are compared with what a question takes.
const MAX_WORDS: usize = 64;

/// Where words stand.
type Place<'f> = (&'f Source, Span);

/// The words of all handlers that are taken as they stand.
#[derive(Default)]
struct Words<'f> {
    places: HashMap<String, Place<'f>>,
    /// Those among them that are yes or no.
    yes_no: Vec<String>,
    numbers: Vec<(Number, String)>,
}

impl<'f> Words<'f> {
    fn of(names: &Names<'f>) -> Self {
        let mut words = Self::default();
        for handler in &names.handlers {
            if let Head::On(Trigger::Words(texts)) = &handler.node.head {
                texts.iter().for_each(|text| words.add(handler.source, text));
            }
        }
        words
    }

    fn add(&mut self, source: &'f Source, text: &Text) {
        let word = fold(&text.plain(source));
        if word.is_empty() || word.contains('*') {
            return;
        }
        if let Some(Value::Number(number)) = convert(&word, &Type::Number)
            && self.numbers.len() < MAX_WORDS
        {
            self.numbers.push((number, word.clone()));
        }
        if convert(&word, &Type::YesNo).is_some() && self.yes_no.len() < MAX_WORDS {
            self.yes_no.push(word.clone());
        }
        self.places.entry(word).or_insert((source, text.span));
    }
}

/// What a question takes, as far as words can be among it.
enum Taken<'f> {
    YesNo,
    /// Those of an attribute: the question has no options. Or those of the question itself.
    OneOf(&'f Source, &'f [Text]),
    Number(Option<(Number, Number)>),
}

/// Reports questions with an answer that the words of a handler take.
pub(crate) fn check(files: &[File], names: &Names<'_>, findings: &mut Findings) {
    let words = Words::of(names);
    if words.places.is_empty() {
        return;
    }
    // Many questions may save to one attribute.
    let mut in_lists = HashMap::new();
    for file in files {
        walk(file, |node, _| {
            if let Head::Ask { save, .. } = &node.head {
                let found = taken(&file.source, names, node, *save).and_then(|taken| {
                    let first = || first_taken(&words, &taken, &titles(&file.source, node));
                    match &taken {
                        Taken::OneOf(_, texts) => {
                            in_lists.entry(texts.as_ptr()).or_insert_with(first).clone()
                        }
                        _ => first(),
                    }
                });
                if let Some((word, place)) = found {
                    findings.add(words_take_answer(&file.source, node, &word, place));
                }
            }
        });
    }
}

/// What a question takes that may be interrupted; `None` where words are no trouble to it.
fn taken<'f>(source: &'f Source, names: &Names<'f>, ask: &'f Node, save: Option<Ident>) -> Option<Taken<'f>> {
    let mut has_options = false;
    let mut accept = None;
    for line in ask.children() {
        match &line.head {
            Head::NoInterrupts => return None,
            Head::Options { .. } => has_options = true,
            Head::Accept(kind) => accept = Some(kind),
            _ => {}
        }
    }
    match accept {
        Some(Accept::YesNo) => return Some(Taken::YesNo),
        Some(Accept::OneOf(texts)) => return Some(Taken::OneOf(source, texts)),
        Some(Accept::Number(range)) => return Some(Taken::Number(*range)),
        Some(_) => return None,
        None => {}
    }
    let ValueName::Declared(index) = names.value(source.slice(save?.span)).filter(|_| !has_options)? else {
        return None;
    };
    let attribute = names.attributes.all.get(index)?;
    match &attribute.node.head {
        Head::Attribute { ty, .. } => match ty.kind.as_ref()? {
            TypeKind::YesNo => Some(Taken::YesNo),
            TypeKind::OneOf(texts) => Some(Taken::OneOf(attribute.source, texts)),
            TypeKind::Number => Some(Taken::Number(None)),
            _ => None,
        },
        _ => None,
    }
}

/// The titles of a question's options: typed, they come before words.
fn titles(source: &Source, ask: &Node) -> HashSet<String> {
    let lists = ask
        .children()
        .filter(|line| matches!(line.head, Head::Options { .. }));
    let options = lists
        .flat_map(Node::children)
        .filter_map(|item| match &item.head {
            Head::Option(line) => Some(fold(inside(source, &line.title))),
            _ => None,
        });
    options.collect()
}

/// The first answer that words take.
fn first_taken<'f>(
    words: &Words<'f>,
    taken: &Taken<'_>,
    titles: &HashSet<String>,
) -> Option<(String, Place<'f>)> {
    let find = |answer: String| {
        let place = words.places.get(&answer).copied()?;
        (!titles.contains(&answer)).then_some((answer, place))
    };
    match taken {
        Taken::YesNo => words.yes_no.iter().find_map(|word| find(word.clone())),
        Taken::OneOf(source, texts) => texts.iter().find_map(|text| find(fold(&text.plain(source)))),
        Taken::Number(range) => words
            .numbers
            .iter()
            .filter(|(number, _)| range.is_none_or(|(least, most)| least <= *number && *number <= most))
            .find_map(|(_, word)| find(word.clone())),
    }
}

fn words_take_answer(source: &Source, ask: &Node, word: &str, words: Place<'_>) -> Diagnostic {
    Diagnostic::new(
        Code::WordsTakeAnswer,
        source,
        ask.span,
        format!("nobody can answer this with `{word}`"),
    )
    .primary("what a handler waits for comes before the answer")
    .label(words.0, words.1, "this handler takes it")
    .with_help("add the line `no interrupts` to the question, or let the handler wait for other words")
}
