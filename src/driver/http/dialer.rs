//! New connections: a socket, a tunnel through a proxy where the host wants one, and TLS.

use std::sync::{Arc, OnceLock, Weak};
use std::time::{Duration, Instant};

use ureq::http::Uri;
use ureq::unversioned::resolver::Resolver as _;
use ureq::unversioned::transport::time::Duration as TimeLeft;
use ureq::unversioned::transport::{
    ConnectProxyConnector, ConnectionDetails, Connector, NextTimeout, ShutdownHandle, TcpConnector, Transport,
};
use ureq::{Error, Proxy, ProxyProtocol, Timeout};

use super::exchange::{Stopped, failure};
use super::opening::{Opening, ToProxy};
use super::phases::{self, Part, measure};
use super::punctual::Punctual;
use super::resolver::{Allowed, Resolver};
use super::tls::Tls;
use super::watched::Watched;
use crate::effects::Failure;

/// How long all addresses of a host together may take to accept a connection: one that is dead leaves
/// most of a call's time to the others. TLS has the rest of the call's time.
const CONNECT_LIMIT: Duration = Duration::from_secs(2);

type RunConnector = dyn Fn(&ConnectionDetails) -> Result<Box<dyn Transport>, Error> + Send + Sync;

/// Opens a connection where the pool has none.
#[derive(Debug)]
pub(super) struct Dialer {
    pub(super) tls: Tls,
    pub(super) resolver: Resolver,
    /// Knows the hosts that need no proxy.
    pub(super) direct: Option<Proxy>,
    /// The variable of the environment that should name a proxy and does not.
    pub(super) unreadable_proxy: Option<&'static str>,
}

impl Connector for Dialer {
    type Out = Watched;

    fn connect(&self, details: &ConnectionDetails, _: Option<()>) -> Result<Option<Watched>, Error> {
        let socket = Arc::new(OnceLock::new());
        let details = &with_handle(details, Arc::clone(&socket));
        let transport = secured(&self.tls, details, || self.open(details))?;
        phases::connected();
        Ok(Some(Watched::new(transport, socket.get().cloned())))
    }
}

impl Dialer {
    fn open(&self, details: &ConnectionDetails) -> Result<Box<dyn Transport>, Error> {
        if let Some(variable) = self.unreadable_proxy {
            let why = format!("`{variable}` of the environment cannot be read as a proxy");
            return Err(Stopped::because(Failure::Unreachable(why)));
        }
        let proxy = details
            .config
            .proxy()
            .filter(|proxy| !proxy.is_no_proxy(details.uri));
        let is_direct = self
            .direct
            .as_ref()
            .is_some_and(|direct| direct.is_no_proxy(details.uri));
        match proxy {
            Some(_) if is_direct => self.pass_by(details),
            Some(proxy) => self.tunnel(proxy, details),
            None => dial(details),
        }
    }

    /// A connection without the proxy. Nobody has looked the host up yet, as ureq leaves that to a proxy.
    fn pass_by(&self, details: &ConnectionDetails) -> Result<Box<dyn Transport>, Error> {
        #[expect(clippy::disallowed_methods, reason = "a look-up takes real time")]
        let begin = Instant::now();
        let addrs = self
            .resolver
            .resolve(details.uri, details.config, details.timeout)?;
        dial(&ConnectionDetails {
            addrs,
            timeout: shorter_by(details.timeout, begin.elapsed()),
            ..copy(details)
        })
    }

    /// A connection that a proxy opens, to an address that was checked: a name, the proxy would look up again.
    fn tunnel(&self, proxy: &Proxy, details: &ConnectionDetails) -> Result<Box<dyn Transport>, Error> {
        if !matches!(proxy.protocol(), ProxyProtocol::Http | ProxyProtocol::Https) {
            let why = "the proxy of the environment is not one for HTTP".to_owned();
            return Err(Stopped::because(Failure::Unreachable(why)));
        }
        let opening = Opening::within(details.timeout);
        let uri = match self.resolver.allowed {
            Allowed::All => details.uri.clone(),
            Allowed::Some(_) => self.with_address(details)?,
        };
        // The proxy is the host's own choice, whatever its address.
        let proxies = Resolver {
            allowed: Allowed::All,
            ..self.resolver.clone()
        };
        let details = ConnectionDetails {
            uri: &uri,
            resolver: &proxies,
            timeout: opening.time_left()?,
            run_connector: self.to_proxy(&opening),
            ..copy(details)
        };
        let opened: Option<_> = ConnectProxyConnector::default()
            .connect(&details, None::<()>)
            .map_err(of_proxy)?;
        let mut transport = opened.ok_or(Error::ConnectionFailed)?;
        if !transport.buffers().input().is_empty() {
            let why = "the proxy sent more than its reply".to_owned();
            return Err(Stopped::because(Failure::Unreachable(why)));
        }
        opening.end();
        Ok(Box::new(transport))
    }

    /// What connects to the proxy. Not this dialer: the connection is watched as a whole, and what is watched
    /// within would answer for itself whether it is open.
    fn to_proxy(&self, opening: &Opening) -> Arc<RunConnector> {
        let (tls, opening) = (self.tls.clone(), opening.clone());
        Arc::new(move |details| {
            let details = &ConnectionDetails {
                timeout: opening.time_left()?,
                ..copy(details)
            };
            let transport = secured(&tls, details, || dial(details))?;
            let opening = opening.clone();
            Ok(Box::new(ToProxy { transport, opening }))
        })
    }

    /// The target with its address in the place of its name. (`resolve_target` of ureq 3.5.1 does the same,
    /// but writes the port twice: `CONNECT 192.0.2.1:443:443`.)
    fn with_address(&self, details: &ConnectionDetails) -> Result<Uri, Error> {
        let addresses = self
            .resolver
            .resolve(details.uri, details.config, details.timeout)?;
        let address = addresses.first().ok_or(Error::HostNotFound)?;
        let scheme = details.uri.scheme_str().unwrap_or_default();
        let uri = Uri::builder().scheme(scheme).authority(address.to_string());
        Ok(uri.path_and_query("/").build()?)
    }
}

/// An error on the way to the proxy, told as its own and not as the endpoint's.
fn of_proxy(error: Error) -> Error {
    match error {
        Error::Timeout(_) | Error::ConnectProxyFailed(_) => error,
        error => Stopped::because(match failure(error) {
            Failure::Unreachable(how) => Failure::Unreachable(format!("the proxy: {how}")),
            failure => failure,
        }),
    }
}

/// What was opened, under TLS where the address says so.
fn secured(
    tls: &Tls,
    details: &ConnectionDetails,
    open: impl FnOnce() -> Result<Box<dyn Transport>, Error>,
) -> Result<Box<dyn Transport>, Error> {
    #[expect(clippy::disallowed_methods, reason = "connecting takes real time")]
    let begin = Instant::now();
    let transport = measure(Part::Connect, open)?;
    if !details.needs_tls() {
        return Ok(transport);
    }
    let timeout = shorter_by(details.timeout, begin.elapsed());
    measure(Part::Tls, || tls.wrap(transport, details, timeout))
}

/// A connection to one of the addresses.
fn dial(details: &ConnectionDetails) -> Result<Box<dyn Transport>, Error> {
    let timeout = details.timeout;
    let is_limited = *timeout.after > CONNECT_LIMIT;
    let limited = ConnectionDetails {
        timeout: NextTimeout {
            after: TimeLeft::Exact(CONNECT_LIMIT.min(*timeout.after)),
            reason: Timeout::Connect,
            ..timeout
        },
        ..copy(details)
    };
    match TcpConnector::default().connect(&limited, None::<()>) {
        Ok(Some(transport)) => Ok(Box::new(Punctual(transport))),
        Ok(None) => Err(Error::ConnectionFailed),
        Err(Error::Timeout(_)) if is_limited => {
            let why = format!("no connection within {CONNECT_LIMIT:?}");
            Err(Stopped::because(Failure::Unreachable(why)))
        }
        Err(Error::Timeout(_)) => Err(Error::Timeout(timeout.reason)),
        Err(error) => Err(error),
    }
}

fn shorter_by(timeout: NextTimeout, elapsed: Duration) -> NextTimeout {
    NextTimeout {
        after: TimeLeft::Exact(timeout.after.saturating_sub(elapsed)),
        ..timeout
    }
}

/// The same connection, of which a handle is kept that shuts it.
fn with_handle<'d>(
    details: &ConnectionDetails<'d>,
    kept: Arc<OnceLock<Weak<dyn ShutdownHandle>>>,
) -> ConnectionDetails<'d> {
    let register = Arc::clone(&details.register_shutdown);
    ConnectionDetails {
        register_shutdown: Arc::new(move |handle| {
            kept.set(Weak::clone(&handle)).ok();
            register(handle)
        }),
        ..copy(details)
    }
}

fn copy<'d>(details: &ConnectionDetails<'d>) -> ConnectionDetails<'d> {
    ConnectionDetails {
        uri: details.uri,
        addrs: details.addrs.clone(),
        config: details.config,
        request_level: details.request_level,
        resolver: details.resolver,
        now: details.now,
        timeout: details.timeout,
        current_time: details.current_time.clone(),
        run_connector: details.run_connector.clone(),
        register_shutdown: details.register_shutdown.clone(),
    }
}
