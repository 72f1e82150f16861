//! What is told under the cursor where it is on no name.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod desk;

use desk::Desk;
use insta::assert_snapshot;
use serde_json::{Value, json};

fn hover(fixture: &str) -> String {
    let mut desk = Desk::of(fixture);
    let answer = desk.ask_at_cursor("textDocument/hover", json!({})).unwrap();
    if answer.is_null() {
        return "nothing".to_owned();
    }
    let (name, _) = desk.cursors[0].clone();
    format!(
        "{}\n{}",
        desk.draw(&name, &answer["range"], ""),
        answer["contents"]["value"].as_str().unwrap()
    )
}

#[test]
fn the_page_of_a_code_that_is_allowed() {
    assert_snapshot!(hover(
        "// allow check::unu$0sed_api: the host calls it\napi weather: text {\n  get \"https://a.example\"\n}\n"
    ));
    let inside = "on start {\n  if vip {\n    end\n  }\n  // allow check::plain$0_http: it is a test\n  else {\n    end\n  }\n}\n";
    assert!(hover(inside).contains("**check::plain_http** (warning)"));
    assert_eq!(
        hover("// allow check::no$0thing: x\non start {\n  end\n}\n"),
        "nothing"
    );
    assert_eq!(hover("// allow check::unused_api: the ho$0st\n"), "nothing");
}

#[test]
fn how_a_plain_question_takes_its_input() {
    assert_snapshot!(hover("on start {\n  a$0sk \"Your name?\" save first_name\n}\n"));
}

#[test]
fn how_a_question_with_everything_takes_its_input() {
    assert_snapshot!(hover(
        r#"attribute guests: number
on start {
  ask "For how ma$0ny people?" save guests {
    accept number 1..12
    retry 2 "From one to twelve, please."
    no match {
      end
    }
    no reply 10m {
      text "Still there?"
    }
  }
}
on words "help", "agent" {
  end
}
== more.flow
on intent "greeting" {
  end
}
on unmatched {
  end
}
"#
    ));
}

#[test]
fn how_a_question_with_options_takes_its_input() {
    assert_snapshot!(hover(
        r#"attribute size: one of "S", "M"
api sizes: buttons {
  get "https://a.example/sizes"
}
on start {
  $0ask "Which size?" save size {
    quick replies {
      "Small" extra "S"
      "Not sure" -> measure
      "Chart" -> url "https://a.example/chart"
      <<sizes>>
    }
    no interrupts
  } else {
    end
  }
}
sequence measure {
  end
}
on words "help" {
  end
}
"#
    ));
}

#[test]
fn by_the_type_and_by_no_match_alone() {
    let text = hover(
        "attribute day: date\non start {\n  a$0sk \"Which day?\" save day {\n    no match {\n      end\n    }\n  }\n}\n",
    );
    let steps: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with(|it: char| it.is_ascii_digit()))
        .collect();
    assert_eq!(
        steps[2],
        "3. A `date`, as `day` is one: the answer, saved in `day`."
    );
    assert_eq!(steps[3], "4. Anything else is a wrong answer: `no match` runs.");
}

#[test]
fn a_name_on_the_line_of_a_question_is_told_as_a_name() {
    let mut desk = Desk::of("on start {\n  ask \"Your name?\" save first$0_name\n}\n");
    let answer = desk.ask_at_cursor("textDocument/hover", json!({})).unwrap();
    assert_ne!(answer, Value::Null);
    assert_eq!(answer["range"]["start"]["character"], 24);
}
