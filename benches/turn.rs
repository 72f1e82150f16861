//! How long is one turn: a tap opens a sequence, whose condition holds, whose text reads
//! attributes, and which offers three options?
//!
//! Its floor is the same conversation in plain Rust, and it should not matter how many sequences
//! the program has: in those of 100 and more each tap leads to another one.

#![expect(clippy::unwrap_used, reason = "a bench may fail")]

#[path = "by_hand/conversation.rs"]
mod conversation;
mod flows;
mod ratio;
#[path = "works/turn.rs"]
mod work;

use criterion::Criterion;

use ratio::compare;
use work::{ByHand, Flow, both_show_the_same};

const SIZES: [usize; 4] = [1, 100, 1_000, 5_000];

fn main() {
    for sequences in SIZES {
        both_show_the_same(sequences);
    }
    let mut criterion = Criterion::default().configure_from_args();
    for sequences in SIZES {
        let mut flow = Flow::start(sequences);
        criterion.bench_function(&format!("turn/tap_in_{sequences}"), |bencher| {
            bencher.iter(|| flow.tap());
        });
    }
    criterion.final_summary();

    for sequences in SIZES {
        let (mut flow, mut by_hand) = (Flow::start(sequences), ByHand::start(sequences));
        compare(
            &format!("turn/tap_in_{sequences} to the one by hand"),
            2.5,
            || flow.tap(),
            || by_hand.tap(),
        );
        let mut lent = Flow::start(sequences);
        compare(
            &format!("turn/lent_in_{sequences} to the one by hand"),
            1.0,
            || lent.tap_lent(),
            || by_hand.tap(),
        );
    }
    let (mut large, mut small) = (Flow::start(5_000), Flow::start(1));
    let (mut large_by_hand, mut small_by_hand) = (ByHand::start(5_000), ByHand::start(1));
    compare(
        "by hand, tap_in_5000 to tap_in_1",
        1.4,
        || large_by_hand.tap(),
        || small_by_hand.tap(),
    );
    compare(
        "turn/tap_in_5000 to tap_in_1",
        1.4,
        || large.tap(),
        || small.tap(),
    );
}
