//! A conversation that is written as a test while it goes on.

use std::collections::{BTreeSet, VecDeque};
use std::io::{self, ErrorKind};
use std::ops::Range;
use std::path::{Path, PathBuf};

use sayflow::syntax::MAX_FILE_BYTES;
use sayflow::syntax::ast::Head;
use sayflow::{Customer, Engine, Program, Source, syntax};
use sayflow_kit::regular_file;
use sayflow_test::{Played, Recorder, Scene};

use crate::atomic_file;
use crate::exit::Stop;
use crate::render::counted;
use crate::saved::Saved;

/// How often the file is read again where somebody else writes into it at the same moment.
const MOST_ATTEMPTS: usize = 100;

/// The turns after which a test is known again as it was.
const MOST_TEXTS: usize = 16;

/// The file of a recording, in which others may write meanwhile.
#[derive(Debug)]
pub(crate) struct RecordFile {
    path: PathBuf,
    /// What the tests of the flow are called.
    names: BTreeSet<String>,
    /// What a test is called, with a number behind it where there is one of that name.
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
    /// The tests of all conversations, in their order, as far as there are any in the file.
    written: Vec<Written>,
    /// What a later turn needs to be written when nothing else is at hand.
    program: Option<Program>,
    is_written: bool,
    /// The turns for which the file has no room.
    left_out: usize,
}

/// A test as it was written, by which it is known again.
#[derive(Clone, Default)]
struct Written {
    name: String,
    /// Its text after each of the last turns: who opened the file earlier and saves it later puts an older one back.
    texts: VecDeque<String>,
}

impl Written {
    /// Where the test stands in a text that holds it as it was written, from the begin of a line on.
    fn place_in(&self, text: &str) -> Option<Range<usize>> {
        let begins_line = |start: &usize| {
            let before = text.get(..*start);
            before.is_some_and(|before| before.is_empty() || before.ends_with('\n'))
        };
        self.texts.iter().rev().find_map(|test| {
            let mut found = text.match_indices(test).map(|(start, _)| start);
            found.find(begins_line).map(|start| start..start + test.len())
        })
    }

    fn keep(&mut self, test: &str) {
        if self.texts.back().is_none_or(|last| last != test) {
            self.texts.push_back(test.to_owned());
        }
        if self.texts.len() > MOST_TEXTS {
            self.texts.pop_front();
        }
    }
}

impl RecordFile {
    /// A file that can be read and written.
    pub(crate) fn new(path: &Path, name: &str, manner: Manner) -> Result<Self, Stop> {
        if path.extension().is_none_or(|it| it != "flow") {
            return Err(Stop::misuse(format!(
                "a test stands in a `.flow` file, such as `{}`",
                path.with_extension("test.flow").display()
            )));
        }
        // Told now and not after the first turn.
        read(path)?;
        atomic_file::check_writable(path)?;
        Ok(Self {
            path: path.to_owned(),
            names: BTreeSet::new(),
            name: name.to_owned(),
            manner,
        })
    }

    /// The same beside these files of the flow, whose tests have their names already.
    pub(crate) fn beside(mut self, sources: impl IntoIterator<Item = Source>) -> Self {
        for source in sources {
            self.names.extend(test_names(source.text()));
        }
        self
    }
}

impl Recording {
    pub(crate) fn new(file: RecordFile, kept: &Saved) -> Self {
        Self {
            recorder: Recorder::new(&file.name, &kept.session, &kept.customer),
            file,
            over: Vec::new(),
            written: Vec::new(),
            program: None,
            is_written: true,
            left_out: 0,
        }
    }

    /// Another conversation begins, and with it another test.
    pub(crate) fn begin_anew(&mut self, kept: &Saved) {
        if self.recorder.is_empty() {
            self.recorder = Recorder::new(&self.file.name, &kept.session, &kept.customer);
            return;
        }
        let next = Recorder::new(&self.file.name, &kept.session, &kept.customer);
        self.over
            .push(std::mem::replace(&mut self.recorder, next).finish());
    }

    pub(crate) fn customer_changed(&mut self, engine: &Engine, before: &Customer, after: &Customer) {
        if self.left_out > 0 {
            return;
        }
        self.recorder.customer_changed(engine, before, after);
    }

    /// Takes in a turn, as long as the file has room: one that is larger than a flow's may be is a flow no more.
    pub(crate) fn keep(&mut self, engine: &Engine, played: Played) -> Result<(), Stop> {
        if self.left_out > 0 {
            self.left_out += 1;
            return Ok(());
        }
        let without = self.recorder.clone();
        self.recorder.keep(engine, played);
        let before = read(&self.file.path)?;
        let (text, written) = self.among(&before, engine.program());
        if text.len() > MAX_FILE_BYTES as usize {
            self.recorder = without;
            self.left_out = 1;
            return Ok(());
        }
        self.program = Some(engine.program().clone());
        self.is_written = false;
        if self.file.manner == Manner::EachTurn && !self.replace(&before, &text, written)? {
            return self.write();
        }
        Ok(())
    }

    /// Writes the tests; what to say of it.
    pub(crate) fn end(mut self) -> Result<Option<String>, Stop> {
        self.write()?;
        let tests = self.scenes().count();
        let turns: usize = self.scenes().map(|scene| scene.turns().count()).sum();
        let recorded = (tests > 0).then(|| {
            format!(
                "recorded {} as {} in {}",
                counted(turns, "turn"),
                counted(tests, "test"),
                self.file.path.display()
            )
        });
        let left_out = (self.left_out > 0).then(|| {
            format!(
                "{} not recorded: `{}` has no room for more, as a file of a flow has 1 MiB at most",
                counted(self.left_out, "turn"),
                self.file.path.display()
            )
        });
        let told: Vec<String> = recorded.into_iter().chain(left_out).collect();
        Ok((!told.is_empty()).then(|| told.join("\n")))
    }

    fn scenes(&self) -> impl Iterator<Item = &Scene> {
        let current = (!self.recorder.is_empty()).then(|| self.recorder.scene());
        self.over.iter().chain(current)
    }

    fn write(&mut self) -> Result<(), Stop> {
        let Some(program) = self.program.clone().filter(|_| !self.is_written) else {
            return Ok(());
        };
        for _ in 0..MOST_ATTEMPTS {
            let before = read(&self.file.path)?;
            let (text, written) = self.among(&before, &program);
            if self.replace(&before, &text, written)? {
                return Ok(());
            }
        }
        Err(atomic_file::changed_meanwhile(&self.file.path))
    }

    /// Puts the text with the tests into the place of what was read; whether the file still held that.
    fn replace(&mut self, before: &str, text: &str, written: Vec<Written>) -> Result<bool, Stop> {
        self.is_written = atomic_file::is_replaced(&self.file.path, before, text)?;
        if self.is_written {
            self.written = written;
        }
        Ok(self.is_written)
    }

    /// A text with the tests in it: each in its place where it still stands as it was written, else behind
    /// what is there.
    fn among(&self, before: &str, program: &Program) -> (String, Vec<Written>) {
        let mut text = before.to_owned();
        // What is over and written is left to whoever edits it.
        let done = self.written.len().min(self.over.len());
        let mut written: Vec<Written> = self.written.iter().take(done).cloned().collect();
        for (index, scene) in self.scenes().enumerate().skip(done) {
            let known = self.written.get(index).cloned().unwrap_or_default();
            let place = known.place_in(&text);
            let mut kept = match &place {
                Some(_) => known,
                None => Written {
                    name: free_name(&self.file.name, &[&self.file.names, &test_names(&text)]),
                    ..Written::default()
                },
            };
            let mut scene = scene.clone();
            scene.name.clone_from(&kept.name);
            let test = scene.to_test(program).trim_end().to_owned();
            kept.keep(&test);
            written.push(kept);
            match place {
                Some(place) => text.replace_range(place, &test),
                None => append(&mut text, &test),
            }
        }
        (text, written)
    }
}

impl Drop for Recording {
    /// However the conversation ended.
    fn drop(&mut self) {
        // Whoever ends it in order has been told by `end`.
        let _ = self.write();
    }
}

/// What a file holds; one that is not there is empty.
fn read(path: &Path) -> Result<String, Stop> {
    match regular_file(path).and_then(io::read_to_string) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(Stop::misuse(format!("cannot use `{}`: {error}", path.display()))),
    }
}

fn append(text: &mut String, test: &str) {
    text.truncate(text.trim_end().len());
    if !text.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(test);
    text.push('\n');
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
fn free_name(name: &str, taken: &[&BTreeSet<String>]) -> String {
    let is_free = |name: &str| taken.iter().all(|names| !names.contains(name));
    if is_free(name) {
        return name.to_owned();
    }
    let stem = match name.rsplit_once(' ') {
        Some((stem, number)) if number.parse::<u32>().is_ok() => stem,
        _ => name,
    };
    (2_u32..)
        .map(|number| format!("{stem} {number}"))
        .find(|name| is_free(name))
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
        assert_eq!(free_name("another", &[&names]), "another");
        assert_eq!(free_name("a chat", &[&names]), "a chat 2");
        names.insert("a chat 2".to_owned());
        assert_eq!(free_name("a chat 2", &[&names]), "a chat 3");
    }
}
