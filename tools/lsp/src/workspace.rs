//! The flows of the editor: which files are one is decided in `roots.rs`, and the editor's text wins over the
//! disk's.

mod edits;
mod flow;
mod loose;
mod roots;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use gen_lsp_types::{TextDocumentContentChangeEvent, Uri};
use sayflow_kit::{read_beginning, regular_file};

use crate::text::Encoding;
use crate::uri;
pub(crate) use flow::Flow;

/// The mark that may begin a file; editors do not show it.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Every flow that is open.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) encoding: Encoding,
    /// The flows of folders, then those of documents that lie in none.
    pub(crate) flows: Vec<Flow>,
    /// The folders that are open in the editor.
    folders: Vec<PathBuf>,
    /// Every file in these folders.
    files: BTreeSet<PathBuf>,
    /// Where the flows of these folders lie.
    roots: BTreeSet<PathBuf>,
    /// What the tests of a file go on with, by its path.
    edited: BTreeMap<PathBuf, Vec<PathBuf>>,
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
            folders: Vec::new(),
            files: BTreeSet::new(),
            roots: BTreeSet::new(),
            edited: BTreeMap::new(),
            open: HashMap::new(),
        };
        workspace.change_folders(folders, &[]);
        workspace
    }

    /// Adds folders and takes others away.
    pub(crate) fn change_folders(&mut self, added: impl IntoIterator<Item = PathBuf>, removed: &[PathBuf]) {
        self.folders.retain(|folder| !removed.contains(folder));
        self.folders.extend(added);
        self.folders.sort();
        self.folders.dedup();
        self.read_folders();
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

    /// How many files of a flow have a text in the editor that the disk does not have.
    pub(crate) fn unsaved(&self, flow: &Flow) -> usize {
        let is_unsaved = |(uri, open): &(&Uri, &Open)| {
            let saved = uri::path(uri).and_then(|path| read(&path));
            let saved = saved
                .as_deref()
                .map(|bytes| bytes.strip_prefix(MARK).unwrap_or(bytes));
            flow.position(uri).is_some() && saved != Some(open.text.as_bytes())
        };
        self.open.iter().filter(is_unsaved).count()
    }

    pub(crate) fn open(&mut self, shown: Uri, version: i32, text: String) {
        let uri = uri::canonical(&shown);
        let open = Open {
            uri: shown,
            version,
            text,
        };
        self.open.insert(uri.clone(), open);
        self.put(&uri);
        self.tell_again(&uri);
    }

    pub(crate) fn change(&mut self, uri: &Uri, version: i32, changes: Vec<TextDocumentContentChangeEvent>) {
        let uri = uri::canonical(uri);
        let Some(open) = self.open.get_mut(&uri) else {
            return;
        };
        open.version = version;
        for change in changes {
            edits::apply(&mut open.text, change, self.encoding);
        }
        self.put(&uri);
    }

    pub(crate) fn close(&mut self, uri: &Uri) {
        let uri = uri::canonical(uri);
        self.open.remove(&uri);
        self.put(&uri);
        self.tell_again(&uri);
    }

    /// Looks again at what changed on the disk.
    pub(crate) fn watched(&mut self, uri: &Uri) {
        let uri = uri::canonical(uri);
        let Some(path) = uri::path(&uri) else { return };
        if !is_flow_file(&path) {
            // A folder that came or went.
            self.read_folders();
        } else if !self.open.contains_key(&uri) {
            self.put(&uri);
        }
    }

    /// Takes a file as it is now, in the editor or on the disk.
    fn put(&mut self, uri: &Uri) {
        let path = uri::path(uri).filter(|path| self.is_in_folder(path));
        let bytes = self.text(uri, path.as_deref());
        let Some(path) = path else {
            return self.put_loose(uri, bytes);
        };
        if self.has_moved_flows(&path, bytes.as_deref()) {
            return self.read_folders();
        }
        let Some(root) = roots::innermost(&self.roots, &path) else {
            return;
        };
        let mut flows = self.flows.iter_mut();
        match (flows.find(|flow| flow.root.as_deref() == Some(root)), bytes) {
            (Some(flow), Some(bytes)) => flow.put(uri.clone(), bytes),
            (Some(flow), None) => flow.remove(uri),
            (None, _) => {}
        }
    }

    fn tell_again(&self, uri: &Uri) {
        if let Some((flow, _)) = self.find(uri) {
            flow.tell_again();
        }
    }

    /// Notes a file of a folder; whether other files belong together now.
    fn has_moved_flows(&mut self, path: &Path, bytes: Option<&[u8]>) -> bool {
        let edited = bytes.map_or_else(Vec::new, |bytes| {
            roots::edited(path, &String::from_utf8_lossy(bytes))
        });
        let had = match edited.is_empty() {
            true => self.edited.remove(path),
            false => self.edited.insert(path.to_owned(), edited.clone()),
        };
        let is_new = match bytes {
            Some(_) => self.files.insert(path.to_owned()),
            None => self.files.remove(path),
        };
        if !is_new && had.unwrap_or_default() == edited {
            return false;
        }
        let roots = self.find_roots();
        roots != self.roots
    }

    /// The flows of the folders, by the files that are known.
    fn find_roots(&self) -> BTreeSet<PathBuf> {
        let edited = self.edited.values().flatten().cloned().collect();
        roots::find(&self.folders, &self.files, &edited)
    }

    /// Takes note of the text of a document in no folder, or that it is gone.
    fn put_loose(&mut self, uri: &Uri, bytes: Option<Vec<u8>>) {
        let groups = self.loose();
        let known = self.flows.iter().filter(|flow| flow.root.is_none());
        let known: BTreeSet<Vec<String>> = known.map(Flow::names).collect();
        if known != groups {
            return self.read_loose(groups);
        }
        let flow = self.flows.iter_mut().find(|flow| flow.position(uri).is_some());
        if let (Some(flow), Some(bytes)) = (flow, bytes) {
            flow.put(uri.clone(), bytes);
        }
    }

    /// The flows that documents in no folder are.
    fn loose(&self) -> BTreeSet<Vec<String>> {
        let is_loose = |uri: &Uri| !uri::path(uri).is_some_and(|path| self.is_in_folder(&path));
        let open = self.open.iter().filter(|(uri, _)| is_loose(uri));
        loose::groups(open.map(|(uri, open)| (uri, open.text.as_str())))
    }

    /// Reads the documents in no folder anew.
    fn read_loose(&mut self, groups: BTreeSet<Vec<String>>) {
        self.flows.retain(|flow| flow.root.is_some());
        for group in groups {
            let mut flow = Flow::loose();
            for uri in group.into_iter().map(Uri) {
                if let Some(text) = self.text(&uri, None) {
                    flow.put(uri, text);
                }
            }
            self.flows.push(flow);
        }
    }

    /// Finds the flows of the folders anew.
    fn read_folders(&mut self) {
        let mut texts: BTreeMap<PathBuf, Vec<u8>> = BTreeMap::new();
        for path in self.paths() {
            let text = self.text(&uri::of_path(&path), Some(&path));
            texts.extend(text.map(|text| (path, text)));
        }
        self.files = texts.keys().cloned().collect();
        self.edited = texts
            .iter()
            .map(|(path, text)| (path.clone(), roots::edited(path, &String::from_utf8_lossy(text))))
            .filter(|(_, edited)| !edited.is_empty())
            .collect();
        self.roots = self.find_roots();
        self.flows = self.roots.iter().cloned().map(Flow::folder).collect();
        for (path, text) in texts {
            let root = roots::innermost(&self.roots, &path);
            let mut flows = self.flows.iter_mut();
            if let Some(flow) = flows.find(|flow| flow.root.as_deref() == root) {
                flow.put(uri::of_path(&path), text);
            }
        }
        self.read_loose(self.loose());
    }

    /// Every `.flow` file in a folder that is open: on the disk, and in the editor alone.
    fn paths(&self) -> BTreeSet<PathBuf> {
        let mut found = Vec::new();
        self.folders.iter().for_each(|folder| collect(folder, &mut found));
        let open = self.open.keys().filter_map(uri::path);
        found.extend(open.filter(|path| self.is_in_folder(path)));
        found.into_iter().collect()
    }

    /// A text: the editor's, or else that of a file on the disk.
    fn text(&self, uri: &Uri, path: Option<&Path>) -> Option<Vec<u8>> {
        match self.open.get(uri) {
            Some(open) => Some(open.text.clone().into_bytes()),
            None => path.filter(|path| is_flow_file(path)).and_then(read),
        }
    }

    fn is_in_folder(&self, path: &Path) -> bool {
        roots::innermost(&self.folders, path).is_some()
    }
}

/// What a file on the disk holds, as far as it is of use; `None` where there is none.
fn read(path: &Path) -> Option<Vec<u8>> {
    read_beginning(regular_file(path).ok()?).ok()
}

fn is_flow_file(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "flow")
}

/// The `.flow` files below a folder; what is hidden, and links to folders, are left alone.
fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    // What cannot be read is not there for the editor either.
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            collect(&path, found);
        } else if is_flow_file(&path) && path.is_file() {
            found.push(path);
        }
    }
}
