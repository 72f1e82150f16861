//! The schemas of replies against the engine: a reply is valid exactly where the engine takes it.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod corpus;
mod endpoint;

use std::collections::BTreeSet;

use corpus::{full, neighbours, pointers, values, with, without};
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
            report.problems(),
            errors.join("\n")
        ))
    }
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
    let problems = report.problems().iter();
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
    for characters in characters.chunks(30) {
        let options = characters.iter().flat_map(|c| {
            [
                option("url", format!("https://a{c}b.example")),
                option("url", format!("https://দ{c}দ.example")),
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
