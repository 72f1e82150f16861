//! `sayflow replay`: turns of production, played again with the same or another flow.

mod report;

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use sayflow_test::{Replayer, Scope, Trace};
use serde_json::Value as Json;

use super::run;
use crate::exit::{Exit, Stop};
use crate::flow_files;
use crate::json;
use crate::lines::read_line;
use crate::render::counted;
use crate::told::Told;
use crate::visible::{in_json, visible};
use report::{Place, Report, Turn};

/// The longest that a trace may be: more than the replies of any turn take.
const MOST_MEBIBYTES: u32 = 256;

/// So many lines that are no traces are told.
const MOST_FAULTS: usize = 20;

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
  2  misuse: an unknown argument, a file that cannot be read, a line that is no trace (the others
     are played and told all the same), no turn at all";

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
        let mut faults = Faults::default();
        for file in files(&self.traces)? {
            let mut replayer = Replayer::new(&program, scope);
            let mut is_lost = false;
            for (line, trace) in Traces::of(&file)? {
                let place = Place {
                    file: file.display().to_string(),
                    line,
                };
                let trace = trace.and_then(|trace| match is_lost && !has_state(&trace) {
                    true => Err("it goes on from a line that cannot be read".to_owned()),
                    false => Ok(trace),
                });
                is_lost = trace.is_err();
                match trace {
                    Ok(trace) => {
                        let replayed = replayer.play(&trace);
                        report.add(Turn { place, replayed });
                    }
                    Err(fault) => faults.add(format!("{place}: no trace: {fault}")),
                }
            }
        }
        if report.has_no_turns() {
            return Err(faults.stop().unwrap_or_else(|| self.no_turns()));
        }
        let text = match self.json {
            true => in_json(&report.json()?),
            false => visible(&report.text()).into_owned(),
        };
        let mut told = Told::to(anstream::stdout());
        writeln!(told, "{text}")?;
        told.end()?;
        match faults.stop() {
            Some(stop) => Err(stop),
            None => Ok(Exit::after(!report.is_clean())),
        }
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
        collect(path, &mut found, &mut HashSet::new()).map_err(|error| unreadable(path, &error))?;
        if found.is_empty() {
            return Err(Stop::misuse(format!("no `.jsonl` files in `{}`", path.display())));
        }
        found.sort();
        files.extend(found);
    }
    Ok(files)
}

/// Each folder is looked into once, whatever links lead to it.
fn collect(folder: &Path, found: &mut Vec<PathBuf>, seen: &mut HashSet<PathBuf>) -> io::Result<()> {
    if !seen.insert(fs::canonicalize(folder)?) {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, found, seen)?;
        } else if path.is_file() && path.extension().is_some_and(|it| it == "jsonl") {
            found.push(path);
        }
    }
    Ok(())
}

/// The traces of a file, which may be larger than the memory.
struct Traces {
    /// None behind a line that cannot be read to its end.
    lines: Option<BufReader<File>>,
    /// How many lines were read.
    number: usize,
}

impl Traces {
    fn of(file: &Path) -> Result<Self, Stop> {
        let opened = File::open(file).map_err(|error| unreadable(file, &error))?;
        Ok(Self {
            lines: Some(BufReader::new(opened)),
            number: 0,
        })
    }
}

impl Iterator for Traces {
    /// The number of a line that is not empty, and the trace on it or why it is none.
    type Item = (usize, Result<Trace, String>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let read = read_line(MOST_MEBIBYTES, self.lines.as_mut()?);
            self.number += 1;
            let bytes = match read.transpose()? {
                Ok(bytes) => bytes,
                Err(error) => {
                    self.lines = None;
                    return Some((self.number, Err(error.to_string())));
                }
            };
            // Editors put a byte order mark before a text, which JSON does not know.
            let mark = "\u{feff}".as_bytes();
            let line = match self.number {
                1 => bytes.strip_prefix(mark).unwrap_or(&bytes),
                _ => &bytes,
            };
            if !line.trim_ascii().is_empty() {
                return Some((self.number, trace(line)));
            }
        }
    }
}

/// The keys of a trace, what each holds, and whether it must be there.
const KEYS: [(&str, &str, bool); 8] = [
    ("format", "a number", true),
    ("session", "an object", false),
    ("customer", "an object", false),
    ("input", "an object", true),
    ("calls", "a list", false),
    ("blocks", "a list", true),
    ("events", "a list", false),
    ("attributes", "an object", false),
];

/// The trace on a line, or why there is none in words for people.
fn trace(line: &[u8]) -> Result<Trace, String> {
    // A line that was cut short may end in half of a character.
    let line = String::from_utf8_lossy(line);
    let json = json::parse_line(line.trim())?;
    let Some(entries) = json.as_object() else {
        let kind = json::kind(&json);
        return Err(format!(
            "a trace is an object, as `sayflow run --trace-file` writes it, not {kind}"
        ));
    };
    for (key, kind, is_needed) in KEYS {
        match entries.get(key) {
            None if is_needed => return Err(format!("it has no `{key}`")),
            Some(Json::Null) if !is_needed => {}
            Some(value) if json::kind(value) != kind => {
                return Err(format!("`{key}` is {kind}, not {}", json::kind(value)));
            }
            _ => {}
        }
    }
    serde_json::from_value(json).map_err(|error| error.to_string())
}

/// Whether a trace can be played without the one before.
fn has_state(trace: &Trace) -> bool {
    trace.session.is_some() && trace.customer.is_some()
}

/// What is wrong with the lines that are none.
#[derive(Default)]
struct Faults {
    first: Vec<String>,
    more: usize,
}

impl Faults {
    fn add(&mut self, fault: String) {
        if self.first.len() < MOST_FAULTS {
            self.first.push(fault);
        } else {
            self.more += 1;
        }
    }

    /// What to say of them; the others were played.
    fn stop(&self) -> Option<Stop> {
        let mut told = self.first.join("\n");
        if self.more > 0 {
            told.push_str(&format!("\nand {} more", counted(self.more, "line")));
        }
        (!told.is_empty()).then(|| Stop::misuse(told))
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Stop {
    Stop::misuse(format!("cannot use `{}`: {error}", path.display()))
}
