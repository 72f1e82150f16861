//! A conversation that is written as a test while it goes on.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use sayflow::syntax::ast::Head;
use sayflow::{Customer, Engine, Program, Source, syntax};
use sayflow_test::{Played, Recorder, Scene};

use crate::atomic_file;
use crate::exit::Stop;
use crate::saved::Saved;

/// The file of a recording, and what is in it already.
#[derive(Debug)]
pub(crate) struct RecordFile {
    path: PathBuf,
    before: String,
    /// What its tests are called.
    names: BTreeSet<String>,
    /// The name of the first test.
    name: String,
    /// When the file is written.
    manner: Manner,
}

/// When a recording is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// After each turn, so that a process that is killed has written what there was.
    EachTurn,
    /// At the end: a new text would reload the flow that is being watched.
    AtEnd,
}

/// A recording under way.
pub(crate) struct Recording {
    file: RecordFile,
    /// Conversations that are over.
    over: Vec<Scene>,
    recorder: Recorder,
    /// What a later turn needs to be written when nothing else is at hand.
    program: Option<Program>,
    is_written: bool,
}

impl RecordFile {
    /// Reads what is there, so that the tests get names of their own.
    pub(crate) fn new(path: &Path, name: &str, manner: Manner) -> Result<Self, Stop> {
        if path.extension().is_none_or(|it| it != "flow") {
            return Err(Stop::misuse(format!(
                "a test stands in a `.flow` file, such as `{}`",
                path.with_extension("test.flow").display()
            )));
        }
        let before = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(Stop::misuse(format!("cannot use `{}`: {error}", path.display()))),
        };
        // Told now and not after the first turn.
        atomic_file::check_writable(path)?;
        let names = test_names(&before);
        Ok(Self {
            path: path.to_owned(),
            name: free_name(name, &names),
            before,
            names,
            manner,
        })
    }

    /// The same beside these files of the flow, whose tests have their names already.
    pub(crate) fn beside(mut self, sources: impl IntoIterator<Item = Source>) -> Self {
        for source in sources {
            self.names.extend(test_names(source.text()));
        }
        self.name = free_name(&self.name, &self.names);
        self
    }
}

impl Recording {
    pub(crate) fn new(file: RecordFile, kept: &Saved) -> Self {
        Self {
            recorder: Recorder::new(&file.name, &kept.session, &kept.customer),
            file,
            over: Vec::new(),
            program: None,
            is_written: true,
        }
    }

    /// Another conversation begins, and with it another test.
    pub(crate) fn begin_anew(&mut self, kept: &Saved) {
        if self.recorder.is_empty() {
            self.recorder = Recorder::new(&self.file.name, &kept.session, &kept.customer);
            return;
        }
        self.file.names.insert(self.file.name.clone());
        self.file.name = free_name(&self.file.name, &self.file.names);
        let next = Recorder::new(&self.file.name, &kept.session, &kept.customer);
        self.over
            .push(std::mem::replace(&mut self.recorder, next).finish());
    }

    pub(crate) fn customer_changed(&mut self, engine: &Engine, before: &Customer, after: &Customer) {
        self.recorder.customer_changed(engine, before, after);
    }

    /// Takes in a turn.
    pub(crate) fn keep(&mut self, engine: &Engine, played: Played) -> Result<(), Stop> {
        self.recorder.keep(engine, played);
        self.program = Some(engine.program().clone());
        self.is_written = false;
        match self.file.manner {
            Manner::EachTurn => self.write(),
            Manner::AtEnd => Ok(()),
        }
    }

    /// Writes the tests; what to say of it.
    pub(crate) fn end(mut self) -> Result<Option<String>, Stop> {
        self.write()?;
        let tests = self.scenes().count();
        let turns: usize = self.scenes().map(|scene| scene.turns().count()).sum();
        Ok((tests > 0).then(|| {
            format!(
                "recorded {} as {} in {}",
                crate::render::counted(turns, "turn"),
                crate::render::counted(tests, "test"),
                self.file.path.display()
            )
        }))
    }

    fn scenes(&self) -> impl Iterator<Item = &Scene> {
        let current = (!self.recorder.is_empty()).then(|| self.recorder.scene());
        self.over.iter().chain(current)
    }

    fn write(&mut self) -> Result<(), Stop> {
        let Some(program) = self.program.as_ref().filter(|_| !self.is_written) else {
            return Ok(());
        };
        let mut text = self.file.before.trim_end().to_owned();
        for scene in self.scenes() {
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(scene.to_test(program).trim_end());
        }
        text.push('\n');
        atomic_file::write(&self.file.path, &text)?;
        self.is_written = true;
        Ok(())
    }
}

impl Drop for Recording {
    /// However the conversation ended.
    fn drop(&mut self) {
        // Whoever ends it in order has been told by `end`.
        let _ = self.write();
    }
}

/// What the tests of a file are called.
fn test_names(text: &str) -> BTreeSet<String> {
    let (file, _) = syntax::parse(&Source::new("", text));
    let names = file.nodes().filter_map(|node| match &node.head {
        Head::Test { name } => Some(name.plain(&file.source)),
        _ => None,
    });
    names.collect()
}

/// The name itself, or the first number behind it that is free.
fn free_name(name: &str, taken: &BTreeSet<String>) -> String {
    if !taken.contains(name) {
        return name.to_owned();
    }
    let stem = match name.rsplit_once(' ') {
        Some((stem, number)) if number.parse::<u32>().is_ok() => stem,
        _ => name,
    };
    (2_u32..)
        .map(|number| format!("{stem} {number}"))
        .find(|name| !taken.contains(name))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{free_name, test_names};

    #[test]
    fn a_test_gets_a_name_of_its_own() {
        let text = "test \"a chat\" {\n  start\n  text \"Hi\"\n}\n\ntest \"a \\\"chat\\\" 2\" {\n}\n";
        let mut names = test_names(text);
        assert_eq!(
            names.iter().map(String::as_str).collect::<Vec<_>>(),
            ["a \"chat\" 2", "a chat"]
        );
        assert_eq!(free_name("another", &names), "another");
        assert_eq!(free_name("a chat", &names), "a chat 2");
        names.insert("a chat 2".to_owned());
        assert_eq!(free_name("a chat 2", &names), "a chat 3");
    }
}
