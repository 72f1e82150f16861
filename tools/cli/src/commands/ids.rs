//! `sayflow ids`: a stable name for everything that outlives a turn.

use std::io::Write;
use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use clap::Args;
use sayflow::{Source, syntax};

use crate::atomic_file;
use crate::exit::{Exit, Stop};
use crate::flow_files::{self, FlowFile};
use crate::render::{counted, report};
use crate::told::{self, Told};
use crate::visible::visible;

/// Write an `@id` where one is missing
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Ids {
    /// Folders with `.flow` files, or files
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Write the ids; without it they are shown
    #[arg(long)]
    write: bool,
}

const AFTER_HELP: &str = "\
A session, a button that was sent last week and a translation refer to a statement by its
id. An id that is there is never changed.

Examples:
  sayflow ids shop
  sayflow ids shop --write

Exit codes:
  0  every statement has its id, or has it now
  1  without `--write`, ids are missing; or a file is not UTF-8 or too large
  2  misuse: an unknown argument, a file that cannot be read or written";

impl Ids {
    /// Shows or writes the missing ids of every file.
    pub(crate) fn run(&self) -> Result<Exit, Stop> {
        let mut exit = Exit::Fine;
        let mut missing = 0;
        let mut told = Told::to(anstream::stdout());
        let mut refusals = told::aside();
        let flows = flow_files::flows(&self.paths)?;
        for file in flows.iter().flat_map(|flow| &flow.files) {
            if let Some(refusal) = file.refusal() {
                report(&refusal, &mut refusals)?;
                exit = Exit::Findings;
            } else {
                missing += self.run_file(file, &mut told)?;
            }
        }
        told.end()?;
        let words = if self.write { "written" } else { "missing" };
        writeln!(told::aside(), "{} {words}", counted(missing, "id"))?;
        if missing > 0 && !self.write {
            exit = Exit::Findings;
        }
        Ok(exit)
    }

    /// The number of ids that one file lacks.
    fn run_file(&self, file: &FlowFile, told: &mut dyn Write) -> Result<usize, Stop> {
        let (tree, _) = syntax::parse(&file.source);
        let edits = sayflow_kit::missing_ids(&tree);
        if edits.is_empty() {
            return Ok(0);
        }
        let text = sayflow_kit::apply_edits(file.source.text(), &edits);
        if self.write {
            atomic_file::replace(&file.path, file.source.text(), &text)?;
            let name = visible(file.source.name());
            writeln!(told, "{name}: {} written", counted(edits.len(), "id"))?;
        } else {
            told.write_all(changes(&file.source, &text).as_bytes())?;
        }
        Ok(edits.len())
    }
}

/// The lines that change, as a listing; an id adds no line.
fn changes(source: &Source, text: &str) -> String {
    let red = Style::new().fg_color(Some(AnsiColor::Red.into()));
    let green = Style::new().fg_color(Some(AnsiColor::Green.into()));
    let lines = source.text().lines().zip(text.lines()).enumerate();
    let changed = lines
        .filter(|(_, (old, new))| old != new)
        .map(|(index, (old, new))| {
            let place = format!("{}:{}", visible(source.name()), index + 1);
            format!(
                "{place}\n{red}- {}{red:#}\n{green}+ {}{green:#}\n",
                visible(old),
                visible(new)
            )
        });
    changed.collect()
}
