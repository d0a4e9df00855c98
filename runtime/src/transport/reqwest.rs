//! [`Reqwest`], a transport for programs that use reqwest anyway.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::header::CONTENT_LENGTH;
use http::uri::Scheme;
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body::Body as _;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};
use tower_service::Service;

use super::per_runtime::PerRuntime;
use super::proxy_error::ProxyError;
use super::tls::{self, Roots, sources};
use super::{Body, Transport};
use crate::config::{Proxy, ProxyConfig};
use crate::error::{TransportError, TransportErrorKind};
use crate::future::BoxFuture;

/// Transport over reqwest.
///
/// Needs a tokio runtime with time and I/O enabled. It can be used from several runtimes: each has its own connections.
///
/// If a proxy refuses to open a tunnel, the error has the status only for 407, and other statuses are retried: reqwest does not
/// tell them. `Hyper` and `Ureq` do.
///
/// # Examples
///
/// ```no_run
/// # use cloud_models_runtime as cloud_models;
/// use cloud_models::transport::{Reqwest, TransportError};
///
/// # fn main() -> Result<(), TransportError> {
/// let transport = Reqwest::builder().max_idle_connections(8).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Reqwest(Arc<Inner>);

struct Inner {
    make: Box<dyn Fn() -> ClientBuilder + Send + Sync>,
    proxy: ProxyConfig,
    clients: PerRuntime<Clients>,
    /// Those of the default TLS configuration.
    roots: Option<Roots>,
}

/// The clients of a runtime. Which of them sends a request is decided here, not by reqwest.
#[derive(Clone)]
struct Clients {
    direct: Client,
    proxied: Client,
}

impl Reqwest {
    /// Creates a transport with rustls, ring and the root certificates of the system, without a proxy.
    ///
    /// # Errors
    ///
    /// Returns an error if TLS cannot be set up, for example because `SSL_CERT_FILE` names a missing file.
    pub fn new() -> Result<Self, TransportError> {
        Self::builder().build()
    }

    /// Creates a builder, to change the defaults.
    pub fn builder() -> ReqwestBuilder {
        ReqwestBuilder {
            connect_timeout: Duration::from_millis(3100),
            max_idle_connections: 32,
            proxy: ProxyConfig::none(),
            make: None,
        }
    }
}

/// Builder of a [`Reqwest`].
#[must_use]
pub struct ReqwestBuilder {
    connect_timeout: Duration,
    max_idle_connections: usize,
    proxy: ProxyConfig,
    make: Option<Box<dyn Fn() -> ClientBuilder + Send + Sync>>,
}

impl ReqwestBuilder {
    /// Sets how long to wait for a connection. Default: 3.1 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets the maximum number of idle connections for each host. Default: 32.
    pub fn max_idle_connections(mut self, connections: usize) -> Self {
        self.max_idle_connections = connections;
        self
    }

    /// Sets the proxies. Default: none; the environment is not read. Use [`ProxyConfig::from_env`] for the proxies of the
    /// environment.
    ///
    /// The proxies of a client's [`Config`](crate::Config) are not used, since this transport is always given to the client.
    pub fn proxy(mut self, proxy: ProxyConfig) -> Self {
        self.proxy = proxy;
        self
    }

    /// Sets how reqwest's clients are made, with a TLS configuration for example. It is called for each tokio runtime.
    ///
    /// Redirects, decompression, retries and proxies of reqwest are switched off, and the other settings of this builder
    /// take precedence. Set the TLS backend explicitly: its default depends on features of reqwest anywhere in the program.
    pub fn client_builder(
        mut self,
        make: impl Fn() -> ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.make = Some(Box::new(make));
        self
    }

    /// Builds the transport.
    ///
    /// # Errors
    ///
    /// Returns an error if TLS cannot be set up, for example because `SSL_CERT_FILE` names a missing file.
    pub fn build(self) -> Result<Reqwest, TransportError> {
        let (connect_timeout, max_idle) = (self.connect_timeout, self.max_idle_connections);
        let (make, roots) = match self.make {
            Some(make) => (make, None),
            None => {
                let roots = Roots::load(&[])?;
                let tls = tls::client_config(&roots)?;
                let make = move || Client::builder().tls_backend_preconfigured(tls.clone());
                let make: Box<dyn Fn() -> ClientBuilder + Send + Sync> = Box::new(make);
                (make, Some(roots))
            }
        };
        let make = move || {
            make()
                .redirect(Policy::none())
                .retry(reqwest::retry::never())
                .no_proxy()
                .no_gzip()
                .no_brotli()
                .no_zstd()
                .no_deflate()
                .connect_timeout(connect_timeout)
                // Shorter than services keep a connection open.
                .pool_idle_timeout(Duration::from_secs(20))
                .pool_max_idle_per_host(max_idle)
        };
        Ok(Reqwest(Arc::new(Inner {
            make: Box::new(make),
            proxy: self.proxy,
            clients: PerRuntime::new(),
            roots,
        })))
    }
}

impl Inner {
    /// Creates the clients of a runtime.
    fn clients(&self) -> Result<Clients, TransportError> {
        let mut proxied = (self.make)();
        for scheme in ["http", "https"] {
            let Ok(Some(proxy)) = self.proxy.for_scheme(scheme) else {
                continue;
            };
            let url = proxy.to_string();
            let mut to_proxy = match scheme {
                "http" => reqwest::Proxy::http(url).map_err(classify)?,
                _ => reqwest::Proxy::https(url).map_err(classify)?,
            };
            if let Some(login) = &proxy.login {
                to_proxy = to_proxy.basic_auth(&login.user, login.password.expose());
            }
            proxied = proxied.proxy(to_proxy);
        }
        Ok(Clients {
            direct: (self.make)().build().map_err(classify)?,
            proxied: proxied.build().map_err(classify)?,
        })
    }
}

impl Transport for Reqwest {
    fn proxy(&self) -> Option<&ProxyConfig> {
        Some(&self.0.proxy)
    }

    fn send(
        &self,
        mut request: Request<Bytes>,
        _: Duration,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        // Some servers refuse a POST without Content-Length, even if it has no body.
        if request.body().is_empty()
            && matches!(
                *request.method(),
                Method::POST | Method::PUT | Method::PATCH
            )
        {
            request
                .headers_mut()
                .insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        Box::pin(async move {
            let inner = &*self.0;
            let clients = inner.clients.get(|| inner.clients())?;
            let uri = request.uri().clone();
            if let Some(roots) = &inner.roots {
                roots.check(&uri)?;
            }
            let proxy = inner.proxy.for_transport(&uri)?;
            let client = match proxy {
                Some(_) => clients.proxied,
                None => clients.direct,
            };
            let request = request.try_into().map_err(classify)?;
            check_unchanged(&uri, &request)?;
            let response = client.execute(request).await.map_err(|error| match proxy {
                Some(proxy) => through_proxy(proxy, error),
                None => classify(error),
            })?;
            if let Some(proxy) = proxy
                && uri.scheme() == Some(&Scheme::HTTP)
                && response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED
            {
                return Err(ProxyError::refused(proxy, response.status()).into());
            }
            let response = Response::<reqwest::Body>::from(response);
            Ok(response.map(|body| Body::from_stream(Chunks(body))))
        })
    }
}

impl fmt::Debug for Reqwest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reqwest")
            .field("proxy", &self.0.proxy)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ReqwestBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestBuilder")
            .field("connect_timeout", &self.connect_timeout)
            .field("max_idle_connections", &self.max_idle_connections)
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}

/// Returns an error if reqwest would send another path or query than was signed: it resolves `..` and encodes more.
fn check_unchanged(uri: &Uri, request: &reqwest::Request) -> Result<(), TransportError> {
    let url = request.url();
    let same = url.path() == uri.path()
        && url.query().unwrap_or_default() == uri.query().unwrap_or_default();
    match same {
        true => Ok(()),
        false => Err(TransportError::config(
            "reqwest would change the path or the query, which are signed: use `Hyper` for this request",
        )),
    }
}

/// Classifies an error of a request through a proxy, and names the proxy.
fn through_proxy(proxy: &Proxy, error: reqwest::Error) -> TransportError {
    /// The error of hyper-util's tunnel, which tells no other status than 407.
    type TunnelError = <Tunnel<HttpConnector> as Service<Uri>>::Error;

    let needs_login = sources(&error)
        .any(|error| matches!(error.downcast_ref(), Some(TunnelError::ProxyAuthRequired)));
    match classify(error) {
        error if error.kind() != TransportErrorKind::Connect => error,
        _ if needs_login => {
            ProxyError::refused(proxy, StatusCode::PROXY_AUTHENTICATION_REQUIRED).into()
        }
        error => ProxyError::unreachable(proxy, error).into(),
    }
}

/// Classifies an error without its URL, whose query may contain secrets.
fn classify(error: reqwest::Error) -> TransportError {
    let error = error.without_url();
    if tls::is_certificate_problem(&error) {
        TransportError::certificate(error)
    } else if error.is_builder() {
        TransportError::config(error)
    } else if error.is_connect() && tls::is_other_protocol(&error) {
        TransportError::connect(tls::OtherProtocol(error.into()))
    } else if error.is_connect() {
        TransportError::connect(error)
    } else if error.is_timeout() {
        TransportError::timeout(error)
    } else {
        TransportError::other(error)
    }
}

/// The body of a response.
struct Chunks(reqwest::Body);

impl Stream for Chunks {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let frame = ready!(Pin::new(&mut self.0).poll_frame(context));
            match frame.map(|frame| frame.map(http_body::Frame::into_data)) {
                None => return Poll::Ready(None),
                Some(Ok(Ok(data))) => return Poll::Ready(Some(Ok(data))),
                // Trailers are ignored.
                Some(Ok(Err(_))) => {}
                Some(Err(error)) => return Poll::Ready(Some(Err(classify(error)))),
            }
        }
    }
}
