//! What stands at the other end of a flow's APIs: the real servers, or a fake of them.

use std::path::Path;

use sayflow::{Engine, HttpClient, Masked, Program};
use sayflow_fake::{Fake, Report, Secrets, Settings};

use crate::exit::Stop;
use crate::servers::{self, Server};

/// A secret of fewer bytes stands in many a word.
const SHORTEST_SECRET: usize = 4;

/// The other end of the APIs. Every call goes over HTTP.
pub(crate) struct Endpoints {
    client: HttpClient,
    servers: Servers,
}

/// Where the servers of the flow are.
enum Servers {
    /// In this process, on loopback, with what is to be said about its files.
    Fake(Fake, Report),
    /// Where the flow says, but for those that are elsewhere.
    Real(Vec<Server>),
}

impl Endpoints {
    /// A fake that answers from `fake/` in the folder of a flow.
    pub(crate) fn fake(program: &Program, folder: &Path) -> Result<Self, Stop> {
        let settings = Settings {
            folder: folder.to_owned(),
            // What the customer holds may be the real one, which is not to be shown here either.
            secrets: FlowSecrets::of(program).given(),
            ..Settings::default()
        };
        let report = sayflow_fake::check(program, &settings);
        if !report.errors.is_empty() {
            return Err(Stop::Findings(report.errors));
        }
        let fake = Fake::start(program, settings)
            .map_err(|error| Stop::misuse(format!("the fake cannot start: {error}")))?;
        Ok(Self::new(Servers::Fake(fake, report)))
    }

    /// The servers of the flow, some of them elsewhere.
    pub(crate) fn http(servers: &[Server]) -> Self {
        Self::new(Servers::Real(servers.to_vec()))
    }

    fn new(servers: Servers) -> Self {
        Self {
            // A developer's tool on his own desk reaches his own servers.
            client: HttpClient::new().with_private_addresses(true),
            servers,
        }
    }

    /// Who performs the calls.
    pub(crate) fn client(&self) -> &HttpClient {
        &self.client
    }

    /// A program with its secrets, each granted to the servers that the flow declares it for.
    pub(crate) fn engine(&self, program: Program) -> Engine {
        let fakes;
        let servers = match &self.servers {
            Servers::Fake(fake, _) => {
                fake.reload(&program);
                fakes = Server::all(fake.servers());
                &fakes
            }
            Servers::Real(servers) => servers,
        };
        servers::engine(program, servers, |name| self.secret(name))
    }

    /// What may surprise before the conversation begins, as a sentence each.
    pub(crate) fn gaps(&self, program: &Program) -> Vec<String> {
        match &self.servers {
            Servers::Fake(_, report) => {
                let notes = report.notes.iter().cloned();
                notes.chain(Self::short_secrets(program)).collect()
            }
            Servers::Real(_) => {
                let missing = program
                    .secrets()
                    .into_keys()
                    .filter(|name| self.secret(name).is_none());
                let missing = missing.map(|name| {
                    let why = match is_no_text(&name) {
                        true => format!("{name} in the environment is not UTF-8"),
                        false => format!("the environment has no {name}"),
                    };
                    format!("{why}: calls that need it are blocked")
                });
                missing.chain(Self::short_secrets(program)).collect()
            }
        }
    }

    /// Secrets that hide more than themselves, as a sentence each.
    pub(crate) fn short_secrets(program: &Program) -> Vec<String> {
        let secrets = FlowSecrets::of(program);
        let short = secrets
            .values()
            .filter(|(_, value)| value.len() < SHORTEST_SECRET);
        short
            .map(|(name, _)| {
                format!(
                    "{name} has fewer than {SHORTEST_SECRET} bytes: `***` stands wherever a request or a reply has them, \
                     in ordinary words as well"
                )
            })
            .collect()
    }

    /// What the fake had to complain about since it was asked last.
    pub(crate) fn complaints(&self) -> Vec<String> {
        match &self.servers {
            Servers::Fake(fake, _) => fake.served().filter_map(|served| served.problem).collect(),
            Servers::Real(_) => Vec::new(),
        }
    }

    /// A secret from the environment; the fake needs none.
    fn secret(&self, name: &str) -> Option<String> {
        match &self.servers {
            Servers::Fake(fake, _) => Some(fake.secrets().expected(name)),
            Servers::Real(_) => secret_of_environment(name),
        }
    }
}

/// The secrets that a flow names, with the values that the environment has of them.
pub(crate) struct FlowSecrets(Vec<(String, Option<String>)>);

impl FlowSecrets {
    pub(crate) fn of(program: &Program) -> Self {
        let names = program.secrets().into_keys();
        Self(
            names
                .map(|name| (name.clone(), secret_of_environment(&name)))
                .collect(),
        )
    }

    #[cfg(test)]
    pub(crate) fn new<const N: usize>(secrets: [(&str, Option<&str>); N]) -> Self {
        let owned = |(name, value): (&str, Option<&str>)| (name.to_owned(), value.map(str::to_owned));
        Self(secrets.map(owned).into())
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// The names whose values are known, with these.
    pub(crate) fn values(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), value.as_deref()?)))
    }

    /// Those that are there.
    pub(crate) fn given(&self) -> Secrets {
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        self.values().map(owned).collect()
    }

    /// The text with its values marked, however they are written there.
    pub(crate) fn masked(&self, text: &str) -> Masked {
        sayflow::masked(self.values().map(|(_, value)| value), text)
    }
}

/// Whether the environment has a value that cannot be a secret, which is text.
pub(crate) fn is_no_text(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| value.to_str().is_none())
}

/// The value of a secret in the environment; an empty one counts as none.
pub(crate) fn secret_of_environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
