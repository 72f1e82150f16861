//! Documents that are open without their folder: those that would be one flow in it are one here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use gen_lsp_types::Uri;

use super::{is_flow_file, roots};
use crate::uri;

/// The flows that documents are, each as their addresses in order. The rest of their folders is not read: nobody
/// opened it.
pub(super) fn groups<'t>(documents: impl Iterator<Item = (&'t Uri, &'t str)>) -> BTreeSet<Vec<String>> {
    let mut alone: Vec<String> = Vec::new();
    let mut texts: BTreeMap<PathBuf, (&Uri, &str)> = BTreeMap::new();
    for (uri, text) in documents {
        match uri::path(uri).filter(|path| is_flow_file(path)) {
            Some(path) => drop(texts.insert(path, (uri, text))),
            None => alone.push(uri.0.clone()),
        }
    }
    let edited = texts
        .iter()
        .flat_map(|(path, (_, text))| roots::edited(path, text));
    let files = texts.keys().cloned().collect();
    let roots = roots::find(&topmost(texts.keys()), &files, &edited.collect());
    let mut together: BTreeMap<&Path, Vec<String>> = BTreeMap::new();
    for (path, (uri, _)) in &texts {
        match roots::innermost(&roots, path) {
            Some(root) => together.entry(root).or_default().push(uri.0.clone()),
            None => alone.push(uri.0.clone()),
        }
    }
    let alone = alone.into_iter().map(|uri| vec![uri]);
    let together = together.into_values().map(|mut uris| {
        uris.sort();
        uris
    });
    alone.chain(together).collect()
}

/// The folders of files that lie below no other of them.
fn topmost<'p>(files: impl Iterator<Item = &'p PathBuf>) -> Vec<PathBuf> {
    let folders: BTreeSet<&Path> = files.filter_map(|file| file.parent()).collect();
    let is_topmost = |folder: &&Path| !folder.ancestors().skip(1).any(|above| folders.contains(above));
    let found = folders.iter().copied().filter(is_topmost);
    found.map(Path::to_owned).collect()
}
