//! Files beside a test: flows and replies.

use std::path::{Path, PathBuf};

use sayflow::syntax::ast::{Head, Node, Step};
use sayflow::texts::is_catalog;
use sayflow::{Source, syntax};
use sayflow_kit::{catalog_files, flow_files, read_within, regular_file};

/// More than any host takes as a reply, and than any flow has.
const MOST_MEBIBYTES: u32 = 16;

/// The bytes of a file; an error is why it cannot be read, with its path.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let read = regular_file(path).and_then(|file| read_within(MOST_MEBIBYTES, file));
    read.map_err(|error| format!("{}: {error}", path.display()))
}

/// The files of the flow at a path, a folder with its `.flow` files, or one file; then its catalogs.
pub(crate) fn flow(path: &Path) -> Result<Vec<Source>, String> {
    let mut sources = files(path)?;
    let catalogs = catalog_files(path).map_err(|unreadable| unreadable.to_string())?;
    for path in catalogs {
        sources.push(read(&path)?);
    }
    Ok(sources)
}

fn files(path: &Path) -> Result<Vec<Source>, String> {
    if !path.is_dir() {
        return Ok(vec![read(path)?]);
    }
    let paths = flow_files(path).map_err(|unreadable| unreadable.to_string())?;
    if paths.is_empty() {
        return Err(format!("{}: no `.flow` files", path.display()));
    }
    let sources = paths.iter().map(|path| read(path)).collect::<Result<_, _>>()?;
    Ok(own_sources(sources))
}

/// The files in a folder that are its flow: without those that one of its tests goes on with (`flow "edited"`),
/// which say the same things otherwise.
#[must_use]
pub fn own_sources(sources: Vec<Source>) -> Vec<Source> {
    let edited: Vec<PathBuf> = sources.iter().flat_map(edited_flows).collect();
    let is_own = |source: &Source| {
        let path = Path::new(source.name());
        !edited.iter().any(|edited| path.starts_with(edited))
    };
    sources.into_iter().filter(is_own).collect()
}

/// Whether these files hold tests and nothing that they could be about: run alone, they would be held against a
/// flow that says only what every flow says.
#[must_use]
pub fn is_without_flow(sources: &[Source]) -> bool {
    let mut has_tests = false;
    for source in sources.iter().filter(|source| !is_catalog(source)) {
        let (file, found) = syntax::parse(source);
        let is_tests = file.nodes().all(|node| matches!(node.head, Head::Test { .. }));
        // What cannot be read may be a flow, and is told by the checker.
        if !is_tests || !found.is_empty() {
            return false;
        }
        has_tests |= file.nodes().next().is_some();
    }
    has_tests
}

/// The paths of the flows that tests of this file go on with.
fn edited_flows(source: &Source) -> Vec<PathBuf> {
    // Few files have one, and a large flow is not to be read twice.
    if !source.text().contains("flow \"") {
        return Vec::new();
    }
    let folder = Path::new(source.name()).parent().unwrap_or(Path::new(""));
    let (file, _) = syntax::parse(source);
    let tests = file.nodes().filter(|node| matches!(node.head, Head::Test { .. }));
    let paths = tests
        .flat_map(Node::children)
        .filter_map(|line| match &line.head {
            Head::Step(Step::Flow(path)) => Some(folder.join(path.plain(source))),
            _ => None,
        });
    paths.collect()
}

fn read(path: &Path) -> Result<Source, String> {
    let text = String::from_utf8(bytes(path)?).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(Source::new(path.to_string_lossy(), text))
}
