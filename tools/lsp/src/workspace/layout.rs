//! Which flow a file belongs to.
//!
//! The command line is told: `sayflow check shop` takes every `.flow` file below `shop` as one flow. An editor is
//! told nothing and often opens a repository with several flows, so the files decide:
//!
//! - The topmost folder that directly holds a `.flow` file is a flow, with all that lies below it. Folders beside
//!   each other that have none above them are flows of their own.
//! - A folder that holds tests alone (`NAME.test.flow`) belongs to the flow above it, where there is one.
//! - What a test goes on with (`flow "edited"`) says the same things otherwise, and is a flow of its own.
//! - A folder that is open in the editor by itself is never a part of the flow above it.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use sayflow::syntax::ast::{Head, Node, Step};
use sayflow::{Source, syntax};

/// The folders, and files of tests, that are flows.
pub(super) fn roots(
    folders: &[PathBuf],
    files: &BTreeSet<PathBuf>,
    edited: &BTreeSet<PathBuf>,
) -> BTreeSet<PathBuf> {
    let mut own: Vec<(&Path, &Path)> = Vec::new();
    let mut roots = BTreeSet::new();
    for file in files {
        let Some(folder) = innermost(folders, file) else {
            continue;
        };
        match innermost(edited, file).filter(|edited| edited.starts_with(folder)) {
            Some(edited) => drop(roots.insert(edited.to_owned())),
            None => own.push((folder, file)),
        }
    }
    let holding = |is_counted: fn(&Path) -> bool| -> BTreeSet<(&Path, &Path)> {
        let counted = own.iter().filter(|(_, file)| is_counted(file));
        counted
            .filter_map(|(folder, file)| Some((*folder, file.parent()?)))
            .collect()
    };
    let (with_flows, with_any) = (holding(|file| !is_test_file(file)), holding(|_| true));
    for (folder, file) in &own {
        let above: Vec<&Path> = file
            .ancestors()
            .skip(1)
            .take_while(|it| it.starts_with(folder))
            .collect();
        let topmost = |holding: &BTreeSet<(&Path, &Path)>| {
            let mut from_above = above.iter().rev();
            from_above.find(|it| holding.contains(&(*folder, **it))).copied()
        };
        roots.extend(
            topmost(&with_flows)
                .or_else(|| topmost(&with_any))
                .map(Path::to_owned),
        );
    }
    roots
}

/// What the tests of a file go on with: files and folders beside it.
pub(super) fn edited(path: &Path, text: &str) -> Vec<PathBuf> {
    // Few files have one, and a large flow is not to be read twice.
    if !text.contains("flow \"") {
        return Vec::new();
    }
    let source = Source::new("", text);
    let (file, _) = syntax::parse(&source);
    let tests = file.nodes().filter(|node| matches!(node.head, Head::Test { .. }));
    let named = tests
        .flat_map(Node::children)
        .filter_map(|line| match &line.head {
            Head::Step(Step::Flow(name)) => Some(beside(path, &name.plain(&source))),
            _ => None,
        });
    // Half-typed it may name the folder of the test itself.
    named.filter(|named| !path.starts_with(named)).collect()
}

/// A path that is written in a file, without its dots.
fn beside(file: &Path, written: &str) -> PathBuf {
    let mut path = file.parent().unwrap_or(Path::new("")).to_owned();
    for part in Path::new(written).components() {
        match part {
            Component::ParentDir => drop(path.pop()),
            Component::CurDir => {}
            other => path.push(other),
        }
    }
    path
}

/// The innermost of some folders that a path lies in; what is hidden there does not lie in it.
pub(super) fn innermost<'f>(folders: impl IntoIterator<Item = &'f PathBuf>, path: &Path) -> Option<&'f Path> {
    let holding = folders.into_iter().filter(|folder| {
        let inner = path.strip_prefix(folder);
        inner.is_ok_and(|inner| !inner.iter().any(|name| name.to_string_lossy().starts_with('.')))
    });
    holding
        .map(PathBuf::as_path)
        .max_by_key(|folder| folder.iter().count())
}

fn is_test_file(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy());
    name.is_some_and(|name| name.ends_with(".test.flow"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(folders: &[&str], files: &[&str], edited: &[&str]) -> Vec<String> {
        let folders: Vec<PathBuf> = folders.iter().map(PathBuf::from).collect();
        let set = |paths: &[&str]| paths.iter().map(PathBuf::from).collect();
        let roots = roots(&folders, &set(files), &set(edited));
        roots
            .iter()
            .map(|root| root.to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn a_folder_with_files_holds_all_below_it() {
        assert_eq!(
            found(&["/r"], &["/r/a.flow", "/r/x/b.flow", "/r/x/y/c.flow"], &[]),
            ["/r"]
        );
    }

    #[test]
    fn folders_beside_each_other_are_flows_of_their_own() {
        let files = [
            "/r/examples/a/a.flow",
            "/r/examples/b/b.flow",
            "/r/examples/b/more/c.flow",
        ];
        assert_eq!(found(&["/r"], &files, &[]), ["/r/examples/a", "/r/examples/b"]);
    }

    #[test]
    fn tests_alone_belong_to_the_flow_above() {
        let files = ["/r/shop/a.flow", "/r/shop/tests/late/a.test.flow"];
        assert_eq!(found(&["/r"], &files, &[]), ["/r/shop"]);
        // Beside a flow they are not above it.
        let files = ["/r/shop/a.flow", "/r/stray.test.flow"];
        assert_eq!(found(&["/r"], &files, &[]), ["/r", "/r/shop"]);
    }

    #[test]
    fn what_a_test_goes_on_with_is_a_flow_of_its_own() {
        let files = ["/r/a.flow", "/r/a.test.flow", "/r/edited/a.flow", "/r/later.flow"];
        let edited = ["/r/edited", "/r/later.flow"];
        assert_eq!(
            found(&["/r"], &files, &edited),
            ["/r", "/r/edited", "/r/later.flow"]
        );
    }

    #[test]
    fn a_folder_that_is_open_by_itself_is_no_part_of_another() {
        let files = ["/r/a.flow", "/r/x/b.flow", "/r/x/y/c.flow"];
        assert_eq!(found(&["/r", "/r/x"], &files, &[]), ["/r", "/r/x"]);
        assert_eq!(found(&["/elsewhere"], &files, &[]), Vec::<String>::new());
    }

    #[test]
    fn hidden_files_are_in_no_flow() {
        assert_eq!(
            found(&["/r"], &["/r/.git/a.flow", "/r/.b.flow"], &[]),
            Vec::<String>::new()
        );
        assert_eq!(
            found(&["/r/.config"], &["/r/.config/a.flow"], &[]),
            ["/r/.config"]
        );
    }

    #[test]
    fn a_path_beside_a_test() {
        let named = |written: &str| {
            let text = format!("test \"x\" {{\n  flow \"{written}\"\n  start\n  ...\n}}\n");
            edited(Path::new("/r/shop/a.test.flow"), &text)
        };
        assert_eq!(named("./edited"), [Path::new("/r/shop/edited")]);
        assert_eq!(named("../b/c.flow"), [Path::new("/r/b/c.flow")]);
        for half_typed in ["", ".", "..", "../shop"] {
            assert_eq!(named(half_typed), Vec::<PathBuf>::new());
        }
    }
}
