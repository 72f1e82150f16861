//! A turn: a tap opens a sequence, whose condition holds, whose text reads attributes, and which offers three options.

use std::hint::black_box;

use sayflow::{Block, Customer, Engine, Input, NoCalls, Session, ShortText, Timestamp, Value};

use crate::conversation::{self, Conversation};
use crate::flows;

/// The conversation that the library runs.
pub(crate) struct Flow {
    engine: Engine,
    session: Session,
    customer: Customer,
    shown: Vec<Block>,
    /// The option that is tapped next where blocks are lent.
    next: ShortText,
}

impl Flow {
    pub(crate) fn start(sequences: usize) -> Self {
        let mut flow = Self {
            engine: Engine::new(flows::program(&flows::flow(sequences))),
            session: Session::new(),
            customer: Customer::new(7),
            shown: Vec::new(),
            next: format!("1.topic_{}", 10 % sequences).into(),
        };
        flow.customer.first_name = "Asha".to_owned();
        flow.customer.set_attribute("city", "Sylhet");
        flow.customer.set_attribute("points", 120);
        flow.turn(&Input::start());
        flow
    }

    /// Taps the option in the middle, which leads to a topic like this one.
    pub(crate) fn tap(&mut self) {
        let Some(Block::QuickReplies { options, .. }) = self.shown.last() else {
            return;
        };
        let id = options.get(1).and_then(|option| option.id.as_ref()).unwrap();
        self.turn(&Input::tap(id.as_str()));
    }

    /// The same, with blocks that are lent.
    pub(crate) fn tap_lent(&mut self) {
        let input = Input::tap(self.next.as_str());
        let (session, customer) = (&mut self.session, &mut self.customer);
        let mut show = |block: &Block| {
            if let Block::QuickReplies { options, .. } = black_box(block) {
                let id = options.get(1).and_then(|option| option.id.as_ref());
                self.next.clone_from(id.unwrap());
            }
        };
        let turn = self
            .engine
            .turn_into(session, customer, &input, &NoCalls, &mut show);
        assert!(turn.unwrap().blocks.is_empty());
    }

    fn turn(&mut self, input: &Input) {
        let turn = self
            .engine
            .turn(&mut self.session, &mut self.customer, input, &NoCalls);
        self.shown = turn.unwrap().blocks;
    }
}

/// The same by hand.
pub(crate) struct ByHand {
    conversation: Conversation,
    session: conversation::Session,
    customer: conversation::Customer,
    shown: Vec<conversation::Block>,
}

impl ByHand {
    pub(crate) fn start(sequences: usize) -> Self {
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

    pub(crate) fn tap(&mut self) {
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

/// The floor is none if it does less.
pub(crate) fn both_show_the_same(sequences: usize) {
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
