//! A conversation in a file, kept from one process to the next.

use std::path::{Path, PathBuf};

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

    fn of(text: &str, path: &Path) -> Result<Self, Stop> {
        let json = json::parse(text).map_err(|fault| json::useless(path, &fault))?;
        if json.get("session").is_none() || json.get("customer").is_none() {
            return Err(json::useless(
                path,
                "it holds no conversation that `--session` has kept: name another file",
            ));
        }
        serde_json::from_value(json).map_err(|error| {
            json::useless(
                path,
                &format!("its conversation cannot go on ({error}): name another file, or remove this one"),
            )
        })
    }
}

/// The file of one conversation.
#[derive(Debug)]
pub(crate) struct SavedFile {
    path: PathBuf,
    /// What stands in it: nothing where it is not there.
    text: String,
}

impl SavedFile {
    /// Reads a file; the conversation in it is `None` where there is no file.
    pub(crate) fn open(path: PathBuf) -> Result<(Self, Option<Saved>), Stop> {
        let text = match path.exists() {
            true => Some(json::read_kept_text(&path)?),
            false => None,
        };
        let saved = text.as_deref().map(|text| Saved::of(text, &path)).transpose()?;
        // Told now and not after the first turn.
        atomic_file::check_writable(&path)?;
        let text = text.unwrap_or_default();
        Ok((Self { path, text }, saved))
    }

    /// Puts a conversation into it, whole or not at all, and not over one that another process has kept there meanwhile.
    pub(crate) fn write(&mut self, saved: &Saved) -> Result<(), Stop> {
        let text = serde_json::to_string_pretty(saved)
            .map_err(|error| json::useless(&self.path, &error.to_string()))?
            + "\n";
        atomic_file::replace(&self.path, &self.text, &text)?;
        self.text = text;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_process_does_not_write_over_what_another_has_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("chat.json");
        let saved = |uid| Saved::new(Customer::new(uid));
        let (mut first, none) = SavedFile::open(path.clone()).unwrap();
        assert!(none.is_none());
        first.write(&saved(1)).unwrap();
        let (mut second, kept) = SavedFile::open(path.clone()).unwrap();
        assert_eq!(kept.unwrap().customer.uid, 1);
        second.write(&saved(2)).unwrap();
        second.write(&saved(3)).unwrap();
        assert!(first.write(&saved(4)).is_err());
        let (_, kept) = SavedFile::open(path).unwrap();
        assert_eq!(kept.unwrap().customer.uid, 3);
    }
}
