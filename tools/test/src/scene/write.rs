//! A scene as the text of a `test` block.

mod clock;
mod expect;
mod json_text;
mod mock;
mod mocks;
mod quote;
mod taps;
mod words;

use indexmap::IndexMap;
use sayflow::{Customer, Input, InputKind, Program, Session, Value};

use super::recorder::values;
use super::rehearsal::{Rehearsed, rehearse};
use super::{Act, Played, Said, Scene};
use clock::Clock;
pub(crate) use expect::can_be_expected;
pub(crate) use json_text::with_numbers;
use mocks::Mocks;
pub(crate) use quote::{is_writable, line};
use taps::Taps;
pub(crate) use words::{name_of, value};

/// A list that is longer than this many characters is cut into lines.
const LINE_CHARS: usize = 100;

/// Writes a scene as a test of a flow.
pub(super) fn test(scene: &Scene, program: &Program) -> String {
    let rehearsed = rehearse(scene, program);
    let mut mocks = Mocks::new(program, &rehearsed);
    let mut clock = Clock::new(scene);
    let mut taps = Taps::default();
    let mut lines = Lines::default();
    lines.open(&format!("test {}", line(&scene.name)));
    if scene.session != Session::new() {
        lines.note("the conversation had begun before it was recorded; a test begins a new one");
    }
    given_at_first(&mut lines, program, &scene.customer);
    clock.begin(&mut lines);
    mocks.begin(&mut lines);
    let mut turns = rehearsed.iter();
    let mut before = None;
    for act in &scene.acts {
        lines.gap();
        match act {
            Act::Given(changes) => given(&mut lines, program, changes),
            Act::Restart => lines.push("restart"),
            Act::Turn(played) => {
                check(&mut lines, played, turns.next());
                mocks.turn(&mut lines);
                let is_fired = clock.turn(&mut lines, played);
                if !is_fired {
                    input(&mut lines, program, (played, before), &taps);
                }
                expect::turn(&mut lines, program, played);
                taps.note(played);
                before = Some(&**played);
            }
        }
    }
    lines.gap();
    for (api, calls) in mocks.counts() {
        lines.push(&match calls {
            1 => format!("called {api} 1 time"),
            calls => format!("called {api} {calls} times"),
        });
    }
    lines.close();
    lines.text
}

/// Says where the test would not pass.
fn check(lines: &mut Lines, played: &Played, rehearsed: Option<&Rehearsed<'_>>) {
    if rehearsed.is_none_or(|rehearsed| !rehearsed.is_same) {
        lines.note(
            "played again with what is recorded here, this turn went otherwise: the flow was edited, the \
             conversation had begun before, or a reply said something that is masked",
        );
    }
    let answers = rehearsed.map_or(&[][..], |rehearsed| &rehearsed.sent);
    for (api, _) in answers.iter().filter(|(_, called)| called.is_none()) {
        lines.note(&format!("no answer of {api} was recorded for this turn"));
    }
    let texts = played.attributes.values().flatten().filter_map(Value::as_text);
    let is_writable = played.said.iter().all(expect::is_writable)
        && texts.chain(text_of(&played.input)).all(quote::is_writable);
    if !is_writable {
        lines.note("a control character is left out here: the language of tests cannot write it");
    }
}

/// The customer of the first turn, as far as it is not the usual one.
fn given_at_first(lines: &mut Lines, program: &Program, customer: &Customer) {
    let usual = values(&Customer::new(1));
    let values = values(customer).into_iter();
    let unusual = values.filter(|(key, value)| usual.get(key) != Some(value));
    let unusual: IndexMap<_, _> = unusual.map(|(key, value)| (key, Some(value))).collect();
    given(lines, program, &unusual);
}

fn given(lines: &mut Lines, program: &Program, changes: &IndexMap<String, Option<Value>>) {
    let mut given = Vec::new();
    for (key, value) in changes {
        let written = match value {
            Some(value) => words::value(value),
            // An empty field of the record is an unknown one; an attribute would hold an empty text.
            None if words::is_field(key) => Some(line("")),
            None => None,
        };
        match words::name_of(program, key).zip(written) {
            Some((name, value)) => given.push(format!("{name} = {value}")),
            None => {
                let what = if value.is_some() { "given" } else { "cleared" };
                lines.note(&format!(
                    "{} was {what}, which a test cannot write",
                    quote::in_comment(key)
                ));
            }
        }
    }
    lines.list("given", &given);
}

fn input(lines: &mut Lines, program: &Program, (played, before): (&Played, Option<&Played>), taps: &Taps) {
    let input = &played.input;
    let is_again = |before: &&Played| before.input.id == input.id && before.input.kind == input.kind;
    if input.id.is_some() && before.as_ref().is_some_and(is_again) {
        return lines.push("again");
    }
    match &input.kind {
        InputKind::Start(None) => lines.push("start"),
        InputKind::Start(Some(name)) => {
            lines.push(&format!("start {}", program.sequence_name(name).unwrap_or(name)));
        }
        InputKind::Text(text) => lines.push(&format!("customer {}", line(text))),
        file @ (InputKind::Image(url)
        | InputKind::Audio(url)
        | InputKind::Video(url)
        | InputKind::File(url)) => {
            lines.push(&format!("customer {} {}", file.name(), line(url)));
        }
        InputKind::Location { latitude, longitude } => {
            lines.push(&format!("customer location {latitude}, {longitude}"));
        }
        InputKind::Tap(id) => taps.write(lines, id),
        InputKind::Intent(name) => lines.push(&format!("intent {}", line(name))),
        InputKind::NoReply(_) => lines.note("the customer was silent, and no question was waiting"),
        _ => lines.note("an input that the language of tests does not know"),
    }
}

/// What the customer said in words, or sent.
fn text_of(input: &Input) -> Option<&str> {
    match &input.kind {
        InputKind::Text(text)
        | InputKind::Intent(text)
        | InputKind::Image(text)
        | InputKind::Audio(text)
        | InputKind::Video(text)
        | InputKind::File(text) => Some(text),
        _ => None,
    }
}

/// What was said, as the lines that expect exactly that.
pub(crate) fn said_lines<'s>(program: &Program, said: impl IntoIterator<Item = &'s Said>) -> Vec<String> {
    let mut lines = Lines::default();
    for said in said {
        expect::said(&mut lines, program, said);
    }
    lines.text.lines().map(str::to_owned).collect()
}

/// Lines with their indent.
#[derive(Debug, Default)]
pub(super) struct Lines {
    text: String,
    depth: usize,
    /// Whether an empty line is due before the next.
    has_gap: bool,
}

impl Lines {
    fn push(&mut self, line: &str) {
        if std::mem::take(&mut self.has_gap) {
            self.text.push('\n');
        }
        if !line.is_empty() {
            self.text.push_str(&"  ".repeat(self.depth));
        }
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn push_deeper(&mut self, line: &str) {
        self.depth += 1;
        self.push(line);
        self.depth -= 1;
    }

    fn open(&mut self, head: &str) {
        self.push(&format!("{head} {{"));
        self.depth += 1;
    }

    fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.has_gap = false;
        self.push("}");
    }

    /// An empty line before the next one, unless a block has just been opened.
    fn gap(&mut self) {
        self.has_gap = !self.text.ends_with("{\n");
    }

    /// Something that whoever reads the test has to know. What it quotes cannot turn the line round.
    fn note(&mut self, text: &str) {
        let picture = |letter| match letter {
            '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => char::REPLACEMENT_CHARACTER,
            letter if letter.is_control() => char::REPLACEMENT_CHARACTER,
            letter => letter,
        };
        let text: String = text.chars().map(picture).collect();
        self.push(&format!("// NOTE: {text}"));
    }

    /// Things behind a word, with commas between; on several lines, each with the word, where one is too long.
    fn list(&mut self, word: &str, things: &[String]) {
        let mut written = String::new();
        for thing in things {
            let is_full = written.chars().count() + thing.chars().count() > LINE_CHARS;
            if written.is_empty() || is_full {
                if !written.is_empty() {
                    self.push(&written);
                }
                written = format!("{word} {thing}");
            } else {
                written.push_str(", ");
                written.push_str(thing);
            }
        }
        if !written.is_empty() {
            self.push(&written);
        }
    }
}
