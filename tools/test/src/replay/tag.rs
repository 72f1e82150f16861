//! Option ids without the tag of the host's key: `3.track.0123456789abcdef` becomes `3.track`.
//!
//! A replay has no key, and a trace must not help anybody to make an id.

use sayflow::{Input, InputKind, Session};
use serde_json::Value as Json;

/// An option id without its tag.
fn without_tag(id: &str) -> &str {
    let end = id.match_indices('.').nth(1).map_or(id.len(), |(at, _)| at);
    id.get(..end).unwrap_or(id)
}

/// An input without the tag of the option that was tapped.
pub(super) fn untagged_input(mut input: Input) -> Input {
    if let InputKind::Tap(id) = &input.kind {
        input.kind = InputKind::Tap(without_tag(id).to_owned());
    }
    input
}

/// A session without the tags of the options that it keeps.
pub(super) fn untagged_session(session: &Session) -> Session {
    let untagged = serde_json::to_value(session).map(|mut json| {
        remove_tags(&mut json);
        json
    });
    // What was written as JSON is read from it.
    untagged
        .and_then(serde_json::from_value)
        .unwrap_or_else(|_| session.clone())
}

/// Removes the tags of all options in a block, an event or a session.
pub(super) fn remove_tags(json: &mut Json) {
    match json {
        Json::Object(entries) => {
            let is_option = entries.contains_key("title");
            for (key, value) in entries {
                match value {
                    Json::String(id) if is_option && key == "id" => *id = without_tag(id).to_owned(),
                    value => remove_tags(value),
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(remove_tags),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::without_tag;

    #[test]
    fn number_and_target_stay() {
        for (id, untagged) in [
            ("3.track.0123456789abcdef", "3.track"),
            ("3..0123456789abcdef", "3."),
            ("3.track", "3.track"),
            ("3.", "3."),
            ("", ""),
        ] {
            assert_eq!(without_tag(id), untagged);
        }
    }
}
