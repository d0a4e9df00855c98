//! [`Ureq`], the default transport of the blocking client, with TLS by rustls.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::uri::Scheme;
use http::{Method, Request, Response, StatusCode};
use rustls::ClientConfig;
use ureq::config::AutoHeaderValue;
use ureq::{Agent, AsSendBody, BodyReader};

use self::connect::ProxyConnector;
use self::resolve::NoResolver;
use super::blocking::{Body, Transport};
use super::proxy_error::ProxyError;
use super::tls::{self, Roots};
use crate::config::ProxyConfig;
use crate::error::TransportError;

mod connect;
mod encrypted;
mod resolve;

/// ureq adds timeouts to instants, and would panic on overflow.
const MAX_TIMEOUT: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Transport over ureq with HTTP/1.1, the default of the blocking client.
///
/// Trusts the root certificates of the system, or those of `SSL_CERT_FILE` and `SSL_CERT_DIR`.
///
/// At the level TRACE, ureq writes all bytes it sends to the crate `log`, tokens and queries included. Keep the targets
/// `ureq` and `ureq_proto` at DEBUG wherever logs are kept; they then show a few headers of responses, such as `Date`.
///
/// # Examples
///
/// ```no_run
/// # use cloud_models_runtime as cloud_models;
/// use cloud_models::blocking::Ureq;
/// use std::time::Duration;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let transport = Ureq::builder()
///     .connect_timeout(Duration::from_secs(1))
///     .root_certificates_pem(std::fs::read("company-ca.pem")?)
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Ureq {
    agent: Agent,
    proxy: ProxyConfig,
    roots: Option<Arc<Roots>>,
}

impl Ureq {
    /// Creates a transport without a proxy. The proxy variables of the environment are not read; see
    /// [`UreqBuilder::proxy`].
    ///
    /// # Errors
    ///
    /// Returns an error if TLS cannot be set up, for example because `SSL_CERT_FILE` names a missing file.
    pub fn new() -> Result<Self, TransportError> {
        Self::builder().build()
    }

    /// Creates a builder, to change the defaults.
    pub fn builder() -> UreqBuilder {
        UreqBuilder {
            connect_timeout: Duration::from_millis(3100),
            max_idle_connections: 32,
            roots: Vec::new(),
            tls: None,
            proxy: ProxyConfig::none(),
        }
    }
}

/// Builder of a [`Ureq`].
#[derive(Clone)]
#[must_use]
pub struct UreqBuilder {
    connect_timeout: Duration,
    max_idle_connections: usize,
    roots: Vec<Vec<u8>>,
    tls: Option<Arc<ClientConfig>>,
    proxy: ProxyConfig,
}

impl UreqBuilder {
    /// Sets how long to wait for a connection, from the name lookup to the end of the TLS handshake. Default: 3.1 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets the maximum number of idle connections for each host. Default: 32.
    pub fn max_idle_connections(mut self, connections: usize) -> Self {
        self.max_idle_connections = connections;
        self
    }

    /// Adds trusted root certificates in PEM form.
    pub fn root_certificates_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(pem.into());
        self
    }

    /// Sets the TLS configuration, which replaces all other settings of TLS. Its ALPN protocols are cleared: this transport
    /// speaks HTTP/1.1.
    pub fn tls_config(mut self, config: impl Into<Arc<ClientConfig>>) -> Self {
        self.tls = Some(config.into());
        self
    }

    /// Sets the proxies. Default: none; the environment is not read. Use
    /// [`ProxyConfig::from_env`] for the proxies of the environment.
    ///
    /// A client that creates this transport itself passes the proxies of its [`Config`](crate::Config). A client that is given
    /// the transport does not: only those set here are used.
    pub fn proxy(mut self, proxy: ProxyConfig) -> Self {
        self.proxy = proxy;
        self
    }

    /// Builds the transport.
    ///
    /// # Errors
    ///
    /// Returns an error if a root certificate cannot be read, or `SSL_CERT_FILE` or `SSL_CERT_DIR` cannot be used.
    pub fn build(self) -> Result<Ureq, TransportError> {
        let (tls, roots) = match self.tls {
            Some(tls) => (tls::without_alpn(tls), None),
            None => {
                let roots = Roots::load(&self.roots)?;
                (tls::client_config(&roots)?, Some(Arc::new(roots)))
            }
        };
        let connect_timeout = self.connect_timeout.min(MAX_TIMEOUT);
        let config = Agent::config_builder()
            // The connector decides about proxies.
            .proxy(None)
            .timeout_connect(Some(connect_timeout))
            // Shorter than services keep a connection open.
            .max_idle_age(Duration::from_secs(15))
            .max_idle_connections_per_host(self.max_idle_connections)
            .max_idle_connections(usize::MAX)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(AutoHeaderValue::None)
            .accept(AutoHeaderValue::None)
            .accept_encoding(AutoHeaderValue::None)
            .build();
        let connector = ProxyConnector::new(Arc::new(tls), self.proxy.clone(), connect_timeout);
        Ok(Ureq {
            agent: Agent::with_parts(config, connector, NoResolver),
            proxy: self.proxy,
            roots,
        })
    }
}

impl Transport for Ureq {
    fn proxy(&self) -> Option<&ProxyConfig> {
        Some(&self.proxy)
    }

    fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> Result<Response<Body>, TransportError> {
        if let Some(roots) = &self.roots {
            roots.check(request.uri())?;
        }
        let proxy = self.proxy.for_transport(request.uri())?;
        let is_plain = request.uri().scheme() == Some(&Scheme::HTTP);
        let response = match (request.method(), request.body().is_empty()) {
            (&Method::POST | &Method::PUT | &Method::PATCH, _) | (_, false) => {
                let (parts, body) = request.into_parts();
                self.run(Request::from_parts(parts, &*body), timeout)
            }
            // Other methods have no body, not even an empty one.
            _ => self.run(request.map(|_| ()), timeout),
        };
        let response = response.map_err(classify)?;
        if let Some(proxy) = proxy.filter(|_| is_plain)
            && response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED
        {
            return Err(ProxyError::refused(proxy, response.status()).into());
        }
        Ok(response.map(|body| Body::from_reader(Reader(body.into_reader()))))
    }
}

impl Ureq {
    fn run(
        &self,
        request: Request<impl AsSendBody>,
        timeout: Duration,
    ) -> Result<Response<ureq::Body>, ureq::Error> {
        let request = self
            .agent
            .configure_request(request)
            .timeout_global(Some(timeout.min(MAX_TIMEOUT)))
            .build();
        self.agent.run(request)
    }
}

/// Classifies an error of ureq. The connector has classified its own, before which nothing was sent.
fn classify(error: ureq::Error) -> TransportError {
    match error {
        ureq::Error::Other(error) => match error.downcast() {
            Ok(classified) => *classified,
            Err(error) => TransportError::other(error),
        },
        ureq::Error::BadUri(_) => TransportError::config(error),
        ureq::Error::Timeout(_) => TransportError::timeout(error),
        error => TransportError::other(WithoutPrefix(error)),
    }
}

/// An error of ureq without its own prefix, such as `other: `.
#[derive(Debug)]
struct WithoutPrefix(ureq::Error);

impl fmt::Display for WithoutPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            ureq::Error::Other(error) => fmt::Display::fmt(error, f),
            ureq::Error::Io(error) => fmt::Display::fmt(error, f),
            error => fmt::Display::fmt(error, f),
        }
    }
}

/// The source has the same message, and may carry another error, such as one of rustls.
impl std::error::Error for WithoutPrefix {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            ureq::Error::Other(error) => Some(&**error),
            ureq::Error::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Debug for Ureq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ureq")
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for UreqBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UreqBuilder")
            .field("connect_timeout", &self.connect_timeout)
            .field("max_idle_connections", &self.max_idle_connections)
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}

/// The body of a response, whose timeout is an error of `std`.
struct Reader(BodyReader<'static>);

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| {
            let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
            match inner {
                Some(ureq::Error::Timeout(_)) => io::Error::new(io::ErrorKind::TimedOut, error),
                _ => error,
            }
        })
    }
}
