//! A transport made of closures.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use super::{Body, Transport};
use crate::error::TransportError;
use crate::future::BoxFuture;

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
