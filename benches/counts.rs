//! How many instructions does each work take, as a multiple of the same by hand?
//!
//! Instructions hardly change from run to run and from machine to machine, so a ratio of theirs says what a change did
//! where times say what the machine did. Each work runs by itself under callgrind, which counts inside [`measured`] alone.
//!
//! ```sh
//! cargo bench -p sayflow --bench counts            # each ratio beside the recorded one
//! cargo bench -p sayflow --bench counts -- check   # the same; fails where one is more than 3 % above it
//! cargo bench -p sayflow --bench counts -- record  # writes them down
//! ```

#![expect(clippy::unwrap_used, clippy::panic, reason = "a bench may fail")]
#![expect(
    clippy::disallowed_methods,
    reason = "callgrind is a program, and ratios are kept in a file"
)]

#[expect(dead_code, reason = "`call` compares more")]
#[path = "works/call.rs"]
mod call;
#[path = "by_hand/conversation.rs"]
mod conversation;
#[expect(dead_code, reason = "`call` compares more")]
#[path = "by_hand/exchange.rs"]
mod exchange;
mod flows;
#[path = "works/load.rs"]
mod load;
#[path = "by_hand/parser.rs"]
mod parser;
#[path = "works/session.rs"]
mod session;
#[expect(dead_code, reason = "`turn` compares what is shown")]
#[path = "works/turn.rs"]
mod turn;

use std::process::{Command, ExitCode};
use std::{env, fs};

use exchange::Ureq;

/// The ratios that were measured last, and why where one rose.
const RECORDED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/counts.txt");
/// How far a ratio may be above the recorded one.
const TOLERANCE: f64 = 0.03;

/// A name, how often it runs, the library's side and the floor's.
type Work = (&'static str, u32, fn() -> Side, fn() -> Side);
type Side = Box<dyn FnMut()>;

const WORKS: [Work; 7] = [
    ("load/of_100", 3, || loaded(100), || loaded_by_hand(100)),
    ("load/of_1000", 1, || loaded(1_000), || loaded_by_hand(1_000)),
    ("turn/tap_in_100", 500, tapped, tapped_by_hand),
    ("turn/lent_in_100", 500, lent, tapped_by_hand),
    ("session/save", 200, saved, saved_by_hand),
    (
        "session/restore_turn_save",
        200,
        gone_through,
        gone_through_by_hand,
    ),
    ("call/turn", 100, called, called_by_hand),
];

fn loaded(sequences: usize) -> Side {
    let files = flows::flow(sequences);
    Box::new(move || load::load(&files))
}

fn loaded_by_hand(sequences: usize) -> Side {
    let files = flows::flow(sequences);
    Box::new(move || assert!(load::parse_by_hand(&files).is_ok()))
}

fn tapped() -> Side {
    let mut flow = turn::Flow::start(100);
    Box::new(move || flow.tap())
}

fn lent() -> Side {
    let mut flow = turn::Flow::start(100);
    Box::new(move || flow.tap_lent())
}

fn tapped_by_hand() -> Side {
    let mut by_hand = turn::ByHand::start(100);
    Box::new(move || by_hand.tap())
}

fn saved() -> Side {
    let flow = session::Flow::after_a_turn();
    Box::new(move || drop(flow.save()))
}

fn saved_by_hand() -> Side {
    let by_hand = session::ByHand::after_a_turn();
    Box::new(move || drop(by_hand.save()))
}

fn gone_through() -> Side {
    let flow = session::Flow::after_a_turn();
    Box::new(move || flow.restore_turn_save())
}

fn gone_through_by_hand() -> Side {
    let by_hand = session::ByHand::after_a_turn();
    Box::new(move || by_hand.restore_turn_save())
}

fn called() -> Side {
    let mut flow = call::Flow::new(call::serve());
    Box::new(move || drop(flow.turn()))
}

fn called_by_hand() -> Side {
    let ureq = Ureq::new(call::serve());
    Box::new(move || drop(ureq.call()))
}

/// The instructions that callgrind counts.
#[inline(never)]
fn measured(rounds: u32, work: &mut dyn FnMut()) {
    for _ in 0..rounds {
        work();
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["run", name, side] => {
            let work = WORKS.into_iter().find(|(work, ..)| work == name);
            let (_, rounds, library, floor) = work.unwrap();
            run(rounds, if *side == "library" { library() } else { floor() });
            ExitCode::SUCCESS
        }
        words if words.contains(&"--bench") => compare_all(words),
        // Under `cargo test` each side runs, and nothing is counted.
        _ => {
            for (_, _, library, floor) in WORKS {
                run(1, library());
                run(1, floor());
            }
            ExitCode::SUCCESS
        }
    }
}

/// Runs one side: a few times to warm up, then as often as is counted.
fn run(rounds: u32, mut side: Side) {
    (0..rounds.min(20)).for_each(|_| side());
    measured(rounds, &mut side);
}

fn compare_all(words: &[&str]) -> ExitCode {
    let recorded = Recorded::read();
    let mut ratios = Vec::new();
    let mut is_any_above = false;
    for (name, rounds, ..) in WORKS {
        let (library, floor) = (instructions(name, "library"), instructions(name, "floor"));
        let ratio = library / floor;
        let change = recorded.ratio(name).map(|before| ratio / before - 1.0);
        let is_above = change.is_none_or(|change| change > TOLERANCE);
        let change = change.map_or("new".to_owned(), |change| format!("{:+.1} %", change * 100.0));
        println!(
            "{name:<28} {ratio:>6.3} = {:>11.0} / {:>10.0}  {change}{}",
            library / f64::from(rounds),
            floor / f64::from(rounds),
            if is_above { "  above" } else { "" }
        );
        is_any_above |= is_above;
        ratios.push((name, ratio));
    }
    if words.contains(&"record") {
        recorded.write(&ratios);
    } else if is_any_above && words.contains(&"check") {
        println!(
            "a ratio is above what it was: bring it down, or record it and write the reason behind it in {RECORDED}"
        );
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// The ratios of the last time: a work, its ratio, and behind `#` why it rose.
struct Recorded(String);

impl Recorded {
    fn read() -> Self {
        Self(fs::read_to_string(RECORDED).unwrap())
    }

    fn line(&self, name: &str) -> Option<&str> {
        let behind_name = |line| str::strip_prefix(line, name).filter(|rest| rest.starts_with(' '));
        self.0.lines().find_map(behind_name)
    }

    fn ratio(&self, name: &str) -> Option<f64> {
        self.line(name)?.split_whitespace().next()?.parse().ok()
    }

    /// Writes other ratios; what stands behind a `#` stays.
    fn write(&self, ratios: &[(&str, f64)]) {
        let head = self.0.lines().take_while(|line| line.starts_with('#'));
        let lines = ratios.iter().map(|(name, ratio)| {
            let reason = self.line(name).and_then(|line| line.split_once('#'));
            let reason = reason.map_or(String::new(), |(_, reason)| format!("  #{reason}"));
            format!("{name:<28} {ratio:.3}{reason}")
        });
        let lines: Vec<String> = head.map(str::to_owned).chain(lines).collect();
        fs::write(RECORDED, lines.join("\n") + "\n").unwrap();
    }
}

/// What one side of a work takes, counted by callgrind in a process of its own.
fn instructions(name: &str, side: &str) -> f64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg("--toggle-collect=counts::measured*")
        .arg(env::current_exe().unwrap())
        .args(["run", name, side])
        .output();
    let output = output.unwrap_or_else(|error| panic!("valgrind does not run, install it: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    let counted = said.lines().find_map(|line| line.split_once("Collected :"));
    match counted {
        Some((_, count)) => count.trim().parse().unwrap(),
        None => panic!("{name} does not run under callgrind:\n{said}"),
    }
}
