//! What is typed, and the indent that the line gets for it.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod desk;

use desk::{Desk, apply};
use insta::assert_snapshot;
use serde_json::json;

/// The text behind each cursor of a file after `typed` has its form; the character stands before the cursor.
fn typed(typed: &str, fixtures: &[&str]) -> String {
    let mut drawn = String::new();
    for fixture in fixtures {
        let mut desk = Desk::of(fixture);
        let options = json!({"tabSize": 4, "insertSpaces": false});
        let more = json!({"ch": typed, "options": options});
        let edits = desk.ask_at_cursor("textDocument/onTypeFormatting", more).unwrap();
        assert!(edits.as_array().unwrap().len() <= 1, "one line");
        let text = apply(&desk.texts["shop.flow"], &edits);
        let change = if edits == json!([]) {
            "as it was"
        } else {
            "indented"
        };
        drawn += &format!(
            "{}{change}:\n{text}----\n",
            fixture.replace('\t', "→").replace("$0", "│") + "\n"
        );
    }
    drawn
}

#[test]
fn a_line_break_opens_a_line_in_its_block() {
    assert_snapshot!(typed(
        "\n",
        &[
            "on start {\n$0",
            "on start {\n$0\n}\n",
            "on start {\n\t\t$0text \"Hi\"\n}\n",
            "on start {\n  if vip {\n$0\n  } else {\n    end\n  }\n}\n",
            "on start {\n  if vip {\n  } else {\n $0end\n  }\n}\n",
            "on start {\n  end\n}\n    $0\nsequence a {\n",
            "on start {\n\n$0\nsequence a {\n}\n",
            "on start {\n  buttons {\n    $0}\n}\n",
            "test \"x\" {\n$0start\n}\n",
        ]
    ));
}

#[test]
fn a_brace_stands_under_the_line_that_it_closes() {
    assert_snapshot!(typed(
        "}",
        &[
            "on start {\n  }$0\n",
            "on start {\n  if vip {\n    end\n    }$0\n}\n",
            "sequence a {\n  gallery {\n    card \"x\" {\n}$0\n  }\n}\n",
        ]
    ));
}

#[test]
fn texts_and_lines_in_their_form_stay() {
    let cases = [
        // A text that is broken in two, one of several lines, one that is not closed.
        ("\n", "on start {\n  text \"Hello\n$0there\"\n}\n"),
        ("\n", "on start {\n  text \"\"\"\n    a\n$0\n    b\n  \"\"\"\n}\n"),
        ("\n", "on start {\n  text \"\"\"\n    a\n$0\n"),
        ("}", "on start {\n  text \"\"\"\n}$0\n  \"\"\"\n}\n"),
        ("\n", "test \"x\" {\n  mock a = reply `{\n$0\n}`\n}\n"),
        // Inside of a line.
        ("}", "on start {\n  text \"{{name}}$0\"\n}\n"),
        ("}", "on start {\n  ask \"a\" { retry \"b\" }$0\n}\n"),
        ("}", "  // A comment }$0\n"),
        // It closes nothing.
        ("}", "on start {\n  end\n}\n  }$0\n"),
        // It is right.
        ("}", "on start {\n  end\n}$0\n"),
        ("\n", "on start {\n  $0end\n}\n"),
    ];
    for (ch, fixture) in cases {
        let drawn = typed(ch, &[fixture]);
        assert!(drawn.contains("\nas it was:\n"), "{drawn}");
    }
}
