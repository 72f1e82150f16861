//! How long is one turn: a tap opens a sequence, whose condition holds, whose text reads
//! attributes, and which offers three options?
//!
//! Its floor is the same conversation in plain Rust, and it should not matter how many sequences
//! the program has: in those of 100 and 1,000 each tap leads to another one.

#![expect(clippy::unwrap_used, reason = "a bench may fail")]

#[path = "by_hand/conversation.rs"]
mod conversation;
mod flows;
mod ratio;

use criterion::Criterion;
use sayflow::{Block, Customer, Engine, Input, NoCalls, Session, Timestamp, Value};

use conversation::Conversation;
use ratio::compare;

const SIZES: [usize; 3] = [1, 100, 1_000];

/// The conversation that the library runs.
struct Flow {
    engine: Engine,
    session: Session,
    customer: Customer,
    shown: Vec<Block>,
}

impl Flow {
    fn start(sequences: usize) -> Self {
        let mut flow = Self {
            engine: Engine::new(flows::program(&flows::flow(sequences))),
            session: Session::new(),
            customer: Customer::new(7),
            shown: Vec::new(),
        };
        flow.customer.first_name = "Asha".to_owned();
        flow.customer.set_attribute("city", "Sylhet");
        flow.customer.set_attribute("points", 120);
        flow.turn(&Input::start());
        flow
    }

    /// Taps the option in the middle, which leads to a topic like this one.
    fn tap(&mut self) {
        let Some(Block::QuickReplies { options, .. }) = self.shown.last() else {
            return;
        };
        let id = options.get(1).and_then(|option| option.id.as_ref()).unwrap();
        self.turn(&Input::tap(id.as_str()));
    }

    fn turn(&mut self, input: &Input) {
        let turn = self
            .engine
            .turn(&mut self.session, &mut self.customer, input, &NoCalls);
        self.shown = turn.unwrap().blocks;
    }
}

/// The same by hand.
struct ByHand {
    conversation: Conversation,
    session: conversation::Session,
    customer: conversation::Customer,
    shown: Vec<conversation::Block>,
}

impl ByHand {
    fn start(sequences: usize) -> Self {
        let conversation = Conversation::new(sequences);
        let mut session = conversation::Session::default();
        let customer = conversation::Customer {
            uid: 7,
            first_name: "Asha".to_owned(),
            attributes: [
                ("city".to_owned(), conversation::Value::Text("Sylhet".to_owned())),
                ("points".to_owned(), conversation::Value::Number(120.0)),
            ]
            .into(),
            ..conversation::Customer::default()
        };
        let shown = conversation.start(&mut session, &customer);
        Self {
            conversation,
            session,
            customer,
            shown,
        }
    }

    fn tap(&mut self) {
        let Some(conversation::Block::QuickReplies { options, .. }) = self.shown.last() else {
            return;
        };
        let id = options.get(1).unwrap().id.clone();
        let now = Timestamp::default();
        let blocks = self
            .conversation
            .tap(&mut self.session, &mut self.customer, &id, now);
        self.shown = blocks.unwrap();
    }
}

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
            4.0,
            || flow.tap(),
            || by_hand.tap(),
        );
    }
    let (mut large, mut small) = (Flow::start(1_000), Flow::start(1));
    let (mut large_by_hand, mut small_by_hand) = (ByHand::start(1_000), ByHand::start(1));
    compare(
        "by hand, tap_in_1000 to tap_in_1",
        1.4,
        || large_by_hand.tap(),
        || small_by_hand.tap(),
    );
    compare(
        "turn/tap_in_1000 to tap_in_1",
        1.4,
        || large.tap(),
        || small.tap(),
    );
}

/// The floor is none if it does less.
fn both_show_the_same(sequences: usize) {
    let (mut flow, mut by_hand) = (Flow::start(sequences), ByHand::start(sequences));
    for _ in 0..100 {
        assert_eq!(
            serde_json::to_value(&flow.shown).unwrap(),
            serde_json::to_value(&by_hand.shown).unwrap()
        );
        assert_eq!(flow.shown.len(), 2);
        flow.tap();
        by_hand.tap();
    }
    assert_eq!(flow.customer.attribute("points"), Some(&Value::from(120)));
    assert_eq!(
        flow.customer.last_message_text,
        by_hand.customer.last_message_text
    );
}
