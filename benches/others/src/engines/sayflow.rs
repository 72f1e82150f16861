//! sayflow: a flow is checked once, and `Engine::turn` runs each turn.

use std::hint::black_box;

use ::sayflow::{
    Block, Customer, Engine as Runner, Input, NoCalls, Program as Flow, Session, ShortText, Source,
};

use crate::engine::{Chat, Engine, Program, Screen, files};

pub(crate) const ENGINE: Engine = Engine {
    name: "sayflow",
    source,
    load,
    unsaved: None,
    sessions: 10_000,
};

pub(crate) fn source(sequences: usize) -> Vec<String> {
    let start = include_str!("../../sources/start.flow");
    files(start, include_str!("../../../flows/topic.flow"), sequences)
}

struct Sayflow(Runner);

fn load(files: &[String]) -> Box<dyn Program> {
    let named = files.iter().enumerate();
    let sources = named.map(|(number, text)| Source::new(format!("{number}.flow"), text.as_str()));
    Box::new(Sayflow(Runner::new(Flow::load(sources).unwrap())))
}

impl Program for Sayflow {
    fn open(&self) -> Box<dyn Chat + '_> {
        let mut customer = Customer::new(7);
        customer.first_name = "Asha".to_owned();
        customer.set_attribute("city", "Sylhet");
        customer.set_attribute("points", 120);
        Box::new(Talk {
            engine: &self.0,
            session: Session::new(),
            customer,
            shown: Vec::new(),
            next: ShortText::default(),
        })
    }
}

struct Talk<'p> {
    engine: &'p Runner,
    session: Session,
    customer: Customer,
    shown: Vec<Block>,
    /// The option in the middle of what was lent last.
    next: ShortText,
}

impl Talk<'_> {
    fn turn(&mut self, input: &Input) {
        let (session, customer) = (&mut self.session, &mut self.customer);
        let turn = self.engine.turn(session, customer, input, &NoCalls);
        self.shown = turn.unwrap().blocks;
    }
}

/// The option in the middle.
fn middle(block: &Block) -> Option<&ShortText> {
    match block {
        Block::QuickReplies { options, .. } => options[1].id.as_ref(),
        _ => None,
    }
}

impl Chat for Talk<'_> {
    fn start(&mut self) {
        self.turn(&Input::start());
    }

    fn tap(&mut self) {
        let id = self.shown.last().and_then(middle).unwrap();
        let input = Input::tap(id.as_str());
        self.turn(&input);
    }

    fn tap_lent(&mut self) -> bool {
        if let Some(id) = self.shown.last().and_then(middle) {
            self.next.clone_from(id);
            self.shown = Vec::new();
        }
        let input = Input::tap(self.next.as_str());
        let (session, customer, next) = (&mut self.session, &mut self.customer, &mut self.next);
        let mut show = |block: &Block| {
            if let Some(id) = middle(black_box(block)) {
                next.clone_from(id);
            }
        };
        let turn = self
            .engine
            .turn_into(session, customer, &input, &NoCalls, &mut show);
        turn.unwrap();
        true
    }

    fn screen(&self) -> Screen {
        let [
            Block::Text { text },
            Block::QuickReplies {
                text: prompt,
                options,
                ..
            },
        ] = self.shown.as_slice()
        else {
            unreachable!("a text and a menu");
        };
        Screen {
            text: text.clone(),
            prompt: prompt.clone().unwrap_or_default(),
            titles: options.iter().map(|option| option.title.to_string()).collect(),
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
