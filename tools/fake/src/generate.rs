//! Plausible replies for APIs that have no file, and replies that end in a chosen outcome.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sayflow::{Api, Outcome, Output, Program};
use serde_json::{Value as Json, json};

use crate::http::{Manner, Response};

/// More bytes than a host takes unless it says otherwise.
const TOO_LARGE: usize = (1 << 20) + 1;
const SEQUENCES_SHOWN: usize = 3;
const CARDS: usize = 2;

/// The response that makes a call end in an outcome, with the status that an entry wants.
pub(crate) fn response(
    outcome: Outcome,
    status: Option<u16>,
    api: &Api<'_>,
    program: &Program,
    asked: &[(String, String)],
) -> Response {
    let body = match outcome {
        Outcome::Ok | Outcome::Unreachable => good(api, program, asked).to_string(),
        Outcome::Status => json!({ "message": "the fake was told to fail" }).to_string(),
        Outcome::TooLarge => too_large(),
        Outcome::NotJson => "<!doctype html>\n<h1>Be right back</h1>\n".to_owned(),
        Outcome::Declined => declined().to_string(),
        Outcome::Contract => broken(api.output()).to_string(),
        Outcome::Empty => empty(api.output()).to_string(),
        // The one is held back, the other refused before: see `impossible`.
        Outcome::Timeout | Outcome::Blocked => String::new(),
    };
    let usual = if outcome == Outcome::Status { 500 } else { 200 };
    let manner = match outcome {
        Outcome::Timeout => Manner::Held,
        Outcome::Unreachable => Manner::CutShort,
        _ => Manner::Whole,
    };
    Response {
        manner,
        ..Response::new(status.unwrap_or(usual), body.into_bytes())
    }
}

/// A reply that fills the block of its API.
fn good(api: &Api<'_>, program: &Program, asked: &[(String, String)]) -> Json {
    let data = match api.output() {
        Output::Text => json!(text(api.name(), asked)),
        Output::Image => json!({ "type": "image", "url": image(api.name()) }),
        Output::Gallery => (1..=CARDS)
            .map(|number| card(api, program, asked, number))
            .collect(),
        Output::Buttons | Output::QuickReplies => options(api, program, SEQUENCES_SHOWN),
        _ => Json::Null,
    };
    json!({ "success": true, "data": data, "message": "made up", "status": 200 })
}

/// The API's name and what it was asked with: `order_status for order_no A-17, lang en`.
fn text(name: &str, asked: &[(String, String)]) -> String {
    let values: Vec<String> = asked
        .iter()
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    if values.is_empty() {
        name.to_owned()
    } else {
        format!("{name} for {}", values.join(", "))
    }
}

fn image(name: &str) -> String {
    format!(
        "https://fake.example/{}.png",
        utf8_percent_encode(name, NON_ALPHANUMERIC)
    )
}

fn card(api: &Api<'_>, program: &Program, asked: &[(String, String)], number: usize) -> Json {
    json!({
        "title": format!("{} {number}", title(api.name())),
        "subtitle": text(api.name(), asked),
        "image": image(api.name()),
        "buttons": options(api, program, 1),
    })
}

/// Options that open sequences which the flow has; a link where it has none.
fn options(api: &Api<'_>, program: &Program, most: usize) -> Json {
    let mut names: Vec<&str> = api.leads_to().collect();
    if names.is_empty() {
        names = program.sequences().collect();
    }
    if names.is_empty() {
        return json!([{ "title": title(api.name()), "type": "url", "value": "https://fake.example/" }]);
    }
    let names = names.into_iter().take(most);
    names
        .map(|name| json!({ "title": title(name), "type": "sequence", "value": name }))
        .collect()
}

/// `order_status` as people write it.
fn title(name: &str) -> String {
    let words = name.replace('_', " ");
    let words = words.trim();
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => name.to_owned(),
    }
}

fn declined() -> Json {
    json!({ "success": false, "message": "the fake was told to decline" })
}

fn empty(output: Output) -> Json {
    let data = match output {
        Output::Text => json!(""),
        _ => json!([]),
    };
    json!({ "success": true, "data": data })
}

/// What no output takes; where nothing is looked at in `data`, `success` is wrong.
fn broken(output: Output) -> Json {
    match output {
        Output::Nothing => json!({ "success": "yes" }),
        _ => json!({ "success": true, "data": 42 }),
    }
}

fn too_large() -> String {
    json!({ "success": true, "data": "x".repeat(TOO_LARGE) }).to_string()
}

#[cfg(test)]
mod tests {
    use super::{text, title};

    #[test]
    fn names_become_titles() {
        assert_eq!(title("order_status"), "Order status");
        assert_eq!(title("অর্ডার"), "অর্ডার");
        assert_eq!(title("_"), "_");
    }

    #[test]
    fn a_text_says_what_was_asked() {
        assert_eq!(text("hours", &[]), "hours");
        let asked = [
            ("no".to_owned(), "A-1".to_owned()),
            ("lang".to_owned(), "en".to_owned()),
        ];
        assert_eq!(text("status", &asked), "status for no A-1, lang en");
    }
}
