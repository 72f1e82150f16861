//! What was measured, for people.

use std::fmt;
use std::time::Duration;

use crate::database::Weight;
use crate::timed::Percentiles;
use crate::trouble::{Done, Trouble};

pub(crate) struct Report {
    pub(crate) sessions: usize,
    pub(crate) elapsed: Duration,
    /// How far the clocks of the workers were from ours, in seconds.
    pub(crate) clocks: Vec<i64>,
    /// Workers that ended in order when they were asked to.
    pub(crate) stopped: usize,
    pub(crate) done: Done,
    pub(crate) abandoned: usize,
    pub(crate) calls_repeated: usize,
    pub(crate) blocks_repeated: usize,
    /// New, repeated and unconfirmed deliveries of messages.
    pub(crate) received: [usize; 3],
    /// Timers that rang, and did not, where an answer came at the moment when they were due.
    pub(crate) hesitations: [usize; 2],
    pub(crate) claims: Percentiles,
    pub(crate) commits: Percentiles,
    pub(crate) weight: Weight,
    pub(crate) log_bytes: i64,
    /// What database and workers used of processors, where nobody was killed.
    pub(crate) cpu: Option<[Duration; 2]>,
}

impl Report {
    /// What should have gone wrong and did not.
    pub(crate) fn missing_trouble(&self, trouble: &Trouble) -> Option<&'static str> {
        let is_killing = trouble.kill_every.is_some();
        let missing = [
            (
                self.clocks.iter().all(|seconds| seconds.abs() < 60),
                "no clock was wrong",
            ),
            (
                self.stopped < self.clocks.len(),
                "a worker did not stop when it was asked to",
            ),
            (is_killing && self.done.kills_in_calls == 0, "no kill hit a call"),
            (is_killing && self.calls_repeated == 0, "no call was made again"),
            (
                trouble.crash_every.is_some() && self.done.crashes == 0,
                "the database did not crash",
            ),
        ];
        let mut missing = missing.into_iter().filter(|(is_missing, _)| *is_missing);
        missing.next().map(|(_, what)| what)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.elapsed.as_secs_f64();
        let turns = self.weight.turns as f64;
        let [new, repeated, unconfirmed] = self.received;
        let Done {
            kills,
            kills_in_calls,
            crashes,
        } = self.done;
        let milliseconds = |span: Duration| span.as_secs_f64() * 1e3;
        writeln!(
            f,
            "{} sessions, {turns} turns in {seconds:.1} s: {:.0} turns/s",
            self.sessions,
            turns / seconds
        )?;
        writeln!(
            f,
            "messages: {new} new, {repeated} recognised as repeated, {unconfirmed} sent again unconfirmed"
        )?;
        writeln!(
            f,
            "workers: {} with clocks apart by {:?} s, {} stopped in order",
            self.clocks.len(),
            self.clocks,
            self.stopped
        )?;
        writeln!(
            f,
            "kills: {kills}, of which {kills_in_calls} hit calls: {} calls lost their caller",
            self.abandoned
        )?;
        writeln!(f, "database crashes: {crashes}")?;
        writeln!(f, "calls made again under their key: {}", self.calls_repeated)?;
        writeln!(
            f,
            "blocks delivered again under their key: {}",
            self.blocks_repeated
        )?;
        let [rang, not] = self.hesitations;
        writeln!(f, "timers that an answer met: {rang} rang, {not} did not")?;
        for (what, times) in [("claim", self.claims), ("commit", self.commits)] {
            let (p50, p99) = (milliseconds(times.p50), milliseconds(times.p99));
            writeln!(
                f,
                "{what}: p50 {p50:.1} ms, p99 {p99:.1} ms of {} in the probe",
                times.count
            )?;
        }
        let Weight {
            session_row,
            record_row,
            tables,
            ..
        } = self.weight;
        writeln!(
            f,
            "a session: {session_row:.0} bytes of state, {record_row:.0} bytes of record"
        )?;
        let (tables, log) = (tables as f64 / turns, self.log_bytes as f64 / turns);
        writeln!(
            f,
            "a turn: {tables:.0} bytes of tables and indexes, {log:.0} bytes of write-ahead log"
        )?;
        if let Some([database, workers]) = self.cpu.map(|cpu| cpu.map(|cpu| milliseconds(cpu) / turns)) {
            writeln!(
                f,
                "a turn: {database:.2} ms of processors for the database, {workers:.2} ms for the workers"
            )?;
        }
        Ok(())
    }
}
