//! Files beside a test: flows and replies.

use std::fs;
use std::path::{Path, PathBuf};

use sayflow::Source;

/// The bytes of a file; an error is why it cannot be read, with its path.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The files of the flow at a path: a folder with its `.flow` files, or one file.
pub(crate) fn flow(path: &Path) -> Result<Vec<Source>, String> {
    let mut paths = Vec::new();
    collect(path, &mut paths)?;
    paths.sort();
    if paths.is_empty() {
        return Err(format!("{}: no `.flow` files", path.display()));
    }
    paths.iter().map(|path| read(path)).collect()
}

fn collect(path: &Path, paths: &mut Vec<PathBuf>) -> Result<(), String> {
    if !path.is_dir() {
        paths.push(path.to_owned());
        return Ok(());
    }
    let told = |error: std::io::Error| format!("{}: {error}", path.display());
    for entry in fs::read_dir(path).map_err(told)? {
        let path = entry.map_err(told)?.path();
        if path.is_dir() || path.extension().is_some_and(|ending| ending == "flow") {
            collect(&path, paths)?;
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<Source, String> {
    let text = String::from_utf8(bytes(path)?).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(Source::new(path.to_string_lossy(), text))
}
