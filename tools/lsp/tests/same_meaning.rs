//! Sequences that are taken out or put in change nothing that a customer sees: every selection and every
//! call of a flow for which the server offers it, played before and after.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod desk;

use desk::{Desk, uri};
use sayflow::{Customer, Engine, Input, NoCalls, Program, Session, Source};
use serde_json::{Value, json};

/// Questions that wait, handlers that interrupt them, jumps, calls, ends and extras.
const FLOW: &str = r#"attribute size: one of "S", "M"
attribute count: number = 0
attribute came: text

on start {
  text "Hi!"
  set count = count + 1
  call sizes
  if size is "S" {
    text "Small."
    goto small
  } else {
    text "Not small."
  }
  call thanks
  text "Bye {{count}}."
}

sequence sizes {
  // What they wear.
  ask "Which size?" save size {
    quick replies {
      "S"
      "M"
      "Neither" -> none
    }
    retry 1 "S or M?"
    no match {
      text "Never mind."
      set size = "M"
    }
  }
  set count = count + 10
  text "{{size}} it is."
}

// Said at the end.
sequence thanks {
  text "Thanks!"
  if count > 20 {
    text "Again."
    end
  }
}

sequence small {
  set came = extra
  ask @why "Why small, {{came}}?" save first_name
  text "Because {{first_name}}."
  if visits(small) > 1 {
    call thanks
    end
  }
  buttons "And now?" {
    "Again" -> small extra "tapped"
  }
}

sequence none {
  text "None."
  end
}

on words "help" {
  text "Help is near."
  call note
  text "Back to it."
}

sequence note {
  text "Noted."
  if count > 10 {
    end
  }
  text "Really."
}

on words "away" {
  text "Away."
  goto small
}

on words "stop" {
  text "Stopping."
  end
}

on words "person" {
  text "One moment."
  handover "Support"
}

on unmatched {
  text "What?"
  call sizes
}
"#;

/// What customers type.
const TYPED: [&str; 8] = ["S", "M", "x", "help", "away", "stop", "Again", "Neither"];

/// How many conversations are played, and of how many turns each.
const CONVERSATIONS: u64 = 300;
const TURNS: usize = 8;

/// Everything that is shown and told in many conversations.
fn played(flow: &str) -> Vec<String> {
    let engine = Engine::new(Program::load([Source::new("shop.flow", flow)]).unwrap());
    let mut transcripts = Vec::new();
    for conversation in 0..CONVERSATIONS {
        let (mut session, mut customer) = (Session::new(), Customer::new(7));
        let mut said = String::new();
        let mut turn = |input: &Input| {
            let turn = engine.turn(&mut session, &mut customer, input, &NoCalls).unwrap();
            said += &format!("{:?} {:?}\n", turn.blocks, turn.events);
        };
        turn(&Input::start());
        // The same choices every time, and others in each conversation.
        let mut state = conversation;
        for _ in 0..TURNS {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let chosen = usize::try_from(state >> 33).unwrap() % TYPED.len();
            turn(&Input::text(TYPED[chosen]));
        }
        transcripts.push(said);
    }
    transcripts
}

/// The edit of the action of a kind at a range; null where none is offered.
fn offered(desk: &mut Desk, kind: &str, range: &Value) -> Value {
    let params = json!({
        "textDocument": {"uri": uri("shop.flow")}, "range": range,
        "context": {"diagnostics": [], "only": [kind]},
    });
    let actions = desk.ask("textDocument/codeAction", params);
    actions[0]["edit"].clone()
}

fn range(from: usize, to: usize) -> Value {
    json!({"start": {"line": from, "character": 3}, "end": {"line": to, "character": 3}})
}

fn edited(edit: &Value) -> String {
    desk::apply(FLOW, &edit["changes"][uri("shop.flow")])
}

#[test]
fn whatever_is_taken_out() {
    let mut desk = Desk::new();
    desk.open("shop.flow", FLOW);
    let before = played(FLOW);
    let lines = FLOW.lines().count();
    let mut taken = 0;
    for from in 0..lines {
        for to in from + 1..lines.min(from + 12) {
            let range = json!({
                "start": {"line": from, "character": 0}, "end": {"line": to, "character": 0},
            });
            let edit = offered(&mut desk, "refactor.extract", &range);
            if !edit.is_null() {
                let after = edited(&edit);
                assert!(played(&after) == before, "{after}");
                taken += 1;
            }
        }
    }
    assert!(taken > 40, "{taken} sequences");
}

#[test]
fn whatever_is_put_in() {
    let mut desk = Desk::new();
    desk.open("shop.flow", FLOW);
    let before = played(FLOW);
    let mut put = 0;
    for line in 0..FLOW.lines().count() {
        let edit = offered(&mut desk, "refactor.inline", &range(line, line));
        if !edit.is_null() {
            let after = edited(&edit);
            assert!(played(&after) == before, "{after}");
            put += 1;
        }
    }
    assert!(put >= 4, "{put} calls");
}
