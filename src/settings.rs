//! What the host decides, read by everything that runs.

mod limits;
mod secret;

use std::collections::{BTreeSet, HashMap};

use crate::contract::Mask;

pub(crate) use limits::Limit;
pub use limits::Limits;
pub(crate) use secret::OptionKey;
pub(crate) use secret::Secret;

/// What the host decides.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) limits: Limits,
    pub(crate) secrets: HashMap<String, Grant>,
    /// Other addresses for servers, by their names, and for origins.
    pub(crate) servers: HashMap<String, String>,
    /// The channels that are connected; `None` for all.
    pub(crate) channels: Option<BTreeSet<i64>>,
    /// Whether calls are made at all.
    pub(crate) are_calls_disabled: bool,
    pub(crate) option_key: Option<OptionKey>,
    /// Whether spans tell what customers and endpoints say.
    #[cfg(feature = "tracing")]
    pub(crate) are_texts_told: bool,
    /// The header that carries the key of a call.
    pub(crate) idempotency_header: Option<Box<str>>,
}

impl Settings {
    pub(crate) fn option_key(&self) -> Option<&[u8; 16]> {
        self.option_key.as_ref().map(|key| &key.0)
    }

    /// Masks every secret, whatever origin it is granted to.
    pub(crate) fn mask(&self) -> Mask<'_> {
        Mask::new(self.secrets.values().map(|grant| &grant.secret))
    }
}

/// A secret and the origins that may receive it.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) secret: Secret,
    pub(crate) origins: Vec<String>,
}
