//! Files that are there whole or not at all.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use crate::exit::Stop;

/// Writes a file through a neighbour that takes its place, so that whoever reads it, and a process
/// that dies halfway, finds the old text or the new.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Stop> {
    put(path, text, || Ok(true))
        .map(drop)
        .map_err(|error| unwritable(path, &error))
}

/// Puts a new text in the place of the one that was read; refuses where the file holds neither of them by now.
pub(crate) fn replace(path: &Path, read: &str, text: &str) -> Result<(), Stop> {
    match is_replaced(path, read, text)? {
        true => Ok(()),
        false => Err(changed_meanwhile(path)),
    }
}

/// The same for somebody who reads the file again: false where it has changed meanwhile, and nothing was written.
pub(crate) fn is_replaced(path: &Path, read: &str, text: &str) -> Result<bool, Stop> {
    put(path, text, || holds_either(path, read, text)).map_err(|error| unwritable(path, &error))
}

/// Whether a file can be written, found out before there is something to write.
pub(crate) fn check_writable(path: &Path) -> Result<(), Stop> {
    let neighbour = neighbour(&fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()));
    File::create(&neighbour)
        .and_then(|_| fs::remove_file(&neighbour))
        .map_err(|error| unwritable(path, &error))
}

/// What to say of a file that somebody else has written.
pub(crate) fn changed_meanwhile(path: &Path) -> Stop {
    Stop::misuse(format!(
        "`{}` has changed meanwhile and is left as it is: run the command again",
        path.display()
    ))
}

fn unwritable(path: &Path, error: &io::Error) -> Stop {
    Stop::misuse(format!("cannot write `{}`: {error}", path.display()))
}

/// Whether the text has taken its place, which is free when it is asked for at the last moment.
fn put(path: &Path, text: &str, is_free: impl FnOnce() -> io::Result<bool>) -> io::Result<bool> {
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
    let moved = written.and_then(|()| {
        let is_free = is_free()?;
        if is_free {
            fs::rename(&neighbour, &target)?;
        }
        Ok(is_free)
    });
    if !matches!(moved, Ok(true)) {
        // The first error is the one to report.
        let _ = fs::remove_file(&neighbour);
    }
    moved
}

/// Whether a file holds one of two texts; one that is not there is empty.
fn holds_either(path: &Path, one: &str, other: &str) -> io::Result<bool> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(one.is_empty() || other.is_empty()),
        Err(error) => return Err(error),
    };
    let longer = one.len().max(other.len()) as u64;
    let mut bytes = Vec::new();
    file.take(longer + 1).read_to_end(&mut bytes)?;
    Ok(bytes == one.as_bytes() || bytes == other.as_bytes())
}

fn neighbour(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_meanwhile_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.flow");
        assert!(is_replaced(&path, "", "one").unwrap());
        assert!(is_replaced(&path, "one", "two").unwrap());
        // What is there already needs no writing, whoever wrote it.
        assert!(is_replaced(&path, "one", "two").unwrap());
        for somebodys in ["three", "two, and more", "tw", ""] {
            fs::write(&path, somebodys).unwrap();
            assert!(!is_replaced(&path, "two", "four").unwrap());
            assert_eq!(fs::read_to_string(&path).unwrap(), somebodys);
        }
        let names = fs::read_dir(folder.path()).unwrap();
        assert_eq!(names.count(), 1, "nothing is left beside it");
    }
}
