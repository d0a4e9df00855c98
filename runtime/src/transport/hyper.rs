//! [`Hyper`], the default transport: hyper's client on tokio, with TLS by rustls.

use std::convert::Infallible;
use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::header::PROXY_AUTHORIZATION;
use http::uri::Scheme;
use http::{Method, Request, Response, StatusCode};
use hyper::body::{Frame, Incoming, SizeHint};
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;

use super::connect::Connector;
use super::per_runtime::PerRuntime;
use super::proxy_error::ProxyError;
use super::tls::{self, Roots, sources};
use super::{Body, Transport};
use crate::config::ProxyConfig;
use crate::error::TransportError;
use crate::future::BoxFuture;

/// Transport over hyper with HTTP/1.1, the default of the asynchronous client.
///
/// Needs a tokio runtime with time and I/O enabled. It can be used from several runtimes: each has its own connections.
///
/// Trusts the root certificates of the system, or those of `SSL_CERT_FILE` and `SSL_CERT_DIR`.
///
/// # Examples
///
/// ```no_run
/// # use cloud_models_runtime as cloud_models;
/// use cloud_models::transport::Hyper;
/// use std::time::Duration;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let transport = Hyper::builder()
///     .connect_timeout(Duration::from_secs(1))
///     .root_certificates_pem(std::fs::read("company-ca.pem")?)
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Hyper(Arc<Inner>);

struct Inner {
    connector: Connector,
    max_idle_connections: usize,
    clients: PerRuntime<Client<Connector, RequestBody>>,
    roots: Option<Roots>,
}

impl Hyper {
    /// Creates a transport without a proxy. The proxy variables of the environment are not read; see
    /// [`HyperBuilder::proxy`].
    ///
    /// # Errors
    ///
    /// Returns an error if TLS cannot be set up, for example because `SSL_CERT_FILE` names a missing file.
    pub fn new() -> Result<Self, TransportError> {
        Self::builder().build()
    }

    /// Creates a builder, to change the defaults.
    pub fn builder() -> HyperBuilder {
        HyperBuilder {
            connect_timeout: Duration::from_millis(3100),
            max_idle_connections: 32,
            roots: Vec::new(),
            tls: None,
            proxy: ProxyConfig::none(),
        }
    }
}

/// Builder of a [`Hyper`].
#[derive(Clone)]
#[must_use]
pub struct HyperBuilder {
    connect_timeout: Duration,
    max_idle_connections: usize,
    roots: Vec<Vec<u8>>,
    tls: Option<Arc<ClientConfig>>,
    proxy: ProxyConfig,
}

impl HyperBuilder {
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
    pub fn build(self) -> Result<Hyper, TransportError> {
        let (tls, roots) = match self.tls {
            Some(tls) => (tls::without_alpn(tls), None),
            None => {
                let roots = Roots::load(&self.roots)?;
                (tls::client_config(&roots)?, Some(roots))
            }
        };
        let connector = Connector::new(Arc::new(tls), self.proxy, self.connect_timeout);
        Ok(Hyper(Arc::new(Inner {
            connector,
            max_idle_connections: self.max_idle_connections,
            clients: PerRuntime::new(),
            roots,
        })))
    }
}

impl Inner {
    /// Creates the client of a runtime.
    ///
    /// hyper sends a request again if the server had closed the idle connection before: nothing of it can have arrived.
    fn client(&self) -> Client<Connector, RequestBody> {
        Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            // Shorter than services keep a connection open.
            .pool_idle_timeout(Duration::from_secs(20))
            .pool_max_idle_per_host(self.max_idle_connections)
            .build(self.connector.clone())
    }
}

impl Transport for Hyper {
    fn proxy(&self) -> Option<&ProxyConfig> {
        Some(&self.0.connector.proxy)
    }

    fn send(
        &self,
        mut request: Request<Bytes>,
        _: Duration,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(async move {
            let inner = &*self.0;
            let client = inner.clients.get(|| Ok(inner.client()))?;
            if let Some(roots) = &inner.roots {
                roots.check(request.uri())?;
            }
            let proxy = inner.connector.proxy.for_transport(request.uri())?;
            // A proxy sees plain requests itself, and only the CONNECT of encrypted ones.
            let proxy = proxy.filter(|_| request.uri().scheme() == Some(&Scheme::HTTP));
            if let Some(authorization) = proxy.and_then(|proxy| proxy.authorization()) {
                request
                    .headers_mut()
                    .insert(PROXY_AUTHORIZATION, authorization);
            }
            // Some servers refuse a POST without Content-Length, even if it has no body.
            let has_body = !request.body().is_empty()
                || matches!(
                    *request.method(),
                    Method::POST | Method::PUT | Method::PATCH
                );
            let request = request.map(|bytes| RequestBody(has_body.then_some(bytes)));
            let response = client.request(request).await.map_err(classify)?;
            if let Some(proxy) = proxy
                && response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED
            {
                return Err(ProxyError::refused(proxy, response.status()).into());
            }
            Ok(response.map(|body| Body::from_stream(Chunks(body))))
        })
    }
}

fn classify(error: ClientError) -> TransportError {
    let is_permanent = sources(&error)
        .filter_map(|error| error.downcast_ref())
        .any(ProxyError::is_permanent);
    if is_permanent {
        TransportError::proxy(WithoutOutermost(error))
    } else if tls::is_certificate_problem(&error) {
        TransportError::certificate(WithoutOutermost(error))
    } else if error.is_connect() {
        TransportError::connect(WithoutOutermost(error))
    } else {
        TransportError::other(WithoutOutermost(error))
    }
}

/// An error of hyper's client without its own message, `client error (Connect)`, which says nothing.
#[derive(Debug)]
struct WithoutOutermost(ClientError);

impl fmt::Display for WithoutOutermost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.source() {
            Some(source) => fmt::Display::fmt(source, f),
            None => fmt::Display::fmt(&self.0, f),
        }
    }
}

impl StdError for WithoutOutermost {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source().and_then(StdError::source)
    }
}

impl fmt::Debug for Hyper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hyper")
            .field("proxy", &self.0.connector.proxy)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for HyperBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperBuilder")
            .field("connect_timeout", &self.connect_timeout)
            .field("max_idle_connections", &self.max_idle_connections)
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}

/// The body of a request.
pub(super) struct RequestBody(Option<Bytes>);

impl hyper::body::Body for RequestBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        let length = self.0.as_ref().map_or(0, Bytes::len);
        SizeHint::with_exact(u64::try_from(length).unwrap_or(u64::MAX))
    }
}

/// The body of a response.
struct Chunks(Incoming);

impl Stream for Chunks {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let frame = ready!(hyper::body::Body::poll_frame(
                Pin::new(&mut self.0),
                context
            ));
            match frame.map(|frame| frame.map(Frame::into_data)) {
                None => return Poll::Ready(None),
                Some(Ok(Ok(data))) => return Poll::Ready(Some(Ok(data))),
                // Trailers are ignored.
                Some(Ok(Err(_))) => {}
                Some(Err(error)) => return Poll::Ready(Some(Err(TransportError::other(error)))),
            }
        }
    }
}
