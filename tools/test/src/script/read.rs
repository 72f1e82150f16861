//! From the tree of a test to its script. The checker has said what is wrong with it.

use sayflow::syntax::ast::{
    self, AnswerKind, AssignedName, Assignment, Expr, ExprKind, Head, MockAnswer, Node, Said, Target,
};
use sayflow::{InputKind, OptionTarget, Outcome, Source, Span, Value};

use super::text::{raw, value};
use super::{
    Calls, CardParts, Claim, Content, Expectation, Expected, ExpectedCard, ExpectedOption, Happening, Line,
    List, Matcher, Member, Mocked, MockedCard, MockedOption, Notice, Script, Step,
};

/// Reads a test; `None` where a line of it cannot be run, which the checker has told.
pub(crate) fn read(source: &Source, test: &Node) -> Option<Script> {
    let reader = Reader { source };
    let lines = test.children().map(|node| reader.line(node));
    Some(Script {
        lines: lines.collect::<Option<_>>()?,
    })
}

#[derive(Clone, Copy)]
struct Reader<'s> {
    source: &'s Source,
}

impl Reader<'_> {
    fn line(self, node: &Node) -> Option<Line> {
        let Head::Step(step) = &node.head else {
            return None;
        };
        Some(Line {
            span: node.span,
            step: self.step(node, step)?,
        })
    }

    fn step(self, node: &Node, step: &ast::Step) -> Option<Step> {
        Some(match step {
            ast::Step::Given(assignments) => Step::Given(self.assignments(assignments)?),
            ast::Step::Mock { api, answers } => Step::Mock {
                api: self.slice(api.span),
                answers: self.answers(node, answers)?,
            },
            ast::Step::At(moment) => Step::At(self.text(moment).parse().ok()?),
            ast::Step::Flow(path) => Step::Flow(self.text(path)),
            ast::Step::Restart => Step::Restart,
            ast::Step::Start(sequence) => {
                Step::Happens(Happening::Start(sequence.map(|name| self.slice(name.span))))
            }
            ast::Step::Customer(said) => Step::Happens(self.said(said)?),
            ast::Step::Tap { title, of } => Step::Happens(Happening::Tap {
                title: self.text(title),
                of: of.as_ref().map(|of| self.text(of)),
            }),
            ast::Step::Intent(name) => Step::Happens(Happening::Intent(self.text(name))),
            ast::Step::Wait(time) => Step::Happens(Happening::Wait(time.duration?)),
            ast::Step::Again => Step::Happens(Happening::Again),
            ast::Step::Expect(claims) => Step::Expect(claims.iter().map(|claim| self.claim(claim)).collect()),
            ast::Step::Skip(_) => Step::Skip,
            ast::Step::Expected {
                not,
                what: ast::Expected::Called { api, times, with },
            } => Step::Called(Calls {
                is_denied: not.is_some(),
                api: self.slice(api.span),
                times: match times {
                    Some(times) => Some(self.slice(*times).parse().ok()?),
                    None => None,
                },
                with: self.assignments(with)?,
            }),
            ast::Step::Expected { not, what } => Step::Expected(Expectation {
                is_denied: not.is_some(),
                what: self.expected(node, what)?,
            }),
        })
    }

    fn slice(self, span: Span) -> String {
        self.source.slice(span).to_owned()
    }

    fn text(self, text: &ast::Text) -> String {
        text.plain(self.source)
    }

    fn assignments(self, assignments: &[Assignment]) -> Option<Vec<(String, Value)>> {
        let assigned = assignments.iter().map(|Assignment { name, value: given }| {
            let name = match name {
                AssignedName::Name(name) => self.slice(name.span),
                AssignedName::Text(name) => self.text(name),
            };
            Some((name, value(self.source, given)?))
        });
        assigned.collect()
    }

    fn said(self, said: &Said) -> Option<Happening> {
        Some(match said {
            Said::Text(text) => Happening::Text(self.text(text)),
            Said::Media { kind, url } => {
                let url = self.text(url);
                Happening::Sent(match self.source.slice(*kind) {
                    "image" => InputKind::Image(url),
                    "audio" => InputKind::Audio(url),
                    "video" => InputKind::Video(url),
                    "file" => InputKind::File(url),
                    _ => return None,
                })
            }
            Said::Location { latitude, longitude } => {
                Happening::Location(latitude.as_f64(), longitude.as_f64())
            }
        })
    }

    fn answers(self, node: &Node, answers: &[MockAnswer]) -> Option<Vec<Mocked>> {
        if !answers.is_empty() {
            return answers.iter().map(|answer| self.answer(answer)).collect();
        }
        let mut cards = Vec::new();
        let mut options = Vec::new();
        for child in node.children() {
            match &child.head {
                Head::Step(ast::Step::Expected { what, .. }) => match what {
                    ast::Expected::Card(title) => cards.push(self.mocked_card(child, title)?),
                    ast::Expected::Option(option) => options.push(self.mocked_option(option)?),
                    _ => return None,
                },
                _ => return None,
            }
        }
        let content = if cards.is_empty() {
            Content::Options(options)
        } else {
            Content::Cards(cards)
        };
        Some(vec![Mocked {
            span: node.span,
            content,
            sets: Vec::new(),
        }])
    }

    fn answer(self, answer: &MockAnswer) -> Option<Mocked> {
        let content = match &answer.kind {
            AnswerKind::Text(text) => Content::Text(self.text(text)),
            AnswerKind::Media { media, url } => Content::Media(*media, self.text(url)),
            AnswerKind::File(path) => Content::File(self.text(path)),
            AnswerKind::Reply(body) => Content::Raw(raw(self.source, body)),
            AnswerKind::Status { code, body } => Content::Status(
                self.source.slice(*code).parse().ok()?,
                body.as_ref().map(|body| raw(self.source, body)),
            ),
            AnswerKind::Outcome { word, message } => {
                let words: Vec<&str> = self.source.slice(*word).split_whitespace().collect();
                let outcome = words.join(" ").parse::<Outcome>().ok()?;
                Content::Outcome(outcome, message.as_ref().map(|message| self.text(message)))
            }
        };
        Some(Mocked {
            span: answer.span,
            content,
            sets: self.assignments(&answer.sets)?,
        })
    }

    fn mocked_card(self, node: &Node, title: &ast::Matcher) -> Option<MockedCard> {
        let mut card = MockedCard {
            title: self.exact(title)?,
            ..MockedCard::default()
        };
        for child in node.children() {
            let Head::Step(ast::Step::Expected { what, .. }) = &child.head else {
                return None;
            };
            match what {
                ast::Expected::Subtitle(text) => card.subtitle = Some(self.exact(text)?),
                ast::Expected::Url(text) => card.url = Some(self.exact(text)?),
                ast::Expected::Say { matcher, .. } => card.image = Some(self.exact(matcher.as_ref()?)?),
                ast::Expected::Button(button) => card.buttons.push(self.mocked_option(button)?),
                _ => return None,
            }
        }
        Some(card)
    }

    fn mocked_option(self, option: &ast::ExpectedOption) -> Option<MockedOption> {
        Some(MockedOption {
            title: self.exact(&option.title)?,
            target: self.target(option.target.as_ref()?),
            extra: option.extra.as_ref().map(|extra| self.text(extra)),
        })
    }

    fn exact(self, matcher: &ast::Matcher) -> Option<String> {
        match matcher {
            ast::Matcher::Equals(text) => Some(self.text(text)),
            ast::Matcher::Contains(_) | ast::Matcher::Matches(_) => None,
        }
    }

    fn target(self, target: &Target) -> OptionTarget {
        match target {
            Target::Sequence(name) => OptionTarget::Sequence(self.slice(name.span).into()),
            Target::Url(url) => OptionTarget::Url(self.text(url).into()),
            Target::Phone(number) => OptionTarget::Phone(self.text(number).into()),
        }
    }

    fn expected(self, node: &Node, what: &ast::Expected) -> Option<Expected> {
        Some(match what {
            ast::Expected::Say { media, matcher } => Expected::Say(*media, self.maybe(matcher.as_ref())?),
            ast::Expected::Gallery => {
                let cards = |child: &Node, what: &ast::Expected| match what {
                    ast::Expected::Card(title) => self.card(child, title),
                    _ => None,
                };
                Expected::Gallery(self.list(node, cards)?)
            }
            ast::Expected::Options { kind, prompt, .. } => {
                let options = |_: &Node, what: &ast::Expected| match what {
                    ast::Expected::Option(option) => self.option(option),
                    _ => None,
                };
                Expected::Options {
                    kind: *kind,
                    prompt: self.maybe(prompt.as_ref())?,
                    options: self.list(node, options)?,
                }
            }
            ast::Expected::Pause(time) => Expected::Pause(time.duration?),
            ast::Expected::Handover { team, priority } => Expected::Handover {
                team: self.maybe(team.as_ref())?,
                priority: priority.map(|word| self.slice(word.span)),
            },
            ast::Expected::Do(action) => Expected::Do {
                action: self.slice(action.span),
                values: self.values(node)?,
            },
            ast::Expected::Event(words) => {
                let words: Vec<&str> = self.source.slice(*words).split_whitespace().collect();
                Expected::Event(Notice::from_words(&words.join(" "))?)
            }
            ast::Expected::Card(_)
            | ast::Expected::Subtitle(_)
            | ast::Expected::Url(_)
            | ast::Expected::Button(_)
            | ast::Expected::Option(_)
            | ast::Expected::Called { .. } => return None,
        })
    }

    /// The lines of a block; `None` within for a line without one.
    #[expect(
        clippy::option_option,
        reason = "there may be no block, and a block may be unfit"
    )]
    fn list<T>(
        self,
        node: &Node,
        member: impl Fn(&Node, &ast::Expected) -> Option<T>,
    ) -> Option<Option<List<T>>> {
        if node.body.is_none() {
            return Some(None);
        }
        let members = node.children().map(|child| match &child.head {
            Head::Step(ast::Step::Skip(_)) => Some(Member::Skip),
            Head::Step(ast::Step::Expected { not: None, what }) => {
                Some(Member::Is(child.span, member(child, what)?))
            }
            Head::Step(ast::Step::Expected { not: Some(_), what }) => {
                Some(Member::IsNot(child.span, member(child, what)?))
            }
            _ => None,
        });
        Some(Some(members.collect::<Option<_>>()?))
    }

    fn card(self, node: &Node, title: &ast::Matcher) -> Option<ExpectedCard> {
        let title = self.matcher(title)?;
        if node.body.is_none() {
            return Some(ExpectedCard { title, parts: None });
        }
        let mut parts = CardParts::default();
        for child in node.children() {
            match &child.head {
                Head::Step(ast::Step::Skip(_)) => {
                    parts.is_partial = true;
                    parts.buttons.push(Member::Skip);
                }
                Head::Step(ast::Step::Expected { not, what }) => match what {
                    ast::Expected::Subtitle(text) => parts.subtitle = Some(self.matcher(text)?),
                    ast::Expected::Url(text) => parts.url = Some(self.matcher(text)?),
                    ast::Expected::Say { matcher, .. } => {
                        parts.image = Some(self.matcher(matcher.as_ref()?)?);
                    }
                    ast::Expected::Button(button) => {
                        let button = self.option(button)?;
                        parts.buttons.push(match not {
                            Some(_) => Member::IsNot(child.span, button),
                            None => Member::Is(child.span, button),
                        });
                    }
                    _ => return None,
                },
                _ => return None,
            }
        }
        Some(ExpectedCard {
            title,
            parts: Some(parts),
        })
    }

    fn option(self, option: &ast::ExpectedOption) -> Option<ExpectedOption> {
        Some(ExpectedOption {
            title: self.matcher(&option.title)?,
            target: option.target.as_ref().map(|target| self.target(target)),
            extra: option.extra.as_ref().map(|extra| self.text(extra)),
        })
    }

    #[expect(
        clippy::option_option,
        reason = "there may be no text, and a regex may be unfit"
    )]
    fn maybe(self, matcher: Option<&ast::Matcher>) -> Option<Option<Matcher>> {
        match matcher {
            Some(matcher) => self.matcher(matcher).map(Some),
            None => Some(None),
        }
    }

    fn matcher(self, matcher: &ast::Matcher) -> Option<Matcher> {
        Some(match matcher {
            ast::Matcher::Equals(text) => Matcher::Equals(self.text(text)),
            ast::Matcher::Contains(text) => Matcher::Contains(self.text(text)),
            ast::Matcher::Matches(span) => {
                let written = self.source.slice(*span);
                let inner = written.strip_prefix('/')?.strip_suffix('/')?;
                Matcher::Matches(regex::Regex::new(inner).ok()?)
            }
        })
    }

    /// The `key = value` lines of a `do`; `None` within where it has no block.
    #[expect(
        clippy::option_option,
        reason = "there may be no block, and a block may be unfit"
    )]
    fn values(self, node: &Node) -> Option<Option<Vec<(String, Value)>>> {
        if node.body.is_none() {
            return Some(None);
        }
        let values = node.children().map(|child| match &child.head {
            Head::KeyValue { name, value: given } => {
                Some((self.slice(name.span), value(self.source, given)?))
            }
            _ => None,
        });
        Some(Some(values.collect::<Option<_>>()?))
    }

    fn claim(self, claim: &ast::Claim) -> Claim {
        match claim {
            ast::Claim::Equal { name, value: wanted } => {
                let span = name.span.to(wanted.span);
                let name = self.slice(name.span);
                Claim {
                    span,
                    condition: format!("{name} == {}", self.source.slice(wanted.span)),
                    is_about_bot: match (&*name, value(self.source, wanted)) {
                        ("bot_enabled", Some(Value::YesNo(flag))) => Some(flag),
                        _ => None,
                    },
                    names: vec![name],
                    number: 0,
                }
            }
            ast::Claim::Holds(fact) => {
                let mut names = Vec::new();
                self.names_in(fact, &mut names);
                Claim {
                    span: fact.span,
                    condition: self.slice(fact.span),
                    names,
                    is_about_bot: None,
                    number: 0,
                }
            }
        }
    }

    fn names_in(self, expr: &Expr, names: &mut Vec<String>) {
        match &expr.kind {
            ExprKind::Name(name) => names.push(self.slice(name.span)),
            ExprKind::Not(inner) | ExprKind::Negate(inner) | ExprKind::Group(inner) => {
                self.names_in(inner, names);
            }
            ExprKind::IsEmpty { value, .. } => self.names_in(value, names),
            ExprKind::Binary { left, right, .. } => {
                self.names_in(left, names);
                self.names_in(right, names);
            }
            _ => {}
        }
    }
}
