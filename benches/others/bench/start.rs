//! What does a process take, beyond one that does nothing, until it has checked 100 sequences and run one turn?
//!
//! The sources are files, which the process reads. Both are this very binary, so what it costs to
//! have seven engines in it is in both.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use others::engine::{ENGINES, Engine};

use crate::pairs::median;
use crate::table::{Cell, Table, time};

/// The arguments of the two processes; the second has the engine and the folder of its sources behind it.
pub(crate) const EMPTY: &str = "start-of-nothing";
pub(crate) const FULL: &str = "start-of";

const SEQUENCES: usize = 100;
const COMPARISON: Duration = Duration::from_secs(2);
const FEWEST: usize = 15;

pub(crate) fn run(engine: &str, folder: &str) {
    let files = (0..).map(|number| std::fs::read_to_string(Path::new(folder).join(number.to_string())));
    let files: Vec<String> = files.map_while(Result::ok).collect();
    let program = (Engine::named(engine).unwrap().load)(&files);
    let mut chat = program.open();
    chat.start();
    assert_eq!(chat.screen().titles.len(), 3);
    // A process that started goes on; what it takes to clean up is no part of it.
    std::process::exit(0);
}

pub(crate) fn compare(table: &mut Table) {
    let folder = std::env::temp_dir().join(format!("sayflow-others-{}", std::process::id()));
    let beyond: Vec<(Duration, Duration)> = ENGINES.iter().map(|engine| measure(*engine, &folder)).collect();
    std::fs::remove_dir_all(folder).unwrap();
    let floor = time(median(beyond.iter().map(|(_, floor)| *floor).collect()));
    let times = beyond[1..]
        .iter()
        .map(|(engine, floor)| engine.as_secs_f64() / floor.as_secs_f64());
    table.row("start of a process", floor.clone(), times.map(Cell::Times));
    let durations = beyond[1..].iter().map(|(engine, _)| *engine);
    table.row("the same as a time", floor, durations.map(Cell::Beyond));
}

/// What the engine's process and the floor's take beyond an empty one.
fn measure(engine: Engine, folder: &Path) -> (Duration, Duration) {
    let floor = ENGINES[0];
    for engine in [engine, floor] {
        let folder = folder.join(engine.name);
        std::fs::create_dir_all(&folder).unwrap();
        for (number, text) in (engine.source)(SEQUENCES).iter().enumerate() {
            std::fs::write(folder.join(number.to_string()), text).unwrap();
        }
    }
    let full = |engine: Engine| process(&[FULL, engine.name, folder.join(engine.name).to_str().unwrap()]);
    let (mut engines, mut floors) = (Vec::new(), Vec::new());
    let begin = Instant::now();
    while begin.elapsed() < COMPARISON || engines.len() < FEWEST {
        let empty = process(&[EMPTY]);
        floors.push(full(floor).saturating_sub(empty));
        let empty = process(&[EMPTY]);
        engines.push(full(engine).saturating_sub(empty));
    }
    (median(engines), median(floors))
}

fn process(arguments: &[&str]) -> Duration {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(arguments).stdin(Stdio::null());
    let begin = Instant::now();
    assert!(command.status().unwrap().success());
    begin.elapsed()
}
