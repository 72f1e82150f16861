//! What the environment says. A setting that cannot be used is named, and never replaced by another.

use std::env::{self, VarError};

use axum::http::Uri;

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
        let shop = set("SHOP")?;
        if shop.as_deref().is_some_and(|shop| !is_origin(shop)) {
            return Err(
                "SHOP is no origin: set it to one such as http://127.0.0.1:9000, or unset it".to_owned(),
            );
        }
        Ok(Self {
            secret,
            store: set("STORE")?.unwrap_or_else(|| "webhook.sqlite".to_owned()),
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

/// A scheme and a host, perhaps a port, and nothing that belongs to one request.
fn is_origin(text: &str) -> bool {
    text.parse::<Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some_and(|host| !host.is_empty())
            && uri
                .authority()
                .is_some_and(|authority| !authority.as_str().contains('@'))
            && uri.path_and_query().is_none_or(|path| path == "/")
    })
}
