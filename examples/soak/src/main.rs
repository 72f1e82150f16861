//! A million turns of random flows with random inputs and outcomes: what the process holds stays what it was.
//!
//! ```sh
//! cargo run --release -p sayflow-soak            # a million turns
//! cargo run -p sayflow-soak -- --turns 20000 --customers 100 --percent 10
//! ```
//!
//! Customers write, tap, forge and repeat; sessions go through JSON; flows are edited under them. One turn in 25
//! makes its calls over HTTP, to a process that answers well, slowly, wrongly, or not at all. Each quarter of the turns has
//! flows, customers and chances of its own, but the last: it is the second over again, so what it holds more has been left behind
//! since. The first three go once before, and are not measured. It fails where the last quarter has not, within
//! 2 %, the resident memory of the second and what was allocated then, or has more handles or threads. Where only resident memory
//! moves, it is the allocator, which scatters or gives back, and nothing is kept; `.ci/run` tells glibc when to.

mod chance;
mod flow;
mod measure;
mod replies;
mod shop;
mod world;

use std::error::Error;
use std::io;
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
    let Arguments {
        turns,
        customers,
        seed,
        ..
    } = arguments;
    let mut world = World::new(seed, customers, shop.origin.clone())?;
    let mut play = |quarter: u64, after: &mut dyn FnMut(u64) -> io::Result<()>| {
        world.begin(seed.wrapping_add(quarter), customers)?;
        for turn in 0..turns / 4 {
            world.turn()?;
            after(turn)?;
        }
        Ok::<(), Box<dyn Error>>(())
    };
    // The allocator finds its places before anything is compared.
    for quarter in [1, 2, 3] {
        play(quarter, &mut |_| Ok(()))?;
    }
    let mut measure = Measure::of(turns);
    let begin = Instant::now();
    for (number, quarter) in (0..).zip([1, 2, 3, 2]) {
        play(quarter, &mut |turn| measure.after(number * (turns / 4) + turn))?;
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
    let [before @ .., last] = quarters.as_slice() else {
        return Err("no turns".into());
    };
    let [_, second, _] = before else {
        return Err("too few turns for four quarters".into());
    };
    let grown = second.growth(before, last, arguments.percent);
    for what in &grown {
        println!("\nfrom the second quarter to the last, {what}");
    }
    Ok(if grown.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
