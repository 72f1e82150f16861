//! The turns of a conversation as traces, one line each, for `sayflow replay`.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sayflow::{Customer, Engine, Session};
use sayflow_kit::regular_file;
use sayflow_test::{Played, Trace};

use crate::atomic_file;
use crate::exit::Stop;

/// As much of a file is looked at; a trace that is longer is known by how it begins.
const MOST_READ: u64 = 16 << 20;

/// A file that grows by a line with each turn.
pub(crate) struct TraceFile {
    path: PathBuf,
    file: File,
    /// Whether the next line stands behind one that was cut short.
    is_cut_short: bool,
}

impl TraceFile {
    /// Opens a file to write behind what is there.
    pub(crate) fn open(path: &Path) -> Result<Self, Stop> {
        atomic_file::check_no_flow(path)?;
        if !holds_traces(path).unwrap_or(true) {
            return Err(Stop::misuse(format!(
                "`{}` holds something else than traces: name another file",
                path.display()
            )));
        }
        let file = OpenOptions::new().create(true).append(true).open(path);
        Ok(Self {
            path: path.to_owned(),
            file: file.map_err(|error| failed(path, &error))?,
            is_cut_short: is_cut_short(path).unwrap_or(false),
        })
    }

    /// Writes a turn, with the state before it.
    pub(crate) fn keep(
        &mut self,
        engine: &Engine,
        before: (Session, Customer),
        played: Played,
    ) -> Result<(), Stop> {
        let trace = Trace::of_played(engine, before, played);
        let line = serde_json::to_string(&trace).map_err(|error| failed(&self.path, &error))?;
        let before = if std::mem::take(&mut self.is_cut_short) {
            "\n"
        } else {
            ""
        };
        // One write, so that a line is there whole when two processes write.
        self.file
            .write_all(format!("{before}{line}\n").as_bytes())
            .map_err(|error| failed(&self.path, &error))
    }
}

/// Whether there is nothing else in a file than traces, by what is written first in it: a trace, or as much of one as
/// a process wrote that was killed. What is no regular file holds nothing.
fn holds_traces(path: &Path) -> io::Result<bool> {
    let mut lines = BufReader::new(regular_file(path)?.take(MOST_READ));
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        let written = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&line);
        match written.trim_ascii() {
            [] => line.clear(),
            written => {
                let is_trace = serde_json::from_slice::<Trace>(written).is_ok();
                return Ok(is_trace || written.starts_with(br#"{"format":"#));
            }
        }
    }
    Ok(true)
}

/// Whether a file does not end with its line, as after a process that was killed while it wrote.
fn is_cut_short(path: &Path) -> io::Result<bool> {
    let mut file = regular_file(path)?;
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

fn failed(path: &Path, error: &dyn std::error::Error) -> Stop {
    Stop::misuse(format!("cannot write `{}`: {error}", path.display()))
}
