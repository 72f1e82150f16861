//! What happens whenever files change: a flow is reloaded, tests are run again.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use sayflow::{Diagnostic, Program};
use sayflow_kit::CATALOGS;

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
        // The folder also of a single file: an editor may replace the file by another one.
        let (folder, mode) = match path.is_dir() {
            true => (path, RecursiveMode::Recursive),
            false => (flow_files::folder(path), RecursiveMode::NonRecursive),
        };
        let is_flow = |path: &Path| path.extension().is_none_or(|it| it == "flow" || it == "po");
        let texts = folder.join(CATALOGS);
        let beside = Some((texts.as_path(), RecursiveMode::NonRecursive));
        let beside = beside.filter(|(texts, _)| !path.is_dir() && texts.is_dir());
        let (watcher, changes) = watcher(std::iter::once((folder, mode)).chain(beside), is_flow)?;
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

/// Changes of files, as they come.
pub(crate) struct Changes {
    changed: Receiver<()>,
    /// Watches until it is dropped.
    _watcher: RecommendedWatcher,
}

impl Changes {
    /// Watches these folders and all below them for changes of what matters; hidden files never do.
    pub(crate) fn below(
        folders: &[PathBuf],
        matters: impl Fn(&Path) -> bool + Send + 'static,
    ) -> Result<Self, Stop> {
        let roots = folders.to_vec();
        let is_shown = move |path: &Path| {
            let below = roots.iter().find_map(|root| path.strip_prefix(root).ok());
            let name = path.file_name().map(Path::new);
            let inner = below.or(name).unwrap_or(path);
            !inner
                .components()
                .any(|part| part.as_os_str().to_string_lossy().starts_with('.'))
        };
        let folders = folders
            .iter()
            .map(|folder| (folder.as_path(), RecursiveMode::Recursive));
        let (watcher, changed) = watcher(folders, move |path| is_shown(path) && matters(path))?;
        Ok(Self {
            changed,
            _watcher: watcher,
        })
    }

    /// Waits until something has changed and all is quiet again; false where nothing ever will.
    pub(crate) fn wait(&self) -> bool {
        is_changed(&self.changed)
    }
}

/// Whatever tells of changes, and where it tells.
fn watcher<'p>(
    paths: impl IntoIterator<Item = (&'p Path, RecursiveMode)>,
    matters: impl Fn(&Path) -> bool + Send + 'static,
) -> Result<(RecommendedWatcher, Receiver<()>), Stop> {
    let (sender, changed) = mpsc::channel();
    let failed = |path: &Path, error: &notify::Error| {
        Stop::misuse(format!("cannot watch `{}`: {error}", path.display()))
    };
    let mut watcher = notify::recommended_watcher(on_event(sender, matters))
        .map_err(|error| Stop::misuse(format!("cannot watch any file: {error}")))?;
    for (path, mode) in paths {
        watcher.watch(path, mode).map_err(|error| failed(path, &error))?;
    }
    Ok((watcher, changed))
}

fn on_event(
    changed: Sender<()>,
    matters: impl Fn(&Path) -> bool,
) -> impl FnMut(notify::Result<notify::Event>) {
    move |event| {
        let is_change = event.is_ok_and(|event| {
            !matches!(event.kind, EventKind::Access(_)) && event.paths.iter().any(|path| matters(path))
        });
        if is_change {
            // The receiver is gone when nobody waits any more.
            let _ = changed.send(());
        }
    }
}

fn is_changed(changes: &Receiver<()>) -> bool {
    let is_changed = changes.recv().is_ok();
    while changes.recv_timeout(QUIET).is_ok() {}
    is_changed
}

fn reload_on(
    changes: &Receiver<()>,
    path: &Path,
    newest: &Mutex<Option<Program>>,
    mut tell: impl FnMut(Reloaded),
) {
    while is_changed(changes) {
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
