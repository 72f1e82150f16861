//! Files that are there whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::exit::Stop;

/// Writes a file through a neighbour that takes its place, so that whoever reads it, and a process
/// that dies halfway, finds the old text or the new.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Stop> {
    replace(path, text).map_err(|error| unwritable(path, &error))
}

/// Whether a file can be written, found out before there is something to write.
pub(crate) fn check_writable(path: &Path) -> Result<(), Stop> {
    let neighbour = neighbour(&fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()));
    File::create(&neighbour)
        .and_then(|_| fs::remove_file(&neighbour))
        .map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &io::Error) -> Stop {
    Stop::misuse(format!("cannot write `{}`: {error}", path.display()))
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    // A link keeps pointing at the file that is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let neighbour = neighbour(&target);
    let written = File::create(&neighbour).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        if let Ok(old) = fs::metadata(&target) {
            file.set_permissions(old.permissions())?;
        }
        file.sync_all()
    });
    let moved = written.and_then(|()| fs::rename(&neighbour, &target));
    if moved.is_err() {
        // The first error is the one to report.
        let _ = fs::remove_file(&neighbour);
    }
    moved
}

fn neighbour(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}
