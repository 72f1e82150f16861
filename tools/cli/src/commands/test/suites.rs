//! From the paths of a command line to the flows that are tested, checked together with their tests.

use std::fs;
use std::path::{Path, PathBuf};

use sayflow::{Diagnostic, Severity, Source};
use sayflow_test::{Suite, Test, is_without_flow};

use crate::exit::Stop;
use crate::flow_files::{self, Flow};

/// So far above its tests a flow is looked for: `shop/tests/orders/late.test.flow`.
const LEVELS_ABOVE: usize = 2;

/// A flow with its tests.
#[derive(Debug)]
pub(super) struct TestedFlow {
    pub(super) flow: Flow,
    /// Its tests, or what keeps them from running.
    pub(super) suite: Result<Suite, Vec<Diagnostic>>,
    /// The files and folders whose tests are meant, by their full paths; every file where there is none.
    only: Vec<PathBuf>,
}

impl TestedFlow {
    /// The tests that are meant, in the order of the files.
    pub(super) fn tests(&self) -> impl Iterator<Item = Test<'_>> {
        let tests = self.suite.iter().flat_map(Suite::tests);
        tests.filter(|test| {
            let is_within = |file: &Path| self.only.iter().any(|only| file.starts_with(only));
            self.only.is_empty() || is_within(&full(Path::new(test.source().name())))
        })
    }

    fn new(flow: Flow, only: Vec<PathBuf>) -> Self {
        // A catalog that is no text is left out, and `check` tells it.
        let errors = flow.damage().filter(|found| found.severity() == Severity::Error);
        let damage: Vec<Diagnostic> = errors.cloned().collect();
        let suite = if damage.is_empty() {
            Suite::load(flow.with_catalogs())
        } else {
            Err(damage)
        };
        Self { flow, suite, only }
    }
}

/// The flows at these paths. Tests alone, in a folder or in files, stand for themselves, on the flow that they
/// are about.
pub(super) fn load(paths: &[PathBuf]) -> Result<Vec<TestedFlow>, Stop> {
    let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) =
        paths.iter().cloned().partition(|path| path.is_dir());
    let is_tests_only = files.iter().all(|file| is_test_file(file));
    let mut wanted = Vec::new();
    for folder in &folders {
        let found = find(folder)?;
        let only = match found.folder == full(folder) {
            true => Vec::new(),
            false => vec![full(folder)],
        };
        want(&mut wanted, found, only);
    }
    if is_tests_only {
        for (folder, files) in by_folder(&files)? {
            want(&mut wanted, find(&folder)?, files);
        }
    }
    let mut tested: Vec<TestedFlow> = wanted
        .into_iter()
        .map(|(found, only)| TestedFlow::new(found.flow, only))
        .collect();
    if !is_tests_only {
        for flow in flow_files::flows(&files)? {
            if let (true, Some(file)) = (has_no_flow(&flow), files.first()) {
                return Err(no_flow(flow_files::folder(file)));
            }
            tested.push(TestedFlow::new(flow, Vec::new()));
        }
    }
    Ok(tested)
}

/// What to do where nothing can be run.
pub(super) fn no_tests(paths: &[PathBuf]) -> Stop {
    let names: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
    Stop::misuse(format!(
        "no tests in {}: write one, `test \"name\" {{ … }}`, in a file such as `NAME.test.flow` beside the flow; \
         `sayflow test --help` shows how it reads",
        names.join(", ")
    ))
}

fn is_test_file(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy());
    name.is_some_and(|name| name.ends_with(".test.flow"))
}

/// A flow and the full path of its folder.
struct Found {
    folder: PathBuf,
    flow: Flow,
}

/// Notes which tests of a flow are meant, all where `only` is empty; each is run once, however often it is named.
fn want(wanted: &mut Vec<(Found, Vec<PathBuf>)>, found: Found, only: Vec<PathBuf>) {
    match wanted.iter_mut().find(|(known, _)| known.folder == found.folder) {
        Some((_, known)) if known.is_empty() || only.is_empty() => known.clear(),
        Some((_, known)) => known.extend(only),
        None => wanted.push((found, only)),
    }
}

/// The flow in a folder. Where only tests lie there it is the nearest one above.
fn find(folder: &Path) -> Result<Found, Stop> {
    let mut place = folder.to_owned();
    for level in 0..=LEVELS_ABOVE {
        // All that lies below is read of the folder itself only: above may be anything.
        if level == 0 || holds_a_flow(&place) {
            let flow = flow_files::flow(&place)?;
            if !has_no_flow(&flow) {
                let folder = full(&place);
                return Ok(Found { folder, flow });
            }
        }
        place = above(&place);
    }
    Err(no_flow(folder))
}

fn has_no_flow(flow: &Flow) -> bool {
    let sources: Vec<Source> = flow.sources().collect();
    is_without_flow(&sources)
}

fn no_flow(folder: &Path) -> Stop {
    Stop::misuse(format!(
        "there is no flow for the tests in `{}`: neither this folder nor one above it has a `.flow` file besides \
         tests",
        folder.display()
    ))
}

fn above(folder: &Path) -> PathBuf {
    match folder.parent() {
        _ if folder == Path::new(".") => PathBuf::from(".."),
        _ if folder.ends_with("..") => folder.join(".."),
        Some(parent) if parent.as_os_str().is_empty() => PathBuf::from("."),
        Some(parent) => parent.to_owned(),
        // The root has none above it.
        None => folder.to_owned(),
    }
}

fn holds_a_flow(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files = entries.map(|entry| entry.path());
    files.any(|path| path.extension().is_some_and(|ending| ending == "flow") && !is_test_file(&path))
}

/// The full paths of files with the folders that they lie in, in the order in which they are named.
fn by_folder(files: &[PathBuf]) -> Result<Vec<(PathBuf, Vec<PathBuf>)>, Stop> {
    let mut folders: Vec<(PathBuf, Vec<PathBuf>)> = Vec::new();
    for file in files {
        fs::metadata(file)
            .map_err(|error| Stop::misuse(format!("cannot read `{}`: {error}", file.display())))?;
        let folder = flow_files::folder(file);
        match folders.iter_mut().find(|(known, _)| known == folder) {
            Some((_, files)) => files.push(full(file)),
            None => folders.push((folder.to_owned(), vec![full(file)])),
        }
    }
    Ok(folders)
}

/// A path that is the same however it is written.
fn full(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}
