//! A host in confusion, or one whose store was written to: the engine says so, and nothing is half done.

use std::time::Duration;

use sayflow::{
    Answer, Client, Customer, Effect, ErrorKind, Event, Failure, Input, InputKind, Outcome, Reply, Request,
    Restored, Session, Timestamp,
};

use crate::cost::alone;
use crate::play::{Chat, calls, engine, ids, limits, texts};

const FLOW: &str = r#"
attribute size: text
attribute name: text
api stock: text {
  get "https://api.shop.example/stock"
}
on start {
  call shop
  text "Done: {{size}}."
}
sequence shop {
  once @hello {
    text "Welcome!"
  }
  buttons {
    "Offers" -> offers extra "x"
  }
  ask "Size?" save size {
    quick replies {
      "S"
      "M" -> offers
    }
    no reply 10m {
      text "Still there?"
    }
  }
}
sequence offers {
  text "Offers."
}
on words "stock" {
  text "<<stock>> pieces" else "Nobody knows."
  ask "Your name?" save name
  text "{{name}}: <<stock>>" else "Nobody knows."
}
on unmatched {
  text "Pardon?"
}
"#;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn a_clock_that_goes_back_or_far_ahead_spoils_nothing() {
    let _alone = alone();
    let mut chat = Chat::new(FLOW);
    let moments = [
        Timestamp::MAX,
        Timestamp::MIN,
        at("2026-11-20T10:00:00Z"),
        at("1969-12-31T00:00:00Z"),
        Timestamp::MAX,
    ];
    for now in moments {
        let turn = chat.says(&Input::start().at(now));
        let due = turn.wait.due.unwrap();
        assert!(due >= now && due <= Timestamp::MAX, "{due}");
        let turn = chat.says(&Input::text("XL").at(now));
        assert_eq!(texts(&turn), ["Size?"; 0], "{turn:?}");
        assert_eq!(chat.customer.last_message_time, Some(now));
    }
    // Back by a year while the question waits: the silence is not due, and an answer is an answer.
    chat.says(&Input::start().at(at("2026-11-20T10:00:00Z")));
    let early = Input::no_reply().at(at("2025-11-20T10:00:00Z"));
    let due = InputKind::NoReply(chat.session.wait().due);
    let reported = Input { kind: due, ..early };
    assert_eq!(
        chat.turn(&reported, &sayflow::NoCalls).unwrap_err().kind(),
        ErrorKind::NotYetDue
    );
    let turn = chat.says(&Input::text("s").at(at("2025-11-20T10:00:00Z")));
    assert_eq!(texts(&turn), ["Done: S."]);
}

#[test]
fn a_timer_that_is_early_twice_or_of_another_question_is_told_apart() {
    let _alone = alone();
    let mut chat = Chat::new(FLOW);
    let start = Input::start().at(at("2026-11-20T10:00:00Z"));
    let due = chat.says(&start).wait.due;
    let rings = |moment: Option<Timestamp>, now: &str| Input::from(InputKind::NoReply(moment)).at(at(now));
    let mut kind = |input: &Input| {
        let before = (chat.session.clone(), chat.customer.clone());
        let result = chat.turn(input, &sayflow::NoCalls);
        if result.is_err() {
            assert_eq!((chat.session.clone(), chat.customer.clone()), before);
        }
        result
            .map(|turn| texts(&turn).len())
            .map_err(|error| error.kind())
    };
    assert_eq!(
        kind(&rings(due, "2026-11-20T10:09:59Z")),
        Err(ErrorKind::NotYetDue)
    );
    let other = Some(at("2026-11-20T09:00:00Z"));
    assert_eq!(
        kind(&rings(other, "2026-11-20T11:00:00Z")),
        Err(ErrorKind::NotDue)
    );
    assert_eq!(kind(&rings(due, "2026-11-20T10:10:00Z")), Ok(1));
    assert_eq!(kind(&rings(due, "2026-11-20T10:10:00Z")), Err(ErrorKind::NotDue));
}

#[test]
fn answers_that_nobody_asked_for_are_refused() {
    let _alone = alone();
    let Chat {
        engine,
        mut session,
        mut customer,
    } = Chat::new(FLOW);
    let input = Input::text("stock");
    let answer = Answer {
        result: Ok(Reply::default()),
        elapsed: Duration::ZERO,
    };
    let mut steps = engine.steps(&mut session, &mut customer, &input).unwrap();
    let refused =
        |result: Result<(), sayflow::Error>| assert_eq!(result.unwrap_err().kind(), ErrorKind::Protocol);
    refused(steps.answer(vec![answer.clone()]));
    let Effect::Calls(requests) = steps.advance().unwrap() else {
        panic!("a call")
    };
    assert_eq!(requests.len(), 1);
    refused(steps.answer(Vec::new()));
    refused(steps.answer(vec![answer.clone(); 1_000]));
    steps.answer(vec![answer.clone()]).unwrap();
    refused(steps.answer(vec![answer]));
    assert!(
        matches!(steps.advance(), Ok(Effect::Event(Event::Call(_)))),
        "and the turn goes on"
    );
}

#[test]
fn a_session_of_another_program_or_customer_is_somebody_who_waits_for_nothing() {
    let _alone = alone();
    let mut chat = Chat::on(engine(FLOW).with_option_key(*b"a key of a host!"));
    let turn = chat.says(&Input::start());
    let offers = ids(&turn).remove(0);
    let other = engine("on start {\n  text \"Elsewhere.\"\n}\non unmatched {\n  text \"Pardon?\"\n}\n");
    assert!(matches!(
        other.program().restore(&chat.session),
        Restored::Lost { .. }
    ));
    let mut elsewhere = Chat {
        engine: other,
        session: chat.session.clone(),
        customer: Customer::new(7),
    };
    let turn = elsewhere.says(&Input::text("S"));
    assert!(
        turn.events
            .iter()
            .any(|event| matches!(event, Event::Restored(Restored::Lost { .. })))
    );
    assert!(turn.attributes.is_empty());
    // The host mixes up two customers: taps are those of the customer to whom they were shown.
    chat.customer = Customer::new(8);
    assert_eq!(
        chat.turn(&Input::tap(offers), &sayflow::NoCalls)
            .unwrap_err()
            .kind(),
        ErrorKind::UnknownOption
    );
}

/// A session in which everything is: returns, a question with options, visits, once, kept options, inputs.
fn rich() -> String {
    let mut chat = Chat::new(FLOW);
    let now = at("2026-11-20T10:00:00Z");
    chat.says(&Input::start().at(now).with_id("m-1"));
    chat.says(&Input::text("stock").at(now).with_id("m-2"));
    serde_json::to_string(&chat.session).unwrap()
}

#[test]
fn a_damaged_session_is_refused_or_goes_on_in_order() {
    let _alone = alone();
    let whole = rich();
    let engine = engine(FLOW);
    let inputs = [
        Input::text("S"),
        Input::start().with_id("m-1"),
        Input::no_reply(),
        Input::tap("0.offers"),
    ];
    let mut read = 0;
    let mut play = |damaged: &str| {
        let Ok(session) = serde_json::from_str::<Session>(damaged) else {
            return;
        };
        read += 1;
        let _ = engine.program().restore(&session);
        for input in &inputs {
            let (mut session, mut customer) = (session.clone(), Customer::new(7));
            engine
                .turn(&mut session, &mut customer, input, &sayflow::NoCalls)
                .ok();
        }
    };
    for (place, _) in whole.char_indices() {
        let (before, behind) = (&whole[..place], &whole[place + 1..]);
        for between in ["", "9", "\"", "{", "null", "\u{0}", "-1e99"] {
            play(&format!("{before}{between}{behind}"));
        }
        play(before);
    }
    for (what, instead) in [
        ("\"at\":\"", "\"at\":\"@"),
        ("offers", ""),
        ("[[0,", "[[18446744073709551615,"),
        ("\"next\":", "\"next\":1844674407370955161"),
    ] {
        assert!(whole.contains(what), "{what} in {whole}");
        play(&whole.replace(what, instead));
    }
    assert!(read > 500, "{read} damaged sessions could be read");
}

/// A client that gives these answers, whatever it is asked.
struct Odd(Vec<Answer>);

impl Client for Odd {
    fn call(&self, _: &[Request]) -> Vec<Answer> {
        self.0.clone()
    }
}

#[test]
fn a_client_with_the_wrong_number_of_answers_ends_the_turn_as_if_it_had_not_been() {
    let _alone = alone();
    let mut chat = Chat::new(FLOW);
    let answer = Answer {
        result: Err(Failure::Timeout),
        elapsed: Duration::MAX,
    };
    for answers in [Vec::new(), vec![answer; 1_000]] {
        let refused = chat.turn(&Input::text("stock"), &Odd(answers));
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Protocol);
        assert_eq!(
            (&chat.session, &chat.customer),
            (&Session::new(), &Customer::new(7))
        );
    }
}

#[test]
fn a_client_that_gives_too_much_or_too_late_is_one_that_failed() {
    let _alone = alone();
    let huge = Reply {
        status: 200,
        body: vec![b'['; 64 << 20],
        location: None,
    };
    let answer = |result, elapsed| Odd(vec![Answer { result, elapsed }]);
    let mut chat = Chat::new(FLOW);
    let client = answer(Ok(huge), Duration::ZERO);
    let turn = chat.turn(&Input::text("stock"), &client).unwrap();
    assert_eq!(calls(&turn), ["too large"]);
    let reply = Reply {
        status: 200,
        body: br#"{"success": true, "data": "5"}"#.to_vec(),
        location: None,
    };
    let late = answer(Ok(reply), Duration::MAX);
    let turn = chat.turn(&Input::text("stock"), &late).unwrap();
    assert_eq!(calls(&turn), [Outcome::Timeout.as_str()]);
    assert_eq!(limits(&turn), [""; 0]);
}
