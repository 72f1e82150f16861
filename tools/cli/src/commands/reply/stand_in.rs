//! What a reply answers: the smallest flow that there is, and a customer who could have asked.

use sayflow::{Customer, Output, Program, Source, Type, Value};
use serde_json::{Value as Json, json};

use crate::flow_files::Flow;
use crate::record;

/// A name for its API that stands nowhere in a flow.
pub(super) fn name(flow: &Flow) -> String {
    let mut name = "reply_in_file".to_owned();
    while flow.sources().any(|source| source.text().contains(&name)) {
        name.push('_');
    }
    name
}

/// A flow with an API of that output, and with sequences of these names.
pub(super) fn source(api: &str, output: Output, sequences: &[String]) -> Source {
    let mut text = format!("api {api}: {output} {{\n  get \"https://reply.invalid/\"\n}}\n");
    for (index, id) in sequences.iter().enumerate() {
        text.push_str(&format!(
            "sequence reply_target_{index} id \"{id}\" {{\n  end\n}}\n"
        ));
    }
    Source::new("reply.flow", text)
}

/// The sequences that a reply names, as far as a flow can have them.
pub(super) fn sequences_of(reply: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    if let Ok(json) = serde_json::from_slice(reply) {
        collect(&json, &mut names);
    }
    names
}

fn collect(json: &Json, names: &mut Vec<String>) {
    if let (Some("sequence"), Some(Json::String(name))) =
        (json.get("type").and_then(Json::as_str), json.get("value"))
    {
        let is_plain =
            !name.trim().is_empty() && !name.contains(|c: char| c.is_control() || "\"\\{}<>".contains(c));
        if is_plain && !names.contains(name) {
            names.push(name.clone());
        }
    }
    match json {
        Json::Array(items) => items.iter().for_each(|item| collect(item, names)),
        Json::Object(fields) => fields.values().for_each(|field| collect(field, names)),
        _ => {}
    }
}

/// A customer of whom everything is known that stands in the address of an API: whoever asked for the reply
/// knew it.
pub(super) fn customer(program: &Program, api: &str) -> Customer {
    let api = program.apis().find(|known| known.name() == api);
    let url = api.map(|api| api.url()).unwrap_or_default();
    let mut customer = Customer::new(1);
    for behind in url.split("{{").skip(1) {
        let key = behind.split(['|', '}']).next().unwrap_or_default();
        customer = with_any_value(customer, program, key);
    }
    customer
}

/// The customer with the first value that the attribute can have.
fn with_any_value(customer: Customer, program: &Program, key: &str) -> Customer {
    let declared = program.attribute_types().find(|(known, _)| *known == key);
    let ty = declared.map(|(_, ty)| ty);
    let options: &[Box<str>] = match ty {
        Some(Type::OneOf(options)) => options,
        _ => &[],
    };
    // One for each type of attributes, and for the moments of the record.
    let of_types = [
        json!("2020-10-16"),
        json!(1),
        json!(true),
        json!("2020-10-16 06:41:59.039735+00:00"),
    ];
    let values = options.iter().map(|option| json!(option)).chain(of_types);
    let is_admitted = |value: &Json| {
        let value = Value::from_json(value.clone());
        ty.is_none_or(|ty| value.is_some_and(|value| ty.admits(&value)))
    };
    let changed = values
        .filter(is_admitted)
        .find_map(|value| record::changed(&customer, program, &json!({ key: value })).ok());
    changed.unwrap_or(customer)
}

#[cfg(test)]
mod tests {
    use sayflow::{Engine, Failure, Outcome};

    use super::*;
    use crate::trial;

    #[test]
    fn whatever_stands_in_an_address_is_known() {
        let flow = r#"
attribute size: one of "S", "M"
attribute born: date
attribute vip: yes/no
attribute points key "loyalty-points": number
attribute cart: any
api picks: text {
  get "https://a.example/{{size}}/{{born}}/{{vip}}/{{points}}/{{cart}}/{{phone}}/{{timezone}}/{{created_at}}?{{email|}}"
}
on start {
  text "<<picks>>" else "None."
}
"#;
        let program = Program::load([Source::new("a.flow", flow)]).unwrap();
        let customer = customer(&program, "picks");
        assert_eq!(customer.attribute("size"), Some(&Value::from("S")));
        let trial = trial::run(&Engine::new(program), "picks", &customer, |request| {
            let (answer, phases) = trial::unsent(request);
            let result = Err(Failure::Timeout);
            (sayflow::Answer { result, ..answer }, phases)
        });
        assert_eq!(trial.unwrap().report.outcome, Outcome::Timeout);
    }
}
