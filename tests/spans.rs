//! What a subscriber is told of a conversation, and what it is not told.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

#[path = "spans/listener.rs"]
mod listener;

use std::time::Duration;

use listener::Listener;
use sayflow::{
    Answer, Client, Customer, Effect, Engine, Failure, Input, Limits, NoCalls, Program, Reply, Request,
    Session, Source, Steps,
};

const FLOW: &str = r#"
attribute order_no: text
attribute age: number
attribute told_age: any

action send_email {
  to: text
}

server shop "https://api.shop.example/v1" {
  header "X-Shop-Token" = secret SHOP_TOKEN
}

api status: text {
  get shop "/orders/{{order_no}}"
  param "key" = secret SHOP_TOKEN
  param "order" = order_no
}

api advice: text {
  post shop "/advice"
  timeout 2s
}

on start {
  ask "Your order number?" save order_no {
    accept pattern "AA-######"
    retry 1 "Like AB-123456."
    no match {
      goto agent
    }
  }
  text "Order {{order_no}}: <<status>>. <<advice>>" else "Nothing to see."
}

on words "mail" {
  do send_email {
    to = email
  }
  text "Sent to {{email}}."
}

on words "again" {
  text "Again: <<status>>." else "No."
}

on words "birthday" {
  set age = told_age
  text "{{age|}} candles"
}

sequence agent {
  text "A person comes."
  handover "Team {{first_name}}" priority high
}
"#;

const SECRET: &str = "s3cret/key";

/// What customers and endpoints say, and what is known of them.
const PRIVATE: [&str; 9] = [
    "AB-204816",
    "packed for Asha",
    "asha@mail.example",
    "Asha",
    "no idea",
    "old enough",
    "X-Shop-Token",
    "gone with the wind",
    "/orders/",
];

struct Shop(Vec<Result<(u16, &'static str), Failure>>);

impl Client for Shop {
    fn call(&self, requests: &[Request]) -> Vec<Answer> {
        tracing::info!("the shop is asked");
        assert_eq!(requests.len(), self.0.len());
        self.0.iter().map(answer).collect()
    }
}

fn answer(reply: &Result<(u16, &'static str), Failure>) -> Answer {
    let result = reply.clone().map(|(status, body)| Reply {
        status,
        location: None,
        body: body.into(),
    });
    Answer {
        result,
        elapsed: Duration::from_millis(120),
    }
}

fn engine() -> Engine {
    let program = Program::load([Source::new("shop.flow", FLOW)]).unwrap();
    Engine::new(program).with_secret("SHOP_TOKEN", SECRET, ["https://api.shop.example"])
}

fn asha(uid: i64) -> Customer {
    let mut customer = Customer::new(uid);
    customer.platform_id = 101;
    customer.first_name = "Asha".to_owned();
    customer.set_attribute("told_age", "old enough");
    customer.email = "asha@mail.example".to_owned();
    customer
}

/// A conversation in which one of everything happens.
fn conversation(engine: &Engine) {
    let (mut session, mut customer) = (Session::new(), asha(7));
    let ok = r#"{"success": true, "data": "packed for Asha, s3cret%2Fkey"}"#;
    let no = r#"{"success": false, "message": "gone with the wind s3cret/key"}"#;
    let both = Shop(vec![Ok((200, ok)), Ok((200, no))]);
    let one = Shop(vec![Ok((200, ok))]);
    let nothing = Shop(Vec::new());
    let inputs = [
        (Input::start().with_id("m-1"), &nothing),
        (Input::text("no idea"), &nothing),
        (Input::text("AB-204816").with_id("m-3"), &both),
        (Input::text("again"), &one),
        (Input::text("mail"), &nothing),
        (Input::text("birthday"), &nothing),
        (Input::start_at("agent"), &nothing),
        (Input::text("Is anybody there?"), &nothing),
    ];
    for (input, client) in inputs {
        engine.turn(&mut session, &mut customer, &input, client).unwrap();
    }
}

#[test]
fn a_turn_is_a_span_and_each_call_is_one_in_it() {
    let engine = engine();
    let told = Listener::hears(|| conversation(&engine));
    shown("turns_and_calls", &told);
}

#[test]
fn what_customers_and_endpoints_say_is_not_told() {
    let engine = engine();
    let told = Listener::hears(|| conversation(&engine));
    assert!(told.contains("m-3") && told.contains("uid=7"), "{told}");
    for private in PRIVATE.into_iter().chain([SECRET, "s3cret"]) {
        assert!(!told.contains(private), "{private} is told:\n{told}");
    }
}

#[test]
fn a_host_that_asks_is_told_everything_but_secrets() {
    let engine = engine().with_texts_in_spans(true);
    let told = Listener::hears(|| conversation(&engine));
    for said in [
        "no idea",
        "AB-204816",
        "packed for Asha",
        "gone with the wind",
        "/v1/orders/AB-204816?key=***",
    ] {
        assert!(told.contains(said), "{said} is not told:\n{told}");
    }
    assert!(!told.contains("s3cret"), "{told}");
}

#[test]
fn a_refused_input_is_told_without_its_words() {
    let engine = engine();
    let told = Listener::hears(|| {
        let (mut session, mut customer) = (Session::new(), asha(7));
        let input = Input::start_at("Asha's own");
        engine
            .turn(&mut session, &mut customer, &input, &NoCalls)
            .unwrap_err();
    });
    shown("refused_input", &told);
}

#[test]
fn a_limit_is_told_and_ends_the_turn() {
    let engine = engine().with_limits(Limits {
        blocks: 0,
        ..Limits::default()
    });
    let told = Listener::hears(|| {
        let (mut session, mut customer) = (Session::new(), asha(7));
        engine
            .turn(&mut session, &mut customer, &Input::start_at("agent"), &NoCalls)
            .unwrap();
    });
    shown("limit", &told);
}

#[test]
fn an_input_that_is_delivered_again_is_told_as_that() {
    let engine = engine();
    let told = Listener::hears(|| {
        let (mut session, mut customer) = (Session::new(), asha(7));
        for _ in 0..2 {
            let input = Input::start_at("agent").with_id("m-1");
            engine
                .turn(&mut session, &mut customer, &input, &NoCalls)
                .unwrap();
        }
    });
    shown("repeated", &told);
}

#[test]
fn a_place_that_an_edit_took_away_is_told() {
    let edited = "on start {\n  text \"Hello again.\"\n}\n";
    let edited = Engine::new(Program::load([Source::new("shop.flow", edited)]).unwrap());
    let engine = engine();
    let told = Listener::hears(|| {
        let mut asked = Asked::new(&engine, 7);
        edited
            .turn(&mut asked.session, &mut asked.customer, &asked.input, &NoCalls)
            .unwrap();
    });
    shown("place_gone", &told);
}

#[test]
fn calls_that_are_not_sent_have_a_span() {
    let engine = engine().with_calls_enabled(false);
    let told = Listener::hears(|| {
        let (mut session, mut customer) = (Session::new(), asha(7));
        for input in [Input::start(), Input::text("AB-204816")] {
            engine
                .turn(&mut session, &mut customer, &input, &NoCalls)
                .unwrap();
        }
    });
    shown("calls_not_sent", &told);
}

#[test]
fn no_span_is_entered_while_the_host_holds_the_machine() {
    let engine = engine();
    let told = Listener::hears(|| {
        let (mut one, mut other) = (Asked::new(&engine, 1), Asked::new(&engine, 2));
        let (mut one, mut other) = (one.steps(), other.steps());
        assert!(tracing::Span::current().is_none());
        calls(&mut one);
        calls(&mut other);
        assert!(tracing::Span::current().is_none());
        for steps in [&mut one, &mut other] {
            steps.answer(vec![answer(&Err(Failure::Timeout)); 2]).unwrap();
            while !matches!(steps.advance().unwrap(), Effect::Wait(_)) {}
        }
        tracing::info!("both turns are over, and their machines still there");
    });
    shown("two_machines", &told);
}

#[test]
fn a_turn_that_is_given_up_says_so() {
    let engine = engine();
    let told = Listener::hears(|| {
        let mut asked = Asked::new(&engine, 7);
        let mut steps = asked.steps();
        calls(&mut steps);
        drop(steps);
    });
    shown("given_up", &told);
}

/// Compares with the snapshot of that name.
fn shown(name: &str, told: &str) {
    insta::with_settings!({ snapshot_suffix => name, prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("spans", told);
    });
}

/// A customer who is asked for an order number and has typed one.
struct Asked<'e> {
    engine: &'e Engine,
    session: Session,
    customer: Customer,
    input: Input,
}

impl<'e> Asked<'e> {
    fn new(engine: &'e Engine, uid: i64) -> Self {
        let (mut session, mut customer) = (Session::new(), asha(uid));
        tracing::subscriber::with_default(tracing::subscriber::NoSubscriber::default(), || {
            engine
                .turn(&mut session, &mut customer, &Input::start(), &NoCalls)
                .unwrap();
        });
        Self {
            engine,
            session,
            customer,
            input: Input::text("AB-204816"),
        }
    }

    fn steps(&mut self) -> Steps<'_> {
        self.engine
            .steps(&mut self.session, &mut self.customer, &self.input)
            .unwrap()
    }
}

/// Drives a turn to its calls.
fn calls(steps: &mut Steps<'_>) {
    let Effect::Calls(requests) = steps.advance().unwrap() else {
        panic!("no calls")
    };
    assert_eq!(requests.len(), 2);
}
