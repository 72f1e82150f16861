//! The mocks of a test: what each endpoint answered, in order.

use indexmap::IndexMap;
use sayflow::{Outcome, Output, Program};

use super::Lines;
use super::mock::{Mock, mock};
use crate::scene::rehearsal::Rehearsed;

/// The mocks that are yet to be written.
#[derive(Debug)]
pub(super) struct Mocks {
    /// The answers of each API, by turn.
    answers: IndexMap<String, Answers>,
    /// The turns with a reply that is left out, and whose it is.
    left_out: Vec<(usize, String)>,
    turn: usize,
}

#[derive(Debug)]
struct Answers {
    /// With the turn that asked for it.
    mocks: Vec<(usize, Mock)>,
    manner: Manner,
    calls: usize,
}

/// Where the answers of an API are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// All at the beginning, one behind the other.
    InOrder,
    /// Before each turn that hears another one: lists, which stand on lines of their own.
    ByTurn,
}

impl Mocks {
    pub(super) fn new(program: &Program, rehearsed: &[Rehearsed<'_>]) -> Self {
        let mut answers: IndexMap<String, Answers> = IndexMap::new();
        let mut left_out = Vec::new();
        for (turn, rehearsed) in rehearsed.iter().enumerate() {
            for (api, called) in &rehearsed.sent {
                let of_api = answers.entry(api.clone()).or_insert_with(|| Answers {
                    mocks: Vec::new(),
                    manner: Manner::InOrder,
                    calls: 0,
                });
                of_api.calls += 1;
                if let Some(called) = called {
                    let mock = mock(program, called);
                    if mock.is_none() {
                        left_out.push((turn, api.clone()));
                    }
                    of_api.mocks.push((turn, mock.unwrap_or_else(Mock::left_out)));
                }
            }
        }
        for api in program.apis() {
            let is_list = matches!(
                api.output(),
                Output::Gallery | Output::Buttons | Output::QuickReplies
            );
            if let Some(of_api) = answers.get_mut(api.name()).filter(|_| is_list) {
                of_api.choose_manner();
            }
        }
        Self {
            answers,
            left_out,
            turn: 0,
        }
    }

    /// The mocks at the head of the test.
    pub(super) fn begin(&self, lines: &mut Lines) {
        for (api, answers) in &self.answers {
            match answers.manner {
                Manner::InOrder => in_order(lines, api, answers),
                Manner::ByTurn => {
                    if let Some((_, first)) = answers.mocks.first() {
                        one(lines, api, first);
                    }
                }
            }
        }
    }

    /// The mocks that the next turn needs beside those that are there.
    pub(super) fn turn(&mut self, lines: &mut Lines) {
        for (_, api) in self.left_out.iter().filter(|(turn, _)| *turn == self.turn) {
            lines.note(&format!(
                "the reply of {api} is too large for a test, or has what a test cannot write: it is left out, and \
                 the call ends in `{}`",
                Outcome::TooLarge.as_str()
            ));
        }
        for (api, answers) in &self.answers {
            let place = answers.mocks.iter().position(|(turn, _)| *turn == self.turn);
            let Some(place) = place.filter(|place| *place > 0 && answers.manner == Manner::ByTurn) else {
                continue;
            };
            let (before, now) = (answers.mocks.get(place - 1), answers.mocks.get(place));
            if let Some((_, now)) = now.filter(|(_, now)| before.is_none_or(|(_, before)| before != now)) {
                one(lines, api, now);
            }
        }
        self.turn += 1;
    }

    /// How often each API was called.
    pub(super) fn counts(&self) -> impl Iterator<Item = (&str, usize)> {
        self.answers
            .iter()
            .map(|(api, answers)| (api.as_str(), answers.calls))
    }
}

impl Answers {
    /// By turn, unless one turn asked twice and heard two things.
    fn choose_manner(&mut self) {
        let pairs = self.mocks.iter().zip(self.mocks.iter().skip(1));
        let mut changes = pairs.filter(|((turn, mock), (next, other))| turn == next && mock != other);
        self.manner = match changes.next() {
            None => Manner::ByTurn,
            Some(_) => Manner::InOrder,
        };
    }
}

fn one(lines: &mut Lines, api: &str, mock: &Mock) {
    match mock {
        Mock::Body { lines: body, .. } => {
            lines.open(&format!("mock {api}"));
            body.iter().for_each(|line| lines.push(line));
            lines.close();
        }
        Mock::Answer(answer) => push(lines, &format!("mock {api} = "), answer),
    }
}

/// All answers behind each other; equal ones at the end are one, as the last goes on.
fn in_order(lines: &mut Lines, api: &str, answers: &Answers) {
    let mut mocks: Vec<&Mock> = answers.mocks.iter().map(|(_, mock)| mock).collect();
    while let [.., before, last] = mocks.as_slice()
        && before == last
    {
        mocks.pop();
    }
    match mocks.as_slice() {
        [] => {}
        [mock] => one(lines, api, mock),
        mocks => {
            let answers = mocks.iter().map(|mock| match mock {
                Mock::Answer(answer) | Mock::Body { reply: answer, .. } => answer,
            });
            push(lines, &format!("mock {api} = "), &joined(answers));
        }
    }
}

/// One answer behind the other: what begins the next stands behind what ends the one before.
fn joined<'a>(answers: impl Iterator<Item = &'a Vec<String>>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for answer in answers {
        let mut answer = answer.iter().cloned();
        match (all.last_mut(), answer.next()) {
            (Some(end), Some(begin)) => {
                end.push_str(", then ");
                end.push_str(&begin);
            }
            (_, begin) => all.extend(begin),
        }
        all.extend(answer);
    }
    all
}

fn push(lines: &mut Lines, head: &str, answer: &[String]) {
    let mut answer = answer.iter();
    if let Some(first) = answer.next() {
        lines.push(&format!("{head}{first}"));
    }
    answer.for_each(|line| lines.push(line));
}
