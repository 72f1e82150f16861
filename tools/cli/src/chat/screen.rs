//! The screen: its width, whether somebody sits before it, and the lines written to it.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use unicode_width::UnicodeWidthStr;

use super::blocks;
use super::line::Line;
use super::spinner::{self, TURNING, TYPING};
use crate::render;

/// What stands before the line that is typed.
pub(crate) const PROMPT: &str = "› ";
/// Nobody wants to wait longer for a hint.
const LONGEST_PAUSE: Duration = Duration::from_millis(1500);

/// Where the chat is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    /// Whether both ends are a terminal: then lines are edited, and things move.
    is_live: bool,
}

impl Screen {
    pub(crate) fn new() -> Self {
        Self {
            is_live: io::stdin().is_terminal() && io::stdout().is_terminal(),
        }
    }

    pub(crate) fn is_live(self) -> bool {
        self.is_live
    }

    /// Whether what is written may have colours.
    pub(crate) fn has_color(self) -> bool {
        anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
    }

    /// The columns; the terminal may have been resized since.
    pub(crate) fn width(self) -> usize {
        render::width().saturating_sub(2)
    }

    /// Writes lines, one blank before each.
    pub(crate) fn show(self, lines: &[Line]) -> io::Result<()> {
        let mut output = anstream::stdout().lock();
        for line in lines {
            writeln!(output, " {line}")?;
        }
        output.flush()
    }

    /// Puts a bubble in the place of the line that was typed.
    pub(crate) fn replace_typed(self, typed: &str, shown: &str) -> io::Result<()> {
        if self.is_live {
            let rows = (PROMPT.width() + typed.width()) / render::columns() + 1;
            write!(anstream::stdout(), "\x1b[{rows}F\x1b[J")?;
        }
        self.show(&blocks::customer(shown, self.width()))
    }

    /// Does some work, with a spinner where somebody sees it.
    pub(crate) fn while_working<T>(self, text: &str, work: impl FnOnce() -> T) -> T {
        if self.is_live {
            spinner::during(TURNING, text, work)
        } else {
            work()
        }
    }

    /// A typing pause; a transcript does not wait.
    pub(crate) fn pause(self, duration: Duration) {
        if self.is_live {
            spinner::during(TYPING, "", || std::thread::sleep(duration.min(LONGEST_PAUSE)));
        }
    }
}
