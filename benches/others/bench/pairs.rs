//! How many times as long one thing takes as another: pairs of short samples, as in `benches/ratio`, but
//! an engine of which one round takes seconds gets few of them, or one.

use std::time::{Duration, Instant};

/// Short enough that most samples are not interrupted; longer only where one round is.
const SAMPLE: Duration = Duration::from_micros(300);
/// How long a comparison takes, unless it needs longer for `FEWEST` pairs.
const COMPARISON: Duration = Duration::from_millis(800);
const FEWEST: usize = 5;
/// What takes longer than this is done once.
const PATIENCE: Duration = Duration::from_secs(3);

pub(crate) struct Ratio {
    pub(crate) times: f64,
    /// What the floor takes, in seconds.
    pub(crate) floor: f64,
    pub(crate) is_of_one: bool,
}

pub(crate) fn ratio(engine: &mut dyn FnMut(), floor: &mut dyn FnMut()) -> Ratio {
    floor();
    let first = time(1, engine);
    if first > PATIENCE {
        let floor = median((0..FEWEST).map(|_| time(1, floor)).collect());
        return Ratio {
            times: first.as_secs_f64() / floor.as_secs_f64(),
            floor: floor.as_secs_f64(),
            is_of_one: true,
        };
    }
    // Samples of one length are interrupted equally often.
    let sample = SAMPLE.max(fastest(engine)).max(fastest(floor));
    let rounds = (rounds(engine, sample), rounds(floor, sample));
    let (mut ratios, mut floors) = (Vec::new(), Vec::new());
    let begin = Instant::now();
    while begin.elapsed() < COMPARISON || ratios.len() < FEWEST {
        let (engine, floor) = (time(rounds.0, engine), time(rounds.1, floor));
        ratios.push(engine.as_secs_f64() / floor.as_secs_f64());
        floors.push(floor);
    }
    Ratio {
        times: median(ratios),
        floor: median(floors).as_secs_f64(),
        is_of_one: false,
    }
}

/// How often something runs in a sample.
fn rounds(run: &mut dyn FnMut(), sample: Duration) -> u32 {
    let mut rounds = 1;
    while time(rounds, run) * rounds < sample * 3 / 4 {
        rounds *= 2;
    }
    rounds
}

fn fastest(run: &mut dyn FnMut()) -> Duration {
    time(1, run).min(time(1, run))
}

/// The time of one of several rounds.
fn time(rounds: u32, run: &mut dyn FnMut()) -> Duration {
    let begin = Instant::now();
    for _ in 0..rounds {
        run();
    }
    begin.elapsed() / rounds
}

pub(crate) fn median<T: PartialOrd + Copy>(mut values: Vec<T>) -> T {
    values.sort_by(|a, b| a.partial_cmp(b).unwrap());
    values[values.len() / 2]
}
