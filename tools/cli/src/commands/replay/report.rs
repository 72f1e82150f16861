//! What came of many traces, for people and for programs.

use std::fmt;

use indexmap::IndexMap;
use sayflow_test::{Deviation, Replayed, Scope};
use serde::Serialize;

use crate::exit::Stop;
use crate::render::counted;

/// So many turns that differ alike are named.
const EXAMPLES: usize = 3;

/// A turn that was played again.
pub(super) struct Turn {
    pub(super) place: Place,
    pub(super) replayed: Replayed,
}

/// The line of a trace.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) file: String,
    pub(super) line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

impl Serialize for Place {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Everything that is to be told.
#[derive(Serialize)]
pub(super) struct Report {
    #[serde(skip)]
    scope: Scope,
    turns: usize,
    same: usize,
    different: usize,
    /// Turns that said the same, as far as can be told without the answer of a call.
    unanswered: usize,
    /// Turns that differ, those that do so alike together; with the flow of then each alone.
    differences: Vec<Group>,
    /// The APIs whose answers no trace has, with the number of turns that wanted one.
    missing: IndexMap<String, usize>,
}

/// Turns that differ alike.
#[derive(Serialize)]
struct Group {
    /// Where in the conversation.
    place: String,
    turns: usize,
    #[serde(flatten)]
    difference: Deviation,
    examples: Vec<Place>,
}

impl Report {
    pub(super) fn new(scope: Scope) -> Self {
        Self {
            scope,
            turns: 0,
            same: 0,
            different: 0,
            unanswered: 0,
            differences: Vec::new(),
            missing: IndexMap::new(),
        }
    }

    pub(super) fn add(&mut self, turn: Turn) {
        let Turn { place, replayed } = turn;
        self.turns += 1;
        let is_answered = replayed.missing.is_empty();
        for api in replayed.missing {
            *self.missing.entry(api).or_default() += 1;
        }
        let Some(difference) = replayed.deviation else {
            self.same += usize::from(is_answered);
            self.unanswered += usize::from(!is_answered);
            return;
        };
        self.different += 1;
        let is_alike =
            |group: &&mut Group| group.place == replayed.place && group.difference.is_like(&difference);
        let alike = match self.scope {
            Scope::Said => self.differences.iter_mut().find(is_alike),
            Scope::Everything => None,
        };
        match alike {
            Some(group) => {
                group.turns += 1;
                if group.examples.len() < EXAMPLES {
                    group.examples.push(place);
                }
            }
            None => self.differences.push(Group {
                place: replayed.place,
                turns: 1,
                difference,
                examples: vec![place],
            }),
        }
    }

    /// Whether there was nothing to compare.
    pub(super) fn has_no_turns(&self) -> bool {
        self.turns == 0
    }

    /// Whether every turn is known to be the same.
    pub(super) fn is_clean(&self) -> bool {
        self.same == self.turns
    }

    pub(super) fn json(&self) -> Result<String, Stop> {
        serde_json::to_string(self).map_err(|error| Stop::misuse(error.to_string()))
    }

    /// Ends with the line that sums it up.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let mut groups: Vec<&Group> = self.differences.iter().collect();
        // The first of those that are equally frequent stays first.
        groups.sort_by_key(|group| std::cmp::Reverse(group.turns));
        for group in groups {
            text.push_str(&self.head(group));
            text.push_str(&format!(
                "  {}: {}\n\n",
                group.difference.at,
                told(&group.difference)
            ));
        }
        for (api, turns) in &self.missing {
            let turns = counted(*turns, "turn");
            text.push_str(&format!(
                "no answer of {api} in the trace of {turns}: nothing was sent\n"
            ));
        }
        let same = counted(self.same, "turn");
        text.push_str(&format!("{same} the same, {} different", self.different));
        if self.unanswered > 0 {
            text.push_str(&format!(", {} unanswered", self.unanswered));
        }
        text
    }

    fn head(&self, group: &Group) -> String {
        let examples: Vec<String> = group.examples.iter().map(ToString::to_string).collect();
        let mut head = format!("{}: {}", group.place, examples.join(", "));
        if self.scope == Scope::Said {
            head = format!(
                "{}: {}, as in {}",
                group.place,
                counted(group.turns, "turn"),
                examples.join(", ")
            );
        }
        head.push('\n');
        head
    }
}

/// Both in one, unless one is nothing.
fn told(difference: &Deviation) -> String {
    let Deviation { was, is, diff, .. } = difference;
    match (was, is) {
        (Some(was), None) => format!("gone: {was}"),
        (None, Some(is)) => format!("new: {is}"),
        _ => diff.replace('\n', "\n    "),
    }
}
