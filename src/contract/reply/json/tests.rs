//! What is JSON, what is none, and where.

use std::fmt::Write as _;

use proptest::prelude::proptest;

use super::{FAULTS, read};
use crate::contract::reply::tests::{assert_table, nearly_good};

proptest! {
    /// What we take for JSON is what serde_json takes for it, with the same value.
    #[test]
    fn json_is_json(text in nearly_good()) {
        let text = text.trim_start_matches('\u{feff}');
        let (root, faults) = read(text);
        let other = serde_json::from_str::<serde_json::Value>(text).ok().and_then(in_twelve_digits);
        let ours = root.filter(|_| faults.is_empty()).map(|root| root.to_value());
        let ours = ours.and_then(|value| in_twelve_digits(serde_json::to_value(value).unwrap()));
        assert_eq!(ours, other, "{faults:?}");
    }
}

/// The value with twelve digits of every number, `None` where one is not finite: how exact numbers
/// are, and whether they have a limit, depends on the features of serde_json. A zero has no sign.
fn in_twelve_digits(json: serde_json::Value) -> Option<serde_json::Value> {
    Some(match json {
        serde_json::Value::Number(number) => {
            let real = number.as_f64().filter(|real| real.is_finite())?;
            format!("{:.11e}", real + 0.0).into()
        }
        serde_json::Value::Array(items) => items
            .into_iter()
            .map(in_twelve_digits)
            .collect::<Option<Vec<_>>>()?
            .into(),
        serde_json::Value::Object(entries) => {
            let entries = entries
                .into_iter()
                .map(|(key, value)| Some((key, in_twelve_digits(value)?)));
            serde_json::Value::Object(entries.collect::<Option<_>>()?)
        }
        other => other,
    })
}

/// What makes a body no JSON, marked where it is.
fn faults_of(body: &str) -> String {
    let (_, faults) = read(body);
    let mut table = format!("{body:?}");
    for fault in faults {
        let place = fault.span.range();
        let (before, rest) = body.split_at(place.start);
        let (fault_text, behind) = rest.split_at(place.len());
        write!(
            table,
            "\n  {:?} {}",
            format!("{before}»{fault_text}«{behind}"),
            fault.mistake
        )
        .unwrap();
    }
    table
}

#[test]
fn what_is_no_json_is_marked_where_it_is() {
    let table = [
        "",
        "{",
        "{\"a\"",
        "{\"a\":",
        "{\"a\": 1",
        "{\"a\": 1]",
        "[1}",
        "{\"a\": 1} x",
        "{\"a\" 1}",
        "{\"a\" দ}",
        "{\"a\"= 1}",
        "{\"a\" => 1}",
        "{\"a\":1 \"b\":2}",
        "[1 2]",
        "[1 -2]",
        "[1 দ]",
        "{\"a\":1 , , \"b\":2}",
        "{\"a\":1, }",
        "[1,,2,]",
        "{\"a: 1}",
        "{\"a: \"b\"}",
        "{\"a:\": 1}",
        "{\"a \": 1}",
        "{a: 1, $b_c-d: 2}",
        "{a\": 1}",
        "{'a': ‘b’, “c”: ”d”}",
        "{'a': 'it's'}",
        "{@: 1}",
        "{\"a\": @}",
        "{\"a\": }",
        "{\"a\": \"b\n\"c\": 1}",
        "{\"a\": \"b , \n}",
        "{\"a\": \"b\n\"c_d-e\": 1}",
        "{\"a\": \"b\n\"c\" d\"}",
        "{\"a\": \"b\n\"c d\": 1}",
        "{\"a\": \"b\nc\td\"}",
        "{\"a\": \"b",
        r#""\q\u12\u00g0\ud800\ud800\u0041\udc00 \ud83d\ude00""#,
        "[01, 1., .5, +1, -, 1e, 1e5, 1.5e-3, 0x1f, 1_000]",
        "[1e308, 1e309, -1e309]",
        "[True, FALSE, None, nil, undefined, NaN, Null, nulls]",
        "{\"a\": yes please , \"b\": no}",
        "{\"a\": /x 1}",
        "/* {}",
        "{} // a",
        "callback({\"a\": 1})",
        "hello there",
    ]
    .map(faults_of);
    assert_table("what_is_no_json", &table);
}

#[test]
fn a_number_of_very_many_digits_is_too_large() {
    for (digits, is_read) in [(300, true), (301, true), (400, false)] {
        let body = format!("[{}]", "9".repeat(digits));
        let (_, faults) = read(&body);
        assert_eq!(faults.is_empty(), is_read, "{digits}");
    }
}

#[test]
fn a_reply_with_very_many_faults_is_read_no_further() {
    let found = |faults: usize| {
        let body = format!("[{}1]", "01,".repeat(faults));
        let (root, faults) = read(&body);
        (root.is_some(), faults.len())
    };
    assert_eq!(found(FAULTS - 1), (true, FAULTS - 1));
    assert_eq!(found(1_000), (false, FAULTS));
}
