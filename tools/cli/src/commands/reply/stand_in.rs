//! What a reply answers: the smallest flow that has what it names, and a customer who could have asked.

use std::collections::{HashMap, HashSet};

use indexmap::IndexSet;
use sayflow::{Customer, Diagnostic, Limits, Output, Program, Source, Type, Value};
use serde::Deserialize;
use serde_json::value::RawValue;
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

/// The flow with an API of that output, and with a sequence for each of the ids that one can have. Which those are, the
/// checker decides: what it finds wrong is left out.
pub(super) fn program(
    flow: Flow,
    api: &str,
    output: Output,
    ids: &[String],
) -> Result<Program, Vec<Diagnostic>> {
    let asked = format!("api {api}: {output} {{\n  get \"https://reply.invalid/\"\n}}\n");
    let flow = flow.with(Source::new("reply.flow", asked));
    let mut sequences = sequences(ids);
    loop {
        let whole = sequences.iter().cloned().fold(flow.clone(), Flow::with);
        let errors = match whole.program() {
            Ok(program) => return Ok(program),
            Err(errors) => errors,
        };
        let wrong: HashSet<&str> = errors
            .iter()
            .filter_map(|error| Some(error.places().next()?.0.name()))
            .collect();
        let before = sequences.len();
        sequences.retain(|source| !wrong.contains(source.name()));
        if sequences.len() == before {
            return Err(errors);
        }
    }
}

/// Each sequence is a file of its own, so that what is wrong with one is wrong with no other.
fn sequences(ids: &[String]) -> Vec<Source> {
    // No id is one of their names.
    let mut name = "reply_target_".to_owned();
    while ids.iter().any(|id| id.contains(&name)) {
        name.push('_');
    }
    let sequences = ids.iter().enumerate().map(|(index, id)| {
        let text = format!("sequence {name}{index} id {} {{\n  end\n}}\n", written(id));
        Source::new(format!("reply.{index}.flow"), text)
    });
    sequences.collect()
}

/// A text as a flow has it: a brace or a bracket needs an escape beside its like.
fn written(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut written = String::from('"');
    let befores = [None].into_iter().chain(letters.iter().copied().map(Some));
    let behinds = letters.iter().copied().skip(1).map(Some).chain([None]);
    for ((letter, before), behind) in letters.iter().copied().zip(befores).zip(behinds) {
        let is_double = [before, behind].contains(&Some(letter));
        match letter {
            '\n' => written.push_str("\\n"),
            '"' | '\\' => written.extend(['\\', letter]),
            '{' | '}' | '<' | '>' if is_double => written.extend(['\\', letter]),
            letter => written.push(letter),
        }
    }
    written.push('"');
    written
}

/// An option, or a card with options.
#[derive(Deserialize)]
struct Item {
    #[serde(rename = "type", default)]
    kind: Json,
    #[serde(default)]
    value: Json,
    #[serde(default)]
    buttons: Json,
}

/// What the options of a reply say that they lead to, each once. `None` where nobody can say: the reply is no JSON, or
/// has more than any host takes.
pub(super) fn ids_of(reply: &[u8]) -> Option<Vec<String>> {
    let reply = reply.strip_prefix("\u{feff}".as_bytes()).unwrap_or(reply);
    // What no option is made of stays unread.
    let fields: HashMap<String, &RawValue> = serde_json::from_slice(reply).ok()?;
    let items = |list: &str| serde_json::from_str::<Vec<Box<RawValue>>>(list).unwrap_or_default();
    let read = |item: Box<RawValue>| serde_json::from_str::<Item>(item.get()).ok();
    let data = fields.get("data").map(|data| items(data.get()));
    let mut ids = IndexSet::new();
    for item in data.into_iter().flatten().filter_map(read) {
        let buttons = items(&item.buttons.to_string()).into_iter().filter_map(read);
        for option in buttons.chain([item]) {
            if let (Some("sequence"), Json::String(id)) = (option.kind.as_str(), option.value) {
                ids.insert(id);
            }
        }
    }
    (ids.len() <= Limits::default().reply_items).then(|| ids.into_iter().collect())
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
