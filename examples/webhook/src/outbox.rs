//! What is to be delivered: events to whoever reads along, blocks to the customer.

use std::collections::VecDeque;
use std::io::{self, Write};

use sayflow::{Block, Limits};
use sayflow_store::{Delivery, Error, Outgoing, Store};

use crate::bot::{Bot, LEASE};
use crate::log;

/// How many rows a store hands out at once.
const AT_ONCE: usize = 100;

/// How many blocks that nobody has asked for go out with an answer: more than a customer reads.
const LATE: usize = 100;

impl Bot {
    /// Tells what is to be told.
    pub(crate) fn tell(&self, conversation: &str) -> Result<(), Error> {
        loop {
            let rows = self.store.deliveries(Some(conversation), LEASE)?;
            let mut are_told = false;
            for row in rows.iter().filter(|row| is_told(row)) {
                self.store.delivered(&row.key)?;
                are_told = true;
            }
            if !are_told || rows.len() < AT_ONCE {
                return Ok(());
            }
        }
    }

    /// Marks an answer as delivered; gives what has to go out before it. A block waits for its own update as long as the
    /// session knows the answer to that. Later nobody can tell which update it belongs to: it goes out with the next
    /// answer, whatever that is.
    pub(crate) fn give(&self, conversation: &str, answer: &[Block]) -> Result<Vec<Block>, Error> {
        let known = Limits::default().inputs_kept as u64;
        let version = self.store.load(conversation)?.map_or(0, |record| record.version);
        let forgotten = version.saturating_sub(known);
        let (mut late_until, mut is_found) = (forgotten, false);
        let (mut late, mut too_many) = (VecDeque::new(), 0);
        loop {
            let rows = self.store.deliveries(Some(conversation), LEASE)?;
            let mut are_out = false;
            for turn in rows.chunk_by(|one, other| version_of(one) == version_of(other)) {
                let version = turn.first().map_or(0, version_of);
                // Two answers that are the same can stand for each other.
                let is_own = !is_found && version > forgotten && blocks_of(turn).eq(answer);
                let is_late = version <= late_until;
                is_found |= is_own;
                for row in turn {
                    let is_out = match &row.outgoing {
                        Outgoing::Block(_) if is_own => true,
                        Outgoing::Block(block) if is_late => {
                            late.push_back(block.clone());
                            true
                        }
                        _ => is_told(row),
                    };
                    if is_out {
                        self.store.delivered(&row.key)?;
                        are_out = true;
                    }
                }
            }
            while late.len() > LATE {
                late.pop_front();
                too_many += 1;
            }
            if rows.len() < AT_ONCE {
                break;
            }
            if !are_out {
                // What waits hides what is behind it: the oldest of it waits no longer.
                let waiting = rows.iter().find(|row| matches!(row.outgoing, Outgoing::Block(_)));
                let Some(oldest) = waiting else { break };
                late_until = version_of(oldest);
            }
        }
        if too_many > 0 {
            log(format_args!(
                "{conversation}: {too_many} blocks that nobody asked for are forgotten"
            ));
        }
        Ok(late.into())
    }
}

/// Tells an event. What cannot be told now is told with the next answer.
fn is_told(row: &Delivery) -> bool {
    match &row.outgoing {
        Outgoing::Block(_) => false,
        event => writeln!(io::stdout(), "{}: {event:?}", row.conversation).is_ok(),
    }
}

/// The turn that a row is of, as its key says: `conversation/version/place`.
fn version_of(row: &Delivery) -> u64 {
    let version = row.key.rsplit('/').nth(1);
    version.and_then(|version| version.parse().ok()).unwrap_or(0)
}

fn blocks_of(turn: &[Delivery]) -> impl Iterator<Item = &Block> {
    turn.iter().filter_map(|row| match &row.outgoing {
        Outgoing::Block(block) => Some(block),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use sayflow::{Engine, HttpClient, Input, Program, Source};
    use sayflow_store::Sqlite;

    use super::*;
    use crate::update::Person;

    #[test]
    fn what_waits_for_its_own_update_hides_nothing_either() {
        let said = "  text \"Well.\"\n".repeat(20);
        let flow = format!("on unmatched {{\n{said}  handover \"Support\"\n}}\non start {{\n{said}}}\n");
        let bot = Bot {
            engine: Engine::new(Program::load([Source::new("well.flow", flow)]).unwrap()),
            store: Sqlite::in_memory().unwrap(),
            client: HttpClient::new(),
            busy: Arc::default(),
        };
        let asha = Person {
            id: 7,
            first_name: "Asha".to_owned(),
        };
        let turn = |input: Input, id: &str| bot.turn(&asha, &input.with_id(id)).unwrap().unwrap();
        // Nobody waits for the answers of seven turns, which the session knows.
        for id in ["1", "2", "3", "4", "5", "6", "7"] {
            drop(turn(Input::start(), id));
        }
        let answer = bot.answer(turn(Input::text("Hm"), "8")).unwrap();
        let left = bot.store.deliveries(Some("telegram:7"), LEASE).unwrap();
        assert!(left.len() < AT_ONCE);
        assert_eq!(answer.len() + left.len(), 8 * 20);
        assert!(left.iter().all(|row| matches!(row.outgoing, Outgoing::Block(_))));
    }
}
