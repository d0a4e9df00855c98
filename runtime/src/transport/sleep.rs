//! [`Sleep`], how a client waits between attempts and limits their time.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use crate::future::BoxFuture;

/// Waits without blocking, for timeouts and between attempts.
///
/// With the feature `hyper` or `reqwest` a client uses tokio's timer. Without one, give
/// [`ClientBuilder::sleep`](crate::ClientBuilder::sleep) that of the runtime in use; closures that return a future
/// implement it.
///
/// # Examples
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use cloud_models::{ClientBuilder, Service};
///
/// fn with_tokio<S: Service>(builder: ClientBuilder<S>) -> ClientBuilder<S> {
///     builder.sleep(tokio::time::sleep)
/// }
/// ```
pub trait Sleep: Send + Sync + 'static {
    /// Returns a future that completes after `duration`.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

impl<S: Sleep + ?Sized> Sleep for Arc<S> {
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        (**self).sleep(duration)
    }
}

impl<F, T> Sleep for F
where
    F: Fn(Duration) -> T + Send + Sync + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(self(duration))
    }
}

/// Returns tokio's timer, if a feature that needs tokio is on.
pub(crate) fn default_sleep() -> Option<Arc<dyn Sleep>> {
    #[cfg(any(feature = "hyper", feature = "reqwest"))]
    return Some(Arc::new(TokioSleep));
    #[cfg(not(any(feature = "hyper", feature = "reqwest")))]
    None
}

/// The timer of tokio.
#[cfg(any(feature = "hyper", feature = "reqwest"))]
struct TokioSleep;

#[cfg(any(feature = "hyper", feature = "reqwest"))]
impl Sleep for TokioSleep {
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        match tokio::runtime::Handle::try_current() {
            Ok(_) => Box::pin(tokio::time::sleep(duration)),
            // The transport reports the missing runtime.
            Err(_) => Box::pin(std::future::pending()),
        }
    }
}
