//! What sends a request: a trait that every HTTP stack can implement, and the stacks that come with this crate.
//!
//! A transport does one thing, an HTTP exchange. It follows no redirects, decompresses nothing and never repeats a
//! request; the caller limits its time and the size of what it reads.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::{Request, Response};

use crate::text::Chain;

#[cfg(feature = "hyper")]
mod hyper;
#[cfg(feature = "reqwest")]
mod reqwest;
#[cfg(any(feature = "hyper", feature = "reqwest", feature = "ureq"))]
pub(crate) mod tls;

#[cfg(feature = "hyper")]
pub use hyper::{Hyper, HyperBuilder};
#[cfg(feature = "reqwest")]
pub use reqwest::Reqwest;

/// A future on the heap: what a method of a trait object answers with.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends requests and waits, without blocking.
///
/// A pair of closures makes one, see [`from_fn`].
#[diagnostic::on_unimplemented(
    note = "closures become a transport by `transport::from_fn(send, sleep)`, such as `from_fn(|request| async {{ … }}, tokio::time::sleep)`"
)]
pub trait Transport: Send + Sync + 'static {
    /// Sends a request as it is, and answers as soon as the head of the response is there.
    ///
    /// `timeout` is what is left for the response and its body. The caller gives up by itself after that time and drops
    /// the future, so that a transport may ignore it.
    fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>>;

    /// Waits.
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        (**self).send(request, timeout)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        (**self).sleep(duration)
    }
}

/// A transport of two closures: one that sends, one that waits.
///
/// ```
/// use cloud_models_runtime::transport::{self, Body, TransportError};
///
/// let transport = transport::from_fn(
///     |request: http::Request<bytes::Bytes>| async move {
///         let body = format!("you asked for {}", request.uri().path());
///         Ok::<_, TransportError>(http::Response::new(Body::from(body)))
///     },
///     tokio::time::sleep,
/// );
/// # let _: &dyn transport::Transport = &transport;
/// ```
pub fn from_fn<Send, Sending, Sleep, Sleeping>(send: Send, sleep: Sleep) -> impl Transport
where
    Send: Fn(Request<Bytes>) -> Sending + std::marker::Send + Sync + 'static,
    Sending: Future<Output = Result<Response<Body>, TransportError>> + std::marker::Send + 'static,
    Sleep: Fn(Duration) -> Sleeping + std::marker::Send + Sync + 'static,
    Sleeping: Future<Output = ()> + std::marker::Send + 'static,
{
    FromFn { send, sleep }
}

struct FromFn<Send, Sleep> {
    send: Send,
    sleep: Sleep,
}

impl<Send, Sending, Sleep, Sleeping> Transport for FromFn<Send, Sleep>
where
    Send: Fn(Request<Bytes>) -> Sending + std::marker::Send + Sync + 'static,
    Sending: Future<Output = Result<Response<Body>, TransportError>> + std::marker::Send + 'static,
    Sleep: Fn(Duration) -> Sleeping + std::marker::Send + Sync + 'static,
    Sleeping: Future<Output = ()> + std::marker::Send + 'static,
{
    fn send(
        &self,
        request: Request<Bytes>,
        _: Duration,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin((self.send)(request))
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin((self.sleep)(duration))
    }
}

/// An error where tokio would panic.
#[cfg(any(feature = "hyper", feature = "reqwest"))]
fn check_runtime() -> Result<(), TransportError> {
    match tokio::runtime::Handle::try_current() {
        Ok(_) => Ok(()),
        Err(_) => Err(TransportError::setup(
            "this transport needs a tokio runtime; without one there is `blocking::Client`",
        )),
    }
}

/// Waits, where there is a tokio runtime.
#[cfg(any(feature = "hyper", feature = "reqwest"))]
fn sleep(duration: Duration) -> BoxFuture<'static, ()> {
    match check_runtime() {
        Ok(()) => Box::pin(tokio::time::sleep(duration)),
        // Whoever waits has had that error.
        Err(_) => Box::pin(std::future::ready(())),
    }
}

/// The body of a response: whole, or in chunks as they come.
pub struct Body(Inner);

enum Inner {
    Whole(Option<Bytes>),
    Chunks(Pin<Box<dyn Stream<Item = Result<Bytes, TransportError>> + Send>>),
}

impl Body {
    /// A body that comes in chunks.
    pub fn from_stream(
        chunks: impl Stream<Item = Result<Bytes, TransportError>> + Send + 'static,
    ) -> Self {
        Self(Inner::Chunks(Box::pin(chunks)))
    }

    /// The next chunk; `None` at the end.
    pub fn poll_chunk(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, TransportError>>> {
        match &mut self.0 {
            Inner::Whole(bytes) => Poll::Ready(bytes.take().map(Ok)),
            Inner::Chunks(chunks) => chunks.as_mut().poll_next(context),
        }
    }
}

impl<T: Into<Bytes>> From<T> for Body {
    fn from(bytes: T) -> Self {
        Self(Inner::Whole(Some(bytes.into())))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Inner::Whole(_) => "Body(whole)",
            Inner::Chunks(_) => "Body(chunks)",
        })
    }
}

/// Why there is no response, or not all of it.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Box<dyn StdError + Send + Sync>,
}

/// What a [`TransportError`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// It cannot work, however often it is tried: nobody to trust, a proxy of a kind that is not known.
    Setup,
    /// There was no connection, so that nothing was sent.
    Connect,
    /// It took too long.
    Timeout,
    /// The body is larger than the client allows.
    TooLarge,
    /// Anything else: the connection broke, the answer was not HTTP.
    Other,
}

impl TransportError {
    /// It cannot work, however often it is tried.
    pub fn setup(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(TransportErrorKind::Setup, source)
    }

    /// There was no connection, so that nothing was sent.
    pub fn connect(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(TransportErrorKind::Connect, source)
    }

    /// It took too long.
    pub fn timeout(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(TransportErrorKind::Timeout, source)
    }

    /// Anything else.
    pub fn other(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(TransportErrorKind::Other, source)
    }

    pub(crate) fn no_answer(limit: Duration) -> Self {
        // Nobody needs more than milliseconds.
        let limit = Duration::from_millis(u64::try_from(limit.as_millis()).unwrap_or(u64::MAX));
        Self::timeout(format!("no answer within {limit:?}"))
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        let problem = format!(
            "the body is larger than {limit} bytes, the most that `Config::max_response_bytes` allows"
        );
        Self::new(TransportErrorKind::TooLarge, problem)
    }

    fn new(kind: TransportErrorKind, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            kind,
            source: source.into(),
        }
    }

    /// What it is about.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// The error of the HTTP stack. The text of this one holds the text of all of its sources, so that it is no source itself.
    pub fn inner(&self) -> &(dyn StdError + Send + Sync + 'static) {
        &*self.source
    }
}

/// The error below with all that is below it, since the outermost alone says little.
impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Chain(&*self.source).fmt(f)
    }
}

impl StdError for TransportError {}
