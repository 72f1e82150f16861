//! A customer between two turns, saved and restored. They have ten attributes and were just shown three options.

use std::hint::black_box;

use sayflow::{Customer, Engine, Input, NoCalls, Session, Timestamp, Value};

use crate::{conversation, flows};

/// The attributes beside `city` and `points`, which the conversation reads.
const TEXTS: [(&str, &str); 4] = [
    ("size", "M"),
    ("order_no", "AB-204816"),
    ("street", "12 Lake Road"),
    ("birthday", "1994-02-11"),
];
const NUMBERS: [(&str, i64); 2] = [("visit_count", 17), ("balance", 2450)];
const FLAGS: [(&str, bool); 2] = [("vip", true), ("newsletter", false)];

/// The option that is tapped in the turn between restoring and saving.
const TAP: &str = "1.topic_10";

/// As the library has it.
pub(crate) struct Flow {
    engine: Engine,
    session: Session,
    customer: Customer,
    pub(crate) saved: (String, String),
}

impl Flow {
    pub(crate) fn after_a_turn() -> Self {
        let engine = Engine::new(flows::program(&flows::flow(100)));
        let (session, customer) = after_a_turn(&engine);
        let saved = save(&session, &customer);
        Self {
            engine,
            session,
            customer,
            saved,
        }
    }

    pub(crate) fn save(&self) -> (String, String) {
        save(&self.session, &self.customer)
    }

    pub(crate) fn restore(&self) -> (Session, Customer) {
        restore(&self.saved)
    }

    /// What a host does with a message: restore, one turn, save.
    pub(crate) fn restore_turn_save(&self) {
        let (mut session, mut customer) = self.restore();
        let input = Input::tap(TAP);
        let turn = self.engine.turn(&mut session, &mut customer, &input, &NoCalls);
        assert_eq!(black_box(turn.unwrap()).blocks.len(), 2);
        black_box(save(&session, &customer));
    }
}

/// By hand.
pub(crate) struct ByHand {
    conversation: conversation::Conversation,
    session: conversation::Session,
    customer: conversation::Customer,
    pub(crate) saved: (String, String),
}

impl ByHand {
    pub(crate) fn after_a_turn() -> Self {
        let (session, customer) = by_hand_after_a_turn();
        let saved = save(&session, &customer);
        Self {
            conversation: conversation::Conversation::new(100),
            session,
            customer,
            saved,
        }
    }

    pub(crate) fn save(&self) -> (String, String) {
        save(&self.session, &self.customer)
    }

    pub(crate) fn restore(&self) -> (conversation::Session, conversation::Customer) {
        restore(&self.saved)
    }

    pub(crate) fn restore_turn_save(&self) {
        let (mut session, mut customer) = self.restore();
        let now = Timestamp::default();
        let blocks = self.conversation.tap(&mut session, &mut customer, TAP, now);
        assert_eq!(black_box(blocks.unwrap()).len(), 2);
        black_box(save(&session, &customer));
    }
}

fn after_a_turn(engine: &Engine) -> (Session, Customer) {
    let (mut session, mut customer) = (Session::new(), Customer::new(7));
    customer.first_name = "Asha".to_owned();
    customer.set_attribute("city", "Sylhet");
    customer.set_attribute("points", 120);
    for (key, text) in TEXTS {
        customer.set_attribute(key, text);
    }
    for (key, number) in NUMBERS {
        customer.set_attribute(key, number);
    }
    for (key, flag) in FLAGS {
        customer.set_attribute(key, flag);
    }
    assert_eq!(customer.attributes().count(), 10);
    let input = Input::text("Hello").at(Timestamp::default());
    let turn = engine.turn(&mut session, &mut customer, &input, &NoCalls);
    assert_eq!(turn.unwrap().blocks.len(), 2);
    assert_eq!(customer.attribute("points"), Some(&Value::from(120)));
    (session, customer)
}

fn by_hand_after_a_turn() -> (conversation::Session, conversation::Customer) {
    let texts = [("city", "Sylhet")].into_iter().chain(TEXTS);
    let numbers = [("points", 120)].into_iter().chain(NUMBERS);
    let texts = texts.map(|(key, text)| (key.to_owned(), conversation::Value::Text(text.to_owned())));
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let numbers = numbers.map(|(key, number)| (key.to_owned(), conversation::Value::Number(number as f64)));
    let flags = FLAGS.map(|(key, flag)| (key.to_owned(), conversation::Value::YesNo(flag)));
    let customer = conversation::Customer {
        uid: 7,
        first_name: "Asha".to_owned(),
        last_message_text: "Hello".to_owned(),
        last_message_time: Some(Timestamp::default()),
        attributes: texts.chain(numbers).chain(flags).collect(),
    };
    let mut session = conversation::Session::default();
    conversation::Conversation::new(100).start(&mut session, &customer);
    (session, customer)
}

fn save(session: &impl serde::Serialize, customer: &impl serde::Serialize) -> (String, String) {
    (
        serde_json::to_string(session).unwrap(),
        serde_json::to_string(customer).unwrap(),
    )
}

fn restore<'s, S, C>(saved: &'s (String, String)) -> (S, C)
where
    S: serde::Deserialize<'s>,
    C: serde::Deserialize<'s>,
{
    (
        serde_json::from_str(&saved.0).unwrap(),
        serde_json::from_str(&saved.1).unwrap(),
    )
}
