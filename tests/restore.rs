//! Sessions that wait while their flow is edited: every edit with every wait.
//!
//! A session is brought to its wait in the flow as it was, and goes on in the edited one. What it must say is not written
//! down here: it is what a customer reads who came to the same place in the edited flow, or who begins its sequence.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]
#![expect(clippy::disallowed_methods, reason = "a test reads the page")]

use std::fs;
use std::path::Path;

use sayflow::{
    Block, Customer, Engine, Event, Input, NoCalls, Program, Restored, Session, Source, Timestamp,
};

/// The flow before each edit. Every text tells its place.
const FLOW: &str = r#"
attribute city: text
attribute size: one of "S", "M", "L"
attribute topic: text

// allow check::no_secret_header: everybody may see it
api stock: text {
  get "https://api.shop.example/stock"
}

on start {
  text "start"
}

on moved {
  text "moved"
}

on words "help", "agent" {
  ask "help?" save topic
  text "help, behind"
}

sequence offers {
  text "offers, before"
  ask "offers?" save size {
    quick replies {
      "S"
      "M"
    }
  }
  text "offers, behind"
  text "<<stock>>" else "offers, without a stock"
}

sequence delivery {
  text "delivery, before"
  call where
  text "delivery, behind"
}

sequence where {
  text "where, before"
  ask "where?" save city
  text "where, behind"
}

sequence gift {
  text "gift, before"
  ask "gift?" save city {
    no reply 10m {
      ask "busy?" save topic
      text "busy, behind"
    }
  }
  text "gift, behind"
}
"#;

/// A customer who waits.
struct Wait {
    name: &'static str,
    /// How they came there.
    inputs: fn() -> Vec<Input>,
    /// What they say then.
    next: &'static str,
}

const WAITS: [Wait; 5] = [
    Wait {
        name: "idle",
        inputs: || vec![Input::start()],
        next: "hello",
    },
    Wait {
        name: "ask",
        inputs: || vec![Input::start_at("offers")],
        next: "m",
    },
    Wait {
        name: "nested call",
        inputs: || vec![Input::start_at("delivery")],
        next: "Dhaka",
    },
    Wait {
        name: "interrupt",
        inputs: || vec![Input::start_at("offers"), Input::text("help")],
        next: "an order",
    },
    Wait {
        name: "silence",
        inputs: || vec![Input::start_at("gift"), Input::no_reply().at(TEN_MINUTES_LATER)],
        next: "no",
    },
];

/// Behind the moment of an input that has none.
const TEN_MINUTES_LATER: Timestamp = Timestamp::from_microseconds(600_000_000);

/// A change of the flow.
struct Edit {
    name: &'static str,
    /// What is replaced by what.
    changes: &'static [(&'static str, &'static str)],
    sequences: Sequences,
}

/// Where the sequences are.
#[derive(Clone, Copy, PartialEq)]
enum Sequences {
    WithTheRest,
    InAnotherFile,
    Gone,
}

const fn edit(name: &'static str, changes: &'static [(&'static str, &'static str)]) -> Edit {
    Edit {
        name,
        changes,
        sequences: Sequences::WithTheRest,
    }
}

const EDITS: [Edit; 21] = [
    edit(
        "texts and prompts are reworded",
        &[
            ("before\"", "before!\""),
            ("?\"", "? please\""),
            ("behind\"", "behind!\""),
        ],
    ),
    edit(
        "sequences change their order",
        &[
            (
                "\nsequence where {\n  text \"where, before\"\n  ask \"where?\" save city\n  text \"where, behind\"\n}\n",
                "",
            ),
            (
                "sequence offers {",
                "sequence where {\n  text \"where, before\"\n  ask \"where?\" save city\n  text \"where, behind\"\n}\n\nsequence offers {",
            ),
        ],
    ),
    edit(
        "statements change their order",
        &[
            ("  text \"offers, before\"\n  ask", "  ask"),
            (
                "  text \"offers, behind\"\n",
                "  text \"offers, behind\"\n  text \"offers, before\"\n",
            ),
            (
                "  text \"delivery, before\"\n  call where\n",
                "  call where\n  text \"delivery, before\"\n",
            ),
            (
                "  text \"where, before\"\n  ask \"where?\" save city\n",
                "  ask \"where?\" save city\n  text \"where, before\"\n",
            ),
        ],
    ),
    edit(
        "statements are inserted",
        &[
            ("  ask", "  wait 1s\n  text \"new\"\n  ask"),
            (
                "  text \"offers, behind\"",
                "  ask \"offers, new?\" save topic\n  text \"offers, behind\"",
            ),
            ("  call where", "  text \"new\"\n  call where\n  call start_page"),
            (
                "sequence where",
                "sequence start_page {\n  text \"start page\"\n}\n\nsequence where",
            ),
        ],
    ),
    edit(
        "texts are deleted",
        &[
            ("  text \"offers, before\"\n", ""),
            ("  text \"delivery, behind\"\n", ""),
            ("  text \"where, before\"\n", ""),
        ],
    ),
    edit(
        "the question is deleted",
        &[
            (
                "  ask \"offers?\" save size {\n    quick replies {\n      \"S\"\n      \"M\"\n    }\n  }\n",
                "",
            ),
            ("  ask \"where?\" save city\n", ""),
            ("  ask \"help?\" save topic\n", ""),
            ("      ask \"busy?\" save topic\n", ""),
        ],
    ),
    edit(
        "the question is deleted where a person is called",
        &[
            (
                "  ask \"offers?\" save size {\n    quick replies {\n      \"S\"\n      \"M\"\n    }\n  }\n",
                "  handover \"Shop\"\n",
            ),
            ("  ask \"where?\" save city\n", "  handover \"Shop\"\n"),
            ("  ask \"help?\" save topic\n", "  handover \"Shop\"\n"),
            ("      ask \"busy?\" save topic\n", "      handover \"Shop\"\n"),
        ],
    ),
    edit(
        "what is said in silence is deleted",
        &[(
            " {\n    no reply 10m {\n      ask \"busy?\" save topic\n      text \"busy, behind\"\n    }\n  }\n",
            "\n",
        )],
    ),
    edit("the call is deleted", &[("  call where\n", "  goto where\n")]),
    edit(
        "another sequence is called",
        &[
            ("  call where\n", "  call start_page\n"),
            (
                "sequence where",
                "sequence start_page {\n  text \"start page\"\n}\n\nsequence where",
            ),
        ],
    ),
    edit(
        "blocks are renamed",
        &[
            ("ask \"offers?\"", "ask @which \"offers?\""),
            ("ask \"where?\"", "ask @place \"where?\""),
            ("ask \"help?\"", "ask @what \"help?\""),
            ("ask \"busy?\"", "ask @why \"busy?\""),
        ],
    ),
    edit("the call is renamed", &[("call where", "call @ask_city where")]),
    edit(
        "sequences are renamed, with `was`",
        &[
            ("sequence offers", "sequence deals was \"offers\""),
            ("sequence where", "sequence place was \"where\""),
            ("call where", "call place"),
            ("sequence delivery", "sequence shipping was \"delivery\""),
            ("sequence gift", "sequence present was \"gift\""),
        ],
    ),
    edit(
        "sequences are renamed, without `was`",
        &[
            ("sequence offers", "sequence deals"),
            ("sequence where", "sequence place"),
            ("call where", "call @where place"),
            ("sequence delivery", "sequence shipping"),
            ("sequence gift", "sequence present"),
        ],
    ),
    edit(
        "words of the handler are added",
        &[("\"help\", \"agent\"", "\"agent\", \"person\", \"help\"")],
    ),
    edit(
        "all words of the handler change",
        &[("\"help\", \"agent\"", "\"person\"")],
    ),
    edit(
        "an API is renamed",
        &[("api stock", "api in_stock"), ("<<stock>>", "<<in_stock>>")],
    ),
    edit(
        "an API is deleted",
        &[
            (
                "// allow check::no_secret_header: everybody may see it\napi stock: text {\n  get \"https://api.shop.example/stock\"\n}\n",
                "",
            ),
            ("  text \"<<stock>>\" else \"offers, without a stock\"\n", ""),
        ],
    ),
    edit(
        "types of attributes change",
        &[
            (
                "attribute size: one of \"S\", \"M\", \"L\"",
                "attribute size: text",
            ),
            ("attribute city: text", "attribute city: any"),
        ],
    ),
    Edit {
        name: "sequences move to another file",
        changes: &[],
        sequences: Sequences::InAnotherFile,
    },
    Edit {
        name: "the file is deleted",
        changes: &[],
        sequences: Sequences::Gone,
    },
];

impl Edit {
    fn program(&self) -> Program {
        let mut flow = FLOW.to_owned();
        for (from, to) in self.changes {
            assert!(flow.contains(from), "{}: nothing to replace by {to}", self.name);
            flow = flow.replace(from, to);
        }
        let (rest, sequences) = flow.split_at(flow.find("\nsequence ").unwrap());
        let sources = match self.sequences {
            Sequences::WithTheRest => vec![Source::new("shop.flow", flow)],
            Sequences::InAnotherFile => vec![
                Source::new("shop.flow", rest),
                Source::new("sequences.flow", sequences),
            ],
            Sequences::Gone => vec![Source::new("shop.flow", rest)],
        };
        Program::load(sources).unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }
}

/// What is said, options as their titles.
fn said(blocks: &[Block]) -> Vec<String> {
    let blocks = blocks.iter().filter_map(|block| match block {
        Block::Text { text } => Some(text.clone()),
        Block::QuickReplies { text, options } => {
            let titles: Vec<&str> = options.iter().map(|option| option.title.as_str()).collect();
            Some(format!(
                "{} {}",
                text.clone().unwrap_or_default(),
                titles.join(", ")
            ))
        }
        Block::Pause { .. } => None,
        other => panic!("{other:?}"),
    });
    blocks.collect()
}

/// A conversation: what the last input was answered, and the session behind it.
fn play(program: Program, session: Session, inputs: Vec<Input>) -> (Vec<String>, Vec<Event>, Session) {
    let engine = Engine::new(program);
    let (mut session, mut customer) = (session, Customer::new(7));
    let (mut blocks, mut events) = (Vec::new(), Vec::new());
    for input in inputs {
        let turn = engine
            .turn(&mut session, &mut customer, &input, &NoCalls)
            .unwrap();
        (blocks, events) = (turn.blocks, turn.events);
    }
    (said(&blocks), events, session)
}

/// One cell of the table.
fn outcome(edit: &Edit, wait: &Wait) -> (Restored, Vec<String>) {
    let before = Program::load([Source::new("shop.flow", FLOW)]).unwrap();
    let (_, _, session) = play(before, Session::new(), (wait.inputs)());
    // As a store gives it back.
    let session: Session = serde_json::from_str(&serde_json::to_string(&session).unwrap()).unwrap();

    let program = edit.program();
    let restored = program.restore(&session);
    let next = || Input::text(wait.next);
    let (said, events, _) = play(program.clone(), session, vec![next()]);
    let told: Vec<&Restored> = events
        .iter()
        .filter_map(|event| match event {
            Event::Restored(restored) => Some(restored),
            _ => None,
        })
        .collect();
    let case = format!("{}, {}: {said:?}", edit.name, wait.name);

    // Somebody who came to the same place in the edited flow; where it is called something else, by its new name.
    let as_if_new = || {
        let mut inputs = (wait.inputs)();
        for input in &mut inputs {
            if let sayflow::InputKind::Start(Some(sequence)) = &mut input.kind
                && program.sequence_name(sequence).is_none()
            {
                return Vec::new();
            }
        }
        inputs.push(next());
        play(program.clone(), Session::new(), inputs).0
    };
    match &restored {
        Restored::Exact | Restored::Moved { .. } => {
            assert_eq!(said, as_if_new(), "{case}");
            assert!(told.is_empty(), "{case}");
        }
        Restored::Restarted { sequence, .. } => {
            let mut expected = vec!["moved".to_owned()];
            expected.extend(beginning_of(&program, sequence));
            // What follows is below it: where a call comes back to, or a question that was interrupted.
            let is_said = said.windows(expected.len()).any(|said| said == expected);
            assert!(is_said, "{case}, not {expected:?}");
            assert_eq!(told.first(), Some(&&restored), "{case}");
        }
        Restored::Lost { .. } => {
            assert!(said.ends_with(&["moved".to_owned()]), "{case}");
            assert_eq!(told, [&restored], "{case}");
        }
        other => panic!("{other:?}"),
    }
    (restored, said)
}

/// What a sequence or handler says to somebody who enters it.
fn beginning_of(program: &Program, name: &str) -> Vec<String> {
    let input = match name.strip_prefix("on words \"") {
        Some(words) => Input::text(words.split('"').next().unwrap()),
        None => Input::start_at(name),
    };
    play(program.clone(), Session::new(), vec![input]).0
}

/// How a session that waits in `before` goes on in `after`.
fn restored(before: &str, input: Input, after: &str) -> String {
    let (_, _, session) = play(loaded(before), Session::new(), vec![input]);
    loaded(after).restore(&session).to_string()
}

fn loaded(flow: &str) -> Program {
    Program::load([Source::new("shop.flow", flow)]).unwrap()
}

#[test]
fn a_handler_is_the_same_as_long_as_it_has_a_word_or_an_intent_in_common() {
    let flow = |handlers: [(&str, &str); 2]| {
        let handlers =
            handlers.map(|(head, id)| format!("on {head} {{\n  ask @{id} \"{id}?\" save topic\n}}\n"));
        format!("attribute topic: text\n{}", handlers.concat())
    };
    for (input, before, after) in [
        (
            Input::intent("track"),
            [
                (r#"intent "hours""#, "when"),
                (r#"intent "order", "track""#, "which"),
            ],
            [
                (r#"intent "hours""#, "when"),
                (r#"intent "track", "where""#, "which"),
            ],
        ),
        (
            Input::text("where is it"),
            [
                (r#"words "when *""#, "when"),
                (r#"words "order", "where *""#, "which"),
            ],
            [
                (r#"words "when *""#, "when"),
                (r#"words "where *", "track""#, "which"),
            ],
        ),
    ] {
        let [_, (was, id)] = before;
        let [_, (is, _)] = after;
        assert_eq!(
            restored(&flow(before), input.clone(), &flow(after)),
            format!("moved from `on {was}@{id}` to `on {is}@{id}`")
        );
        let [other, _] = after;
        let without = flow([other, (r#"words "person""#, "which")]);
        assert_eq!(
            restored(&flow(before), input, &without),
            format!("lost: `on {was}@{id}` is gone")
        );
    }
}

/// Whatever must not be done twice is not done again, wherever the sequence leads.
#[test]
fn what_acts_does_not_begin_again() {
    let flow = |here: &str, there: &str| {
        let apis = ["stock: text {\n  get", "order: text {\n  post"];
        let apis = apis.map(|api| format!("api {api} \"https://api.shop.example/\"\n}}\n"));
        format!(
            "attribute city: text\naction pack {{\n  city: text\n}}\n{}sequence here {{\n  {here}\n}}\nsequence there {{\n  {there}\n}}\n",
            apis.concat()
        )
    };
    let waiting = flow("ask \"Where?\" save city", "text \"There.\"");
    let (begins, is_lost) = (
        "restarted `here`: `here@city` is gone",
        "lost: `here@city` is gone",
    );
    for (here, there, expected) in [
        ("text \"Here.\"", "handover \"Shop\"", begins),
        ("call there", "text \"There.\"", begins),
        ("goto there", "goto here", begins),
        ("text \"<<stock>>\" else \"None.\"", "text \"There.\"", begins),
        ("call there", "handover \"Shop\"", is_lost),
        ("goto there", "do pack {\n    city = city\n  }", is_lost),
        ("text \"<<order>>\" else \"None.\"", "text \"There.\"", is_lost),
        ("call there", "text \"<<order>>\" else \"None.\"", is_lost),
    ] {
        let said = restored(&waiting, Input::start_at("here"), &flow(here, there));
        assert_eq!(said, expected, "{here}; {there}");
    }
    // What a failure leads to is done as well, where the block itself does not say what it leads to.
    let handler = "on api failure {\n  call there\n}\n";
    for (here, there, expected) in [
        ("text \"<<stock>>\"", "text \"There.\"", begins),
        ("text \"<<stock>>\"", "text \"<<order>>\" else \"None.\"", is_lost),
        (
            "text \"<<stock>>\" else timeout \"None.\"",
            "handover \"Shop\"",
            is_lost,
        ),
        ("text \"<<stock>>\" else \"None.\"", "handover \"Shop\"", begins),
        ("call <<stock>>", "handover \"Shop\"", begins),
    ] {
        let edited = flow(here, there).replace(
            "stock: text",
            if here.starts_with("call") {
                "stock: nothing"
            } else {
                "stock: text"
            },
        );
        let said = restored(&waiting, Input::start_at("here"), &(edited + handler));
        assert_eq!(said, expected, "{here}; {there}");
    }
}

/// The table as the docs have it.
fn table() -> String {
    let mut table = String::from("| the edit |");
    for wait in &WAITS {
        table += &format!(" {} |", wait.name);
    }
    table += "\n| --- |";
    table += &" --- |".repeat(WAITS.len());
    for edit in &EDITS {
        table += &format!("\n| {} |", edit.name);
        for wait in &WAITS {
            let cell = match outcome(edit, wait).0 {
                Restored::Exact => "exact".to_owned(),
                Restored::Moved { to, .. } => format!("moved: `{to}`"),
                Restored::Restarted { sequence, .. } => format!("restarted: `{sequence}`"),
                Restored::Lost { .. } => "lost".to_owned(),
                other => panic!("{other:?}"),
            };
            table += &format!(" {cell} |");
        }
    }
    table
}

#[test]
fn an_edited_flow_says_where_it_goes_on() {
    let mut lines = Vec::new();
    for edit in &EDITS {
        lines.push(edit.name.to_owned());
        for wait in &WAITS {
            let (restored, said) = outcome(edit, wait);
            lines.push(format!("  {}: {restored}", wait.name));
            lines.push(format!("    {}", said.join(" / ")));
        }
    }
    insta::assert_snapshot!("restore_said", lines.join("\n"));
}

/// The page has the table that is played here; `UPDATE_DOCS=1` writes it there.
#[test]
fn an_edit_never_lets_a_conversation_go_on_in_a_wrong_place() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/sessions.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once("| the edit |").unwrap();
    let end = rest.find("\n\n").unwrap();
    let (written, behind) = rest.split_at(end);
    let table = table();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, format!("{before}{table}{behind}")).unwrap();
        return;
    }
    assert_eq!(format!("| the edit |{written}"), table);
}

/// The words of a handler whose other words were edited begin it again, as before the edit: nothing of its first run
/// waits below.
#[test]
fn a_handler_with_other_words_begins_again_and_does_not_pile_up() {
    let flow = |words: &str, ask: &str| {
        format!(
            "attribute what: text\nattribute size: text\non start {{\n  ask \"size?\" save size\n}}\n\
             on words {words} {{\n  {ask}\n  text \"{{{{what}}}}, behind\"\n}}\n\
             sequence asked {{\n  ask \"what?\" save what\n}}\n"
        )
    };
    for (words, ask) in [
        (r#""order", "buy", "shop""#, "ask \"what?\" save what"),
        (r#""buy", "order""#, "ask \"what?\" save what"),
        (r#""buy", "order""#, "call asked"),
    ] {
        let before = loaded(&flow(r#""order", "buy""#, ask));
        let (_, _, session) = play(before, Session::new(), vec![Input::start(), Input::text("order")]);
        let inputs = ["order", "a shawl"].map(Input::text).to_vec();
        let (said, _, session) = play(loaded(&flow(words, ask)), session, inputs);
        assert_eq!(said, ["a shawl, behind", "size?"], "{words}, {ask}");
        assert_eq!(
            session.wait().ask.as_deref(),
            Some("on start@size"),
            "{words}, {ask}"
        );
    }
}

/// A question within `no reply` is a part of its sequence: where that begins again, nothing of it waits below.
#[test]
fn a_sequence_does_not_begin_again_above_its_own_question() {
    let flow = |silence: &str| {
        format!(
            "attribute pts: number = 0\nattribute busy: text\nattribute size: text\n\
             on start {{\n  ask \"size?\" save size {{\n    {silence}\n  }}\n  set pts = pts + 10\n  text \"{{{{pts}}}} points\"\n}}\n\
             on unmatched {{\n  text \"unmatched\"\n}}\nsequence asked {{\n  ask \"busy?\" save busy\n}}\n"
        )
    };
    let nested = |id: &str| {
        let inner = format!("no reply 10m {{\n  ask @{id} \"late?\" save busy\n}}\n");
        format!("no reply 10m {{\n  ask \"busy?\" save busy {{\n  {inner}  }}\n}}")
    };
    let waiting = "no reply 10m {\n      ask \"busy?\" save busy\n    }";
    for (silence, edited) in [
        (
            waiting,
            "no reply 10m {\n      ask @busy2 \"busy?\" save busy\n    }",
        ),
        (waiting, "no interrupts"),
        (
            "no reply 10m {\n      call asked\n    }",
            "no reply 10m {\n      call @other asked\n    }",
        ),
        ("no reply 10m {\n      call asked\n    }", "no interrupts"),
        (&nested("late"), &nested("later")),
        (&nested("late"), "no interrupts"),
    ] {
        let (before, after) = (loaded(&flow(silence)), loaded(&flow(edited)));
        let engine = (Engine::new(before), Engine::new(after));
        let (mut session, mut customer) = (Session::new(), Customer::new(7));
        let mut silent = Input::start();
        loop {
            let turn = engine.0.turn(&mut session, &mut customer, &silent, &NoCalls);
            let Some(due) = turn.unwrap().wait.due else { break };
            silent = Input::no_reply_until(due).at(due);
        }
        let mut answers = Vec::new();
        for text in ["no", "M", "next"] {
            let input = Input::text(text).at(TEN_MINUTES_LATER);
            let turn = engine
                .1
                .turn(&mut session, &mut customer, &input, &NoCalls)
                .unwrap();
            answers.push(said(&turn.blocks).pop().unwrap());
        }
        assert_eq!(answers, ["size?", "10 points", "unmatched"], "{edited}");
    }
}

/// A tap on what was an answer shows the answers of the flow as it is now, and those are taken.
#[test]
fn options_that_fit_no_more_are_not_shown_for_ever() {
    let flow = |ty: &str, question: &str| {
        let ask = format!("ask \"How old?\" save age {{\n{question}}}");
        format!("attribute age: {ty}\nsequence here {{\n  {ask}\n  text \"{{{{age}}}}\"\n}}\n")
    };
    let replies = |titles: [&str; 2]| {
        let titles = titles.map(|title| format!("\"{title}\"\n"));
        format!("quick replies {{\n{}}}\n", titles.concat())
    };
    let before = flow("text", &replies(["Young", "Over 60"]));
    for (ty, question, shown, typed) in [
        (
            "number",
            format!("accept number\n{}", replies(["20", "60"])),
            &["20", "60"][..],
            "60",
        ),
        (
            "number",
            "accept number\nretry \"A number.\"\n".to_owned(),
            &[],
            "60",
        ),
        (
            "one of \"20\", \"Over 60\"",
            replies(["20", "Over 60"]),
            &["20", "Over 60"],
            "20",
        ),
    ] {
        let (program, edited) = (loaded(&before), loaded(&flow(ty, &question)));
        let (mut session, mut customer) = (Session::new(), Customer::new(7));
        let mut turn = |program: &Program, input: &Input| {
            let engine = Engine::new(program.clone());
            engine.turn(&mut session, &mut customer, input, &NoCalls).unwrap()
        };
        let asked = turn(&program, &Input::start_at("here"));
        let [Block::QuickReplies { options, .. }] = asked.blocks.as_slice() else {
            panic!("{asked:?}")
        };
        let young = options.first().and_then(|option| option.id.as_deref()).unwrap();
        let asked = turn(&edited, &Input::tap(young));
        let titles: Vec<&str> = match asked.blocks.as_slice() {
            [Block::QuickReplies { options, .. }] => options.iter().map(|option| &*option.title).collect(),
            _ => vec![],
        };
        assert_eq!(titles, shown, "{question}: {asked:?}");
        let answered = turn(&edited, &Input::text(typed));
        assert_eq!(said(&answered.blocks), [typed], "{question}");
    }
}
