//! The workers: started, killed, started anew, and in the end asked to stop.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::thread;
use std::time::{Duration, SystemTime};

use sayflow::Timestamp;

use crate::cpu;

/// How far the clocks of the workers are from ours, in the words of libfaketime.
const CLOCKS: [&str; 5] = ["+0", "+7m", "-11m", "+3h", "-2d"];

/// Where Debian puts the library that shifts a program's clock.
const FAKE_CLOCK: &str = "libfaketimeMT.so.1";

/// What every worker is started with.
pub(crate) struct Recipe {
    program: PathBuf,
    /// The address of the database, which no command line shows.
    database: String,
    arguments: Vec<String>,
    /// The library that shifts clocks.
    fake_clock: PathBuf,
}

pub(crate) struct Fleet {
    recipe: Recipe,
    workers: Vec<Worker>,
}

struct Worker {
    process: Child,
    /// In seconds, as its own first line of output told.
    clock_is_ahead_by: i64,
}

impl Recipe {
    pub(crate) fn new(program: PathBuf, database: String, arguments: Vec<String>) -> io::Result<Self> {
        let fake_clock = find(Path::new("/usr/lib"), FAKE_CLOCK).ok_or_else(|| {
            io::Error::other(format!(
                "{FAKE_CLOCK} is missing: install Debian's package libfaketime"
            ))
        })?;
        Ok(Self {
            program,
            database,
            arguments,
            fake_clock,
        })
    }

    fn start(&self, place: usize) -> io::Result<Worker> {
        let clock = CLOCKS.iter().cycle().nth(place).unwrap_or(&"+0");
        let mut process = Command::new(&self.program)
            .args(&self.arguments)
            .env("DATABASE_URL", &self.database)
            .env("LD_PRELOAD", &self.fake_clock)
            .env("FAKETIME", clock)
            // Time passes as fast as elsewhere: only what the clock on the wall says is wrong.
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        if let Some(stderr) = process.stderr.take() {
            thread::spawn(|| pass_on(stderr));
        }
        let mut line = String::new();
        let stdout = process.stdout.take();
        let mut worker = Worker {
            process,
            clock_is_ahead_by: 0,
        };
        stdout.map_or(Ok(0), |stdout| BufReader::new(stdout).read_line(&mut line))?;
        worker.clock_is_ahead_by =
            ahead(&line).ok_or_else(|| io::Error::other(format!("a worker did not start: {line:?}")))?;
        Ok(worker)
    }
}

/// How far a worker's clock is from ours, by its first line: `2026-11-20 10:00:00.000000+00:00 works …`.
fn ahead(line: &str) -> Option<i64> {
    let told: Timestamp = line.split(" works ").next()?.parse().ok()?;
    let now = Timestamp::from(SystemTime::now());
    Some((told.as_microseconds() - now.as_microseconds()) / 1_000_000)
}

impl Fleet {
    pub(crate) fn start(recipe: Recipe, size: usize) -> io::Result<Self> {
        let workers = (0..size).map(|place| recipe.start(place));
        Ok(Self {
            workers: workers.collect::<io::Result<_>>()?,
            recipe,
        })
    }

    /// The clocks of the workers, in seconds from ours.
    pub(crate) fn clocks(&self) -> Vec<i64> {
        let clocks = self.workers.iter().map(|worker| worker.clock_is_ahead_by);
        clocks.collect()
    }

    /// What the workers that run have used of processors.
    pub(crate) fn cpu(&self) -> Duration {
        let workers = self.workers.iter();
        workers.map(|worker| cpu::of_process(worker.process.id())).sum()
    }

    /// Kills a worker as the system does when memory is short, and puts another in its place.
    pub(crate) fn kill(&mut self, victim: usize) -> io::Result<()> {
        let place = victim % self.workers.len().max(1);
        if let Some(worker) = self.workers.get_mut(place) {
            worker.kill()?;
        }
        self.restart(place);
        Ok(())
    }

    /// Kills all of them, as when a machine is gone.
    pub(crate) fn kill_all(&mut self) -> io::Result<()> {
        self.workers.iter_mut().try_for_each(Worker::kill)?;
        self.revive();
        Ok(())
    }

    /// Starts what has ended by itself, as whoever keeps programs running does.
    pub(crate) fn revive(&mut self) {
        for place in 0..self.workers.len() {
            let worker = self.workers.get_mut(place);
            if worker.is_some_and(|worker| matches!(worker.process.try_wait(), Ok(Some(_)))) {
                self.restart(place);
            }
        }
    }

    /// While the database restarts a new worker ends at once: the next round revives it.
    fn restart(&mut self, place: usize) {
        if let (Ok(worker), Some(old)) = (self.recipe.start(place), self.workers.get_mut(place)) {
            *old = worker;
        }
    }

    /// Asks every worker to stop; says how many did so in order.
    pub(crate) fn stop(mut self) -> io::Result<usize> {
        for worker in &self.workers {
            let id = worker.process.id().to_string();
            Command::new("kill").args(["-TERM", &id]).status()?;
        }
        let mut stopped = 0;
        for worker in &mut self.workers {
            stopped += usize::from(worker.process.wait()?.success());
        }
        Ok(stopped)
    }
}

impl Worker {
    fn kill(&mut self) -> io::Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }
}

impl Drop for Worker {
    /// Nobody is left behind when the test fails, nor what libfaketime shares with nobody.
    fn drop(&mut self) {
        self.kill().ok();
        let id = self.process.id();
        for shared in ["faketime_shm_", "sem.faketime_sem_"] {
            fs::remove_file(format!("/dev/shm/{shared}{id}")).ok();
        }
    }
}

/// Shows what a worker complains of, but for the database, which is crashed on purpose.
fn pass_on(stderr: ChildStderr) {
    let lines = BufReader::new(stderr).lines().map_while(Result::ok);
    for line in lines.filter(|line| !line.starts_with("the database ")) {
        eprintln!("a worker: {line}");
    }
}

fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let entries: Vec<PathBuf> = folder
        .read_dir()
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    let here = entries.iter().find(|path| path.ends_with(name)).cloned();
    here.or_else(|| {
        let folders = entries.iter().filter(|path| path.is_dir() && !path.is_symlink());
        folders.filter_map(|folder| find(folder, name)).next()
    })
}
