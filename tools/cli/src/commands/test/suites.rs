//! From the paths of a command line to the flows that are tested, checked together with their tests.

use std::fs;
use std::path::{Path, PathBuf};

use sayflow::Diagnostic;
use sayflow_test::{Suite, Test};

use crate::exit::Stop;
use crate::flow_files::{self, Flow};

/// A flow with its tests.
#[derive(Debug)]
pub(super) struct TestedFlow {
    pub(super) flow: Flow,
    /// Its tests, or what keeps them from running.
    pub(super) suite: Result<Suite, Vec<Diagnostic>>,
    /// The files whose tests are meant; every file where there is none.
    only: Vec<PathBuf>,
}

impl TestedFlow {
    /// The tests that are meant, in the order of the files.
    pub(super) fn tests(&self) -> impl Iterator<Item = Test<'_>> {
        let tests = self.suite.iter().flat_map(Suite::tests);
        tests.filter(|test| {
            let file = Path::new(test.source().name());
            self.only.is_empty() || self.only.iter().any(|only| shown(only) == file)
        })
    }

    fn new(flow: Flow, only: Vec<PathBuf>) -> Self {
        let damage: Vec<Diagnostic> = flow.damage().cloned().collect();
        let suite = if damage.is_empty() {
            Suite::load(flow.sources())
        } else {
            Err(damage)
        };
        Self { flow, suite, only }
    }
}

/// The flows at these paths. Files of tests alone stand for themselves, on the flows of their folders.
pub(super) fn load(paths: &[PathBuf]) -> Result<Vec<TestedFlow>, Stop> {
    let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) =
        paths.iter().cloned().partition(|path| path.is_dir());
    let is_tests_only = files.iter().all(|file| is_test_file(file));
    let flows = match is_tests_only {
        true => flow_files::flows(&folders)?,
        false => flow_files::flows(paths)?,
    };
    let mut tested: Vec<TestedFlow> = flows
        .into_iter()
        .map(|flow| TestedFlow::new(flow, Vec::new()))
        .collect();
    if is_tests_only {
        for (folder, files) in by_folder(files)? {
            // Its tests are run with the folder already.
            if folders.iter().any(|known| shown(known) == shown(&folder)) {
                continue;
            }
            tested.push(TestedFlow::new(flow_files::flow(&folder)?, files));
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

/// So far above its tests a flow is looked for: `shop/tests/orders/late.test.flow`.
const LEVELS_ABOVE: usize = 2;

/// The folder of the flow that a file of tests is about: the nearest one, from its own upwards, in which a
/// file of a flow lies that is more than tests.
fn folder_of_flow(file: &Path) -> Result<PathBuf, Stop> {
    let own = flow_files::folder(file);
    let mut folders =
        own.ancestors()
            .take(1 + LEVELS_ABOVE)
            .map(|folder| match folder.as_os_str().is_empty() {
                true => Path::new("."),
                false => folder,
            });
    let found = folders.find(|folder| holds_a_flow(folder));
    found.map(Path::to_owned).ok_or_else(|| {
        Stop::misuse(format!(
            "there is no flow for `{}`: neither its folder nor one above it has a `.flow` file besides tests",
            file.display()
        ))
    })
}

fn holds_a_flow(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files = entries.map(|entry| entry.path());
    files.any(|path| path.extension().is_some_and(|ending| ending == "flow") && !is_test_file(&path))
}

/// Files with the folders of their flows, in the order in which they are named.
fn by_folder(files: Vec<PathBuf>) -> Result<Vec<(PathBuf, Vec<PathBuf>)>, Stop> {
    let mut folders: Vec<(PathBuf, Vec<PathBuf>)> = Vec::new();
    for file in files {
        fs::metadata(&file)
            .map_err(|error| Stop::misuse(format!("cannot read `{}`: {error}", file.display())))?;
        let folder = folder_of_flow(&file)?;
        match folders.iter_mut().find(|(known, _)| *known == folder) {
            Some((_, files)) => files.push(file),
            None => folders.push((folder, vec![file])),
        }
    }
    Ok(folders)
}

/// A path as the names of sources have it.
fn shown(path: &Path) -> &Path {
    path.strip_prefix(".").unwrap_or(path)
}
