//! How much does a test cost beside the turns that it runs?
//!
//! Ten thousand tests of ten turns each, against the same turns on the bare engine with the same canned reply.
//! Both expect what they get: the bare turns count their blocks.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a bench may fail")]

#[path = "../../../benches/ratio/mod.rs"]
mod ratio;

use std::fmt::Write as _;
use std::time::Duration;

use sayflow::{Answer, Client, Customer, Engine, Input, Program, Reply, Request, Session, Source};
use sayflow_test::Suite;

use ratio::compare;

const TESTS: usize = 10_000;
/// So many tests fit into one file.
const TESTS_A_FILE: usize = 500;
/// So many are run as one sample.
const BATCH: usize = 20;

const FLOW: &str = r#"
attribute order_no: text
attribute seen: number = 0

api order_status: text {
  get "https://api.shop.example/orders/{{order_no}}"
  header "X-Shop-Token" = secret SHOP_TOKEN
}

sequence menu {
  set seen = seen + 1
  buttons "What would you like to do, {{first_name}}?" {
    "Track an order" -> track
    "Opening hours" -> hours
    "Visit the shop" -> url "https://shop.example"
  }
}

sequence track {
  ask "What is your order number?" save order_no {
    accept pattern "AA-######"
    retry "It looks like AB-123456."
  }
  text "Order {{order_no}}: <<order_status>>." else "The shop is not answering."
  goto menu
}

sequence hours {
  text "Daily from ten to eight. You have been here {{seen}} times."
  goto menu
}

on start {
  text "Hello {{first_name}}!"
  goto menu
}
"#;

/// One tap, one wrong answer, one right one: three turns, three times, and a start.
fn test(number: usize, text: &mut String) {
    let menu = r#"  buttons "What would you like to do, Asha?" {
    "Track an order"
    "Opening hours"
    "Visit the shop"
  }
"#;
    write!(
        text,
        "test \"visit {number}\" {{\n  given first_name = \"Asha\"\n  mock order_status = \"on its way\"\n"
    )
    .unwrap();
    write!(text, "  start\n  text \"Hello Asha!\"\n{menu}").unwrap();
    for _ in 0..3 {
        text.push_str("  tap \"Track an order\"\n  text \"What is your order number?\"\n");
        text.push_str("  customer \"12\"\n  text \"It looks like AB-123456.\"\n");
        text.push_str("  customer \"AB-123456\"\n  text \"Order AB-123456: on its way.\"\n");
        text.push_str(menu);
    }
    text.push_str("}\n");
}

fn sources() -> Vec<Source> {
    let mut sources = vec![Source::new("shop.flow", FLOW)];
    for file in 0..TESTS / TESTS_A_FILE {
        let mut text = String::new();
        for number in 0..TESTS_A_FILE {
            test(file * TESTS_A_FILE + number, &mut text);
        }
        sources.push(Source::new(format!("{file}.test.flow"), text));
    }
    sources
}

/// Answers every call alike.
struct Canned;

impl Client for Canned {
    fn call(&self, requests: &[Request]) -> Vec<Answer> {
        let reply = Reply {
            status: 200,
            location: None,
            body: br#"{"success":true,"data":"on its way"}"#.to_vec(),
        };
        let answer = Answer {
            result: Ok(reply),
            elapsed: Duration::ZERO,
        };
        vec![answer; requests.len()]
    }
}

/// The ten turns of a test; how many blocks they show.
fn bare(engine: &Engine) -> usize {
    let (mut session, mut customer) = (Session::new(), Customer::new(1));
    customer.first_name = "Asha".to_owned();
    let mut blocks = 0;
    let mut turn = |input: &Input| {
        let turn = engine.turn(&mut session, &mut customer, input, &Canned).unwrap();
        blocks += turn.blocks.len();
        turn
    };
    let mut shown = turn(&Input::start());
    for _ in 0..3 {
        let options = shown.blocks.iter().rev().find_map(|block| match block {
            sayflow::Block::Buttons { options, .. } => options.first()?.id.clone(),
            _ => None,
        });
        turn(&Input::tap(options.unwrap().as_str()));
        turn(&Input::text("12"));
        shown = turn(&Input::text("AB-123456"));
    }
    blocks
}

fn main() {
    let sources = sources();
    let suite = Suite::load(sources.iter().cloned()).unwrap_or_else(|errors| panic!("{errors:?}"));
    assert_eq!(suite.tests().count(), TESTS);
    let program = Program::load([Source::new("shop.flow", FLOW)]).unwrap();
    let origin = "https://api.shop.example";
    let engine = Engine::new(program).with_secret("SHOP_TOKEN", "s3cret", [origin]);
    assert!(suite.tests().take(BATCH).all(|test| test.run().is_ok()));
    assert_eq!(bare(&engine), 14);

    let mut next = 0;
    compare(
        "tests/ten turns to the bare turns",
        3.0,
        || {
            for test in suite.tests().skip(next).take(BATCH) {
                assert!(test.run().is_ok());
            }
            next = (next + BATCH) % TESTS;
        },
        || {
            for _ in 0..BATCH {
                assert_eq!(bare(&engine), 14);
            }
        },
    );
    compare(
        "tests/all of them, loaded and run, to bare",
        10.0,
        || {
            let suite = Suite::load(sources.iter().cloned()).unwrap_or_else(|errors| panic!("{errors:?}"));
            assert!(suite.tests().all(|test| test.run().is_ok()));
        },
        || {
            for _ in 0..TESTS {
                assert_eq!(bare(&engine), 14);
            }
        },
    );
}
