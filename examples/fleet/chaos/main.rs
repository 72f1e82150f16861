//! Ten thousand customers, a fleet of workers, and everything that goes wrong: nothing may be lost.
//!
//! `examples/fleet/test.sh` runs it. What it does is in the modules, in this order:
//!
//! - `script`: what each customer says, and what has to come of it
//! - `world`: the shop that is called, and the channel that shows messages
//! - `customers`: every message, delivered twice
//! - `fleet`, `trouble`: the workers; kills, crashes of the database, clocks that are wrong
//! - `verify`: what came of it, compared with the scripts
//! - `sabotage`: stores that break a promise, to see that the verifier finds it

mod cpu;
mod customers;
mod database;
mod fleet;
mod http;
mod report;
mod run;
mod sabotage;
mod script;
mod timed;
mod trouble;
mod verify;
mod world;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

use run::Run;
use sabotage::{SABOTAGES, Sabotage};
use trouble::Trouble;
use verify::Finding;

/// Talks to a fleet of workers while they are killed and the database crashes, and compares what was said with
/// what came of it.
#[derive(Parser)]
struct Arguments {
    /// The address of a database for tests: the run makes a schema of its own
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database: String,
    /// A shell command that crashes the database and starts it again
    #[arg(long, default_value = "false")]
    crash: String,
    /// The file with the number of the database's first process, to measure what processors it uses
    #[arg(long)]
    pid_file: Option<PathBuf>,
    /// How many customers write
    #[arg(long, default_value_t = 10_000)]
    sessions: usize,
    /// How many worker processes run
    #[arg(long, default_value_t = 3)]
    workers: usize,
    /// How many turns each of them runs at once
    #[arg(long, default_value_t = 8)]
    hands: usize,
    /// Milliseconds between two kills; 0 for no kill
    #[arg(long, default_value_t = 1_000)]
    kill_every: u64,
    /// Seconds between two crashes of the database; 0 for no crash
    #[arg(long, default_value_t = 30)]
    crash_every: u64,
    /// Runs stores that break a promise instead, with few customers: each must be found out
    #[arg(long)]
    sabotage: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let ended = if arguments.sabotage {
        SABOTAGES
            .iter()
            .try_for_each(|sabotage| prove(&arguments, sabotage))
    } else {
        measure(&arguments)
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The run itself: fails for everything that was found, and where too little went wrong to prove anything.
fn measure(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let run = arguments.run("fleet", None);
    let (report, findings) = run.run()?;
    print!("{report}");
    findings.iter().take(20).for_each(|finding| println!("{finding}"));
    if !findings.is_empty() {
        return Err(format!("{} broken promises", findings.len()).into());
    }
    if let Some(missing) = report.missing_trouble(&run.trouble) {
        return Err(format!("this run proves nothing: {missing}").into());
    }
    println!("every session in order, every input once, every block out under its key, none lost");
    Ok(())
}

/// A store that breaks a promise: fails if it is not found out.
fn prove(arguments: &Arguments, sabotage: &'static Sabotage) -> Result<(), Box<dyn Error>> {
    let name = format!("sabotage_{}", sabotage.name.replace(' ', "_"));
    let (_, findings) = arguments.run(&name, Some(sabotage)).run()?;
    let found: Vec<String> = findings.iter().map(Finding::to_string).collect();
    if !found.iter().any(|finding| finding == sabotage.finding) {
        let found = found.join("\n  ");
        return Err(format!("{}: not found out; found:\n  {found}", sabotage.name).into());
    }
    println!("found out: {}: {}", sabotage.name, sabotage.finding);
    Ok(())
}

impl Arguments {
    fn run(&self, name: &str, sabotage: Option<&'static Sabotage>) -> Run {
        let is_calm = sabotage.is_some();
        let every = |span: Duration| (!is_calm && !span.is_zero()).then_some(span);
        Run {
            server: self.database.clone(),
            pid_file: self.pid_file.clone(),
            name: name.to_owned(),
            sessions: if is_calm { 20 } else { self.sessions },
            workers: self.workers,
            hands: self.hands,
            trouble: Trouble {
                kill_every: every(Duration::from_millis(self.kill_every)),
                crash_every: every(Duration::from_secs(self.crash_every)),
                crash: self.crash.clone(),
            },
            sabotage,
        }
    }
}
