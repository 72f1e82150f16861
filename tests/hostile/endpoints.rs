//! Who answers calls: whatever is sent, a turn ends in order, costs what the page says, and shows plain text.

use std::io::Write;

use sayflow::{Block, Customer, Event, HttpClient, Input, Limits, OPTIONS_KEPT, Outcome, Session};
use serde_json::json;

use crate::cost::{alone, bounded};
use crate::play::{Chat, Shop, calls, limits, texts};
use crate::server::Server;

const FLOW: &str = r#"
attribute note: text
attribute cart: any
api words: text {
  get "https://api.shop.example/words"
}
api choices: buttons {
  get "https://api.shop.example/choices"
}
api cards: gallery {
  get "https://api.shop.example/cards"
}
api load: nothing {
  get "https://api.shop.example/load"
}
on start {
  text "Shop: <<words>> (100 in all)" else "No words."
}
on words "choices" {
  buttons {
    <<choices>>
  } else "No choices."
}
on words "ask" {
  ask {
    buttons {
      <<choices>>
    }
  } else "No choices."
}
on words "cards" {
  gallery {
    <<cards>>
  } else "No cards."
}
on words "load" {
  call <<load>> else {
    text "Not loaded."
  }
  text "Note: {{note}} (100 in all)"
}
sequence offers {
  text "Offers."
}
on unmatched {
  text "Pardon?"
}
"#;

fn chat() -> Chat {
    let mut chat = Chat::new(FLOW);
    chat.says(&Input::text("hello"));
    chat
}

fn reply(data: &serde_json::Value) -> Shop {
    Shop(json!({"success": true, "data": data}).to_string())
}

#[test]
fn controls_and_directions_of_a_reply_stay_in_it() {
    let _alone = alone();
    let evil = "a\u{1b}]0;x\u{7}\u{9b}\u{202e}b\u{2067}c\r\nd\te";
    let mut chat = chat();
    let turn = chat.turn(&Input::start(), &reply(&json!(evil))).unwrap();
    assert_eq!(texts(&turn), ["Shop: a]0;xbc\nd\te (100 in all)"]);
    let closed = reply(&json!("\u{2068}إجمالي\u{2069} \u{2069}"));
    let turn = chat.turn(&Input::start(), &closed).unwrap();
    assert_eq!(texts(&turn), ["Shop: \u{2068}إجمالي\u{2069}  (100 in all)"]);

    let options = json!([{"title": evil, "type": "sequence", "value": "offers"}, {"title": evil, "type": "url", "value": "https://shop.example"}]);
    let turn = chat.turn(&Input::text("choices"), &reply(&options)).unwrap();
    let [Block::Buttons { options, .. }] = &turn.blocks[..] else {
        panic!("{turn:?}")
    };
    assert!(options.iter().all(|option| option.title == "a]0;xbc\nd\te"));

    let cards = json!([{"title": evil, "subtitle": evil}]);
    let turn = chat.turn(&Input::text("cards"), &reply(&cards)).unwrap();
    let [Block::Gallery { cards }] = &turn.blocks[..] else {
        panic!("{turn:?}")
    };
    assert_eq!(
        (&*cards[0].title, cards[0].subtitle.as_deref()),
        ("a]0;xbc\nd\te", Some("a]0;xbc\nd\te"))
    );

    let load = Shop(json!({"success": true, "attributes": {"note": evil}}).to_string());
    let turn = chat.turn(&Input::text("load"), &load).unwrap();
    assert_eq!(texts(&turn), ["Note: a]0;xbc\nd\te (100 in all)"]);
    assert_eq!(
        chat.customer.attribute("note"),
        Some(&evil.into()),
        "what is saved is data"
    );
}

#[test]
fn a_title_of_which_nothing_is_seen_is_empty_and_a_url_with_hidden_characters_is_none() {
    let _alone = alone();
    for (title, url) in [
        ("\u{202e}", "https://shop.example"),
        ("\u{2066}\u{2069}\u{1}", "https://shop.example"),
        ("x", "https://shop.example/\u{202e}gpj.exe"),
        ("x", "https://shop.example/\u{2067}"),
        ("x", "https://shop.example/\u{7}"),
        ("x", "java\u{0}script:alert(1)"),
        ("x", "javascript:alert(1)"),
        ("x", "https://shop.example@evil.example/"),
        ("x", "https://pay\u{200b}.shop.example/"),
        ("x", "https://shop.example/\u{200f}\u{2060}x"),
        ("x", "https://shop.example＠evil.example/"),
    ] {
        let options = json!([{"title": title, "type": "url", "value": url}]);
        let turn = chat().turn(&Input::text("choices"), &reply(&options)).unwrap();
        assert_eq!(texts(&turn), ["No choices."], "{title:?} {url:?}");
    }
}

#[test]
fn what_a_reply_says_to_the_log_is_one_line() {
    let _alone = alone();
    let body =
        json!({"success": false, "message": "no\nINFO paid\u{1b}[2J\u{202e}x", "attributes": {}}).to_string();
    let turn = chat().turn(&Input::start(), &Shop(body)).unwrap();
    let [Event::Call(report)] = &turn.events[..] else {
        panic!("{turn:?}")
    };
    assert_eq!(report.message.as_deref(), Some("no INFO paid [2Jx"));
    let body =
        json!({"success": true, "data": "x", "attributes": {"a\nINFO \u{1b}": ["\u{1b}\n"]}}).to_string();
    let turn = chat().turn(&Input::start(), &Shop(body)).unwrap();
    let [Event::Call(report)] = &turn.events[..] else {
        panic!("{turn:?}")
    };
    let problem = &report.problems()[0];
    let words = format!(
        "{problem} {} {}",
        problem.message,
        problem.help.as_deref().unwrap_or_default()
    );
    assert!(!words.contains(char::is_control), "{words:?}");
}

#[test]
fn of_ten_thousand_options_the_first_are_shown_and_kept() {
    let _alone = alone();
    let option = |number| json!({"title": format!("Option {number}"), "type": "sequence", "value": "offers", "extra": "x"});
    let options = reply(&(0..10_000).map(option).collect());
    let mut chat = chat();
    let turn = bounded("10,000 options in a reply", || {
        chat.turn(&Input::text("choices"), &options).unwrap()
    });
    assert_eq!(calls(&turn), ["ok reply::too_many_items"]);
    let [Block::Buttons { options: shown, .. }] = &turn.blocks[..] else {
        panic!("{turn:?}")
    };
    assert_eq!(shown.len(), Limits::default().reply_items);
    let kept = |chat: &Chat| {
        let session = serde_json::to_value(&chat.session).unwrap();
        session["options"].as_array().unwrap().len()
    };
    // Each of them still has its extra, and those of another day do not pile up.
    assert_eq!(kept(&chat), Limits::default().reply_items);
    chat.turn(&Input::text("name"), &options).unwrap();
    assert_eq!(kept(&chat), OPTIONS_KEPT);
}

#[test]
fn titles_of_a_megabyte_end_the_turn() {
    let _alone = alone();
    let long = "x".repeat(1_000_000);
    let mut chat = chat();
    let turn = bounded("a text of 1 MB in a reply", || {
        chat.turn(&Input::start(), &reply(&json!(long))).unwrap()
    });
    assert_eq!((limits(&turn), texts(&turn).len()), (vec!["text_bytes"], 0));
    let options = reply(&json!([{"title": long, "type": "sequence", "value": "offers"}]));
    let turn = bounded("a text of 1 MB in a reply", || {
        chat.turn(&Input::text("choices"), &options).unwrap()
    });
    assert_eq!((limits(&turn), turn.blocks.len()), (vec!["text_bytes"], 0));
    let turn = chat.says(&Input::text("hello"));
    assert_eq!(texts(&turn), ["Pardon?"], "and the next one is as usual");
}

#[test]
fn no_text_of_an_option_or_a_card_is_longer_than_the_limit_of_texts() {
    let _alone = alone();
    let most = Limits::default().text_bytes;
    let fields = ["title", "extra", "value", "subtitle", "image", "url"];
    let (option, answer, card) = (
        json!({"title": "T", "type": "url", "value": "https://a.example/", "extra": "E"}),
        json!({"title": "T", "type": "sequence", "value": "offers", "extra": "E"}),
        json!({"title": "T", "subtitle": "S", "image": "https://a.example/", "url": "https://a.example/"}),
    );
    let mut tried = 0;
    for (word, item) in [("choices", option), ("ask", answer), ("cards", card)] {
        for field in fields {
            let Some(text) = item[field].as_str().filter(|text| *text != "offers") else {
                continue;
            };
            for (length, passed) in [(most, vec![]), (most + 1, vec!["text_bytes"])] {
                let mut item = item.clone();
                item[field] = format!("{text}{}", "x".repeat(length - text.len())).into();
                let turn = chat().turn(&Input::text(word), &reply(&json!([item]))).unwrap();
                let shown = usize::from(passed.is_empty());
                assert_eq!(
                    (limits(&turn), turn.blocks.len()),
                    (passed, shown),
                    "{word} {field} {length}"
                );
                tried += 1;
            }
        }
    }
    assert_eq!(tried, 18);
}

#[test]
fn attributes_never_make_a_customer_larger_than_the_limit() {
    let _alone = alone();
    let mut chat = chat();
    let most = Limits::default().customer_bytes;
    for round in 0..20 {
        let attributes: serde_json::Map<_, _> = (0..5_000)
            .map(|number| (format!("k{round}-{number}"), json!("v")))
            .collect();
        let load = Shop(json!({"success": true, "attributes": attributes}).to_string());
        let turn = bounded("5,000 attributes in a reply, twenty times", || {
            chat.turn(&Input::text("load"), &load).unwrap()
        });
        if round > 2 {
            assert_eq!(calls(&turn), ["contract reply::attributes_too_large"]);
        }
    }
    let long = "x".repeat(most + 1);
    for key in ["note", "cart", "first_name", "undeclared"] {
        let load = Shop(json!({"success": true, "attributes": {key: long}}).to_string());
        let turn = chat.turn(&Input::text("load"), &load).unwrap();
        assert_eq!(calls(&turn), ["contract reply::attributes_too_large"], "{key}");
    }
    assert!(chat.stored().1 < 2 * most, "{:?}", chat.stored());
}

#[test]
fn a_body_of_faults_costs_no_more_than_its_problems() {
    let _alone = alone();
    let key = "k".repeat(500_000);
    let bodies = [
        "[".repeat(1_000_000),
        "{\"a\":".repeat(200_000),
        format!("{{\"success\": true, \"data\": [{}0]}}", "0,".repeat(500_000)),
        format!("{{\"success\": true, \"data\": \"x\", \"attributes\": {{\"{key}\": []}}}}"),
        format!("{{\"{key}\": [{}]}}", "tru,".repeat(100_000)),
        format!(
            "{{\"success\": true, \"message\": \"{}\"}}",
            "\\u0000".repeat(150_000)
        ),
        "\u{fffd}".repeat(300_000),
        format!("<title>{}</title>", "x".repeat(900_000)),
        // What is looked up once, and not once for each key.
        format!("{{{}}}", vec!["\"\":0"; 200_000].join(",")),
        format!("{{\"success\": true, {}}}", vec!["\"\": 0"; 150_000].join(",")),
        format!("{{\"{key}\": [{}]}}", "01,".repeat(100_000)),
        format!("{{{}:1}}", "k".repeat(900_000)),
        format!("{{\"success\": true, \"data\": 0{}}}", "9".repeat(900_000)),
        format!("{{\"success\": false, \"message\": \"{}\"}}", "x".repeat(900_000)),
    ];
    for body in bodies {
        let mut chat = chat();
        let turn = bounded("1 MiB of faults, nesting or one key", || {
            chat.turn(&Input::start(), &Shop(body)).unwrap()
        });
        assert_eq!(texts(&turn), ["No words."]);
        let events = serde_json::to_string(&turn.events).unwrap().len();
        assert!(events < 512 << 10, "{events} bytes of events");
    }
}

/// A turn of as many calls as there may be says little more of them than of one.
#[test]
fn bodies_of_faults_cost_a_turn_no_more_than_one() {
    let _alone = alone();
    let lines = "  buttons {\n    <<choices>>\n  } else \"No choices.\"\n".repeat(32);
    let mut chat = Chat::new(&FLOW.replace("on words \"ask\" {\n", &format!("on words \"all\" {{\n{lines}")));
    let faults = format!("{{\"success\": true, \"data\": [{}0]}}", "0,".repeat(5_000));
    let turn = bounded("1 MiB of faults, nesting or one key", || {
        chat.turn(&Input::text("all"), &Shop(faults)).unwrap()
    });
    let problems = turn.events.iter().filter_map(|event| match event {
        Event::Call(report) => Some(report.faults().count()),
        _ => None,
    });
    // Each reply has one warning besides, that it has too many items.
    let told = [&[201; 4], &[197; 1][..], &[21; 27]].concat();
    assert_eq!(problems.collect::<Vec<_>>(), told);
    let events = serde_json::to_string(&turn.events).unwrap().len();
    assert!(events < 512 << 10, "{events} bytes of events");
}

/// What is stored of a reply can be read again: JSON is read to 128 levels, and a session puts some around a value.
#[test]
fn a_value_of_any_depth_that_is_saved_is_read_again() {
    let _alone = alone();
    let load = |depth: usize| {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        Shop(format!(
            "{{\"success\": true, \"attributes\": {{\"cart\": {open}{close}}}}}"
        ))
    };
    for (depth, saved) in [(62, true), (63, false), (126, false), (200, false)] {
        let mut chat = chat();
        let input = Input::text("load").with_id("m-1");
        let turn = chat.turn(&input, &load(depth)).unwrap();
        let outcome = if saved { "ok" } else { "not json reply::not_json" };
        assert_eq!(calls(&turn), [outcome], "{depth}");
        assert_eq!(chat.customer.attribute("cart").is_some(), saved, "{depth}");
        let events = json!(turn.events).to_string();
        let read = serde_json::from_str::<Vec<Event>>(&events).unwrap();
        assert_eq!(read.len(), turn.events.len());
        let (session, customer) = (json!(chat.session).to_string(), json!(chat.customer).to_string());
        assert_eq!(serde_json::from_str::<Session>(&session).unwrap(), chat.session);
        assert_eq!(
            serde_json::from_str::<Customer>(&customer).unwrap(),
            chat.customer
        );
    }
    let deep =
        json!({"uid": 1}).to_string().replace('}', ", \"cart\": ") + &"[".repeat(65) + &"]".repeat(65) + "}";
    let refused = serde_json::from_str::<Customer>(&deep).unwrap_err();
    assert!(
        refused.to_string().contains("more than 64 lists and objects"),
        "{refused}"
    );
}

#[test]
fn a_session_is_bounded_whatever_endpoints_send() {
    let _alone = alone();
    let option = |number| json!({"title": format!("{number} {}", "x".repeat(900)), "type": "sequence", "value": "offers"});
    let options = reply(&(0..200).map(option).collect());
    let mut chat = chat();
    let mut most = 0;
    bounded("the largest options that a turn may show, in each turn", || {
        for number in 0..24 {
            let word = if number % 2 == 0 { "ask" } else { "choices" };
            let input = Input::text(word).with_id(format!("m-{number}"));
            chat.turn(&input, &options).unwrap();
            if number > 12 {
                most = most.max(chat.stored().0);
            }
        }
    });
    let limits = Limits::default();
    // What the last inputs gave, what is asked and waits below, and the options that are kept, with JSON around them.
    let stated = (limits.inputs_kept + 4) * limits.turn_bytes;
    assert!(most < stated, "{most} bytes, {stated} are stated");
}

/// How a call ends against a real server that sends a head once and a body as often as it is taken.
fn over_http(attack: &str, head: &str, body: &[u8], times: usize) -> Outcome {
    let server = Server::new();
    let mut chat = chat();
    chat.engine = chat
        .engine
        .with_server("https://api.shop.example", server.origin());
    let client = HttpClient::new().with_allowed_host("127.0.0.1");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut stream = server.accept();
            stream.write_all(head.as_bytes()).unwrap();
            // The client leaves when it has read enough.
            (0..times).try_for_each(|_| stream.write_all(body)).ok();
        });
        let turn = bounded(attack, || chat.turn(&Input::start(), &client).unwrap());
        match &turn.events[..] {
            [Event::Call(report)] => report.outcome,
            other => panic!("{other:?}"),
        }
    })
}

#[test]
fn a_body_of_ten_megabytes_is_not_read_to_its_end() {
    let _alone = alone();
    let attack = "a body of 10 MB, over HTTP";
    let body = vec![b' '; 1 << 20];
    for head in [
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 10485760\r\n\r\n",
    ] {
        assert_eq!(over_http(attack, head, &body, 10), Outcome::TooLarge);
    }
}

#[test]
fn a_million_small_headers_are_not_read_to_their_end() {
    let _alone = alone();
    let outcome = over_http(
        "a million headers, over HTTP",
        "HTTP/1.1 200 OK\r\n",
        &b"a: b\r\n".repeat(1_000),
        1_000,
    );
    assert_eq!(outcome, Outcome::Unreachable);
}
