//! What stands at the other end of a flow's APIs: the real servers, or canned replies.

use std::path::Path;

use sayflow::{Client, Engine, HttpClient, Program, Secret};

use crate::canned::CannedReplies;

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
    /// Other origins for servers, by their names.
    servers: Vec<(String, String)>,
}

impl Endpoints {
    /// The canned replies beside a flow.
    pub(crate) fn canned(folder: &Path) -> Self {
        Self::Canned(CannedReplies::beside(folder))
    }

    /// The servers of the flow, some of them elsewhere.
    pub(crate) fn http(servers: &[(String, String)]) -> Self {
        Self::Http(Http {
            client: HttpClient::builder().allow_private_addresses(true).build(),
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

    /// A program with its secrets, each granted to the servers that the flow declares it for.
    pub(crate) fn engine(&self, program: Program) -> Engine {
        let secrets = program.secrets();
        let mut builder = Engine::builder(program);
        for (name, mut origins) in secrets {
            if let Self::Http(http) = self {
                origins.extend(http.servers.iter().map(|(_, origin)| origin.clone()));
            }
            if let Some(secret) = self.secret(&name) {
                builder = builder.secret(name, secret, origins);
            }
        }
        if let Self::Http(http) = self {
            for (name, origin) in &http.servers {
                builder = builder.server(name, origin);
            }
        }
        builder.build()
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
