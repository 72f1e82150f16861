//! `sayflow replay`: turns of production, played again with the same or another flow.

mod report;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use sayflow_test::{Replayer, Scope, Trace};

use super::run;
use crate::exit::{Exit, Stop};
use crate::flow_files;
use crate::told::Told;
use crate::visible::{in_json, visible};
use report::{Place, Report, Turn};

/// Play traces of production again
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP, group = ArgGroup::new("with").required(true))]
pub(crate) struct Replay {
    /// Files of traces, one turn a line, or folders with `.jsonl` files of them
    #[arg(value_name = "TRACE", required = true)]
    traces: Vec<PathBuf>,

    /// The flow that said it: everything must come out as it was
    #[arg(long, value_name = "PATH", group = "with")]
    flow: Option<PathBuf>,

    /// Another flow: what it would have said differently
    #[arg(long, value_name = "PATH", group = "with")]
    against: Option<PathBuf>,

    /// One JSON object on the standard output
    #[arg(long)]
    json: bool,
}

const AFTER_HELP: &str = "\
A trace is a turn with the state before it and every answer of an endpoint. `sayflow run
--trace-file` writes traces, and so can a host; docs/testing.md says how. Nothing is sent:
each call gets the answer of then, and one without is told and ends in `blocked`.

With --flow blocks, events, attributes and the wait are compared, and each turn that differs is
shown. With --against only what is said to the customer and handed to people; turns of one
sequence whose words change alike are told once, the most frequent first.

Examples:
  sayflow run shop --fake --trace-file today.jsonl
  sayflow replay today.jsonl --flow shop
  sayflow replay traces --against shop-next

Exit codes:
  0  every turn is the same
  1  a turn differs, or cannot be judged without an answer, or the flow has errors
  2  misuse: an unknown argument, a file that cannot be read, a line that is no trace, no turn at all";

impl Replay {
    /// Plays every trace and tells what came of them.
    pub(crate) fn run(&self) -> Result<Exit, Stop> {
        let (path, scope) = match (&self.flow, &self.against) {
            (Some(flow), _) => (flow, Scope::Everything),
            (None, Some(other)) => (other, Scope::Said),
            (None, None) => return Err(Stop::misuse("name a flow with --flow or --against")),
        };
        let program = match flow_files::program(path)? {
            Ok(program) => program,
            Err(errors) => {
                run::report(&errors);
                return Ok(Exit::Findings);
            }
        };
        let mut report = Report::new(scope);
        for file in files(&self.traces)? {
            let mut replayer = Replayer::new(&program, scope);
            for (line, trace) in traces(&file)? {
                let replayed = replayer.play(&trace);
                let place = Place {
                    file: file.display().to_string(),
                    line,
                };
                report.add(Turn { place, replayed });
            }
        }
        if report.has_no_turns() {
            return Err(self.no_turns());
        }
        let text = match self.json {
            true => in_json(&report.json()?),
            false => visible(&report.text()).into_owned(),
        };
        let mut told = Told::to(anstream::stdout());
        writeln!(told, "{text}")?;
        told.end()?;
        Ok(Exit::after(!report.is_clean()))
    }

    /// What to do where nothing is compared: that is no success.
    fn no_turns(&self) -> Stop {
        let names: Vec<String> = self
            .traces
            .iter()
            .map(|path| format!("`{}`", path.display()))
            .collect();
        Stop::misuse(format!(
            "no turns in {}: a trace is a line of JSON, as `sayflow run --trace-file` writes it",
            names.join(", ")
        ))
    }
}

/// The files themselves, and those of traces in the folders, by name.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Stop> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut found = Vec::new();
        collect(path, &mut found).map_err(|error| unreadable(path, &error))?;
        if found.is_empty() {
            return Err(Stop::misuse(format!("no `.jsonl` files in `{}`", path.display())));
        }
        found.sort();
        files.extend(found);
    }
    Ok(files)
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, found)?;
        } else if path.is_file() && path.extension().is_some_and(|it| it == "jsonl") {
            found.push(path);
        }
    }
    Ok(())
}

/// The traces of a file, with their lines.
fn traces(file: &Path) -> Result<Vec<(usize, Trace)>, Stop> {
    let text = fs::read_to_string(file).map_err(|error| unreadable(file, &error))?;
    // Editors put a byte order mark before a text, which JSON does not know.
    let lines = (1..).zip(text.strip_prefix('\u{feff}').unwrap_or(&text).lines());
    let written = lines.filter(|(_, line)| !line.trim().is_empty());
    written
        .map(|(number, line)| match serde_json::from_str(line) {
            Ok(trace) => Ok((number, trace)),
            Err(error) => {
                let file = file.display();
                Err(Stop::misuse(format!("{file}:{number}: no trace: {error}")))
            }
        })
        .collect()
}

fn unreadable(path: &Path, error: &io::Error) -> Stop {
    Stop::misuse(format!("cannot use `{}`: {error}", path.display()))
}
