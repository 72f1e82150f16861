//! How the process ends: three exit codes, and why a command stopped early.

use std::io::{self, Write};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};

use crate::told;
use crate::visible::visible;

/// How a command ended that did its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Exit code 0.
    Fine,
    /// There is something to mend; exit code 1.
    Findings,
}

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) enum Stop {
    /// There is something to mend first; exit code 1.
    Findings(Vec<String>),
    /// It was used wrongly, or a file could not be read or written; exit code 2.
    Misuse(String),
    /// Whoever read the output has left; exit code 0.
    OutputClosed,
}

impl Exit {
    /// The end of a command that looked for something to mend.
    pub(crate) fn after(has_findings: bool) -> Self {
        if has_findings { Self::Findings } else { Self::Fine }
    }
}

impl Stop {
    pub(crate) fn misuse(message: impl Into<String>) -> Self {
        Self::Misuse(message.into())
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::OutputClosed,
            _ => Self::Misuse(error.to_string()),
        }
    }
}

/// What an engine refuses was asked for in the arguments.
impl From<sayflow::Error> for Stop {
    fn from(error: sayflow::Error) -> Self {
        Self::Misuse(error.to_string())
    }
}

/// The exit code of a command, its error printed.
pub(crate) fn code(end: Result<Exit, Stop>) -> ExitCode {
    match end {
        Ok(Exit::Fine) | Err(Stop::OutputClosed) => ExitCode::SUCCESS,
        Ok(Exit::Findings) => ExitCode::from(1),
        Err(Stop::Findings(messages)) => {
            messages.iter().for_each(|message| tell_error(message));
            ExitCode::from(1)
        }
        Err(Stop::Misuse(message)) => {
            tell_error(&message);
            ExitCode::from(2)
        }
    }
}

/// Prints what is wrong.
pub(crate) fn tell_error(message: &str) {
    let red = Style::new().fg_color(Some(AnsiColor::Red.into())).bold();
    let _ = writeln!(told::aside(), "{red}error:{red:#} {}", visible(message));
}
