//! `sayflow completions`: what a shell completes.

use std::io::Write;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::exit::{Exit, Stop};

/// Print the completion script of a shell
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

const AFTER_HELP: &str = "\
Examples:
  sayflow completions bash > ~/.local/share/bash-completion/completions/sayflow
  sayflow completions zsh > ~/.zfunc/_sayflow
  sayflow completions fish > ~/.config/fish/completions/sayflow.fish";

impl Completions {
    /// Prints the script.
    pub(crate) fn run(&self) -> Result<Exit, Stop> {
        // Into memory first: clap panics where it cannot write.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "sayflow", &mut script);
        std::io::stdout().write_all(&script)?;
        Ok(Exit::Fine)
    }
}
