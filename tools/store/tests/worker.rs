//! What a worker does with a store: one turn at a time, and nothing of it lost.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sayflow::{
    Answer, Block, Client, Customer, Engine, Event, Input, InputKind, Limits, NoCalls, Program, Reply,
    Request, Session, Source, Timestamp,
};
use sayflow_store::{
    Changes, Claim, Did, ErrorKind, Memory, Outgoing, Received, Record, Saved, Store, Worker,
};

const FLOW: &str = r#"
attribute size: one of "S", "M", "L"
action tell_stock {
  size: text
}
api stock: text {
  get "https://api.shop.example/stock"
}
on start {
  ask "Which size?" save size {
    no reply 10m {
      text "Still there?"
    }
  }
  text "In {{size}}: <<stock>>." else "Ask in the shop."
  do tell_stock {
    size = size
  }
}
on unmatched {
  text "You have said: {{last_message_text}}"
}
"#;

/// A shop that does something while it is asked.
struct Shop<F>(F);

impl<F: Fn()> Client for Shop<F> {
    fn call(&self, requests: &[Request]) -> Vec<Answer> {
        (self.0)();
        let body = br#"{"success": true, "data": "two left"}"#.to_vec();
        let reply = Reply {
            status: 200,
            location: None,
            body,
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

fn engine() -> Engine {
    Engine::new(Program::load([Source::new("size.flow", FLOW)]).unwrap())
}

fn ten_o_clock() -> Timestamp {
    "2026-11-20T10:00:00Z".parse().unwrap()
}

fn newcomer(_: &str) -> Customer {
    Customer::new(7)
}

const MINUTE: Duration = Duration::from_secs(60);
/// Longer than any that was asked to be a minute.
const LEASES_ARE_OVER: Duration = Duration::from_secs(90);

fn receive(store: &dyn Store, input: &Input) {
    assert_eq!(store.receive("c", input).unwrap(), Received::New);
}

/// What was said since the last time, with what is to be done.
fn said(store: &dyn Store) -> Vec<String> {
    let rows = store.deliveries(None, MINUTE).unwrap();
    for row in &rows {
        store.delivered(&row.key).unwrap();
    }
    let words = rows.into_iter().map(|row| match row.outgoing {
        Outgoing::Block(Block::Text { text }) => text,
        Outgoing::Event(Event::Action { name, values }) => format!("{name} {}", values["size"]),
        Outgoing::LeftAlone(input) => format!("{:?} for a person", input.kind),
        other => panic!("{other:?}"),
    });
    words.collect()
}

#[test]
fn a_turn_changes_record_inbox_outbox_and_timer_at_once() {
    let (store, engine) = (Memory::at(ten_o_clock()), engine());
    let shop = Shop(|| {});
    let worker = Worker::new(&store, &engine, &shop, &newcomer);
    receive(&store, &Input::text("Hi").with_id("m-1"));
    let did = worker.work().unwrap();
    let Did::Turn {
        conversation,
        input,
        turn,
    } = did
    else {
        panic!("{did:?}")
    };
    assert_eq!((conversation.as_str(), input.id.as_deref()), ("c", Some("m-1")));
    assert_eq!(turn.wait.due, Some(ten_o_clock() + 10 * MINUTE));
    assert_eq!(said(&store), ["Which size?"]);

    receive(&store, &Input::text("m"));
    assert!(matches!(worker.work().unwrap(), Did::Turn { .. }));
    let record = store.load("c").unwrap().unwrap();
    assert_eq!(record.version, 2);
    assert_eq!(record.customer.attribute("size").unwrap().to_string(), "M");
    // The call's report is for the log, what is to be done is for the outbox.
    assert_eq!(said(&store), ["In M: two left.", "tell_stock M"]);
    assert_eq!(worker.work().unwrap(), Did::Nothing);
}

#[test]
fn a_first_customer_is_the_one_that_the_host_saved_or_makes() {
    let (store, engine) = (Memory::new(), engine());
    let made = AtomicU32::new(0);
    let newcomer = |name: &str| {
        made.fetch_add(1, Ordering::Relaxed);
        Customer::new(name.len().try_into().unwrap())
    };
    let worker = Worker::new(&store, &engine, &NoCalls, &newcomer);
    let mut known = Customer::new(99);
    known.first_name = "Asha".to_owned();
    assert_eq!(
        store.save("known", &Record::new(known)).unwrap(),
        Saved::Version(1)
    );
    for conversation in ["known", "stranger", "stranger"] {
        store.receive(conversation, &Input::start()).unwrap();
        assert!(matches!(worker.work_on(conversation).unwrap(), Did::Turn { .. }));
    }
    let customer = |conversation| store.load(conversation).unwrap().unwrap().customer;
    assert_eq!(
        (customer("known").uid, customer("known").first_name.as_str()),
        (99, "Asha")
    );
    assert_eq!(customer("stranger").uid, 8);
    assert_eq!(made.into_inner(), 1);
}

#[test]
fn an_input_that_the_engine_refuses_is_kept_with_its_reason_and_the_next_has_its_turn() {
    let store = Memory::new();
    let engine = engine().with_limits(Limits {
        input_bytes: 100,
        ..Limits::default()
    });
    let worker = Worker::new(&store, &engine, &NoCalls, &newcomer);
    receive(&store, &Input::tap("forged").with_id("m-1"));
    receive(&store, &Input::text("x".repeat(101)).with_id("m-2"));
    receive(&store, &Input::no_reply().with_id("m-3"));
    receive(&store, &Input::start_at("nowhere").with_id("m-4"));
    receive(&store, &Input::text("Hi").with_id("m-5"));
    for _ in 0..4 {
        assert!(matches!(worker.work().unwrap(), Did::Refused { .. }));
    }
    assert!(matches!(worker.work().unwrap(), Did::Turn { .. }));
    assert_eq!(said(&store), ["Which size?"]);
    let refused = store.refused(10).unwrap();
    let reasons: Vec<String> = refused
        .iter()
        .map(|refused| {
            let id = refused.input.as_ref().and_then(|input| input.id.as_deref());
            format!("{}: {}", id.unwrap_or_default(), refused.reason)
        })
        .collect();
    insta::assert_snapshot!(reasons.join("\n"), @r"
    m-4: the flow has no sequence `nowhere`
    m-3: no question is open
    m-2: an input of 104 bytes, where 100 are the most
    m-1: this is no option of this customer
    ");
    assert_eq!(
        store.receive("c", &Input::tap("forged").with_id("m-1")).unwrap(),
        Received::Repeated
    );
}

#[test]
fn a_client_that_panics_leaves_the_claim_to_its_lease() {
    let (store, engine) = (Memory::at(ten_o_clock()), engine());
    let (calls, fails) = (AtomicU32::new(0), AtomicU32::new(2));
    let shop = Shop(|| {
        calls.fetch_add(1, Ordering::Relaxed);
        let left = fails.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |fails| fails.checked_sub(1));
        assert!(left.is_err(), "the client has a defect");
    });
    let worker = Worker::new(&store, &engine, &shop, &newcomer).with_lease(MINUTE);
    receive(&store, &Input::start());
    worker.work().unwrap();
    receive(&store, &Input::text("m"));
    for _ in 0..2 {
        assert!(catch_unwind(AssertUnwindSafe(|| worker.work())).is_err());
        assert_eq!(worker.work().unwrap(), Did::Nothing);
        store.pass(LEASES_ARE_OVER);
    }
    assert!(matches!(worker.work().unwrap(), Did::Turn { .. }));
    assert_eq!(said(&store), ["Which size?", "In M: two left.", "tell_stock M"]);
    assert_eq!(calls.into_inner(), 3);
}

#[test]
fn an_input_that_kills_its_process_is_refused_and_those_beside_it_are_answered() {
    let store = Memory::at(ten_o_clock());
    for number in 0..8 {
        let name = format!("web:{number}");
        store.receive(&name, &Input::start().with_id("m-1")).unwrap();
    }
    // A process of eight hands, each of whose turns takes a second. Where that of `web:3` ends, the process ends.
    let mut under_way: Vec<(Timestamp, Claim)> = Vec::new();
    for _ in 0..3_600 {
        let now = store.now().unwrap();
        let (over, later): (Vec<_>, Vec<_>) = under_way.into_iter().partition(|(end, _)| *end <= now);
        under_way = later;
        if over.iter().any(|(_, claim)| claim.conversation == "web:3") {
            under_way.clear();
        } else {
            for (_, claim) in over {
                let changes = Changes {
                    session: Session::new(),
                    customer: Customer::new(7),
                    outbox: Vec::new(),
                    ring: None,
                };
                assert_eq!(store.commit(&claim, &changes).unwrap(), Saved::Version(1));
            }
        }
        while let Some(claim) = store.claim(None, Worker::LEASE).unwrap() {
            if claim.attempt > Worker::ATTEMPTS {
                store.refuse(&claim, "never ended").map(drop).unwrap();
                continue;
            }
            under_way.push((now + Duration::from_secs(1), claim));
        }
        store.pass(Duration::from_millis(500));
    }
    let refused = store.refused(10).unwrap();
    let refused: Vec<_> = refused
        .iter()
        .map(|refused| refused.conversation.as_str())
        .collect();
    assert_eq!(refused, ["web:3"]);
    let answered = (0..8).filter(|number| store.load(&format!("web:{number}")).unwrap().is_some());
    assert_eq!(answered.count(), 7);
}

#[test]
fn an_input_whose_turn_never_ends_is_refused_after_so_many_attempts() {
    struct Silent;
    impl Client for Silent {
        fn call(&self, _: &[Request]) -> Vec<Answer> {
            Vec::new()
        }
    }
    let (store, engine) = (Memory::at(ten_o_clock()), engine());
    let worker = Worker::new(&store, &engine, &Silent, &newcomer)
        .with_lease(MINUTE)
        .with_attempts(3);
    receive(&store, &Input::start());
    worker.work().unwrap();
    receive(&store, &Input::text("m"));
    receive(&store, &Input::text("l"));
    for _ in 0..3 {
        let error = worker.work().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Client);
        store.pass(LEASES_ARE_OVER);
    }
    let did = worker.work().unwrap();
    let Did::Refused { input, reason, .. } = did else {
        panic!("{did:?}")
    };
    assert_eq!(input.kind, InputKind::Text("m".to_owned()));
    insta::assert_snapshot!(reason, @"its turn was begun 3 times and never committed: its workers died, or it takes longer than the lease");
    // The next input is another one: it is tried anew.
    assert_eq!(worker.work().unwrap_err().kind(), ErrorKind::Client);
}

#[test]
fn a_turn_that_takes_longer_than_its_lease_is_overtaken_and_refused_after_so_many_attempts() {
    let (store, engine) = (Memory::at(ten_o_clock()), engine());
    let calls = AtomicU32::new(0);
    // While the shop is asked the lease ends, and another worker begins the turn.
    let shop = Shop(|| {
        calls.fetch_add(1, Ordering::Relaxed);
        store.pass(LEASES_ARE_OVER);
        assert!(store.claim(Some("c"), MINUTE).unwrap().is_some());
    });
    let worker = Worker::new(&store, &engine, &shop, &newcomer)
        .with_lease(MINUTE)
        .with_attempts(4);
    receive(&store, &Input::start());
    worker.work().unwrap();
    receive(&store, &Input::text("m"));
    let mut did = worker.work().unwrap();
    for _ in 0..4 {
        if !matches!(did, Did::Overtaken { .. }) {
            break;
        }
        store.pass(LEASES_ARE_OVER);
        did = worker.work().unwrap();
    }
    let Did::Refused { reason, .. } = did else {
        panic!("{did:?}")
    };
    insta::assert_snapshot!(reason, @"its turn was begun 4 times and never committed: its workers died, or it takes longer than the lease");
    // Two of the four were the others', whose calls are not made here.
    assert_eq!(calls.into_inner(), 2);
}

#[test]
fn a_customer_who_is_silent_is_asked_once() {
    let (store, engine) = (Memory::at(ten_o_clock()), engine());
    let worker = Worker::new(&store, &engine, &NoCalls, &newcomer);
    receive(&store, &Input::start());
    worker.work().unwrap();
    store.pass(10 * MINUTE - Duration::from_micros(1));
    assert_eq!(worker.work().unwrap(), Did::Nothing);
    store.pass(Duration::from_micros(1));
    let did = worker.work().unwrap();
    let Did::Turn { input, .. } = did else {
        panic!("{did:?}")
    };
    assert_eq!(input.kind, InputKind::NoReply(Some(ten_o_clock() + 10 * MINUTE)));
    store.pass(1_000 * MINUTE);
    assert_eq!(worker.work().unwrap(), Did::Nothing);
    assert_eq!(said(&store), ["Which size?", "Still there?"]);
}

#[test]
fn a_customer_who_has_answered_is_left_in_peace() {
    let (store, engine) = (Memory::at(ten_o_clock()), engine());
    let worker = Worker::new(&store, &engine, &NoCalls, &newcomer);
    receive(&store, &Input::start());
    worker.work().unwrap();
    store.pass(9 * MINUTE);
    receive(&store, &Input::text("m"));
    worker.work().unwrap();
    store.pass(1_000 * MINUTE);
    assert_eq!(worker.work().unwrap(), Did::Nothing);
    assert_eq!(said(&store), ["Which size?", "Ask in the shop.", "tell_stock M"]);
}

#[test]
fn an_answer_that_came_in_time_is_the_answer_however_late_its_turn_is() {
    let (store, engine) = (Memory::at(ten_o_clock()), engine());
    let worker = Worker::new(&store, &engine, &NoCalls, &newcomer);
    receive(&store, &Input::start());
    worker.work().unwrap();
    store.pass(9 * MINUTE);
    receive(&store, &Input::text("m"));
    // Every worker is down for an hour.
    store.pass(60 * MINUTE);
    worker.work().unwrap();
    assert_eq!(worker.work().unwrap(), Did::Nothing);
    assert_eq!(said(&store), ["Which size?", "Ask in the shop.", "tell_stock M"]);
}

#[test]
fn silence_is_counted_from_when_the_question_goes_out() {
    let (store, engine) = (Memory::at(ten_o_clock()), engine());
    let worker = Worker::new(&store, &engine, &NoCalls, &newcomer);
    receive(&store, &Input::start());
    store.pass(60 * MINUTE);
    worker.work().unwrap();
    store.pass(9 * MINUTE);
    assert_eq!(worker.work().unwrap(), Did::Nothing);
    store.pass(MINUTE);
    assert!(matches!(worker.work().unwrap(), Did::Turn { .. }));
    assert_eq!(said(&store), ["Which size?", "Still there?"]);
}

/// The customer is asked, and then a person has them.
fn ask_and_take_over(worker: &Worker<'_>, store: &Memory) {
    receive(store, &Input::start());
    worker.work().unwrap();
    let mut record = store.load("c").unwrap().unwrap();
    record.customer.bot_enabled = false;
    assert_eq!(store.save("c", &record).unwrap(), Saved::Version(2));
}

#[test]
fn what_comes_while_a_person_has_the_customer_is_to_be_handed_on_with_its_words() {
    let (store, engine) = (Memory::at(ten_o_clock()), engine());
    let worker = Worker::new(&store, &engine, &NoCalls, &newcomer);
    ask_and_take_over(&worker, &store);
    receive(&store, &Input::text("My order 77 is broken").with_id("m-2"));
    receive(
        &store,
        &Input::image("https://cdn.shop.example/a.png").with_id("m-3"),
    );
    for _ in 0..2 {
        assert!(matches!(worker.work().unwrap(), Did::Turn { .. }));
    }
    assert_eq!(
        said(&store),
        [
            "Which size?",
            "Text(\"My order 77 is broken\") for a person",
            "Image(\"https://cdn.shop.example/a.png\") for a person",
        ]
    );
}

#[test]
fn a_timer_that_rings_while_a_person_has_the_customer_rings_once_and_is_nobodys_to_answer() {
    let (store, engine) = (Memory::at(ten_o_clock()), engine());
    let worker = Worker::new(&store, &engine, &NoCalls, &newcomer);
    ask_and_take_over(&worker, &store);
    store.pass(10 * MINUTE);
    assert!(matches!(worker.work().unwrap(), Did::Turn { .. }));
    assert_eq!(worker.work().unwrap(), Did::Nothing);
    assert_eq!(said(&store), ["Which size?"]);
}

/// The customer is asked an hour late, at eleven, so that the timer rings at ten past.
fn ask_late(worker: &Worker<'_>, store: &Memory) {
    receive(store, &Input::start().with_id("m-1"));
    store.pass(60 * MINUTE);
    worker.work().unwrap();
    assert_eq!(said(store), ["Which size?"]);
}

/// Nothing comes before that moment, and then the silence that the customer was promised.
fn rings_in(time: Duration, worker: &Worker<'_>, store: &Memory) {
    store.pass(time - Duration::from_micros(1));
    assert_eq!(worker.work().unwrap(), Did::Nothing);
    store.pass(Duration::from_micros(1));
    assert!(matches!(worker.work().unwrap(), Did::Turn { .. }));
    assert_eq!(said(store), ["Still there?"]);
}

fn set_bot(store: &Memory, is_enabled: bool) {
    let mut record = store.load("c").unwrap().unwrap();
    record.customer.bot_enabled = is_enabled;
    assert!(matches!(store.save("c", &record).unwrap(), Saved::Version(_)));
}

#[test]
fn what_is_said_to_a_person_takes_no_time_from_the_customer() {
    let (store, engine) = (Memory::at(ten_o_clock()), engine());
    let worker = Worker::new(&store, &engine, &NoCalls, &newcomer);
    ask_late(&worker, &store);
    store.pass(MINUTE);
    set_bot(&store, false);
    receive(&store, &Input::text("Are you a person?").with_id("m-2"));
    // Nor is any added: this turn is late.
    store.pass(MINUTE);
    worker.work().unwrap();
    assert_eq!(said(&store), ["Text(\"Are you a person?\") for a person"]);
    set_bot(&store, true);
    rings_in(8 * MINUTE, &worker, &store);
}

#[test]
fn a_turn_that_is_repeated_leaves_the_timer_as_it_was_set() {
    let (store, engine) = (Memory::at(ten_o_clock()), engine());
    let worker = Worker::new(&store, &engine, &NoCalls, &newcomer);
    ask_late(&worker, &store);
    store.pass(MINUTE);
    store.prune(Duration::ZERO).unwrap();
    receive(&store, &Input::start().with_id("m-1"));
    worker.work().unwrap();
    rings_in(9 * MINUTE, &worker, &store);
}

#[test]
fn the_time_of_the_turn_itself_is_not_taken_from_the_customer() {
    let flow = r#"
attribute size: text
api stock: text {
  get "https://api.shop.example/stock"
}
on start {
  text "We have <<stock>>." else "Ask in the shop."
  ask "Which size?" save size {
    no reply 10m {
      text "Still there?"
    }
  }
}
"#;
    let engine = Engine::new(Program::load([Source::new("slow.flow", flow)]).unwrap());
    let store = Memory::at(ten_o_clock());
    let shop = Shop(|| store.pass(5 * MINUTE));
    let worker = Worker::new(&store, &engine, &shop, &newcomer).with_lease(6 * MINUTE);
    receive(&store, &Input::start());
    worker.work().unwrap();
    store.pass(10 * MINUTE - Duration::from_micros(1));
    assert_eq!(worker.work().unwrap(), Did::Nothing);
    store.pass(Duration::from_micros(1));
    assert!(matches!(worker.work().unwrap(), Did::Turn { .. }));
    assert_eq!(said(&store), ["We have two left.", "Which size?", "Still there?"]);
}

#[test]
fn a_turn_is_done_again_where_the_host_saved_meanwhile() {
    let (store, engine) = (Memory::new(), engine());
    let saves = AtomicU32::new(1);
    let shop = Shop(|| {
        if saves.swap(0, Ordering::Relaxed) > 0 {
            let mut record = store.load("c").unwrap().unwrap();
            record.customer.first_name = "Asha".to_owned();
            assert_eq!(store.save("c", &record).unwrap(), Saved::Version(2));
        }
    });
    let worker = Worker::new(&store, &engine, &shop, &newcomer);
    receive(&store, &Input::start());
    worker.work().unwrap();
    receive(&store, &Input::text("m"));
    assert_eq!(
        worker.work().unwrap(),
        Did::Overtaken {
            conversation: "c".to_owned()
        }
    );
    assert!(matches!(worker.work().unwrap(), Did::Turn { .. }));
    let customer = store.load("c").unwrap().unwrap().customer;
    assert_eq!(customer.first_name, "Asha");
    assert_eq!(customer.attribute("size").unwrap().to_string(), "M");
    assert_eq!(said(&store), ["Which size?", "In M: two left.", "tell_stock M"]);
}

#[test]
fn a_worker_on_one_conversation_leaves_the_others_alone() {
    let (store, engine) = (Memory::new(), engine());
    let worker = Worker::new(&store, &engine, &NoCalls, &newcomer);
    receive(&store, &Input::start());
    assert_eq!(worker.work_on("d").unwrap(), Did::Nothing);
    assert_eq!(store.load("c").unwrap(), None);
    assert!(matches!(worker.work_on("c").unwrap(), Did::Turn { .. }));
}

#[test]
fn a_session_that_was_never_begun_is_what_a_first_turn_begins_from() {
    let (store, engine) = (Memory::at(ten_o_clock()), engine());
    receive(&store, &Input::start());
    Worker::new(&store, &engine, &NoCalls, &newcomer).work().unwrap();
    let (mut session, mut customer) = (Session::new(), Customer::new(7));
    let id = format!("entry-1-{}", ten_o_clock().as_microseconds());
    let start = Input::start().at(ten_o_clock()).with_id(id);
    engine
        .turn(&mut session, &mut customer, &start, &NoCalls)
        .unwrap();
    let stored = store.load("c").unwrap().unwrap();
    assert_eq!((stored.session, stored.customer), (session, customer));
}

#[test]
fn an_id_that_is_pruned_from_the_inbox_is_known_to_the_session_and_says_nothing_twice() {
    let (store, engine) = (Memory::at(ten_o_clock()), engine());
    let worker = Worker::new(&store, &engine, &NoCalls, &newcomer);
    for (id, text) in [("m-1", "Hi"), ("m-2", "m")] {
        receive(&store, &Input::text(text).with_id(id));
        worker.work().unwrap();
    }
    assert_eq!(said(&store), ["Which size?", "Ask in the shop.", "tell_stock M"]);
    store.pass(MINUTE);
    store.prune(Duration::ZERO).unwrap();
    receive(&store, &Input::text("m").with_id("m-2"));
    let did = worker.work().unwrap();
    let Did::Turn { turn, .. } = did else {
        panic!("{did:?}")
    };
    assert!(turn.is_repeated);
    assert_eq!(said(&store), [""; 0]);
}

#[test]
fn a_turn_that_is_done_again_makes_its_calls_under_the_same_keys() {
    /// Writes down the keys of its calls, and fails the first time.
    struct Keys(Mutex<Vec<String>>);
    impl Client for Keys {
        fn call(&self, requests: &[Request]) -> Vec<Answer> {
            let mut keys = self.0.lock().unwrap();
            let headers = requests.iter().flat_map(|request| &request.headers);
            keys.extend(
                headers
                    .filter(|(name, _)| name == "Idempotency-Key")
                    .map(|(_, key)| key.to_string()),
            );
            match keys.len() {
                1 => Vec::new(),
                _ => NoCalls.call(requests),
            }
        }
    }
    let store = Memory::at(ten_o_clock());
    let engine = engine().with_idempotency_header("Idempotency-Key");
    let keys = Keys(Mutex::default());
    let worker = Worker::new(&store, &engine, &keys, &newcomer).with_lease(MINUTE);
    // Without an id of the channel: the store gives one.
    receive(&store, &Input::start());
    worker.work().unwrap();
    receive(&store, &Input::text("m"));
    assert_eq!(worker.work().unwrap_err().kind(), ErrorKind::Client);
    store.pass(MINUTE);
    assert!(matches!(worker.work().unwrap(), Did::Turn { .. }));
    let keys = keys.0.into_inner().unwrap();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
}
