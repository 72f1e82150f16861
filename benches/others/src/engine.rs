//! What is asked of every engine, and the list of them.

#[cfg(feature = "csml")]
use crate::engines::csml;
use crate::engines::{bladeink, by_hand, minijinja, rhai, sayflow, yarnspinner};

/// About as many as an author keeps in one file.
const SEQUENCES_PER_FILE: usize = 100;

/// An engine that runs the conversation.
#[derive(Clone, Copy)]
pub struct Engine {
    pub name: &'static str,
    /// The conversation with this many sequences in the engine's own language, as files.
    pub source: fn(usize) -> Vec<String>,
    /// From source text to what can run a turn.
    pub load: fn(&[String]) -> Box<dyn Program>,
    /// Why a chat cannot be saved between two turns, if it cannot.
    pub unsaved: Option<&'static str>,
    /// How many sessions are alive at once where memory is measured, 0 if the host has them and not the engine.
    pub sessions: usize,
}

/// What can run turns.
pub trait Program {
    /// A chat with a customer who is called Asha, lives in Sylhet and has 120 points.
    fn open(&self) -> Box<dyn Chat + '_>;
}

/// One customer's chat.
pub trait Chat {
    /// The first turn, which opens `topic_0`.
    fn start(&mut self);

    /// A turn: the option in the middle is tapped and opens another topic.
    ///
    /// What is shown is owned, in the shape that the engine gives it, and kept until the next turn.
    fn tap(&mut self);

    /// The same with what is shown lent to the host, which looks at it and keeps nothing but where the next tap goes;
    /// false for an engine that gives it away in any case.
    fn tap_lent(&mut self) -> bool {
        false
    }

    /// What was shown last.
    fn screen(&self) -> Screen;

    /// Drops what was shown last, as a host does once it is sent. No tap comes after it.
    fn sent(&mut self);

    /// The chat as JSON, without what was shown; `None` if the engine cannot.
    fn save(&self) -> Option<String>;

    /// Becomes the chat that was saved.
    fn restore(&mut self, saved: &str);
}

/// What the customer sees.
#[derive(Debug, PartialEq)]
pub struct Screen {
    pub text: String,
    pub prompt: String,
    pub titles: Vec<String>,
}

/// The floor comes first and sayflow behind it.
pub const ENGINES: &[Engine] = &[
    by_hand::ENGINE,
    sayflow::ENGINE,
    minijinja::ENGINE,
    rhai::ENGINE,
    bladeink::ENGINE,
    yarnspinner::ENGINE,
    #[cfg(feature = "csml")]
    csml::ENGINE,
];

impl Engine {
    pub fn named(name: &str) -> Option<Self> {
        ENGINES.iter().copied().find(|engine| engine.name == name)
    }
}

/// A topic repeated under numbers, as `benches/flows` does it with its own.
pub(crate) fn topics(topic: &str, sequences: usize) -> impl Iterator<Item = String> {
    (0..sequences).map(move |this| {
        topic
            .replace("THIS", &this.to_string())
            .replace("NEXT", &((this + 1) % sequences).to_string())
            .replace("LATER", &((this + 10) % sequences).to_string())
    })
}

/// The beginning, and the topics in files of a hundred.
pub(crate) fn files(start: &str, topic: &str, sequences: usize) -> Vec<String> {
    let topics: Vec<String> = topics(topic, sequences).collect();
    let topics = topics.chunks(SEQUENCES_PER_FILE).map(<[String]>::concat);
    std::iter::once(start.to_owned()).chain(topics).collect()
}
