//! Another name, and the old one where somebody outside of the flow knows it.

mod desk;

use desk::Desk;
use insta::assert_snapshot;
use serde_json::{Value, json};

/// The files behind a rename of what is at the cursor. It finds nothing new in them.
fn renamed(fixture: &str, new: &str) -> Result<String, String> {
    let mut desk = Desk::of(fixture);
    desk.settle();
    let before = desk.found(false);
    let edit = desk.ask_at_cursor("textDocument/rename", json!({"newName": new}))?;
    let drawn = format!("{}{}", desk.draw_cursor(), desk.edited(&edit));
    desk.make(&edit);
    assert_eq!(desk.found(false), before, "{drawn}");
    Ok(drawn)
}

const POINTS: &str =
    "attribute points: number = 0\non start {\n  set po$0ints = points + 1\n  text \"{{points}}\"\n}\n";

#[test]
fn an_attribute_keeps_its_key() {
    assert_snapshot!(renamed(POINTS, "punkte").unwrap());
    let with_key = POINTS.replace("points: number", "points key \"loyalty-points\": number");
    assert_snapshot!(renamed(&with_key, "punkte").unwrap());
}

#[test]
fn an_attribute_that_gets_the_name_of_its_key_needs_none() {
    let with_key = POINTS.replace("points: number", "points key \"punkte\": number");
    assert_snapshot!(renamed(&with_key, "punkte").unwrap());
}

/// What a request says is named by keys, params, fields and headers, and none of them changes.
#[test]
fn what_requests_said_keeps_its_name() {
    assert_snapshot!(
        renamed(
            r#"attribute order$0_no: text
api in_address: text {
  get "https://shop.example/orders/{{order_no}}"
  header "X-Token" = secret TOKEN
}
api in_param: text {
  get "https://shop.example/orders"
  header "X-Token" = secret TOKEN
  param "order_no" = order_no
}
api in_field: text {
  post "https://shop.example/orders"
  header "X-Token" = secret TOKEN
  field "order_no" = order_no
}
on start {
  set order_no = "B"
  text "<<in_address>> <<in_param>> <<in_field>>" else "Later."
}
test "what they said" {
  mock in_address = "a"
  mock in_param = "b"
  mock in_field = "c"
  start
  text "a b c"
  expect order_no = "B"
  called in_address with order_no = "B"
  called in_param with order_no = "B"
  called in_field with order_no = "B"
}
"#,
            "bestellung"
        )
        .unwrap()
    );
}

#[test]
fn a_sequence_is_known_by_its_former_names() {
    assert_snapshot!(
        renamed(
            "on start {\n  goto of$0fers\n}\n// Daily.\nsequence offers {\n  end\n}\n",
            "sale"
        )
        .unwrap()
    );
    let with_id = "on start {\n  goto of$0fers\n}\nsequence offers id \"7\" was \"deals\" {\n  end\n}\n";
    assert_snapshot!(renamed(with_id, "sale").unwrap());
}

#[test]
fn a_sequence_gets_a_former_name_back() {
    let flow = "on start {\n  goto sa$0le\n}\non unmatched {\n  goto offers\n}\nsequence sale was \"offers\" was \"deals\" {\n  end\n}\n";
    assert_snapshot!(renamed(flow, "offers").unwrap());
    // A former name of another sequence is taken.
    let flow =
        format!("{flow}on stale {{\n  goto loyalty\n}}\nsequence loyalty was \"points\" {{\n  end\n}}\n");
    assert_snapshot!(renamed(&flow, "points").unwrap_err());
}

/// Whoever is asked while the names change is asked on: a question is known by its attribute, and a call by its sequence.
#[test]
fn questions_and_calls_keep_their_ids() {
    let flow = "attribute city: text\non start {\n  ask \"Where?\" save ci$0ty\n  call where\n  call @again where\n}\n\
        sequence where {\n  ask @second \"And then?\" save city {\n    no reply 10m {\n      \
        if city is empty {\n        call where\n      }\n    }\n  }\n}\n\
        // Read it.\non unmatched {\n  text \"{{city|}}\"\n}\n";
    assert_snapshot!(renamed(flow, "town").unwrap());
    let flow = flow.replace("$0", "").replacen("call where", "call whe$0re", 1);
    assert_snapshot!(renamed(&flow, "place").unwrap());
}

#[test]
fn the_same_name_changes_nothing_but_itself() {
    assert_snapshot!(renamed(POINTS, "points").unwrap());
}

#[test]
fn what_keeps_the_old_name_can_be_unticked() {
    let hello = json!({
        "capabilities": {
            "general": {"positionEncodings": ["utf-8"]},
            "workspace": {"workspaceEdit": {
                "documentChanges": true, "changeAnnotationSupport": {"groupsOnLabel": true},
            }},
        },
        "workspaceFolders": [{"uri": "file:///flows/shop", "name": "shop"}],
    });
    let mut desk = Desk::with(hello);
    desk.open("shop.flow", &POINTS.replace("$0", ""));
    let position = json!({"line": 2, "character": 7});
    let document = json!({"uri": desk::uri("shop.flow")});
    let params = json!({"textDocument": document, "position": position, "newName": "punkte"});
    let edit = desk.ask("textDocument/rename", params);
    let annotated = |edit: &&Value| edit.get("annotationId").is_some();
    let edits = edit
        .pointer("/documentChanges/0/edits")
        .unwrap()
        .as_array()
        .unwrap();
    let kept: Vec<&Value> = edits.iter().filter(annotated).collect();
    assert_snapshot!(
        serde_json::to_string_pretty(&json!({
            "document": edit.pointer("/documentChanges/0/textDocument"),
            "kept": kept, "all": edits.len(), "annotations": edit.get("changeAnnotations"),
        }))
        .unwrap()
    );
}
