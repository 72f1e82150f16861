//! What goes wrong on purpose, as long as there is something to do.

use std::error::Error;
use std::io;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::fleet::Fleet;
use crate::world::World;

/// What is done to the fleet.
pub(crate) struct Trouble {
    /// How often a worker is killed; never where it is none.
    pub(crate) kill_every: Option<Duration>,
    /// How often the database crashes and starts again.
    pub(crate) crash_every: Option<Duration>,
    /// The shell command that does so.
    pub(crate) crash: String,
}

/// What was done.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Done {
    pub(crate) kills: usize,
    /// Kills at which the shop lost at least one caller in the middle of a call.
    pub(crate) kills_in_calls: usize,
    pub(crate) crashes: usize,
}

/// How long the loss of a caller may take to be noticed: longer than the shop thinks.
const NOTICED: Duration = Duration::from_millis(100);

/// How often it is seen to that all workers run.
const LOOK: Duration = Duration::from_millis(500);

impl Trouble {
    pub(crate) fn is_none(&self) -> bool {
        self.kill_every.is_none() && self.crash_every.is_none()
    }

    /// Makes trouble until it is quiet, and keeps the workers running.
    pub(crate) fn make(
        &self,
        fleet: &mut Fleet,
        world: &World,
        is_quiet: impl Fn() -> bool,
    ) -> Result<Done, Box<dyn Error>> {
        let mut done = Done::default();
        let now = Instant::now();
        let (mut killed_at, mut crashed_at, mut looked_at) = (now, now, now);
        while !is_quiet() {
            thread::sleep(Duration::from_millis(50));
            if is_due(Some(LOOK), looked_at) {
                fleet.revive();
                looked_at = Instant::now();
            }
            if is_due(self.crash_every, crashed_at) {
                self.crash()?;
                done.crashes += 1;
                crashed_at = Instant::now();
            }
            if is_due(self.kill_every, killed_at) && world.calls_under_way() > 0 {
                let abandoned = world.calls_abandoned();
                match done.kills % 4 {
                    3 => fleet.kill_all()?,
                    place => fleet.kill(place)?,
                }
                thread::sleep(NOTICED);
                done.kills += 1;
                done.kills_in_calls += usize::from(world.calls_abandoned() > abandoned);
                killed_at = Instant::now();
            }
        }
        Ok(done)
    }

    fn crash(&self) -> io::Result<()> {
        let status = Command::new("sh").args(["-c", &self.crash]).status()?;
        match status.success() {
            true => Ok(()),
            false => Err(io::Error::other(format!(
                "the database did not restart: {}",
                self.crash
            ))),
        }
    }
}

fn is_due(every: Option<Duration>, since: Instant) -> bool {
    every.is_some_and(|every| since.elapsed() >= every)
}
