//! Who writes to the bot: no message, tap or id reaches further than it should, or costs more than the page says.

use sayflow::{Block, Customer, ErrorKind, Event, Input, InputKind, Limits, NoCalls, OPTIONS_KEPT, Session};

use crate::cost::{alone, bounded};
use crate::play::{Chat, Shop, engine, ids, sent, texts};

const MENU: &str = r#"
attribute name: text
attribute size: one of "S", "M"
on start {
  buttons "Welcome!" {
    "Offers" -> offers extra "from the menu"
  }
}
sequence offers {
  ask "Which size?" save size {
    quick replies {
      "S"
      "M"
    }
    retry "S or M, please."
  }
  text "{{size}} it is."
}
on words "name" {
  ask "Your name?" save name
  text "Hello {{name}}!"
}
on stale {
  text "That is gone."
}
on unmatched {
  text "Pardon?"
}
"#;

const KEY: [u8; 16] = *b"a key of a host!";

fn said(chat: &mut Chat, input: &Input) -> String {
    texts(&chat.says(input)).join(" ")
}

#[test]
fn a_message_of_a_megabyte_is_refused_and_changes_nothing() {
    let _alone = alone();
    let mut chat = Chat::new(MENU);
    chat.says(&Input::start());
    let (session, customer) = (chat.session.clone(), chat.customer.clone());
    let message = "a".repeat(1 << 20);
    let long = [
        Input::text(message.as_str()),
        Input::tap(message.as_str()),
        Input::intent(message.as_str()),
        Input::start_at(message.as_str()),
        Input::image(format!("https://cdn.example/{message}")),
        Input::text("Hi").with_id(message),
    ];
    for input in long {
        let refused = bounded("a message of 1 MB", || chat.turn(&input, &sayflow::NoCalls));
        assert_eq!(
            refused.unwrap_err().kind(),
            ErrorKind::InputTooLarge,
            "{}",
            input.kind.name()
        );
        assert_eq!((&chat.session, &chat.customer), (&session, &customer));
    }
}

#[test]
fn a_message_as_long_as_the_limit_is_stored_twice_and_no_more() {
    let _alone = alone();
    let mut chat = Chat::new(MENU);
    chat.says(&Input::text("name"));
    let before = chat.stored();
    let most = Limits::default().input_bytes;
    let message = "a".repeat(most);
    let turn = bounded("a message of 64 KiB that is saved and shown", || {
        chat.says(&Input::text(message.as_str()))
    });
    // "Hello {{name}}!" is longer than a text may be.
    assert_eq!(crate::play::limits(&turn), ["text_bytes"]);
    let after = chat.stored();
    assert!(after.0 <= before.0, "the session holds none of it");
    assert!(
        after.1 < 2 * most + 1_000,
        "once as the answer, once as the last message"
    );
}

#[test]
fn an_id_that_nobody_made_opens_nothing() {
    let _alone = alone();
    let mut chat = Chat::on(engine(MENU).with_option_key(KEY));
    let turn = chat.says(&Input::start());
    let id = ids(&turn).remove(0);
    let (body, tag) = id.rsplit_once('.').unwrap();
    let forged = [
        String::new(),
        ".".repeat(60_000),
        "offers".to_owned(),
        "0.offers".to_owned(),
        format!("1.offers.{tag}"),
        format!("{body}.{}", "0".repeat(16)),
        format!("{body}.{}", &tag[1..]),
        format!("{id}.{tag}"),
        format!("{id}\0"),
        id.to_uppercase(),
        format!("{}.offers.{tag}", "f".repeat(17)),
        format!("0.#{}.{tag}", "f".repeat(16)),
    ];
    let before = chat.session.clone();
    for id in &forged {
        let refused = chat.turn(&Input::tap(id.as_str()), &sayflow::NoCalls);
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::UnknownOption, "{id}");
        assert_eq!(chat.session, before);
    }
    assert_eq!(said(&mut chat, &Input::tap(id)), "");
    assert!(
        chat.session.wait().ask.is_some(),
        "the genuine one opens what it says"
    );
}

#[test]
fn without_a_key_an_id_reaches_sequences_of_the_flow_alone() {
    let _alone = alone();
    let mut chat = Chat::new(MENU);
    chat.says(&Input::start());
    for (id, answer) in [
        ("99.offers", ""),
        ("99.nowhere", "That is gone."),
        ("99.#0", "That is gone."),
    ] {
        let mut twin = Chat {
            session: chat.session.clone(),
            ..Chat::new(MENU)
        };
        assert_eq!(said(&mut twin, &Input::tap(id)), answer, "{id}");
    }
}

#[test]
fn another_customers_option_is_none() {
    let _alone = alone();
    let engine = engine(MENU).with_option_key(KEY);
    let (mut theirs, mut other) = (Session::new(), Customer::new(8));
    let turn = engine.turn(&mut theirs, &mut other, &Input::start(), &sayflow::NoCalls);
    let id = ids(&turn.unwrap()).remove(0);
    let mut chat = Chat::on(engine);
    chat.says(&Input::start());
    let before = chat.session.clone();
    let refused = chat.turn(&Input::tap(id), &sayflow::NoCalls);
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::UnknownOption);
    assert_eq!(chat.session, before);
}

#[test]
fn an_option_of_an_edited_flow_or_of_another_question_never_answers_this_one() {
    let _alone = alone();
    let mut chat = Chat::new(MENU);
    let menu = ids(&chat.says(&Input::start())).remove(0);
    let sizes = ids(&chat.says(&Input::tap(menu)));
    chat.says(&Input::text("name"));
    // A size is no name: it answers its own question, and this one is dropped with its returns.
    let turn = chat.says(&Input::tap(sizes[0].as_str()));
    assert!(!turn.attributes.contains_key("name"), "{turn:?}");
    assert_eq!(turn.attributes["size"], Some("S".into()));
    let edited = engine("on start {\n  text \"New.\"\n}\non stale {\n  text \"That is gone.\"\n}\n");
    let mut edited = Chat {
        engine: edited,
        ..chat
    };
    assert_eq!(said(&mut edited, &Input::tap(sizes[1].as_str())), "That is gone.");
    assert_eq!(
        edited.customer.attribute("size"),
        Some(&"S".into()),
        "and saves nothing"
    );

    let mut anew = Chat::new(MENU);
    anew.session = edited.session.renewed();
    let menu = ids(&anew.says(&Input::start())).remove(0);
    anew.says(&Input::tap(menu));
    for old in sizes {
        let turn = anew.says(&Input::tap(old));
        assert_eq!(
            turn.attributes.get("size"),
            None,
            "an option of the conversation before"
        );
    }
}

#[test]
fn thousands_of_attributes_are_carried_and_no_more_are_added() {
    let _alone = alone();
    let flow = r#"
api load: nothing {
  post "https://api.shop.example/load"
}
on start {
  call <<load>> else contract {
    text "Too much."
  } else blocked {
    text "Not sent."
  }
}
"#;
    let mut chat = Chat::new(flow);
    for number in 0..10_000 {
        chat.customer
            .set_attribute(format!("attribute_{number}"), "0123456789");
    }
    let more = Shop(r#"{"success": true, "attributes": {"one": "more"}}"#.to_owned());
    let turn = bounded("10,000 attributes of a customer, sent to an endpoint", || {
        chat.turn(&Input::start(), &more).unwrap()
    });
    assert_eq!(texts(&turn), ["Too much."]);
    let fewer = Shop(r#"{"success": true, "attributes": {"attribute_1": "0"}}"#.to_owned());
    assert_eq!(chat.turn(&Input::start(), &fewer).unwrap().attributes.len(), 1);
    for number in 10_000..60_000 {
        chat.customer
            .set_attribute(format!("attribute_{number}"), "0123456789");
    }
    let turn = chat.turn(&Input::start(), &more).unwrap();
    assert_eq!(texts(&turn), ["Not sent."], "a request has its limit");
}

#[test]
fn what_a_customer_writes_comes_out_as_plain_text_and_whole_where_it_is_data() {
    let _alone = alone();
    let flow = r#"
attribute name: text
action greet {
  name: text
}
api shop: nothing {
  post "https://api.shop.example/{{name}}"
  param "q" = name
}
api header: nothing {
  get "https://api.shop.example/"
  header "X-Name" = name
}
on start {
  ask "Name?" save name
  text "Hello {{name}}, you owe 100."
  buttons "For {{name}}:" {
    "Open {{name}}" -> url "https://shop.example/{{name}}"
  }
  do greet {
    name = name
  }
  call <<shop>>
  call <<header>>
  handover "Team {{name}}"
}
"#;
    let mut chat = Chat::new(flow);
    chat.says(&Input::start());
    let name = "A\u{1b}[2Js\u{202e}ha\u{2067}\r\nX: 1";
    let Chat {
        engine,
        session,
        customer,
    } = &mut chat;
    let input = Input::text(name);
    let mut steps = engine.steps(session, customer, &input).unwrap();
    let mut seen = Vec::new();
    loop {
        match steps.advance().unwrap() {
            sayflow::Effect::Block(block) => seen.push(format!("{block:?}")),
            sayflow::Effect::Event(Event::Call(report)) => {
                seen.push(format!("{} {:?}", report.outcome, report.message))
            }
            sayflow::Effect::Event(Event::Action { values, .. }) => assert_eq!(values["name"], name.into()),
            sayflow::Effect::Event(event) => seen.push(format!("{event:?}")),
            sayflow::Effect::Calls(requests) => {
                seen.extend(
                    requests
                        .iter()
                        .map(|request| sent(request).lines().next().unwrap().to_owned()),
                );
                let all = requests.iter().map(sent).collect::<String>();
                assert!(all.contains(r#""name":"A\u001b[2Js"#) && !all.contains('\u{1b}'));
                steps
                    .answer(sayflow::Client::call(
                        &Shop(r#"{"success":true}"#.to_owned()),
                        &requests,
                    ))
                    .unwrap();
            }
            sayflow::Effect::Wait(_) => break,
            _ => {}
        }
    }
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("hostile@what_a_customer_writes", seen.join("\n"));
    });
}

#[test]
fn an_input_during_a_turn_waits_for_its_end() {
    let _alone = alone();
    let flow =
        "api a: text {\n  get \"https://a.example/\"\n}\non start {\n  text \"<<a>>\" else \"No.\"\n}\n";
    let Chat {
        engine,
        mut session,
        mut customer,
    } = Chat::new(flow);
    let before = (session.clone(), customer.clone());
    let input = Input::text("Hi");
    // A second machine on this session does not compile: the first one holds it. What is left is to hurry it.
    let mut steps = engine.steps(&mut session, &mut customer, &input).unwrap();
    steps.advance().unwrap();
    assert_eq!(steps.advance().unwrap_err().kind(), ErrorKind::Protocol);
    drop(steps);
    assert_eq!(
        (session, customer),
        before,
        "a turn that is given up was never there"
    );
}

#[test]
fn a_text_of_a_million_marks_on_one_letter_takes_its_length() {
    let _alone = alone();
    let limits = Limits {
        input_bytes: 4 << 20,
        text_bytes: 4 << 20,
        customer_bytes: 8 << 20,
        turn_bytes: 8 << 20,
        ..Limits::default()
    };
    let mut chat = Chat::new(MENU).with_limits(limits);
    chat.says(&Input::text("name"));
    let message = format!("a{}", "\u{301}".repeat(1_000_000));
    let turn = bounded("a million combining marks, where the host allows 4 MiB", || {
        chat.says(&Input::text(message.as_str()))
    });
    assert_eq!(texts(&turn), [format!("Hello {message}!")]);
    assert_eq!(said(&mut chat, &Input::text(message)), "Pardon?");
}

#[test]
fn numbers_and_days_that_are_none_are_wrong_answers() {
    let _alone = alone();
    let flow = r#"
attribute n: number
attribute d: date
on start {
  ask "n?" save n {
    retry "no n"
  }
  ask "d?" save d {
    retry "no d"
  }
  text "{{n}} {{d}}"
}
"#;
    let mut chat = Chat::new(flow);
    chat.says(&Input::start());
    let digits = "9".repeat(400);
    for wrong in [
        "1e400",
        "NaN",
        "inf",
        "-infinity",
        "0x10",
        "1e3",
        "١e٣",
        "--1",
        &digits,
        "1.",
        "\u{0}1",
    ] {
        assert_eq!(said(&mut chat, &Input::text(wrong)), "no n", "{wrong}");
    }
    assert_eq!(said(&mut chat, &Input::text("9223372036854775808")), "d?");
    for wrong in [
        "999999-01-01",
        "01.01.999999",
        "0000-00-00",
        "2026-02-30",
        "-001-01-01",
        "2026-1-1-1",
    ] {
        assert_eq!(said(&mut chat, &Input::text(wrong)), "no d", "{wrong}");
    }
    let place = InputKind::Location {
        latitude: f64::NAN,
        longitude: f64::INFINITY,
    };
    let refused = chat
        .turn(&Input::from(place).with_id("m-1"), &NoCalls)
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::BadPlace);
    assert_eq!(
        said(&mut chat, &Input::text("31/12/9999")),
        "9223372036854776000 9999-12-31"
    );
    assert!(serde_json::to_string(&chat.customer).is_ok());
}

#[test]
fn ten_thousand_taps_leave_a_session_as_large_as_a_few() {
    let _alone = alone();
    let mut chat = Chat::new(MENU);
    let mut id = ids(&chat.says(&Input::start())).remove(0);
    let mut stored = Vec::new();
    for number in 0..10_000 {
        let input = if number % 2 == 0 {
            Input::tap(id.as_str())
        } else {
            Input::start()
        };
        let turn = chat.says(&input.with_id(format!("m-{number:05}")));
        if number % 2 == 1 {
            id = ids(&turn).remove(0);
        }
        if [2 * OPTIONS_KEPT + 1, 9_999].contains(&number) {
            stored.push(chat.stored().0);
        }
    }
    let (early, late) = (stored[0], stored[1]);
    assert!(
        late <= early + 200,
        "{early} bytes, then {late}: only numbers grow"
    );
}

#[test]
fn an_id_that_comes_again_with_other_words_is_refused() {
    let _alone = alone();
    let mut chat = Chat::new(MENU);
    chat.says(&Input::text("name").with_id("m-1"));
    let before = chat.session.clone();
    let refused = chat.turn(&Input::text("Asha").with_id("m-1"), &sayflow::NoCalls);
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::ReusedId);
    assert_eq!(chat.session, before);
    let turn = chat.says(&Input::text("name").with_id("m-1"));
    assert!(turn.is_repeated && matches!(turn.blocks[..], [Block::Text { .. }]));
}
