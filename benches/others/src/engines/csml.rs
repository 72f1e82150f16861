//! csml_interpreter: a bot is checked once, and `interpret` runs each turn.
//!
//! `interpret` takes the bot by value and decodes its program each time, so a bot is copied for each turn. It
//! has the program and not the sources as well, which would be copied for nothing. What it sends to the host
//! is read once it is done, without a thread.

use std::borrow::Cow;
use std::collections::HashMap;
use std::mem::take;
use std::sync::mpsc;

use csml_interpreter::data::context::get_hashmap_from_mem;
use csml_interpreter::data::csml_bot::CsmlBot;
use csml_interpreter::data::event::Event;
use csml_interpreter::data::{Context, CsmlFlow, Hold, IndexInfo, MSG, Message};
use csml_interpreter::{interpret, load_components, validate_bot};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::engine::{Chat, Engine, Program, Screen, topics};

pub(crate) const ENGINE: Engine = Engine {
    name: "csml",
    source,
    load,
    unsaved: None,
    // As many as have their turns in a few seconds.
    sessions: 100,
};

const FIRST: &str = "topic_0";

/// A flow for each sequence, `topic_0` and on. As steps of one flow a turn would take 1.7 times as
/// long: the interpreter copies all flows as it goes, and the one it is in once more.
fn source(sequences: usize) -> Vec<String> {
    topics(include_str!("../../sources/topic.csml"), sequences).collect()
}

struct Checked(CsmlBot);

fn load(files: &[String]) -> Box<dyn Program> {
    let named = files.iter().enumerate();
    let flows = named.map(|(number, content)| {
        let name = format!("topic_{number}");
        CsmlFlow::new(&name, &name, content, Vec::new())
    });
    let mut bot = CsmlBot {
        id: "bot".to_owned(),
        name: "bot".to_owned(),
        apps_endpoint: None,
        flows: flows.collect(),
        modules: None,
        multibot: None,
        native_components: Some(load_components().unwrap()),
        custom_components: None,
        default_flow: FIRST.to_owned(),
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
            flow: FIRST.to_owned(),
            step: "start".to_owned(),
            hold: None,
            shown: Vec::new(),
        })
    }
}

struct Talk<'p> {
    bot: &'p CsmlBot,
    /// As the interpreter hands them over to be kept, which is JSON.
    memories: Map<String, Value>,
    flow: String,
    step: String,
    hold: Option<Hold>,
    shown: Vec<Message>,
}

impl Talk<'_> {
    fn turn(&mut self, event: Event) {
        let memories = Value::Object(take(&mut self.memories));
        let context = Context::new(
            get_hashmap_from_mem(&memories, &self.flow),
            HashMap::new(),
            None,
            self.hold.take(),
            &self.step,
            &self.flow,
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
                MSG::Next { flow, step, .. } => {
                    self.flow = flow.unwrap_or_else(|| take(&mut self.flow));
                    self.step = step.map_or_else(|| take(&mut self.step), |step| step.get_step());
                }
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
        let saved = Saved {
            flow: Cow::Borrowed(&self.flow),
            step: Cow::Borrowed(&self.step),
            memories: Cow::Borrowed(&self.memories),
            hold: self.hold.as_ref().map(|hold| SavedHold {
                index: Cow::Borrowed(&hold.index),
                step_vars: Cow::Borrowed(&hold.step_vars),
            }),
        };
        Some(serde_json::to_string(&saved).unwrap())
    }

    fn restore(&mut self, saved: &str) {
        let saved: Saved<'_> = serde_json::from_str(saved).unwrap();
        self.flow = saved.flow.into_owned();
        self.step = saved.step.into_owned();
        self.memories = saved.memories.into_owned();
        self.hold = saved.hold.map(|hold| {
            let (index, step_vars) = (hold.index.into_owned(), hold.step_vars.into_owned());
            Hold::new(
                index,
                step_vars,
                self.step.clone(),
                self.flow.clone(),
                None,
                false,
            )
        });
    }
}

/// What the interpreter hands over to be kept, and where it stands.
#[derive(Serialize, Deserialize)]
struct Saved<'t> {
    flow: Cow<'t, str>,
    step: Cow<'t, str>,
    memories: Cow<'t, Map<String, Value>>,
    hold: Option<SavedHold<'t>>,
}

#[derive(Serialize, Deserialize)]
struct SavedHold<'t> {
    index: Cow<'t, IndexInfo>,
    step_vars: Cow<'t, Value>,
}
