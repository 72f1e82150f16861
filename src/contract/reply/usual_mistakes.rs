//! The ways in which real backends get a reply wrong, and what to do about each.

use std::borrow::Cow;

use super::finding::shortened;
use super::json::{self, Kind, Node};
use crate::contract::{Mask, normalize_phone};
use crate::diagnostics::nearest;
use crate::program::Output;
use crate::value::{Type, Value};

/// Something else where the reply's object belongs.
pub(super) fn instead_of_reply(node: &Node<'_>) -> Option<String> {
    Some(match &node.kind {
        Kind::Text(text) if holds_json(text) => encoded_twice(),
        Kind::List(items) if is_reply(items) => "take the object out of the list".to_owned(),
        Kind::List(_) => "put the list into the reply: `{\"success\": true, \"data\": […]}`".to_owned(),
        _ => "send an object: `{\"success\": true, \"data\": …}`".to_owned(),
    })
}

fn is_reply(items: &[Node<'_>]) -> bool {
    matches!(items, [only] if only.get("success").is_some())
}

/// What to do about a whole reply that stands in a field of an object; `None` where none does.
pub(super) fn wrapped_reply(root: &Node<'_>, mask: &Mask<'_>) -> Option<String> {
    let Kind::Object(entries) = &root.kind else {
        return None;
    };
    if root.get("success").is_some() {
        return None;
    }
    let (key, _) = entries.iter().find(|(_, value)| value.get("success").is_some())?;
    Some(format!("take the reply out of `{}`", shortened(mask, key)))
}

/// No `success`.
pub(super) fn missing_success(root: &Node<'_>, mask: &Mask<'_>) -> String {
    missing_key(root, "success", mask)
        .unwrap_or_else(|| "say how it went: `\"success\": true` beside the other fields".to_owned())
}

/// No `data` where there must be some.
pub(super) fn missing_data(root: &Node<'_>, output: Output, mask: &Mask<'_>) -> String {
    missing_key(root, "data", mask).unwrap_or_else(|| {
        let example = match output {
            Output::Text | Output::Nothing => "\"…\"",
            Output::Image => "{\"type\": \"image\", \"url\": \"https://…\"}",
            Output::Gallery => "[{\"title\": \"…\"}]",
            Output::Buttons | Output::QuickReplies => {
                "[{\"title\": \"…\", \"type\": \"url\", \"value\": \"https://…\"}]"
            }
        };
        format!("add `\"data\": {example}`, or say `\"success\": false`")
    })
}

/// Something else where `true` or `false` belongs.
pub(super) fn instead_of_yes_no(node: &Node<'_>) -> Option<String> {
    let meant = match &node.kind {
        Kind::Number("1") => true,
        Kind::Number("0") => false,
        Kind::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" | "ok" => true,
            "false" | "no" | "0" => false,
            _ => return Some("write `true` or `false`".to_owned()),
        },
        _ => return Some("write `true` or `false`".to_owned()),
    };
    Some(format!("write `{meant}`, without quotes"))
}

/// Something else where the text of a text block belongs.
pub(super) fn instead_of_data_text(node: &Node<'_>, mask: &Mask<'_>) -> Option<String> {
    match &node.kind {
        Kind::Null => Some(nothing_to_say()),
        Kind::List(items) if items.is_empty() => Some(nothing_to_say()),
        Kind::List(items) => match output_of_items(items) {
            Some(output) => Some(other_output("text", output)),
            None => instead_of_text(node, mask).or_else(|| several_texts(items)),
        },
        Kind::Object(_) if node.get("url").is_some() && node.get("type").is_some() => {
            Some(other_output("text", "image"))
        }
        _ => instead_of_text(node, mask),
    }
}

fn several_texts(items: &[Node<'_>]) -> Option<String> {
    let are_texts = items.iter().all(|item| item.as_text().is_some());
    are_texts.then(|| "send one text; `\\n` begins a new line in it".to_owned())
}

/// The output that a list of such items fills.
fn output_of_items(items: &[Node<'_>]) -> Option<&'static str> {
    let first = items.first()?;
    if first.get("value").is_some() {
        Some("buttons")
    } else {
        first.get("title").map(|_| "gallery")
    }
}

fn other_output(declared: &str, sent: &str) -> String {
    format!("this API is declared with output {declared} and sends {sent}: declare it so, or send {declared}")
}

/// Something else where a text belongs.
pub(super) fn instead_of_text(node: &Node<'_>, mask: &Mask<'_>) -> Option<String> {
    match &node.kind {
        Kind::Number(written) => Some(format!("put it into quotes: `\"{}\"`", shortened(mask, written))),
        Kind::Bool(flag) => Some(format!("put it into quotes: `\"{flag}\"`")),
        Kind::List(items) => match items.as_slice() {
            [only] if only.as_text().is_some() => Some("take the text out of the list".to_owned()),
            _ => None,
        },
        Kind::Null => Some("send a text, or leave out what it belongs to".to_owned()),
        Kind::Object(entries) => {
            let key = text_within(entries)?;
            Some(format!("send the text of `{}` itself", shortened(mask, key)))
        }
        _ => None,
    }
}

/// The key of the one text of an object, or of the text that is likely to be meant.
fn text_within<'n>(entries: &'n [(Cow<'_, str>, Node<'_>)]) -> Option<&'n str> {
    const LIKELY: [&str; 9] = [
        "text", "url", "src", "href", "link", "value", "data", "content", "message",
    ];
    let mut texts = entries.iter().filter(|(_, value)| value.as_text().is_some());
    match entries {
        [_] => texts.next(),
        _ => texts.find(|(key, _)| LIKELY.contains(&&**key)),
    }
    .map(|(key, _)| &**key)
}

/// Something else where a list belongs.
pub(super) fn instead_of_list(node: &Node<'_>, mask: &Mask<'_>) -> Option<String> {
    match &node.kind {
        Kind::Null => Some("send `[]` where there is nothing to show".to_owned()),
        Kind::Text(text) if text.trim().is_empty() => {
            Some("send `[]` where there is nothing to show".to_owned())
        }
        Kind::Text(text) if holds_json(text) => Some(encoded_twice()),
        Kind::Text(_) => Some("send a list: `[{…}]`".to_owned()),
        Kind::Object(entries) if entries.is_empty() => {
            Some("send `[]` where there is nothing to show".to_owned())
        }
        Kind::Object(_) if has_number_keys(node) => Some(
            "send a list; PHP makes an object of an array with gaps, and `array_values` closes them"
                .to_owned(),
        ),
        Kind::Object(entries) => {
            let wrapped = entries
                .iter()
                .find(|(_, value)| matches!(value.kind, Kind::List(_)));
            match wrapped.filter(|_| node.get("title").is_none()) {
                Some((key, _)) => Some(format!("send the list of `{}` itself", shortened(mask, key))),
                None => Some("put it into a list: `[{…}]`".to_owned()),
            }
        }
        _ => None,
    }
}

fn has_number_keys(node: &Node<'_>) -> bool {
    node.keys()
        .all(|key| !key.is_empty() && key.bytes().all(|b| b.is_ascii_digit()))
}

/// Something else where an image, audio or video belongs.
pub(super) fn instead_of_media(node: &Node<'_>, mask: &Mask<'_>) -> Option<String> {
    if matches!(node.kind, Kind::Null) {
        return Some("where there is nothing to show, send `\"success\": false`".to_owned());
    }
    instead_of_object(node).or_else(|| {
        let url = node.as_text().filter(|text| text.starts_with("http"))?;
        let url = shortened(mask, url);
        Some(format!("write `{{\"type\": \"image\", \"url\": \"{url}\"}}`"))
    })
}

/// Something else where a card belongs.
pub(super) fn instead_of_card(node: &Node<'_>, mask: &Mask<'_>) -> Option<String> {
    instead_of_object(node).or_else(|| {
        let title = node.as_text().filter(|text| !text.trim().is_empty())?;
        let title = shortened(mask, title);
        Some(format!("write `{{\"title\": \"{title}\"}}`"))
    })
}

/// Something else where a button or quick reply belongs.
pub(super) fn instead_of_option(node: &Node<'_>, mask: &Mask<'_>) -> Option<String> {
    instead_of_object(node).or_else(|| {
        let text = node.as_text().filter(|text| !text.trim().is_empty())?;
        let quoted = shortened(mask, text);
        let (title, kind, value) = if text.starts_with("http") {
            ("…", "url", &*quoted)
        } else {
            (&*quoted, "sequence", "…")
        };
        Some(format!(
            "say what a tap does: `{{\"title\": \"{title}\", \"type\": \"{kind}\", \"value\": \"{value}\"}}`"
        ))
    })
}

/// Something else where an object belongs.
fn instead_of_object(node: &Node<'_>) -> Option<String> {
    match &node.kind {
        Kind::List(items) => match items.as_slice() {
            [only] if matches!(only.kind, Kind::Object(_)) => {
                Some("take the object out of the list".to_owned())
            }
            [] => None,
            _ => Some("send one object rather than a list".to_owned()),
        },
        Kind::Text(text) if holds_json(text) => Some(encoded_twice()),
        Kind::Null => Some("leave it out; with nothing at all to show, send `\"success\": false`".to_owned()),
        _ => None,
    }
}

/// Something else where the object of attributes belongs.
pub(super) fn instead_of_attributes(node: &Node<'_>) -> Option<String> {
    match &node.kind {
        Kind::Null => Some("leave `attributes` out, or send `{}`".to_owned()),
        Kind::List(items) if items.is_empty() => Some(
            "leave `attributes` out, or send `{}`; PHP writes an empty array as `[]`, `(object) []` as `{}`"
                .to_owned(),
        ),
        Kind::List(_) => {
            Some("send one object with all of them: `{\"size\": \"M\", \"vip\": true}`".to_owned())
        }
        _ => instead_of_object(node),
    }
}

/// A value that does not fit the declared type of its attribute.
pub(super) fn instead_of_attribute(node: &Node<'_>, ty: &Type, mask: &Mask<'_>) -> Option<String> {
    match (ty, &node.kind) {
        (Type::Number, Kind::Text(text)) => {
            let number = text
                .trim()
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite());
            number.map(|_| format!("write it without quotes: `{}`", shortened(mask, text.trim())))
        }
        (Type::YesNo, _) => instead_of_yes_no(node),
        (Type::Date, Kind::Text(text)) => {
            let text = mask.apply(text);
            let date = text.get(..10).filter(|date| ty.admits(&Value::from(*date)));
            Some(match date {
                Some(date) => format!("send the date alone: `{date}`"),
                None if is_written_as_a_day(&text) => "no calendar has this day".to_owned(),
                None => "write year, month and day: `2026-11-20`".to_owned(),
            })
        }
        (Type::OneOf(options), Kind::Text(text)) => {
            options.near(text).map(|near| format!("did you mean `{near}`?"))
        }
        (Type::Text, _) => instead_of_text(node, mask),
        _ => None,
    }
}

/// `2026-02-30`
fn is_written_as_a_day(text: &str) -> bool {
    let shape = text
        .bytes()
        .map(|byte| if byte.is_ascii_digit() { b'0' } else { byte });
    shape.eq(*b"0000-00-00")
}

/// A `type` that is not one of those that the contract has there.
pub(super) fn instead_of_type(word: &str, types: &[&str]) -> Option<String> {
    if let Some(near) = nearest(word, types.iter().copied()) {
        return Some(format!("did you mean `{near}`?"));
    }
    let meant = match word.to_ascii_lowercase().as_str() {
        "link" | "web_url" | "web" | "href" | "website" => "url",
        "postback" | "payload" | "block" | "flow" | "sequence_id" => "sequence",
        "tel" | "call" | "phone_number" | "number" => "phone",
        "img" | "picture" | "photo" | "gif" => "image",
        "sound" | "voice" => "audio",
        "movie" | "film" => "video",
        _ if word.eq_ignore_ascii_case("phone") => "phone",
        _ => return None,
    };
    if types.contains(&meant) {
        Some(format!("did you mean `{meant}`?"))
    } else {
        (meant == "phone").then(|| "send phone numbers as `buttons`: only they can be called".to_owned())
    }
}

/// A field that an object must have, under another name.
pub(super) fn missing_key(object: &Node<'_>, key: &str, mask: &Mask<'_>) -> Option<String> {
    const CONTRACT: [&str; 15] = [
        "success",
        "data",
        "message",
        "attributes",
        "status",
        "type",
        "url",
        "title",
        "value",
        "extra",
        "subtitle",
        "image",
        "buttons",
        "uid",
        "platform_id",
    ];
    let other_names: &[&str] = match key {
        "success" => &["ok", "succeeded"],
        "data" => &["result", "results", "response", "payload", "items", "text"],
        "title" => &["text", "name", "label", "heading", "caption"],
        "value" => &[
            "url",
            "link",
            "href",
            "payload",
            "target",
            "sequence",
            "sequence_id",
            "phone",
        ],
        "url" => &["link", "href", "src", "image", "image_url"],
        "type" => &["kind", "action"],
        _ => &[],
    };
    let unknown = object.keys().filter(|name| !CONTRACT.contains(name));
    let found = nearest(key, unknown).or_else(|| object.keys().find(|name| other_names.contains(name)));
    match found {
        Some(found) => Some(format!("rename `{}` to `{key}`", shortened(mask, found))),
        None => match key {
            "type" => missing_type(object),
            "title" => Some("add what a customer reads: `\"title\": \"…\"`".to_owned()),
            "value" => Some("add where a tap leads: `\"value\": \"…\"`".to_owned()),
            _ => None,
        },
    }
}

/// A text that says nothing where it must say something.
pub(super) fn empty_text(key: &str) -> Option<String> {
    match key {
        "title" => Some("say in it what a customer reads, or leave the whole item out".to_owned()),
        "url" => Some("where there is nothing to show, send `\"success\": false`".to_owned()),
        _ => None,
    }
}

/// No `type`: what is there shows which it may be.
fn missing_type(object: &Node<'_>) -> Option<String> {
    let value = object.get("value").and_then(Node::as_text);
    let likely = match value {
        Some(value) if value.starts_with("http") => "url",
        Some(value) if value.starts_with('+') && normalize_phone(value).is_some() => "phone",
        Some(_) => "sequence",
        None if object.get("url").is_some() && object.get("title").is_none() => {
            return Some("add `\"type\": \"image\"`, or `audio` or `video`".to_owned());
        }
        None => return None,
    };
    Some(format!("add `\"type\": \"{likely}\"`"))
}

/// Whether a text is JSON of its own, encoded once too often.
fn holds_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) && json::read(text).1.is_empty()
}

fn encoded_twice() -> String {
    "encode the reply once: this is JSON within a text".to_owned()
}

fn nothing_to_say() -> String {
    "send `\"\"` where there is nothing to say".to_owned()
}
