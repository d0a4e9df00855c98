//! [`Transport`], the trait that every asynchronous HTTP stack implements.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use super::Body;
use crate::config::ProxyConfig;
use crate::error::TransportError;
use crate::future::BoxFuture;

/// An asynchronous HTTP stack.
///
/// A transport performs one exchange: it follows no redirects, decompresses nothing and never repeats a request. The client
/// limits its time and the size of the body.
///
/// Closures that return a future implement it, which is the simplest way to test a program without a network:
///
/// # Examples
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use cloud_models::bytes::Bytes;
/// use cloud_models::http;
/// use cloud_models::transport::Body;
///
/// let transport = |request: http::Request<Bytes>| async move {
///     assert_eq!(request.method(), "GET");
///     Ok(http::Response::new(Body::from(r#"{"modelSummaries": []}"#)))
/// };
/// # let _: &dyn cloud_models::transport::Transport = &transport;
/// ```
#[diagnostic::on_unimplemented(
    note = "a closure is a transport: `|request: http::Request<Bytes>| async move {{ Ok(http::Response::new(Body::from(\"…\"))) }}`"
)]
pub trait Transport: Send + Sync + 'static {
    /// Sends a request as it is, and returns as soon as the head of the response has arrived.
    ///
    /// `timeout` is the time left for the response including its body. The client drops the future after that time, so a
    /// transport may ignore it.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no complete response. Its kind decides whether the request is repeated.
    fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>>;

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
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
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
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        (**self).send(request, timeout)
    }

    fn proxy(&self) -> Option<&ProxyConfig> {
        (**self).proxy()
    }
}

impl<F, T> Transport for F
where
    F: Fn(Request<Bytes>) -> T + Send + Sync + 'static,
    T: Future<Output = Result<Response<Body>, TransportError>> + Send + 'static,
{
    fn send(
        &self,
        request: Request<Bytes>,
        _: Duration,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(self(request))
    }
}
