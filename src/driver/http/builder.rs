//! What the host decides about the calls.

use std::collections::HashSet;

use ureq::config::AutoHeaderValue;
use ureq::{Agent, Proxy};

use super::HttpClient;
use super::dialer::Dialer;
use super::look_up::LookUp;
use super::resolver::{Allowed, Resolver, plain};
use super::tls::{Roots, Tls};
use crate::contract::HTTP_DEADLINE;
use crate::error::{Error, ErrorKind};

/// The settings of an [`HttpClient`]; [`HttpClient::builder`] begins one.
///
/// # Examples
///
/// A shop whose endpoints stand in the same network as the bot, with certificates of its own:
///
/// ```
/// use sayflow::{ErrorKind, HttpClient};
///
/// let client = HttpClient::builder().allow_host("orders.shop.internal").build();
///
/// let not_a_certificate = HttpClient::builder().root_certificate("orders.pem").unwrap_err();
/// assert_eq!(not_a_certificate.kind(), ErrorKind::Setting);
/// assert!(not_a_certificate.to_string().ends_with("there is no `BEGIN CERTIFICATE` in it"));
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct HttpClientBuilder {
    are_all_addresses_allowed: bool,
    allowed_hosts: HashSet<String>,
    is_proxy_wanted: bool,
    roots: Roots,
    names: LookUp,
    proxy: Option<Proxy>,
}

impl HttpClientBuilder {
    pub(super) fn new() -> Self {
        Self {
            are_all_addresses_allowed: false,
            allowed_hosts: HashSet::new(),
            is_proxy_wanted: false,
            roots: Roots::bundled(),
            names: LookUp::new(),
            proxy: None,
        }
    }

    /// Whether calls may go to any address: loopback, private networks, a cloud's metadata. `false` unless
    /// told otherwise.
    ///
    /// For tests and developers' tools. Where flows come from others, their authors reach all that the
    /// program reaches.
    pub fn allow_private_addresses(mut self, are_allowed: bool) -> Self {
        self.are_all_addresses_allowed = are_allowed;
        self
    }

    /// Lets calls to this host go to any address. It is a name or an address as URLs have it, without a
    /// port; upper and lower case are the same.
    pub fn allow_host(mut self, host: impl AsRef<str>) -> Self {
        self.allowed_hosts.insert(plain(host.as_ref()));
        self
    }

    /// Whether calls go through the proxy that `ALL_PROXY`, `HTTPS_PROXY` or `HTTP_PROXY` names, read by
    /// [`build`](Self::build), except to the hosts that `NO_PROXY` lists. `false` unless told otherwise.
    ///
    /// The address of the endpoint is looked up and checked all the same, and the proxy is told the address
    /// in the place of the name; where [all](Self::allow_private_addresses) are allowed, it is told the name.
    /// The proxy itself may have any address. A SOCKS proxy is not used: every call fails.
    pub fn environment_proxy(mut self, is_wanted: bool) -> Self {
        self.is_proxy_wanted = is_wanted;
        self
    }

    /// Trusts servers whose certificates lead back to one of these, beside those that Mozilla trusts.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Setting`]: the text is not PEM, or without a certificate that can be read.
    pub fn root_certificate(mut self, pem: impl AsRef<[u8]>) -> Result<Self, Error> {
        let added = self.roots.add(pem.as_ref());
        added.map_err(|why| {
            Error::new(
                ErrorKind::Setting,
                format!("the root certificate is of no use: {why}"),
            )
        })?;
        Ok(self)
    }

    /// Names as a test has them.
    #[cfg(test)]
    pub(super) fn names(mut self, names: LookUp) -> Self {
        self.names = names;
        self
    }

    /// A proxy as a test has it.
    #[cfg(test)]
    pub(super) fn proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = Some(proxy);
        self
    }

    /// A client with these settings and no connections yet.
    #[must_use]
    pub fn build(self) -> HttpClient {
        let proxy = if self.is_proxy_wanted {
            Proxy::try_from_env()
        } else {
            self.proxy
        };
        let resolver = Resolver {
            names: self.names,
            allowed: if self.are_all_addresses_allowed {
                Allowed::All
            } else {
                Allowed::Some(self.allowed_hosts)
            },
        };
        let dialer = Dialer {
            tls: Tls::new(self.roots),
            resolver: resolver.clone(),
        };
        HttpClient {
            agent: Agent::with_parts(config(proxy), dialer, resolver),
        }
    }
}

fn config(proxy: Option<Proxy>) -> ureq::config::Config {
    Agent::config_builder()
        // Statuses are values, and a body that is read whole leaves a connection to reuse.
        .http_status_as_error(false)
        .timeout_global(Some(HTTP_DEADLINE))
        // A redirect would carry secret headers to another host.
        .max_redirects(0)
        .max_redirects_will_error(false)
        // ureq reads `HTTPS_PROXY` and its kind unless told otherwise.
        .proxy(proxy)
        .user_agent(concat!("sayflow/", env!("CARGO_PKG_VERSION")))
        // Another crate of the build may have turned `ureq/gzip` on, which would ask for it.
        .accept_encoding(AutoHeaderValue::None)
        // A header must fit the buffer it is read into.
        .input_buffer_size(64 << 10)
        .max_response_header_size(32 << 10)
        .output_buffer_size(16 << 10)
        // All calls of a block may go to one host.
        .max_idle_connections(32)
        .max_idle_connections_per_host(8)
        .build()
}
