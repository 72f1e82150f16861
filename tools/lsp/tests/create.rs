//! Declarations for names that nothing declares: the menu, the text afterwards, and that the finding is
//! gone then.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod desk;

use desk::Desk;
use insta::assert_snapshot;
use serde_json::{Value, json};

/// The menu at the cursor, and the files after its `create …`, which must be free of what it mends.
fn created(fixture: &str) -> String {
    let mut desk = Desk::of(fixture);
    desk.settle();
    let before = desk.found(true);
    let (mut drawn, create) = desk.menu("create ");
    drawn += &desk.edited(&create["edit"]);
    let fact = create["diagnostics"][0]["message"].as_str().unwrap();
    let fact = fact.lines().next().unwrap().to_owned();
    let is_mended = |line: &&String| line.ends_with(&fact);
    assert!(before.iter().any(|line| is_mended(&line)), "{before:?}");
    desk.make(&create["edit"]);
    let after = desk.found(true);
    assert_eq!(after.iter().find(is_mended), None, "{drawn}");
    let new: Vec<&String> = after.iter().filter(|line| !before.contains(line)).collect();
    assert_eq!(new, [] as [&String; 0], "{drawn}");
    drawn
}

fn all_created(fixtures: &[&str]) -> String {
    let drawn = fixtures.iter().map(|fixture| created(fixture));
    drawn.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_sequence_behind_the_item_that_names_it() {
    assert_snapshot!(all_created(&[
        "on start {\n  goto ho$0urs\n} // Everybody.\n\non unmatched {\n  end\n}\n",
        "on start {\n  buttons \"?\" {\n    \"Hours\" -> ho$0urs\n  }\n}",
        "on start {\n  call a\n}\nsequence a {\n  text \"A\"\n}\n== shop.test.flow\ntest \"b\" {\n  start b$0\n  text \"B\"\n}\n",
    ]));
}

#[test]
fn an_api_of_the_output_that_its_block_needs() {
    assert_snapshot!(all_created(&[
        "on start {\n  text \"It is <<we$0ather>>.\" else \"Unknown.\"\n}\n",
        "on start {\n  image <<ban$0ner>> else { end }\n}\n== apis.flow\nserver shop \"https://api.shop.example\" {\n  header \"X-Token\" = secret TOKEN\n}\nserver other \"https://other.example\"\n\napi picks: gallery {\n  get shop \"/picks\"\n} // Of the week.\n",
        "on start {\n  gallery {\n    <<pi$0cks>>\n  }\n}\n",
        "on start {\n  quick replies \"More:\" {\n    <<to$0pics>>\n  }\n}\n",
        "// The shop.\n\n// Welcomes.\non start {\n  call <<loy$0alty>> else {\n  }\n}\n",
    ]));
}

#[test]
fn an_attribute_of_the_type_that_its_uses_need() {
    assert_snapshot!(all_created(&[
        "attribute vip: yes/no = no\nattribute name: text // Of the shop.\n\non start {\n  set vis$0its_so_far = visits_so_far + 1\n}\n",
        "on start {\n  ask \"How many?\" save am$0ount {\n    accept number 1..9\n  }\n}\n",
        "on start {\n  ask \"Which?\" save si$0ze {\n    accept one of \"S\", \"M\"\n  }\n  ask @later \"Which?\" save size\n}\n",
        "on start {\n  if poi$0nts > 3 and first_name is not empty {\n    end\n  }\n}\n",
        "on start {\n  if not v$0ip {\n    end\n  }\n}\n",
        "on start {\n  set p$0eak = birthday\n}\n== names.flow\nattribute birthday: date\n",
        "on start {\n  text \"Hi {{nick$0name|there}}!\"\n}\n",
        "attribute n: number = 0\naction send {\n  n: number\n}\non start {\n  do send {\n    n = c$0nt\n  }\n}\n",
        "action send {\n  n: number\n}\non start {\n  do send { n = c$0nt + 1 }\n}\n",
        "attribute size: one of \"S\", \"M\"\non start {\n  set size = c$0nt\n}\n",
        "attribute day: date\non start {\n  set day = c$0nt\n}\n",
        "on start {\n  if c$0nt > \"2020-01-01\" {\n    end\n  }\n}\n",
        "api stock: text {\n  get \"https://api.shop.example/{{sk$0u}}\"\n  header \"X-Token\" = secret TOKEN\n  sets sku\n}\non start {\n  text \"<<stock>>\" else \"?\"\n}\n",
    ]));
}

#[test]
fn a_server_and_an_action() {
    assert_snapshot!(all_created(&[
        "api stock: text {\n  get ware$0house \"/stock\"\n}\non start {\n  text \"<<stock>>\" else \"?\"\n}\n",
        "on start {\n  do send_$0email {\n    to = email\n    copies = 2\n    now = yes\n  }\n}\n",
        "on start {\n  do not$0ify\n}\n",
    ]));
}

#[test]
fn lines_end_as_those_of_the_file() {
    let mut desk = Desk::of("on start {\r\n  goto ho$0urs\r\n}\r\n");
    let actions = desk.actions();
    desk.make(&actions.first().unwrap()["edit"]);
    let text = desk.texts.get("shop.flow").unwrap();
    let expected = "on start {\r\n  goto hours\r\n}\r\n\r\nsequence hours {\r\n  text \"…\"\r\n}\r\n";
    assert_eq!(text, expected);
}

#[test]
fn what_is_written_next_is_selected_where_the_editor_can() {
    let hello = |edits: Value| {
        json!({
            "capabilities": {
                "general": {"positionEncodings": ["utf-8"]}, "workspace": {"workspaceEdit": edits},
            },
            "workspaceFolders": [{"uri": "file:///flows/shop", "name": "shop"}],
        })
    };
    let written = |edits: Value| {
        let mut desk = Desk::with(hello(edits));
        desk.open("shop.flow", "on start {\n  set spent = spent + 1\n}\n");
        let at = json!({"line": 1, "character": 8});
        desk.cursors.push(("shop.flow".to_owned(), at));
        let actions = desk.actions();
        let is_create = |action: &&Value| action["title"] == "create attribute `spent`";
        actions.iter().find(is_create).unwrap()["edit"].clone()
    };
    let knows = json!({"documentChanges": true, "snippetEditSupport": true});
    assert_snapshot!(serde_json::to_string_pretty(&written(knows)).unwrap());
    let plain = written(json!({"documentChanges": true}));
    let text = &plain["documentChanges"][0]["edits"][0]["newText"];
    assert_eq!(text, "attribute spent: number = 0\n\n");
}

#[test]
fn a_name_in_the_marks_of_another_kind() {
    let names = "api status: text {\n  get \"https://api.shop.example/s\"\n}\napi loyalty: nothing {\n  get \"https://api.shop.example/l\"\n}\n";
    let written = |line: &str| {
        let mut desk = Desk::of(&format!("on start {{\n  {line}\n}}\n== apis.flow\n{names}"));
        let (_, action) = desk.menu("write it as");
        action
            .get("edit")
            .map(|edit| desk.edited(edit).lines().nth(2).unwrap().to_owned())
    };
    let text = |line: &str| Some(line.to_owned());
    assert_eq!(
        written("text \"Hi <<first$0_name>>!\""),
        text("  text \"Hi {{first_name}}!\"")
    );
    assert_eq!(
        written("text \"Now {{sta$0tus|?}}.\""),
        text("  text \"Now <<status>>.\"")
    );
    assert_eq!(written("call loy$0alty"), text("  call <<loyalty>>"));
    // Neither may stand there, or is of that output.
    assert_eq!(written("image <<first$0_name>>"), None);
    assert_eq!(written("text \"Now {{loy$0alty}}.\""), None);
    assert_eq!(written("goto loy$0alty"), None);
}
