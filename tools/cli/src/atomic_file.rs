//! Files that are there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::exit::Stop;

/// As many links as lead from one to the next before a system gives up.
const MOST_LINKS: usize = 40;

/// Writes a file through a neighbour that takes its place, so that whoever reads it, and a process
/// that dies halfway, finds the old text or the new. A device or a pipe stays what it is and takes the text in.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Stop> {
    let written = match is_special(path) {
        true => write_into(path, text),
        false => put(path, text, || Ok(true)).map(drop),
    };
    written.map_err(|error| unwritable(path, &error))
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
    let put = match is_special(path) {
        true => Err(io::Error::other("it is no regular file")),
        false => put(path, text, || holds_either(path, read, text)),
    };
    put.map_err(|error| unwritable(path, &error))
}

/// Whether a file can be written, found out before there is something to write.
pub(crate) fn check_writable(path: &Path) -> Result<(), Stop> {
    if is_special(path) {
        return Ok(());
    }
    let tried = target(path).and_then(|target| neighbour(&target)?.close());
    tried.map_err(|error| unwritable(path, &error))
}

/// Makes a folder for files, and those above it, where it is not there yet.
pub(crate) fn make_folder(folder: &Path) -> Result<(), Stop> {
    let made = fs::create_dir_all(folder);
    made.map_err(|error| match error.kind() {
        // Of a file and of a link that leads nowhere a system says that it is there already.
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory => {
            Stop::misuse(format!("cannot write `{}`: it is no folder", folder.display()))
        }
        _ => unwritable(folder, &error),
    })
}

/// Refuses a flow, and a catalog of its texts, as the place of anything else.
pub(crate) fn check_no_flow(path: &Path) -> Result<(), Stop> {
    check_not_named(path, &["flow", "po"])
}

/// Refuses a flow as the place of a catalog.
pub(crate) fn check_may_be_catalog(path: &Path) -> Result<(), Stop> {
    check_not_named(path, &["flow"])
}

fn check_not_named(path: &Path, endings: &[&str]) -> Result<(), Stop> {
    let names = [Some(path.to_owned()), target(path).ok()];
    let is_of_flow = |name: &PathBuf| {
        name.extension()
            .is_some_and(|it| endings.iter().any(|ending| it.eq_ignore_ascii_case(ending)))
    };
    match path.is_file() && names.iter().flatten().any(is_of_flow) {
        true => Err(Stop::misuse(format!(
            "`{}` is a file of a flow, which would be lost: name another file",
            path.display()
        ))),
        false => Ok(()),
    }
}

/// Whether two paths lead to one file, which need not be there yet. Two outputs may go to one device.
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    !is_special(one) && place(one) == place(other)
}

fn place(path: &Path) -> PathBuf {
    let target = target(path).unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).ok();
    match folder.zip(target.file_name()) {
        Some((folder, name)) => folder.join(name),
        None => target,
    }
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
    let target = target(path)?;
    let mut neighbour = neighbour(&target)?;
    neighbour.write_all(text.as_bytes())?;
    if let Ok(old) = fs::metadata(&target) {
        neighbour.as_file().set_permissions(old.permissions())?;
    }
    neighbour.as_file().sync_all()?;
    let is_free = is_free()?;
    if is_free {
        neighbour.persist(&target)?;
    }
    Ok(is_free)
}

/// Whether there is something that no neighbour may take the place of: a device, a pipe, a folder.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file())
}

fn write_into(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    file.write_all(text.as_bytes())
}

/// The file that a path leads to, which need not be there: a link keeps pointing at what is written.
fn target(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        if let Ok(target) = fs::canonicalize(&path) {
            return Ok(target);
        }
        let Ok(next) = fs::read_link(&path) else {
            return Ok(path);
        };
        path = path.with_file_name(next);
    }
    Err(io::Error::other("its links lead in a circle"))
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

/// A new file beside the target, gone with its value unless it takes the target's place. Its name is short: the
/// target's own may be as long as one may be.
///
/// The system would let a neighbour take the place of a file that may not be written; who made it so did not mean that.
fn neighbour(target: &Path) -> io::Result<NamedTempFile> {
    if fs::metadata(target).is_ok_and(|old| old.permissions().readonly()) {
        return Err(io::Error::new(ErrorKind::PermissionDenied, "it is read-only"));
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    tempfile::Builder::new()
        .prefix(".sayflow.")
        .suffix(".tmp")
        .make_in(folder.unwrap_or(Path::new(".")), |path| File::create_new(path))
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

    #[test]
    fn one_file_has_many_paths() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("sub")).unwrap();
        assert!(is_same(&at("new"), &at("sub/../new")));
        assert!(!is_same(&at("new"), &at("sub/new")));
        fs::write(at("old"), "").unwrap();
        assert!(is_same(&at("old"), &at("./old")));
        assert!(!is_same(&at("old"), &at("new")));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        use std::os::unix::fs::symlink;

        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        symlink("second", at("first")).unwrap();
        symlink(at("file"), at("second")).unwrap();
        for text in ["one", "two"] {
            write(&at("first"), text).unwrap();
            assert_eq!(fs::read_to_string(at("file")).unwrap(), text);
            assert!(at("first").is_symlink() && at("second").is_symlink());
        }
        symlink("circle", at("circle")).unwrap();
        assert!(write(&at("circle"), "").is_err());
    }

    /// As an editor makes it, and as it was.
    #[cfg(unix)]
    #[test]
    fn a_new_file_is_readable_as_any_other_and_an_old_one_as_before() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let mode = |name: &str| fs::metadata(at(name)).unwrap().permissions().mode();
        fs::write(at("plain"), "").unwrap();
        write(&at("new"), "").unwrap();
        assert_eq!(mode("new"), mode("plain"));
        fs::set_permissions(at("new"), fs::Permissions::from_mode(0o640)).unwrap();
        write(&at("new"), "text").unwrap();
        assert_eq!(mode("new") & 0o777, 0o640);
    }

    #[test]
    fn a_file_that_is_read_only_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.flow");
        fs::write(&path, "one").unwrap();
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        let refused = [
            check_writable(&path),
            write(&path, "two"),
            replace(&path, "one", "two"),
        ];
        for refused in refused {
            assert!(matches!(refused, Err(Stop::Misuse(said)) if said.ends_with("a.flow`: it is read-only")));
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "one");
    }

    #[test]
    fn a_folder_stays_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        assert!(write(folder.path(), "text").is_err());
        assert!(replace(folder.path(), "", "text").is_err());
        assert!(folder.path().is_dir());
    }
}
