//! `sayflow lsp`: the language server that editors start.

use clap::Args;

use crate::exit::{Exit, Stop};

/// Answer an editor over standard input and output
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Lsp {
    /// Accepted because many editors write it; there is no other way
    #[arg(long, hide = true)]
    stdio: bool,
}

const AFTER_HELP: &str = "\
Editors start this for `.flow` files; it speaks the Language Server Protocol.
The topmost folder that directly holds a `.flow` file is a flow, with all below it; what
else it answers is listed in docs/language-server.md.

Exit codes:
  0  the editor left
  2  the editor was gone without a word, or does not speak the protocol";

impl Lsp {
    /// Serves until the editor leaves.
    pub(crate) fn run(&self) -> Result<Exit, Stop> {
        sayflow_lsp::run_stdio().map_err(|stopped| Stop::misuse(stopped.to_string()))?;
        Ok(Exit::Fine)
    }
}
