//! The floor of `turn` and `session`: the conversation of `flows/topic.flow` in plain Rust.
//!
//! It makes the same blocks, and keeps what the library keeps: the options on screen and the newest fifty
//! with an extra, attributes, the last message and its time.

use std::collections::{HashMap, VecDeque};

use sayflow::Timestamp;
use serde::{Deserialize, Serialize};

const OPTIONS_KEPT: usize = 50;
const MENU: [&str; 3] = ["The next page", "Something else", "Back to the start"];

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Block {
    Text {
        text: String,
    },
    QuickReplies {
        text: Option<String>,
        options: Vec<Choice>,
    },
}

#[derive(Serialize)]
pub(crate) struct Choice {
    pub(crate) title: String,
    #[serde(flatten)]
    pub(crate) target: Target,
    pub(crate) id: String,
}

#[derive(Serialize)]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
pub(crate) enum Target {
    Sequence(String),
}

#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Session {
    options: VecDeque<KeptOption>,
    next_option: u64,
    screen: u64,
}

#[derive(Serialize, Deserialize)]
struct KeptOption {
    number: u64,
    target: String,
    extra: Option<String>,
    title: Option<String>,
}

#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Customer {
    pub(crate) uid: i64,
    pub(crate) first_name: String,
    pub(crate) last_message_text: String,
    pub(crate) last_message_time: Option<Timestamp>,
    pub(crate) attributes: HashMap<String, Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Value {
    Text(String),
    Number(f64),
    YesNo(bool),
}

/// The topics with the three that each leads to.
pub(crate) struct Conversation {
    topics: Vec<Topic>,
    by_name: HashMap<String, usize>,
}

struct Topic {
    name: String,
    leads_to: [usize; 3],
}

impl Conversation {
    pub(crate) fn new(topics: usize) -> Self {
        let name = |this| format!("topic_{this}");
        Self {
            topics: (0..topics)
                .map(|this| Topic {
                    name: name(this),
                    leads_to: [(this + 1) % topics, (this + 10) % topics, 0],
                })
                .collect(),
            by_name: (0..topics).map(|this| (name(this), this)).collect(),
        }
    }

    pub(crate) fn start(&self, session: &mut Session, customer: &Customer) -> Vec<Block> {
        self.open(0, session, customer).unwrap()
    }

    /// A tap on an option: `None` where the id is none, or leads nowhere.
    pub(crate) fn tap(
        &self,
        session: &mut Session,
        customer: &mut Customer,
        id: &str,
        now: Timestamp,
    ) -> Option<Vec<Block>> {
        let (number, target) = id.split_once('.')?;
        let number = u64::from_str_radix(number, 16).ok()?;
        let tapped = session.options.iter().rev().find(|kept| kept.number == number);
        if let Some(title) = tapped.and_then(|kept| kept.title.as_ref()) {
            customer.last_message_text.clone_from(title);
        }
        customer.last_message_time = Some(now);
        let topic = *self.by_name.get(target)?;
        self.open(topic, session, customer)
    }

    fn open(&self, topic: usize, session: &mut Session, customer: &Customer) -> Option<Vec<Block>> {
        let topic = self.topics.get(topic)?;
        let Some(Value::Number(points)) = customer.attributes.get("points") else {
            return None;
        };
        let Some(Value::Text(city)) = customer.attributes.get("city") else {
            return None;
        };
        let text = if *points > 100.0 {
            let name = match customer.first_name.as_str() {
                "" => "dear guest",
                name => name,
            };
            format!("You have {points} points, {name}. In {city} they buy a dinner for two.")
        } else {
            format!("You have {points} points. A dinner for two in {city} takes a hundred.")
        };
        let menu = Block::QuickReplies {
            text: Some("What would you like to see?".to_owned()),
            options: self.menu(topic, session)?,
        };
        Some(vec![Block::Text { text }, menu])
    }

    fn menu(&self, topic: &Topic, session: &mut Session) -> Option<Vec<Choice>> {
        session.screen = session.next_option;
        session.options.retain_mut(|kept| {
            kept.title = None;
            kept.extra.is_some()
        });
        let mut menu = Vec::with_capacity(MENU.len());
        for (title, target) in MENU.into_iter().zip(topic.leads_to) {
            let target = &self.topics.get(target)?.name;
            let number = session.next_option;
            session.next_option += 1;
            session.options.push_back(KeptOption {
                number,
                target: target.clone(),
                extra: None,
                title: Some(title.to_owned()),
            });
            menu.push(Choice {
                title: title.to_owned(),
                target: Target::Sequence(target.clone()),
                id: format!("{number:x}.{target}"),
            });
        }
        let surplus = session.options.len().saturating_sub(OPTIONS_KEPT);
        session.options.drain(..surplus);
        Some(menu)
    }
}
