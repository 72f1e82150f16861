//! yarnspinner: compiled once, and a `Dialogue` for each chat.
//!
//! A dialogue owns its program, so each chat has a copy; their lines are shared.

use std::any::Any;
use std::sync::Arc;

use ::yarnspinner::compiler::{Compiler, File};
use ::yarnspinner::core::{LineId, Program as Yarn};
use ::yarnspinner::runtime::{
    Dialogue, DialogueEvent, Language, MemoryVariableStorage, OptionId, StringTable, TextProvider,
};

use crate::engine::{Chat, Engine, Program, Screen, files};

pub(crate) const ENGINE: Engine = Engine {
    name: "yarnspinner",
    source,
    load,
    unsaved: Some("saves its variables, but neither the place in a node nor the options on screen"),
    // Each has a copy of the program.
    sessions: 100,
};

fn source(sequences: usize) -> Vec<String> {
    let start = include_str!("../../sources/start.yarn");
    files(start, include_str!("../../sources/topic.yarn"), sequences)
}

struct Compiled {
    program: Yarn,
    lines: Arc<StringTable>,
}

fn load(files: &[String]) -> Box<dyn Program> {
    let mut compiler = Compiler::new();
    for (number, source) in files.iter().enumerate() {
        compiler.add_file(File {
            file_name: format!("{number}.yarn"),
            source: source.clone(),
        });
    }
    let compiled = compiler.compile().unwrap();
    let lines = compiled.string_table.into_iter();
    Box::new(Compiled {
        program: compiled.program.unwrap(),
        lines: Arc::new(lines.map(|(id, line)| (id, line.text)).collect()),
    })
}

impl Program for Compiled {
    fn open(&self) -> Box<dyn Chat + '_> {
        let lines = Lines(Arc::clone(&self.lines));
        let mut dialogue = Dialogue::new(Box::new(MemoryVariableStorage::new()), Box::new(lines));
        dialogue.replace_program(self.program.clone());
        let variables = dialogue.variable_storage_mut();
        for (name, value) in [
            ("$first_name", "Asha".into()),
            ("$city", "Sylhet".into()),
            ("$points", 120.into()),
        ] {
            variables.set(name.to_owned(), value).unwrap();
        }
        Box::new(Talk {
            dialogue,
            shown: Vec::new(),
        })
    }
}

/// The lines that all chats share. `StringTableTextProvider` would give each of them a copy.
#[derive(Clone, Debug)]
struct Lines(Arc<StringTable>);

impl TextProvider for Lines {
    fn clone_shallow(&self) -> Box<dyn TextProvider> {
        Box::new(self.clone())
    }

    fn accept_line_hints(&mut self, _: &[LineId]) {}

    fn get_text(&self, id: &LineId) -> Option<String> {
        self.0.get(id).cloned()
    }

    fn set_language(&mut self, _: Option<Language>) {}

    fn get_language(&self) -> Option<Language> {
        None
    }

    fn are_lines_available(&self) -> bool {
        true
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

struct Talk {
    dialogue: Dialogue,
    shown: Vec<DialogueEvent>,
}

impl Talk {
    /// A dialogue pauses behind each line.
    fn run(&mut self) {
        self.shown = self.dialogue.continue_().unwrap();
        while !self.dialogue.is_waiting_for_option_selection() {
            self.shown.append(&mut self.dialogue.continue_().unwrap());
        }
    }
}

impl Chat for Talk {
    fn start(&mut self) {
        self.dialogue.set_node("start").unwrap();
        self.run();
    }

    fn tap(&mut self) {
        self.dialogue.set_selected_option(OptionId(1)).unwrap();
        self.run();
    }

    fn screen(&self) -> Screen {
        let mut lines = Vec::new();
        let mut titles = Vec::new();
        for event in &self.shown {
            match event {
                DialogueEvent::Line(line) => lines.push(line.text.clone()),
                DialogueEvent::Options(options) => {
                    titles = options.iter().map(|option| option.line.text.clone()).collect();
                }
                _ => {}
            }
        }
        let [text, prompt] = lines.try_into().unwrap();
        Screen { text, prompt, titles }
    }

    fn sent(&mut self) {
        self.shown = Vec::new();
    }

    fn save(&self) -> Option<String> {
        None
    }

    fn restore(&mut self, _: &str) {}
}
