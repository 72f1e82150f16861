//! How much processors were used, as Linux counts it.

use std::fs;
use std::path::Path;
use std::time::Duration;

/// A tick of `/proc`: a hundredth of a second wherever Linux runs.
const TICK: Duration = Duration::from_millis(10);

/// What a line of `/proc/PID/stat` says.
struct Stat {
    parent: u32,
    own: u32,
    /// Of children that have ended.
    ended: u32,
}

/// Of one process.
pub(crate) fn of_process(id: u32) -> Duration {
    stat(id).map_or(Duration::ZERO, |stat| TICK * stat.own)
}

/// Of a database: its first process, whose id this file begins with, and all that it has started.
pub(crate) fn of_database(pid_file: &Path) -> Option<Duration> {
    let text = fs::read_to_string(pid_file).ok()?;
    let first: u32 = text.lines().next()?.parse().ok()?;
    let processes = fs::read_dir("/proc").ok()?.flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let running = ids.filter_map(stat).filter(|stat| stat.parent == first);
    let first = stat(first)?;
    let ticks: u32 = running.map(|stat| stat.own).sum();
    Some(TICK * (ticks + first.own + first.ended))
}

fn stat(id: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name of the program is in brackets and may hold anything.
    let (_, fields) = text.rsplit_once(") ")?;
    let fields: Vec<&str> = fields.split(' ').collect();
    let number = |place: usize| fields.get(place)?.parse::<u32>().ok();
    Some(Stat {
        parent: number(1)?,
        own: number(11)? + number(12)?,
        ended: number(13)? + number(14)?,
    })
}
