//! The keys of the chat: Up and Down go through the options, Tab completes titles and commands.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustyline::completion::Completer;
use rustyline::highlight::Highlighter;
use rustyline::hint::{Hint, Hinter};
use rustyline::validate::Validator;
use rustyline::{
    Cmd, ConditionalEventHandler, Context, Event, EventContext, Helper, Movement, RepeatCount, Result,
};

use super::commands;
use super::palette::{CUSTOMER, QUIET};

/// What the keys know about the screen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    titles: Vec<String>,
    hint: String,
}

impl Keys {
    /// The options and the hint of the line that is read next.
    pub(crate) fn set(&self, titles: Vec<String>, hint: String) {
        *self.state() = State { titles, hint };
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What Up or Down does.
    pub(crate) fn arrow(&self, direction: Direction) -> Arrow {
        Arrow {
            keys: self.clone(),
            direction,
        }
    }
}

/// Which arrow it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Up,
    Down,
}

/// Fills the line with the next title; behind the last the line is empty. With a text in the line,
/// or without options, the arrows go through what was typed before.
#[derive(Clone, Debug)]
pub(crate) struct Arrow {
    keys: Keys,
    direction: Direction,
}

impl ConditionalEventHandler for Arrow {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, ctx: &EventContext<'_>) -> Option<Cmd> {
        let state = self.keys.state();
        let next = next(&state.titles, ctx.line(), self.direction)?;
        Some(Cmd::Replace(Movement::WholeLine, Some(next.to_owned())))
    }
}

fn next<'t>(titles: &'t [String], line: &str, direction: Direction) -> Option<&'t str> {
    let last = titles.len().checked_sub(1)?;
    let at = titles.iter().position(|title| title == line);
    if at.is_none() && !line.is_empty() {
        return None;
    }
    let next = match (direction, at) {
        (Direction::Down, None) => Some(0),
        (Direction::Down, Some(at)) => Some(at + 1),
        (Direction::Up, None) => Some(last),
        (Direction::Up, Some(at)) => at.checked_sub(1),
    };
    Some(next.and_then(|at| titles.get(at)).map_or("", String::as_str))
}

impl Helper for Keys {}

impl Validator for Keys {}

impl Completer for Keys {
    type Candidate = String;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> Result<(usize, Vec<String>)> {
        let start = line.get(..pos).unwrap_or(line).to_lowercase();
        let state = self.state();
        let mut fitting = state.titles.clone();
        if !start.is_empty() {
            fitting.extend(commands::names().map(str::to_owned));
        }
        fitting.retain(|title| title.to_lowercase().starts_with(&start));
        Ok((0, fitting))
    }
}

/// A hint that is never put into the line.
#[derive(Debug)]
pub(crate) struct Faint(String);

impl Hint for Faint {
    fn display(&self) -> &str {
        &self.0
    }

    fn completion(&self) -> Option<&str> {
        None
    }
}

impl Hinter for Keys {
    type Hint = Faint;

    fn hint(&self, line: &str, _: usize, _: &Context<'_>) -> Option<Faint> {
        line.is_empty().then(|| Faint(self.state().hint.clone()))
    }
}

impl Highlighter for Keys {
    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        Cow::Owned(format!("{CUSTOMER}{prompt}{CUSTOMER:#}"))
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(format!("{QUIET}{hint}{QUIET:#}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_go_round() {
        let titles = ["S".to_owned(), "M".to_owned()];
        let down = |line| next(&titles, line, Direction::Down);
        let up = |line| next(&titles, line, Direction::Up);
        assert_eq!([down(""), down("S"), down("M")], [Some("S"), Some("M"), Some("")]);
        assert_eq!([up(""), up("M"), up("S")], [Some("M"), Some("S"), Some("")]);
        assert_eq!(down("something"), None);
        assert_eq!(next(&[], "", Direction::Down), None);
    }
}
