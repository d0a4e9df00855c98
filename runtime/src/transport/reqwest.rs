//! A transport over reqwest, for programs that have it anyway.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Method, Request, Response, Uri};
use http_body::Body as _;
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};

use super::tls::{self, Roots};
use super::{Body, Transport, sleep};
use crate::config::is_loopback;
use crate::error::TransportError;
use crate::future::BoxFuture;

/// Sends with reqwest. Needs a tokio runtime with time and I/O.
///
/// The variables for proxies count as reqwest reads them, but never for requests to this machine.
#[derive(Clone)]
pub struct Reqwest {
    client: Client,
    /// For requests to this machine.
    direct: Client,
    roots: Option<Arc<Roots>>,
}

impl Reqwest {
    /// With rustls, ring and the system's root certificates, and the proxies of the environment.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn new() -> Result<Self, TransportError> {
        let roots = Roots::load(&[])?;
        let config = tls::client_config(&roots)?;
        let mut reqwest = Self::from_builder(|| {
            Client::builder()
                .tls_backend_preconfigured(config.clone())
                .connect_timeout(Duration::from_millis(3100))
        })?;
        reqwest.roots = Some(Arc::new(roots));
        Ok(reqwest)
    }

    /// With what `make` makes, which is called twice: for a client that never uses a proxy, too. Redirects, decompression and
    /// reqwest's own retries are switched off in both.
    ///
    /// Say which TLS to use: without a word, it depends on which features of reqwest the whole program has.
    ///
    /// # Errors
    /// The builder cannot build.
    ///
    /// # Panics
    /// reqwest itself panics if nothing says which TLS to use and the program has none of its features for TLS.
    pub fn from_builder(make: impl Fn() -> ClientBuilder) -> Result<Self, TransportError> {
        let build = |builder: ClientBuilder| {
            let builder = builder
                .redirect(Policy::none())
                .retry(reqwest::retry::never())
                .no_gzip()
                .no_brotli()
                .no_zstd()
                .no_deflate();
            builder.build().map_err(TransportError::from)
        };
        Ok(Self {
            client: build(make())?,
            direct: build(make().no_proxy())?,
            roots: None,
        })
    }
}

impl Transport for Reqwest {
    fn send(
        &self,
        mut request: Request<Bytes>,
        _: Duration,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        // Some servers refuse a POST without a length, even if there is nothing to be long.
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
        let client = match is_loopback(request.uri()) {
            true => &self.direct,
            false => &self.client,
        };
        Box::pin(async move {
            sleep::check_runtime()?;
            let uri = request.uri().clone();
            if let Some(roots) = &self.roots {
                roots.for_uri(&uri)?;
            }
            let request = request.try_into().map_err(TransportError::from)?;
            stays_the_same(&uri, &request)?;
            let response = client
                .execute(request)
                .await
                .map_err(TransportError::from)?;
            let response = Response::<reqwest::Body>::from(response);
            Ok(response.map(|body| Body::from_stream(Chunks(body))))
        })
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        sleep::sleep(duration)
    }
}

impl fmt::Debug for Reqwest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reqwest")
    }
}

/// An error if reqwest would send another path or query than was signed: it resolves `..` and escapes more.
fn stays_the_same(uri: &Uri, request: &reqwest::Request) -> Result<(), TransportError> {
    let url = request.url();
    let same = url.path() == uri.path()
        && url.query().unwrap_or_default() == uri.query().unwrap_or_default();
    match same {
        true => Ok(()),
        false => Err(TransportError::other(
            "reqwest would change the path or the query of this request, and with it what was signed",
        )),
    }
}

/// Without the URL, whose query may hold what nobody should see.
impl From<reqwest::Error> for TransportError {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        if error.is_connect() {
            Self::connect(error)
        } else if error.is_timeout() {
            Self::timeout(error)
        } else {
            Self::other(error)
        }
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
                // Trailers say nothing that anybody reads.
                Some(Ok(Err(_))) => {}
                Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
            }
        }
    }
}
