//! Questions.

use std::time::Duration;

use super::body::{Code, has_api_item, without_branches};
use super::{Lowering, children};
use crate::diagnostics::Code as Finding;
use crate::program::code::{Accept, Ask, Op, Options, PatternPart, Pc, Retry};
use crate::source::Span;
use crate::syntax::ast::{Accept as AcceptLine, Entry, Head, Ident, Media, Node, Text};
use crate::value::Type;

/// The largest regular expression, compiled, in bytes: an author's pattern cannot eat the memory.
const REGEX_BYTES: usize = 256 << 10;

impl Lowering<'_, '_> {
    pub(super) fn ask(&mut self, node: &Node, code: &mut Code) {
        let Head::Ask { id, prompt, save } = &node.head else {
            return;
        };
        let default = save.map_or(Span::default(), |save| save.span);
        let id = self.anchor_id(*id, default, node.span, code);
        let prompt_template = prompt.as_ref().map(|prompt| self.attribute_template(prompt));
        let target = save.and_then(|save| self.write(save));
        let ty = target.as_ref().and_then(|(_, ty)| ty.clone());
        let at = code.push(Op::End);
        code.anchor(id.clone(), at);
        let mut ask = Ask {
            id,
            prompt: prompt_template,
            save: target.map(|(attribute, _)| attribute),
            accept: None,
            options: Vec::new(),
            retry: None,
            no_match: None,
            no_reply: None,
            allows_interrupts: true,
            failure: without_branches(0),
        };
        self.settings(node, &mut ask, *save, ty.as_ref());
        if ask.accept.is_none() && ask.options.is_empty() {
            ask.accept = Some(accept_of(ty.as_ref()));
        }
        if prompt.is_none() && ask.options.is_empty() {
            let finding = self
                .error(Finding::AskWithoutPrompt, node.span, "this question asks nothing")
                .with_help("write what the customer reads: `ask \"…\"`");
            self.findings.add(finding);
        }
        self.blocks(node, &mut ask, code);
        code.fill(at, Op::Ask(Box::new(ask)));
    }

    /// The lines of an ask that hold no statements.
    fn settings(&mut self, node: &Node, ask: &mut Ask, save: Option<Ident>, ty: Option<&Type>) {
        let mut seen: Vec<(&str, Span)> = Vec::new();
        for child in children(node) {
            let word = match &child.head {
                Head::Accept(_) => "`accept`",
                Head::Retry { .. } => "`retry`",
                Head::NoMatch => "`no match`",
                Head::NoReply(_) => "`no reply`",
                Head::Options { kind, id: _, prompt } => {
                    if let Some(prompt) = prompt {
                        self.prompt_inside_ask(prompt);
                    }
                    let items = self.option_items(child, *kind, true);
                    self.check_answers(child, ty);
                    let place = self.place(child.span);
                    let failure = without_branches(0);
                    ask.options.push(Options {
                        kind: *kind,
                        prompt: None,
                        items,
                        failure,
                        place,
                    });
                    continue;
                }
                Head::NoInterrupts => {
                    ask.allows_interrupts = false;
                    continue;
                }
                _ => continue,
            };
            if let Some((_, first)) = seen.iter().find(|(seen, _)| *seen == word) {
                self.setting_twice(child.span, *first, word);
                continue;
            }
            seen.push((word, child.span));
            match &child.head {
                Head::Accept(accept) => {
                    self.check_accept(accept, child.span, save, ty);
                    ask.accept = self.accept(accept, child.span);
                }
                Head::Retry { times, text } => {
                    ask.retry = Some(Retry {
                        times: *times,
                        text: self.attribute_template(text),
                    });
                }
                _ => {}
            }
        }
    }

    fn prompt_inside_ask(&mut self, prompt: &Text) {
        let finding = self
            .error(
                Finding::PlaceholderNotAllowed,
                prompt.span,
                "options inside an `ask` have no prompt of their own",
            )
            .with_help("put the words behind `ask`, or before it as a `text`");
        self.findings.add(finding);
    }

    /// The blocks of an ask, behind it in the code, and what is behind them.
    fn blocks(&mut self, node: &Node, ask: &mut Ask, code: &mut Code) {
        let mut leave = Vec::new();
        for child in children(node) {
            let Some(body) = &child.body else { continue };
            match &child.head {
                Head::NoMatch if ask.no_match.is_none() => {
                    ask.no_match = Some(self.detour(&body.entries, &mut leave, code));
                }
                Head::NoReply(time) if ask.no_reply.is_none() => {
                    let pc = code.here();
                    self.entries(&body.entries, code);
                    // The question stays open: the frame below this run holds it.
                    code.push(Op::Return);
                    ask.no_reply = Some((time.duration.unwrap_or(Duration::MAX), pc));
                }
                _ => {}
            }
        }
        let uses_api = children(node).any(has_api_item);
        let can_be_empty = uses_api || ask.options.iter().any(|options| !has_fixed_option(options));
        ask.failure = self.failure(node, can_be_empty, Media::Text, code);
        for jump in leave {
            code.land(jump);
        }
        ask.failure.next = code.here();
    }

    fn detour(&mut self, entries: &[Entry], leave: &mut Vec<Pc>, code: &mut Code) -> Pc {
        let pc = code.here();
        self.entries(entries, code);
        leave.push(code.jump());
        pc
    }

    fn accept(&mut self, accept: &AcceptLine, span: Span) -> Option<Accept> {
        Some(match accept {
            AcceptLine::Text => Accept::Text,
            AcceptLine::Email => Accept::Email,
            AcceptLine::Phone => Accept::Phone,
            AcceptLine::Date => Accept::Date,
            AcceptLine::Url => Accept::Url,
            AcceptLine::YesNo => Accept::YesNo,
            AcceptLine::Image => Accept::Image,
            AcceptLine::File => Accept::File,
            AcceptLine::Location => Accept::Location,
            AcceptLine::Number(range) => {
                if let Some((least, most)) = range
                    && least > most
                {
                    self.bad_pattern(
                        span,
                        format!("no number is between {least} and {most}"),
                        "write the smaller one first",
                    );
                }
                Accept::Number(*range)
            }
            AcceptLine::OneOf(options) => Accept::OneOf(
                options
                    .iter()
                    .map(|option| self.literal(option, "an answer"))
                    .collect(),
            ),
            AcceptLine::Pattern(text) => {
                let pattern = pattern_parts(&self.literal(text, "a pattern"));
                if pattern.is_empty() {
                    self.bad_pattern(
                        text.span,
                        "an empty pattern matches nothing".to_owned(),
                        "`A` is a letter, `#` a digit: `pattern \"AA-######\"`",
                    );
                }
                Accept::Pattern(pattern)
            }
            AcceptLine::Regex(text) => return self.regex(text),
        })
    }

    fn regex(&mut self, text: &Text) -> Option<Accept> {
        let pattern = self.literal(text, "a regular expression");
        // The whole answer has to match, as everywhere else.
        match regex::RegexBuilder::new(&format!(r"\A(?:{pattern})\z"))
            .size_limit(REGEX_BYTES)
            .build()
        {
            Ok(regex) => Some(Accept::Regex(regex)),
            Err(error) => {
                let reason = match error {
                    regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
                    _ => match regex::Regex::new(&pattern) {
                        Err(error) => error
                            .to_string()
                            .lines()
                            .last()
                            .unwrap_or_default()
                            .trim_start_matches("error: ")
                            .to_owned(),
                        Ok(_) => "it is too large".to_owned(),
                    },
                };
                self.bad_pattern(
                    text.span,
                    format!("this regular expression cannot be used: {reason}"),
                    "a `pattern` is often enough: `pattern \"AA-######\"`",
                );
                Some(Accept::Text)
            }
        }
    }

    fn bad_pattern(&mut self, span: Span, message: String, help: &str) {
        let finding = self.error(Finding::BadPattern, span, message).with_help(help);
        self.findings.add(finding);
    }

    /// What is accepted must fit into the attribute that keeps it.
    fn check_accept(&mut self, accept: &AcceptLine, span: Span, save: Option<Ident>, ty: Option<&Type>) {
        let (Some(save), Some(ty)) = (save, ty) else {
            return;
        };
        let fits = match (accept, ty) {
            (_, Type::Any)
            | (AcceptLine::Number(_), Type::Number)
            | (AcceptLine::YesNo, Type::YesNo)
            | (AcceptLine::Date, Type::Date | Type::Text) => true,
            (AcceptLine::Number(_) | AcceptLine::YesNo | AcceptLine::Date, _) => false,
            (AcceptLine::OneOf(answers), Type::OneOf(options)) => {
                let source = self.source();
                answers.iter().all(|answer| {
                    options
                        .iter()
                        .any(|option| **option == *super::text::plain(source, answer))
                })
            }
            (_, Type::Text) => true,
            (_, _) => false,
        };
        if !fits {
            let name = self.slice(save.span);
            let source = self.source();
            let finding = self
                .error(
                    Finding::TypeMismatch,
                    span,
                    format!("this answer does not fit into `{name}`, which is {ty}"),
                )
                .primary("accepted here")
                .label(source, save.span, format!("saved here: {ty}"))
                .with_help(format!("accept {ty}, or save to an attribute of another type"));
            self.findings.add(finding);
        }
    }

    /// The fixed options of an ask must fit into the attribute that keeps the answer.
    fn check_answers(&mut self, node: &Node, ty: Option<&Type>) {
        let Some(ty) = ty else { return };
        for child in children(node) {
            let Head::Option(line) = &child.head else { continue };
            if matches!(
                line.target,
                Some(crate::syntax::ast::Target::Url(_) | crate::syntax::ast::Target::Phone(_))
            ) {
                continue;
            }
            let answer = line.extra.as_ref().unwrap_or(&line.title);
            let has_placeholder = answer
                .parts
                .iter()
                .any(|part| matches!(part, crate::syntax::ast::Part::Attribute { .. }));
            let written = super::text::plain(self.source(), answer);
            // An option that leads away may answer with nothing that fits: it still leads away.
            if has_placeholder || line.target.is_some() || crate::answer::convert(&written, ty).is_some() {
                continue;
            }
            let finding = self
                .error(
                    Finding::TypeMismatch,
                    answer.span,
                    format!("this answer does not fit: `{written}` is not {ty}"),
                )
                .primary("tapping it would be a wrong answer")
                .with_help("give the option an `extra` that fits, or a target");
            self.findings.add(finding);
        }
    }
}

/// What an attribute's type says about the answers it can keep.
fn accept_of(ty: Option<&Type>) -> Accept {
    match ty {
        Some(Type::Number) => Accept::Number(None),
        Some(Type::YesNo) => Accept::YesNo,
        Some(Type::Date) => Accept::Date,
        Some(Type::OneOf(options)) => Accept::OneOf(options.clone()),
        Some(Type::Text | Type::Any) | None => Accept::Text,
    }
}

fn has_fixed_option(options: &Options) -> bool {
    use crate::program::code::OptionsItem;
    options
        .items
        .iter()
        .any(|item| matches!(item, OptionsItem::Option(option) if option.condition.is_none()))
}

/// `A` an ASCII letter, `#` a digit, `\` takes the next character as it is.
fn pattern_parts(pattern: &str) -> Vec<PatternPart> {
    let mut parts = Vec::new();
    let mut chars = pattern.trim().chars();
    while let Some(char) = chars.next() {
        parts.push(match char {
            'A' => PatternPart::Letter,
            '#' => PatternPart::Digit,
            '\\' => PatternPart::Char(chars.next().unwrap_or('\\')),
            other => PatternPart::Char(other),
        });
    }
    parts
}
