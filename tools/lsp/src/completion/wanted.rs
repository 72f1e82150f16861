//! What is wanted at a cursor, by the line before it.

use sayflow::Output;
use sayflow::syntax::Place;
use sayflow::syntax::ast::{Carrier, OptionsKind};
use sayflow::syntax::words::{
    ANSWERS, EVENTS, MOCKED, OPERATORS, OUTPUTS, PRIORITIES, SENT, SENT_PLACE, TARGETS, TRIGGERS, TYPES,
};

use super::before::{Before, Marks, Within};
use super::quoted;
use super::statement::{is_open, statement, takes_another};
use crate::spot::Spot;

/// Something that may stand at the cursor.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wanted<'l> {
    /// `<<…>>` of one of these outputs.
    Apis(&'static [Output]),
    /// The name of an API without marks.
    BareApis,
    /// `{{…}}`
    Attributes,
    /// What an expression reads.
    Values,
    /// What can be given a value.
    Writable,
    Sequences,
    Servers,
    Actions,
    Secrets,
    /// Behind `else`.
    Outcomes,
    /// What a call can end in, in a test.
    Endings,
    /// The keys of the action that is asked for, which are not given yet.
    ActionKeys,
    /// The names of headers, params or fields.
    Keys(Carrier),
    /// The titles of options that the flow shows.
    Titles,
    /// The prompts and cards that options belong to.
    Blocks,
    /// The words that handlers wait for, or the intents.
    Heard {
        is_intent: bool,
    },
    /// `else`, where something before the cursor may fail.
    Else,
    /// What a test may deny.
    Deniable,
    /// The first word of a line.
    Words(Place),
    /// Items of APIs, with their marks.
    Items,
    /// What an attribute of this name can hold, where that is a choice.
    Choices(&'l str),
    /// The names of what a request of this API says.
    Said(&'l str),
    These(&'static [&'static str]),
}

const MEDIA: [&str; 3] = ["image", "audio", "video"];

/// Durations that are often written; a call may take five seconds at the most.
const CALLS: [&str; 4] = ["2s", "3s", "4s", "5s"];
const PAUSES: [&str; 3] = ["1s", "2s", "3s"];
const SILENCES: [&str; 4] = ["5m", "10m", "1h", "1d"];

/// The word that is being typed, and what is wanted in its place. `line` ends at the cursor.
pub(super) fn of<'l>(before: Before<'l>, line: &'l str, spot: Spot<'_>) -> (&'l str, Vec<Wanted<'l>>) {
    let (head, word) = split(line);
    let is_name = |inside: &str| inside.trim_start() == word;
    let wanted = match (before.within, before.open) {
        (Within::Comment, _) => Vec::new(),
        (_, Some((Marks::Attribute, inside))) if is_name(inside) => vec![Wanted::Attributes],
        (Within::Block, Some((Marks::Api, inside))) if is_name(inside) => vec![Wanted::Apis(&[Output::Text])],
        (_, Some((Marks::Api, inside))) if is_name(inside) => {
            vec![Wanted::Apis(outputs(head.trim_end(), spot))]
        }
        (Within::Text, None) => return quoted::of(line, spot),
        (Within::Text | Within::Block, _) => Vec::new(),
        // Who opens a block writes the line break next, which would take the first offer.
        (Within::Code, _) if line.ends_with('{') => Vec::new(),
        (Within::Code, _) => behind(head, spot),
    };
    (word, wanted)
}

/// The same where the word before belongs to the one that is typed, as in `quick re` and `yes/n`.
pub(super) fn of_two<'l>(line: &'l str, spot: Spot<'_>) -> Option<(&'l str, Vec<Wanted<'l>>)> {
    let (head, _) = split(line);
    let (head, first) = split(head.strip_suffix([' ', '/'])?);
    let words = line.get(head.len()..)?;
    (!first.is_empty()).then(|| (words, behind(head, spot)))
}

/// The names of the list that a line is, if it is one of names; `line` may be half a line.
pub(super) fn listed(line: &str, place: Place) -> impl Iterator<Item = &str> {
    let statement = statement(line, place);
    let list = statement.strip_prefix("leads to ");
    let list = list.or_else(|| statement.strip_prefix("sets "));
    list.into_iter().flat_map(|list| list.split(',').map(str::trim))
}

/// A line before the word that it ends in, and the word.
fn split(line: &str) -> (&str, &str) {
    let start = line.trim_end_matches(is_of_name).len();
    line.split_at_checked(start).unwrap_or((line, ""))
}

pub(super) fn is_of_name(letter: char) -> bool {
    letter == '_'
        || letter.is_alphanumeric()
        || (!letter.is_ascii() && !letter.is_whitespace() && !is_mark(letter))
}

/// Typographic marks that the language reads as its own.
fn is_mark(letter: char) -> bool {
    matches!(letter, '→' | '“' | '”' | '«' | '»' | '‘' | '’' | '…')
}

fn behind<'l>(head: &'l str, spot: Spot<'_>) -> Vec<Wanted<'l>> {
    let trimmed = head.trim_end();
    if trimmed.ends_with("->") || trimmed.ends_with('→') {
        let targets: &[&str] = match spot.options() {
            // A quick reply calls no number.
            Some(OptionsKind::QuickReplies) => TARGETS.split_last().map_or(&[], |(_, others)| others),
            _ => &TARGETS,
        };
        return vec![Wanted::Sequences, Wanted::These(targets)];
    }
    if trimmed.ends_with("visits(") {
        return vec![Wanted::Sequences];
    }
    let statement = statement(trimmed, spot.place);
    if statement.is_empty() {
        return vec![
            Wanted::Words(spot.place),
            Wanted::ActionKeys,
            Wanted::Else,
            Wanted::Items,
        ];
    }
    let line = Statement::of(statement, spot.place);
    let of_test = (spot.place == Place::Test).then(|| of_test(&line)).flatten();
    let mut wanted: Vec<Wanted<'l>> = filled(statement).map(Wanted::Choices).into_iter().collect();
    wanted.extend(of_test.unwrap_or_else(|| words(&line)));
    if takes_another(trimmed, spot.place) {
        wanted.extend([Wanted::Words(spot.place), Wanted::ActionKeys]);
    }
    wanted
}

/// The name of what the value behind a statement goes into, or is compared with.
pub(super) fn filled(statement: &str) -> Option<&str> {
    let mut words = statement.split_whitespace().rev();
    let operator = match words.next()? {
        "not" => words.next().filter(|word| *word == "is")?,
        other => other,
    };
    if !matches!(operator, "is" | "==" | "!=" | "=") {
        return None;
    }
    let name = match statement.strip_prefix("attribute ") {
        Some(declared) => declared.split([':', ' ']).next()?,
        None => words.next()?,
    };
    Some(name.trim_start_matches('('))
}

/// A line as far as it is written.
struct Statement<'l> {
    whole: &'l str,
    place: Place,
    first: &'l str,
    last: &'l str,
    /// How many words there are.
    count: usize,
    /// Whether a list goes on.
    is_list: bool,
}

impl<'l> Statement<'l> {
    fn of(whole: &'l str, place: Place) -> Self {
        let mut words = whole.split_whitespace();
        let first = words.next().unwrap_or_default();
        Self {
            whole,
            place,
            first,
            last: whole.split_whitespace().last().unwrap_or_default(),
            count: whole.split_whitespace().count(),
            is_list: whole.ends_with(','),
        }
    }

    /// Whether a name of a list is written next.
    const fn lists(&self) -> bool {
        self.count == 1 || self.is_list
    }
}

/// What is wanted behind whole words of a line of a test; `None` where it is as anywhere.
fn of_test<'l>(line: &Statement<'l>) -> Option<Vec<Wanted<'l>>> {
    Some(match (line.first, line.last) {
        ("not", "not") => vec![Wanted::Deniable],
        ("start", "start") => vec![Wanted::Sequences],
        ("mock", "=" | "then") if !line.whole.contains(" sets ") => {
            vec![Wanted::Endings, Wanted::These(&MOCKED)]
        }
        ("mock", "mock") | ("called", "called") => vec![Wanted::BareApis],
        ("mock", "sets") => vec![Wanted::Writable],
        ("given", _) if line.lists() => vec![Wanted::Writable],
        ("called", _) if line.is_list || line.last == "with" => {
            vec![Wanted::Said(
                line.whole.split_whitespace().nth(1).unwrap_or_default(),
            )]
        }
        ("expect", _) if line.lists() || line.last == "with" => vec![Wanted::Values],
        ("given" | "expect" | "mock", _) if line.is_list => vec![Wanted::Values],
        ("given" | "expect" | "called" | "mock", "=") => vec![Wanted::These(&["yes", "no"])],
        ("called", _) if line.count == 2 => vec![Wanted::These(&["with", "times"])],
        ("customer", "customer") => vec![Wanted::These(&SENT), Wanted::These(&[SENT_PLACE])],
        ("tap", last) if last.ends_with(['"', '”']) && line.count > 1 => vec![Wanted::These(&["of"])],
        ("event", "event") => vec![Wanted::These(&EVENTS)],
        ("wait" | "pause", _) if line.count == 1 => vec![Wanted::These(&SILENCES)],
        _ => return None,
    })
}

/// What is wanted behind whole words.
fn words<'l>(line: &Statement<'_>) -> Vec<Wanted<'l>> {
    let is_said = line.last.ends_with(['"', '”']);
    match (line.first, line.last) {
        (_, "save") => vec![Wanted::Writable],
        (_, "secret") => vec![Wanted::Secrets],
        (_, "priority") => vec![Wanted::These(&PRIORITIES)],
        _ if is_else(line.whole) => vec![Wanted::Outcomes],
        ("goto", "goto") => vec![Wanted::Sequences],
        ("call", _) if line.count == 1 || (line.count == 2 && is_id(line.last)) => {
            vec![Wanted::Sequences]
        }
        ("leads", "to") => vec![Wanted::Sequences],
        ("leads", _) if line.is_list => vec![Wanted::Sequences],
        ("leads", "leads") => vec![Wanted::These(&["to"])],
        ("sets", _) if line.lists() => vec![Wanted::Writable],
        ("set" | "clear", _) if line.count == 1 => vec![Wanted::Writable],
        ("get" | "post", _) if line.count == 1 && line.place == Place::Api => vec![Wanted::Servers],
        ("do", _) if line.count == 1 => vec![Wanted::Actions],
        ("on", "on") => vec![Wanted::These(&TRIGGERS)],
        ("accept", "accept") => vec![Wanted::These(&ANSWERS)],
        ("attribute", _) if line.last.ends_with(':') => vec![Wanted::These(&TYPES)],
        ("api", _) if line.last.ends_with(':') => vec![Wanted::These(&OUTPUTS)],
        (_, last) if line.place == Place::Action && last.ends_with(':') => vec![Wanted::These(&TYPES)],
        ("attribute", _) if line.count == 2 => vec![Wanted::These(&["key"])],
        ("sequence", _) if line.count == 2 || is_said => vec![Wanted::These(&["id", "was"])],
        ("no", "reply") => vec![Wanted::These(&SILENCES)],
        ("timeout", "timeout") => vec![Wanted::These(&CALLS)],
        ("wait", "wait") => vec![Wanted::These(&PAUSES)],
        ("header" | "param" | "field", "=") => {
            vec![Wanted::Values, Wanted::These(&["secret", "yes", "no"])]
        }
        (_, "=") if line.place == Place::Do => vec![Wanted::Values, Wanted::These(&["yes", "no", "extra"])],
        ("if" | "set", _) | (_, "if") if is_open(line.last) => {
            vec![
                Wanted::Values,
                Wanted::These(&["not", "visits", "extra", "yes", "no", "empty"]),
            ]
        }
        ("if", _) => vec![Wanted::These(&OPERATORS)],
        ("handover", _) if is_said => vec![Wanted::These(&["priority"])],
        ("ask", _) if is_said => vec![Wanted::These(&["save"])],
        ("text" | "image" | "audio" | "video", last) if is_said || last.ends_with(">>") => {
            vec![Wanted::Else]
        }
        ("call", last) if last.ends_with(">>") => vec![Wanted::Else],
        // The end of a text of several lines.
        ("\"\"\"", _) if line.count == 1 => vec![Wanted::Else],
        (first, last) if first.starts_with(['"', '“']) || first == "button" => behind_option(last),
        _ => Vec::new(),
    }
}

/// What can follow the target of an option.
fn behind_option<'l>(last: &str) -> Vec<Wanted<'l>> {
    if last == "extra" || last.ends_with("->") {
        Vec::new()
    } else {
        vec![Wanted::These(&["extra", "if"])]
    }
}

fn is_id(word: &str) -> bool {
    word.starts_with('@') && word != "@"
}

/// Whether nothing but outcomes stands behind the last `else`.
fn is_else(statement: &str) -> bool {
    let mut words = statement.rsplit(' ');
    let last = words.next().unwrap_or_default();
    let is_behind = statement
        .rsplit_once("else ")
        .is_some_and(|(_, rest)| !rest.contains(['"', '{', '}']));
    last == "else" || (is_behind && statement.ends_with(','))
}

/// The outputs that fit behind `<<`.
pub(super) fn outputs(head: &str, spot: Spot<'_>) -> &'static [Output] {
    let statement = statement(head, spot.place);
    let first = statement.split_whitespace().next().unwrap_or_default();
    if MEDIA.contains(&first) {
        return &[Output::Image];
    }
    match (first, spot.place, spot.options()) {
        ("call", ..) => &[Output::Nothing],
        ("<<", Place::Gallery, _) => &[Output::Gallery],
        ("<<", Place::Options, Some(OptionsKind::Buttons)) => &[Output::Buttons],
        ("<<", Place::Options, Some(OptionsKind::QuickReplies)) => &[Output::QuickReplies],
        ("<<", Place::Options, None) => &[Output::Buttons, Output::QuickReplies],
        _ => &[Output::Text],
    }
}
