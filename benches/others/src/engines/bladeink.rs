//! bladeink: ink, compiled to JSON once, and a `Story` for each chat.
//!
//! The first chat plays the story that was loaded, as most do. Those behind it read its binary image
//! in place, for a story from JSON has a copy of all content to itself. An image is `&'static`.

use std::cell::{Cell, OnceCell};

use ::bladeink::image::compile_json_to_image;
use ::bladeink::story::{ChoiceInfo, Story};
use ::bladeink::value_type::ValueType;
use bladeink_compiler::Compiler;

use crate::engine::{Chat, Engine, Program, Screen, files};

pub(crate) const ENGINE: Engine = Engine {
    name: "bladeink",
    source,
    load,
    unsaved: None,
    sessions: 10_000,
};

fn source(sequences: usize) -> Vec<String> {
    let start = include_str!("../../sources/start.ink");
    files(start, include_str!("../../sources/topic.ink"), sequences)
}

struct Ink {
    json: String,
    loaded: Cell<Option<Story>>,
    image: OnceCell<&'static [u8]>,
}

fn load(files: &[String]) -> Box<dyn Program> {
    let json = Compiler::new().compile(&files.concat()).unwrap();
    let loaded = Cell::new(Some(Story::new(&json).unwrap()));
    let image = OnceCell::new();
    Box::new(Ink { json, loaded, image })
}

impl Ink {
    fn image(&self) -> &'static [u8] {
        self.image
            .get_or_init(|| compile_json_to_image(self.json.as_bytes()).unwrap().leak())
    }
}

impl Program for Ink {
    fn open(&self) -> Box<dyn Chat + '_> {
        let another = || Story::new_from_image(self.image()).unwrap();
        let mut story = self.loaded.take().unwrap_or_else(another);
        let values = [
            ("first_name", ValueType::from("Asha")),
            ("city", ValueType::from("Sylhet")),
            ("points", ValueType::from(120)),
        ];
        for (name, value) in values {
            story.set_variable(name, &value).unwrap();
        }
        Box::new(Talk {
            story,
            text: String::new(),
            choices: Vec::new(),
        })
    }
}

struct Talk {
    story: Story,
    /// A line for each text, behind an empty one for a choice that says nothing.
    text: String,
    choices: Vec<ChoiceInfo>,
}

impl Chat for Talk {
    fn start(&mut self) {
        self.text = self.story.continue_maximally().unwrap();
        self.choices = self.story.get_current_choice_infos();
    }

    fn tap(&mut self) {
        self.story.choose_choice_index(1).unwrap();
        self.start();
    }

    fn screen(&self) -> Screen {
        let (text, prompt) = self.text.trim().split_once('\n').unwrap();
        Screen {
            text: text.to_owned(),
            prompt: prompt.to_owned(),
            titles: self.choices.iter().map(|choice| choice.text.clone()).collect(),
        }
    }

    fn sent(&mut self) {
        self.text = String::new();
        self.choices = Vec::new();
    }

    fn save(&self) -> Option<String> {
        Some(self.story.save_state().unwrap())
    }

    fn restore(&mut self, saved: &str) {
        self.story.load_state(saved).unwrap();
    }
}
