//! One flow: its files as trees, each read anew only when it changes.

use std::cell::{Cell, OnceCell, RefCell};
use std::path::PathBuf;

use gen_lsp_types::Uri;
use sayflow::syntax::{self, ast};
use sayflow::{Code, Diagnostic, IncrementalCheck, Source};

use crate::index::{Index, Names};
use crate::uri;

/// The files that are checked together.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    /// Its folder; `None` for documents that are open without theirs.
    pub(crate) root: Option<PathBuf>,
    /// The trees, in the order of their addresses. The name of a source is its address.
    pub(crate) files: Vec<ast::File>,
    /// The names of exactly these trees.
    names: Names,
    /// What reading each file found.
    found: Vec<Vec<Diagnostic>>,
    /// Whether the findings are to be told: something changed since, or was opened or closed.
    is_stale: Cell<bool>,
    /// What earlier checks found out that still holds.
    check: RefCell<IncrementalCheck>,
    /// Every finding, once it was asked for.
    checked: OnceCell<Vec<Diagnostic>>,
}

impl Flow {
    pub(crate) fn folder(root: PathBuf) -> Self {
        Self {
            root: Some(root),
            ..Self::default()
        }
    }

    /// A flow of documents that are open without their folder.
    pub(crate) fn loose() -> Self {
        Self::default()
    }

    /// The addresses of its files, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        self.files
            .iter()
            .map(|file| file.source.name().to_owned())
            .collect()
    }

    /// What the command line calls it: its folder, or its only file.
    pub(crate) fn path(&self) -> Option<PathBuf> {
        let mut paths = self.files.iter().filter_map(|file| uri::path(&uri(file)));
        self.root.clone().or_else(|| match self.files.len() {
            1 => paths.next(),
            _ => paths
                .filter_map(|path| Some(path.parent()?.to_owned()))
                .min_by_key(|folder| folder.iter().count()),
        })
    }

    /// The number of the file at an address.
    pub(crate) fn position(&self, uri: &Uri) -> Option<usize> {
        self.search(uri).ok()
    }

    pub(crate) fn put(&mut self, uri: Uri, bytes: Vec<u8>) {
        let place = self.search(&uri);
        if let Ok(at) = place
            && let Some(file) = self.files.get(at)
            && file.source.text().as_bytes() == bytes
            && !self.is_damaged(&file.source)
        {
            return;
        }
        let (source, damage) = read(uri, bytes);
        let (file, mut found) = syntax::parse(&source);
        found.extend(damage);
        self.changed();
        match place {
            Ok(at) => {
                self.names.replace(at, &file);
                self.files.splice(at..=at, [file]);
                self.found.splice(at..=at, [found]);
            }
            Err(at) => {
                self.names.insert(at, &file);
                self.files.insert(at, file);
                self.found.insert(at, found);
            }
        }
    }

    pub(crate) fn remove(&mut self, uri: &Uri) {
        self.retain(|known| known != uri);
    }

    pub(crate) fn retain(&mut self, is_kept: impl Fn(&Uri) -> bool) {
        let uris: Vec<Uri> = self.files.iter().map(uri).collect();
        for (at, uri) in uris.into_iter().enumerate().rev() {
            if !is_kept(&uri) {
                self.files.remove(at);
                self.names.remove(at);
                self.found.remove(at);
                self.changed();
            }
        }
    }

    /// Whether a file holds bytes that are no text: what stands where in its tree is not so on the disk.
    pub(crate) fn is_damaged(&self, source: &Source) -> bool {
        let found = self.search(&Uri::from(source.name())).ok();
        let found = found.and_then(|at| self.found.get(at));
        found.is_some_and(|found| found.iter().any(|finding| finding.code() == Code::NotUtf8))
    }

    /// The names of the flow.
    pub(crate) fn index(&self) -> Index<'_> {
        Index::new(&self.files, &self.names)
    }

    /// Has the findings told once more, though nothing changed: a client may keep none of a file that it
    /// opens or closes.
    pub(crate) fn tell_again(&self) {
        self.is_stale.set(true);
    }

    fn changed(&mut self) {
        self.is_stale.set(true);
        self.checked = OnceCell::new();
    }

    /// Every finding, where something changed since this was last asked.
    pub(crate) fn findings_if_stale(&self) -> Option<&[Diagnostic]> {
        self.is_stale.take().then(|| self.findings())
    }

    /// Every finding.
    pub(crate) fn findings(&self) -> &[Diagnostic] {
        self.checked.get_or_init(|| {
            let found = self.found.iter().flatten().cloned().collect();
            self.check.borrow_mut().check(&self.files, found)
        })
    }

    fn search(&self, uri: &Uri) -> Result<usize, usize> {
        self.files
            .binary_search_by(|file| file.source.name().cmp(uri.0.as_str()))
    }
}

/// The address of a file.
pub(crate) fn uri(file: &ast::File) -> Uri {
    Uri::from(file.source.name())
}

fn read(uri: Uri, bytes: Vec<u8>) -> (Source, Option<Diagnostic>) {
    // Editors do not show the mark that may begin a file, nor count it.
    let bytes = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => rest.to_vec(),
        None => bytes,
    };
    match Source::from_bytes(uri.0.clone(), bytes) {
        Ok(source) => (source, None),
        Err(damage) => {
            let label = damage.labels().first();
            let source = label.map_or_else(|| Source::new(uri.0, ""), |label| label.source.clone());
            (source, Some(*damage))
        }
    }
}
