//! The smallest flow that a reply can answer.

use sayflow::{Output, Source};
use serde_json::Value as Json;

use crate::flow_files::Flow;

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
