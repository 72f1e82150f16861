use std::sync::Arc;
use std::time::Duration;

use sayflow::{Engine, HttpClient, Input, Program, Source};
use sayflow_store::{Received, Saved, Sqlite};

use super::*;
use crate::update::Person;

fn bot(flow: String) -> Bot {
    Bot {
        engine: Engine::new(Program::load([Source::new("well.flow", flow)]).unwrap()),
        store: Sqlite::in_memory().unwrap(),
        client: HttpClient::new(),
        busy: Arc::default(),
    }
}

fn asha() -> Person {
    Person {
        id: 7,
        first_name: "Asha".to_owned(),
    }
}

/// Behind a clock that went back, what was claimed without a lease looks so, too.
#[test]
fn an_update_whose_turn_cannot_be_now_comes_again() {
    let bot = bot("on start {\n  text \"Hi\"\n}\n".to_owned());
    let input = Input::start().with_id("1");
    assert_eq!(bot.store.receive("telegram:7", &input).unwrap(), Received::New);
    let hour = Duration::from_secs(3600);
    let claim = bot.store.claim(Some("telegram:7"), hour).unwrap().unwrap();
    assert!(bot.turn(&asha(), &input).unwrap().is_none());
    // One that was refused does not.
    let refused = bot.store.refuse(&claim, "cannot be done").unwrap();
    assert_ne!(refused, Saved::Conflict);
    let over = bot.turn(&asha(), &input).unwrap().unwrap();
    assert_eq!(bot.answer(over).unwrap(), []);
}

#[test]
fn what_waits_for_its_own_update_hides_nothing_either() {
    let said = "  text \"Well.\"\n".repeat(20);
    let flow = format!("on unmatched {{\n{said}  handover \"Support\"\n}}\non start {{\n{said}}}\n");
    let bot = bot(flow);
    let turn = |input: Input, id: &str| bot.turn(&asha(), &input.with_id(id)).unwrap().unwrap();
    // Nobody waits for the answers of seven turns, which the session knows.
    for id in ["1", "2", "3", "4", "5", "6", "7"] {
        drop(turn(Input::start(), id));
    }
    let answer = bot.answer(turn(Input::text("Hm"), "8")).unwrap();
    let left = bot.store.deliveries(Some("telegram:7"), LEASE).unwrap();
    assert!(left.len() < AT_ONCE);
    assert_eq!(answer.len() + left.len(), 8 * 20);
    assert!(left.iter().all(|row| matches!(row.outgoing, Outgoing::Block(_))));
}
