//! How long does it take to save and to restore a customer between two turns, and how large is
//! what is saved?
//!
//! The customer has ten attributes and was just shown three options. The floor is plain structs
//! with serde's derives, through the same `serde_json`.

#![expect(clippy::unwrap_used, reason = "a bench may fail")]

#[expect(dead_code, reason = "nobody taps here")]
#[path = "by_hand/conversation.rs"]
mod conversation;
mod flows;
mod ratio;

use criterion::Criterion;
use sayflow::{Customer, Engine, Input, NoCalls, Session, Timestamp, Value};

use ratio::compare;

/// The attributes beside `city` and `points`, which the conversation reads.
const TEXTS: [(&str, &str); 4] = [
    ("size", "M"),
    ("order_no", "AB-204816"),
    ("street", "12 Lake Road"),
    ("birthday", "1994-02-11"),
];
const NUMBERS: [(&str, i64); 2] = [("visit_count", 17), ("balance", 2450)];
const FLAGS: [(&str, bool); 2] = [("vip", true), ("newsletter", false)];

fn main() {
    let (session, customer) = after_a_turn();
    let by_hand = by_hand_after_a_turn();
    let saved = save(&session, &customer);
    let saved_by_hand = save(&by_hand.0, &by_hand.1);
    let restore_both = || restore::<Session, Customer>(&saved);

    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("session/save", |bencher| {
        bencher.iter(|| save(&session, &customer))
    });
    criterion.bench_function("session/restore", |bencher| bencher.iter(restore_both));
    criterion.final_summary();

    compare(
        "session/save to the one by hand",
        4.0,
        || drop(save(&session, &customer)),
        || drop(save(&by_hand.0, &by_hand.1)),
    );
    compare(
        "session/restore to the one by hand",
        4.0,
        || drop(restore_both()),
        || {
            drop(restore::<conversation::Session, conversation::Customer>(
                &saved_by_hand,
            ));
        },
    );
    let bytes = saved.0.len() + saved.1.len();
    let verdict = if bytes < 500 { "met" } else { "missed" };
    println!(
        "session/save: {} + {} bytes, by hand {} + {}   goal together below 500 {verdict}",
        saved.0.len(),
        saved.1.len(),
        saved_by_hand.0.len(),
        saved_by_hand.1.len(),
    );
}

fn after_a_turn() -> (Session, Customer) {
    let engine = Engine::new(flows::program(&flows::flow(100)));
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
