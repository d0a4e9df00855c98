//! [`Sleep`], how a client waits between attempts and limits their time.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use crate::error::TransportError;
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

    /// Checks that the timer works where it is called, for example in its runtime. A client calls this before each call that
    /// needs a timer.
    ///
    /// # Errors
    ///
    /// Returns an error if the timer does not work here. The default implementation returns none.
    fn check(&self) -> Result<(), TransportError> {
        Ok(())
    }
}

impl<S: Sleep + ?Sized> Sleep for Arc<S> {
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        (**self).sleep(duration)
    }

    fn check(&self) -> Result<(), TransportError> {
        (**self).check()
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
            // `check` reports the missing runtime.
            Err(_) => Box::pin(std::future::pending()),
        }
    }

    fn check(&self) -> Result<(), TransportError> {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(TransportError::config(
                "no tokio runtime: run the call in one, use `blocking::Client`, or set a timer with \
                 `ClientBuilder::sleep`",
            ));
        }
        // Tokio tells in no other way whether the runtime has a timer. The hook for panics runs nevertheless.
        match std::panic::catch_unwind(|| drop(tokio::time::sleep(Duration::ZERO))) {
            Ok(()) => Ok(()),
            Err(_) => Err(TransportError::config(
                "the tokio runtime has no timer: call `enable_all` on its builder",
            )),
        }
    }
}
