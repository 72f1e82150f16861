//! One run from an empty schema to the report.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use sayflow::HttpClient;
use sayflow_fleet::{Channel, Hand, LEAST_LEASE, engine};
use sayflow_store::Postgres;

use crate::cpu;
use crate::customers::{Customers, Tally};
use crate::database::Database;
use crate::fleet::{Fleet, Recipe};
use crate::report::Report;
use crate::sabotage::Sabotage;
use crate::script::Script;
use crate::timed::Timed;
use crate::trouble::{Done, Trouble};
use crate::verify::{Evidence, Finding, verify};
use crate::world::World;

/// Short, so that the conversations of a killed worker do not rest for long.
const LEASE: Duration = LEAST_LEASE;

/// After this much time the run is over, whatever is left.
const PATIENCE: Duration = Duration::from_secs(1200);

/// What takes place.
pub(crate) struct Run {
    /// The address of the database server.
    pub(crate) server: String,
    pub(crate) pid_file: Option<PathBuf>,
    /// A name for the schema.
    pub(crate) name: String,
    pub(crate) sessions: usize,
    pub(crate) workers: usize,
    pub(crate) hands: usize,
    pub(crate) trouble: Trouble,
    pub(crate) sabotage: Option<&'static Sabotage>,
}

/// Where it takes place.
struct Stage {
    database: Database,
    store: Timed<Postgres>,
    world: Arc<World>,
    /// The origin of shop and channel.
    outside: String,
    tally: Tally,
}

impl Run {
    /// Plays everything; says what was measured, and every broken promise.
    pub(crate) fn run(&self) -> Result<(Report, Vec<Finding>), Box<dyn Error>> {
        let stage = self.stage()?;
        let (log_before, cpu_before) = (stage.database.log_bytes()?, self.database_cpu());
        let begin = Instant::now();
        let (fleet, done) = self.play(&stage, begin)?;
        let elapsed = begin.elapsed();
        let (clocks, cpu_of_workers) = (fleet.clocks(), fleet.cpu());
        let cpu_of_database = self.database_cpu().saturating_sub(cpu_before);
        let stopped = fleet.stop()?;

        let Stage { database, world, .. } = &stage;
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
            received: stage.tally.counts(),
            hesitations: evidence.hesitations(self.sessions),
            claims: stage.store.claims(),
            commits: stage.store.commits(),
            weight: database.weight()?,
            log_bytes: database.log_bytes()? - log_before,
            // What is killed takes its count with it.
            cpu: self
                .trouble
                .is_none()
                .then_some([cpu_of_database, cpu_of_workers]),
        };
        Ok((report, verify(self.sessions, &evidence)))
    }

    fn stage(&self) -> Result<Stage, Box<dyn Error>> {
        let database = Database::create(self.server.clone(), &self.name)?;
        let store = Timed::new(Postgres::open(&database.address())?);
        if let Some(sabotage) = self.sabotage {
            sabotage.install(&database)?;
        }
        let (world, address) = World::open()?;
        Ok(Stage {
            database,
            store,
            world,
            outside: format!("http://{address}"),
            tally: Tally::default(),
        })
    }

    /// Customers talk, workers work, and trouble is made until nothing is left to do.
    fn play(&self, stage: &Stage, begin: Instant) -> Result<(Fleet, Done), Box<dyn Error>> {
        let (have_left, stop) = (AtomicBool::new(false), AtomicBool::new(false));
        let customers = Customers {
            store: &stage.store,
            world: &stage.world,
            count: self.sessions,
            tally: &stage.tally,
            stop: &stop,
        };
        // Two hands of our own, as a probe of how long claims take.
        let probe = Hand {
            store: &stage.store,
            engine: &engine(&stage.outside, "demo")?,
            client: &HttpClient::new().with_allowed_host("127.0.0.1"),
            channel: &Channel::new(format!("{}/messages", stage.outside)),
            lease: LEASE,
        };
        let recipe = self.recipe(stage)?;
        let is_quiet = || {
            let is_over = || stage.database.leftovers().is_ok_and(|left| left.is_quiet());
            have_left.load(Ordering::Relaxed) && is_over() || begin.elapsed() > PATIENCE
        };
        thread::scope(|scope| {
            scope.spawn(|| {
                customers.talk(2);
                have_left.store(true, Ordering::Relaxed);
            });
            // Where something is wrong on purpose, it is so before anybody looks.
            while self.sabotage.is_some() && stage.tally.arrived() < self.sessions * Script::ROUNDS {
                thread::sleep(Duration::from_millis(10));
            }
            for _ in 0..2 {
                scope.spawn(|| probe.work_until(&stop));
            }
            let played = Fleet::start(recipe, self.workers)
                .map_err(Box::from)
                .and_then(|mut fleet| {
                    let done = self.trouble.make(&mut fleet, &stage.world, is_quiet)?;
                    Ok((fleet, done))
                });
            stop.store(true, Ordering::Relaxed);
            played
        })
    }

    fn recipe(&self, stage: &Stage) -> Result<Recipe, Box<dyn Error>> {
        let arguments = [
            ("--shop", stage.outside.clone()),
            ("--channel", format!("{}/messages", stage.outside)),
            ("--hands", self.hands.to_string()),
            ("--lease", LEASE.as_secs().to_string()),
        ];
        let arguments = arguments
            .into_iter()
            .flat_map(|(name, value)| [name.to_owned(), value]);
        let program = std::env::current_exe()?.with_file_name("fleet-worker");
        Ok(Recipe::new(
            program,
            stage.database.address(),
            arguments.collect(),
        )?)
    }

    fn database_cpu(&self) -> Duration {
        let used = self.pid_file.as_deref().and_then(cpu::of_database);
        used.unwrap_or_default()
    }
}
