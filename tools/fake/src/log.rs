//! What was asked and what was answered, without secrets.

use std::time::Duration;

use indexmap::IndexMap;
use sayflow::{Api, Argument};
use serde::Serialize;
use serde_json::Value as Json;

use crate::http::Request;
use crate::secrets::Secrets;
use crate::target::{decoded, decoded_param, params};

/// So many bytes are kept of a body that is no JSON.
const TEXT_KEPT: usize = 2_000;

/// One request and what became of it. There is no secret in it: `***` stands in its place.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Served {
    /// The method; empty where what came is no request.
    pub method: String,
    /// The path with its query, as they came.
    pub target: String,
    /// The API that the request is for; `None` where there is none like it.
    pub api: Option<String>,
    /// The headers that the flow sets.
    pub headers: IndexMap<String, String>,
    /// The body; a text where it is no JSON, `None` where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// The status of the reply; `None` where the connection was held until the client left.
    pub status: Option<u16>,
    /// Where the reply comes from: `entry 2 of fake/order_status.json`.
    pub source: String,
    /// How long the reply was held back, in milliseconds.
    pub held_ms: u64,
    /// What is wrong with the files, the request or its secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// The body of a request.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Body {
    /// A JSON object, in the order in which it came.
    Object(IndexMap<String, Json>),
    /// Any other JSON value.
    Json(Json),
    /// What is no JSON, shortened.
    Text(String),
}

impl Served {
    /// The request alone. Without an API nobody can say what is secret in it but the names that some API
    /// uses for secrets.
    pub(crate) fn of(request: &Request, api: Option<&Api<'_>>, hidden: &[String], secrets: &Secrets) -> Self {
        let headers = api.map(|api| headers(request, api, secrets)).unwrap_or_default();
        Self {
            method: secrets.masked(&request.method),
            target: target(&request.target, hidden, secrets),
            api: api.map(|api| api.name().to_owned()),
            headers,
            body: body(&request.body, hidden, secrets),
            status: None,
            source: String::new(),
            held_ms: 0,
            problem: None,
        }
    }

    pub(crate) fn held(&mut self, time: Duration) {
        self.held_ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    }
}

impl Body {
    /// The body over several lines, as people read it.
    #[must_use]
    pub fn pretty(&self) -> String {
        let pretty = match self {
            Self::Object(object) => serde_json::to_string_pretty(object),
            Self::Json(json) => serde_json::to_string_pretty(json),
            Self::Text(text) => return text.clone(),
        };
        pretty.unwrap_or_default()
    }
}

/// The names under which an API sends secrets.
pub(crate) fn hidden_names(api: &Api<'_>) -> Vec<String> {
    let arguments = api.headers().chain(api.params()).chain(api.fields());
    let secret =
        |(name, argument): (&str, _)| matches!(argument, Argument::Secret(_)).then(|| name.to_owned());
    arguments.filter_map(secret).collect()
}

fn headers(request: &Request, api: &Api<'_>, secrets: &Secrets) -> IndexMap<String, String> {
    let mut headers = IndexMap::new();
    for (name, argument) in api.headers() {
        if let Some(value) = request.header(name) {
            let value = match argument {
                // Also one that is wrong: it may be the secret of another server.
                Argument::Secret(_) => "***".to_owned(),
                _ => secrets.masked(value),
            };
            headers.insert(name.to_owned(), value);
        }
    }
    headers
}

/// A part of an address is shown as it came, unless there is a secret in what it says. A secret that came with a `/`
/// or a `&` that nobody encoded is in no part, and one with a `+` in the query is no longer in what that says.
fn target(target: &str, hidden: &[String], secrets: &Secrets) -> String {
    let target = secrets.masked(target);
    let shown = |written: &str, said: String| match secrets.occur_in(&said) {
        true => "***".to_owned(),
        false => written.to_owned(),
    };
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let parts: Vec<String> = path.split('/').map(|part| shown(part, decoded(part))).collect();
    let params: Vec<String> = params(query)
        .map(|(name, value)| match hidden.contains(&decoded_param(name)) {
            true => format!("{name}=***"),
            false if value.is_empty() => shown(name, decoded_param(name)),
            false => format!(
                "{}={}",
                shown(name, decoded_param(name)),
                shown(value, decoded_param(value))
            ),
        })
        .collect();
    match params.is_empty() {
        true => parts.join("/"),
        false => format!("{}?{}", parts.join("/"), params.join("&")),
    }
}

fn body(bytes: &[u8], hidden: &[String], secrets: &Secrets) -> Option<Body> {
    if bytes.is_empty() {
        return None;
    }
    let text = String::from_utf8_lossy(bytes);
    if let Ok(object) = serde_json::from_str::<IndexMap<String, Json>>(&text) {
        let masked = object.into_iter().map(|(name, mut value)| {
            match hidden.contains(&name) {
                true => value = Json::from("***"),
                false => mask(&mut value, secrets),
            }
            (secrets.masked(&name), value)
        });
        return Some(Body::Object(masked.collect()));
    }
    if let Ok(mut json) = serde_json::from_str::<Json>(&text) {
        mask(&mut json, secrets);
        return Some(Body::Json(json));
    }
    let masked = secrets.masked(&text);
    let kept = masked.floor_char_boundary(TEXT_KEPT);
    Some(Body::Text(masked.get(..kept).unwrap_or_default().to_owned()))
}

/// Takes the secrets out of every text and number of a value. What serde_json reads is at most 128 deep.
fn mask(value: &mut Json, secrets: &Secrets) {
    match value {
        Json::String(text) => *text = secrets.masked(text),
        Json::Array(items) => items.iter_mut().for_each(|item| mask(item, secrets)),
        Json::Object(object) => {
            let masked = std::mem::take(object).into_iter().map(|(name, mut item)| {
                mask(&mut item, secrets);
                (secrets.masked(&name), item)
            });
            *object = masked.collect();
        }
        Json::Number(number) if secrets.occur_in(&number.to_string()) => *value = Json::from("***"),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{Secrets, body, target};

    #[test]
    fn a_secret_in_an_address_is_masked_however_it_came() {
        let token = "q7Rk+2Lw/9ZpX&v1t?B8dQ3g==";
        let secrets: Secrets = [("TOKEN", token), ("NOTE", "a b c")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into_iter()
            .collect();
        let encoded = "q7Rk%2B2Lw%2F9ZpX%26v1t%3FB8dQ3g%3D%3D";
        for (came, shown) in [
            (format!("/picks/{token}"), "/picks/***"),
            (
                format!("/picks/{token}/x?n={token}&m=1"),
                "/picks/***/x?n=***&m=1",
            ),
            (format!("/picks/x{encoded}?{token}"), "/picks/x***?***"),
            (format!("/picks?n={encoded}&key=1"), "/picks?n=***&key=***"),
            (
                format!("/picks?n={}", encoded.replace("%2F", "/")),
                "/picks?n=***",
            ),
            (
                "/picks/a%20b+c?n=a+b%20c&m=a+b".to_owned(),
                "/picks/***?n=***&m=a+b",
            ),
            ("/a/b%2Fc?d=e&f".to_owned(), "/a/b%2Fc?d=e&f"),
        ] {
            assert_eq!(target(&came, &["key".to_owned()], &secrets), shown, "{came}");
        }
    }

    #[test]
    fn a_secret_is_masked_in_texts_keys_and_numbers() {
        let secrets: Secrets = [("PIN".to_owned(), "12345678".to_owned())].into_iter().collect();
        let came = br#"{"a": [12345678, 1.2345678e7, 7], "MTIzNDU2Nzg=": "pin 12345678"}"#;
        let shown = body(came, &[], &secrets).map(|body| serde_json::to_string(&body).unwrap_or_default());
        assert_eq!(shown.as_deref(), Some(r#"{"a":["***","***",7],"***":"pin ***"}"#));
    }
}
