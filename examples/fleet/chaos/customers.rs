//! Ten thousand people who write, over a channel that delivers everything twice.

use std::collections::VecDeque;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use sayflow::Input;
use sayflow_store::{Received, Store};

use crate::script::{Ending, Script};
use crate::world::World;

/// How long the channel waits before it sends again what nobody has confirmed.
const AGAIN: Duration = Duration::from_millis(200);

/// What customers read before their silence counts.
const LAST_QUESTION: &str = "Anything to add?";

/// All the customers, and the channel that carries what they say.
pub(crate) struct Customers<'c> {
    pub(crate) store: &'c dyn Store,
    pub(crate) world: &'c World,
    pub(crate) count: usize,
    pub(crate) tally: &'c Tally,
    /// Whether they give up.
    pub(crate) stop: &'c AtomicBool,
}

/// Deliveries, counted.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Of messages that were new.
    new: AtomicUsize,
    /// Of messages that had come before.
    repeated: AtomicUsize,
    /// Those that nobody confirmed, because the database was away.
    unconfirmed: AtomicUsize,
}

impl Tally {
    /// Messages that have come for the first time.
    pub(crate) fn arrived(&self) -> usize {
        self.new.load(Ordering::Relaxed)
    }

    /// New, repeated and unconfirmed deliveries.
    pub(crate) fn counts(&self) -> [usize; 3] {
        [&self.new, &self.repeated, &self.unconfirmed].map(|count| count.load(Ordering::Relaxed))
    }
}

impl Customers<'_> {
    /// Everything that all of them say, each message twice. Two threads for each share of the customers.
    pub(crate) fn talk(&self, shares: usize) {
        thread::scope(|scope| {
            for share in 0..shares {
                let scripts: Vec<Script> = (share..self.count).step_by(shares).map(Script::new).collect();
                scope.spawn(move || self.share(&scripts));
            }
        });
    }

    fn share(&self, scripts: &[Script]) {
        let together = Barrier::new(2);
        thread::scope(|scope| {
            scope.spawn(|| self.first(scripts, &together));
            scope.spawn(|| self.second(scripts, &together));
        });
        self.leave(scripts);
    }

    /// Delivers every message, round by round.
    fn first(&self, scripts: &[Script], together: &Barrier) {
        for round in 0..Script::ROUNDS {
            for script in scripts {
                if script.is_doubled_at_once() {
                    together.wait();
                }
                self.deliver(*script, script.order(round));
            }
        }
    }

    /// Delivers every message again: at the same moment, or a round later.
    fn second(&self, scripts: &[Script], together: &Barrier) {
        for round in 0..=Script::ROUNDS {
            for script in scripts {
                if !script.is_doubled_at_once() {
                    let before = round.checked_sub(1);
                    self.deliver(*script, before.and_then(|round| script.order(round)));
                } else if round < Script::ROUNDS {
                    together.wait();
                    self.deliver(*script, script.order(round));
                }
            }
        }
    }

    /// The last words. Who hesitates says something more when the silence is just about to count.
    fn leave(&self, scripts: &[Script]) {
        let mut hesitant = VecDeque::new();
        for script in scripts.iter().filter(|script| script.ending() != Ending::Open) {
            for _ in 0..2 {
                self.deliver(*script, script.farewell(0));
            }
            if script.ending() == Ending::Hesitant {
                hesitant.push_back((*script, None));
            }
            self.answer(&mut hesitant);
        }
        while !hesitant.is_empty() && !self.stop.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(5));
            self.answer(&mut hesitant);
        }
    }

    /// Those who have hesitated for long enough, since they read the last question, say their last thing.
    fn answer(&self, hesitant: &mut VecDeque<(Script, Option<Instant>)>) {
        for _ in 0..hesitant.len() {
            let Some((script, read_at)) = hesitant.pop_front() else {
                return;
            };
            let read_at = read_at.or_else(|| self.has_read_the_last_question(script).then(Instant::now));
            if read_at.is_some_and(|read_at| read_at.elapsed() >= script.hesitation()) {
                for _ in 0..2 {
                    self.deliver(script, script.farewell(1));
                }
            } else {
                hesitant.push_back((script, read_at));
            }
        }
    }

    fn has_read_the_last_question(&self, script: Script) -> bool {
        let channel = self.world.channel();
        let shown = channel.shown.get(&script.key());
        shown.is_some_and(|shown| shown.iter().any(|text| text == LAST_QUESTION))
    }

    /// Delivers a message until it is confirmed, as channels do.
    fn deliver(&self, script: Script, input: Option<Input>) {
        let Some(input) = input else { return };
        loop {
            let received = self.store.receive(&script.key(), &input);
            let count = match received {
                Ok(Received::New) => &self.tally.new,
                Ok(Received::Repeated) => &self.tally.repeated,
                Err(_) => &self.tally.unconfirmed,
            };
            count.fetch_add(1, Ordering::Relaxed);
            if received.is_ok() || self.stop.load(Ordering::Relaxed) {
                return;
            }
            thread::sleep(AGAIN);
        }
    }
}
