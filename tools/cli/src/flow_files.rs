//! From the paths of a command line to the sources of a flow.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use sayflow::{Diagnostic, Program, Severity, Source, syntax};
use sayflow_kit::nearest::did_you_mean;
use sayflow_kit::{catalog_files, flow_files, read_beginning};

use crate::exit::Stop;
use sayflow_test::own_sources;

/// The files of one flow.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flow {
    pub(crate) files: Vec<FlowFile>,
    /// What it says in other languages.
    pub(crate) catalogs: Vec<FlowFile>,
}

/// One file of a flow, or one of its catalogs.
#[derive(Clone, Debug)]
pub(crate) struct FlowFile {
    pub(crate) path: PathBuf,
    pub(crate) source: Source,
    /// Why the file is no text; its source has U+FFFD there.
    pub(crate) damage: Option<Diagnostic>,
    /// Whether it is a part of the flow, and not of another one that its tests go on with.
    pub(crate) is_own: bool,
}

impl Flow {
    /// The flow's files and catalogs, as the checker takes them; a catalog that is no text is left out.
    pub(crate) fn with_catalogs(&self) -> impl Iterator<Item = Source> {
        let sound = self.catalogs.iter().filter(|catalog| catalog.damage.is_none());
        self.sources().chain(sound.map(|catalog| catalog.source.clone()))
    }

    /// The flow's files.
    pub(crate) fn sources(&self) -> impl Iterator<Item = Source> {
        let own = self.files.iter().filter(|file| file.is_own);
        own.map(|file| file.source.clone())
    }

    /// The flow with one more file, which is on no disk.
    pub(crate) fn with(mut self, source: Source) -> Self {
        self.files.push(FlowFile {
            path: PathBuf::from(source.name()),
            source,
            damage: None,
            is_own: true,
        });
        self
    }

    /// The flow's program, or the errors that it has.
    pub(crate) fn program(&self) -> Result<Program, Vec<Diagnostic>> {
        let (program, found) = sayflow::check(self.with_catalogs());
        let findings = self.damage().chain(&found);
        let errors: Vec<_> = findings
            .filter(|finding| finding.severity() == Severity::Error)
            .cloned()
            .collect();
        match program {
            Some(program) if errors.is_empty() => Ok(program),
            _ => Err(errors),
        }
    }

    /// What the checker cannot say: which files are no text.
    pub(crate) fn damage(&self) -> impl Iterator<Item = &Diagnostic> {
        let files = self.files.iter().chain(&self.catalogs);
        files.filter_map(|file| file.damage.as_ref())
    }
}

/// The flows that paths stand for: each folder is one, the files named one by one are one together.
pub(crate) fn flows(paths: &[PathBuf]) -> Result<Vec<Flow>, Stop> {
    let (folders, files): (Vec<_>, Vec<_>) = paths.iter().partition(|path| path.is_dir());
    let mut flows = Vec::new();
    for folder in folders {
        flows.push(flow(folder)?);
    }
    if !files.is_empty() {
        let mut loose = Flow::default();
        for path in files {
            if loose.files.iter().all(|file| file.path != *path) {
                loose.files.push(read(path)?);
            }
        }
        loose.catalogs = match loose.files.as_slice() {
            [first, others @ ..]
                if others
                    .iter()
                    .all(|file| file.path.parent() == first.path.parent()) =>
            {
                catalogs(&first.path)?
            }
            _ => Vec::new(),
        };
        flows.push(loose);
    }
    Ok(flows)
}

/// The flow at a path: a folder with its `.flow` files, or one file.
pub(crate) fn flow(path: &Path) -> Result<Flow, Stop> {
    let paths = match path.is_dir() {
        true => flow_files(path).map_err(|found| unreadable(&found.path, &found.error))?,
        false => vec![path.to_owned()],
    };
    if paths.is_empty() {
        return Err(Stop::misuse(format!("no `.flow` files in `{}`", path.display())));
    }
    let mut files = paths
        .iter()
        .map(|path| read(path))
        .collect::<Result<Vec<FlowFile>, _>>()?;
    if path.is_dir() {
        let own = own_sources(files.iter().map(|file| file.source.clone()).collect());
        for file in &mut files {
            file.is_own = own.contains(&file.source);
        }
    }
    let catalogs = catalogs(path)?;
    Ok(Flow { files, catalogs })
}

/// The catalogs of the flow at a path.
fn catalogs(path: &Path) -> Result<Vec<FlowFile>, Stop> {
    let paths = catalog_files(path).map_err(|found| unreadable(&found.path, &found.error))?;
    let read = |path: PathBuf| {
        let bytes = beginning(&path).map_err(|error| unreadable(&path, &error))?;
        Ok(from_bytes(path, bytes))
    };
    paths.into_iter().map(read).collect()
}

/// The files in a folder where tests are written, whatever flow they belong to. What is no text has no tests.
pub(crate) fn tests_in(folder: &Path) -> Result<Vec<Source>, Stop> {
    let paths = flow_files(folder).map_err(|found| unreadable(&found.path, &found.error))?;
    let read = |path: &PathBuf| read(path).map(|file| file.source);
    paths.iter().map(read).collect()
}

/// The program of the flow at a path, or the errors that it has.
pub(crate) fn program(path: &Path) -> Result<Result<Program, Vec<Diagnostic>>, Stop> {
    Ok(flow(path)?.program())
}

/// Refuses the name of an API that the flow does not have.
pub(crate) fn check_api(program: &Program, name: &str) -> Result<(), Stop> {
    let known: Vec<&str> = program.apis().map(|api| api.name()).collect();
    if known.contains(&name) {
        return Ok(());
    }
    let near = did_you_mean(name, known.iter().copied(), "APIs");
    Err(Stop::misuse(format!("the flow has no API `{name}`: {near}")))
}

impl FlowFile {
    /// Why nothing of it is read: it is no text, or larger than a file may be.
    pub(crate) fn refusal(&self) -> Option<Diagnostic> {
        self.damage.clone().or_else(|| too_large(&self.source))
    }
}

/// What is found in a file that is larger than one may be: that alone.
pub(crate) fn too_large(source: &Source) -> Option<Diagnostic> {
    let is_too_large = source.text().len() > syntax::MAX_FILE_BYTES as usize;
    let found = is_too_large.then(|| syntax::parse(source).1);
    found?.into_iter().next()
}

/// The text of a file in its canonical form.
pub(crate) fn formatted(source: &Source) -> String {
    let (file, _) = syntax::parse(source);
    sayflow_kit::format(&file)
}

/// The folder of a flow, where `fake/` lies.
pub(crate) fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !path.is_dir() && parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) if !path.is_dir() => parent,
        _ => path,
    }
}

fn read(path: &Path) -> Result<FlowFile, Stop> {
    // A pipe has no name to speak of.
    if path.is_file() && path.extension().is_none_or(|it| it != "flow") {
        return Err(Stop::misuse(format!("`{}` is no `.flow` file", path.display())));
    }
    let bytes = beginning(path).map_err(|error| unreadable(path, &error))?;
    Ok(from_bytes(path.to_owned(), bytes))
}

fn beginning(path: &Path) -> io::Result<Vec<u8>> {
    read_beginning(File::open(path)?)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Stop {
    Stop::misuse(format!("cannot read `{}`: {error}", path.display()))
}

fn from_bytes(path: PathBuf, bytes: Vec<u8>) -> FlowFile {
    let shown = path.strip_prefix(".").unwrap_or(&path).to_string_lossy();
    let (source, damage) = match Source::from_bytes(&*shown, bytes) {
        Ok(source) => (source, None),
        Err(damage) => {
            let label = damage.labels().first();
            let source = label.map_or_else(|| Source::new(&*shown, ""), |label| label.source.clone());
            (source, Some(*damage))
        }
    };
    FlowFile {
        path,
        source,
        damage,
        is_own: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::place;

    #[test]
    fn a_byte_that_is_no_text_is_named() {
        let file = from_bytes("./a.flow".into(), b"// \xffx\n".to_vec());
        assert_eq!(place(&file.damage.unwrap()).unwrap(), "a.flow:1:4");
        assert_eq!(file.source.text(), "// \u{fffd}x\n");
    }

    #[test]
    fn the_folder_of_a_file_is_its_parent() {
        assert_eq!(folder(Path::new("a.flow")), Path::new("."));
        assert_eq!(folder(Path::new("shop/a.flow")), Path::new("shop"));
    }
}
