//! What is wanted at a cursor, by the line before it.

use sayflow::Output;
use sayflow::syntax::Place;
use sayflow::syntax::ast::OptionsKind;

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
    /// The first word of a line.
    Words(Place),
    These(&'static [&'static str]),
}

const MEDIA: [&str; 3] = ["image", "audio", "video"];
const TYPES: Wanted = Wanted::These(&["text", "number", "yes/no", "date", "one of", "any"]);
const OUTPUTS: Wanted = Wanted::These(&["text", "image", "gallery", "buttons", "quick replies", "nothing"]);
const TRIGGERS: Wanted = Wanted::These(&[
    "start",
    "words",
    "intent",
    "unmatched",
    "api failure",
    "stale",
    "moved",
]);
const ACCEPTED: Wanted = Wanted::These(&[
    "text", "number", "date", "yes/no", "one of", "email", "phone", "url", "image", "file", "location",
    "pattern", "regex",
]);

/// The word that is being typed, and what is wanted in its place.
pub(super) fn of<'l>(line: &'l str, spot: Spot<'_>) -> (&'l str, Vec<Wanted>) {
    let start = line
        .char_indices()
        .rev()
        .take_while(|(_, letter)| is_of_name(*letter))
        .last()
        .map_or(line.len(), |(at, _)| at);
    let (head, word) = line.split_at_checked(start).unwrap_or((line, ""));
    (word, behind(head, spot))
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
    if head.ends_with("{{") {
        return vec![Wanted::Attributes];
    }
    if head.ends_with("<<") {
        return vec![Wanted::Apis(outputs(head, spot))];
    }
    if is_quoted(head) {
        return Vec::new();
    }
    if trimmed.ends_with("->") || trimmed.ends_with('→') {
        return vec![Wanted::Sequences, Wanted::These(&["url", "phone"])];
    }
    if trimmed.ends_with("visits(") {
        return vec![Wanted::Sequences];
    }
    let statement = statement(trimmed);
    if statement.is_empty() {
        return vec![Wanted::Words(spot.place)];
    }
    words(statement, spot)
}

/// What is wanted behind whole words.
fn words(statement: &str, spot: Spot<'_>) -> Vec<Wanted> {
    let mut words = statement.split_whitespace();
    let first = words.next().unwrap_or_default();
    let last = statement.split_whitespace().last().unwrap_or_default();
    let is_list = statement.ends_with(',');
    let count = statement.split_whitespace().count();
    match (first, last) {
        (_, "save") => vec![Wanted::Writable],
        (_, "secret") => vec![Wanted::Secrets],
        _ if is_else(statement) => vec![Wanted::Outcomes],
        ("goto", "goto") => vec![Wanted::Sequences],
        ("call", _) if count == 1 || (count == 2 && last.starts_with('@') && last != "@") => {
            vec![Wanted::Sequences]
        }
        ("leads", "to") => vec![Wanted::Sequences],
        ("leads", _) if is_list => vec![Wanted::Sequences],
        ("leads", "leads") => vec![Wanted::These(&["to"])],
        ("sets", _) if count == 1 || is_list => vec![Wanted::Writable],
        ("set" | "clear", _) if count == 1 => vec![Wanted::Writable],
        ("start", "start") if spot.place == Place::Test => vec![Wanted::Sequences],
        ("given", _) if count == 1 || is_list => vec![Wanted::Writable],
        ("expect", _) if count == 1 || is_list => vec![Wanted::Values],
        ("mock" | "called", _) if count == 1 => vec![Wanted::BareApis],
        ("get" | "post", _) if count == 1 && spot.place == Place::Api => vec![Wanted::Servers],
        ("do", _) if count == 1 => vec![Wanted::Actions],
        ("on", "on") => vec![TRIGGERS],
        ("accept", "accept") => vec![ACCEPTED],
        ("attribute", _) if last.ends_with(':') => vec![TYPES],
        ("api", _) if last.ends_with(':') => vec![OUTPUTS],
        ("quick", "quick") => vec![Wanted::These(&["replies"])],
        ("no", "no") => vec![Wanted::These(&["match", "reply", "interrupts"])],
        ("header" | "param" | "field", "=") => {
            vec![Wanted::Values, Wanted::These(&["secret", "yes", "no"])]
        }
        ("if" | "set", _) | (_, "if") if is_open(last) => {
            vec![
                Wanted::Values,
                Wanted::These(&["not", "visits", "extra", "yes", "no", "empty"]),
            ]
        }
        _ => Vec::new(),
    }
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
fn statement(line: &str) -> &str {
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
