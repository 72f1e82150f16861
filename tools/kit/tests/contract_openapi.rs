//! The OpenAPI document of a flow: sound in itself, and true of what the engine sends.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod endpoint;

use std::collections::BTreeSet;

use endpoint::{engine, request};
use sayflow::{Customer, Engine, Output, Request, Value};
use sayflow_kit::contract;
use serde_json::{Map, Value as Json, json};

const FLOWS: [&str; 3] = ["bare", "typed", "openapi"];

fn document(engine: &Engine) -> Json {
    serde_json::to_value(contract::openapi(engine.program(), "shop")).unwrap()
}

fn object(value: &Json) -> &Map<String, Json> {
    value.as_object().unwrap()
}

fn text(value: &Json) -> &str {
    value.as_str().unwrap()
}

fn items(value: &Json) -> impl Iterator<Item = &Json> {
    value.as_array().into_iter().flatten()
}

/// Path, method, path item and operation of each operation.
fn operations(document: &Json) -> Vec<(&str, &str, &Json, &Json)> {
    let paths = object(&document["paths"]).iter();
    let operations = paths.flat_map(|(path, item)| {
        let methods = ["get", "post"].into_iter();
        methods.filter_map(move |method| Some((path.as_str(), method, item, item.get(method)?)))
    });
    operations.collect()
}

/// The names in braces.
fn placeholders(path: &str) -> Vec<&str> {
    path.split('{')
        .skip(1)
        .map(|rest| rest.split_once('}').unwrap().0)
        .collect()
}

fn references(value: &Json, found: &mut BTreeSet<String>) {
    match value {
        Json::Object(entries) => {
            found.extend(entries.get("$ref").and_then(Json::as_str).map(str::to_owned));
            entries.values().for_each(|inner| references(inner, found));
        }
        Json::Array(items) => items.iter().for_each(|inner| references(inner, found)),
        _ => {}
    }
}

#[test]
fn every_api_is_one_operation_or_a_part_of_one() {
    for flow in FLOWS {
        let engine = engine(flow);
        let document = document(&engine);
        let operations = operations(&document);
        let mut apis: Vec<&str> = operations
            .iter()
            .flat_map(|(_, _, _, operation)| items(&operation["x-sayflow-apis"]).map(text))
            .collect();
        let mut declared: Vec<&str> = engine.program().apis().map(|api| api.name()).collect();
        apis.sort_unstable();
        declared.sort_unstable();
        assert_eq!(apis, declared);
        let ids: BTreeSet<&str> = operations
            .iter()
            .map(|(.., it)| text(&it["operationId"]))
            .collect();
        assert_eq!(ids.len(), operations.len(), "{ids:?}");
    }
}

#[test]
fn every_reference_resolves_and_every_component_is_used() {
    for flow in FLOWS {
        let document = document(&engine(flow));
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        for reference in &found {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
        for name in object(&document["components"]["schemas"]).keys() {
            assert!(found.contains(&format!("#/components/schemas/{name}")), "{name}");
        }
        for (_, _, _, operation) in operations(&document) {
            for scheme in items(&operation["security"]).flat_map(|needed| object(needed).keys()) {
                assert!(
                    document["components"]["securitySchemes"].get(scheme).is_some(),
                    "{scheme}"
                );
            }
        }
    }
}

#[test]
fn every_parameter_has_its_place() {
    for flow in FLOWS {
        let document = document(&engine(flow));
        let mut shapes = BTreeSet::new();
        for (path, _) in object(&document["paths"]) {
            let names = placeholders(path);
            let shape = names.iter().fold(path.clone(), |shape, name| {
                shape.replace(&format!("{{{name}}}"), "{}")
            });
            assert!(path.starts_with('/') && shapes.insert(shape), "{path}");
            let distinct: BTreeSet<_> = names.iter().collect();
            assert_eq!(distinct.len(), names.len(), "{path}");
        }
        for (path, _, _, operation) in operations(&document) {
            let mut seen = BTreeSet::new();
            let mut in_path = Vec::new();
            for parameter in items(&operation["parameters"]) {
                let (place, name) = (text(&parameter["in"]), text(&parameter["name"]));
                assert!(seen.insert((place, name)), "{path}: {name} twice");
                let validator = jsonschema::draft202012::new(&parameter["schema"]).unwrap();
                let examples = items(&parameter["schema"]["examples"]);
                assert!(
                    examples.into_iter().all(|example| validator.is_valid(example)),
                    "{parameter}"
                );
                if place == "path" {
                    assert_eq!(parameter["required"], true);
                    in_path.push(name);
                }
            }
            assert_eq!(in_path, placeholders(path));
        }
    }
}

/// Every schema of the document is one, and a reply's says what the one that stands alone says.
#[test]
fn schemas_are_those_that_stand_alone() {
    for flow in FLOWS {
        let engine = engine(flow);
        let document = document(&engine);
        let components = object(&document["components"]["schemas"]);
        for schema in components.values() {
            jsonschema::draft202012::meta::validate(schema).unwrap();
        }
        let point_elsewhere = |schema: &Json| {
            let text = schema.to_string().replace("#/components/schemas/", "#/$defs/");
            serde_json::from_str::<Json>(&text).unwrap()
        };
        let names = [
            (Output::Text, "ReplyText"),
            (Output::Image, "ReplyImage"),
            (Output::Gallery, "ReplyGallery"),
            (Output::Buttons, "ReplyButtons"),
            (Output::QuickReplies, "ReplyQuickReplies"),
            (Output::Nothing, "ReplyNothing"),
        ];
        for (output, name) in names {
            let alone = serde_json::to_value(contract::reply(output, Some(engine.program()))).unwrap();
            for (part, schema) in object(&alone["$defs"]) {
                assert_eq!(*schema, point_elsewhere(&components[part]), "{part}");
            }
            let mut alone = alone;
            let root = alone.as_object_mut().unwrap();
            root.remove("$defs");
            root.remove("$schema");
            assert_eq!(alone, point_elsewhere(&components[name]), "{name}");
        }
        let mut alone = serde_json::to_value(contract::request(Some(engine.program()))).unwrap();
        alone.as_object_mut().unwrap().remove("$schema");
        assert_eq!(alone, components["Customer"]);
    }
}

/// A customer of whom everything is known.
fn asha() -> Customer {
    let mut customer = Customer::new(7);
    customer.first_name = "Asha".to_owned();
    customer.last_name = "Rahman & Co/1".to_owned();
    customer.language = "bn".to_owned();
    customer.timezone = Some(5.5);
    let values = [
        ("order_no", Value::from("A 17")),
        ("points", Value::from(240)),
        ("vip", Value::from(true)),
        ("size", Value::from("L")),
        ("birthday", Value::from("2000-02-29")),
        ("loyalty/balance", Value::from(1)),
        ("wish", Value::Json(json!([1]))),
    ];
    for (key, value) in values {
        customer.set_attribute(key, value);
    }
    customer
}

/// A customer of whom only what a path needs is known.
fn stranger() -> Customer {
    let mut customer = Customer::new(7);
    customer.last_name = "Rahman".to_owned();
    for (key, value) in [("order_no", "A"), ("size", "S"), ("birthday", "2000-02-29")] {
        customer.set_attribute(key, value);
    }
    customer.set_attribute("vip", false);
    customer.set_attribute("loyalty/balance", 1);
    customer
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let byte = match behind {
            [a, b, after @ ..] if *first == b'%' => {
                rest = after;
                u8::from_str_radix(std::str::from_utf8(&[*a, *b]).unwrap(), 16).unwrap()
            }
            _ => {
                rest = behind;
                *first
            }
        };
        bytes.push(byte);
    }
    String::from_utf8(bytes).unwrap()
}

/// The values of the placeholders of a path, where it is that path.
fn path_values(template: &str, path: &str) -> Option<Vec<(String, String)>> {
    let mut values = Vec::new();
    let mut rest = path;
    let mut pieces = template.split('{');
    rest = rest.strip_prefix(pieces.next()?)?;
    for piece in pieces {
        let (name, plain) = piece.split_once('}')?;
        let end = if plain.is_empty() {
            rest.find('/').unwrap_or(rest.len())
        } else {
            rest.find(plain)?
        };
        values.push((name.to_owned(), decoded(&rest[..end])));
        rest = rest[end..].strip_prefix(plain)?;
    }
    rest.is_empty().then_some(values)
}

/// Whether a text on the wire fits a schema, read as a client or server of OpenAPI does.
fn fits(document: &Json, schema: &Json, texts: &[String]) -> bool {
    let mut schema = schema.clone();
    schema["components"] = document["components"].clone();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let readings = |text: &String| {
        let number = serde_json::from_str::<Json>(text).ok().filter(Json::is_number);
        [Some(Json::from(text.as_str())), number].into_iter().flatten()
    };
    if schema["type"] == "array" {
        let list: Json = texts.iter().map(String::as_str).collect();
        return validator.is_valid(&list);
    }
    texts.len() == 1 && readings(&texts[0]).any(|value| validator.is_valid(&value))
}

/// Everything that a request carries and its operation must declare: place, name and value.
fn carried(
    request: &Request,
    template: &str,
    path: &str,
    query: &str,
) -> Vec<(&'static str, String, String)> {
    let mut carried = Vec::new();
    for (name, value) in path_values(template, path).unwrap() {
        carried.push(("path", name, value));
    }
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        carried.push(("query", decoded(name), decoded(value)));
    }
    for (name, value) in &request.headers {
        if !matches!(name.as_str(), "Accept" | "Content-Type") {
            carried.push(("header", name.clone(), value.expose().to_owned()));
        }
    }
    carried
}

/// Compares what the engine sends to an API with its operation.
fn compare(document: &Json, engine: &Engine, api: &str, customer: &Customer) {
    let request = request(engine, api, &mut customer.clone()).unwrap_or_else(|| panic!("{api} is blocked"));
    let operations = operations(document);
    let is_of_api = |operation: &Json| items(&operation["x-sayflow-apis"]).any(|name| name == api);
    let (template, method, item, operation) = operations.into_iter().find(|(.., it)| is_of_api(it)).unwrap();
    assert_eq!(method == "get", request.method == "GET");

    let url = request.url.expose();
    let servers = [&operation["servers"], &item["servers"], &document["servers"]];
    let servers = servers.into_iter().find(|servers| servers.is_array()).unwrap();
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let paths = items(servers).filter_map(|server| {
        let server = text(&server["url"]);
        // Behind a host alone, no path and `/` are the same (RFC 9110, section 4.2.3).
        let is_host = server.matches('/').count() == 2;
        let path = address.strip_prefix(server)?;
        Some(if path.is_empty() && is_host { "/" } else { path })
    });
    let path = paths
        .into_iter()
        .find(|path| path_values(template, path).is_some());
    let path = path.unwrap_or_else(|| panic!("{api}: {url} is not {servers} {template}"));

    let carried = carried(&request, template, path, query);
    let schemes = object(&document["components"]["securitySchemes"]);
    let mut needed: BTreeSet<&str> = BTreeSet::new();
    for (place, name, _) in &carried {
        let texts: Vec<String> = carried
            .iter()
            .filter(|(other, known, _)| other == place && known == name)
            .map(|(.., text)| text.clone())
            .collect();
        let parameter = items(&operation["parameters"])
            .find(|parameter| parameter["in"] == **place && parameter["name"] == **name);
        let scheme = schemes
            .iter()
            .find(|(_, it)| it["in"] == **place && it["name"] == **name);
        match (parameter, scheme) {
            (Some(parameter), _) => {
                assert!(
                    fits(document, &parameter["schema"], &texts),
                    "{api}: {name} {texts:?} {parameter}"
                );
            }
            (None, Some((key, _))) => drop(needed.insert(key)),
            // It has no name of its own, and the description speaks of it.
            (None, None) => assert!(api == "root" && *place == "query", "{api}: {place} {name}"),
        }
    }
    for parameter in items(&operation["parameters"]).filter(|it| it["required"] == true) {
        let is_sent = carried
            .iter()
            .any(|(place, name, _)| parameter["in"] == **place && parameter["name"] == **name);
        assert!(is_sent, "{api}: {parameter}");
    }
    let mut securities = items(&operation["security"]);
    let keys = |security: &Json| {
        object(security)
            .keys()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" ")
    };
    let needed: Vec<&str> = needed.into_iter().collect();
    let is_allowed = securities.any(|security| {
        let mut known: Vec<_> = object(security).keys().map(String::as_str).collect();
        known.sort_unstable();
        known == needed
    });
    let all: Vec<String> = items(&operation["security"]).map(keys).collect();
    assert!(
        is_allowed || (needed.is_empty() && all.is_empty()),
        "{api}: {needed:?} {all:?}"
    );

    let content = &operation["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(content.is_object(), request.body.is_some());
    if let Some(body) = &request.body {
        let mut schema = content.clone();
        schema["components"] = document["components"].clone();
        let body: Json = serde_json::from_str(body.expose()).unwrap();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        assert!(
            validator.is_valid(&body),
            "{api}: {:?}",
            validator.iter_errors(&body).next()
        );
    }
}

#[test]
fn requests_are_those_of_their_operations() {
    for flow in FLOWS {
        let engine = engine(flow);
        let document = document(&engine);
        for api in engine.program().apis() {
            for customer in [asha(), stranger()] {
                compare(&document, &engine, api.name(), &customer);
            }
        }
    }
}

#[test]
fn the_document_itself() {
    let engine = engine("openapi");
    let text = serde_json::to_string_pretty(&contract::openapi(engine.program(), "shop")).unwrap();
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("contract_openapi", text));
}
