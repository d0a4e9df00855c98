//! What sends a request and blocks until the answer is there.

use std::fmt;
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use crate::error::TransportError;

/// Sends requests and waits, blocking its thread.
///
/// A closure that takes a request and the time that is left for it is one.
pub trait BlockingTransport: Send + Sync + 'static {
    /// Sends a request as it is, and answers as soon as the head of the response is there.
    ///
    /// `timeout` is what is left for the response and its body. Nobody else can end a call that blocks, so a transport has
    /// to keep to it, also while the body is read.
    ///
    /// # Errors
    /// There was no connection, it broke, or it took too long.
    fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> Result<Response<Body>, TransportError>;

    /// Waits.
    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}

impl<T: BlockingTransport + ?Sized> BlockingTransport for Arc<T> {
    fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> Result<Response<Body>, TransportError> {
        (**self).send(request, timeout)
    }

    fn sleep(&self, duration: Duration) {
        (**self).sleep(duration);
    }
}

impl<F> BlockingTransport for F
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

/// The body of a response: whole, or to be read.
pub struct Body(pub(crate) Inner);

pub(crate) enum Inner {
    Whole(Bytes),
    Reader(Box<dyn Read + Send>),
}

impl Body {
    /// A body that is read piece by piece. A read that takes too long must fail with
    /// [`TimedOut`](std::io::ErrorKind::TimedOut).
    pub fn from_reader(reader: impl Read + Send + 'static) -> Self {
        Self(Inner::Reader(Box::new(reader)))
    }
}

impl<T: Into<Bytes>> From<T> for Body {
    fn from(bytes: T) -> Self {
        Self(Inner::Whole(bytes.into()))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Inner::Whole(_) => "Body(whole)",
            Inner::Reader(_) => "Body(reader)",
        })
    }
}
