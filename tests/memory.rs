//! What a turn allocates, what a session holds and what is saved of it: exact numbers, the same in debug and release.
//!
//! A program that keeps traces (`unstable-trace`, which the tools of this workspace switch on) notes more than that:
//! `cargo test -p sayflow --test memory` runs without.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may fail"
)]

#[path = "../benches/flows/mod.rs"]
mod flows;

use allocation_counter::{AllocationInfo, measure};
use sayflow::{Block, Customer, Engine, Input, NoCalls, Session, Source, check};

/// A conversation in a flow of a hundred sequences, in which every tap opens another one.
struct Conversation {
    engine: Engine,
    session: Session,
    customer: Customer,
    tap: Input,
}

impl Conversation {
    fn new() -> Self {
        let mut conversation = Self {
            engine: Engine::new(flows::program(&flows::flow(100))),
            session: Session::new(),
            customer: Customer::new(7),
            tap: Input::start(),
        };
        conversation.customer.first_name = "Asha".to_owned();
        conversation.customer.set_attribute("city", "Sylhet");
        conversation.customer.set_attribute("points", 120);
        conversation
    }

    /// One turn with its blocks given away, and what it allocated until they were dropped.
    fn turn(&mut self) -> AllocationInfo {
        let mut turn = None;
        let info = measure(|| {
            let (session, customer) = (&mut self.session, &mut self.customer);
            let turned = self.engine.turn(session, customer, &self.tap, &NoCalls);
            turn = Some(turned.unwrap());
        });
        self.tap = tap(turn.unwrap().blocks.last().unwrap());
        info
    }

    /// One turn with its blocks lent to the host.
    fn lent(&mut self) -> AllocationInfo {
        let mut next = String::with_capacity(64);
        let info = measure(|| {
            let (session, customer) = (&mut self.session, &mut self.customer);
            let mut show = |block: &Block| {
                if let Block::QuickReplies { options, .. } = block {
                    next.push_str(options[1].id.as_ref().unwrap());
                }
            };
            let turned = self
                .engine
                .turn_into(session, customer, &self.tap, &NoCalls, &mut show);
            assert!(turned.unwrap().blocks.is_empty());
        });
        self.tap = Input::tap(next);
        info
    }
}

fn tap(block: &Block) -> Input {
    match block {
        Block::QuickReplies { options, .. } => Input::tap(options[1].id.as_ref().unwrap()),
        other => panic!("{other:?}"),
    }
}

/// How many turns it takes until everything has the room that it needs.
const WARM: usize = 4;

#[test]
#[cfg_attr(feature = "unstable-trace", ignore = "traces are notes more")]
fn a_turn_with_a_text_and_three_options_allocates_texts_and_lists_alone() {
    let mut conversation = Conversation::new();
    for _ in 0..WARM {
        conversation.turn();
    }
    // The list of blocks, a text, a prompt, the list of options.
    assert_eq!(conversation.turn().count_total, 4);
}

#[test]
#[cfg_attr(feature = "unstable-trace", ignore = "traces are notes more")]
fn blocks_that_are_lent_cost_no_allocation() {
    let mut conversation = Conversation::new();
    for _ in 0..WARM {
        conversation.lent();
    }
    for _ in 0..200 {
        assert_eq!(conversation.lent().count_total, 0);
    }
}

#[test]
fn a_live_session_is_below_400_bytes_however_many_turns_it_has_seen() {
    let mut conversation = Conversation::new();
    for _ in 0..50 {
        conversation.turn();
        let held = held_by(conversation.session.clone());
        assert!(held < 400, "{held} bytes");
    }
}

/// A session and what it holds, in bytes.
fn held_by(session: Session) -> u64 {
    let freed = measure(|| drop(session)).bytes_current.unsigned_abs();
    freed + size_of::<Session>() as u64
}

#[test]
fn a_saved_session_does_not_grow_with_turns() {
    let mut conversation = Conversation::new();
    let mut lengths = [0; 2];
    for length in &mut lengths {
        for _ in 0..100 {
            conversation.turn();
        }
        *length = serde_json::to_string(&conversation.session).unwrap().len();
    }
    assert_eq!(lengths[0], lengths[1]);
    assert!(lengths[1] < 180, "{} bytes", lengths[1]);
}

#[test]
#[cfg_attr(feature = "unstable-trace", ignore = "traces are notes more")]
fn loading_takes_less_than_twelve_bytes_for_each_byte_of_the_flow() {
    for sequences in [100, 1_000] {
        let files = flows::flow(sequences);
        let bytes: usize = files.iter().map(|file| file.text().len()).sum();
        // The texts themselves are among them.
        let peak = measure(|| {
            let files = files.iter().map(|file| Source::new(file.name(), file.text()));
            drop(check(files).0.unwrap());
        });
        let most = 12 * bytes as u64;
        assert!(peak.bytes_max < most, "{} of {most} bytes", peak.bytes_max);
    }
}
