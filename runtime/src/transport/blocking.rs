//! The trait that every blocking HTTP stack implements; public as `blocking::Transport`.

use std::fmt;
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use crate::config::ProxyConfig;
use crate::error::TransportError;

/// A blocking HTTP stack.
///
/// A transport performs one exchange: it follows no redirects, decompresses nothing and never repeats a request.
///
/// Closures that take a request and the time left for it implement it.
///
/// # Examples
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use std::time::Duration;
///
/// use cloud_models::blocking::Body;
/// use cloud_models::bytes::Bytes;
/// use cloud_models::http;
///
/// let transport = |request: http::Request<Bytes>, _timeout: Duration| {
///     assert_eq!(request.method(), "GET");
///     Ok(http::Response::new(Body::from(r#"{"modelSummaries": []}"#)))
/// };
/// # let _: &dyn cloud_models::blocking::Transport = &transport;
/// ```
pub trait Transport: Send + Sync + 'static {
    /// Sends a request as it is, and returns as soon as the head of the response has arrived.
    ///
    /// `timeout` is the time left for the response including its body. A call that blocks cannot be interrupted, so the
    /// transport must observe it, also while the body is read.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no complete response. Its kind decides whether the request is repeated.
    fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> Result<Response<Body>, TransportError>;

    /// Returns the proxies that it sends through. Errors of the client then do not show their passwords. Default: `None`.
    fn proxy(&self) -> Option<&ProxyConfig> {
        None
    }
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> Result<Response<Body>, TransportError> {
        (**self).send(request, timeout)
    }

    fn proxy(&self) -> Option<&ProxyConfig> {
        (**self).proxy()
    }
}

/// Only for this type, since a box of a closure is a closure.
impl Transport for Box<dyn Transport> {
    fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> Result<Response<Body>, TransportError> {
        (**self).send(request, timeout)
    }

    fn proxy(&self) -> Option<&ProxyConfig> {
        (**self).proxy()
    }
}

impl<F> Transport for F
where
    F: Fn(Request<Bytes>, Duration) -> Result<Response<Body>, TransportError>
        + Send
        + Sync
        + 'static,
{
    fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> Result<Response<Body>, TransportError> {
        self(request, timeout)
    }
}

/// The body of a response: complete, or to be read.
pub struct Body(pub(crate) Inner);

pub(crate) enum Inner {
    Complete(Bytes),
    Reader(Box<dyn Read + Send>),
}

impl Body {
    /// Creates a body that is read piece by piece. A read that takes too long must fail with
    /// [`TimedOut`](std::io::ErrorKind::TimedOut).
    pub fn from_reader(reader: impl Read + Send + 'static) -> Self {
        Self(Inner::Reader(Box::new(reader)))
    }
}

impl<T: Into<Bytes>> From<T> for Body {
    fn from(bytes: T) -> Self {
        Self(Inner::Complete(bytes.into()))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Inner::Complete(_) => "Body(complete)",
            Inner::Reader(_) => "Body(reader)",
        })
    }
}
