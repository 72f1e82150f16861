//! A worker: runs the turns that wait in the database, and sends what they say.
//!
//! ```text
//! $ export DATABASE_URL=postgres://sayflow:password@db.internal/shop SHOP_TOKEN=s3cret
//! $ fleet-worker --shop https://api.shop.example --channel https://channel.example/messages
//! 2026-11-20 10:00:00.000000+00:00 works with 8 hands
//! ```
//!
//! Start as many as there is work for, on as many machines. SIGTERM ends one after what it has begun, and after half a
//! minute (`--grace`) in any case; SIGKILL, or a machine that is gone, does no harm either.

use std::error::Error;
use std::io::{self, Write};
use std::process::{self, ExitCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use clap::Parser;
use sayflow::{HttpClient, Timestamp};
use sayflow_fleet::{Channel, Hand, LEAST_LEASE, TURN, engine, log};
use sayflow_store::{Postgres, Store};
use signal_hook::consts::{SIGINT, SIGTERM};
use ureq::http::{HeaderValue, Uri};

/// Runs the turns that wait in a database, and sends what they say.
#[derive(Parser)]
struct Arguments {
    /// The address of the database: postgres://user@host/database
    ///
    /// What stands on a command line everybody on the machine can read.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database: String,
    /// The origin of the shop, such as `https://api.shop.example`
    #[arg(long, value_parser = origin)]
    shop: String,
    /// The token that the shop wants to see
    #[arg(long, env = "SHOP_TOKEN", hide_env_values = true, default_value = "demo")]
    token: String,
    /// Where messages are sent, such as `https://channel.example/messages`
    #[arg(long, value_parser = address)]
    channel: String,
    /// How many turns run at once
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..))]
    hands: u16,
    /// For how many seconds a conversation belongs to the worker that has claimed it
    #[arg(long, default_value_t = 60, value_parser = lease)]
    lease: u64,
    /// For how many days a message that comes again is recognised
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..))]
    keep_days: u32,
    /// For how many seconds what was begun may go on when the worker is told to stop: a turn, and a message
    ///
    /// A database that is there and does not answer would hold it up for longer.
    #[arg(long, default_value_t = 30)]
    grace: u32,
}

/// How long it takes to notice that the worker is told to stop.
const MOMENT: Duration = Duration::from_millis(100);

/// How often what is old is forgotten.
const PRUNE_EVERY: Duration = Duration::from_secs(60 * 60);

/// An address of HTTP.
fn address(text: &str) -> Result<String, String> {
    let uri: Uri = text.parse().map_err(|error| format!("{error}"))?;
    let authority = uri
        .authority()
        .filter(|_| matches!(uri.scheme_str(), Some("http" | "https")));
    let authority = authority.ok_or("it begins with neither `https://` nor `http://` and a host")?;
    let written = match authority.port_u16() {
        Some(port) => format!("{}:{port}", authority.host()),
        None => authority.host().to_owned(),
    };
    match authority.as_str() == written {
        true => Ok(text.to_owned()),
        false => Err("it has a user name in it, or a port that cannot be one".to_owned()),
    }
}

/// An address without a path.
fn origin(text: &str) -> Result<String, String> {
    let address = address(text)?;
    let is_bare = |uri: Uri| uri.path_and_query().is_none_or(|path| path == "/");
    match text.parse().is_ok_and(is_bare) {
        true => Ok(address),
        false => Err("an origin ends behind its host and port".to_owned()),
    }
}

/// Whether a header can carry a token as it is.
fn is_sent_whole(token: &str) -> bool {
    token.trim() == token && HeaderValue::from_str(token).is_ok()
}

/// A lease in seconds.
fn lease(seconds: &str) -> Result<u64, String> {
    let (least, turn) = (LEAST_LEASE.as_secs(), TURN.as_secs());
    match seconds.parse() {
        Ok(lease) if lease >= least => Ok(lease),
        _ => Err(format!(
            "a turn may spend {turn} s on its calls, and has to be written: give it {least} seconds or more"
        )),
    }
}

fn main() -> ExitCode {
    match work(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log(error);
            ExitCode::FAILURE
        }
    }
}

fn work(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    // Not as an argument is checked, which is shown where it is wrong.
    if !is_sent_whole(&arguments.token) {
        return Err("the token has a blank at an end or a line break, which no header has".into());
    }
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGTERM, SIGINT] {
        signal_hook::flag::register(signal, Arc::clone(&stop))?;
    }
    let told = Arc::clone(&stop);
    let grace = Duration::from_secs(arguments.grace.into());
    thread::spawn(move || end_after(grace, &told));
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
    // Whether anybody reads it is no reason to stop.
    let _ = writeln!(io::stdout(), "{now} works with {} hands", arguments.hands);
    thread::scope(|scope| {
        for _ in 0..arguments.hands {
            scope.spawn(|| hand.work_until(&stop));
        }
        let keep = Duration::from_secs(24 * 60 * 60) * arguments.keep_days;
        prune_until(&store, keep, &stop);
    });
    Ok(())
}

/// Forgets what was handled and delivered longer ago than this, until it is told to stop.
fn prune_until(store: &dyn Store, keep: Duration, stop: &AtomicBool) {
    let mut next = Instant::now();
    while !stop.load(Ordering::Relaxed) {
        if Instant::now() >= next {
            next += PRUNE_EVERY;
            if let Err(error) = store.prune(keep) {
                log(error);
            }
        }
        thread::sleep(MOMENT);
    }
}

/// Nothing is half done then: a turn is committed, or begun again elsewhere.
fn end_after(grace: Duration, stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        thread::sleep(MOMENT);
    }
    thread::sleep(grace);
    log("what was begun takes too long: it is left to another worker");
    process::exit(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_used_is_refused_at_the_start() {
        for good in [
            "https://api.shop.example",
            "http://127.0.0.1:9000",
            "http://[::1]:80/",
        ] {
            assert_eq!(origin(good).as_deref(), Ok(good));
        }
        assert!(address("https://channel.example/messages?to=all").is_ok());
        assert!(origin("https://shop.example/api").is_err());
        for wrong in [
            "foo",
            "",
            "http://",
            "http://127.0.0.1:99999",
            "http://host:abc",
            "http://me@host",
            "ftp://host",
        ] {
            assert!(address(wrong).is_err(), "{wrong}");
        }
        assert!(is_sent_whole("s3cret") && !is_sent_whole("a\nb") && !is_sent_whole("a "));
    }
}
