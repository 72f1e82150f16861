//! What the environment says. A setting that cannot be used is named, and never replaced by another.

use std::env::{self, VarError};
use std::net::Ipv6Addr;

use axum::http::uri::Authority;
use axum::http::{HeaderValue, Uri};

pub(crate) struct Settings {
    /// What the channel sends along.
    pub(crate) secret: String,
    /// The file of the conversations.
    pub(crate) store: String,
    /// An address and a port.
    pub(crate) listen: String,
    /// The origin of a shop instead of the flow's own.
    pub(crate) shop: Option<String>,
}

impl Settings {
    /// # Errors
    ///
    /// The first setting that cannot be used, and what to do.
    pub(crate) fn of_environment() -> Result<Self, String> {
        let secret = set("TELEGRAM_SECRET")?
            .ok_or("TELEGRAM_SECRET is not set: set it to the secret that `setWebhook` was given")?;
        if !is_sent_whole(&secret) {
            return Err(
                "TELEGRAM_SECRET has a blank at an end or a line break, which no header has: set it without"
                    .to_owned(),
            );
        }
        let store = set("STORE")?.unwrap_or_else(|| "webhook.sqlite".to_owned());
        if store == ":memory:" {
            return Err("STORE is no file: set it to the path of one".to_owned());
        }
        let shop = set("SHOP")?;
        if shop.as_deref().is_some_and(|shop| !is_origin(shop)) {
            return Err(
                "SHOP is no origin: set it to one such as http://127.0.0.1:9000, or unset it".to_owned(),
            );
        }
        Ok(Self {
            secret,
            store,
            listen: set("LISTEN")?.unwrap_or_else(|| "127.0.0.1:8080".to_owned()),
            shop,
        })
    }
}

fn set(name: &str) -> Result<Option<String>, String> {
    match env::var(name) {
        Ok(value) if value.is_empty() => Err(format!("{name} is empty: give it a value, or unset it")),
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(format!("{name} is not UTF-8: write it in UTF-8, or unset it")),
    }
}

/// Whether a header can carry a secret as it is: blanks at its ends are none of it.
fn is_sent_whole(secret: &str) -> bool {
    secret.trim() == secret && HeaderValue::from_str(secret).is_ok()
}

/// A scheme and a host, perhaps a port, and nothing that belongs to one request.
fn is_origin(text: &str) -> bool {
    text.parse::<Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.authority().is_some_and(is_host_and_port)
            && uri.path_and_query().is_none_or(|path| path == "/")
    })
}

fn is_host_and_port(authority: &Authority) -> bool {
    let host = authority.host();
    let is_host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => !host.is_empty(),
    };
    // Neither a user name nor a port that cannot be one.
    let written = match authority.port_u16() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    is_host && authority.port_u16() != Some(0) && authority.as_str() == written
}

#[cfg(test)]
mod tests {
    use super::{is_origin, is_sent_whole};

    #[test]
    fn origins_of_shops() {
        for origin in [
            "http://127.0.0.1:9000",
            "https://shop.example/",
            "http://[::1]:80",
        ] {
            assert!(is_origin(origin), "{origin}");
        }
        for other in [
            "http://127.0.0.1:99999",
            "http://127.0.0.1:0",
            "http://host:abc",
            "http://host:",
            "http://[::g]:90",
            "http://me@shop.example",
            "https://shop.example/api",
            "ftp://shop.example",
            "shop.example",
        ] {
            assert!(!is_origin(other), "{other}");
        }
    }

    #[test]
    fn secrets_that_a_header_carries() {
        assert!(is_sent_whole("s3cret-Token_1"));
        for secret in ["s3cret\n", " s3cret", "s3cret ", "s3\ncret"] {
            assert!(!is_sent_whole(secret), "{secret:?}");
        }
    }
}
