//! What a turn said that is played again, beside what it said in production.

use serde::Serialize;
use serde_json::Value as Json;

use super::tag::remove_tags;
use super::word_diff::word_diff;

/// The first difference of a turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deviation {
    /// Where it is: `block 2`, `event 1`, `attribute order_no`, `wait`, `input`.
    pub at: String,
    /// What there was; `None` for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
    /// What there is now; `None` for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is: Option<String>,
    /// Both in one, word by word: `Order [-packed-]{+sent+}`.
    pub diff: String,
}

impl Deviation {
    /// Whether the same words come in the place of the same words, in a block or event of the same kind: the
    /// customer's own words around them may be others.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow_test::Deviation;
    ///
    /// let difference = |name: &str| Deviation {
    ///     at: "block 1".to_owned(),
    ///     was: Some(format!("text: Hi {name}")),
    ///     is: Some(format!("text: Hello {name}")),
    ///     diff: format!("text: [-Hi-]{{+Hello+}} {name}"),
    /// };
    /// assert!(difference("Asha").is_like(&difference("Rahim")));
    /// ```
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        let kinds = |difference: &Self| [kind(difference.was.as_ref()), kind(difference.is.as_ref())];
        let is_same_kind = kinds(self) == kinds(other);
        let is_whole = self.was.is_none() || self.is.is_none();
        is_same_kind
            && (self.diff == other.diff || (!is_whole && changes(&self.diff) == changes(&other.diff)))
    }

    fn new(at: String, was: Option<String>, is: Option<String>) -> Self {
        let diff = word_diff(
            was.as_deref().unwrap_or_default(),
            is.as_deref().unwrap_or_default(),
        );
        Self { at, was, is, diff }
    }

    /// The input is refused.
    pub(super) fn refused(message: String) -> Self {
        Self::new("input".to_owned(), None, Some(format!("refused: {message}")))
    }

    /// The first of two lists that is not the same.
    pub(super) fn of_lists(what: &str, was: &[Json], is: &[Json]) -> Option<Self> {
        let (was, is) = (untagged(was), untagged(is));
        (0..was.len().max(is.len())).find_map(|index| {
            let (was, is) = (was.get(index), is.get(index));
            let at = || format!("{what} {}", index + 1);
            (was != is).then(|| Self::shown(at(), was, is))
        })
    }

    /// Two values that are to be the same.
    pub(super) fn of_values(at: &str, was: Option<&Json>, is: Option<&Json>) -> Option<Self> {
        (was != is).then(|| Self::shown(at.to_owned(), was, is))
    }

    fn shown(at: String, was: Option<&Json>, is: Option<&Json>) -> Self {
        let both = (was.map(shown), is.map(shown));
        match both {
            // What is shown is the same: the JSON tells more.
            (Some(shown), Some(other)) if shown == other => {
                Self::new(at, was.map(Json::to_string), is.map(Json::to_string))
            }
            (was, is) => Self::new(at, was, is),
        }
    }
}

/// What stands before the first colon: `text`, `buttons`.
fn kind(shown: Option<&String>) -> Option<String> {
    let shown = shown?;
    Some(shown.split(':').next().unwrap_or_default().to_owned())
}

/// The parts of a diff that changed.
fn changes(diff: &str) -> Vec<&str> {
    let mut changes = Vec::new();
    for (open, close) in [("[-", "-]"), ("{+", "+}")] {
        let parts = diff.split(open).skip(1);
        changes.extend(parts.filter_map(|part| part.split(close).next()));
    }
    changes
}

/// A list whose options have ids that need no key.
fn untagged(list: &[Json]) -> Vec<Json> {
    let mut list = list.to_vec();
    list.iter_mut().for_each(remove_tags);
    list
}

/// A block or event for people: `text: Hello`, `buttons: Prompt [Track] -> track`.
fn shown(json: &Json) -> String {
    let text = |key: &str| json.get(key).and_then(Json::as_str).unwrap_or_default();
    let kind = text("type");
    let options = || list(json, "options").map(option).collect::<String>();
    match kind {
        "text" => format!("text: {}", text("text")),
        "image" | "audio" | "video" => format!("{kind}: {}", text("url")),
        "buttons" | "quick_replies" => format!("{}: {}{}", kind.replace('_', " "), text("text"), options()),
        "gallery" => format!("gallery:{}", list(json, "cards").map(card).collect::<String>()),
        _ => event(json),
    }
}

fn event(event: &Json) -> String {
    let text = |key: &str| event.get(key).and_then(Json::as_str).unwrap_or_default();
    match text("event") {
        "handover" => {
            let priority = event.get("priority").and_then(Json::as_str);
            let priority = priority.map_or_else(String::new, |word| format!(" priority {word}"));
            format!("handover: {}{priority}", text("team"))
        }
        "action" => {
            let values = event.get("values").map(Json::to_string).unwrap_or_default();
            format!("do {}: {values}", text("name"))
        }
        _ => event.to_string(),
    }
}

fn list<'j>(json: &'j Json, key: &str) -> impl Iterator<Item = &'j Json> {
    json.get(key).and_then(Json::as_array).into_iter().flatten()
}

fn card(card: &Json) -> String {
    let texts = ["title", "subtitle", "image", "url"].map(|key| card.get(key).and_then(Json::as_str));
    let texts: Vec<&str> = texts.into_iter().flatten().collect();
    let buttons: String = list(card, "buttons").map(option).collect();
    format!(" ({}{buttons})", texts.join(" | "))
}

fn option(option: &Json) -> String {
    let text = |key: &str| option.get(key).and_then(Json::as_str).unwrap_or_default();
    let mut shown = format!(" [{}]", text("title"));
    if option.get("value").is_some() {
        shown.push_str(&format!(" -> {}", text("value")));
    }
    if option.get("extra").is_some() {
        shown.push_str(&format!(" extra {:?}", text("extra")));
    }
    shown
}
