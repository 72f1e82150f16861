//! What the customer types: line by line, edited where a terminal is there.

use std::io::{self, ErrorKind, StdinLock, Write};

use rustyline::config::{ColorMode, CompletionType};
use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use rustyline::{Config, Editor, EventHandler, ExternalPrinter, KeyCode, KeyEvent, Modifiers};
use sayflow::Wait;

use super::choices::Choices;
use super::keys::{Direction, Keys};
use super::notes;
use super::screen::{PROMPT, Screen};
use crate::exit::Stop;
use crate::lines::{Line, Lines};
use crate::render::{Format, counted, render};
use crate::watch::Reloaded;

/// Where lines come from.
pub(crate) enum Reader {
    Terminal(Box<Terminal>),
    Plain(Lines<StdinLock<'static>>),
}

/// A line editor and its keys.
pub(crate) struct Terminal {
    editor: Editor<Keys, DefaultHistory>,
    keys: Keys,
}

impl Reader {
    pub(crate) fn new(screen: &Screen) -> Result<Self, Stop> {
        if !screen.is_live() {
            return Ok(Self::Plain(Lines::new(io::stdin().lock())));
        }
        let colors = if screen.has_color() {
            ColorMode::Forced
        } else {
            ColorMode::Disabled
        };
        let config = Config::builder()
            .completion_type(CompletionType::Circular)
            .color_mode(colors)
            .build();
        let mut editor = Editor::with_config(config).map_err(failed)?;
        let keys = Keys::default();
        for (code, direction) in [(KeyCode::Up, Direction::Up), (KeyCode::Down, Direction::Down)] {
            let arrow = EventHandler::Conditional(Box::new(keys.arrow(direction)));
            editor.bind_sequence(KeyEvent(code, Modifiers::NONE), arrow);
        }
        editor.set_helper(Some(keys.clone()));
        Ok(Self::Terminal(Box::new(Terminal { editor, keys })))
    }

    /// The next line, or why it is none; `None` when the customer has left.
    pub(crate) fn next(&mut self, choices: &Choices, wait: &Wait) -> Result<Option<Line>, Stop> {
        match self {
            Self::Terminal(terminal) => terminal.next(choices, wait),
            Self::Plain(lines) => Ok(lines.next().transpose()?),
        }
    }

    /// Tells of a flow that was reloaded, also while a line is being typed.
    pub(crate) fn teller(&mut self, screen: &Screen) -> impl FnMut(Reloaded) + Send + 'static {
        let screen = *screen;
        let mut printer = match self {
            Self::Terminal(terminal) => terminal.editor.create_external_printer().ok(),
            Self::Plain(_) => None,
        };
        move |reloaded| {
            let text = told(&reloaded, screen.width());
            let text = if screen.has_color() {
                text
            } else {
                anstream::adapter::strip_str(&text).to_string()
            };
            // A note that cannot be shown must not end the chat.
            let _ = match &mut printer {
                Some(printer) => printer.print(text).map_err(io::Error::other),
                None => io::stderr().write_all(text.as_bytes()),
            };
        }
    }
}

fn told(reloaded: &Reloaded, width: usize) -> String {
    let event = |text: &str| format!(" {}\n", notes::event(text, width));
    match reloaded {
        Reloaded::Runs(sequences) => event(&format!("flow reloaded, {}", counted(*sequences, "sequence"))),
        Reloaded::Broken(findings) => {
            format!(
                "{}{}",
                render(findings, Format::Human),
                event("the chat goes on with the flow as it was")
            )
        }
        Reloaded::Unreadable(message) => event(message),
    }
}

impl Terminal {
    fn next(&mut self, choices: &Choices, wait: &Wait) -> Result<Option<Line>, Stop> {
        self.keys
            .set(choices.titles().map(str::to_owned).collect(), hint(choices, wait));
        match self.editor.readline(PROMPT) {
            Ok(line) => {
                // What cannot be remembered can still be said.
                let _ = self.editor.add_history_entry(line.trim());
                Ok(Some(Ok(line)))
            }
            Err(ReadlineError::Eof | ReadlineError::Interrupted) => Ok(None),
            // The editor has taken what was typed, and does not say which byte it was.
            Err(ReadlineError::Io(error)) if error.kind() == ErrorKind::InvalidData => {
                let damage = "what was typed is not UTF-8; send it again as UTF-8";
                Ok(Some(Err(damage.to_owned())))
            }
            Err(error) => Err(failed(error)),
        }
    }
}

/// What is faintly written where nothing is typed yet.
fn hint(choices: &Choices, wait: &Wait) -> String {
    let mut hint = match (choices.len(), choices.takes_numbers()) {
        (0, _) | (_, false) if wait.ask.is_some() => "your answer".to_owned(),
        (0, _) => "a message".to_owned(),
        (1, true) => "1, or a message".to_owned(),
        (number, true) => format!("1–{number}, ↓, or a message"),
        (_, false) => "↓, or a message".to_owned(),
    };
    if wait.due.is_some() {
        hint.push_str(" · /silence to let time pass");
    }
    hint
}

fn failed(error: ReadlineError) -> Stop {
    match error {
        ReadlineError::Io(error) => error.into(),
        other => Stop::misuse(other.to_string()),
    }
}
