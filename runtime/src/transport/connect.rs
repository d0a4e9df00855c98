//! [`Connector`], which opens connections for hyper: direct or through a proxy, with or without TLS.

use std::error::Error as StdError;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper::rt::{Read, ReadBuf, ReadBufCursor, Write};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use rustls::ClientConfig;
use tower_service::Service;

use super::proxy_error::ProxyError;
use super::tls;
use super::tunnel::{connect_request, judge_response};
use crate::config::{Proxy, ProxyConfig};
use crate::future::BoxFuture;

type ConnectError = Box<dyn StdError + Send + Sync>;

/// Opens connections.
#[derive(Clone)]
pub(super) struct Connector {
    tcp: HttpConnector,
    tls: Arc<ClientConfig>,
    pub(super) proxy: ProxyConfig,
    timeout: Duration,
}

impl Connector {
    pub(super) fn new(tls: Arc<ClientConfig>, proxy: ProxyConfig, timeout: Duration) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // Divided among the addresses of a host, so that a dead one does not use up all of it.
        tcp.set_connect_timeout(Some(timeout));
        Self {
            tcp,
            tls,
            proxy,
            timeout,
        }
    }

    async fn connect(self, uri: Uri) -> Result<Link, ConnectError> {
        let Some(proxy) = self.proxy.for_uri(&uri)? else {
            let mut direct = HttpsConnector::from((self.tcp, self.tls));
            let stream = direct.call(uri).await.map_err(explain)?;
            return Ok(Link::new(stream, false));
        };
        let mut to_proxy = HttpsConnector::from((self.tcp, Arc::clone(&self.tls)));
        let proxy_uri: Uri = proxy.to_string().parse()?;
        let stream = to_proxy
            .call(proxy_uri)
            .await
            .map_err(|source| ProxyError::unreachable(proxy, explain(source)))?;
        if uri.scheme() == Some(&Scheme::HTTP) {
            // Many proxies allow CONNECT to port 443 only.
            return Ok(Link::new(stream, true));
        }
        let tunnel = open_tunnel(stream, proxy, &uri).await?;
        let mut tunneled = HttpsConnector::from((Opened(Some(tunnel)), self.tls));
        let stream = tunneled.call(uri).await.map_err(explain)?;
        Ok(Link::new(stream, false))
    }
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
            let (limit, proxies) = (this.timeout, this.proxy.clone());
            match tokio::time::timeout(limit, this.connect(uri.clone())).await {
                Ok(connection) => connection,
                Err(_) => {
                    let through = match proxies.for_uri(&uri)? {
                        Some(proxy) => format!(" through proxy {}", proxy.description()),
                        None => String::new(),
                    };
                    Err(
                        format!("no connection within {limit:?}{through} (`connect_timeout`)")
                            .into(),
                    )
                }
            }
        })
    }
}

fn explain(error: ConnectError) -> ConnectError {
    match tls::is_other_protocol(&*error) {
        true => tls::OtherProtocol(error).into(),
        false => error,
    }
}

/// Hands over a connection that is already open, to speak TLS on it.
struct Opened<T>(Option<T>);

impl<T: Send + 'static> Service<Uri> for Opened<T> {
    type Response = T;
    type Error = ConnectError;
    type Future = std::future::Ready<Result<T, ConnectError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        std::future::ready(self.0.take().ok_or_else(|| "used twice".into()))
    }
}

/// Asks a proxy for a tunnel. hyper-util's own does not tell the status of a refusal.
async fn open_tunnel<T: Read + Write + Unpin>(
    mut stream: T,
    proxy: &Proxy,
    uri: &Uri,
) -> Result<T, ConnectError> {
    let request = connect_request(proxy, uri);
    let unreachable = |error: io::Error| ProxyError::unreachable(proxy, error);
    let mut rest = request.as_slice();
    while !rest.is_empty() {
        let written = poll_fn(|cx| Pin::new(&mut stream).poll_write(cx, rest))
            .await
            .map_err(unreachable)?;
        rest = match rest.get(written..) {
            Some(rest) if written > 0 => rest,
            _ => return Err(unreachable(io::ErrorKind::WriteZero.into()).into()),
        };
    }
    poll_fn(|cx| Pin::new(&mut stream).poll_flush(cx))
        .await
        .map_err(unreachable)?;
    let mut received = Vec::new();
    loop {
        let mut chunk = [0; 1024];
        let mut buffer = ReadBuf::new(&mut chunk);
        poll_fn(|cx| Pin::new(&mut stream).poll_read(cx, buffer.unfilled()))
            .await
            .map_err(unreachable)?;
        if buffer.filled().is_empty() {
            return Err(unreachable(io::ErrorKind::UnexpectedEof.into()).into());
        }
        received.extend_from_slice(buffer.filled());
        if let Some(judged) = judge_response(proxy, &received) {
            return Ok(judged.map(|()| stream)?);
        }
    }
}

/// A connection that can carry requests.
trait Stream: Read + Write + Connection + Send + Unpin {}

impl<T: Read + Write + Connection + Send + Unpin> Stream for T {}

/// A connection, which knows whether a proxy at its other end must be told where to send requests.
pub(super) struct Link {
    stream: Box<dyn Stream>,
    to_proxy: bool,
}

impl Link {
    fn new(stream: impl Stream + 'static, to_proxy: bool) -> Self {
        Self {
            stream: Box::new(stream),
            to_proxy,
        }
    }
}

impl Connection for Link {
    fn connected(&self) -> Connected {
        self.stream.connected().proxy(self.to_proxy)
    }
}

impl Read for Link {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.stream).poll_read(context, buffer)
    }
}

impl Write for Link {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.stream).poll_write_vectored(context, slices)
    }
}
