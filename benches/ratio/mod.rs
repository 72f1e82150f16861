//! How many times as long one thing takes as another, on a machine that does other work as well.
//!
//! Both are timed in turns, A B A B, and each A is divided by the B behind it. What slows the
//! machine down slows both, and the median of the ratios drops what hits only one.

use std::time::{Duration, Instant};

/// Short enough that most samples are not interrupted; longer only where one round is.
const SAMPLE: Duration = Duration::from_micros(300);
/// How long one comparison takes, unless it needs longer for `FEWEST` pairs.
const COMPARISON: Duration = Duration::from_secs(3);
const FEWEST: usize = 11;

/// Prints how many times as long `a` takes as `b`, which should be `goal` at most.
///
/// Under `cargo test` both run once and nothing is measured.
pub(crate) fn compare(name: &str, goal: f64, mut a: impl FnMut(), mut b: impl FnMut()) {
    if !std::env::args().any(|argument| argument == "--bench") {
        a();
        b();
        return;
    }
    // Samples of one length are interrupted equally often.
    let sample = SAMPLE.max(fastest(1, &mut a)).max(fastest(1, &mut b));
    let rounds = (rounds(&mut a, sample), rounds(&mut b, sample));
    let (mut ratios, mut times_a, mut times_b) = (Vec::new(), Vec::new(), Vec::new());
    let mut spent = Duration::ZERO;
    while spent < COMPARISON || ratios.len() < FEWEST {
        let (time_a, time_b) = (time(rounds.0, &mut a), time(rounds.1, &mut b));
        spent += time_a * rounds.0 + time_b * rounds.1;
        ratios.push(time_a.as_secs_f64() / time_b.as_secs_f64());
        times_a.push(time_a);
        times_b.push(time_b);
    }
    ratios.sort_by(f64::total_cmp);
    times_a.sort();
    times_b.sort();
    let (ratio, time_a, time_b) = (median(&ratios), median(&times_a), median(&times_b));
    let verdict = if ratio <= goal { "met" } else { "missed" };
    println!("{name:<44} {ratio:>6.2} = {time_a:>10.1?} / {time_b:>10.1?}   goal {goal:>5.2} {verdict}");
}

/// How often something runs in a sample.
fn rounds(run: &mut impl FnMut(), sample: Duration) -> u32 {
    let mut rounds = 1;
    while fastest(rounds, run) * rounds < sample * 3 / 4 {
        rounds *= 2;
    }
    rounds
}

/// The fastest of several samples, which nothing interrupted.
fn fastest(rounds: u32, run: &mut impl FnMut()) -> Duration {
    (0..5).map(|_| time(rounds, run)).min().unwrap()
}

/// The time of one of several rounds.
fn time(rounds: u32, run: &mut impl FnMut()) -> Duration {
    #[allow(
        clippy::disallowed_methods,
        reason = "a bench has a clock, also that of a tool"
    )]
    let begin = Instant::now();
    for _ in 0..rounds {
        run();
    }
    begin.elapsed() / rounds
}

fn median<T: Copy>(sorted: &[T]) -> T {
    *sorted.get(sorted.len() / 2).unwrap()
}
