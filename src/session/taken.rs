//! The inputs that were taken lately, each with what came of it.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::effects::{Effect, Event};
use crate::output::Block;
use crate::value::Value;

/// An input that was taken: the same again is answered the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Taken {
    pub(crate) id: Box<str>,
    /// A checksum of what it said, so that another input under the same id is no repetition.
    pub(crate) sum: u32,
    /// What came of it, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) gave: Vec<Gave>,
    /// The attributes that it changed.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub(crate) attributes: IndexMap<String, Option<Value>>,
}

/// What a turn gave the host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Gave {
    Block(Block),
    Event(Event),
}

impl Gave {
    /// What has to happen although it is given a second time; a report of what happened is given once.
    pub(crate) fn of(effect: &Effect) -> Option<Self> {
        match effect {
            Effect::Block(block) => Some(Self::Block(block.clone())),
            Effect::Event(event @ (Event::Action { .. } | Event::Handover { .. } | Event::BotDisabled)) => {
                Some(Self::Event(event.clone()))
            }
            Effect::Event(_) | Effect::Calls(_) | Effect::Wait(_) => None,
        }
    }
}

impl From<Gave> for Effect {
    fn from(gave: Gave) -> Self {
        match gave {
            Gave::Block(block) => Self::Block(block),
            Gave::Event(event) => Self::Event(event),
        }
    }
}
