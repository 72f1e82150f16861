//! A conversation that is explored: its moves, and what came of each.

use std::collections::HashMap;
use std::time::Duration;

use sayflow::{
    Answer, Block, BlockOption, Customer, Effect, Engine, Input, InputKind, OptionTarget, Session, Timestamp,
    Wait,
};

use super::map::{LineKind, Map, Place};
use super::replies::Served;
use crate::scene::changed;
use crate::scene::{Act, Played, Said, Scene};

/// How a conversation came about; played again it goes the same way.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) customer: Customer,
    pub(super) moves: Vec<Move>,
}

/// One thing that a customer or the host did, with what the endpoints answered then.
#[derive(Clone, Debug)]
pub(super) struct Move {
    pub(super) deed: Deed,
    /// The calls in order, each with the API's name.
    pub(super) served: Vec<(String, Served)>,
}

/// What is done.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Deed {
    Start,
    Text(String),
    /// The newest option of that title, in the block or card of that name.
    Tap {
        title: String,
        of: Option<String>,
    },
    Intent(String),
    /// A file.
    Sent(InputKind),
    Location,
    /// Until a `no reply` falls due.
    Silence,
    /// The host saves the conversation and reads it back.
    Restart,
    /// A person has finished: the host switches the bot on again.
    BotOn,
}

/// A turn that was played.
#[derive(Clone, Debug)]
pub(super) struct Turn {
    pub(super) played: Played,
    /// For each thing that was said, the line that said it.
    pub(super) spoke: Vec<Option<Place>>,
    /// The lines that ran, with what came of their conditions and questions.
    pub(super) ran: Vec<(Place, Option<bool>)>,
    /// The question that was open before.
    pub(super) asked: Option<Place>,
    /// The question that is open now.
    pub(super) asks: Option<Place>,
    /// The option that was tapped.
    pub(super) tapped: Option<Shown>,
    /// The customer before and after.
    pub(super) before: Customer,
    pub(super) after: Customer,
    /// Whether an option that was shown still leads somewhere.
    pub(super) has_options: bool,
}

/// An option that was shown.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) id: String,
    pub(super) title: String,
    /// The prompt of its block, or the title of its card.
    pub(super) of: Option<String>,
    /// Whether it answers a question and leads nowhere else.
    pub(super) is_answer: bool,
    /// Whether it stays on the screen, as quick replies do not.
    pub(super) stays: bool,
    /// The number of the turn that showed it.
    pub(super) turn: usize,
    /// The line that showed it.
    pub(super) by: Option<Place>,
}

/// A conversation under way.
#[derive(Clone, Debug)]
pub(super) struct Talk {
    pub(super) plan: Plan,
    session: Session,
    pub(super) customer: Customer,
    now: Timestamp,
    pub(super) shown: Vec<Shown>,
    pub(super) turns: usize,
    pub(super) wait: Wait,
    /// The line of the open question.
    pub(super) asks: Option<Place>,
    /// The lines of questions by their names, as far as they were open.
    questions: HashMap<String, Place>,
}

/// Answers a call for the API of that name.
pub(super) type Serve<'s> = dyn FnMut(&str) -> Served + 's;

impl Talk {
    pub(super) fn new(customer: Customer) -> Self {
        Self {
            session: Session::new(),
            now: "2026-01-01T09:00:00Z".parse().unwrap_or_default(),
            plan: Plan {
                customer: customer.clone(),
                moves: Vec::new(),
            },
            customer,
            shown: Vec::new(),
            turns: 0,
            wait: Wait::default(),
            asks: None,
            questions: HashMap::new(),
        }
    }

    /// Does something; `None` where it is no turn, or cannot be done here.
    pub(super) fn play(
        &mut self,
        engine: &Engine,
        map: &Map,
        deed: &Deed,
        serve: &mut Serve<'_>,
    ) -> Option<Turn> {
        match deed {
            Deed::Restart => {
                let saved = serde_json::to_string(&self.session).ok()?;
                self.session = serde_json::from_str(&saved).ok()?;
                self.note(deed, Vec::new());
                return None;
            }
            Deed::BotOn => {
                if !self.customer.bot_enabled {
                    self.customer.bot_enabled = true;
                    self.note(deed, Vec::new());
                }
                return None;
            }
            _ => {}
        }
        let (input, tapped) = self.input(deed)?;
        let mut served = Vec::new();
        let mut turn = self.turn(engine, map, &input, &mut |api| {
            let answer = serve(api);
            served.push((api.to_owned(), answer.clone()));
            answer
        })?;
        turn.tapped = tapped;
        self.note(deed, served);
        Some(turn)
    }

    fn note(&mut self, deed: &Deed, served: Vec<(String, Served)>) {
        let deed = deed.clone();
        self.plan.moves.push(Move { deed, served });
    }

    fn input(&mut self, deed: &Deed) -> Option<(Input, Option<Shown>)> {
        let mut tapped = None;
        let input = match deed {
            Deed::Start => Input::start(),
            Deed::Text(text) => Input::text(text),
            Deed::Tap { title, of } => {
                let mut newest = self.shown.iter().rev();
                let option = newest.find(|option| option.title == *title && option.of == *of)?;
                tapped = Some(option.clone());
                Input::tap(option.id.as_str())
            }
            Deed::Intent(name) => Input::intent(name),
            Deed::Sent(file) => file.clone().into(),
            Deed::Location => Input::location(23.8, 90.4),
            Deed::Silence => {
                self.now = self.wait.due?;
                Input::no_reply()
            }
            Deed::Restart | Deed::BotOn => return None,
        };
        Some((input.at(self.now), tapped))
    }

    fn turn(&mut self, engine: &Engine, map: &Map, input: &Input, serve: &mut Serve<'_>) -> Option<Turn> {
        let before = self.customer.clone();
        let mut played = Played::new(input.clone());
        let mut spoke = Vec::new();
        let mut steps = engine.steps(&mut self.session, &mut self.customer, input).ok()?;
        loop {
            let effect = steps.advance().ok()?;
            let place = steps.place().map(|(source, span)| map.place(source, span));
            match effect {
                Effect::Calls(requests) => {
                    let answers = requests.iter().map(|request| Answer {
                        result: serve(&request.api),
                        elapsed: Duration::ZERO,
                    });
                    let answers: Vec<Answer> = answers.collect();
                    played.answered(&requests, &answers);
                    steps.answer(answers).ok()?;
                }
                Effect::Block(block) => {
                    played.said.push(Said::Block(block));
                    spoke.push(place);
                }
                Effect::Event(event) => {
                    played.event(event);
                    spoke.push(place);
                }
                Effect::Wait(wait) => {
                    played.wait = wait;
                    break;
                }
                _ => {}
            }
        }
        let ran: Vec<_> = steps
            .trace()
            .map(|line| (map.place(line.source, line.span), line.holds))
            .collect();
        played.attributes = steps.into_attributes();
        let asked = self.asks;
        self.wait = played.wait.clone();
        self.asks = self.open_question(map, &ran);
        self.turns += 1;
        self.show(&played, &spoke);
        Some(Turn {
            asked,
            asks: self.asks,
            tapped: None,
            before,
            after: self.customer.clone(),
            has_options: self.has_options(),
            played,
            spoke,
            ran,
        })
    }

    /// The line of the question that waits: the last that was said, or one that is known by its name.
    fn open_question(&mut self, map: &Map, ran: &[(Place, Option<bool>)]) -> Option<Place> {
        let name = self.wait.ask.as_ref()?;
        if let Some(known) = self.questions.get(name) {
            return Some(*known);
        }
        let is_said = |(place, holds): &&(Place, Option<bool>)| holds.is_none() && map.ask(*place).is_some();
        let place = ran.iter().rev().find(is_said)?.0;
        self.questions.insert(name.clone(), place);
        Some(place)
    }

    fn show(&mut self, played: &Played, spoke: &[Option<Place>]) {
        for (said, place) in played.said.iter().zip(spoke) {
            match said {
                Said::Block(Block::Buttons { text, options }) => {
                    self.add(options, text.as_ref(), true, *place)
                }
                Said::Block(Block::QuickReplies { text, options }) => {
                    self.add(options, text.as_ref(), false, *place);
                }
                Said::Block(Block::Gallery { cards }) => {
                    for card in cards {
                        self.add(&card.buttons, Some(&card.title), true, *place);
                    }
                }
                _ => {}
            }
        }
    }

    fn add(&mut self, options: &[BlockOption], of: Option<&String>, stays: bool, by: Option<Place>) {
        for option in options {
            let Some(id) = option.id.clone() else { continue };
            self.shown.push(Shown {
                id: id.into(),
                title: String::from(&option.title),
                of: of.cloned(),
                is_answer: option.target == OptionTarget::Answer,
                stays,
                turn: self.turns,
                by,
            });
        }
    }

    /// Whether the customer sees an option that opens a sequence, or a link in what was said last.
    fn has_options(&self) -> bool {
        self.shown
            .iter()
            .any(|option| !option.is_answer && (option.stays || option.turn == self.turns))
    }
}

impl Plan {
    /// How much there is to read: moves, and of them what is less plain than a tap.
    pub(super) fn weight(&self) -> (usize, usize) {
        let typed = self.moves.iter().filter(|one| matches!(one.deed, Deed::Text(_)));
        (self.moves.len(), typed.count())
    }

    /// The same with something done before it.
    pub(super) fn behind(mut self, deed: Deed) -> Self {
        let served = Vec::new();
        self.moves.insert(0, Move { deed, served });
        self
    }

    /// Plays the plan from its start and looks at each turn with its number among the moves, until the look
    /// is content. A call that the plan has no answer for gets a plain one.
    pub(super) fn replay(
        &self,
        engine: &Engine,
        map: &Map,
        plain: &dyn Fn(&str) -> Served,
        mut look: impl FnMut(&Talk, &Turn) -> bool,
    ) -> Option<(Talk, Vec<Turn>)> {
        let mut talk = Talk::new(self.customer.clone());
        let mut turns = Vec::new();
        for Move { deed, served } in &self.moves {
            let mut served: Vec<Option<&(String, Served)>> = served.iter().map(Some).collect();
            let turn = talk.play(engine, map, deed, &mut |api| {
                let mut left = served.iter_mut();
                let next = left.find(|next| next.is_some_and(|(name, _)| name == api));
                match next.and_then(Option::take) {
                    Some((_, answer)) => answer.clone(),
                    None => plain(api),
                }
            });
            let Some(turn) = turn else { continue };
            let is_found = look(&talk, &turn);
            turns.push(turn);
            if is_found {
                return Some((talk, turns));
            }
        }
        None
    }

    /// The conversation as it was played, without secrets.
    pub(super) fn scene(&self, name: String, engine: &Engine, turns: &[Turn]) -> Scene {
        let mut turns = turns.iter();
        let mut customer = self.customer.clone();
        let mut acts = Vec::new();
        for Move { deed, .. } in &self.moves {
            match deed {
                Deed::Restart => acts.push(Act::Restart),
                Deed::BotOn => {
                    let on = [("bot_enabled".to_owned(), Some(true.into()))]
                        .into_iter()
                        .collect();
                    customer = changed(&customer, &on).unwrap_or(customer);
                    acts.push(Act::Given(on));
                }
                _ => {
                    if let Some(turn) = turns.next() {
                        acts.push(Act::Turn(Box::new(turn.played.clone().masked(engine))));
                    }
                }
            }
        }
        Scene {
            name,
            session: Session::new(),
            customer: self.customer.clone(),
            acts,
        }
    }
}

impl Turn {
    /// Whether a line ran.
    pub(super) fn has_run(&self, is_it: impl Fn(Place) -> bool) -> bool {
        self.ran.iter().any(|(place, _)| is_it(*place))
    }

    /// What the customer saw, pauses aside, with the line of each block.
    pub(super) fn blocks(&self) -> impl Iterator<Item = (&Block, Option<Place>)> {
        self.played
            .said
            .iter()
            .zip(&self.spoke)
            .filter_map(|(said, place)| match said {
                Said::Block(Block::Pause { .. }) | Said::Event(_) => None,
                Said::Block(block) => Some((block, *place)),
            })
    }

    /// Whether the open question was answered rightly; `None` where its answer was not what ran.
    pub(super) fn answered(&self, map: &Map) -> Option<bool> {
        let asked = self.asked?;
        let (first, holds) = self.ran.first()?;
        (*first == asked && matches!(map.line(asked)?.kind, LineKind::Ask(_)))
            .then_some(*holds)
            .flatten()
    }

    pub(super) fn is_silence(&self) -> bool {
        matches!(self.played.input.kind, InputKind::NoReply(_))
    }
}
