//! Reloads a flow whenever one of its files changes.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use sayflow::{Diagnostic, Program};

use crate::exit::Stop;
use crate::flow_files;

/// An editor writes a file in several steps; the flow is read when it has been quiet for so long.
const QUIET: Duration = Duration::from_millis(100);

/// The newest program of a flow that is being edited.
pub(crate) struct Watch {
    newest: Arc<Mutex<Option<Program>>>,
    /// Watches until it is dropped.
    _watcher: RecommendedWatcher,
}

/// What came of a change.
pub(crate) enum Reloaded {
    /// The flow runs: so many sequences.
    Runs(usize),
    /// It cannot run; the program before goes on.
    Broken(Vec<Diagnostic>),
    /// It cannot be read.
    Unreadable(String),
}

impl Watch {
    /// Watches the flow at a path and tells of every change, on a thread of its own.
    pub(crate) fn new(path: &Path, tell: impl FnMut(Reloaded) + Send + 'static) -> Result<Self, Stop> {
        let (sender, changes) = mpsc::channel();
        let failed =
            |error: notify::Error| Stop::misuse(format!("cannot watch `{}`: {error}", path.display()));
        let mut watcher = notify::recommended_watcher(on_event(sender)).map_err(failed)?;
        // The folder also of a single file: an editor may replace the file by another one.
        let (folder, mode) = match path.is_dir() {
            true => (path, RecursiveMode::Recursive),
            false => (flow_files::folder(path), RecursiveMode::NonRecursive),
        };
        watcher.watch(folder, mode).map_err(failed)?;
        let newest = Arc::new(Mutex::new(None));
        let (path, place) = (path.to_owned(), Arc::clone(&newest));
        thread::spawn(move || reload_on(&changes, &path, &place, tell));
        Ok(Self {
            newest,
            _watcher: watcher,
        })
    }

    /// The newest program, once.
    pub(crate) fn take(&self) -> Option<Program> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

fn on_event(changed: Sender<()>) -> impl FnMut(notify::Result<notify::Event>) {
    move |event| {
        let is_flow = |path: &PathBuf| path.extension().is_none_or(|it| it == "flow");
        let matters = event.is_ok_and(|event| {
            !matches!(event.kind, EventKind::Access(_)) && event.paths.iter().any(is_flow)
        });
        if matters {
            // The receiver is gone when the conversation is over.
            let _ = changed.send(());
        }
    }
}

fn reload_on(
    changes: &Receiver<()>,
    path: &Path,
    newest: &Mutex<Option<Program>>,
    mut tell: impl FnMut(Reloaded),
) {
    while changes.recv().is_ok() {
        while changes.recv_timeout(QUIET).is_ok() {}
        let (program, told) = reload(path);
        if program.is_some() {
            *newest.lock().unwrap_or_else(PoisonError::into_inner) = program;
        }
        tell(told);
    }
}

fn reload(path: &Path) -> (Option<Program>, Reloaded) {
    match flow_files::program(path) {
        Ok(Ok(program)) => {
            let sequences = program.sequences().count();
            (Some(program), Reloaded::Runs(sequences))
        }
        Ok(Err(findings)) => (None, Reloaded::Broken(findings)),
        Err(Stop::Findings(messages)) => (None, Reloaded::Unreadable(messages.join("\n"))),
        Err(Stop::Misuse(message)) => (None, Reloaded::Unreadable(message)),
        Err(Stop::OutputClosed) => (None, Reloaded::Unreadable(String::new())),
    }
}
