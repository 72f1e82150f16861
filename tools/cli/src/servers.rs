//! `--server`: servers of a flow that are to be found elsewhere, and what they may be told.

use sayflow::{Engine, Program, origin, same_origin};

use crate::exit::Stop;
use sayflow_kit::nearest::did_you_mean;

/// A server that is elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Server {
    /// Its name in the flow, or an origin that the flow calls.
    pub(crate) name: String,
    /// Where it is.
    pub(crate) origin: String,
}

impl Server {
    /// The address that it takes the place of.
    fn declared_origin<'s>(&'s self, program: &'s Program) -> &'s str {
        let declared = program.servers().find(|(name, _)| *name == self.name);
        declared.map_or(&self.name, |(_, origin)| origin)
    }

    /// Servers that are elsewhere, each by its name and with its origin.
    pub(crate) fn all(moved: impl IntoIterator<Item = (String, String)>) -> Vec<Self> {
        let server = |(name, origin)| Self { name, origin };
        moved.into_iter().map(server).collect()
    }
}

/// What `--server` says.
pub(crate) fn parse(argument: &str) -> Result<Server, String> {
    let whole = |address: &str| address.trim_end_matches('/').to_owned();
    match argument.split_once('=') {
        Some((name, address)) if is_origin(address) && is_name_or_origin(name.trim_end_matches('/')) => {
            Ok(Server {
                name: whole(name),
                origin: whole(address),
            })
        }
        _ => Err("expected NAME=ORIGIN, such as `shop=http://127.0.0.1:8080`".to_owned()),
    }
}

/// What takes the place of an origin takes that of all its paths.
fn is_name_or_origin(text: &str) -> bool {
    !text.contains("://") || (is_origin(text) && origin(text) == Some(text))
}

/// `http` or `https`, a host, perhaps a port and a path; nothing that belongs to one request.
fn is_origin(text: &str) -> bool {
    let is_alien = |found: char| {
        found.is_whitespace() || found.is_control() || matches!(found, '?' | '#' | '@' | '\\' | '{' | '}')
    };
    let scheme = |scheme: &&str| scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let Some((_, rest)) = text.split_once("://").filter(|(it, _)| scheme(it)) else {
        return false;
    };
    let authority = rest.split('/').next().unwrap_or_default();
    // The colons of an IPv6 address stand in brackets.
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let is_port =
        |port: &str| port.starts_with(|found: char| found.is_ascii_digit()) && port.parse::<u16>().is_ok();
    !host.is_empty() && !text.contains(is_alien) && port.is_none_or(is_port)
}

/// Refuses what is neither a server of the flow nor an origin that its APIs have.
pub(crate) fn check(servers: &[Server], program: &Program) -> Result<(), Stop> {
    let mut origins: Vec<&str> = program.apis().map(|api| api.origin()).collect();
    origins.sort_unstable();
    origins.dedup();
    let names: Vec<&str> = program.servers().map(|(name, _)| name).collect();
    for Server { name, .. } in servers {
        let (is_known, thing, known) = if name.contains("://") {
            (origins.iter().any(|it| same_origin(it, name)), "origin", &origins)
        } else {
            (names.contains(&name.as_str()), "server", &names)
        };
        if !is_known {
            return Err(Stop::misuse(format!(
                "the flow has no {thing} `{name}`: {}",
                did_you_mean(name, known.iter().copied(), &format!("{thing}s"))
            )));
        }
    }
    Ok(())
}

/// An engine whose servers are where they are said to be. Each secret is granted to the servers that the flow
/// declares it for, and to those that take their place.
pub(crate) fn engine(
    program: Program,
    servers: &[Server],
    secret: impl Fn(&str) -> Option<String>,
) -> Engine {
    let mut granted = program.secrets();
    for origins in granted.values_mut() {
        let stand_ins = servers.iter().filter(|server| {
            let declared = server.declared_origin(&program);
            origins.iter().any(|origin| same_origin(origin, declared))
        });
        let stand_ins: Vec<String> = stand_ins.map(|server| server.origin.clone()).collect();
        origins.extend(stand_ins);
    }
    let mut engine = Engine::new(program);
    for (name, origins) in granted {
        if let Some(secret) = secret(&name) {
            engine = engine.with_secret(name, secret, origins);
        }
    }
    for Server { name, origin } in servers {
        engine = engine.with_server(name, origin);
    }
    engine
}

#[cfg(test)]
mod tests {
    use super::{Server, parse};

    #[test]
    fn a_server_is_an_origin() {
        for origin in [
            "http://127.0.0.1:8080",
            "https://[::1]",
            "http://[::1]:80",
            "HTTPS://a.example/v1",
        ] {
            for name in ["shop", "https://cdn.shop.example"] {
                let server = Server {
                    name: name.to_owned(),
                    origin: origin.to_owned(),
                };
                assert_eq!(parse(&format!("{name}={origin}/")), Ok(server));
            }
        }
        for argument in [
            "https://cdn.example/pictures=http://127.0.0.1:9000",
            "ftp://cdn.example=http://127.0.0.1:9000",
            "shop",
            "shop=",
            "shop=nope",
            "shop=ftp://a.example",
            "shop=http://",
            "shop=http://:80",
            "shop=http://a.example:port",
            "shop=http://a.example:99999",
            "shop=http://a example",
            "shop=http://me@a.example",
            "shop=http://a.example/?q",
        ] {
            assert!(parse(argument).is_err(), "{argument}");
        }
    }
}
