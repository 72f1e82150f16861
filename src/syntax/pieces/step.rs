//! The lines of a `test`.

use super::{Parts, target};
use crate::source::Span;
use crate::syntax::ast::{
    AnswerKind, AssignedName, Assignment, Claim, Expected, ExpectedOption, Matcher, Media, MockAnswer,
    OptionsKind, Raw, Said, Step,
};
use crate::syntax::grammar::Rule;
use crate::syntax::tokens;
use crate::syntax::words::SENT;

pub(super) fn step(rule: Rule, parts: &mut Parts<'_, '_, '_>) -> Option<Step> {
    Some(match rule {
        Rule::given => Step::Given(parts.assignments()),
        Rule::mock => Step::Mock {
            api: parts.name()?,
            answers: parts.answers()?,
        },
        Rule::at => Step::At(parts.text()?),
        Rule::flow => Step::Flow(parts.text()?),
        Rule::restart => Step::Restart,
        Rule::start => Step::Start(parts.name()),
        Rule::customer => Step::Customer(customer(parts)?),
        Rule::tap => Step::Tap {
            title: parts.text()?,
            of: parts.text().map(Box::new),
        },
        Rule::intent => Step::Intent(parts.text()?),
        Rule::pass => Step::Wait(parts.waiting_time()?),
        Rule::again => Step::Again,
        Rule::claims => Step::Expect(std::iter::from_fn(|| parts.claim()).collect()),
        Rule::skip => Step::Skip(parts.span),
        Rule::expected => {
            let not = parts.next_if(|rule| rule == Rule::denial);
            let not = not.map(|pair| parts.ctx.span(&pair));
            let pair = parts.pairs.next()?;
            let rule = pair.as_rule();
            let what = expected(rule, &mut Parts::of(parts.ctx, pair))?;
            Step::Expected { not, what }
        }
        _ => return None,
    })
}

fn customer(parts: &mut Parts<'_, '_, '_>) -> Option<Said> {
    if let Some(kind) = parts.next_if(|rule| rule == Rule::name) {
        let span = parts.ctx.span(&kind);
        if !SENT.contains(&kind.as_str()) {
            let problem = tokens::unknown_choice(parts.ctx.source, span, "kind of message", &SENT);
            parts.ctx.report(match kind.as_str() {
                "says" | "say" | "writes" | "write" | "types" | "sends" | "answers" | "asks" => {
                    problem.with_help("write `customer \"…\"`").suggested_fix(
                        "remove it",
                        vec![(span.to(Span::at(span.end + 1)), String::new())],
                    )
                }
                _ => problem,
            });
            return parts.text().map(Said::Text);
        }
        return Some(Said::Media {
            kind: span,
            url: parts.text()?,
        });
    }
    if let Some(text) = parts.text() {
        return Some(Said::Text(text));
    }
    let north = parts.next_if(|rule| rule == Rule::bound)?;
    let east = parts.next_if(|rule| rule == Rule::bound)?;
    Some(Said::Location {
        latitude: parts.ctx.number(&north)?,
        longitude: parts.ctx.number(&east)?,
    })
}

fn expected(rule: Rule, parts: &mut Parts<'_, '_, '_>) -> Option<Expected> {
    Some(match rule {
        Rule::seen_say => Expected::Say {
            media: parts.media(),
            matcher: parts.matcher(),
        },
        Rule::seen_gallery => Expected::Gallery,
        Rule::seen_card => Expected::Card(parts.matcher()?),
        Rule::seen_text if parts.begins_with("subtitle") => Expected::Subtitle(parts.matcher()?),
        Rule::seen_text => Expected::Url(parts.matcher()?),
        Rule::seen_button => Expected::Button(Box::new(parts.expected_option()?)),
        Rule::seen_options => Expected::Options {
            kind: if parts.begins_with("buttons") {
                OptionsKind::Buttons
            } else {
                OptionsKind::QuickReplies
            },
            prompt: parts.matcher(),
        },
        Rule::seen_option => Expected::Option(Box::new(parts.expected_option()?)),
        Rule::pause => Expected::Pause(parts.waiting_time()?),
        Rule::seen_handover => Expected::Handover {
            team: parts.matcher(),
            priority: parts.name(),
        },
        Rule::seen_do => Expected::Do(parts.name()?),
        Rule::event => {
            let words = parts.pairs.next()?;
            Expected::Event(parts.ctx.span(&words))
        }
        Rule::called => {
            let api = parts.name()?;
            let times = parts.next_if(|rule| rule == Rule::number);
            let times = times.map(|pair| {
                let span = parts.ctx.span(&pair);
                if pair.as_str().parse::<u32>().is_err() {
                    let problem = tokens::bad_number(parts.ctx.source, span);
                    parts.ctx.report(problem);
                }
                span
            });
            Expected::Called {
                api,
                times,
                with: parts.assignments(),
            }
        }
        _ => return None,
    })
}

impl Parts<'_, '_, '_> {
    fn media(&self) -> Media {
        let words = [Media::Text, Media::Image, Media::Audio, Media::Video];
        let is_written = |media: &Media| self.begins_with(media.as_str());
        words.into_iter().find(is_written).unwrap_or(Media::Text)
    }

    fn matcher(&mut self) -> Option<Matcher> {
        if self.skip(Rule::part_mark) {
            return self.text().map(Matcher::Contains);
        }
        if let Some(regex) = self.next_if(|rule| rule == Rule::regex) {
            return Some(Matcher::Matches(self.ctx.span(&regex)));
        }
        self.text().map(Matcher::Equals)
    }

    fn expected_option(&mut self) -> Option<ExpectedOption> {
        let title = self.matcher()?;
        self.skip(Rule::arrow);
        Some(ExpectedOption {
            title,
            target: self.inside(Rule::target).and_then(|mut parts| target(&mut parts)),
            extra: self.inside(Rule::extra).and_then(|mut extra| extra.text()),
        })
    }

    fn assignments(&mut self) -> Vec<Assignment> {
        std::iter::from_fn(|| {
            let mut parts = self.inside(Rule::assignment)?;
            let name = match parts.name() {
                Some(name) => AssignedName::Name(name),
                None => AssignedName::Text(parts.text()?),
            };
            parts.skip(Rule::equals);
            Some(Assignment {
                name,
                value: parts.expr()?,
            })
        })
        .collect()
    }

    fn claim(&mut self) -> Option<Claim> {
        let mut parts = self.inside(Rule::claim)?;
        let Some(name) = parts.name() else {
            return parts.expr().map(Claim::Holds);
        };
        parts.skip(Rule::equals);
        Some(Claim::Equal {
            name,
            value: parts.expr()?,
        })
    }

    fn answers(&mut self) -> Option<Vec<MockAnswer>> {
        self.skip(Rule::equals);
        let mut answers = Vec::new();
        while let Some(mut parts) = self.inside(Rule::answer) {
            let span = parts.span;
            let kind = parts.answer_kind()?;
            answers.push(MockAnswer {
                span,
                kind,
                sets: parts.assignments(),
            });
        }
        Some(answers)
    }

    fn answer_kind(&mut self) -> Option<AnswerKind> {
        if let Some(text) = self.text() {
            return Some(AnswerKind::Text(text));
        }
        let pair = self.pairs.next()?;
        let rule = pair.as_rule();
        let mut parts = Parts::of(self.ctx, pair);
        Some(match rule {
            Rule::answer_file => AnswerKind::File(parts.text()?),
            Rule::answer_reply => AnswerKind::Reply(parts.raw()?),
            Rule::answer_status => {
                let code = parts.next_if(|rule| rule == Rule::number)?;
                let span = parts.ctx.span(&code);
                let is_status = |code: u16| (100..1000).contains(&code);
                if !code.as_str().parse().is_ok_and(is_status) {
                    let problem = tokens::bad_status(parts.ctx.source, span);
                    parts.ctx.report(problem);
                }
                AnswerKind::Status {
                    code: span,
                    body: parts.raw(),
                }
            }
            Rule::answer_media => AnswerKind::Media {
                media: parts.media(),
                url: parts.text()?,
            },
            Rule::answer_outcome => {
                let word = parts.next_if(|rule| rule == Rule::outcome_words)?;
                AnswerKind::Outcome {
                    word: parts.ctx.span(&word),
                    message: parts.text(),
                }
            }
            _ => return None,
        })
    }

    fn raw(&mut self) -> Option<Raw> {
        let pair = self.next_if(|rule| rule == Rule::raw)?;
        let span = self.ctx.span(&pair);
        let written = pair.as_str();
        let marks = if written.starts_with("```") { "```" } else { "`" };
        if written.len() < 2 * marks.len() || !written.ends_with(marks) {
            self.ctx.is_swallowed |= marks.len() > 1;
            let problem = tokens::unclosed_raw(self.ctx.source, span, marks);
            self.ctx.report(problem);
        }
        Some(Raw { span })
    }
}
