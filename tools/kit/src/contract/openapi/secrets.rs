//! The secrets of requests as security schemes.

use indexmap::IndexMap;
use sayflow::{Api, Argument, Program};
use serde::Serialize;

use super::parameter::Place;

/// A secret that stands in a header or in the query.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct SecurityScheme {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(rename = "in")]
    place: Place,
    name: String,
    description: String,
}

/// The schemes with the key of each.
pub(super) type Schemes = Vec<(SecurityScheme, String)>;

/// Every way in which requests of a program carry a secret.
pub(super) fn schemes(program: &Program) -> Schemes {
    let mut schemes = Schemes::new();
    for api in program.apis() {
        for (secret, scheme) in carried(&api) {
            if schemes.iter().all(|(known, _)| *known != scheme) {
                let key = free_key(&schemes, secret, &scheme.name);
                schemes.push((scheme, key));
            }
        }
    }
    schemes
}

/// The keys of the schemes that an API needs, all of them together.
pub(super) fn needed(schemes: &Schemes, api: &Api<'_>) -> Vec<String> {
    let needed = carried(api).into_iter().filter_map(|(_, scheme)| {
        let found = schemes.iter().find(|(known, _)| *known == scheme);
        found.map(|(_, key)| key.clone())
    });
    needed.collect()
}

/// The schemes by their keys.
pub(super) fn by_key(schemes: Schemes) -> IndexMap<String, SecurityScheme> {
    schemes.into_iter().map(|(scheme, key)| (key, scheme)).collect()
}

/// The secrets in the headers and the query of an API, each with its name.
fn carried<'p>(api: &Api<'p>) -> Vec<(&'p str, SecurityScheme)> {
    let headers = api.headers().map(|entry| (Place::Header, entry));
    let params = api.params().map(|entry| (Place::Query, entry));
    let secrets = headers.chain(params).filter_map(|(place, (name, argument))| {
        let Argument::Secret(secret) = argument else {
            return None;
        };
        let scheme = SecurityScheme {
            kind: "apiKey",
            place,
            name: name.to_owned(),
            description: format!("The secret `{secret}`, which the host gives. Refuse requests without it."),
        };
        Some((secret, scheme))
    });
    secrets.collect()
}

/// The secret's name; with what carries it where the same secret travels in several ways.
fn free_key(schemes: &Schemes, secret: &str, carrier: &str) -> String {
    let base = safe(secret);
    let second = format!("{base}.{}", safe(carrier));
    let numbered = (2..).map(|number| format!("{second}.{number}"));
    let mut keys = [base, second.clone()].into_iter().chain(numbered);
    keys.find(|key| schemes.iter().all(|(_, known)| known != key))
        .unwrap_or_default()
}

/// What the key of a component may have.
fn safe(name: &str) -> String {
    let is_safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    name.chars().map(|c| if is_safe(c) { c } else { '_' }).collect()
}
