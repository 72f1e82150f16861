//! Compares what was said with what came of it. Pure: the evidence comes in as data.

use std::collections::HashMap;
use std::fmt;

use crate::script::{Course, Ending, Script};
use crate::world::{Channel, Shop};

/// What is there when everything has calmed down.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence {
    /// Each customer as stored, by the name of the conversation.
    pub(crate) customers: HashMap<String, Stored>,
    pub(crate) shop: Shop,
    pub(crate) channel: Channel,
    pub(crate) leftovers: Leftovers,
}

/// What a customer's record says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stored {
    pub(crate) uid: i64,
    pub(crate) basket: Vec<String>,
}

/// What should have gone from the store, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Leftovers {
    pub(crate) waiting: i64,
    pub(crate) refused: i64,
    pub(crate) undelivered: i64,
    pub(crate) claimed: i64,
    /// Timers that are due within a minute.
    pub(crate) timers: i64,
}

impl Leftovers {
    /// Whether nothing is to be done any more.
    pub(crate) fn is_quiet(self) -> bool {
        self.waiting + self.undelivered + self.timers == 0
    }
}

/// A broken promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    /// The store does not know the conversation.
    Missing { conversation: String },
    /// An input changed the session in another way than once and in order.
    Input { conversation: String, fault: Fault },
    /// What the customer reads is not what was said.
    Block { conversation: String, fault: Fault },
    /// The shop took an order not exactly once.
    Order {
        conversation: String,
        item: String,
        times: usize,
    },
    /// A key of the outbox came with two contents.
    Changed { key: String },
    /// Something is left in the store.
    Left { what: &'static str, count: i64 },
}

/// How one list differs from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Lost(String),
    Repeated(String),
    OutOfOrder {
        expected: Vec<String>,
        found: Vec<String>,
    },
}

impl Evidence {
    /// Of the customers who spoke at the very moment when a timer was due: for how many it rang, and for how many not.
    pub(crate) fn hesitations(&self, conversations: usize) -> [usize; 2] {
        let scripts = (0..conversations).map(Script::new);
        let hesitant = scripts.filter(|script| script.ending() == Ending::Hesitant);
        let rang = |script: Script| {
            let stored = self.customers.get(&script.key());
            stored.is_some_and(|stored| stored.basket.iter().any(|item| item == "silence"))
        };
        let (rang, not): (Vec<Script>, Vec<Script>) = hesitant.partition(|script| rang(*script));
        [rang.len(), not.len()]
    }
}

/// Every broken promise, none if all is well.
pub(crate) fn verify(conversations: usize, evidence: &Evidence) -> Vec<Finding> {
    let of_each = (0..conversations).flat_map(|number| of_one(Script::new(number), evidence));
    let changed = evidence.channel.changed.iter().cloned();
    let leftovers = evidence.leftovers;
    let left = [
        ("inputs that nobody handled", leftovers.waiting),
        ("inputs that were refused", leftovers.refused),
        ("blocks that were not delivered", leftovers.undelivered),
        ("claims that nobody ended", leftovers.claimed),
        ("timers that did not ring", leftovers.timers),
    ];
    of_each
        .chain(changed.map(|key| Finding::Changed { key }))
        .chain(
            left.into_iter()
                .filter(|(_, count)| *count > 0)
                .map(|(what, count)| Finding::Left { what, count }),
        )
        .collect()
}

fn of_one(script: Script, evidence: &Evidence) -> Vec<Finding> {
    let conversation = script.key();
    let Some(stored) = evidence.customers.get(&conversation) else {
        return vec![Finding::Missing { conversation }];
    };
    let orders_of = |item: &str| {
        let orders = evidence.shop.orders.get(&(stored.uid, item.to_owned()));
        orders.map_or(&[][..], Vec::as_slice)
    };
    let number = |item: &str| orders_of(item).first().map_or_else(String::new, usize::to_string);
    let said = evidence.channel.shown.get(&conversation);
    let said = said.map_or(&[][..], Vec::as_slice);
    let courses = script.courses(number);
    let course = nearest(&courses, &stored.basket);

    let mut findings = Vec::new();
    for item in script.items() {
        let times = orders_of(&item).len();
        if times != 1 {
            let conversation = conversation.clone();
            findings.push(Finding::Order {
                conversation,
                item,
                times,
            });
        }
    }
    if let Some(course) = course {
        if let Some(fault) = difference(&course.basket, &stored.basket) {
            let conversation = conversation.clone();
            findings.push(Finding::Input { conversation, fault });
        }
        if let Some(fault) = difference(&course.said, said) {
            findings.push(Finding::Block { conversation, fault });
        }
    }
    findings
}

/// The course that the basket tells of, or the first.
fn nearest<'c>(courses: &'c [Course], basket: &[String]) -> Option<&'c Course> {
    let exact = courses.iter().find(|course| course.basket == basket);
    exact.or_else(|| courses.first())
}

/// The first thing that is missing, too much, or in another place.
fn difference(expected: &[String], found: &[String]) -> Option<Fault> {
    let count = |list: &[String], item: &String| list.iter().filter(|it| *it == item).count();
    if expected == found {
        return None;
    }
    let lost = expected
        .iter()
        .find(|item| count(found, item) < count(expected, item));
    let repeated = found
        .iter()
        .find(|item| count(found, item) > count(expected, item));
    Some(match (lost, repeated) {
        (Some(lost), _) => Fault::Lost(lost.clone()),
        (None, Some(repeated)) => Fault::Repeated(repeated.clone()),
        (None, None) => Fault::OutOfOrder {
            expected: expected.to_vec(),
            found: found.to_vec(),
        },
    })
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { conversation } => write!(f, "{conversation} is not in the store"),
            Self::Input { conversation, fault } => write!(f, "{conversation}, inputs: {fault}"),
            Self::Block { conversation, fault } => write!(f, "{conversation}, blocks: {fault}"),
            Self::Order {
                conversation,
                item,
                times,
            } => write!(
                f,
                "{conversation}: the shop took the order of {item} {times} times"
            ),
            Self::Changed { key } => write!(f, "the block {key} was delivered with two contents"),
            Self::Left { what, count } => write!(f, "{what}: {count}"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost(item) => write!(f, "`{item}` is lost"),
            Self::Repeated(item) => write!(f, "`{item}` is there too often"),
            Self::OutOfOrder { expected, found } => {
                write!(
                    f,
                    "out of order: {} instead of {}",
                    found.join(" | "),
                    expected.join(" | ")
                )
            }
        }
    }
}

#[cfg(test)]
mod tests;
