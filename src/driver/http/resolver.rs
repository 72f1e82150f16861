//! Where a call may go: the addresses of its host, each of them allowed.

use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{self, ResolvedSocketAddrs};
use ureq::unversioned::transport::NextTimeout;

use super::exchange::Stopped;
use super::guard;
use super::look_up::{Addresses, LookUp, Missing};
use super::phases::{Part, measure};
use crate::effects::Failure;

/// How many addresses ureq dials.
const MOST_DIALLED: usize = 16;

/// The resolver that ureq asks before every request, one on an open connection included.
#[derive(Clone, Debug)]
pub(super) struct Resolver {
    pub(super) names: LookUp,
    pub(super) allowed: Allowed,
}

/// Which hosts may have addresses that are not public.
#[derive(Clone, Debug)]
pub(super) enum Allowed {
    All,
    /// These, in lower case, without a dot at the end and without brackets.
    Some(HashSet<String>),
}

impl resolver::Resolver for Resolver {
    fn resolve(&self, uri: &Uri, _: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let host = plain(uri.host().unwrap_or_default());
        if host.is_empty() {
            return Err(blocked("the address has no host"));
        }
        let port = port(uri).ok_or_else(|| blocked("the address has a port that cannot be one"))?;
        let found = self.addresses(&host, *timeout.after);
        let addresses = found.map_err(|missing| match missing {
            Missing::NoSuchHost => Error::HostNotFound,
            Missing::Timeout => Error::Timeout(timeout.reason),
            Missing::NoThread => {
                Stopped::because(Failure::Unreachable("the system has no thread left".to_owned()))
            }
        })?;
        self.allowed.check(&host, &addresses)?;
        let mut dialled = self.empty();
        for address in addresses.iter().take(MOST_DIALLED) {
            dialled.push(SocketAddr::new(*address, port));
        }
        Ok(dialled)
    }
}

impl Resolver {
    /// Nobody needs to be asked for an address that is written out, nor twice for the same name.
    fn addresses(&self, host: &str, time_left: Duration) -> Result<Addresses, Missing> {
        if let Ok(address) = host.parse::<IpAddr>() {
            return Ok(Addresses::from([address]));
        }
        if let Some(known) = self.names.known(host) {
            return Ok(known);
        }
        measure(Part::LookUp, || self.names.addresses(host, time_left))
    }
}

impl Allowed {
    /// One address that is not public is enough to refuse: which of them is dialled, the network decides.
    fn check(&self, host: &str, addresses: &[IpAddr]) -> Result<(), Error> {
        match self {
            Self::All => return Ok(()),
            Self::Some(hosts) if hosts.contains(host) => return Ok(()),
            Self::Some(_) => {}
        }
        let refused = |address: &IpAddr| guard::why_refused(*address).map(|why| (*address, why));
        let Some((address, why)) = addresses.iter().find_map(refused) else {
            return Ok(());
        };
        let subject = match host.parse::<IpAddr>() {
            Ok(_) => format!("`{host}`"),
            Err(_) => format!("`{host}` has the address {address}, which"),
        };
        Err(Stopped::because(Failure::Blocked(format!(
            "{subject} is {why}: `HttpClient::with_allowed_host` allows one host, \
             `with_private_addresses` all of them"
        ))))
    }
}

/// The port of an address, written or of its scheme; `None` where what is written is none, which an [`Uri`]
/// lets pass as if nothing were.
fn port(uri: &Uri) -> Option<u16> {
    let authority = uri.authority()?.as_str();
    let host_and_port = authority.rsplit(['@', ']']).next()?;
    let is_written = host_and_port
        .split_once(':')
        .is_some_and(|(_, port)| !port.is_empty());
    match uri.port_u16() {
        None if is_written => None,
        None if uri.scheme_str() == Some("https") => Some(443),
        None => Some(80),
        port => port,
    }
}

fn blocked(why: &str) -> Error {
    Stopped::because(Failure::Blocked(why.to_owned()))
}

/// A host as it is compared and asked for: names and addresses have several spellings.
pub(super) fn plain(host: &str) -> String {
    let host = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    match host.parse::<IpAddr>() {
        Ok(address) => address.to_string(),
        Err(_) => host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase(),
    }
}
