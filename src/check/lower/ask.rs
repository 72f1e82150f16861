//! Questions.

use std::time::Duration;

use super::Lowering;
use super::body::{BodyDraft, has_api_item, without_branches};
use super::given::Given;
use crate::answer::{self, code_typed};
use crate::check::failures::is_never_empty;
use crate::diagnostics::Code;
use crate::program::code::{Accept, Ask, Op, Options, PatternPart, Pc, Retry};
use crate::source::Span;
use crate::syntax::ast::{
    Accept as AcceptLine, Entry, Head, Ident, Media, Node, OptionLine, OptionsKind, Part, Text,
};
use crate::value::{Number, Type};

impl Lowering<'_, '_> {
    pub(super) fn ask(&mut self, node: &Node, code: &mut BodyDraft) {
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
            branches: without_branches(0),
        };
        self.settings(node, &mut ask, *save, ty.as_ref());
        if ask.accept.is_none() && ask.options.is_empty() {
            ask.accept = Some(accept_of(ty.as_ref()));
        }
        if prompt.is_none() && ask.options.is_empty() {
            let finding = self
                .error(Code::AskWithoutPrompt, node.span, "this question asks nothing")
                .with_help("write what the customer reads: `ask \"…\"`");
            self.findings.add(finding);
        }
        if let Some(prompt) = prompt.as_ref().filter(|_| ask.options.is_empty()) {
            self.check_empty(prompt, "a question", "reads");
        }
        self.blocks(node, (at, &mut ask), code);
        code.fill(at, Op::Ask(Box::new(ask)), node);
    }

    /// The lines of an ask that hold no statements.
    fn settings(&mut self, node: &Node, ask: &mut Ask, save: Option<Ident>, ty: Option<&Type>) {
        let mut given = Given::default();
        for child in node.children() {
            let word = match &child.head {
                Head::Accept(_) => "`accept`",
                Head::Retry { .. } => "`retry`",
                Head::NoMatch => "`no match`",
                Head::NoReply(_) => "`no reply`",
                Head::Options { kind, id: _, prompt } => {
                    if let Some(prompt) = prompt {
                        self.prompt_inside_ask(prompt);
                    }
                    ask.options.push(self.options_of_ask(child, *kind, ty));
                    continue;
                }
                Head::NoInterrupts => {
                    ask.allows_interrupts = false;
                    continue;
                }
                _ => continue,
            };
            if !self.is_first(&mut given, word, child.span, word) {
                continue;
            }
            match &child.head {
                Head::Accept(accept) => {
                    self.check_accept(accept, child.span, save, ty);
                    ask.accept = Some(self.accept(accept, child.span));
                }
                Head::Retry { times, text } => ask.retry = Some(self.retry(*times, text)),
                _ => {}
            }
        }
    }

    fn options_of_ask(&mut self, node: &Node, kind: OptionsKind, ty: Option<&Type>) -> Options {
        let items = self.option_items(node, kind, true);
        self.check_answers(node, ty);
        Options {
            kind,
            prompt: None,
            items,
            branches: without_branches(0),
            place: self.place(node.span),
        }
    }

    fn retry(&mut self, times: Option<u32>, text: &Text) -> Retry {
        Retry {
            times,
            text: self.attribute_template(text),
        }
    }

    fn prompt_inside_ask(&mut self, prompt: &Text) {
        let finding = self
            .error(
                Code::PromptInsideAsk,
                prompt.span,
                "options inside an `ask` have no prompt of their own",
            )
            .primary("the customer reads the question above them")
            .with_help("put the words behind `ask`, or before it as a `text`");
        self.findings.add(finding);
    }

    /// The blocks of an ask, behind it in the code, and what is behind them.
    fn blocks(&mut self, node: &Node, (at, ask): (Pc, &mut Ask), code: &mut BodyDraft) {
        let mut leave = Vec::new();
        for child in node.children() {
            if let Head::Retry { .. } = &child.head {
                // Saying the question again is a branch that leads back to it.
                code.branch(at, at, child.span);
            }
            let Some(body) = &child.body else { continue };
            match &child.head {
                Head::NoMatch if ask.no_match.is_none() => {
                    code.branch(at, code.here(), child.span);
                    ask.no_match = Some(self.detour(&body.entries, &mut leave, code));
                }
                Head::NoReply(time) if ask.no_reply.is_none() => {
                    let pc = code.here();
                    code.branch(at, pc, child.span);
                    self.entries(&body.entries, code);
                    // The question stays open: the frame below this run holds it.
                    code.push(Op::Return);
                    ask.no_reply = Some((time.duration.unwrap_or(Duration::MAX), pc));
                }
                _ => {}
            }
        }
        let uses_api = node.children().any(has_api_item);
        let can_be_empty = uses_api || (!ask.options.is_empty() && !is_never_empty(self.source(), node));
        ask.branches = self.branches(node, can_be_empty, Media::Text, code);
        for jump in leave {
            code.land(jump);
        }
        ask.branches.next = code.here();
    }

    fn detour(&mut self, entries: &[Entry], leave: &mut Vec<Pc>, code: &mut BodyDraft) -> Pc {
        let pc = code.here();
        self.entries(entries, code);
        leave.push(code.jump());
        pc
    }

    fn accept(&mut self, accept: &AcceptLine, span: Span) -> Accept {
        match accept {
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
                self.check_range(*range, span);
                Accept::Number(*range)
            }
            AcceptLine::OneOf(options) => {
                self.check_values(options);
                for option in options {
                    self.check_empty(option, "an answer", "writes");
                }
                let answers = options.iter().map(|option| self.literal(option, "an answer"));
                Accept::OneOf(answers.collect())
            }
            AcceptLine::Pattern(text) => Accept::Pattern(self.pattern(text, span)),
            AcceptLine::Regex(text) => self.regex(text),
        }
    }

    fn check_range(&mut self, range: Option<(Number, Number)>, span: Span) {
        if let Some((least, most)) = range
            && least > most
        {
            let message = format!("no number is between {least} and {most}");
            let finding = self
                .error(Code::BadPattern, span, message)
                .with_help("write the smaller one first");
            let range = format!("{least}..{most}");
            let at = self.slice(span).find(&range).map(super::id);
            self.findings.add(match at {
                Some(at) => {
                    let at = Span::new(span.start + at, span.start + at + super::id(range.len()));
                    let edit = (at, format!("{most}..{least}"));
                    finding.suggested_fix(format!("replace with `{most}..{least}`"), vec![edit])
                }
                None => finding,
            });
        }
    }

    fn pattern(&mut self, text: &Text, line: Span) -> Vec<PatternPart> {
        let literal = self.literal(text, "a pattern");
        if reads_like_regex(&literal) {
            self.pattern_like_regex(text.span, line);
        }
        let pattern = pattern_parts(&literal);
        if pattern.is_empty() {
            self.bad_pattern(
                text.span,
                "an empty pattern matches nothing".to_owned(),
                "`A` is a letter, `#` a digit: `pattern \"AA-######\"`",
            );
        }
        pattern
    }

    fn regex(&mut self, text: &Text) -> Accept {
        let pattern = self.literal(text, "a regular expression");
        match self.regexes.compiled(&pattern) {
            Ok(regex) => Accept::Regex(regex),
            Err(reason) => {
                self.bad_pattern(
                    text.span,
                    format!("this regular expression cannot be used: {reason}"),
                    "a `pattern` is often enough: `pattern \"AA-######\"`",
                );
                Accept::Text
            }
        }
    }

    /// Warns of a pattern of another language, in which few answers would fit.
    fn pattern_like_regex(&mut self, text: Span, line: Span) {
        let finding = self
            .error(
                Code::PatternLikeRegex,
                text,
                "this pattern reads like a regular expression",
            )
            .primary("here `A` is a letter, `#` a digit, and anything else itself")
            .with_help("write a regular expression behind `regex`, or a pattern such as `pattern \"#####\"`");
        let word = self.slice(line).find("pattern").map(super::id);
        self.findings.add(match word {
            Some(at) => {
                let at = Span::new(line.start + at, line.start + at + super::id("pattern".len()));
                finding.suggested_fix("replace `pattern` with `regex`", vec![(at, "regex".to_owned())])
            }
            None => finding,
        });
    }

    fn bad_pattern(&mut self, span: Span, message: String, help: &str) {
        let finding = self.error(Code::BadPattern, span, message).with_help(help);
        self.findings.add(finding);
    }

    /// What is accepted must fit into the attribute that keeps it.
    fn check_accept(&mut self, accept: &AcceptLine, span: Span, save: Option<Ident>, ty: Option<&Type>) {
        let (Some(save), Some(ty)) = (save, ty) else {
            return;
        };
        if self.fits(accept, ty) {
            return;
        }
        let name = self.slice(save.span);
        let source = self.source();
        let finding = self
            .error(
                Code::TypeMismatch,
                span,
                format!("this answer does not fit into `{name}`, which is {ty}"),
            )
            .primary("accepted here")
            .label(source, save.span, format!("saved here: {ty}"))
            .with_help(format!("accept {ty}, or save to an attribute of another type"));
        self.findings.add(finding);
    }

    /// Whether whatever is accepted so fits into an attribute of that type.
    fn fits(&self, accept: &AcceptLine, ty: &Type) -> bool {
        match (accept, ty) {
            (_, Type::Any)
            | (AcceptLine::Number(_), Type::Number)
            | (AcceptLine::YesNo, Type::YesNo)
            | (AcceptLine::Date, Type::Date | Type::Text) => true,
            (AcceptLine::Number(_) | AcceptLine::YesNo | AcceptLine::Date, _) => false,
            (AcceptLine::OneOf(answers), Type::OneOf(options)) => {
                let mut answers = answers.iter().map(|answer| answer.plain(self.source()));
                answers.all(|answer| options.meant(&answer).is_some())
            }
            (_, ty) => *ty == Type::Text,
        }
    }

    /// The fixed options of an ask must fit into the attribute that keeps the answer.
    fn check_answers(&mut self, node: &Node, ty: Option<&Type>) {
        let Some(ty) = ty else { return };
        for child in node.children() {
            if let Head::Option(line) = &child.head {
                self.check_answer(line, ty);
            }
        }
    }

    fn check_answer(&mut self, line: &OptionLine, ty: &Type) {
        // An option that leads away may answer with nothing that fits: it still leads away.
        if line.target.is_some() {
            return;
        }
        let answer = line.extra.as_deref().unwrap_or(&line.title);
        let is_plain = !answer
            .parts
            .iter()
            .any(|part| matches!(part, Part::Attribute { .. }));
        let written = answer.plain(self.source());
        let fits = answer::convert(&written, ty).is_some();
        if is_plain && !fits {
            let finding = self
                .error(
                    Code::TypeMismatch,
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

/// Whether a pattern has what regular expressions have and codes that customers type do not.
fn reads_like_regex(pattern: &str) -> bool {
    let has_class = pattern.split('[').skip(1).any(|class| {
        class
            .split_once(']')
            .is_some_and(|(class, _)| class.contains('-'))
    });
    let marks = ["\\d", "\\w", "\\s", ".*", ".+", "(?", "{1,"];
    has_class || pattern.starts_with('^') || marks.iter().any(|mark| pattern.contains(mark))
}

/// `A` an ASCII letter, `#` a digit, `\` takes the next character as it is.
fn pattern_parts(pattern: &str) -> Vec<PatternPart> {
    let mut parts = Vec::new();
    let pattern = code_typed(pattern);
    let mut chars = pattern.chars();
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
