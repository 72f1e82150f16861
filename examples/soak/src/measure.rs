//! What the process holds: resident memory, handles and threads, in the four quarters of a run.

use std::fmt;
use std::fs;
use std::io;

use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// How many times a run is looked at.
const SAMPLES: u64 = 2_000;

/// What the process holds at one moment.
#[derive(Clone, Copy, Debug)]
struct Sample {
    kib: u64,
    /// What is allocated, in bytes.
    live: usize,
    handles: usize,
    threads: usize,
}

impl Sample {
    fn now() -> io::Result<Self> {
        let status = fs::read_to_string("/proc/self/status")?;
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = resident.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok());
        Ok(Self {
            kib: kib.ok_or_else(|| io::Error::other("no VmRSS"))?,
            live: MEMORY.current_usage(),
            // The folder that is being read is one of them.
            handles: fs::read_dir("/proc/self/fd")?.count() - 1,
            threads: fs::read_dir("/proc/self/task")?.count(),
        })
    }
}

/// A quarter of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quarter {
    /// Resident memory in KiB: the mean of all samples.
    kib: f64,
    /// What is allocated, in KiB: the mean as well.
    live: f64,
    /// The most at once.
    handles: usize,
    threads: usize,
}

/// The samples of a run as they come.
pub(crate) struct Measure {
    turns: u64,
    samples: Vec<Sample>,
}

impl Measure {
    pub(crate) fn of(turns: u64) -> Self {
        Self {
            turns,
            // Nothing grows while memory is measured.
            samples: Vec::with_capacity(usize::try_from(SAMPLES).unwrap_or(0) + 1),
        }
    }

    /// Looks at the process, where it is time to.
    pub(crate) fn after(&mut self, turn: u64) -> io::Result<()> {
        if turn.is_multiple_of((self.turns / SAMPLES).max(1)) {
            self.samples.push(Sample::now()?);
        }
        Ok(())
    }

    pub(crate) fn quarters(&self) -> Vec<Quarter> {
        let length = self.samples.len().div_ceil(4).max(1);
        self.samples.chunks(length).map(Quarter::of).collect()
    }
}

impl Quarter {
    fn of(samples: &[Sample]) -> Self {
        let sum: u64 = samples.iter().map(|sample| sample.kib).sum();
        let live: usize = samples.iter().map(|sample| sample.live).sum();
        Self {
            kib: sum as f64 / samples.len() as f64,
            live: live as f64 / 1024.0 / samples.len() as f64,
            handles: samples.iter().map(|sample| sample.handles).max().unwrap_or(0),
            threads: samples.iter().map(|sample| sample.threads).max().unwrap_or(0),
        }
    }

    /// What grew from this quarter to a later one, in words; `percent` is what memory may differ. Handles and threads may
    /// be as many as in any quarter `before` the later one: how many of the connections that are kept are open is chance.
    pub(crate) fn growth(&self, before: &[Self], later: &Self, percent: f64) -> Vec<String> {
        let mut grown = Vec::new();
        for (what, before, after) in [
            ("resident memory", self.kib, later.kib),
            ("what is allocated", self.live, later.live),
        ] {
            let change = (after / before - 1.0) * 100.0;
            if change.abs() > percent {
                grown.push(format!(
                    "{what} changed by {change:+.2} %, where {percent} % are allowed"
                ));
            }
        }
        let handles = before.iter().map(|quarter| quarter.handles).max().unwrap_or(0);
        let threads = before.iter().map(|quarter| quarter.threads).max().unwrap_or(0);
        for (what, before, after) in [
            ("handles", handles, later.handles),
            ("threads", threads, later.threads),
        ] {
            if after > before {
                grown.push(format!("{what} grew from {before} to {after}"));
            }
        }
        grown
    }
}

/// A row of the table.
impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (resident, live) = (self.kib / 1024.0, self.live / 1024.0);
        let Self { handles, threads, .. } = self;
        write!(
            f,
            "{resident:>11.2} MiB | {live:>5.2} MiB | {handles:>7} | {threads:>7} |"
        )
    }
}
