//! The files of a flow.

use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

/// The folder beside the files of a flow in which its catalogs lie.
pub const CATALOGS: &str = "texts";

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

/// The catalogs of the flow at a path, by name: the `.po` files of the folder `texts` beside its files. The path is that
/// of a folder, or of a file of the flow.
///
/// # Errors
///
/// The folder `texts` is there and cannot be read.
pub fn catalog_files(flow: &Path) -> Result<Vec<PathBuf>, Unreadable> {
    let folder = if flow.is_dir() { Some(flow) } else { flow.parent() };
    let texts = folder.unwrap_or(Path::new("")).join(CATALOGS);
    if !texts.is_dir() {
        return Ok(Vec::new());
    }
    let unreadable = |error| Unreadable {
        path: texts.clone(),
        error,
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(&texts).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let is_hidden = path
            .file_name()
            .is_none_or(|name| name.to_string_lossy().starts_with('.'));
        if path.is_file() && !is_hidden && path.extension().is_some_and(|it| it.eq_ignore_ascii_case("po")) {
            paths.push(path);
        }
    }
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
