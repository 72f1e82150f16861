//! A conversation in a file, kept from one process to the next.

use std::fs;
use std::path::Path;

use sayflow::{Customer, Session};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::atomic_file;
use crate::exit::Stop;

/// Everything that outlives a turn.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Saved {
    pub(crate) session: Session,
    pub(crate) customer: Customer,
}

impl Saved {
    /// A conversation that has not begun.
    pub(crate) fn new(customer: Customer) -> Self {
        Self {
            session: Session::new(),
            customer,
        }
    }

    /// The conversation in a file; `None` where there is no file.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>, Stop> {
        path.exists().then(|| read_json(path)).transpose()
    }

    /// Puts the conversation into a file, whole or not at all.
    pub(crate) fn write(&self, path: &Path) -> Result<(), Stop> {
        let text = serde_json::to_string_pretty(self).map_err(|error| unreadable(path, &error))?;
        atomic_file::write(path, &format!("{text}\n"))
    }
}

/// What a file holds as JSON.
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, Stop> {
    let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    serde_json::from_str(&text).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &dyn std::error::Error) -> Stop {
    Stop::misuse(format!("cannot use `{}`: {error}", path.display()))
}
