//! [`Ureq`], the default transport of the blocking client, with TLS by rustls.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::uri::Scheme;
use http::{Method, Request, Response, StatusCode};
use ureq::config::AutoHeaderValue;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;
use ureq::{Agent, AsSendBody, BodyReader, Timeout};

use self::connect::ProxyConnector;
use self::resolve::{CachingResolver, LookupError};
use super::blocking::{Body, Transport};
use super::proxy_error::ProxyError;
use super::tls::{self, Roots, sources};
use crate::config::ProxyConfig;
use crate::error::TransportError;

mod connect;
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
    connect_timeout: Duration,
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
pub struct UreqBuilder {
    connect_timeout: Duration,
    max_idle_connections: usize,
    roots: Vec<Vec<u8>>,
    tls: Option<TlsConfig>,
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

    /// Sets the TLS configuration, which replaces all other settings of TLS. If it names no provider of cryptography, ring is
    /// used; in place of ureq's default root certificates, those of the system.
    pub fn tls_config(mut self, config: TlsConfig) -> Self {
        self.tls = Some(config);
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
            Some(tls) => (complete(&tls)?, None),
            None => {
                let roots = Roots::load(&self.roots)?;
                let tls = TlsConfig::builder()
                    .provider(TlsProvider::Rustls)
                    .unversioned_rustls_crypto_provider(tls::provider())
                    .root_certs(certificates(&roots))
                    .build();
                (tls, Some(Arc::new(roots)))
            }
        };
        let connect_timeout = self.connect_timeout.min(MAX_TIMEOUT);
        let config = Agent::config_builder()
            .tls_config(tls)
            // The connector decides about proxies.
            .proxy(None)
            .timeout_resolve(Some(connect_timeout))
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
        let resolver = Arc::new(CachingResolver::new(self.proxy.clone()));
        let connector = ProxyConnector::new(self.proxy.clone(), Arc::clone(&resolver));
        Ok(Ureq {
            agent: Agent::with_parts(config, connector, SharedResolver(resolver)),
            proxy: self.proxy,
            connect_timeout,
            roots,
        })
    }
}

/// The resolver as ureq takes it: by value.
#[derive(Debug)]
struct SharedResolver(Arc<CachingResolver>);

impl Resolver for SharedResolver {
    fn resolve(
        &self,
        uri: &http::Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        self.0.resolve(uri, config, timeout)
    }
}

fn certificates(roots: &Roots) -> RootCerts {
    let certificates = roots.0.iter();
    certificates
        .map(|certificate| Certificate::from_der(certificate).to_owned())
        .into()
}

/// Completes a TLS configuration. Without a provider of cryptography, ureq would look for one in its features, and panic if
/// it finds none.
fn complete(tls: &TlsConfig) -> Result<TlsConfig, TransportError> {
    if tls.provider() != TlsProvider::Rustls || tls.unversioned_rustls_crypto_provider().is_some() {
        return Ok(tls.clone());
    }
    let roots = match tls.root_certs() {
        RootCerts::WebPki => certificates(&Roots::of_system()?),
        roots => roots.clone(),
    };
    Ok(TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(tls::provider())
        .root_certs(roots)
        .client_cert(tls.client_cert().cloned())
        .use_sni(tls.use_sni())
        .disable_verification(tls.disable_verification())
        .build())
}

impl Transport for Ureq {
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
        let response = response.map_err(|error| match error {
            ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => {
                let limit = self.connect_timeout;
                TransportError::connect(format!(
                    "no connection within {limit:?} (`connect_timeout`)"
                ))
            }
            error => error.into(),
        })?;
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

impl From<ureq::Error> for TransportError {
    fn from(error: ureq::Error) -> Self {
        let is_permanent = sources(&error)
            .filter_map(|error| error.downcast_ref())
            .any(ProxyError::is_permanent);
        let is_connect = sources(&error).any(|error| {
            error.is::<ProxyError>()
                || error.is::<LookupError>()
                || error
                    .downcast_ref::<io::Error>()
                    .is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
        });
        let is_config = sources(&error).any(|error| {
            error
                .downcast_ref::<TransportError>()
                .is_some_and(|error| error.kind() == super::TransportErrorKind::Config)
        });
        match &error {
            _ if is_config => Self::config(WithoutPrefix(error)),
            _ if is_permanent => Self::proxy(WithoutPrefix(error)),
            _ if tls::is_certificate_problem(&error) => Self::certificate(WithoutPrefix(error)),
            _ if is_connect => Self::connect(WithoutPrefix(error)),
            ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect)
            | ureq::Error::HostNotFound
            | ureq::Error::ConnectionFailed
            | ureq::Error::Tls(_)
            | ureq::Error::Rustls(_) => Self::connect(WithoutPrefix(error)),
            ureq::Error::Timeout(_) => Self::timeout(error),
            _ => Self::other(WithoutPrefix(error)),
        }
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
            ureq::Error::Rustls(error) => fmt::Display::fmt(error, f),
            error => fmt::Display::fmt(error, f),
        }
    }
}

impl std::error::Error for WithoutPrefix {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            ureq::Error::Other(error) => error.source(),
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
