//! The flows of the editor: a folder is a flow, and the editor's text wins over the disk's.

mod flow;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use gen_lsp_types::{TextDocumentContentChangeEvent, Uri};

use crate::text::Encoding;
use crate::uri;
pub(crate) use flow::Flow;

/// Every flow that is open.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) encoding: Encoding,
    /// The flows of folders, then those of single files that lie in none.
    pub(crate) flows: Vec<Flow>,
    open: HashMap<Uri, Open>,
}

/// A document in the editor.
#[derive(Debug)]
struct Open {
    /// The address as the client writes it.
    uri: Uri,
    version: i32,
    text: String,
}

impl Workspace {
    pub(crate) fn new(encoding: Encoding, folders: impl IntoIterator<Item = PathBuf>) -> Self {
        let mut workspace = Self {
            encoding,
            flows: Vec::new(),
            open: HashMap::new(),
        };
        workspace.change_folders(folders, &[]);
        workspace
    }

    /// Adds folders and takes others away; documents find their flows anew.
    pub(crate) fn change_folders(&mut self, added: impl IntoIterator<Item = PathBuf>, removed: &[PathBuf]) {
        let kept = self.flows.iter().filter_map(|flow| flow.root.clone());
        let mut roots: Vec<PathBuf> = kept.filter(|root| !removed.contains(root)).collect();
        roots.extend(added);
        roots.sort();
        roots.dedup();
        self.flows = roots.into_iter().map(Flow::folder).collect();
        for at in 0..self.flows.len() {
            self.read_folder(at);
        }
        let uris: Vec<Uri> = self.open.keys().cloned().collect();
        for uri in uris {
            self.put_open(&uri);
        }
    }

    /// The flow and file of an address.
    pub(crate) fn find(&self, uri: &Uri) -> Option<(&Flow, usize)> {
        let uri = uri::canonical(uri);
        let mut flows = self.flows.iter();
        flows.find_map(|flow| Some((flow, flow.position(&uri)?)))
    }

    /// The address as the client writes it, and the version that it has of the document.
    pub(crate) fn shown(&self, uri: &Uri) -> (Uri, Option<i32>) {
        match self.open.get(uri) {
            Some(open) => (open.uri.clone(), Some(open.version)),
            None => (uri.clone(), None),
        }
    }

    pub(crate) fn open(&mut self, shown: Uri, version: i32, text: String) {
        let uri = uri::canonical(&shown);
        let open = Open {
            uri: shown,
            version,
            text,
        };
        self.open.insert(uri.clone(), open);
        self.put_open(&uri);
        self.tell_again(&uri);
    }

    pub(crate) fn change(&mut self, uri: &Uri, version: i32, changes: Vec<TextDocumentContentChangeEvent>) {
        let uri = uri::canonical(uri);
        let Some(open) = self.open.get_mut(&uri) else {
            return;
        };
        open.version = version;
        for change in changes {
            apply(&mut open.text, change, self.encoding);
        }
        self.put_open(&uri);
    }

    pub(crate) fn close(&mut self, uri: &Uri) {
        let uri = uri::canonical(uri);
        self.open.remove(&uri);
        self.tell_again(&uri);
        self.read_file(&uri);
        self.flows.retain(|flow| flow.root.is_some() || !flow.is_empty());
    }

    /// Looks again at what changed on the disk.
    pub(crate) fn watched(&mut self, uri: &Uri) {
        let uri = uri::canonical(uri);
        let Some(path) = uri::path(&uri) else { return };
        if is_flow_file(&path) {
            if !self.open.contains_key(&uri) {
                self.read_file(&uri);
            }
        } else if let Some(at) = self.home(&path) {
            self.read_folder(at);
        }
    }

    fn put_open(&mut self, uri: &Uri) {
        let Some(open) = self.open.get(uri) else { return };
        let text = open.text.clone();
        let home = self.home_of(uri).unwrap_or_else(|| {
            self.flows.push(Flow::single());
            self.flows.len() - 1
        });
        if let Some(flow) = self.flows.get_mut(home) {
            flow.put(uri.clone(), text.into_bytes());
        }
    }

    fn tell_again(&self, uri: &Uri) {
        if let Some((flow, _)) = self.find(uri) {
            flow.tell_again();
        }
    }

    /// Takes a file as it lies on the disk, or away where it lies there no more.
    fn read_file(&mut self, uri: &Uri) {
        let path = uri::path(uri);
        let home = self.home_of(uri).and_then(|at| self.flows.get_mut(at));
        let Some(flow) = home else { return };
        let bytes = path
            .filter(|path| flow.root.is_some() && is_flow_file(path))
            .and_then(|path| fs::read(path).ok());
        match bytes {
            Some(bytes) => flow.put(uri.clone(), bytes),
            None => flow.remove(uri),
        }
    }

    fn read_folder(&mut self, at: usize) {
        let Some(root) = self.flows.get(at).and_then(|flow| flow.root.clone()) else {
            return;
        };
        let others: Vec<PathBuf> = self.flows.iter().filter_map(|flow| flow.root.clone()).collect();
        let mut found = Vec::new();
        collect(&root, &others, &mut found);
        found.sort();
        let Some(flow) = self.flows.get_mut(at) else {
            return;
        };
        let is_gone = |uri: &Uri| !self.open.contains_key(uri);
        flow.retain(|uri| !is_gone(uri) || uri::path(uri).is_some_and(|path| found.contains(&path)));
        for path in found {
            let uri = uri::of_path(&path);
            if !self.open.contains_key(&uri)
                && let Ok(bytes) = fs::read(&path)
            {
                flow.put(uri, bytes);
            }
        }
    }

    /// The flow that a document belongs to.
    fn home_of(&self, uri: &Uri) -> Option<usize> {
        let known = self.flows.iter().position(|flow| flow.position(uri).is_some());
        known.or_else(|| self.home(&uri::path(uri)?))
    }

    /// The innermost folder that a path lies in.
    fn home(&self, path: &Path) -> Option<usize> {
        let roots = self.flows.iter().enumerate();
        let holding = roots.filter_map(|(at, flow)| {
            let inner = path.strip_prefix(flow.root.as_ref()?).ok()?;
            let is_hidden = inner.iter().any(|name| name.to_string_lossy().starts_with('.'));
            (!is_hidden).then(|| (inner.iter().count(), at))
        });
        holding.min().map(|(_, at)| at)
    }
}

fn apply(text: &mut String, change: TextDocumentContentChangeEvent, encoding: Encoding) {
    match change {
        TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part) => {
            let start = encoding.offset(text, part.range.start);
            let end = encoding.offset(text, part.range.end).max(start);
            text.replace_range(start..end, &part.text);
        }
        TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(whole) => *text = whole.text,
    }
}

fn is_flow_file(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "flow")
}

/// The `.flow` files below a folder; hidden folders, links to folders and other flows are left alone.
fn collect(folder: &Path, others: &[PathBuf], found: &mut Vec<PathBuf>) {
    // What cannot be read is not there for the editor either.
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if !others.contains(&path) {
                collect(&path, others, found);
            }
        } else if is_flow_file(&path) && path.is_file() {
            found.push(path);
        }
    }
}
