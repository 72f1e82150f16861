//! The headers of a request.

use super::{Secrets, Values};
use crate::effects::{Masked, Method};
use crate::program::ApiCode;

/// Headers that belong to the connection or follow from the body: the client sets them itself.
/// Two lengths in one request, or a second host, are the way to smuggle requests past a proxy.
const FORBIDDEN: [&str; 14] = [
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];

/// Whether a flow may not set this header.
pub(crate) fn is_forbidden_header(name: &str) -> bool {
    let is_for_proxies = name
        .get(.."proxy-".len())
        .is_some_and(|start| start.eq_ignore_ascii_case("proxy-"));
    is_for_proxies || FORBIDDEN.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether a flow or a host may set this header.
pub(crate) fn is_header_allowed(name: &str) -> bool {
    is_header_name(name) && !is_forbidden_header(name)
}

/// The headers: those of the binding, and what goes with the method.
pub(super) fn write(
    api: &ApiCode,
    values: &Values<'_>,
    secrets: &Secrets<'_>,
) -> Result<Vec<(String, Masked)>, String> {
    let mut headers = Vec::with_capacity(api.headers.len() + 2);
    let mut bytes = 0;
    for (name, argument) in &api.headers {
        values.check_size(bytes)?;
        if !is_header_allowed(name) {
            return Err(format!("header `{name}` cannot be set"));
        }
        let Some(value) = values.argument(argument, secrets)? else {
            continue;
        };
        if value.text.contains(char::is_control) {
            return Err(format!(
                "the value of header `{name}` has a line break or control character in it"
            ));
        }
        // Clients take a text for the others; credentials are ASCII (RFC 9110, section 11.4).
        if name.eq_ignore_ascii_case("authorization") && !value.text.is_ascii() {
            return Err(format!(
                "the value of header `{name}` has letters that are not ASCII"
            ));
        }
        bytes += name.len() + value.text.len();
        let mut masked = Masked::new("");
        value.push_to(&value.text, &mut masked);
        headers.push((name.to_string(), masked));
    }
    if !headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("accept"))
    {
        headers.push(("Accept".to_owned(), Masked::new("application/json")));
    }
    if api.method == Method::Post {
        headers.push(("Content-Type".to_owned(), Masked::new("application/json")));
    }
    Ok(headers)
}

/// Whether a header may have this name: a token (RFC 9110, section 5.6.2).
pub(crate) fn is_header_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::is_forbidden_header;

    #[test]
    fn headers_of_the_connection_are_forbidden() {
        for name in [
            "Host",
            "content-length",
            "Transfer-Encoding",
            "Proxy-Authorization",
            "TE",
        ] {
            assert!(is_forbidden_header(name), "{name}");
        }
        for name in ["Authorization", "X-Shop-Token", "Accept", "Cookie", "User-Agent"] {
            assert!(!is_forbidden_header(name), "{name}");
        }
    }
}
