//! The trait that every HTTP stack can implement.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use super::Body;
use crate::error::TransportError;
use crate::future::BoxFuture;

/// Sends requests and waits, without blocking.
///
/// A pair of closures makes one, see [`from_fn`](super::from_fn).
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
