//! A worker: runs the turns that wait in the database, and sends what they say.
//!
//! ```text
//! $ fleet-worker --database postgres://sayflow@db.internal/shop \
//!     --shop https://api.shop.example --channel https://channel.example/messages
//! 2026-11-20 10:00:00.000000+00:00 works with 8 hands
//! ```
//!
//! Start as many as there is work for, on as many machines. SIGTERM ends one after what it has begun; SIGKILL, or
//! a machine that is gone, does no harm either.

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::{Duration, SystemTime};

use clap::Parser;
use sayflow::{HttpClient, Timestamp};
use sayflow_fleet::{Channel, Hand, engine};
use sayflow_store::Postgres;
use signal_hook::consts::{SIGINT, SIGTERM};

/// Runs the turns that wait in a database, and sends what they say.
#[derive(Parser)]
struct Arguments {
    /// The address of the database: postgres://user@host/database
    #[arg(long)]
    database: String,
    /// The origin of the shop, such as `https://api.shop.example`
    #[arg(long)]
    shop: String,
    /// The token that the shop wants to see
    #[arg(long, default_value = "demo")]
    token: String,
    /// Where messages are sent, such as `https://channel.example/messages`
    #[arg(long)]
    channel: String,
    /// How many turns run at once
    #[arg(long, default_value_t = 8)]
    hands: usize,
    /// For how many seconds a conversation belongs to the worker that has claimed it
    #[arg(long, default_value_t = 60)]
    lease: u64,
}

fn main() -> ExitCode {
    match work(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn work(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGTERM, SIGINT] {
        signal_hook::flag::register(signal, Arc::clone(&stop))?;
    }
    let store = Postgres::open(&arguments.database)?;
    let hand = Hand {
        store: &store,
        engine: &engine(&arguments.shop, &arguments.token)?,
        // The demonstration's shop is on loopback, which a flow may not call otherwise.
        client: &HttpClient::new().with_allowed_host("127.0.0.1"),
        channel: &Channel::new(&arguments.channel),
        lease: Duration::from_secs(arguments.lease),
    };
    // The only clock that this program reads, and it is for people.
    let now = Timestamp::from(SystemTime::now());
    println!("{now} works with {} hands", arguments.hands);
    thread::scope(|scope| {
        for _ in 0..arguments.hands {
            scope.spawn(|| hand.work_until(&stop));
        }
    });
    Ok(())
}
