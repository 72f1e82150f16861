//! The random customer: who it is, and what it does next.

use std::collections::HashMap;

use sayflow::Customer;

use super::answers;
use super::map::{Map, Place};
use super::random::Random;
use super::talk::{Deed, Shown, Talk};
use super::vocabulary::Vocabulary;

/// So many things are thought of before one is done: the one that was done least.
const THOUGHTS: usize = 3;

/// How a customer deals with questions.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mood {
    /// Now this, now that.
    Usual,
    /// Answers what is asked.
    Obliging,
    /// Does not.
    Stubborn,
}

impl Mood {
    pub(super) fn any(random: &mut Random) -> Self {
        match random.below(4) {
            0 => Self::Obliging,
            1 => Self::Stubborn,
            _ => Self::Usual,
        }
    }
}

/// Chooses deeds, and remembers where which were done.
#[derive(Debug, Default)]
pub(super) struct Habits {
    /// How often a deed was done at a question, or behind a line.
    done: HashMap<(Option<Place>, String), usize>,
}

/// Somebody of whom nothing is known, of whom everything is, or who is as the flow asks about.
pub(super) fn somebody(vocabulary: &Vocabulary, random: &mut Random) -> Customer {
    let mut customer = Customer::new(1);
    if random.chance(40) {
        return customer;
    }
    "Asha".clone_into(&mut customer.first_name);
    if random.chance(50) {
        "Rahman".clone_into(&mut customer.last_name);
        "Asha Rahman".clone_into(&mut customer.full_name);
        "asha@mail.example".clone_into(&mut customer.email);
        "+8801711000000".clone_into(&mut customer.phone);
    }
    let fields = [
        ("first_name", &mut customer.first_name),
        ("gender", &mut customer.gender),
        ("locale", &mut customer.locale),
        ("language", &mut customer.language),
    ];
    for (name, field) in fields {
        let known: Vec<&str> = vocabulary.texts(name).collect();
        if let Some(known) = random.pick(&known)
            && random.chance(50)
        {
            (*known).clone_into(field);
        }
    }
    customer
}

impl Habits {
    /// What the customer does next.
    pub(super) fn next(
        &mut self,
        map: &Map,
        vocabulary: &Vocabulary,
        (talk, behind): (&Talk, Option<Place>),
        mood: Mood,
        random: &mut Random,
    ) -> Deed {
        let here = talk.asks.or(behind);
        let mut thoughts: Vec<(usize, Deed)> = Vec::with_capacity(THOUGHTS);
        for _ in 0..THOUGHTS {
            let deed = thought((map, vocabulary), talk, mood, random);
            let times = self.done.get(&(here, format!("{deed:?}"))).copied();
            thoughts.push((times.unwrap_or_default(), deed));
        }
        let least = thoughts.into_iter().min_by_key(|(times, _)| *times);
        let deed = least.map_or(Deed::Start, |(_, deed)| deed);
        *self.done.entry((here, format!("{deed:?}"))).or_default() += 1;
        deed
    }
}

/// Something that the customer may do.
fn thought((map, vocabulary): (&Map, &Vocabulary), talk: &Talk, mood: Mood, random: &mut Random) -> Deed {
    if !talk.customer.bot_enabled {
        return Deed::BotOn;
    }
    if talk.turns == 0 && random.chance(80) {
        return Deed::Start;
    }
    let newest = |shown: &&Shown| shown.turn == talk.turns;
    let ask = talk.asks.and_then(|place| map.ask(place));
    match mood {
        Mood::Stubborn if ask.is_some() && random.chance(80) => return answers::nonsense(random),
        Mood::Obliging if random.chance(80) => {
            let answer = ask.and_then(|ask| answers::fitting(ask, vocabulary, random));
            if let Some(deed) = answer.or_else(|| tap(talk, newest, random)) {
                return deed;
            }
        }
        _ => {}
    }
    let deed = match (ask, random.below(100)) {
        (Some(ask), 0..=39) => {
            answers::fitting(ask, vocabulary, random).or_else(|| tap(talk, newest, random))
        }
        (None, 0..=39) | (_, 40..=59) => tap(talk, newest, random),
        (_, 60..=65) => tap(talk, |_| true, random),
        (_, 66..=70) => typed(talk, random),
        (_, 71..=80) => understood(vocabulary, random),
        (Some(_), 81..=86) => talk.wait.due.map(|_| Deed::Silence),
        (_, 87..=88) => Some(Deed::Start),
        (_, 89) => Some(Deed::Restart),
        _ => None,
    };
    deed.unwrap_or_else(|| answers::nonsense(random))
}

/// A tap on one of the options, the newest of its title and block.
fn tap(talk: &Talk, is_meant: impl Fn(&&Shown) -> bool, random: &mut Random) -> Option<Deed> {
    let options: Vec<&Shown> = talk.shown.iter().filter(is_meant).collect();
    random.pick(&options).map(|option| Deed::Tap {
        title: option.title.clone(),
        of: option.of.clone(),
    })
}

/// The title of an option, typed.
fn typed(talk: &Talk, random: &mut Random) -> Option<Deed> {
    let newest: Vec<&Shown> = talk
        .shown
        .iter()
        .filter(|shown| shown.turn == talk.turns)
        .collect();
    random
        .pick(&newest)
        .map(|option| Deed::Text(option.title.to_lowercase()))
}

/// Words or an intent that the flow waits for.
fn understood(vocabulary: &Vocabulary, random: &mut Random) -> Option<Deed> {
    let all = vocabulary.words.len() + vocabulary.intents.len();
    let chosen = random.below(all);
    match vocabulary.words.get(chosen) {
        Some(words) => {
            let rest = random.pick(&["", " please"]).copied().unwrap_or_default();
            Some(Deed::Text(words.replace('*', rest).trim().to_owned()))
        }
        None => {
            let intent = vocabulary.intents.get(chosen - vocabulary.words.len())?;
            Some(Deed::Intent(intent.clone()))
        }
    }
}
