//! What is wanted at a cursor, by the line before it.

use sayflow::Output;
use sayflow::syntax::Place;
use sayflow::syntax::ast::{Carrier, OptionsKind};
use sayflow::syntax::words::{
    ANSWERS, EVENTS, MOCKED, OPERATORS, OUTPUTS, PRIORITIES, SENT, SENT_PLACE, TARGETS, TRIGGERS, TYPES,
};

use super::quoted;
use crate::spot::Spot;

/// Something that may stand at the cursor.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wanted {
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
    These(&'static [&'static str]),
}

const MEDIA: [&str; 3] = ["image", "audio", "video"];

/// Durations that are often written; a call may take five seconds at the most.
const CALLS: [&str; 4] = ["2s", "3s", "4s", "5s"];
const PAUSES: [&str; 3] = ["1s", "2s", "3s"];
const SILENCES: [&str; 4] = ["5m", "10m", "1h", "1d"];

/// The word that is being typed, and what is wanted in its place.
pub(super) fn of<'l>(line: &'l str, spot: Spot<'_>) -> (&'l str, Vec<Wanted>) {
    let start = line
        .char_indices()
        .rev()
        .take_while(|(_, letter)| is_of_name(*letter))
        .last()
        .map_or(line.len(), |(at, _)| at);
    let (head, word) = line.split_at_checked(start).unwrap_or((line, ""));
    if head.ends_with("{{") {
        (word, vec![Wanted::Attributes])
    } else if head.ends_with("<<") {
        (word, vec![Wanted::Apis(outputs(head, spot))])
    } else if is_quoted(head) {
        quoted::of(line, spot)
    } else {
        (word, behind(head, spot))
    }
}

fn is_of_name(letter: char) -> bool {
    letter == '_'
        || letter.is_alphanumeric()
        || (!letter.is_ascii() && !letter.is_whitespace() && !is_mark(letter))
}

/// Typographic marks that the language reads as its own.
fn is_mark(letter: char) -> bool {
    matches!(letter, '→' | '“' | '”' | '«' | '»' | '‘' | '’' | '…')
}

fn behind(head: &str, spot: Spot<'_>) -> Vec<Wanted> {
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
    let statement = statement(trimmed);
    if statement.is_empty() {
        return vec![Wanted::Words(spot.place), Wanted::ActionKeys, Wanted::Else];
    }
    let line = Statement::of(statement, spot.place);
    if spot.place == Place::Test
        && let Some(wanted) = of_test(&line)
    {
        return wanted;
    }
    words(&line)
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
fn of_test(line: &Statement<'_>) -> Option<Vec<Wanted>> {
    Some(match (line.first, line.last) {
        ("not", "not") => vec![Wanted::Deniable],
        ("start", "start") => vec![Wanted::Sequences],
        ("mock", "=" | "then") if !line.whole.contains(" sets ") => {
            vec![Wanted::Endings, Wanted::These(&MOCKED)]
        }
        ("mock", "mock") | ("called", "called") => vec![Wanted::BareApis],
        ("mock", "sets") => vec![Wanted::Writable],
        ("given", _) if line.lists() => vec![Wanted::Writable],
        ("expect" | "called", _) if line.lists() || line.last == "with" => vec![Wanted::Values],
        ("given" | "expect" | "called" | "mock", _) if line.is_list => vec![Wanted::Values],
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
fn words(line: &Statement<'_>) -> Vec<Wanted> {
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
        ("quick", "quick") => vec![Wanted::These(&["replies"])],
        ("no", "no") => vec![Wanted::These(&["match", "reply", "interrupts"])],
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
        (first, last) if first.starts_with(['"', '“']) || first == "button" => behind_option(last),
        _ => Vec::new(),
    }
}

/// What can follow the target of an option.
fn behind_option(last: &str) -> Vec<Wanted> {
    if last == "extra" || last.ends_with("->") {
        Vec::new()
    } else {
        vec![Wanted::These(&["extra", "if"])]
    }
}

fn is_id(word: &str) -> bool {
    word.starts_with('@') && word != "@"
}

/// Whether an expression goes on behind a word.
fn is_open(last: &str) -> bool {
    let words = ["if", "and", "or", "not", "is", "contains", "with"];
    words.contains(&last) || last.ends_with(['=', '<', '>', '+', '-', '*', '/', '(', ','])
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

/// The statement that the cursor is in: what stands behind the last brace outside of quotes.
pub(super) fn statement(line: &str) -> &str {
    let mut start = 0;
    let mut quoted = Quotes::default();
    for (at, letter) in line.char_indices() {
        if !quoted.step(letter) && matches!(letter, '{' | '}') {
            start = at + 1;
        }
    }
    line.get(start..).unwrap_or_default().trim_start()
}

fn is_quoted(line: &str) -> bool {
    let mut quoted = Quotes::default();
    line.chars().for_each(|letter| {
        quoted.step(letter);
    });
    quoted.is_open
}

#[derive(Default)]
struct Quotes {
    is_open: bool,
    is_escaped: bool,
}

impl Quotes {
    /// Whether the letter stands in quotes, or is one.
    fn step(&mut self, letter: char) -> bool {
        let was_open = self.is_open;
        match letter {
            _ if self.is_escaped => self.is_escaped = false,
            '\\' if self.is_open => self.is_escaped = true,
            '"' => self.is_open = !self.is_open,
            '“' => self.is_open = true,
            '”' => self.is_open = false,
            _ => {}
        }
        was_open || self.is_open
    }
}

/// The outputs that fit behind `<<`.
fn outputs(head: &str, spot: Spot<'_>) -> &'static [Output] {
    let statement = statement(head);
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
