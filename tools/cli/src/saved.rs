//! A conversation in a file, kept from one process to the next.

use std::path::Path;

use sayflow::{Customer, Session};
use serde::{Deserialize, Serialize};

use crate::atomic_file;
use crate::exit::Stop;
use crate::json;

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
        if !path.exists() {
            return Ok(None);
        }
        let json = json::read(path)?;
        if json.get("session").is_none() || json.get("customer").is_none() {
            return Err(json::useless(
                path,
                "it holds no conversation that `--session` has kept: name another file",
            ));
        }
        serde_json::from_value(json).map(Some).map_err(|error| {
            json::useless(
                path,
                &format!("its conversation cannot go on ({error}): name another file, or remove this one"),
            )
        })
    }

    /// Puts the conversation into a file, whole or not at all.
    pub(crate) fn write(&self, path: &Path) -> Result<(), Stop> {
        let text =
            serde_json::to_string_pretty(self).map_err(|error| json::useless(path, &error.to_string()))?;
        atomic_file::write(path, &format!("{text}\n"))
    }
}
