//! The schemas of replies against the engine: a reply is valid exactly where the engine takes it.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod endpoint;

use std::collections::BTreeSet;

use endpoint::{engine, is_taken, report};
use jsonschema::Validator;
use proptest::prelude::*;
use sayflow::{Engine, Output};
use sayflow_kit::contract;
use serde_json::{Value, json};

/// The engine and a schema, side by side.
struct Judges {
    engine: Engine,
    validators: Vec<(Output, &'static str, Validator)>,
}

const APIS: [(Output, &str); 6] = [
    (Output::Text, "reply_text"),
    (Output::Image, "reply_image"),
    (Output::Gallery, "reply_gallery"),
    (Output::Buttons, "reply_buttons"),
    (Output::QuickReplies, "reply_quick"),
    (Output::Nothing, "reply_nothing"),
];

impl Judges {
    /// Of a flow without attributes, with the schemas that know no flow.
    fn bare() -> Self {
        Self::new("bare", |output, _| contract::reply(output, None))
    }

    /// Of a flow with an attribute of each type, with its schemas.
    fn typed() -> Self {
        Self::new("typed", |output, engine| {
            contract::reply(output, Some(engine.program()))
        })
    }

    fn new(flow: &str, schema: impl Fn(Output, &Engine) -> contract::Schema) -> Self {
        let engine = engine(flow);
        let validators = APIS.map(|(output, api)| {
            let schema = serde_json::to_value(schema(output, &engine)).unwrap();
            (output, api, jsonschema::draft202012::new(&schema).unwrap())
        });
        Self {
            validators: validators.into(),
            engine,
        }
    }

    /// What both say of a reply; says what differs where they do not agree.
    fn agree(&self, output: Output, reply: &Value) -> Result<bool, String> {
        let (_, api, validator) = self.validators.iter().find(|(it, ..)| *it == output).unwrap();
        let report = report(&self.engine, api, &reply.to_string());
        let taken = is_taken(&report);
        if taken == validator.is_valid(reply) {
            return Ok(taken);
        }
        let errors: Vec<String> = validator
            .iter_errors(reply)
            .map(|error| format!("  {}: {error}", error.instance_path()))
            .collect();
        Err(format!(
            "{output}: {reply}\nengine: {} {:#?}\nschema:\n{}",
            report.outcome,
            report.problems,
            errors.join("\n")
        ))
    }
}

/// A reply with everything that an output may have.
fn full(output: Output) -> Value {
    let link = json!({"title": "Shop", "type": "url", "value": "https://shop.example/a?b=c#d", "extra": ""});
    let open = json!({"title": "Offers", "type": "sequence", "value": "offers", "extra": "winter"});
    let call = json!({"title": "Call", "type": "phone", "value": "+880 1700-000000", "extra": null});
    let data = match output {
        Output::Text => json!("packed"),
        Output::Image => json!({"type": "video", "url": "http://cdn.shop.example:8080/a.mp4"}),
        Output::Gallery => json!([
            {"title": "Shawl", "subtitle": "৳2450", "image": "https://cdn.shop.example/a.png",
             "url": "https://shop.example/a", "buttons": [open, link]},
            {"title": "Gift", "subtitle": null, "image": "", "url": null},
        ]),
        Output::Buttons => json!([open, link, call]),
        Output::QuickReplies => json!([open, link]),
        _ => Value::Null,
    };
    json!({
        "success": true,
        "data": data,
        "message": "fine",
        "status": 200,
        "attributes": {
            "first_name": "Asha", "timezone": 5.5, "email": null, "city": "Sylhet", "points": 240, "vip": true,
            "birthday": "2000-02-29", "size": "M", "cart": "empty", "loyalty-balance": -1.5, "other": "x",
        },
    })
}

/// Values that stand in the place of another.
fn values() -> Vec<Value> {
    let texts = [
        "",
        " ",
        "\n\t",
        "\u{85}",
        "\u{feff}",
        "\u{3000}",
        "\u{200b}",
        "word",
        "yes",
        "true",
        "12",
        "S",
        "s",
        "sequence",
        "Sequence",
        "url",
        "phone",
        "image",
        "audio",
        "video",
        "offers",
        "nowhere",
        "2026-11-20",
        "2026-2-3",
        "2026-02-29",
        "2024-02-29",
        "1900-02-29",
        "2000-02-29",
        "0000-02-29",
        "2026-13-01",
        "2026-00-10",
        "2026-04-31",
        "2026-11-20T10:00",
        " 2026-11-20",
        "2026-11-20\n",
        "20261120",
        "-000001-01",
        "+2026-1-01",
        "20261120  ",
        "২০২৬-১১-২০",
    ];
    let mut values: Vec<Value> = texts
        .into_iter()
        .chain(URLS)
        .chain(PHONES)
        .map(Value::from)
        .collect();
    values.push(format!("https://{}.example/", "a".repeat(246)).into());
    values.push(format!("https://{}.example", "a".repeat(247)).into());
    values.push(format!("https://{}.example:80?x", "a".repeat(248)).into());
    values.extend(kinds());
    values
}

/// Values of every kind.
fn kinds() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(1),
        json!(-7),
        json!(2.5),
        json!(1e300),
        json!(9_007_199_254_740_993_i64),
        json!(u64::MAX),
        json!(""),
        json!(" "),
        json!("true"),
        json!("12"),
        json!("S"),
        json!("2026-11-20"),
        json!("offers"),
        json!([]),
        json!({}),
        json!([[]]),
        json!([null]),
        json!([{}]),
        json!(["offers"]),
        json!({"a": 1}),
        json!({"a": null, "b": [1]}),
        json!({"title": "x"}),
        json!({"title": "x", "type": "sequence", "value": "nowhere"}),
        json!({"title": "x", "type": "url", "value": "+880123"}),
        json!({"title": "x", "type": "phone", "value": "+880123"}),
        json!({"title": "x", "type": "phone", "value": "https://shop.example"}),
        json!({"title": " ", "type": "url", "value": "https://shop.example"}),
        json!({"type": "image", "url": "https://shop.example"}),
        json!({"success": true, "data": "x"}),
    ]
}

#[rustfmt::skip]
const URLS: [&str; 73] = [
    "https://shop.example", "http://127.0.0.1:8080/a?b=c#d", "HTTPS://Shop.Example:443/", "https://[::1]:8080/x",
    "https://দোকান.example/ছবি.png", "https://localhost?x=https://other.example/a@b", "https://shop.example./x",
    "www.shop.example/a.png", "//cdn.shop.example/a.png", "/images/a.png", "shop", "shop.example:8080/a",
    "htps://shop.example", "javascript:alert(1)", "JavaScript://shop.example/%0aalert(1)", "data:text/html,hi",
    "file:///etc/passwd", "ftp://shop.example", "mailto:a@b.example", "https:/shop.example", "https:shop.example",
    "https://", "https:///a", "https://user:pw@shop.example", "https://user@shop.example",
    "https://good.example\\@evil.example", "https://good.example\\.evil.example", "https://shop..example",
    "https://.shop.example", "https://shop.example..", "https://.", "https://[::1", "https://::1", "https://[::1]x",
    "https://[]", "https://[::1]:", "https://[::1]:0", "https://[::1]]", "https://[1:2:3:4:5:6:7:8]",
    "https://[1:2:3:4:5:6:7::]", "https://[1:2:3:4:5:6:7::8]", "https://[::2:3:4:5:6:7:8]", "https://[1::3::5]",
    "https://[::ffff:127.0.0.1]", "https://[::ffff:127.0.0.256]", "https://[::ffff:127.0.0.01]",
    "https://[1:2:3:4:5:6:1.2.3.4]", "https://[1:2:3:4:5:6:7:1.2.3.4]", "https://[fe80::1%25eth0]",
    "https://[::12345]", "https://[v1.a]", "https://[1.2.3.4]", "https://[:]", "https://[:::]",
    "https://shop.example:0", "https://shop.example:00080", "https://shop.example:65535",
    "https://shop.example:65536", "https://shop.example:99999", "https://shop.example:+80", "https://shop.example:",
    "https://shop.example:80:80", "https://shop.example:৮০", " https://shop.example", "https://shop.example ",
    "https://shop.example\n", "https://shop.example/a b.png", "https://shop.example/a\nb",
    "https://shop.example/\u{2003}", "https://shop.example/\u{feff}", "https://a_b-c.example/\\", "https://a%20b.example",
    "java\tscript:alert(1)",
];

#[rustfmt::skip]
const PHONES: [&str; 30] = [
    "+880 1700-000.000", "(02) 955 01 01", "tel:+1-201-555-0123", "TEL: 999", "tel:", "tel:tel:999", " tel:999 ",
    "tel:\n999", "০১৭০০০০০০০০", "٠١٢٣٤", "９９９", "999", "12", "+", "123456789012345", "1234567890123456",
    "call us", "12+34", "++12345", "123;ext=4", "-(+)123", "\u{a0}123\u{202f}456\t7", "123\n", "123\n-", "\n-123-\n",
    "-\n123", "12\u{2003}3", "\u{2003}123\u{2003}", "1.2.3", "123–456",
];

/// The JSON pointers of a value and of everything in it.
fn pointers(value: &Value) -> Vec<String> {
    let mut pointers = vec![String::new()];
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(entries) => entries.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(at, item)| (at.to_string(), item))
            .collect(),
        _ => Vec::new(),
    };
    for (key, value) in inner {
        pointers.extend(
            self::pointers(value)
                .into_iter()
                .map(|rest| format!("/{key}{rest}")),
        );
    }
    pointers
}

/// The value without what stands at a pointer.
fn without(value: &Value, pointer: &str) -> Value {
    let mut value = value.clone();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match value.pointer_mut(parent).unwrap() {
        Value::Object(entries) => drop(entries.remove(key)),
        Value::Array(items) => drop(items.remove(key.parse().unwrap())),
        _ => {}
    }
    value
}

/// The value with another at a pointer.
fn with(value: &Value, pointer: &str, other: Value) -> Value {
    let mut value = value.clone();
    *value.pointer_mut(pointer).unwrap() = other;
    value
}

/// Everything that is one step away from a value.
fn neighbours(value: &Value) -> Vec<Value> {
    let mut neighbours = vec![value.clone()];
    for pointer in pointers(value) {
        let found = value.pointer(&pointer).unwrap();
        if !pointer.is_empty() {
            neighbours.push(without(value, &pointer));
        }
        // Addresses and numbers are at home where texts are.
        let mut others = if found.is_string() { values() } else { kinds() };
        others.extend([json!([found]), json!({"data": found}), json!(found.to_string())]);
        match found {
            Value::Array(items) => {
                others.extend(items.first().cloned());
                others.push(items.iter().chain(items).cloned().collect());
            }
            Value::Object(entries) => {
                for key in ["uid", "created_at", "bot_enabled", "type", "success", "nonsense"] {
                    for other in [json!(null), json!(1), json!("x"), json!(["x"])] {
                        let mut entries = entries.clone();
                        entries.insert(key.to_owned(), other);
                        others.push(entries.into());
                    }
                }
            }
            _ => {}
        }
        neighbours.extend(others.into_iter().map(|other| with(value, &pointer, other)));
    }
    neighbours
}

#[test]
fn one_fault_anywhere() {
    for judges in [Judges::bare(), Judges::typed()] {
        let (mut taken, mut refused) = (0, 0);
        let mut differences = Vec::new();
        for (output, _) in APIS {
            for reply in neighbours(&full(output)) {
                match judges.agree(output, &reply) {
                    Ok(true) => taken += 1,
                    Ok(false) => refused += 1,
                    Err(difference) => differences.push(difference),
                }
            }
        }
        assert!(
            differences.is_empty(),
            "{} differ:\n{}",
            differences.len(),
            differences.join("\n\n")
        );
        assert!(
            taken > 1_000 && refused > 1_000,
            "{taken} taken, {refused} refused"
        );
    }
}

#[test]
fn declined_replies_are_not_looked_at() {
    let judges = Judges::typed();
    for (output, _) in APIS {
        for reply in neighbours(&with(&full(output), "/success", json!(false))) {
            judges.agree(output, &reply).unwrap();
        }
    }
}

/// So many cases, and no file of those that failed.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

#[test]
fn two_faults_at_once() {
    let judges = Judges::typed();
    let strategy = (
        0..APIS.len(),
        prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..5),
    );
    let values = values();
    proptest!(config(2_000), |((api, steps) in strategy)| {
        let output = APIS[api].0;
        let mut reply = full(output);
        for (place, value) in steps {
            let pointers = pointers(&reply);
            let pointer = place.get(&pointers);
            let value = value.get(&values);
            reply = match value {
                Value::Null if !pointer.is_empty() => without(&reply, pointer),
                _ => with(&reply, pointer, value.clone()),
            };
        }
        judges.agree(output, &reply).map_err(TestCaseError::fail)?;
    });
}

/// Any JSON whose keys and texts are often those of a reply.
fn random_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::num::f64::NORMAL.prop_map(Value::from),
        prop::sample::select(values()),
        ".{0,12}".prop_map(Value::from),
        "https?://[a-z0-9.:@\\[\\]/?#_ %-]{0,14}".prop_map(Value::from),
        "(tel:)?[+(]?[0-9 .()+-]{0,20}".prop_map(Value::from),
        "[0-9]{4}-[0-3][0-9]-[0-3][0-9]".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        let key = prop::sample::select(vec![
            "success",
            "data",
            "message",
            "attributes",
            "status",
            "title",
            "type",
            "value",
            "extra",
            "url",
            "image",
            "subtitle",
            "buttons",
            "uid",
            "first_name",
            "timezone",
            "points",
            "birthday",
            "size",
            "x",
        ]);
        let entries = prop::collection::vec((key, inner.clone()), 0..6);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::from),
            entries.prop_map(|entries| {
                let entries = entries.into_iter().map(|(key, value)| (key.to_owned(), value));
                Value::Object(entries.collect())
            }),
        ]
    })
}

#[test]
fn random_replies() {
    let judges = Judges::typed();
    let strategy = (0..APIS.len(), random_json(), random_json(), any::<bool>());
    proptest!(config(3_000), |((api, data, attributes, is_wrapped) in strategy)| {
        let output = APIS[api].0;
        let reply = if is_wrapped {
            json!({"success": true, "data": data, "attributes": attributes})
        } else {
            data
        };
        judges.agree(output, &reply).map_err(TestCaseError::fail)?;
    });
}

/// Which of these options the engine and the schema refuse.
fn refused(judges: &Judges, options: &[Value]) -> (BTreeSet<usize>, BTreeSet<usize>) {
    let reply = json!({"success": true, "data": options});
    let index = |pointer: &str| pointer.split('/').nth(2).unwrap().parse::<usize>().unwrap();
    let report = report(&judges.engine, "reply_buttons", &reply.to_string());
    let (_, _, validator) = judges
        .validators
        .iter()
        .find(|(it, ..)| *it == Output::Buttons)
        .unwrap();
    let by_schema = validator
        .iter_errors(&reply)
        .map(|error| index(error.instance_path().as_str()));
    let problems = report.problems.iter();
    (
        problems.map(|problem| index(&problem.pointer)).collect(),
        by_schema.collect(),
    )
}

#[test]
fn every_character_that_may_matter() {
    let judges = Judges::bare();
    let option = |kind: &str, value: String| json!({"title": "x", "type": kind, "value": value});
    // Ideographs, Hangul and private use are letters like any other.
    let is_usual = |c: &char| matches!(c, '㐀'..='鿿' | '가'..='힣' | '\u{e000}'..='\u{f8ff}');
    let characters: Vec<char> = ('\u{0}'..='\u{ffff}').filter(|c| !is_usual(c)).collect();
    for characters in characters.chunks(200) {
        let options = characters.iter().flat_map(|c| {
            [
                option("url", format!("https://a{c}b.example")),
                option("url", format!("https://shop.example/{c}")),
                option("phone", format!("12{c}3")),
                option("phone", format!("{c}12{c}")),
                json!({"title": c, "type": "sequence", "value": "offers"}),
            ]
        });
        let options: Vec<Value> = options.collect();
        let (by_engine, by_schema) = refused(&judges, &options);
        let difference: Vec<&Value> = by_engine
            .symmetric_difference(&by_schema)
            .map(|at| &options[*at])
            .collect();
        assert!(difference.is_empty(), "{difference:?}");
    }
}

/// The 29th of February of every year, and what looks like a day of two of them.
#[test]
fn every_date_that_may_matter() {
    let judges = Judges::typed();
    let leap_days = (0..10_000).map(|year| format!("{year:04}-02-29"));
    let days = (0..14 * 33).flat_map(|day| {
        let day = format!("{:02}-{:02}", day / 33, day % 33);
        [format!("2023-{day}"), format!("2024-{day}")]
    });
    for date in leap_days.chain(days) {
        let reply = json!({"success": true, "attributes": {"birthday": date}});
        judges.agree(Output::Nothing, &reply).unwrap();
    }
}

/// What the documentation of the schemas says that a pattern cannot tell.
#[test]
fn known_gaps() {
    let judges = Judges::bare();
    let long_host = format!("https://{}.example", "দ".repeat(90));
    let gaps = [
        // The engine counts the bytes of a host; this one has 278, and 98 characters.
        (json!({"title": "x", "type": "url", "value": long_host}), false),
        // Osmanya digits.
        (json!({"title": "x", "type": "phone", "value": "𐒠𐒡𐒢"}), true),
    ];
    for (option, taken) in gaps {
        let (by_engine, by_schema) = refused(&judges, std::slice::from_ref(&option));
        assert_eq!(
            (by_engine.is_empty(), by_schema.is_empty()),
            (taken, !taken),
            "{option}"
        );
    }
}

#[test]
fn schemas_are_schemas_and_take_their_examples() {
    for (flow, judges) in [("bare", Judges::bare()), ("typed", Judges::typed())] {
        for (output, _) in APIS {
            let program = (flow == "typed").then(|| judges.engine.program());
            let schema = contract::reply(output, program);
            let json = serde_json::to_value(&schema).unwrap();
            jsonschema::draft202012::meta::validate(&json).unwrap();
            for example in json["examples"].as_array().unwrap() {
                assert!(judges.agree(output, example).unwrap(), "{example}");
            }
            let parts = json["$defs"].as_object().unwrap();
            for (name, part) in parts {
                let mut alone = json!({"$ref": format!("#/$defs/{name}")});
                alone["$defs"] = json["$defs"].clone();
                let validator = jsonschema::draft202012::new(&alone).unwrap();
                for example in part["examples"].as_array().into_iter().flatten() {
                    assert!(validator.is_valid(example), "{name}: {example}");
                }
            }
            let mut settings = insta::Settings::clone_current();
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            settings.set_snapshot_suffix(format!("{flow}_{}", output.as_str().replace(' ', "_")));
            let text = serde_json::to_string_pretty(&schema).unwrap();
            settings.bind(|| insta::assert_snapshot!("contract_reply", text));
        }
    }
}
