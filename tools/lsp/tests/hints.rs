//! Hints behind the words of a line.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod desk;

use desk::{Desk, uri};
use insta::assert_snapshot;
use serde_json::{Value, json};

const SHOP: &str = r#"attribute points: number = 0
attribute size: one of "S", "M" = "S"
attribute birthday: date
api picks: buttons {
  get "https://shop.example/picks"
  leads to offers, track
}
api balance: nothing {
  post "https://shop.example/balance"
  sets points, size
}
on start {
  ask "How many?" save points
  ask "Your address?" save email {
    accept email
  }
  ask "Which?" save size {
    quick replies {
      "S"
      "M"
    }
  }
  set points = points + 1
  set birthday = "2000-01-01"
  set size = extra
  set first_name = extra
  set unknown = extra
  call <<balance>>
  buttons {
    <<picks>>
  }
  goto sale
}
sequence offers was "sale" {
  end
}
sequence track {
  end
}
"#;

fn whole() -> Value {
    json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}})
}

/// The lines with hints, as an editor shows them, and what is told of each hint.
fn shown(desk: &mut Desk, range: &Value) -> String {
    let params = json!({"textDocument": {"uri": uri("shop.flow")}, "range": range});
    let hints = desk.ask("textDocument/inlayHint", params);
    let mut drawn = String::new();
    for hint in hints.as_array().unwrap() {
        let position = &hint["position"];
        let line = position["line"].as_u64().unwrap() as usize;
        let column = position["character"].as_u64().unwrap() as usize;
        let text = desk.texts["shop.flow"].lines().nth(line).unwrap();
        let pad = if hint["paddingLeft"] == json!(true) {
            " "
        } else {
            ""
        };
        let (before, behind) = text.split_at(column);
        let label = hint["label"].as_str().unwrap();
        drawn += &format!(
            "{before}{pad}[{label}]{behind}   ({})\n",
            hint["tooltip"].as_str().unwrap()
        );
    }
    drawn
}

#[test]
fn what_a_line_does_that_is_written_elsewhere() {
    assert_snapshot!(shown(&mut Desk::of(SHOP), &whole()));
}

#[test]
fn only_the_lines_that_are_in_sight() {
    let range = json!({"start": {"line": 25, "character": 0}, "end": {"line": 26, "character": 0}});
    assert_eq!(
        shown(&mut Desk::of(SHOP), &range),
        "  set first_name[: text] = extra   (A field of every customer's record.)\n"
    );
}

#[test]
fn a_client_that_wants_none_is_offered_none() {
    for (wants, offered) in [(false, Value::Null), (true, json!(true))] {
        let mut desk = Desk::idle();
        let hello = json!({"capabilities": {}, "initializationOptions": {"inlayHints": wants}});
        let answer = desk.ask("initialize", hello);
        assert_eq!(answer["capabilities"]["inlayHintProvider"], offered);
    }
}
