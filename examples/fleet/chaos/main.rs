//! Ten thousand customers, a fleet, and everything that goes wrong: nothing may be lost.
//!
//! ```text
//! $ examples/fleet/test.sh
//! ```

mod cpu;
mod customers;
mod database;
mod fleet;
mod http;
mod report;
mod sabotage;
mod script;
mod timed;
mod trouble;
mod verify;
mod world;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use sayflow::HttpClient;
use sayflow_fleet::{Channel, Hand, engine};
use sayflow_store::Postgres;

use customers::{Customers, Tally};
use database::Database;
use fleet::{Fleet, Recipe};
use report::Report;
use sabotage::{SABOTAGES, Sabotage};
use script::Script;
use timed::Timed;
use trouble::{Done, Trouble};
use verify::{Evidence, Finding, verify};
use world::World;

/// Talks to a fleet of workers while they are killed and the database crashes, and compares what was said with
/// what came of it.
#[derive(Parser)]
struct Arguments {
    /// The address of a database for tests: the run makes a schema of its own
    #[arg(long)]
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
    #[arg(long, default_value_t = 20)]
    crash_every: u64,
    /// Runs stores that break a promise instead, with few customers: each must be found out
    #[arg(long)]
    sabotage: bool,
}

/// Longer than a turn, short enough that the conversations of a killed worker do not rest for long.
const LEASE: Duration = Duration::from_secs(4);

/// After this much time the run is over, whatever is left.
const PATIENCE: Duration = Duration::from_secs(1200);

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

/// The run itself: fails for everything that was found.
fn measure(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let trouble = Trouble {
        kill_every: (arguments.kill_every > 0).then(|| Duration::from_millis(arguments.kill_every)),
        crash_every: (arguments.crash_every > 0).then(|| Duration::from_secs(arguments.crash_every)),
        crash: arguments.crash.clone(),
    };
    let run = Run {
        arguments,
        sessions: arguments.sessions,
        trouble,
        sabotage: None,
    };
    let (report, findings) = run.run("fleet")?;
    print!("{report}");
    if findings.is_empty() && report.is_worth_it(&run.trouble) {
        println!("every session in order, every input once, every block out under its key, none lost");
        return Ok(());
    }
    findings.iter().take(20).for_each(|finding| println!("{finding}"));
    Err(format!("{} broken promises", findings.len()).into())
}

/// A store that breaks a promise: fails if it is not found out.
fn prove(arguments: &Arguments, sabotage: &'static Sabotage) -> Result<(), Box<dyn Error>> {
    let trouble = Trouble::none();
    let run = Run {
        arguments,
        sessions: 20,
        trouble,
        sabotage: Some(sabotage),
    };
    let (_, findings) = run.run(&format!("sabotage_{}", sabotage.name.replace(' ', "_")))?;
    let found: Vec<String> = findings.iter().map(Finding::to_string).collect();
    if !found.iter().any(|finding| finding == sabotage.finding) {
        let found = found.join("\n  ");
        return Err(format!("{}: not found out; found:\n  {found}", sabotage.name).into());
    }
    println!("found out: {}: {}", sabotage.name, sabotage.finding);
    Ok(())
}

struct Run<'a> {
    arguments: &'a Arguments,
    sessions: usize,
    trouble: Trouble,
    sabotage: Option<&'static Sabotage>,
}

impl Run<'_> {
    fn run(&self, schema: &str) -> Result<(Report, Vec<Finding>), Box<dyn Error>> {
        let database = Database::create(self.arguments.database.clone(), schema)?;
        let (world, address) = World::open()?;
        let recipe = self.recipe(&database, &format!("http://{address}"))?;
        let store = Timed::new(Postgres::open(&database.address())?);
        if let Some(sabotage) = self.sabotage {
            sabotage.install(&database)?;
        }
        let engine = engine(&format!("http://{address}"), "demo")?;
        let hand = Hand {
            store: &store,
            engine: &engine,
            client: &HttpClient::new().with_allowed_host("127.0.0.1"),
            channel: &Channel::new(format!("http://{address}/messages")),
            lease: LEASE,
        };
        let tally = Tally::default();
        let customers = Customers {
            store: &store,
            world: &world,
            count: self.sessions,
            tally: &tally,
        };
        let (have_left, stop) = (AtomicBool::new(false), AtomicBool::new(false));
        let log_bytes = database.log_bytes()?;
        let database_cpu = || self.arguments.pid_file.as_deref().and_then(cpu::of_database);
        let cpu_before = database_cpu();
        let begin = Instant::now();
        let (fleet, done) = thread::scope(|scope| -> Result<(Fleet, Done), Box<dyn Error>> {
            scope.spawn(|| {
                customers.talk(2);
                have_left.store(true, Ordering::Relaxed);
            });
            // Where something is wrong on purpose, it is so before anybody looks.
            while self.sabotage.is_some() && tally.arrived() < self.sessions * Script::ROUNDS {
                thread::sleep(Duration::from_millis(10));
            }
            let mut fleet = Fleet::start(recipe, self.arguments.workers)?;
            // Two hands of our own, as a probe of how long claims take.
            let probes = [(); 2].map(|()| scope.spawn(|| hand.work_until(&stop)));
            let is_quiet = || {
                let is_over = have_left.load(Ordering::Relaxed)
                    && database.leftovers().is_ok_and(|leftovers| leftovers.is_quiet());
                is_over || begin.elapsed() > PATIENCE
            };
            let done = self.trouble.make(&mut fleet, &world, is_quiet);
            stop.store(true, Ordering::Relaxed);
            drop(probes);
            Ok((fleet, done?))
        })?;
        let elapsed = begin.elapsed();
        let clocks = fleet.clocks();
        let fleet_cpu = fleet.cpu();
        let cpu_after = database_cpu();
        let stopped = fleet.stop()?;
        let evidence = Evidence {
            customers: database.customers()?.into_iter().collect(),
            shop: world.shop().clone(),
            channel: world.channel().clone(),
            leftovers: database.leftovers()?,
        };
        let report = Report {
            sessions: self.sessions,
            elapsed,
            clocks,
            stopped,
            done,
            abandoned: world.calls_abandoned(),
            calls_repeated: evidence.shop.repeated(),
            blocks_repeated: evidence.channel.repeated(),
            received: tally.counts(),
            claims: store.claims(),
            commits: store.commits(),
            weight: database.weight()?,
            log_bytes: database.log_bytes()? - log_bytes,
            // What is killed takes its count with it.
            cpu: self.trouble.is_none().then_some([
                cpu_after
                    .zip(cpu_before)
                    .map_or(Duration::ZERO, |(after, before)| after - before),
                fleet_cpu,
            ]),
        };
        Ok((report, verify(self.sessions, &evidence)))
    }

    fn recipe(&self, database: &Database, address: &str) -> Result<Recipe, Box<dyn Error>> {
        let program = std::env::current_exe()?.with_file_name("fleet-worker");
        let arguments = [
            ("--database", database.address()),
            ("--shop", address.to_owned()),
            ("--channel", format!("{address}/messages")),
            ("--hands", self.arguments.hands.to_string()),
            ("--lease", LEASE.as_secs().to_string()),
        ];
        let arguments = arguments
            .into_iter()
            .flat_map(|(name, value)| [name.to_owned(), value]);
        let log = std::env::temp_dir().join(format!("sayflow-fleet-{}.log", std::process::id()));
        Ok(Recipe::new(program, arguments.collect(), log)?)
    }
}
