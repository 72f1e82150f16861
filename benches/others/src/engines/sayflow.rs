//! sayflow: a flow is checked once, and `Engine::turn` runs each turn.

use ::sayflow::{Block, Customer, Engine as Runner, Input, NoCalls, Program as Flow, Session, Source};

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
        })
    }
}

struct Talk<'p> {
    engine: &'p Runner,
    session: Session,
    customer: Customer,
    shown: Vec<Block>,
}

impl Talk<'_> {
    fn turn(&mut self, input: &Input) {
        let (session, customer) = (&mut self.session, &mut self.customer);
        let turn = self.engine.turn(session, customer, input, &NoCalls);
        self.shown = turn.unwrap().blocks;
    }
}

impl Chat for Talk<'_> {
    fn start(&mut self) {
        self.turn(&Input::start());
    }

    fn tap(&mut self) {
        let Some(Block::QuickReplies { options, .. }) = self.shown.last() else {
            unreachable!("a tap needs options");
        };
        let input = Input::tap(options[1].id.as_ref().unwrap().as_str());
        self.turn(&input);
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
