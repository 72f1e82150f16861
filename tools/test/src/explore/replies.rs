//! What endpoints answer: every outcome of the contract, and good replies that the flow can use.

use sayflow::{Api, Failure, Outcome, Output, Program, Reply, Type};
use serde_json::{Map as Object, Value as Json, json};

use super::random::Random;
use super::vocabulary::{EXTRA, Vocabulary};

/// What came of a call.
pub(super) type Served = Result<Reply, Failure>;

/// The outcomes that a call can be made to end in, in the order in which they are tried.
const FAILURES: [Outcome; 9] = [
    Outcome::Timeout,
    Outcome::Declined,
    Outcome::Empty,
    Outcome::Status,
    Outcome::Unreachable,
    Outcome::Contract,
    Outcome::NotJson,
    Outcome::TooLarge,
    Outcome::Blocked,
];

/// The endpoints of a flow, made up.
#[derive(Debug)]
pub(super) struct Endpoints<'f> {
    program: &'f Program,
    vocabulary: &'f Vocabulary,
    /// How many failures each API had so far.
    turns: Vec<usize>,
}

impl<'f> Endpoints<'f> {
    pub(super) fn new(program: &'f Program, vocabulary: &'f Vocabulary) -> Self {
        let turns = vec![0; program.apis().count()];
        Self {
            program,
            vocabulary,
            turns,
        }
    }

    /// A good reply, or what else an API comes up with when its turn comes.
    pub(super) fn answer(&mut self, name: &str, is_good: bool, random: &mut Random) -> Served {
        let Some((number, api)) = self
            .program
            .apis()
            .enumerate()
            .find(|(_, api)| api.name() == name)
        else {
            return Err(Failure::Timeout);
        };
        if is_good {
            return self.good(api, random);
        }
        let turn = self.turns.get_mut(number).map_or(0, |turns| {
            *turns += 1;
            *turns
        });
        let outcome = FAILURES.get((number + turn) % FAILURES.len()).copied();
        self.ending_in(api, outcome.unwrap_or(Outcome::Timeout), random)
    }

    /// The reply of an API of which nothing is asked but to work.
    pub(super) fn plain(&self, name: &str) -> Served {
        let api = self.program.apis().find(|api| api.name() == name);
        api.map_or(Err(Failure::Timeout), |api| self.good(api, &mut Random::still()))
    }

    fn ending_in(&self, api: Api<'_>, outcome: Outcome, random: &mut Random) -> Served {
        match outcome {
            Outcome::Timeout => Err(Failure::Timeout),
            Outcome::TooLarge => Err(Failure::TooLarge),
            Outcome::Unreachable => Err(Failure::Unreachable("connection refused".to_owned())),
            Outcome::Blocked => Err(Failure::Blocked("the channel is not connected".to_owned())),
            Outcome::Status => Ok(reply(503, b"{}".to_vec())),
            Outcome::NotJson => Ok(reply(200, b"<html>".to_vec())),
            Outcome::Contract => Ok(body(&json!({"success": "yes"}))),
            Outcome::Declined => Ok(body(&json!({"success": false, "message": "not today"}))),
            Outcome::Empty => match api.output() {
                Output::Text => Ok(body(&json!({"success": true, "data": ""}))),
                Output::Gallery | Output::Buttons | Output::QuickReplies => {
                    Ok(body(&json!({"success": true, "data": []})))
                }
                // No reply for these counts as empty.
                _ => self.good(api, random),
            },
            _ => self.good(api, random),
        }
    }

    fn good(&self, api: Api<'_>, random: &mut Random) -> Served {
        let mut root = Object::new();
        root.insert("success".to_owned(), Json::Bool(true));
        if let Some(data) = self.data(api, random) {
            root.insert("data".to_owned(), data);
        }
        let attributes = self.attributes(api, random);
        if !attributes.is_empty() {
            root.insert("attributes".to_owned(), Json::Object(attributes));
        }
        Ok(body(&Json::Object(root)))
    }

    fn data(&self, api: Api<'_>, random: &mut Random) -> Option<Json> {
        let words = api.name().replace('_', " ");
        Some(match api.output() {
            Output::Text => json!(format!("the answer of {words}")),
            Output::Image => {
                let kind = ["image", "audio", "video"].get(random.below(3)).copied();
                json!({"type": kind, "url": "https://cdn.example/1.png"})
            }
            Output::Gallery => {
                let cards = self.options(api, &words, random).into_iter().map(|option| {
                    let title = option.get("title").cloned().unwrap_or_default();
                    json!({"title": title, "subtitle": words, "buttons": [option]})
                });
                Json::Array(cards.collect())
            }
            Output::Buttons | Output::QuickReplies => Json::Array(self.options(api, &words, random)),
            _ => return None,
        })
    }

    /// One to three options, each into another sequence that the API may open.
    fn options(&self, api: Api<'_>, words: &str, random: &mut Random) -> Vec<Json> {
        let mut targets: Vec<&str> = api.leads_to().collect();
        if targets.is_empty() {
            let sequences = self.program.sequences();
            targets = sequences
                .filter(|name| self.vocabulary.ids.contains_key(*name))
                .collect();
        }
        let first = random.below(targets.len());
        let most = 1 + random.below(3);
        targets.rotate_left(first);
        let options = targets.iter().take(most).enumerate().map(|(number, target)| {
            let value = self.vocabulary.ids.get(*target).map_or(*target, String::as_str);
            let mut option = json!({
                "title": format!("{words} {}", number + 1),
                "type": "sequence",
                "value": value,
            });
            if let (Some(extra), Some(option)) = (self.extra(random), option.as_object_mut()) {
                option.insert("extra".to_owned(), Json::String(extra));
            }
            option
        });
        let options: Vec<Json> = options.collect();
        if options.is_empty() {
            return vec![json!({"title": words, "type": "url", "value": "https://shop.example/"})];
        }
        options
    }

    /// What a tap carries; left out at times where the flow is prepared for that.
    fn extra(&self, random: &mut Random) -> Option<String> {
        if self.vocabulary.maybe_empty.contains(EXTRA) && random.chance(30) {
            return None;
        }
        let known: Vec<&str> = self.vocabulary.texts(EXTRA).collect();
        match random.pick(&known) {
            Some(known) if random.chance(60) => Some((*known).to_owned()),
            _ => Some("A-1".to_owned()),
        }
    }

    /// Everything that the API says it saves; but for what the flow knows may be empty.
    fn attributes(&self, api: Api<'_>, random: &mut Random) -> Object<String, Json> {
        let mut attributes = Object::new();
        for name in self.vocabulary.sets.get(api.name()).into_iter().flatten() {
            if self.vocabulary.maybe_empty.contains(name) && random.chance(30) {
                continue;
            }
            let declared = self.program.attribute_types();
            let found = declared
                .filter(|(key, _)| self.program.attribute_name(key) == Some(name))
                .last();
            let (key, ty) = found.unwrap_or((name, &Type::Text));
            attributes.insert(key.to_owned(), self.value(name, ty, random));
        }
        attributes
    }

    fn value(&self, name: &str, ty: &Type, random: &mut Random) -> Json {
        match ty {
            Type::Number => {
                let mut numbers = vec![json!(240), json!(1), json!(0)];
                for number in self.vocabulary.numbers(name) {
                    numbers.extend([
                        json!(number),
                        json!(number.as_f64() + 1.0),
                        json!(number.as_f64() - 1.0),
                    ]);
                }
                random.pick(&numbers).cloned().unwrap_or_default()
            }
            Type::YesNo => json!(random.chance(50)),
            Type::Date => json!("2026-12-31"),
            Type::OneOf(texts) => json!(random.pick(texts)),
            _ => {
                let known: Vec<&str> = self.vocabulary.texts(name).collect();
                match random.pick(&known) {
                    Some(known) if random.chance(60) => json!(known),
                    _ => json!("A-1"),
                }
            }
        }
    }
}

fn reply(status: u16, body: Vec<u8>) -> Reply {
    Reply {
        status,
        location: None,
        body,
    }
}

fn body(json: &Json) -> Reply {
    reply(200, json.to_string().into_bytes())
}
