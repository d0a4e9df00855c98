//! The default blocking transport: ureq, with TLS by rustls and the system's root certificates.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response};
use ureq::config::{AutoHeaderValue, ConfigBuilder};
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use ureq::typestate::AgentScope;
use ureq::{Agent, AsSendBody, BodyReader, Proxy, ProxyProtocol, Timeout};

use super::blocking::{BlockingTransport, Body};
use super::tls::{self, Roots};
use crate::config::is_loopback;
use crate::error::TransportError;

/// ureq adds timeouts to instants, and panics if the sum is too large.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Sends with ureq, over HTTP/1.1.
///
/// The variables for proxies count as ureq reads them, but never for requests to this machine.
///
/// At the level of traces, ureq gives the crate `log` every byte that comes and goes, tokens among them: keep the targets
/// `ureq` and `ureq_proto` at `debug` wherever logs are kept.
#[derive(Clone)]
pub struct Ureq {
    agent: Agent,
    /// For requests to this machine.
    direct: Agent,
    roots: Option<Arc<Roots>>,
}

impl Ureq {
    /// With the system's root certificates, and the proxies of the environment.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn new() -> Result<Self, TransportError> {
        Self::builder().build()
    }

    /// With other settings.
    pub fn builder() -> UreqBuilder {
        UreqBuilder {
            connect_timeout: Duration::from_millis(3100),
            roots: Vec::new(),
        }
    }

    /// With what `make` makes, which is called more than once: for an agent that never uses a proxy, too. Redirects and headers of
    /// ureq's own are switched off in both, and every status is an answer.
    ///
    /// If nothing names a provider of cryptography for TLS, ring is taken, and for the default root certificates those of
    /// the system.
    pub fn from_builder(make: impl Fn() -> ConfigBuilder<AgentScope>) -> Self {
        let config = make().build();
        let tls = complete(config.tls_config());
        // Over CGI, `HTTP_PROXY` is the header `Proxy` of whoever asks.
        let is_of_caller = std::env::var_os("REQUEST_METHOD").is_some()
            && config.proxy().is_some_and(Proxy::is_from_env);
        let make = || make().tls_config(tls.clone());
        let build = |builder: ConfigBuilder<AgentScope>| {
            builder
                .http_status_as_error(false)
                .max_redirects(0)
                .max_redirects_will_error(false)
                .user_agent(AutoHeaderValue::None)
                .accept(AutoHeaderValue::None)
                .accept_encoding(AutoHeaderValue::None)
                .build()
                .new_agent()
        };
        Self {
            agent: build(match is_of_caller {
                true => make().proxy(None),
                false => make(),
            }),
            direct: build(make().proxy(None)),
            roots: None,
        }
    }
}

/// Makes a [`Ureq`].
#[derive(Clone, Debug)]
pub struct UreqBuilder {
    connect_timeout: Duration,
    roots: Vec<Vec<u8>>,
}

impl UreqBuilder {
    /// How long to wait for a connection, from the look-up of its name to the end of the TLS handshake; 3.1 s by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Trusts these root certificates too, in PEM form.
    pub fn root_certificates_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(pem.into());
        self
    }

    /// The transport.
    ///
    /// # Errors
    /// A root certificate cannot be read.
    pub fn build(self) -> Result<Ureq, TransportError> {
        let roots = Roots::load(&self.roots)?;
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .unversioned_rustls_crypto_provider(tls::provider())
            .root_certs(certificates(&roots))
            .build();
        let connect_timeout = self.connect_timeout.min(LONGEST);
        let mut ureq = Ureq::from_builder(|| {
            Agent::config_builder()
                .tls_config(tls.clone())
                .timeout_resolve(Some(connect_timeout))
                .timeout_connect(Some(connect_timeout))
                // Less than services keep a connection open for.
                .max_idle_age(Duration::from_secs(15))
        });
        ureq.roots = Some(Arc::new(roots));
        Ok(ureq)
    }
}

fn certificates(roots: &Roots) -> RootCerts {
    let certificates = roots.0.iter();
    certificates
        .map(|certificate| Certificate::from_der(certificate).to_owned())
        .into()
}

/// Without a provider of cryptography, ureq would look for one in its features and panic if there is none.
fn complete(tls: &TlsConfig) -> TlsConfig {
    if tls.provider() != TlsProvider::Rustls || tls.unversioned_rustls_crypto_provider().is_some() {
        return tls.clone();
    }
    let roots = match tls.root_certs() {
        RootCerts::WebPki => certificates(&Roots::of_system()),
        roots => roots.clone(),
    };
    TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(tls::provider())
        .root_certs(roots)
        .client_cert(tls.client_cert().cloned())
        .use_sni(tls.use_sni())
        .disable_verification(tls.disable_verification())
        .build()
}

impl BlockingTransport for Ureq {
    fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> Result<Response<Body>, TransportError> {
        if let Some(roots) = &self.roots {
            roots.for_uri(request.uri())?;
        }
        let agent = match is_loopback(request.uri()) {
            true => &self.direct,
            false => &self.agent,
        };
        // Of the proxy's URL no more than this is shown: the rest may be a password. Without its feature for SOCKS, ureq passes
        // such a proxy by.
        if self.roots.is_some()
            && let Some(proxy) = agent.config().proxy()
            && !matches!(proxy.protocol(), ProxyProtocol::Http | ProxyProtocol::Https)
            && !proxy.is_no_proxy(request.uri())
        {
            let scheme = proxy.uri().scheme_str().unwrap_or_default();
            return Err(TransportError::setup(format!(
                "the proxy is {scheme}://…, and only http:// and https:// are known"
            )));
        }
        let response = match (request.method(), request.body().is_empty()) {
            (&Method::POST | &Method::PUT | &Method::PATCH, _) | (_, false) => {
                let (parts, body) = request.into_parts();
                run(agent, Request::from_parts(parts, &*body), timeout)
            }
            // These have no body, not even an empty one.
            _ => run(agent, request.map(|_| ()), timeout),
        };
        let response = response.map_err(|error| match error {
            ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => {
                let limit = agent.config().timeouts().connect.unwrap_or(timeout);
                TransportError::connect(format!("no connection within {limit:?}"))
            }
            error => error.into(),
        })?;
        Ok(response.map(|body| Body::from_reader(Reader(body.into_reader()))))
    }
}

fn run(
    agent: &Agent,
    request: Request<impl AsSendBody>,
    timeout: Duration,
) -> Result<Response<ureq::Body>, ureq::Error> {
    let request = agent
        .configure_request(request)
        .timeout_global(Some(timeout.min(LONGEST)))
        .build();
    agent.run(request)
}

impl From<ureq::Error> for TransportError {
    fn from(error: ureq::Error) -> Self {
        match &error {
            ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect)
            | ureq::Error::HostNotFound
            | ureq::Error::ConnectionFailed
            | ureq::Error::ConnectProxyFailed(_)
            | ureq::Error::InvalidProxyUrl
            | ureq::Error::Tls(_)
            | ureq::Error::Rustls(_) => Self::connect(error),
            ureq::Error::Timeout(_) => Self::timeout(error),
            ureq::Error::Io(io) if is_connect(io) => Self::connect(error),
            _ => Self::other(error),
        }
    }
}

/// Whether an error can only come from before there was a connection.
fn is_connect(error: &io::Error) -> bool {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref());
    error.kind() == io::ErrorKind::ConnectionRefused
        || matches!(tls, Some(rustls::Error::InvalidCertificate(_)))
        // The kind that a failed look-up has cannot be named yet.
        || error.to_string().starts_with("failed to lookup address")
}

impl fmt::Debug for Ureq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ureq")
    }
}

/// The body of a response. Says in the words of `std` that it takes too long.
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
