//! What holds for any text and any conversation: nothing panics, and a session survives being saved.
#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::Index;
use sayflow::{
    Answer, Client, Customer, Engine, Failure, Input, Limits, Program, Reply, Request, Session, Severity,
    Source, Turn, check,
};

/// The flow of the language's own page, which has every construct in it.
const SAMPLE: &str = include_str!("syntax/ok_whole_sample.flow");

/// A way to break a text.
#[derive(Clone, Debug)]
enum Break {
    Delete(Index, usize),
    Insert(Index, String),
    Repeat(Index, Index),
}

fn a_break() -> impl Strategy<Value = Break> {
    let scrap = prop_oneof![
        prop::sample::select(vec![
            "{",
            "}",
            "\"",
            "{{",
            "}}",
            "<<",
            ">>",
            "\n",
            "\\",
            "(",
            "not ",
            "else ",
            "ask ",
            "->",
            "\"\"\"",
            "@",
            "=",
            "on ",
            "sequence ",
            "// ",
            "if ",
            "é",
            "“",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    prop_oneof![
        (any::<Index>(), 1_usize..40).prop_map(|(at, count)| Break::Delete(at, count)),
        (any::<Index>(), scrap).prop_map(|(at, text)| Break::Insert(at, text)),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Break::Repeat(from, to)),
    ]
}

fn broken(text: &str, breaks: &[Break]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for one in breaks {
        match one {
            Break::Delete(at, count) if !chars.is_empty() => {
                let start = at.index(chars.len());
                let end = (start + count).min(chars.len());
                chars.drain(start..end);
            }
            Break::Delete(..) => {}
            Break::Insert(at, scrap) => {
                let at = at.index(chars.len() + 1);
                chars.splice(at..at, scrap.chars());
            }
            Break::Repeat(from, to) => {
                let (a, b) = (from.index(chars.len() + 1), to.index(chars.len() + 1));
                let piece = chars
                    .get(a.min(b)..a.max(b).min(a.min(b) + 400))
                    .unwrap_or_default()
                    .to_vec();
                chars.extend(piece);
            }
        }
    }
    chars.into_iter().collect()
}

/// A client that answers as it was told, in turn.
struct Scripted(Vec<Result<Reply, Failure>>);

impl Client for Scripted {
    fn call(&self, requests: &[Request]) -> Vec<Answer> {
        let mut answers = self.0.iter().cycle().cloned();
        let fallback = || Err(Failure::Timeout);
        requests
            .iter()
            .map(|_| Answer {
                result: answers.next().unwrap_or_else(fallback),
                elapsed: Duration::from_millis(900),
            })
            .collect()
    }
}

fn an_answer() -> impl Strategy<Value = Result<Reply, Failure>> {
    let body = prop::sample::select(vec![
        r#"{"success":true,"data":"Shipped","attributes":{"balance":3}}"#,
        r#"{"success":true,"data":{"type":"image","url":"https://cdn.example/a.png"}}"#,
        r#"{"success":true,"data":[{"title":"Tea","buttons":[{"title":"More","type":"sequence","value":"offers"}]}]}"#,
        r#"{"success":true,"data":[{"title":"More","type":"sequence","value":"142","extra":"x"}]}"#,
        r#"{"success":true,"data":[]}"#,
        r#"{"success":false,"message":"no"}"#,
        "{",
        "<html>",
    ]);
    prop_oneof![
        4 => body.prop_map(|body| Ok(Reply { status: 200, location: None, body: body.into() })),
        1 => any::<Vec<u8>>().prop_map(|body| Ok(Reply { status: 200, location: None, body })),
        1 => Just(Ok(Reply { status: 503, location: None, body: Vec::new() })),
        1 => Just(Err(Failure::Timeout)),
    ]
}

/// What a customer does next; a tap is on one of the options that were ever shown.
#[derive(Clone, Debug)]
enum Move {
    Say(String),
    Tap(Index),
    Forge(String),
    Other(Input),
}

fn a_move() -> impl Strategy<Value = Move> {
    let words = prop::sample::select(vec![
        "AB-123456",
        "help",
        "S",
        "not sure",
        "Track an order",
        "talk to me",
        "",
    ]);
    prop_oneof![
        3 => words.prop_map(|text| Move::Say(text.to_owned())),
        1 => any::<String>().prop_map(Move::Say),
        3 => any::<Index>().prop_map(Move::Tap),
        1 => any::<String>().prop_map(Move::Forge),
        1 => prop::sample::select(vec![
            Input::start(),
            Input::start_at("track"),
            Input::intent("unknown"),
            Input::no_reply(),
            Input::image("https://cdn.example/a.png"),
            Input::location(23.8, 90.4),
        ])
        .prop_map(Move::Other),
    ]
}

fn input(step: &Move, seen: &[String]) -> Input {
    match step {
        Move::Say(text) => Input::text(text.clone()),
        Move::Tap(at) => match seen.get(at.index(seen.len().max(1))) {
            Some(id) => Input::tap(id.clone()),
            None => Input::start(),
        },
        Move::Forge(id) => Input::tap(id.clone()),
        Move::Other(input) => input.clone(),
    }
}

fn ids_in(turn: &Turn) -> Vec<String> {
    let json = serde_json::to_string(&turn.blocks).unwrap();
    json.split("\"id\":\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect()
}

/// Something that may stand in a catalog, sound or not.
fn a_scrap_of_a_catalog() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "msgid ",
        "msgstr ",
        "msgctxt ",
        "msgid_plural ",
        "msgstr[0] ",
        "msgstr[1] ",
        "msgstr[99999999999999999999] ",
        "#. ",
        "#: ",
        "#, fuzzy",
        "#| ",
        "#~ ",
        "#~| ",
        "# ",
        "\n",
        "\r\n",
        "\"",
        "\\",
        "\\n",
        "\\377",
        "{{",
        "}}",
        "<<",
        "\"Hi {{first_name|there}}!\"",
        "\"{{first_name}}\"",
        "\"welcome@hello\"",
        "\"on start\"",
        "\"\"",
        "\"নমস্কার\"",
        "\"Language: ar\\n\"",
        "\"Plural-Forms: nplurals=2; plural=n%0;\\n\"",
        "\u{feff}",
    ]);
    let line = (word.clone(), "[^\"]{0,6}").prop_map(|(word, text)| format!("{word}\"{text}\"\n"));
    prop_oneof![word.prop_map(str::to_owned), line, any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn no_text_panics_the_checker(breaks in prop::collection::vec(a_break(), 1..8)) {
        let source = Source::new("broken.flow", broken(SAMPLE, &breaks));
        for found in check([source.clone()]).1 {
            for label in found.labels() {
                prop_assert!(source.text().get(label.span.range()).is_some(), "{found}: {:?}", label.span);
            }
        }
    }

    #[test]
    fn any_text_at_all_is_checked(text in any::<String>()) {
        let (program, found) = check([Source::new("any.flow", text)]);
        let has_error = found.iter().any(|found| found.severity() == Severity::Error);
        prop_assert_eq!(program.is_some(), !has_error);
    }

    /// Whatever stands in a catalog, the flow runs, and every finding lies in a file.
    #[test]
    fn any_text_at_all_is_a_catalog(scraps in prop::collection::vec(a_scrap_of_a_catalog(), 0..40)) {
        let catalog = Source::new("texts/bn.po", scraps.concat());
        let (program, found) = check([Source::new("sample.flow", SAMPLE), catalog]);
        prop_assert!(program.is_some());
        for label in found.iter().flat_map(|found| found.labels()) {
            prop_assert!(label.source.text().get(label.span.range()).is_some(), "{label:?}");
        }
    }

    /// A conversation gives the same turns whether or not its session is saved and restored between
    /// them, and an input that is refused changes nothing.
    #[test]
    fn no_conversation_panics_or_depends_on_the_process(
        moves in prop::collection::vec(a_move(), 1..14),
        answers in prop::collection::vec(an_answer(), 1..6),
        key in any::<Option<[u8; 16]>>(),
    ) {
        let program = Program::load([Source::new("sample.flow", SAMPLE)]).unwrap();
        let mut engine = Engine::new(program).with_limits(Limits { steps: 200, ..Limits::default() });
        if let Some(key) = key {
            engine = engine.with_option_key(key);
        }
        let client = Scripted(answers);
        let (mut session, mut customer) = (Session::new(), Customer::new(7));
        let mut seen = Vec::new();
        for step in &moves {
            let input = input(step, &seen);
            let saved = serde_json::to_string(&session).unwrap();
            let mut restored: Session = serde_json::from_str(&saved).unwrap();
            prop_assert_eq!(&restored, &session);
            let (before, mut same_customer) = (customer.clone(), customer.clone());

            let turn = engine.turn(&mut session, &mut customer, &input, &client);
            let again = engine.turn(&mut restored, &mut same_customer, &input, &client);
            prop_assert_eq!(&restored, &session);
            prop_assert_eq!(&same_customer, &customer);
            match (turn, again) {
                (Ok(turn), Ok(again)) => {
                    prop_assert_eq!(&turn, &again);
                    seen.extend(ids_in(&turn));
                }
                (Err(error), Err(_)) => {
                    prop_assert_eq!(serde_json::to_string(&session).unwrap(), saved, "{}", error);
                    prop_assert_eq!(&customer, &before);
                }
                (turn, again) => prop_assert!(false, "{:?} and {:?}", turn, again),
            }
            if !customer.bot_enabled {
                customer.bot_enabled = true;
            }
        }
    }
}
