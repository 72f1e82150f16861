//! The schema of a request against what the engine sends.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod endpoint;

use endpoint::{engine, request};
use jsonschema::Validator;
use proptest::prelude::*;
use sayflow::{Customer, Number, Program, Timestamp, Type, Value};
use sayflow_kit::contract;
use serde_json::{Value as Json, json};

fn validator(schema: &contract::Schema) -> Validator {
    let schema = serde_json::to_value(schema).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

/// The schema of the body of an operation, with the components that it names.
fn body_of_operation(program: &Program, path: &str) -> Validator {
    let document = serde_json::to_value(contract::openapi(program, "shop")).unwrap();
    let content = &document["paths"][path]["post"]["requestBody"]["content"];
    let mut schema = content["application/json"]["schema"].clone();
    assert!(schema.is_object(), "{path}");
    schema["components"] = document["components"].clone();
    jsonschema::draft202012::new(&schema).unwrap()
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        ".{0,20}",
        Just("line\nbreak \"quoted\" \\".to_owned())
    ]
}

fn moment() -> impl Strategy<Value = Option<Timestamp>> {
    let moments = Timestamp::MIN.as_microseconds()..=Timestamp::MAX.as_microseconds();
    prop::option::of(moments.prop_map(Timestamp::from_microseconds))
}

fn number() -> impl Strategy<Value = Number> {
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<f64>().prop_filter_map("finite", Number::from_f64),
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        text().prop_map(Value::from),
        number().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Json(json!({"b": [1, null, {"c": 2.5}], "a": true}))),
        Just(Value::Json(Json::Null)),
    ]
}

/// What an attribute of a type may hold.
fn admitted(ty: &Type) -> BoxedStrategy<Value> {
    match ty {
        Type::Number => number().prop_map(Value::from).boxed(),
        Type::YesNo => any::<bool>().prop_map(Value::from).boxed(),
        Type::Text => text().prop_map(Value::from).boxed(),
        Type::Date => (0..9999_i32, 1..=12_i32, 1..=28_i32)
            .prop_map(|(year, month, day)| Value::from(format!("{year:04}-{month:02}-{day:02}")))
            .boxed(),
        Type::OneOf(options) => prop::sample::select(options.to_vec())
            .prop_map(|option| Value::from(&*option))
            .boxed(),
        _ => any_value().boxed(),
    }
}

/// Customers of whom anything may be known; the attributes of the flow have the types it declares.
fn customers(program: &Program) -> impl Strategy<Value = Customer> + use<> {
    let declared: Vec<_> = program
        .attribute_types()
        .map(|(key, ty)| (Just(key.to_owned()), prop::option::of(admitted(ty))))
        .collect();
    let record = (any::<i64>(), any::<i64>(), any::<f64>(), any::<bool>());
    let texts = prop::collection::vec(text(), 10);
    // A key that names a field of the record is never sent.
    let others = prop::collection::vec(("[a-z_]{1,8}|uid|email|ключ", any_value()), 0..4);
    (record, texts, moment(), moment(), declared, others).prop_map(
        |(record, texts, created_at, last_message_time, declared, others)| {
            let mut customer = Customer::new(record.0);
            customer.platform_id = record.1;
            customer.timezone = Some(record.2).filter(|_| record.3);
            let mut texts = texts.into_iter();
            for place in [
                &mut customer.avatar,
                &mut customer.first_name,
                &mut customer.last_name,
                &mut customer.full_name,
                &mut customer.gender,
                &mut customer.locale,
                &mut customer.language,
                &mut customer.phone,
                &mut customer.email,
                &mut customer.last_message_text,
            ] {
                *place = texts.next().unwrap();
            }
            customer.created_at = created_at;
            customer.last_message_time = last_message_time;
            for (key, value) in others {
                customer.set_attribute(key, value);
            }
            for (key, value) in declared {
                customer.clear_attribute(&key);
                if let Some(value) = value {
                    customer.set_attribute(key, value);
                }
            }
            customer
        },
    )
}

/// So many cases, and no file of those that failed.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Sends every customer to every API and compares the bodies with the schemas.
fn compare(flow: &str, with_program: bool) {
    let engine = engine(flow);
    let program = engine.program();
    let whole = validator(&contract::request(with_program.then_some(program)));
    let bodies = [
        ("reply_text", body_of_operation(program, "/text")),
        ("reply_gallery", body_of_operation(program, "/gallery")),
    ];
    proptest!(config(600), |(customer in customers(program))| {
        for (api, body) in &bodies {
            let sent = request(&engine, api, &mut customer.clone()).unwrap().body.unwrap();
            let sent: Json = serde_json::from_str(sent.expose()).unwrap();
            prop_assert!(body.is_valid(&sent), "{api}: {sent}: {:?}", body.iter_errors(&sent).next());
            // A field may replace an attribute, so that the schema of all requests does not know it.
            if *api == "reply_gallery" {
                prop_assert!(whole.is_valid(&sent), "{sent}: {:?}", whole.iter_errors(&sent).next());
            }
        }
    });
}

#[test]
fn requests_of_a_flow_without_attributes() {
    compare("bare", false);
}

#[test]
fn requests_of_a_flow_with_typed_attributes() {
    compare("typed", true);
    compare("typed", false);
}

#[test]
fn the_record_is_whole_and_in_order() {
    let engine = engine("bare");
    let sent = request(&engine, "reply_text", &mut Customer::new(7))
        .unwrap()
        .body
        .unwrap();
    let sent: indexmap::IndexMap<String, Json> = serde_json::from_str(sent.expose()).unwrap();
    let schema = serde_json::to_value(contract::request(None)).unwrap();
    let required: Vec<&str> = schema["required"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Json::as_str)
        .collect();
    assert!(sent.keys().eq(&required), "{sent:?}");

    // What is missing, null or of another kind is refused.
    let validator = validator(&contract::request(None));
    let example = &schema["examples"][0];
    assert!(validator.is_valid(example));
    for key in required {
        let mut without = example.clone();
        without.as_object_mut().unwrap().remove(key);
        assert!(!validator.is_valid(&without), "{key}");
        let mut list = example.clone();
        list[key] = json!([]);
        assert!(!validator.is_valid(&list), "{key}");
    }
}

#[test]
fn the_schema_itself() {
    for flow in ["bare", "typed"] {
        let engine = engine(flow);
        let schema = contract::request((flow == "typed").then(|| engine.program()));
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_snapshot_suffix(flow);
        let text = serde_json::to_string_pretty(&schema).unwrap();
        settings.bind(|| insta::assert_snapshot!("contract_request", text));
    }
}
