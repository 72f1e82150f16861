//! Mocked replies: what a test says of an API becomes the reply that the engine decodes.

use std::collections::HashMap;
use std::time::Duration;

use sayflow::syntax::ast::Media;
use sayflow::{Answer, Api, Failure, Outcome, Output, Program, Reply, Request, Value};
use serde_json::{Map, Value as Json, json};

use crate::script::{Content, Mocked, MockedCard, MockedOption};

/// The replies of each API, in order.
#[derive(Debug, Default)]
pub(super) struct Mocks {
    by_api: HashMap<String, Replies>,
}

#[derive(Debug)]
struct Replies {
    mocked: Vec<Mocked>,
    next: usize,
}

impl Mocks {
    /// Sets the replies of an API from now on.
    pub(super) fn set(&mut self, api: &str, mocked: &[Mocked]) {
        let replies = Replies {
            mocked: mocked.to_vec(),
            next: 0,
        };
        self.by_api.insert(api.to_owned(), replies);
    }

    /// The next reply of an API; the last goes on.
    pub(super) fn next(&mut self, api: &str) -> Option<Mocked> {
        let replies = self.by_api.get_mut(api)?;
        let last = replies.mocked.len().checked_sub(1)?;
        let mocked = replies.mocked.get(replies.next.min(last)).cloned();
        replies.next += 1;
        mocked
    }
}

/// What the client gives for a mocked call; an error is why the mock itself is none.
pub(super) fn answer(
    mocked: &Mocked,
    request: &Request,
    program: &Program,
    read_file: impl Fn(&str) -> Result<Vec<u8>, String>,
) -> Result<Answer, String> {
    let api = program.apis().find(|api| api.name() == request.api);
    let output = api.map_or(Output::Nothing, |api: Api<'_>| api.output());
    let sets = || attributes(program, &mocked.sets);
    let result = match &mocked.content {
        Content::Text(text) => Ok(good(&data(output, text), sets())),
        Content::Media(media, url) => Ok(good(&media_data(*media, url), sets())),
        Content::Options(found) => Ok(good(&options(found), sets())),
        Content::Cards(found) => Ok(good(&cards(found), sets())),
        Content::File(path) => Ok(reply(200, read_file(path)?)),
        Content::Raw(body) => Ok(reply(200, body.clone().into_bytes())),
        Content::Status(status, body) => {
            let body = body.clone().unwrap_or_default();
            Ok(reply(*status, body.into_bytes()))
        }
        Content::Outcome(outcome, message) => of_outcome(*outcome, message.as_deref(), output, sets()),
    };
    let elapsed = match &result {
        Err(Failure::Timeout) => request.timeout,
        _ => Duration::ZERO,
    };
    Ok(Answer { result, elapsed })
}

fn of_outcome(
    outcome: Outcome,
    message: Option<&str>,
    output: Output,
    sets: Map<String, Json>,
) -> Result<Reply, Failure> {
    let words = |usual: &str| message.unwrap_or(usual).to_owned();
    Ok(match outcome {
        Outcome::Blocked => return Err(Failure::Blocked(words("the test blocks this call"))),
        Outcome::Timeout => return Err(Failure::Timeout),
        Outcome::Unreachable => return Err(Failure::Unreachable(words("connection refused"))),
        Outcome::TooLarge => return Err(Failure::TooLarge),
        Outcome::Status => reply(500, Vec::new()),
        Outcome::NotJson => reply(200, b"<html><title>Out of order</title></html>".to_vec()),
        Outcome::Declined => {
            let body = json!({ "success": false, "message": words("declined") });
            reply(200, body.to_string().into_bytes())
        }
        // Nothing but this field is always needed.
        Outcome::Contract => reply(200, br#"{"success": "true"}"#.to_vec()),
        Outcome::Empty => match output {
            Output::Text => good(&json!(""), sets),
            _ => good(&json!([]), sets),
        },
        Outcome::Ok => good(&Json::Null, sets),
    })
}

fn reply(status: u16, body: Vec<u8>) -> Reply {
    Reply {
        status,
        location: None,
        body,
    }
}

fn good(data: &Json, sets: Map<String, Json>) -> Reply {
    let mut body = Map::new();
    body.insert("success".to_owned(), true.into());
    if !data.is_null() {
        body.insert("data".to_owned(), data.clone());
    }
    if !sets.is_empty() {
        body.insert("attributes".to_owned(), sets.into());
    }
    reply(200, Json::from(body).to_string().into_bytes())
}

fn data(output: Output, text: &str) -> Json {
    match output {
        Output::Image => media_data(Media::Image, text),
        _ => text.into(),
    }
}

fn media_data(media: Media, url: &str) -> Json {
    json!({ "type": media.as_str(), "url": url })
}

fn options(options: &[MockedOption]) -> Json {
    let option = |option: &MockedOption| {
        let mut json = json!(option.target);
        if let Some(object) = json.as_object_mut() {
            object.insert("title".to_owned(), option.title.as_str().into());
            object.extend(
                option
                    .extra
                    .as_deref()
                    .map(|extra| ("extra".to_owned(), extra.into())),
            );
        }
        json
    };
    options.iter().map(option).collect()
}

fn cards(found: &[MockedCard]) -> Json {
    let card = |card: &MockedCard| {
        let mut json = Map::new();
        json.insert("title".to_owned(), card.title.as_str().into());
        let parts = [
            ("subtitle", &card.subtitle),
            ("image", &card.image),
            ("url", &card.url),
        ];
        for (key, text) in parts {
            if let Some(text) = text {
                json.insert(key.to_owned(), text.as_str().into());
            }
        }
        if !card.buttons.is_empty() {
            json.insert("buttons".to_owned(), options(&card.buttons));
        }
        Json::from(json)
    };
    found.iter().map(card).collect()
}

/// Attributes of a reply, under their keys.
fn attributes(program: &Program, sets: &[(String, Value)]) -> Map<String, Json> {
    let entry = |(name, value): &(String, Value)| {
        let json = serde_json::to_value(value).unwrap_or_default();
        (key_of(program, name).to_owned(), json)
    };
    sets.iter().map(entry).collect()
}

/// The key of an attribute by its name in the flow; a field of the record has its name.
pub(super) fn key_of<'n>(program: &'n Program, name: &'n str) -> &'n str {
    let mut keys = program.attribute_types().map(|(key, _)| key);
    keys.find(|key| program.attribute_name(key) == Some(name))
        .unwrap_or(name)
}
