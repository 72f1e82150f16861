//! The table of words is the grammar's: every word parses where it belongs, and the grammar knows
//! no word that the table lacks.

use std::collections::BTreeSet;

use sayflow::syntax::words::{
    self, ANSWERS, ARROWS, CLAUSES, FUNCTIONS, MOCKED, OPERATOR_SIGNS, OPERATORS, OUTPUTS, PRIORITIES,
    RESERVED, SENT, TARGETS, TRIGGERS, TYPES, UNITS, VALUES,
};
use sayflow::{Outcome, Source, syntax};

/// Words of other languages that the grammar reads for the sake of their diagnostic.
const FOREIGN: [&str; 4] = ["elseif", "elsif", "elif", "otherwise"];

/// What the parser says of a file.
fn findings(text: &str) -> Vec<String> {
    let (_, diagnostics) = syntax::parse(&Source::new("a.flow", text));
    diagnostics.iter().map(ToString::to_string).collect()
}

/// A word that stands where `file` puts it is read, and one that is nearly it is not.
fn assert_closed(words: &[&str], file: impl Fn(&str) -> String) {
    for word in words {
        assert_eq!(findings(&file(word)), [""; 0], "{}", file(word));
        let other = format!("x{word}");
        assert_ne!(findings(&file(&other)), [""; 0], "{}", file(&other));
    }
}

/// What goes on behind a type or an answer that needs more.
fn completed(word: &str) -> String {
    match word {
        "one of" | "xone of" => format!("{word} \"S\""),
        "pattern" | "regex" | "words" | "intent" => format!("{word} \"A\""),
        _ => word.to_owned(),
    }
}

fn in_a_sequence(line: &str) -> String {
    format!("sequence a {{\n  {line}\n}}\n")
}

fn in_a_test(line: &str) -> String {
    format!("test \"a\" {{\n  {line}\n}}\n")
}

#[test]
fn the_words_of_closed_lists_are_read_and_no_others() {
    assert_closed(&TYPES, |word| format!("attribute a: {}\n", completed(word)));
    assert_closed(&OUTPUTS, |word| format!("api a: {word} {{\n}}\n"));
    assert_closed(&TRIGGERS, |word| format!("on {} {{\n}}\n", completed(word)));
    assert_closed(&ANSWERS, |word| {
        in_a_sequence(&format!("ask \"?\" {{\n accept {}\n}}", completed(word)))
    });
    assert_closed(&TARGETS, |word| {
        in_a_sequence(&format!("buttons {{\n \"A\" -> {word} \"https://a.example\"\n}}"))
    });
    assert_closed(&UNITS, |word| in_a_sequence(&format!("wait 5{word}")));
    assert_closed(&SENT, |word| {
        in_a_test(&format!("customer {word} \"https://a.example/a.png\""))
    });
    assert_closed(&FUNCTIONS, |word| in_a_sequence(&format!("if {word}(a) {{\n}}")));
    assert_closed(
        &OPERATORS.map(|word| if word == "not" { "and not" } else { word }),
        |word| in_a_sequence(&format!("if a {word} b {{\n}}")),
    );
    assert_closed(&OPERATOR_SIGNS, |word| {
        in_a_sequence(&format!("if a {word} b {{\n}}"))
    });
}

#[test]
fn a_mock_answers_with_each_of_its_words() {
    for word in MOCKED {
        let behind = match word {
            "reply" => "`{}`",
            "status" => "503",
            _ => "\"https://a.example/a.png\"",
        };
        let line = format!("mock a = {word} {behind}");
        assert_eq!(findings(&in_a_test(&line)), [""; 0], "{line}");
    }
}

#[test]
fn values_priorities_and_outcomes_are_read() {
    for word in VALUES {
        assert_eq!(
            findings(&in_a_sequence(&format!(
                "if a is {word} {{
}}"
            ))),
            [""; 0],
            "{word}"
        );
    }
    for word in PRIORITIES {
        assert_eq!(
            findings(&in_a_sequence(&format!("handover \"A\" priority {word}"))),
            [""; 0],
            "{word}"
        );
    }
    // `status` stands before a number in a mock.
    let outcomes = Outcome::ALL.iter().map(|outcome| outcome.as_str());
    for word in outcomes {
        assert_eq!(
            findings(&in_a_sequence(&format!("text \"<<a>>\" else {word} \"A\""))),
            [""; 0],
            "{word}"
        );
        let number = if word == "status" { " 503" } else { "" };
        assert_eq!(
            findings(&in_a_test(&format!("mock a = {word}{number}"))),
            [""; 0],
            "{word}"
        );
    }
}

#[test]
fn arrows_lead_to_a_target_without_a_word_but_the_tidy_one_is_first() {
    for arrow in ARROWS {
        let line = format!("buttons {{\n \"A\" {arrow} b\n}}");
        assert_eq!(findings(&in_a_sequence(&line)), [""; 0], "{arrow}");
    }
    assert_eq!(ARROWS.first(), Some(&"->"));
}

#[test]
fn reserved_words_are_refused_as_names_and_every_other_word_is_one() {
    for word in RESERVED {
        assert_ne!(findings(&format!("attribute {word}: text\n")), [""; 0], "{word}");
    }
    for word in single_words().difference(&RESERVED.map(str::to_owned).into()) {
        assert_eq!(findings(&format!("attribute {word}: text\n")), [""; 0], "{word}");
    }
}

/// The words of the table, those of two words one by one.
fn single_words() -> BTreeSet<String> {
    let groups = words::groups();
    let all = groups.iter().flat_map(|group| &group.words);
    all.flat_map(|word| word.split([' ', '/']))
        .map(str::to_owned)
        .collect()
}

/// What stands in quotes in the grammar and is a word.
fn words_of_the_grammar() -> BTreeSet<String> {
    let grammar = include_str!("../grammar/sayflow.pest");
    let code = grammar
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let quoted = code.flat_map(|line| line.split('"').skip(1).step_by(2));
    // Single letters are looked ahead at.
    let is_word = |text: &&str| text.len() > 1 && text.bytes().all(|byte| byte.is_ascii_lowercase());
    quoted.filter(is_word).map(str::to_owned).collect()
}

#[test]
fn the_grammar_has_no_word_that_the_table_lacks() {
    let table = single_words();
    let grammar = words_of_the_grammar();
    assert!(grammar.len() > 80, "{grammar:?}");
    let lacking: Vec<&String> = grammar
        .iter()
        .filter(|word| !table.contains(*word) && !FOREIGN.contains(&word.as_str()) && *word != "allow")
        .collect();
    assert_eq!(lacking, [""; 0]);
}

#[test]
fn the_table_has_no_word_that_neither_grammar_nor_parser_has() {
    let open: BTreeSet<String> = TYPES
        .into_iter()
        .chain(OUTPUTS)
        .chain(TRIGGERS)
        .chain(ANSWERS)
        .chain(PRIORITIES)
        .chain(words::EVENTS)
        .chain(SENT)
        .chain(VALUES)
        .chain(Outcome::ALL.iter().map(|outcome| outcome.as_str()))
        .flat_map(|word| word.split([' ', '/']))
        .map(str::to_owned)
        .collect();
    let grammar = words_of_the_grammar();
    let table = single_words();
    let idle: Vec<&String> = table
        .iter()
        .filter(|word| !grammar.contains(*word) && !open.contains(*word))
        .collect();
    assert_eq!(idle, [""; 0]);
}

#[test]
fn clauses_stand_behind_the_first_word_of_a_line() {
    let lines = words::groups()
        .into_iter()
        .filter(|group| ["items", "settings", "statements", "steps"].contains(&group.name));
    let lines: BTreeSet<&str> = lines.flat_map(|group| group.words).collect();
    let both: Vec<&str> = CLAUSES.into_iter().filter(|word| lines.contains(word)).collect();
    assert_eq!(both, ["if"]);
}
