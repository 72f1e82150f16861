//! minijinja: the texts are templates, compiled once; the control flow around them is Rust.
//!
//! A conversation is JSON, as those who choose a template engine keep theirs. The menu is plain: only
//! the text is rendered. The customer is handed over with `context!`, made anew for each turn.

use std::collections::HashMap;

use ::minijinja::{Environment, context};
use serde::Deserialize;

use crate::engine::{Chat, Engine, Program, Screen, topics};
use crate::host::{Session, Shown};

pub(crate) const ENGINE: Engine = Engine {
    name: "minijinja",
    source,
    load,
    unsaved: Some("keeps no session: that is the host's, as by hand"),
    sessions: 0,
};

fn source(sequences: usize) -> Vec<String> {
    let topic = include_str!("../../sources/topic.json");
    let topics: Vec<String> = topics(topic, sequences).collect();
    vec![format!("[{}]", topics.join(","))]
}

#[derive(Deserialize)]
struct Topic {
    name: String,
    text: String,
    prompt: String,
    options: Vec<Link>,
}

#[derive(Deserialize)]
struct Link {
    title: String,
    leads_to: String,
}

struct Templates {
    environment: Environment<'static>,
    menus: HashMap<String, Menu>,
}

struct Menu {
    prompt: String,
    options: Vec<Link>,
}

fn load(files: &[String]) -> Box<dyn Program> {
    let mut environment = Environment::new();
    let mut menus = HashMap::new();
    for file in files {
        for topic in serde_json::from_str::<Vec<Topic>>(file).unwrap() {
            let (prompt, options) = (topic.prompt, topic.options);
            environment
                .add_template_owned(topic.name.clone(), topic.text)
                .unwrap();
            menus.insert(topic.name, Menu { prompt, options });
        }
    }
    let mut targets = menus.values().flat_map(|menu| &menu.options);
    assert!(targets.all(|option| menus.contains_key(&option.leads_to)));
    Box::new(Templates { environment, menus })
}

impl Program for Templates {
    fn open(&self) -> Box<dyn Chat + '_> {
        Box::new(Talk {
            templates: self,
            customer: Customer {
                first_name: "Asha".to_owned(),
                city: "Sylhet".to_owned(),
                points: 120,
            },
            session: Session::default(),
            shown: Shown::default(),
        })
    }
}

struct Customer {
    first_name: String,
    city: String,
    points: i64,
}

struct Talk<'p> {
    templates: &'p Templates,
    customer: Customer,
    session: Session,
    shown: Shown,
}

impl Talk<'_> {
    fn show(&mut self, topic: &str) {
        let Templates { environment, menus } = self.templates;
        let Customer {
            first_name,
            city,
            points,
        } = &self.customer;
        let template = environment.get_template(topic).unwrap();
        let menu = &menus[topic];
        self.session.visit(topic);
        let options = menu.options.iter();
        self.shown = Shown {
            text: template.render(context! { first_name, city, points }).unwrap(),
            prompt: menu.prompt.clone(),
            options: options
                .map(|link| self.session.offer(link.title.clone(), link.leads_to.clone()))
                .collect(),
        };
    }
}

impl Chat for Talk<'_> {
    fn start(&mut self) {
        self.show("topic_0");
    }

    fn tap(&mut self) {
        let topic = self.session.tap(&self.shown).unwrap();
        self.show(&topic);
    }

    fn screen(&self) -> Screen {
        self.shown.screen()
    }

    fn sent(&mut self) {
        self.shown = Shown::default();
    }

    fn save(&self) -> Option<String> {
        None
    }

    fn restore(&mut self, _: &str) {}
}
