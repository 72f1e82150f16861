//! `sayflow secrets`: what a flow keeps from its readers, and who is told.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::run::report;
use crate::endpoints::{is_no_text, secret_of_environment};
use crate::exit::{Exit, Stop};
use crate::flow_files;
use crate::visible::visible;

/// List the secrets that a flow needs, and the servers that each is sent to
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Secrets {
    /// A folder with `.flow` files, or one file
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
}

const AFTER_HELP: &str = "\
`sayflow run` and `sayflow call` take a secret from the environment variable of its name and
send it to these servers and to no other. Its value is never shown.

Exit codes:
  0  the environment has them all
  1  one is missing or not UTF-8, or the flow has errors
  2  misuse: an unknown argument, a file that cannot be read";

impl Secrets {
    /// Prints a line for each secret.
    pub(crate) fn run(&self) -> Result<Exit, Stop> {
        let program = match flow_files::program(&self.path)? {
            Ok(program) => program,
            Err(findings) => {
                report(&findings);
                return Ok(Exit::Findings);
            }
        };
        let mut is_one_missing = false;
        let mut output = anstream::stdout();
        for (name, origins) in program.secrets() {
            let is_set = secret_of_environment(&name).is_some();
            is_one_missing |= !is_set;
            let state = match is_set {
                true => "set",
                false if is_no_text(&name) => "not UTF-8",
                false => "missing",
            };
            let line = format!("{name}  {state}  {}", origins.join(", "));
            writeln!(output, "{}", visible(&line))?;
        }
        Ok(Exit::after(is_one_missing))
    }
}
