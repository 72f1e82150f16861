//! How long does it take to save and to restore a customer between two turns, what does a message cost with both, and how
//! large is what is saved?
//!
//! The floor is plain structs
//! with serde's derives, through the same `serde_json`.

#![expect(clippy::unwrap_used, reason = "a bench may fail")]

#[path = "by_hand/conversation.rs"]
mod conversation;
mod flows;
mod ratio;
#[path = "works/session.rs"]
mod work;

use criterion::Criterion;

use ratio::compare;
use work::{ByHand, Flow};

fn main() {
    let (flow, by_hand) = (Flow::after_a_turn(), ByHand::after_a_turn());

    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("session/save", |bencher| bencher.iter(|| flow.save()));
    criterion.bench_function("session/restore", |bencher| bencher.iter(|| flow.restore()));
    criterion.final_summary();

    compare(
        "session/save to the one by hand",
        2.0,
        || drop(flow.save()),
        || drop(by_hand.save()),
    );
    compare(
        "session/restore to the one by hand",
        2.0,
        || drop(flow.restore()),
        || drop(by_hand.restore()),
    );
    compare(
        "session/restore, turn, save to the one by hand",
        2.0,
        || flow.restore_turn_save(),
        || by_hand.restore_turn_save(),
    );
    println!(
        "session/save: {} + {} bytes, by hand {} + {}",
        flow.saved.0.len(),
        flow.saved.1.len(),
        by_hand.saved.0.len(),
        by_hand.saved.1.len(),
    );
}
