//! A million turns of random flows with random inputs and outcomes: what the process holds stays what it was.
//!
//! ```sh
//! cargo run --release -p sayflow-soak            # a million turns
//! cargo run -p sayflow-soak -- --turns 20000 --customers 100 --percent 10
//! ```
//!
//! Customers write, tap, forge and repeat; sessions go through JSON; flows are edited under them. One turn in 25
//! makes its calls over HTTP, to a process that answers well, slowly, wrongly, or not at all. A
//! quarter as many turns go before and are not measured. It fails where resident memory of the last quarter is not within 2 % of
//! the second, or where there are more handles or threads. What is allocated stands beside it: where that stays and resident
//! memory grows, the allocator scatters and nothing is kept; `.ci/run` gives glibc fixed thresholds, as it otherwise raises
//! them whenever something large is given back.

mod chance;
mod flow;
mod measure;
mod replies;
mod shop;
mod world;

use std::error::Error;
use std::process::ExitCode;
use std::time::Instant;

use measure::Measure;
use shop::Shop;
use world::World;

/// What is asked for on the command line.
struct Arguments {
    turns: u64,
    customers: usize,
    seed: u64,
    percent: f64,
    is_shop: bool,
}

impl Arguments {
    fn read() -> Result<Self, Box<dyn Error>> {
        let mut read = Self {
            turns: 1_000_000,
            // So many that the largest of their sessions are a small part of all.
            customers: 2_000,
            seed: 1,
            percent: 2.0,
            is_shop: false,
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} wants a number"));
            match word.as_str() {
                "--turns" => read.turns = value()?.parse()?,
                "--customers" => read.customers = value()?.parse()?,
                "--seed" => read.seed = value()?.parse()?,
                "--percent" => read.percent = value()?.parse()?,
                "--shop" => read.is_shop = true,
                _ => {
                    return Err(
                        format!("`{word}` is none of --turns, --customers, --seed, --percent").into(),
                    );
                }
            }
        }
        Ok(read)
    }
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments = Arguments::read()?;
    if arguments.is_shop {
        shop::serve(arguments.seed)?;
        return Ok(ExitCode::SUCCESS);
    }
    let shop = Shop::start(arguments.seed)?;
    let mut world = World::new(arguments.seed, arguments.customers, shop.origin.clone())?;
    // The allocator finds its places, and conversations reach their length, before anything is compared.
    for _ in 0..arguments.turns / 4 {
        world.turn()?;
    }
    let mut measure = Measure::of(arguments.turns);
    let begin = Instant::now();
    for turn in 0..arguments.turns {
        world.turn()?;
        measure.after(turn)?;
    }
    let took = begin.elapsed();

    println!(
        "{} turns with seed {} in {took:.1?}",
        arguments.turns, arguments.seed
    );
    for (what, count) in &world.seen {
        println!("  {count:>8} {what}");
    }
    let quarters = measure.quarters();
    println!(
        "\n| quarter | resident memory | allocated | handles | threads |\n| ------- | --------------- | --------- | ------- | ------- |"
    );
    for (number, quarter) in (1..).zip(&quarters) {
        println!("| {number:>7} | {quarter}");
    }
    let [first, second, _, last] = quarters.as_slice() else {
        return Err("too few turns for four quarters".into());
    };
    let grown = second.growth(first, last, arguments.percent);
    for what in &grown {
        println!("\nfrom the second quarter to the last, {what}");
    }
    Ok(if grown.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
