//! csml_interpreter: a bot is checked once, and `interpret` runs each turn, as CSML's own server does it.
//!
//! `interpret` takes the bot by value and decodes its program each time, so a bot is copied for each turn. It
//! has the program and not the sources as well, which would be copied for nothing.

use std::collections::HashMap;
use std::sync::mpsc;

use csml_interpreter::data::context::get_hashmap_from_mem;
use csml_interpreter::data::csml_bot::CsmlBot;
use csml_interpreter::data::event::Event;
use csml_interpreter::data::{Context, CsmlFlow, Hold, IndexInfo, MSG, Message};
use csml_interpreter::{interpret, load_components, validate_bot};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::engine::{Chat, Engine, Program, Screen, files};

pub(crate) const ENGINE: Engine = Engine {
    name: "csml",
    source,
    load,
    unsaved: None,
    // As many as have their turns in a few seconds.
    sessions: 100,
};

const FLOW: &str = "topics";

/// One flow: a jump to another one would name it.
fn source(sequences: usize) -> Vec<String> {
    vec![files("", include_str!("../../sources/topic.csml"), sequences).concat()]
}

struct Checked(CsmlBot);

fn load(files: &[String]) -> Box<dyn Program> {
    let [content] = files else {
        unreachable!("one flow");
    };
    let mut bot = CsmlBot {
        id: "bot".to_owned(),
        name: "bot".to_owned(),
        apps_endpoint: None,
        flows: vec![CsmlFlow::new(FLOW, FLOW, content, Vec::new())],
        modules: None,
        multibot: None,
        native_components: Some(load_components().unwrap()),
        custom_components: None,
        default_flow: FLOW.to_owned(),
        bot_ast: None,
        no_interruption_delay: None,
        env: None,
    };
    let checked = validate_bot(&bot);
    assert!(checked.errors.is_none(), "{:?}", checked.errors);
    let program = (checked.flows.unwrap(), checked.extern_flows.unwrap_or_default());
    bot.bot_ast = Some(base64::encode(bincode::serialize(&program).unwrap()));
    bot.flows = Vec::new();
    Box::new(Checked(bot))
}

impl Program for Checked {
    fn open(&self) -> Box<dyn Chat + '_> {
        Box::new(Talk {
            bot: &self.0,
            memories: Map::from_iter([
                ("first_name".to_owned(), json!("Asha")),
                ("city".to_owned(), json!("Sylhet")),
                ("points".to_owned(), json!(120)),
            ]),
            step: "topic_0".to_owned(),
            hold: None,
            shown: Vec::new(),
        })
    }
}

struct Talk<'p> {
    bot: &'p CsmlBot,
    /// As the interpreter hands them over to be kept, which is JSON.
    memories: Map<String, Value>,
    step: String,
    hold: Option<Hold>,
    shown: Vec<Message>,
}

impl Talk<'_> {
    fn turn(&mut self, event: Event) {
        let memories = Value::Object(std::mem::take(&mut self.memories));
        let context = Context::new(
            get_hashmap_from_mem(&memories, FLOW),
            HashMap::new(),
            None,
            self.hold.take(),
            &self.step,
            FLOW,
            None,
        );
        let Value::Object(memories) = memories else {
            unreachable!("just made");
        };
        self.memories = memories;
        let (sender, receiver) = mpsc::channel();
        let answer = interpret(self.bot.clone(), context, event, Some(sender));
        self.shown = answer.messages;
        for message in receiver {
            match message {
                MSG::Remember(memory) => drop(self.memories.insert(memory.key, memory.value)),
                MSG::Next { step: Some(step), .. } => self.step = step.get_step(),
                MSG::Hold(hold) => self.hold = Some(hold),
                _ => {}
            }
        }
    }
}

impl Chat for Talk<'_> {
    fn start(&mut self) {
        self.turn(Event::default());
    }

    fn tap(&mut self) {
        let payload = self.shown[1].content["buttons"][1]["content"]["payload"].take();
        let payload = payload.as_str().unwrap();
        self.turn(Event::new("payload", payload, json!({ "payload": payload })));
    }

    fn screen(&self) -> Screen {
        let [text, menu] = self.shown.as_slice() else {
            unreachable!("a text and a menu: {:?}", self.shown);
        };
        let string = |value: &Value| value.as_str().unwrap().to_owned();
        let buttons = menu.content["buttons"].as_array().unwrap();
        Screen {
            text: string(&text.content["text"]),
            prompt: string(&menu.content["title"]),
            titles: buttons
                .iter()
                .map(|button| string(&button["content"]["title"]))
                .collect(),
        }
    }

    fn sent(&mut self) {
        self.shown = Vec::new();
    }

    fn save(&self) -> Option<String> {
        let hold = self.hold.as_ref().map(|hold| SavedHold {
            index: hold.index.clone(),
            step_vars: hold.step_vars.clone(),
        });
        let (step, memories) = (self.step.clone(), self.memories.clone());
        Some(serde_json::to_string(&Saved { step, memories, hold }).unwrap())
    }

    fn restore(&mut self, saved: &str) {
        let saved: Saved = serde_json::from_str(saved).unwrap();
        self.hold = saved.hold.map(|hold| {
            let step = saved.step.clone();
            Hold::new(hold.index, hold.step_vars, step, FLOW.to_owned(), None, false)
        });
        (self.step, self.memories) = (saved.step, saved.memories);
    }
}

/// What CSML's server writes into its database for a chat.
#[derive(Serialize, Deserialize)]
struct Saved {
    step: String,
    memories: Map<String, Value>,
    hold: Option<SavedHold>,
}

#[derive(Serialize, Deserialize)]
struct SavedHold {
    index: IndexInfo,
    step_vars: Value,
}
