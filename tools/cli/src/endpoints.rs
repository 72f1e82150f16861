//! What stands at the other end of a flow's APIs: the real servers, or canned replies.

use std::path::Path;

use sayflow::{Client, Engine, HttpClient, Program, Secret};

use crate::canned::CannedReplies;
use crate::servers::{self, Server};

/// The other end of the APIs.
pub(crate) enum Endpoints {
    /// `fake/API.json` beside the flow.
    Canned(CannedReplies),
    /// The servers that the flow names, or those that take their place.
    Http(Http),
}

/// Calls over the network.
pub(crate) struct Http {
    client: HttpClient,
    servers: Vec<Server>,
}

/// A developer's tool on his own desk reaches his own servers.
pub(crate) fn http_client() -> HttpClient {
    HttpClient::builder().allow_private_addresses(true).build()
}

impl Endpoints {
    /// The canned replies beside a flow.
    pub(crate) fn canned(folder: &Path) -> Self {
        Self::Canned(CannedReplies::beside(folder))
    }

    /// The servers of the flow, some of them elsewhere.
    pub(crate) fn http(servers: &[Server]) -> Self {
        Self::Http(Http {
            client: http_client(),
            servers: servers.to_vec(),
        })
    }

    /// Who performs the calls.
    pub(crate) fn client(&self) -> &dyn Client {
        match self {
            Self::Canned(replies) => replies,
            Self::Http(http) => &http.client,
        }
    }

    /// A program with its secrets and servers.
    pub(crate) fn engine(&self, program: Program) -> Engine {
        let servers = match self {
            Self::Canned(_) => &[],
            Self::Http(http) => http.servers.as_slice(),
        };
        servers::builder(program, servers, |name| self.secret(name)).build()
    }

    /// What is not there although the program needs it, as a sentence each.
    pub(crate) fn gaps(&self, program: &Program) -> Vec<String> {
        match self {
            Self::Canned(replies) => {
                let missing = replies.missing(program);
                let note = format!("no canned reply for {}: these calls fail", missing.join(", "));
                if missing.is_empty() {
                    Vec::new()
                } else {
                    vec![note]
                }
            }
            Self::Http(_) => program
                .secrets()
                .into_iter()
                .filter(|(name, _)| self.secret(name).is_none())
                .map(|(name, _)| format!("the environment has no {name}: calls that need it are blocked"))
                .collect(),
        }
    }

    /// A secret from the environment; a canned reply needs none.
    fn secret(&self, name: &str) -> Option<Secret> {
        match self {
            // Logs mask a secret wherever it occurs: this one occurs nowhere else.
            Self::Canned(_) => Some(Secret::new("sayflow-canned-secret")),
            Self::Http(_) => std::env::var(name)
                .ok()
                .filter(|value| !value.is_empty())
                .map(Secret::new),
        }
    }
}
