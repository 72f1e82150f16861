//! Sessions that outlive a process: formats of earlier versions, damage, inputs that come twice, timers.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

use std::sync::LazyLock;
use std::time::Duration;

use indexmap::IndexMap;
use proptest::prelude::*;
use sayflow::{
    Answer, Block, Client, Customer, Effect, Engine, ErrorKind, Event, Input, InputKind, Limits, NoCalls,
    Program, Reply, Request, Restored, Session, Source, Timestamp,
};
use serde_json::Value as Json;

/// The flow of the saved sessions.
const SHOP: &str = include_str!("sessions/shop.flow");

/// What each version has written, by the names of the waits.
const FORMATS: [&str; 3] = [
    include_str!("sessions/format-1.json"),
    include_str!("sessions/format-2.json"),
    include_str!("sessions/format-3.json"),
];

fn shop() -> Engine {
    let catalog = Source::new("texts/bn.po", include_str!("sessions/bn.po"));
    Engine::new(Program::load([Source::new("shop.flow", SHOP), catalog]).unwrap())
}

fn engine(flow: &str) -> Engine {
    Engine::new(Program::load([Source::new("test.flow", flow)]).unwrap())
}

fn saved(format: &str) -> IndexMap<String, Json> {
    serde_json::from_str(format).unwrap()
}

fn texts(blocks: &[Block]) -> Vec<&str> {
    let texts = blocks.iter().map(|block| match block {
        Block::Text { text } | Block::QuickReplies { text: Some(text), .. } => text.as_str(),
        other => panic!("{other:?}"),
    });
    texts.collect()
}

/// What each saved session answers to an input.
const NEXT: [(&str, &str, &[&str]); 9] = [
    (
        "idle",
        "today's offer",
        &["You are here for the first time.", "Which size do you wear?"],
    ),
    ("ask", "AB-123456", &["Order AB-123456 is on its way."]),
    ("options", "m", &["SHAWL in M it is."]),
    ("bengali", "মাঝারি", &["SHAWL in M it is."]),
    (
        "bengali_answered",
        "Sylhet",
        &["Sorry, I did not understand that."],
    ),
    ("nested_call", "Sylhet", &["A nice place.", "Sylhet: tomorrow."]),
    ("interrupt", "complaint", &["Noted: Complaint.", "Which city?"]),
    ("silence", "AB-123456", &["Order AB-123456 is on its way."]),
    ("answered", "Sylhet", &["Sorry, I did not understand that."]),
];

struct Sizes;

impl Client for Sizes {
    fn call(&self, requests: &[Request]) -> Vec<Answer> {
        let body = br#"{"success":true,"data":[{"title":"Not sure","type":"sequence","value":"track"}]}"#;
        let reply = Reply {
            status: 200,
            location: None,
            body: body.to_vec(),
        };
        vec![
            Answer {
                result: Ok(reply),
                elapsed: Duration::ZERO
            };
            requests.len()
        ]
    }
}

/// The same of what is new in format 2.
const NEXT_OF_FORMAT_2: [(&str, &str, &[&str]); 2] = [
    ("taken", "Sylhet", &["Sorry, I did not understand that."]),
    (
        "begins_again",
        "Sylhet",
        &[
            "A nice place.",
            "You are here for the first time.",
            "Which size do you wear?",
        ],
    ),
];

#[test]
fn an_input_that_was_taken_before_the_host_was_updated_is_known() {
    let engine = shop();
    let session = saved(FORMATS[1])["taken"].clone();
    let mut session: Session = serde_json::from_value(session).unwrap();
    let input = Input::text("m").with_id("m-2");
    let turn = engine
        .turn(&mut session, &mut Customer::new(7), &input, &NoCalls)
        .unwrap();
    assert!(turn.is_repeated);
    assert_eq!(texts(&turn.blocks), ["SHAWL in M it is."]);
    assert_eq!(turn.attributes["size"], Some("M".into()));
}

#[test]
fn sessions_of_every_format_go_on() {
    let engine = shop();
    for format in FORMATS {
        let saved = saved(format);
        assert!(NEXT.iter().all(|(name, ..)| saved.contains_key(*name)));
        let next: IndexMap<&str, _> = NEXT
            .into_iter()
            .chain(NEXT_OF_FORMAT_2)
            .map(|(name, input, expected)| (name, (input, expected)))
            .collect();
        for (name, session) in saved {
            let (input, expected) = next[name.as_str()];
            let mut session: Session = serde_json::from_value(session).unwrap();
            assert_eq!(engine.program().restore(&session), Restored::Exact, "{name}");
            let mut customer = Customer::new(7);
            let input = Input::text(input);
            let turn = engine.turn(&mut session, &mut customer, &input, &Sizes).unwrap();
            assert_eq!(texts(&turn.blocks), expected, "{name}");
        }
    }
}

/// What is read is written in the last format, and nothing else about it changes.
#[test]
fn an_earlier_format_is_written_as_the_last() {
    let last = saved(FORMATS[2]);
    for format in FORMATS {
        for (name, json) in saved(format) {
            let session: Session = serde_json::from_value(json).unwrap();
            assert_eq!(serde_json::to_value(&session).unwrap(), last[&name], "{name}");
        }
    }
}

#[test]
fn a_number_is_the_same_however_often_it_is_stored() {
    let long = format!("{}1", "2".repeat(107));
    for number in [long.as_str(), "0.1", "1e-7", "1.5", "9007199254740993"] {
        let customer: Customer = serde_json::from_str(&format!(r#"{{"uid":7,"balance":{number}}}"#)).unwrap();
        let stored = serde_json::to_string(&customer).unwrap();
        let again: Customer = serde_json::from_str(&stored).unwrap();
        assert_eq!(again, customer, "{number}");
    }
}

/// Neither session nor customer has a word for what is as it was in the beginning.
#[test]
fn only_what_is_known_is_stored() {
    let stored = |session: &Session| serde_json::to_string(session).unwrap();
    assert_eq!(stored(&Session::new()), r#"{"format":3}"#);
    let engine = engine("on start {\n  text \"Hi!\"\n}\n");
    let (mut session, mut customer) = (Session::new(), Customer::new(0));
    engine
        .turn(&mut session, &mut customer, &Input::start(), &NoCalls)
        .unwrap();
    assert_eq!(stored(&session), r#"{"format":3,"started":true}"#);

    let everything = r#"{"uid":7,"platform_id":3,"bot_enabled":false,"avatar":"https://cdn.example/a.png","first_name":"Asha","last_name":"Roy","full_name":"Asha Roy","gender":"female","timezone":6.0,"locale":"bn_BD","language":"bn","phone":"+880171","email":"a@b.example","created_at":"2026-11-20 10:00:00.000000+00:00","last_message_text":"Hi","last_message_time":"2026-11-20 11:00:00.000000+00:00","vip":true}"#;
    for json in [r#"{"uid":0}"#, r#"{"uid":7}"#, everything] {
        let customer: Customer = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&customer).unwrap(), json);
    }
}

#[test]
fn an_attribute_is_there_until_it_is_cleared() {
    let mut customer = Customer::new(7);
    // Among few and among many.
    for number in [3, 30] {
        let key = |index: i64| format!("key {index}");
        for index in 0..number {
            customer.set_attribute(key(index), index);
        }
        for index in 0..number {
            assert_eq!(customer.attribute(&key(index)), Some(&index.into()));
        }
        assert_eq!(customer.attribute("key"), None);
        let keys = customer
            .attributes()
            .map(|(key, value)| (key.to_owned(), value.clone()));
        assert!(keys.eq((0..number).map(|index| (key(index), index.into()))));
        for index in 0..number {
            customer.clear_attribute(&key(index));
            assert_eq!(customer.attribute(&key(index)), None);
        }
        assert_eq!(customer.attributes().count(), 0);
    }
}

#[test]
fn what_is_no_session_says_why() {
    let refused = |json: &str| serde_json::from_str::<Session>(json).unwrap_err().to_string();
    let table = [
        r#"{"format":4}"#,
        r#"{"format":0}"#,
        r#"{"format":"2"}"#,
        r#"{}"#,
        r#"{"format":2,"moods":[]}"#,
        r#"{"format":2,"question":{"at":"nowhere"}}"#,
        r#"{"format":2,"question":{"at":"a@b","wrong":-1}}"#,
        r#"{"format":2,"options":[{"n":1.5}]}"#,
        r#"{"format":3,"options":[[1.5]]}"#,
        r#"{"format":3,"options":[[1]]}"#,
        r#"{"format":3,"options":[[1,"a","b",{"extra":"c"},5]]}"#,
        r#"{"format":3,"options":[[1,"a","b",{"colour":"red"}]]}"#,
        r#"{"format":2,"returns":[{"jump":"a@b"}]}"#,
        r#"{"format":2,"inputs":[{"id":"m-1"}]}"#,
        r#"{"format":2"#,
    ]
    .map(|json| format!("{json}: {}", refused(json)));
    insta::assert_snapshot!(table.join("\n"));
}

/// Every way in which a byte, or a value, of a saved session can go wrong is read or refused; what is read runs.
fn damaged() -> impl Strategy<Value = String> {
    let sessions: Vec<String> = FORMATS
        .iter()
        .flat_map(|format| saved(format).into_values())
        .map(|json| json.to_string())
        .collect();
    let bytes = (any::<prop::sample::Index>(), any::<u8>(), 0..3_u8);
    (prop::sample::select(sessions), prop::collection::vec(bytes, 1..4)).prop_map(|(session, damages)| {
        let mut bytes = session.into_bytes();
        for (index, byte, how) in damages {
            let index = index.index(bytes.len());
            match how {
                0 => bytes[index] = byte,
                1 => drop(bytes.remove(index)),
                // A digit more, a quote more: what stays JSON more often.
                _ => bytes.insert(index, b"0129\"@.,"[usize::from(byte) % 8]),
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_damaged_session_is_refused_or_runs(json in damaged(), text in "m|AB-123456|help|hello") {
        static SHOP: LazyLock<Engine> = LazyLock::new(shop);
        let engine = &*SHOP;
        if let Ok(session) = serde_json::from_str::<Session>(&json) {
            let _ = engine.program().restore(&session);
            for input in [Input::text(text), Input::no_reply(), Input::tap("3."), Input::start()] {
                let mut session = session.clone();
                let _ = engine.turn(&mut session, &mut Customer::new(7), &input, &NoCalls);
                let written = serde_json::to_string(&session).unwrap();
                prop_assert!(serde_json::from_str::<Session>(&written).is_ok(), "{written}");
            }
        }
    }
}

const FORM: &str = r#"
attribute first: text
attribute second: text

on start {
  ask "First?" save first
  ask "Second?" save second
  text "{{first}}, {{second}}."
}
"#;

#[test]
fn as_many_inputs_are_known_as_are_kept() {
    let limits = Limits {
        inputs_kept: 2,
        ..Limits::default()
    };
    let engine = engine(FORM).with_limits(limits);
    let (mut session, mut customer) = (Session::new(), Customer::new(7));
    let mut turn = |text: &str, id: &str| {
        let input = Input::text(text).with_id(id);
        engine
            .turn(&mut session, &mut customer, &input, &NoCalls)
            .unwrap()
    };
    assert_eq!(texts(&turn("hello", "m-1").blocks), ["First?"]);
    assert_eq!(texts(&turn("one", "m-2").blocks), ["Second?"]);
    assert!(turn("hello", "m-1").is_repeated);
    assert_eq!(texts(&turn("two", "m-3").blocks), ["one, two."]);
    // Out of order, and twice more.
    assert!(turn("one", "m-2").is_repeated);
    assert!(turn("two", "m-3").is_repeated);
    // The first is no longer among the last two.
    assert!(!turn("hello", "m-1").is_repeated);
}

#[test]
fn another_input_under_the_same_id_is_refused() {
    let engine = engine(FORM);
    let (mut session, mut customer) = (Session::new(), Customer::new(7));
    let first = Input::text("hello").with_id("m-1");
    engine
        .turn(&mut session, &mut customer, &first, &NoCalls)
        .unwrap();
    let before = session.clone();
    let later = first.clone().at("2026-11-20T10:00:00Z".parse().unwrap());
    assert!(
        engine
            .turn(&mut session, &mut customer, &later, &NoCalls)
            .unwrap()
            .is_repeated
    );
    let other = Input::text("one").with_id("m-1");
    let refused = engine
        .turn(&mut session, &mut customer, &other, &NoCalls)
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ReusedId);
    assert_eq!(session, before);
}

/// A channel without ids may give every message an empty one.
/// The options of a question that closes are older than those on the screen, which are all kept.
#[test]
fn options_on_the_screen_are_kept_before_those_of_a_closed_question() {
    let cards = (1..=50).map(|n| format!("card \"{n}\" {{ button \"Buy {n}\" -> buy extra \"{n}\" }}\n"));
    let cards: String = cards.collect();
    let engine = engine(&format!(
        r#"attribute size: text
on start {{ ask "Which size?" save size {{
  quick replies {{
    "S"
    "M"
  }}
}} }}
on words "look" {{
  gallery {{
    {cards}
  }}
  goto after
}}
sequence after {{ if visits(after) > 1 {{ text "Again." }} }}
sequence buy {{ if extra is "1" {{ text "Bought." }} else {{ text "Which one?" }} }}
"#
    ));
    let (mut session, mut customer) = (Session::new(), Customer::new(7));
    let mut turn = |input: Input| {
        let output = engine.turn(&mut session, &mut customer, &input, &NoCalls);
        output.unwrap().blocks
    };
    turn(Input::start());
    turn(Input::text("look"));
    assert_eq!(texts(&turn(Input::text("Buy 1"))), ["Bought."]);
}

/// Its number begins anew, and the ids of long names have hashes of them.
#[test]
fn a_button_of_a_forgotten_session_opens_what_it_opened() {
    let long = "what_we_do_for_you_on_ordinary_days";
    for name in ["hours", long] {
        let engine = engine(&format!(
            r#"on words "first" {{ buttons "b" {{ "Hours" -> {name} }} }}
on words "second" {{ buttons "b" {{ "Cancel" -> {long}_and_others extra "7" }} }}
sequence {name} {{ text "Nine to five." }}
sequence {long}_and_others {{ text "Cancelled." }}
"#
        ));
        let mut customer = Customer::new(7);
        let mut turn = |session: &mut Session, input: Input| {
            engine
                .turn(session, &mut customer, &input, &NoCalls)
                .unwrap()
                .blocks
        };
        let shown = turn(&mut Session::new(), Input::text("first"));
        let [Block::Buttons { options, .. }] = shown.as_slice() else {
            panic!("{shown:?}");
        };
        let mut anew = Session::new();
        turn(&mut anew, Input::text("second"));
        let tap = Input::tap(options[0].id.as_deref().unwrap());
        assert_eq!(texts(&turn(&mut anew, tap)), ["Nine to five."], "{name}");
    }
}

#[test]
fn an_empty_id_is_none() {
    let engine = engine(FORM);
    let (mut session, mut customer) = (Session::new(), Customer::new(7));
    let mut without = (session.clone(), customer.clone());
    for text in ["hello", "hello", "one"] {
        let input = Input::text(text);
        let turn = engine.turn(&mut session, &mut customer, &input.clone().with_id(""), &NoCalls);
        let expected = engine.turn(&mut without.0, &mut without.1, &input, &NoCalls);
        assert_eq!(turn.unwrap(), expected.unwrap(), "{text}");
    }
    assert_eq!(session, without.0);
}

#[test]
fn a_place_that_lies_nowhere_is_refused() {
    let engine = engine(FORM);
    let (mut session, mut customer) = (Session::new(), Customer::new(7));
    for (north, east) in [
        (f64::NAN, 0.0),
        (90.5, 0.0),
        (0.0, f64::NEG_INFINITY),
        (0.0, 181.0),
    ] {
        let input = Input::location(north, east);
        let refused = engine
            .turn(&mut session, &mut customer, &input, &NoCalls)
            .unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::BadPlace, "{refused}");
    }
    assert_eq!(session, Session::new());
    let input = Input::location(-90.0, 180.0);
    assert!(engine.turn(&mut session, &mut customer, &input, &NoCalls).is_ok());
}

#[test]
fn without_a_window_nothing_is_kept() {
    let limits = Limits {
        inputs_kept: 0,
        ..Limits::default()
    };
    let engine = engine(FORM).with_limits(limits);
    let (mut session, mut customer) = (Session::new(), Customer::new(7));
    for _ in 0..2 {
        let input = Input::text("hello").with_id("m-1");
        let turn = engine
            .turn(&mut session, &mut customer, &input, &NoCalls)
            .unwrap();
        assert!(!turn.is_repeated);
    }
    assert!(!serde_json::to_string(&session).unwrap().contains("m-1"));

    // Nor is anything known that was kept while there was one.
    let with_window = self::engine(FORM);
    let input = Input::text("hello").with_id("m-2");
    for (engine, is_repeated) in [(&with_window, false), (&with_window, true), (&engine, false)] {
        let turn = engine
            .turn(&mut session, &mut customer, &input, &NoCalls)
            .unwrap();
        assert_eq!(turn.is_repeated, is_repeated);
    }
}

const ORDERS: &str = r#"
api place_order: text {
  post "https://api.shop.example/orders"
}
api thank: text {
  post "https://api.shop.example/thanks"
  header "idempotency-key" = "always this"
}
sequence order {
  text "<<place_order>>" else "no"
}
on start {
  call order
  call @again order
  text "<<thank>>" else "no"
}
"#;

/// The key of each call of a turn, in their order.
fn keys(engine: &Engine, customer: i64, input: &Input) -> Vec<Option<String>> {
    let (mut session, mut customer) = (Session::new(), Customer::new(customer));
    let mut steps = engine.steps(&mut session, &mut customer, input).unwrap();
    let mut keys = Vec::new();
    loop {
        match steps.advance().unwrap() {
            Effect::Calls(requests) => {
                for request in &requests {
                    let mut headers = request
                        .headers
                        .iter()
                        .filter(|(name, _)| name.eq_ignore_ascii_case("Idempotency-Key"));
                    keys.push(headers.next().map(|(_, key)| key.to_string()));
                    assert_eq!(headers.next(), None);
                }
                steps.answer(NoCalls.call(&requests)).unwrap();
            }
            Effect::Wait(_) => return keys,
            _ => {}
        }
    }
}

#[test]
fn a_call_has_the_key_it_had_and_no_other_call_has_it() {
    let engine = engine(ORDERS).with_idempotency_header("Idempotency-Key");
    let input = Input::start().with_id("m-1");
    let first = keys(&engine, 7, &input);
    // The turn is tried again later.
    let later = input.clone().at("2026-11-20T10:00:00Z".parse().unwrap());
    assert_eq!(keys(&engine, 7, &later), first);
    let [Some(order), Some(again), Some(thank)] = first.as_slice() else {
        panic!("{first:?}")
    };
    assert_eq!(thank, "always this");
    let others = [
        keys(&engine, 8, &input),
        keys(&engine, 7, &Input::start().with_id("m-2")),
        keys(&engine.clone().with_option_key([1; 16]), 7, &input),
    ];
    let mut all: Vec<&String> = others
        .iter()
        .flat_map(|keys| keys.iter().take(2).flatten())
        .collect();
    all.extend([order, again]);
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!((count, all.len()), (8, 8));
}

#[test]
fn no_key_is_made_up() {
    let input = Input::start().with_id("m-1");
    let unset = Some("always this".to_owned());
    assert_eq!(keys(&engine(ORDERS), 7, &input), [None, None, unset.clone()]);
    let engine_with_header = engine(ORDERS).with_idempotency_header("Idempotency-Key");
    assert_eq!(keys(&engine_with_header, 7, &Input::start()), [None, None, unset]);
    let empty = Input::start().with_id("");
    assert_eq!(
        keys(&engine_with_header, 7, &empty),
        keys(&engine_with_header, 7, &Input::start())
    );
    // A header that nobody may set is no header.
    let (mut session, mut customer) = (Session::new(), Customer::new(7));
    let engine = engine(ORDERS).with_idempotency_header("Content-Length");
    let turn = engine.turn(&mut session, &mut customer, &input, &Sizes).unwrap();
    assert_eq!(texts(&turn.blocks), ["no", "no", "no"]);
}

const NUDGE: &str = r#"
attribute size: text
on start {
  ask "Which size?" save size {
    no reply 10m {
      text "Still there?"
    }
  }
  text "Size {{size}}."
}
"#;

fn moment(minutes: u64) -> Timestamp {
    let start: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
    start + Duration::from_secs(60 * minutes)
}

fn ring(due: Timestamp, now: Timestamp) -> Input {
    Input::from(InputKind::NoReply(Some(due))).at(now)
}

/// A customer who was asked at ten o'clock; the timer is due ten minutes later.
fn asked(engine: &Engine) -> (Session, Customer, Timestamp) {
    let (mut session, mut customer) = (Session::new(), Customer::new(7));
    let input = Input::start().at(moment(0));
    let turn = engine
        .turn(&mut session, &mut customer, &input, &NoCalls)
        .unwrap();
    let due = turn.wait.due.unwrap();
    assert_eq!(due, moment(10));
    // As data, it is there for a host that starts anew.
    let session: Session = serde_json::from_str(&serde_json::to_string(&session).unwrap()).unwrap();
    assert_eq!(session.wait().due, Some(due));
    (session, customer, due)
}

#[test]
fn a_timer_that_rings_late_is_heard() {
    let engine = engine(NUDGE);
    let (mut session, mut customer, due) = asked(&engine);
    let late = ring(due, moment(300));
    let turn = engine.turn(&mut session, &mut customer, &late, &NoCalls).unwrap();
    assert_eq!(texts(&turn.blocks), ["Still there?"]);
    // The question stays open, and no timer is set any more.
    assert_eq!((turn.wait.ask.is_some(), turn.wait.due), (true, None));
}

/// A person answers, so the bot says nothing; what is due is due no longer, or it would ring for ever.
#[test]
fn a_timer_that_rings_while_a_person_answers_is_spent() {
    let engine = engine(NUDGE);
    let (mut session, mut customer, due) = asked(&engine);
    customer.bot_enabled = false;
    let early = engine.turn(&mut session, &mut customer, &ring(due, moment(9)), &NoCalls);
    assert_eq!(early.unwrap_err().kind(), ErrorKind::NotYetDue);
    let turn = engine
        .turn(&mut session, &mut customer, &ring(due, due), &NoCalls)
        .unwrap();
    assert_eq!((turn.blocks, turn.events), (vec![], vec![Event::BotDisabled]));
    assert_eq!((turn.wait.ask.is_some(), turn.wait.due), (true, None));
    let again = engine.turn(&mut session, &mut customer, &ring(due, due), &NoCalls);
    assert_eq!(again.unwrap_err().kind(), ErrorKind::NotDue);

    customer.bot_enabled = true;
    let answer = Input::text("M").at(moment(60));
    let turn = engine
        .turn(&mut session, &mut customer, &answer, &NoCalls)
        .unwrap();
    assert_eq!(texts(&turn.blocks), ["Size M."]);
}

#[test]
fn a_timer_that_rings_early_is_set_again() {
    let engine = engine(NUDGE);
    let (mut session, mut customer, due) = asked(&engine);
    let early = engine.turn(&mut session, &mut customer, &ring(due, moment(9)), &NoCalls);
    assert_eq!(early.unwrap_err().kind(), ErrorKind::NotYetDue);
    assert_eq!(session.wait().due, Some(due));
    assert!(
        engine
            .turn(&mut session, &mut customer, &ring(due, moment(10)), &NoCalls)
            .is_ok()
    );
}

#[test]
fn a_timer_that_rings_twice_or_was_cancelled_is_dropped() {
    let engine = engine(NUDGE);
    let not_due = |session: &mut Session, customer: &mut Customer, ring: Input| {
        let before = session.clone();
        let refused = engine.turn(session, customer, &ring, &NoCalls).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::NotDue, "{refused}");
        assert_eq!(*session, before);
    };
    let (mut session, mut customer, due) = asked(&engine);
    engine
        .turn(&mut session, &mut customer, &ring(due, due), &NoCalls)
        .unwrap();
    not_due(&mut session, &mut customer, ring(due, moment(11)));

    let (mut session, mut customer, due) = asked(&engine);
    engine
        .turn(
            &mut session,
            &mut customer,
            &Input::text("M").at(moment(5)),
            &NoCalls,
        )
        .unwrap();
    not_due(&mut session, &mut customer, ring(due, due));

    // The question was asked again meanwhile: it waits for another moment.
    let (mut session, mut customer, due) = asked(&engine);
    engine
        .turn(
            &mut session,
            &mut customer,
            &Input::start().at(moment(5)),
            &NoCalls,
        )
        .unwrap();
    not_due(&mut session, &mut customer, ring(due, due));
    assert_eq!(session.wait().due, Some(moment(15)));

    // The flow says nothing in silence any more.
    let quiet = self::engine(&NUDGE.replace(
        "    no reply 10m {\n      text \"Still there?\"\n    }\n",
        "    retry \"?\"\n",
    ));
    let (mut session, mut customer, due) = asked(&engine);
    let refused = quiet
        .turn(&mut session, &mut customer, &ring(due, due), &NoCalls)
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotDue);
}
