//! What changes a flow without a finding: branches, headers, sequences taken out and put in.

#![expect(clippy::expect_used, reason = "a test may fail")]

mod desk;

use desk::Desk;
use insta::assert_snapshot;

/// The menu at the cursor, and the files after the action whose title begins so. It may find less there
/// than before, and nothing new.
fn taken(title: &str, fixtures: &[&str]) -> String {
    let drawn = fixtures.iter().map(|fixture| {
        let mut desk = Desk::of(fixture);
        desk.settle();
        let before = desk.found(false);
        let (mut drawn, action) = desk.menu(title);
        let edit = action.get("edit").expect(&drawn).clone();
        drawn += &desk.edited(&edit);
        desk.make(&edit);
        let after = desk.found(false);
        let new: Vec<&String> = after.iter().filter(|line| !before.contains(line)).collect();
        assert_eq!(new, [] as [&String; 0], "{drawn}");
        drawn
    });
    drawn.collect::<Vec<_>>().join("\n")
}

/// The titles of what is offered, where nothing begins so.
fn refused(title: &str, fixtures: &[&str]) {
    for fixture in fixtures {
        let (drawn, action) = Desk::of(fixture).menu(title);
        assert!(action.is_null(), "{drawn}");
    }
}

const STATUS: &str =
    "api status: text {\n  get \"https://api.shop.example/status\"\n  header \"X-Token\" = secret TOKEN\n}\n";
const TOPICS: &str = "api topics: buttons {\n  get \"https://api.shop.example/topics\"\n  header \"X-Token\" = secret TOKEN\n}\n";

fn with(apis: &str, flow: &str) -> String {
    format!("{flow}== apis.flow\n{apis}")
}

#[test]
fn a_branch_for_a_call_that_fails() {
    let handled = "on api failure {\n  end\n}\n";
    let flows = [
        with(STATUS, "on start {\n  text \"It is <<sta$0tus>>.\" // Now.\n}\n"),
        with(
            STATUS,
            &format!("on start {{\n  text \"It is <<sta$0tus>>.\" else timeout \"Slow.\"\n}}\n{handled}"),
        ),
        with(
            TOPICS,
            &format!("on start {{\n  buttons \"?\" {{\n    <<top$0ics>>\n  }}\n}}\n{handled}"),
        ),
        with(
            TOPICS,
            &format!(
                "on start {{\n  ask \"Which?\" {{\n    buttons {{\n      <<top$0ics>>\n    }}\n  }}\n}}\n{handled}"
            ),
        ),
        with(
            STATUS,
            "on start { text \"It is <<sta$0tus>>.\" text \"Bye!\" }\n",
        ),
        with(
            TOPICS,
            &format!(
                "on start {{\n  if vip {{ buttons \"?\" {{ <<top$0ics>> }}}}\n}}\n{handled}attribute vip: yes/no = no\n"
            ),
        ),
    ];
    assert_snapshot!(taken(
        "add a failure branch",
        &flows.each_ref().map(String::as_str)
    ));
}

#[test]
fn a_text_for_a_call_that_fails() {
    let flow = with(
        STATUS,
        "on start {\n  text \"It is <<sta$0tus>>.\"\n}\non api failure {\n  end\n}\n",
    );
    assert_snapshot!(taken("say something else", &[&flow]));
}

#[test]
fn no_branch_where_nothing_can_fail() {
    let flows = [
        with(
            STATUS,
            "on start {\n  text \"It is <<sta$0tus>>.\" else \"?\"\n}\n",
        ),
        with(
            TOPICS,
            "on start {\n  buttons \"?\" {\n    \"Help\" -> a\n    <<top$0ics>>\n  }\n}\nsequence a {\n  end\n}\n",
        ),
        with(
            TOPICS,
            "on start {\n  ask \"Which?\" {\n    accept text\n    buttons {\n      <<top$0ics>>\n    }\n  }\n}\n",
        ),
        with(STATUS, "on start {\n  text \"It$0 is.\"\n}\n"),
    ];
    refused("add a failure branch", &flows.each_ref().map(String::as_str));
}

#[test]
fn a_header_by_which_the_endpoint_knows_the_flow() {
    let used = "on start {\n  text \"<<status>>\" else \"?\"\n}\n";
    let api = "api status: text {\n  get shop \"/status\"\n}\n";
    let flows = [
        format!("server sh$0op \"https://api.shop.example\"\n{api}{used}"),
        format!(
            "server shop \"https://api.shop.example\" {{\n  header \"X-Lang\" = lan$0guage // Theirs.\n}}\n{api}{used}"
        ),
        format!("api sta$0tus: text {{ get \"https://api.shop.example/status\" }}\n{used}"),
        format!("api sta$0tus: text {{ get \"https://api.shop.example/status\" timeout 2s }}\n{used}"),
        format!("api sta$0tus: text {{\n  get \"https://api.shop.example/status\" }}\n{used}"),
        format!("server sh$0op \"https://api.shop.example\" // Ours.\n{api}{used}"),
    ];
    assert_snapshot!(taken(
        "add a secret header",
        &flows.each_ref().map(String::as_str)
    ));
    let sent = with(&STATUS.replace("get", "g$0et"), used);
    let by_server = format!(
        "server shop \"https://api.shop.example\" {{ header \"X-Token\" = secret TOKEN }}\n{}{used}",
        api.replace("status:", "sta$0tus:")
    );
    refused("add a secret header", &[&sent, &by_server]);
}

#[test]
fn an_id_for_one_line() {
    assert_snapshot!(taken(
        "write `",
        &["on start {\n  text \"Good mor$0ning to you!\"\n  text \"And you?\"\n}\n"]
    ));
}

#[test]
fn a_line_that_cannot_be_read_gets_no_id() {
    refused(
        "write `",
        &["on start {\n  ask rat$0ing \"Rate us\"\n  ask @ask \"And?\" save first_name\n}\n"],
    );
}

#[test]
fn statements_become_a_sequence() {
    assert_snapshot!(taken(
        "extract",
        &[
            "on start {\n  text \"Hi!\"\n$0  // We greet.\n  text @hours \"From ten\n\" // Daily.\n  ask \"Who?\" save first_name\n$0  text \"Bye {{first_name}}!\"\n}\n".replace("ten\n", "ten.").as_str(),
            "sequence greet {\n  if first_name is empty {\n    /// Shown above the map.\n$0    text \"\"\"\n      One\n        two\n      \"\"\"\n    text \"You came with {{language}}.\"$0\n    end\n  } else {\n    end\n  }\n}\n\nsequence greet_part {\n  end\n}\non start {\n  call greet\n  goto greet_part\n}\n",
            "on unmatched {\n  if first_name is empty { $0text \"Hi!\" goto bye$0 }\n}\nsequence bye {\n  end\n}\n".replace("\"Hi!\" goto", "\"Hi!\"\n    goto").as_str(),
            "on start {\n  ask \"Who?\" save first_name {\n    no match {\n      $0text \"Never mind.\"\n      end$0\n    }\n  }\n}\n",
        ]
    ));
}

#[test]
fn what_would_not_mean_the_same_stays() {
    refused(
        "extract",
        &[
            // No whole statement.
            "on start {\n  text \"H$0i$0!\"\n}\n",
            "on start {\n  $0\n$0  text \"Hi!\"\n}\n",
            // Of two blocks.
            "on start {\n  if first_name is empty {\n    $0text \"Hi!\"\n  }\n  text \"Ho!\"$0\n}\n",
            // Remembered by its sequence.
            "on start {\n  $0once @hi {\n    text \"Hi!\"\n  }$0\n}\n",
            // A call of it would be one that does not come back.
            "on start {\n  $0if first_name is empty {\n    goto bye\n  }$0\n}\nsequence bye {\n  end\n}\n",
            "on start {\n  $0ask \"Who?\" save first_name\n  goto bye$0\n}\nsequence bye {\n  end\n}\n",
            // Broken, or of another kind.
            "on start {\n  $0txt \"Hi!\"$0\n}\n",
            "on start {\n  buttons \"?\" {\n    $0\"Bye\" -> bye$0\n  }\n}\nsequence bye {\n  end\n}\n",
            "on start {\n  ask \"?\" {\n    $0quick replies {\n      \"S\"\n    }$0\n  }\n}\n",
            "test \"a\" {\n  $0start$0\n}\n",
            // In an item that lacks a brace.
            "sequence c\n  $0text \"Hi!\"$0\n}\n",
            "sequence c  $0if vip {} else {}$0 }\n",
            "on start {\n  if vip {\n    $0text \"Hi!\"$0\n}\n",
            "$0on start {\n  text \"Hi!\"\n}\n$0",
        ],
    );
}

#[test]
fn a_sequence_in_place_of_its_call() {
    assert_snapshot!(taken(
        "inline",
        &[
            "on start {\n  text \"Hi!\"\n  call ho$0urs // Daily.\n  end\n}\n\n// When we are open.\n// All of it.\nsequence hours {\n  // In winter.\n  text @ten \"From ten.\"\n\n  if first_name is empty { end }\n}\n\nsequence other {\n  end\n}\non unmatched {\n  goto other\n}\n",
            "on start {\n  if first_name is empty {\n    // allow check::called_goto: it ends there\n    call ho$0urs\n  }\n  call @again hours\n}\n== hours.flow\nsequence hours {\n  text \"\"\"\n    One\n\n      two\n    \"\"\"\n  goto bye\n}\nsequence bye {\n  end\n}\n",
            "on start {\n  call ho$0urs\n}\nsequence hours id \"7\" { text \"From ten.\" }\non unmatched {\n  buttons \"?\" {\n    <<topics>>\n  } else {\n    end\n  }\n}\napi topics: buttons {\n  get \"https://api.shop.example/topics\"\n  header \"X-Token\" = secret TOKEN\n}\n",
        ]
    ));
}

#[test]
fn what_would_mean_something_else_is_called() {
    refused(
        "inline",
        &[
            // It comes back to itself, or to its call.
            "on start {\n  call h$0\n}\nsequence h {\n  ask \"?\" save first_name\n  call h\n}\n",
            "on start {\n  call h$0\n}\nsequence h {\n  ask \"?\" save first_name\n  call i\n}\nsequence i {\n  call h\n}\n",
            // Remembered by its sequence.
            "on start {\n  call h$0\n}\nsequence h {\n  once @a {\n    text \"Hi!\"\n  }\n}\n",
            // Its visits are counted.
            "on start {\n  call h$0\n  if visits( h ) > 1 {\n    end\n  }\n}\nsequence h {\n  text \"Hi!\"\n}\n",
            // An id, or what goes without one, is taken.
            "on start {\n  text @a \"A\"\n  call h$0\n}\nsequence h {\n  text @a \"Hi!\"\n}\n",
            "on start {\n  ask \"?\" save first_name\n  call h$0\n}\nsequence h {\n  ask \"?\" save first_name\n}\n",
            // Nothing is there, or cannot be read.
            "on start {\n  call h$0\n}\nsequence h {\n}\n",
            "on start {\n  call h$0\n}\nsequence h {\n  txt \"Hi!\"\n}\n",
            "on start {\n  call h$0\n}\n",
            // It is not a line of its own.
            "on start { call h$0 }\nsequence h {\n  text \"Hi!\"\n}\n",
        ],
    );
}
