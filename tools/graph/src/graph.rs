//! The graph as data.

mod difference;
mod focus;
mod reach;
mod read;

pub use focus::UnknownSequence;

use serde::Serialize;

/// A flow: what a conversation can enter, and what leads from one to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// Triggers and sequences in source order, then the names that nothing declares.
    pub nodes: Vec<Node>,
    /// One for each kind between two nodes, in source order.
    pub edges: Vec<Edge>,
}

/// A box of the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The name of a sequence, or the first line of a trigger; no two nodes share one.
    pub id: String,
    /// What it is.
    pub kind: NodeKind,
    /// The file, without the folders that all files share.
    pub file: String,
    /// The line of its name, from 1; for a missing sequence the first that names it.
    pub line: u32,
    /// What a customer reads first in it.
    pub text: Option<String>,
    /// Whether any trigger leads to it.
    pub is_reachable: bool,
    /// What became of it since another version.
    pub change: Change,
    /// Its text without line breaks and indents, which tells whether it has changed.
    pub(crate) words: String,
}

/// What a box stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    /// `on …`
    Trigger,
    /// `sequence …`
    Sequence,
    /// A name that is used and that nothing declares.
    Missing,
}

/// Everything of one kind that leads from one node to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The index of the node it leaves.
    pub from: usize,
    /// The index of the node it enters.
    pub to: usize,
    /// How it leads there.
    pub kind: EdgeKind,
    /// The APIs whose `leads to` it comes from.
    pub apis: Vec<String>,
    /// The lines that it comes from, in the file of the node it leaves.
    pub lines: Vec<u32>,
    /// What became of it since another version.
    pub change: Change,
}

/// How a run comes from one place to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EdgeKind {
    /// A `goto` or `call` in a trigger.
    Trigger,
    /// `goto`
    Goto,
    /// `call`, which comes back.
    Call,
    /// An option that a customer taps.
    Option,
    /// An option that an endpoint may send: the `leads to` of an API that is used here.
    LeadsTo,
    /// Anything in an `else` behind what an endpoint fills.
    Failure,
}

impl EdgeKind {
    /// Every kind, in the order of the legend.
    pub const ALL: [Self; 6] = [
        Self::Trigger,
        Self::Goto,
        Self::Call,
        Self::Option,
        Self::LeadsTo,
        Self::Failure,
    ];

    /// The word for people.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Trigger => "trigger",
            Self::Goto => "goto",
            Self::Call => "call",
            Self::Option => "option",
            Self::LeadsTo => "leads to",
            Self::Failure => "failure",
        }
    }
}

/// What became of a node or edge since another version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It is as it was, or nothing was compared.
    #[default]
    None,
    /// It is new.
    Added,
    /// It was there before, and is here to show that.
    Removed,
    /// Its text is another; a node only.
    Changed,
}

impl Change {
    /// The word for people; `None` where nothing happened.
    #[must_use]
    pub const fn as_str(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Added => Some("added"),
            Self::Removed => Some("removed"),
            Self::Changed => Some("changed"),
        }
    }
}

impl Graph {
    /// The index of the node with that id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<usize> {
        self.nodes.iter().position(|node| node.id == id)
    }

    /// The files of the nodes, in the order in which they come.
    #[must_use]
    pub fn files(&self) -> Vec<&str> {
        let mut files: Vec<&str> = Vec::new();
        for node in &self.nodes {
            if !files.contains(&node.file.as_str()) {
                files.push(&node.file);
            }
        }
        files
    }
}
