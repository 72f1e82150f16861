//! What endpoints answer: good replies of every kind, faulty ones, and bytes that are nothing.

use serde_json::{Value, json};

use crate::chance::Chance;

/// The body of a reply to an API, mostly a good one.
pub(crate) fn body(api: &str, chance: &mut Chance) -> Vec<u8> {
    match chance.below(12) {
        0 => b"<html><title>Error</title></html>".to_vec(),
        1 => (0..chance.below(3_000))
            .map(|_| u8::try_from(chance.below(256)).unwrap_or(0))
            .collect(),
        2 => json!({"success": false, "message": "not today"})
            .to_string()
            .into_bytes(),
        3 => json!({"success": true, "data": faulty(chance), "attributes": {"uid": 1}})
            .to_string()
            .into_bytes(),
        4 => json!({"success": true, "data": if matches!(api, "words" | "more") { json!("") } else { json!([]) }})
            .to_string()
            .into_bytes(),
        _ => json!({"success": true, "data": good(api, chance), "attributes": attributes(chance)})
            .to_string()
            .into_bytes(),
    }
}

fn faulty(chance: &mut Chance) -> Value {
    let faults = [
        json!(null),
        json!({"a": [1, {"b": null}]}),
        json!([[["x"]]]),
        json!("text"),
        json!(1e300),
        json!([{"title": 1}]),
    ];
    chance.one_of(&faults).cloned().unwrap_or_default()
}

fn good(api: &str, chance: &mut Chance) -> Value {
    match api {
        "words" | "more" => json!("word ".repeat(1 + chance.below(200))),
        "picture" => json!({"type": "image", "url": "https://cdn.example/a.png"}),
        "cards" => (0..chance.below(12))
            .map(|number| json!({"title": format!("Card {number}"), "buttons": options(2, chance)}))
            .collect(),
        _ => options(8, chance),
    }
}

fn options(most: usize, chance: &mut Chance) -> Value {
    let option = |number| json!({"title": format!("Option {number}"), "type": "sequence", "value": format!("s{}", number % 14), "extra": "x"});
    (0..chance.below(most)).map(option).collect()
}

/// Some that the flow declares, some that it does not, now and then as many as a customer may have.
fn attributes(chance: &mut Chance) -> Value {
    if chance.once_in(40) {
        let key = |number| (format!("key_{number}"), json!("0123456789".repeat(4)));
        return (0..chance.below(400))
            .map(key)
            .collect::<serde_json::Map<_, _>>()
            .into();
    }
    match chance.below(4) {
        0 => json!({"count": chance.below(1_000), "first_name": "Asha"}),
        1 => json!({"word": "from the shop", "cart": {"items": [1, 2, 3]}, "coupon": null}),
        2 => json!({format!("key_{}", chance.below(400)): null}),
        _ => json!({}),
    }
}
