//! The turns of a conversation as traces, one line each, for `sayflow replay`.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use sayflow::{Customer, Engine, Session};
use sayflow_test::{Played, Trace};

use crate::atomic_file;
use crate::exit::Stop;

/// A file that grows by a line with each turn.
pub(crate) struct TraceFile {
    path: PathBuf,
    file: File,
}

impl TraceFile {
    /// Opens a file to write behind what is there.
    pub(crate) fn open(path: &Path) -> Result<Self, Stop> {
        atomic_file::check_no_flow(path)?;
        let file = OpenOptions::new().create(true).append(true).open(path);
        Ok(Self {
            path: path.to_owned(),
            file: file.map_err(|error| failed(path, &error))?,
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
        // One write, so that a line is there whole when two processes write.
        self.file
            .write_all(format!("{line}\n").as_bytes())
            .map_err(|error| failed(&self.path, &error))
    }
}

fn failed(path: &Path, error: &dyn std::error::Error) -> Stop {
    Stop::misuse(format!("cannot write `{}`: {error}", path.display()))
}
