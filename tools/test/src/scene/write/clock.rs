//! The clock of a test: no finer than the conversation needs it.

use std::collections::HashSet;
use std::time::Duration;

use sayflow::{InputKind, Timestamp, Wait};

use super::words;
use super::{Lines, quote};
use crate::scene::{Played, Said, Scene};

/// The moment at which a test begins that says nothing.
const USUAL_START: Timestamp = Timestamp::from_microseconds(1_767_258_000_000_000);

/// How a moment ends where a text says it.
const UTC: &str = "+00:00";

const MICROSECONDS: i64 = 1_000_000;

/// A pause of the customer that is shorter than this is not worth a line.
const SHORTEST_WAIT: Duration = Duration::from_secs(60);

/// The clock of the test beside that of the scene, which may be ahead.
#[derive(Debug)]
pub(super) struct Clock {
    start: Timestamp,
    /// The test's clock.
    now: Timestamp,
    /// What the scene's clock showed then.
    scene: Timestamp,
    /// When the silence after the open question counts as one, on the test's clock.
    due: Option<Timestamp>,
    wait: Wait,
    /// Whether the flow says when messages came, so that each moment counts.
    is_exact: bool,
}

impl Clock {
    pub(super) fn new(scene: &Scene) -> Self {
        let is_exact = says_moments(scene);
        let first = scene
            .turns()
            .next()
            .map_or(USUAL_START, |played| played.input.now);
        let start = match first {
            first if first == Timestamp::default() => USUAL_START,
            first if is_exact => first,
            first => whole_second(first),
        };
        Self {
            start,
            now: start,
            scene: first,
            due: None,
            wait: Wait::default(),
            is_exact,
        }
    }

    /// Sets the clock of the test.
    pub(super) fn begin(&self, lines: &mut Lines) {
        if self.start != USUAL_START {
            lines.push(&format!("at {}", quote::line(&words::moment(self.start))));
        }
    }

    /// Moves the clock to a turn; whether that fires the turn, which then is the customer's silence.
    pub(super) fn turn(&mut self, lines: &mut Lines, played: &Played) -> bool {
        let now = played.input.now;
        let is_silence = matches!(played.input.kind, InputKind::NoReply(_));
        let is_fired = match self.due.filter(|_| is_silence) {
            Some(due) => {
                let left = between(self.now, due);
                lines.push(&format!("wait {}", words::span(left)));
                self.now =
                    self.now + Duration::from_secs(left.as_secs() + u64::from(left.subsec_nanos() > 0));
                true
            }
            None => {
                self.pass(lines, now);
                false
            }
        };
        self.scene = now;
        self.open(&played.wait);
        is_fired
    }

    /// Lets time pass that nothing waits for.
    fn pass(&mut self, lines: &mut Lines, scene: Timestamp) {
        if self.is_exact {
            if scene != self.now {
                lines.push(&format!("at {}", quote::line(&words::moment(scene))));
                self.now = scene;
            }
            return;
        }
        let passed = Duration::from_secs(between(self.scene, scene).as_secs());
        let is_due = self.due.is_some_and(|due| self.now + passed >= due);
        // A live chat fires no timers by itself, so the silence was none.
        if passed >= SHORTEST_WAIT && !is_due {
            lines.push(&format!("wait {}", words::span(passed)));
            self.now = self.now + passed;
        }
    }

    /// Notes when the open question gives up waiting.
    fn open(&mut self, wait: &Wait) {
        if *wait != self.wait {
            self.due = wait.due.map(|due| self.now + between(self.scene, due));
            self.wait = wait.clone();
        }
    }
}

/// Whether a turn says the moment of an input.
fn says_moments(scene: &Scene) -> bool {
    let moments: HashSet<String> = scene.turns().map(|played| played.input.now.to_string()).collect();
    // Looked for from their end on, which all have: moments of years with more digits are longer.
    let lengths: HashSet<usize> = moments.iter().map(String::len).collect();
    let said = scene.turns().flat_map(|played| &played.said);
    said.filter(|said| matches!(said, Said::Block(_))).any(|said| {
        let printed = format!("{said:?}");
        printed.match_indices(UTC).any(|(at, _)| {
            let end = at + UTC.len();
            let ending = |length: &usize| printed.get(end.checked_sub(*length)?..end);
            lengths
                .iter()
                .filter_map(ending)
                .any(|found| moments.contains(found))
        })
    })
}

fn whole_second(moment: Timestamp) -> Timestamp {
    Timestamp::from_microseconds(moment.as_microseconds().div_euclid(MICROSECONDS) * MICROSECONDS)
}

fn between(from: Timestamp, to: Timestamp) -> Duration {
    let micros = to.as_microseconds().saturating_sub(from.as_microseconds());
    Duration::from_micros(u64::try_from(micros).unwrap_or_default())
}
