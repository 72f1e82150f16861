//! `sayflow fmt`: the one canonical form of a flow.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use sayflow::{Diagnostic, Source};
use sayflow_kit::read_beginning;

use crate::atomic_file;
use crate::exit::{Exit, Stop};
use crate::flow_files::{self, FlowFile, formatted, too_large};
use crate::render::{counted, report};
use crate::told::{self, Told};
use crate::visible::visible;

/// Give the files of a flow their canonical form
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Fmt {
    /// Folders with `.flow` files, or files
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,

    /// Write nothing; name the files that are in another form
    #[arg(long)]
    check: bool,

    /// Format the standard input to the standard output
    #[arg(long, conflicts_with = "paths")]
    stdin: bool,
}

const AFTER_HELP: &str = "\
There is nothing to configure. What a customer reads stays byte for byte, and a broken
line stays as it stands. Lines end as the first one of their file: in LF or in CRLF.

Examples:
  sayflow fmt shop
  sayflow fmt --check shop        in a workflow
  sayflow fmt --stdin < a.flow    in an editor

Exit codes:
  0  fine
  1  with `--check`, files are in another form; or a file is not UTF-8 or too large
  2  misuse: an unknown argument, a file that cannot be read or written";

impl Fmt {
    /// Formats every file.
    pub(crate) fn run(&self) -> Result<Exit, Stop> {
        if self.stdin {
            return self.format_stdin();
        }
        let mut exit = Exit::Fine;
        let mut changed = 0;
        let mut told = Told::to(anstream::stdout());
        let mut refusals = told::aside();
        let flows = flow_files::flows(&self.paths)?;
        for file in flows.iter().flat_map(|flow| &flow.files) {
            let name = visible(file.source.name());
            match self.format_file(file)? {
                Formatted::Same => {}
                Formatted::Changed => {
                    let what = if self.check { "" } else { "formatted " };
                    writeln!(told, "{what}{name}")?;
                    changed += 1;
                }
                Formatted::Refused(refusal) => {
                    report(&refusal, &mut refusals)?;
                    exit = Exit::Findings;
                }
            }
        }
        told.end()?;
        if self.check && changed > 0 {
            writeln!(told::aside(), "{} would change", counted(changed, "file"))?;
            exit = Exit::Findings;
        }
        Ok(exit)
    }

    fn format_file(&self, file: &FlowFile) -> Result<Formatted, Stop> {
        if let Some(refusal) = file.refusal() {
            return Ok(Formatted::Refused(refusal));
        }
        let text = formatted(&file.source);
        if text == file.source.text() {
            return Ok(Formatted::Same);
        }
        if !self.check {
            atomic_file::replace(&file.path, file.source.text(), &text)?;
        }
        Ok(Formatted::Changed)
    }

    fn format_stdin(&self) -> Result<Exit, Stop> {
        let source = match Source::from_bytes("stdin", read_beginning(io::stdin())?) {
            Ok(source) => source,
            Err(damage) => {
                report(&damage, &mut told::aside())?;
                return Ok(Exit::Findings);
            }
        };
        if let Some(refusal) = too_large(&source) {
            report(&refusal, &mut told::aside())?;
            return Ok(Exit::Findings);
        }
        let text = formatted(&source);
        if self.check {
            return Ok(Exit::after(text != source.text()));
        }
        io::stdout().write_all(text.as_bytes())?;
        Ok(Exit::Fine)
    }
}

/// What became of a file.
enum Formatted {
    Same,
    Changed,
    /// It is not UTF-8, or too large.
    Refused(Diagnostic),
}
