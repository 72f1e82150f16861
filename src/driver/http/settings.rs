//! What a host decides about the calls, one method for each setting.

use std::collections::HashSet;
use std::env;
use std::sync::Arc;

use ureq::config::AutoHeaderValue;
use ureq::{Agent, Proxy, ProxyProtocol};

use super::HttpClient;
use super::dialer::Dialer;
use super::exchange::LONGEST_LINE;
use super::look_up::LookUp;
use super::resolver::{Allowed, Resolver, plain};
use super::tls::{Roots, Tls};
use crate::contract::HTTP_DEADLINE;
use crate::error::{Error, ErrorKind};

/// What the host decides about the calls.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    are_all_addresses_allowed: bool,
    allowed_hosts: HashSet<String>,
    roots: Roots,
    names: LookUp,
    proxy: Option<Proxy>,
    /// The hosts that need no proxy, as another proxy that nobody uses: it knows how to compare them.
    direct: Option<Proxy>,
    /// The variable of the environment that should name a proxy and does not.
    unreadable_proxy: Option<&'static str>,
}

impl Settings {
    pub(super) fn new() -> Self {
        Self {
            are_all_addresses_allowed: false,
            allowed_hosts: HashSet::new(),
            roots: Roots::bundled(),
            names: LookUp::new(),
            proxy: None,
            direct: None,
            unreadable_proxy: None,
        }
    }

    /// What performs calls under these settings, with no connections yet.
    pub(super) fn agent(&self) -> Agent {
        let resolver = Resolver {
            names: self.names.clone(),
            allowed: if self.are_all_addresses_allowed {
                Allowed::All
            } else {
                Allowed::Some(self.allowed_hosts.clone())
            },
        };
        let dialer = Dialer {
            tls: Tls::new(self.roots.clone()),
            resolver: resolver.clone(),
            direct: self.direct.clone(),
            unreadable_proxy: self.unreadable_proxy,
        };
        Agent::with_parts(config(self.proxy.clone()), dialer, resolver)
    }
}

/// # Settings
///
/// Each method gives a client with one setting more and no connections yet. Clones that were made before
/// keep their settings and their connections.
impl HttpClient {
    /// Whether calls may go to any address: loopback, private networks, a cloud's metadata. `false` unless
    /// told otherwise.
    ///
    /// For tests and developers' tools. Where flows come from others, their authors reach all that the
    /// program reaches.
    #[must_use]
    pub fn with_private_addresses(self, are_allowed: bool) -> Self {
        self.with(|settings| settings.are_all_addresses_allowed = are_allowed)
    }

    /// Lets calls to this host go to any address. It is a name or an address as URLs have it, without a
    /// port; upper and lower case are the same.
    ///
    /// # Examples
    ///
    /// A shop whose endpoints stand in the same network as the bot:
    ///
    /// ```
    /// use sayflow::HttpClient;
    ///
    /// let client = HttpClient::new()
    ///     .with_allowed_host("orders.shop.internal")
    ///     .with_allowed_host("127.0.0.1");
    /// ```
    #[must_use]
    pub fn with_allowed_host(self, host: impl AsRef<str>) -> Self {
        self.with(|settings| {
            settings.allowed_hosts.insert(plain(host.as_ref()));
        })
    }

    /// Whether calls go through the proxy that `ALL_PROXY`, `HTTPS_PROXY` or `HTTP_PROXY` names, except to the
    /// hosts that `NO_PROXY` lists; all are read here and now. `false` unless told otherwise.
    ///
    /// The address of the endpoint is looked up and checked all the same, and the proxy is told the address
    /// in the place of the name; where [all](Self::with_private_addresses) are allowed, it is told the name.
    /// The proxy itself may have any address. A SOCKS proxy is not used, nor one whose address cannot be read:
    /// every call fails.
    #[must_use]
    pub fn with_environment_proxy(self, is_wanted: bool) -> Self {
        self.with(|settings| {
            settings.proxy = is_wanted.then(Proxy::try_from_env).flatten();
            settings.direct = is_wanted.then(hosts_without_proxy).flatten();
            settings.unreadable_proxy = is_wanted.then(unreadable_proxy).flatten();
        })
    }

    /// Trusts servers whose certificates lead back to one of these, beside those that Mozilla trusts.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Setting`]: the text is not PEM, or without a certificate that can be read.
    ///
    /// # Examples
    ///
    /// The path of a file is not what stands in it:
    ///
    /// ```
    /// use sayflow::{ErrorKind, HttpClient};
    ///
    /// let not_a_certificate = HttpClient::new().with_root_certificate("orders.pem").unwrap_err();
    /// assert_eq!(not_a_certificate.kind(), ErrorKind::Setting);
    /// assert!(not_a_certificate.to_string().ends_with("there is no `BEGIN CERTIFICATE` in it"));
    /// ```
    pub fn with_root_certificate(self, pem: impl AsRef<[u8]>) -> Result<Self, Error> {
        let mut roots = self.settings.roots.clone();
        roots.add(pem.as_ref()).map_err(|why| {
            Error::new(
                ErrorKind::Setting,
                format!("the root certificate is of no use: {why}"),
            )
        })?;
        Ok(self.with(|settings| settings.roots = roots))
    }

    /// Names as a test has them.
    #[cfg(test)]
    pub(super) fn with_names(self, names: LookUp) -> Self {
        self.with(|settings| settings.names = names)
    }

    /// A proxy as a test has it.
    #[cfg(test)]
    pub(super) fn with_proxy(self, proxy: Proxy) -> Self {
        self.with(|settings| settings.proxy = Some(proxy))
    }

    /// The settings are copied where a clone of this client shares them.
    fn with(mut self, set: impl FnOnce(&mut Settings)) -> Self {
        set(Arc::make_mut(&mut self.settings));
        self.agent = self.settings.agent();
        self
    }
}

/// The variable that counts, the first that is set, where it names no proxy. ureq looks for them in this order,
/// and passes by what it cannot read.
fn unreadable_proxy() -> Option<&'static str> {
    const VARIABLES: [&str; 6] = [
        "ALL_PROXY",
        "all_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "HTTP_PROXY",
        "http_proxy",
    ];
    let set = VARIABLES.into_iter().find_map(|name| {
        #[expect(clippy::disallowed_methods, reason = "the host asked for it")]
        let value = env::var_os(name)?;
        (!value.is_empty()).then_some((name, value))
    });
    let (name, value) = set?;
    let is_readable = value.to_str().is_some_and(|proxy| Proxy::new(proxy).is_ok());
    (!is_readable).then_some(name)
}

/// What `NO_PROXY` lists. ureq reads it too, and takes a blank behind a comma as a part of the host.
fn hosts_without_proxy() -> Option<Proxy> {
    let listed = ["NO_PROXY", "no_proxy"].into_iter().find_map(|name| {
        #[expect(clippy::disallowed_methods, reason = "the host asked for it")]
        let value = env::var(name);
        value.ok()
    })?;
    let hosts = listed.split(',').map(str::trim).filter(|host| !host.is_empty());
    let direct = hosts.fold(Proxy::builder(ProxyProtocol::Http), |direct, host| {
        direct.no_proxy(host)
    });
    direct.build().ok()
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
        // So must a line of a request, with a method and a version or `: `.
        .output_buffer_size(LONGEST_LINE + 64)
        // All calls of a block may go to one host.
        .max_idle_connections(32)
        .max_idle_connections_per_host(8)
        .build()
}
