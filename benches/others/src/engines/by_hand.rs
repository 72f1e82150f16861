//! The floor: the parser and the conversation that the other benches have for one.
//!
//! They do not meet: what is parsed is never run, and the conversation is made from a number.

#[path = "../../../by_hand/conversation.rs"]
mod conversation;
#[path = "../../../by_hand/parser.rs"]
mod parser;

use std::cell::OnceCell;

use ::sayflow::Timestamp;

use crate::engine::{Chat, Engine, Program, Screen};

pub(crate) const ENGINE: Engine = Engine {
    name: "by hand",
    source: super::sayflow::source,
    load,
    unsaved: None,
    sessions: 10_000,
};

struct ByHand {
    program: parser::Program,
    conversation: OnceCell<conversation::Conversation>,
}

fn load(files: &[String]) -> Box<dyn Program> {
    let program = parser::parse(files.iter().map(String::as_str)).unwrap();
    let conversation = OnceCell::new();
    Box::new(ByHand {
        program,
        conversation,
    })
}

impl Program for ByHand {
    fn open(&self) -> Box<dyn Chat + '_> {
        let customer = conversation::Customer {
            uid: 7,
            first_name: "Asha".to_owned(),
            attributes: [
                ("city".to_owned(), conversation::Value::Text("Sylhet".to_owned())),
                ("points".to_owned(), conversation::Value::Number(120.0)),
            ]
            .into(),
            ..conversation::Customer::default()
        };
        Box::new(Talk {
            program: self,
            session: conversation::Session::default(),
            customer,
            shown: Vec::new(),
        })
    }
}

impl ByHand {
    /// Made at the first turn: a program that is only loaded needs none.
    fn conversation(&self) -> &conversation::Conversation {
        let topics = self.program.sequences.len();
        self.conversation
            .get_or_init(|| conversation::Conversation::new(topics))
    }
}

struct Talk<'p> {
    program: &'p ByHand,
    session: conversation::Session,
    customer: conversation::Customer,
    shown: Vec<conversation::Block>,
}

impl Chat for Talk<'_> {
    fn start(&mut self) {
        let conversation = self.program.conversation();
        self.shown = conversation.start(&mut self.session, &self.customer);
    }

    fn tap(&mut self) {
        let Some(conversation::Block::QuickReplies { options, .. }) = self.shown.last() else {
            unreachable!("a tap needs options");
        };
        let id = options[1].id.clone();
        let (session, customer) = (&mut self.session, &mut self.customer);
        let conversation = self.program.conversation();
        let blocks = conversation.tap(session, customer, &id, Timestamp::default());
        self.shown = blocks.unwrap();
    }

    fn screen(&self) -> Screen {
        let [
            conversation::Block::Text { text },
            conversation::Block::QuickReplies {
                text: prompt,
                options,
            },
        ] = self.shown.as_slice()
        else {
            unreachable!("a text and a menu");
        };
        Screen {
            text: text.clone(),
            prompt: prompt.clone().unwrap_or_default(),
            titles: options.iter().map(|option| option.title.clone()).collect(),
        }
    }

    fn sent(&mut self) {
        self.shown = Vec::new();
    }

    fn save(&self) -> Option<String> {
        Some(serde_json::to_string(&(&self.session, &self.customer)).unwrap())
    }

    fn restore(&mut self, saved: &str) {
        (self.session, self.customer) = serde_json::from_str(saved).unwrap();
    }
}
