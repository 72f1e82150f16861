//! One process at a time has the store.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use crate::log;

/// Locks the file `<store>.lock` for as long as the value lives, or the process. Where another process has it, waits for
/// that one to end what it has begun.
///
/// # Errors
///
/// What keeps the file from being locked, with its name.
pub(crate) fn lock(store: &Path, patience: Duration) -> Result<File, String> {
    // Whatever links lead to it, the file is one. Where they lead nowhere yet, it has to be made before it has a name.
    made(store)?;
    let mut path = store
        .canonicalize()
        .map_err(|error| format!("cannot open {}: {error}", store.display()))?
        .into_os_string();
    path.push(".lock");
    let cannot = |error| format!("cannot lock {}: {error}", path.display());
    let file = made(path.as_ref())?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::Error(error)) => return Err(cannot(error)),
        Err(TryLockError::WouldBlock) => {}
    }
    let (path, seconds) = (path.display(), patience.as_secs());
    log(format_args!(
        "another process has {path}: waiting for it to end, for at most {seconds} s"
    ));
    let (sender, locked) = channel();
    thread::spawn(move || sender.send(file.lock().map(|()| file)));
    match locked.recv_timeout(patience) {
        Ok(locked) => locked.map_err(|error| format!("cannot lock {path}: {error}")),
        Err(_) => Err(format!(
            "another process has {path} still: stop it, or set STORE to another file"
        )),
    }
}

/// Opens a file to write, which is made where it is missing.
fn made(path: &Path) -> Result<File, String> {
    // Asked first: a pipe would be waited for.
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err(format!("{} is no file: set STORE to one", path.display()));
    }
    let mut options = OpenOptions::new();
    let options = options.write(true).create(true).truncate(false).mode(0o600);
    options
        .open(path)
        .map_err(|error| format!("cannot open {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_a_store_that_is_not_there_yet_is_locked_as_the_store() {
        let folder = tempfile::tempdir().unwrap();
        let (link, store) = (folder.path().join("link"), folder.path().join("bot.sqlite"));
        std::os::unix::fs::symlink(&store, &link).unwrap();
        let moment = Duration::from_millis(50);
        let _first = lock(&link, moment).unwrap();
        for name in [&link, &store] {
            lock(name, moment).unwrap_err();
        }
        let device = lock("/dev/null".as_ref(), moment).unwrap_err();
        assert_eq!(device, "/dev/null is no file: set STORE to one");
        assert!(!Path::new("/dev/null.lock").exists());
        let pipe = folder.path().join("pipe");
        std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        let waited_for = lock(&pipe, moment).unwrap_err();
        assert_eq!(
            waited_for,
            format!("{} is no file: set STORE to one", pipe.display())
        );
    }

    #[test]
    fn one_at_a_time_has_the_store() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("bot.sqlite");
        let moment = Duration::from_millis(50);
        let first = lock(&store, moment).unwrap();
        let refused = lock(&store, moment).unwrap_err();
        assert_eq!(
            refused,
            format!(
                "another process has {}.lock still: stop it, or set STORE to another file",
                store.display()
            )
        );
        drop(first);
        lock(&store, moment).unwrap();
    }
}
