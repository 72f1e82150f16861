//! What an endpoint sent may echo a secret: what is shown or written of it has `***` in its place. A number that
//! holds one is `0`, so that what has a type keeps it.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;
use sayflow::{
    Answer, Block, BlockOption, Card, Customer, Engine, Event, Failure, Input, InputKind, Masked, Number,
    OptionTarget, Reply, ShortText, Value,
};
use serde::de::IgnoredAny;
use serde_json::Value as Json;

use crate::scene::{name_of, with_numbers};

/// What a turn changed on the customer; `None` for what was cleared.
pub type Changes = IndexMap<String, Option<Value>>;

/// An input with its secrets masked, also in its own id; the id of a tapped option stays, and so does the name of a
/// sequence of the flow.
pub(crate) fn input(engine: &Engine, mut input: Input) -> Input {
    input.id.iter_mut().for_each(|id| mask(engine, id));
    match &mut input.kind {
        InputKind::Start(Some(name)) if engine.program().sequence_name(name).is_none() => mask(engine, name),
        InputKind::Text(text)
        | InputKind::Intent(text)
        | InputKind::Image(text)
        | InputKind::Audio(text)
        | InputKind::Video(text)
        | InputKind::File(text) => {
            mask(engine, text);
        }
        _ => {}
    }
    input
}

/// An answer with its secrets masked. A body that is no text becomes one that is no JSON either, so that the call
/// ends as it did.
pub(crate) fn answer(engine: &Engine, answer: Answer) -> Answer {
    let Answer { result, elapsed } = answer;
    let result = match result {
        Ok(reply) => Ok(Reply {
            status: reply.status,
            location: reply.location.map(|url| engine.masked(&url).to_string()),
            body: match String::from_utf8(reply.body) {
                Ok(text) => body(engine, &text).into_bytes(),
                Err(no_text) => {
                    let text = format!("\u{FFFD}{}", String::from_utf8_lossy(no_text.as_bytes()));
                    engine.masked(&text).to_string().into_bytes()
                }
            },
        }),
        Err(Failure::Blocked(why)) => Err(Failure::Blocked(engine.masked(&why).to_string())),
        Err(Failure::Unreachable(how)) => Err(Failure::Unreachable(engine.masked(&how).to_string())),
        Err(failure) => Err(failure),
    };
    Answer { result, elapsed }
}

/// A body with its secrets masked: JSON stays JSON. A number is masked by its value, however it is written.
fn body(engine: &Engine, text: &str) -> String {
    // The engine takes a byte order mark.
    let (mark, text) = text.split_at(text.len() - text.trim_start_matches('\u{feff}').len());
    let text = &match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) => with_numbers(text, |number| is_secret_number(engine, number).then_some("0")),
        Err(_) => text.to_owned(),
    };
    mark.to_owned() + &masked_body(engine, text)
}

/// Whether a number would be shown as a secret: `1.2345678e7` as `12345678`.
fn is_secret_number(engine: &Engine, written: &str) -> bool {
    let number = serde_json::from_str::<Number>(written);
    number.is_ok_and(|number| engine.masked(&number.to_string()).is_secret())
}

fn masked_body(engine: &Engine, text: &str) -> String {
    let masked = engine.masked(text).to_string();
    match serde_json::from_str::<Json>(text) {
        Ok(json) if serde_json::from_str::<IgnoredAny>(&masked).is_err() => {
            let json = masked_json(engine, json).to_string();
            engine.masked(&json).to_string()
        }
        _ => masked,
    }
}

/// A block with its secrets masked; the ids of its options stay, so that they can be tapped.
#[must_use]
pub fn block(engine: &Engine, mut block: Block) -> Block {
    match &mut block {
        Block::Text { text } => mask(engine, text),
        Block::Image { url } | Block::Audio { url } | Block::Video { url } => mask(engine, url),
        Block::Gallery { cards } => cards.iter_mut().for_each(|shown| card(engine, shown)),
        Block::Buttons { text, options } | Block::QuickReplies { text, options } => {
            text.iter_mut().for_each(|text| mask(engine, text));
            options.iter_mut().for_each(|shown| option(engine, shown));
        }
        _ => {}
    }
    block
}

/// An event with its secrets masked; a report of a call has none.
#[must_use]
pub fn event(engine: &Engine, mut event: Event) -> Event {
    match &mut event {
        Event::Action { values, .. } => {
            for value in values.values_mut() {
                *value = masked_value(engine, std::mem::replace(value, Value::YesNo(false)));
            }
        }
        Event::Handover { team, .. } => mask(engine, team),
        _ => {}
    }
    event
}

/// A customer with its secrets masked, to be shown.
#[must_use]
pub fn customer(engine: &Engine, customer: &Customer) -> Customer {
    let mut shown = customer.clone();
    let (keys, values): (Vec<&str>, Vec<&Value>) = customer.attributes().unzip();
    // The last one first, so that no other moves up.
    keys.iter().rev().for_each(|key| shown.clear_attribute(key));
    for (key, value) in attribute_keys(engine, keys.into_iter()).into_iter().zip(values) {
        shown.set_attribute(key, masked_value(engine, value.clone()));
    }
    let texts = [
        &mut shown.avatar,
        &mut shown.first_name,
        &mut shown.last_name,
        &mut shown.full_name,
        &mut shown.gender,
        &mut shown.locale,
        &mut shown.language,
        &mut shown.phone,
        &mut shown.email,
        &mut shown.last_message_text,
    ];
    texts.into_iter().for_each(|text| mask(engine, text));
    shown
}

/// Attributes that changed, with their secrets masked.
#[must_use]
pub fn changes(engine: &Engine, changes: Changes) -> Changes {
    let keys = attribute_keys(engine, changes.keys().map(String::as_str));
    let values = changes.into_values();
    let values = values.map(|value| value.map(|value| masked_value(engine, value)));
    keys.into_iter().zip(values).collect()
}

fn card(engine: &Engine, card: &mut Card) {
    mask(engine, &mut card.title);
    for text in [&mut card.subtitle, &mut card.image, &mut card.url] {
        text.iter_mut().for_each(|text| mask(engine, text));
    }
    card.buttons.iter_mut().for_each(|shown| option(engine, shown));
}

fn option(engine: &Engine, option: &mut BlockOption) {
    let mask = |text: &mut ShortText| *text = engine.masked(text).to_string().into();
    mask(&mut option.title);
    option.extra.iter_mut().for_each(mask);
    if let OptionTarget::Url(text) | OptionTarget::Phone(text) = &mut option.target {
        mask(text);
    }
}

/// A value with its secrets masked, a list or an object one that it still is.
fn masked_value(engine: &Engine, value: Value) -> Value {
    let value = match value {
        Value::Json(json) => Value::Json(masked_json(engine, json)),
        value => value,
    };
    match (engine.masked(&value.to_string()), value) {
        (masked, value) if !masked.is_secret() => value,
        (_, Value::Number(_)) => Value::from(0),
        // A list or an object of which a secret is more than one part: one that is JSON itself.
        (masked, _) => Value::from(masked.to_string()),
    }
}

/// JSON with the secrets masked in its keys and values. A value is at most 64 deep.
fn masked_json(engine: &Engine, json: Json) -> Json {
    match json {
        Json::Array(items) => items.into_iter().map(|item| masked_json(engine, item)).collect(),
        Json::Object(object) => {
            let keys = distinct(object.keys().map(|key| engine.masked(key)).collect());
            let items = object.into_iter().map(|(_, item)| masked_json(engine, item));
            keys.into_iter().zip(items).collect()
        }
        Json::String(text) => Json::String(engine.masked(&text).to_string()),
        Json::Number(number) if engine.masked(&number.to_string()).is_secret() => Json::from(0),
        scalar => scalar,
    }
}

/// The keys of attributes with their secrets masked. One that the flow declares is the author's own word, and
/// stays, as a field of the record does: no endpoint can echo anything into it.
fn attribute_keys<'k>(engine: &Engine, keys: impl Iterator<Item = &'k str>) -> Vec<String> {
    let masked = |key| match name_of(engine.program(), key) {
        Some(_) => Masked::new(key),
        None => engine.masked(key),
    };
    distinct(keys.map(masked).collect())
}

/// What different keys are shown as, in their order: where masks make them the same, numbers tell them apart.
fn distinct(keys: Vec<Masked>) -> Vec<String> {
    let plain = keys.iter().filter(|key| !key.is_secret());
    let mut taken: HashSet<String> = plain.map(ToString::to_string).collect();
    let mut numbers = HashMap::new();
    let mut free = |key: String| {
        let number = numbers.entry(key.clone()).or_insert(1_usize);
        let mut free = key.clone();
        while !taken.insert(free.clone()) {
            *number += 1;
            free = format!("{key} {number}");
        }
        free
    };
    let shown = keys.iter().map(|key| match key.is_secret() {
        true => free(key.to_string()),
        false => key.to_string(),
    });
    shown.collect()
}

fn mask(engine: &Engine, text: &mut String) {
    let masked = engine.masked(text);
    if masked.is_secret() {
        *text = masked.to_string();
    }
}

#[cfg(test)]
mod tests {
    use sayflow::{Program, Source};
    use serde_json::json;

    use super::*;

    /// An engine with a secret that also stands in the name of an attribute of the flow.
    fn engine() -> Engine {
        let flow =
            "attribute s3cret: any\non start {\n  text \"Hi!\"\n}\nsequence s3crets {\n  text \"Psst!\"\n}\n";
        let program = Program::load([Source::new("hi.flow", flow)]).unwrap();
        Engine::new(program).with_secret("TOKEN", "s3cret", ["https://api.shop.example"])
    }

    fn value(json: Json) -> Value {
        Value::from_json(json).unwrap()
    }

    #[test]
    fn keys_are_masked_and_stay_apart() {
        let keys = [
            "s3cret",
            "a s3cret",
            "a %733cret",
            "a ***",
            "first_name",
            "a s3\\u0063ret",
        ];
        let shown = ["s3cret", "a *** 2", "a *** 3", "a ***", "first_name", "a *** 4"];
        let changed: Changes = keys.map(|key| (key.to_owned(), None)).into_iter().collect();
        let masked = changes(&engine(), changed);
        assert_eq!(
            masked.keys().collect::<Vec<_>>(),
            shown.iter().collect::<Vec<_>>()
        );

        let mut before = Customer::new(7);
        for (number, key) in (0_i64..).zip(keys) {
            before.set_attribute(key, number);
        }
        let after = customer(&engine(), &before);
        for (number, key) in (0_i64..).zip(shown) {
            assert_eq!(after.attribute(key), Some(&Value::from(number)), "{key}");
        }
        assert_eq!(after.attributes().count(), shown.len());
    }

    #[test]
    fn an_input_is_masked_with_its_id() {
        let text = Input::text("a s3cret").with_id("m-s3cret-1");
        assert_eq!(input(&engine(), text), Input::text("a ***").with_id("m-***-1"));
        assert_eq!(
            input(&engine(), Input::start_at("a s3cret")),
            Input::start_at("a ***")
        );
        assert_eq!(
            input(&engine(), Input::start_at("s3crets")),
            Input::start_at("s3crets")
        );
    }

    #[test]
    fn a_list_stays_a_list_and_an_object_an_object() {
        for (echoed, shown) in [
            (json!(["s3cret", 1, null]), json!(["***", 1, null])),
            (
                json!({"s3cret": {"a s3cret": ["s3cret!"]}, "%733cret": true}),
                json!({"***": true, "*** 2": {"a ***": ["***!"]}}),
            ),
            (json!({"a": [1, 2]}), json!({"a": [1, 2]})),
        ] {
            assert_eq!(masked_value(&engine(), value(echoed)), value(shown));
        }
    }

    #[test]
    fn a_number_is_masked_by_its_value() {
        let engine = engine().with_secret("OTHER", "12345678", ["https://api.shop.example"]);
        for (echoed, shown) in [
            (r#"{"n": 1.2345678e7, "m": 5}"#, r#"{"n": 0, "m": 5}"#),
            (
                "\u{feff}[12345.678E+3,\n\"1.2345678e7\"]",
                "\u{feff}[0,\n\"1.2345678e7\"]",
            ),
            ("[12345678.0, 1234567]", "[0, 1234567]"),
            ("[12345678]", "[0]"),
            ("1.2345678e7 and 12345678", "1.2345678e7 and ***"),
        ] {
            assert_eq!(body(&engine, echoed), shown);
        }
    }

    #[test]
    fn what_is_no_text_may_hold_a_secret() {
        for (secret, echoed, shown) in [
            ("12345", json!(12345), json!(0)),
            ("12345", json!([12345, 1]), json!([0, 1])),
            // A secret that is JSON itself.
            (
                r#""key":"k1""#,
                json!({"key": "k1", "n": 1}),
                json!("{***,\"n\":1}"),
            ),
        ] {
            let engine = engine().with_secret("OTHER", secret, ["https://api.shop.example"]);
            assert_eq!(masked_value(&engine, value(echoed)), value(shown), "{secret}");
        }
    }
}
