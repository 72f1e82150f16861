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
const COMPARISON: Duration = Duration::from_secs(3);
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
    let mut floors = Vec::new();
    let engines: Vec<f64> = ENGINES[1..]
        .iter()
        .map(|engine| beyond_empty(*engine, &folder, &mut floors))
        .collect();
    std::fs::remove_dir_all(folder).unwrap();
    let floor = median(floors);
    let times = engines.iter().map(|engine| Cell::Times(engine / floor));
    table.row("start of a process", time(floor), times);
    let durations = engines.iter().map(|engine| Cell::Seconds(*engine));
    table.row("the same as a time", time(floor), durations);
}

/// How many seconds the engine's process takes beyond an empty one; what the floor's takes is added to the others.
fn beyond_empty(engine: Engine, folder: &Path, floors: &mut Vec<f64>) -> f64 {
    let floor = ENGINES[0];
    for engine in [engine, floor] {
        let folder = folder.join(engine.name);
        std::fs::create_dir_all(&folder).unwrap();
        for (number, text) in (engine.source)(SEQUENCES).iter().enumerate() {
            std::fs::write(folder.join(number.to_string()), text).unwrap();
        }
    }
    let pair = |engine: Engine| {
        let empty = process(&[EMPTY]);
        process(&[FULL, engine.name, folder.join(engine.name).to_str().unwrap()]) - empty
    };
    let mut engines = Vec::new();
    let begin = Instant::now();
    while begin.elapsed() < COMPARISON || engines.len() < FEWEST {
        floors.push(pair(floor));
        engines.push(pair(engine));
    }
    median(engines)
}

fn process(arguments: &[&str]) -> f64 {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(arguments).stdin(Stdio::null());
    let begin = Instant::now();
    assert!(command.status().unwrap().success());
    begin.elapsed().as_secs_f64()
}
