//! An author whose account was taken over: every flow is refused, or ends at a limit that the host is told of.

use sayflow::{Event, Input, Limits, NoCalls, Severity, Source, Value, check};
use serde_json::json;

use crate::cost::{alone, bounded};
use crate::play::{Chat, Shop, calls, limits, texts};

/// The limits that a flow reaches at its start, where a value of 64 KiB stands in `x`.
fn reached(attack: &str, flow: &str) -> Vec<String> {
    let mut chat = Chat::new(&format!("attribute x: text\n{flow}"));
    chat.customer.set_attribute("x", "y".repeat(64 << 10));
    let long = Shop(json!({"success": true, "data": "z".repeat(60 << 10)}).to_string());
    let turn = bounded(attack, || chat.turn(&Input::start(), &long).unwrap());
    assert!(turn.wait.ask.is_none(), "the session waits for any input");
    limits(&turn).into_iter().map(str::to_owned).collect()
}

/// So many lines, each with its number for `#`.
fn lines(count: usize, line: &str) -> String {
    (0..count)
        .map(|number| line.replace('#', &number.to_string()))
        .collect()
}

#[test]
fn endless_loops_end_at_the_limit_of_steps() {
    let _alone = alone();
    for flow in [
        "on start {\n  goto a\n}\nsequence a {\n  goto b\n}\nsequence b {\n  goto a\n}\n",
        "on start {\n  call a\n  goto b\n}\nsequence a {\n  set x = \"\"\n}\nsequence b {\n  call a\n  goto b\n}\n",
    ] {
        assert_eq!(reached("loops of goto and call", flow), ["steps"]);
    }
    let deep = "on start {\n  call a\n}\nsequence a {\n  call a\n}\n";
    assert_eq!(reached("loops of goto and call", deep), ["depth"]);
}

#[test]
fn exponential_calls_end_at_the_limit_of_steps() {
    let _alone = alone();
    let calls = |number: usize| {
        format!(
            "sequence s{number} {{\n  call @a s{0}\n  call @b s{0}\n}}\n",
            number + 1
        )
    };
    let flow: String = (0..25).map(calls).collect();
    let flow = format!("on start {{\n  call s0\n}}\n{flow}sequence s25 {{\n  set x = \"\"\n}}\n");
    assert_eq!(reached("two calls of two calls of …", &flow), ["steps"]);
}

#[test]
fn what_is_read_for_one_statement_counts_as_many() {
    let _alone = alone();
    let attack = "as much to compare or to fill in as fits into a flow";
    let (starts, ends) = ("on start {\n", "  text \"Behind.\"\n}\n");
    let either = |count: usize, term: &str| {
        // Brackets of so many terms each: a row would be nested too deep.
        let terms = lines(20, term);
        let terms = vec![format!("({}", terms.trim_end_matches(" or ")) + ")"; count / 20];
        let terms: Vec<String> = terms
            .chunks(20)
            .map(|terms| format!("({})", terms.join(" or ")))
            .collect();
        format!(
            "{starts}  if {} {{\n    set x = \"\"\n  }}\n{ends}",
            terms.join(" or ")
        )
    };
    let unset = "{{y}}".repeat(40_000);
    for flow in [
        either(1_600, "x contains \"#\" or "),
        either(1_600, "x starts with \"#\" or "),
        either(1_600, "x is \"{{x}}#\" or "),
        format!("attribute y: text\n{starts}  goto a\n}}\nsequence a {{\n  text \"{unset}\"\n  goto a\n}}\n"),
        format!(
            "attribute y: text\n{starts}  goto a\n}}\nsequence a {{\n  set y = \"{unset}\"\n  goto a\n}}\n"
        ),
    ] {
        assert_eq!(reached(attack, &flow), ["steps"], "{}", &flow[..60]);
    }
    let whole = either(1_600, "l is r or ");
    let mut chat = Chat::new(&format!(
        "attribute x: text\nattribute l: any\nattribute r: any\n{whole}"
    ));
    for (key, last) in [("l", 1), ("r", 2)] {
        let mut items = vec![json!("y".repeat(1_000)); 32];
        items.push(json!(last));
        chat.customer
            .set_attribute(key, Value::from_json(json!(items)).unwrap());
    }
    let turn = bounded(attack, || chat.says(&Input::start()));
    assert_eq!(limits(&turn), ["steps"]);
    let few = either(80, "x contains \"#\" or ");
    assert!(reached(attack, &few).is_empty());
}

#[test]
fn patterns_of_words_are_compared_with_a_long_message_up_to_a_limit() {
    let _alone = alone();
    let message = Input::text("a".repeat(63 << 10));
    // A pattern that begins otherwise is not compared.
    for (pattern, number, said, reached) in [
        ("*aa#*", 900, 1, [].as_slice()),
        ("*aa#*", 1_100, 0, &["steps"]),
        ("b*aa#*", 5_000, 1, &[]),
    ] {
        let patterns = lines(number, &format!("\"{pattern}\", "));
        let mut chat = Chat::new(&format!(
            "on start {{\n  text \"Hi!\"\n}}\non words {patterns}\"*a\" {{\n  text \"Help.\"\n}}\n"
        ));
        chat.says(&Input::start());
        let attack = "a message of 64 KiB and 1,100 patterns";
        let turn = bounded(attack, || chat.says(&message));
        assert_eq!(
            (turn.blocks.len(), limits(&turn).as_slice()),
            (said, reached),
            "{number} of {pattern}"
        );
    }
}

#[test]
fn a_pattern_at_the_limit_of_steps_is_the_last_that_is_compared() {
    let _alone = alone();
    let message = Input::text("a".repeat(63 << 10));
    for (number, said, reached, is_answer) in [
        (3, 1, [].as_slice(), false),
        (4, 0, &["steps"], false),
        (5, 0, &["steps"], true),
    ] {
        let patterns = lines(number, "\"*aa#*\", ");
        let flow = format!(
            "attribute n: text\non start {{\n  ask \"N?\" save n\n}}\non words {patterns}\"*a\" {{\n  ask @again \"Again?\"\n}}\n"
        );
        let four_steps = Limits {
            steps: 4,
            ..Limits::default()
        };
        let mut chat = Chat::new(&flow).with_limits(four_steps);
        chat.says(&Input::start());
        let turn = chat.says(&message);
        assert_eq!(
            (turn.blocks.len(), limits(&turn).as_slice()),
            (said, reached),
            "{number}"
        );
        assert_eq!(!turn.attributes.is_empty(), is_answer, "{number}");
    }
}

#[test]
fn a_text_that_doubles_with_every_turn_ends_at_the_limit_of_texts() {
    let _alone = alone();
    let mut chat = Chat::new(
        "attribute x: text\non start {\n  set x = \"yyyyyyyy\"\n}\non unmatched {\n  set x = \"{{x}}{{x}}\"\n  text \"{{x}}\"\n}\n",
    );
    chat.says(&Input::start());
    let mut ends = 0;
    bounded("a text that doubles, turn for turn", || {
        for _ in 0..100 {
            ends += limits(&chat.says(&Input::text("more"))).len();
        }
    });
    let most = Limits::default().text_bytes;
    let x = chat.customer.attribute("x").unwrap().as_text().unwrap().len();
    assert!(x <= most && x * 2 > most, "{x}");
    assert!(ends > 80, "{ends}");
}

#[test]
fn of_a_long_value_that_changes_again_and_again_one_is_kept() {
    let _alone = alone();
    let attack = "a value of 64 KiB that changes 400 times in a turn";
    for name in ["y", "first_name"] {
        let line = format!("  set {name} = \"{{{{x}}}}#\"\n  set {name} = \"\"\n");
        let lines = lines(200, &line);
        let flow = format!(
            "attribute y: text\non start {{\n  set x = \"{}\"\n{lines}}}\n",
            "z".repeat(60_000)
        );
        assert!(reached(attack, &flow).is_empty());
    }
}

#[test]
fn a_value_that_is_repeated_is_not_made_before_a_limit_looks() {
    let _alone = alone();
    let many = "{{x}}".repeat(10_000);
    let apis = "<<a>>".repeat(10_000);
    let a = "api a: text {\n  get \"https://a.example/\"\n}\n";
    let attack = "10,000 times a value of 64 KiB";
    for (flow, limit) in [
        (format!("on start {{\n  text \"{many}\"\n}}\n"), "text_bytes"),
        (format!("on start {{\n  set x = \"{many}\"\n}}\n"), "text_bytes"),
        (format!("on start {{\n  handover \"{many}\"\n}}\n"), "text_bytes"),
        (
            format!("on start {{\n  image \"https://a.example/{many}\"\n}}\n"),
            "text_bytes",
        ),
        (
            format!(
                "on start {{\n  buttons \"{many}\" {{\n    \"a\" -> a\n  }}\n}}\nsequence a {{\n  set x = \"\"\n}}\n"
            ),
            "text_bytes",
        ),
        (
            format!(
                "on start {{\n  buttons {{\n{}  }}\n}}\nsequence a {{\n  set x = \"\"\n}}\n",
                lines(10_000, "    \"#{{x}}\" -> a extra \"{{x}}\"\n")
            ),
            "text_bytes",
        ),
        (
            format!(
                "on start {{\n  buttons {{\n{}  }}\n}}\nsequence a {{\n  set x = \"\"\n}}\n",
                lines(10_000, "    \"#\" -> a extra \"{{x}}\"\n")
            ),
            "turn_bytes",
        ),
        (
            format!(
                "on start {{\n  gallery {{\n{}  }}\n}}\n",
                lines(10_000, "    card \"#\" {\n      subtitle \"{{x}}\"\n    }\n")
            ),
            "turn_bytes",
        ),
        (
            format!("on start {{\n{}}}\n", lines(30, "  text \"{{x}}\"\n")),
            "turn_bytes",
        ),
        (
            format!(
                "action act {{\n{}}}\non start {{\n  do act {{\n{}  }}\n}}\n",
                lines(10_000, "  k#: text\n"),
                lines(10_000, "    k# = x\n")
            ),
            "turn_bytes",
        ),
        (
            format!("{a}on start {{\n  text \"{apis}\" else \"No.\"\n}}\n"),
            "text_bytes",
        ),
    ] {
        assert_eq!(reached(attack, &flow), [limit], "{}", &flow[..60]);
    }
}

#[test]
fn a_request_that_repeats_a_value_is_not_sent() {
    let _alone = alone();
    let many = "{{x}}".repeat(10_000);
    for request in [
        format!("  get \"https://a.example/{many}\"\n"),
        format!("  get \"https://a.example/?q={many}\"\n"),
        format!("  get \"https://a.example/\"\n  header \"X-A\" = \"{many}\"\n"),
        format!(
            "  get \"https://a.example/\"\n{}",
            lines(10_000, "  param \"p#\" = x\n")
        ),
        format!(
            "  get \"https://a.example/\"\n{}",
            lines(10_000, "  header \"X-#\" = x\n")
        ),
        format!(
            "  post \"https://a.example/\"\n{}",
            lines(10_000, "  field \"f#\" = x\n")
        ),
    ] {
        let flow =
            format!("attribute x: text\napi a: nothing {{\n{request}}}\non start {{\n  call <<a>>\n}}\n");
        let mut chat = Chat::new(&flow);
        chat.customer.set_attribute("x", "y".repeat(64 << 10));
        let turn = bounded("10,000 times a value of 64 KiB in a request", || {
            chat.turn(&Input::start(), &Shop("{}".to_owned())).unwrap()
        });
        assert_eq!(calls(&turn), ["blocked"], "{}", &request[..40]);
    }
}

#[test]
fn a_reply_that_is_shown_ten_thousand_times_is_shown_as_often_as_there_is_room() {
    let _alone = alone();
    let cards: Vec<_> = (0..100)
        .map(|number| json!({"title": format!("{number} {}", "x".repeat(1_000))}))
        .collect();
    let cards = Shop(json!({"success": true, "data": cards}).to_string());
    let flow = format!(
        "api a: gallery {{\n  get \"https://a.example/\"\n}}\non start {{\n  gallery {{\n{}  }} else \"No.\"\n}}\n",
        "    <<a>>\n".repeat(10_000)
    );
    let mut chat = Chat::new(&flow);
    let turn = bounded("10,000 times the same cards of a reply", || {
        chat.turn(&Input::start(), &cards).unwrap()
    });
    assert_eq!((limits(&turn), turn.blocks.len()), (vec!["turn_bytes"], 0));
}

#[test]
fn events_and_options_in_a_loop_are_bounded() {
    let _alone = alone();
    let flow = format!(
        "attribute n: number = 0\non start {{\n  goto a\n}}\nsequence a {{\n  buttons {{\n{}  }}\n  goto a\n}}\n",
        lines(10_000, "    \"#\" -> a if 1 / n > 0\n")
    );
    let mut chat = Chat::new(&flow);
    let turn = bounded("10,000 conditions that fail, in a loop", || {
        chat.says(&Input::start())
    });
    assert_eq!(limits(&turn).len(), 1);
    let errors = turn
        .events
        .iter()
        .filter(|event| matches!(event, Event::ValueError { .. }));
    assert!(errors.count() <= Limits::default().turn_bytes / 64);
    let options = lines(10_000, "    \"#\" -> a\n");
    let flow =
        format!("on start {{\n  goto a\n}}\nsequence a {{\n  buttons {{\n{options}  }}\n  goto a\n}}\n");
    assert_eq!(
        reached("10,000 options of a flow, in a loop", &flow),
        ["turn_bytes"]
    );
}

/// What the checker says first of a flow that it refuses.
fn refused(attack: &str, files: impl IntoIterator<Item = String>) -> String {
    let sources: Vec<Source> = (0..)
        .zip(files)
        .map(|(number, text)| Source::new(format!("{number}.flow"), text))
        .collect();
    bounded(attack, || {
        let (program, found) = check(sources);
        assert!(program.is_none());
        let mut errors = found.iter().filter(|found| found.severity() == Severity::Error);
        errors.next().unwrap().code().to_string()
    })
}

#[test]
fn nesting_of_any_depth_is_refused() {
    let _alone = alone();
    let start = |body: String| [format!("attribute x: yes/no = no\non start {{\n{body}}}\n")];
    let set = |expression: String| start(format!("  set x = {expression}\n"));
    for flow in [
        start("  if x {\n".repeat(20_000) + &"}\n".repeat(20_000)),
        set("(".repeat(100_000) + "x" + &")".repeat(100_000)),
        set("not ".repeat(100_000) + "x"),
        set(vec!["x"; 100_000].join(" or ")),
        set(format!("{} == 1", vec!["1"; 100_000].join(" + "))),
        set(format!("{}1 == 1", "-".repeat(100_000))),
    ] {
        assert_eq!(refused("nesting, 100,000 deep", flow), "syntax::too_deep");
    }
}

#[test]
fn a_file_of_more_than_a_megabyte_is_refused_and_one_of_less_is_checked() {
    let _alone = alone();
    let text = |bytes| [format!("on start {{\n  text \"{}\"\n}}\n", "x".repeat(bytes))];
    assert_eq!(
        refused("a text of 1 MiB in a flow", text(1 << 20)),
        "syntax::file_too_large"
    );
    let [flow] = text((1 << 20) - 100);
    assert_eq!(reached("a text of 1 MiB in a flow", &flow[..]), ["text_bytes"]);
    let attributes = |file: usize| lines(10_000, &format!("attribute a{file}_#: text\n"));
    let files = (0..4).map(attributes).chain(["oops\n".to_owned()]);
    let code = refused("4 files of 10,000 attributes", files);
    assert!(code.starts_with("syntax::"), "{code}");
}

#[test]
fn ten_thousand_options_and_sequences_cost_what_they_are() {
    let _alone = alone();
    let sequences = lines(10_000, "sequence s# {\n  text \"Here is #.\"\n}\n");
    let options = lines(10_000, "    \"Option #\" -> s#\n");
    let flow = format!("on start {{\n  buttons \"Where?\" {{\n{options}  }}\n}}\n{sequences}");
    assert!(flow.len() < 1 << 20);
    let mut chat = bounded("10,000 options and 10,000 sequences", || Chat::new(&flow));
    assert_eq!(limits(&chat.says(&Input::start())), ["turn_bytes"]);
}

#[test]
fn a_session_has_each_visited_sequence_once() {
    let _alone = alone();
    // Visits are counted where the flow reads them.
    let flow = lines(
        10_000,
        "sequence s# {\n  if visits(s#) > 2 {\n    text \"Again.\"\n  }\n}\n",
    );
    let mut chat = Chat::new(&flow);
    bounded("every one of 10,000 sequences visited twice", || {
        for number in 0..20_000 {
            chat.says(&Input::start_at(format!("s{}", number % 10_000)));
        }
    });
    let (session, _) = chat.stored();
    assert!((10_000 * 8..10_000 * 16).contains(&session), "{session}");
    assert_eq!(texts(&chat.says(&Input::start_at("s7"))), ["Again."]);
}

#[test]
fn regular_expressions_are_small_few_and_linear() {
    let _alone = alone();
    let ask = |number: usize, pattern: &str| {
        format!(
            "sequence s{number} {{\n  ask @a \"?\" save x {{\n    accept regex \"{pattern}\"\n    retry 1 \"?\"\n  }}\n}}\n"
        )
    };
    let flow = |asks: String| [format!("attribute x: text\non start {{\n  goto s0\n}}\n{asks}")];
    let huge = ["((a{100}){100}){100}", "\\\\w{5000}", "(?:x{1000}){1000}"];
    for pattern in huge {
        assert_eq!(
            refused(
                "a regular expression that unfolds to a million states",
                flow(ask(0, pattern))
            ),
            "check::bad_pattern"
        );
    }
    let many = (0..5_000)
        .map(|number| ask(number, &format!("[a-z]{{{}}}", number % 1_000 + 1)))
        .collect();
    assert_eq!(
        refused("5,000 regular expressions", flow(many)),
        "check::bad_pattern"
    );
    let slow = ask(0, "(a|a|aa)*(a|aa)*b").replace("retry 1 \"?\"", "retry \"?\"");
    let mut chat = Chat::new(&flow(slow)[0]);
    chat.says(&Input::start());
    let turn = bounded("a pattern that other engines try for ever", || {
        chat.says(&Input::text("a".repeat(60_000)))
    });
    assert_eq!(texts(&turn), ["?"]);
}

#[test]
fn a_name_of_a_megabyte_is_cut_where_it_is_quoted() {
    let _alone = alone();
    let name = "a".repeat(1_000_000);
    let code = refused(
        "a name of 1 MB that nobody declares",
        [format!("on start {{\n  goto {name}\n}}\n")],
    );
    assert_eq!(code, "check::unknown_sequence");
    for line in [
        format!("goto {name}"),
        format!("set x = {}", "1".repeat(900_000)),
        format!("text <<{name}>>"),
    ] {
        let (_, found) = check([Source::new("a.flow", format!("on start {{\n  {line}\n}}\n"))]);
        for found in found {
            let words = [Some(found.message()), found.help()];
            let longest = words.into_iter().flatten().map(str::len).max();
            assert!(longest < Some(2_100), "{longest:?} bytes: {}", found.code());
        }
    }
    let mut chat = Chat::new("on start {\n  text \"Hi!\"\n}\n");
    let unknown = chat.turn(&Input::start_at("\u{1b}[2J\n"), &NoCalls).unwrap_err();
    assert!(!unknown.to_string().contains(char::is_control), "{unknown}");
}
