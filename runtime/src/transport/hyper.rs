//! The default transport: hyper's client on tokio, with TLS by rustls and the system's root certificates.

use std::convert::Infallible;
use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::header::PROXY_AUTHORIZATION;
use http::uri::Scheme;
use http::{Method, Request, Response, Uri};
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tower_service::Service;

use super::tls::{self, Roots};
use super::{Body, Transport, sleep};
use crate::config::is_loopback;
use crate::error::TransportError;
use crate::future::BoxFuture;

/// Sends with hyper, over HTTP/1.1. Needs a tokio runtime with time and I/O; one without them panics, none at all is an error.
///
/// The variables `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` count, but never for requests to this machine.
/// What is encrypted goes through a proxy in a tunnel, so that it sees no more than where to.
#[derive(Clone)]
pub struct Hyper {
    client: Client<Connector, Whole>,
    proxies: Proxies,
    roots: Option<Arc<Roots>>,
}

impl Hyper {
    /// With the system's root certificates, and the proxies of the environment.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn new() -> Result<Self, TransportError> {
        Self::builder().build()
    }

    /// With other settings.
    pub fn builder() -> HyperBuilder {
        HyperBuilder {
            connect_timeout: Duration::from_millis(3100),
            roots: Vec::new(),
            tls: None,
            proxies: true,
        }
    }
}

/// Makes a [`Hyper`].
#[derive(Clone)]
pub struct HyperBuilder {
    connect_timeout: Duration,
    roots: Vec<Vec<u8>>,
    tls: Option<Arc<ClientConfig>>,
    proxies: bool,
}

impl HyperBuilder {
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

    /// TLS as you like it, in place of everything else that is said about it. Only its list of ALPN protocols is not used:
    /// this client speaks HTTP/1.1.
    pub fn tls_config(mut self, config: impl Into<Arc<ClientConfig>>) -> Self {
        self.tls = Some(config.into());
        self
    }

    /// Whether the environment's variables for proxies count, which is the default.
    pub fn proxies_from_env(mut self, use_them: bool) -> Self {
        self.proxies = use_them;
        self
    }

    /// The transport.
    ///
    /// # Errors
    /// A root certificate cannot be read.
    pub fn build(self) -> Result<Hyper, TransportError> {
        let (tls, roots) = match self.tls {
            Some(tls) => {
                // A server that is offered `h2` takes it, and hyper without HTTP/2 panics.
                let mut config = Arc::unwrap_or_clone(tls);
                config.alpn_protocols.clear();
                (Arc::new(config), None)
            }
            None => {
                let roots = Roots::load(&self.roots)?;
                let config = tls::client_config(&roots)?;
                (Arc::new(config), Some(Arc::new(roots)))
            }
        };
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        let proxies = Proxies(self.proxies.then(|| Arc::new(Matcher::from_env())));
        let connector = Connector {
            tcp,
            tls,
            proxies: proxies.clone(),
            timeout: self.connect_timeout,
        };
        // A request that meets a connection which the server had closed before is sent on another one; nothing of it can
        // have arrived. That is no retry, and stays on.
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            // Less than services keep a connection open for.
            .pool_idle_timeout(Duration::from_secs(20))
            .build(connector);
        Ok(Hyper {
            client,
            proxies,
            roots,
        })
    }
}

impl Transport for Hyper {
    fn send(
        &self,
        mut request: Request<Bytes>,
        _: Duration,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        let ready = sleep::check_runtime()
            .and_then(|()| match &self.roots {
                Some(roots) => roots.for_uri(request.uri()),
                None => Ok(()),
            })
            .and_then(|()| self.proxies.for_uri(request.uri()));
        if request.uri().scheme() == Some(&Scheme::HTTP)
            && let Some(proxy) = self.proxies.of(request.uri())
            && let Some(auth) = proxy.basic_auth()
        {
            request
                .headers_mut()
                .insert(PROXY_AUTHORIZATION, auth.clone());
        }
        // Some servers refuse a POST without a length, even if there is nothing to be long.
        let has_body = !request.body().is_empty()
            || matches!(
                *request.method(),
                Method::POST | Method::PUT | Method::PATCH
            );
        let response = self
            .client
            .request(request.map(|bytes| Whole(has_body.then_some(bytes))));
        Box::pin(async move {
            ready?;
            let response = response.await.map_err(TransportError::from)?;
            Ok(response.map(|body| Body::from_stream(Chunks(body))))
        })
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        sleep::sleep(duration)
    }
}

impl From<ClientError> for TransportError {
    fn from(error: ClientError) -> Self {
        match error.is_connect() {
            true => Self::connect(Below(error)),
            false => Self::other(Below(error)),
        }
    }
}

/// An error of hyper's client, whose own text, `client error (Connect)`, says no more than where to look below.
#[derive(Debug)]
struct Below(ClientError);

impl fmt::Display for Below {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.source() {
            Some(below) => fmt::Display::fmt(below, f),
            None => fmt::Display::fmt(&self.0, f),
        }
    }
}

impl StdError for Below {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source().and_then(StdError::source)
    }
}

impl fmt::Debug for Hyper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hyper")
    }
}

/// Without proxies, whose URLs may hold passwords.
impl fmt::Debug for HyperBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperBuilder")
            .field("connect_timeout", &self.connect_timeout)
            .finish_non_exhaustive()
    }
}

// --- connections ---

type ConnectError = Box<dyn StdError + Send + Sync>;

/// Which proxy leads where.
#[derive(Clone)]
struct Proxies(Option<Arc<Matcher>>);

impl Proxies {
    fn of(&self, uri: &Uri) -> Option<Intercept> {
        self.0
            .as_ref()
            .filter(|_| !is_loopback(uri))
            .and_then(|matcher| matcher.intercept(uri))
    }

    /// An error if the proxy is of a kind that is not known.
    fn for_uri(&self, uri: &Uri) -> Result<(), TransportError> {
        let Some(proxy) = self.of(uri) else {
            return Ok(());
        };
        // Of the proxy's URL no more than this is shown: the rest may be a password.
        let scheme = proxy.uri().scheme_str().unwrap_or_default();
        match scheme {
            "http" => Ok(()),
            _ => Err(TransportError::setup(format!(
                "the proxy is {scheme}://…, and only http:// is known"
            ))),
        }
    }
}

/// Opens connections: straight or through a proxy, with TLS or without.
#[derive(Clone)]
struct Connector {
    tcp: HttpConnector,
    tls: Arc<ClientConfig>,
    proxies: Proxies,
    timeout: Duration,
}

impl Service<Uri> for Connector {
    type Response = Link;
    type Error = ConnectError;
    type Future = BoxFuture<'static, Result<Link, ConnectError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let this = self.clone();
        Box::pin(async move {
            let limit = this.timeout;
            match tokio::time::timeout(limit, this.connect(uri)).await {
                Ok(connection) => connection,
                Err(_) => Err(format!("no connection within {limit:?}").into()),
            }
        })
    }
}

impl Connector {
    async fn connect(self, uri: Uri) -> Result<Link, ConnectError> {
        let Some(proxy) = self.proxies.of(&uri) else {
            let stream = HttpsConnector::from((self.tcp, self.tls)).call(uri).await?;
            return Ok(Link::new(stream, false));
        };
        let at = proxy.uri().authority().map(ToString::to_string);
        self.connect_through(proxy, uri).await.map_err(|source| {
            let proxy = at.unwrap_or_default();
            ThroughProxy { proxy, source }.into()
        })
    }

    async fn connect_through(self, proxy: Intercept, uri: Uri) -> Result<Link, ConnectError> {
        if uri.scheme() == Some(&Scheme::HTTP) {
            // Many proxies open tunnels to no other port than 443.
            let mut tcp = self.tcp;
            let stream = tcp.call(proxy.uri().clone()).await?;
            return Ok(Link::new(MaybeHttpsStream::Http(stream), true));
        }
        let mut tunnel = Tunnel::new(proxy.uri().clone(), self.tcp);
        if let Some(auth) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(auth.clone());
        }
        let stream = HttpsConnector::from((tunnel, self.tls)).call(uri).await?;
        Ok(Link::new(stream, false))
    }
}

/// Where a connection failed that was to lead through a proxy, which the host alone would not say.
#[derive(Debug)]
struct ThroughProxy {
    /// Host and port; name and password were cut off.
    proxy: String,
    source: ConnectError,
}

impl fmt::Display for ThroughProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "through the proxy {}", self.proxy)
    }
}

impl StdError for ThroughProxy {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}

/// A connection that knows whether a proxy at its other end has to be told where to send requests.
struct Link {
    inner: MaybeHttpsStream<TokioIo<TcpStream>>,
    asks_proxy: bool,
}

impl Link {
    fn new(inner: MaybeHttpsStream<TokioIo<TcpStream>>, asks_proxy: bool) -> Self {
        Self { inner, asks_proxy }
    }
}

impl Connection for Link {
    fn connected(&self) -> Connected {
        self.inner.connected().proxy(self.asks_proxy)
    }
}

impl Read for Link {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl Write for Link {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(context, slices)
    }
}

// --- bodies ---

/// The body of a request.
struct Whole(Option<Bytes>);

impl hyper::body::Body for Whole {
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
                // Trailers say nothing that anybody reads.
                Some(Ok(Err(_))) => {}
                Some(Err(error)) => return Poll::Ready(Some(Err(TransportError::other(error)))),
            }
        }
    }
}
