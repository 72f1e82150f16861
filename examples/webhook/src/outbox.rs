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
        let mut late = Late::default();
        match self.collect(conversation, answer, &mut late) {
            Ok(()) => {}
            Err(error) if late.blocks.is_empty() => return Err(error),
            // What is marked goes out now or never.
            Err(error) => log(format_args!("{conversation}: the rest goes out later: {error}")),
        }
        if late.forgotten > 0 {
            log(format_args!(
                "{conversation}: {} blocks that nobody asked for are forgotten",
                late.forgotten
            ));
        }
        Ok(late.blocks.into())
    }

    /// Marks what goes out, and takes what is not of the answer itself.
    fn collect(&self, conversation: &str, answer: &[Block], late: &mut Late) -> Result<(), Error> {
        let known = Limits::default().inputs_kept as u64;
        let version = self.store.load(conversation)?.map_or(0, |record| record.version);
        let forgotten = version.saturating_sub(known);
        let (mut late_until, mut is_found) = (forgotten, false);
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
                        Outgoing::Block(_) => is_own || is_late,
                        _ => is_told(row),
                    };
                    if !is_out {
                        continue;
                    }
                    self.store.delivered(&row.key)?;
                    are_out = true;
                    if let Outgoing::Block(block) = &row.outgoing
                        && !is_own
                    {
                        late.push(block.clone());
                    }
                }
            }
            if rows.len() < AT_ONCE {
                return Ok(());
            }
            if !are_out {
                // What waits hides what is behind it: the oldest of it waits no longer.
                let waiting = rows.iter().find(|row| matches!(row.outgoing, Outgoing::Block(_)));
                let Some(oldest) = waiting else { return Ok(()) };
                late_until = version_of(oldest);
            }
        }
    }
}

/// Blocks that nobody has asked for, and that go out with an answer.
#[derive(Default)]
struct Late {
    blocks: VecDeque<Block>,
    /// How many there were too many.
    forgotten: usize,
}

impl Late {
    fn push(&mut self, block: Block) {
        self.blocks.push_back(block);
        if self.blocks.len() > LATE {
            self.blocks.pop_front();
            self.forgotten += 1;
        }
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
mod tests;
