//! The files of a flow that is a folder.

use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

/// A folder that cannot be read. It prints as `shop: permission denied`.
#[derive(Debug)]
pub struct Unreadable {
    /// The folder.
    pub path: PathBuf,
    /// Why.
    pub error: io::Error,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.error)
    }
}

/// The `.flow` files below a folder, by name; what is hidden, and links to folders, are left alone.
///
/// # Errors
///
/// The folder, or one below it, cannot be read.
pub fn flow_files(folder: &Path) -> Result<Vec<PathBuf>, Unreadable> {
    let mut paths = Vec::new();
    collect(folder, &mut paths)?;
    paths.sort();
    Ok(paths)
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), Unreadable> {
    let unreadable = |error| Unreadable {
        path: folder.to_owned(),
        error,
    };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let path = entry.path();
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && !is_hidden {
            collect(&path, paths)?;
        } else if path.is_file() && !is_hidden && path.extension().is_some_and(|it| it == "flow") {
            paths.push(path);
        }
    }
    Ok(())
}
