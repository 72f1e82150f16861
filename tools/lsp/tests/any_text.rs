//! Whatever is typed and wherever the cursor is, every question gets an answer.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod desk;

use desk::{Desk, uri};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any, prop_assert_eq, proptest};
use proptest::sample::select;
use serde_json::{Value, json};

const FLOW: &str = r#"attribute points key "p": number = 0
server shop "https://api.shop.example/bot" {
  header "X-Token" = secret TOKEN
}
api order_status: text {
  get shop "/orders/{{points}}"
  leads to offers
}
// A comment.
on start {
  ask @q "Wie viele? 😀" save points { accept number 1..9 }
  text "<<order_status>> für {{first_name|dich}}" else timeout "Später." else { end }
  if points > 3 and visits(offers) == 1 { goto sale } else { call offers }
}
sequence offers was "sale" {
  buttons "Und?" {
    "Mehr" -> offers extra "x" if points > 2
  }
}
test "offers" {
  given points = 3
  mock order_status = "Shipped", then timeout
  start offers
  called order_status with points = 3
}
"#;

/// What is typed, or takes the place of what stood there.
const TYPED: [&str; 36] = [
    "",
    " ",
    "\n",
    "\r\n",
    "{",
    "}",
    "\"",
    "\"\"\"",
    "<<",
    ">>",
    "{{",
    "}}",
    "->",
    "→",
    "else ",
    "goto ",
    "sequence ",
    "api ",
    "test \"",
    "mock ",
    "`",
    "//",
    "@",
    "😀",
    "e\u{301}",
    "\u{0}",
    "was \"offers\"",
    "key",
    "header \"",
    "tap \"",
    "do ",
    "mock x = ",
    "/*",
    "call offers",
    "once ",
    "goto nowhere",
];

/// Requests about a position.
const AT_A_POSITION: [&str; 7] = [
    "textDocument/completion",
    "textDocument/definition",
    "textDocument/documentHighlight",
    "textDocument/hover",
    "textDocument/prepareCallHierarchy",
    "textDocument/prepareRename",
    "textDocument/references",
];

/// Requests about a document.
const OF_A_DOCUMENT: [&str; 6] = [
    "textDocument/codeLens",
    "textDocument/documentLink",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/formatting",
    "textDocument/semanticTokens/full",
];

fn with(document: &Value, more: Value) -> Value {
    let mut params = json!({"textDocument": document});
    params
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    params
}

/// Asks everything about a place. A refusal is an answer.
fn ask_everything(desk: &mut Desk, position: &Value, range: &Value) {
    let document = json!({"uri": uri("shop.flow")});
    let options = json!({"tabSize": 2, "insertSpaces": true});
    for method in AT_A_POSITION {
        let more = json!({"position": position, "context": {"includeDeclaration": true, "triggerKind": 1}});
        let _ = desk.try_ask(method, with(&document, more));
    }
    for method in OF_A_DOCUMENT {
        desk.ask(method, with(&document, json!({"options": options})));
    }
    let ranged = json!({"range": range, "options": options, "context": {"diagnostics": []}});
    desk.ask("textDocument/rangeFormatting", with(&document, ranged.clone()));
    desk.ask("textDocument/codeAction", with(&document, ranged.clone()));
    desk.ask("textDocument/inlayHint", with(&document, ranged));
    for typed in ["}", "\n"] {
        let typed = json!({"position": position, "ch": typed, "options": options});
        let edits = desk.ask("textDocument/onTypeFormatting", with(&document, typed));
        let lines = |edit: &Value| edit["range"]["start"]["line"] == edit["range"]["end"]["line"];
        assert!(edits.as_array().unwrap().iter().all(lines), "{edits}");
    }
    let selected = desk.ask(
        "textDocument/selectionRange",
        with(&document, json!({"positions": [position, position]})),
    );
    selected.as_array().unwrap().iter().for_each(check_nesting);
    let renamed = json!({"position": position, "newName": "other"});
    let _ = desk.try_ask("textDocument/rename", with(&document, renamed));
}

/// Each selection lies in the next one, and is smaller.
fn check_nesting(selection: &Value) {
    let ends = |selection: &Value| {
        let number = |at: &str| selection["range"].pointer(at).and_then(Value::as_u64).unwrap();
        let start = (number("/start/line"), number("/start/character"));
        (start, (number("/end/line"), number("/end/character")))
    };
    let mut selection = selection;
    while selection["parent"].is_object() {
        let (inner, outer) = (ends(selection), ends(&selection["parent"]));
        assert!(
            outer.0 <= inner.0 && inner.1 <= outer.1 && inner != outer,
            "{inner:?} in {outer:?}"
        );
        selection = &selection["parent"];
    }
}

/// Asks on about what was answered: the count of a lens, what leads to an item and from it.
fn ask_on(desk: &mut Desk, document: &Value, position: &Value) {
    let lenses = desk.ask("textDocument/codeLens", json!({"textDocument": document}));
    for lens in lenses.as_array().unwrap() {
        let lens = desk.ask("codeLens/resolve", lens.clone());
        assert!(lens["command"]["title"].is_string(), "{lens}");
    }
    let items = desk.ask(
        "textDocument/prepareCallHierarchy",
        with(document, json!({"position": position})),
    );
    for item in items.as_array().into_iter().flatten() {
        for method in ["callHierarchy/incomingCalls", "callHierarchy/outgoingCalls"] {
            assert!(desk.ask(method, json!({"item": item})).is_array());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        cases: 16,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_question_gets_an_answer(
        edits in vec((0u32..26, 0u32..90, 0u32..3, 0u32..30, select(&TYPED[..])), 1..12),
        is_in_bytes in any::<bool>(),
    ) {
        let encoding = if is_in_bytes { "utf-8" } else { "utf-16" };
        let mut desk = Desk::with(json!({
            "capabilities": {"general": {"positionEncodings": [encoding]}},
            "workspaceFolders": [{"uri": "file:///flows/shop", "name": "shop"}],
        }));
        desk.open("shop.flow", FLOW);
        desk.open("other.flow", "sequence more {\n  goto offers\n}\n");
        for (version, (line, column, lines, columns, typed)) in edits.into_iter().enumerate() {
            let start = json!({"line": line, "character": column});
            let end = json!({"line": line + lines, "character": column + columns});
            let range = json!({"start": start, "end": end});
            desk.tell("textDocument/didChange", json!({
                "textDocument": {"uri": uri("shop.flow"), "version": version + 2},
                "contentChanges": [{"range": range, "text": typed}],
            }));
            ask_everything(&mut desk, &start, &range);
            ask_everything(&mut desk, &end, &range);
            ask_on(&mut desk, &json!({"uri": uri("shop.flow")}), &start);
        }
        prop_assert_eq!(desk.leave().map_err(|stopped| stopped.to_string()), Ok(()));
    }
}

#[test]
fn a_position_on_every_byte_gets_an_answer() {
    let mut desk = Desk::new();
    desk.open("shop.flow", FLOW);
    for (line, text) in FLOW.lines().enumerate() {
        for column in 0..=text.len() {
            let position = json!({"line": line, "character": column});
            let document = json!({"uri": uri("shop.flow")});
            for method in AT_A_POSITION {
                let more =
                    json!({"position": position, "context": {"includeDeclaration": true, "triggerKind": 1}});
                let _ = desk.try_ask(method, with(&document, more));
            }
        }
    }
    assert!(desk.leave().is_ok());
}
