//! Tokens and passwords that stand in the flow itself.

use super::Findings;
use super::names::{Declared, Names, inside, inside_start};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Source, Span};
use crate::syntax::ast::{Carrier, Expr, ExprKind, Head, Node, Text};

/// What the names of secrets end with, in small letters and without what stands between words.
const ENDINGS: [&str; 10] = [
    "authorization",
    "token",
    "apikey",
    "accesskey",
    "authkey",
    "secretkey",
    "secret",
    "password",
    "credentials",
    "cookie",
];

/// What stands before a token in a header (RFC 9110, section 11.4).
const SCHEMES: [&str; 2] = ["Bearer ", "Basic "];

/// Something in a request that looks like a secret, with its value.
pub(super) struct Hardcoded<'s> {
    carrier: Carrier,
    key: &'s str,
    span: Span,
    /// What stands before the secret itself.
    scheme: Option<&'static str>,
}

/// Reports what looks like a secret in requests.
pub(super) fn check(names: &Names<'_>, findings: &mut Findings) {
    for declared in names.servers.all.iter().chain(&names.apis.all) {
        for line in declared.node.children() {
            for found in in_line(declared.source, line) {
                findings.add(hardcoded(declared, &found));
            }
        }
    }
}

/// What looks like a secret in a line of a server or an API.
pub(super) fn in_line<'s>(source: &'s Source, line: &Node) -> Vec<Hardcoded<'s>> {
    match &line.head {
        Head::Setting { carrier, key, value } => {
            let found = in_setting(source, *carrier, inside(source, key), value);
            found.into_iter().collect()
        }
        Head::Request { url, .. } => in_query(source, url),
        _ => Vec::new(),
    }
}

/// `header "X-Api-Key" = "…"`
fn in_setting<'s>(source: &Source, carrier: Carrier, key: &'s str, value: &Expr) -> Option<Hardcoded<'s>> {
    let written = literal(source, value)?;
    let scheme = SCHEMES.into_iter().find(|scheme| written.starts_with(scheme));
    let is_one = scheme.is_some() || is_of_secret(key) && !written.trim().is_empty();
    is_one.then_some(Hardcoded {
        carrier,
        key,
        span: value.span,
        scheme,
    })
}

fn literal(source: &Source, value: &Expr) -> Option<String> {
    match &value.kind {
        ExprKind::Group(inner) => literal(source, inner),
        ExprKind::Text(text) => text.literal(source),
        _ => None,
    }
}

/// Whether a key is the name of a secret: `X-Api-Key`, `access_token`.
fn is_of_secret(key: &str) -> bool {
    let letters = key.chars().filter(|letter| letter.is_alphanumeric());
    let name: String = letters.flat_map(char::to_lowercase).collect();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// `https://shop.example/orders?api_key=…`
fn in_query<'s>(source: &'s Source, url: &Text) -> Vec<Hardcoded<'s>> {
    let Some((before, query)) = inside(source, url).split_once('?') else {
        return Vec::new();
    };
    let mut begin = inside_start(source, url) + len(before) + 1;
    let mut found = Vec::new();
    for parameter in query.split('&') {
        let span = Span::new(begin, begin + len(parameter));
        begin = span.end + 1;
        let Some((key, value)) = parameter.split_once('=') else {
            continue;
        };
        if is_of_secret(key) && !value.is_empty() && !value.contains("{{") {
            found.push(Hardcoded {
                carrier: Carrier::Param,
                key,
                span,
                scheme: None,
            });
        }
    }
    found
}

fn hardcoded(declared: &Declared<'_>, found: &Hardcoded<'_>) -> Diagnostic {
    let Hardcoded {
        carrier,
        key,
        span,
        scheme,
    } = found;
    let name = secret_name(declared.source.slice(declared.span), key);
    let scheme = scheme.map_or(String::new(), |scheme| {
        format!(", `{}` included", scheme.trim_end())
    });
    Diagnostic::new(
        Code::HardcodedSecret,
        declared.source,
        *span,
        format!("`{key}` looks like a secret that stands in the flow"),
    )
    .primary("whoever reads this file has it")
    .with_help(format!(
        "write `{} \"{key}\" = secret {name}`, and let the host give its value{scheme}",
        carrier.as_str()
    ))
}

/// `SHOP_API_KEY` for the `X-Api-Key` of `shop`.
fn secret_name(owner: &str, key: &str) -> String {
    let words = key.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty() && !word.eq_ignore_ascii_case("x"));
    let words: Vec<&str> = std::iter::once(owner).chain(words).collect();
    words.join("_").to_uppercase()
}

fn len(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}
