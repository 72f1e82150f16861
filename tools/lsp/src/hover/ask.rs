//! Hover over `ask`: the order in which an input is tried while its question is open, for this very question.
//!
//! The order is that of "How an input is tried" in `docs/language.md`; what cannot happen here is left out.

use sayflow::syntax::ast::{Accept, File, Head, Ident, Node, Target, Trigger};
use sayflow::{Source, Span, syntax};

use crate::describe;
use crate::index::{Index, Kind, Symbol};

use super::MOST_LISTED;

/// The steps of the question whose line is under a cursor.
pub(super) fn hover(index: Index<'_>, files: &[File], file: &File, offset: u32) -> Option<(String, Span)> {
    let mut found = None;
    syntax::walk(file, |node, _| {
        if matches!(node.head, Head::Ask { .. }) && node.span.touches(offset) {
            found = Some(node);
        }
    });
    let node = found?;
    let question = Question::read(index, &file.source, node);
    let mut text = String::from("**What an input does while this question is open**\n\n");
    let steps = question.steps(&handlers(files));
    for (number, step) in (1..).zip(steps) {
        text += &format!("{number}. {step}\n");
    }
    for line in question.besides(node) {
        text += &format!("\n{line}\n");
    }
    Some((text, node.span))
}

/// What matters of an `ask`.
struct Question<'f> {
    source: &'f Source,
    /// The attribute, and its type where it has one.
    save: Option<(&'f str, Option<String>)>,
    accept: Option<&'f Node>,
    /// The options that can answer, as written.
    options: Vec<&'f str>,
    retry: Option<(&'f Node, Option<u32>)>,
    has_no_match: bool,
    no_reply: Option<&'f Node>,
    is_uninterrupted: bool,
}

impl<'f> Question<'f> {
    fn read(index: Index<'_>, source: &'f Source, node: &'f Node) -> Self {
        let mut question = Self {
            source,
            save: None,
            accept: None,
            options: Vec::new(),
            retry: None,
            has_no_match: false,
            no_reply: None,
            is_uninterrupted: false,
        };
        if let Head::Ask { save: Some(name), .. } = &node.head {
            question.save = Some(attribute(index, source, *name));
        }
        for line in node.children() {
            match &line.head {
                Head::Accept(_) => question.accept = Some(line),
                Head::Retry { times, .. } => question.retry = Some((line, *times)),
                Head::NoMatch => question.has_no_match = true,
                Head::NoReply(_) => question.no_reply = Some(line),
                Head::NoInterrupts => question.is_uninterrupted = true,
                Head::Options { .. } => question
                    .options
                    .extend(line.children().filter_map(|item| answering(source, item))),
                _ => {}
            }
        }
        question
    }

    /// What is tried, in this order; the first that fits has the input.
    fn steps(&self, handlers: &[String]) -> Vec<String> {
        let mut steps = vec!["The bot is switched off for this customer: nothing happens.".to_owned()];
        if !self.options.is_empty() {
            let options = listed(&self.options);
            steps.push(format!(
                "A tap on an option of this question: the answer{}. {options}",
                self.saved()
            ));
        }
        let other = if self.options.is_empty() {
            "an option"
        } else {
            "any other option"
        };
        steps.push(format!(
            "A tap on {other}: the question and all returns are dropped, and the option's target opens. Where that \
             is gone: `on stale`."
        ));
        if !self.options.is_empty() {
            steps.push("The title of an option of this question, typed: the same as its tap.".to_owned());
        }
        steps.extend(self.interrupts(handlers));
        steps.extend(self.accepted());
        steps.push(format!("Anything else is a wrong answer: {}", self.wrong()));
        steps
    }

    /// Where the answer goes.
    fn saved(&self) -> String {
        self.save
            .as_ref()
            .map(|(name, _)| format!(", saved in `{name}`"))
            .unwrap_or_default()
    }

    fn interrupts(&self, handlers: &[String]) -> Option<String> {
        if self.is_uninterrupted {
            return Some("`no interrupts`: `on words` and `on intent` keep still.".to_owned());
        }
        let handlers: Vec<&str> = handlers.iter().map(String::as_str).collect();
        let again = "the question is asked again behind it, unless it leaves with `goto` or `handover`";
        (!handlers.is_empty()).then(|| {
            format!(
                "The words or the intent of a handler: it runs, and {again}. {}",
                listed(&handlers)
            )
        })
    }

    fn accepted(&self) -> Option<String> {
        let saved = self.saved();
        if let Some(line) = self.accept {
            let Head::Accept(accept) = &line.head else {
                return None;
            };
            let written = self.source.slice(line.span);
            return Some(format!("{} (`{written}`): the answer{saved}.", words(accept)));
        }
        if !self.options.is_empty() {
            return None;
        }
        Some(match &self.save {
            Some((name, Some(ty))) if ty != "any" && ty != "text" => {
                format!("A `{ty}`, as `{name}` is one: the answer{saved}.")
            }
            _ => format!("Any text that is not blank: the answer{saved}."),
        })
    }

    fn wrong(&self) -> String {
        let end = if self.has_no_match {
            "`no match` runs"
        } else {
            "`on unmatched` runs"
        };
        match self.retry {
            Some((line, times)) => {
                let written = self.source.slice(line.span).lines().next().unwrap_or_default();
                match times {
                    None => format!("`{written}` is said, as often as needed."),
                    Some(1) => format!("`{written}` is said once; then {end}."),
                    Some(times) => format!("`{written}` is said {times} times; then {end}."),
                }
            }
            None if self.has_no_match => format!("{end}."),
            None => "the question is said again, as often as needed.".to_owned(),
        }
    }

    /// What is no input, or happens instead of the question.
    fn besides(&self, ask: &Node) -> Vec<String> {
        let silence = self.no_reply.map(|line| {
            format!(
                "In silence, `{}` runs once, and the question stays open.",
                self.source.slice(line.span)
            )
        });
        let empty = ask
            .has_catch_all()
            .then(|| "Where no option is left, the question is left out and `else` runs instead.".to_owned());
        silence.into_iter().chain(empty).collect()
    }
}

/// An item of the options that can answer: no option that opens a page or dials.
fn answering<'f>(source: &'f Source, item: &Node) -> Option<&'f str> {
    let is_answer = match &item.head {
        Head::Option(option) => !matches!(option.target, Some(Target::Url(_) | Target::Phone(_))),
        Head::ApiItem(_) => true,
        _ => false,
    };
    is_answer.then(|| source.slice(item.span))
}

/// An attribute with its type.
fn attribute<'f>(index: Index<'_>, source: &'f Source, name: Ident) -> (&'f str, Option<String>) {
    let written = source.slice(name.span);
    let symbol = Symbol::new(Kind::Attribute, written);
    (written, describe::type_of(index, &symbol))
}

/// What `on words` and `on intent` of a flow wait for, as written.
fn handlers(files: &[File]) -> Vec<String> {
    let nodes = files
        .iter()
        .flat_map(|file| file.nodes().map(move |node| (file, node)));
    let heard =
        nodes.filter(|(_, node)| matches!(node.head, Head::On(Trigger::Words(_) | Trigger::Intent(_))));
    heard
        .map(|(file, node)| file.source.slice(node.span).to_owned())
        .collect()
}

/// What is written, as code; of many, how many more there are.
fn listed(written: &[&str]) -> String {
    let mut listed: Vec<String> = written
        .iter()
        .take(MOST_LISTED)
        .map(|it| {
            format!(
                "`{}`",
                it.lines().next().unwrap_or_default().trim_end().replace('`', "'")
            )
        })
        .collect();
    if written.len() > MOST_LISTED {
        listed.push(format!("{} more", written.len() - MOST_LISTED));
    }
    listed.join(", ")
}

/// What counts, in the words of the documentation.
const fn words(accept: &Accept) -> &'static str {
    match accept {
        Accept::Text => "Any text that is not blank",
        Accept::Email => "An e-mail address",
        Accept::Phone => "A phone number",
        Accept::Number(None) => "A number",
        Accept::Number(Some(_)) => "A number of this range",
        Accept::Date => "A day",
        Accept::Url => "A link",
        Accept::YesNo => "Yes or no",
        Accept::OneOf(_) => "One of these texts, in any case",
        Accept::Image => "A picture",
        Accept::File => "A file",
        Accept::Location => "A place",
        Accept::Pattern(_) => "A text of this form",
        Accept::Regex(_) => "A text of which the whole fits",
    }
}
